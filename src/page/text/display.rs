//! Turns values into text for readers: outcomes, grades, lifts, reasons and dates, in the same form
//! on every page.

use jiff::civil::Date;

use crate::catalog::case_study::{Budget, SUPERSEDED};
use crate::catalog::keywords::{Grade, Keyword, LiftType, Outcome};
use crate::catalog::result::{Effect, Metric};
use crate::catalog::{CaseStudy, MetricResult};
use crate::evidence::Tally;
use crate::page::context::Context;
use crate::page::parts::{Badge, GradeMark, LanguageMark, OutcomeMark, TallyBar, TallySegment};
use crate::page::text::language::Language;
use crate::similar::{Reason, Verdict};
use crate::site::language::from_code;
use crate::vocabulary::{BetterDirection, Maturity, MetricUnit};

/// The mark of a case study: its outcome once it has ended, else its status; `not-stated` where it
/// has neither.
pub fn case_outcome_mark(language: &Language, case: &CaseStudy) -> OutcomeMark {
    let id = case.outcome_or_status();
    match (case.outcome.filter(|_| !case.is_unfinished()), case.status) {
        (Some(outcome), _) => outcome_mark(language, outcome),
        (None, Some(status)) => {
            OutcomeMark { id, label: keyword_label(language, "status", status) }
        }
        (None, None) => OutcomeMark { id, label: language.text("status.not_stated").to_owned() },
    }
}

/// An outcome as a mark: its id, which selects the icon, and its label.
pub fn outcome_mark(language: &Language, outcome: Outcome) -> OutcomeMark {
    OutcomeMark { id: outcome.as_str(), label: keyword_label(language, "outcome", outcome) }
}

/// The label of a keyword, which has the key `<section>.<keyword>` with underscores for hyphens:
/// `outcome.no_effect`.
pub fn keyword_label(language: &Language, section: &str, word: impl Keyword) -> String {
    word_label(language, section, word.as_str())
}

/// The label of a family of tactics: its interface text, else its id with spaces for hyphens and a
/// capital letter. None stands for terms without a family.
pub fn family_label(language: &Language, family: Option<&str>) -> String {
    let Some(family) = family else { return language.text("terms.others").to_owned() };
    let key = format!("family.{}", family.replace('-', "_"));
    let label = language.text(&key);
    if label != key {
        return label.to_owned();
    }
    let words = family.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The label of a word of a closed list, which has the key `<section>.<word>` with underscores for
/// hyphens.
pub fn word_label(language: &Language, section: &str, word: &str) -> String {
    let key = if word.contains('-') {
        [section, ".", &word.replace('-', "_")].concat()
    } else {
        [section, ".", word].concat()
    };
    language.text(&key).to_owned()
}

/// The evidence grade of a case study with the reason for it; none without a grade.
pub fn grade_mark(language: &Language, case: &CaseStudy) -> Option<GradeMark> {
    let grade = case.evidence_grade.grade?;
    let lacks: Vec<&str> =
        case.evidence_grade.missing.iter().map(|lack| language.text(lack_key(lack))).collect();
    let reason = match (grade, lacks.is_empty()) {
        (Grade::A, _) => language.text("grade.a").to_owned(),
        (_, true) => language.text(grade_key(grade)).to_owned(),
        (_, false) => language.text_with(
            "grade.lacking",
            &[("grade", language.text(grade_key(grade))), ("lacks", &language.format_list(&lacks))],
        ),
    };
    let (id, letter) = grade_letters(grade);
    Some(GradeMark { id, letter, reason })
}

/// An evidence grade as a letter in lower case for styles, and in upper case for readers.
pub fn grade_letters(grade: Grade) -> (&'static str, &'static str) {
    match grade {
        Grade::A => ("a", "A"),
        Grade::B => ("b", "B"),
        Grade::C => ("c", "C"),
        Grade::D => ("d", "D"),
    }
}

/// The language key for the reason of a grade, which the grade alone determines.
fn grade_key(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "grade.a",
        Grade::B => "grade.b",
        Grade::C => "grade.c",
        Grade::D => "grade.d",
    }
}

/// The language key for a part that a record lacks for a better grade, as `EvidenceGrade::missing`
/// names it; that of figures for any unknown name.
pub fn lack_key(lack: &str) -> &'static str {
    match lack {
        "interval" => "lack.interval",
        "sample-size" => "lack.sample_size",
        "source" => "lack.source",
        "method" => "lack.method",
        _ => "lack.figures",
    }
}

