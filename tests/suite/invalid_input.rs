//! Tests of invalid input: it is reported at its line, and other records stay intact.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use casebook::catalog::assemble::assemble;
use casebook::check::run_checks;
use casebook::diagnostic::render::{self, RenderOptions};
use casebook::diagnostic::{Diagnostic, Severity};
use casebook::record::parse::parse_file;
use casebook::record::yaml::{self, Node, Value};
use casebook::source::{ContentHash, History, SourceFile};
use casebook::vocabulary::Vocabulary;
use proptest::prelude::*;

use crate::support::{CheckedHub, TODAY, TestHub, property};

const CASE: &str = "content/case-studies/no/reward.md";
const IDEA: &str = "content/ideas/reward.md";

/// Text of a planned case study with more lines of front matter and a body.
fn planned(lines: &str, body: &str) -> String {
    format!(
        "---\ntitle: Reward\nstatus: planned\nmarkets: [NO]\nchannels: [email]\ntactics: [referral-reward]\n{lines}---\n{body}"
    )
}

fn read_case_study(lines: &str, body: &str) -> CheckedHub {
    TestHub::from_files(&[(CASE, &planned(lines, body))]).read()
}

/// Reads a case study in which one line of front matter replaces the line of the same field.
fn read_with_line(line: &str) -> CheckedHub {
    let name = line.split(':').next().unwrap();
    let text = planned("", "");
    let lines: Vec<&str> = text
        .lines()
        .map(|old| if old.starts_with(&format!("{name}:")) { line } else { old })
        .collect();
    TestHub::from_files(&[(CASE, &format!("{}\n", lines.join("\n")))]).read()
}

/// Fails if a function takes ten seconds or more.
fn assert_fast<T>(read: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = read();
    assert!(start.elapsed() < Duration::from_secs(10), "it took {:?}", start.elapsed());
    value
}

#[test]
fn files_that_are_not_records() {
    let rows = [
        ("", "front-matter-missing"),
        ("\n\n  \n", "front-matter-missing"),
        ("# Reward\n\nText.\n", "front-matter-missing"),
        (" ---\ntitle: Reward\n---\n", "front-matter-missing"),
        ("+++\ntitle = \"Reward\"\n+++\n", "front-matter-missing"),
        ("---\ntitle: Reward\nstatus: new\n", "front-matter-unclosed"),
        ("---\ntitle: Reward\nstatus: new\n ---\nText\n", "front-matter-unclosed"),
        ("---\n- title\n---\n", "invalid-yaml"),
        ("---\ntitle\n---\n", "invalid-yaml"),
        ("---\ntitle: [Reward\n---\n", "invalid-yaml"),
        ("---\ntitle: 'Reward\n---\n", "invalid-yaml"),
        ("---\ntitle: Reward: both: sides\n---\n", "invalid-yaml"),
        ("---\ntitle: @reward\n---\n", "invalid-yaml"),
        ("---\ntitle: *reward\n---\n", "invalid-yaml"),
        ("---\nscore:\n\timpact: 7\n---\n", "invalid-yaml"),
        ("---\n? [a, b]\n: c\n---\n", "invalid-yaml"),
    ];
    for (text, code) in rows {
        let checked = TestHub::from_files(&[(IDEA, text)]).read();
        assert_eq!(checked.codes(), [code], "{text:?}\n{}", checked.report());
    }
}

#[test]
fn an_empty_front_matter_lacks_what_is_required() {
    TestHub::from_files(&[(IDEA, "---\n---\n")])
        .read()
        .assert_codes(&["missing-field", "missing-field"]);
    TestHub::from_files(&[(IDEA, "---\n# only a comment\n---\n")])
        .read()
        .assert_codes(&["missing-field", "missing-field"]);
}

#[test]
fn diagnostics_name_the_line_in_the_file() {
    assert_eq!(read_case_study("start: 2026-02-30\n", "").codes_and_lines(), [("invalid-date", 7)]);
    assert_eq!(
        read_case_study("", "\n## One\n\nText [link](nowhere.md).\n").codes_and_lines(),
        [("broken-link", 11)]
    );
    assert_eq!(
        read_case_study("", "\n## One\n\n#### Two\n").codes_and_lines(),
        [("heading-skipped", 11)]
    );
    assert_eq!(read_with_line("title: [Reward").codes_and_lines(), [("invalid-yaml", 2)]);
}

