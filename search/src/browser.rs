//! The wasm exports of the engine for the browser's worker, which pass bytes in linear memory.
//!
//! The worker allocates an input buffer with `room`, fills it, and calls another export. Responses
//! are JSON; `answer_at` and `answer_len` give the address and length of the last one. There is one
//! engine for each wasm instance; a panic ends the instance, and the worker starts a new one.

#![expect(unsafe_code, reason = "exports keep their names")]

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::facet::FacetSource;
use crate::frame::FrameError;
use crate::host::{allocate_input, take_input};
use crate::layout::IndexedFacet;
use crate::message::{ExcerptRequest, SearchRequest};
use crate::open_error::OpenError;
use crate::step::Step;

thread_local! {
    /// The open index; `None` until `open` has succeeded.
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
    /// The last response, as JSON; the worker reads it by `answer_at` and `answer_len`.
    static RESPONSE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Defines functions that the worker calls by their names.
macro_rules! exports {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty)?) $(-> $result:ty)? $body:block)+) => {
        $(
            $(#[$doc])*
            #[unsafe(no_mangle)]
            pub extern "C" fn $name($($argument: $type)?) $(-> $result)? $body
        )+
    };
}

exports! {
    /// Allocates an input buffer of `len` bytes, which the next call consumes, and returns its
    /// address.
    fn room(len: usize) -> *mut u8 {
        allocate_input(len)
    }

    /// Opens the index whose opening file, inflated, is in the input buffer.
    fn open() {
        write_result(Engine::open(take_input()).map(|engine| {
            let header = engine.header();
            let is_language = |facet: &&IndexedFacet| facet.definition.source == FacetSource::Language;
            let tags = header.facets.iter().find(is_language).map(|facet| &*facet.values);
            let opened =
                json!({"records": header.records, "languages": tags.unwrap_or_default(), "fields": engine.fields()});
            ENGINE.set(Some(engine));
            Step::Done(opened)
        }));
    }

    /// Adds a file of the index. The input buffer holds the length of its name (four bytes, little
    /// endian), its name, and its bytes, inflated.
    fn add() {
        let input = take_input();
        let split = input
            .split_first_chunk::<4>()
            .and_then(|(len, rest)| rest.split_at_checked(u32::from_le_bytes(*len) as usize));
        let Some((name, file)) = split else {
            return write_result::<Value>(Err(OpenError::Content("a file without a name".to_owned())));
        };
        let name = String::from_utf8_lossy(name).into_owned();
        let file = file.to_vec();
        write_result(with_engine(|engine| engine.add(&name, file).map(|()| Step::Done(Value::Null))));
    }

    /// Answers the request in the input buffer, which is JSON.
    fn call() {
        match serde_json::from_slice(&take_input()) {
            Ok(EngineRequest::Search { request }) => {
                write_result(with_engine(|engine| engine.search(&request)))
            }
            Ok(EngineRequest::Excerpts(request)) => {
                write_result(with_engine(|engine| engine.excerpts(&request)))
            }
            Ok(EngineRequest::Suggest { text, limit }) => {
                write_result(with_engine(|engine| engine.suggest(&text, limit.unwrap_or(8))))
            }
            Err(error) => {
                write_response(&json!({"error": {"code": "bad-request", "message": error.to_string()}}))
            }
        }
    }

    /// The address of the last response.
    fn answer_at() -> *const u8 {
        RESPONSE.with_borrow(|response| response.as_ptr())
    }

    /// The length of the last response, in bytes.
    fn answer_len() -> usize {
        RESPONSE.with_borrow(Vec::len)
    }
}

/// What the worker asks of the engine, as JSON: a search, excerpts of hits, or suggestions for a
/// query that is being typed.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum EngineRequest {
    Search { request: SearchRequest },
    Excerpts(ExcerptRequest),
    Suggest { text: String, limit: Option<usize> },
}

/// Passes the open engine to `call`; errors if no index is open yet.
fn with_engine<T>(
    call: impl FnOnce(&Engine) -> Result<Step<T>, OpenError>,
) -> Result<Step<T>, OpenError> {
    ENGINE.with_borrow(|engine| match engine {
        Some(engine) => call(engine),
        None => Err(OpenError::Content("nothing is open".to_owned())),
    })
}

/// Makes the outcome of a call the response: its result, the names of missing files, or an error
/// with code and message.
fn write_result<T: Serialize>(result: Result<Step<T>, OpenError>) {
    match result {
        Ok(step) => write_response(&step),
        Err(error) => write_response(
            &json!({"error": {"code": error_code(&error), "message": error.to_string()}}),
        ),
    }
}

/// The code by which the worker tells why an index cannot be read: `foreign-file`, `other-version`
/// or `damaged`.
fn error_code(error: &OpenError) -> &'static str {
    match error {
        OpenError::Frame(FrameError::Foreign) => "foreign-file",
        OpenError::Frame(FrameError::OtherVersion { .. }) => "other-version",
        OpenError::Frame(FrameError::Damaged(_)) | OpenError::Content(_) => "damaged",
    }
}

/// Makes `value`, as JSON, the response that the worker reads, or an error if it cannot be written
/// as JSON.
fn write_response(value: &impl Serialize) {
    let bytes = serde_json::to_vec(value).unwrap_or_else(|_| {
        br#"{"error":{"code":"damaged","message":"the answer cannot be written"}}"#.to_vec()
    });
    RESPONSE.set(bytes);
}
