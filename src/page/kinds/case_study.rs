//! The page of a case study: what was tested, the result, and whether it may be reused.

use serde::Serialize;

use crate::catalog::case_study::LabelledLink;
use crate::catalog::field::{self, Field, PlainValue};
use crate::catalog::keywords::{Decision, Role, Status};
use crate::catalog::teams::team_to_ask;
use crate::catalog::{CaseIndex, CaseStudy, MetricResult};
use crate::page::composed::{ComposedPage, Translation};
use crate::page::context::Context;
use crate::page::kinds::lineage::{self, LineageTreeView};
use crate::page::kinds::write;
use crate::page::parts::chart::{self, IntervalChart};
use crate::page::parts::family::{self, FamilyAside};
use crate::page::parts::mention::Mentions;
use crate::page::parts::record::{record_lines, table_of_contents};
use crate::page::parts::share_bar::ShareBar;
use crate::page::parts::shown_text::{
    OriginalTexts, TextLanguages, page_texts, shown_label, shown_language,
};
use crate::page::parts::similarity_reasons::{self, SimilarityReasons};
use crate::page::parts::structured_data::Article;
use crate::page::parts::team::{ContactLink, ask_link, team_link};
use crate::page::parts::term_ref::term_link;
use crate::page::parts::{
    Badge, Callout, ContentsEntry, Fact, GradeMark, LanguageMark, Link, OptionalLink, OutcomeMark,
    RecordLine, RelatedRecords, SmallIntervalChart, breadcrumbs, extra_fields, related, share_bar,
    share_card, structured_data,
};
use crate::page::spec::Page;
use crate::page::text::{body, display, raw_html};
use crate::record::front_matter;
use crate::similar::{AnswerState, Pair, Reason};
use crate::site::Visibility;
use crate::site::address::encode_path;
use crate::site::pages::PageKind;
use crate::vocabulary::TermRef;

/// The view of the page of a case study.
#[derive(Debug, Clone, Serialize)]
pub struct CaseStudyPage {
    /// Breadcrumb links.
    pub crumbs: Vec<Link>,
    /// Site path of the form that writes an adaptation of it.
    pub adapt: String,
    /// Site path of the form that changes it.
    pub report: String,
    /// Title of the case study, that of its gist in the interface's language where it has one.
    pub title: String,
    /// Language of the record where it differs from the interface's.
    pub language: Option<LanguageMark>,
    /// The result, and for whom it matters.
    pub summary: Option<String>,
    /// Languages of title, summary and what to keep and adapt.
    pub languages: TextLanguages,
    /// These texts in the language of the record, where those of a gist stand in their place.
    pub original: Option<OriginalTexts>,
    /// Buttons that pass the study on.
    pub share: ShareBar,
    /// Outcome, or status while it has not ended.
    pub signal: OutcomeMark,
    /// Evidence grade.
    pub grade: Option<GradeMark>,
    /// Address of the free page that explains grades.
    pub grade_url: Option<String>,
    /// Label of the decision taken after the study; none for the decision `none`.
    pub decision: Option<String>,
    /// Badges: reuse decision, draft, visibility, and an early stop or archiving.
    pub badges: Vec<Badge>,
    /// Notices to read before reusing the study.
    pub notes: Vec<Callout>,
    /// The primary result.
    pub primary: Option<PrimaryResult>,
    /// What must be kept when the study is reused.
    pub fixed: Vec<String>,
    /// What may be adapted when the study is reused.
    pub flexible: Vec<String>,
    /// Constraints on a transfer, and the markets the study suits.
    pub limits: Vec<String>,
    /// All results.
    pub results: Vec<ResultRow>,
    /// Table of contents; empty with fewer than two headings.
    pub contents: Vec<ContentsEntry>,
    /// The hypothesis.
    pub hypothesis: Option<String>,
    /// Body as HTML.
    pub body: String,
    /// Arms of the experiment.
    pub variants: Vec<VariantCard>,
    /// The adaptation tree around this study.
    pub lineage: Option<LineageTreeView>,
    /// Key facts: markets, channels, tactics, dates, method and owner.
    pub glance: Vec<Fact>,
    /// The button that asks the owner about the study; none where the record names no team.
    pub ask: Option<ContactLink>,
    /// All other facts.
    pub facts: Vec<Fact>,
    /// The family of near-identical experiments that the study belongs to.
    pub family: Option<FamilyAside>,
    /// Similar case studies: unanswered possible duplicates first, then related ones.
    pub similar: Vec<SimilarStudy>,
    /// Relations, ideas, playbooks and backlinks.
    pub related: Vec<RelatedRecords>,
    /// External links, then verification, change dates and source of the record.
    pub record: Vec<RecordLine>,
}

