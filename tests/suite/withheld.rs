//! Tests that comments, withheld records, files that only they refer to, and leftover files are in
//! no output.

use std::path::Path;
use std::process::Command;

use crate::authoring::git;
use crate::serve::TestServer;
use crate::support::{BuiltSite, HubFolder, TestHub, is_night};

const OPEN_RECORD: &str = "---\ntitle: Scooters at the station\nstatus: planned\nmarkets: [DE]\nchannels: [email]\ntactics: [referral-reward]\n---\n\n";

/// A hub on disk with these files beside one open record.
fn hub(files: &[(&str, &str)]) -> HubFolder {
    let settings =
        "title = \"Hub\"\nbase_url = \"https://example.org/\"\n[checks]\npreset = \"lenient\"\n";
    let open = format!("{OPEN_RECORD}Renting scooters at the station.\n");
    let hub = HubFolder::new(&[
        ("site.toml", settings),
        ("content/case-studies/de/open.md", open.as_str()),
    ]);
    hub.write_all(files);
    hub
}

/// Fails if a word occurs in any file or path of the site, the search index included.
fn assert_nowhere(built: &BuiltSite, word: &str) {
    built.assert_never_contains(word);
    let paths = built.0.files.keys().chain(built.0.assets.keys());
    assert!(paths.clone().all(|path| !path.contains(word)), "`{word}` is in a path");
}

#[test]
fn comments_and_sanitised_html_are_in_no_text() {
    let hidden = "Seen.\n\n<!--\nqzxone\n-->\n\n- item <!-- a > qzxtwo -->\n\n> <!-- qzxthree -->\n\n| a |\n|---|\n| b <!-- qzxfour --> |\n\n<style>\np { color: qzxfive }\n</style>\n\n<script>\nvar qzxsix;\n</script>\n\nMore <style>qzxseven</style> text.\n";
    let hub = hub(&[
        ("content/case-studies/de/words.md", &format!("{OPEN_RECORD}{hidden}")),
        (
            "content/ideas/first.md",
            "---\ntitle: First\nstatus: new\n---\n\n<!--\nfor the boss: qzxeight\n-->\n\nReal text.\n",
        ),
    ]);
    let read = hub.load().read();
    let catalog = read.catalog();
    let texts = catalog
        .cases
        .iter()
        .map(|case| &case.meta)
        .chain(catalog.ideas.iter().map(|idea| &idea.meta));
    for section in texts.flat_map(|meta| meta.body.sections.iter()) {
        assert!(!section.text.contains("qzx"), "{section:?}");
    }
    assert_eq!(catalog.ideas[0].summary, "Real text.");
    assert_nowhere(&read.build(), "qzx");
}

#[test]
fn files_that_only_withheld_records_name_are_withheld() {
    let secret = OPEN_RECORD
        .replace("status: planned", "status: planned\nvisibility: restricted\ncover: qzxcover.png");
    let body = "![Plan](qzxplan.png) [Deck](qzxdeck.pptx) <img src='qzxraw.png' srcset=\"qzxsmall.png 1x, qzxlarge.png 2x\">\n\nSee qzxplain.pdf.\n\n![Both](both.png)\n";
    let names = [
        "qzxcover.png",
        "qzxplan.png",
        "qzxdeck.pptx",
        "qzxraw.png",
        "qzxsmall.png",
        "qzxlarge.png",
        "qzxplain.pdf",
        "both.png",
        "nobodys.png",
    ];
    let mut files: Vec<(String, String)> = names
        .iter()
        .map(|name| (format!("content/case-studies/de/{name}"), "x".to_owned()))
        .collect();
    files.push(("content/case-studies/de/secret.md".into(), format!("{secret}{body}")));
    files.push(("content/case-studies/de/secret/qzxown.png".into(), "x".into()));
    files.push((
        "content/case-studies/de/shown.md".into(),
        format!("{OPEN_RECORD}![Both](both.png)\n"),
    ));
    files.push((
        "content/case-studies/fr/later.md".into(),
        OPEN_RECORD.replace("status: planned", "status: planned\nembargo_until: 2099-01-01"),
    ));
    files.push(("content/case-studies/fr/qzxalone.png".into(), "x".into()));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let built = hub(&files).load().build();
    assert_nowhere(&built, "qzx");
    built
        .assert_has_file("case-studies/de/both.png")
        .assert_has_file("case-studies/de/nobodys.png");
}

