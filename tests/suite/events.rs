//! What is new and what is running: pages, feed, digest and queries.

use std::process::{Command, Output};

use casebook::index::build_whole_index;
use casebook_search::frame::{FileKind, inflate};
use casebook_search::{Engine, SearchRequest, SearchResponse, Step};

use crate::support::{HubFolder, TestHub, graded_a, study_fields};

/// Fields of a study of Germany that has ended, with these further lines.
fn ended(more: &str) -> String {
    study_fields("DE", "email", "discount", "won", more)
}

/// Fields of a study that is planned or running in a market, with these further lines.
fn open(status: &str, market: &str, more: &str) -> String {
    format!(
        "title: \"{status} {market}\"\nstatus: {status}\nmarkets: [{market}]\nchannels: [email]\n\
         tactics: [discount]\n{more}"
    )
}

/// A hub in which something happened in four months.
fn hub() -> TestHub {
    let path = "content/case-studies/de/decided.md";
    let decided = "title: Decided\nstart: 2026-09-01\nend: 2026-10-05\ndecision: scale\nreuse: approved\nverified_on: 2026-11-03";
    TestHub::new()
        .case("de/decided", &ended(decided))
        .changed(path, "2026-09-02", "2026-11-10")
        .field_changed(path, "decision", "2026-10-20")
        .case(
            "de/old",
            &ended(
                "title: Old\nstart: 2025-01-05\nend: 2025-12-31\ndecision: stop\nreuse: retired",
            ),
        )
        .case(
            "br/running",
            &open("running", "BR", "start: 2026-11-02\nend: 2027-01-31\nowner: CRM Brazil"),
        )
}

#[test]
fn months_list_their_events_by_kind() {
    let built = hub().build();
    built.assert_contains("new/2026-10/index.html", "20 Oct 2026");
    let page = built.text("new/2026-10/index.html");
    let position = |text: &str| page.find(text).unwrap_or_else(|| panic!("no `{text}`"));
    assert!(position("id=\"decided-2026-10\"") < position("id=\"finished-2026-10\""));
    assert!(!page.contains(">around<"), "git shows the day: {page}");
    built.assert_contains("new/2025-12/index.html", ">around<");
    built.assert_lacks_file("new/2026-08/index.html");
    let first = built.text("new/index.html");
    assert!(first.contains("href=\"../new/2025-01/\"") && first.contains("Nov 2026"));
    assert!(first.contains("changed:2025-01..2026-11"), "all months fit on the page");
    built.assert_contains("new/feed.xml", "<title>Decided: Decided</title>");
    built.assert_contains("new/feed.xml", "#decided-2026-10-20");
    roxmltree::Document::parse(built.text("new/feed.xml")).expect("well-formed XML");
}

#[test]
fn a_long_month_is_divided() {
    let hub = (0..150).fold(TestHub::new(), |hub, at| {
        hub.case(&format!("de/s{at:03}"), &ended("start: 2026-01-01\nend: 2026-05-05"))
    });
    let built = hub.build();
    built.assert_has_file("new/2026-05/2/index.html").assert_lacks_file("new/2026-05/3/index.html");
    let rows = |path: &str| built.text(path).matches("data-filter-row").count();
    assert_eq!((rows("new/2026-05/index.html"), rows("new/2026-05/2/index.html")), (100, 50));
    assert_eq!(rows("new/index.html"), 100);
    built.assert_contains("new/index.html", "All 150 events of this month");
}

#[test]
fn a_hub_without_dates_says_so() {
    let built = TestHub::new().case("de/a", &open("planned", "DE", "")).build();
    built.assert_contains("new/index.html", "Nothing to report yet");
    built.assert_contains("running/index.html", "No dates yet");
    let none = TestHub::new().build();
    none.assert_contains("running/index.html", "Nothing is planned or running");
}

