//! The teams and roles that records name: each gets one spelling, and the records that concern it.

use crate::catalog::keywords::Status;
use crate::catalog::{
    CaseIndex, CaseStudy, Catalog, Idea, IdeaIndex, Playbook, PlaybookIndex, open_vocabulary,
};
use crate::vocabulary::{TeamId, TermId, Vocabulary};

/// What a case study is to a team, in the order in which the team's page lists studies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StudyPart {
    /// It owns the study, which is running.
    Running,
    /// It owns the study, which is planned.
    Planned,
    /// It owns the study, which has ended or does not state its status.
    Ended,
    /// Others own the study, and it has a part in it or verified it.
    Involved,
}

impl StudyPart {
    /// What a case study is to its owner.
    pub fn of_owner(case: &CaseStudy) -> Self {
        match case.status {
            Some(Status::Running) => StudyPart::Running,
            Some(Status::Planned) => StudyPart::Planned,
            _ => StudyPart::Ended,
        }
    }
}

/// What concerns a team, each list in id order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamRecords {
    /// Case studies that it owns.
    pub studies: Vec<CaseIndex>,
    /// Case studies of other owners that it has a part in (RACI), or verified.
    pub other_studies: Vec<CaseIndex>,
    /// Ideas that it owns.
    pub ideas: Vec<IdeaIndex>,
    /// Playbooks that it owns or verified.
    pub playbooks: Vec<PlaybookIndex>,
}

impl TeamRecords {
    /// Whether no record names the team.
    pub fn is_empty(&self) -> bool {
        self.studies.is_empty()
            && self.other_studies.is_empty()
            && self.ideas.is_empty()
            && self.playbooks.is_empty()
    }
}

/// Adds the teams that records name and no vocabulary lists to the vocabulary of the catalog, and
/// gives every team one spelling in all records: its label.
pub fn settle_names(catalog: &mut Catalog) {
    let is_unlisted = |name: &&str| catalog.vocabulary.teams.find(name).is_none();
    let cases = catalog.cases.iter().flat_map(names_of_case);
    let ideas = catalog.ideas.iter().filter_map(|idea| idea.owner.as_deref());
    let playbooks = catalog.playbooks.iter().flat_map(names_of_playbook);
    let unlisted: Vec<&str> = cases.chain(ideas).chain(playbooks).filter(is_unlisted).collect();
    let teams = open_vocabulary::new_terms(unlisted, &catalog.vocabulary.teams);
    catalog.vocabulary.add_unlisted_teams(teams);
    let vocabulary = &catalog.vocabulary;
    catalog.cases.iter_mut().for_each(|case| settle_case(case, vocabulary));
    catalog.ideas.iter_mut().for_each(|idea| settle_idea(idea, vocabulary));
    catalog.playbooks.iter_mut().for_each(|playbook| settle_playbook(playbook, vocabulary));
}

/// Gives every team that a case study names the spelling of the vocabulary.
pub fn settle_case(case: &mut CaseStudy, vocabulary: &Vocabulary) {
    let raci = &mut case.raci;
    let lists =
        [&mut raci.responsible, &mut raci.accountable, &mut raci.consulted, &mut raci.informed];
    for list in lists {
        list.iter_mut().for_each(|name| settle_name(name, vocabulary));
        let mut seen: Vec<String> = Vec::new();
        list.retain(|name| {
            let is_new = !seen.contains(name);
            if is_new {
                seen.push(name.clone());
            }
            is_new
        });
    }
    let singles = case.owner.iter_mut().chain(&mut case.verification.verified_by);
    singles.for_each(|name| settle_name(name, vocabulary));
}

/// Gives the owner of an idea the spelling of the vocabulary.
pub fn settle_idea(idea: &mut Idea, vocabulary: &Vocabulary) {
    idea.owner.iter_mut().for_each(|name| settle_name(name, vocabulary));
}

/// Gives every team that a playbook names the spelling of the vocabulary.
pub fn settle_playbook(playbook: &mut Playbook, vocabulary: &Vocabulary) {
    let names = playbook.owner.iter_mut().chain(&mut playbook.verification.verified_by);
    names.for_each(|name| settle_name(name, vocabulary));
}

/// Replaces a name by the label of the team that has it; a name of no team stays.
fn settle_name(name: &mut String, vocabulary: &Vocabulary) {
    let Some(team) = vocabulary.teams.find(name) else { return };
    let label = &vocabulary.teams[team].label;
    if name != label {
        name.clone_from(label);
    }
}

/// The teams that a case study names: owner, roles of RACI, and who verified it.
pub fn names_of_case(case: &CaseStudy) -> impl Iterator<Item = &str> {
    let raci = &case.raci;
    let lists = [&raci.accountable, &raci.responsible, &raci.consulted, &raci.informed];
    case.owner
        .iter()
        .chain(lists.into_iter().flatten())
        .chain(&case.verification.verified_by)
        .map(String::as_str)
}

