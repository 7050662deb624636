//! What files for editors are written from: the settings and terms of a hub, its records, and the
//! texts of the interface.

use std::path::Path;

use crate::catalog::Catalog;
use crate::catalog::field::{Field, FieldKind, TermList, applies_to};
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::page::Language;
use crate::page::text::display::word_label;
use crate::record::RecordType;
use crate::record::parse::identify_record;
use crate::site::{Audience, Site};
use crate::source::Sources;
use crate::vocabulary::{Term, TermId, Terms};
use crate::{Timings, theme};

/// The folder of each type of record below `content/`, in the order in which editors list them.
pub const RECORD_FOLDERS: [(RecordType, &str); 4] = [
    (RecordType::CaseStudy, "case-studies"),
    (RecordType::Idea, "ideas"),
    (RecordType::Playbook, "playbooks"),
    (RecordType::Page, "pages"),
];

/// A hub as editors need it.
pub struct DescribedHub {
    /// The hub's settings.
    pub site: Site,
    /// All records, drafts included, and the vocabulary.
    pub catalog: Catalog,
    /// The texts of the interface, in the language of the hub.
    pub language: Language,
    /// The files of the hub.
    pub sources: Sources,
    /// Problems of the vocabulary files, without which terms may be missing.
    pub problems: Vec<Diagnostic>,
}

/// A word or term that a field accepts.
pub struct Choice<'a> {
    /// What front matter names it by.
    pub id: &'a str,
    /// What it is called in the interface's language.
    pub label: String,
    /// What it means, in one sentence; may be empty.
    pub description: &'a str,
}

impl DescribedHub {
    /// Reads a hub as its editors see it: with internal records and drafts. The inner error is the
    /// diagnostic for missing or invalid settings, with the files that it is about.
    ///
    /// # Errors
    /// The folder cannot be read, or the theme lacks the interface's language.
    pub fn read(
        root: &Path,
        common: &CommonArguments,
    ) -> Result<std::result::Result<DescribedHub, (Box<Diagnostic>, Sources)>> {
        let options = common.build_options(Some(Audience::Internal), true)?;
        let (sources, read) = read_hub(root, &options, &mut Timings::default())?;
        let hub = match read {
            Ok(hub) => hub,
            Err(diagnostic) => return Ok(Err((diagnostic, sources))),
        };
        let language = theme::load_language(&hub.site, &sources.theme)?;
        let is_of_vocabulary =
            |problem: &Diagnostic| problem.place.path.starts_with("content/vocabulary/");
        Ok(Ok(DescribedHub {
            site: hub.site,
            catalog: hub.catalog,
            language,
            sources,
            problems: hub.diagnostics.into_iter().filter(is_of_vocabulary).collect(),
        }))
    }

    /// What a field is called in the interface's language.
    pub fn label(&self, field: &Field) -> String {
        word_label(&self.language, "field", field.name)
    }

    /// The words of a closed list, in the order of their declaration.
    pub fn words(&self, field: &Field) -> Vec<Choice<'static>> {
        let section = field.label_section();
        let label = |word: &'static str| match section {
            "" => word.to_owned(),
            section => word_label(&self.language, section, word),
        };
        let to_choice =
            |word: &&'static str| Choice { id: word, label: label(word), description: "" };
        field.words().iter().map(to_choice).collect()
    }

    /// The terms of a list, each list by label: market groups stand before markets. Deprecated terms
    /// are left out.
    pub fn terms(&self, list: TermList) -> Vec<Choice<'_>> {
        let vocabulary = &self.catalog.vocabulary;
        match list {
            TermList::Markets => {
                let mut places = self.choices(&vocabulary.groups);
                places.extend(self.choices(&vocabulary.markets));
                places
            }
            TermList::Channels => self.choices(&vocabulary.channels),
            TermList::Tactics => self.choices(&vocabulary.tactics),
        }
    }

    /// The metrics by label, without deprecated ones.
    pub fn metrics(&self) -> Vec<Choice<'_>> {
        self.choices(&self.catalog.vocabulary.metrics)
    }

    /// The terms of a vocabulary by label, without deprecated ones.
    fn choices<'t, K: TermId>(&self, terms: &'t Terms<K>) -> Vec<Choice<'t>> {
        let is_current = |term: &&'t Term| term.deprecated_by.is_none();
        let mut choices: Vec<Choice<'t>> = terms
            .iter()
            .map(|(_, term)| term)
            .filter(is_current)
            .map(|term| Choice {
                id: &term.id,
                label: term.label_in(&self.language.format.id).to_owned(),
                description: &term.description,
            })
            .collect();
        choices.sort_by_cached_key(|choice| (choice.label.to_lowercase(), choice.id));
        choices
    }

    /// The languages that records are written in and the hub's own (BCP 47), in order.
    pub fn languages(&self) -> Vec<&str> {
        let Catalog { cases, ideas, playbooks, .. } = &self.catalog;
        let metas = cases
            .iter()
            .map(|case| &case.meta)
            .chain(ideas.iter().map(|idea| &idea.meta))
            .chain(playbooks.iter().map(|playbook| &playbook.meta));
        let mut languages: Vec<&str> =
            metas.map(|meta| meta.language.as_str()).chain([self.site.language.as_str()]).collect();
        languages.sort_unstable();
        languages.dedup();
        languages
    }

    /// Whether records of a type lie in folders of their own below that of the type.
    pub fn has_subfolders(&self, record_type: RecordType) -> bool {
        let records = self.sources.files.iter().filter_map(|file| identify_record(&file.path));
        records.into_iter().any(|(kind, id)| kind == record_type && id.contains('/'))
    }
}

/// Whether a field takes one value or a list of them.
pub fn is_multiple(field: &Field) -> bool {
    match field.kind {
        FieldKind::Texts | FieldKind::Terms(_) | FieldKind::CaseStudies | FieldKind::Evidence => {
            true
        }
        // The one closed list of which several words may stand.
        FieldKind::Keyword { .. } => *field == applies_to::MATURITY,
        _ => false,
    }
}