/// Files in other folders are withheld with the record that refers to them, in any notation.
#[test]
fn referenced_files_in_other_folders_are_withheld() {
    let secret = OPEN_RECORD.replace("status: planned", "status: planned\nvisibility: restricted");
    let body = "[Plan](../../shared/qzxplan.pdf), ../../shared/qzxtext.pdf, QZXUPPER.PDF, `qzxcode.pdf` and qzx%20space.pdf; see shared/qzxpart.pdf\n\nchart.png\n";
    let names = [
        "qzxplan.pdf",
        "qzxtext.pdf",
        "qzxupper.pdf",
        "qzxcode.pdf",
        "qzx space.pdf",
        "qzxpart.pdf",
        "seen.pdf",
        "chart.png",
    ];
    let mut files: Vec<(String, String)> =
        names.iter().map(|name| (format!("content/shared/{name}"), "x".to_owned())).collect();
    files.push(("content/case-studies/de/chart.png".into(), "x".into()));
    files.push(("content/case-studies/de/secret.md".into(), format!("{secret}{body}")));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let built = hub(&files).load().build();
    let published: Vec<&String> = built.0.assets.keys().collect();
    assert_eq!(
        published,
        ["shared/chart.png", "shared/seen.pdf"],
        "the withheld `chart.png` is the one of its own folder"
    );
}

#[test]
fn thousands_of_files_and_drafts_are_searched_quickly() {
    let draft = OPEN_RECORD.replace("status: planned", "status: planned\ndraft: true");
    let records: Vec<(String, String)> = (0..2_000)
        .map(|at| {
            (
                format!("content/case-studies/de/r{at}.md"),
                format!("{draft}See qzx{at}.pdf.\n{}", "Words. ".repeat(100)),
            )
        })
        .collect();
    let files: Vec<(String, String)> =
        (0..2_000).map(|at| (format!("content/shared/qzx{at}.pdf"), "x".to_owned())).collect();
    let all: Vec<(&str, &str)> =
        records.iter().chain(&files).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let hub = hub(&all);
    let start = std::time::Instant::now();
    assert!(hub.load().read().catalog().assets.is_empty());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Front-matter lines that withhold a record, misspellings included.
const GATES: &[&str] = &[
    "draft: true",
    "visibility: restricted",
    "visibility: internal",
    "embargo_until: 2099-01-01",
    "drfat: yes",
    "Visibility: intern",
    "embargoUntil: 2099-01-01",
    "unlisted: true",
    "published: false",
];

/// The gates where a whole program runs for each; by day, one as it is written and one that is
/// misspelt: which fields withhold a record is decided in one place, before anything is made of it.
fn gates_of_programs() -> Vec<&'static str> {
    if is_night() { GATES.to_vec() } else { vec![GATES[0], GATES[4]] }
}

