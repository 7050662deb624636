//! `casebook new`: writes a new record from flags, and never overwrites a file.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::catalog::field::{self, Field};
use crate::command::arguments::CommonArguments;
use crate::command::similarity_index::SimilarityIndex;
use crate::command::terminal::EXIT_CONTENT_ERRORS;
use crate::diagnostic::nearest;
use crate::diagnostic::render::escape_controls;
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
    #[arg(long = "market", required = true, value_name = "CODE")]
    markets: Vec<String>,
    /// Channel; may be repeated
    #[arg(long = "channel", required = true, value_name = "ID")]
    channels: Vec<String>,
    /// Tactic; may be repeated, the main one first
    #[arg(long = "tactic", required = true, value_name = "ID")]
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
    start: Option<jiff::civil::Date>,
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
    #[arg(long = "market", value_name = "CODE")]
    markets: Vec<String>,
    /// Channel; may be repeated
    #[arg(long = "channel", value_name = "ID")]
    channels: Vec<String>,
    /// Tactic; may be repeated
    #[arg(long = "tactic", value_name = "ID")]
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
/// A term is unknown, the file exists already, or the disk cannot be read or written.
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
    if !matches!(arguments.kind, Kind::Playbook(_)) {
        print_related(&hub, &text);
    }
    write_new(&root.join(&path), &text)?;
    println!("{}", path.display());
    println!("fill it in, look at it with `casebook serve`, and check it with `casebook check`");
    Ok(ExitCode::SUCCESS)
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
/// market.
///
/// # Errors
/// A market, channel, tactic or status is unknown, or no file name can be made.
fn render_case_study(
    hub: &SimilarityIndex,
    case: &CaseStudyArguments,
) -> Result<(PathBuf, String)> {
    let vocabulary = &hub.catalog.vocabulary;
    let markets = find_markets(&case.markets, vocabulary)?;
    let folder =
        markets.first().map_or_else(|| "global".to_owned(), |market| market.to_lowercase());
    let status = parse_word::<crate::catalog::keywords::Status>(&field::STATUS, &case.status)?;
    let language = case.language.as_deref().unwrap_or(&hub.site.language);
    let front_matter = FrontMatter::default()
        .with(field::TITLE.name, case.title.as_str())
        .with(field::STATUS.name, status)
        .with(field::LANGUAGE.name, case.language.as_deref())
        .with(field::MARKETS.name, markets.into_iter().collect::<FieldValue>())
        .with(
            field::CHANNELS.name,
            find_terms(&case.channels, field::CHANNELS.noun(), &vocabulary.channels)?,
        )
        .with(
            field::TACTICS.name,
            find_terms(&case.tactics, field::TACTICS.noun(), &vocabulary.tactics)?,
        )
        .with(field::HYPOTHESIS.name, case.hypothesis.as_deref())
        .with(field::START.name, case.start)
        .with(field::OWNER.name, case.owner.as_deref())
        .with(field::IDEA_ID.name, case.idea.as_deref())
        .with(field::ADAPTED_FROM.name, case.adapted_from.as_deref());
    let path = PathBuf::from(format!(
        "content/case-studies/{folder}/{}.md",
        file_name(case.slug.as_deref(), &case.title)?
    ));
    Ok((path, front_matter.render_file(&render_case_study_body(language), field::known_keys())))
}

/// The path below the hub's root and the text of a new idea.
///
/// # Errors
/// A market, channel or tactic is unknown, or no file name can be made.
fn render_idea(hub: &SimilarityIndex, idea: &IdeaArguments) -> Result<(PathBuf, String)> {
    let vocabulary = &hub.catalog.vocabulary;
    let front_matter = FrontMatter::default()
        .with(field::TITLE.name, idea.title.as_str())
        .with(field::STATUS.name, "new")
        .with(
            field::MARKETS.name,
            find_markets(&idea.markets, vocabulary)?.into_iter().collect::<FieldValue>(),
        )
        .with(
            field::CHANNELS.name,
            find_terms(&idea.channels, field::CHANNELS.noun(), &vocabulary.channels)?,
        )
        .with(
            field::TACTICS.name,
            find_terms(&idea.tactics, field::TACTICS.noun(), &vocabulary.tactics)?,
        )
        .with(
            field::WANTED_BY.name,
            find_markets(&idea.wanted_by, vocabulary)?.into_iter().collect::<FieldValue>(),
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

/// The canonical form of a word of a closed list, such as a status; `field` is named in the
/// message.
///
/// # Errors
/// The word is unknown; the hint has the nearest one.
fn parse_word<W: crate::catalog::keywords::Keyword>(
    field: &Field,
    text: &str,
) -> Result<&'static str> {
    W::parse(text).map(|word| word.as_str()).ok_or_else(|| {
        Error::new(format!("`{text}` is not a known {}", field.name))
            .with_hint(nearest::hint(text, W::WORDS.iter().copied()))
    })
}

/// A field value with these ids in their order; whether any record has them is not checked.
fn to_list(ids: &[String]) -> FieldValue {
    ids.iter().map(String::as_str).collect()
}

/// A field value with the ids of terms, each given by any of its names; `what` is the kind of term,
/// for the message.
///
/// # Errors
/// A term is unknown; the hint has the nearest one.
fn find_terms<K: TermId>(names: &[String], what: &str, known: &Terms<K>) -> Result<FieldValue> {
    let ids: Vec<String> =
        names.iter().map(|name| find_term(name, what, known)).collect::<Result<_>>()?;
    Ok(ids.into_iter().collect())
}

/// The id of a term, given by any of its names; `what` is the kind of term, for the message.
///
/// # Errors
/// The term is unknown; the hint has the nearest one.
fn find_term<K: TermId>(name: &str, what: &str, known: &Terms<K>) -> Result<String> {
    match known.find(name) {
        Some(id) => Ok(known[id].id.to_string()),
        None => Err(Error::new(format!("`{name}` is not a known {what}")).with_hint(
            nearest::hint(name, known.iter().map(|(_, term)| &*term.id).collect::<Vec<_>>()),
        )),
    }
}

/// The ids of market groups, given by id, and of markets, given by any of their names, in the given
/// order.
///
/// # Errors
/// A name is neither; the hint has the nearest market.
fn find_markets(names: &[String], vocabulary: &Vocabulary) -> Result<Vec<String>> {
    names
        .iter()
        .map(|name| {
            match vocabulary.groups.find(name).filter(|group| vocabulary.groups.is_id(*group, name))
            {
                Some(group) => Ok(vocabulary.groups[group].id.to_string()),
                None => find_term(name, field::MARKETS.noun(), &vocabulary.markets),
            }
        })
        .collect()
}