/// The teams that a playbook names: owner, and who verified it.
pub fn names_of_playbook(playbook: &Playbook) -> impl Iterator<Item = &str> {
    playbook.owner.iter().chain(&playbook.verification.verified_by).map(String::as_str)
}

/// The teams of some names, each once; names of no team are left out.
fn teams_of<'n>(vocabulary: &Vocabulary, names: impl Iterator<Item = &'n str>) -> Vec<TeamId> {
    let mut teams: Vec<TeamId> = names.filter_map(|name| vocabulary.teams.find(name)).collect();
    teams.sort_unstable();
    teams.dedup();
    teams
}

/// The records that concern each team, by `TeamId`.
pub fn records_by_team(catalog: &Catalog) -> Vec<TeamRecords> {
    let vocabulary = &catalog.vocabulary;
    let mut records = vec![TeamRecords::default(); vocabulary.teams.len()];
    for (index, case) in catalog.iter_cases() {
        let owner = case.owner.as_deref().and_then(|name| vocabulary.teams.find(name));
        for team in teams_of(vocabulary, names_of_case(case)) {
            let of_team = &mut records[team.index()];
            let list =
                if owner == Some(team) { &mut of_team.studies } else { &mut of_team.other_studies };
            list.push(index);
        }
    }
    for (index, idea) in catalog.iter_ideas() {
        for team in teams_of(vocabulary, idea.owner.as_deref().into_iter()) {
            records[team.index()].ideas.push(index);
        }
    }
    for (playbook, at) in catalog.playbooks.iter().zip(0..) {
        for team in teams_of(vocabulary, names_of_playbook(playbook)) {
            records[team.index()].playbooks.push(PlaybookIndex(at));
        }
    }
    records
}

/// The team to ask about a case study: its owner, else who is accountable or responsible for it,
/// else who verified it; none where it names nobody.
pub fn team_to_ask(case: &CaseStudy) -> Option<&str> {
    let raci = &case.raci;
    case.owner
        .as_ref()
        .or_else(|| raci.accountable.first())
        .or_else(|| raci.responsible.first())
        .or(case.verification.verified_by.as_ref())
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::TestHub;

    /// The list of teams of these tests.
    const TEAMS: &str = "- {id: crm-nl, label: CRM Nederland, aliases: [Klantteam]}\n";

    #[test]
    fn every_spelling_of_a_team_is_one_team() {
        let catalog = TestHub::new()
            .file("content/vocabulary/teams.yaml", TEAMS)
            .case("nl/one", "owner: klantteam\nraci: {informed: [crm-nl, CRM Nederland, Legal]}")
            .case("nl/two", "owner: Crm nederland\nverified_by: legal")
            .idea("three", "owner: CRM-NL")
            .playbook("four", "claim: x\nstatus: emerging\nowner: Legal")
            .checked()
            .catalog;
        assert!(catalog.cases.iter().all(|case| case.owner.as_deref() == Some("CRM Nederland")));
        assert_eq!(catalog.cases[0].raci.informed, ["CRM Nederland", "Legal"]);
        assert_eq!(catalog.cases[1].verification.verified_by.as_deref(), Some("Legal"));
        let teams = &catalog.vocabulary.teams;
        assert_eq!(teams.len(), 2, "one is listed, one is not");
        let records = records_by_team(&catalog);
        let of = |name: &str| &records[teams.find(name).expect(name).index()];
        assert_eq!(of("Klantteam").studies, [CaseIndex(0), CaseIndex(1)]);
        assert_eq!(of("crm-nl").ideas, [IdeaIndex(0)]);
        assert!(of("crm-nl").other_studies.is_empty(), "an owner is not named twice");
        assert_eq!(of("legal").other_studies, [CaseIndex(0), CaseIndex(1)]);
        assert_eq!(of("legal").playbooks, [PlaybookIndex(0)]);
    }

    #[test]
    fn names_that_share_a_slug_are_different_teams() {
        let hub = |first: &str, second: &str| {
            TestHub::new()
                .case("nl/one", &format!("owner: {first}"))
                .case("nl/two", &format!("owner: {second}"))
                .checked()
                .catalog
        };
        let slugs = |catalog: &Catalog| -> Vec<String> {
            ["Media, UK", "Media UK"]
                .map(|name| {
                    let teams = &catalog.vocabulary.teams;
                    teams[teams.find(name).expect(name)].slug()
                })
                .into()
        };
        let one = hub("'Media, UK'", "Media UK");
        assert_ne!(slugs(&one)[0], slugs(&one)[1]);
        assert_eq!(slugs(&one), slugs(&hub("Media UK", "'Media, UK'")), "whoever comes first");
    }
}