/// Files of a study and an idea that a gate withholds, with a unique word in each field, and of
/// records that refer to them in every way.
fn hidden_record_and_references(gate: &str) -> Vec<(&'static str, String)> {
    let record = format!(
        "---\ntitle: qzxtitle\nsummary: qzxsummary\nstatus: completed\n{gate}\nmarkets: [DE]\nchannels: [email]\ntactics: [referral-reward]\n\
         hypothesis: qzxhypothesis\nowner: qzxowner\nauthors: [qzxauthor]\naudience: [qzxaudience]\nbrand: qzxbrand\nproduct: [qzxproduct]\n\
         fixed: [qzxfixed]\nconstraints: [qzxconstraint]\nvariants: [{{name: qzxvariant}}]\naliases: [qzxalias/]\ncover: qzxcover.png\n\
         links: [{{label: qzxlabel, url: 'https://qzx.example/'}}]\nextra: {{qzxkey: qzxvalue}}\nraci: {{responsible: qzxraci}}\nadapted_from: [de/open]\n---\n\n\
         qzxtext ![qzxalt](qzxpicture.png)\n\n## qzxheading\n\n<p title=qzxattribute>qzxhtml</p>\n"
    );
    let relations = [
        "adapted_from",
        "replicates",
        "supersedes",
        "contradicts",
        "duplicate_of",
        "related",
        "translation_of",
    ];
    let relations: String =
        relations.iter().map(|field| format!("{field}: [de/qzxpath]\n")).collect();
    let body = "[a](qzxpath.md) [b](/case-studies/de/qzxpath/) [c](qzxpath.md#qzxheading) [d][ref] <a href=\"qzxpath.md\">e</a> <a href='/case-studies/de/qzxpath/'>f</a>\n\n\
        <A HREF=qzxpath.md#qzxheading>g</A> <img src=\"../de/qzxpath/x.png\" alt=\"\"> <blockquote cite=\"qzxpath.md\">h</blockquote> <video poster=qzxpath.md></video>\n\n\
        <div><p>\n<a href=\"qzxpath.md\n\">i</a></div>\n\n<svg><a href=qzxpath.md>j</a></svg> <img alt=\"\" srcset=\"qzxpath.md 1x, qzxpath.md 2x\">\n\n[ref]: qzxpath.md \"k\"\n";
    let named = OPEN_RECORD
        .replace("status: planned\n", &format!("status: planned\nidea: qzxidea\n{relations}not_duplicate_of: [{{id: de/qzxpath, reason: l}}]\n"));
    let idea = format!(
        "---\ntitle: First\nstatus: done\nevidence: [de/qzxpath]\nbecomes: de/qzxpath\n---\n\n{}",
        body.replace("qzxpath.md", "../case-studies/de/qzxpath.md")
    );
    let playbook = "---\ntitle: Play\nclaim: It works.\nstatus: emerging\nsupports: [de/qzxpath, de/open]\ncontradicts: [de/qzxpath]\n---\n\nText.\n";
    let hidden_idea =
        format!("---\ntitle: qzxideatitle\nstatus: new\n{gate}\n---\n\nqzxideatext\n");
    vec![
        ("content/case-studies/de/qzxpath.md", record),
        ("content/case-studies/de/qzxcover.png", "x".into()),
        ("content/case-studies/de/qzxpicture.png", "x".into()),
        ("content/case-studies/de/names.md", format!("{named}{body}")),
        ("content/ideas/qzxidea.md", hidden_idea),
        ("content/ideas/names.md", idea),
        ("content/playbooks/names.md", playbook.into()),
    ]
}

#[test]
fn no_word_of_a_hidden_record_is_in_any_output() {
    for gate in GATES {
        let files = hidden_record_and_references(gate);
        let hub = hub(&files.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>());
        let read = hub.load().read();
        assert_eq!(read.catalog().withheld_count, 2, "{gate}\n{}", read.report());
        assert_nowhere(&read.publish(), "qzx");
    }
}

#[test]
fn no_word_of_a_hidden_record_is_served() {
    for gate in gates_of_programs() {
        let files = hidden_record_and_references(gate);
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let hub = hub(&files);
        let paths = hub.load().read().publish().0.files.into_keys();
        let server = TestServer::start_in(hub);
        server.wait_for_text("/data/case-studies.json", "Scooters at the station");
        for path in paths.filter(|path| !path.starts_with("search/")) {
            let (head, body) = server.get(&format!("/{path}"));
            assert!(
                head.starts_with("http/1.1 200") && !body.contains("qzx"),
                "{gate}: {path}: {head}"
            );
        }
        for path in [
            "case-studies/de/qzxpath/",
            "case-studies/de/qzxcover.png",
            "case-studies/de/qzxpicture.png",
            "ideas/qzxidea/",
            "qzxalias/",
        ] {
            let (head, body) = server.get(&format!("/{path}"));
            assert!(
                head.starts_with("http/1.1 404") && !body.contains("qzx"),
                "{gate}: {path}: {head}"
            );
        }
    }
}

/// Review comments may contain only the paths of withheld files, which the change shows anyway.
#[test]
fn no_word_of_a_hidden_record_is_in_a_review() {
    for gate in gates_of_programs() {
        let files = hidden_record_and_references(gate);
        let hub = hub(&[]);
        git(hub.path(), &["init", "-q"]);
        git(hub.path(), &["add", "."]);
        git(hub.path(), &["commit", "-qm", "hub"]);
        hub.write_all(&files);
        for format in ["markdown", "json"] {
            let (_, report) = review(hub.path(), format);
            let report = report.replace("de/qzxpath", "").replace("content/ideas/qzxidea.md", "");
            assert!(
                report.contains("content/case-studies/de/names.md") && !report.contains("qzx"),
                "{gate}: {report}"
            );
        }
    }
}

