//! Searches a small index in many languages, written and opened in memory.
#![cfg(feature = "native")]

use std::collections::BTreeMap;

use casebook_search::frame::{FileKind, inflate};
use casebook_search::layout::IndexMode;
use casebook_search::message::{ExcerptRequest, ExcerptTarget};
use casebook_search::record::{
    Freshness, RecordGist, RecordKind, RecordSection, SearchRecord, ValueNames,
};
use casebook_search::{
    Engine, FacetId, PackSettings, PackedIndex, SearchRequest, SearchResponse, Step, build_index,
};

use facets::{define_facets, find_facet};

mod facets;

/// A record; `facts` are `facet=value` pairs and flags, separated by spaces.
fn record(id: &str, language: &str, title: &str, body: &str, facts: &str) -> SearchRecord {
    let mut facets: BTreeMap<FacetId, Vec<String>> = BTreeMap::new();
    for (name, value) in facts.split(' ').filter_map(|fact| fact.split_once('=')) {
        if let Some(facet) = find_facet(name) {
            facets.entry(facet).or_default().push(value.to_owned());
        }
    }
    let number = |name: &str| {
        facts
            .split(' ')
            .find_map(|fact| fact.strip_prefix(name)?.strip_prefix('=')?.parse::<f64>().ok())
    };
    let (lead, results) = body.split_once(" # ").unwrap_or((body, ""));
    SearchRecord {
        id: id.to_owned(),
        kind: if id.starts_with("idea/") { RecordKind::Idea } else { RecordKind::CaseStudy },
        url: format!("case-studies/{id}/"),
        title: title.to_owned(),
        language: language.to_owned(),
        sections: vec![
            RecordSection { text: lead.into(), ..RecordSection::default() },
            RecordSection {
                heading: "Results".to_owned(),
                anchor: "results".to_owned(),
                text: results.into(),
            },
        ],
        facets,
        lift: number("lift"),
        day: number("day").map(|day| day as i32),
        freshness: if facts.contains("fresh") { Freshness::Verified } else { Freshness::Unknown },
        retired: facts.contains("retired"),
        has: facts
            .split(' ')
            .filter_map(|fact| fact.strip_prefix("has=").map(str::to_owned))
            .collect(),
        ..SearchRecord::default()
    }
}

fn hub() -> Vec<SearchRecord> {
    vec![
        record(
            "br/unboxing",
            "pt-BR",
            "Unboxing com microcriadores",
            "A promoção de lançamento enviou caixas a pequenos criadores. # As vendas subiram e o custo caiu.",
            "market=br group=latam channel=influencer tactic=ugc outcome=won grade=A year=2025 lift=12.4 day=300 has=hypothesis owner=crm-brazil",
        ),
        record(
            "mx/referidos",
            "es",
            "Programa de referidos por correo",
            "Un cupón para quien invita y para quien llega. # La conversión bajó en la segunda semana.",
            "market=mx group=latam channel=email tactic=referral-reward outcome=lost grade=B year=2024 lift=-3 day=100",
        ),
        record(
            "nl/vrienden",
            "nl",
            "Vrienden werven vrienden",
            "Klanten kregen een tegoed voor elke nieuwe klant die zij aanbrachten. # De kosten per klant daalden.",
            "market=nl group=benelux channel=email tactic=referral-reward outcome=won grade=A year=2025 lift=8 day=200 fresh",
        ),
        record(
            "jp/shokai",
            "ja",
            "友だち紹介プログラム",
            "既存のお客様に紹介クーポンを配信した。 # 新規登録が増えた。",
            "market=jp channel=messaging tactic=referral-reward outcome=won grade=C year=2026 day=400",
        ),
        record(
            "de/gutschein",
            "de",
            "Gutscheine für Häuser mit Garten",
            "Ein Gutschein kam mit der Post in die Häuser der Vorstadt. # Die Öffnungsrate fiel.",
            "market=de group=dach channel=print-direct-mail tactic=discount outcome=inconclusive grade=D year=2024 day=50",
        ),
        record(
            "fr/resume",
            "fr",
            "Résumé des promotions",
            "Un résumé hebdomadaire par courriel pour les clients fidèles. # Les visites ont augmenté.",
            "market=fr channel=email tactic=discount outcome=won grade=B year=2025 lift=4 day=210",
        ),
        record(
            "us/resume",
            "en",
            "Resume the free trial",
            "Customers who stopped could resume their trial with one click. # Sign-ups rose by a tenth.",
            "market=us group=nam channel=email tactic=free-trial outcome=won grade=A year=2025 lift=10 day=220 has=hypothesis",
        ),
        record(
            "us/old-trial",
            "en",
            "Free trial, first version",
            "The first free trial ran for a week. # Few people converted.",
            "market=us group=nam channel=website tactic=free-trial outcome=lost grade=A year=2023 lift=-1 day=10 retired",
        ),
        record(
            "th/phuean",
            "th",
            "แนะนำเพื่อน",
            "ลูกค้าได้รับคูปองเมื่อแนะนำเพื่อน # ยอดขายเพิ่มขึ้น",
            "market=th group=sea channel=messaging tactic=referral-reward outcome=won grade=B year=2025 day=230",
        ),
        record(
            "kr/english",
            "ko",
            "Push reminders in the app",
            "The team sent one reminder a day to people who had not opened the app for a month, and it was read by most of them. # Openings doubled.",
            "market=kr channel=push-in-app tactic=win-back outcome=won grade=C year=2025 day=240",
        ),
        record(
            "idea/loyalty",
            "en",
            "Loyalty points for reviews",
            "Give points for every review of a product.",
            "market=us tactic=loyalty-points",
        ),
    ]
}