/// The effect of a result where its confidence interval is stated; `Unknown` without one, so that
/// no lift alone counts as better or worse.
pub fn effect_if_interval(context: &Context, result: &MetricResult) -> Effect {
    match result.interval() {
        Some(_) => result.effect(&context.catalog.vocabulary),
        None => Effect::Unknown,
    }
}

/// The style id of the effect of a result: `better`, `worse` or `unclear`, which unknown effects
/// have too.
pub fn effect_tone(effect: Effect) -> &'static str {
    match effect {
        Effect::Better => "better",
        Effect::Worse => "worse",
        Effect::Unclear | Effect::Unknown => "unclear",
    }
}

/// The label of the effect of a result, such as better; none for an unknown effect.
pub fn effect_label(language: &Language, effect: Effect) -> Option<&str> {
    match effect {
        Effect::Better => Some(language.text("reading.better")),
        Effect::Worse => Some(language.text("reading.worse")),
        Effect::Unclear => Some(language.text("reading.unclear")),
        Effect::Unknown => None,
    }
}

/// The short label of a metric: the text in brackets at the end of its label, else the whole label.
pub fn short_metric_label(context: &Context, metric: &Metric) -> String {
    let label = metric_label(context, metric);
    let inner = label.rsplit_once(['(', '（']).and_then(|(_, rest)| rest.strip_suffix([')', '）']));
    inner.unwrap_or(label).to_owned()
}

/// The label of a metric; for a metric outside the vocabulary, the name the record gives.
pub fn metric_label<'a>(context: &'a Context, metric: &'a Metric) -> &'a str {
    match metric {
        Metric::Known(metric) => {
            context.catalog.vocabulary.metrics[*metric].label_in(context.language_id())
        }
        Metric::Local(name) => name,
    }
}

/// The lift of a result with sign and unit: `−12.4%`, `+1.2 pp`; none without a lift.
pub fn format_lift(context: &Context, result: &MetricResult) -> Option<String> {
    result.lift.map(|lift| format_change(context, result, lift))
}

/// A change of the metric of a result, with its sign and in the unit of the result's lift.
pub fn format_change(context: &Context, result: &MetricResult, value: f64) -> String {
    let language = context.language;
    let number = language.format_signed(value, lift_decimals(value, result.lift_type));
    match (result.lift_type, result.unit(&context.catalog.vocabulary)) {
        (LiftType::Relative, _) => language.format_percent(&number),
        (_, Some(MetricUnit::Percent)) => {
            language.text_with("unit.percentage_points", &[("n", &number)])
        }
        (_, Some(MetricUnit::Points)) => language.text_with("unit.points", &[("n", &number)]),
        (_, Some(MetricUnit::Money)) => format_money(&number, result.currency.as_deref()),
        (_, Some(MetricUnit::Days)) => language.text_with("unit.days", &[("n", &number)]),
        _ => number,
    }
}

/// The confidence interval of a result without unit: `−18.0 to −6.1`; none where an end is not
/// stated.
pub fn format_interval(context: &Context, result: &MetricResult) -> Option<String> {
    let (low, high) = result.interval()?;
    let decimals = lift_decimals(low, result.lift_type).max(lift_decimals(high, result.lift_type));
    Some(context.language.format_range(
        &context.language.format_signed(low, decimals),
        &context.language.format_signed(high, decimals),
    ))
}

/// The number of decimals of a lift: one for a relative lift, which is in percent, else as many as
/// the figure needs.
fn lift_decimals(value: f64, lift_type: LiftType) -> usize {
    match lift_type {
        LiftType::Relative => 1,
        LiftType::Absolute => decimals_of(value),
    }
}

/// The number of decimals with which a measured figure is shown: at most two, none from 1,000 on.
fn decimals_of(value: f64) -> usize {
    let max_decimals = if value.abs() >= 1000.0 { 0 } else { 2 };
    (0..max_decimals)
        .find(|decimals| (value * 10f64.powi(*decimals)).fract().abs() < 1e-6)
        .map_or(max_decimals as usize, |decimals| decimals as usize)
}

