//! Holds everything that pages are composed from, with the look-ups that many of them share.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::backlog::Backlog;
use crate::catalog::keywords::{Grade, Outcome};
use crate::catalog::teams::{self, StudyPart, TeamRecords};
use crate::catalog::{self, CaseIndex, CaseStudy, Catalog, IdeaIndex, PlaybookIndex};
use crate::evidence::Evidence;
use crate::page::parts::report_rows::{self, ReportRow};
use crate::page::parts::{Facet, TermSummary, pagination};
use crate::page::text::language::Language;
use crate::similar::{Family, Pair, Similar};
use crate::site::Site;
use crate::site::pages::PageKind;
use crate::vocabulary::{TacticId, TeamId, TermId, TermKind, TermRef};

/// The results of the earlier stages, and look-ups derived from them once for all pages.
pub struct Context<'a> {
    /// Settings of the hub.
    pub site: &'a Site,
    /// Records of the hub.
    pub catalog: &'a Catalog,
    /// Similar pairs and families of case studies.
    pub similar: &'a Similar,
    /// Tallies of outcomes by term, coverage, lineage, metrics contract and speed.
    pub evidence: &'a Evidence,
    /// Ranked ideas, proposals and open duties.
    pub backlog: &'a Backlog,
    /// Texts and formats of the interface's language.
    pub language: &'a Language,
    /// Case studies in list order: running ones by start, newest first, then ended ones by end,
    /// planned ones by start, and at last those that were retired or superseded.
    pub newest_first: Vec<CaseIndex>,
    /// Case studies in list order without translations, so that each experiment is listed and
    /// counted once.
    pub listed: Vec<CaseIndex>,
    /// Tactics that won with grade A or B at least once and in at least half of the counted
    /// studies, most wins first.
    pub proven_tactics: Vec<TacticId>,
    /// Address of the free page `evidence-rules`, which explains grades and win rates; none if the
    /// hub has no such page.
    pub grade_rules_address: Option<String>,
    /// Position in `newest_first` of each case study, indexed by `CaseIndex`.
    list_positions: Vec<u32>,
    /// Indices into `similar.pairs`, indexed by `CaseIndex`.
    pairs_by_case: Vec<Vec<u32>>,
    /// Rows of the report of possible duplicates, in its order.
    pub report_rows: Vec<ReportRow>,
    /// Position in `report_rows` of each row.
    report_positions: BTreeMap<ReportRow, usize>,
    /// Ideas that name a case study as evidence.
    ideas_by_case: BTreeMap<CaseIndex, Vec<IdeaIndex>>,
    /// Playbooks that cite a case study; the flag is true where the study supports the claim.
    playbooks_by_case: BTreeMap<CaseIndex, Vec<(PlaybookIndex, bool)>>,
    /// Every term that has a page, with its number of case studies.
    study_counts_by_term: BTreeMap<TermRef, usize>,
    /// The records that concern each team, indexed by `TeamId`.
    team_records: Vec<TeamRecords>,
    /// The case studies of each team in the order of its page, indexed by `TeamId`.
    team_studies: Vec<Vec<(StudyPart, CaseIndex)>>,
    /// Positions of the duties of each team in `backlog.desk.rows`, indexed by `TeamId`.
    team_duties: Vec<Vec<u32>>,
    /// Facets of the list of case studies, counted once for all of its pages.
    pub(super) facets: OnceLock<Vec<Facet>>,
    /// Values that all pages of a term share, computed when the first of them is composed.
    pub(super) term_summaries: BTreeMap<TermRef, OnceLock<TermSummary>>,
}

impl<'a> Context<'a> {
    /// Builds the look-ups from the results of the earlier stages.
    pub fn new(
        site: &'a Site,
        catalog: &'a Catalog,
        similar: &'a Similar,
        evidence: &'a Evidence,
        backlog: &'a Backlog,
        language: &'a Language,
    ) -> Self {
        let newest_first = compute_newest_first(catalog);
        let mut list_positions = vec![0; catalog.cases.len()];
        for (position, case) in newest_first.iter().enumerate() {
            list_positions[case.0 as usize] = position as u32;
        }
        let report_rows = report_rows::report_rows(similar);
        let team_records = teams::records_by_team(catalog);
        Context {
            site,
            catalog,
            similar,
            evidence,
            backlog,
            language,
            listed: newest_first
                .iter()
                .copied()
                .filter(|case| {
                    evidence.originals.get(case.0 as usize).is_none_or(|original| original == case)
                })
                .collect(),
            newest_first,
            proven_tactics: find_proven_tactics(catalog, evidence),
            grade_rules_address: catalog
                .pages
                .iter()
                .find(|page| &*page.meta.id == "evidence-rules")
                .map(|page| page.meta.address.clone()),
            team_studies: team_records
                .iter()
                .map(|records| sort_team_studies(catalog, records, &list_positions))
                .collect(),
            team_duties: index_duties_by_team(catalog, backlog),
            team_records,
            list_positions,
            pairs_by_case: index_pairs_by_case(catalog, similar),
            report_positions: report_rows.iter().copied().zip(0..).collect(),
            report_rows,
            ideas_by_case: index_ideas_by_case(catalog),
            playbooks_by_case: index_playbooks_by_case(catalog),
            study_counts_by_term: catalog::terms::terms_with_page(catalog),
            facets: OnceLock::new(),
            term_summaries: terms_with_tally(evidence)
                .map(|term| (term, OnceLock::new()))
                .collect(),
        }
    }

