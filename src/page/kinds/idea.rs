//! The page of an idea: what it is, who wants it, and existing evidence.

use serde::Serialize;

use crate::backlog::RankedIdea;
use crate::catalog::keywords::IdeaStatus;
use crate::catalog::{CaseIndex, Idea, IdeaIndex, RecordIndex};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::{ideas, write};
use crate::page::parts::mention::Mentions;
use crate::page::parts::record::record_lines;
use crate::page::parts::shown_text::{
    OriginalTexts, TextLanguages, page_texts, shown_label, shown_language,
};
use crate::page::parts::structured_data::Article;
use crate::page::parts::team::team_link;
use crate::page::parts::term_ref::term_link;
use crate::page::parts::{
    Badge, Callout, CaseStudyList, EmptyState, Fact, KeyFigure, LanguageMark, Link, OptionalLink,
    RecordLine, RelatedRecords, breadcrumbs, extra_fields, related, share_bar, structured_data,
};
use crate::page::spec::Page;
use crate::page::text::{body, display};
use crate::site::ScoreKind;
use crate::site::pages::PageKind;
use crate::vocabulary::TermRef;

/// The view of the page of an idea.
#[derive(Debug, Clone, Serialize)]
pub struct IdeaPage {
    /// Breadcrumb links.
    pub crumbs: Vec<Link>,
    /// Language of the record where it differs from the interface's.
    pub language: Option<LanguageMark>,
    /// Site path of the form that writes the case study of the idea.
    pub write: String,
    /// Site path of the form that edits the idea.
    pub edit: String,
    /// Title of the idea, that of its gist in the interface's language where it has one.
    pub title: String,
    /// The summary of that gist; none for an idea whose own text says it.
    pub summary: Option<String>,
    /// Languages of title and summary.
    pub languages: TextLanguages,
    /// Title and summary in the language of the record, where those of a gist stand in their place.
    pub original: Option<OriginalTexts>,
    /// Status as a badge.
    pub status: Badge,
    /// Demand, target, and the reason for declining it.
    pub says: Vec<String>,
    /// Notices: the study it became, a study that tried it, or a long wait.
    pub notes: Vec<Callout>,
    /// Key figures: score, demand, win rate of its tactics.
    pub figures: Vec<KeyFigure>,
    /// The hypothesis.
    pub hypothesis: Option<String>,
    /// Body as HTML.
    pub body: String,
    /// Lists of case studies relevant to the idea.
    pub blocks: Vec<CaseStudyList>,
    /// Shown where no case study is relevant.
    pub empty: Option<EmptyState>,
    /// Facts about the idea.
    pub facts: Vec<Fact>,
    /// Records that mention the idea.
    pub related: Vec<RelatedRecords>,
    /// Change dates and source of the record.
    pub record: Vec<RecordLine>,
}

/// Composes the page of an idea.
pub fn compose(context: &Context, index: IdeaIndex, page: &Page) -> ComposedPage<IdeaPage> {
    let idea = context.catalog.idea(index);
    let ranked = context.backlog.idea(index);
    let blocks = case_study_lists(context, idea, ranked);
    let mut mentions = Mentions::default();
    let texts = page_texts(context, &idea.meta, Some(&idea.summary), &[], &[]);
    let description = texts.summary.clone().unwrap_or_default();
    let crumbs = breadcrumbs([(PageKind::Ideas.address().to_owned(), context.text("nav.ideas"))]);
    let data = structured_data::compose(
        context,
        &idea.meta,
        Article {
            schema_type: "Article",
            description: Some(&description),
            owner: idea.owner.as_deref(),
            image: None,
            crumbs: &crumbs,
        },
    );
    let view = IdeaPage {
        crumbs,
        language: display::foreign_language_mark(context, &idea.meta.language),
        write: write::form_address("idea", &idea.meta.id),
        edit: write::edit_address(RecordIndex::Idea(index), &idea.meta.id, None)
            .unwrap_or_default(),
        title: texts.title.clone(),
        summary: texts.original.as_ref().and(texts.summary.clone()),
        languages: texts.languages,
        original: texts.original,
        status: status_badge(context, idea.status),
        says: summary_lines(context, idea, ranked),
        notes: callouts(context, idea, ranked),
        figures: key_figures(context, idea, ranked),
        hypothesis: idea.hypothesis.clone(),
        body: body::render_html(context.catalog, &idea.meta.body, &page.root_prefix()),
        empty: blocks.is_empty().then(|| EmptyState {
            title: context.text("empty.matching"),
            text: context.text("empty.matching_text"),
            url: None,
            action: String::new(),
        }),
        blocks,
        facts: idea_facts(context, idea),
        related: related::related_to_idea(context, index, &mut mentions),
        record: record_lines(context, &idea.meta, None),
    };
    ComposedPage::from_title(context, &texts.title, view)
        .with_description(Some(&description))
        .with_language(shown_language(context, &idea.meta))
        .with_structured_data(data)
        .with_print_notes(share_bar::print_notes(context, None, idea.owner.as_deref()))
        .with_mentions(mentions)
}

