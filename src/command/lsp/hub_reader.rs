//! Reads the hub with the unsaved texts of the editor on a thread of its own, so that requests are
//! answered meanwhile, and reports the problems of the open files.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lsp_server::{Message, Notification};
use lsp_types::notification::{Notification as _, PublishDiagnostics, ShowMessage};
use lsp_types::{MessageType, PublishDiagnosticsParams, ShowMessageParams, Uri};

use crate::command::hub::read_sources;
use crate::command::lsp::document::Document;
use crate::command::lsp::name_index::NameIndex;
use crate::command::lsp::problem;
use crate::command::lsp::snapshot::Snapshot;
use crate::command::panics;
use crate::source::file_type::FileType;
use crate::source::{ContentHash, SourceFile, Sources};
use crate::{BuildCache, BuildOptions, CheckedCatalog, Timings};

/// How long nothing is typed before the hub is read again.
const QUIET_TIME: Duration = Duration::from_millis(150);
/// The longest wait for such a pause.
const MAX_DELAY: Duration = Duration::from_secs(1);
/// How long a request waits for the hub, before it is answered without.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// Sends a message to the editor.
pub type Outbox = Arc<dyn Fn(Message) + Send + Sync>;

/// What the reader has to do.
enum Job {
    /// A file was opened or edited.
    Edited(Document),
    /// A file was closed: what is on the disk counts.
    Closed(Uri),
    /// Files on the disk have changed.
    Reread,
}

/// The state that the reader shares with requests.
#[derive(Default)]
struct Shared {
    /// The hub as it was read last; none before the first time.
    snapshot: Option<Arc<Snapshot>>,
    /// How many jobs are in the snapshot.
    done: u64,
}

/// The thread that reads the hub.
pub struct HubReader {
    jobs: Sender<Job>,
    shared: Arc<(Mutex<Shared>, Condvar)>,
    /// How many jobs were sent.
    sent: u64,
}

impl HubReader {
    /// Begins to read the hub in a folder.
    pub fn start(root: PathBuf, options: BuildOptions, outbox: Outbox) -> Self {
        let (jobs, received) = mpsc::channel();
        let shared = Arc::new((Mutex::new(Shared::default()), Condvar::new()));
        let worker = Worker {
            root,
            options,
            outbox,
            shared: Arc::clone(&shared),
            cache: BuildCache::default(),
            disk: Sources::default(),
            open: BTreeMap::new(),
            last_message: String::new(),
        };
        std::thread::spawn(move || worker.run(&received));
        let mut reader = HubReader { jobs, shared, sent: 0 };
        reader.reread();
        reader
    }

    /// Takes over the text of a file that was opened or edited.
    pub fn edit(&mut self, document: &Document) {
        self.send(Job::Edited(document.clone()));
    }

    /// Forgets the text of a file that was closed.
    pub fn close(&mut self, uri: &Uri) {
        self.send(Job::Closed(uri.clone()));
    }

    /// Reads the disk again.
    pub fn reread(&mut self) {
        self.send(Job::Reread);
    }

    /// The hub as it was read last; waits only for the first time. None where it cannot be read.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.wait_for(1)
    }

    /// The hub with everything that the editor has sent.
    pub fn current_snapshot(&self) -> Option<Arc<Snapshot>> {
        self.wait_for(self.sent)
    }

    /// Waits until this many jobs are done.
    fn wait_for(&self, count: u64) -> Option<Arc<Snapshot>> {
        let (shared, changed) = &*self.shared;
        let guard = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let (guard, _) = changed
            .wait_timeout_while(guard, MAX_WAIT, |shared| shared.done < count)
            .unwrap_or_else(PoisonError::into_inner);
        guard.snapshot.clone()
    }

    /// Sends a job. The thread ends only with its sender.
    fn send(&mut self, job: Job) {
        if self.jobs.send(job).is_ok() {
            self.sent += 1;
        }
    }
}

/// What the thread works with.
struct Worker {
    root: PathBuf,
    options: BuildOptions,
    outbox: Outbox,
    shared: Arc<(Mutex<Shared>, Condvar)>,
    cache: BuildCache,
    /// The files as they are on the disk.
    disk: Sources,
    /// The open files by the editor's address.
    open: BTreeMap<String, Document>,
    /// The last message about the hub as a whole, which is shown once.
    last_message: String,
}

