//! The HTTP server: serves the site from memory to this machine only, with a strict content
//! security policy.

use std::convert::Infallible;
use std::net::TcpListener;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use axum::routing::get;
use futures_util::{FutureExt, Stream, stream};
use tokio::sync::watch;

use crate::command::panics;
use crate::command::serve::overlay::{self, INTERNAL_PATH};
use crate::command::serve::served_site::{ServedFile, ServedSite};
use crate::command::serve::{file_response, media_type};
use crate::command::terminal::print_error;
use crate::error::{Error, Result};
use crate::site::address::percent_decode;
use crate::source::editor::is_editor_file;

/// Allows no inline script or style and nothing from other hosts, as a strict web host would.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/// What responses with files of the editor have in its place: its page states a policy of its own,
/// which this one would narrow.
const EDITOR_POLICY: &str = "frame-ancestors 'none'";

/// Headers of every response, beside the content security policy.
const HEADERS: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Serves the site until the program is interrupted or terminated.
///
/// # Errors
/// The system provides no threads or sockets.
pub fn serve(listener: TcpListener, served: Arc<ServedSite>) -> Result<()> {
    serve_routes(listener, with_layers(routes(), served))
}

/// Answers requests with `router` until the program is interrupted or terminated.
///
/// # Errors
/// The system provides no threads or sockets.
fn serve_routes(listener: TcpListener, router: Router) -> Result<()> {
    let to_error = |cause: std::io::Error| Error::because("cannot serve", cause);
    listener.set_nonblocking(true).map_err(to_error)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(to_error)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(to_error)?;
        // Browsers keep their event streams open, so a graceful shutdown would never finish.
        tokio::select! {
            result = async { axum::serve(listener, router).await } => result.map_err(to_error),
            _ = shutdown_signal() => Ok(()),
        }
    })?;
    runtime.shutdown_background();
    Ok(())
}

/// The addresses that are answered: the events and files of `serve` itself, and every path of the
/// site.
fn routes() -> Router<Arc<ServedSite>> {
    Router::new()
        .route(&format!("{INTERNAL_PATH}/events"), get(stream_events))
        .route(
            &format!("{INTERNAL_PATH}/reload.js"),
            get(async || {
                (
                    [(header::CONTENT_TYPE, media_type::media_type_of("a.js"))],
                    overlay::RELOAD_SCRIPT,
                )
            }),
        )
        .route(
            &format!("{INTERNAL_PATH}/overlay.css"),
            get(async || {
                (
                    [(header::CONTENT_TYPE, media_type::media_type_of("a.css"))],
                    overlay::OVERLAY_STYLE,
                )
            }),
        )
        .fallback(get(serve_path))
}

/// Adds to every route: errors in place of panics, the refusal of other hosts, and [`HEADERS`].
fn with_layers(routes: Router<Arc<ServedSite>>, served: Arc<ServedSite>) -> Router {
    routes
        .layer(middleware::from_fn_with_state(Arc::clone(&served), catch_panic))
        .layer(middleware::from_fn(reject_other_hosts))
        .with_state(served)
}

/// Answers a request that panics with a page that says so, so that the connection does not just
/// end.
async fn catch_panic(
    State(served): State<Arc<ServedSite>>,
    request: Request,
    next: Next,
) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(payload) => {
            let error = panics::to_error(&*payload);
            print_error(&error);
            let hint = error.hint().unwrap_or_default();
            let page = overlay::render_placeholder("This page failed", &format!("{error}; {hint}"));
            html_response(StatusCode::INTERNAL_SERVER_ERROR, &page, &served)
        }
    }
}

