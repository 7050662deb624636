//! Checks: what is wrong with records that can be read; one file per check, whose opening comment is its manual page.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::catalog::field::Field;
use crate::catalog::{CaseStudy, Catalog, FieldSpans, Idea, Meta, Playbook};
use crate::diagnostic::{Diagnostic, Label, Place, Severity};
use crate::error::current_path;
use crate::site::{CheckLevel, Site};

pub mod manual;
mod text_patterns;

/// Values that a check can use besides the record that it checks.
pub struct CheckContext<'a> {
    /// Settings of the hub.
    pub site: &'a Site,
    /// All records.
    pub catalog: &'a Catalog,
    metric_names: OnceLock<Vec<String>>,
}

impl<'a> CheckContext<'a> {
    /// The context of one run of all checks.
    fn new(site: &'a Site, catalog: &'a Catalog) -> Self {
        CheckContext { site, catalog, metric_names: OnceLock::new() }
    }

    /// Labels and aliases of all metrics in lower case, collected on first use.
    fn metric_names(&self) -> &[String] {
        self.metric_names.get_or_init(|| text_patterns::metric_names(&self.catalog.vocabulary))
    }
}

/// The function of a check, by what it checks: records of one kind, records of all kinds, or the
/// hub as a whole.
#[derive(Clone, Copy)]
enum CheckFn {
    Case(fn(&CaseStudy, &CheckContext<'_>, &mut Reporter<'_>)),
    Idea(fn(&Idea, &CheckContext<'_>, &mut Reporter<'_>)),
    Playbook(fn(&Playbook, &CheckContext<'_>, &mut Reporter<'_>)),
    Record(fn(&Meta, &CheckContext<'_>, &mut Reporter<'_>)),
    Hub(fn(&CheckContext<'_>, &mut Reporter<'_>)),
}

/// A check with its function and manual page.
pub struct Check {
    /// Stable code of the check: its file name with hyphens.
    pub code: &'static str,
    /// Default level of its diagnostics, which a hub's settings can change.
    pub level: CheckLevel,
    run: CheckFn,
    /// Source text of its file, which starts with the manual page.
    source: &'static str,
}

/// Declares the module of each check and the list of all, from code, file name, default level and
/// what the check is run on (a variant of [`CheckFn`]).
macro_rules! registry {
    ($($code:literal $file:ident $level:ident $kind:ident)*) => {
        $(mod $file;)*

        /// All checks, by subject.
        pub const CHECKS: &[Check] = &[$(Check {
            code: $code,
            level: CheckLevel::$level,
            run: CheckFn::$kind($file::check),
            source: include_str!(concat!(stringify!($file), ".rs")),
        }),*];
    };
}

registry! {
    // Completeness of completed studies.
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
    // Reliability and comparability of results.
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
    // Consistency of dates and status.
    "end-before-start"          end_before_start          Error   Case
    "end-in-future"             end_in_future             Warning Case
    "running-past-end"          running_past_end          Warning Case
    "planned-past-start"        planned_past_start        Note    Case
    "outcome-before-end"        outcome_before_end        Warning Case
    "overdue-verification"      overdue_verification      Note    Hub
    // Consistency of relations.
    "relation-to-itself"        relation_to_itself        Error   Case
    "adaptation-cycle"          adaptation_cycle          Error   Hub
    "answer-without-reason"     answer_without_reason     Warning Hub
    // Testability of hypotheses.
    "hypothesis-without-reason" hypothesis_without_reason Warning Case
    "hypothesis-without-measure" hypothesis_without_measure Warning Case
    // Ideas and playbooks.
    "done-without-case"         done_without_case         Warning Idea
    "declined-without-reason"   declined_without_reason   Note    Idea
    "playbook-without-support"  playbook_without_support  Warning Playbook
    // Personal data.
    "sample-too-small"          sample_too_small          Warning Case
    "email-address"             email_address             Warning Record
    "phone-number"              phone_number              Warning Record
    "card-number"               card_number               Warning Record
    "personal-contact"          personal_contact          Warning Hub
    // Names of teams.
    "unlisted-team"             unlisted_team             Note    Hub
    "team-spelling"             team_spelling             Note    Hub
    // Form of texts, headings and images.
    "template-text-left"        template_text_left        Note    Record
    "title-too-long"            title_too_long            Warning Record
    "summary-too-long"          summary_too_long          Warning Case
    "image-without-alt"         image_without_alt         Warning Record
    "remote-image"              remote_image              Warning Record
    "heading-skipped"           heading_skipped           Warning Record
    "suggested-headings"        suggested_headings        Off     Case
    // What readers of other languages understand.
    "gist-in-own-language"      gist_in_own_language      Warning Record
    "missing-gist"              missing_gist              Note    Hub
    "missing-gist-of-approved"  missing_gist_of_approved  Warning Hub
    // Names in the settings.
    "unknown-check"             unknown_check             Error   Hub
    "unknown-in-settings"       unknown_in_settings       Error   Hub
}

impl Check {
    /// Whether the hub's settings leave the check switched on.
    fn is_enabled(&self, site: &Site) -> bool {
        *site.checks.levels.get(self.code).unwrap_or(&self.level) != CheckLevel::Off
    }

    /// Severity of its diagnostics before the hub's settings are applied.
    fn severity(&self) -> Severity {
        match self.level {
            CheckLevel::Error => Severity::Error,
            CheckLevel::Warning => Severity::Warning,
            CheckLevel::Note | CheckLevel::Off => Severity::Note,
        }
    }
}

