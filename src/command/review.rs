//! `casebook review`: compares a branch with its base, for the reviewer of a pull request.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::{CaseIndex, Catalog};
use crate::command::arguments::CommonArguments;
use crate::command::check::add_page_problems;
use crate::command::hub::read_hub;
use crate::command::markdown::to_code_span;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_text};
use crate::command::verdict_words::VerdictWords;
use crate::diagnostic::render::escape_line;
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::record::front_matter;
use crate::similar::describe::describe_reasons;
use crate::similar::{self, AnswerState, Family, Pair, Similar};
use crate::source::{Sources, read_revision};
use crate::{BuildCache, CheckedCatalog, Timings, has_errors};

/// Codes of diagnostics that the report lists under metrics and results.
const METRIC_CODES: &[&str] = &[
    "missing-common-metric",
    "missing-primary-result",
    "missing-result",
    "objective-without-result",
    "result-without-source",
];

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
    #[arg(long, value_enum, default_value_t = ReviewFormat::Markdown)]
    format: ReviewFormat,
    /// What makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    fail_on: FailOn,
}

/// Format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReviewFormat {
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

/// The differences between the base and the working tree.
struct Review {
    added: Vec<ChangedRecord>,
    changed: Vec<ChangedRecord>,
    removed: Vec<String>,
    families: Vec<FlaggedFamily>,
    pairs: Vec<FlaggedPair>,
    problems: Vec<Diagnostic>,
    lost_comments: Vec<LostComments>,
}

/// The comments of the front matter of a record that are in the base and no longer in the working
/// tree, as happens when an editor writes the whole front matter anew.
struct LostComments {
    path: String,
    /// The comments without their `#`, in the order of the base.
    texts: Vec<String>,
}

/// A family of similar case studies that is new or has new members, with the texts of the report.
struct FlaggedFamily {
    id: String,
    kind: &'static str,
    /// The label of the verdict, as the site has it.
    label: String,
    action: &'static str,
    members: Vec<String>,
    /// Ids of the members that are new in the family.
    new: Vec<String>,
    /// What the members have in common, in one sentence.
    summary: String,
    /// A YAML template with the alternative answers, of which the author keeps one.
    answer: String,
}

/// A record that was added or changed between base and working tree.
struct ChangedRecord {
    path: String,
    title: String,
}

/// A pair that is open in the working tree and was not in the base, with the texts of the report.
struct FlaggedPair {
    a: String,
    b: String,
    kind: &'static str,
    /// The label of the verdict, as the site has it.
    label: String,
    /// What to do, in the words of the site.
    advice: String,
    score: f64,
    why: String,
    /// A YAML template with the alternative answers for the front matter of `a`, of which the
    /// author keeps one.
    answer: String,
}

/// Runs `casebook review`.
///
/// # Errors
/// The hub cannot be read, or git does not know the base.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let options = common.build_options(None, false)?;
    let (sources, head) = read_hub(&root, &options, &mut Timings::default())?;
    let head = match head {
        Ok(head) => add_page_problems(head, &sources)?,
        Err(diagnostic) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    let read_options =
        sources.settings.as_ref().map(crate::site::read::read_options).unwrap_or_default();
    let base_sources = read_revision(&root, &arguments.base, &read_options)?;
    let base =
        crate::read(&base_sources, &options, &mut BuildCache::disabled(), &mut Timings::default())
            .map_err(|diagnostic| {
                Error::new(format!(
                    "the settings of `{}` cannot be read: {}",
                    arguments.base, diagnostic.message
                ))
            })?;
    let base = add_page_problems(base, &base_sources)?;
    let hashes: BTreeMap<&str, _> =
        base_sources.files.iter().map(|file| (&*file.path, file.hash)).collect();
    let changed_paths: BTreeSet<&str> = sources
        .files
        .iter()
        .filter(|file| hashes.get(&*file.path) != Some(&file.hash))
        .map(|file| &*file.path)
        .collect();
    let base_paths = hashes.keys().copied().collect();
    let words = VerdictWords::load()?;
    let mut review = compare_revisions(&base, &head, &changed_paths, &base_paths, &words);
    review.lost_comments = find_lost_comments(&base_sources, &sources);
    match arguments.format {
        ReviewFormat::Markdown => print_text(&render_markdown(&review))?,
        ReviewFormat::Json => print_text(&format!("{}\n", render_json(&review)))?,
    }
    let has_failed = match arguments.fail_on {
        FailOn::Never => false,
        FailOn::Error => has_errors(&review.problems),
        FailOn::Duplicate => {
            has_errors(&review.problems) || !review.pairs.is_empty() || !review.families.is_empty()
        }
    };
    Ok(if has_failed { ExitCode::from(EXIT_CONTENT_ERRORS) } else { ExitCode::SUCCESS })
}