fn names() -> Vec<ValueNames> {
    let value = |facet, value: &str, names: &[(&str, &str)]| ValueNames {
        facet: find_facet(facet).unwrap(),
        value: value.to_owned(),
        names: names
            .iter()
            .map(|(tag, name)| ((*tag).to_owned(), vec![(*name).to_owned()]))
            .collect(),
    };
    vec![
        value(
            "tactic",
            "referral-reward",
            &[
                ("en", "Referral reward"),
                ("nl", "Verwijsbeloning"),
                ("", "member get member"),
                ("ja", "紹介特典"),
            ],
        ),
        value("market", "br", &[("en", "Brazil"), ("pt", "Brasil")]),
        value("channel", "email", &[("en", "Email"), ("fr", "Courriel")]),
    ]
}

fn packed(mode: IndexMode) -> PackedIndex {
    build_index(
        &hub(),
        &PackSettings {
            mode: Some(mode),
            facets: define_facets(),
            names: names(),
            block: 512,
            ..PackSettings::default()
        },
    )
    .unwrap()
}

fn open(index: &PackedIndex) -> Engine {
    Engine::open(inflate(&index.files[&index.opening], FileKind::Opening).unwrap()).unwrap()
}

/// Repeats a call with the files it misses until it is done; returns its result and the number of
/// rounds.
fn call_until_done<T>(
    index: &PackedIndex,
    engine: &Engine,
    mut call: impl FnMut() -> Step<T>,
) -> (T, usize) {
    for rounds in 0..20 {
        match call() {
            Step::Done(answer) => return (answer, rounds),
            Step::Missing(missing) => {
                assert!(!missing.is_empty());
                for name in missing {
                    let kind =
                        if name.starts_with("texts/") { FileKind::Texts } else { FileKind::Block };
                    let file = index.files.get(&name).unwrap_or_else(|| panic!("no file `{name}`"));
                    engine.add(&name, inflate(file, kind).unwrap()).unwrap();
                }
            }
        }
    }
    panic!("it never ends");
}

fn request(text: &str) -> SearchRequest {
    SearchRequest {
        text: text.to_owned(),
        facets: vec!["*".to_owned()],
        limit: 20,
        ..SearchRequest::default()
    }
}

fn answer(request: &SearchRequest) -> SearchResponse {
    let index = packed(IndexMode::Whole);
    let engine = open(&index);
    call_until_done(&index, &engine, || engine.search(request).unwrap()).0
}

fn ids(response: &SearchResponse) -> Vec<&str> {
    response.hits.iter().map(|hit| hit.id.as_str()).collect()
}

