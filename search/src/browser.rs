//! The engine as the worker sees it: a handful of exports that take and give bytes in linear memory.
//!
//! The worker asks for room with `room`, writes there, and calls. Answers are JSON; `answer_at` and `answer_len` say where the last one stands.
//! There is one engine for each instance; a panic ends the instance, and the worker starts a new one.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::{Engine, Step};
use crate::frame::FrameError;
use crate::message::{ExcerptRequest, Request};
use crate::store::OpenError;

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Room for `len` bytes of input, which the next call takes.
#[unsafe(no_mangle)]
pub extern "C" fn room(len: usize) -> *mut u8 {
    ROOM.with_borrow_mut(|room| {
        *room = vec![0; len];
        room.as_mut_ptr()
    })
}

/// Opens the index whose opening file stands in the room.
#[unsafe(no_mangle)]
pub extern "C" fn open() {
    answer(Engine::open(take_room()).map(|engine| {
        let head = engine.head();
        let tags = head.facets.get(&crate::Facet::Language).cloned().unwrap_or_default();
        let opened = json!({"records": head.records, "languages": tags, "fields": engine.fields()});
        ENGINE.set(Some(engine));
        Step::Done(opened)
    }));
}

/// Takes in a file: in the room stand the length of its name (four bytes, little endian), its name, its bytes.
#[unsafe(no_mangle)]
pub extern "C" fn add() {
    let room = take_room();
    let split = room.split_first_chunk::<4>().and_then(|(len, rest)| rest.split_at_checked(u32::from_le_bytes(*len) as usize));
    let Some((name, file)) = split else {
        return answer::<Value>(Err(OpenError::Content("a file without a name".to_owned())));
    };
    let name = String::from_utf8_lossy(name).into_owned();
    let file = file.to_vec();
    answer(with_engine(|engine| engine.add(&name, file).map(|()| Step::Done(Value::Null))));
}

/// What the worker asks.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Call {
    Search { request: Request },
    Excerpts(ExcerptRequest),
    Suggest { text: String, limit: Option<usize> },
}

/// Answers the question that stands in the room as JSON.
#[unsafe(no_mangle)]
pub extern "C" fn call() {
    match serde_json::from_slice(&take_room()) {
        Ok(Call::Search { request }) => answer(with_engine(|engine| engine.search(&request))),
        Ok(Call::Excerpts(request)) => answer(with_engine(|engine| engine.excerpts(&request))),
        Ok(Call::Suggest { text, limit }) => answer(with_engine(|engine| engine.suggest(&text, limit.unwrap_or(8)))),
        Err(error) => put(&json!({"error": {"code": "bad-request", "message": error.to_string()}})),
    }
}

/// Where the last answer stands.
#[unsafe(no_mangle)]
pub extern "C" fn answer_at() -> *const u8 {
    ANSWER.with_borrow(|answer| answer.as_ptr())
}

/// How long the last answer is.
#[unsafe(no_mangle)]
pub extern "C" fn answer_len() -> usize {
    ANSWER.with_borrow(Vec::len)
}

fn take_room() -> Vec<u8> {
    ROOM.with_borrow_mut(std::mem::take)
}

fn with_engine<T>(ask: impl FnOnce(&Engine) -> Result<Step<T>, OpenError>) -> Result<Step<T>, OpenError> {
    ENGINE.with_borrow(|engine| match engine {
        Some(engine) => ask(engine),
        None => Err(OpenError::Content("nothing is open".to_owned())),
    })
}

fn answer<T: Serialize>(result: Result<Step<T>, OpenError>) {
    match result {
        Ok(step) => put(&step),
        Err(error) => put(&json!({"error": {"code": code(&error), "message": error.to_string()}})),
    }
}

fn code(error: &OpenError) -> &'static str {
    match error {
        OpenError::Frame(FrameError::Foreign) => "foreign-file",
        OpenError::Frame(FrameError::OtherVersion { .. }) => "other-version",
        OpenError::Frame(FrameError::Damaged(_)) | OpenError::Content(_) => "damaged",
    }
}

fn put(value: &impl Serialize) {
    let bytes = serde_json::to_vec(value).unwrap_or_else(|_| br#"{"error":{"code":"damaged","message":"the answer cannot be written"}}"#.to_vec());
    ANSWER.set(bytes);
}

/// tantivy's libraries ask for random numbers only to name new segments, which a reader never does.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(_destination: *mut u8, _len: usize) -> Result<(), getrandom::Error> {
    Ok(())
}
