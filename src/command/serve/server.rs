//! The server: answers this machine alone, from memory, under a strict security policy.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use axum::routing::get;
use futures_util::{Stream, stream};
use tokio::sync::watch;

use crate::command::serve::live::{Found, Live};
use crate::command::serve::page::{self, OWN};
use crate::command::serve::{file, media};
use crate::error::{Error, Result};

/// No script, style or image from elsewhere, and nothing inline: as strict as a host may be.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/// Headers of every answer.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Serves until Ctrl-C.
///
/// # Errors
/// When the system gives no threads or sockets.
pub fn run(listener: TcpListener, live: Arc<Live>) -> Result<()> {
    let trouble = |cause: std::io::Error| Error { cause: Some(Box::new(cause)), ..Error::new("cannot serve") };
    listener.set_nonblocking(true).map_err(trouble)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(trouble)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(trouble)?;
        // Browsers hold their event streams open for ever, so a polite end would never come.
        tokio::select! {
            served = async { axum::serve(listener, router(live)).await } => served.map_err(trouble),
            _ = stopped() => Ok(()),
        }
    })?;
    runtime.shutdown_background();
    Ok(())
}

fn router(live: Arc<Live>) -> Router {
    Router::new()
        .route(&format!("{OWN}/events"), get(events))
        .route(&format!("{OWN}/reload.js"), get(async || ([(header::CONTENT_TYPE, media::of("a.js"))], page::SCRIPT)))
        .route(&format!("{OWN}/overlay.css"), get(async || ([(header::CONTENT_TYPE, media::of("a.css"))], page::STYLE)))
        .fallback_service(get(site).with_state(Arc::clone(&live)))
        .layer(middleware::from_fn(guard))
        .with_state(live)
}

/// Ctrl-C, or the system's polite request to end.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    tokio::signal::ctrl_c().await.unwrap_or_default();
}

/// Answers only those who call this machine by its own name: a page elsewhere that had its name point here
/// would otherwise read unpublished records.
async fn guard(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let mut response = if is_this_machine(host) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "casebook serve answers to localhost only\n").into_response()
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    response
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Any file of the site.
async fn site(State(live): State<Arc<Live>>, uri: Uri, headers: HeaderMap) -> Response {
    let asked = decoded(uri.path());
    let path = live.below(asked.trim_start_matches('/'));
    if !live.has_site() {
        let page = page::stand_in("The hub has errors", "Nothing could be built yet. This page loads by itself once they are mended.");
        return html(StatusCode::INTERNAL_SERVER_ERROR, &page, &live);
    }
    match lookup(&live, path) {
        Lookup::File(path, found) => send(&path, found, &headers, &live),
        Lookup::Folder => redirect(&uri),
        Lookup::Nothing => missing(&live),
    }
}

/// What a path leads to.
enum Lookup {
    File(String, Found),
    /// The path of a folder without its slash.
    Folder,
    Nothing,
}

fn lookup(live: &Live, path: &str) -> Lookup {
    let page = format!("{path}index.html");
    let found = if path.is_empty() || path.ends_with('/') {
        live.find(&page).map(|found| (page, found))
    } else {
        live.find(path).map(|found| (path.to_owned(), found))
    };
    match found {
        Some((path, found)) => Lookup::File(path, found),
        None if !path.is_empty() && live.find(&format!("{path}/index.html")).is_some() => Lookup::Folder,
        None => Lookup::Nothing,
    }
}

fn send(path: &str, found: Found, headers: &HeaderMap, live: &Live) -> Response {
    let kind = media::of(path);
    match found {
        Found::Made(bytes) if kind.starts_with("text/html") => html(StatusCode::OK, &bytes, live),
        // Shared with the site itself: a download that stalls holds nothing of its own.
        Found::Made(bytes) => ([(header::CONTENT_TYPE, kind)], Bytes::from_owner(bytes)).into_response(),
        Found::Asset(asset) => match file::answer(&asset, headers) {
            Ok(mut response) => {
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
                response
            }
            Err(_) => missing(live),
        },
    }
}

/// To the same address with a slash; the query stays.
fn redirect(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // Two slashes in front would name another host.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    (StatusCode::FOUND, [(header::LOCATION, format!("{path}/{query}"))]).into_response()
}

/// The site's own 404 page.
fn missing(live: &Live) -> Response {
    match live.find("404.html") {
        Some(Found::Made(page)) => html(StatusCode::NOT_FOUND, &page, live),
        _ => html(StatusCode::NOT_FOUND, &page::stand_in("Not found", "There is no page at this address."), live),
    }
}

fn html(status: StatusCode, page: &[u8], live: &Live) -> Response {
    let page = page::with_script(page, live.version());
    (status, [(header::CONTENT_TYPE, media::of("a.html"))], Body::from(page)).into_response()
}

/// Percent-decodes a path; what is not UTF-8 afterwards names nothing of a site.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|code| *first == b'%' && code.iter().all(u8::is_ascii_hexdigit));
        let byte = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a browser is told, and what it knows already.
struct Listener {
    live: Arc<Live>,
    versions: watch::Receiver<u64>,
    /// The site path of its page.
    page: String,
    /// The version its page is of.
    version: u64,
    /// Whether it was told the problems of this moment.
    greeted: bool,
}

/// A stream that says `problems` at once and after every build, and `reload` when the browser's own page is another.
async fn events(State(live): State<Arc<Live>>, uri: Uri) -> Sse<impl Stream<Item = std::result::Result<Event, Infallible>>> {
    let asked = |name: &str| {
        let pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| decoded(value)).unwrap_or_default()
    };
    // The path is encoded twice: as it stands in the address bar, and as a value.
    let path = decoded(&asked("page"));
    let page = page_of(live.below(path.trim_start_matches('/')));
    let version = asked("version").parse().unwrap_or_default();
    let listener = Listener { versions: live.subscribe(), live, page, version, greeted: false };
    Sse::new(stream::unfold(listener, async |listener| tell(listener).await.map(|(event, listener)| (Ok(event), listener))))
        .keep_alive(KeepAlive::default())
}

/// The file that a page's address leads to, whether it is there yet or not.
fn page_of(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}

/// The next thing to tell; ends with the program.
async fn tell(mut listener: Listener) -> Option<(Event, Listener)> {
    if listener.greeted {
        listener.versions.changed().await.ok()?;
    }
    listener.greeted = true;
    let version = *listener.versions.borrow_and_update();
    let known = std::mem::replace(&mut listener.version, version);
    if listener.live.changed_since(known, &listener.page) {
        return Some((Event::default().event("reload").data(version.to_string()), listener));
    }
    let problems = serde_json::to_string(&*listener.live.problems()).expect("problems are always JSON");
    Some((Event::default().event("problems").data(problems), listener))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_answered() {
        for host in ["127.0.0.1:8400", "localhost", "LOCALHOST:1", "[::1]:8400", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example:8400", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", "10.0.0.1"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn paths_are_decoded() {
        for (path, text) in [("/a%20b", "/a b"), ("/%E3%83%96", "/ブ"), ("/100%", "/100%"), ("/%zz%2", "/%zz%2"), ("/%+1", "/%+1")] {
            assert_eq!(decoded(path), text);
        }
    }
}
