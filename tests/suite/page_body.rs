//! Tests of rendered bodies: raw HTML, unique ids, malformed links, and linear run time.

use std::time::Duration;

use casebook::catalog::{Body, Catalog};
use casebook::record::outline;
use casebook::source::{ContentHash, SourceFile};

use crate::support::{BuiltSite, CheckedHub, HubFolder, TestHub};

const FRONT_MATTER: &str = "---\ntitle: Scooters at the station\nstatus: planned\nmarkets: [DE]\nchannels: [email]\ntactics: [referral-reward]\n";

/// A hub with a study of this front matter and body, a second study, and files beside them.
fn hub(fields: &str, body: &str, files: &[&str]) -> TestHub {
    let folder = HubFolder::empty();
    folder.write("site.toml", "title = \"Hub\"\n[checks]\npreset = \"lenient\"\n");
    let other = "## Results\n\nText <a id=\"figure\">1</a>.\n";
    for (name, fields, body) in [("a", fields, body), ("b", "", other)] {
        let text = format!("{FRONT_MATTER}{fields}---\n\n{body}");
        folder.write(&format!("content/case-studies/de/{name}.md"), text);
    }
    for file in files {
        folder.write(&format!("content/case-studies/de/{file}"), "x");
    }
    folder.load()
}

fn read(body: &str, files: &[&str]) -> CheckedHub {
    hub("", body, files).read()
}

fn page(built: &BuiltSite) -> String {
    String::from_utf8(built.0.files["case-studies/de/a/index.html"].to_vec()).unwrap()
}

/// The page of a body, without diagnostics on the body.
fn page_without_problems(body: &str, files: &[&str]) -> String {
    let checked = read(body, files);
    let reported: Vec<_> =
        checked.codes().into_iter().filter(|code| BODY_CODES.contains(code)).collect();
    assert!(reported.is_empty(), "{body}\n{}", checked.report());
    page(&checked.build())
}

/// Diagnostic codes for problems in bodies.
const BODY_CODES: &[&str] = &[
    "missing-image",
    "broken-link",
    "broken-anchor",
    "anchor-taken",
    "html-removed",
    "not-a-link",
];

fn assert_contains_all(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(
            page.contains(part),
            "`{part}` is not in\n{}",
            &page[page.find("<main").unwrap_or(0)..]
        );
    }
}

#[test]
fn raw_html_links_resolve_like_markdown_links() {
    let body = "<IMG src=chart.png alt=\"Weeks\">\n\n- <a href='b.md#figure'>the figure</a>\n\n> <a href=\"../de/b/\">b</a>\n\n| a |\n|---|\n| <img src=\"more/a%20b.png\" alt=\"\"> |\n\n\
        <picture><source srcset=\"chart.png 1x, more/a%20b.png 2x\"><img alt=\"Weeks\" src=\"chart.png\"></picture>\n\n\
        <video src=\"film.mp4\" poster=\"chart.png\" controls></video>\n\n[Markdown](b.md) beside <a href=\"https://example.org/?a=1&amp;b=2\">the web</a>.\n";
    let page = page_without_problems(body, &["chart.png", "film.mp4", "more/a b.png"]);
    assert_contains_all(
        &page,
        &[
            "<img src=\"../../../case-studies/de/chart.png\" alt=\"Weeks\">",
            "href=\"../../../case-studies/de/b/#figure\"",
            "href=\"../../../case-studies/de/b/\"",
            "src=\"../../../case-studies/de/more/a%20b.png\"",
            "srcset=\"../../../case-studies/de/chart.png 1x, ../../../case-studies/de/more/a%20b.png 2x\"",
            "<video src=\"../../../case-studies/de/film.mp4\" poster=\"../../../case-studies/de/chart.png\" controls=\"\">",
            "href=\"https://example.org/?a=1&amp;b=2\"",
        ],
    );
    assert!(!page.contains("-made-"), "{page}");
}

