//! The questions of `casebook new` in a terminal: one after the other, each with its choices found
//! by typing; nothing is written before the last answer.

use std::fmt;
use std::io::IsTerminal;
use std::path::Path;

use inquire::error::InquireError;
use inquire::list_option::ListOption;
use inquire::validator::Validation;
use inquire::{MultiSelect, Select, Text};
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::catalog::keywords::{Keyword, Status};
use crate::catalog::{Catalog, date, field, teams};
use crate::command::new::flags::{CaseStudyArguments, IdeaArguments, PlaybookArguments};
use crate::command::similarity_index::SimilarityIndex;
use crate::diagnostic::render::{escape_controls, escape_line};
use crate::error::Error;
use crate::record::front_matter::{FieldValue, FrontMatter};
use crate::similar::RelatedCase;
use crate::source;
use crate::vocabulary::{Term, TermId, Terms};

/// Whether somebody can be asked: the questions go to standard error, the answers come from
/// standard input.
pub fn is_possible() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Why the questions ended before the last answer.
#[derive(Debug)]
pub enum Stop {
    /// Escape, or the end of the input.
    Cancelled,
    /// Control and C.
    Interrupted,
    /// The author wants to read a similar experiment first.
    ReadFirst,
    /// The terminal cannot be read or written.
    Failed(Error),
}

impl From<InquireError> for Stop {
    fn from(error: InquireError) -> Self {
        match error {
            InquireError::OperationCanceled => Stop::Cancelled,
            InquireError::OperationInterrupted => Stop::Interrupted,
            InquireError::IO(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
                Stop::Cancelled
            }
            other => Stop::Failed(Error::because("the terminal cannot be asked", other)),
        }
    }
}

/// An answer, or why there is none.
type Answer<T> = std::result::Result<T, Stop>;

/// What the choices come from.
pub struct Choices<'h> {
    /// Similarity search over the hub.
    pub hub: &'h SimilarityIndex,
    /// All records of the hub.
    pub catalog: &'h Catalog,
    /// The hub's folder.
    pub root: &'h Path,
    /// The build date.
    pub today: Date,
}

/// A kind of record that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewKind {
    /// An experiment.
    CaseStudy,
    /// Something to try.
    Idea,
    /// A claim from several case studies.
    Playbook,
}

impl fmt::Display for NewKind {
    /// Writes the choice as the question has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NewKind::CaseStudy => "A case study: an experiment that is planned, runs or has ended",
            NewKind::Idea => "An idea: something to try",
            NewKind::Playbook => "A playbook: a claim that several case studies support",
        })
    }
}

/// Asks which kind of record is to be written.
///
/// # Errors
/// The questions end here.
pub fn ask_kind() -> Answer<NewKind> {
    let kinds = vec![NewKind::CaseStudy, NewKind::Idea, NewKind::Playbook];
    Ok(Select::new("What is new?", kinds).prompt()?)
}

/// Asks for the markets of a case study that were not given.
///
/// # Errors
/// The questions end here.
pub fn ask_markets(choices: &Choices<'_>, markets: &mut Vec<String>) -> Answer<()> {
    if markets.is_empty() {
        *markets = choose_markets(choices, "In which markets?", true)?;
    }
    Ok(())
}

/// Asks for what a case study needs and was not given: first its title and tactics, by which similar
/// experiments are shown before anything else is asked. Returns whether they were shown.
///
/// # Errors
/// The questions end here.
pub fn ask_case_study(choices: &Choices<'_>, case: &mut CaseStudyArguments) -> Answer<bool> {
    let vocabulary = &choices.catalog.vocabulary;
    ask_title(&mut case.title, "What was or will be tested, in one line?")?;
    if case.tactics.is_empty() {
        let language = &choices.hub.site.language;
        case.tactics =
            choose_terms("What is done differently?", &vocabulary.tactics, language, true)?;
        move_main_first(&mut case.tactics, &vocabulary.tactics, language)?;
    }
    let mut is_shown = false;
    if case.adapt.is_none() && case.adapted_from.is_none() {
        let near = find_near(choices.hub, case);
        is_shown = !near.is_empty();
        if is_shown {
            case.adapted_from = confirm_near(choices.hub, &near)?;
        }
    }
    ask_markets(choices, &mut case.markets)?;
    if case.channels.is_empty() {
        let language = &choices.hub.site.language;
        case.channels =
            choose_terms("Where do people meet it?", &vocabulary.channels, language, true)?;
    }
    if case.status.is_none() {
        let words = field::STATUS.words().to_vec();
        case.status = Some(Select::new("How far is it?", words).prompt()?.to_owned());
    }
    if case.start.is_none() {
        case.start = ask_start(choices.today, case.status.as_deref())?;
    }
    if case.hypothesis.is_none() {
        case.hypothesis = ask_optional(
            "Which question does it answer?",
            "If ..., for ..., then ..., because ...; empty if it is not known yet",
        )?;
    }
    if case.owner.is_none() {
        case.owner = ask_owner(choices)?;
    }
    Ok(is_shown)
}

