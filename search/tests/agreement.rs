//! The native engine and the wasm engine give the same responses.
#![cfg(feature = "native")]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test that passes files to another program"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use casebook_search::frame::{FileKind, inflate};
use casebook_search::layout::IndexMode;
use casebook_search::record::{Freshness, RecordSection, SearchRecord, ValueNames};
use casebook_search::{
    Engine, PackSettings, PackedIndex, SearchRequest, SearchResponse, Step, build_index,
};

use facets::{define_facets, find_facet};

mod facets;

const TOPICS: [&str; 24] = [
    "unboxing",
    "referral",
    "checkout",
    "trial",
    "coupon",
    "loyalty",
    "newsletter",
    "influencer",
    "landing",
    "retargeting",
    "promoção",
    "verwijzing",
    "Gutschein",
    "cadeau",
    "recomendación",
    "紹介クーポン",
    "추천 이벤트",
    "แนะนำเพื่อน",
    "акция",
    "hediye",
    "résumé",
    "resume",
    "Straße",
    "kampanja",
];
const VERBS: [&str; 12] = [
    "lifted",
    "lowered",
    "tested",
    "changed",
    "repeated",
    "stopped",
    "measured",
    "adapted",
    "copied",
    "shortened",
    "moved",
    "offered",
];
const LANGUAGES: [&str; 8] = ["en", "pt-BR", "nl", "de", "es", "ja", "fr", "tr"];

/// A reproducible generator of pseudo-random numbers (xorshift).
struct RandomNumbers(u64);