#[test]
fn problems_in_raw_html_are_reported_at_their_lines() {
    let body = "<img src=\"nowhere.png\" alt=\"a\">\n<a href=\"nowhere.md\">b</a>\n<a href=\"b.md#nowhere\">c</a>\n<img src=\"b.png\">\n<iframe src=\"x\"></iframe>\n";
    let lines = read(body, &["b.png"]).codes_and_lines();
    for wanted in [
        ("missing-image", 9),
        ("broken-link", 10),
        ("broken-anchor", 11),
        ("image-without-alt", 12),
        ("html-removed", 13),
    ] {
        assert!(lines.contains(&wanted), "{wanted:?} in {lines:?}");
    }
}

#[test]
fn ids_on_a_page_are_unique() {
    let body = "A claim[^results], another[^1], a third[^_contents].\n\n## Results\n\n## 1\n\n<a id=\"results\"></a><b id=\"own\">x</b><i id=\"own\">y</i>\n\n\
        ## Own {#_main}\n\n[^results]: Note.\n[^1]: Second.\n[^_contents]: Third.\n";
    let without_html: String = body
        .lines()
        .filter(|line| !line.starts_with('<'))
        .map(|line| format!("{line}\n"))
        .collect();
    for body in [body, &without_html] {
        let page = page(&hub("", body, &[]).build());
        let mut names: Vec<&str> =
            page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let links: Vec<&str> =
            page.split(" href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        for link in &links {
            assert!(names.contains(link), "`#{link}` leads nowhere: {names:?}");
        }
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        assert_contains_all(
            &page,
            &[
                "<h2 id=\"results\">Results</h2>",
                "<h2 id=\"1\">1</h2>",
                "href=\"#_note-1\"",
                "id=\"_note-3\"",
            ],
        );
    }
}

#[test]
fn html_anchors_can_be_linked_to() {
    let body = "See [one](#figure-1), [two](#Old), [three](b.md#figure), [four](#r%C3%A9sum%C3%A9) and [five](#re\u{301}sume\u{301}).\n\n\
        <a id=\"figure-1\"></a>\n\n<h2 id=\"more\">More</h2>\n\n<a name=\"Old\"></a>\n\n## Résumé\n";
    assert_contains_all(
        &page_without_problems(body, &[]),
        &[
            "id=\"figure-1\"",
            "id=\"more\"",
            "name=\"Old\"",
            "href=\"#r%C3%A9sum%C3%A9\"",
            "id=\"résumé\"",
        ],
    );
    let report = read("[up](#results)\n\n<h2 id=\"Results\">R</h2>\n", &[]).report();
    assert!(report.contains("did you mean `Results`?"), "{report}");
}

#[test]
fn anchors_and_addresses_keep_words_of_every_script() {
    for word in ["हिन्दी", "น้ำดื่ม", "বাংলা", "مُحَمَّد"]
    {
        let page = page_without_problems(&format!("## {word}\n\n[up](#{word})\n"), &[]);
        assert_contains_all(&page, &[&format!("id=\"{word}\"")]);
        let record = format!("{FRONT_MATTER}---\n\nText.\n");
        let checked = TestHub::from_files(&[(
            &format!("content/case-studies/de/{word}.md"),
            record.as_str(),
        )])
        .read();
        assert_eq!(checked.catalog().cases[0].meta.address, format!("case-studies/de/{word}/"));
    }
}

#[test]
fn any_file_name_can_be_linked() {
    for (name, encoded) in [
        ("Report #3.png", "Report%20%233.png"),
        ("50%.png", "50%25.png"),
        ("Q1 100% lift.png", "Q1%20100%25%20lift.png"),
        ("a+b.png", "a%2Bb.png"),
        ("a&b.png", "a%26b.png"),
        ("a%20b.png", "a%2520b.png"),
        ("Größe ü.png", "Gr%C3%B6%C3%9Fe%20%C3%BC.png"),
        ("why?.png", "why%3F.png"),
    ] {
        let fields = format!(
            "cover: \"{name}\"\nvariants:\n  - {{name: A, image: \"{encoded}\"}}\n  - {{name: B, image: \"{name}\"}}\n"
        );
        let attribute = name.replace('&', "&amp;");
        let body = format!(
            "![a]({encoded}) ![b](<{name}>) [c]({encoded}) <img src=\"{attribute}\" alt=\"d\"> <a href=\"{encoded}\">e</a>\n"
        );
        for body in [body.clone(), body.split(" <img").next().unwrap().to_owned()] {
            let checked = hub(&fields, &body, &[name]).read();
            assert!(
                checked.codes().iter().all(|code| !BODY_CODES.contains(code)),
                "{name}\n{}",
                checked.report()
            );
            let page = page(&checked.build());
            let wanted = if body.contains("<img") { 7 } else { 5 };
            assert_eq!(
                page.matches(&format!("=\"../../../case-studies/de/{encoded}\"")).count(),
                wanted,
                "{name}\n{page}"
            );
        }
    }
}