/// Exit code and report of `review` against the last commit.
fn review(root: &Path, format: &str) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_casebook"));
    let output = program
        .args(["review", "--base", "HEAD", "--format", format, "--root"])
        .arg(root)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_review_checks_links_to_planned_pages() {
    let hub = hub(&[]);
    git(hub.path(), &["init", "-q"]);
    git(hub.path(), &["add", "."]);
    git(hub.path(), &["commit", "-qm", "hub"]);
    hub.write(
        "content/case-studies/de/later.md",
        format!("{OPEN_RECORD}[a](/desk/no-such-duty/)\n"),
    );
    let (_, report) = review(hub.path(), "markdown");
    assert!(report.contains("broken-link") && report.contains("/desk/no-such-duty/"), "{report}");
}

#[test]
fn leftover_files_are_never_published() {
    let names = [
        "plan.md~",
        "plan.md.orig",
        "plan.md.bak",
        "#plan.md#",
        "~$plan.pptx",
        "Thumbs.db",
        "plan (conflicted copy).md",
        "plan_LOCAL_12.md",
    ];
    let files: Vec<(String, String)> = names
        .iter()
        .map(|name| (format!("content/case-studies/de/{name}"), format!("{OPEN_RECORD}qzxleft\n")))
        .collect();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let read = hub(&files).load().read();
    assert_eq!(
        read.codes().iter().filter(|code| **code == "leftover-file").count(),
        names.len(),
        "{}",
        read.report()
    );
    let built = read.build();
    assert_nowhere(&built, "qzxleft");
    assert!(built.0.assets.is_empty(), "{:?}", built.0.assets.keys());
}

#[test]
fn record_extensions_are_case_insensitive() {
    let built = hub(&[
        ("content/case-studies/de/REPORT.MD", &format!("{OPEN_RECORD}Report.\n")),
        ("content/case-studies/de/plan.mdx", &format!("{OPEN_RECORD}Plan.\n")),
    ])
    .load()
    .build();
    built
        .assert_has_file("case-studies/de/report/index.html")
        .assert_has_file("case-studies/de/plan/index.html");
}

/// Misspelt and misplaced gates withhold records under every preset, and are reported.
#[test]
fn gates_fail_closed() {
    let fields = [
        "Draft: true",
        "draft : yes",
        "drfat: true",
        "embargo-until: 2099-01-01",
        "embargoUntil: 2099-01-01",
        "Visibility: internal",
        "visibilty: restricted",
        "unlisted: true",
        "private: true",
        "published: false",
        "public: no",
        "publishDate: 2099-01-01",
        "embargo: 2099-01-01",
        "embargo_until: 2026-11-22T18:00:00-07:00",
        "embargo_until: 2026-11-21 23:00",
        "embargo_until: 2026-01-01 or later, ask legal",
    ];
    for field in fields {
        let record = OPEN_RECORD
            .replace("Scooters at the station", "qzxtitle")
            .replace("status: planned", &format!("status: planned\n{field}"));
        let read = hub(&[("content/case-studies/de/qzxname.md", &format!("{record}qzxtext\n"))])
            .load()
            .read();
        assert_eq!(read.catalog().withheld_count, 1, "{field}\n{}", read.report());
        assert!(
            read.diagnostics
                .iter()
                .any(|problem| &*problem.place.path == "content/case-studies/de/qzxname.md")
                || field.starts_with("draft :"),
            "{field}"
        );
        assert_nowhere(&read.build(), "qzx");
    }
    for field in [
        "published: true",
        "public: yes",
        "unlisted: false",
        "draft: no",
        "publishDate: 2020-01-01",
        "embargo_until: 2026-11-22",
        "embargo_until: 2026-11-20 18:00",
    ] {
        let record = OPEN_RECORD.replace("status: planned", &format!("status: planned\n{field}"));
        let read = hub(&[("content/case-studies/de/seen.md", &record)]).load().read();
        assert_eq!(read.catalog().withheld_count, 0, "{field}");
        assert!(
            !read.codes().contains(&"unclear-gate")
                || field.contains("Date")
                || field.starts_with("embargo"),
            "{field}\n{}",
            read.report()
        );
    }
    let misplaced = [
        "\n---\ntitle: qzxtitle\nstatus: new\ndraft: true\n---\n\nqzxtext\n",
        "<!-- template -->\n---\ntitle: qzxtitle\nvisibility: restricted\n---\n\nqzxtext\n",
        "----\ntitle: qzxtitle\nvisibility: restricted\n----\n\nqzxtext\n",
        "+++\ntitle = \"qzxtitle\"\ndraft = true\n+++\n\nqzxtext\n",
    ];
    for text in misplaced {
        let read = hub(&[("content/ideas/qzxname.md", text)]).load().read();
        assert_eq!(read.catalog().withheld_count, 1, "{text}\n{}", read.report());
        assert!(read.codes().contains(&"unclear-gate"), "{text}\n{}", read.report());
        assert_nowhere(&read.build(), "qzx");
    }
    let prose = "**Access:** ask the CRM team\n\nInternal: see the wiki\n\nDraft: the first one was longer.\n";
    assert_eq!(
        hub(&[("content/pages/onboarding.md", prose)]).load().read().catalog().withheld_count,
        0,
        "prose is no front matter"
    );
}

