//! `casebook review`: what a branch adds to the hub, for the one who must say yes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::{CaseIndex, Catalog};
use crate::command::check::with_problems_of_pages;
use crate::command::markdown::code;
use crate::command::{CONTENT_ERRORS, Common, read, report};
use crate::diagnostic::render::visible_line;
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::record::front_matter;
use crate::similar::tell::{self, tell};
use crate::similar::{self, Family, Pair, PairState, Similar};
use crate::source::read_at;
use crate::{Read, Timings, has_errors};

/// Codes of problems that a reviewer looks for by name.
const METRICS: &[&str] = &["missing-common-metric", "missing-primary-result", "missing-result", "objective-without-result", "result-without-source"];

/// Compare this branch with its base, for a reviewer
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook review --base origin/main
  casebook review --base origin/main --format markdown --fail-on duplicate > review.md")]
pub struct Arguments {
    /// The revision to compare with
    #[arg(long, value_name = "REF")]
    base: String,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// What makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
}

/// Forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a comment.
    Markdown,
    /// For programs.
    Json,
}

/// What makes a review fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A newly flagged pair or family, or an error.
    Duplicate,
    /// An error.
    Error,
    /// Nothing.
    Never,
}

/// What changed between the base and here.
struct Review {
    added: Vec<Record>,
    changed: Vec<Record>,
    removed: Vec<String>,
    families: Vec<FamilyFlag>,
    pairs: Vec<Flag>,
    problems: Vec<Diagnostic>,
}

/// A family that this change begins, or adds records to.
struct FamilyFlag {
    id: String,
    kind: &'static str,
    action: &'static str,
    members: Vec<String>,
    /// Members that are new in the family.
    new: Vec<String>,
    says: String,
    answer: String,
}

struct Record {
    path: String,
    title: String,
}

struct Flag {
    a: String,
    b: String,
    kind: &'static str,
    advice: &'static str,
    score: f64,
    why: String,
    /// Lines that answer the pair in the front matter of the newer record.
    answer: String,
}

/// Runs `casebook review`.
///
/// # Errors
/// Machine trouble, and a base that git does not know.
pub fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.root()?;
    let request = common.request(None, false)?;
    let (sources, now) = read(&root, &request, &mut Timings::default())?;
    let now = match now {
        Ok(now) => with_problems_of_pages(now, &sources)?,
        Err(diagnostic) => {
            report(&[*diagnostic], &sources);
            return Ok(ExitCode::from(CONTENT_ERRORS));
        }
    };
    let reading = sources.settings.as_ref().map(crate::site::read::reading).unwrap_or_default();
    let base = read_at(&root, &arguments.base, &reading)?;
    let before = crate::read(&base, &request, &mut Timings::default())
        .map_err(|diagnostic| Error::new(format!("the settings of `{}` cannot be read: {}", arguments.base, diagnostic.message)))?;
    let before = with_problems_of_pages(before, &base)?;
    let hashes: BTreeMap<&str, _> = base.files.iter().map(|file| (&*file.path, file.hash)).collect();
    let touched: BTreeSet<&str> = sources.files.iter().filter(|file| hashes.get(&*file.path) != Some(&file.hash)).map(|file| &*file.path).collect();
    let review = compare(&before, &now, &touched, &hashes.keys().copied().collect());
    match arguments.format {
        Format::Markdown => print!("{}", markdown(&review)),
        Format::Json => println!("{}", json(&review)),
    }
    let fails = match arguments.fail_on {
        FailOn::Never => false,
        FailOn::Error => has_errors(&review.problems),
        FailOn::Duplicate => has_errors(&review.problems) || !review.pairs.is_empty() || !review.families.is_empty(),
    };
    Ok(if fails { ExitCode::from(CONTENT_ERRORS) } else { ExitCode::SUCCESS })
}

