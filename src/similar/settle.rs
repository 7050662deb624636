//! Settles a pair or a family in front matter: which record gets which line.

use crate::catalog::field::{self, Field};
use crate::catalog::{CaseIndex, Catalog};
use crate::record::front_matter::{Edit, FieldValue};
use crate::similar::answer::Lineages;
use crate::similar::families::{Family, family_wide_answers, linked_groups};

/// How the records of a pair or a family belong together, as somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// They are not the same work, for this reason.
    NotDuplicate(String),
    /// The later one repeats the earlier one on purpose.
    Replicates,
    /// The later one was adapted from the earlier one.
    AdaptedFrom,
}

impl Answer {
    /// The field of front matter that holds the answer.
    pub fn field(&self) -> &'static Field {
        match self {
            Answer::NotDuplicate(_) => &field::NOT_DUPLICATE_OF,
            Answer::Replicates => &field::REPLICATES,
            Answer::AdaptedFrom => &field::ADAPTED_FROM,
        }
    }
}

/// An edit of the front matter of one case study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEdit {
    /// The case study.
    pub case: CaseIndex,
    /// What is added to its front matter.
    pub edit: Edit,
}

/// The edit that answers a pair: `answering` gets a line that names `other`.
pub fn answer_pair(
    catalog: &Catalog,
    answering: CaseIndex,
    other: CaseIndex,
    answer: &Answer,
) -> CaseEdit {
    let id = FieldValue::from(&*catalog.case(other).meta.id);
    let item = match answer {
        Answer::NotDuplicate(reason) => FieldValue::Map(vec![
            (field::not_duplicate::ID.name.into(), id),
            (field::not_duplicate::REASON.name.into(), reason.as_str().into()),
        ]),
        Answer::Replicates | Answer::AdaptedFrom => id,
    };
    add_item(answering, answer, item)
}

/// The edits that answer a family, so that none of its members, or none of those in `only` where
/// that names any, is left without an answer; in the order of the members, which is oldest first.
///
/// That its members differ is said once, in the oldest, unless somebody has spoken for the whole
/// family before; then each member without an answer says so itself. A relation is added to the
/// oldest of each group of members that no relation links with the family's oldest yet.
pub fn answer_family(
    catalog: &Catalog,
    family: &Family,
    only: &[CaseIndex],
    answer: &Answer,
) -> Vec<CaseEdit> {
    let oldest = family.members[0];
    let chosen: Vec<CaseIndex> = family
        .unanswered
        .iter()
        .copied()
        .filter(|case| only.is_empty() || only.contains(case))
        .collect();
    match answer {
        Answer::NotDuplicate(reason) => {
            let is_first_answer = family_wide_answers(catalog, &family.members).is_empty();
            if only.is_empty() && is_first_answer {
                let count = Some(family.members.len());
                return vec![add_item(oldest, answer, family_item(family, count, reason))];
            }
            let edit = |case| add_item(case, answer, family_item(family, None, reason));
            chosen.into_iter().map(edit).collect()
        }
        Answer::Replicates | Answer::AdaptedFrom => {
            let later = if only.is_empty() {
                members_to_link(catalog, family)
            } else {
                chosen.into_iter().filter(|case| *case != oldest).collect()
            };
            later.into_iter().map(|case| answer_pair(catalog, case, oldest, answer)).collect()
        }
    }
}

/// The members of which each must be linked with the family's oldest, so that one group of linked
/// members holds all that have no answer yet: the oldest of each group that holds such a member,
/// and of the largest group, which counts as settled only while it is the largest.
fn members_to_link(catalog: &Catalog, family: &Family) -> Vec<CaseIndex> {
    let groups = linked_groups(catalog, &Lineages::from_catalog(catalog), &family.members);
    let largest = groups.iter().map(Vec::len).max().unwrap_or(0);
    let must_be_linked = |group: &Vec<CaseIndex>| {
        (group.len() > 1 && group.len() == largest)
            || group.iter().any(|case| family.unanswered.contains(case))
    };
    groups
        .iter()
        .filter(|group| !group.contains(&family.members[0]) && must_be_linked(group))
        .map(|group| group[0])
        .collect()
}

/// An item of `not_duplicate_of` for a whole family; `count` is its number of members, where the
/// item speaks for all of them.
fn family_item(family: &Family, count: Option<usize>, reason: &str) -> FieldValue {
    let mut entries = vec![(field::not_duplicate::FAMILY.name.into(), family.id.as_str().into())];
    entries.extend(count.map(|count| {
        (field::not_duplicate::MEMBERS.name.into(), FieldValue::Literal(count.to_string()))
    }));
    entries.push((field::not_duplicate::REASON.name.into(), reason.into()));
    FieldValue::Map(entries)
}

/// The edit that adds an item to the field of an answer.
fn add_item(case: CaseIndex, answer: &Answer, item: FieldValue) -> CaseEdit {
    CaseEdit { case, edit: Edit::AddItem { key: answer.field().name.to_owned(), item } }
}
