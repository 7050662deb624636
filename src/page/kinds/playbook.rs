//! The page of a playbook: a claim, and the case studies that support or contradict it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::keywords::PlaybookStatus;
use crate::catalog::{CaseIndex, CaseStudy, Playbook, PlaybookIndex};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::playbooks;
use crate::page::parts::record::record_lines;
use crate::page::parts::share_bar::ShareBar;
use crate::page::parts::shown_text::{OriginalTexts, TextLanguages, page_texts, shown_language};
use crate::page::parts::structured_data::Article;
use crate::page::parts::team::team_link;
use crate::page::parts::term_ref::term_link;
use crate::page::parts::{
    Badge, Callout, CaseStudyList, Fact, LanguageMark, Link, OptionalLink, RecordLine, TallyBar,
    breadcrumbs, extra_fields, share_bar, share_card, structured_data,
};
use crate::page::spec::Page;
use crate::page::text::{body, display};
use crate::site::pages::PageKind;
use crate::vocabulary::{GroupId, MarketId, TermRef};

/// The view of the page of a playbook.
#[derive(Debug, Clone, Serialize)]
pub struct PlaybookPage {
    /// Breadcrumb links.
    pub crumbs: Vec<Link>,
    /// Language of the record where it differs from the interface's.
    pub language: Option<LanguageMark>,
    /// Title of the playbook.
    pub title: String,
    /// The claim.
    pub claim: String,
    /// Languages of title, claim and what to keep and adapt.
    pub languages: TextLanguages,
    /// These texts in the language of the record, where those of a gist stand in their place.
    pub original: Option<OriginalTexts>,
    /// Buttons that pass the playbook on.
    pub share: ShareBar,
    /// Status of the claim as a badge.
    pub status: Badge,
    /// Whether the claim is rejected, which its title line says.
    pub rejected: bool,
    /// Number of supporting and contradicting studies, in words.
    pub says: Vec<String>,
    /// A notice where verification is overdue.
    pub notes: Vec<Callout>,
    /// Supporting and contradicting studies as a bar.
    pub tally: Option<TallyBar>,
    /// What must be kept.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// Lists of supporting and contradicting studies.
    pub blocks: Vec<CaseStudyList>,
    /// Body as HTML.
    pub body: String,
    /// Facts about the playbook.
    pub facts: Vec<Fact>,
    /// Markets that the claim applies to: where it was not tried yet, and where it is planned or
    /// running; those without a market are left out.
    pub places: Vec<PlaceList>,
    /// Verification, change dates and source of the record.
    pub record: Vec<RecordLine>,
}

/// Markets under a heading, with those beyond `MAX_FIRST_PLACES` behind a click.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceList {
    /// The heading.
    pub title: String,
    /// The first markets by label, linked where they have a page.
    pub first: Vec<OptionalLink>,
    /// The others.
    pub rest: Vec<OptionalLink>,
    /// Number of the others, in words; none where there are none.
    pub more: Option<String>,
}

/// The most markets of one list that stand open.
const MAX_FIRST_PLACES: usize = 24;

/// Composes the page of a playbook.
pub fn compose(context: &Context, index: PlaybookIndex, page: &Page) -> ComposedPage<PlaybookPage> {
    let playbook = context.catalog.playbook(index);
    let texts = page_texts(
        context,
        &playbook.meta,
        Some(&playbook.claim),
        &playbook.fixed,
        &playbook.flexible,
    );
    let claim = texts.summary.unwrap_or_default();
    let owner = playbook.owner.as_deref();
    let crumbs =
        breadcrumbs([(PageKind::Playbooks.address().to_owned(), context.text("nav.playbooks"))]);
    let image = share_card::playbook_image(context, index);
    let data = structured_data::compose(
        context,
        &playbook.meta,
        Article {
            schema_type: "Article",
            description: Some(&claim),
            owner,
            image: image.as_ref().map(|image| &*image.url),
            crumbs: &crumbs,
        },
    );
    let status = playbooks::status_badge(context, playbook.status).label;
    let support = playbooks::support_summary(context, playbook);
    let view = PlaybookPage {
        crumbs,
        share: share_bar::compose(
            context,
            &playbook.meta,
            [playbook.claim.clone(), status, support],
            owner,
        ),
        language: display::foreign_language_mark(context, &playbook.meta.language),
        title: texts.title.clone(),
        claim: claim.clone(),
        languages: texts.languages,
        original: texts.original,
        status: playbooks::status_badge(context, playbook.status),
        rejected: playbook.status == PlaybookStatus::Rejected,
        says: vec![playbooks::support_summary(context, playbook)],
        notes: callouts(context, playbook),
        tally: playbooks::support_bar(context, playbook),
        fixed: texts.fixed,
        flexible: texts.flexible,
        blocks: case_study_lists(context, playbook),
        body: body::render_html(context.catalog, &playbook.meta.body, &page.root_prefix()),
        facts: playbook_facts(context, playbook),
        places: place_lists(context, playbook),
        record: record_lines(context, &playbook.meta, Some(&playbook.verification)),
    };
    let title = if view.rejected {
        format!("{} ({})", texts.title, context.language.phrase_in_sentence(&view.status.label))
    } else {
        texts.title.clone()
    };
    ComposedPage::from_title(context, &title, view)
        .with_description(Some(&claim))
        .with_language(shown_language(context, &playbook.meta))
        .with_image(image)
        .with_structured_data(data)
        .with_print_notes(share_bar::print_notes(context, Some(&playbook.verification), owner))
}