/// The primary result of a case study as its page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct PrimaryResult {
    /// `better`, `worse` or `unclear`.
    pub tone: &'static str,
    /// The lift, or the figure of the variant where there is no lift: `−12.4%`.
    pub value: String,
    /// Short label of the metric: `CPA`.
    pub metric: String,
    /// Confidence interval, effect and sample size in words.
    pub sentence: String,
    /// A warning about a missing interval or low statistical power.
    pub caution: Option<String>,
    /// Chart of the lift and its interval; none for a metric without direction.
    pub chart: Option<IntervalChart>,
}

/// One result as a row of the table of results.
#[derive(Debug, Clone, Serialize)]
pub struct ResultRow {
    /// Label of the metric.
    pub metric: String,
    /// Role of the metric, unless it is secondary.
    pub role: Option<String>,
    /// Figure of the control arm, or the baseline.
    pub control: String,
    /// Figure of the variant arm.
    pub variant: String,
    /// The lift with sign and unit.
    pub lift: String,
    /// Small chart of the lift on the scale that lists share; none without a confidence interval.
    pub interval: Option<SmallIntervalChart>,
    /// Confidence interval in figures; empty without one.
    pub range: String,
    /// The effect as a mark; none without a confidence interval.
    pub reading: Option<OutcomeMark>,
    /// Remarks: no interval, derived, indexed, source.
    pub note: Option<String>,
}

/// One arm of the experiment as a card on the page of its case study.
#[derive(Debug, Clone, Serialize)]
pub struct VariantCard {
    /// Name of the arm.
    pub name: String,
    /// Whether it is the control arm.
    pub control: bool,
    /// What the arm showed or did.
    pub description: Option<String>,
    /// Site path of a picture of the arm.
    pub image: Option<String>,
}

/// A case study similar to the one on the page.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarStudy {
    /// Whether it is a possible duplicate without an answer.
    pub flagged: bool,
    /// Position in the page's `Mentions`.
    pub study: u32,
    /// Label of the verdict on a flagged pair.
    pub verdict: Option<String>,
    /// Why the two are similar.
    pub reasons: SimilarityReasons,
    /// Lines of front matter that mark the pair as different; flagged studies only.
    pub answer: Option<String>,
}