/// Attachments that a browser would execute are not published.
#[test]
fn executable_files_are_not_published() {
    let files = [
        ("content/case-studies/de/mock.html", "<script>go()</script>"),
        ("content/case-studies/de/Mock.XHTML", "<html/>"),
        (
            "content/case-studies/de/drawn.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'><script>go()</script></svg>",
        ),
        (
            "content/case-studies/de/plain.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>",
        ),
        ("content/case-studies/de/table.csv", "a,b"),
    ];
    let built = hub(&files).load().build();
    let published: Vec<&String> = built.0.assets.keys().collect();
    assert_eq!(published, ["case-studies/de/plain.svg", "case-studies/de/table.csv"]);
}

#[test]
fn remote_images_are_reported_and_can_be_refused() {
    let settings =
        |refuse: &str| format!("title = \"Hub\"\n[content]\nremote_images = \"{refuse}\"\n");
    let page = "case-studies/de/a/index.html";
    // Body, and number of `remote-image` diagnostics: one for each image that loads by itself, none
    // for plain links.
    let rows = [
        ("![Weeks](https://h.example/p.png)", 1),
        ("![Weeks](//h.example/p.png)", 1),
        ("![Weeks][p]\n\n[p]: HTTPS://h.example/p.png", 1),
        (
            "<img src=\"https://h.example/p.png\" alt=\"Weeks\"> <a href=\"https://h.example/p.png\">Weeks</a>",
            1,
        ),
        (
            "<a href=\"https://h.example/p.png\"><img src='https://h.example/p.png' alt='Weeks'></a>",
            1,
        ),
        (
            "<img srcset=\"https://h.example/p.png 1x, https://h.example/q.png 2x\" alt=\"Weeks\">",
            2,
        ),
        (
            "<video src=\"https://h.example/v.mp4\" poster=\"https://h.example/p.png\" controls></video>",
            2,
        ),
        ("<audio controls><source src=\"https://h.example/a.mp3\"></audio>", 1),
        ("<picture><source srcset=\"//h.example/p.png\"></picture>", 1),
        ("<a href=\"https://h.example/p.png\">Weeks</a> [Weeks](https://h.example/p.png)", 0),
    ];
    for (written, count) in rows {
        for refuse in ["allow", "refuse"] {
            let text = format!("{OPEN_RECORD}{written}\n");
            let checked = TestHub::from_files(&[
                ("content/case-studies/de/a.md", &text),
                ("site.toml", &settings(refuse)),
            ])
            .read();
            assert_eq!(
                checked.codes().iter().filter(|code| **code == "remote-image").count(),
                count,
                "{written}\n{}",
                checked.report()
            );
            let made = checked.build();
            let made = made.text(page).to_lowercase();
            let loads = [
                "src=\"https://h.",
                "src=\"//h.",
                "srcset=\"https://h.",
                "srcset=\"//h.",
                "poster=\"https://h.",
            ]
            .iter()
            .any(|trace| made.contains(trace));
            assert_eq!(
                loads,
                refuse == "allow" && count > 0,
                "{written} became, where the hub says {refuse}: {made}"
            );
            let links = written.contains("![") && refuse == "refuse" || written.contains("href");
            assert_eq!(
                made.contains("<a href=\"https://h.example/p.png\""),
                links,
                "{written} became {made}"
            );
        }
    }
}