/// A notice that verification is overdue; empty where it is not.
fn callouts(context: &Context, playbook: &Playbook) -> Vec<Callout> {
    let due = playbook
        .verification
        .due_date()
        .filter(|_| playbook.verification.is_overdue(context.site.today));
    due.map(|due| Callout {
        tone: "attention",
        icon: "clock",
        text: context
            .language
            .text_with("note.overdue", &[("date", &context.language.format_day(due))]),
        ..Callout::default()
    })
    .into_iter()
    .collect()
}

/// The supporting and the contradicting studies, each in list order; empty lists are left out.
fn case_study_lists(context: &Context, playbook: &Playbook) -> Vec<CaseStudyList> {
    let rows = |cases: &[CaseIndex]| {
        context.sort_newest_first(cases).iter().map(|case| case.0).collect::<Vec<u32>>()
    };
    let mut blocks = Vec::new();
    for (id, title, hint, cases) in [
        ("for", "playbook.for_title", "playbook.for_hint", &playbook.supports),
        ("against", "playbook.against_title", "playbook.against_hint", &playbook.contradicts),
    ] {
        if !cases.is_empty() {
            blocks.push(CaseStudyList {
                id,
                title: context.text(title),
                hint: context.text(hint),
                rows: rows(cases),
                pages: Vec::new(),
            });
        }
    }
    blocks
}

/// The facts of a playbook, then the hub's own fields; those without a value are left out.
fn playbook_facts(context: &Context, playbook: &Playbook) -> Vec<Fact> {
    let terms = |terms: Vec<TermRef>| -> Vec<OptionalLink> {
        terms.into_iter().map(|term| term_link(context, term)).collect()
    };
    let places = playbook
        .stated_groups
        .iter()
        .map(|id| TermRef::Group(*id))
        .chain(playbook.markets.iter().map(|id| TermRef::Market(*id)));
    let facts = [
        ("fact.applies_to", terms(places.collect())),
        (
            "fact.maturity",
            playbook
                .maturity
                .iter()
                .map(|maturity| OptionalLink::plain(context.text(display::maturity_key(*maturity))))
                .collect(),
        ),
        (
            "fact.channels",
            terms(playbook.channels.iter().map(|id| TermRef::Channel(*id)).collect()),
        ),
        ("fact.tactics", terms(playbook.tactics.iter().map(|id| TermRef::Tactic(*id)).collect())),
        ("fact.owner", playbook.owner.iter().map(|owner| team_link(context, owner)).collect()),
    ];
    facts
        .into_iter()
        .filter(|(_, values): &(_, Vec<OptionalLink>)| !values.is_empty())
        .map(|(label, values)| Fact { label: context.text(label), values })
        .chain(extra_fields::facts(&playbook.meta))
        .collect()
}

/// The markets that a playbook applies to and where it was not tried: first those where nothing is
/// under way, then those where it is planned or running. A list without a market is left out.
fn place_lists(context: &Context, playbook: &Playbook) -> Vec<PlaceList> {
    let trials = Trials::of_playbook(context, playbook);
    let (mut untried, mut planned) = (Vec::new(), Vec::new());
    for market in applicable_markets(context, playbook) {
        match (trials.ended.contains(&market), trials.open.contains(&market)) {
            (true, _) => {}
            (false, true) => planned.push(market),
            (false, false) => untried.push(market),
        }
    }
    [("playbook.untried", untried), ("playbook.planned", planned)]
        .into_iter()
        .filter(|(_, markets)| !markets.is_empty())
        .map(|(title, markets)| place_list(context, title, &markets))
        .collect()
}

