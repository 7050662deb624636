//! Builds command lines of Casebook, ready to be pasted into a terminal.

use std::borrow::Cow;

use crate::catalog::{CaseIndex, CaseStudy, Catalog, field};
use crate::similar::Family;

/// What the reason of an answer is written as; `casebook answer` refuses it until it says something.
const REASON: &str = "--reason \"...\"";

/// The command that answers a pair; `later` gets the line that names `earlier`. `answer` is the word
/// of the command for how they belong together.
pub fn answer_pair(later: &CaseStudy, earlier: &CaseStudy, answer: AnswerWord) -> String {
    let pair = format!("{}+{}", later.meta.id, earlier.meta.id);
    format!("casebook answer {} {}", quote(&pair), answer.arguments())
}

/// The command that answers a family for all of its members.
pub fn answer_family(family: &Family, answer: AnswerWord) -> String {
    format!("casebook answer {} {}", quote(&family.id), answer.arguments())
}

/// The command that says for one member alone that it does not belong to its family.
pub fn answer_member(family: &Family, member: &CaseStudy) -> String {
    format!(
        "casebook answer {} {} --only {}",
        quote(&family.id),
        AnswerWord::NotDuplicate.arguments(),
        quote(&member.meta.id)
    )
}

/// The command that sets what the hub says about a record; `status` is a word of front matter. With
/// `is_verified` it also says who verified the record today.
pub fn promote(id: &str, status: &str, is_verified: bool) -> String {
    let by = if is_verified { " --by \"...\"" } else { "" };
    format!("casebook promote {} {status}{by}", quote(id))
}

/// The command that writes a playbook which these case studies support.
pub fn new_playbook<'c>(
    catalog: &'c Catalog,
    supports: impl IntoIterator<Item = &'c CaseIndex>,
) -> String {
    let mut command = "casebook new playbook --title \"...\" --claim \"...\"".to_owned();
    for case in supports {
        command.push_str(" --supports ");
        command.push_str(&quote(&catalog.case(*case).meta.id));
    }
    command
}

/// How records belong together, as `casebook answer` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerWord {
    /// They are not the same work.
    NotDuplicate,
    /// The later one repeats the earlier one.
    Replicates,
}

impl AnswerWord {
    /// The word with the arguments that it needs.
    fn arguments(self) -> String {
        match self {
            AnswerWord::NotDuplicate => format!("not-duplicate {REASON}"),
            AnswerWord::Replicates => field::REPLICATES.name.to_owned(),
        }
    }
}

/// A word of a command line, in single quotes unless every shell takes it as it is.
fn quote(word: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '/' | '-' | '_' | '.' | '~' | '+' | '@' | ':')
    };
    if word.starts_with(char::is_alphanumeric) && word.chars().all(is_plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_a_shell_would_read_are_quoted() {
        for (word, wanted) in [
            ("br/unboxing-drop+nl/box", "br/unboxing-drop+nl/box"),
            ("jp/開封", "jp/開封"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$(x)", "'$(x)'"),
            ("~root", "'~root'"),
        ] {
            assert_eq!(quote(word), wanted);
        }
    }
}