#[test]
fn queries_find_the_expected_records() {
    let index = packed(IndexMode::Whole);
    let engine = open(&index);
    for (query, expected) in [
        // Languages: stemming, value names, accents, character bigrams, texts in another language
        // than their tag says.
        ("promoções", "br/unboxing"),
        ("promocao", "br/unboxing"),
        ("verwijsbeloning", "nl/vrienden mx/referidos th/phuean jp/shokai"),
        ("member get member", "nl/vrienden mx/referidos th/phuean jp/shokai"),
        ("\"member get member\"", "nl/vrienden mx/referidos th/phuean jp/shokai"),
        ("Haus", "de/gutschein"),
        ("紹介", "jp/shokai"),
        ("แนะนำ", "th/phuean"),
        ("reminders", "kr/english"),
        // Typos.
        ("unboxng", "br/unboxing"),
        ("gutshein", "de/gutschein"),
        // Query syntax.
        ("\"free trial\"", "us/old-trial us/resume"),
        ("trial -first", "us/resume"),
        ("Gutschein OR cupón", "de/gutschein mx/referidos"),
        ("market:br", "br/unboxing"),
        ("market:brasil", "br/unboxing"),
        ("market:latam", "br/unboxing mx/referidos"),
        ("group:latam -market:br", "mx/referidos"),
        ("channel:influencer,messaging", "jp/shokai br/unboxing th/phuean"),
        ("grade:A..B tactic:discount", "fr/resume"),
        ("lift>9", "br/unboxing us/resume"),
        ("lift:-5..0 market:mx", "mx/referidos"),
        ("year:2026..", "jp/shokai"),
        ("language:pt", "br/unboxing"),
        ("has:hypothesis", "br/unboxing us/resume"),
        ("type:idea", "idea/loyalty"),
        ("kind:ideas", "idea/loyalty"),
        ("owner:crm", "br/unboxing"),
        ("nothinglikethis", ""),
    ] {
        let response =
            call_until_done(&index, &engine, || engine.search(&request(query)).unwrap()).0;
        let mut found = ids(&response);
        let mut expected: Vec<&str> = expected.split(' ').filter(|id| !id.is_empty()).collect();
        if query.contains("market:") || query.contains(':') || query.contains('>') {
            found.sort_unstable();
            expected.sort_unstable();
        }
        found.truncate(expected.len().max(1));
        let (mut found, mut expected) = (found, expected);
        if [
            "verwijsbeloning",
            "member get member",
            "\"member get member\"",
            "\"free trial\"",
            "Gutschein OR cupón",
        ]
        .contains(&query)
        {
            found.sort_unstable();
            expected.sort_unstable();
        }
        assert_eq!(found, expected, "{query}");
    }
}

/// Language, title with unusual characters as other programs write it, and a word of it as people
/// type it.
const PASTED: [(&str, &str, &str); 9] = [
    ("de", "Ein Som\u{ad}mer\u{ad}fest mit Losen", "Sommerfest"),
    ("en", "A free sam\u{200b}ple", "sample"),
    ("en", "A bonus: \u{feff}cash\u{2060}back", "cashback"),
    ("en", "An oﬀer for the oﬃce", "office"),
    ("de", "Gemu\u{308}se im Abo", "Gemüse"),
    ("tr", "BÜYÜK YAZ ÇEKİLİŞİ", "çekiliş"),
    ("tr", "Hafta sonu alışverişi", "ALIŞVERİŞ"),
    ("ja", "ｷｬﾝﾍﾟｰﾝを実施", "キャンペーン"),
    ("ko", "\u{110e}\u{116e}\u{110e}\u{1165}\u{11ab} 이벤트", "추천"),
];

#[test]
fn spellings_that_look_alike_find_each_other() {
    let records: Vec<SearchRecord> = PASTED
        .iter()
        .enumerate()
        .map(|(number, (language, title, _))| {
            record(&format!("r{number}"), language, title, "-", "")
        })
        .collect();
    let index = build_index(
        &records,
        &PackSettings { mode: Some(IndexMode::Whole), ..PackSettings::default() },
    )
    .unwrap();
    let engine = open(&index);
    let search =
        |text: &str| call_until_done(&index, &engine, || engine.search(&request(text)).unwrap()).0;
    for (number, (_, title, typed)) in PASTED.into_iter().enumerate() {
        for query in [typed, title] {
            let response = search(query);
            assert_eq!(ids(&response).first(), Some(&&*format!("r{number}")), "{query}");
            assert!(
                response.corrected.is_none() && !response.hits[0].title_marks.is_empty(),
                "{query}"
            );
        }
    }
}

#[test]
fn a_mark_covers_invisible_characters_within_a_word() {
    let index = build_index(
        &[record("r", "de", PASTED[0].1, "-", "")],
        &PackSettings { mode: Some(IndexMode::Whole), ..PackSettings::default() },
    )
    .unwrap();
    let engine = open(&index);
    let response =
        call_until_done(&index, &engine, || engine.search(&request("Sommerfest")).unwrap()).0;
    assert_eq!(response.hits[0].title_marks, [(4, 16)]);
}

