//! What a search finds: one row for each way in which people write the same words.

use std::collections::BTreeMap;

use casebook::index::build_whole_index;
use casebook_search::frame::{FileKind, inflate};
use casebook_search::{Engine, SearchRequest, SearchResponse, Step};

use crate::support::TestHub;

/// A hub of one study for each text, by id: language, title and body.
fn hub(studies: &[(&str, &str, &str, &str)]) -> Engine {
    let hub = studies.iter().fold(TestHub::new(), |hub, (id, language, title, body)| {
        let text = format!(
            "---\ntitle: '{title}'\nlanguage: {language}\nstatus: planned\nmarkets: [NL]\n\
             channels: [email]\ntactics: [humour]\n---\n\n{body}\n"
        );
        hub.file(&format!("content/case-studies/{id}.md"), &text)
    });
    open(hub)
}

fn open(hub: TestHub) -> Engine {
    let read = hub.site("[checks]\npreset = \"lenient\"").checked();
    let index = build_whole_index(&read.site, &read.catalog).expect("an index");
    let opening = inflate(&index.files[&index.opening], FileKind::Opening).expect("a packed file");
    Engine::open(opening).expect("an index")
}

fn search(engine: &Engine, text: &str) -> SearchResponse {
    let request = SearchRequest { text: text.to_owned(), ..SearchRequest::default() };
    match engine.search(&request).expect("an answer") {
        Step::Done(response) => response,
        Step::Missing(files) => panic!("the opening file holds the whole index, not {files:?}"),
    }
}

/// The ids of the studies found, best first.
fn ids(response: &SearchResponse) -> Vec<&str> {
    let is_study = |id: &&str| !id.contains("markets/") && !id.contains("tactics/");
    response.hits.iter().map(|hit| hit.id.as_str()).filter(is_study).collect()
}

/// Checks that each query finds exactly these studies, in any order.
fn assert_finds(engine: &Engine, rows: &[(&str, &[&str])]) {
    for (query, wanted) in rows {
        let response = search(engine, query);
        let mut found = ids(&response);
        found.sort_unstable();
        assert_eq!(found, *wanted, "{query}");
    }
}

/// Checks that the first study that each query finds is this one.
fn assert_first(engine: &Engine, rows: &[(&str, &str)]) {
    for (query, wanted) in rows {
        let response = search(engine, query);
        assert_eq!(ids(&response).first(), Some(wanted), "{query}: {:?}", ids(&response));
    }
}

#[test]
fn words_without_their_accents_find_what_words_with_them_do() {
    let engine = hub(&[
        ("fr", "fr", "La fidélité récompensée", "Les clientes préférées ont été invitées."),
        ("pt", "pt-BR", "Promoções e devoluções", "As opiniões foram boas."),
        ("hu", "hu", "Ajándék a hűségért", "Az ügyfelek visszatértek."),
        ("tr", "tr", "Büyük kampanyası", "Alışveriş arttı."),
        ("ar", "ar", "مكافأة لكل صديق", "أحبها العملاء."),
        ("ro", "ro", "Călătorii și plăți", "Clienții au plătit."),
        ("es", "es", "Atención rápida", "La campaña creció."),
        ("vi", "vi", "Khuyến mãi mùa hè", "Khách hàng thích."),
    ]);
    let pairs = [
        ("fidélités", "fidelites", "fr"),
        ("préférée", "preferee", "fr"),
        ("promoção", "promocao", "pt"),
        ("devolução", "devolucao", "pt"),
        ("opinião", "opiniao", "pt"),
        ("ajándékok", "ajandekok", "hu"),
        ("kampanyası", "kampanyasi", "tr"),
        ("alışveriş", "alisveris", "tr"),
        ("مكافأة", "مكافاة", "ar"),
        ("călătorie", "calatorie", "ro"),
        ("atención", "atencion", "es"),
        ("creció", "crecio", "es"),
        ("khuyến", "khuyen", "vi"),
    ];
    for (with, without, id) in pairs {
        assert_finds(&engine, &[(with, &[id]), (without, &[id])]);
    }
}