/// Composes the page of a case study.
pub fn compose(
    context: &Context,
    index: CaseIndex,
    page: &Page,
) -> ComposedPage<Box<CaseStudyPage>> {
    let case = context.catalog.case(index);
    let meta = &case.meta;
    let mut mentions = Mentions::default();
    let texts = page_texts(context, meta, case.summary.as_deref(), &case.fixed, &case.flexible);
    let crumbs = case_breadcrumbs(context, case);
    let description = texts.summary.clone().unwrap_or_else(|| describe(context, case));
    let image = share_card::case_image(context, index);
    let data = structured_data::compose(
        context,
        meta,
        Article {
            schema_type: "TechArticle",
            description: Some(&description),
            owner: case.owner.as_deref(),
            image: image.as_ref().map(|image| &*image.url),
            crumbs: &crumbs,
        },
    );
    let notes = share_bar::print_notes(context, Some(&case.verification), case.owner.as_deref());
    let primary = case.primary_result().and_then(|result| primary_result(context, case, result));
    let view = CaseStudyPage {
        crumbs,
        share: share_bar(context, case, primary.as_ref()),
        adapt: write::form_address("adapt", &meta.id),
        report: write::form_address("edit", &meta.id),
        title: texts.title.clone(),
        language: display::foreign_language_mark(context, &meta.language),
        summary: texts.summary.clone(),
        languages: texts.languages,
        original: texts.original,
        signal: display::case_outcome_mark(context.language, case),
        grade: display::grade_mark(context.language, case),
        grade_url: context.grade_rules_address.clone(),
        decision: case
            .decision
            .filter(|decision| *decision != Decision::None)
            .map(|decision| display::keyword_label(context.language, "decision", decision)),
        badges: badges(context, case),
        notes: callouts(context, index, case),
        primary,
        fixed: texts.fixed,
        flexible: texts.flexible,
        limits: transfer_limits(context, case),
        results: case.results.iter().map(|result| result_row(context, result)).collect(),
        contents: table_of_contents(meta),
        hypothesis: case.hypothesis.clone(),
        body: body::render_html(context.catalog, &meta.body, &page.root_prefix()),
        variants: case
            .variants
            .iter()
            .map(|variant| VariantCard {
                name: variant.name.clone(),
                control: variant.is_control,
                description: variant.description.clone(),
                image: variant.image.as_deref().map(encode_path),
            })
            .collect(),
        lineage: lineage::tree_around(context, index),
        glance: key_facts(context, case),
        ask: team_to_ask(case).map(|name| ask_link(context, name, &meta.title)),
        facts: other_facts(context, case),
        family: context
            .similar
            .find_family(index)
            .map(|family| family::family_aside(context, family, index)),
        similar: similar_studies(context, index, &mut mentions),
        related: related::related_to_case(context, index, &mut mentions),
        record: case
            .links
            .iter()
            .map(external_link_line)
            .chain(record_lines(context, meta, Some(&case.verification)))
            .collect(),
    };
    let mut composed = ComposedPage::from_title(context, &texts.title, Box::new(view))
        .with_description(Some(&description))
        .with_language(shown_language(context, meta))
        .with_image(image)
        .with_structured_data(data)
        .with_print_notes(notes)
        .with_mentions(mentions);
    composed.head.translations = translations(context, index, case);
    composed
}

/// A sentence about a study without a summary: outcome or status, and where it ran.
fn describe(context: &Context, case: &CaseStudy) -> String {
    let places = context.language.join_with_commas(&context.market_labels(case));
    let outcome = display::case_outcome_mark(context.language, case).label;
    let values = [("title", &*case.meta.title), ("outcome", &*outcome), ("places", &*places)];
    context.language.text_with("share.describe", &values)
}

/// The buttons that pass a study on. Its text says outcome, primary result, evidence and markets.
fn share_bar(context: &Context, case: &CaseStudy, primary: Option<&PrimaryResult>) -> ShareBar {
    let outcome = display::case_outcome_mark(context.language, case).label;
    let result = primary.map(|primary| {
        let value = format!("{} {}", primary.value, primary.metric);
        if primary.sentence.is_empty() {
            value
        } else {
            context
                .language
                .text_with("share.result", &[("value", &value), ("details", &primary.sentence)])
        }
    });
    let first = match result {
        Some(result) => {
            context.language.text_with("share.fact", &[("label", &outcome), ("value", &result)])
        }
        None => outcome,
    };
    let grade = display::grade_mark(context.language, case).map(|grade| grade.reason);
    let markets = context.language.join_with_commas(&context.market_labels(case));
    let markets =
        (!markets.is_empty()).then(|| share_bar::labelled(context, "fact.markets", &markets));
    let lines = [Some(first), grade, markets].into_iter().flatten();
    share_bar::compose(context, &case.meta, lines, case.owner.as_deref())
}

/// An external link of the record as a line; as text alone where its scheme is not allowed.
fn external_link_line(link: &LabelledLink) -> RecordLine {
    let harmless = raw_html::is_safe_address(&link.url);
    RecordLine {
        label: link.label.clone(),
        url: harmless.then(|| link.url.clone()),
        ..RecordLine::default()
    }
}

