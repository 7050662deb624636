//! The engine on the command line and the engine in the browser give the same answers.
#![cfg(feature = "native")]
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test that hands files to another program")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use casebook_search::entry::{Entry, Facet, Freshness, Section, ValueNames};
use casebook_search::frame::{Sort, inflate};
use casebook_search::layout::Mode;
use casebook_search::{Engine, PackedIndex, Request, Response, Settings, Step, build};

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
const VERBS: [&str; 12] =
    ["lifted", "lowered", "tested", "changed", "repeated", "stopped", "measured", "adapted", "copied", "shortened", "moved", "offered"];
const LANGUAGES: [&str; 8] = ["en", "pt-BR", "nl", "de", "es", "ja", "fr", "tr"];

/// A small repeatable source of numbers (an xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|at| if at % 3 == 1 { self.pick(&VERBS) } else { self.pick(&TOPICS) }).collect::<Vec<_>>().join(" ")
    }
}

fn entries() -> Vec<Entry> {
    let mut dice = Dice(88_172_645_463_325_252);
    (0..400)
        .map(|number| Entry {
            id: format!("m{}/study-{number}", number % 7),
            url: format!("case-studies/m{}/study-{number}/", number % 7),
            title: dice.sentence(4),
            summary: dice.sentence(9),
            language: dice.pick(&LANGUAGES).to_owned(),
            sections: vec![Section { heading: dice.sentence(2), anchor: "a".to_owned(), text: dice.sentence(60).into() }],
            facets: BTreeMap::from([
                (Facet::Market, vec![format!("m{}", number % 7)]),
                (Facet::Tactic, vec![dice.pick(&["referral-reward", "discount", "free-trial"]).to_owned()]),
                (Facet::Grade, vec![dice.pick(&["A", "B", "C", "D"]).to_owned()]),
                (Facet::Year, vec![format!("{}", 2020 + dice.below(7))]),
            ]),
            lift: Some(dice.below(400) as f64 / 10.0 - 10.0),
            day: Some(dice.below(3000) as i32),
            freshness: [Freshness::Verified, Freshness::Overdue, Freshness::Unknown][dice.below(3)],
            retired: dice.below(10) == 0,
            ..Entry::default()
        })
        .collect()
}

fn requests() -> Vec<Request> {
    let mut dice = Dice(2_463_534_242);
    (0..200)
        .map(|number| {
            let words = 1 + number % 7;
            let mut text = dice.sentence(words);
            match number % 10 {
                1 => text = format!("\"{text}\""),
                2 => text.push_str(" market:m3,m5"),
                3 => text.push_str(" -checkout grade:A..B"),
                4 => text.push_str(" lift>5 year:2022.."),
                5 => text.push_str(" OR loyalty"),
                6 => text = format!("referal {text}"),
                7 => text = text.chars().take(5).collect(),
                8 => text = format!("member reward {}", dice.pick(&VERBS)),
                _ => {}
            }
            Request { text, limit: 30, prefix_last: number % 2 == 0, facets: vec!["*".to_owned()], ..Request::default() }
        })
        .collect()
}

fn native(index: &PackedIndex, requests: &[Request]) -> Vec<Response> {
    let engine = Engine::open(inflate(&index.files[&index.opening], Sort::Opening).unwrap()).unwrap();
    requests
        .iter()
        .map(|request| {
            loop {
                match engine.search(request).unwrap() {
                    Step::Done(response) => return response,
                    Step::Missing(names) => {
                        names.iter().for_each(|name| engine.add(name, inflate(&index.files[name], Sort::Block).unwrap()).unwrap())
                    }
                }
            }
        })
        .collect()
}

fn in_browser(index: &PackedIndex, requests: &[Request], folder: &Path) -> Vec<Response> {
    for (name, file) in &index.files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    fs::write(folder.join("opening"), &index.opening).unwrap();
    fs::write(folder.join("queries.json"), serde_json::to_vec(requests).unwrap()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agree.mjs");
    let done = Command::new("node").arg(script).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    eprintln!("{said}");
    serde_json::from_slice(&done.stdout).unwrap()
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

#[test]
fn two_hundred_queries_through_both_doors() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("SKIPPED: Node.js is not installed, so the browser's engine was not compared");
        return;
    }
    let folder = Folder(std::env::temp_dir().join(format!("casebook-agreement-{}", std::process::id())));
    let names = vec![ValueNames {
        facet: Facet::Tactic,
        value: "referral-reward".to_owned(),
        names: BTreeMap::from([("en".to_owned(), vec!["Referral reward".to_owned(), "member get member".to_owned()])]),
    }];
    for mode in [Mode::Whole, Mode::Blocks] {
        let index = build(&entries(), &Settings { mode: Some(mode), names: names.clone(), ..Settings::default() }).unwrap();
        let requests = requests();
        let expected = native(&index, &requests);
        let found = in_browser(&index, &requests, &folder.0.join(format!("{mode:?}")));
        assert_eq!(expected.len(), found.len());
        for ((request, expected), found) in requests.iter().zip(&expected).zip(&found) {
            let shown = |response: &Response| response.hits.iter().map(|hit| (hit.id.clone(), (hit.score * 1000.0).round())).collect::<Vec<_>>();
            assert_eq!(shown(expected), shown(found), "{mode:?} {}", request.text);
            assert_eq!(
                (expected.total, &expected.facets, &expected.hints, &expected.corrected),
                (found.total, &found.facets, &found.hints, &found.corrected),
                "{}",
                request.text
            );
        }
    }
}