    /// The language of the interface (BCP 47).
    pub fn language_id(&self) -> &str {
        &self.language.format.id
    }

    /// The interface text with this key, as an owned text; a missing key is returned itself.
    pub fn text(&self, key: &'static str) -> String {
        self.language.text(key).to_owned()
    }

    /// Returns the case studies in list order, which is that of `newest_first`.
    pub fn sort_newest_first(&self, cases: &[CaseIndex]) -> Vec<CaseIndex> {
        let mut sorted = cases.to_vec();
        sorted.sort_unstable_by_key(|case| self.list_positions[case.0 as usize]);
        sorted
    }

    /// Terms of a kind that have a page, in id order: those in use, and those of the hub's own
    /// vocabulary files even without a case study.
    pub fn terms_with_page(&self, kind: TermKind) -> Vec<TermRef> {
        self.study_counts_by_term.keys().copied().filter(|term| term.kind() == kind).collect()
    }

    /// Pairs of `similar.pairs` that contain a case study, answered ones and those within families
    /// included.
    pub fn pairs_of(&self, case: CaseIndex) -> impl Iterator<Item = &'a Pair> {
        self.pairs_by_case[case.0 as usize].iter().map(|pair| &self.similar.pairs[*pair as usize])
    }

    /// The number of unanswered families, plus unanswered pairs outside families.
    pub fn count_open_duplicates(&self) -> usize {
        self.similar.open_pairs().count() + self.similar.open_families().count()
    }

    /// Site path of a family in the report of possible duplicates, with its anchor.
    pub fn family_url(&self, family: &Family) -> String {
        let family_index = self.similar.family_of[family.members[0].0 as usize].unwrap_or(0);
        format!(
            "{}#{}",
            self.report_page_url(ReportRow::Family(family_index as usize)),
            family.anchor()
        )
    }

    /// Site path of a pair in the report of possible duplicates, or of its family where it belongs
    /// to one.
    pub fn pair_url(&self, pair_index: usize) -> String {
        let pair = &self.similar.pairs[pair_index];
        match pair.family {
            Some(family) => self.family_url(&self.similar.families[family]),
            None => format!(
                "{}#{}",
                self.report_page_url(ReportRow::Pair(pair_index)),
                report_rows::pair_anchor(self.catalog, pair)
            ),
        }
    }

    /// Site path, without an anchor, of the page of the report of possible duplicates that has this
    /// row.
    fn report_page_url(&self, row: ReportRow) -> String {
        pagination::address_of_row(
            PageKind::Similar.address(),
            self.report_positions.get(&row).copied().unwrap_or(0),
        )
    }

    /// Ideas that name a case study as evidence; empty for a study that none names.
    pub fn ideas_of(&self, case: CaseIndex) -> &[IdeaIndex] {
        self.ideas_by_case.get(&case).map_or(&[], Vec::as_slice)
    }

    /// Playbooks that cite a case study; the flag is true where the study supports the claim, false
    /// where it contradicts it.
    pub fn playbooks_of(&self, case: CaseIndex) -> &[(PlaybookIndex, bool)] {
        self.playbooks_by_case.get(&case).map_or(&[], Vec::as_slice)
    }

    /// The records that concern a team.
    pub fn team_records(&self, team: TeamId) -> &TeamRecords {
        &self.team_records[team.index()]
    }

    /// The case studies of a team with what each is to it: running, planned and ended ones, then
    /// those of other owners, each part in list order.
    pub fn team_studies(&self, team: TeamId) -> &[(StudyPart, CaseIndex)] {
        &self.team_studies[team.index()]
    }

    /// Positions of the duties of a team in `backlog.desk.rows`.
    pub fn team_duties(&self, team: TeamId) -> &[u32] {
        &self.team_duties[team.index()]
    }

    /// Labels of the markets of a case study; stated groups, such as `global`, stand for their
    /// members.
    pub fn market_labels(&self, case: &CaseStudy) -> Vec<&'a str> {
        let vocabulary = &self.catalog.vocabulary;
        if case.stated_groups.is_empty() {
            case.markets
                .iter()
                .map(|id| vocabulary.markets[*id].label_in(&self.language.format.id))
                .collect()
        } else {
            let grouped = |market: &crate::vocabulary::MarketId| {
                case.stated_groups
                    .iter()
                    .any(|group| vocabulary.groups[*group].members.contains(market))
            };
            let groups = case
                .stated_groups
                .iter()
                .map(|id| vocabulary.groups[*id].label_in(&self.language.format.id));
            groups
                .chain(
                    case.markets
                        .iter()
                        .filter(|market| !grouped(market))
                        .map(|id| vocabulary.markets[*id].label_in(&self.language.format.id)),
                )
                .collect()
        }
    }
}

