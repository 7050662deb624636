//! Checks: what is wrong with records that can be read; one file per check, whose opening comment is its manual page.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::catalog::{CaseStudy, Catalog, FieldSpans, Idea, Meta, Playbook};
use crate::diagnostic::{Diagnostic, Label, Place, Severity};
use crate::error::work;
use crate::site::{Level, Site};

pub mod manual;
mod words;

/// What a check may look at besides the record it judges.
pub struct Context<'a> {
    /// Settings.
    pub site: &'a Site,
    /// Every record.
    pub catalog: &'a Catalog,
    metric_names: OnceLock<Vec<String>>,
}

impl<'a> Context<'a> {
    fn new(site: &'a Site, catalog: &'a Catalog) -> Self {
        Context { site, catalog, metric_names: OnceLock::new() }
    }

    /// Labels and aliases of every metric in lower case, made when first asked for.
    fn metric_names(&self) -> &[String] {
        self.metric_names.get_or_init(|| words::metric_names(&self.catalog.vocabulary))
    }
}

/// What a check judges: one record of a kind, any record, or the hub as a whole.
#[derive(Clone, Copy)]
enum Judge {
    Case(fn(&CaseStudy, &Context<'_>, &mut Found<'_>)),
    Idea(fn(&Idea, &Context<'_>, &mut Found<'_>)),
    Playbook(fn(&Playbook, &Context<'_>, &mut Found<'_>)),
    Record(fn(&Meta, &Context<'_>, &mut Found<'_>)),
    Hub(fn(&Context<'_>, &mut Found<'_>)),
}

/// One check of the registry.
pub struct Check {
    /// Its stable name: the name of its file with hyphens.
    pub code: &'static str,
    /// How bad its finding is unless the hub says otherwise.
    pub level: Level,
    judge: Judge,
    source: &'static str,
}

macro_rules! registry {
    ($($code:literal $file:ident $level:ident $judge:ident)*) => {
        $(mod $file;)*

        /// Every check, by subject.
        pub const CHECKS: &[Check] = &[$(Check {
            code: $code,
            level: Level::$level,
            judge: Judge::$judge($file::check),
            source: include_str!(concat!(stringify!($file), ".rs")),
        }),*];
    };
}

registry! {
    // What a completed study is expected to say.
    "missing-summary"           missing_summary           Warning Case
    "missing-outcome"           missing_outcome           Warning Case
    "missing-decision"          missing_decision          Warning Case
    "missing-objective"         missing_objective         Warning Case
    "missing-hypothesis"        missing_hypothesis        Warning Case
    "missing-method"            missing_method            Warning Case
    "missing-start"             missing_start             Warning Case
    "missing-end"               missing_end               Warning Case
    "missing-result"            missing_result            Warning Case
    "missing-owner"             missing_owner             Warning Case
    // Results that can be trusted and compared.
    "missing-primary-result"    missing_primary_result    Warning Case
    "several-primary-results"   several_primary_results   Warning Case
    "missing-common-metric"     missing_common_metric     Warning Case
    "missing-currency"          missing_currency          Warning Case
    "result-without-source"     result_without_source     Warning Case
    "objective-without-result"  objective_without_result  Warning Case
    "outcome-against-lift"      outcome_against_lift      Warning Case
    "won-within-chance"         won_within_chance         Warning Case
    "guardrail-worse"           guardrail_worse           Warning Case
    "lift-outside-interval"     lift_outside_interval     Warning Case
    "lift-against-arms"         lift_against_arms         Warning Case
    "impossible-figure"         impossible_figure         Warning Case
    // Dates that agree with the status.
    "end-before-start"          end_before_start          Error   Case
    "end-in-future"             end_in_future             Warning Case
    "running-past-end"          running_past_end          Warning Case
    "planned-past-start"        planned_past_start        Note    Case
    "outcome-before-end"        outcome_before_end        Warning Case
    "overdue-verification"      overdue_verification      Note    Hub
    // Relations that make sense.
    "relation-to-itself"        relation_to_itself        Error   Case
    "adaptation-cycle"          adaptation_cycle          Error   Hub
    "answer-without-reason"     answer_without_reason     Warning Hub
    // Hypotheses that can be wrong.
    "hypothesis-without-reason" hypothesis_without_reason Warning Case
    "hypothesis-without-measure" hypothesis_without_measure Warning Case
    // Ideas and playbooks.
    "done-without-case"         done_without_case         Warning Idea
    "declined-without-reason"   declined_without_reason   Note    Idea
    "playbook-without-support"  playbook_without_support  Warning Playbook
    // People who could be recognised or reached.
    "sample-too-small"          sample_too_small          Warning Case
    "email-address"             email_address             Warning Record
    "phone-number"              phone_number              Warning Record
    "card-number"               card_number               Warning Record
    // Form.
    "title-too-long"            title_too_long            Warning Record
    "summary-too-long"          summary_too_long          Warning Case
    "image-without-alt"         image_without_alt         Warning Record
    "remote-image"              remote_image              Warning Record
    "heading-skipped"           heading_skipped           Warning Record
    "suggested-headings"        suggested_headings        Off     Case
    // Settings that name what is not there.
    "unknown-check"             unknown_check             Error   Hub
    "unknown-in-settings"       unknown_in_settings       Error   Hub
}

