//! A hub's case studies, ready to be asked for the nearest of a text: as an earlier run kept them, where nothing has changed since.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::words::Word;
use crate::catalog::{CaseIndex, Catalog};
use crate::command::{Common, key_of, report, sources};
use crate::error::Result;
use crate::output::cache;
use crate::record::Manuscript;
use crate::record::parse::parse;
use crate::similar::copied::{self, Runs};
use crate::similar::document::{Document, Facet};
use crate::similar::draft::document_of_draft;
use crate::similar::kept::{self, KnownFamily};
use crate::similar::nearest::{Asked, nearest};
use crate::similar::verdict::verdict;
use crate::similar::{self, Compared, Neighbour, Reason, Verdict, tell};
use crate::site::Site;
use crate::source::{ContentHash, SourceFile, Sources};
use crate::vocabulary::Vocabulary;
use crate::{Read, Timings, settings, vocabulary};

/// Case studies that can be asked; of each, the catalog holds what an answer names.
pub struct Studies {
    /// Settings.
    pub site: Site,
    /// Vocabularies and case studies.
    pub catalog: Catalog,
    compared: Compared,
    families: Vec<KnownFamily>,
    sources: Sources,
}

impl Studies {
    /// The case studies of a hub; nothing where its settings cannot be read, which is reported.
    ///
    /// # Errors
    /// Machine trouble.
    pub fn open(root: &Path, common: &Common) -> Result<Option<Studies>> {
        let request = common.request(None, false)?;
        let sources = sources(root)?;
        let key = key_of(&sources, request.today, &kept::version());
        if let Some(bytes) = crate::source::cache::read(root, "similar", key)
            && let Ok(site) = settings(&sources, &request)
            && let Some((catalog, compared, families)) = kept::unpack(&bytes, &site, vocabulary::read::read(&sources.files).0)
        {
            return Ok(Some(Studies { site, catalog, compared, families, sources }));
        }
        match crate::read(&sources, &request, &mut Timings::default()) {
            Ok(Read { site, catalog, .. }) => {
                let (similar, compared) = similar::find_and_keep(&site, &catalog);
                if let Some(bytes) = kept::pack(&catalog, &compared, &similar.families) {
                    cache::write(root, "similar", key, &bytes);
                }
                let families = similar.families.iter().map(KnownFamily::from).collect();
                Ok(Some(Studies { site, catalog, compared, families, sources }))
            }
            Err(diagnostic) => {
                report(&[*diagnostic], &sources);
                Ok(None)
            }
        }
    }