/// Markets by label under a heading, which is given by its language key.
fn place_list(context: &Context, title: &'static str, markets: &[MarketId]) -> PlaceList {
    let mut links: Vec<OptionalLink> =
        markets.iter().map(|market| term_link(context, TermRef::Market(*market))).collect();
    links.sort_by_key(|link| link.label.to_lowercase());
    let rest = links.split_off(links.len().min(MAX_FIRST_PLACES));
    PlaceList {
        title: context.text(title),
        first: links,
        more: (!rest.is_empty())
            .then(|| context.language.plural_text("playbook.more_places", rest.len(), &[])),
        rest,
    }
}

/// Where a playbook was tried, and where that has begun or is planned.
#[derive(Debug, Default)]
struct Trials {
    /// Markets of studies that have ended.
    ended: BTreeSet<MarketId>,
    /// Markets of planned and running studies.
    open: BTreeSet<MarketId>,
}

impl Trials {
    /// Collects the markets of the studies that a playbook cites, and of those that use all of its
    /// tactics: a planned study cannot be cited yet, because it supports nothing.
    fn of_playbook(context: &Context, playbook: &Playbook) -> Trials {
        let cites = |case: &CaseIndex| {
            playbook.supports.contains(case) || playbook.contradicts.contains(case)
        };
        let uses_all_tactics = |case: &CaseStudy| {
            !playbook.tactics.is_empty()
                && playbook.tactics.iter().all(|tactic| case.tactics.contains(tactic))
        };
        let mut trials = Trials::default();
        for (index, case) in context.catalog.iter_cases() {
            if cites(&index) || uses_all_tactics(case) {
                let markets = if case.has_ended() { &mut trials.ended } else { &mut trials.open };
                markets.extend(&case.markets);
            }
        }
        trials
    }
}

/// The markets that a playbook applies to: those it names, and all of the groups it names, whether
/// or not they have a case study; all markets in use where it names neither. Where it names
/// maturities, only markets of these or of none.
fn applicable_markets(context: &Context, playbook: &Playbook) -> BTreeSet<MarketId> {
    let vocabulary = &context.catalog.vocabulary;
    let members = |group: &GroupId| vocabulary.groups[*group].members.iter().copied();
    let mut markets: BTreeSet<MarketId> = playbook
        .markets
        .iter()
        .copied()
        .chain(playbook.stated_groups.iter().flat_map(members))
        .collect();
    if markets.is_empty() {
        markets.extend(context.evidence.markets.keys().copied());
    }
    markets.retain(|market| {
        vocabulary.markets[*market].maturity.is_none_or(|maturity| {
            playbook.maturity.is_empty() || playbook.maturity.contains(&maturity)
        })
    });
    markets
}

#[cfg(test)]
mod tests {
    use crate::support::{TestHub, graded_a, study_fields};

    /// The labels of the chips below a heading of a page, in their order.
    fn chips_below(page: &str, heading: &str) -> Vec<String> {
        let Some((_, rest)) = page.split_once(&format!("<h2>{heading}</h2>")) else {
            return Vec::new();
        };
        let chips = rest.split("</section>").next().unwrap().split("chip").skip(2);
        let label =
            |chip: &str| chip.split_once('>').unwrap().1.split('<').next().unwrap().to_owned();
        chips.map(label).collect()
    }

    #[test]
    fn markets_are_tried_planned_or_neither_and_none_is_missing() {
        let fields = |market: &str| {
            study_fields(market, "email", "quiz", "won", &graded_a("cvr", 3.0, 1.0, 5.0))
        };
        let open = |market: &str, status: &str| {
            format!(
                "status: {status}\nmarkets: [{market}]\nchannels: [email]\ntactics: [quiz, bundle]"
            )
        };
        let built = TestHub::new()
            .site("[checks]\npreset = \"lenient\"")
            .case("de/cited", &fields("DE"))
            .case("at/uncited", &fields("AT"))
            .case("ch/planned", &open("CH", "planned"))
            .case("nl/running", &open("NL", "running"))
            .case("fr/other", &study_fields("FR", "email", "bundle", "won", ""))
            .playbook(
                "quiz-first",
                "claim: A quiz helps\nstatus: rejected\nsupports: [de/cited]\napplies_to: {markets: [dach, benelux, FR], tactics: [quiz]}",
            )
            .build();
        let page = built.text("playbooks/quiz-first/index.html");
        assert_eq!(chips_below(page, "Planned or running in"), ["Netherlands", "Switzerland"]);
        let untried = chips_below(page, "Not yet tried in");
        assert_eq!(untried, ["Belgium", "France", "Luxembourg"], "members of groups count: {page}");
        let head = page.split_once("<h1").unwrap().1.split("</h1>").next().unwrap();
        assert!(head.contains("Rejected"), "its title line says that it is rejected: {head}");
        assert!(page.contains("<title>quiz-first (rejected)"), "{page}");
    }
}
