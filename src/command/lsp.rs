//! `casebook lsp`: helps an editor while a record is being written, over the language server
//! protocol on standard input and output.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Exit, Notification as _,
};
use lsp_types::request::{
    CodeActionRequest, CodeLensRequest, Completion, ExecuteCommand, GotoDefinition, HoverRequest,
    PrepareRenameRequest, Rename, Request as _, ShowDocument,
};
use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionParams,
    CodeActionProviderCapability, CodeLensOptions, CodeLensParams, CompletionOptions,
    CompletionParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, ExecuteCommandOptions, ExecuteCommandParams, GotoDefinitionParams,
    HoverParams, HoverProviderCapability, InitializeParams, OneOf, RenameOptions, RenameParams,
    ServerCapabilities, ShowDocumentParams, TextDocumentPositionParams, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Uri,
    WorkDoneProgressOptions, WorkspaceEdit,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::BuildOptions;
use crate::command::arguments::CommonArguments;
use crate::command::lsp::document::Document;
use crate::command::lsp::hub_reader::{HubReader, Outbox, show_error};
use crate::command::lsp::nearest_hint::{NearestHint, OPEN_RECORD};
use crate::command::lsp::snapshot::Snapshot;
use crate::command::panics;
use crate::error::{Error, Result};
use crate::site::Audience;
use crate::source;

mod completion;
mod cursor;
mod definition;
mod document;
mod file_address;
mod hover;
mod hub_reader;
mod name_index;
mod nearest_hint;
mod position;
mod problem;
mod quick_fix;
mod reference;
mod rename;
mod snapshot;

/// The exit code of an editor that leaves without asking to shut down, as the protocol has it.
const EXIT_WITHOUT_SHUTDOWN: u8 = 1;

/// Help an editor while you write: problems, completion, descriptions, links and renames
#[derive(Debug, Args)]
#[command(
    after_help = "Editors start this themselves and speak the language server protocol with it over standard input and output.
The README says how to set up Neovim."
)]
pub struct Arguments {
    /// Accepted because some editors pass it; there is no other way to speak
    #[arg(long)]
    stdio: bool,
}

/// The state of a session with an editor.
struct Session {
    common: CommonArguments,
    options: BuildOptions,
    outbox: Outbox,
    capabilities: ClientCapabilities,
    /// The hub; none until a file of one is opened.
    hub: Option<OpenHub>,
    /// The open files of the hub, by the editor's address.
    documents: BTreeMap<String, Document>,
    /// Whether the user was told that there is no hub.
    has_reported_missing_hub: bool,
    /// Number of requests that were sent to the editor.
    request_count: i32,
}

/// The hub of a session.
struct OpenHub {
    root: PathBuf,
    reader: HubReader,
    nearest: NearestHint,
}

/// Runs `casebook lsp`.
///
/// # Errors
/// The editor does not speak the protocol, or the build date is invalid.
pub fn run(common: &CommonArguments, _arguments: &Arguments) -> Result<ExitCode> {
    // Authors see the problems of drafts too.
    let options = common.build_options(Some(Audience::Internal), true)?;
    let (connection, _threads) = Connection::stdio();
    let broken = |cause| Error::because("the editor does not speak the protocol", cause);
    let (id, params) = connection.initialize_start().map_err(broken)?;
    let params: InitializeParams = serde_json::from_value(params)
        .map_err(|cause| Error::because("the editor's first request cannot be read", cause))?;
    let result = json!({
        "capabilities": capabilities(),
        "serverInfo": {"name": "casebook", "version": env!("CARGO_PKG_VERSION")},
    });
    connection.initialize_finish(id, result).map_err(broken)?;
    let sender = connection.sender.clone();
    let mut session = Session {
        common: common.clone(),
        options,
        // An editor that is gone hears nothing; the loop below ends then.
        outbox: Arc::new(move |message| drop(sender.send(message))),
        capabilities: params.capabilities.clone(),
        hub: None,
        documents: BTreeMap::new(),
        has_reported_missing_hub: false,
        request_count: 0,
    };
    session.open_workspace(&params);
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request).map_err(broken)? {
                    return Ok(ExitCode::SUCCESS);
                }
                session.answer(request);
            }
            Message::Notification(notification) if notification.method == Exit::METHOD => break,
            Message::Notification(notification) => session.notice(notification),
            Message::Response(_) => {}
        }
    }
    Ok(ExitCode::from(EXIT_WITHOUT_SHUTDOWN))
}

