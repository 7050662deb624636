//! The page of a case study: what was tried, whether it worked, whether it may be copied.

use serde::Serialize;

use crate::catalog::case_study::LabelledLink;
use crate::catalog::words::{Decision, Role, Status};
use crate::catalog::{CaseIndex, CaseStudy, Meta, Reported, Verification};
use crate::page::chart::{self, Chart};
use crate::page::context::Context;
use crate::page::family::{self, FamilySide};
use crate::page::lineage::{self, TreeView};
use crate::page::mention::Mentions;
use crate::page::parts::{Badge, Entry, Fact, GradeMark, Interval, Labelled, LanguageMark, Link, Note, RecordLine, Related, Signal};
use crate::page::{Composed, Page, PageKind, Translation, View, body, crumbs, free_fields, related, repository, say};
use crate::record::front_matter;
use crate::similar::{Pair, PairState, Reason};
use crate::site::Visibility;
use crate::site::address::encode_path;
use crate::vocabulary::TermRef;

/// The view of a case study.
#[derive(Debug, Clone, Serialize)]
pub struct CaseStudyPage {
    /// The way back.
    pub crumbs: Vec<Link>,
    /// Its title.
    pub title: String,
    /// Its language where that is not the interface's.
    pub language: Option<LanguageMark>,
    /// The result and for whom.
    pub summary: Option<String>,
    /// What became of it.
    pub signal: Signal,
    /// How far it can be trusted.
    pub grade: Option<GradeMark>,
    /// The page that explains grades.
    pub grade_url: Option<String>,
    /// What is to be done next.
    pub decision: Option<String>,
    /// Reuse, draft, visibility.
    pub badges: Vec<Badge>,
    /// What the reader must know before copying.
    pub notes: Vec<Note>,
    /// The primary result.
    pub primary: Option<Primary>,
    /// What is kept.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// What limits a transfer.
    pub limits: Vec<String>,
    /// All results.
    pub results: Vec<ResultRow>,
    /// Table of contents.
    pub contents: Vec<Entry>,
    /// What was believed.
    pub hypothesis: Option<String>,
    /// The story, as HTML.
    pub body: String,
    /// What was tested.
    pub variants: Vec<VariantCard>,
    /// Where it came from and where it went.
    pub lineage: Option<TreeView>,
    /// What every reader asks first: where, on which channel, with which tactic, when, how, whose.
    pub glance: Vec<Fact>,
    /// The other facts.
    pub facts: Vec<Fact>,
    /// The experiments of other markets that are the same as this one.
    pub family: Option<FamilySide>,
    /// What else resembles it.
    pub similar: Vec<Near>,
    /// Relations, ideas, playbooks, backlinks.
    pub related: Vec<Related>,
    /// About the record itself.
    pub record: Vec<RecordLine>,
}

/// The primary result.
#[derive(Debug, Clone, Serialize)]
pub struct Primary {
    /// `better`, `worse` or `unclear`.
    pub tone: &'static str,
    /// `−12.4%`.
    pub value: String,
    /// `CPA`.
    pub metric: String,
    /// Interval, direction and sample in words.
    pub sentence: String,
    /// Why it should be read with care.
    pub caution: Option<String>,
    /// The same as a chart.
    pub chart: Option<Chart>,
}

/// One row of the results.
#[derive(Debug, Clone, Serialize)]
pub struct ResultRow {
    /// The metric.
    pub metric: String,
    /// Primary or guardrail.
    pub role: Option<String>,
    /// Without the change.
    pub control: String,
    /// With it.
    pub variant: String,
    /// The difference.
    pub lift: String,
    /// The same on the shared scale.
    pub interval: Option<Interval>,
    /// The interval in figures.
    pub range: String,
    /// What it means.
    pub reading: Option<Signal>,
    /// Derived, indexed and the like.
    pub note: Option<String>,
}

/// One arm.
#[derive(Debug, Clone, Serialize)]
pub struct VariantCard {
    /// Its name.
    pub name: String,
    /// Whether it is the control.
    pub control: bool,
    /// What it was.
    pub description: Option<String>,
    /// A picture, by site path.
    pub image: Option<String>,
}