#[test]
fn letters_in_any_form_are_the_same() {
    let engine = hub(&[
        ("jp", "ja", "ﾃﾞｼﾞﾀﾙ広告の効果", "夏の広告。"),
        ("kr", "ko", "\u{110e}\u{1175}\u{11ab}\u{1100}\u{116e} 추천", "쿠폰을 보냈다."),
        ("in", "hi", "ऑफ़र और छूट", "भेजा गया।"),
        ("gb", "en", "Pro\u{fb01}t per 𝐯𝐢𝐬𝐢𝐭", "A Gut\u{ad}schein\u{200b}code and CO₂."),
    ]);
    assert_finds(
        &engine,
        &[
            ("デジタル", &["jp"]),
            ("テ\u{3099}シ\u{3099}タル", &["jp"]),
            ("친구", &["kr"]),
            ("ऑफर", &["in"]),
            ("ऑफ\u{93c}र", &["in"]),
            ("PROFIT", &["gb"]),
            ("visit", &["gb"]),
            ("gutscheincode", &["gb"]),
            ("co2", &["gb"]),
        ],
    );
}

#[test]
fn long_words_are_counted_in_letters() {
    let word = "வாடிக்கையாளர்களுக்கு";
    let noise = "x".repeat(60);
    let engine = hub(&[("ta", "ta", word, "உரை."), ("gb", "en", "Noise", &noise)]);
    assert_finds(&engine, &[(word, &["ta"]), (&noise, &[])]);
}

#[test]
fn joined_hyphenated_and_spaced_words_are_one() {
    let engine = hub(&[
        ("joined", "en", "Checkout and popup", "An AB test of skincare."),
        ("hyphen", "en", "Check-out and pop-up", "An A/B test of skin-care."),
        ("spaced", "en", "Check out and pop up", "An A B test of skin care."),
        ("other", "en", "Radio in the morning", "A spot."),
    ]);
    let all: &[&str] = &["hyphen", "joined", "spaced"];
    for query in ["checkout", "check-out", "check out", "popup", "pop-up", "skincare", "skin care"]
    {
        assert_finds(&engine, &[(query, all)]);
    }
    assert_finds(&engine, &[("A/B", all), ("\"checkout and\"", all)]);
}

#[test]
fn words_that_the_hub_writes_apart_only_are_found_joined() {
    let engine = hub(&[
        ("spaced", "en", "Pay later at the till", "A gift card."),
        ("other", "en", "Radio in the morning", "A spot."),
    ]);
    assert_finds(&engine, &[("giftcard", &["spaced"]), ("paylater", &["spaced"])]);
}

#[test]
fn compounds_are_found_by_their_parts() {
    let engine = hub(&[
        ("code", "de", "Gutscheincode im Warenkorb", "Die Versandkostenfreigrenze."),
        ("whole", "de", "Ein Gutschein", "Der Versand und die Kosten."),
        ("nl", "nl", "Verjaardagskorting per post", "De korting kwam."),
        ("sv", "sv", "Sommarkampanj i butik", "En kampanj."),
        ("other", "en", "Radio in the morning", "A spot."),
    ]);
    assert_first(&engine, &[("Gutschein", "whole"), ("kampanj", "sv"), ("korting", "nl")]);
    assert_finds(
        &engine,
        &[
            ("Gutschein", &["code", "whole"]),
            ("Versandkosten", &["code"]),
            ("Freigrenze", &["code"]),
            ("Kosten", &["code", "whole"]),
        ],
    );
}

#[test]
fn a_minus_before_a_figure_and_a_quote_in_a_word_are_no_operators() {
    let engine = hub(&[
        ("offer", "fr", "Offre de lancement -20%", "La remise de -20% a plu."),
        ("il", "he", "דוא\"ל עם קופון", "נשלח."),
        ("spot", "en", "A 30\" spot on the radio", "Heard."),
        ("other", "fr", "Remise de bienvenue", "Sans chiffre."),
    ]);
    assert_finds(&engine, &[("-20%", &["offer"]), ("−20 %", &["offer"]), ("דוא\"ל", &["il"])]);
    assert_finds(&engine, &[("דואל", &["il"]), ("30\" spot", &["spot"])]);
    assert_first(&engine, &[("remise -20%", "offer")]);
    assert_finds(&engine, &[("remise -lancement", &["other"])]);
}

