//! One team is spelt in one way.
//!
//! `Growth team Brazil` and `Growth Team Brasil` are two teams to a list, a filter and a page: each shows half of the
//! work. Reported are names that differ in one letter of one long word, in the order of their words, or only in spaces,
//! full stops and the like.
//!
//! Use one spelling; or list both in `content/vocabulary/teams.yaml`: as one team with an alias, or, where they are two
//! teams, as two.
//!
//! ```yaml
//! - id: growth-br
//!   label: Growth team Brazil
//!   aliases: [Growth Team Brasil]
//! ```

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::catalog::field::{self, Field};
use crate::catalog::{Catalog, Meta};
use crate::check::{CheckContext, Reporter, field_place};
use crate::diagnostic::Place;
use crate::vocabulary::{TeamId, Vocabulary, normalise_name};

/// The shortest word, in characters, in which one wrong letter is taken for a slip: `UK` and `US`
/// are two markets.
const MIN_WORD_LENGTH: usize = 5;
/// The most names that share all words but one and are compared with one another.
const MAX_COMPARED: usize = 200;

/// The records that name each team: how many, and the first place.
pub struct NamedTeams(BTreeMap<TeamId, (usize, Place)>);

impl NamedTeams {
    /// Goes through all records: case studies, ideas, then playbooks.
    pub fn collect(catalog: &Catalog) -> Self {
        let mut named = NamedTeams(BTreeMap::new());
        let vocabulary = &catalog.vocabulary;
        for case in &catalog.cases {
            named.add(vocabulary, &case.meta, &field::OWNER, case.owner.as_deref().into_iter());
            let raci = &case.raci;
            let lists = [&raci.accountable, &raci.responsible, &raci.consulted, &raci.informed];
            named.add(vocabulary, &case.meta, &field::RACI, lists.into_iter().flatten().map(String::as_str));
            let verified_by = case.verification.verified_by.as_deref();
            named.add(vocabulary, &case.meta, &field::VERIFIED_BY, verified_by.into_iter());
        }
        for idea in &catalog.ideas {
            named.add(vocabulary, &idea.meta, &field::OWNER, idea.owner.as_deref().into_iter());
        }
        for playbook in &catalog.playbooks {
            named.add(vocabulary, &playbook.meta, &field::OWNER, playbook.owner.as_deref().into_iter());
            let verified_by = playbook.verification.verified_by.as_deref();
            named.add(vocabulary, &playbook.meta, &field::VERIFIED_BY, verified_by.into_iter());
        }
        named
    }

    /// Counts the teams that a field of a record names.
    fn add<'n>(&mut self, vocabulary: &Vocabulary, meta: &Meta, field: &Field, names: impl Iterator<Item = &'n str>) {
        for team in names.filter_map(|name| vocabulary.teams.find(name)) {
            let entry = self.0.entry(team).or_insert_with(|| (0, field_place(meta, field)));
            entry.0 += 1;
        }
    }

    /// How often records name a team.
    pub fn count(&self, team: TeamId) -> usize {
        self.0.get(&team).map_or(0, |(count, _)| *count)
    }

    /// The first place that names a team; none where no record does.
    pub fn first_place(&self, team: TeamId) -> Option<Place> {
        self.0.get(&team).map(|(_, place)| place.clone())
    }
}

/// Reports each team that is spelt nearly like another, at the first record that names it.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let vocabulary = &context.catalog.vocabulary;
    let named = NamedTeams::collect(context.catalog);
    for (team, other) in find_lookalikes(vocabulary, &named) {
        let Some(place) = named.first_place(team) else { continue };
        let (name, other) = (&vocabulary.teams[team].label, &vocabulary.teams[other].label);
        reporter.report_at(
            place,
            format!("the team `{name}` is spelt nearly like `{other}`"),
            format!("write `{other}` where it is the same team; if not, list both in `content/vocabulary/teams.yaml`"),
        );
    }
}

/// Each team that no list names and that is spelt nearly like another one, with that other: a
/// listed one first, then the one that more records name, then the first by id. Of two unlisted
/// ones only the rarer has an entry.
pub fn find_lookalikes(vocabulary: &Vocabulary, named: &NamedTeams) -> BTreeMap<TeamId, TeamId> {
    let teams = &vocabulary.teams;
    if !teams.iter().any(|(_, team)| team.is_unlisted) {
        return BTreeMap::new();
    }
    let rank = |team: TeamId| (teams[team].is_unlisted, usize::MAX - named.count(team), team);
    let mut found: BTreeMap<TeamId, TeamId> = BTreeMap::new();
    for (a, b) in similar_names(vocabulary) {
        let (better, worse) = if rank(a) < rank(b) { (a, b) } else { (b, a) };
        if teams[worse].is_unlisted {
            let best = found.entry(worse).or_insert(better);
            if rank(better) < rank(*best) {
                *best = better;
            }
        }
    }
    found
}

