//! Pages become bytes: the built-in theme, overlaid by the hub's own files, filled with one view per page.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::Tera;

use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::page::{Context, Language, Page, listing};
use crate::site::Site;
use crate::source::ContentHash;

mod assets;
mod constants;
mod files;
mod globals;
mod made;
mod render;
#[cfg(test)]
mod tests;

pub use made::Made;
pub use render::Renderer;

/// A theme ready to render: templates compiled, styles and scripts bundled, texts read.
#[derive(Debug)]
pub struct Theme {
    /// The interface's texts, numbers and dates.
    pub language: Language,
    tera: Tera,
    assets: BTreeMap<String, Vec<u8>>,
}

impl Theme {
    /// Loads the built-in theme with the hub's own files over it; `overlay` holds those by path below the theme's folder.
    ///
    /// # Errors
    /// A language the theme does not have, a language file or a template that cannot be read.
    pub fn load(site: &Site, overlay: &BTreeMap<String, Arc<[u8]>>) -> Result<Theme> {
        let files = files::Files::new(overlay);
        let language = files.language(&site.language)?;
        let (assets, names) = assets::bundle(&files, &language);
        let tera = files.templates(globals::of(site, &language, &files, &names))?;
        Ok(Theme { language, tera, assets })
    }

    /// Why the theme cannot be loaded, if so.
    pub fn problem(site: &Site, overlay: &BTreeMap<String, Arc<[u8]>>) -> Option<Diagnostic> {
        let error = Theme::load(site, overlay).err()?;
        let by_settings = files::Files::new(overlay).language(&site.language).is_err();
        let place = site.place("", if by_settings { "language" } else { "theme" });
        let problem = Diagnostic::error("invalid-settings", place, error.message.clone());
        Some(match error.hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        })
    }

    /// Renders every page and hands it, and every file the pages need, to `take`, from many threads at once.
    ///
    /// # Errors
    /// A template that asks for what its view does not hold, and whatever `take` says.
    pub fn publish(&self, context: &Context, pages: &[Page], take: impl Fn(&str, Vec<u8>) -> Result<()> + Sync) -> Result<()> {
        self.beside_pages(context, pages).try_for_each(|(path, bytes)| take(&path, bytes))?;
        Renderer::new(self, context, pages)?.publish(pages, take)
    }

    /// The same, but for pages that say what they said when they were `made` last: those are handed out as they were.
    ///
    /// # Errors
    /// As for `publish`.
    pub fn publish_again(&self, context: &Context, pages: &[Page], made: &Made, take: impl Fn(&str, &Arc<[u8]>) -> Result<()> + Sync) -> Result<()> {
        self.beside_pages(context, pages).try_for_each(|(path, bytes)| take(&path, &bytes.into()))?;
        Renderer::new(self, context, pages)?.publish_again(pages, made, take)
    }

    /// What pages need beside themselves: styles, scripts, and the rows that scripts narrow.
    fn beside_pages(&self, context: &Context, pages: &[Page]) -> impl Iterator<Item = (String, Vec<u8>)> {
        let addresses = addresses(context, pages);
        let assets = self.assets.iter().map(move |(path, bytes)| {
            let head = if path == assets::SERVICE_WORKER { addresses.as_bytes() } else { b"" };
            (path.clone(), [head, bytes].concat())
        });
        assets.chain(listing::files(context).into_iter().map(|(path, bytes)| (path.to_string(), bytes)))
    }
}

/// A line that makes the service worker another one where a page or attachment was added or withdrawn.
fn addresses(context: &Context, pages: &[Page]) -> String {
    let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).chain(context.catalog.assets.keys().map(String::as_str)).collect();
    format!("// Addresses: {}\n", ContentHash::of(paths.join("\n").as_bytes()).short())
}
