//! Values in words: outcomes, grades, lifts, reasons, dates. Every page says the same thing the same way.

use jiff::civil::Date;

use crate::catalog::case_study::Budget;
use crate::catalog::result::{Effect, Metric};
use crate::catalog::words::{Grade, LiftType, Outcome, Reuse, Status, Word};
use crate::catalog::{CaseStudy, Reported};
use crate::evidence::Tally;
use crate::page::context::Context;
use crate::page::language::Language;
use crate::page::parts::{Badge, GradeMark, LanguageMark, Signal, TallyBar, TallyPart};
use crate::similar::{Reason, Verdict};
use crate::vocabulary::{Better, Unit};

/// What became of a case study: its outcome once it has ended, else where it stands.
pub fn signal(language: &Language, case: &CaseStudy) -> Signal {
    let outcome = case.outcome.filter(|_| !case.is_open());
    match (outcome, case.status) {
        (Some(outcome), _) => outcome_signal(language, outcome),
        (None, Some(status)) => status_signal(language, status),
        (None, None) => Signal { id: "not-stated", label: language.text("status.not_stated").to_owned() },
    }
}

/// An outcome as a signal.
pub fn outcome_signal(language: &Language, outcome: Outcome) -> Signal {
    Signal { id: outcome.as_str(), label: word(language, "outcome", outcome) }
}

fn status_signal(language: &Language, status: Status) -> Signal {
    Signal { id: status.as_str(), label: word(language, "status", status) }
}

/// The label of a word of a closed list: `outcome.no_effect`.
pub fn word(language: &Language, family: &str, word: impl Word) -> String {
    let word = word.as_str();
    let key = if word.contains('-') { [family, ".", &word.replace('-', "_")].concat() } else { [family, ".", word].concat() };
    language.text(&key).to_owned()
}

/// A grade with its reason.
pub fn grade(language: &Language, case: &CaseStudy) -> Option<GradeMark> {
    let grade = case.graded.grade?;
    let lacks: Vec<&str> = case.graded.lacks.iter().map(|lack| language.text(lack_key(lack))).collect();
    let reason = match (grade, lacks.is_empty()) {
        (Grade::A, _) => language.text("grade.a").to_owned(),
        (_, true) => language.text(grade_key(grade)).to_owned(),
        (_, false) => language.fill("grade.lacking", &[("grade", language.text(grade_key(grade))), ("lacks", &language.list(&lacks))]),
    };
    let (id, letter) = letters(grade);
    Some(GradeMark { id, letter, reason })
}

/// A grade as the style and the reader name it.
pub fn letters(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::A => ("a", "A"),
        Grade::B => ("b", "B"),
        Grade::C => ("c", "C"),
        Grade::D => ("d", "D"),
    }
}

fn grade_key(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "grade.a",
        Grade::B => "grade.b",
        Grade::C => "grade.c",
        Grade::D => "grade.d",
    }
}

/// The language key of what a record lacks.
pub fn lack_key(lack: &str) -> &'static str {
    match lack {
        "interval" => "lack.interval",
        "sample-size" => "lack.sample_size",
        "source" => "lack.source",
        "method" => "lack.method",
        _ => "lack.figures",
    }
}

/// What a result can be said to mean: without an interval nobody knows.
pub fn effect(context: &Context, reported: &Reported) -> Effect {
    match reported.interval() {
        Some(_) => reported.effect(&context.catalog.vocabulary),
        None => Effect::Unknown,
    }
}

/// `better`, `worse` or `unclear`, for styles.
pub fn tone(effect: Effect) -> &'static str {
    match effect {
        Effect::Better => "better",
        Effect::Worse => "worse",
        Effect::Unclear | Effect::Unknown => "unclear",
    }
}

