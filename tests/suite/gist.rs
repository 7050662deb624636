//! Tests of gists: readers see the title in the language of the interface first, with the original.

use crate::support::{BuiltSite, TestHub, study_fields};

/// Fields of a Japanese study with a gist in English and in Portuguese.
fn japanese(more: &str) -> String {
    format!(
        "title: 一通だけの知らせ\nsummary: 購入が増えた。\nlanguage: ja\nfixed: [一通だけ]\n\
         flexible: [文面]\ntranslations:\n  en:\n    title: One message alone\n    \
         summary: Purchases rose.\n    fixed: [One message]\n  pt: {{title: Uma mensagem só}}\n{more}\n{}",
        study_fields("JP", "email", "discount", "won", "start: 2026-01-01\nend: 2026-02-01")
    )
}

/// A hub with that study, one adapted from it, an idea and a playbook in Spanish, in a language.
fn hub(language: &str) -> TestHub {
    TestHub::new()
        .site(&format!("language = \"{language}\"\n"))
        .case("jp/a", &japanese("reuse: approved"))
        .case(
            "de/b",
            &format!(
                "title: Nur eine\nlanguage: de\nadapted_from: jp/a\n{}",
                study_fields("DE", "email", "discount", "lost", "")
            ),
        )
        .idea(
            "c",
            "title: Otra vez\nstatus: new\nlanguage: es\nwanted_by: [ES]\nowner: Team Spain\n\
             translations: {en: {title: Once more, summary: Try it again.}}",
        )
        .playbook(
            "d",
            "title: Menos es más\nclaim: Menos gana.\nlanguage: es\nstatus: supported\nsupports: [jp/a]\n\
             translations: {en: {title: Less is more, summary: Less wins.}}",
        )
}

const ORIGINAL: &str = "<span class=\"original\"><bdi lang=\"ja\" dir=\"ltr\">一通だけの知らせ</bdi> \
                        <span class=\"language\">Japanese</span></span>";

#[test]
fn every_list_shows_the_gist_with_the_original_below() {
    let built = hub("en").build();
    for page in [
        "case-studies/index.html",
        "case-studies/de/b/index.html",
        "playbooks/d/index.html",
        "markets/jp/index.html",
        "tactics/discount/index.html",
        "reuse/index.html",
        "lineage/index.html",
        "index.html",
    ] {
        built.assert_contains(page, "One message alone").assert_contains(page, ORIGINAL);
    }
    for (page, title, original) in [
        ("ideas/index.html", "Once more", "Otra vez"),
        ("playbooks/index.html", "Less is more", "Menos es más"),
        ("index.html", "Less is more", "Menos es más"),
    ] {
        built.assert_contains(page, title).assert_contains(
            page,
            &format!(
                "<span class=\"original\"><bdi lang=\"es\" dir=\"ltr\">{original}</bdi> \
                 <span class=\"language\">Spanish</span></span>"
            ),
        );
    }
    built.assert_contains("new/index.html", ORIGINAL);
    built.assert_contains("teams/team-spain/index.html", "Once more");
    built.assert_contains("feed.xml", "<title>One message alone</title>");
    built.assert_contains("feed.xml", "Won. Purchases rose. · 一通だけの知らせ (Japanese)");
    built.assert_contains("data/rows.json", "\"o\":[\"一通だけの知らせ\",\"ja\"]");
}

#[test]
fn the_page_of_a_record_has_both_texts() {
    let built = hub("en").build();
    let page = "case-studies/jp/a/index.html";
    for text in [
        "<title>One message alone · ",
        "<h1 data-text=\"title\">One message alone</h1>",
        "data-text=\"summary\">Purchases rose.</p>",
        "<summary>Original in Japanese</summary>",
        "lang=\"ja\" dir=\"ltr\">一通だけの知らせ</p>",
        "The text below is in Japanese.",
        "<ul data-text=\"fixed\"><li>One message</li>",
        // What the gist does not say stays in the language of the record, and is marked so.
        "<ul data-text=\"flexible\" lang=\"ja\" dir=\"ltr\"><li>文面</li>",
        "<button type=\"button\" data-show=\"original\" aria-pressed=\"false\">Japanese</button>",
    ] {
        assert!(collapse(&built, page).contains(text), "{text}: {}", collapse(&built, page));
    }
    built.assert_contains("ideas/c/index.html", "Try it again.");
    built.assert_contains("playbooks/d/index.html", "Less wins.");
    built.assert_contains("playbooks/d/index.html", "<summary>Original in Spanish</summary>");
}

/// The text of a page with each run of white space between tags removed.
fn collapse(built: &BuiltSite, page: &str) -> String {
    built.text(page).split('\n').map(str::trim).collect()
}

#[test]
fn a_site_shows_the_gist_in_its_own_language_alone() {
    let dutch = hub("nl").build();
    dutch.assert_contains(
        "case-studies/index.html",
        "<bdi lang=\"ja\" dir=\"ltr\">一通だけの知らせ</bdi>",
    );
    assert!(!dutch.text("case-studies/index.html").contains("One message alone"));
    assert!(!dutch.text("case-studies/jp/a/index.html").contains("data-original"));
    let gist = "translations: {nl: {title: Een bericht}, ja: {title: Nothing}}\n";
    let fields = format!("{gist}{}", study_fields("NL", "email", "discount", "won", "title: One"));
    let site = "language = \"nl\"\n";
    let built =
        TestHub::new().site(site).case("nl/a", &format!("language: en-GB\n{fields}")).build();
    let row = "<bdi>Een bericht</bdi>";
    built.assert_contains("case-studies/index.html", row);
    built.assert_contains("case-studies/index.html", "<span class=\"language\">Engels</span>");
}