#[test]
fn running_studies_stand_under_each_of_their_markets() {
    let built = hub()
        .case("de/late", &open("planned", "DE, FR", "start: 2026-11-01"))
        .case("de/over", &open("running", "DE", "start: 2026-06-01\nend: 2026-11-01"))
        .case("x/all", &open("planned", "global", "start: 2027-02-01\nend: 2027-02-28"))
        .build();
    let page = built.text("running/index.html");
    for (text, count) in [
        ("Was to start on 1 Nov 2026", 2),
        ("Was to end on 1 Nov 2026", 1),
        ("planned global", 1),
        ("CRM Brazil", 1),
        ("planned DE, FR", 2),
    ] {
        assert_eq!(page.matches(text).count(), count, "{text}");
    }
    let position = |id: &str| page.find(&format!("id=\"{id}\"")).expect(id);
    assert!(position("group-global") < position("market-br"), "groups come first");
    assert!(position("market-br") < position("market-de"));
    assert!(!page.contains("Old"), "it has ended");
}

#[test]
fn running_studies_that_look_alike_link_to_the_report() {
    let alike = |market: &str| {
        open(
            "running",
            market,
            "start: 2026-10-01\nend: 2026-12-31\nobjective: acquisition\nsummary: A courier brings the trial box with a handwritten card to new neighbours.\nhypothesis: \"If couriers hand over a trial box with a handwritten card, for new neighbours, then orders rise by 5 %, because a gift asks for a return.\"",
        )
    };
    let others = [
        "billboard in tunnels",
        "podcast about bread",
        "raffle for teachers",
        "newsletter on paper",
        "quiz about rivers",
        "stickers for bicycles",
    ];
    let hub = others.iter().enumerate().fold(TestHub::new(), |hub, (at, words)| {
        let more = format!("start: 2026-0{}-01\nend: 2026-10-01\nsummary: A {words}.", at + 1);
        hub.case(
            &format!("fr/other{at}"),
            &study_fields("FR", "website", "social-proof", "lost", &more),
        )
    });
    let built = hub
        .case("de/box", &alike("DE").replace("running DE", "Trial boxes by courier"))
        .case("at/box", &alike("AT").replace("running AT", "Courier brings trial boxes"))
        .build();
    let page = built.text("running/index.html");
    assert!(page.contains("Looks like the same experiment as “Trial boxes by courier”"), "{page}");
    assert!(page.contains("href=\"../similar/#at-box--de-box\""), "{page}");
}

#[test]
fn many_running_studies_have_several_pages() {
    let hub = (0..120).fold(TestHub::new(), |hub, at| {
        hub.case(&format!("de/s{at:03}"), &open("planned", "DE", "start: 2027-01-01"))
    });
    let built = hub.build();
    built.assert_has_file("running/2/index.html").assert_lacks_file("running/3/index.html");
    let count = |path: &str| built.text(path).matches("data-filter-row").count();
    assert_eq!((count("running/index.html"), count("running/2/index.html")), (100, 20));
    built.assert_contains("running/2/index.html", "<span class=\"number\">120</span>");
}

/// The ids of the studies that a query finds, and the codes and messages of its hints.
fn find(engine: &Engine, text: &str) -> (Vec<String>, Vec<String>) {
    let request = SearchRequest { text: text.to_owned(), ..SearchRequest::default() };
    let response: SearchResponse = match engine.search(&request).expect("an answer") {
        Step::Done(response) => response,
        Step::Missing(files) => panic!("the opening file holds the whole index, not {files:?}"),
    };
    let is_study = |id: &String| !id.contains("markets/") && id.contains('/');
    let mut ids: Vec<String> = response.hits.into_iter().map(|hit| hit.id).collect();
    ids.retain(is_study);
    ids.sort();
    let hints = response.hints.into_iter().map(|hint| format!("{}: {}", hint.code, hint.message));
    (ids, hints.collect())
}