/// The comments that front matter of the base has and that of the working tree lacks, by path; of
/// files that are in both. A comment that moved is not lost.
fn find_lost_comments(base: &Sources, head: &Sources) -> Vec<LostComments> {
    let texts: BTreeMap<&str, &str> =
        head.files.iter().map(|file| (&*file.path, &*file.text)).collect();
    let mut lost = Vec::new();
    for file in &base.files {
        let Some(text) = texts.get(&*file.path).filter(|text| **text != &*file.text) else {
            continue;
        };
        let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
        for comment in front_matter::comments(text) {
            *kept.entry(bare_comment(comment)).or_default() += 1;
        }
        let mut is_lost = |comment: &str| match kept.get_mut(comment) {
            Some(count @ 1..) => {
                *count -= 1;
                false
            }
            _ => !comment.is_empty(),
        };
        let gone: Vec<String> = front_matter::comments(&file.text)
            .into_iter()
            .map(bare_comment)
            .filter(|comment| is_lost(comment))
            .map(str::to_owned)
            .collect();
        if !gone.is_empty() {
            lost.push(LostComments { path: file.path.to_string(), texts: gone });
        }
    }
    lost
}

/// A comment without its `#` and the spaces around.
fn bare_comment(comment: &str) -> &str {
    comment.trim_start_matches('#').trim()
}

/// Compares the working tree (`head`) with the base. `changed_paths` are the files that are new or
/// differ, `base_paths` are all files of the base.
fn compare_revisions(
    base: &CheckedCatalog,
    head: &CheckedCatalog,
    changed_paths: &BTreeSet<&str>,
    base_paths: &BTreeSet<&str>,
    words: &VerdictWords,
) -> Review {
    let titles = titles_by_path(&head.catalog);
    let (changed, added): (Vec<_>, Vec<_>) = titles
        .iter()
        .filter(|(path, _)| changed_paths.contains(**path))
        .partition(|(path, _)| base_paths.contains(**path));
    let record = |(path, title): (&&str, &&str)| ChangedRecord {
        path: (*path).to_owned(),
        title: (*title).to_owned(),
    };
    let base_titles = titles_by_path(&base.catalog);
    let removed = base_titles
        .keys()
        .filter(|path| !titles.contains_key(**path))
        .map(|path| (*path).to_owned())
        .collect();
    let base_similar = similar::find(&base.site, &base.catalog);
    let flagged = open_pair_ids(&base.catalog, &base_similar.pairs);
    let head_similar = similar::find(&head.site, &head.catalog);
    let families =
        find_flagged_families(&base.catalog, &base_similar, &head.catalog, &head_similar, words);
    let new =
        head_similar.open_pairs().filter(|pair| !flagged.contains(&pair_ids(&head.catalog, pair)));
    let pairs =
        new.map(|pair| to_flagged_pair(&head.catalog, pair, changed_paths, words)).collect();
    let base_problems: BTreeSet<(&str, &str, &str)> = base
        .diagnostics
        .iter()
        .map(|problem| (&*problem.place.path, problem.code, problem.message.as_str()))
        .collect();
    let is_new = |problem: &&Diagnostic| {
        problem.severity > Severity::Note
            && !base_problems.contains(&(&problem.place.path, problem.code, &problem.message))
    };
    Review {
        added: added.into_iter().map(record).collect(),
        changed: changed.into_iter().map(record).collect(),
        removed,
        families,
        pairs,
        problems: head.diagnostics.iter().filter(is_new).cloned().collect(),
        lost_comments: Vec::new(),
    }
}

