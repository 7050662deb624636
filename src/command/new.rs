//! `casebook new`: writes a new record from flags, and never overwrites a file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::catalog::keywords::{Keyword, Status};
use crate::catalog::{date, field};
use crate::command::arguments::CommonArguments;
use crate::command::similarity_index::SimilarityIndex;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, stderr_options};
use crate::diagnostic::render::{self, escape_controls};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::output::write_new;
use crate::record::front_matter::{FieldValue, FrontMatter};
use crate::site::address::to_slug;
use crate::vocabulary::{TermId, Terms, Vocabulary, template};

/// Write a new case study, idea or playbook
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook new case-study --title \"Unboxing by micro-creators\" --market BR --channel influencer --tactic influencer-endorsement
  casebook new idea --title \"Referral reward by message\" --wanted-by ID --tactic referral-reward
  casebook new playbook --title \"Local payment first\" --claim \"A local payment method beats a discount\" --supports nl/local-payment")]
pub struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

// The kinds of record that `casebook new` writes, each with its own flags. No doc comment, because
// clap would show it in the help.
#[derive(Debug, Subcommand)]
enum Kind {
    /// An experiment's record, below content/case-studies/<market>/
    CaseStudy(CaseStudyArguments),
    /// Something to try, below content/ideas/
    Idea(IdeaArguments),
    /// A claim from several case studies, below content/playbooks/
    Playbook(PlaybookArguments),
}

// The flags of `casebook new case-study`. No doc comment, because clap would show it in the help.
#[derive(Debug, Args)]
struct CaseStudyArguments {
    /// What was or will be tested, in one line
    #[arg(long)]
    title: String,
    /// Country code or market group; may be repeated
    #[arg(long = "market", alias = field::MARKETS.name, required = true, value_name = "CODE")]
    markets: Vec<String>,
    /// Channel; may be repeated
    #[arg(long = "channel", alias = field::CHANNELS.name, required = true, value_name = "ID")]
    channels: Vec<String>,
    /// Tactic; may be repeated, the main one first
    #[arg(long = "tactic", alias = field::TACTICS.name, required = true, value_name = "ID")]
    tactics: Vec<String>,
    /// planned, running, completed, stopped-early or archived
    #[arg(long, default_value = "planned")]
    status: String,
    /// Language of the text (BCP 47) [default: the hub's]
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// If ... for ... then ... because ...
    #[arg(long, value_name = "TEXT")]
    hypothesis: Option<String>,
    /// The team or role that answers for it
    #[arg(long, value_name = "TEAM")]
    owner: Option<String>,
    /// First day, year-month-day
    #[arg(long, value_name = "DATE")]
    start: Option<String>,
    /// The idea it comes from
    #[arg(long, value_name = "ID")]
    idea: Option<String>,
    /// The case study it was adapted from
    #[arg(long, value_name = "ID")]
    adapted_from: Option<String>,
    /// File name without extension [default: from the title]
    #[arg(long)]
    slug: Option<String>,
}

// The flags of `casebook new idea`. No doc comment, because clap would show it in the help.
#[derive(Debug, Args)]
struct IdeaArguments {
    /// What to try, in one line
    #[arg(long)]
    title: String,
    /// Where it would run; may be repeated
    #[arg(long = "market", alias = field::MARKETS.name, value_name = "CODE")]
    markets: Vec<String>,
    /// Channel; may be repeated
    #[arg(long = "channel", alias = field::CHANNELS.name, value_name = "ID")]
    channels: Vec<String>,
    /// Tactic; may be repeated
    #[arg(long = "tactic", alias = field::TACTICS.name, value_name = "ID")]
    tactics: Vec<String>,
    /// A market that wants it; may be repeated
    #[arg(long = "wanted-by", value_name = "CODE")]
    wanted_by: Vec<String>,
    /// A case study or address that speaks for it; may be repeated
    #[arg(long, value_name = "ID")]
    evidence: Vec<String>,
    /// File name without extension [default: from the title]
    #[arg(long)]
    slug: Option<String>,
}

// The flags of `casebook new playbook`. No doc comment, because clap would show it in the help.
#[derive(Debug, Args)]
struct PlaybookArguments {
    /// Its name
    #[arg(long)]
    title: String,
    /// What is held to be true, in one sentence
    #[arg(long)]
    claim: String,
    /// A case study that supports it; may be repeated
    #[arg(long, value_name = "ID")]
    supports: Vec<String>,
    /// A case study that contradicts it; may be repeated
    #[arg(long, value_name = "ID")]
    contradicts: Vec<String>,
    /// File name without extension [default: from the title]
    #[arg(long)]
    slug: Option<String>,
}