#[test]
fn british_and_american_spellings_meet() {
    let engine = hub(&[
        ("gb", "en-GB", "Personalisation and colour", "A catalogue, travelling, a theatre."),
        ("us", "en-US", "Personalization and color", "A catalog, traveling, a theater."),
        ("person", "en", "A person answers", "Local shops."),
    ]);
    let both: &[&str] = &["gb", "us"];
    let words =
        ["personalise", "personalization", "colours", "color", "catalog", "traveled", "theatre"];
    for query in words {
        assert_finds(&engine, &[(query, both)]);
    }
    assert_finds(&engine, &[("localization", &[])]);
}

#[test]
fn figures_are_read_as_figures() {
    let engine = hub(&[
        ("en", "en", "1,250 orders", "Up by 12.5 points."),
        ("de", "de", "1.250 Bestellungen", "Plus 12,5 Punkte."),
        ("fr", "fr", "1\u{202f}250 commandes", "Rien."),
        ("ar", "ar", "١٢٥٠ طلبا", "لا شيء."),
        ("plain", "en", "1 250 orders", "Nothing."),
    ]);
    let all: &[&str] = &["ar", "de", "en", "fr", "plain"];
    for query in ["1250", "1,250", "1.250", "1 250", "١٢٥٠"] {
        assert_finds(&engine, &[(query, all)]);
    }
    assert_finds(&engine, &[("12.5", &["de", "en"]), ("12,5", &["de", "en"])]);
}

#[test]
fn one_character_of_a_script_without_spaces_finds() {
    let engine = hub(&[
        ("first", "ja", "茶の試飲", "店で。"),
        ("last", "ja", "日本の茶", "道。"),
        ("kr", "ko", "차 시음", "봄."),
    ]);
    assert_finds(&engine, &[("茶", &["first", "last"]), ("차", &["kr"]), ("봄", &["kr"])]);
    assert_first(&engine, &[("茶 試飲", "first")]);
}

#[test]
fn a_beginning_beats_a_correction_and_another_word_is_only_offered() {
    let engine = hub(&[
        ("card", "en", "Loyalty card for bakers", "The loyalty card was stamped."),
        ("map", "en", "Local bakers on a map", "Speakers spoke. A change of subscriptions."),
        ("ref", "en", "Referral with two rewards", "The referral brought friends."),
        ("anchor", "en", "Reference price", "We refer to the old price."),
    ]);
    assert_finds(&engine, &[("loyal", &["card"]), ("loyal card", &["card"])]);
    for (query, near) in [("sneakers", "speakers"), ("free of charge", "change")] {
        let response = search(&engine, query);
        assert_eq!((response.total, response.corrected.is_none()), (0, true), "{query}");
        assert_eq!(response.hints[0].code, "not-found", "{query}");
        assert_eq!(response.hints[0].nearest, [near], "{query}");
    }
    assert_first(&engine, &[("referal", "ref"), ("refferal", "ref")]);
    // On the way to `subscriptions` with a slip in it, there is always something to see.
    let typed = "subsciptions";
    for length in 5..=typed.len() {
        assert_finds(&engine, &[(&typed[..length], &["map"])]);
    }
}

#[test]
fn small_words_of_another_language_are_words() {
    let engine = hub(&[
        ("van", "en", "Tasting from a van", "The van stopped at markets."),
        ("shelf", "en", "Tasting at the shelf", "A tasting."),
        ("nl", "nl", "Een brief van de winkel", "De klanten van de winkel lazen het."),
    ]);
    assert_first(&engine, &[("van tasting", "van"), ("brief van de winkel", "nl")]);
}

#[test]
fn nothing_to_look_for_finds_nothing_and_is_told() {
    let engine = hub(&[("a", "en", "A gift 🎁", "Wrapped.")]);
    for query in ["🎁", "%", "???", "\"\"", "- -", &"y".repeat(80)] {
        let response = search(&engine, query);
        assert_eq!((response.total, &*response.hints[0].code), (0, "no-words"), "{query}");
    }
    assert!(search(&engine, "").total > 0, "no query lists everything");
    assert!(search(&engine, "type:case-study").total > 0);
}