/// Collects the diagnostics of one check on one record, or on the hub.
pub struct Reporter<'a> {
    code: &'static str,
    severity: Severity,
    record: Option<&'a Meta>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reporter<'_> {
    /// Reports a problem at a front-matter field of the record, or at the start of its file where
    /// the field is missing; returns the diagnostic, so that labels can be added.
    fn report_field(
        &mut self,
        field: &Field,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> &mut Diagnostic {
        let span = self
            .record
            .map_or(0..0, |meta| first_line(&meta.body.text, meta.field_spans.span_of(field)));
        self.report_span(span, message, hint)
    }

    /// Reports a problem at a byte span of the record's file.
    fn report_span(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> &mut Diagnostic {
        let path = self.record.map_or_else(|| Arc::from(""), |meta| Arc::clone(&meta.path));
        self.report_at(Place::new(&path, span), message, hint)
    }

    /// Reports a problem at any place.
    fn report_at(
        &mut self,
        place: Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> &mut Diagnostic {
        let diagnostic = Diagnostic {
            severity: self.severity,
            code: self.code,
            message: message.into(),
            place,
            labels: Vec::new(),
            hint: Some(hint.into()),
            fix: None,
        };
        self.diagnostics.push(diagnostic);
        self.diagnostics.last_mut().expect("a problem was just put in")
    }
}

/// Adds a labelled second place of the same file to a diagnostic.
fn add_label(diagnostic: &mut Diagnostic, span: Range<usize>, text: impl Into<String>) {
    let place = Place::new(&diagnostic.place.path, span);
    diagnostic.labels.push(Label { place, text: text.into() });
}

/// The place of a front-matter field of any record.
fn field_place(meta: &Meta, field: &Field) -> Place {
    Place::new(&meta.path, first_line(&meta.body.text, meta.field_spans.span_of(field)))
}

/// The part of a byte span of a text on its first line, so that diagnostics do not show long texts
/// and lists in full.
fn first_line(text: &str, span: Range<usize>) -> Range<usize> {
    let end = text
        .get(span.clone())
        .and_then(|part| part.find('\n'))
        .map_or(span.end, |at| span.start + at);
    span.start..end
}

/// Runs all enabled checks; the diagnostics are in no particular order.
pub fn run_checks(site: &Site, catalog: &Catalog) -> Vec<Diagnostic> {
    let context = CheckContext::new(site, catalog);
    let enabled: Vec<&Check> = CHECKS.iter().filter(|check| check.is_enabled(site)).collect();
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    diagnostics.par_extend(
        catalog
            .cases
            .par_iter()
            .with_min_len(64)
            .flat_map_iter(|case| check_case(case, &context, &enabled)),
    );
    diagnostics.extend(catalog.ideas.iter().flat_map(|idea| check_idea(idea, &context, &enabled)));
    diagnostics.extend(
        catalog.playbooks.iter().flat_map(|playbook| check_playbook(playbook, &context, &enabled)),
    );
    diagnostics.extend(
        catalog
            .pages
            .iter()
            .flat_map(|page| check_record(&page.meta, &context, &enabled, |_, _| {})),
    );
    let hub = enabled.iter().flat_map(|check| check_hub(check, &context));
    diagnostics.extend(hub);
    diagnostics
}

/// Runs the checks of case studies and those of all records on a case study.
fn check_case(case: &CaseStudy, context: &CheckContext<'_>, enabled: &[&Check]) -> Vec<Diagnostic> {
    check_record(&case.meta, context, enabled, |check, reporter| {
        if let CheckFn::Case(run) = check.run {
            run(case, context, reporter);
        }
    })
}

/// Runs the checks of ideas and those of all records on an idea.
fn check_idea(idea: &Idea, context: &CheckContext<'_>, enabled: &[&Check]) -> Vec<Diagnostic> {
    check_record(&idea.meta, context, enabled, |check, reporter| {
        if let CheckFn::Idea(run) = check.run {
            run(idea, context, reporter);
        }
    })
}

/// Runs the checks of playbooks and those of all records on a playbook.
fn check_playbook(
    playbook: &Playbook,
    context: &CheckContext<'_>,
    enabled: &[&Check],
) -> Vec<Diagnostic> {
    check_record(&playbook.meta, context, enabled, |check, reporter| {
        if let CheckFn::Playbook(run) = check.run {
            run(playbook, context, reporter);
        }
    })
}

/// Runs the checks for records of all kinds on a record, and with `run_for_kind` those for its
/// kind.
fn check_record(
    meta: &Meta,
    context: &CheckContext<'_>,
    enabled: &[&Check],
    run_for_kind: impl Fn(&Check, &mut Reporter<'_>),
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for check in enabled {
        let mut reporter = Reporter {
            code: check.code,
            severity: check.severity(),
            record: Some(meta),
            diagnostics: &mut diagnostics,
        };
        current_path::scope(&meta.path, || match check.run {
            CheckFn::Record(run) => run(meta, context, &mut reporter),
            _ => run_for_kind(check, &mut reporter),
        });
    }
    diagnostics
}

/// Runs a check of the hub as a whole; no diagnostics for a check of any other kind.
fn check_hub(check: &Check, context: &CheckContext<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if let CheckFn::Hub(run) = check.run {
        run(
            context,
            &mut Reporter {
                code: check.code,
                severity: check.severity(),
                record: None,
                diagnostics: &mut diagnostics,
            },
        );
    }
    diagnostics
}

/// Whether a front-matter field is missing or empty; an invalid value has a diagnostic of its own
/// and counts as present.
fn is_missing(meta: &Meta, field: &Field) -> bool {
    !has_field(&meta.field_spans, field)
        || matches!(
            meta.body.text[meta.field_spans.span_of(field)].trim(),
            "" | "~" | "null" | "[]" | "{}" | "''" | "\"\""
        )
}

/// Whether the front matter has a field, even an empty one.
fn has_field(fields: &FieldSpans, field: &Field) -> bool {
    fields.0.iter().any(|(name, _)| *name == field.name)
}