    /// The nearest of a text without a record around it: it counts as a title, so that its few words weigh what they should.
    /// Tactics and channels that it names, in any language, are compared like those of a record.
    /// A few words do not tell their language, so they are read in each that the hub's case studies are written in; of the
    /// readings of one case study the best counts.
    pub fn of_text(&self, text: &str, limit: usize) -> Vec<Neighbour> {
        let facets = named(text, &self.catalog.vocabulary);
        let languages: BTreeSet<&str> = self.catalog.cases.iter().map(|case| base(&case.meta.language)).chain([base(&self.site.language)]).collect();
        let reading = |language: &str| {
            let document = Document { language, title: text, facets: facets.clone(), ..Document::default() };
            nearest(&self.site, &self.compared, &self.catalog, Asked::Text(&document), &|_| None, limit)
        };
        let languages: Vec<&str> = languages.into_iter().collect();
        let mut best: BTreeMap<CaseIndex, Neighbour> = BTreeMap::new();
        for near in languages.par_iter().flat_map_iter(|language| reading(language)).collect::<Vec<_>>() {
            match best.entry(near.case) {
                Entry::Occupied(mut known) if known.get().score < near.score => drop(known.insert(near)),
                Entry::Occupied(_) => {}
                Entry::Vacant(place) => drop(place.insert(near)),
            }
        }
        let mut found: Vec<Neighbour> = best.into_values().collect();
        found.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.case.cmp(&other.case)));
        found.truncate(limit);
        found
    }

    /// The nearest of a record's text, `itself` left out; a text that is no record is compared as it stands.
    pub fn of_record(&self, text: &str, itself: Option<CaseIndex>, limit: usize) -> Vec<Neighbour> {
        // A draft has no path yet; it borrows one.
        let file = SourceFile { path: Arc::from("content/case-studies/draft/draft.md"), hash: ContentHash::of(text.as_bytes()), text: text.into() };
        let (Some(manuscript), _) = parse(&file) else { return self.of_text(text, limit) };
        let runs = runs_of(&manuscript);
        let copied = |case: CaseIndex| self.runs(case).map(|other| runs.common(&other));
        let document = document_of_draft(&manuscript, &self.catalog.vocabulary, &self.site.language);
        let asked = itself.map_or(Asked::Text(&document), Asked::Record);
        nearest(&self.site, &self.compared, &self.catalog, asked, &copied, limit)
    }

    /// The runs of words of a case study's body, read from its file.
    fn runs(&self, case: CaseIndex) -> Option<Runs> {
        let path = &self.catalog.case(case).meta.path;
        let file = self.sources.files.iter().find(|file| file.path == *path)?;
        parse(file).0.map(|manuscript| runs_of(&manuscript))
    }

    /// Families that an answer speaks of: that of the record itself, and those of the possible duplicates.
    pub fn families_of(&self, itself: Option<CaseIndex>, found: &[Neighbour]) -> Vec<&KnownFamily> {
        let flagged: Vec<CaseIndex> = found.iter().filter(|near| near.flagged).map(|near| near.case).chain(itself).collect();
        self.families.iter().filter(|family| flagged.iter().any(|case| family.members.contains(case))).collect()
    }

    /// An answer as people read it; `itself` is the record that was asked about, where it is one.
    pub fn told(&self, itself: Option<CaseIndex>, found: &[Neighbour]) -> String {
        if found.is_empty() {
            return "nothing in the hub resembles this\n".to_owned();
        }
        let mut lines = String::new();
        for family in self.families_of(itself, found) {
            let _ = writeln!(lines, "{}\n", tell::family(&self.catalog, &family.id, &family.members));
        }
        for near in found {
            let case = self.catalog.case(near.case);
            let _ = writeln!(lines, "{:.2}  {}  {} ({})", near.score, case.meta.id, case.meta.title, self.mark(itself, near));
            let _ = writeln!(lines, "      {}", self.standing(near.case));
            if !near.reasons.is_empty() {
                let _ = writeln!(lines, "      {}", tell::tell(&self.catalog.vocabulary, &near.reasons));
            }
        }
        lines
    }

    /// What a near study is to the one asked about.
    fn mark(&self, itself: Option<CaseIndex>, near: &Neighbour) -> String {
        match self.kind(itself, near) {
            Some(verdict) => format!("possible duplicate, {}", verdict.as_str()),
            None if near.flagged => "possible duplicate".to_owned(),
            None if near.score >= self.site.similar.related => "related".to_owned(),
            None => "a little alike".to_owned(),
        }
    }

    /// What kind of duplicated effort a flagged study and the one asked about are, where that is a record of the hub.
    pub fn kind(&self, itself: Option<CaseIndex>, near: &Neighbour) -> Option<Verdict> {
        let copied = near.reasons.iter().any(|reason| matches!(reason, Reason::CopiedText(_)));
        let itself = itself.filter(|_| near.flagged)?;
        Some(verdict(self.catalog.case(itself), self.catalog.case(near.case), copied))
    }

    /// Where a study stands: markets, status, outcome, grade.
    fn standing(&self, index: CaseIndex) -> String {
        let case = self.catalog.case(index);
        let markets: Vec<&str> = case.markets.iter().map(|market| &*self.catalog.vocabulary.markets[*market].id).collect();
        let mut parts = vec![markets.join(" ")];
        parts.extend(case.status.map(|status| status.as_str().to_owned()));
        parts.extend(case.outcome.map(|outcome| outcome.as_str().to_owned()));
        parts.extend(case.graded.grade.map(|grade| format!("grade {}", grade.as_str())));
        parts.retain(|part| !part.is_empty());
        parts.join(", ")
    }
}

fn runs_of(manuscript: &Manuscript) -> Runs {
    copied::runs_of(manuscript.outline.sections.iter().map(|section| &*section.text))
}

/// The language of a tag without its region.
fn base(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Words in the longest name of a term that is looked for in a text.
const LONGEST_NAME: usize = 4;

/// The tactics and channels whose names, labels or aliases occur in a text.
fn named(text: &str, vocabulary: &Vocabulary) -> Vec<Facet> {
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric() && letter != '-').filter(|word| !word.is_empty()).collect();
    let mut facets = Vec::new();
    for length in 1..=LONGEST_NAME {
        for name in words.windows(length).map(|words| words.join(" ")) {
            facets.extend(vocabulary.tactics.find(&name).map(|tactic| Facet::Tactic(tactic.0)));
            facets.extend(vocabulary.channels.find(&name).map(|channel| Facet::Channel(channel.0)));
        }
    }
    facets.sort_unstable();
    facets.dedup();
    facets
}