#[test]
fn a_missing_space_is_mended_in_its_own_line() {
    let checked = read_case_study("summary: written as owner:CRM\nowner:CRM\n", "");
    assert_eq!(checked.codes(), ["invalid-yaml"]);
    let hint = checked.diagnostics[0].hint.as_deref().unwrap_or_default();
    assert!(hint.contains("`owner: CRM`"), "{hint}");
}

#[test]
fn a_byte_order_mark_and_carriage_returns_change_nothing() {
    let plain = planned("start: 2026-02-30\nownr: CRM\n", "\n## One\n\nText [link](nowhere.md).\n");
    let wanted = [("invalid-date", 7), ("unknown-key", 8), ("broken-link", 13)];
    for text in [
        plain.clone(),
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{}", plain.replace('\n', "\r\n")),
    ] {
        assert_eq!(TestHub::from_files(&[(CASE, &text)]).read().codes_and_lines(), wanted);
    }
}

#[test]
fn yaml_booleans_and_numbers_stay_text() {
    let rows = [
        ("markets: [NO, SE]", "NO"),
        ("markets: NO", "NO"),
        ("markets: no", "NO"),
        ("market: No", "NO"),
        ("markets: [ON, no]", "NO"),
    ];
    for (line, wanted) in rows {
        let text = planned("", "").replace("markets: [NO]", line);
        let checked = TestHub::from_files(&[(CASE, &text)]).read();
        let catalog = checked.catalog();
        let ids: Vec<&str> = catalog.cases[0]
            .markets
            .iter()
            .map(|market| &*catalog.vocabulary.markets[*market].id)
            .collect();
        assert!(ids.contains(&wanted), "{line}: {ids:?}");
    }
    for title in [
        "yes",
        "1.10",
        "0x1F",
        "1_000",
        "2026-02-30",
        "12:30:45",
        "~tilde",
        "null and void",
        ".5",
        "TRUE",
    ] {
        let checked = read_with_line(&format!("title: {title}"));
        assert_eq!(checked.assert_codes(&[]).catalog().cases[0].meta.title, title);
    }
}

#[test]
fn wrong_types_and_impossible_values() {
    let rows = [
        ("title: {a: b}", &["wrong-type"][..]),
        ("status: [planned, running]", &["wrong-type"]),
        ("status: plan", &["unknown-value"]),
        ("markets: {a: NO}", &["wrong-type"]),
        ("markets: [NO, [SE]]", &["wrong-type"]),
        ("markets: []", &["missing-field"]),
        ("markets: ''", &["missing-field"]),
        ("markets: [~, '']", &["missing-field"]),
        ("status: ''", &["missing-field"]),
        ("markets: [Norge]", &["aliased-term"]),
        ("channels: email, display", &["unknown-term"]),
    ];
    for (line, codes) in rows {
        let checked = read_with_line(line);
        assert_eq!(checked.codes(), codes, "{line}\n{}", checked.report());
    }
    let rows = [
        ("start: 2026-13-01\n", "invalid-date"),
        ("start: 2025-02-29\n", "invalid-date"),
        ("start: 0000-00-00\n", "invalid-date"),
        ("start: tomorrow\n", "invalid-date"),
        ("start: 31/12/2026\n", "invalid-date"),
        ("sample_size: -4\n", "wrong-type"),
        ("sample_size: 1e9\n", "wrong-type"),
        ("sample_size: 99999999999999999999999\n", "wrong-type"),
        ("mde: NaN\n", "wrong-type"),
        ("mde: .inf\n", "wrong-type"),
        ("mde: 1,5\n", "wrong-type"),
        ("review_every: 99999999999y\n", "wrong-type"),
        ("verified_on: 2026-01-01\nreview_every: 10000000y\n", "wrong-type"),
        ("results: {metric: cvr, role: first}\n", "unknown-value"),
        ("results: [cvr]\n", "wrong-type"),
        ("results: [{role: primary}]\n", "missing-field"),
        ("variants: [{description: x}]\n", "missing-field"),
        ("variants: open box\n", "wrong-type"),
        ("budget: {amount: 12}\n", "missing-field"),
        ("raci: somebody\n", "wrong-type"),
        ("links: [{label: x}]\n", "missing-field"),
        ("links: 'javascript:alert(1)'\n", "invalid-link"),
        ("cover: ../../../site.toml\n", "missing-image"),
        ("not_duplicate_of: [{reason: x}]\n", "missing-field"),
        ("adapted_from: [no/reword]\n", "unknown-id"),
        ("visibility: [internal]\n", "wrong-type"),
        ("extra: campaign Q3\n", "wrong-type"),
        ("extra: {a: 1, a: 2}\n", "duplicate-key"),
        ("draft: maybe\n", "wrong-type"),
        ("embargo_until: soon\n", "invalid-date"),
        ("title: Again\n", "duplicate-key"),
        ("market: SE\n", "duplicate-key"),
        ("sttaus: running\n", "unknown-key"),
        ("'': x\n", "unknown-key"),
    ];
    for (lines, code) in rows {
        let checked = read_case_study(lines, "");
        assert!(checked.codes().contains(&code), "{lines} gives {}", checked.report());
        assert!(
            checked.diagnostics.iter().all(|diagnostic| diagnostic.hint.is_some()),
            "{lines} has a hint"
        );
    }
}

