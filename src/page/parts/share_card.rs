//! The picture that a shared link shows: what stands in it, and its address.

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy, Meta, Playbook, PlaybookIndex};
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_label;
use crate::page::text::display;
use crate::source::ContentHash;

/// Width of the picture in pixels.
pub const CARD_WIDTH: u32 = 1200;
/// Height of the picture in pixels.
pub const CARD_HEIGHT: u32 = 630;

/// Folder of the pictures below the root of the site.
const FOLDER: &str = "assets/cards/";

/// What the picture of a shared link shows. The theme draws it with `templates/card.svg`; texts that
/// its fonts cannot draw are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShareCard {
    /// Site path of the page that the picture is for; empty for all pages without one of their own.
    pub address: String,
    /// Texts for the title, the best first; the first that can be drawn is taken.
    pub titles: Vec<String>,
    /// What the page is: a case study, a playbook; empty for other pages.
    pub kind: String,
    /// Id of the outcome or status, for colours: `won`, `running`; empty without one.
    pub signal: &'static str,
    /// Label of the outcome or status.
    pub outcome: String,
    /// The primary result: `−12.4%`; empty without one.
    pub value: String,
    /// `better`, `worse` or `unclear`; empty without a result.
    pub tone: &'static str,
    /// Short label of the metric: `CPA`.
    pub metric: String,
    /// Letter of the evidence grade; empty without one.
    pub grade: &'static str,
    /// Label of the evidence grade: `Grade A`.
    pub grade_label: String,
    /// Labels of the markets, separated by commas; for the site what it is about.
    pub place: String,
    /// Name of the site.
    pub site: String,
}