/// What a result means, in a word; nothing where it has no direction.
pub fn reading(language: &Language, effect: Effect) -> Option<&str> {
    match effect {
        Effect::Better => Some(language.text("reading.better")),
        Effect::Worse => Some(language.text("reading.worse")),
        Effect::Unclear => Some(language.text("reading.unclear")),
        Effect::Unknown => None,
    }
}

/// The short name of a metric: what its label has in brackets, else the label.
pub fn metric_short(context: &Context, metric: &Metric) -> String {
    let label = metric_label(context, metric);
    let inner = label.rsplit_once(['(', '（']).and_then(|(_, rest)| rest.strip_suffix([')', '）']));
    inner.unwrap_or(label).to_owned()
}

/// The name of a metric.
pub fn metric_label<'a>(context: &'a Context, metric: &'a Metric) -> &'a str {
    match metric {
        Metric::Known(metric) => context.catalog.vocabulary.metrics[*metric].label_in(context.tongue()),
        Metric::Local(name) => name,
    }
}

/// A lift with sign and unit: `−12.4%`, `+1.2 pp`.
pub fn lift(context: &Context, reported: &Reported) -> Option<String> {
    reported.lift.map(|lift| change(context, reported, lift))
}

/// A change in the unit of a result's lift.
pub fn change(context: &Context, reported: &Reported, value: f64) -> String {
    let language = context.language;
    let number = language.signed(value, decimals(value, reported.lift_type));
    match (reported.lift_type, reported.unit(&context.catalog.vocabulary)) {
        (LiftType::Relative, _) => language.percent(&number),
        (_, Some(Unit::Percent)) => language.fill("unit.percentage_points", &[("n", &number)]),
        (_, Some(Unit::Points)) => language.fill("unit.points", &[("n", &number)]),
        (_, Some(Unit::Money)) => money(&number, reported.currency.as_deref()),
        (_, Some(Unit::Days)) => language.fill("unit.days", &[("n", &number)]),
        _ => number,
    }
}

/// Both ends of an interval without their unit: `−18.0 to −6.1`.
pub fn interval(context: &Context, reported: &Reported) -> Option<String> {
    let (low, high) = reported.interval()?;
    let places = decimals(low, reported.lift_type).max(decimals(high, reported.lift_type));
    Some(context.language.range(&context.language.signed(low, places), &context.language.signed(high, places)))
}

fn decimals(value: f64, lift_type: LiftType) -> usize {
    match lift_type {
        LiftType::Relative => 1,
        LiftType::Absolute => places(value),
    }
}

/// As many decimals as a figure was written with, at most two, none from a thousand.
fn places(value: f64) -> usize {
    let most = if value.abs() >= 1000.0 { 0 } else { 2 };
    (0..most).find(|places| (value * 10f64.powi(*places)).fract().abs() < 1e-6).map_or(most as usize, |places| places as usize)
}

/// A measured figure in its metric's unit.
pub fn figure(context: &Context, reported: &Reported, value: Option<f64>) -> String {
    let Some(value) = value else { return String::new() };
    let number = context.language.number(value, places(value));
    if reported.indexed {
        return context.language.fill("unit.index", &[("n", &number)]);
    }
    match reported.unit(&context.catalog.vocabulary) {
        Some(Unit::Percent) => context.language.percent(&number),
        Some(Unit::Money) => money(&number, reported.currency.as_deref()),
        Some(Unit::Days) => context.language.fill("unit.days", &[("n", &number)]),
        _ => number,
    }
}

fn money(number: &str, currency: Option<&str>) -> String {
    match currency {
        Some(currency) => format!("{currency}\u{a0}{number}"),
        None => number.to_owned(),
    }
}

/// Which way is good, in words; nothing for a metric without direction.
pub fn direction(context: &Context, reported: &Reported) -> Option<&'static str> {
    match reported.better(&context.catalog.vocabulary) {
        Better::Lower => Some("case.lower_is_better"),
        Better::Higher => Some("case.higher_is_better"),
        Better::Neutral => None,
    }
}