#[test]
fn invalid_gates_withhold_records() {
    let hidden = [
        "visibility: intrenal\n",
        "visibility: [internal]\n",
        "visibility: Internal\n",
        "visibility: public\nvisibility: internal\n",
        "draft: maybe\n",
        "draft: True\n",
        "draft: [true]\n",
        "embargo_until: 2027-13-01\n",
        "embargo_until: 2027-01-01T09:00:00\n",
        "embargo_until: soon\n",
    ];
    for lines in hidden {
        let lenient = "title = \"Hub\"\n[checks]\npreset = \"lenient\"\n";
        let checked =
            TestHub::from_files(&[("site.toml", lenient), (CASE, &planned(lines, ""))]).read();
        assert!(checked.catalog().cases.is_empty(), "{lines} is published");
    }
    for lines in [
        "visibility: public\n",
        "visibility:\n",
        "draft: false\n",
        "draft: no\n",
        "embargo_until: 2026-11-22\n",
        "draft: ''\n",
    ] {
        assert_eq!(read_case_study(lines, "").catalog().cases.len(), 1, "{lines} is hidden");
    }
}

#[test]
fn unreadable_files_stay_errors_under_the_lenient_preset() {
    let lenient = "title = \"Hub\"\n[vocabulary]\nmode = \"open\"\n[checks]\npreset = \"lenient\"\n\"invalid-yaml\" = \"off\"\n";
    let checked = TestHub::from_files(&[
        ("site.toml", lenient),
        (IDEA, "---\ntitle: [\n---\n"),
        (CASE, "# Nothing but text\n"),
    ])
    .read();
    assert_eq!(
        checked.diagnostics.iter().map(|found| (found.code, found.severity)).collect::<Vec<_>>(),
        [("front-matter-missing", Severity::Warning), ("invalid-yaml", Severity::Error)]
    );
    assert_eq!(checked.catalog().cases[0].meta.title, "Nothing but text");
}

#[test]
fn an_invalid_record_does_not_affect_others() {
    let checked = TestHub::from_files(&[
        ("content/ideas/a.md", "---\ntitle: [\n---\n"),
        ("content/ideas/b.md", "---\ntitle: B\nstatus: knew\n---\n"),
        ("content/ideas/c.md", "---\ntitle: C\nstatus: new\n---\n"),
    ])
    .read();
    checked.assert_codes(&["invalid-yaml", "unknown-value"]);
    assert_eq!(checked.catalog().ideas.len(), 2);
}