/// The status of an idea as a badge.
pub fn status_badge(context: &Context, status: IdeaStatus) -> Badge {
    let tone = match status {
        IdeaStatus::Done => "good",
        IdeaStatus::Planned | IdeaStatus::Running | IdeaStatus::Shortlisted => "live",
        IdeaStatus::New | IdeaStatus::Declined | IdeaStatus::Parked => "",
    };
    Badge { tone, label: display::keyword_label(context.language, "idea_status", status) }
}

/// Lines at the top of the page of an idea: its demand, its target and the reason for declining it,
/// each only where there is one.
fn summary_lines(context: &Context, idea: &Idea, ranked: &RankedIdea) -> Vec<String> {
    let demand = (ranked.demand > 0)
        .then(|| context.language.plural_text("count.markets_want", ranked.demand, &[]));
    let target = idea
        .target
        .as_ref()
        .map(|target| context.language.text_with("idea.target_is", &[("target", target)]));
    demand.into_iter().chain(target).chain(idea.declined_reason.clone()).collect()
}

/// Notices on an idea: the study it became, else a study that tries or tried it; and that it has
/// waited long.
fn callouts(context: &Context, idea: &Idea, ranked: &RankedIdea) -> Vec<Callout> {
    let mut notes = Vec::new();
    if let Some(case) = idea.becomes.map(|case| context.catalog.case(case)) {
        notes.push(Callout {
            tone: "live",
            icon: "arrow",
            text: context.text("idea.became"),
            url: Some(case.meta.address.clone()),
            action: shown_label(context, &case.meta).to_owned(),
            ..Callout::default()
        });
    } else if let (Some(text), Some(nearest)) =
        (ideas::format_tried(context, ranked), ideas::trying_or_tried_study(ranked))
    {
        let case = context.catalog.case(nearest);
        notes.push(Callout {
            tone: "attention",
            icon: "pair",
            text,
            url: Some(case.meta.address.clone()),
            action: context.text("idea.read_first"),
            ..Callout::default()
        });
    }
    if let Some(days) = ranked.age_days.filter(|_| ranked.is_stale) {
        notes.push(Callout {
            tone: "attention",
            icon: "clock",
            text: context.language.plural_text(
                "idea.waiting",
                usize::try_from(days).unwrap_or(0),
                &[],
            ),
            url: None,
            action: String::new(),
            ..Callout::default()
        });
    }
    notes
}

/// Key figures of an idea: score, demand and, where a study counts, the win rate of its tactics in
/// its markets and similar ones.
fn key_figures(context: &Context, idea: &Idea, ranked: &RankedIdea) -> Vec<KeyFigure> {
    let figure = |value: String, label: String, note: Option<String>| KeyFigure {
        value,
        label,
        url: None,
        note,
    };
    let mut figures = vec![
        figure(
            ideas::format_score(context, ranked),
            context.text("idea.score"),
            format_score_parts(context, idea, ranked),
        ),
        figure(
            context.language.format_integer(ranked.demand),
            context.language.plural_text("idea.demand", ranked.demand, &[]),
            None,
        ),
    ];
    if let Some((value, note)) =
        display::format_bare_win_rate(context.language, &ranked.nearby_tally)
    {
        figures.push(figure(value, context.text("idea.won_with_tactic"), Some(note)));
    }
    figures
}