/// Asks for what an idea needs and was not given, similar experiments first. Returns whether they
/// were shown.
///
/// # Errors
/// The questions end here.
pub fn ask_idea(choices: &Choices<'_>, idea: &mut IdeaArguments) -> Answer<bool> {
    let vocabulary = &choices.catalog.vocabulary;
    let language = &choices.hub.site.language;
    ask_title(&mut idea.title, "What could be tried, in one line?")?;
    if idea.tactics.is_empty() {
        let question = "What would be done differently?";
        idea.tactics = choose_terms(question, &vocabulary.tactics, language, false)?;
        move_main_first(&mut idea.tactics, &vocabulary.tactics, language)?;
    }
    let draft = CaseStudyArguments {
        title: idea.title.clone(),
        tactics: idea.tactics.clone(),
        ..CaseStudyArguments::default()
    };
    let near = find_near(choices.hub, &draft);
    if !near.is_empty()
        && let Some(id) = confirm_near(choices.hub, &near)?
        && !idea.evidence.contains(&id)
    {
        idea.evidence.push(id);
    }
    if idea.wanted_by.is_empty() {
        idea.wanted_by = choose_markets(choices, "Which markets want it?", false)?;
    }
    if idea.channels.is_empty() {
        let question = "Where would people meet it?";
        idea.channels = choose_terms(question, &vocabulary.channels, language, false)?;
    }
    Ok(!near.is_empty())
}

/// Asks for what a playbook needs and was not given.
///
/// # Errors
/// The questions end here.
pub fn ask_playbook(playbook: &mut PlaybookArguments) -> Answer<()> {
    ask_title(&mut playbook.title, "What is it called?")?;
    if playbook.claim.is_none() {
        playbook.claim = Some(ask_text("What is held to be true, in one sentence?")?);
    }
    Ok(())
}

/// Asks for a title that was not given.
fn ask_title(title: &mut Option<String>, question: &str) -> Answer<()> {
    if title.is_none() {
        *title = Some(ask_text(question)?);
    }
    Ok(())
}

/// Asks for a text that must not be empty.
fn ask_text(question: &str) -> Answer<String> {
    let is_given = |text: &str| {
        Ok(match text.trim() {
            "" => Validation::Invalid("a few words are needed".into()),
            _ => Validation::Valid,
        })
    };
    Ok(Text::new(question).with_validator(is_given).prompt()?.trim().to_owned())
}