#[test]
fn queries_find_days_months_years_and_ranges() {
    let read = hub().site("[checks]\npreset = \"lenient\"").checked();
    let index = build_whole_index(&read.site, &read.catalog).expect("an index");
    let opening = inflate(&index.files[&index.opening], FileKind::Opening).expect("a packed file");
    let engine = Engine::open(opening).expect("an index");
    let (decided, old, running) = ("de/decided", "de/old", "br/running");
    let rows: &[(&str, &[&str])] = &[
        ("decided:2026-10", &[decided]),
        ("decided:2026-10-20", &[decided]),
        ("decided:2026-10-21", &[]),
        ("decided:2025", &[old]),
        ("decided:2025..2026", &[decided, old]),
        ("decided:2025-12..2026-09", &[old]),
        ("decided:2025-12..2026-10", &[decided, old]),
        ("decided:2026-10-19..2026-10-21", &[decided]),
        ("decided:2026-01..", &[decided]),
        ("decided:..2025", &[old]),
        ("decided>2025", &[decided]),
        ("decided>=2025", &[decided, old]),
        ("decided<2026", &[old]),
        ("verified:2026-11", &[decided]),
        ("changed:2026-11", &[running, decided]),
        ("new:2026-11 -verified:2026", &[running]),
        ("changed:2026-11 market:br", &[running]),
    ];
    for (query, wanted) in rows {
        assert_eq!(find(&engine, query).0, *wanted, "{query}");
    }
    let hint = |query: &str| find(&engine, query).1.concat();
    assert!(
        hint("decided:autumn").contains("write `decided:2026-11`"),
        "{}",
        hint("decided:autumn")
    );
    assert!(hint("decided:2031-01").contains("nothing was decided in `2031-01`"));
    assert!(hint("decided:2026-10").is_empty());
}

/// Runs `casebook digest` on a hub.
fn digest(hub: &HubFolder, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(["digest", "--root", hub.path().to_str().unwrap(), "--today", "2026-11-22"])
        .args(arguments)
        .output()
        .expect("the program starts")
}

