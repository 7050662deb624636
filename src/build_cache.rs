//! What is kept between two builds of one hub, so that the next one makes only what has changed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::output::card_cache::CardCache;
use crate::record::parse_cache::ParseCache;
use crate::similar::SimilarityModel;
use crate::site::Site;
use crate::source::{ContentHash, History, Sources};
use crate::theme::{RenderCache, Theme};
use crate::{BuildOptions, Hub};

/// Everything that is kept between two builds of one hub.
///
/// The invariant: what `serve` settles on after an edit equals a clean build byte for byte. A build
/// takes from here only what it would make itself, known by a hash of the content that it was made
/// from and never by a time: a parsed file by path and text, the theme by settings, options and
/// theme files, a page by its view under one theme, an index file by its content. The last build,
/// in which `serve` patches an edit at once, is an input of no build, and a patched page is shown
/// only until the rebuild. After a panic nothing is kept. Tests in `tests/suite/serve.rs` lock
/// this.
#[derive(Debug, Default)]
pub struct BuildCache {
    is_disabled: bool,
    /// The sources of the last build, whether it was complete or not.
    pub(crate) sources: Arc<Sources>,
    /// The parsed records of the last build.
    pub(crate) parse_cache: ParseCache,
    /// Hash of settings and options of the build that runs, or ran last.
    settings_hash: Option<ContentHash>,
    /// The theme of the last complete build, with the hash of all that it was loaded from.
    theme: Option<(ContentHash, Arc<Theme>)>,
    /// The pages and index files of the last complete build.
    render_cache: RenderCache,
    /// Pictures of shared links, kept in memory and on the disk.
    card_cache: CardCache,
    /// The similarity model of the build that runs, until that is the last build.
    similarity_model: Option<SimilarityModel>,
    /// The last complete build, in which edits are patched.
    last_build: SharedLastBuild,
}

/// The last build as the two threads of `serve` share it: one replaces it, one patches it. `None`
/// where nothing has been built.
pub type SharedLastBuild = Arc<Mutex<Option<LastBuild>>>;

/// The last complete build, in which edits are patched.
#[derive(Debug)]
pub struct LastBuild {
    /// The hub, with the records that were edited since replaced.
    pub hub: Hub,
    /// The similarity model with which edited texts are compared.
    pub similarity_model: SimilarityModel,
    /// The theme.
    pub theme: Arc<Theme>,
    /// The git history.
    pub history: History,
}

impl BuildCache {
    /// A cache that keeps nothing, for a program that builds once.
    pub fn disabled() -> Self {
        BuildCache { is_disabled: true, ..BuildCache::default() }
    }

    /// The same cache with the pictures of shared links kept in the cache on the disk too, below the
    /// folder of the hub. They are known by what they show, so any build may use them.
    #[must_use]
    pub fn with_cards_on_disk(mut self, root: &Path) -> Self {
        self.card_cache = CardCache::new(Some(root.to_owned()), !self.is_disabled);
        self
    }

    /// Drops everything that is kept in memory, as after a panic: the shared last build becomes
    /// `None`, and a disabled cache stays disabled.
    pub fn clear(&mut self) {
        self.set_last_build(None);
        *self = BuildCache {
            is_disabled: self.is_disabled,
            last_build: Arc::clone(&self.last_build),
            card_cache: self.card_cache.cleared(),
            ..BuildCache::default()
        };
    }

    /// The pictures of shared links that need not be drawn again.
    pub(crate) fn card_cache(&self) -> &CardCache {
        &self.card_cache
    }

    /// A handle to the last build, by which the thread of `serve` that patches edits shares it; it
    /// holds `None` until a build is kept.
    pub fn last_build(&self) -> SharedLastBuild {
        Arc::clone(&self.last_build)
    }

    /// Keeps a complete build as the last one, with the theme and the similarity model that were
    /// kept while it ran; where either of those is missing, the last build becomes `None`.
    pub fn keep_build(&mut self, hub: Hub, history: History) {
        let theme = self.theme.as_ref().map(|(_, theme)| Arc::clone(theme));
        let parts = self.similarity_model.take().zip(theme);
        self.set_last_build(parts.map(|(similarity_model, theme)| LastBuild {
            hub,
            similarity_model,
            theme,
            history,
        }));
    }

    /// The pages and index files of the last complete build, which need not be made again; `None`
    /// for a disabled cache.
    pub(crate) fn render_cache(&self) -> Option<&RenderCache> {
        (!self.is_disabled).then_some(&self.render_cache)
    }

    /// Records a hash of settings and options of the build that begins, by which `load_theme` tells
    /// whether the kept theme still fits.
    pub(crate) fn begin_build(&mut self, sources: &Sources, options: &BuildOptions) {
        let settings = sources.settings.as_ref().map(|file| file.hash.0);
        let text = format!("{settings:?} {options:?}");
        self.settings_hash = Some(ContentHash::of(text.as_bytes()));
    }

    /// Drops the parsed files of a disabled cache, because the rest of the build needs their
    /// memory; any other cache keeps them.
    pub(crate) fn end_reading(&mut self) {
        if self.is_disabled {
            self.parse_cache = ParseCache::default();
        }
    }

    /// Keeps the similarity model of the running build until `keep_build` takes it; a disabled
    /// cache drops it at once.
    pub(crate) fn keep_similarity_model(&mut self, similarity_model: SimilarityModel) {
        if !self.is_disabled {
            self.similarity_model = Some(similarity_model);
        }
    }

    /// The theme, loaded again only where settings, options or theme files have changed. `overlay`
    /// has the hub's own theme files, by path below the theme's folder.
    ///
    /// Makes the render cache ready for the pages of this build: a new theme empties it.
    ///
    /// # Errors
    /// As for [`Theme::load`].
    pub(crate) fn load_theme(
        &mut self,
        site: &Site,
        overlay: &BTreeMap<String, Arc<[u8]>>,
    ) -> Result<Arc<Theme>> {
        if self.is_disabled {
            return Theme::load(site, overlay).map(Arc::new);
        }
        let hash = hash_theme(self.settings_hash, overlay);
        let render_cache = std::mem::take(&mut self.render_cache);
        if let Some((_, theme)) = self.theme.take_if(|(kept_hash, _)| *kept_hash == hash) {
            self.render_cache = render_cache.advance();
            self.theme = Some((hash, Arc::clone(&theme)));
            return Ok(theme);
        }
        let theme = Arc::new(Theme::load(site, overlay)?);
        self.theme = Some((hash, Arc::clone(&theme)));
        Ok(theme)
    }

    /// Replaces the last build for all threads that share it.
    fn set_last_build(&self, last_build: Option<LastBuild>) {
        let mut guard = self.last_build.lock().unwrap_or_else(PoisonError::into_inner);
        let replaced = std::mem::replace(&mut *guard, last_build);
        // The next edit does not wait until every record of the old build is dropped.
        drop(guard);
        drop(replaced);
    }
}

/// A hash of everything that a theme is loaded from: settings and options, and the hub's own theme
/// files in `overlay`, by path.
fn hash_theme(
    settings_hash: Option<ContentHash>,
    overlay: &BTreeMap<String, Arc<[u8]>>,
) -> ContentHash {
    let mut bytes: Vec<u8> = settings_hash.into_iter().flat_map(|hash| hash.0).collect();
    for (path, file) in overlay {
        bytes.extend_from_slice(&ContentHash::of(path.as_bytes()).0);
        bytes.extend_from_slice(&ContentHash::of(file).0);
    }
    ContentHash::of(&bytes)
}