/// The factors of the score and whether confidence was capped: `7 × 8 × 7`; none without a score.
fn format_score_parts(context: &Context, idea: &Idea, ranked: &RankedIdea) -> Option<String> {
    ranked.score?;
    let parts = match context.site.ideas.score {
        ScoreKind::Ice => [idea.score.impact, idea.score.confidence, idea.score.ease],
        ScoreKind::Rice => [idea.score.reach, idea.score.impact, idea.score.confidence],
    };
    let written: Vec<String> =
        parts.iter().flatten().map(|part| context.language.format_number(*part, 0)).collect();
    let product = written.join(" × ");
    Some(if ranked.is_capped {
        context.language.text_with(
            "idea.capped",
            &[("parts", &product), ("cap", &context.site.ideas.confidence_cap.to_string())],
        )
    } else {
        product
    })
}

/// Lists of case studies that matter to an idea: those it cites, those that try or tried it, others
/// with its tactics. A study is in one list only, and empty lists are left out.
fn case_study_lists(context: &Context, idea: &Idea, ranked: &RankedIdea) -> Vec<CaseStudyList> {
    let mut blocks = Vec::new();
    let mut push = |id: &'static str, title: &'static str, hint: &'static str, rows: Vec<u32>| {
        if !rows.is_empty() {
            blocks.push(CaseStudyList {
                id,
                title: context.text(title),
                hint: context.text(hint),
                rows,
                pages: Vec::new(),
            });
        }
    };
    push(
        "evidence",
        "idea.evidence",
        "idea.evidence_hint",
        idea.evidence.iter().map(|case| case.0).collect(),
    );
    let alike: Vec<CaseIndex> = ranked
        .open_cases
        .iter()
        .chain(&ranked.ended_cases)
        .copied()
        .filter(|case| !idea.evidence.contains(case))
        .collect();
    push("tried", "idea.alike", "idea.alike_hint", alike.iter().map(|case| case.0).collect());
    push(
        "matching",
        "idea.matching",
        "idea.matching_hint",
        ranked
            .matching_cases
            .iter()
            .filter(|case| !idea.evidence.contains(case) && !alike.contains(case))
            .map(|case| case.0)
            .collect(),
    );
    blocks
}

/// The facts of an idea, then the hub's own fields; those without a value are left out.
fn idea_facts(context: &Context, idea: &Idea) -> Vec<Fact> {
    let language = context.language;
    let terms = |terms: Vec<TermRef>| -> Vec<OptionalLink> {
        terms.into_iter().map(|term| term_link(context, term)).collect()
    };
    let plain = |text: Option<String>| -> Vec<OptionalLink> {
        text.map(OptionalLink::plain).into_iter().collect()
    };
    let markets = |ids: &[crate::vocabulary::MarketId]| {
        terms(ids.iter().map(|id| TermRef::Market(*id)).collect())
    };
    let metric = idea.primary_metric.map(|id| {
        context.catalog.vocabulary.metrics[id].label_in(context.language_id()).to_owned()
    });
    let facts = [
        ("fact.would_run_in", markets(&idea.markets)),
        ("fact.wanted_by", markets(&idea.wanted_by)),
        ("fact.proposed_by", markets(&idea.proposed_by)),
        ("fact.channels", terms(idea.channels.iter().map(|id| TermRef::Channel(*id)).collect())),
        ("fact.tactics", terms(idea.tactics.iter().map(|id| TermRef::Tactic(*id)).collect())),
        (
            "fact.objective",
            plain(
                idea.objective
                    .map(|objective| display::keyword_label(language, "objective", objective)),
            ),
        ),
        ("fact.metric", plain(metric)),
        (
            "fact.effort",
            plain(idea.effort.map(|effort| display::keyword_label(language, "band", effort))),
        ),
        ("fact.owner", idea.owner.iter().map(|owner| team_link(context, owner)).collect()),
        ("fact.target", plain(idea.target.clone())),
    ];
    let facts = facts
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(label, values)| Fact { label: context.text(label), values });
    facts.chain(extra_fields::facts(&idea.meta)).collect()
}