/// Waits for Ctrl-C or SIGTERM.
async fn shutdown_signal() {
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

/// Rejects requests whose `Host` is not this machine, and adds [`HEADERS`] to every response.
/// Otherwise a page of another site could read unpublished records by pointing its own host name
/// here (DNS rebinding).
async fn reject_other_hosts(request: Request, next: Next) -> Response {
    let host =
        request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let mut response = if is_local_host(host) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "casebook serve answers to localhost only\n").into_response()
    };
    response
        .headers_mut()
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    for (name, value) in HEADERS {
        response.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the value of a `Host` header names this machine, with or without a port.
fn is_local_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Answers a request for any path of the site with a file, a redirect to a folder or the 404 page;
/// with a placeholder while nothing has been built.
async fn serve_path(
    State(served): State<Arc<ServedSite>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let decoded_path = percent_decode(uri.path());
    let path = served.strip_base_path(decoded_path.trim_start_matches('/'));
    if !served.has_site() {
        let page = overlay::render_placeholder(
            "The hub has errors",
            "Nothing could be built yet. This page loads by itself once they are mended.",
        );
        return html_response(StatusCode::INTERNAL_SERVER_ERROR, &page, &served);
    }
    match resolve_path(&served, path) {
        Lookup::File(path, found) => respond_with(&path, found, &headers, &served),
        Lookup::Folder => redirect_to_folder(&uri),
        Lookup::NotFound => not_found(&served),
    }
}

/// What a requested path refers to.
enum Lookup {
    File(String, ServedFile),
    /// A folder, requested without a slash at the end.
    Folder,
    NotFound,
}

/// What a site path refers to. One that is empty or ends with a slash refers to the `index.html`
/// below it.
fn resolve_path(served: &ServedSite, path: &str) -> Lookup {
    let page = format!("{path}index.html");
    let found = if path.is_empty() || path.ends_with('/') {
        served.find(&page).map(|found| (page, found))
    } else {
        served.find(path).map(|found| (path.to_owned(), found))
    };
    match found {
        Some((path, found)) => Lookup::File(path, found),
        None if !path.is_empty() && served.find(&format!("{path}/index.html")).is_some() => {
            Lookup::Folder
        }
        None => Lookup::NotFound,
    }
}

/// The response with a found file; its media type follows from the extension in `path`, and
/// `headers` of the request may ask for a part of an asset.
fn respond_with(
    path: &str,
    found: ServedFile,
    headers: &HeaderMap,
    served: &ServedSite,
) -> Response {
    let media_type = media_type::media_type_of(path);
    match found {
        ServedFile::Generated(bytes) if media_type.starts_with("text/html") => {
            html_response(StatusCode::OK, &bytes, served)
        }
        // The response shares the bytes of the site, so that a slow download needs no memory of its
        // own.
        ServedFile::Generated(bytes) => {
            ([(header::CONTENT_TYPE, media_type)], bytes).into_response()
        }
        ServedFile::Asset(asset) => match file_response::respond_with_file(&asset, headers) {
            Ok(mut response) => {
                response
                    .headers_mut()
                    .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
                if is_editor_file(path) {
                    response.headers_mut().insert(
                        header::CONTENT_SECURITY_POLICY,
                        HeaderValue::from_static(EDITOR_POLICY),
                    );
                }
                response
            }
            Err(_) => not_found(served),
        },
    }
}

/// Redirects to the same address with a slash at the end; the query stays.
fn redirect_to_folder(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // Two slashes at the start would refer to another host.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    (StatusCode::FOUND, [(header::LOCATION, format!("{path}/{query}"))]).into_response()
}

/// The site's 404 page, or a placeholder where it has none.
fn not_found(served: &ServedSite) -> Response {
    match served.find("404.html") {
        Some(ServedFile::Generated(page)) => html_response(StatusCode::NOT_FOUND, &page, served),
        _ => html_response(
            StatusCode::NOT_FOUND,
            &overlay::render_placeholder("Not found", "There is no page at this address."),
            served,
        ),
    }
}

/// A response with a page, into which the reload script is inserted with the current version.
fn html_response(status: StatusCode, page: &[u8], served: &ServedSite) -> Response {
    let page = overlay::insert_reload_script(page, served.version());
    (status, [(header::CONTENT_TYPE, media_type::media_type_of("a.html"))], Body::from(page))
        .into_response()
}

/// A browser that listens for events, and what it has received so far.
struct EventSubscriber {
    served: Arc<ServedSite>,
    versions: watch::Receiver<u64>,
    /// Site path of the page that it shows.
    page: String,
    /// Version of the page that it shows.
    version: u64,
    /// Whether the first `problems` event has been sent.
    has_sent_problems: bool,
}

/// A stream of server-sent events: `problems` at once and after every build, and `reload` when the
/// browser's page has changed.
async fn stream_events(
    State(served): State<Arc<ServedSite>>,
    uri: Uri,
) -> Sse<impl Stream<Item = std::result::Result<Event, Infallible>>> {
    let parameter = |name: &str| {
        let pairs =
            uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| percent_decode(value).into_owned())
            .unwrap_or_default()
    };
    // The path is encoded twice: in the address bar, and as a value of the query.
    let encoded_path = parameter("page");
    let path = percent_decode(&encoded_path);
    let page = page_file(served.strip_base_path(path.trim_start_matches('/')));
    let version = parameter("version").parse().unwrap_or_default();
    let subscriber = EventSubscriber {
        versions: served.subscribe(),
        served,
        page,
        version,
        has_sent_problems: false,
    };
    Sse::new(stream::unfold(subscriber, async |subscriber| {
        next_event(subscriber).await.map(|(event, subscriber)| (Ok(event), subscriber))
    }))
    .keep_alive(KeepAlive::default())
}

/// The site path of the file that a page's address refers to, whether it exists or not.
fn page_file(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    }
}

/// Waits for the next version, except at the first call, and makes its event; `None` when the
/// server ends.
async fn next_event(mut subscriber: EventSubscriber) -> Option<(Event, EventSubscriber)> {
    if subscriber.has_sent_problems {
        subscriber.versions.changed().await.ok()?;
    }
    subscriber.has_sent_problems = true;
    let version = *subscriber.versions.borrow_and_update();
    let known = std::mem::replace(&mut subscriber.version, version);
    if subscriber.served.changed_since(known, &subscriber.page) {
        return Some((Event::default().event("reload").data(version.to_string()), subscriber));
    }
    let problems =
        serde_json::to_string(&*subscriber.served.problems()).expect("problems are always JSON");
    Some((Event::default().event("problems").data(problems), subscriber))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;
    use crate::command::serve::rebuilder::BuildResult;

    #[test]
    fn a_request_that_panics_is_answered_and_serving_goes_on() {
        let served = Arc::new(ServedSite::new(BuildResult::default()));
        let failing = get(async || -> StatusCode { panic!("no <room> here") });
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            serve_routes(listener, with_layers(routes().route("/failing", failing), served))
        });
        let request = |path: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .unwrap();
            let mut response = String::new();
            stream.read_to_string(&mut response).unwrap();
            response
        };
        for _ in 0..2 {
            let response = request("/failing");
            assert!(response.starts_with("HTTP/1.1 500"), "{response}");
            assert!(response.contains("no &lt;room&gt; here"), "{response}");
            assert!(response.contains("content-security-policy"), "{response}");
        }
        assert!(request("/_casebook/overlay.css").starts_with("HTTP/1.1 200"));
    }

    #[test]
    fn requests_for_other_hosts_are_rejected() {
        for host in ["127.0.0.1:8400", "localhost", "LOCALHOST:1", "[::1]:8400", "[::1]"] {
            assert!(is_local_host(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:8400",
            "127.0.0.1.evil.example",
            "127.0.0.1:80@evil.example",
            "10.0.0.1",
        ] {
            assert!(!is_local_host(host), "{host}");
        }
    }
}
