//! The vocabulary: every market, channel, tactic and metric with its names, meaning and use.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::catalog::result::Metric;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::Link;
use crate::site::pages::PageKind;
use crate::vocabulary::{MetricId, Term, TermKind, TermRef};

/// The view of the vocabulary.
#[derive(Debug, Clone, Serialize)]
pub struct VocabularyPage {
    /// Title of the page.
    pub title: String,
    /// A sentence about the vocabulary.
    pub description: String,
    /// Markets, channels, tactics and metrics, in this order.
    pub sections: Vec<VocabularySection>,
}

/// All terms of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct VocabularySection {
    /// Anchor of the kind: `tactics`.
    pub id: &'static str,
    /// Label of the kind.
    pub label: String,
    /// Number of terms, in words.
    pub note: String,
    /// Terms by label.
    pub entries: Vec<VocabularyEntry>,
}

/// One term of the vocabulary.
#[derive(Debug, Clone, Serialize)]
pub struct VocabularyEntry {
    /// Anchor of the term: `tactic-discount`.
    pub id: String,
    /// The id by which front matter names it.
    pub term: String,
    /// Label of the term.
    pub label: String,
    /// Site path of its page; none for a term that no case study names.
    pub url: Option<String>,
    /// Number of case studies that name it, in words; none for zero.
    pub studies: Option<String>,
    /// What it means, or the regions of a market; may be empty.
    pub description: String,
    /// The term that replaces it, as a link to its anchor.
    pub replaced_by: Option<Link>,
    /// Its other names, separated by commas; may be empty.
    pub aliases: String,
}

/// Composes the vocabulary.
pub fn compose(context: &Context) -> ComposedPage<VocabularyPage> {
    let vocabulary = &context.catalog.vocabulary;
    let reported = studies_by_metric(context);
    let metrics = vocabulary.metrics.iter().map(|(metric, term)| {
        let studies = reported.get(&metric).map_or(0, BTreeSet::len);
        let url = format!("{}#{}", PageKind::Metrics.address(), term.slug());
        vocabulary_entry(context, "metric", term, Some(url), studies)
    });
    let view = VocabularyPage {
        title: context.text("vocabulary_page.title"),
        description: context.text("vocabulary_page.description"),
        sections: vec![
            section(context, "markets", "terms.markets", term_entries(context, TermKind::Markets)),
            section(
                context,
                "channels",
                "terms.channels",
                term_entries(context, TermKind::Channels),
            ),
            section(context, "tactics", "terms.tactics", term_entries(context, TermKind::Tactics)),
            section(context, "metrics", "vocabulary_page.metrics", metrics.collect()),
        ],
    };
    ComposedPage::from_title_key(context, "vocabulary_page.title", view)
        .with_description(Some(context.language.text("vocabulary_page.description")))
}

/// The section of one kind with its entries by label; `label` is a language key.
fn section(
    context: &Context,
    id: &'static str,
    label: &'static str,
    mut entries: Vec<VocabularyEntry>,
) -> VocabularySection {
    let labels: BTreeMap<String, String> =
        entries.iter().map(|entry| (format!("#{}", entry.id), entry.label.clone())).collect();
    for link in entries.iter_mut().filter_map(|entry| entry.replaced_by.as_mut()) {
        if let Some(label) = labels.get(&*link.url) {
            link.label.clone_from(label);
        }
    }
    entries.sort_by_cached_key(|entry| (entry.label.to_lowercase(), entry.term.clone()));
    VocabularySection {
        id,
        label: context.text(label),
        note: context.language.plural_text("count.terms", entries.len(), &[]),
        entries,
    }
}

/// The entries of all terms of a kind that has pages, in use or not.
fn term_entries(context: &Context, kind: TermKind) -> Vec<VocabularyEntry> {
    let vocabulary = &context.catalog.vocabulary;
    let entry = |term: TermRef| {
        let studies = term.tally(context).map_or(0, |tally| tally.cases.len());
        let url = (studies > 0).then(|| term.address(vocabulary));
        vocabulary_entry(context, kind.facet(), term.term(vocabulary), url, studies)
    };
    kind.terms(vocabulary).into_iter().map(entry).collect()
}

