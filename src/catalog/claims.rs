//! Which file of the site belongs to whom: no two records, attachments, aliases or pages of Casebook's own can have the same one, and none
//! can be a folder where another is a file. Upper and lower case are one, because they are on many hosts.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::site::pages::{self, Generated, PageKind};
use crate::vocabulary::{TermKind, Vocabulary};

/// The files of the site that have been given out.
#[derive(Debug)]
pub struct Claims {
    /// Source path of the owner by site path in lower case.
    files: FxHashMap<String, Arc<str>>,
    /// Folders that hold one of them, in lower case.
    folders: FxHashMap<String, Arc<str>>,
    /// Terms as they stand in addresses, by folder: `("markets/", "de")`.
    terms: FxHashSet<(&'static str, String)>,
    /// How many parts the lists of case studies and of ideas have, among which records of these kinds are published.
    parts: [(PageKind, usize); 2],
}

/// Who has an address already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Casebook itself.
    Casebook,
    /// The record or attachment of this source path.
    File(Arc<str>),
}

impl Claims {
    /// Nothing is given out yet but what Casebook makes itself, with these terms and so many case studies and ideas.
    pub fn new(vocabulary: &Vocabulary, cases: usize, ideas: usize) -> Self {
        let terms = TermKind::ALL.into_iter().flat_map(|kind| kind.terms(vocabulary));
        let terms = terms.map(|term| (term.kind().address(), term.term(vocabulary).slug())).collect();
        let parts = [(PageKind::CaseStudies, pages::parts(cases)), (PageKind::Ideas, pages::parts(ideas))];
        Claims { files: FxHashMap::default(), folders: FxHashMap::default(), terms, parts }
    }

    /// Gives an address to the record or attachment of a source path.
    ///
    /// # Errors
    /// Who has it already; nothing is given out then.
    pub fn claim(&mut self, address: &str, by: &Arc<str>) -> Result<(), Holder> {
        let file = pages::file_of(address).to_lowercase();
        if let Some(holder) = self.holder(address, &file) {
            return Err(holder);
        }
        for folder in folders(&file) {
            if !self.folders.contains_key(folder) {
                self.folders.insert(folder.to_owned(), Arc::clone(by));
            }
        }
        self.files.insert(file, Arc::clone(by));
        Ok(())
    }

    fn holder(&self, address: &str, file: &str) -> Option<Holder> {
        let is_file = !address.is_empty() && !address.ends_with('/');
        let own_folder = is_file && self.is_casebooks(&format!("{address}/"));
        if own_folder || self.is_casebooks(address) || folders(file).any(|folder| self.is_casebooks(folder)) {
            return Some(Holder::Casebook);
        }
        let above = folders(file).find_map(|folder| self.files.get(folder));
        self.files.get(file).or(above).or_else(|| self.folders.get(file)).cloned().map(Holder::File)
    }

    /// Whether Casebook makes, or would make for one of the hub's terms, what is at an address.
    fn is_casebooks(&self, address: &str) -> bool {
        match pages::generated(address) {
            None => false,
            Some(Generated::Term(folder, term, _) | Generated::TermFeed(folder, term)) => self.terms.contains(&(folder, term.to_lowercase())),
            Some(Generated::Part(kind, _, part)) => self.parts.iter().all(|(of, parts)| *of != kind || part <= *parts),
            Some(_) => true,
        }
    }
}

/// The folders above a file, outermost first, without their slashes.
fn folders(file: &str) -> impl Iterator<Item = &str> {
    file.match_indices('/').map(|(at, _)| &file[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    #[test]
    fn no_two_have_one_place() {
        let mut claims = Claims::new(&vocabulary::read::read(&[]).0, 0, 101);
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
            assert_eq!(claims.claim(taken, &one), Err(Holder::Casebook), "{taken}");
        }
        for free in ["markets/xx/", "about/", "about/logo.png", "data/budget.csv", "old.html", "ideas/win-back/", "ideas/3/", "case-studies/2/"] {
            assert_eq!(claims.claim(free, &one), Ok(()), "{free}");
        }
        for taken in ["about/", "ABOUT/", "about/index.html", "about", "about/logo.png/", "old.html/", "Ideas/Win-Back/"] {
            assert_eq!(claims.claim(taken, &two), Err(Holder::File(Arc::clone(&one))), "{taken}");
        }
    }
}