/// Open families with members that were not in the matching family of the base.
fn find_flagged_families(
    base: &Catalog,
    base_similar: &Similar,
    head: &Catalog,
    head_similar: &Similar,
    words: &VerdictWords,
) -> Vec<FlaggedFamily> {
    let id = |case: CaseIndex| head.case(case).meta.id.to_string();
    let known: Vec<BTreeSet<&str>> = base_similar
        .families
        .iter()
        .map(|family| family.members.iter().map(|case| &*base.case(*case).meta.id).collect())
        .collect();
    let flag = |family: &Family| {
        let members: BTreeSet<&str> =
            family.members.iter().map(|case| &*head.case(*case).meta.id).collect();
        let joined = known
            .iter()
            .max_by_key(|known| known.intersection(&members).count())
            .cloned()
            .unwrap_or_default();
        let new: Vec<String> = family
            .unanswered
            .iter()
            .filter(|case| !joined.contains(&*head.case(**case).meta.id))
            .map(|case| id(*case))
            .collect();
        (!new.is_empty()).then(|| FlaggedFamily {
            id: family.id.clone(),
            kind: family.verdict.as_str(),
            label: words.label(family.verdict).to_owned(),
            action: family.action.as_str(),
            members: family.members.iter().map(|case| id(*case)).collect(),
            new,
            summary: words.describe_family(head, &family.id, &family.members),
            answer: render_answer_choices(head, family),
        })
    };
    head_similar.open_families().filter_map(flag).collect()
}

/// A YAML template with the alternative answers to a family, of which the author keeps one: three
/// for the front matter of a new member, which name the oldest member or the family, and one for
/// all members in the front matter of the oldest.
fn render_answer_choices(catalog: &Catalog, family: &Family) -> String {
    let oldest = &catalog.case(family.members[0]).meta;
    format!(
        "# in the new record, one of:\nreplicates: {oldest}\nadapted_from: {oldest}\nnot_duplicate_of:\n  - {{family: {family}, reason: \"\"}}\n\
         # or for all, in {path}:\nnot_duplicate_of:\n  - {{family: {family}, members: {count}, reason: \"\"}}",
        oldest = front_matter::render_name(&oldest.id),
        family = front_matter::render_name(&family.id),
        path = escape_line(&oldest.path),
        count = family.members.len(),
    )
}

/// The titles of all records, by path.
fn titles_by_path(catalog: &Catalog) -> BTreeMap<&str, &str> {
    let cases = catalog.cases.iter().map(|case| &case.meta);
    let ideas = catalog.ideas.iter().map(|idea| &idea.meta);
    let others = catalog
        .playbooks
        .iter()
        .map(|playbook| &playbook.meta)
        .chain(catalog.pages.iter().map(|page| &page.meta));
    cases.chain(ideas).chain(others).map(|meta| (&*meta.path, meta.title.as_str())).collect()
}

/// The ids of the two case studies of a pair, which, unlike their indexes, can be compared between
/// revisions.
fn pair_ids(catalog: &Catalog, pair: &Pair) -> (String, String) {
    (catalog.case(pair.a).meta.id.to_string(), catalog.case(pair.b).meta.id.to_string())
}

/// The ids of all pairs that are not acknowledged, those inside families included.
fn open_pair_ids(catalog: &Catalog, pairs: &[Pair]) -> BTreeSet<(String, String)> {
    pairs
        .iter()
        .filter(|pair| pair.state == AnswerState::Open)
        .map(|pair| pair_ids(catalog, pair))
        .collect()
}