/// Pairs of teams with names that look alike, each pair once or more often. Names are compared only
/// where they share all words but one, so that many teams take no long time.
fn similar_names(vocabulary: &Vocabulary) -> BTreeSet<(TeamId, TeamId)> {
    let mut by_key: FxHashMap<String, Vec<(TeamId, String)>> = FxHashMap::default();
    for (team, entry) in vocabulary.teams.iter() {
        let names = std::iter::once(&entry.label).chain(entry.labels.values()).chain(&entry.aliases);
        let names: BTreeSet<String> = names.map(|name| normalise_name(name)).collect();
        for name in names {
            let mut words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
            let joined = words.concat();
            words.sort_unstable();
            let mut add = |key: String, word: &str| by_key.entry(key).or_default().push((team, word.to_owned()));
            add(format!("={joined}"), "");
            add(format!("={}", words.concat()), "");
            for skipped in 0..words.len() {
                let rest: Vec<&str> = words.iter().enumerate().filter(|(at, _)| *at != skipped).map(|(_, word)| *word).collect();
                add(rest.join(" "), words[skipped]);
            }
        }
    }
    let mut pairs = BTreeSet::new();
    for entries in by_key.values().filter(|entries| entries.len() <= MAX_COMPARED) {
        for (at, (a, word)) in entries.iter().enumerate() {
            for (b, other) in &entries[at + 1..] {
                if a != b && is_slip(vocabulary, word, other) {
                    pairs.insert((*a.min(b), *a.max(b)));
                }
            }
        }
    }
    pairs
}

/// Whether two words are equal, or differ in one letter and are both long; the names of two
/// different markets are never taken for slips.
fn is_slip(vocabulary: &Vocabulary, word: &str, other: &str) -> bool {
    if word == other {
        return true;
    }
    let lengths = [word, other].map(|word| word.chars().count());
    if lengths.iter().any(|length| *length < MIN_WORD_LENGTH) || lengths[0].abs_diff(lengths[1]) > 1 {
        return false;
    }
    let markets = [word, other].map(|word| vocabulary.markets.find(word));
    let are_two_markets = matches!(markets, [Some(one), Some(two)] if one != two);
    !are_two_markets && strsim::damerau_levenshtein(word, other) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::TestHub;

    /// The names of the teams that are spelt nearly like another, each with that other.
    fn lookalikes(teams: &str, owners: &[&str]) -> Vec<(String, String)> {
        let mut hub = TestHub::new();
        if !teams.is_empty() {
            hub = hub.file("content/vocabulary/teams.yaml", teams);
        }
        for (at, owner) in owners.iter().enumerate() {
            hub = hub.case(&format!("nl/{at}"), &format!("owner: {owner:?}"));
        }
        let catalog = hub.checked().catalog;
        let label = |team: TeamId| catalog.vocabulary.teams[team].label.clone();
        find_lookalikes(&catalog.vocabulary, &NamedTeams::collect(&catalog))
            .into_iter()
            .map(|(team, other)| (label(team), label(other)))
            .collect()
    }

    #[test]
    fn slips_are_found_and_two_teams_are_not() {
        for (one, two, is_found) in [
            ("Growth team Brazil", "Growth Team Brasil", true),
            ("Brazil Growth team", "Growth team Brazil", true),
            ("Media, UK", "Media UK", true),
            ("E-commerce NL", "Ecommerce NL", true),
            ("CRM Iberia", "CRM Ibéria", true),
            ("Media UK", "Media US", false),
            ("CRM Austria", "CRM Australia", false),
            ("E-commerce België", "E-commerce Belgique", false),
            ("Search team", "Shop team", false),
            ("日本CRMチーム", "日本メディアチーム", false),
        ] {
            let found = lookalikes("", &[one, one, two]);
            let wanted = if is_found { vec![(two.to_owned(), one.to_owned())] } else { Vec::new() };
            assert_eq!(found, wanted, "{one}, {two}");
        }
    }

    #[test]
    fn a_listed_team_is_the_right_one_and_two_listed_ones_are_left_alone() {
        let teams = "- {id: growth, label: Growth team Brazil}\n- {id: other, label: Growth team Brasilia}\n";
        let found = lookalikes(teams, &["Growth Team Brasil", "Growth Team Brasil", "growth"]);
        assert_eq!(found, [("Growth Team Brasil".to_owned(), "Growth team Brazil".to_owned())]);
        let both = "- {id: a, label: Growth team Brazil}\n- {id: b, label: Growth team Brasil}\n";
        assert!(lookalikes(both, &["a", "b"]).is_empty());
    }
}
