//! Collects the records related to the one on a page: relations, ideas, playbooks and backlinks.

use crate::catalog::case_study::Relations;
use crate::catalog::field::{self, Field};
use crate::catalog::{CaseIndex, IdeaIndex, RecordIndex};
use crate::page::context::Context;
use crate::page::parts::mention::Mentions;
use crate::page::parts::shown_text::shown_label;
use crate::page::parts::{AnnotatedLink, RelatedRecords};
use crate::page::text::display;

/// Lists of the records related to a case study: relations in both directions, ideas, playbooks and
/// backlinks. Its case studies are added to `mentions`, and the lists hold their positions there.
pub fn related_to_case(
    context: &Context,
    index: CaseIndex,
    mentions: &mut Mentions,
) -> Vec<RelatedRecords> {
    let case = context.catalog.case(index);
    let mut builder = GroupBuilder { context, mentions, listed: Vec::new(), groups: Vec::new() };
    builder.add_relations(&case.relations, false);
    builder.add_relations(&case.inverse, true);
    builder.add_records("related.idea", case.idea.map(RecordIndex::Idea));
    builder.add_records(
        "related.ideas",
        context.ideas_of(index).iter().copied().map(RecordIndex::Idea),
    );
    builder.add_playbooks(index);
    builder.add_backlinks(RecordIndex::Case(index));
    builder.groups
}

/// A list of the records that link to an idea in their text, or none. Its case studies are added to
/// `mentions`, and the list holds their positions there.
pub fn related_to_idea(
    context: &Context,
    index: IdeaIndex,
    mentions: &mut Mentions,
) -> Vec<RelatedRecords> {
    let mut builder = GroupBuilder { context, mentions, listed: Vec::new(), groups: Vec::new() };
    builder.add_backlinks(RecordIndex::Idea(index));
    builder.groups
}

/// Collects titled lists of related records and adds their case studies to the mentions of the
/// page; backlinks leave out what an earlier list has.
struct GroupBuilder<'a, 'b> {
    context: &'b Context<'a>,
    /// Mentions of the page, to which case studies are added.
    mentions: &'b mut Mentions,
    /// Records listed so far.
    listed: Vec<RecordIndex>,
    /// Lists in display order, none of them empty.
    groups: Vec<RelatedRecords>,
}

impl GroupBuilder<'_, '_> {
    /// Adds a list of records: case studies become mentions, others links. `label` is a language
    /// key.
    fn add_records(&mut self, label: &'static str, records: impl IntoIterator<Item = RecordIndex>) {
        let (mut studies, mut links) = (Vec::new(), Vec::new());
        for record in records {
            self.listed.push(record);
            match record {
                RecordIndex::Case(case) => studies.push(self.mentions.add_aside(case)),
                _ => links.push(record_link(self.context, record)),
            }
        }
        self.push_group(label, studies, links);
    }

    /// Adds a list unless it is empty; `label` is a language key, `studies` are positions in the
    /// mentions.
    fn push_group(&mut self, label: &'static str, studies: Vec<u32>, links: Vec<AnnotatedLink>) {
        if !studies.is_empty() || !links.is_empty() {
            self.groups.push(RelatedRecords { label: self.context.text(label), studies, links });
        }
    }

    /// Adds a list for each relation with case studies: those that the record names, or, where
    /// `inverse` is true, those that name it.
    fn add_relations(&mut self, relations: &Relations, inverse: bool) {
        for (field, cases) in relations.by_field() {
            self.add_records(
                relation_key(field, inverse),
                cases.iter().copied().map(RecordIndex::Case),
            );
        }
    }

    /// Adds a list of the playbooks that cite a case study, each with a note whether it supports or
    /// contradicts them.
    fn add_playbooks(&mut self, case: CaseIndex) {
        let mut links = Vec::new();
        for (playbook, supports) in self.context.playbooks_of(case) {
            let record = RecordIndex::Playbook(*playbook);
            self.listed.push(record);
            let note = self.context.text(if *supports {
                "related.supports"
            } else {
                "related.contradicts_it"
            });
            links.push(AnnotatedLink { note: Some(note), ..record_link(self.context, record) });
        }
        self.push_group("related.playbooks", Vec::new(), links);
    }

    /// Adds a list of the records that link to this one in their text and are in no earlier list.
    fn add_backlinks(&mut self, record: RecordIndex) {
        let back = self.context.catalog.backlinks.get(&record).map_or(&[][..], Vec::as_slice);
        let unlisted: Vec<RecordIndex> =
            back.iter().copied().filter(|record| !self.listed.contains(record)).collect();
        self.add_records("related.mentions", unlisted);
    }
}

/// The language key for the label of a relation's list: of the studies that a record names, or,
/// where `inverse` is true, of those that name it.
fn relation_key(field: &Field, inverse: bool) -> &'static str {
    let labels = [
        (&field::ADAPTED_FROM, "related.adapted_from", "related.adapted_by"),
        (&field::REPLICATES, "related.replicates", "related.replicated_by"),
        (&field::SUPERSEDES, "related.supersedes", "related.superseded_by"),
        (&field::CONTRADICTS, "related.contradicts", "related.contradicts"),
        (&field::DUPLICATE_OF, "related.duplicate_of", "related.duplicated_by"),
        (&field::TRANSLATION_OF, "related.translations", "related.translations"),
    ];
    match labels.into_iter().find(|(relation, ..)| *relation == field) {
        Some((_, label, inverse_label)) => {
            if inverse {
                inverse_label
            } else {
                label
            }
        }
        None => "related.related",
    }
}

/// A link to a record other than a case study, annotated with its status.
fn record_link(context: &Context, record: RecordIndex) -> AnnotatedLink {
    let meta = context.catalog.meta(record);
    let note = match record {
        RecordIndex::Idea(idea) => Some(display::keyword_label(
            context.language,
            "idea_status",
            context.catalog.idea(idea).status,
        )),
        RecordIndex::Playbook(playbook) => Some(display::keyword_label(
            context.language,
            "playbook_status",
            context.catalog.playbook(playbook).status,
        )),
        RecordIndex::Case(_) | RecordIndex::Page(_) => None,
    };
    AnnotatedLink { url: meta.address.clone(), label: shown_label(context, meta).to_owned(), note }
}