/// A pair for the report. Of its two records one that was changed comes first, because its author
/// is asked to answer.
fn to_flagged_pair(
    catalog: &Catalog,
    pair: &Pair,
    changed_paths: &BTreeSet<&str>,
    words: &VerdictWords,
) -> FlaggedPair {
    let (mut newer, mut other) = (&catalog.case(pair.a).meta, &catalog.case(pair.b).meta);
    if !changed_paths.contains(&*newer.path) {
        std::mem::swap(&mut newer, &mut other);
    }
    let answer = format!(
        "# in {}, one of:\nreplicates: {id}\nadapted_from: {id}\nduplicate_of: {id}\nnot_duplicate_of:\n  - {{id: {id}, reason: \"\"}}",
        escape_line(&newer.path),
        id = front_matter::render_name(&other.id)
    );
    let (a, b) = (newer.id.to_string(), other.id.to_string());
    FlaggedPair {
        a,
        b,
        kind: pair.verdict.as_str(),
        label: words.label(pair.verdict).to_owned(),
        advice: words.advice(pair.verdict).to_owned(),
        score: pair.score,
        why: describe_reasons(&catalog.vocabulary, &pair.reasons),
        answer,
    }
}

/// The review as a Markdown comment; every text of the hub is in a code span or code block.
fn render_markdown(review: &Review) -> String {
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
            let new = family.new.iter().map(|id| to_code_span(id)).collect::<Vec<_>>().join(", ");
            let _ = writeln!(
                text,
                "- **{}** {}\n  new in it: {new}\n\n  ```yaml\n  {}\n  ```\n",
                family.label,
                to_code_span(&family.summary),
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
                pair.label,
                to_code_span(&pair.a),
                to_code_span(&pair.b),
                pair.score,
                pair.advice,
                to_code_span(&pair.why),
                pair.answer.replace('\n', "\n  ")
            );
        }
    }
    for (heading, records) in [("Added", &review.added), ("Changed", &review.changed)] {
        if !records.is_empty() {
            let _ = writeln!(text, "### {heading}\n");
            for record in records.iter() {
                let _ = writeln!(
                    text,
                    "- {} ({})",
                    to_code_span(&record.title),
                    to_code_span(&record.path)
                );
            }
            text.push('\n');
        }
    }
    if !review.removed.is_empty() {
        text.push_str("### Removed\n\n");
        for path in &review.removed {
            let _ = writeln!(text, "- {}", to_code_span(path));
        }
        text.push('\n');
    }
    if !review.lost_comments.is_empty() {
        text.push_str("### Comments that are gone\n\n");
        for lost in &review.lost_comments {
            let comments: Vec<String> =
                lost.texts.iter().map(|comment| to_code_span(comment)).collect();
            let said = match comments.len() {
                1 => "1 comment of the front matter is gone".to_owned(),
                count => format!("{count} comments of the front matter are gone"),
            };
            let _ =
                writeln!(text, "- {said} ({}): {}", to_code_span(&lost.path), comments.join(", "));
        }
        text.push('\n');
    }
    write_problems(&mut text, "Missing metrics and results", review, |problem| {
        METRIC_CODES.contains(&problem.code)
    });
    write_problems(&mut text, "Broken links", review, |problem| {
        problem.code.starts_with("broken-")
    });
    write_problems(&mut text, "Other problems", review, |problem| {
        !METRIC_CODES.contains(&problem.code) && !problem.code.starts_with("broken-")
    });
    text
}

/// Appends a section with the problems that `is_listed` selects; nothing where there are none.
fn write_problems(
    text: &mut String,
    heading: &str,
    review: &Review,
    is_listed: impl Fn(&Diagnostic) -> bool,
) {
    let listed: Vec<&Diagnostic> =
        review.problems.iter().filter(|problem| is_listed(problem)).collect();
    if listed.is_empty() {
        return;
    }
    let _ = writeln!(text, "### {heading}\n");
    for problem in listed {
        let severity = if problem.severity == Severity::Error { "error" } else { "warning" };
        let hint = problem
            .hint
            .as_deref()
            .map(|hint| format!(" ({})", to_code_span(hint)))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "- {severity} `{}`: {}{hint} ({})",
            problem.code,
            to_code_span(&problem.message),
            to_code_span(&problem.place.path)
        );
    }
    text.push('\n');
}

