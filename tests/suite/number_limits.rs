//! Numbers at the limits of what `check` accepts: hubs without errors can be built, and no page
//! shows `NaN` or `inf`.

use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{TestHub, property};

const NUMBERS: &[&str] = &[
    "0",
    "-0.0",
    "5e-324",
    "-5e-324",
    "1e-300",
    "1e-290",
    "1e-9",
    "-0.004",
    "0.05",
    "99.995",
    "-100",
    "1000",
    "1e14",
    "999999999999999",
    "1e15",
    "-1e15",
];
const DAYS: &[&str] = &["0001-01-01", "1969-12-31", "2026-11-22", "9999-12-31"];
const COUNTS: &[&str] = &["0", "1", "4", "12000", "18446744073709551615"];

/// An entry of `results` with a random subset of fields.
fn result_entry() -> impl Strategy<Value = String> {
    let figure = || proptest::option::weighted(0.8, select(NUMBERS));
    let fields = ["baseline", "control", "variant", "lift", "ci_low", "ci_high"];
    let figures = fields.map(|_| figure());
    (figures, select(&["relative", "absolute"][..]), select(&["cvr", "cpa", "revenue"][..]))
        .prop_map(move |(figures, lift_type, metric)| {
            let figures = fields
                .iter()
                .zip(figures)
                .filter_map(|(field, figure)| Some(format!(", {field}: {}", figure?)));
            format!(
                "{{metric: {metric}, role: primary, lift_type: {lift_type}, currency: EUR{}}}",
                figures.collect::<String>()
            )
        })
}

fn study_text() -> impl Strategy<Value = String> {
    let state = select(
        &[
            "completed\noutcome: won\ndecision: scale",
            "completed\noutcome: lost\ndecision: stop",
            "running",
        ][..],
    );
    (result_entry(), result_entry(), state, select(DAYS), select(DAYS), select(COUNTS), select(NUMBERS)).prop_map(
        |(one, other, state, start, end, size, amount)| {
            let (start, end) = (start.min(end), start.max(end));
            format!(
                "---\ntitle: A study of rewards\nsummary: What it was.\nstatus: {state}\nmarkets: [ES, BR]\nchannels: [email]\ntactics: [ugc]\n\
                 owner: Team\nmethod: ab-test\nstart: {start}\nend: {end}\nsample_size: {size}\nmde: {amount}\n\
                 budget: {{amount: {amount}, currency: EUR}}\nresults:\n  - {one}\n  - {}\n---\n\n# Challenge\n\nText.\n",
                other.replace("role: primary", "role: secondary")
            )
        },
    )
}

/// Whether a text contains a whole word.
fn contains_word(text: &str, word: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| {
        !is_letter(text[..at].chars().next_back())
            && !is_letter(text[at + word.len()..].chars().next())
    })
}

proptest! {
    #![proptest_config(property(16))]

    #[test]
    fn hubs_without_errors_can_be_built(studies in proptest::collection::vec(study_text(), 4..7)) {
        let idea = "---\ntitle: An idea\nsummary: What to try.\ntactics: [ugc]\nscore: {reach: 10, impact: 1, confidence: 10, ease: 10, effort: 1}\n---\n";
        let paths: Vec<String> = (0..studies.len()).map(|number| format!("content/case-studies/es/{number}.md")).collect();
        let mut files = vec![("site.toml", "title = \"Hub\"\n[checks]\npreset = \"lenient\"\n"), ("content/ideas/idea.md", idea)];
        files.extend(paths.iter().map(String::as_str).zip(studies.iter().map(String::as_str)));
        let checked = TestHub::from_files(&files).read();
        prop_assert!(!casebook::has_errors(&checked.diagnostics), "{}", checked.report());
        let report = checked.report();
        let built = checked.build();
        let shown = built.0.files.iter().filter(|(path, _)| !path.starts_with("search/") && !path.starts_with("assets/"));
        for (path, text) in shown.map(|(path, bytes)| (path, String::from_utf8_lossy(bytes))).chain([(&"the report".to_owned(), report.into())]) {
            let broken = ["NaN", "inf"].into_iter().find(|word| contains_word(&text, word));
            prop_assert!(broken.is_none(), "`{path}` says {broken:?}, which is no figure");
        }
    }
}
