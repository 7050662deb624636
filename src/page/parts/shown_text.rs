//! Which texts of a record a page shows: those of its gist in the language of the interface, with
//! the original below, else its own. Every title and summary enters a view through here.

use serde::Serialize;

use crate::catalog::{Gist, Meta};
use crate::page::context::Context;
use crate::page::parts::{LanguageMark, Link, OriginalTitle};
use crate::page::text::display;

/// The title of a record as lists, cards and rows show it.
#[derive(Debug, Clone)]
pub struct ShownTitle {
    /// The title of the gist in the language of the interface, else that of the record.
    pub title: String,
    /// Language tag (BCP 47) of this title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record, where that of a gist stands in its place.
    pub original: Option<OriginalTitle>,
}

/// A text of a record as pages show it.
#[derive(Debug, Clone)]
pub struct ShownText {
    /// The text.
    pub text: String,
    /// Its language where it differs from the interface's.
    pub language: Option<LanguageMark>,
}

/// Languages of the texts at the top of a record's page, each where it differs from the
/// interface's.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TextLanguages {
    /// Language of the title.
    pub title: Option<LanguageMark>,
    /// Language of the summary, or of the claim.
    pub summary: Option<LanguageMark>,
    /// Language of what must be kept.
    pub fixed: Option<LanguageMark>,
    /// Language of what may be adapted.
    pub flexible: Option<LanguageMark>,
}

/// The texts of a record in its own language, where its page shows those of a gist first. Texts
/// that no gist replaces are left out.
#[derive(Debug, Clone, Serialize)]
pub struct OriginalTexts {
    /// The title with its language.
    pub title: OriginalTitle,
    /// The summary, or the claim.
    pub summary: Option<String>,
    /// What must be kept.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// What the language of the gist is called in that of the interface: `English`.
    pub gist_name: String,
    /// Heading of these texts: `Original in Japanese`.
    pub heading: String,
    /// That the rest of the page is in the language of the record.
    pub note: String,
}

/// The texts at the top of a record's page.
#[derive(Debug, Clone)]
pub struct PageTexts {
    /// The title.
    pub title: String,
    /// The summary, or the claim; empty where there is none.
    pub summary: Option<String>,
    /// What must be kept.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// Languages of these texts.
    pub languages: TextLanguages,
    /// The texts of the record, where a gist stands in their place.
    pub original: Option<OriginalTexts>,
}

/// The title of a record to show: that of its gist in the language of the interface, with the
/// original; else its own.
pub fn shown_title(context: &Context, meta: &Meta) -> ShownTitle {
    let tag =
        |language: &str| display::foreign_language_mark(context, language).map(|mark| mark.id);
    match gist_of(context, meta) {
        Some(gist) => ShownTitle {
            title: gist.title.clone(),
            language: tag(&gist.language),
            original: Some(original_title(context, meta)),
        },
        None => {
            ShownTitle { title: meta.title.clone(), language: tag(&meta.language), original: None }
        }
    }
}

/// The title of a record to show within a sentence or as a link alone.
pub fn shown_label<'a>(context: &Context, meta: &'a Meta) -> &'a str {
    gist_of(context, meta).map_or(&meta.title, |gist| &gist.title)
}

/// A link to the page of a record, labelled with the title to show.
pub fn titled_link(context: &Context, meta: &Meta) -> Link {
    Link::new(&meta.address, shown_label(context, meta))
}

/// The summary or claim of a record to show: that of its gist in the language of the interface,
/// else its own, `own`; none where there is neither.
pub fn shown_summary(context: &Context, meta: &Meta, own: Option<&str>) -> Option<ShownText> {
    let translated = gist_of(context, meta)
        .and_then(|gist| Some((gist.summary.as_deref()?, gist.language.as_str())));
    let (text, language) = translated.or(own.map(|text| (text, meta.language.as_str())))?;
    Some(ShownText {
        text: text.to_owned(),
        language: display::foreign_language_mark(context, language),
    })
}

/// The short texts of a list to show, `fixed` or `flexible`, with their language: those of the gist
/// where it has any, else those of the record.
pub fn shown_list(
    context: &Context,
    meta: &Meta,
    own: &[String],
    translated: impl Fn(&Gist) -> &[String],
) -> (Vec<String>, Option<LanguageMark>) {
    let gist = gist_of(context, meta).filter(|gist| !translated(gist).is_empty());
    let (texts, language) =
        gist.map_or((own, &meta.language), |gist| (translated(gist), &gist.language));
    (texts.to_vec(), display::foreign_language_mark(context, language))
}

/// The texts at the top of a record's page, of which these are the record's own.
pub fn page_texts(
    context: &Context,
    meta: &Meta,
    summary: Option<&str>,
    fixed: &[String],
    flexible: &[String],
) -> PageTexts {
    let title = shown_title(context, meta);
    let shown_summary = shown_summary(context, meta, summary);
    let (shown_fixed, fixed_language) = shown_list(context, meta, fixed, |gist| &gist.fixed);
    let (shown_flexible, flexible_language) =
        shown_list(context, meta, flexible, |gist| &gist.flexible);
    let language = gist_of(context, meta).map_or(&meta.language, |gist| &gist.language);
    let original = title.original.map(|original| {
        let replaced = |is_replaced: bool, texts: &[String]| {
            if is_replaced { texts.to_vec() } else { Vec::new() }
        };
        let gist = gist_of(context, meta);
        let text = |key| context.language.text_with(key, &[("language", &original.name)]);
        OriginalTexts {
            summary: gist.and_then(|gist| gist.summary.as_ref()).and(summary.map(str::to_owned)),
            fixed: replaced(gist.is_some_and(|gist| !gist.fixed.is_empty()), fixed),
            flexible: replaced(gist.is_some_and(|gist| !gist.flexible.is_empty()), flexible),
            gist_name: display::language_name(context.language, language),
            heading: text("gist.original"),
            note: text("gist.note"),
            title: original,
        }
    });
    PageTexts {
        title: title.title,
        languages: TextLanguages {
            title: display::foreign_language_mark(context, language),
            summary: shown_summary.as_ref().and_then(|shown| shown.language.clone()),
            fixed: fixed_language,
            flexible: flexible_language,
        },
        summary: shown_summary.map(|shown| shown.text),
        fixed: shown_fixed,
        flexible: shown_flexible,
        original,
    }
}

/// The gist that stands in place of a record's own texts; none where the record is in the language
/// of the interface, or has no gist in it.
fn gist_of<'a>(context: &Context, meta: &'a Meta) -> Option<&'a Gist> {
    meta.gist_for(context.language_id())
}

/// The title of a record in its own language.
fn original_title(context: &Context, meta: &Meta) -> OriginalTitle {
    OriginalTitle {
        title: meta.title.clone(),
        language: meta.language.clone(),
        direction: display::writing_direction(&meta.language),
        name: display::language_name(context.language, &meta.language),
    }
}