impl Check {
    /// Whether the hub wants to hear of it.
    fn is_on(&self, site: &Site) -> bool {
        *site.checks.levels.get(self.code).unwrap_or(&self.level) != Level::Off
    }

    /// The severity of its findings before the hub's settings are applied.
    fn severity(&self) -> Severity {
        match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note | Level::Off => Severity::Note,
        }
    }
}

/// Where a check puts what it finds.
pub struct Found<'a> {
    code: &'static str,
    severity: Severity,
    record: Option<&'a Meta>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Found<'_> {
    /// A problem with a front-matter field of the record.
    fn field(&mut self, field: &str, message: impl Into<String>, hint: impl Into<String>) -> &mut Diagnostic {
        let span = self.record.map_or(0..0, |meta| line_of(&meta.body.text, meta.fields.of(field)));
        self.span(span, message, hint)
    }

    /// A problem with a stretch of the record's file.
    fn span(&mut self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> &mut Diagnostic {
        let path = self.record.map_or_else(|| Arc::from(""), |meta| Arc::clone(&meta.path));
        self.place(Place::new(&path, span), message, hint)
    }

    /// A problem anywhere.
    fn place(&mut self, place: Place, message: impl Into<String>, hint: impl Into<String>) -> &mut Diagnostic {
        let diagnostic =
            Diagnostic { severity: self.severity, code: self.code, message: message.into(), place, labels: Vec::new(), hint: Some(hint.into()) };
        self.diagnostics.push(diagnostic);
        self.diagnostics.last_mut().expect("a problem was just put in")
    }
}

/// Puts a second place under a problem.
fn label(diagnostic: &mut Diagnostic, span: Range<usize>, text: impl Into<String>) {
    let place = Place::new(&diagnostic.place.path, span);
    diagnostic.labels.push(Label { place, text: text.into() });
}

/// The place of a field of any record.
fn field_place(meta: &Meta, field: &str) -> Place {
    Place::new(&meta.path, line_of(&meta.body.text, meta.fields.of(field)))
}

/// The part of a span on its first line: long texts and lists need not be shown whole.
fn line_of(text: &str, span: Range<usize>) -> Range<usize> {
    let end = text.get(span.clone()).and_then(|part| part.find('\n')).map_or(span.end, |at| span.start + at);
    span.start..end
}

/// Runs every check that the hub has not switched off; problems come out in no particular order.
pub fn check(site: &Site, catalog: &Catalog) -> Vec<Diagnostic> {
    let context = Context::new(site, catalog);
    let wanted: Vec<&Check> = CHECKS.iter().filter(|check| check.is_on(site)).collect();
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    diagnostics.par_extend(catalog.cases.par_iter().with_min_len(64).with_max_len(64).flat_map_iter(|case| of_case(case, &context, &wanted)));
    diagnostics.extend(catalog.ideas.iter().flat_map(|idea| of_idea(idea, &context, &wanted)));
    diagnostics.extend(catalog.playbooks.iter().flat_map(|playbook| of_playbook(playbook, &context, &wanted)));
    diagnostics.extend(catalog.pages.iter().flat_map(|page| judge(&page.meta, &context, &wanted, |_, _| {})));
    let hub = wanted.iter().flat_map(|check| of_hub(check, &context));
    diagnostics.extend(hub);
    diagnostics
}

fn of_case(case: &CaseStudy, context: &Context<'_>, wanted: &[&Check]) -> Vec<Diagnostic> {
    judge(&case.meta, context, wanted, |check, found| {
        if let Judge::Case(run) = check.judge {
            run(case, context, found);
        }
    })
}

fn of_idea(idea: &Idea, context: &Context<'_>, wanted: &[&Check]) -> Vec<Diagnostic> {
    judge(&idea.meta, context, wanted, |check, found| {
        if let Judge::Idea(run) = check.judge {
            run(idea, context, found);
        }
    })
}

fn of_playbook(playbook: &Playbook, context: &Context<'_>, wanted: &[&Check]) -> Vec<Diagnostic> {
    judge(&playbook.meta, context, wanted, |check, found| {
        if let Judge::Playbook(run) = check.judge {
            run(playbook, context, found);
        }
    })
}

/// Runs the checks of any record, and those of its kind.
fn judge(meta: &Meta, context: &Context<'_>, wanted: &[&Check], of_its_kind: impl Fn(&Check, &mut Found<'_>)) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for check in wanted {
        let mut found = Found { code: check.code, severity: check.severity(), record: Some(meta), diagnostics: &mut diagnostics };
        work::on(&meta.path, || match check.judge {
            Judge::Record(run) => run(meta, context, &mut found),
            _ => of_its_kind(check, &mut found),
        });
    }
    diagnostics
}

fn of_hub(check: &Check, context: &Context<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if let Judge::Hub(run) = check.judge {
        run(context, &mut Found { code: check.code, severity: check.severity(), record: None, diagnostics: &mut diagnostics });
    }
    diagnostics
}

/// Whether a record says nothing in a field; what it says and cannot be understood has been reported already.
fn lacks(meta: &Meta, field: &str) -> bool {
    !states(&meta.fields, field) || matches!(meta.body.text[meta.fields.of(field)].trim(), "" | "~" | "null" | "[]" | "{}" | "''" | "\"\"")
}

/// Whether a field stands in a record at all.
fn states(fields: &FieldSpans, field: &str) -> bool {
    fields.0.iter().any(|(name, _)| *name == field)
}