/// Breadcrumb links: the list of case studies and, for a study in exactly one market, that market.
fn case_breadcrumbs(context: &Context, case: &CaseStudy) -> Vec<Link> {
    let market = case
        .markets
        .first()
        .filter(|_| case.markets.len() == 1)
        .map(|id| TermRef::Market(*id).link(context));
    let all = (PageKind::CaseStudies.address().to_owned(), context.text("nav.case_studies"));
    breadcrumbs([all].into_iter().chain(market.map(|link| (link.url, link.label))))
}

/// Badges of a case study: reuse decision, draft, internal visibility, and an early stop or
/// archiving where the mark of the study shows its outcome instead.
fn badges(context: &Context, case: &CaseStudy) -> Vec<Badge> {
    let mut badges: Vec<Badge> = display::reuse_badge(context.language, case).into_iter().collect();
    if case.meta.is_draft {
        badges.push(Badge { tone: "attention", label: context.text("badge.draft") });
    }
    if case.meta.visibility == Visibility::Internal {
        badges.push(Badge { tone: "", label: context.text("badge.internal") });
    }
    if matches!(case.status, Some(Status::StoppedEarly | Status::Archived))
        && case.outcome.is_some()
    {
        badges.extend(case.status.map(|status| Badge {
            tone: "",
            label: display::keyword_label(context.language, "status", status),
        }));
    }
    badges
}

/// Notices to read before reusing a study: what supersedes it, open duplicates, overdue
/// verification.
fn callouts(context: &Context, index: CaseIndex, case: &CaseStudy) -> Vec<Callout> {
    let mut notes = Vec::new();
    for newer in &case.inverse.supersedes {
        let newer = &context.catalog.case(*newer).meta;
        notes.push(Callout {
            tone: "attention",
            icon: "arrow",
            text: context.text("note.superseded"),
            url: Some(newer.address.clone()),
            action: shown_label(context, newer).to_owned(),
            ..Callout::default()
        });
    }
    if let Some(family) =
        context.similar.find_family(index).filter(|family| family.unanswered.contains(&index))
    {
        notes.push(Callout {
            tone: "attention",
            icon: "pair",
            text: format!("{}.", family::headline(context, family)),
            url: Some(context.family_url(family)),
            action: family::action_text(context.language, family.action).to_owned(),
            reasons: similarity_reasons::compose(context, &family.reasons).chips,
        });
    }
    let open: Vec<&Pair> = context
        .pairs_of(index)
        .filter(|pair| pair.state == AnswerState::Open && pair.family.is_none())
        .collect();
    if let [pair] = open[..] {
        let other = &context.catalog.case(other_case(pair, index)).meta;
        notes.push(Callout {
            tone: "attention",
            icon: "pair",
            text: context.text("note.pair"),
            url: Some(other.address.clone()),
            action: shown_label(context, other).to_owned(),
            reasons: similarity_reasons::compose(context, &pair.reasons).chips,
        });
    } else if !open.is_empty() {
        notes.push(Callout {
            tone: "attention",
            icon: "pair",
            text: context.language.plural_text("note.pairs", open.len(), &[]),
            url: Some(PageKind::Similar.address().into()),
            action: context.text("note.pairs_action"),
            ..Callout::default()
        });
    }
    if case.verification.is_overdue(context.site.today) {
        let due = case
            .verification
            .due_date()
            .map(|day| context.language.format_day(day))
            .unwrap_or_default();
        notes.push(Callout {
            tone: "attention",
            icon: "clock",
            text: context.language.text_with("note.overdue", &[("date", &due)]),
            ..Callout::default()
        });
    }
    notes
}

/// The study of a pair that is not `this`.
fn other_case(pair: &Pair, this: CaseIndex) -> CaseIndex {
    if pair.a == this { pair.b } else { pair.a }
}