#[test]
fn malformed_links_are_reported_outside_code_and_prose() {
    for body in [
        "![a](my chart.png)",
        "![[chart.png]]",
        "[[de/b]]",
        "![a](file:///C:/Users/me/chart.png)",
        "![a](data:image/png;base64,aaaa)",
        "[a](C:\\Users\\me\\plan.pdf)",
        "[a](/Users/me/plan.pdf)",
        "[a](\\\\\\\\server\\share\\plan.pdf)",
        "[a]()",
        "![a]()",
        "[the deck][deck]",
        "![a](images\\a.png)",
        "[a](http//example.org)",
        "[a](www.example.org)",
        "[a](blob:https://example.org/1)",
        "![a](cid:image001.png)",
        "![a](my\nchart.png)",
        "| a |\n|---|\n| ![a](my chart.png) |",
        "- ![a](my chart.png)",
        "<img src=\"file:///C:/a.png\" alt=\"a\">",
        "<a href=\"\">a</a>",
        "<div>\n[a](b.md)\n</div>",
        "A claim[^9].",
    ] {
        let checked = read(&format!("{body}\n"), &["images/a.png"]);
        let reported: Vec<_> = checked
            .codes_and_lines()
            .into_iter()
            .filter(|(code, _)| BODY_CODES.contains(code))
            .collect();
        assert_eq!(reported.len(), 1, "{body}\n{}", checked.report());
        assert!(
            checked
                .diagnostics
                .iter()
                .filter(|found| BODY_CODES.contains(&found.code))
                .all(|found| found.hint.is_some()),
            "{body}"
        );
    }
    page_without_problems(
        "`![a](my chart.png)` and `[[x]]`\n\n```\n![a](my chart.png) [[x]] [a][b] <iframe>\n```\n\n    ![[x.png]]\n",
        &[],
    );
    page_without_problems(
        "They said [sic], [1] and [2][3].\n\n- [ ] task\n- [x] done\n\n[DE][Email] Spring, Hi [[FIRST_NAME]], \\[a](b c.png)\n",
        &[],
    );
    let report = read("![a](images\\a.png)\n", &["images/a.png"]).report();
    assert!(report.contains("write `images/a.png`"), "{report}");
}

/// Parses and renders a body.
fn render_body(markdown: &str) {
    let outline = outline::parse_outline(markdown, 0);
    let body = Body {
        text: markdown.into(),
        raw_html: outline.raw_html,
        headings: outline.headings,
        ..Body::default()
    };
    casebook::page::text::body::render_html(&Catalog::default(), &body, "../");
}

fn parse(text: &str) {
    casebook::record::parse::parse_file(&SourceFile {
        path: "content/ideas/a.md".into(),
        text: text.into(),
        hash: ContentHash::of(text.as_bytes()),
    });
}

/// CPU time of the current thread for a function.
fn cpu_time(run: impl Fn()) -> Duration {
    let now = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let start = now();
    run();
    let end = now();
    Duration::from_nanos(
        ((end.tv_sec - start.tv_sec) * 1_000_000_000 + end.tv_nsec - start.tv_nsec).unsigned_abs(),
    )
}

/// Makes an input with a number of repetitions of one construct.
type MakeInput = Box<dyn Fn(usize) -> String>;

