//! `casebook new`: a valid record from flags; it never overwrites.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::command::studies::Studies;
use crate::command::{CONTENT_ERRORS, Common};
use crate::diagnostic::nearest;
use crate::diagnostic::render::visible;
use crate::error::{Error, Result};
use crate::output::write_new;
use crate::record::front_matter::{self, List};
use crate::site::address::slug;
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

#[derive(Debug, Subcommand)]
enum Kind {
    /// An experiment's record, below content/case-studies/<market>/
    CaseStudy(CaseStudy),
    /// Something to try, below content/ideas/
    Idea(Idea),
    /// A claim from several case studies, below content/playbooks/
    Playbook(Playbook),
}

#[derive(Debug, Args)]
struct CaseStudy {
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

#[derive(Debug, Args)]
struct Idea {
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

#[derive(Debug, Args)]
struct Playbook {
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

/// Front matter as it is written; what is empty is left out.
#[derive(Debug, Default, Serialize)]
struct Front<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    claim: &'a str,
    status: &'a str,
    #[serde(skip_serializing_if = "List::is_empty")]
    markets: List<String>,
    #[serde(skip_serializing_if = "List::is_empty")]
    channels: List<String>,
    #[serde(skip_serializing_if = "List::is_empty")]
    tactics: List<String>,
    #[serde(skip_serializing_if = "List::is_empty")]
    wanted_by: List<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hypothesis: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idea: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adapted_from: Option<&'a str>,
    #[serde(skip_serializing_if = "List::is_empty")]
    evidence: List<&'a str>,
    #[serde(skip_serializing_if = "List::is_empty")]
    supports: List<&'a str>,
    #[serde(skip_serializing_if = "List::is_empty")]
    contradicts: List<&'a str>,
}

/// Runs `casebook new`.
///
/// # Errors
/// Unknown terms, a file that is already there, and machine trouble.
pub fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.root()?;
    let Some(hub) = Studies::open(&root, common)? else { return Ok(ExitCode::from(CONTENT_ERRORS)) };
    let (path, text) = match &arguments.kind {
        Kind::CaseStudy(case) => case_study(&hub, case)?,
        Kind::Idea(idea) => self::idea(&hub, idea)?,
        Kind::Playbook(playbook) => self::playbook(playbook)?,
    };
    if !matches!(arguments.kind, Kind::Playbook(_)) {
        tell_nearest(&hub, &text);
    }
    write_new(&root.join(&path), &text)?;
    println!("{}", path.display());
    println!("fill it in, look at it with `casebook serve`, and check it with `casebook check`");
    Ok(ExitCode::SUCCESS)
}

/// Case studies shown before a record is written.
const SHOWN: usize = 3;

/// Says what resembles the new record, so that its author can read that first.
fn tell_nearest(hub: &Studies, text: &str) {
    let mut found = hub.of_record(text, None, SHOWN);
    found.retain(|near| near.flagged || near.score >= hub.site.similar.related / 2.0);
    if !found.is_empty() {
        eprint!("case studies like this one, to be read first:\n\n{}\n", visible(&hub.told(None, &found)));
    }
}

fn case_study(hub: &Studies, case: &CaseStudy) -> Result<(PathBuf, String)> {
    let vocabulary = &hub.catalog.vocabulary;
    let markets = places(&case.markets, vocabulary)?;
    let folder = markets.first().map_or_else(|| "global".to_owned(), |market| market.to_lowercase());
    let status = word::<crate::catalog::words::Status>("status", &case.status)?;
    let language = case.language.as_deref().unwrap_or(&hub.site.language);
    let front = Front {
        title: &case.title,
        status,
        markets: markets.into_iter().collect(),
        channels: terms(&case.channels, "channel", &vocabulary.channels)?,
        tactics: terms(&case.tactics, "tactic", &vocabulary.tactics)?,
        language: case.language.as_deref(),
        hypothesis: case.hypothesis.as_deref(),
        start: case.start.map(|day| day.to_string()),
        owner: case.owner.as_deref(),
        idea: case.idea.as_deref(),
        adapted_from: case.adapted_from.as_deref(),
        ..Front::default()
    };
    let path = PathBuf::from(format!("content/case-studies/{folder}/{}.md", name(case.slug.as_deref(), &case.title)?));
    Ok((path, front_matter::file(&front, &body(language))))
}

fn idea(hub: &Studies, idea: &Idea) -> Result<(PathBuf, String)> {
    let vocabulary = &hub.catalog.vocabulary;
    let front = Front {
        title: &idea.title,
        status: "new",
        markets: places(&idea.markets, vocabulary)?.into_iter().collect(),
        channels: terms(&idea.channels, "channel", &vocabulary.channels)?,
        tactics: terms(&idea.tactics, "tactic", &vocabulary.tactics)?,
        wanted_by: places(&idea.wanted_by, vocabulary)?.into_iter().collect(),
        evidence: listed(&idea.evidence),
        ..Front::default()
    };
    let path = PathBuf::from(format!("content/ideas/{}.md", name(idea.slug.as_deref(), &idea.title)?));
    Ok((path, front_matter::file(&front, &format!("{}\n", template::IDEA))))
}

fn playbook(playbook: &Playbook) -> Result<(PathBuf, String)> {
    let front = Front {
        title: &playbook.title,
        claim: &playbook.claim,
        status: "emerging",
        supports: listed(&playbook.supports),
        contradicts: listed(&playbook.contradicts),
        ..Front::default()
    };
    let path = PathBuf::from(format!("content/playbooks/{}.md", name(playbook.slug.as_deref(), &playbook.title)?));
    Ok((path, front_matter::file(&front, &format!("{}\n", template::PLAYBOOK))))
}

fn name(wanted: Option<&str>, title: &str) -> Result<String> {
    let name = slug(wanted.unwrap_or(title));
    let name: String = name.chars().take(80).collect();
    if name.is_empty() { Err(Error::new("no file name can be made of the title").hint("name it with `--slug unboxing-drop`")) } else { Ok(name) }
}

/// The headings of a body in its language, each with room below it.
fn body(language: &str) -> String {
    template::headings(language).iter().map(|heading| format!("## {heading}\n\n")).collect::<String>().trim_end().to_owned() + "\n"
}

fn word<W: crate::catalog::words::Word>(field: &str, text: &str) -> Result<&'static str> {
    let known: Vec<&str> = W::ALL.iter().map(|word| word.as_str()).collect();
    W::parse(text).map(|word| word.as_str()).ok_or_else(|| Error::new(format!("`{text}` is not a known {field}")).hint(nearest::hint(text, known)))
}

fn listed(ids: &[String]) -> List<&str> {
    ids.iter().map(String::as_str).collect()
}

fn terms<K: TermId>(names: &[String], what: &str, known: &Terms<K>) -> Result<List<String>> {
    names.iter().map(|name| term(name, what, known)).collect()
}

fn term<K: TermId>(name: &str, what: &str, known: &Terms<K>) -> Result<String> {
    match known.find(name) {
        Some(id) => Ok(known[id].id.to_string()),
        None => Err(Error::new(format!("`{name}` is not a known {what}"))
            .hint(nearest::hint(name, known.iter().map(|(_, term)| &*term.id).collect::<Vec<_>>()))),
    }
}

/// Markets and market groups by any of their names.
fn places(names: &[String], vocabulary: &Vocabulary) -> Result<Vec<String>> {
    names
        .iter()
        .map(|name| match vocabulary.groups.find(name).filter(|group| vocabulary.groups.is_id(*group, name)) {
            Some(group) => Ok(vocabulary.groups[group].id.to_string()),
            None => term(name, "market", &vocabulary.markets),
        })
        .collect()
}
