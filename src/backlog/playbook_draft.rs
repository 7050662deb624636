//! Drafts the playbook that a tactic lacks: a file that cites the studies in which it won.

use crate::backlog::idea_draft::{GitHostForm, new_file_form};
use crate::catalog::keywords::{Keyword, PlaybookStatus};
use crate::catalog::{CaseIndex, Catalog, field};
use crate::record::front_matter::{FieldValue, FrontMatter};
use crate::site::Site;
use crate::vocabulary::{TacticId, template};

/// The file of a playbook that has not been written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaybookDraft {
    /// Path below the root, which no file has: `content/playbooks/referral-reward.md`.
    pub path: String,
    /// The whole file; its claim is a placeholder.
    pub text: String,
    /// The git host's form for a new file; none where site.toml names no repository.
    pub form: Option<GitHostForm>,
}

/// Drafts a playbook about a tactic that the studies in `supports` speak for; nothing is written.
pub fn draft_playbook(
    site: &Site,
    catalog: &Catalog,
    tactic: TacticId,
    supports: &[CaseIndex],
) -> PlaybookDraft {
    let tactic = &catalog.vocabulary.tactics[tactic];
    let is_taken = |name: &str| catalog.playbooks.iter().any(|playbook| &*playbook.meta.id == name);
    let slug = tactic.slug();
    let names = std::iter::once(slug.clone()).chain((2_u32..).map(|at| format!("{slug}-{at}")));
    let name = names.into_iter().find(|name| !is_taken(name)).unwrap_or(slug);
    let path = format!("content/playbooks/{name}.md");
    let ids: FieldValue = supports.iter().map(|case| &*catalog.case(*case).meta.id).collect();
    let tactics: FieldValue = [&*tactic.id].into_iter().collect();
    let applies_to = FieldValue::Map(vec![(field::applies_to::TACTICS.name.into(), tactics)]);
    let text = FrontMatter::default()
        .with(field::TITLE.name, &*tactic.label)
        .with(field::CLAIM.name, "...")
        .with(field::PLAYBOOK_STATUS.name, PlaybookStatus::Emerging.as_str())
        .with(field::APPLIES_TO.name, applies_to)
        .with(field::SUPPORTS.name, ids)
        .render_file(&format!("{}\n", template::PLAYBOOK_BODY), field::known_keys());
    PlaybookDraft { form: new_file_form(&site.repository, &path, &text), path, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{CatalogLookup, TestHub, study_fields};

    #[test]
    fn a_drafted_playbook_is_read_as_one_about_the_tactic() {
        let won = |market: &str| study_fields(market, "email", "bundle", "won", "");
        let hub = TestHub::new()
            .case("de/a", &won("DE"))
            .case("nl/b", &won("NL"))
            .playbook("bundle", "claim: x\nstatus: emerging");
        let read = hub.checked();
        let supports = [read.catalog.case_index("de/a"), read.catalog.case_index("nl/b")];
        let tactic = read.catalog.tactic("bundle");
        let draft = draft_playbook(&read.site, &read.catalog, tactic, &supports);
        assert_eq!(draft.path, "content/playbooks/bundle-2.md");
        let again = TestHub::new()
            .case("de/a", &won("DE"))
            .case("nl/b", &won("NL"))
            .file(&draft.path, &draft.text)
            .hub();
        let playbook = &again.catalog.playbooks[0];
        assert_eq!(again.catalog.ids(&playbook.supports), ["de/a", "nl/b"]);
        assert_eq!(playbook.tactics, [again.catalog.tactic("bundle")]);
    }
}
