//! Tests of `serve`: it serves pages from memory to the local machine only, and follows edits of
//! files, valid or not.

#![expect(clippy::disallowed_methods, reason = "tests edit files as authors do")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use casebook::BuildCache;
use casebook::output::Output;

use crate::support::HubFolder;

const STUDY: &str = "---\ntitle: Unboxing drop\nsummary: Unboxing films sold more shoes than studio films.\nstatus: planned\nmarkets: [BR]\n\
                     channels: [email]\ntactics: [ugc]\nowner: Team Brazil\n---\n\n# Challenge\n\nText.\n";

/// A running `casebook serve` on a hub in a temporary folder; stopped when dropped.
pub struct TestServer {
    hub: HubFolder,
    program: Child,
    port: u16,
}

impl TestServer {
    fn start(settings: &str, files: &[(&str, &str)]) -> Self {
        let hub = HubFolder::new(files);
        hub.write("site.toml", settings);
        TestServer::start_in(hub)
    }

    /// Serves the hub in a folder, which is deleted with the server.
    pub fn start_in(hub: HubFolder) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(["serve", "--port", "0", "--today", "2026-11-22", "--root"])
            .arg(hub.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| {
                Some(line.unwrap().strip_prefix("serving http://127.0.0.1:")?.to_owned())
            })
            .expect("an address is printed");
        let port = address.split('/').next().unwrap().parse().unwrap();
        // The pipe is drained, so that the program never blocks on it.
        std::thread::spawn(move || lines.for_each(drop));
        TestServer { hub, program, port }
    }

    fn connect(&self, path: &str, host: &str) -> TcpStream {
        self.connect_with(path, host, "")
    }

    fn connect_with(&self, path: &str, host: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n")
            .unwrap();
        stream
    }

    /// Head, in lower case, and body of the response to a path.
    pub fn get(&self, path: &str) -> (String, String) {
        read_response(self.connect(path, "localhost"))
    }

    /// Events and their data for a page, as its script in the browser receives them.
    fn events(&self, page: &str, version: &str) -> impl Iterator<Item = (String, String)> + use<> {
        let stream =
            self.connect(&format!("/_casebook/events?page={page}&version={version}"), "localhost");
        let mut lines =
            BufReader::new(stream).lines().map(|line| line.expect("the stream goes on"));
        std::iter::from_fn(move || {
            let event = lines.find_map(|line| Some(line.strip_prefix("event: ")?.to_owned()))?;
            let data = lines.find_map(|line| Some(line.strip_prefix("data: ")?.to_owned()))?;
            Some((event, data))
        })
    }

    /// The version of the site that a page carries.
    fn version(&self, path: &str) -> String {
        let (_, page) = self.get(path);
        let (_, rest) =
            page.split_once("/_casebook/reload.js?version=").expect("pages carry the script");
        rest.split('"').next().unwrap().to_owned()
    }

    /// Fails unless a path shows a text within twenty seconds.
    pub fn wait_for_text(&self, path: &str, words: &str) {
        let start = Instant::now();
        while !self.get(path).1.contains(words) {
            assert!(start.elapsed() < Duration::from_secs(20), "`{words}` never came to {path}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

fn read_response(mut stream: TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    (head.to_lowercase(), body.to_owned())
}

const SETTINGS: &str = "title = \"Hub\"\nbase_url = \"https://example.org/hub/\"\n";
const STUDY_PATH: &str = "content/case-studies/br/unboxing.md";
const DATA: &str = "/data/case-studies.json";

fn start_server() -> TestServer {
    TestServer::start(
        SETTINGS,
        &[(STUDY_PATH, STUDY), ("content/case-studies/br/film.mp4", "0123456789")],
    )
}

#[test]
fn an_edit_reloads_the_page() {
    let server = start_server();
    server.wait_for_text(DATA, "Unboxing drop");
    let version = server.version("/nowhere/");
    let mut events = server.events("%252Fdata%252Fcase-studies.json", &version);
    assert_eq!(events.next().unwrap().0, "problems");
    server.hub.write(STUDY_PATH, STUDY.replace("Unboxing drop", "Another title"));
    assert_eq!(events.find(|(event, _)| event == "reload").unwrap().0, "reload");
    server.wait_for_text(DATA, "Another title");
    assert!(!server.hub.path().join("public").exists(), "nothing is written");
}

#[test]
fn errors_are_reported_and_the_last_good_pages_stay() {
    let server = start_server();
    let mut events = server.events("%2F", &server.version("/nowhere/"));
    events.next().unwrap();
    server.hub.write(STUDY_PATH, "---\ntitle: [unclosed\n---\n");
    let (_, problems) = events
        .find(|(_, data)| data.contains("\"errors\":1") || data.contains("\"severity\":\"error\""))
        .unwrap();
    let problems: serde_json::Value = serde_json::from_str(&problems).unwrap();
    let first = &problems["shown"][0];
    assert_eq!(
        (first["severity"].as_str(), first["path"].as_str()),
        (Some("error"), Some(STUDY_PATH))
    );
    assert!(
        first["line"].as_u64().unwrap() >= 2
            && first["excerpt"].as_str().unwrap().contains("[unclosed"),
        "{first}"
    );
    server.wait_for_text(DATA, "Unboxing drop");
    for text in ["", "\u{0}", "---\n---\n", "---\ntitle: x\n---\n# [[[["] {
        server.hub.write(STUDY_PATH, text);
    }
    fs::remove_file(server.hub.path().join(STUDY_PATH)).unwrap();
    fs::remove_file(server.hub.path().join("site.toml")).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.hub.write("site.toml", SETTINGS);
    server.hub.write(STUDY_PATH, STUDY.replace("Unboxing drop", "Mended"));
    server.wait_for_text(DATA, "Mended");
}

#[test]
fn a_hub_with_errors_is_served_once_they_are_corrected() {
    let server = TestServer::start(SETTINGS, &[(STUDY_PATH, "---\ntitle: [unclosed\n---\n")]);
    let (head, page) = server.get("/");
    assert!(head.starts_with("http/1.1 500") && page.contains("/_casebook/reload.js"), "{head}");
    server.hub.write(STUDY_PATH, STUDY);
    server.wait_for_text(DATA, "Unboxing drop");
}

#[test]
fn responses_have_strict_headers() {
    let server = start_server();
    for path in ["/", DATA, "/nowhere/", "/_casebook/reload.js", "/_casebook/overlay.css"] {
        let (head, _) = server.get(path);
        for header in [
            "content-security-policy: default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
            "cache-control: no-store",
            "x-content-type-options: nosniff",
        ] {
            assert!(head.contains(header), "{path}: {head}");
        }
    }
    assert!(server.get("/_casebook/reload.js").0.contains("content-type: text/javascript"));
    assert!(server.get(DATA).0.contains("content-type: application/json"));
    assert!(server.get("/nowhere/").0.starts_with("http/1.1 404"));
}

#[test]
fn the_editor_is_served_with_its_own_policy() {
    let page = "<!doctype html><title>Editor</title>";
    let server = TestServer::start(
        &format!("{SETTINGS}[editor]\npublish = \"all\"\n"),
        &[(STUDY_PATH, STUDY), ("admin/index.html", page)],
    );
    for path in ["/admin/", "/hub/admin/", "/admin/index.html"] {
        let (head, body) = server.get(path);
        assert!(head.contains("content-security-policy: frame-ancestors 'none'"), "{head}");
        assert!(!head.contains("default-src"), "{head}");
        assert_eq!(body, page, "{path}");
    }
    assert!(server.get("/admin/none.js").0.contains("default-src 'self'"));
    server.hub.write("admin/index.html", "<!doctype html><title>Renewed</title>");
    server.wait_for_text("/admin/", "Renewed");
}

#[test]
fn foreign_host_names_are_refused() {
    let server = start_server();
    for host in ["evil.example", "evil.example:80", "localhost.evil.example"] {
        let (head, body) = read_response(server.connect(DATA, host));
        assert!(head.starts_with("http/1.1 403") && !body.contains("Unboxing"), "{host}: {head}");
    }
    assert!(read_response(server.connect(DATA, "127.0.0.1:9")).0.starts_with("http/1.1 200"));
}

#[test]
fn the_sub_path_of_the_base_url_is_served() {
    let server = start_server();
    assert_eq!(server.get("/hub/data/case-studies.json").1, server.get(DATA).1);
}

#[test]
fn paths_stay_inside_the_site() {
    let server = start_server();
    server.wait_for_text(DATA, "Unboxing drop");
    for path in [
        "/../site.toml",
        "/%2e%2e/site.toml",
        "/..%2fsite.toml",
        "/data/../../site.toml",
        "//etc/passwd",
        "/%00",
    ] {
        let (head, body) = server.get(path);
        assert!(!head.starts_with("http/1.1 200") || !body.contains("base_url"), "{path}: {head}");
        assert!(!body.contains("root:"), "{path}");
    }
    let (head, _) = server.get("//evil.example/");
    assert!(!head.contains("location: //"), "{head}");
}

#[test]
fn videos_are_sent_in_ranges() {
    let server = start_server();
    let path = "/case-studies/br/film.mp4";
    server.wait_for_text(path, "0123456789");
    for (range, status, body) in
        [("bytes=2-4", "206", "234"), ("bytes=-3", "206", "789"), ("bytes=50-", "416", "")]
    {
        let (head, part) =
            read_response(server.connect_with(path, "localhost", &format!("Range: {range}\r\n")));
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{range}: {head}");
        assert_eq!(part, body);
    }
    assert!(server.get(path).0.contains("content-type: video/mp4"));
}

#[cfg(unix)]
#[test]
fn a_link_that_replaces_a_file_is_not_followed() {
    let server = start_server();
    let path = "/case-studies/br/film.mp4";
    server.wait_for_text(path, "0123456789");
    let root = server.hub.path();
    let secret = root.join("secret.txt");
    fs::write(&secret, "not for anybody").unwrap();
    // After an error the last good site stays, with the list of its files.
    server.hub.write(STUDY_PATH, "---\ntitle: [unclosed\n---\n");
    let film = root.join("content/case-studies/br/film.mp4");
    fs::remove_file(&film).unwrap();
    std::os::unix::fs::symlink(&secret, &film).unwrap();
    let (head, body) = server.get(path);
    assert!(head.starts_with("http/1.1 404") && !body.contains("not for anybody"), "{head}");
    // The same for a link in place of a parent folder.
    let market = root.join("content/case-studies/br");
    fs::rename(&market, root.join("moved")).unwrap();
    fs::write(root.join("moved/other.mp4"), "not for anybody").unwrap();
    fs::remove_file(root.join("moved/film.mp4")).unwrap();
    fs::rename(root.join("moved/other.mp4"), root.join("moved/film.mp4")).unwrap();
    std::os::unix::fs::symlink(root.join("moved"), &market).unwrap();
    assert!(!server.get(path).1.contains("not for anybody"));
}

#[test]
fn a_port_in_use_is_reported() {
    let server = start_server();
    let port = server.port.to_string();
    let second = Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(["serve", "--port", &port, "--root"])
        .arg(server.hub.path())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    let message = String::from_utf8_lossy(&second.stderr);
    assert!(
        message.contains(&format!("cannot listen on port {port}")) && message.contains("--port"),
        "{message}"
    );
}

#[cfg(unix)]
#[test]
fn a_termination_signal_stops_the_server() {
    let mut server = start_server();
    let _listener = server.events("%2F", "0");
    Command::new("kill").arg(server.program.id().to_string()).status().unwrap();
    let start = Instant::now();
    while server.program.try_wait().unwrap().is_none() {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "it ends though a browser still listens"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A page without the script that `serve` adds.
fn without_script(page: &str) -> String {
    match page.split_once("<script type=\"module\" src=\"/_casebook/") {
        Some((before, after)) => format!("{before}{}", after.split_once("</script>\n").unwrap().1),
        None => page.to_owned(),
    }
}

/// Builds the hub in its current state, and returns the path of the first file that differs from
/// the served one.
fn find_difference(server: &TestServer) -> Option<String> {
    let out = server.hub.path().join("built");
    let build = ["build", "--today", "2026-11-22", "--root"];
    let done = Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(build)
        .arg(server.hub.path())
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let files = walkdir::WalkDir::new(&out)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    files.filter(|entry| entry.file_name() != ".casebook-manifest").find_map(|entry| {
        let path = entry.path().strip_prefix(&out).unwrap().to_string_lossy().into_owned();
        let built = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
        (without_script(&server.get(&format!("/{path}")).1) != built).then_some(path)
    })
}

const SECOND_PATH: &str = "content/case-studies/mx/second.md";
const PAGE_PATH: &str = "content/pages/about.md";

fn second_study() -> String {
    STUDY.replace("Unboxing drop", "Second drop").replace("[BR]", "[MX]")
}

/// Edits of a hub with two case studies and a page, by path; an empty text deletes the file.
fn edits() -> Vec<(&'static str, String)> {
    let template = "{% extends \"base.html\" %}\n{% block content %}<h1>{{ prose.title }}</h1>\
                    {% endblock %}\n";
    let second = second_study().replace("[ugc]", "[discount]");
    let third = STUDY.replace("Unboxing drop", "Third drop").replace("[BR]", "[NL]");
    vec![
        (STUDY_PATH, STUDY.replace("Text.", "See [the second](../mx/second.md).")),
        (SECOND_PATH, second.replace("Second drop", "Second, renamed")),
        ("content/case-studies/nl/third.md", third),
        (PAGE_PATH, "---\ntitle: About us\n---\n\nMore.\n".to_owned()),
        (STUDY_PATH, STUDY.to_owned()),
        // Settings and theme change the pages of unchanged records.
        ("site.toml", SETTINGS.replace("Hub", "Onze hub") + "language = \"nl\"\n"),
        ("themes/atlas/templates/prose.html", template.to_owned()),
        (SECOND_PATH, String::new()),
    ]
}

#[test]
fn the_served_site_equals_a_clean_build() {
    let page = "---\ntitle: About\n---\n\nWe.\n";
    let server = TestServer::start(
        SETTINGS,
        &[(STUDY_PATH, STUDY), (SECOND_PATH, &second_study()), (PAGE_PATH, page)],
    );
    for (path, text) in edits() {
        edit_file(&server.hub, path, &text);
        // Some edits arrive while the previous one is still being built.
        std::thread::sleep(Duration::from_millis(text.len() as u64 % 7 * 60));
    }
    let start = Instant::now();
    while let Some(path) = find_difference(&server) {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "`{path}` never became what a clean build makes of it"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Writes a file as if it had never changed, or deletes it where the text is empty.
fn edit_file(hub: &HubFolder, path: &str, text: &str) {
    if text.is_empty() {
        return fs::remove_file(hub.path().join(path)).unwrap();
    }
    hub.write(path, text);
    let file = fs::File::options().write(true).open(hub.path().join(path)).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
}

/// Builds the hub in a folder with a cache and without, and fails unless the two are the same.
fn build_twice(hub: &HubFolder, cache: &mut BuildCache) -> Output {
    let kept = hub.load().read_with(cache).publish_with(cache).0;
    let clean = hub.load().build().0;
    assert!(kept.files.keys().eq(clean.files.keys()));
    for (path, bytes) in &clean.files {
        assert!(kept.files[path] == *bytes, "`{path}` is not what a clean build makes of it");
    }
    kept
}

#[test]
fn a_build_with_a_cache_equals_a_clean_build() {
    let hub = HubFolder::empty();
    let page = "---\ntitle: About\n---\n\nWe.\n";
    for (path, text) in [
        ("site.toml", SETTINGS),
        (STUDY_PATH, STUDY),
        (SECOND_PATH, &second_study()),
        (PAGE_PATH, page),
    ] {
        edit_file(&hub, path, text);
    }
    let mut cache = BuildCache::default();
    let mut before = build_twice(&hub, &mut cache);
    let mut reused_count = 0;
    for (path, text) in edits() {
        edit_file(&hub, path, &text);
        let after = build_twice(&hub, &mut cache);
        let is_reused = |(path, bytes): &(&String, &Bytes)| {
            before.files.get(*path).is_some_and(|old| old.as_ptr() == bytes.as_ptr())
        };
        reused_count += after.files.iter().filter(is_reused).count();
        before = after;
    }
    assert!(reused_count > 0, "pages are taken from the cache");
}

#[test]
fn a_cache_does_not_mix_audiences_or_outlive_errors() {
    let hub = HubFolder::empty();
    edit_file(&hub, "site.toml", SETTINGS);
    edit_file(&hub, STUDY_PATH, STUDY);
    let hidden = second_study().replace("status:", "visibility: internal\nstatus:");
    edit_file(&hub, SECOND_PATH, &hidden);
    let mut cache = BuildCache::default();
    build_twice(&hub, &mut cache);
    let internal = || hub.load().with_internal_audience();
    let kept = internal().read_with(&mut cache).publish_with(&mut cache).0;
    assert!(kept.files == internal().build().0.files);
    let public = build_twice(&hub, &mut cache);
    assert!(public.files.len() < kept.files.len(), "the hidden study is in no public page");
    edit_file(&hub, STUDY_PATH, "---\ntitle: [unclosed\n---\n");
    let checked = hub.load().read_with(&mut cache);
    assert!(casebook::has_errors(&checked.diagnostics));
    edit_file(&hub, STUDY_PATH, STUDY);
    let mended = build_twice(&hub, &mut cache);
    assert!(mended.files == public.files);
}