/// The review as one JSON object.
fn render_json(review: &Review) -> String {
    let records = |records: &[ChangedRecord]| -> Vec<serde_json::Value> {
        records
            .iter()
            .map(|record| serde_json::json!({"path": record.path, "title": record.title}))
            .collect()
    };
    let pairs: Vec<_> = review.pairs.iter().map(|pair| serde_json::json!({"id_a": pair.a, "id_b": pair.b, "kind": pair.kind, "score": (pair.score * 100.0).round() / 100.0, "why": pair.why, "answer": pair.answer})).collect();
    let family = |family: &FlaggedFamily| serde_json::json!({"id": family.id, "kind": family.kind, "action": family.action, "members": family.members, "new": family.new, "says": family.summary, "answer": family.answer});
    let families: Vec<_> = review.families.iter().map(family).collect();
    let problems: Vec<_> = review.problems.iter().map(|problem| serde_json::json!({"severity": problem.severity, "code": problem.code, "message": problem.message, "path": &*problem.place.path, "hint": problem.hint})).collect();
    let lost_comments: Vec<_> = review
        .lost_comments
        .iter()
        .map(|lost| serde_json::json!({"path": lost.path, "comments": lost.texts}))
        .collect();
    let whole = serde_json::json!({"added": records(&review.added), "changed": records(&review.changed), "removed": review.removed, "families": families, "pairs": pairs, "problems": problems, "lost_comments": lost_comments});
    serde_json::to_string_pretty(&whole).expect("values made here can be written")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;
    use crate::command::markdown::hostile_text;
    use crate::diagnostic::Place;

    /// A review in which every id, title and text is `name`.
    fn review_of(name: &str) -> Review {
        let record = || vec![ChangedRecord { path: name.into(), title: name.into() }];
        let problem = |code| Diagnostic::warning(code, Place::file(&name.into()), name).hint(name);
        let answer = format!(
            "# in {}, one of:\nreplicates: {}",
            escape_line(name),
            front_matter::render_name(name)
        );
        Review {
            added: record(),
            changed: record(),
            removed: vec![name.into()],
            families: vec![FlaggedFamily {
                id: name.into(),
                kind: "already-tried",
                label: "Already tried".into(),
                action: "link",
                members: vec![name.into()],
                new: vec![name.into(), name.into()],
                summary: name.into(),
                answer: answer.clone(),
            }],
            pairs: vec![FlaggedPair {
                a: name.into(),
                b: name.into(),
                kind: "already-tried",
                label: "Already tried".into(),
                advice: "Read it.".into(),
                score: 0.9,
                why: name.into(),
                answer,
            }],
            problems: vec![
                problem("missing-result"),
                problem("broken-link"),
                problem("unknown-key"),
            ],
            lost_comments: vec![LostComments { path: name.into(), texts: vec![name.into()] }],
        }
    }

    /// The structure of a Markdown comment without its texts, and the texts of its code spans.
    fn parse_comment(comment: &str) -> (Vec<String>, Vec<String>) {
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
                    in_block = matches!(other, Event::Start(pulldown_cmark::Tag::CodeBlock(_)))
                        || in_block && !matches!(other, Event::End(_));
                    structure.push(format!("{other:?}"));
                }
            }
        }
        (structure, spans)
    }

    proptest! {
        #[test]
        fn names_are_data_in_a_comment(name in hostile_text()) {
            let (wanted, harmless) = parse_comment(&render_markdown(&review_of("es/reward")));
            let (structure, spans) = parse_comment(&render_markdown(&review_of(&name)));
            prop_assert_eq!(structure, wanted);
            let wanted = harmless.iter().map(|span| if span == "es/reward" { escape_line(&name).into_owned() } else { span.clone() });
            prop_assert_eq!(spans, wanted.collect::<Vec<_>>());
        }
    }
}
