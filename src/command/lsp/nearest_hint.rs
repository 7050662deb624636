//! The experiments nearest to the record that is being written, as a line above its hypothesis.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lsp_server::{Message, Request};
use lsp_types::request::{CodeLensRefresh, Request as _};
use lsp_types::{CodeLens, Command};

use crate::catalog::field::HYPOTHESIS;
use crate::command::arguments::CommonArguments;
use crate::command::lsp::cursor::front_matter_range;
use crate::command::lsp::document::Document;
use crate::command::lsp::file_address::to_uri;
use crate::command::lsp::hub_reader::Outbox;
use crate::command::panics;
use crate::command::similarity_index::SimilarityIndex;
use crate::record::parse::identify_record;

/// The command that opens the file of a record.
pub const OPEN_RECORD: &str = "casebook.openRecord";

/// How many experiments are named.
const NEAREST_COUNT: usize = 3;

/// The similarity index of the hub, which a thread of its own makes ready: in a large hub that takes
/// seconds. Records that change later are compared as they were then.
pub struct NearestHint {
    root: PathBuf,
    index: Arc<Mutex<Option<SimilarityIndex>>>,
}

impl NearestHint {
    /// Begins to make the index ready. With `can_refresh` the editor is told when it is, so that it
    /// asks again.
    pub fn start(
        root: PathBuf,
        common: CommonArguments,
        outbox: Outbox,
        can_refresh: bool,
    ) -> Self {
        let index = Arc::new(Mutex::new(None));
        let (slot, folder) = (Arc::clone(&index), root.clone());
        std::thread::spawn(move || {
            // A hub that cannot be read has its problems reported by the reader.
            let opened = panics::catch(|| SimilarityIndex::open(&folder, &common));
            if let Ok(Ok(Some(opened))) = opened {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
                if can_refresh {
                    let id = "nearest".to_owned().into();
                    let method = CodeLensRefresh::METHOD.to_owned();
                    outbox(Message::Request(Request::new(id, method, ())));
                }
            }
        });
        NearestHint { root, index }
    }

    /// The nearest experiments above the hypothesis of a document, best first; nothing until the
    /// index is ready, and where no hypothesis is stated.
    pub fn code_lenses(&self, document: &Document) -> Vec<CodeLens> {
        let guard = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let found = identify_record(&document.path)
            .zip(hypothesis_offset(&document.text))
            .zip(guard.as_ref());
        let Some((((_, own_id), offset), index)) = found else { return Vec::new() };
        let position = document.lines().position(offset);
        let range = lsp_types::Range::new(position, position);
        let related = index.find_nearest_to_record(&document.text, None, NEAREST_COUNT + 1);
        related
            .iter()
            .filter(|related| related.score >= index.site.similar.related)
            .map(|related| (related, &index.catalog.case(related.case).meta))
            .filter(|(_, meta)| *meta.id != *own_id)
            .take(NEAREST_COUNT)
            .filter_map(|(related, meta)| {
                let uri = to_uri(&self.root, &meta.path)?;
                let title = format!("{:.2} like {}: {}", related.score, meta.id, meta.title);
                let arguments = Some(vec![uri.as_str().into()]);
                let command = Command { title, command: OPEN_RECORD.to_owned(), arguments };
                Some(CodeLens { range, command: Some(command), data: None })
            })
            .collect()
    }
}

/// The byte offset of the key of the hypothesis.
fn hypothesis_offset(text: &str) -> Option<usize> {
    let front_matter = front_matter_range(text)?;
    let mut at = front_matter.start;
    for line in text[front_matter].split_inclusive('\n') {
        if line.split_once(':').is_some_and(|(key, _)| HYPOTHESIS.has_key(key.trim_end())) {
            return Some(at);
        }
        at += line.len();
    }
    None
}