/// When a study ran: a span with its length, `since`, `from`, or nothing.
pub fn ran(language: &Language, case: &CaseStudy) -> Option<String> {
    match (case.start, case.end) {
        (Some(start), Some(end)) => {
            Some(language.fill("when.span", &[("span", &language.span(start, end)), ("length", &length(language, start, end))]))
        }
        (Some(start), None) if case.is_open() => Some(language.fill("when.since", &[("date", &language.day(start))])),
        (Some(start), None) => Some(language.day(start)),
        (None, Some(end)) => Some(language.fill("when.until", &[("date", &language.day(end))])),
        (None, None) => None,
    }
}

fn length(language: &Language, start: Date, end: Date) -> String {
    let days = usize::try_from((end - start).get_days()).unwrap_or(0) + 1;
    if days < 14 { language.count("when.days", days, &[]) } else { language.count("when.weeks", (days + 3) / 7, &[]) }
}

/// The month a list shows for a study; it stays on one line.
pub fn month(language: &Language, case: &CaseStudy) -> Option<String> {
    case.day().map(|day| language.month(day).replace(' ', "\u{a0}"))
}

/// What a study cost.
pub fn budget(language: &Language, budget: &Budget) -> String {
    match budget {
        Budget::Band(band) => word(language, "band", *band),
        Budget::Amount(amount, currency) => money(&language.number(*amount, 0), Some(currency)),
    }
}

/// What the hub has decided about copying a study; nothing while it has not.
pub fn reuse(language: &Language, case: &CaseStudy) -> Option<Badge> {
    let tone = match case.reuse? {
        Reuse::Approved | Reuse::Playbook => "good",
        Reuse::Retired => "attention",
        Reuse::LocalOnly => "",
        Reuse::Candidate => return None,
    };
    Some(Badge { tone, label: word(language, "reuse", case.reuse?) })
}

/// The language of a record where it is not the interface's.
pub fn foreign(context: &Context, language: &str) -> Option<LanguageMark> {
    (language != context.tongue()).then(|| LanguageMark { id: language.to_owned(), direction: direction_of(language) })
}

/// Which way a language is written.
pub fn direction_of(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or(language) {
        "ar" | "he" | "fa" | "ur" | "ps" | "dv" | "ckb" | "yi" => "rtl",
        _ => "ltr",
    }
}

/// What a kind of pair is called, and what is to be done about it.
pub fn verdict(language: &Language, verdict: Verdict) -> (&'static str, &str, &str) {
    match verdict {
        Verdict::CopiedText => ("copied-text", language.text("verdict.copied_text"), language.text("advice.copied_text")),
        Verdict::AlreadyRunning => ("already-running", language.text("verdict.already_running"), language.text("advice.already_running")),
        Verdict::CoordinateNow => ("coordinate-now", language.text("verdict.coordinate_now"), language.text("advice.coordinate_now")),
        Verdict::AlreadyTried => ("already-tried", language.text("verdict.already_tried"), language.text("advice.already_tried")),
        Verdict::LinkAsReplication => {
            ("link-as-replication", language.text("verdict.link_as_replication"), language.text("advice.link_as_replication"))
        }
    }
}

/// Why two records resemble each other, as one line.
pub fn reasons(context: &Context, reasons: &[Reason]) -> String {
    let parts: Vec<String> = reasons.iter().map(|reason| self::reason(context, reason)).collect();
    parts.join("; ")
}

