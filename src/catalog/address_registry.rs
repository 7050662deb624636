//! Registry of the addresses of the site. No two records, attachments, aliases or generated pages
//! can have the same file, and none can be a folder where another is a file. Letter case is
//! ignored, as it is on many hosts.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::site::pages::{self, GeneratedAddress, PageKind};
use crate::vocabulary::{TermKind, Vocabulary};

/// The addresses that have been claimed, and those that Casebook generates itself.
#[derive(Debug)]
pub struct AddressRegistry {
    /// Source path of the owner by file of the site, in lower case.
    owner_by_file: FxHashMap<String, Arc<str>>,
    /// Source path of the first owner of a file in a folder of the site, by folder in lower case.
    owner_by_folder: FxHashMap<String, Arc<str>>,
    /// Folder and slug of each vocabulary term: `("markets/", "de")`.
    term_slugs: FxHashSet<(&'static str, String)>,
    /// Number of pages of the lists of case studies and of ideas, whose addresses (`ideas/2/`)
    /// records of these kinds could take.
    list_page_counts: [(PageKind, usize); 2],
}

/// The owner of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressOwner {
    /// Casebook, which generates the page or file.
    Casebook,
    /// A record or attachment, by source path.
    File(Arc<str>),
}

impl AddressRegistry {
    /// A registry without claims, for a site with the terms of a vocabulary and these numbers of
    /// case studies and ideas.
    pub fn new(vocabulary: &Vocabulary, cases: usize, ideas: usize) -> Self {
        let terms = TermKind::ALL.into_iter().flat_map(|kind| kind.terms(vocabulary));
        let term_slugs =
            terms.map(|term| (term.kind().address(), term.term(vocabulary).slug())).collect();
        let list_page_counts = [
            (PageKind::CaseStudies, pages::page_count(cases)),
            (PageKind::Ideas, pages::page_count(ideas)),
        ];
        AddressRegistry {
            owner_by_file: FxHashMap::default(),
            owner_by_folder: FxHashMap::default(),
            term_slugs,
            list_page_counts,
        }
    }

    /// Claims an address for the record or attachment with a source path.
    ///
    /// # Errors
    /// The owner of the address, where it is taken; the registry stays as it was.
    pub fn claim(&mut self, address: &str, by: &Arc<str>) -> Result<(), AddressOwner> {
        let file = pages::address_to_path(address).to_lowercase();
        if let Some(owner) = self.find_owner(address, &file) {
            return Err(owner);
        }
        for folder in parent_folders(&file) {
            if !self.owner_by_folder.contains_key(folder) {
                self.owner_by_folder.insert(folder.to_owned(), Arc::clone(by));
            }
        }
        self.owner_by_file.insert(file, Arc::clone(by));
        Ok(())
    }

    /// The owner of an address, of a file where the address needs a folder, or of a folder where it
    /// needs a file; `file` is the file that is served at the address, in lower case. None where
    /// the address is free.
    fn find_owner(&self, address: &str, file: &str) -> Option<AddressOwner> {
        let is_file = !address.is_empty() && !address.ends_with('/');
        let is_generated_folder = is_file && self.is_generated(&format!("{address}/"));
        if is_generated_folder
            || self.is_generated(address)
            || parent_folders(file).any(|folder| self.is_generated(folder))
        {
            return Some(AddressOwner::Casebook);
        }
        let parent_file = parent_folders(file).find_map(|folder| self.owner_by_file.get(folder));
        self.owner_by_file
            .get(file)
            .or(parent_file)
            .or_else(|| self.owner_by_folder.get(file))
            .cloned()
            .map(AddressOwner::File)
    }

    /// Whether Casebook generates an address of this site, or would generate it if a term of the
    /// vocabulary were used.
    fn is_generated(&self, address: &str) -> bool {
        match pages::classify_address(address) {
            None => false,
            Some(
                GeneratedAddress::TermPage(folder, term, _)
                | GeneratedAddress::TermFeed(folder, term),
            ) => self.term_slugs.contains(&(folder, term.to_lowercase())),
            Some(GeneratedAddress::ListPage(kind, _, part)) => self
                .list_page_counts
                .iter()
                .all(|(list, page_count)| *list != kind || part <= *page_count),
            Some(_) => true,
        }
    }
}

/// The folders above a file, outermost first, without trailing slashes.
fn parent_folders(file: &str) -> impl Iterator<Item = &str> {
    file.match_indices('/').map(|(at, _)| &file[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    #[test]
    fn no_address_has_two_owners() {
        let mut registry = AddressRegistry::new(&vocabulary::read::read_vocabulary(&[]).0, 0, 101);
        let [one, two] = ["content/one.md", "content/two.md"].map(Arc::<str>::from);
        for taken in [
            "markets/de/",
            "Markets/DE/2/",
            "speed/",
            "robots.txt",
            "robots.txt/",
            "feed.xml/old/",
            "search/x.png",
            "ideas",
            "tactics/referral-reward/",
        ] {
            assert_eq!(registry.claim(taken, &one), Err(AddressOwner::Casebook), "{taken}");
        }
        for free in [
            "markets/xx/",
            "about/",
            "about/logo.png",
            "data/budget.csv",
            "old.html",
            "ideas/win-back/",
            "ideas/3/",
            "case-studies/2/",
        ] {
            assert_eq!(registry.claim(free, &one), Ok(()), "{free}");
        }
        for taken in [
            "about/",
            "ABOUT/",
            "about/index.html",
            "about",
            "about/logo.png/",
            "old.html/",
            "Ideas/Win-Back/",
        ] {
            assert_eq!(
                registry.claim(taken, &two),
                Err(AddressOwner::File(Arc::clone(&one))),
                "{taken}"
            );
        }
    }
}