fn compare(before: &Read, now: &Read, touched: &BTreeSet<&str>, known: &BTreeSet<&str>) -> Review {
    let records = records(&now.catalog);
    let (changed, added): (Vec<_>, Vec<_>) =
        records.iter().filter(|(path, _)| touched.contains(**path)).partition(|(path, _)| known.contains(**path));
    let record = |(path, title): (&&str, &&str)| Record { path: (*path).to_owned(), title: (*title).to_owned() };
    let earlier = self::records(&before.catalog);
    let removed = earlier.keys().filter(|path| !records.contains_key(**path)).map(|path| (*path).to_owned()).collect();
    let found_before = similar::find(&before.site, &before.catalog);
    let flagged = open(&before.catalog, &found_before.pairs);
    let found = similar::find(&now.site, &now.catalog);
    let families = families(&before.catalog, &found_before, &now.catalog, &found);
    let new = found.open().filter(|pair| !flagged.contains(&ids(&now.catalog, pair)));
    let pairs = new.map(|pair| flag(&now.catalog, pair, touched)).collect();
    let known_problems: BTreeSet<(&str, &str, &str)> =
        before.diagnostics.iter().map(|problem| (&*problem.place.path, problem.code, problem.message.as_str())).collect();
    let is_new =
        |problem: &&Diagnostic| problem.severity > Severity::Note && !known_problems.contains(&(&problem.place.path, problem.code, &problem.message));
    Review {
        added: added.into_iter().map(record).collect(),
        changed: changed.into_iter().map(record).collect(),
        removed,
        families,
        pairs,
        problems: now.diagnostics.iter().filter(is_new).cloned().collect(),
    }
}

/// Open families with members that no family of the base joined with the others.
fn families(before: &Catalog, found_before: &Similar, now: &Catalog, found: &Similar) -> Vec<FamilyFlag> {
    let id = |case: CaseIndex| now.case(case).meta.id.to_string();
    let known: Vec<BTreeSet<&str>> =
        found_before.families.iter().map(|family| family.members.iter().map(|case| &*before.case(*case).meta.id).collect()).collect();
    let flag = |family: &Family| {
        let members: BTreeSet<&str> = family.members.iter().map(|case| &*now.case(*case).meta.id).collect();
        let joined = known.iter().max_by_key(|known| known.intersection(&members).count()).cloned().unwrap_or_default();
        let new: Vec<String> = family.unanswered.iter().filter(|case| !joined.contains(&*now.case(**case).meta.id)).map(|case| id(*case)).collect();
        (!new.is_empty()).then(|| FamilyFlag {
            id: family.id.clone(),
            kind: family.verdict.as_str(),
            action: family.action.as_str(),
            members: family.members.iter().map(|case| id(*case)).collect(),
            new,
            says: tell::family(now, &family.id, &family.members),
            answer: family_answer(now, family),
        })
    };
    found.open_families().filter_map(flag).collect()
}

/// Lines that answer a family: in the record that is new, or for all in the oldest.
fn family_answer(catalog: &Catalog, family: &Family) -> String {
    let oldest = &catalog.case(family.members[0]).meta;
    format!(
        "# in the new record, one of:\nreplicates: {oldest}\nadapted_from: {oldest}\nnot_duplicate_of:\n  - {{family: {family}, reason: \"\"}}\n\
         # or for all, in {path}:\nnot_duplicate_of:\n  - {{family: {family}, members: {count}, reason: \"\"}}",
        oldest = front_matter::value(&oldest.id),
        family = front_matter::value(&family.id),
        path = visible_line(&oldest.path),
        count = family.members.len(),
    )
}

/// Titles of all records, by path.
fn records(catalog: &Catalog) -> BTreeMap<&str, &str> {
    let cases = catalog.cases.iter().map(|case| &case.meta);
    let ideas = catalog.ideas.iter().map(|idea| &idea.meta);
    let others = catalog.playbooks.iter().map(|playbook| &playbook.meta).chain(catalog.pages.iter().map(|page| &page.meta));
    cases.chain(ideas).chain(others).map(|meta| (&*meta.path, meta.title.as_str())).collect()
}