/// A study that resembles this one.
#[derive(Debug, Clone, Serialize)]
pub struct Near {
    /// Whether it waits for an answer.
    pub flagged: bool,
    /// Its position among the studies that the page mentions.
    pub study: u32,
    /// What is to be done.
    pub verdict: Option<String>,
    /// Why it is here.
    pub reasons: String,
    /// The lines that answer it.
    pub answer: Option<String>,
}

/// Composes the page.
pub fn compose(context: &Context, index: CaseIndex, page: &Page) -> Composed {
    let case = context.catalog.case(index);
    let meta = &case.meta;
    let mut mentions = Mentions::default();
    let view = CaseStudyPage {
        crumbs: trail(context, case),
        title: meta.title.clone(),
        language: say::foreign(context, &meta.language),
        summary: case.summary.clone(),
        signal: say::signal(context.language, case),
        grade: say::grade(context.language, case),
        grade_url: context.rules.clone(),
        decision: case.decision.filter(|decision| *decision != Decision::None).map(|decision| say::word(context.language, "decision", decision)),
        badges: badges(context, case),
        notes: notes(context, index, case),
        primary: case.primary().and_then(|reported| primary(context, case, reported)),
        fixed: case.fixed.clone(),
        flexible: case.flexible.clone(),
        limits: limits(context, case),
        results: case.results.iter().map(|reported| result(context, reported)).collect(),
        contents: contents(meta),
        hypothesis: case.hypothesis.clone(),
        body: body::html(context.catalog, &meta.body, &page.root()),
        variants: case
            .variants
            .iter()
            .map(|variant| VariantCard {
                name: variant.name.clone(),
                control: variant.control,
                description: variant.description.clone(),
                image: variant.image.as_deref().map(encode_path),
            })
            .collect(),
        lineage: lineage::around(context, index),
        glance: glance(context, case),
        facts: facts(context, case),
        family: context.similar.family(index).map(|known| family::beside(context, known, index)),
        similar: similar(context, index, &mut mentions),
        related: related::of_case(context, index, &mut mentions),
        record: case.links.iter().map(outside).chain(record(context, meta, Some(&case.verification))).collect(),
    };
    let mut composed =
        Composed::titled(context, &meta.title, View::CaseStudy(Box::new(view))).described(case.summary.as_deref()).mentioning(mentions);
    composed.head.translations = translations(context, index, case);
    composed
}

fn outside(link: &LabelledLink) -> RecordLine {
    let harmless = body::is_harmless(&link.url);
    RecordLine { label: link.label.clone(), url: harmless.then(|| link.url.clone()), ..RecordLine::default() }
}

fn trail(context: &Context, case: &CaseStudy) -> Vec<Link> {
    let market = case.markets.first().filter(|_| case.markets.len() == 1).map(|id| TermRef::Market(*id).link(context));
    let all = (PageKind::CaseStudies.address().to_owned(), context.text("nav.case_studies"));
    crumbs([all].into_iter().chain(market.map(|link| (link.url, link.label))))
}

fn badges(context: &Context, case: &CaseStudy) -> Vec<Badge> {
    let mut badges: Vec<Badge> = say::reuse(context.language, case).into_iter().collect();
    if case.meta.draft {
        badges.push(Badge { tone: "attention", label: context.text("badge.draft") });
    }
    if case.meta.visibility == Visibility::Internal {
        badges.push(Badge { tone: "", label: context.text("badge.internal") });
    }
    if matches!(case.status, Some(Status::StoppedEarly | Status::Archived)) && case.outcome.is_some() {
        badges.extend(case.status.map(|status| Badge { tone: "", label: say::word(context.language, "status", status) }));
    }
    badges
}