/// All case studies in list order: by the part of a list they stand in, within a part newest first
/// and undated ones last.
fn compute_newest_first(catalog: &Catalog) -> Vec<CaseIndex> {
    let mut newest: Vec<_> = catalog
        .iter_cases()
        .map(|(index, case)| (case.list_part(), Reverse(case.sort_date()), index))
        .collect();
    newest.sort_unstable();
    newest.into_iter().map(|(_, _, index)| index).collect()
}

/// The case studies of a team in the order of its page; `list_positions` has the position of each
/// study in lists.
fn sort_team_studies(
    catalog: &Catalog,
    records: &TeamRecords,
    list_positions: &[u32],
) -> Vec<(StudyPart, CaseIndex)> {
    let owned =
        records.studies.iter().map(|case| (StudyPart::of_owner(catalog.case(*case)), *case));
    let others = records.other_studies.iter().map(|case| (StudyPart::Involved, *case));
    let mut studies: Vec<_> = owned.chain(others).collect();
    studies.sort_unstable_by_key(|(part, case)| (*part, list_positions[case.0 as usize]));
    studies
}

/// For each team, by `TeamId`, the positions of its duties in the rows of the desk.
fn index_duties_by_team(catalog: &Catalog, backlog: &Backlog) -> Vec<Vec<u32>> {
    let teams = &catalog.vocabulary.teams;
    let mut duties = vec![Vec::new(); teams.len()];
    for (row, position) in backlog.desk.rows.iter().zip(0..) {
        for team in row.owners.iter().filter_map(|name| teams.find(name)) {
            duties[team.index()].push(position);
        }
    }
    duties
}

/// For each case study, by `CaseIndex`, the positions in `similar.pairs` of the pairs that contain
/// it.
fn index_pairs_by_case(catalog: &Catalog, similar: &Similar) -> Vec<Vec<u32>> {
    let mut pairs = vec![Vec::new(); catalog.cases.len()];
    for (position, pair) in similar.pairs.iter().enumerate() {
        pairs[pair.a.0 as usize].push(position as u32);
        pairs[pair.b.0 as usize].push(position as u32);
    }
    pairs
}

/// The ideas that name a case study as evidence, for each study that any idea names.
fn index_ideas_by_case(catalog: &Catalog) -> BTreeMap<CaseIndex, Vec<IdeaIndex>> {
    let mut ideas: BTreeMap<CaseIndex, Vec<IdeaIndex>> = BTreeMap::new();
    for (index, idea) in catalog.iter_ideas() {
        for case in &idea.evidence {
            ideas.entry(*case).or_default().push(index);
        }
    }
    ideas
}

/// The playbooks that cite a case study, for each study that any playbook cites; the flag is true
/// where the study supports the claim, false where it contradicts it.
fn index_playbooks_by_case(catalog: &Catalog) -> BTreeMap<CaseIndex, Vec<(PlaybookIndex, bool)>> {
    let mut playbooks: BTreeMap<CaseIndex, Vec<(PlaybookIndex, bool)>> = BTreeMap::new();
    for (position, playbook) in catalog.playbooks.iter().enumerate() {
        let index = PlaybookIndex(position as u32);
        for case in &playbook.supports {
            playbooks.entry(*case).or_default().push((index, true));
        }
        for case in &playbook.contradicts {
            playbooks.entry(*case).or_default().push((index, false));
        }
    }
    playbooks
}

/// Tactics that won with grade A or B at least once and in at least half of the counted studies,
/// most wins first.
fn find_proven_tactics(catalog: &Catalog, evidence: &Evidence) -> Vec<TacticId> {
    let good = |case: &CaseIndex| {
        let case = catalog.case(*case);
        case.outcome == Some(Outcome::Won)
            && matches!(case.evidence_grade.grade, Some(Grade::A | Grade::B))
    };
    let mut proven: Vec<(u32, TacticId)> = evidence
        .tactics
        .iter()
        .filter(|(_, tally)| tally.won * 2 >= tally.counted() && tally.cases.iter().any(good))
        .map(|(id, tally)| (tally.won, *id))
        .collect();
    proven.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    proven.into_iter().map(|(_, id)| id).collect()
}

/// Every market, group, channel and tactic that a case study names.
fn terms_with_tally(evidence: &Evidence) -> impl Iterator<Item = TermRef> {
    let places = evidence
        .markets
        .keys()
        .map(|id| TermRef::Market(*id))
        .chain(evidence.groups.keys().map(|id| TermRef::Group(*id)));
    let means = evidence
        .channels
        .keys()
        .map(|id| TermRef::Channel(*id))
        .chain(evidence.tactics.keys().map(|id| TermRef::Tactic(*id)));
    places.chain(means)
}
