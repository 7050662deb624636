//! The flags of `casebook new`, for each kind of record; what is not given is asked for in a terminal.

use std::path::PathBuf;

use clap::Args;

use crate::catalog::field;

/// The flags whose values an issue form answers.
static NOT_WITH_ISSUE: [&str; 14] = [
    field::TITLE.name,
    field::STATUS.name,
    field::LANGUAGE.name,
    field::MARKETS.name,
    field::CHANNELS.name,
    field::TACTICS.name,
    field::HYPOTHESIS.name,
    field::START.name,
    field::OWNER.name,
    field::IDEA_ID.name,
    field::ADAPTED_FROM.name,
    "from",
    "adapt",
    "slug",
];

// The flags of `casebook new case-study`. No doc comment, because clap would show it in the help.
#[derive(Debug, Clone, Default, Args)]
pub struct CaseStudyArguments {
    /// What was or will be tested, in one line
    #[arg(long)]
    pub title: Option<String>,
    /// Country code or market group; may be repeated
    #[arg(long = "market", alias = field::MARKETS.name, value_name = "CODE")]
    pub markets: Vec<String>,
    /// Channel; may be repeated
    #[arg(long = "channel", alias = field::CHANNELS.name, value_name = "ID")]
    pub channels: Vec<String>,
    /// Tactic; may be repeated, the main one first
    #[arg(long = "tactic", alias = field::TACTICS.name, value_name = "ID")]
    pub tactics: Vec<String>,
    /// planned, running, completed, stopped-early or archived [default: planned]
    #[arg(long)]
    pub status: Option<String>,
    /// Language of the text (BCP 47) [default: the hub's]
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// If ... for ... then ... because ...
    #[arg(long, value_name = "TEXT")]
    pub hypothesis: Option<String>,
    /// The team or role that answers for it
    #[arg(long, value_name = "TEAM")]
    pub owner: Option<String>,
    /// First day, year-month-day
    #[arg(long, value_name = "DATE")]
    pub start: Option<String>,
    /// Start from this idea: what applies is carried over, and the link is set
    #[arg(long, value_name = "ID", conflicts_with = field::IDEA_ID.name)]
    pub from: Option<String>,
    /// Start from this case study of another market: what applies is carried over, and the link is set
    #[arg(long, value_name = "ID", conflicts_with = field::ADAPTED_FROM.name)]
    pub adapt: Option<String>,
    /// Read an answered issue form: the file with the event of the code host (JSON)
    #[arg(long, value_name = "FILE", conflicts_with_all = NOT_WITH_ISSUE)]
    pub issue: Option<PathBuf>,
    /// The idea it comes from
    #[arg(long, value_name = "ID")]
    pub idea: Option<String>,
    /// The case study it was adapted from
    #[arg(long, value_name = "ID")]
    pub adapted_from: Option<String>,
    /// File name without extension [default: from the title]
    #[arg(long)]
    pub slug: Option<String>,
}

// The flags of `casebook new idea`. No doc comment, because clap would show it in the help.
#[derive(Debug, Clone, Default, Args)]
pub struct IdeaArguments {
    /// What to try, in one line
    #[arg(long)]
    pub title: Option<String>,
    /// Where it would run; may be repeated
    #[arg(long = "market", alias = field::MARKETS.name, value_name = "CODE")]
    pub markets: Vec<String>,
    /// Channel; may be repeated
    #[arg(long = "channel", alias = field::CHANNELS.name, value_name = "ID")]
    pub channels: Vec<String>,
    /// Tactic; may be repeated
    #[arg(long = "tactic", alias = field::TACTICS.name, value_name = "ID")]
    pub tactics: Vec<String>,
    /// A market that wants it; may be repeated
    #[arg(long = "wanted-by", value_name = "CODE")]
    pub wanted_by: Vec<String>,
    /// A case study or address that speaks for it; may be repeated
    #[arg(long, value_name = "ID")]
    pub evidence: Vec<String>,
    /// File name without extension [default: from the title]
    #[arg(long)]
    pub slug: Option<String>,
}

// The flags of `casebook new playbook`. No doc comment, because clap would show it in the help.
#[derive(Debug, Clone, Default, Args)]
pub struct PlaybookArguments {
    /// Its name
    #[arg(long)]
    pub title: Option<String>,
    /// What is held to be true, in one sentence
    #[arg(long)]
    pub claim: Option<String>,
    /// A case study that supports it; may be repeated
    #[arg(long, value_name = "ID")]
    pub supports: Vec<String>,
    /// A case study that contradicts it; may be repeated
    #[arg(long, value_name = "ID")]
    pub contradicts: Vec<String>,
    /// File name without extension [default: from the title]
    #[arg(long)]
    pub slug: Option<String>,
}