/// The primary result with its chart and what to beware of; none with neither a lift nor a figure
/// of the variant.
fn primary_result(
    context: &Context,
    case: &CaseStudy,
    result: &MetricResult,
) -> Option<PrimaryResult> {
    let value = display::format_lift(context, result).or_else(|| {
        result.variant.map(|_| display::format_figure(context, result, result.variant))
    })?;
    let level = context
        .language
        .format_percent(&context.language.format_number(case.confidence_level.unwrap_or(95.0), 0));
    let effect = display::effect_if_interval(context, result);
    let mut parts: Vec<String> = Vec::new();
    if let Some(range) = display::format_interval(context, result) {
        parts.push(
            context.language.text_with("case.confidence", &[("level", &level), ("range", &range)]),
        );
    }
    if let Some(reading) = display::effect_label(context.language, effect) {
        let direction = display::direction_key(context, result)
            .map(|key| format!(" ({})", context.language.text(key)))
            .unwrap_or_default();
        parts.push(format!("{reading}{direction}"));
    }
    parts.extend(format_sample(context, case));
    Some(PrimaryResult {
        tone: display::effect_tone(effect),
        value,
        metric: display::short_metric_label(context, &result.metric),
        sentence: context.language.join_remarks(&parts),
        caution: format_caution(context, case, result),
        chart: chart::primary_result_chart(context, result),
    })
}

/// A warning that the primary result has no interval, or that its statistical power is low; none
/// for a sound result.
fn format_caution(context: &Context, case: &CaseStudy, result: &MetricResult) -> Option<String> {
    if result.interval().is_none() {
        return Some(context.text("case.caution_no_interval"));
    }
    case.evidence_grade.is_underpowered.then(|| context.text("case.caution_underpowered"))
}

/// The sample size with its unit: `12,000 households`; none where it is not stated.
fn format_sample(context: &Context, case: &CaseStudy) -> Option<String> {
    let size = usize::try_from(case.measured_units()?).ok()?;
    let number = context.language.format_integer(size);
    Some(match &case.sample_unit {
        Some(unit) => format!("{number} {unit}"),
        None => context.language.text_with("case.sample", &[("n", &number)]),
    })
}

/// A result as a row of the table; its effect has the icon of the outcome won, lost or
/// inconclusive.
fn result_row(context: &Context, result: &MetricResult) -> ResultRow {
    let effect = display::effect_if_interval(context, result);
    let range = display::format_interval(context, result);
    let signal = match display::effect_tone(effect) {
        "better" => "won",
        "worse" => "lost",
        _ => "inconclusive",
    };
    ResultRow {
        metric: display::metric_label(context, &result.metric).to_owned(),
        role: (result.role != Role::Secondary)
            .then(|| display::keyword_label(context.language, "role", result.role)),
        control: display::format_figure(context, result, result.control.or(result.baseline)),
        variant: display::format_figure(context, result, result.variant),
        lift: display::format_lift(context, result).unwrap_or_default(),
        interval: chart::small_interval_chart(context, result).filter(|_| range.is_some()),
        reading: display::effect_label(context.language, effect)
            .filter(|_| range.is_some())
            .map(|label| OutcomeMark { id: signal, label: label.to_owned() }),
        note: result_note(context, result, range.is_some()),
        range: range.unwrap_or_default(),
    }
}

/// Remarks on a result, separated by semicolons; none without any. `has_interval` says whether its
/// confidence interval is stated.
fn result_note(context: &Context, result: &MetricResult, has_interval: bool) -> Option<String> {
    let mut notes = Vec::new();
    if !has_interval {
        notes.push(context.text("case.no_interval"));
    }
    if result.is_derived {
        notes.push(context.text("case.derived"));
    }
    if result.is_indexed {
        notes.push(context.text("case.indexed"));
    }
    notes.extend(result.source.clone());
    (!notes.is_empty()).then(|| context.language.join_remarks(&notes))
}

