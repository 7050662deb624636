//! The records that have to do with the one on a page: relations, ideas, playbooks, whatever mentions it.

use crate::catalog::case_study::Relations;
use crate::catalog::{CaseIndex, IdeaIndex, RecordIndex};
use crate::page::context::Context;
use crate::page::mention::Mentions;
use crate::page::parts::{NotedLink, Related};
use crate::page::say;

/// What has to do with a case study.
pub fn of_case(context: &Context, index: CaseIndex, mentions: &mut Mentions) -> Vec<Related> {
    let case = context.catalog.case(index);
    let mut groups = Groups { context, mentions, named: Vec::new(), groups: Vec::new() };
    groups.relations(&case.relations, false);
    groups.relations(&case.inverse, true);
    groups.records("related.idea", case.idea.map(RecordIndex::Idea));
    groups.records("related.ideas", context.ideas_of(index).iter().copied().map(RecordIndex::Idea));
    groups.playbooks(index);
    groups.mentioned_in(RecordIndex::Case(index));
    groups.groups
}

/// What has to do with an idea.
pub fn of_idea(context: &Context, index: IdeaIndex, mentions: &mut Mentions) -> Vec<Related> {
    let mut groups = Groups { context, mentions, named: Vec::new(), groups: Vec::new() };
    groups.mentioned_in(RecordIndex::Idea(index));
    groups.groups
}

struct Groups<'a, 'b> {
    context: &'b Context<'a>,
    mentions: &'b mut Mentions,
    /// Every record named so far.
    named: Vec<RecordIndex>,
    groups: Vec<Related>,
}

impl Groups<'_, '_> {
    fn records(&mut self, label: &'static str, records: impl IntoIterator<Item = RecordIndex>) {
        let (mut studies, mut links) = (Vec::new(), Vec::new());
        for record in records {
            self.named.push(record);
            match record {
                RecordIndex::Case(case) => studies.push(self.mentions.add(case)),
                _ => links.push(link(self.context, record)),
            }
        }
        self.push(label, studies, links);
    }

    fn push(&mut self, label: &'static str, studies: Vec<u32>, links: Vec<NotedLink>) {
        if !studies.is_empty() || !links.is_empty() {
            self.groups.push(Related { label: self.context.text(label), studies, links });
        }
    }

    fn relations(&mut self, relations: &Relations, inverse: bool) {
        for (field, cases) in relations.named() {
            self.records(label(field, inverse), cases.iter().copied().map(RecordIndex::Case));
        }
    }

    /// Playbooks that rest on a case study; what they make of it says more than their status.
    fn playbooks(&mut self, case: CaseIndex) {
        let mut links = Vec::new();
        for (playbook, supports) in self.context.playbooks_of(case) {
            let record = RecordIndex::Playbook(*playbook);
            self.named.push(record);
            let note = self.context.text(if *supports { "related.supports" } else { "related.contradicts_it" });
            links.push(NotedLink { note: Some(note), ..link(self.context, record) });
        }
        self.push("related.playbooks", Vec::new(), links);
    }

    /// Whatever mentions a record in its text and was not named yet.
    fn mentioned_in(&mut self, record: RecordIndex) {
        let back = self.context.catalog.backlinks.get(&record).map_or(&[][..], Vec::as_slice);
        let fresh: Vec<RecordIndex> = back.iter().copied().filter(|record| !self.named.contains(record)).collect();
        self.records("related.mentions", fresh);
    }
}

fn label(field: &str, inverse: bool) -> &'static str {
    match (field, inverse) {
        ("adapted_from", false) => "related.adapted_from",
        ("adapted_from", true) => "related.adapted_by",
        ("replicates", false) => "related.replicates",
        ("replicates", true) => "related.replicated_by",
        ("supersedes", false) => "related.supersedes",
        ("supersedes", true) => "related.superseded_by",
        ("contradicts", _) => "related.contradicts",
        ("duplicate_of", false) => "related.duplicate_of",
        ("duplicate_of", true) => "related.duplicated_by",
        ("translation_of", _) => "related.translations",
        _ => "related.related",
    }
}

/// A link to a record that is no case study, with where it stands.
fn link(context: &Context, record: RecordIndex) -> NotedLink {
    let meta = context.catalog.meta(record);
    let note = match record {
        RecordIndex::Idea(idea) => Some(say::word(context.language, "idea_status", context.catalog.idea(idea).status)),
        RecordIndex::Playbook(playbook) => Some(say::word(context.language, "playbook_status", context.catalog.playbook(playbook).status)),
        RecordIndex::Case(_) | RecordIndex::Page(_) => None,
    };
    NotedLink { url: meta.address.clone(), label: meta.title.clone(), note }
}
