//! Similarity search over the case studies of a hub, with the model of an earlier run from the
//! cache if the content has not changed.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::keywords::Keyword;
use crate::catalog::{CaseIndex, Catalog};
use crate::command::arguments::CommonArguments;
use crate::command::hub::{cache_key, read_sources};
use crate::command::terminal::print_diagnostics;
use crate::command::verdict_words::VerdictWords;
use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::output::cache;
use crate::record::Manuscript;
use crate::record::parse::parse_file;
use crate::similar::copied_text::{self, Shingles};
use crate::similar::document::{Document, Facet};
use crate::similar::draft::draft_document;
use crate::similar::model_cache::{self, FamilySummary};
use crate::similar::nearest::{NearestQuery, find_nearest};
use crate::similar::verdict::pair_verdict;
use crate::similar::{self, Reason, RelatedCase, SimilarityModel, Verdict, describe};
use crate::site::Site;
use crate::source::{ContentHash, SourceFile, Sources};
use crate::vocabulary::Vocabulary;
use crate::{BuildCache, CheckedCatalog, Timings, read_site, vocabulary};

/// The case studies of a hub with everything that a similarity search needs. A catalog from the
/// cache has only the fields that results show.
pub struct SimilarityIndex {
    /// The settings of the site.
    pub site: Site,
    /// The vocabularies and case studies.
    pub catalog: Catalog,
    similarity_model: SimilarityModel,
    families: Vec<FamilySummary>,
    sources: Sources,
    /// How verdicts and families are said.
    verdict_words: VerdictWords,
}