#[test]
fn settings_that_cannot_be_read_are_the_only_problem() {
    let rows = [
        "title = \n",
        "titel = \"Hub\"\n",
        "title = \"Hub\"\n[similar]\nrelated = 7\n",
        "title = 5\n",
        "\u{0}",
        "title = \"Hub\"\n[checks]\npreset = \"hard\"\n",
    ];
    for settings in rows {
        let checked =
            TestHub::from_files(&[("site.toml", settings), (IDEA, "---\ntitle: Idea\n")]).read();
        assert_eq!(checked.codes(), ["invalid-settings"], "{settings:?}");
    }
}

#[test]
fn alias_bombs_are_refused_quickly() {
    let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let previous = vec![format!("*a{}", level - 1); 10].join(", ");
        yaml += &format!("a{level}: &a{level} [{previous}]\n");
    }
    let checked = assert_fast(|| read_case_study(&yaml, ""));
    assert!(checked.assert_codes(&["invalid-yaml"]).report().contains("aliases"));
}

#[test]
fn small_aliases_are_read() {
    let checked = read_case_study("fixed: &kept [Box, Voice]\nflexible: *kept\n", "");
    assert_eq!(checked.assert_codes(&[]).catalog().cases[0].flexible, ["Box", "Voice"]);
}

#[test]
fn deep_nesting_is_handled_quickly() {
    for (open, close) in
        [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("&a ", ""), ("!t ", "")]
    {
        let yaml = format!("extra: {}x{}\n", open.repeat(10_000), close.repeat(10_000));
        assert_fast(|| read_case_study(&yaml, ""));
    }
    let bodies = [
        "[", "![", "> ", "- ", "* ", "`", "**", "_", "<div>", "<!--", "|", "\\", "&", "[a](",
        "[](<", "1. ", "~~", "$", "[^", "# ", "    ", "***_",
    ];
    for piece in bodies {
        assert_fast(|| read_case_study("", &piece.repeat(10_000)));
        assert_fast(|| read_case_study("", &format!("{}\n", piece.repeat(100)).repeat(100)));
    }
    assert_fast(|| {
        read_case_study("", &format!("{}a{}", "[".repeat(10_000), "](b)".repeat(10_000)))
    });
    assert_fast(|| read_case_study("", &format!("{}a", "[^a]: ".repeat(5_000))));
    assert_fast(|| {
        read_case_study(
            "",
            &"| a "
                .repeat(5_000)
                .lines()
                .map(|row| format!("{row}|\n{}|\n", "|-".repeat(5_000)))
                .collect::<String>(),
        )
    });
}

#[test]
fn long_lines_long_lists_and_unusual_characters() {
    let long = "x".repeat(1_000_000);
    assert_fast(|| read_case_study(&format!("audience: {long}\n"), &long));
    let many: String = (0..20_000).map(|number| format!("t{number}, ")).collect();
    assert_fast(|| read_case_study(&format!("audience: [{many}]\n"), ""));
    let many: String = (0..2_000).map(|number| format!("unknown_{number}: 1\n")).collect();
    let checked = assert_fast(|| read_case_study(&many, ""));
    assert_eq!(checked.codes().len(), 2_000);
    for letters in [
        "\u{0}",
        "\u{200b}",
        "\u{202e}",
        "\u{fffe}",
        "🎁\u{200d}🎁",
        "e\u{301}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
    ] {
        read_case_study(
            &format!("audience: \"{letters}\"\n"),
            &format!("\n## {letters}\n\nText {letters} [x](#{letters}).\n"),
        );
    }
}

#[test]
fn links_out_of_the_content_folder_are_refused() {
    let rows = [
        "../../../site.toml",
        "../../../../../../etc/passwd",
        "/../site.toml",
        "..%2f..%2f..%2fsite.toml",
        "%2e%2e/%2e%2e/%2e%2e/site.toml",
        "..\\..\\site.toml",
    ];
    for target in rows {
        let checked =
            read_case_study("", &format!("\nA [link]({target}) and ![a picture]({target}).\n"));
        assert_eq!(checked.codes().len(), 2, "{target} {}", checked.report());
        assert!(
            checked.codes().iter().all(|code| ["broken-link", "missing-image"].contains(code)),
            "{target} {}",
            checked.report()
        );
    }
}