#[test]
fn records_with_the_exact_accents_rank_first() {
    assert_eq!(ids(&answer(&request("résumé")))[0], "fr/resume");
    assert_eq!(ids(&answer(&request("resume")))[0], "us/resume");
}

#[test]
fn retired_records_rank_lower() {
    let response = answer(&request("free trial"));
    let place = |id: &str| ids(&response).iter().position(|found| *found == id).unwrap();
    assert!(place("us/resume") < place("us/old-trial"));
}

#[test]
fn a_misspelt_word_is_corrected() {
    let response = answer(&request("unboxng"));
    let corrected = response.corrected.unwrap();
    assert_eq!(
        (corrected.from, corrected.to, corrected.text),
        (vec!["unboxng".to_owned()], vec!["unboxing".to_owned()], "unboxing".to_owned())
    );
    assert_eq!(response.hits[0].title_marks, [(0, 8)]);
}

#[test]
fn an_unfinished_word_is_completed() {
    for (text, first) in [
        ("gutsch", "de/gutschein"),
        ("unbo", "br/unboxing"),
        ("reminde", "kr/english"),
        ("verwij", "nl/vrienden"),
    ] {
        let response = answer(&request(text));
        assert_eq!(ids(&response)[0], first, "{text}");
    }
    assert_eq!(
        answer(&request("gutsch")).corrected,
        None,
        "a word is no beginning unless it is typed"
    );
}

#[test]
fn facets_count_without_their_own_ticks() {
    let ticked = SearchRequest {
        filters: BTreeMap::from([
            ("outcome".to_owned(), vec!["won".to_owned()]),
            ("channel".to_owned(), vec!["email".to_owned()]),
        ]),
        ..request("")
    };
    let response = answer(&ticked);
    assert_eq!(response.total, 3);
    let count = |facet: &str, value: &str| {
        response.facets[facet]
            .iter()
            .find(|count| count.value == value)
            .map_or(0, |count| count.count)
    };
    assert_eq!(count("channel", "email"), 3);
    assert_eq!(count("channel", "messaging"), 2, "channels as if none were ticked, but won");
    assert_eq!(count("outcome", "lost"), 1, "outcomes as if none were ticked, but email");
    assert_eq!(count("market", "jp"), 0);
}

#[test]
fn hits_are_sorted_as_requested() {
    let sorted = |sort| answer(&SearchRequest { sort, ..request("") });
    use casebook_search::message::SortOrder;
    assert_eq!(ids(&sorted(SortOrder::Date))[..3], ["jp/shokai", "br/unboxing", "kr/english"]);
    assert_eq!(ids(&sorted(SortOrder::Lift))[..3], ["br/unboxing", "us/resume", "nl/vrienden"]);
    assert_eq!(sorted(SortOrder::Level("grade".to_owned())).hits[0].facts.facets["grade"], ["A"]);
    assert_eq!(
        ids(&sorted(SortOrder::Relevance)),
        ids(&sorted(SortOrder::Date)),
        "without words the newest come first"
    );
}

#[test]
fn unknown_parts_of_a_query_give_hints() {
    for (query, code, near) in [
        ("market:bra", "unknown-value", "br"),
        ("chanel:email", "unknown-field", "channel"),
        ("lift:many", "bad-range", ""),
        ("\"open", "unclosed-quote", ""),
        ("market:", "empty-filter", ""),
        ("has:hypotesis", "unknown-value", "hypothesis"),
    ] {
        let hints = answer(&request(query)).hints;
        assert_eq!(
            hints.iter().map(|hint| hint.code.as_str()).collect::<Vec<_>>(),
            [code],
            "{query}"
        );
        assert_eq!(hints[0].nearest.first().map_or("", String::as_str), near, "{query}");
    }
}

#[test]
fn the_interpretation_of_a_query_is_returned() {
    let response = answer(&request("the Gutschein \"free trial\" -spam market:br lift>3"));
    assert_eq!(response.reading.text, "the Gutschein \"free trial\" -spam market:br lift>3");
    let roles: Vec<&str> = response.reading.words.iter().map(|word| word.role.as_str()).collect();
    assert_eq!(roles, ["small", "word", "phrase", "not"]);
}