/// A term as an entry; `kind` is the start of its anchor, `studies` the number of case studies that
/// name it.
fn vocabulary_entry(
    context: &Context,
    kind: &str,
    term: &Term,
    url: Option<String>,
    studies: usize,
) -> VocabularyEntry {
    let regions: Vec<&str> =
        term.groups.iter().map(|group| TermRef::Group(*group).label(context)).collect();
    VocabularyEntry {
        id: format!("{kind}-{}", term.slug()),
        term: term.id.to_string(),
        label: term.label_in(context.language_id()).to_owned(),
        url,
        studies: (studies > 0)
            .then(|| context.language.plural_text("count.case_studies", studies, &[])),
        description: if term.description.is_empty() {
            context.language.join_with_commas(&regions)
        } else {
            term.description.clone()
        },
        replaced_by: term
            .deprecated_by
            .as_ref()
            .map(|id| Link::new(format!("#{kind}-{}", id.to_lowercase()), id)),
        aliases: context.language.join_with_commas(&term.aliases),
    }
}

/// The case studies that report each metric; a translation counts as its original.
fn studies_by_metric(context: &Context) -> BTreeMap<MetricId, BTreeSet<CaseIndex>> {
    let mut studies: BTreeMap<MetricId, BTreeSet<CaseIndex>> = BTreeMap::new();
    for (index, case) in context.catalog.iter_cases() {
        let original = context.evidence.originals.get(index.0 as usize).copied().unwrap_or(index);
        for result in &case.results {
            if let Metric::Known(metric) = result.metric {
                studies.entry(metric).or_default().insert(original);
            }
        }
    }
    studies
}

#[cfg(test)]
mod tests {
    use crate::support::{TestHub, graded_a, study_fields};

    #[test]
    fn every_term_is_listed_with_names_meaning_and_use() {
        let fields =
            study_fields("NL", "email", "discount", "won", &graded_a("cpa", -3.0, -5.0, -1.0));
        let built = TestHub::new()
            .site("[checks]\npreset = \"lenient\"")
            .file(
                "content/vocabulary/tactics.yaml",
                "- {id: old-offer, label: Old offer, deprecated_by: discount}\n",
            )
            .case("nl/one", &fields)
            .build();
        let page = built.text("vocabulary/index.html");
        let entry = |anchor: &str| {
            let rest =
                page.split_once(&format!("id=\"{anchor}\"")).unwrap_or_else(|| panic!("{anchor}"));
            rest.1.split("</li>").next().unwrap().to_owned()
        };
        let discount = entry("tactic-discount");
        for text in [
            "<code>discount</code>",
            "cupom",
            "../tactics/discount/",
            "1 case study",
            "A lower price",
        ] {
            assert!(discount.contains(text), "`{text}` is not in {discount}");
        }
        let market = entry("market-nl");
        assert!(market.contains("../markets/nl/") && market.contains("Benelux"), "{market}");
        assert!(entry("metric-cpa").contains("../metrics/#cpa"), "{page}");
        let unused = entry("channel-tv");
        assert!(!unused.contains("channels/tv/") && !unused.contains("case stud"), "{unused}");
        assert!(entry("tactic-old-offer").contains("href=\"#tactic-discount\""), "{page}");
        let vocabulary = &TestHub::new().checked().catalog.vocabulary;
        let terms = vocabulary.markets.len()
            + vocabulary.channels.len()
            + vocabulary.tactics.len()
            + vocabulary.metrics.len();
        assert_eq!(
            page.matches("<li id=\"").count(),
            terms + 1,
            "all of them, and that of the hub"
        );
        assert!(
            built.text("index.html").contains("href=\"vocabulary/\""),
            "the footer links to it"
        );
    }
}