/// Standard output of a digest that succeeds.
fn digest_text(hub: &HubFolder, arguments: &[&str]) -> String {
    let output = digest(hub, arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// A folder with two studies, one of Brazil in another language, and a full address.
fn folder() -> HubFolder {
    let brazil = study_fields(
        "BR",
        "email",
        "discount",
        "won",
        &format!(
            "title: \"Frete *grátis* <b>\"\nlanguage: pt-BR\nstart: 2026-09-01\nend: 2026-10-05\ndecision: scale\n{}",
            graded_a("cvr", 5.0, 1.0, 9.0)
        ),
    );
    let germany = ended("title: \"Rabatt\"\nstart: 2026-08-01\nend: 2026-09-30");
    let file = |fields: &str| format!("---\n{fields}\n---\n\nText.\n");
    HubFolder::new(&[
        ("site.toml", "title = \"Hub\"\nbase_url = \"https://hub.example/x/\"\n[checks]\npreset = \"lenient\"\n".to_owned()),
        ("content/case-studies/br/frete.md", file(&brazil)),
        ("content/case-studies/de/rabatt.md", file(&germany)),
    ])
}

#[test]
fn a_digest_is_written_in_three_formats() {
    let hub = folder();
    let markdown = digest_text(&hub, &["--since", "2026-10-01"]);
    assert_eq!(
        markdown,
        "## What happened from 1 Oct 2026 to 22 Nov 2026\n\n### Decided (1)\n\n\
         - around 5 Oct 2026: [Frete \\*grátis\\* \\<b\\>](<https://hub.example/x/case-studies/br/frete/>) · Brazil · Won · +5.0% CVR, better · Scale up\n\n\
         ### Finished (1)\n\n\
         - 5 Oct 2026: [Frete \\*grátis\\* \\<b\\>](<https://hub.example/x/case-studies/br/frete/>) · Brazil · Won · +5.0% CVR, better\n"
    );
    let html = digest_text(&hub, &["--since", "2026-10-01", "--format", "html"]);
    assert!(
        html.starts_with("<section lang=\"en\" dir=\"ltr\">\n<h2>What happened from"),
        "{html}"
    );
    assert!(
        html.contains("<a href=\"https://hub.example/x/case-studies/br/frete/\"><bdi lang=\"pt-BR\">Frete *grátis* &lt;b&gt;</bdi></a>"),
        "{html}"
    );
    assert!(!html.contains("style") && !html.contains("<script"), "{html}");
    let json = digest_text(&hub, &["--since", "2026-10-01", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["count"].as_u64(), json["from"].as_str()), (Some(2), Some("2026-10-01")));
    let event = &json["events"][0];
    assert_eq!(
        (event["kind"].as_str(), event["day"].as_str(), event["estimated"].as_bool()),
        (Some("decided"), Some("2026-10-05"), Some(true))
    );
    assert_eq!(event["markets"], serde_json::json!(["BR"]));
    assert_eq!(event["decision"], "scale");
    assert_eq!(markdown, digest_text(&hub, &["--since", "2026-10-01"]), "the same twice");
}

#[test]
fn a_digest_can_be_of_one_place_and_of_a_period() {
    let hub = folder();
    let of = |arguments: &[&str]| digest_text(&hub, arguments);
    let september = of(&["--since", "2026-09-01", "--until", "2026-09-30"]);
    assert!(september.contains("Rabatt") && september.contains("### Started (1)"), "{september}");
    assert!(of(&["--since", "2026-01-01", "--market", "Brazil"]).contains("in Brazil"));
    assert!(!of(&["--since", "2026-01-01", "--market", "br"]).contains("Rabatt"));
    assert!(!of(&["--since", "2026-01-01", "--group", "latam"]).contains("Rabatt"));
    let none = of(&["--since", "2026-11-20", "--group", "latam"]);
    assert!(none.contains("Nothing happened in this time."), "{none}");
    let none = of(&["--since", "2026-11-20", "--format", "html"]);
    assert!(none.contains("<p>Nothing happened in this time.</p>"), "{none}");
    let none: serde_json::Value =
        serde_json::from_str(&of(&["--since", "2026-11-20", "--format", "json"])).unwrap();
    assert_eq!(
        (none["count"].as_u64(), none["events"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
}

#[test]
fn wrong_days_and_places_of_a_digest_are_explained() {
    let hub = folder();
    for (arguments, wanted) in [
        (&["--since", "3/4/2026"][..], &["more than one way", "2026-04-03"][..]),
        (&["--since", "no-such-branch"], &["git knows no such revision"]),
        (&["--since", "2026-11", "--until", "2026-11-30"], &["is a month", "2026-11-01"]),
        (&["--since", "2026-10-01", "--until", "2026-09-01"], &["ends before", "--until"]),
        (&["--since", "2026-10-01", "--market", "Brazzil"], &["`Brazzil` is not a known market"]),
        (&["--since", "2026-10-01", "--group", "emeaa"], &["not a known market group", "emea"]),
    ] {
        let output = digest(&hub, arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(wanted.iter().all(|wanted| text.contains(wanted)), "{text}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_digest_can_begin_with_a_revision() {
    let hub = folder();
    let git = |day: &str, arguments: &[&str]| {
        let date = format!("{day}T12:00:00Z");
        let identity = [
            "-c",
            "user.name=Hub",
            "-c",
            "user.email=hub@example.org",
            "-c",
            "commit.gpgsign=false",
        ];
        let output = Command::new("git")
            .args(identity)
            .args(arguments)
            .current_dir(hub.path())
            .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git("2026-10-02", &["init", "-q"]);
    git("2026-10-02", &["add", "."]);
    git("2026-10-02", &["commit", "-qm", "all"]);
    git("2026-10-02", &["tag", "minutes"]);
    let text = digest_text(&hub, &["--since", "minutes"]);
    assert!(text.contains("from 2 Oct 2026 to"), "{text}");
    assert!(text.contains("### Added (2)") && !text.contains("- 30 Sep 2026"), "{text}");
}