/// What the server can do.
fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([" ", "[", ",", "/", "-"].map(str::to_owned).into()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![OPEN_RECORD.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

impl Session {
    /// Opens the hub that `--root` names or that a folder of the editor lies in, if there is one.
    #[expect(deprecated, reason = "older editors name their folder in this way only")]
    fn open_workspace(&mut self, params: &InitializeParams) {
        let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        let folders: Vec<PathBuf> =
            folders.chain(&params.root_uri).filter_map(file_address::to_disk_path).collect();
        if let Some(root) = folders.iter().find_map(|folder| self.find_root(folder).ok()) {
            self.open_hub(root);
        }
    }

    /// The hub's folder for a file in a folder: that of `--root`, else the nearest one upwards with
    /// a `site.toml`.
    ///
    /// # Errors
    /// There is none.
    fn find_root(&self, folder: &Path) -> Result<PathBuf> {
        match self.common.stated_root() {
            Some(root) => source::find_root(root),
            None => source::find_root(folder),
        }
    }

    /// Begins to read a hub.
    fn open_hub(&mut self, root: PathBuf) {
        let reader = HubReader::start(root.clone(), self.options, Arc::clone(&self.outbox));
        let workspace = self.capabilities.workspace.as_ref();
        let can_refresh = workspace
            .and_then(|workspace| workspace.code_lens.as_ref())
            .and_then(|lens| lens.refresh_support)
            .unwrap_or(false);
        let outbox = Arc::clone(&self.outbox);
        let nearest = NearestHint::start(root.clone(), self.common.clone(), outbox, can_refresh);
        self.hub = Some(OpenHub { root, reader, nearest });
    }

    /// Takes over what the editor tells. What cannot be read is left out: a notification has no
    /// answer.
    fn notice(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            DidOpenTextDocument::METHOD => drop(parse(params).map(|params| self.open(params))),
            DidChangeTextDocument::METHOD => drop(parse(params).map(|params| self.change(params))),
            DidCloseTextDocument::METHOD => drop(parse(params).map(|params| self.close(&params))),
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => {
                if let Some(hub) = &mut self.hub {
                    hub.reader.reread();
                }
            }
            _ => {}
        }
    }

    /// Takes over a file that was opened. A file outside of a hub is left alone.
    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let opened = params.text_document;
        let Some(path) = file_address::to_disk_path(&opened.uri) else { return };
        if self.hub.is_none() {
            match self.find_root(path.parent().unwrap_or(&path)) {
                Ok(root) => self.open_hub(root),
                Err(error) => return self.report_missing_hub(&error),
            }
        }
        let Some(hub) = &mut self.hub else { return };
        let Some(path) = file_address::to_hub_path(&hub.root, &path) else { return };
        let document =
            Document::new(opened.uri, path.as_str().into(), opened.version, &opened.text);
        hub.reader.edit(&document);
        self.documents.insert(document.uri.as_str().to_owned(), document);
    }

    /// Takes over changes of an open file.
    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let changed = params.text_document;
        if let Some(document) = self.documents.get_mut(changed.uri.as_str()) {
            document.apply(changed.version, &params.content_changes);
            if let Some(hub) = &mut self.hub {
                hub.reader.edit(document);
            }
        }
    }

    /// Forgets a file that was closed.
    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = &params.text_document.uri;
        if self.documents.remove(uri.as_str()).is_some()
            && let Some(hub) = &mut self.hub
        {
            hub.reader.close(uri);
        }
    }

    /// Tells the user once that there is no hub, and what to do.
    fn report_missing_hub(&mut self, error: &Error) {
        if !std::mem::replace(&mut self.has_reported_missing_hub, true) {
            let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
            show_error(&self.outbox, &format!("Casebook: {error}{hint}"));
        }
    }

    /// Answers a request. One that fails is answered with an error, and the session goes on.
    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let result = panics::catch(|| self.result_of(&method, params)).flatten();
        (self.outbox)(to_response(id, &method, result).into());
    }

    /// The result of a request; none where its parameters cannot be read or its method is unknown.
    ///
    /// # Errors
    /// What was asked for cannot be done.
    fn result_of(&mut self, method: &str, params: Value) -> Result<Answer> {
        match method {
            Rename::METHOD => {
                let Some(params) = parse(params) else { return Ok(None) };
                self.rename(&params).map(|edit| to_answer(Some(edit)))
            }
            _ => Ok(self.found(method, params)),
        }
    }

    /// The result of a request that looks something up.
    fn found(&mut self, method: &str, params: Value) -> Answer {
        match method {
            Completion::METHOD => {
                let params: CompletionParams = parse(params)?;
                let at = params.text_document_position;
                let snapshot = || self.hub.as_ref().and_then(|hub| hub.reader.snapshot());
                to_answer(self.document(&at.text_document.uri).map(|document| {
                    let offset = document.lines().offset(at.position);
                    completion::complete(&snapshot, document, offset)
                }))
            }
            HoverRequest::METHOD => {
                let params: HoverParams = parse(params)?;
                to_answer(self.look_up(&params.text_document_position_params, hover::hover))
            }
            GotoDefinition::METHOD => {
                let params: GotoDefinitionParams = parse(params)?;
                let at = &params.text_document_position_params;
                to_answer(self.look_up(at, definition::find_definition))
            }
            PrepareRenameRequest::METHOD => {
                let at: TextDocumentPositionParams = parse(params)?;
                to_answer(self.look_up(&at, rename::prepare))
            }
            CodeActionRequest::METHOD => {
                let params: CodeActionParams = parse(params)?;
                let snapshot = self.hub.as_ref().and_then(|hub| hub.reader.current_snapshot());
                let document = self.document(&params.text_document.uri);
                to_answer(document.zip(snapshot.as_deref()).map(|(document, snapshot)| {
                    let lines = document.lines();
                    let range = lines.offset(params.range.start)..lines.offset(params.range.end);
                    quick_fix::quick_fixes(snapshot, document, &range)
                }))
            }
            CodeLensRequest::METHOD => {
                let params: CodeLensParams = parse(params)?;
                let document = self.document(&params.text_document.uri);
                to_answer(
                    document
                        .zip(self.hub.as_ref())
                        .map(|(document, hub)| hub.nearest.code_lenses(document)),
                )
            }
            ExecuteCommand::METHOD => {
                let params: ExecuteCommandParams = parse(params)?;
                self.execute(&params);
                Some(Value::Null)
            }
            _ => None,
        }
    }

    /// Looks something up at a position of an open file, with the hub as it was read last.
    fn look_up<T>(
        &self,
        at: &TextDocumentPositionParams,
        find: impl FnOnce(&Snapshot, &Document, usize) -> Option<T>,
    ) -> Option<T> {
        let document = self.document(&at.text_document.uri)?;
        let snapshot = self.hub.as_ref()?.reader.snapshot()?;
        find(&snapshot, document, document.lines().offset(at.position))
    }

    /// The changes by which what is named at a position of an open file gets another id.
    ///
    /// # Errors
    /// The file or the hub was not read, or it cannot be renamed so.
    fn rename(&self, params: &RenameParams) -> Result<WorkspaceEdit> {
        let at = &params.text_document_position;
        let document = self.document(&at.text_document.uri);
        let snapshot = self.hub.as_ref().and_then(|hub| hub.reader.current_snapshot());
        let (Some(document), Some(snapshot)) = (document, snapshot) else {
            return Err(Error::new("this file belongs to no hub that was read"));
        };
        let offset = document.lines().offset(at.position);
        let documents = self.documents.values();
        rename::rename(
            &snapshot,
            documents,
            &self.capabilities,
            (document, offset),
            &params.new_name,
        )
    }

    /// An open file of the hub.
    fn document(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri.as_str())
    }

    /// Opens the record that a hint names in the editor, if it can.
    fn execute(&mut self, params: &ExecuteCommandParams) {
        let window = self.capabilities.window.as_ref();
        let can_show = window
            .and_then(|window| window.show_document.as_ref())
            .is_some_and(|show| show.support);
        let uri: Option<Uri> =
            params.arguments.first().and_then(|uri| serde_json::from_value(uri.clone()).ok());
        let Some(uri) = uri.filter(|_| can_show && params.command == OPEN_RECORD) else { return };
        self.request_count += 1;
        let shown = ShowDocumentParams {
            uri,
            external: Some(false),
            take_focus: Some(true),
            selection: None,
        };
        let request =
            Request::new(self.request_count.into(), ShowDocument::METHOD.to_owned(), shown);
        (self.outbox)(request.into());
    }
}

/// The result of a request as JSON; none where its parameters cannot be read or its method is
/// unknown.
type Answer = Option<Value>;

/// The parameters of a message; none where they are not what the protocol says.
fn parse<T: DeserializeOwned>(params: Value) -> Option<T> {
    serde_json::from_value(params).ok()
}

/// A result as JSON; `null` for none.
fn to_answer<T: serde::Serialize>(result: Option<T>) -> Answer {
    Some(serde_json::to_value(result).unwrap_or_default())
}

/// The response to a request.
fn to_response(id: RequestId, method: &str, result: Result<Answer>) -> Response {
    match result {
        Ok(Some(value)) => Response::new_ok(id, value),
        Ok(None) => Response::new_err(
            id,
            ErrorCode::MethodNotFound as i32,
            format!("`{method}` with these parameters is not supported"),
        ),
        Err(error) => {
            let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
            Response::new_err(id, ErrorCode::RequestFailed as i32, format!("{error}{hint}"))
        }
    }
}