#[test]
fn explanations_add_up() {
    let response = answer(&SearchRequest { explain: true, ..request("free trial customers") });
    for hit in response.hits {
        let explain = hit.explain.unwrap();
        let is_factor = |name: &str| {
            ["coverage", "neighbours", "whole title", "grade", "freshness", "retired"]
                .contains(&name)
        };
        let sum: f64 =
            explain.parts.iter().filter(|part| !is_factor(&part.name)).map(|part| part.value).sum();
        let product: f64 = explain
            .parts
            .iter()
            .filter(|part| is_factor(&part.name))
            .map(|part| part.value)
            .product();
        assert!((sum * product - hit.score).abs() < 0.01, "{} {:?}", hit.id, explain);
        assert!((explain.total - hit.score).abs() < 1e-9);
    }
}

#[test]
fn excerpts_show_the_section() {
    let index = packed(IndexMode::Blocks);
    let engine = open(&index);
    let response =
        call_until_done(&index, &engine, || engine.search(&request("Öffnungsrate")).unwrap()).0;
    let hit = &response.hits[0];
    let wanted = ExcerptRequest {
        text: "Öffnungsrate".to_owned(),
        hits: vec![ExcerptTarget { doc: hit.doc, texts: hit.texts.clone() }],
    };
    let excerpts = call_until_done(&index, &engine, || engine.excerpts(&wanted).unwrap()).0;
    assert_eq!(excerpts[0].section.as_ref().unwrap().anchor, "results");
    assert_eq!(excerpts[0].excerpt.text, "Die Öffnungsrate fiel.");
    assert_eq!(excerpts[0].excerpt.marks, [(4, 16)]);
}

#[test]
fn completions_come_from_the_index() {
    let index = packed(IndexMode::Whole);
    let engine = open(&index);
    for (text, expected) in [
        ("free tri", vec!["free trial"]),
        ("market:b", vec!["br"]),
        ("verwi", vec!["verwijsbeloning"]),
        ("zzz", vec![]),
    ] {
        assert_eq!(
            call_until_done(&index, &engine, || engine.suggest(text, 5).unwrap()).0,
            expected,
            "{text}"
        );
    }
}

#[test]
fn an_index_in_blocks_answers_like_a_whole_one() {
    let (whole, blocks) = (packed(IndexMode::Whole), packed(IndexMode::Blocks));
    for text in [
        "unboxing",
        "\"free trial\"",
        "referral",
        "klanten tegoed",
        "gutshein",
        "promoção market:latam",
        "",
        "what made customers who stopped come back to the free trial again",
    ] {
        let engine = open(&whole);
        let expected =
            call_until_done(&whole, &engine, || engine.search(&request(text)).unwrap()).0;
        let engine = open(&blocks);
        let (found, rounds) =
            call_until_done(&blocks, &engine, || engine.search(&request(text)).unwrap());
        assert_eq!(expected.hits, found.hits, "{text}");
        assert_eq!(expected.facets, found.facets, "{text}");
        assert!(rounds <= 6, "{text} took {rounds} rounds");
    }
}

#[test]
fn a_rank_counts_before_the_day_in_an_order_by_date() {
    let ranked = |id: &str, rank: Option<i8>, day: Option<i32>| SearchRecord {
        list_rank: rank,
        day,
        ..record(id, "en", "One test", "A test.", "")
    };
    let records = [
        ranked("page", None, None),
        ranked("retired", Some(-2), Some(20_000)),
        ranked("undated", Some(0), None),
        ranked("old", Some(0), Some(-30_000)),
        ranked("new", None, Some(19_000)),
        ranked("running", Some(1), None),
    ];
    let settings = PackSettings { facets: define_facets(), ..PackSettings::default() };
    let index = build_index(&records, &settings).unwrap();
    let engine = open(&index);
    let request =
        SearchRequest { sort: casebook_search::message::SortOrder::Date, ..request("test") };
    let found = call_until_done(&index, &engine, || engine.search(&request).unwrap()).0;
    assert_eq!(ids(&found), ["running", "new", "old", "undated", "retired", "page"]);
    let days: Vec<_> = found.hits.iter().map(|hit| hit.facts.day.as_deref()).collect();
    assert_eq!(days[1..4], [Some("2022-01-08"), Some("1887-11-12"), None]);
}