/// Runs `casebook new`.
///
/// # Errors
/// The value of a flag is none that a file may have, the file exists already, or the disk cannot be
/// read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let Some(hub) = SimilarityIndex::open(&root, common)? else {
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    };
    let (path, text) = match &arguments.kind {
        Kind::CaseStudy(case) => render_case_study(&hub, case)?,
        Kind::Idea(idea) => self::render_idea(&hub, idea)?,
        Kind::Playbook(playbook) => self::render_playbook(playbook)?,
    };
    refuse_invalid(&hub, common, &path, &text)?;
    if !matches!(arguments.kind, Kind::Playbook(_)) {
        print_related(&hub, &text);
    }
    write_new(&root.join(&path), &text)?;
    println!("{}", path.display());
    println!("fill it in, look at it with `casebook serve`, and check it with `casebook check`");
    Ok(ExitCode::SUCCESS)
}

/// Reads the new record as a file of the hub would be read, and prints what is wrong with it, with
/// the hints that its author would get in the file.
///
/// # Errors
/// The record has an error, which can only come from the value of a flag; or the settings of the
/// hub cannot be read.
fn refuse_invalid(
    hub: &SimilarityIndex,
    common: &CommonArguments,
    path: &Path,
    text: &str,
) -> Result<()> {
    let path = path.to_string_lossy().replace('\\', "/");
    let (diagnostics, sources) = hub.check_new_record(common, &path, text)?;
    // A warning about what is missing comes too early: the author has not written yet.
    let is_about_a_flag = |diagnostic: &Diagnostic| {
        diagnostic.severity == Severity::Error || diagnostic.code == "unknown-language"
    };
    let problems: Vec<Diagnostic> = diagnostics.into_iter().filter(is_about_a_flag).collect();
    eprint!("{}", render::render_human(&problems, &sources, stderr_options()));
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Error::new(format!("`{path}` was not written, because of what is said above"))
            .with_hint("mend the flag that the value comes from; a flag that names several is repeated: `--tactic bundle --tactic discount`"));
    }
    Ok(())
}

/// Largest number of similar case studies that are printed before a new record is written.
const MAX_SHOWN_CASES: usize = 3;

/// Prints the case studies that are similar to the new record, so that its author can read them
/// first.
fn print_related(hub: &SimilarityIndex, text: &str) {
    let mut related = hub.find_nearest_to_record(text, None, MAX_SHOWN_CASES);
    related.retain(|near| near.flagged || near.score >= hub.site.similar.related / 2.0);
    if !related.is_empty() {
        eprint!(
            "case studies like this one, to be read first:\n\n{}\n",
            escape_controls(&hub.describe(None, &related))
        );
    }
}

/// The path below the hub's root and the text of a new case study, in the folder of its first
/// market. Values that are not known stand in it as they were given.
///
/// # Errors
/// No file name can be made.
fn render_case_study(
    hub: &SimilarityIndex,
    case: &CaseStudyArguments,
) -> Result<(PathBuf, String)> {
    let vocabulary = &hub.catalog.vocabulary;
    let markets = find_markets(&case.markets, vocabulary);
    let folder = markets.first().map(|market| to_slug(market)).filter(|folder| !folder.is_empty());
    let folder = folder.unwrap_or_else(|| "global".to_owned());
    let status = Status::parse(&case.status)
        .map_or_else(|| case.status.clone(), |status| status.as_str().to_owned());
    let language = case.language.as_deref().unwrap_or(&hub.site.language);
    let front_matter = FrontMatter::default()
        .with(field::TITLE.name, case.title.as_str())
        .with(field::STATUS.name, status)
        .with(field::LANGUAGE.name, case.language.as_deref())
        .with(field::MARKETS.name, markets.into_iter().collect::<FieldValue>())
        .with(field::CHANNELS.name, find_terms(&case.channels, &vocabulary.channels))
        .with(field::TACTICS.name, find_terms(&case.tactics, &vocabulary.tactics))
        .with(field::HYPOTHESIS.name, case.hypothesis.as_deref())
        .with(field::START.name, case.start.as_deref().map(date_value))
        .with(field::OWNER.name, case.owner.as_deref())
        .with(field::IDEA_ID.name, case.idea.as_deref())
        .with(field::ADAPTED_FROM.name, case.adapted_from.as_deref());
    let path = PathBuf::from(format!(
        "content/case-studies/{folder}/{}.md",
        file_name(case.slug.as_deref(), &case.title)?
    ));
    Ok((path, front_matter.render_file(&render_case_study_body(language), field::known_keys())))
}