impl SimilarityIndex {
    /// Opens the hub at `root`, from the cache or by comparing all case studies. `None` if its
    /// settings cannot be read, which is printed.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn open(root: &Path, common: &CommonArguments) -> Result<Option<SimilarityIndex>> {
        let options = common.build_options(None, false)?;
        let sources = read_sources(root)?;
        let verdict_words = VerdictWords::load()?;
        let key = cache_key(&sources, options.today, &model_cache::cache_version());
        if let Some(bytes) = crate::source::cache::read_entry(root, "similar", key)
            && let Ok(site) = read_site(&sources, &options)
            && let Some((catalog, similarity_model, families)) = model_cache::from_bytes(
                &bytes,
                &site,
                vocabulary::read::read_vocabulary(&sources.files).0,
            )
        {
            return Ok(Some(SimilarityIndex {
                site,
                catalog,
                similarity_model,
                families,
                sources,
                verdict_words,
            }));
        }
        let mut cache = BuildCache::disabled();
        match crate::read(&sources, &options, &mut cache, &mut Timings::default()) {
            Ok(CheckedCatalog { site, catalog, .. }) => {
                let (similar, similarity_model) = similar::find_with_model(&site, &catalog);
                if let Some(bytes) =
                    model_cache::to_bytes(&catalog, &similarity_model, &similar.families)
                {
                    cache::write(root, "similar", key, &bytes);
                }
                let families = similar.families.iter().map(FamilySummary::from).collect();
                Ok(Some(SimilarityIndex {
                    site,
                    catalog,
                    similarity_model,
                    families,
                    sources,
                    verdict_words,
                }))
            }
            Err(diagnostic) => {
                print_diagnostics(&[*diagnostic], &sources);
                Ok(None)
            }
        }
    }

    /// Whether the hub has a file with this path below its root.
    pub fn has_file(&self, path: &str) -> bool {
        self.sources.files.iter().any(|file| *file.path == *path)
    }

    /// The diagnostics of a record that is not on the disk yet, read and checked with all others of
    /// the hub at this path, and the sources with it; of a file that is there already, its text
    /// counts as replaced.
    ///
    /// # Errors
    /// The settings of the hub cannot be read.
    pub fn check_new_record(
        &self,
        common: &CommonArguments,
        path: &str,
        text: &str,
    ) -> Result<(Vec<Diagnostic>, Sources)> {
        let mut sources = self.sources.clone();
        sources.files.retain(|file| *file.path != *path);
        let hash = ContentHash::of(text.as_bytes());
        sources.files.push(SourceFile { path: path.into(), text: text.into(), hash });
        sources.files.sort_by(|one, other| one.path.cmp(&other.path));
        let options = common.build_options(None, false)?;
        let read =
            crate::read(&sources, &options, &mut BuildCache::disabled(), &mut Timings::default());
        let mut diagnostics = match read {
            Ok(read) => read.diagnostics,
            Err(diagnostic) => vec![*diagnostic],
        };
        diagnostics.retain(|diagnostic| *diagnostic.place.path == *path);
        Ok((diagnostics, sources))
    }

    /// Finds the case studies nearest to a plain text, at most `limit`, highest score first. The
    /// text is compared as a title, because short texts need the weight of titles; tactics and
    /// channels that it names in any language are compared like those of a record. The language of
    /// a few words cannot be detected, so the text is analysed in every language of the hub, and
    /// the best score of each case study counts.
    pub fn find_nearest_to_text(&self, text: &str, limit: usize) -> Vec<RelatedCase> {
        let facets = find_named_terms(text, &self.catalog.vocabulary);
        let languages: BTreeSet<&str> = self
            .catalog
            .cases
            .iter()
            .map(|case| primary_subtag(&case.meta.language))
            .chain([primary_subtag(&self.site.language)])
            .collect();
        let search_in_language = |language: &str| {
            let document =
                Document { language, title: text, facets: facets.clone(), ..Document::default() };
            find_nearest(
                &self.site,
                &self.similarity_model,
                &self.catalog,
                NearestQuery::Text(&document),
                &|_| None,
                limit,
            )
        };
        let languages: Vec<&str> = languages.into_iter().collect();
        let mut best_by_case: BTreeMap<CaseIndex, RelatedCase> = BTreeMap::new();
        for related in languages
            .par_iter()
            .flat_map_iter(|language| search_in_language(language))
            .collect::<Vec<_>>()
        {
            match best_by_case.entry(related.case) {
                Entry::Occupied(mut existing) if existing.get().score < related.score => {
                    drop(existing.insert(related))
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(slot) => drop(slot.insert(related)),
            }
        }
        let mut found: Vec<RelatedCase> = best_by_case.into_values().collect();
        found.sort_by(|one, other| {
            other.score.total_cmp(&one.score).then(one.case.cmp(&other.case))
        });
        found.truncate(limit);
        found
    }

    /// Finds the case studies nearest to the Markdown text of a record, without `query_case`, its
    /// own case study, if it has one. A text that is not a record is compared as plain text.
    pub fn find_nearest_to_record(
        &self,
        text: &str,
        query_case: Option<CaseIndex>,
        limit: usize,
    ) -> Vec<RelatedCase> {
        // A draft has no path yet, but the parser needs one.
        let file = SourceFile {
            path: Arc::from("content/case-studies/draft/draft.md"),
            hash: ContentHash::of(text.as_bytes()),
            text: text.into(),
        };
        let (Some(manuscript), _) = parse_file(&file) else {
            return self.find_nearest_to_text(text, limit);
        };
        let shingles = shingles_of_manuscript(&manuscript);
        let copied_share =
            |case: CaseIndex| self.shingles_of_case(case).map(|other| shingles.jaccard(&other));
        let document = draft_document(&manuscript, &self.catalog.vocabulary, &self.site.language);
        let query = query_case.map_or(NearestQuery::Text(&document), NearestQuery::Record);
        find_nearest(&self.site, &self.similarity_model, &self.catalog, query, &copied_share, limit)
    }

    /// The shingles of the body of a case study, read from its source file; `None` where that
    /// cannot be parsed.
    fn shingles_of_case(&self, case: CaseIndex) -> Option<Shingles> {
        let path = &self.catalog.case(case).meta.path;
        let file = self.sources.files.iter().find(|file| file.path == *path)?;
        parse_file(file).0.map(|manuscript| shingles_of_manuscript(&manuscript))
    }

    /// The families of `query_case` and of the possible duplicates among the results.
    pub fn mentioned_families(
        &self,
        query_case: Option<CaseIndex>,
        found: &[RelatedCase],
    ) -> Vec<&FamilySummary> {
        let flagged: Vec<CaseIndex> = found
            .iter()
            .filter(|related| related.flagged)
            .map(|related| related.case)
            .chain(query_case)
            .collect();
        self.families
            .iter()
            .filter(|family| flagged.iter().any(|case| family.members.contains(case)))
            .collect()
    }

    /// Describes results in plain text; `query_case` is the case study that was searched for, if it
    /// is in the hub.
    pub fn describe(&self, query_case: Option<CaseIndex>, found: &[RelatedCase]) -> String {
        if found.is_empty() {
            return "nothing in the hub resembles this\n".to_owned();
        }
        let words = &self.verdict_words;
        let mut lines = String::new();
        for family in self.mentioned_families(query_case, found) {
            let _ = writeln!(
                lines,
                "{}\n",
                words.describe_family(&self.catalog, &family.id, &family.members)
            );
        }
        for related in found {
            let case = self.catalog.case(related.case);
            let _ = writeln!(
                lines,
                "{:.2}  {}  {} ({})",
                related.score,
                case.meta.id,
                case.meta.title,
                self.describe_relation(query_case, related)
            );
            let _ = writeln!(lines, "      {}", self.describe_status(related.case));
            if let Some(verdict) = self.duplicate_verdict(query_case, related) {
                let _ = writeln!(lines, "      {}", words.advice(verdict));
            }
            if !related.reasons.is_empty() {
                let _ = writeln!(
                    lines,
                    "      {}",
                    describe::describe_reasons(&self.catalog.vocabulary, &related.reasons)
                );
            }
        }
        lines
    }

    /// How a result is related to the query in words, from "possible duplicate" to "a little
    /// alike".
    fn describe_relation(&self, query_case: Option<CaseIndex>, related: &RelatedCase) -> String {
        match self.duplicate_verdict(query_case, related) {
            Some(verdict) => {
                format!("possible duplicate: {}", self.verdict_words.label(verdict))
            }
            None if related.flagged => "possible duplicate".to_owned(),
            None if related.score >= self.site.similar.related => "related".to_owned(),
            None => "a little alike".to_owned(),
        }
    }

    /// The verdict on a result that is flagged as a possible duplicate of `query_case`; `None`
    /// without one.
    pub fn duplicate_verdict(
        &self,
        query_case: Option<CaseIndex>,
        related: &RelatedCase,
    ) -> Option<Verdict> {
        let is_copied =
            related.reasons.iter().any(|reason| matches!(reason, Reason::CopiedText(_)));
        let query_case = query_case.filter(|_| related.flagged)?;
        Some(pair_verdict(
            self.catalog.case(query_case),
            self.catalog.case(related.case),
            is_copied,
        ))
    }

    /// Markets, status, outcome and evidence grade of a case study, separated by commas; what is
    /// not stated is left out.
    fn describe_status(&self, index: CaseIndex) -> String {
        let case = self.catalog.case(index);
        let markets: Vec<&str> = case
            .markets
            .iter()
            .map(|market| &*self.catalog.vocabulary.markets[*market].id)
            .collect();
        let mut parts = vec![markets.join(" ")];
        parts.extend(case.status.map(|status| status.as_str().to_owned()));
        parts.extend(case.outcome.map(|outcome| outcome.as_str().to_owned()));
        parts.extend(case.evidence_grade.grade.map(|grade| format!("grade {}", grade.as_str())));
        parts.retain(|part| !part.is_empty());
        parts.join(", ")
    }
}

/// The shingles of the body of a parsed file.
fn shingles_of_manuscript(manuscript: &Manuscript) -> Shingles {
    copied_text::shingles_of_texts(manuscript.outline.sections.iter().map(|section| &*section.text))
}

/// The primary language subtag of a BCP 47 tag.
fn primary_subtag(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Maximum number of words of the names that are looked up in a text.
const MAX_NAME_WORDS: usize = 4;

/// The tactics and channels whose names, labels or aliases occur in a text.
fn find_named_terms(text: &str, vocabulary: &Vocabulary) -> Vec<Facet> {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .filter(|word| !word.is_empty())
        .collect();
    let mut facets = Vec::new();
    for length in 1..=MAX_NAME_WORDS {
        for name in words.windows(length).map(|words| words.join(" ")) {
            facets.extend(vocabulary.tactics.find(&name).map(|tactic| Facet::Tactic(tactic.0)));
            facets.extend(vocabulary.channels.find(&name).map(|channel| Facet::Channel(channel.0)));
        }
    }
    facets.sort_unstable();
    facets.dedup();
    facets
}