/// The constraints on a transfer as the record states them, then one sentence with the places that
/// the study suits.
fn transfer_limits(context: &Context, case: &CaseStudy) -> Vec<String> {
    let markets = case.suited_markets.iter().map(|id| TermRef::Market(*id).label(context));
    let places: Vec<&str> = case
        .suited_groups
        .iter()
        .map(|id| TermRef::Group(*id).label(context))
        .chain(markets)
        .collect();
    let mut limits = case.constraints.clone();
    if !places.is_empty() {
        limits.push(
            context
                .language
                .text_with("case.suited", &[("places", &context.language.format_list(&places))]),
        );
    }
    limits
}

/// The facts at the top of the page; those without a value are left out, and stated groups stand
/// for all markets.
fn key_facts(context: &Context, case: &CaseStudy) -> Vec<Fact> {
    let terms = |terms: Vec<TermRef>| -> Vec<OptionalLink> {
        terms.into_iter().map(|term| term_link(context, term)).collect()
    };
    let places = case.stated_groups.iter().map(|id| TermRef::Group(*id)).chain(
        case.markets
            .iter()
            .filter(|_| case.stated_groups.is_empty())
            .map(|id| TermRef::Market(*id)),
    );
    label_facts(
        context,
        [
            ("fact.markets", terms(places.collect())),
            (
                "fact.channels",
                terms(case.channels.iter().map(|id| TermRef::Channel(*id)).collect()),
            ),
            ("fact.tactics", terms(case.tactics.iter().map(|id| TermRef::Tactic(*id)).collect())),
            ("fact.ran", optional_text(display::format_run_dates(context.language, case))),
            ("fact.method", optional_text(format_method(context, case))),
            ("fact.owner", case.owner.iter().map(|owner| team_link(context, owner)).collect()),
        ],
    )
}

/// All facts that are not at the top of the page, in the order of the field table, then
/// responsibilities and the hub's own fields; those without a value are left out.
fn other_facts(context: &Context, case: &CaseStudy) -> Vec<Fact> {
    let language = context.language;
    let texts =
        |texts: &[String]| -> Vec<OptionalLink> { texts.iter().map(OptionalLink::plain).collect() };
    let teams = |names: &[String]| -> Vec<OptionalLink> {
        names.iter().map(|name| team_link(context, name)).collect()
    };
    let objective = case
        .objective
        .map(|objective| display::keyword_label(language, field::OBJECTIVE.name, objective));
    let pillar =
        case.pillar.map(|pillar| display::keyword_label(language, field::PILLAR.name, pillar));
    let budget = case.budget.as_ref().map(|budget| display::format_budget(language, budget));
    let own = [
        (&field::OBJECTIVE, optional_text(objective)),
        (&field::AUDIENCE, texts(&case.audience)),
        (&field::PILLAR, optional_text(pillar)),
        (&field::BUDGET, optional_text(budget)),
    ];
    let plain =
        case.plain.iter().map(|(field, value)| (field, plain_values(context, field, value)));
    let mut facts: Vec<(&Field, Vec<OptionalLink>)> = own.into_iter().chain(plain).collect();
    facts.sort_by_key(|(field, _)| field::position(field));
    facts.extend([
        (&field::raci::ACCOUNTABLE, teams(&case.raci.accountable)),
        (&field::raci::RESPONSIBLE, teams(&case.raci.responsible)),
        (&field::raci::CONSULTED, teams(&case.raci.consulted)),
        (&field::raci::INFORMED, teams(&case.raci.informed)),
    ]);
    let labelled = facts.into_iter().filter_map(|(field, values)| Some((field.fact?, values)));
    let mut facts = label_facts(context, labelled);
    facts.extend(extra_fields::facts(&case.meta));
    facts
}

/// The value of a plain field as the values of a fact: one for each text of a list, else one.
/// Authors that are teams have links.
fn plain_values(context: &Context, field: &Field, value: &PlainValue) -> Vec<OptionalLink> {
    let language = context.language;
    match value {
        PlainValue::Texts(texts) if *field == field::AUTHORS => {
            texts.iter().map(|name| team_link(context, name)).collect()
        }
        PlainValue::Text(text) => vec![OptionalLink::plain(text)],
        PlainValue::Texts(texts) => texts.iter().map(OptionalLink::plain).collect(),
        PlainValue::Keyword(word) => {
            vec![OptionalLink::plain(display::word_label(language, field.label_section(), word))]
        }
        PlainValue::Date(day) => vec![OptionalLink::plain(language.format_day(*day))],
        PlainValue::Number(number) => {
            let decimals = if number.fract() == 0.0 { 0 } else { 2 };
            vec![OptionalLink::plain(language.format_number(*number, decimals))]
        }
    }
}