fn notes(context: &Context, index: CaseIndex, case: &CaseStudy) -> Vec<Note> {
    let mut notes = Vec::new();
    for newer in &case.inverse.supersedes {
        let newer = &context.catalog.case(*newer).meta;
        notes.push(Note {
            tone: "attention",
            icon: "arrow",
            text: context.text("note.superseded"),
            url: Some(newer.address.clone()),
            action: newer.title.clone(),
        });
    }
    if let Some(known) = context.similar.family(index).filter(|family| family.unanswered.contains(&index)) {
        notes.push(Note {
            tone: "attention",
            icon: "pair",
            text: format!("{}.", family::headline(context, known)),
            url: Some(context.family_url(known)),
            action: family::action(context, known.action),
        });
    }
    let open: Vec<&Pair> = context.pairs_of(index).filter(|pair| pair.state == PairState::Open && pair.family.is_none()).collect();
    if let [pair] = open[..] {
        let other = &context.catalog.case(other(pair, index)).meta;
        notes.push(Note {
            tone: "attention",
            icon: "pair",
            text: context.text("note.pair"),
            url: Some(other.address.clone()),
            action: other.title.clone(),
        });
    } else if !open.is_empty() {
        notes.push(Note {
            tone: "attention",
            icon: "pair",
            text: context.language.count("note.pairs", open.len(), &[]),
            url: Some(PageKind::Similar.address().into()),
            action: context.text("note.pairs_action"),
        });
    }
    if case.verification.overdue(context.site.today) {
        let due = case.verification.due().map(|day| context.language.day(day)).unwrap_or_default();
        notes.push(Note {
            tone: "attention",
            icon: "clock",
            text: context.language.fill("note.overdue", &[("date", &due)]),
            url: None,
            action: String::new(),
        });
    }
    notes
}

fn other(pair: &Pair, one: CaseIndex) -> CaseIndex {
    if pair.a == one { pair.b } else { pair.a }
}

fn primary(context: &Context, case: &CaseStudy, reported: &Reported) -> Option<Primary> {
    let value = say::lift(context, reported).or_else(|| reported.variant.map(|_| say::figure(context, reported, reported.variant)))?;
    let level = context.language.percent(&context.language.number(case.confidence_level.unwrap_or(95.0), 0));
    let effect = say::effect(context, reported);
    let mut parts: Vec<String> = Vec::new();
    if let Some(range) = say::interval(context, reported) {
        parts.push(context.language.fill("case.confidence", &[("level", &level), ("range", &range)]));
    }
    if let Some(reading) = say::reading(context.language, effect) {
        let direction = say::direction(context, reported).map(|key| format!(" ({})", context.language.text(key))).unwrap_or_default();
        parts.push(format!("{reading}{direction}"));
    }
    parts.extend(sample(context, case));
    Some(Primary {
        tone: say::tone(effect),
        value,
        metric: say::metric_short(context, &reported.metric),
        sentence: parts.join("; "),
        caution: caution(context, case, reported),
        chart: chart::primary(context, reported),
    })
}

fn caution(context: &Context, case: &CaseStudy, reported: &Reported) -> Option<String> {
    if reported.interval().is_none() {
        return Some(context.text("case.caution_no_interval"));
    }
    case.graded.underpowered.then(|| context.text("case.caution_underpowered"))
}

fn sample(context: &Context, case: &CaseStudy) -> Option<String> {
    let size = usize::try_from(case.sample_size?).ok()?;
    let number = context.language.whole(size);
    Some(match &case.sample_unit {
        Some(unit) => format!("{number} {unit}"),
        None => context.language.fill("case.sample", &[("n", &number)]),
    })
}

fn result(context: &Context, reported: &Reported) -> ResultRow {
    let effect = say::effect(context, reported);
    let range = say::interval(context, reported);
    let signal = match say::tone(effect) {
        "better" => "won",
        "worse" => "lost",
        _ => "inconclusive",
    };
    ResultRow {
        metric: say::metric_label(context, &reported.metric).to_owned(),
        role: (reported.role != Role::Secondary).then(|| say::word(context.language, "role", reported.role)),
        control: say::figure(context, reported, reported.control.or(reported.baseline)),
        variant: say::figure(context, reported, reported.variant),
        lift: say::lift(context, reported).unwrap_or_default(),
        interval: chart::small(context, reported).filter(|_| range.is_some()),
        reading: say::reading(context.language, effect).filter(|_| range.is_some()).map(|label| Signal { id: signal, label: label.to_owned() }),
        note: result_note(context, reported, range.is_some()),
        range: range.unwrap_or_default(),
    }
}