#[test]
fn everything_that_a_page_shows_is_found() {
    let text = "---
title: Full study
status: completed
outcome: won
markets: [GB]
channels: [email]
tactics: [discount]
audience: [pensioners]
product: Broadbandish
brand: Quayside
category: telecoms
variants:
  - {name: lighthouse, description: with a beam}
owner: Harbourside team
raci: {responsible: [Pierhead], consulted: [Slipway]}
fixed: [the mast]
flexible: [the seagull]
constraints: [franking machines]
links: [{label: Regatta deck, url: 'https://example.org/yachting'}]
extra: {campaign_code: KEELHAUL7}
---

![A kittiwake on a rail](rail.png)

| Buoy | Count |
|---|---|
| bell | 12 |

```
PUFFIN20
```
";
    let engine = open(TestHub::new().file("content/case-studies/gb/full.md", text));
    for word in [
        "pensioners",
        "Broadbandish",
        "Quayside",
        "telecoms",
        "lighthouse",
        "beam",
        "Harbourside",
        "Pierhead",
        "Slipway",
        "mast",
        "seagull",
        "franking",
        "Regatta",
        "yachting",
        "KEELHAUL7",
        "kittiwake",
        "buoy",
        "bell",
        "PUFFIN20",
    ] {
        assert_finds(&engine, &[(word, &["gb/full"])]);
    }
    for path in [
        "gb/full",
        "case-studies/gb/full/",
        "https://hub.example/base/case-studies/gb/full/index.html#results",
        "content/case-studies/gb/full.md",
    ] {
        assert_finds(&engine, &[(path, &["gb/full"])]);
    }
}

#[test]
fn a_record_in_two_languages_is_found_in_both() {
    let lead =
        "Vouchers at the till were taken by one in five, and this is more than we had before.";
    let text = format!(
        "---\ntitle: Gutscheine an der Kasse\nlanguage: de\nstatus: planned\nmarkets: [DE]\n\
         channels: [ooh]\ntactics: [humour]\nsummary: {lead}\n---\n\n\
         Die Gutscheine lagen an der Kasse. Zwei Kampagnen und drei Empfehlungen wurden verglichen.\n"
    );
    let engine = open(TestHub::new().file("content/case-studies/de/kopf.md", &text));
    for query in ["Gutschein", "Kampagne", "Empfehlung", "voucher", "vouchers", "taken"] {
        assert_finds(&engine, &[(query, &["de/kopf"])]);
    }
}

#[test]
fn records_that_hold_an_alias_come_before_those_of_its_term() {
    let study = |title: &str, body: &str| {
        format!(
            "---\ntitle: {title}\nstatus: planned\nmarkets: [IN]\nchannels: [email]\n\
             tactics: [seasonal-moment]\n---\n\n{body}\n"
        )
    };
    let filler = "It was long and told of many things. ".repeat(40);
    let engine = open(
        TestHub::new()
            .file("content/case-studies/in/autumn.md", &study("A seasonal moment", "Lamps."))
            .file(
                "content/case-studies/in/lights.md",
                &study("Lamps", &format!("{filler} Diwali.")),
            )
            .file("content/case-studies/in/spring.md", &study("Seasonal moments", "Colours.")),
    );
    let response = search(&engine, "diwali");
    assert_eq!(ids(&response)[0], "in/lights");
    assert!(ids(&response).len() > 1, "those of the term follow");
}

#[test]
fn a_query_has_one_answer_however_it_ends() {
    let engine = hub(&[
        ("whole", "en", "Loyal customers", "They stayed."),
        ("longer", "en", "Loyalty loyalty loyalty", "Loyalty, loyalty, loyalty."),
    ]);
    let answers: BTreeMap<&str, Vec<String>> = ["loyal", "loyal ", " loyal", "LOYAL"]
        .into_iter()
        .map(|query| (query, ids(&search(&engine, query)).into_iter().map(str::to_owned).collect()))
        .collect();
    for (query, found) in answers {
        assert_eq!(found, ["whole", "longer"], "{query:?}");
    }
}