impl Worker {
    /// Does jobs until the sender is gone; what comes in quick succession is done together.
    fn run(mut self, jobs: &Receiver<Job>) {
        let mut done = 0;
        while let Ok(job) = jobs.recv() {
            let start = Instant::now();
            let mut next = Some(job);
            while let Some(job) = next.take() {
                done += 1;
                self.take(job);
                if start.elapsed() > MAX_DELAY {
                    break;
                }
                match jobs.recv_timeout(QUIET_TIME) {
                    Ok(job) => next = Some(job),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let snapshot = match panics::catch(|| self.read()) {
                Ok(snapshot) => Some(snapshot),
                Err(error) => {
                    // After a panic nothing that was kept can be relied on.
                    self.cache.clear();
                    self.show_message(&error.to_string());
                    None
                }
            };
            let (shared, changed) = &*self.shared;
            let mut guard = shared.lock().unwrap_or_else(PoisonError::into_inner);
            guard.done = done;
            guard.snapshot = snapshot.map(Arc::new).or(guard.snapshot.take());
            let snapshot = guard.snapshot.clone();
            drop(guard);
            changed.notify_all();
            if let Some(snapshot) = snapshot {
                self.publish(&snapshot);
            }
        }
    }

    /// Takes over what a job changes.
    fn take(&mut self, job: Job) {
        match job {
            Job::Edited(document) => {
                self.open.insert(document.uri.as_str().to_owned(), document);
            }
            Job::Closed(uri) => {
                self.open.remove(uri.as_str());
                self.publish_problems(PublishDiagnosticsParams::new(uri, Vec::new(), None));
                self.reread();
            }
            Job::Reread => self.reread(),
        }
    }

    /// Reads the disk; where that fails, what was read before stays.
    fn reread(&mut self) {
        match panics::catch(|| read_sources(&self.root)).flatten() {
            Ok(sources) => self.disk = sources,
            Err(error) => self.show_message(&error.to_string()),
        }
    }

    /// Reads and checks the hub with the open texts.
    fn read(&mut self) -> Snapshot {
        let mut sources = self.disk.clone();
        for document in self.open.values() {
            put_text(&mut sources, document);
        }
        sources.files.sort_by(|one, other| one.path.cmp(&other.path));
        let root = self.root.clone();
        let read = crate::read(&sources, &self.options, &mut self.cache, &mut Timings::default());
        match read {
            Ok(CheckedCatalog { catalog, diagnostics, .. }) => {
                self.last_message.clear();
                let cases = NameIndex::of_cases(&catalog);
                let ideas = NameIndex::of_ideas(&catalog);
                Snapshot { root, catalog, diagnostics, sources, cases, ideas }
            }
            Err(diagnostic) => {
                self.show_message(&problem::describe_without_place(&diagnostic));
                Snapshot { root, diagnostics: vec![*diagnostic], sources, ..Snapshot::default() }
            }
        }
    }

    /// Sends the problems of every open file.
    fn publish(&self, snapshot: &Snapshot) {
        for document in self.open.values() {
            let problems = problem::problems_of_document(snapshot, document);
            self.publish_problems(PublishDiagnosticsParams::new(
                document.uri.clone(),
                problems,
                Some(document.version),
            ));
        }
    }

    /// Sends the problems of a file.
    fn publish_problems(&self, params: PublishDiagnosticsParams) {
        let method = PublishDiagnostics::METHOD.to_owned();
        (self.outbox)(Notification::new(method, params).into());
    }

    /// Shows a message to the user, once until it changes.
    fn show_message(&mut self, message: &str) {
        if self.last_message != message {
            message.clone_into(&mut self.last_message);
            show_error(&self.outbox, message);
        }
    }
}

/// Shows an error to the user of the editor.
pub fn show_error(outbox: &Outbox, message: &str) {
    let params = ShowMessageParams { typ: MessageType::ERROR, message: message.to_owned() };
    outbox(Notification::new(ShowMessage::METHOD.to_owned(), params).into());
}

/// Puts the text of an open file in place of the one on the disk; a file that is not there yet is
/// added where records and vocabularies lie, unless the hub ignores it.
fn put_text(sources: &mut Sources, document: &Document) {
    let file = SourceFile {
        path: Arc::clone(&document.path),
        text: Arc::clone(&document.text),
        hash: ContentHash::of(document.text.as_bytes()),
    };
    if &*file.path == "site.toml" {
        sources.settings = Some(file);
        return;
    }
    if let Some(known) = sources.files.iter_mut().find(|known| known.path == file.path) {
        *known = file;
        return;
    }
    let is_read = matches!(FileType::from_path(&file.path), FileType::Record | FileType::Data);
    let is_ignored = sources.ignored.iter().any(|ignored| {
        file.path
            .strip_prefix(&*ignored.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    if file.path.starts_with("content/") && is_read && !is_ignored {
        // What was wrong with the bytes on the disk is not wrong with the text in the editor.
        sources.diagnostics.retain(|problem| problem.place.path != file.path);
        sources.files.push(file);
    }
}
