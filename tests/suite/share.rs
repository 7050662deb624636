//! Tests of what a shared link shows: the head of every page, its picture, its data, and the record as
//! text.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use casebook::page::parts::share_card;
use casebook::theme::Theme;

use crate::support::{BuiltSite, TestHub, sample_hub, sample_site};

/// The value of the first attribute `content` of a `meta` element that has `name`.
fn meta<'p>(page: &'p str, name: &str) -> Option<&'p str> {
    let element = page.split("<meta ").find(|element| {
        element.contains(&format!("name=\"{name}\""))
            || element.contains(&format!("property=\"{name}\""))
    })?;
    element.split("content=\"").nth(1)?.split('"').next()
}

/// Paths and texts of the pages that a reader meets, without redirects.
fn pages(site: &BuiltSite) -> impl Iterator<Item = (&str, &str)> {
    let pages = site.0.files.keys().filter(|path| path.ends_with(".html"));
    pages
        .map(|path| (path.as_str(), site.text(path)))
        .filter(|(_, text)| !text.contains("http-equiv=\"refresh\""))
}

#[test]
fn every_page_describes_itself_in_its_own_words() {
    let mut described: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, text) in pages(sample_site()) {
        let description = meta(text, "description");
        let description = description.unwrap_or_else(|| panic!("{path} has no description"));
        assert_eq!(meta(text, "og:description"), Some(description), "{path}");
        let is_further_part = path.rsplit('/').nth(1).is_some_and(|folder| {
            folder.bytes().all(|byte| byte.is_ascii_digit()) && !folder.is_empty()
        });
        if !is_further_part {
            described.entry(description).or_default().push(path);
        }
    }
    assert!(described.len() > 150, "the pages are found: {}", described.len());
    described.retain(|_, paths| paths.len() > 1);
    assert!(described.is_empty(), "the same words for several pages: {described:#?}");
}

#[test]
fn every_page_says_what_a_shared_link_shows() {
    for (path, text) in pages(sample_site()) {
        let is_hidden = meta(text, "robots") == Some("noindex");
        for name in ["og:title", "og:site_name", "og:type", "twitter:card"] {
            assert!(meta(text, name).is_some_and(|value| !value.is_empty()), "{path}: {name}");
        }
        let address = meta(text, "og:url");
        assert_eq!(address.is_none(), is_hidden, "{path}");
        let image = meta(text, "og:image");
        assert_eq!(image.is_none(), is_hidden, "{path}");
        if let Some(image) = image {
            let file = image.strip_prefix("https://casebook.example/").expect("a full address");
            sample_site().assert_has_file(file);
            assert_eq!(meta(text, "twitter:card"), Some("summary_large_image"), "{path}");
        }
        assert!(text.contains("rel=\"apple-touch-icon\""), "{path}");
        assert!(text.contains("class=\"print-notes\""), "{path}");
    }
    let study = sample_site().text("case-studies/jp/skin-diagnosis-quiz/index.html");
    assert_eq!(meta(study, "og:type"), Some("article"));
    // Title and description are those of its gist.
    assert_eq!(meta(study, "og:locale"), Some("en_GB"));
}

/// A hub with one study, and these lines in its settings.
fn hub(settings: &str) -> TestHub {
    TestHub::new()
        .site(settings)
        .case(
            "es/reward",
            "title: \"A reward </script> for both\"\nstatus: completed\noutcome: won\nmarkets: [es]\nchannels: [email]\ntactics: [referral-reward]\nowner: Growth team\nsummary: \"It won.\"\nverified_on: 2026-05-01\nverified_by: Research team",
        )
        .playbook("reward", "title: Rewards\nclaim: They work.\nstatus: supported\nsupports: [es/reward]")
}

const STUDY: &str = "case-studies/es/reward/index.html";