fn ids(catalog: &Catalog, pair: &Pair) -> (String, String) {
    (catalog.case(pair.a).meta.id.to_string(), catalog.case(pair.b).meta.id.to_string())
}

fn open(catalog: &Catalog, pairs: &[Pair]) -> BTreeSet<(String, String)> {
    pairs.iter().filter(|pair| pair.state == PairState::Open).map(|pair| ids(catalog, pair)).collect()
}

fn flag(catalog: &Catalog, pair: &Pair, touched: &BTreeSet<&str>) -> Flag {
    let (mut newer, mut other) = (&catalog.case(pair.a).meta, &catalog.case(pair.b).meta);
    if !touched.contains(&*newer.path) {
        std::mem::swap(&mut newer, &mut other);
    }
    let answer = format!(
        "# in {}, one of:\nreplicates: {id}\nadapted_from: {id}\nduplicate_of: {id}\nnot_duplicate_of:\n  - {{id: {id}, reason: \"\"}}",
        visible_line(&newer.path),
        id = front_matter::value(&other.id)
    );
    let (a, b) = (newer.id.to_string(), other.id.to_string());
    Flag {
        a,
        b,
        kind: pair.verdict.as_str(),
        advice: pair.verdict.advice(),
        score: pair.score,
        why: tell(&catalog.vocabulary, &pair.reasons),
        answer,
    }
}

fn markdown(review: &Review) -> String {
    let mut text = String::from("## Review of this change\n\n");
    let _ = writeln!(
        text,
        "Records: {} added, {} changed, {} removed. Families of one experiment with new members: {}. New possible duplicates: {}. New problems: {}.\n",
        review.added.len(),
        review.changed.len(),
        review.removed.len(),
        review.families.len(),
        review.pairs.len(),
        review.problems.len()
    );
    if !review.families.is_empty() {
        text.push_str("### One experiment in several markets\n\n");
        for family in &review.families {
            let new = family.new.iter().map(|id| code(id)).collect::<Vec<_>>().join(", ");
            let _ = writeln!(
                text,
                "- **{}** {}\n  new in it: {new}\n\n  ```yaml\n  {}\n  ```\n",
                family.kind,
                code(&family.says),
                family.answer.replace('\n', "\n  ")
            );
        }
    }
    if !review.pairs.is_empty() {
        text.push_str("### Possible duplicated effort\n\n");
        for pair in &review.pairs {
            let _ = writeln!(
                text,
                "- **{}** {} and {} ({:.2}): {}\n  {}\n\n  ```yaml\n  {}\n  ```\n",
                pair.kind,
                code(&pair.a),
                code(&pair.b),
                pair.score,
                pair.advice,
                code(&pair.why),
                pair.answer.replace('\n', "\n  ")
            );
        }
    }
    for (heading, records) in [("Added", &review.added), ("Changed", &review.changed)] {
        if !records.is_empty() {
            let _ = writeln!(text, "### {heading}\n");
            for record in records.iter() {
                let _ = writeln!(text, "- {} ({})", code(&record.title), code(&record.path));
            }
            text.push('\n');
        }
    }
    if !review.removed.is_empty() {
        text.push_str("### Removed\n\n");
        for path in &review.removed {
            let _ = writeln!(text, "- {}", code(path));
        }
        text.push('\n');
    }
    problems(&mut text, "Missing metrics and results", review, |problem| METRICS.contains(&problem.code));
    problems(&mut text, "Broken links", review, |problem| problem.code.starts_with("broken-"));
    problems(&mut text, "Other problems", review, |problem| !METRICS.contains(&problem.code) && !problem.code.starts_with("broken-"));
    text
}

