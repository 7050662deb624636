//! `casebook answer`: says in front matter how the records of a pair or a family belong together.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::{CaseIndex, Catalog};
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::known_records::{find_case, require_case};
use crate::command::record_edits::{RecordEdits, edit_records};
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_note};
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::similar::settle::{Answer, CaseEdit, answer_family, answer_pair};
use crate::similar::{self, AnswerState, Family, Pair, Similar};
use crate::site::Audience;
use crate::source::Sources;
use crate::{CheckedCatalog, Timings};

/// Say how a pair or a family of similar case studies belongs together
#[derive(Debug, Args)]
#[command(
    after_help = "A pair is written as two ids with a plus sign between them. The first record gets the line:
`nl/box+br/box replicates` means that `nl/box` repeats `br/box`. A family is written as its id, as the
page of possible duplicates shows it. What is written is the line that you would paste into the front
matter by hand; everything else in the files stays as it is. All files are written, or none.

Examples:
  casebook answer nl/box+br/box replicates
  casebook answer nl/box+br/box not-duplicate --reason \"Another audience: lapsed customers\"
  casebook answer pl/scratch-card~discount adapted-from
  casebook answer pl/scratch-card~discount not-duplicate --only ro/scratch --reason \"In shops, not online\" --dry-run"
)]
pub struct Arguments {
    /// A pair, as ID+ID, or a family's id
    #[arg(value_name = "PAIR|FAMILY")]
    target: String,
    /// How the records belong together
    #[arg(value_enum)]
    answer: AnswerWord,
    /// Why they are not the same work; required with not-duplicate
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Only for this member of the family; may be repeated
    #[arg(long = "only", value_name = "ID")]
    only: Vec<String>,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Compare the records that this audience may see [default: what site.toml says]
    #[arg(long, value_enum)]
    audience: Option<Audience>,
    /// Compare drafts too; only with the internal audience
    #[arg(long)]
    drafts: bool,
}

/// How the records of a pair or family belong together, as the command line says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AnswerWord {
    /// They are not the same work
    NotDuplicate,
    /// The later one repeats the earlier one on purpose
    Replicates,
    /// The later one was adapted from the earlier one
    AdaptedFrom,
}

/// The hub in which a pair or family is answered.
struct AnsweredHub {
    sources: Sources,
    catalog: Catalog,
    similar: Similar,
}

/// Runs `casebook answer`.
///
/// # Errors
/// The pair or family is unknown, a reason is missing, a file cannot be edited or changed meanwhile,
/// or the disk cannot be read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let answer = read_answer(arguments)?;
    let root = common.find_root()?;
    let options = common.build_options(arguments.audience, arguments.drafts)?;
    let (sources, hub) = read_hub(&root, &options, &mut Timings::default())?;
    let CheckedCatalog { site, catalog, .. } = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    if arguments.drafts && site.audience == Audience::Public {
        return Err(Error::new("drafts are not for the public audience")
            .with_hint("add `--audience internal`, or leave `--drafts` out"));
    }
    let similar = similar::find(&site, &catalog);
    let hub = AnsweredHub { sources, catalog, similar };
    let edits = match hub.similar.families.iter().find(|family| family.id == arguments.target) {
        Some(family) => hub.family_edits(family, &arguments.only, &answer)?,
        None => hub.pair_edits(&arguments.target, &arguments.only, &answer)?,
    };
    let records: Vec<RecordEdits> = edits
        .into_iter()
        .map(|CaseEdit { case, edit }| RecordEdits {
            path: hub.catalog.case(case).meta.path.clone(),
            edits: vec![edit],
        })
        .collect();
    if records.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let changed = edit_records(&root, &hub.sources, &records, arguments.dry_run)?;
    if changed == 0 {
        println!("the files say so already: nothing was changed");
    } else if arguments.dry_run {
        return Ok(ExitCode::SUCCESS);
    } else if !arguments.only.is_empty() {
        println!("answered for what `--only` names; other members without an answer stay open");
    } else {
        println!("answered; the next build no longer lists it as open");
    }
    Ok(ExitCode::SUCCESS)
}