#[test]
fn two_records_never_share_an_address() {
    let idea = |title: &str| format!("---\ntitle: {title}\nstatus: new\n---\n");
    let checked = TestHub::from_files(&[
        ("content/ideas/Summer Sale.md", &idea("One")),
        ("content/ideas/summer-sale.md", &idea("Two")),
        ("content/ideas/summer_sale.md", &idea("Three")),
        ("content/ideas/!!!.md", &idea("Four")),
        ("content/ideas/???.md", &idea("Five")),
        ("content/pages/ideas.md", "---\ntitle: Not the backlog\n---\n"),
    ])
    .read();
    checked.assert_codes(&["same-address"; 4]);
    let catalog = checked.catalog();
    let mut addresses: Vec<&str> = catalog
        .ideas
        .iter()
        .map(|idea| idea.meta.address.as_str())
        .chain(catalog.pages.iter().map(|page| page.meta.address.as_str()))
        .collect();
    addresses.sort_unstable();
    let count = addresses.len();
    addresses.dedup();
    assert_eq!((count, addresses.len()), (6, 6), "{addresses:?}");
}

#[test]
fn any_file_name_gives_a_valid_address() {
    for name in [
        "a b.md",
        "a:b.md",
        "it's.md",
        "\"quoted\".md",
        "Größe.md",
        "ブランド.md",
        "العلامة.md",
        "a%20b.md",
        "a#b.md",
        "a?b.md",
        "con.md",
        "...md",
        "-.md",
    ] {
        let checked = TestHub::from_files(&[(
            &format!("content/ideas/{name}"),
            "---\ntitle: Idea\nstatus: new\n---\n",
        )])
        .read();
        let address = &checked.catalog().ideas[0].meta.address;
        let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '/');
        assert!(
            address.chars().all(fits) && !address.contains("//") && address.ends_with('/'),
            "{name} at {address}"
        );
    }
}

/// A valid record that tests damage at random.
const VALID_RECORD: &str = "---\ntitle: \"A reward on both sides\"\nstatus: completed\noutcome: won\ndecision: scale\nmarkets: [NO, SE]\nchannels: [email]\n\
    tactics:\n  - referral-reward\nobjective: acquisition\nhypothesis: >-\n  If both sides are rewarded, for subscribers, then conversion rises\n  by 8 %, \
    because giving feels better.\nmethod: ab-test\nstart: 2026-02-02\nend: 2026-03-15\nsample_size: 48000\nresults:\n  - {metric: cvr, role: primary, \
    control: 2.1, variant: 2.35, ci_low: 4.0, ci_high: 19.8, source: \"web: analytics\"}\nowner: 'CRM Norden'\nextra: {a: [1, 2]}\n---\n\n## Results\n\n\
    See [the idea](../../ideas/reward.md#x), ask +47 21 00 00 00 or a@b.no.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n";

/// Parses, assembles, checks and reports one record, with a vocabulary that is read only once.
fn read_and_check(text: &str) -> Vec<Diagnostic> {
    static VOCABULARY: LazyLock<Vocabulary> =
        LazyLock::new(|| casebook::vocabulary::read::read_vocabulary(&[]).0);
    let file = |path: &str, text: &str| SourceFile {
        path: path.into(),
        text: text.into(),
        hash: ContentHash::of(text.as_bytes()),
    };
    let site = casebook::site::read::parse_settings(&file("site.toml", "title = \"Hub\"\n"), TODAY)
        .unwrap();
    let (manuscript, mut diagnostics) = parse_file(&file(CASE, text));
    let (catalog, mut problems) = assemble(
        &site,
        VOCABULARY.clone(),
        manuscript.map(Arc::new).into_iter().collect(),
        &[],
        &History::default(),
    );
    diagnostics.append(&mut problems);
    diagnostics.append(&mut run_checks(&site, &catalog));
    render::render_human(&diagnostics, &BTreeMap::from([(CASE, text)]), RenderOptions::default());
    diagnostics
}