/// A text as the values of a fact: one value, or none without a text.
fn optional_text(text: Option<String>) -> Vec<OptionalLink> {
    text.map(OptionalLink::plain).into_iter().collect()
}

/// Facts from pairs of language key and values, without those that have no values.
fn label_facts(
    context: &Context,
    facts: impl IntoIterator<Item = (&'static str, Vec<OptionalLink>)>,
) -> Vec<Fact> {
    facts
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(label, values)| Fact { label: context.text(label), values })
        .collect()
}

/// The method with the sample size, where that is stated; none without a method.
fn format_method(context: &Context, case: &CaseStudy) -> Option<String> {
    let method = display::keyword_label(context.language, "method", case.method?);
    Some(format_sample(context, case).map_or_else(
        || method.clone(),
        |sample| context.language.join_with_commas(&[&method, &sample]),
    ))
}

/// The studies of open pairs outside families, then related ones. All of them are added to
/// `mentions`, which must be empty before, because studies in it count as flagged.
fn similar_studies(
    context: &Context,
    index: CaseIndex,
    mentions: &mut Mentions,
) -> Vec<SimilarStudy> {
    let open = context
        .pairs_of(index)
        .filter(|pair| pair.state == AnswerState::Open && pair.family.is_none());
    let mut near: Vec<SimilarStudy> =
        open.map(|pair| flagged_study(context, pair, other_case(pair, index), mentions)).collect();
    let flagged: Vec<CaseIndex> = mentions.0.iter().map(|(case, _)| *case).collect();
    let related = context.similar.related.get(index.0 as usize).map_or(&[][..], Vec::as_slice);
    let others = related.iter().filter(|neighbour| !flagged.contains(&neighbour.case));
    near.extend(others.map(|neighbour| {
        related_study(context, &neighbour.reasons, mentions.add_aside(neighbour.case))
    }));
    near
}

/// The other study of an open pair, with the verdict and the lines that mark the two as different;
/// it is added to `mentions`.
fn flagged_study(
    context: &Context,
    pair: &Pair,
    other: CaseIndex,
    mentions: &mut Mentions,
) -> SimilarStudy {
    SimilarStudy {
        flagged: true,
        verdict: Some(display::verdict_texts(context.language, pair.verdict).1.to_owned()),
        answer: Some(format!(
            "not_duplicate_of:\n  - id: {}\n    reason: \"\"",
            front_matter::render_name(&context.catalog.case(other).meta.id)
        )),
        ..related_study(context, &pair.reasons, mentions.add_aside(other))
    }
}

/// A study that is similar and no possible duplicate; `study` is its position in the mentions.
fn related_study(context: &Context, reasons: &[Reason], study: u32) -> SimilarStudy {
    SimilarStudy {
        flagged: false,
        study,
        verdict: None,
        reasons: similarity_reasons::compose(context, reasons),
        answer: None,
    }
}

/// The study that this one translates, those that translate it, and itself, in id order; empty
/// without a translation.
fn translations(context: &Context, index: CaseIndex, case: &CaseStudy) -> Vec<Translation> {
    let mut versions: Vec<CaseIndex> =
        case.translation_of.iter().chain(&case.inverse.translation_of).copied().collect();
    if versions.is_empty() {
        return Vec::new();
    }
    versions.push(index);
    versions.sort_unstable();
    versions.dedup();
    versions
        .iter()
        .map(|version| context.catalog.case(*version))
        .map(|case| Translation {
            language: case.meta.language.clone(),
            url: case.meta.address.clone(),
        })
        .collect()
}