/// The answer of the command line with its reason.
///
/// # Errors
/// The reason is missing or says nothing, or the answer is one that takes no reason.
fn read_answer(arguments: &Arguments) -> Result<Answer> {
    let reason = arguments.reason.as_deref().map(str::trim);
    let relation = match (arguments.answer, reason) {
        (AnswerWord::NotDuplicate, Some(reason)) if reason.contains(char::is_alphanumeric) => {
            return Ok(Answer::NotDuplicate(reason.to_owned()));
        }
        (AnswerWord::NotDuplicate, _) => {
            return Err(Error::new("`not-duplicate` needs a reason")
                .with_hint("add `--reason` with one sentence that says what is different"));
        }
        (AnswerWord::Replicates, _) => Answer::Replicates,
        (AnswerWord::AdaptedFrom, _) => Answer::AdaptedFrom,
    };
    if reason.is_some() {
        return Err(Error::new("a relation between records has no place for a reason").with_hint(
            "leave `--reason` out, and say in the text of the record why it was done again",
        ));
    }
    Ok(relation)
}

impl AnsweredHub {
    /// The id of a case study.
    fn id(&self, case: CaseIndex) -> &str {
        &self.catalog.case(case).meta.id
    }

    /// The edits that answer a family, or those of its members that `only` names; empty where all
    /// have answered, which is said.
    ///
    /// # Errors
    /// `only` names no member of the family, or its oldest as one that relates to the oldest.
    fn family_edits(
        &self,
        family: &Family,
        only: &[String],
        answer: &Answer,
    ) -> Result<Vec<CaseEdit>> {
        let members: Vec<&str> = family.members.iter().map(|case| self.id(*case)).collect();
        let mut chosen: Vec<CaseIndex> = Vec::new();
        for id in only {
            let at = members.iter().position(|member| member == id).ok_or_else(|| {
                Error::new(format!("`{id}` is not a member of the family `{}`", family.id))
                    .with_hint(nearest::hint(id, members.iter().copied()))
            })?;
            if at == 0 && !matches!(answer, Answer::NotDuplicate(_)) {
                return Err(Error::new(format!("`{id}` is the oldest of the family")).with_hint(
                    "the other members name it; choose one of them, or leave `--only` out",
                ));
            }
            chosen.push(family.members[at]);
        }
        let edits = answer_family(&self.catalog, family, &chosen, answer);
        if edits.is_empty() {
            print_answered(&format!("the family `{}`", family.id), &family.state);
        }
        Ok(edits)
    }

    /// The edit that answers a pair; empty where it is answered, which is said.
    ///
    /// # Errors
    /// No pair or family is written like this.
    fn pair_edits(&self, target: &str, only: &[String], answer: &Answer) -> Result<Vec<CaseEdit>> {
        let (answering, other) = self.find_sides(target)?;
        if !only.is_empty() {
            return Err(Error::new("`--only` goes with a family, and this is a pair")
                .with_hint("the first record of a pair gets the line"));
        }
        let (a, b) = (answering.min(other), answering.max(other));
        let pair = self
            .similar
            .pairs
            .iter()
            .find(|pair| (pair.a, pair.b) == (a, b))
            .ok_or_else(|| self.no_pair_error(answering, other))?;
        if pair.state != AnswerState::Open {
            print_answered(&format!("`{target}`"), &pair.state);
            return Ok(Vec::new());
        }
        if let Some(family) = pair.family {
            print_note(&format!(
                "both belong to the family `{}`, which stays open until all of its members are answered",
                self.similar.families[family].id
            ));
        }
        let starts = (self.catalog.case(answering).start, self.catalog.case(other).start);
        if let ((Some(first), Some(second)), false) =
            (starts, matches!(answer, Answer::NotDuplicate(_)))
            && first < second
        {
            print_note(&format!(
                "`{}` started before `{}`, which it is now said to follow",
                self.id(answering),
                self.id(other)
            ));
        }
        Ok(vec![answer_pair(&self.catalog, answering, other, answer)])
    }