/// A measured figure in the unit of its metric, or in index points where the result is indexed;
/// empty for none.
pub fn format_figure(context: &Context, result: &MetricResult, value: Option<f64>) -> String {
    let Some(value) = value else { return String::new() };
    let number = context.language.format_number(value, decimals_of(value));
    if result.is_indexed {
        return context.language.text_with("unit.index", &[("n", &number)]);
    }
    match result.unit(&context.catalog.vocabulary) {
        Some(MetricUnit::Percent) => context.language.format_percent(&number),
        Some(MetricUnit::Money) => format_money(&number, result.currency.as_deref()),
        Some(MetricUnit::Days) => context.language.text_with("unit.days", &[("n", &number)]),
        _ => number,
    }
}

/// A formatted number after its currency code and a no-break space; the number alone where no
/// currency is stated.
fn format_money(number: &str, currency: Option<&str>) -> String {
    match currency {
        Some(currency) => format!("{currency}\u{a0}{number}"),
        None => number.to_owned(),
    }
}

/// The language key for which direction of a metric is good; none for a neutral metric.
pub fn direction_key(context: &Context, result: &MetricResult) -> Option<&'static str> {
    match result.better_direction(&context.catalog.vocabulary) {
        BetterDirection::Lower => Some("case.lower_is_better"),
        BetterDirection::Higher => Some("case.higher_is_better"),
        BetterDirection::Neutral => None,
    }
}

/// The dates a case study ran: from and to with the duration, or the one date that is known; none
/// without dates.
pub fn format_run_dates(language: &Language, case: &CaseStudy) -> Option<String> {
    match (case.start, case.end) {
        (Some(start), Some(end)) => Some(language.text_with(
            "when.span",
            &[
                ("span", &language.format_date_range(start, end)),
                ("length", &format_duration(language, start, end)),
            ],
        )),
        (Some(start), None) if case.is_unfinished() => {
            Some(language.text_with("when.since", &[("date", &language.format_day(start))]))
        }
        (Some(start), None) => Some(language.format_day(start)),
        (None, Some(end)) => {
            Some(language.text_with("when.until", &[("date", &language.format_day(end))]))
        }
        (None, None) => None,
    }
}

/// The length of a run with its first and last day: in days below two weeks, else in weeks,
/// rounded.
fn format_duration(language: &Language, start: Date, end: Date) -> String {
    let days = usize::try_from((end - start).get_days()).unwrap_or(0) + 1;
    if days < 14 {
        language.plural_text("when.days", days, &[])
    } else {
        language.plural_text("when.weeks", (days + 3) / 7, &[])
    }
}

/// The month by which lists sort a case study, with no-break spaces; none without any date.
pub fn format_month(language: &Language, case: &CaseStudy) -> Option<String> {
    case.sort_date().map(|day| language.format_month(day).replace(' ', "\u{a0}"))
}

/// A budget: the label of its band, or an amount with currency.
pub fn format_budget(language: &Language, budget: &Budget) -> String {
    match budget {
        Budget::Band(band) => keyword_label(language, "band", *band),
        Budget::Amount(amount, currency) => {
            format_money(&language.format_number(*amount, 0), Some(currency))
        }
    }
}

/// The ids of all badges that [`badge`] knows: decisions on reuse, then states of verification.
pub const BADGE_IDS: [&str; 7] =
    ["approved", "playbook", "local-only", "retired", SUPERSEDED, "verified", "overdue"];

/// The badge of a decision on reuse or a state of verification; none for any other id, such as
/// `candidate`, which says nothing that a reader can act on.
pub fn badge(language: &Language, id: &str) -> Option<Badge> {
    let (tone, key) = match id {
        "approved" => ("good", "reuse.approved"),
        "playbook" => ("good", "reuse.playbook"),
        "local-only" => ("", "reuse.local_only"),
        "retired" => ("attention", "reuse.retired"),
        SUPERSEDED => ("attention", "row.superseded"),
        "verified" => ("", "row.verified"),
        "overdue" => ("attention", "row.overdue"),
        _ => return None,
    };
    Some(Badge { tone, label: language.text(key).to_owned() })
}

/// The decision on reuse of a case study as a badge, or that a newer study replaces it; none while
/// it is a candidate or nothing is stated.
pub fn reuse_badge(language: &Language, case: &CaseStudy) -> Option<Badge> {
    badge(language, case.reuse_state()?)
}