fn reason(context: &Context, reason: &Reason) -> String {
    let (language, words) = (context.language, &context.catalog.vocabulary);
    let list = |labels: Vec<&str>| language.list(&labels);
    match reason {
        Reason::CopiedText(share) => language.fill("reason.copied_text", &[("share", &language.percent(&language.number(share * 100.0, 0)))]),
        Reason::Tactics(tactics) => {
            let labels = list(tactics.iter().map(|id| words.tactics[*id].label_in(context.tongue())).collect());
            language.count("reason.tactics", tactics.len(), &[("list", &labels)])
        }
        Reason::Channels(channels) => {
            let labels = list(channels.iter().map(|id| words.channels[*id].label_in(context.tongue())).collect());
            language.count("reason.channels", channels.len(), &[("list", &labels)])
        }
        Reason::Metric(metric) => language.fill("reason.metric", &[("metric", &metric_short(context, &Metric::Known(*metric)))]),
        Reason::Objective(objective) => language.fill("reason.objective", &[("objective", &word(language, "objective", *objective).to_lowercase())]),
        Reason::Audience(audience) => language.fill("reason.audience", &[("audience", audience)]),
        Reason::Words(shared) => language.fill("reason.words", &[("list", &language.commas(shared))]),
        Reason::SaysLittle => language.text("reason.says_little").to_owned(),
        Reason::Overlap(weeks) => language.count("reason.overlap", *weeks as usize, &[]),
        Reason::Ended(outcome, grade) => ended(language, *outcome, *grade),
    }
}

fn ended(language: &Language, outcome: Option<Outcome>, grade: Option<Grade>) -> String {
    let outcome =
        outcome.map_or_else(|| language.text("status.not_stated").to_lowercase(), |outcome| word(language, "outcome", outcome).to_lowercase());
    match grade {
        Some(grade) => language.fill("reason.ended_graded", &[("outcome", &outcome), ("grade", grade.as_str())]),
        None => language.fill("reason.ended", &[("outcome", &outcome)]),
    }
}

/// How often something won: a rate with its counts from three counted studies, else the counts; nothing without any.
pub fn win_rate(language: &Language, tally: &Tally) -> Option<(String, String)> {
    won_of(language, tally, "tally.short")
}

/// The same above a label that says "won" already.
pub fn win_figure(language: &Language, tally: &Tally) -> Option<(String, String)> {
    won_of(language, tally, "tally.bare")
}

fn won_of(language: &Language, tally: &Tally, few: &'static str) -> Option<(String, String)> {
    let (won, counted) = (language.whole(tally.won as usize), language.whole(tally.counted() as usize));
    let counts = language.count("tally.of", tally.counted() as usize, &[("won", &won), ("counted", &counted)]);
    match tally.win_rate() {
        Some(rate) => Some((language.percent(&language.number(rate * 100.0, 0)), counts)),
        None if tally.counted() > 0 => Some((language.fill(few, &[("won", &won), ("counted", &counted)]), language.text("tally.too_few").to_owned())),
        None => None,
    }
}

/// A bar of outcomes; nothing while there is nothing to count.
pub fn tally(language: &Language, tally: &Tally) -> Option<TallyBar> {
    let counts = [
        ("won", "tally.won", tally.won),
        ("lost", "tally.lost", tally.lost),
        ("inconclusive", "tally.inconclusive", tally.inconclusive),
        ("no-effect", "tally.no_effect", tally.no_effect),
        ("running", "tally.running", tally.running),
    ];
    bar(language, &counts)
}

/// A bar of counts by outcome id and language key.
pub fn bar(language: &Language, counts: &[(&'static str, &str, u32)]) -> Option<TallyBar> {
    let all: u32 = counts.iter().map(|(_, _, count)| count).sum();
    let mut parts = Vec::new();
    let mut x = 0.0;
    for (id, key, count) in counts.iter().filter(|(_, _, count)| *count > 0) {
        let width = 1000.0 * f64::from(*count) / f64::from(all);
        parts.push(TallyPart { id, x: format!("{x:.1}"), width: format!("{width:.1}"), label: language.count(key, *count as usize, &[]) });
        x += width;
    }
    let title = parts.iter().map(|part| part.label.as_str()).collect::<Vec<_>>().join(", ");
    (all > 0).then_some(TallyBar { title, parts })
}