impl RandomNumbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn sentence(&mut self, words: usize) -> String {
        (0..words)
            .map(|at| if at % 3 == 1 { self.pick(&VERBS) } else { self.pick(&TOPICS) })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn records() -> Vec<SearchRecord> {
    let mut random = RandomNumbers(88_172_645_463_325_252);
    let facet = |name| find_facet(name).unwrap();
    (0..400)
        .map(|number| SearchRecord {
            id: format!("m{}/study-{number}", number % 7),
            url: format!("case-studies/m{}/study-{number}/", number % 7),
            title: random.sentence(4),
            summary: random.sentence(9),
            language: random.pick(&LANGUAGES).to_owned(),
            sections: vec![RecordSection {
                heading: random.sentence(2),
                anchor: "a".to_owned(),
                text: random.sentence(60).into(),
            }],
            facets: BTreeMap::from([
                (facet("market"), vec![format!("m{}", number % 7)]),
                (
                    facet("tactic"),
                    vec![random.pick(&["referral-reward", "discount", "free-trial"]).to_owned()],
                ),
                (facet("grade"), vec![random.pick(&["A", "B", "C", "D"]).to_owned()]),
                (facet("year"), vec![format!("{}", 2020 + random.below(7))]),
            ]),
            lift: Some(random.below(400) as f64 / 10.0 - 10.0),
            day: Some(random.below(3000) as i32),
            freshness: [Freshness::Verified, Freshness::Overdue, Freshness::Unknown]
                [random.below(3)],
            retired: random.below(10) == 0,
            ..SearchRecord::default()
        })
        .collect()
}

fn requests() -> Vec<SearchRequest> {
    let mut random = RandomNumbers(2_463_534_242);
    (0..200)
        .map(|number| {
            let words = 1 + number % 7;
            let mut text = random.sentence(words);
            match number % 10 {
                1 => text = format!("\"{text}\""),
                2 => text.push_str(" market:m3,m5"),
                3 => text.push_str(" -checkout grade:A..B"),
                4 => text.push_str(" lift>5 year:2022.."),
                5 => text.push_str(" OR loyalty"),
                6 => text = format!("referal {text}"),
                7 => text = text.chars().take(5).collect(),
                8 => text = format!("member reward {}", random.pick(&VERBS)),
                _ => {}
            }
            SearchRequest {
                text,
                limit: 30,
                facets: vec!["*".to_owned()],
                ..SearchRequest::default()
            }
        })
        .collect()
}

/// Letters, marks, controls and signs of many scripts, and pieces of the query language.
const PIECES: [&str; 48] = [
    "a", "é", "ß", "ﬁ", "Ж", "й", "λ", "ש", "ל\"", "أ", "ك", "ऑ", "फ़", "த", "ก", "ำ", "한",
    "\u{1112}", "カ", "ﾞ", "茶", "𝐯", "🎁", "\u{200b}", "\u{ad}", "\u{301}", "\0", "\u{7}",
    "\u{202e}", "\n", " ", " ", "\"", "“", "-", "−", "+", "(", ":", "..", ">", "%", "12,5",
    "1.250", "١٢", " OR ", "market:", "NOT ",
];

/// Queries of nothing in particular, some of them 10 kB long.
fn random_requests(count: usize) -> Vec<SearchRequest> {
    let mut random = RandomNumbers(88_172_645_463_325_252);
    let text = |random: &mut RandomNumbers| {
        let pieces = if random.below(500) == 0 { 3_000 } else { 1 + random.below(8) };
        let piece = |_| match random.below(4) {
            0 => random.pick(&TOPICS).to_owned(),
            _ => random.pick(&PIECES).to_owned(),
        };
        (0..pieces).map(piece).collect::<String>()
    };
    (0..count)
        .map(|_| SearchRequest { text: text(&mut random), limit: 3, ..SearchRequest::default() })
        .collect()
}

/// The number of random queries: ten thousand by night, fewer by day, because both engines together
/// take 10 ms for one.
fn random_query_count() -> usize {
    if std::env::var_os("PROPERTY_FACTOR").is_some() { 10_000 } else { 2_000 }
}

fn answer_natively(index: &PackedIndex, requests: &[SearchRequest]) -> Vec<SearchResponse> {
    let engine =
        Engine::open(inflate(&index.files[&index.opening], FileKind::Opening).unwrap()).unwrap();
    requests
        .iter()
        .map(|request| {
            loop {
                match engine.search(request).unwrap() {
                    Step::Done(response) => return response,
                    Step::Missing(names) => names.iter().for_each(|name| {
                        engine
                            .add(name, inflate(&index.files[name], FileKind::Block).unwrap())
                            .unwrap()
                    }),
                }
            }
        })
        .collect()
}

fn answer_in_browser(
    index: &PackedIndex,
    requests: &[SearchRequest],
    folder: &Path,
) -> Vec<SearchResponse> {
    for (name, file) in &index.files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    fs::write(folder.join("opening"), &index.opening).unwrap();
    fs::write(folder.join("queries.json"), serde_json::to_vec(requests).unwrap()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agree.mjs");
    let output = Command::new("node").arg(script).arg(folder).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{stderr}");
    eprintln!("{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

struct TempFolder(PathBuf);

impl Drop for TempFolder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

fn index_in(mode: IndexMode) -> PackedIndex {
    let names = vec![ValueNames {
        facet: find_facet("tactic").unwrap(),
        value: "referral-reward".to_owned(),
        names: BTreeMap::from([(
            "en".to_owned(),
            vec!["Referral reward".to_owned(), "member get member".to_owned()],
        )]),
    }];
    let settings = PackSettings {
        mode: Some(mode),
        facets: define_facets(),
        names,
        ..PackSettings::default()
    };
    build_index(&records(), &settings).unwrap()
}

fn temp_folder(name: &str) -> TempFolder {
    let name = format!("casebook-{name}-{}", std::process::id());
    TempFolder(std::env::temp_dir().join(name))
}

/// Checks that both engines find the same for each request.
fn assert_agree(index: &PackedIndex, requests: &[SearchRequest], folder: &Path) {
    let expected = answer_natively(index, requests);
    let found = answer_in_browser(index, requests, folder);
    assert_eq!(expected.len(), found.len());
    for ((request, expected), found) in requests.iter().zip(&expected).zip(&found) {
        let ranked_ids = |response: &SearchResponse| {
            response
                .hits
                .iter()
                .map(|hit| (hit.id.clone(), (hit.score * 1000.0).round()))
                .collect::<Vec<_>>()
        };
        assert_eq!(ranked_ids(expected), ranked_ids(found), "{:?}", request.text);
        assert_eq!(
            (expected.total, &expected.facets, &expected.hints, &expected.corrected),
            (found.total, &found.facets, &found.hints, &found.corrected),
            "{:?}",
            request.text
        );
    }
}

#[test]
#[ignore = "needs Node.js; `tests/run` runs it"]
fn native_and_browser_engines_agree() {
    let folder = temp_folder("agreement");
    for mode in [IndexMode::Whole, IndexMode::Blocks] {
        assert_agree(&index_in(mode), &requests(), &folder.0.join(format!("{mode:?}")));
    }
}

#[test]
#[ignore = "needs Node.js; `tests/run` runs it"]
fn native_and_browser_engines_agree_on_random_queries() {
    let folder = temp_folder("random");
    assert_agree(&index_in(IndexMode::Whole), &random_requests(random_query_count()), &folder.0);
}