proptest! {
    #![proptest_config(property(64))]

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC*") {
        read_and_check(&text);
    }

    #[test]
    fn any_front_matter_is_read_without_panic(yaml in "[a-z:\\-\\[\\]{}&*!|>'\"#%@` \n\t,0-9~?]{0,120}", body in "[a-z\\-\\[\\]()<>!*_`|#:.@+0-9 \n]{0,120}") {
        read_and_check(&format!("---\n{yaml}\n---\n{body}"));
    }

    #[test]
    fn any_damage_to_a_valid_record_is_read_without_panic(
        edits in prop::collection::vec((0..VALID_RECORD.len(), prop::sample::select(vec!["", "x", ":", "\n", "-", "[", "]", "{", "\"", "'", "&", "*", "#", "\t", "  ", "é", "---\n", "0", "@", "\u{feff}", "\r"]), 0..6_usize), 1..6)
    ) {
        let mut text = VALID_RECORD.to_owned();
        for (at, put, cut) in edits {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.floor_char_boundary((start + cut).min(text.len()));
            text.replace_range(start..end.max(start), put);
        }
        for diagnostic in read_and_check(&text) {
            prop_assert!(diagnostic.place.span.end <= text.len(), "{diagnostic:?}");
        }
    }

    #[test]
    fn documents_are_read_like_serde_saphyr_reads_them(document in document()) {
        let yaml = serde_yaml::to_string(&document).unwrap();
        let node = yaml::parse(&yaml, 0).unwrap_or_else(|trouble| panic!("{trouble:?} in\n{yaml}"));
        prop_assert_eq!(to_plain(&node), document, "{}", yaml);
    }
}

/// A YAML value whose scalars are all text.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
enum PlainValue {
    Text(String),
    List(Vec<PlainValue>),
    Map(BTreeMap<String, PlainValue>),
}

fn document() -> impl Strategy<Value = PlainValue> {
    let text = prop_oneof![
        "[a-zA-Z][a-zA-Z0-9 .,:'\"#-]{0,20}[a-z]",
        "\\PC{1,12}",
        Just("yes".to_owned()),
        Just("NO".to_owned()),
        Just("1.10".to_owned()),
        Just("null".to_owned()),
        Just("2026-01-01".to_owned())
    ];
    let value = text.prop_map(PlainValue::Text).prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(PlainValue::List),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 1..4).prop_map(PlainValue::Map),
        ]
    });
    prop::collection::btree_map("[a-z_]{1,8}", value, 1..5).prop_map(PlainValue::Map)
}

fn to_plain(node: &Node) -> PlainValue {
    match &node.value {
        Value::Null => PlainValue::Text("null".to_owned()),
        Value::Text(text) => PlainValue::Text(text.to_string()),
        Value::List(items) => PlainValue::List(items.iter().map(to_plain).collect()),
        Value::Map(entries) => PlainValue::Map(
            entries.iter().map(|(key, value)| (key.name.to_string(), to_plain(value))).collect(),
        ),
    }
}

/// A number of any size in any field can be rendered, or is reported and left out.
#[test]
fn numbers_of_any_size_are_rendered_or_reported() {
    let fields =
        ["baseline", "control", "variant", "lift", "ci_low", "ci_high", "p_value", "chance_to_win"];
    for figure in [
        "1e308",
        "-1e308",
        "1e15",
        "-1e15",
        "1e-300",
        "1.7976931348623157e308",
        "9007199254740993",
        "-0.0",
    ] {
        let hub = TestHub::new().site("[checks]\npreset = \"lenient\"");
        // Two studies of each field, so that tables and panels compare its figures as well.
        let studies = fields.iter().flat_map(|field| [("DE", field), ("FR", field)]);
        let hub = studies.fold(hub, |hub, (market, field)| {
            let results: String = fields
                .iter()
                .map(|name| format!(", {name}: {}", if name == field { figure } else { "2.5" }))
                .collect();
            let id = format!("{}/{field}", market.to_lowercase());
            hub.case(&id, &format!(
                "title: Figures\nstatus: completed\noutcome: won\nmarkets: [{market}]\nchannels: [email]\ntactics: [discount]\nmde: {figure}\nconfidence_level: {figure}\nbudget: {{amount: {figure}, currency: EUR}}\nresults:\n  - {{metric: cvr, role: primary{results}}}"
            ))
        });
        hub.build();
    }
}