#[test]
fn full_addresses_and_pictures_need_a_base_url() {
    let without = hub("cards = true\n").build();
    let page = without.text(STUDY);
    for name in ["og:url", "og:image"] {
        assert_eq!(meta(page, name), None, "{name}");
    }
    assert_eq!(meta(page, "twitter:card"), Some("summary"));
    assert!(!page.contains("BreadcrumbList"));
    without.assert_never_contains("assets/cards/");
    let off = hub("base_url = \"https://hub.example/x/\"\n").build();
    assert_eq!(meta(off.text(STUDY), "og:image"), None);
    assert_eq!(
        meta(off.text(STUDY), "og:url"),
        Some("https://hub.example/x/case-studies/es/reward/")
    );
    assert!(!off.0.files.keys().any(|path| path.starts_with("assets/cards/")));
    let on = hub("base_url = \"https://hub.example/x/\"\ncards = true\n").build();
    let cards = on.0.files.keys().filter(|path| path.starts_with("assets/cards/"));
    assert_eq!(cards.count(), 3, "of the study, of the playbook and of the site");
}

#[test]
fn data_for_search_engines_cannot_leave_their_element() {
    let site = hub("base_url = \"https://hub.example/\"\n").build();
    let page = site.text(STUDY);
    let json = page.split("<script type=\"application/ld+json\">").nth(1).unwrap();
    let json = json.split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(json).unwrap();
    let [article, crumbs] = &data["@graph"].as_array().unwrap()[..] else {
        panic!("an article and its crumbs: {data}");
    };
    assert_eq!(article["@type"], "TechArticle");
    assert_eq!(article["headline"], "A reward </script> for both");
    assert_eq!(article["url"], "https://hub.example/case-studies/es/reward/");
    assert_eq!(article["author"]["name"], "Growth team");
    let items = crumbs["itemListElement"].as_array().unwrap();
    assert_eq!(items[0]["item"], "https://hub.example/case-studies/");
    assert_eq!(items.last().unwrap()["name"], "A reward </script> for both");
}

#[test]
fn a_study_is_passed_on_as_text_and_printed_with_its_origin() {
    let site = hub("base_url = \"https://hub.example/\"\n").build();
    let page = site.text(STUDY);
    let text = page.split("<template>").nth(1).unwrap().split("</template>").next().unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("A reward"), "{text}");
    assert_eq!(lines[1], "Won", "{text}");
    assert!(lines.contains(&"Markets: Spain") && lines.contains(&"Owner: Growth team"), "{text}");
    assert_eq!(lines.last(), Some(&"https://hub.example/case-studies/es/reward/"), "{text}");
    let notes = page.split("class=\"print-notes\">").nth(1).unwrap();
    let notes = notes.split("</p>").next().unwrap();
    for part in [
        "Hub",
        "https://hub.example/case-studies/es/reward/",
        "Built on",
        "Verified by Research team on 1 May 2026",
        "Owner: Growth team",
    ] {
        assert!(notes.contains(part), "{part} is not in {notes}");
    }
}

/// Width and height in pixels, bits for a pixel, and the type of colour of a PNG file.
fn png_header(bytes: &[u8]) -> (u32, u32, u8, u8) {
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20), bytes[24], bytes[25])
}

#[test]
fn pictures_of_the_sample_hub_are_small_and_the_same_every_time() {
    let site = sample_site();
    let hub = sample_hub();
    let theme = Theme::load(&hub.site, &BTreeMap::new()).unwrap();
    let painter = theme.card_painter().expect("the sample hub has pictures");
    let context = hub.page_context(&theme.language);
    let cards = share_card::plan(&context);
    assert_eq!(cards.len(), 1 + hub.catalog.cases.len() + hub.catalog.playbooks.len());
    for card in &cards {
        let picture = &site.0.files[&card.path()];
        let title = &card.titles[0];
        // Indexed colours have the type 3.
        assert_eq!(png_header(picture), (1200, 630, 4, 3), "{title}");
        assert!(picture.len() <= 12 * 1024, "{title}: {} bytes", picture.len());
    }
    let start = Instant::now();
    for card in &cards[..5] {
        assert_eq!(painter.draw(card).unwrap(), site.0.files[&card.path()][..], "{card:?}");
    }
    // 20 milliseconds each in an optimised build; this one is not, and shares its cores.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?} for five", start.elapsed());
}