#[test]
fn a_word_with_a_hyphen_is_one_word_before_it_is_two() {
    let engine = hub(&[
        ("checkout", "en", "A calmer checkout", "Fewer fields before the payment."),
        ("apart", "en", "People who check out late", "They check out a day later."),
        ("loose", "en", "Check the date", "It ran out."),
    ]);
    for query in ["people -check-out", "people -\"check out\"", "calmer -check-out"] {
        let response = search(&engine, query);
        assert!(!ids(&response).iter().any(|id| ["checkout", "apart"].contains(id)), "{query}");
    }
    for query in ["\"check-out\"", "\"check out\""] {
        let mut found =
            ids(&search(&engine, query)).into_iter().map(str::to_owned).collect::<Vec<_>>();
        found.sort_unstable();
        assert_eq!(found, ["apart", "checkout"], "{query}");
    }
    for query in ["check-out", "Check\u{2011}Out"] {
        let response = search(&engine, query);
        assert_eq!(ids(&response)[2], "loose", "{query}: {:?}", ids(&response));
        assert_eq!(response.reading.words.len(), 1, "{query}");
    }
}

#[test]
fn a_concept_is_found_in_the_words_of_other_languages() {
    let engine = hub(&[
        ("fr", "fr", "Avis clients sur la fiche", "Les avis clients étaient à côté du prix."),
        ("en", "en", "Customer reviews beside the price", "Reviews from buyers."),
        ("pt", "pt", "Uma fita sobre corrida", "Vendemos tênis de corrida na rua."),
        ("other", "en", "A film about rain", "It rained in the film."),
    ]);
    assert_finds(
        &engine,
        &[
            ("klantbeoordelingen", &["en", "fr"]),
            ("customer reviews", &["en", "fr"]),
            ("avis clients", &["en", "fr"]),
            ("Laufschuhe", &["pt"]),
        ],
    );
    assert_first(&engine, &[("customer reviews", "en"), ("avis clients", "fr")]);
    let response = search(&engine, "klantbeoordelingen");
    let named: Vec<&str> = response.hits[0].named.iter().map(|named| &*named.value).collect();
    assert_eq!(named, ["customer review"]);
}

#[test]
fn a_hit_says_which_name_of_a_term_it_was_found_by() {
    let text = |title: &str, tactic: &str| {
        format!(
            "---\ntitle: {title}\nlanguage: en\nstatus: planned\nmarkets: [IN]\nchannels: [email]\n\
             tactics: [{tactic}]\n---\n\nA spot.\n"
        )
    };
    let hub = TestHub::new()
        .file("content/case-studies/in/lamps.md", &text("Lamps for the feast", "seasonal-moment"))
        .file("content/case-studies/in/diwali.md", &text("Diwali lamps", "seasonal-moment"));
    let response = search(&open(hub), "diwali");
    assert_eq!(ids(&response)[..2], ["in/diwali", "in/lamps"]);
    assert!(response.hits[0].named.is_empty(), "the word itself is there");
    let lamps = response.hits.iter().find(|hit| hit.id == "in/lamps").expect("found");
    let named = &lamps.named[0];
    assert_eq!(
        (&*named.facet, &*named.value, &*named.word),
        ("tactic", "seasonal-moment", "diwali")
    );
}

#[test]
fn the_first_part_of_a_compound_is_found_in_another_form() {
    let engine = hub(&[
        ("season", "de", "Das Weihnachtsgeschäft", "Im Advent liefen die Anzeigen."),
        ("other", "de", "Ein Film im Sommer", "Er lief im Juli."),
    ]);
    assert_finds(&engine, &[("Weihnachten", &["season"])]);
}

#[test]
fn a_phrase_is_found_in_what_the_page_shows_beside_its_text() {
    let text = |owner: &str| {
        format!(
            "---\ntitle: A spot\nlanguage: en\nstatus: planned\nmarkets: [GB]\nchannels: [email]\n\
             tactics: [humour]\nowner: {owner}\n---\n\nNothing else.\n"
        )
    };
    let hub = TestHub::new()
        .file("content/case-studies/gb/one.md", &text("Harbourside loyalty team"))
        .file("content/case-studies/gb/two.md", &text("Harbourside media"));
    assert_finds(
        &open(hub),
        &[("\"loyalty team\"", &["gb/one"]), ("\"harbourside media\"", &["gb/two"])],
    );
}