/// The path below the hub's root and the text of a new idea. Values that are not known stand in it
/// as they were given.
///
/// # Errors
/// No file name can be made.
fn render_idea(hub: &SimilarityIndex, idea: &IdeaArguments) -> Result<(PathBuf, String)> {
    let vocabulary = &hub.catalog.vocabulary;
    let front_matter = FrontMatter::default()
        .with(field::TITLE.name, idea.title.as_str())
        .with(field::STATUS.name, "new")
        .with(
            field::MARKETS.name,
            find_markets(&idea.markets, vocabulary).into_iter().collect::<FieldValue>(),
        )
        .with(field::CHANNELS.name, find_terms(&idea.channels, &vocabulary.channels))
        .with(field::TACTICS.name, find_terms(&idea.tactics, &vocabulary.tactics))
        .with(
            field::WANTED_BY.name,
            find_markets(&idea.wanted_by, vocabulary).into_iter().collect::<FieldValue>(),
        )
        .with(field::EVIDENCE.name, to_list(&idea.evidence));
    let path = PathBuf::from(format!(
        "content/ideas/{}.md",
        file_name(idea.slug.as_deref(), &idea.title)?
    ));
    Ok((path, front_matter.render_file(&format!("{}\n", template::IDEA_BODY), field::known_keys())))
}

/// The path below the hub's root and the text of a new playbook.
///
/// # Errors
/// No file name can be made.
fn render_playbook(playbook: &PlaybookArguments) -> Result<(PathBuf, String)> {
    let front_matter = FrontMatter::default()
        .with(field::TITLE.name, playbook.title.as_str())
        .with(field::CLAIM.name, playbook.claim.as_str())
        .with(field::STATUS.name, "emerging")
        .with(field::SUPPORTS.name, to_list(&playbook.supports))
        .with(field::CONTRADICTS.name, to_list(&playbook.contradicts));
    let path = PathBuf::from(format!(
        "content/playbooks/{}.md",
        file_name(playbook.slug.as_deref(), &playbook.title)?
    ));
    Ok((
        path,
        front_matter.render_file(&format!("{}\n", template::PLAYBOOK_BODY), field::known_keys()),
    ))
}

/// The file name of a record without extension: the requested one, else from the title; at most 80
/// characters.
///
/// # Errors
/// Nothing is left of it as a slug.
fn file_name(requested: Option<&str>, title: &str) -> Result<String> {
    let name = to_slug(requested.unwrap_or(title));
    let name: String = name.chars().take(80).collect();
    if name.is_empty() {
        Err(Error::new("no file name can be made of the title")
            .with_hint("name it with `--slug unboxing-drop`"))
    } else {
        Ok(name)
    }
}

/// The body of a new case study: the headings of the template in this language (a BCP 47 tag),
/// separated by blank lines.
fn render_case_study_body(language: &str) -> String {
    template::case_study_headings(language)
        .iter()
        .map(|heading| format!("## {heading}\n\n"))
        .collect::<String>()
        .trim_end()
        .to_owned()
        + "\n"
}

/// A date as front matter holds it; any other text as it was given.
fn date_value(text: &str) -> FieldValue {
    date::parse_date(text).map_or_else(|_| FieldValue::from(text), FieldValue::from)
}

/// A field value with these ids in their order; whether any record has them is not checked.
fn to_list(ids: &[String]) -> FieldValue {
    ids.iter().map(String::as_str).collect()
}

/// A field value with the ids of terms, each given by any of its names; a name that is not known
/// stays as it was given, so that reading the record reports it.
fn find_terms<K: TermId>(names: &[String], known: &Terms<K>) -> FieldValue {
    names.iter().map(|name| find_term(name, known)).collect()
}

/// The id of a term, given by any of its names; the name itself where it is not known.
fn find_term<K: TermId>(name: &str, known: &Terms<K>) -> String {
    known.find(name).map_or_else(|| name.to_owned(), |id| known[id].id.to_string())
}

/// The ids of market groups, given by id, and of markets, given by any of their names, in the given
/// order; a name that is neither stays as it was given.
fn find_markets(names: &[String], vocabulary: &Vocabulary) -> Vec<String> {
    let find = |name: &String| {
        let group =
            vocabulary.groups.find(name).filter(|group| vocabulary.groups.is_id(*group, name));
        match group {
            Some(group) => vocabulary.groups[group].id.to_string(),
            None => find_term(name, &vocabulary.markets),
        }
    };
    names.iter().map(find).collect()
}