/// The state of verification of a case study on the build date as a badge; none where it was never
/// verified, and for a retired study, which nobody verifies any more.
pub fn freshness_badge(context: &Context, case: &CaseStudy) -> Option<Badge> {
    case.verification.verified_on.filter(|_| !case.is_retired())?;
    let is_overdue = case.verification.is_overdue(context.site.today);
    badge(context.language, if is_overdue { "overdue" } else { "verified" })
}

/// The language of a record with its writing direction; none where it is that of the interface.
pub fn foreign_language_mark(context: &Context, language: &str) -> Option<LanguageMark> {
    (language != context.language_id())
        .then(|| LanguageMark { id: language.to_owned(), direction: writing_direction(language) })
}

/// What a language is called in that of the interface: `Japanese`; where the theme does not know
/// it, its name in the language itself, else in English, else the tag.
pub fn language_name(language: &Language, tag: &str) -> String {
    let code = tag.split('-').next().unwrap_or(tag);
    let key = format!("language_names.{code}");
    match language.text(&key) {
        text if text == key => from_code(code).map_or_else(
            || tag.to_owned(),
            |known| known.to_autonym().unwrap_or_else(|| known.to_name()).to_owned(),
        ),
        text => text.to_owned(),
    }
}

/// The writing direction of a language: `ltr` or `rtl`. `writingDirection` of the script `dom.js` has
/// the same languages.
pub fn writing_direction(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or(language) {
        "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}

/// The id, label and advice of a verdict on a pair, in this order.
pub fn verdict_texts(language: &Language, verdict: Verdict) -> (&'static str, &str, &str) {
    match verdict {
        Verdict::CopiedText => (
            "copied-text",
            language.text("verdict.copied_text"),
            language.text("advice.copied_text"),
        ),
        Verdict::AlreadyRunning => (
            "already-running",
            language.text("verdict.already_running"),
            language.text("advice.already_running"),
        ),
        Verdict::CoordinateNow => (
            "coordinate-now",
            language.text("verdict.coordinate_now"),
            language.text("advice.coordinate_now"),
        ),
        Verdict::AlreadyTried => (
            "already-tried",
            language.text("verdict.already_tried"),
            language.text("advice.already_tried"),
        ),
        Verdict::LinkAsReplication => (
            "link-as-replication",
            language.text("verdict.link_as_replication"),
            language.text("advice.link_as_replication"),
        ),
    }
}

/// The reasons why two records are similar, on one line with semicolons between them.
pub fn format_reasons(context: &Context, reasons: &[Reason]) -> String {
    let parts: Vec<String> =
        reasons.iter().map(|reason| self::format_reason(context, reason)).collect();
    context.language.join_remarks(&parts)
}

/// One reason why two records are similar, in words.
fn format_reason(context: &Context, reason: &Reason) -> String {
    let (language, vocabulary) = (context.language, &context.catalog.vocabulary);
    let list = |labels: Vec<&str>| language.format_list(&labels);
    match reason {
        Reason::CopiedText(share) => language.text_with(
            "reason.copied_text",
            &[("share", &language.format_percent(&language.format_number(share * 100.0, 0)))],
        ),
        Reason::Tactics(tactics) => {
            let labels = list(
                tactics
                    .iter()
                    .map(|id| vocabulary.tactics[*id].label_in(context.language_id()))
                    .collect(),
            );
            language.plural_text("reason.tactics", tactics.len(), &[("list", &labels)])
        }
        Reason::Hypothesis => language.text("reason.hypothesis").to_owned(),
        Reason::Channels(channels) => {
            let labels = list(
                channels
                    .iter()
                    .map(|id| vocabulary.channels[*id].label_in(context.language_id()))
                    .collect(),
            );
            language.plural_text("reason.channels", channels.len(), &[("list", &labels)])
        }
        Reason::Metric(metric) => language.text_with(
            "reason.metric",
            &[("metric", &short_metric_label(context, &Metric::Known(*metric)))],
        ),
        Reason::Objective(objective) => language.text_with(
            "reason.objective",
            &[(
                "objective",
                &language.noun_in_sentence(&keyword_label(language, "objective", *objective)),
            )],
        ),
        Reason::Audience(audience) => {
            language.text_with("reason.audience", &[("audience", audience)])
        }
        Reason::Words(shared) => {
            language.text_with("reason.words", &[("list", &language.join_with_commas(shared))])
        }
        Reason::ShortText => language.text("reason.says_little").to_owned(),
        Reason::Overlap(weeks) => language.plural_text("reason.overlap", *weeks as usize, &[]),
        Reason::Ended(outcome, grade) => format_ended(language, *outcome, *grade),
    }
}

/// That a study has ended, in words: with its outcome and, where it has one, its grade.
fn format_ended(language: &Language, outcome: Option<Outcome>, grade: Option<Grade>) -> String {
    let outcome = outcome.map_or_else(
        || language.phrase_in_sentence(language.text("status.not_stated")),
        |outcome| language.phrase_in_sentence(&keyword_label(language, "outcome", outcome)),
    );
    match grade {
        Some(grade) => language
            .text_with("reason.ended_graded", &[("outcome", &outcome), ("grade", grade.as_str())]),
        None => language.text_with("reason.ended", &[("outcome", &outcome)]),
    }
}

/// The win rate, then the counts it rests on, from three counted studies on; with fewer the counts,
/// then a remark that they are too few; none where no study counts.
pub fn format_win_rate(language: &Language, tally: &Tally) -> Option<(String, String)> {
    format_win_rate_as(language, tally, "tally.short")
}

/// As `format_win_rate`, but counts that are too few for a rate lack the word won, for use above a
/// label that contains it.
pub fn format_bare_win_rate(language: &Language, tally: &Tally) -> Option<(String, String)> {
    format_win_rate_as(language, tally, "tally.bare")
}

/// Two texts on the wins of a tally, as `format_win_rate` describes them; `few_key` is the language
/// key for the counts where they are too few for a rate.
fn format_win_rate_as(
    language: &Language,
    tally: &Tally,
    few_key: &'static str,
) -> Option<(String, String)> {
    let (won, counted) = (
        language.format_integer(tally.won as usize),
        language.format_integer(tally.counted() as usize),
    );
    let counts = language.plural_text(
        "tally.of",
        tally.counted() as usize,
        &[("won", &won), ("counted", &counted)],
    );
    match tally.win_rate() {
        Some(rate) => {
            Some((language.format_percent(&language.format_number(rate * 100.0, 0)), counts))
        }
        None if tally.counted() > 0 => Some((
            language.text_with(few_key, &[("won", &won), ("counted", &counted)]),
            language.text("tally.too_few").to_owned(),
        )),
        None => None,
    }
}

/// A bar of studies by outcome, with the running ones; other studies, such as planned or invalid
/// ones, are left out. None where no study is left.
pub fn tally_bar(language: &Language, tally: &Tally) -> Option<TallyBar> {
    let counts = [
        ("won", "tally.won", tally.won),
        ("lost", "tally.lost", tally.lost),
        ("inconclusive", "tally.inconclusive", tally.inconclusive),
        ("no-effect", "tally.no_effect", tally.no_effect),
        ("running", "tally.running", tally.running),
    ];
    stacked_bar(language, &counts)
}

/// A bar of counts, each given as outcome id, language key and count; none where all counts are
/// zero.
pub fn stacked_bar(language: &Language, counts: &[(&'static str, &str, u32)]) -> Option<TallyBar> {
    let all: u32 = counts.iter().map(|(_, _, count)| count).sum();
    let mut parts = Vec::new();
    let mut x = 0.0;
    for (id, key, count) in counts.iter().filter(|(_, _, count)| *count > 0) {
        let width = 1000.0 * f64::from(*count) / f64::from(all);
        parts.push(TallySegment {
            id,
            x: format!("{x:.1}"),
            width: format!("{width:.1}"),
            label: language.plural_text(key, *count as usize, &[]),
        });
        x += width;
    }
    let labels: Vec<&str> = parts.iter().map(|part| part.label.as_str()).collect();
    let title = language.join_with_commas(&labels);
    (all > 0).then_some(TallyBar { title, parts })
}

/// The language key for the label of a market's maturity.
pub fn maturity_key(maturity: Maturity) -> &'static str {
    match maturity {
        Maturity::Mature => "maturity.mature",
        Maturity::Growth => "maturity.growth",
        Maturity::NewEntry => "maturity.new_entry",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_named_in_that_of_the_interface() {
        let dutch = include_str!("../../../themes/atlas/languages/nl.toml");
        let language = Language::parse(dutch, dutch).expect("the theme's own file");
        for (tag, name) in
            [("ja", "Japans"), ("pt-BR", "Portugees"), ("cy", "Cymraeg"), ("zz", "zz")]
        {
            assert_eq!(language_name(&language, tag), name, "{tag}");
        }
    }
}