    /// The two case studies of a pair written as `ID+ID`. An id may itself hold a plus sign.
    ///
    /// # Errors
    /// The text is no pair, or one of its sides is unknown.
    fn find_sides(&self, target: &str) -> Result<(CaseIndex, CaseIndex)> {
        let splits = || target.match_indices('+').map(|(at, _)| (&target[..at], &target[at + 1..]));
        let found = splits().find_map(|(first, second)| {
            Some((
                find_case(&self.catalog, first.trim())?,
                find_case(&self.catalog, second.trim())?,
            ))
        });
        if let Some((first, second)) = found {
            if first == second {
                return Err(Error::new("a pair needs two different case studies"));
            }
            return Ok((first, second));
        }
        let Some((first, second)) = splits().next() else {
            return Err(self.no_family_error(target));
        };
        let require = |id: &str| require_case(&self.sources, &self.catalog, id.trim());
        Ok((require(first)?, require(second)?))
    }

    /// The error that two case studies are no pair, with the pairs and the family that they do
    /// belong to.
    fn no_pair_error(&self, first: CaseIndex, second: CaseIndex) -> Error {
        let error = Error::new(format!(
            "`{}` and `{}` are no possible duplicates of one another",
            self.id(first),
            self.id(second)
        ));
        let family = self.similar.find_family(first);
        match family.filter(|family| family.members.contains(&second)) {
            Some(family) => {
                error.with_hint(format!("both belong to the family `{}`; answer that", family.id))
            }
            None => error.with_hint(self.describe_pairs(&[first, second])),
        }
    }

    /// The error that a text is neither a pair nor a family, with what it was likely meant to be.
    fn no_family_error(&self, target: &str) -> Error {
        if let Some(case) = find_case(&self.catalog, target) {
            return Error::new(format!("`{target}` is one case study, not a pair or a family"))
                .with_hint(self.describe_pairs(&[case]));
        }
        // A family is named after its oldest member and its tactic, both of which can change.
        let member = target.split_once('~').and_then(|(id, _)| find_case(&self.catalog, id));
        let hint = match member.and_then(|case| self.similar.find_family(case)) {
            Some(family) => nearest::did_you_mean(target, &family.id),
            None => {
                let known = self.similar.families.iter().map(|family| family.id.as_str());
                format!(
                    "a pair is written as `ID+ID`; of families, {}",
                    nearest::hint(target, known)
                )
            }
        };
        Error::new(format!("there is no pair or family `{target}`")).with_hint(hint)
    }

    /// The pairs and families that these case studies belong to, in one sentence.
    fn describe_pairs(&self, cases: &[CaseIndex]) -> String {
        let mut names: Vec<String> = Vec::new();
        for case in cases {
            names.extend(self.similar.find_family(*case).map(|family| format!("`{}`", family.id)));
            let pairs = self.similar.pairs_of(*case).filter(|pair| pair.family.is_none());
            names.extend(pairs.map(|Pair { a, b, .. }| {
                let other = if a == case { *b } else { *a };
                format!("`{}+{}`", self.id(*case), self.id(other))
            }));
        }
        names.dedup();
        let hidden = names.len().saturating_sub(6);
        names.truncate(6);
        match (names.is_empty(), hidden) {
            (true, _) => "nothing in the hub looks like a duplicate of it".to_owned(),
            (false, 0) => format!("known are {}", names.join(", ")),
            (false, _) => format!("known are {} and {hidden} more", names.join(", ")),
        }
    }
}

/// Prints how a pair or family was answered before; `name` is the pair or family.
fn print_answered(name: &str, state: &AnswerState) {
    let how = match state {
        AnswerState::Open => "the members asked for are answered".to_owned(),
        AnswerState::Acknowledged { field, reason: None } => format!("answered with `{field}`"),
        AnswerState::Acknowledged { field, reason: Some(reason) } => {
            format!("answered with `{field}`: {reason}")
        }
        AnswerState::Stale { .. } => "answered, and the two are no longer alike".to_owned(),
    };
    println!(
        "{}",
        crate::diagnostic::render::escape_line(&format!("{name}: {how}; nothing was changed"))
    );
}