fn problems(text: &mut String, heading: &str, review: &Review, wanted: impl Fn(&Diagnostic) -> bool) {
    let wanted: Vec<&Diagnostic> = review.problems.iter().filter(|problem| wanted(problem)).collect();
    if wanted.is_empty() {
        return;
    }
    let _ = writeln!(text, "### {heading}\n");
    for problem in wanted {
        let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
        let hint = problem.hint.as_deref().map(|hint| format!(" ({})", code(hint))).unwrap_or_default();
        let _ = writeln!(text, "- {severity} `{}`: {}{hint} ({})", problem.code, code(&problem.message), code(&problem.place.path));
    }
    text.push('\n');
}

fn json(review: &Review) -> String {
    let records = |records: &[Record]| -> Vec<serde_json::Value> {
        records.iter().map(|record| serde_json::json!({"path": record.path, "title": record.title})).collect()
    };
    let pairs: Vec<_> = review.pairs.iter().map(|pair| serde_json::json!({"id_a": pair.a, "id_b": pair.b, "kind": pair.kind, "score": (pair.score * 100.0).round() / 100.0, "why": pair.why, "answer": pair.answer})).collect();
    let family = |family: &FamilyFlag| serde_json::json!({"id": family.id, "kind": family.kind, "action": family.action, "members": family.members, "new": family.new, "says": family.says, "answer": family.answer});
    let families: Vec<_> = review.families.iter().map(family).collect();
    let problems: Vec<_> = review.problems.iter().map(|problem| serde_json::json!({"severity": problem.severity, "code": problem.code, "message": problem.message, "path": &*problem.place.path, "hint": problem.hint})).collect();
    let whole = serde_json::json!({"added": records(&review.added), "changed": records(&review.changed), "removed": review.removed, "families": families, "pairs": pairs, "problems": problems});
    serde_json::to_string_pretty(&whole).expect("values made here can be written")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;
    use crate::command::markdown::hostile;
    use crate::diagnostic::Place;

    /// A review in which every name and text of others is this one.
    fn review(name: &str) -> Review {
        let record = || vec![Record { path: name.into(), title: name.into() }];
        let problem = |code| Diagnostic::warning(code, Place::file(&name.into()), name).hint(name);
        let answer = format!("# in {}, one of:\nreplicates: {}", visible_line(name), front_matter::value(name));
        Review {
            added: record(),
            changed: record(),
            removed: vec![name.into()],
            families: vec![FamilyFlag {
                id: name.into(),
                kind: "already-tried",
                action: "link",
                members: vec![name.into()],
                new: vec![name.into(), name.into()],
                says: name.into(),
                answer: answer.clone(),
            }],
            pairs: vec![Flag { a: name.into(), b: name.into(), kind: "already-tried", advice: "read it", score: 0.9, why: name.into(), answer }],
            problems: vec![problem("missing-result"), problem("broken-link"), problem("unknown-key")],
        }
    }

    /// What a comment is made of: its texts apart, those of code spans alone.
    fn parsed(comment: &str) -> (Vec<String>, Vec<String>) {
        let mut spans = Vec::new();
        let mut in_block = false;
        let mut structure = Vec::new();
        for event in Parser::new_ext(comment, Options::all()) {
            match event {
                Event::Code(text) => {
                    spans.push(text.to_string());
                    structure.push("code".to_owned());
                }
                Event::Text(_) if in_block => {}
                other => {
                    in_block = matches!(other, Event::Start(pulldown_cmark::Tag::CodeBlock(_))) || in_block && !matches!(other, Event::End(_));
                    structure.push(format!("{other:?}"));
                }
            }
        }
        (structure, spans)
    }

    proptest! {
        #[test]
        fn names_are_data_in_a_comment(name in hostile()) {
            let (wanted, harmless) = parsed(&markdown(&review("es/reward")));
            let (structure, spans) = parsed(&markdown(&review(&name)));
            prop_assert_eq!(structure, wanted);
            let wanted = harmless.iter().map(|span| if span == "es/reward" { visible_line(&name).into_owned() } else { span.clone() });
            prop_assert_eq!(spans, wanted.collect::<Vec<_>>());
        }
    }
}