fn result_note(context: &Context, reported: &Reported, interval: bool) -> Option<String> {
    let mut notes = Vec::new();
    if !interval {
        notes.push(context.text("case.no_interval"));
    }
    if reported.derived {
        notes.push(context.text("case.derived"));
    }
    if reported.indexed {
        notes.push(context.text("case.indexed"));
    }
    notes.extend(reported.source.clone());
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn limits(context: &Context, case: &CaseStudy) -> Vec<String> {
    let markets = case.suited_markets.iter().map(|id| TermRef::Market(*id).label(context));
    let places: Vec<&str> = case.suited_groups.iter().map(|id| TermRef::Group(*id).label(context)).chain(markets).collect();
    let mut limits = case.constraints.clone();
    if !places.is_empty() {
        limits.push(context.language.fill("case.suited", &[("places", &context.language.list(&places))]));
    }
    limits
}

/// Headings of the second and third level; nothing for a text with fewer than two.
pub fn contents(meta: &Meta) -> Vec<Entry> {
    let headings = meta.body.headings.iter().filter(|heading| heading.level <= 3);
    let entries: Vec<Entry> =
        headings.map(|heading| Entry { level: heading.level.max(2), id: heading.anchor.clone(), title: heading.text.clone() }).collect();
    if entries.len() < 2 { Vec::new() } else { entries }
}

fn glance(context: &Context, case: &CaseStudy) -> Vec<Fact> {
    let terms = |terms: Vec<TermRef>| -> Vec<Labelled> { terms.into_iter().map(|term| linked(context, term)).collect() };
    let places = case
        .stated_groups
        .iter()
        .map(|id| TermRef::Group(*id))
        .chain(case.markets.iter().filter(|_| case.stated_groups.is_empty()).map(|id| TermRef::Market(*id)));
    named(
        context,
        [
            ("fact.markets", terms(places.collect())),
            ("fact.channels", terms(case.channels.iter().map(|id| TermRef::Channel(*id)).collect())),
            ("fact.tactics", terms(case.tactics.iter().map(|id| TermRef::Tactic(*id)).collect())),
            ("fact.ran", plain(say::ran(context.language, case))),
            ("fact.method", plain(method(context, case))),
            ("fact.owner", plain(case.owner.clone())),
        ],
    )
}

fn facts(context: &Context, case: &CaseStudy) -> Vec<Fact> {
    let language = context.language;
    let texts = |texts: &[String]| -> Vec<Labelled> { texts.iter().map(Labelled::plain).collect() };
    let mut facts = named(
        context,
        [
            ("fact.objective", plain(case.objective.map(|objective| say::word(language, "objective", objective)))),
            ("fact.audience", texts(&case.audience)),
            ("fact.brand", texts(&case.brand)),
            ("fact.product", texts(&case.product)),
            ("fact.category", texts(&case.category)),
            ("fact.pillar", plain(case.pillar.map(|pillar| say::word(language, "pillar", pillar)))),
            ("fact.layer", plain(case.content_layer.map(|layer| say::word(language, "layer", layer)))),
            ("fact.budget", plain(case.budget.as_ref().map(|budget| say::budget(language, budget)))),
            ("fact.authors", texts(&case.authors)),
            ("fact.accountable", texts(&case.raci.accountable)),
            ("fact.responsible", texts(&case.raci.responsible)),
            ("fact.consulted", texts(&case.raci.consulted)),
            ("fact.informed", texts(&case.raci.informed)),
        ],
    );
    facts.extend(free_fields::facts(&case.meta));
    facts
}

fn plain(text: Option<String>) -> Vec<Labelled> {
    text.map(Labelled::plain).into_iter().collect()
}

/// Facts with their labels; what a record does not say is left out.
fn named<const N: usize>(context: &Context, facts: [(&'static str, Vec<Labelled>); N]) -> Vec<Fact> {
    facts.into_iter().filter(|(_, values)| !values.is_empty()).map(|(label, values)| Fact { label: context.text(label), values }).collect()
}

/// A term as a link to its page.
pub fn linked(context: &Context, term: TermRef) -> Labelled {
    let link = term.link(context);
    match term.tally(context) {
        Some(_) => Labelled::linked(link.url, link.label),
        None => Labelled::plain(link.label),
    }
}

fn method(context: &Context, case: &CaseStudy) -> Option<String> {
    let method = say::word(context.language, "method", case.method?);
    Some(sample(context, case).map_or_else(|| method.clone(), |sample| format!("{method}, {sample}")))
}

fn similar(context: &Context, index: CaseIndex, mentions: &mut Mentions) -> Vec<Near> {
    let open = context.pairs_of(index).filter(|pair| pair.state == PairState::Open && pair.family.is_none());
    let mut near: Vec<Near> = open.map(|pair| flagged(context, pair, other(pair, index), mentions)).collect();
    let flagged: Vec<CaseIndex> = mentions.0.iter().map(|(case, _)| *case).collect();
    let related = context.similar.related.get(index.0 as usize).map_or(&[][..], Vec::as_slice);
    let others = related.iter().filter(|neighbour| !flagged.contains(&neighbour.case));
    near.extend(others.map(|neighbour| unflagged(context, &neighbour.reasons, mentions.add(neighbour.case))));
    near
}

fn flagged(context: &Context, pair: &Pair, other: CaseIndex, mentions: &mut Mentions) -> Near {
    Near {
        flagged: true,
        verdict: Some(say::verdict(context.language, pair.verdict).1.to_owned()),
        answer: Some(format!("not_duplicate_of:\n  - id: {}\n    reason: \"\"", front_matter::value(&context.catalog.case(other).meta.id))),
        ..unflagged(context, &pair.reasons, mentions.add(other))
    }
}

fn unflagged(context: &Context, reasons: &[Reason], study: u32) -> Near {
    Near { flagged: false, study, verdict: None, reasons: say::reasons(context, reasons), answer: None }
}

fn translations(context: &Context, index: CaseIndex, case: &CaseStudy) -> Vec<Translation> {
    let mut versions: Vec<CaseIndex> = case.translation_of.iter().chain(&case.inverse.translation_of).copied().collect();
    if versions.is_empty() {
        return Vec::new();
    }
    versions.push(index);
    versions.sort_unstable();
    versions.dedup();
    versions
        .iter()
        .map(|version| context.catalog.case(*version))
        .map(|case| Translation { language: case.meta.language.clone(), url: case.meta.address.clone() })
        .collect()
}

/// Verification, last change, source.
pub fn record(context: &Context, meta: &Meta, verification: Option<&Verification>) -> Vec<RecordLine> {
    let mut lines = Vec::new();
    let dated = |label: String, day: jiff::civil::Date| RecordLine {
        label,
        url: None,
        date: Some(day.to_string()),
        day: Some(context.language.day(day)),
        past: true,
    };
    if let Some(day) = verification.and_then(|verification| verification.on) {
        let by = verification.and_then(|verification| verification.by.as_deref());
        lines.push(dated(by.map_or_else(|| context.text("record.verified"), |by| context.language.fill("record.verified_by", &[("by", by)])), day));
    }
    if let Some(day) = verification.and_then(Verification::due) {
        lines.push(RecordLine { past: false, ..dated(context.text("record.due"), day) });
    }
    if let Some(change) = &meta.change {
        lines.push(dated(context.text("record.changed"), change.updated));
        lines.extend(change.created.map(|created| dated(context.text("record.created"), created)));
        if context.site.repository.show_authors && !change.authors.is_empty() {
            lines.push(RecordLine {
                label: context.language.fill("record.authors", &[("names", &context.language.list(&change.authors))]),
                ..RecordLine::default()
            });
        }
    }
    let outside = |label: &'static str, url: String| RecordLine { label: context.text(label), url: Some(url), ..RecordLine::default() };
    lines.extend(repository::source(context.site, &meta.path).map(|url| outside("record.source", url)));
    lines.extend(repository::edit(context.site, &meta.path).map(|url| outside("record.edit", url)));
    lines
}