/// Four times the input takes at most five times as long.
#[test]
fn time_is_linear_in_length() {
    const SHORT: usize = 1_000;
    let repeated = |piece: &'static str| move |times: usize| piece.repeat(times);
    let mut constructs: Vec<(String, MakeInput)> = Vec::new();
    for piece in [
        "<div>",
        "<span>",
        "<b>",
        "<b id=1>x ",
        "<a href=x>",
        "<i><p>",
        "<table>",
        "<table><tr><td>",
        "<table><b>x</b>",
        "<li>",
        "<ul><li>",
        "<p>",
        "</p>",
        "<details>",
        "<svg>",
        "<svg><g/>",
        "<x-a/>",
        "<!--",
        "<!-- -->",
        "<div>\n\n",
        "<img src=a.png>",
        "<td>",
        "<select>",
        "<script>",
        "</div>",
        "<br>",
        "<div id=a>",
        "<a name=a>b</a>",
        "> ",
        "- ",
        "1. ",
        "* a\n",
        "> a\n",
        "[",
        "![",
        "](",
        "[a](b) ",
        "[a](b c.png) ",
        "[[",
        "[[a]] ",
        "[^",
        "[^1] ",
        "[^1]: a\n\n",
        "[a]: b\n\n",
        "[a][b] ",
        "*_",
        "*_`",
        "**a ",
        "~~",
        "`",
        "``a`",
        "&amp;",
        "&",
        "&#35;",
        "\\",
        "<",
        "# a\n",
        "| a ",
        "| a |\n|---|\n| b |\n\n",
        "a\n***\n",
        "<http://a.b> ",
        "{#a} ",
        "(",
        "- [ ] a\n",
        "$",
        "```\n",
        "~~~\n",
    ] {
        constructs.push((piece.to_owned(), Box::new(repeated(piece))));
    }
    constructs.push((
        "attributes".into(),
        Box::new(|times| {
            format!("<p {}>a</p>\n", (0..times).map(|at| format!("a{at}=b ")).collect::<String>())
        }),
    ));
    constructs.push((
        "names".into(),
        Box::new(|times| (0..times).map(|at| format!("<i id=a{at}>x</i>\n")).collect()),
    ));
    constructs.push((
        "bold with names".into(),
        Box::new(|times| (0..times).map(|at| format!("<b id=a{at}>x\n")).collect()),
    ));
    constructs.push((
        "columns".into(),
        Box::new(|times| {
            format!("{}|\n{}|\n{}|\n", "|a".repeat(times), "|-".repeat(times), "|b".repeat(times))
        }),
    ));
    constructs.push((
        "nested list".into(),
        Box::new(|times| (0..times / 20).map(|at| format!("{}- a\n", "  ".repeat(at))).collect()),
    ));
    constructs.push(("one heading".into(), Box::new(|times| "## Plan\n\n".repeat(times))));
    constructs.push((
        "footnotes".into(),
        Box::new(|times| (0..times).map(|at| format!("[^{at}]\n\n[^{at}]: a\n\n")).collect()),
    ));
    let mut slow = Vec::new();
    for (name, make) in &constructs {
        // A list that is nested n deep is itself n squared long.
        let factor: usize = if name == "nested list" { 2 } else { 4 };
        slow.extend(superlinear_time(name, |step| make(SHORT * factor.pow(step)), render_body));
    }
    for (open, close) in
        [("[", "]"), ("{a: ", "}"), ("- ", ""), ("!t ", ""), ("&a ", ""), ("? ", "")]
    {
        let front = |times: usize| {
            format!("---\nextra: {}x{}\n---\n", open.repeat(times), close.repeat(times))
        };
        slow.extend(superlinear_time(open, |step| front(SHORT * 4_usize.pow(step)), parse));
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

/// Describes an input that takes more than five times as long when it is four times as long, at a
/// first and at a second step.
///
/// A linear function may cross a limit of the memory caches or of the allocator at one step; a
/// quadratic one fails at both. Run times below a negligible one pass.
fn superlinear_time(
    name: &str,
    make_input: impl Fn(u32) -> String,
    run: fn(&str),
) -> Option<String> {
    const NEGLIGIBLE: Duration = Duration::from_millis(150);
    const ROUNDS: usize = 3;
    let mut description = String::new();
    for step in [0, 1] {
        let (short, long) = (make_input(step), make_input(step + 1));
        let (mut best_short, mut best_long) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            best_long = best_long.min(cpu_time(|| run(&long)));
            if best_long <= NEGLIGIBLE {
                return None;
            }
            best_short = best_short.min(cpu_time(|| run(&short)));
            if best_long <= best_short * 5 {
                return None;
            }
        }
        description.push_str(&format!("{name}: {best_short:?}, then {best_long:?}; "));
    }
    Some(description)
}
