//! Renders pages to bytes with the templates and assets of the theme, some of which a hub may
//! override.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use tera::Tera;

use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::page::data::{duties, listing, nearest, source, write};
use crate::page::parts::{CaseStudyRow, case_study_row};
use crate::page::{Context, Language, Page};
use crate::site::Site;
use crate::site::pages::{DUTIES_FILE, NEAREST_FILE, WRITE_FILE, WRITE_RECORDS_FILE};
use crate::source::ContentHash;
use crate::theme::card::CardPainter;
use crate::theme::card::fonts::CardFonts;
use crate::theme::language_file::LanguageGaps;

mod assets;
pub mod card;
mod files;
mod globals;
pub mod language_file;
pub mod overrides;
mod render;
mod render_cache;
#[cfg(test)]
mod tests;

pub use render::{Renderer, has_rows};
pub use render_cache::RenderCache;

/// A loaded theme: compiled templates, bundled assets and interface texts.
#[derive(Debug)]
pub struct Theme {
    /// Interface texts, and the formats of numbers and dates.
    pub language: Language,
    /// Compiled templates, with the values that all of them share.
    tera: Tera,
    /// Bytes of the bundled styles, scripts, fonts and icons, by site path.
    assets: BTreeMap<String, Vec<u8>>,
    /// The template and the fonts that pictures of shared links are drawn with; `None` where the
    /// settings ask for none.
    cards: Option<(String, CardFonts)>,
}

/// The interface texts of the built-in theme in a language, else in its base language.
///
/// # Errors
/// The built-in theme has neither.
pub fn built_in_language(id: &str) -> Result<Language> {
    files::ThemeFiles::new(&BTreeMap::new()).load_language(id)
}

/// The interface texts of the theme of a hub in its language, else in the base of that language.
/// `overlay` has the hub's own theme files, by path below the theme's folder.
///
/// # Errors
/// The theme has neither language, or a language file is invalid.
pub fn load_language(site: &Site, overlay: &BTreeMap<String, Arc<[u8]>>) -> Result<Language> {
    files::ThemeFiles::new(overlay).load_language(&site.language)
}

impl Theme {
    /// Loads the built-in theme with the files of the hub's own theme folder, `overlay`, in place
    /// of its own; they are given by path below that folder.
    ///
    /// # Errors
    /// The theme does not have the site's language, or a language file or template is invalid.
    pub fn load(site: &Site, overlay: &BTreeMap<String, Arc<[u8]>>) -> Result<Theme> {
        let files = files::ThemeFiles::new(overlay);
        let language = files.load_language(&site.language)?;
        let (assets, asset_paths) = assets::bundle_assets(&files, &language);
        let tera = files.compile_templates(globals::template_globals(
            site,
            &language,
            &files,
            &asset_paths,
        ))?;
        let cards = if site.cards { Some(files.load_card_parts()?) } else { None };
        Ok(Theme { language, tera, assets, cards })
    }

    /// Draws pictures of shared links; `None` where the settings ask for none.
    pub fn card_painter(&self) -> Option<CardPainter<'_>> {
        let (template, fonts) = self.cards.as_ref()?;
        Some(CardPainter::new(&self.tera, template, fonts))
    }

    /// The error of [`Theme::load`] as a diagnostic in `site.toml`; `None` where the theme can be
    /// loaded.
    pub fn find_problem(site: &Site, overlay: &BTreeMap<String, Arc<[u8]>>) -> Option<Diagnostic> {
        let error = Theme::load(site, overlay).err()?;
        let setting = match error {
            Error::UnknownLanguage { .. } | Error::InvalidLanguage { .. } => "language",
            _ => "theme",
        };
        let place = site.find_setting("", setting);
        let problem = Diagnostic::error("invalid-settings", place, error.to_string());
        Some(match error.hint() {
            Some(hint) => problem.hint(hint),
            None => problem,
        })
    }

    /// A warning for what the hub's own file of the interface's language lacks; `None` where the file
    /// is complete, or the built-in one, or cannot be read, which [`Theme::find_problem`] reports.
    pub fn find_language_gaps(
        site: &Site,
        overlay: &BTreeMap<String, Arc<[u8]>>,
    ) -> Option<Diagnostic> {
        let files = files::ThemeFiles::new(overlay);
        let (path, text) = files.language_file(&site.language)?;
        let path = format!("languages/{path}");
        overlay.get(&path)?;
        let (_, english) = files.language_file("en")?;
        let gaps = LanguageGaps::find(text, english).ok().filter(|gaps| !gaps.is_complete())?;
        let message = format!("the theme's `{path}` has texts {}", gaps.describe(6).join("; "));
        Some(
            Diagnostic::warning("incomplete-language", site.find_setting("", "language"), message)
                .hint("translate what is missing in that file; English has all texts"),
        )
    }

    /// Passes site path and bytes of every asset and every page to `take`, the pages from several
    /// threads at once. Pages whose view is that of the previous build are taken from
    /// `render_cache`.
    ///
    /// # Errors
    /// A template names a value that its view does not have, or `take` fails.
    pub fn publish(
        &self,
        context: &Context,
        pages: &[Page],
        render_cache: Option<&RenderCache>,
        take: impl Fn(&str, Bytes) -> Result<()> + Sync,
    ) -> Result<()> {
        let rows = case_study_row::compose_all(context);
        self.asset_files(context, pages, &rows)
            .try_for_each(|(path, bytes)| take(&path, bytes.into()))?;
        Renderer::new(self, context, pages, &rows)?.publish(pages, render_cache, take)
    }

    /// The files that pages load: styles, scripts, fonts, and the rows that scripts filter.
    fn asset_files(
        &self,
        context: &Context,
        pages: &[Page],
        rows: &[CaseStudyRow],
    ) -> impl Iterator<Item = (String, Vec<u8>)> {
        let comment = address_comment(context, pages);
        let assets = self.assets.iter().map(move |(path, bytes)| {
            let head = if path == assets::SERVICE_WORKER { comment.as_bytes() } else { b"" };
            (path.clone(), [head, bytes].concat())
        });
        let listed = listing::files(context, rows)
            .into_iter()
            .map(|(path, bytes)| (path.to_string(), bytes));
        let sources = source::files(context);
        let records = write::write_records(context, &sources);
        assets.chain(listed).chain(sources).chain(nearest::word_files(context)).chain([
            (DUTIES_FILE.to_owned(), duties::write(context)),
            (WRITE_FILE.to_owned(), write::write(context)),
            (WRITE_RECORDS_FILE.to_owned(), records),
            (NEAREST_FILE.to_owned(), nearest::write(context)),
        ])
    }
}

/// A JavaScript comment with a hash of all addresses, which changes the bytes of the service worker
/// when a page or attachment is added or removed, so that browsers install it anew.
fn address_comment(context: &Context, pages: &[Page]) -> String {
    let paths: Vec<&str> = pages
        .iter()
        .map(|page| page.path.as_str())
        .chain(context.catalog.assets.keys().map(String::as_str))
        .collect();
    format!("// Addresses: {}\n", ContentHash::of(paths.join("\n").as_bytes()).short_hex())
}