/// The picture of a page as its `head` element names it.
#[derive(Debug, Clone, Serialize)]
pub struct SharedImage {
    /// Full address of the picture.
    pub url: String,
    /// What the picture says, in words.
    pub alt: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl ShareCard {
    /// A hash of everything that the picture shows and of the page that it is for.
    pub fn hash(&self) -> ContentHash {
        let bytes = postcard::to_stdvec(self).expect("a card is texts");
        ContentHash::of(&bytes)
    }

    /// Site path of the picture. It changes with what the picture shows, so that services that keep
    /// pictures of links fetch the new one.
    pub fn path(&self) -> String {
        format!("{FOLDER}{}.png", self.hash().short_hex())
    }

    /// What the picture says, in words.
    fn alt(&self, context: &Context) -> String {
        let result = [&*self.value, &*self.metric].join(" ");
        let parts: Vec<&str> = [
            self.titles.first().map_or("", String::as_str),
            &self.outcome,
            result.trim(),
            &self.grade_label,
            &self.place,
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
        context.language.join_with_commas(&parts)
    }

    /// The picture as the `head` element of its page names it.
    fn image(&self, context: &Context) -> SharedImage {
        SharedImage {
            url: format!("{}{}", context.site.base_url, self.path()),
            alt: self.alt(context),
            width: CARD_WIDTH,
            height: CARD_HEIGHT,
        }
    }
}

/// The pictures of all pages that have one: of the site, of every case study, of every playbook. None
/// where the settings do not ask for pictures, and without a base URL, because link previews take
/// full addresses only.
pub fn plan(context: &Context) -> Vec<ShareCard> {
    if !is_wanted(context) {
        return Vec::new();
    }
    let cases = context.catalog.iter_cases().map(|(index, _)| case_card(context, index));
    let playbooks = (0..context.catalog.playbooks.len() as u32)
        .map(|index| playbook_card(context, PlaybookIndex(index)));
    [site_card(context)].into_iter().chain(cases).chain(playbooks).collect()
}

/// The picture of a case study for the head of its page; none where there are no pictures.
pub fn case_image(context: &Context, index: CaseIndex) -> Option<SharedImage> {
    is_wanted(context).then(|| case_card(context, index).image(context))
}

/// The picture of a playbook for the head of its page; none where there are no pictures.
pub fn playbook_image(context: &Context, index: PlaybookIndex) -> Option<SharedImage> {
    is_wanted(context).then(|| playbook_card(context, index).image(context))
}

/// The picture of the site for pages without one of their own; none where there are no pictures.
pub fn site_image(context: &Context) -> Option<SharedImage> {
    is_wanted(context).then(|| site_card(context).image(context))
}

/// Whether the site has pictures for shared links.
fn is_wanted(context: &Context) -> bool {
    context.site.cards && !context.site.base_url.is_empty()
}

/// What the picture of a case study shows.
fn case_card(context: &Context, index: CaseIndex) -> ShareCard {
    let case = context.catalog.case(index);
    let signal = display::case_outcome_mark(context.language, case);
    let grade = display::grade_mark(context.language, case);
    let result = case.primary_result().filter(|_| case.has_ended());
    let value = result.and_then(|result| display::format_lift(context, result));
    let result = result.filter(|_| value.is_some());
    ShareCard {
        kind: context.text("share.case_study"),
        signal: signal.id,
        outcome: signal.label,
        value: value.unwrap_or_default(),
        tone: result.map_or("", |result| {
            display::effect_tone(display::effect_if_interval(context, result))
        }),
        metric: result
            .map(|result| display::short_metric_label(context, &result.metric))
            .unwrap_or_default(),
        grade_label: grade.as_ref().map_or_else(String::new, |grade| {
            context.language.text_with("facet.grade_is", &[("grade", grade.letter)])
        }),
        grade: grade.map_or("", |grade| grade.letter),
        place: context.language.join_with_commas(&context.market_labels(case)),
        ..record_card(context, &case.meta, translated_title(context, case))
    }
}

/// What the picture of a playbook shows.
fn playbook_card(context: &Context, index: PlaybookIndex) -> ShareCard {
    let playbook: &Playbook = context.catalog.playbook(index);
    ShareCard {
        kind: context.text("share.playbook"),
        outcome: display::keyword_label(context.language, "playbook_status", playbook.status),
        place: context.language.plural_text("share.supported_by", playbook.supports.len(), &[]),
        ..record_card(context, &playbook.meta, None)
    }
}

/// What the picture of every other page shows: the hub and what it is about.
fn site_card(context: &Context) -> ShareCard {
    let site = &context.site;
    let titles = [&site.description, &site.title].into_iter().filter(|text| !text.is_empty());
    ShareCard {
        address: String::new(),
        titles: titles.cloned().collect(),
        kind: String::new(),
        signal: "",
        outcome: String::new(),
        value: String::new(),
        tone: "",
        metric: String::new(),
        grade: "",
        grade_label: String::new(),
        place: context.language.plural_text("count.case_studies", context.catalog.cases.len(), &[]),
        site: site.title.clone(),
    }
}

/// A picture with the title of a record and nothing else yet. `translated` is the title of a record
/// that translates it.
fn record_card(context: &Context, meta: &Meta, translated: Option<&str>) -> ShareCard {
    let shown = shown_label(context, meta);
    let own = Some(&*meta.title).filter(|own| *own != shown);
    let titles = [Some(shown), own, translated, Some(&*context.site.title)];
    ShareCard {
        address: meta.address.clone(),
        titles: titles.into_iter().flatten().map(str::to_owned).collect(),
        place: String::new(),
        ..site_card(context)
    }
}

/// The title of the record in the language of the interface that translates a case study in another,
/// or that it translates.
fn translated_title<'a>(context: &Context<'a>, case: &CaseStudy) -> Option<&'a str> {
    if case.meta.language == context.language_id() {
        return None;
    }
    case.translation_of
        .iter()
        .chain(&case.inverse.translation_of)
        .map(|version| &context.catalog.case(*version).meta)
        .find(|meta| meta.language == context.language_id())
        .map(|meta| meta.title.as_str())
}