#[test]
fn a_word_needs_one_block_of_each_dictionary() {
    // Words of letters that sort far apart, so that the dictionaries have many blocks.
    let word = |number: usize| {
        let mut hash = number as u64 ^ 0x9e37_79b9;
        (0..8)
            .map(|_| {
                hash = hash.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                char::from(b'a' + (hash >> 40) as u8 % 26)
            })
            .collect::<String>()
    };
    let records: Vec<SearchRecord> = (0..400)
        .map(|number| {
            let body: Vec<String> = (0..40).map(|at| word(number * 40 + at)).collect();
            record(&number.to_string(), "en", &word(number * 40), &body.join(" "), "")
        })
        .collect();
    let settings = PackSettings {
        mode: Some(IndexMode::Blocks),
        facets: define_facets(),
        ..PackSettings::default()
    };
    let index = build_index(&records, &settings).unwrap();
    let dictionary_blocks =
        |names: &[String]| names.iter().filter(|name| name.starts_with("term/")).count();
    assert!(dictionary_blocks(&index.files.keys().cloned().collect::<Vec<_>>()) > 20);
    for number in [7, 900, 12_345] {
        let request = SearchRequest { text: word(number), limit: 10, ..SearchRequest::default() };
        let Step::Missing(names) = open(&index).search(&request).unwrap() else {
            panic!("nothing has been fetched")
        };
        assert!(dictionary_blocks(&names) <= 2, "{names:?}");
    }
}

#[test]
fn gists_are_searched_in_their_own_language_and_shown_first() {
    let gist = |language: &str, title: &str, summary: &str| RecordGist {
        language: language.to_owned(),
        title: title.to_owned(),
        summary: summary.to_owned(),
        details: "Sent after one hour".to_owned(),
    };
    let mut foreign = record("jp/basket", "ja", "カート放棄の通知", "購入が増えた。 # 結果。", "");
    foreign.gists = vec![
        gist(
            "de",
            "Nachrichten an Kundinnen",
            "Die Käufe der Kundinnen haben sich mit der Nachricht erhöht.",
        ),
        gist(
            "en",
            "One reminder about the basket",
            "The purchases of those who had left rose with it.",
        ),
    ];
    foreign.shown_gist = Some(1);
    let own = record("gb/other", "en", "Reminders by post", "Letters were sent. # Nothing.", "");
    let settings = PackSettings { mode: Some(IndexMode::Whole), ..PackSettings::default() };
    let index = build_index(&[foreign, own], &settings).unwrap();
    let engine = open(&index);
    let found = |query: &str| {
        call_until_done(&index, &engine, || engine.search(&request(query)).unwrap()).0
    };
    for query in
        ["reminders basket", "Nachricht", "purchase", "カート放棄", "\"about the basket\"", "hour"]
    {
        assert_eq!(ids(&found(query))[0], "jp/basket", "{query}");
    }
    // Words of two texts make no phrase.
    for query in ["\"basket The\"", "\"Kundinnen Die\"", "\"結果 Nachrichten\""] {
        assert!(ids(&found(query)).is_empty(), "{query}");
    }
    let hit = found("reminders basket").hits.swap_remove(0);
    let gist = hit.gist.expect("the one to show");
    assert_eq!(
        (&*hit.title, &*gist.title, &*gist.language),
        ("カート放棄の通知", "One reminder about the basket", "en")
    );
    assert_eq!(gist.title_marks, [(4, 12), (23, 29)]);
    assert!(hit.matched.contains(&"title".to_owned()), "{:?}", hit.matched);
    assert!(found("letters").hits[0].gist.is_none());
}

#[test]
fn equal_records_give_equal_bytes() {
    for mode in [IndexMode::Whole, IndexMode::Blocks] {
        let (one, two) = (packed(mode), packed(mode));
        assert_eq!(one.opening, two.opening);
        assert!(one.files == two.files);
    }
}

#[test]
fn an_empty_index_can_be_searched() {
    let index = build_index(&[], &PackSettings::default()).unwrap();
    let engine = open(&index);
    let (response, _) =
        call_until_done(&index, &engine, || engine.search(&request("anything")).unwrap());
    assert_eq!(response.total, 0);
    let index = build_index(&[SearchRecord::default()], &PackSettings::default()).unwrap();
    let engine = open(&index);
    assert_eq!(
        call_until_done(&index, &engine, || engine.search(&request("")).unwrap()).0.total,
        1
    );
}