/// Asks for a text that may be left empty.
fn ask_optional(question: &str, help: &str) -> Answer<Option<String>> {
    let text = Text::new(question).with_help_message(help).prompt()?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Asks for the first day; today is offered for an experiment that runs.
fn ask_start(today: Date, status: Option<&str>) -> Answer<Option<String>> {
    let is_day = |text: &str| {
        Ok(match date::parse_date(text.trim()) {
            _ if text.trim().is_empty() => Validation::Valid,
            Ok(_) => Validation::Valid,
            Err(error) => Validation::Invalid(
                format!("`{}` {}: {}", text.trim(), error.problem, error.hint).into(),
            ),
        })
    };
    let offered =
        if status == Some(Status::Running.as_str()) { today.to_string() } else { String::new() };
    let help = "year-month-day, such as 2026-12-01; empty if it is not known yet";
    let text = Text::new("On which day does it begin?")
        .with_initial_value(&offered)
        .with_help_message(help)
        .with_validator(is_day)
        .prompt()?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Asks for the team that answers for the experiment; the teams of the hub are offered, and the name
/// that git signs with where it is one of them. A person is never offered.
fn ask_owner(choices: &Choices<'_>) -> Answer<Option<String>> {
    let known = team_names(choices.catalog);
    let own = source::read_user_name(choices.root)
        .and_then(|name| known.iter().find(|team| fold(team) == fold(&name)).cloned())
        .unwrap_or_default();
    let suggest = move |typed: &str| {
        let typed = fold(typed);
        Ok(known.iter().filter(|team| fold(team).contains(&typed)).cloned().collect())
    };
    let text = Text::new("Which team answers for it?")
        .with_initial_value(&own)
        .with_autocomplete(suggest)
        .with_help_message("a team or role, not a person; arrow keys and tab take a team of the hub; empty if it is open")
        .prompt()?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// The teams of the hub: those of its list, then those that records name, each once, in order.
fn team_names(catalog: &Catalog) -> Vec<String> {
    let listed = catalog.vocabulary.teams.iter().map(|(_, team)| team.label.clone());
    let named = catalog.cases.iter().flat_map(|case| teams::names_of_case(case).map(str::to_owned));
    let mut names: Vec<String> =
        listed.chain(named).map(|name| escape_line(&name).into_owned()).collect();
    names.sort();
    names.dedup();
    names
}

/// Most similar experiments that are shown.
const MAX_SHOWN: usize = 5;

/// The experiments that are similar to the title and the tactics of a draft.
fn find_near(hub: &SimilarityIndex, case: &CaseStudyArguments) -> Vec<RelatedCase> {
    let text = FrontMatter::default()
        .with(field::TITLE.name, case.title.as_deref())
        .with(field::LANGUAGE.name, case.language.as_deref())
        .with(field::TACTICS.name, case.tactics.iter().map(String::as_str).collect::<FieldValue>())
        .with(field::HYPOTHESIS.name, case.hypothesis.as_deref())
        .render_file("", field::known_keys());
    let mut near = hub.find_nearest_to_record(&text, None, MAX_SHOWN);
    near.retain(|near| near.flagged || near.score >= hub.site.similar.related / 2.0);
    near
}

/// What an author does about similar experiments.
enum NextStep {
    /// Writes a new record all the same.
    GoOn,
    /// Builds on this case study.
    Adapt {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
    /// Reads them first.
    ReadFirst,
}

impl fmt::Display for NextStep {
    /// Writes the choice as the question has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NextStep::GoOn => f.write_str("Go on: mine is another experiment"),
            NextStep::Adapt { id, title } => {
                write!(
                    f,
                    "Go on, and link it: mine builds on {} ({})",
                    escape_line(title),
                    escape_line(id)
                )
            }
            NextStep::ReadFirst => f.write_str("Stop here: I read these first"),
        }
    }
}

/// Shows similar experiments with their families, and asks whether the author goes on. Returns the
/// id of the one that the new record builds on.
fn confirm_near(hub: &SimilarityIndex, near: &[RelatedCase]) -> Answer<Option<String>> {
    eprint!(
        "\nSomebody has done something like this:\n\n{}\n",
        escape_controls(&hub.describe(None, near))
    );
    let mut steps = vec![NextStep::GoOn];
    steps.extend(near.iter().map(|near| {
        let meta = &hub.catalog.case(near.case).meta;
        NextStep::Adapt { id: meta.id.to_string(), title: meta.title.clone() }
    }));
    steps.push(NextStep::ReadFirst);
    match Select::new("Go on?", steps).prompt()? {
        NextStep::GoOn => Ok(None),
        NextStep::Adapt { id, .. } => Ok(Some(id)),
        NextStep::ReadFirst => Err(Stop::ReadFirst),
    }
}

/// A term that can be chosen by any of its names.
#[derive(Clone)]
struct TermChoice {
    /// Its id, which front matter gets.
    id: String,
    /// What is shown: the label, and the id where it says more.
    shown: String,
    /// Label, id, labels and aliases in every language, folded by [`fold`].
    names: Vec<String>,
}

impl fmt::Display for TermChoice {
    /// Writes what is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl TermChoice {
    /// The choice of a term, with its label in the hub's language.
    fn of(term: &Term, language: &str) -> Self {
        let label = term.label_in(language);
        let names = [label, &term.label, &term.id]
            .into_iter()
            .chain(term.labels.values().map(String::as_str))
            .chain(term.aliases.iter().map(String::as_str))
            .map(fold)
            .collect();
        let shown = escape_line(&format!("{label} ({})", term.id)).into_owned();
        TermChoice { id: term.id.to_string(), shown, names }
    }

    /// How well what was typed names the term: 3 for a whole name, 2 for the beginning of one, 1 for
    /// a part of one; none for no name.
    fn score(&self, typed: &str) -> Option<i64> {
        let typed = fold(typed);
        self.names
            .iter()
            .filter_map(|name| match name.find(&typed) {
                Some(0) if name.len() == typed.len() => Some(3),
                Some(0) => Some(2),
                Some(_) => Some(1),
                None => None,
            })
            .max()
    }
}

/// A text for comparing what is typed: lower case, without accents and separators, because in a list
/// the space bar chooses.
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '_'))
        .collect()
}

/// The choices of a list of the vocabulary by label, without terms that another has replaced.
fn term_choices<K: TermId>(terms: &Terms<K>, language: &str) -> Vec<TermChoice> {
    let mut choices: Vec<TermChoice> = terms
        .iter()
        .filter(|(_, term)| term.deprecated_by.is_none())
        .map(|(_, term)| TermChoice::of(term, language))
        .collect();
    choices.sort_by(|one, other| (fold(&one.shown), &one.id).cmp(&(fold(&other.shown), &other.id)));
    choices
}

/// Asks for terms, and returns their ids.
fn choose_terms<K: TermId>(
    question: &str,
    terms: &Terms<K>,
    language: &str,
    is_required: bool,
) -> Answer<Vec<String>> {
    choose(question, term_choices(terms, language), &[], is_required)
}

/// Asks for markets and market groups, and returns their ids. The market whose folder the author
/// works in is chosen already.
fn choose_markets(choices: &Choices<'_>, question: &str, is_required: bool) -> Answer<Vec<String>> {
    let vocabulary = &choices.catalog.vocabulary;
    let language = &choices.hub.site.language;
    let mut markets = term_choices(&vocabulary.markets, language);
    markets.extend(term_choices(&vocabulary.groups, language));
    let own = current_market_folder(choices.root);
    let chosen: Vec<usize> = markets
        .iter()
        .position(|market| own.as_deref() == Some(&*market.id.to_lowercase()))
        .into_iter()
        .collect();
    choose(question, markets, &chosen, is_required)
}

/// The folder of a market in `content/case-studies/` that the author works in.
fn current_market_folder(root: &Path) -> Option<String> {
    let folder = source::canonicalize_folder(&std::env::current_dir().ok()?).ok()?;
    let studies = source::canonicalize_folder(root).ok()?.join("content/case-studies");
    let market = folder.strip_prefix(studies).ok()?.components().next()?;
    Some(market.as_os_str().to_str()?.to_lowercase())
}

/// Asks for several of the choices, found by typing any of their names; returns their ids. `chosen`
/// are the positions of those that are chosen at first.
fn choose(
    question: &str,
    options: Vec<TermChoice>,
    chosen: &[usize],
    is_required: bool,
) -> Answer<Vec<String>> {
    if options.is_empty() {
        return Ok(Vec::new());
    }
    let count = options.len() as i64;
    // Of equally good choices the first in the list stays the first.
    let score = |typed: &str, choice: &TermChoice, _: &str, position: usize| {
        choice.score(typed).map(|score| score * count - position as i64)
    };
    let is_enough = move |chosen: &[ListOption<&TermChoice>]| {
        Ok(match chosen {
            [] if is_required => {
                Validation::Invalid("choose at least one, with the space bar".into())
            }
            _ => Validation::Valid,
        })
    };
    let help = if is_required {
        "type part of a name in any language; space chooses, enter goes on"
    } else {
        "type part of a name in any language; space chooses, enter goes on, also without any"
    };
    let answers = MultiSelect::new(question, options)
        .with_default(chosen)
        .with_keep_filter(false)
        .with_scorer(&score)
        .with_validator(is_enough)
        .with_help_message(help)
        .prompt()?;
    Ok(answers.into_iter().map(|choice| choice.id).collect())
}

/// Asks which of several tactics is the main one, which front matter names first.
fn move_main_first<K: TermId>(ids: &mut [String], terms: &Terms<K>, language: &str) -> Answer<()> {
    if ids.len() < 2 {
        return Ok(());
    }
    let options: Vec<TermChoice> = ids
        .iter()
        .filter_map(|id| terms.find(id).map(|term| TermChoice::of(&terms[term], language)))
        .collect();
    let main = Select::new("Which of these is the main one?", options).prompt()?;
    if let Some(position) = ids.iter().position(|id| *id == main.id) {
        ids[..=position].rotate_right(1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_found_by_names_in_any_language() {
        let vocabulary = crate::vocabulary::read::read_vocabulary(&[]).0;
        let best = |typed: &str| {
            term_choices(&vocabulary.tactics, "en")
                .into_iter()
                .filter_map(|choice| choice.score(typed).map(|score| (score, choice.id)))
                .max_by_key(|(score, _)| *score)
        };
        assert_eq!(best("cupom"), Some((3, "discount".to_owned())), "a Portuguese alias");
        assert_eq!(best("Frete gratis"), Some((3, "free-shipping".to_owned())), "without accents");
        assert_eq!(best("no such tactic at all"), None);
        let choices = term_choices(&vocabulary.tactics, "en");
        assert!(
            choices.iter().all(|choice| choice.score("").is_some()),
            "nothing typed hides none"
        );
    }
}
