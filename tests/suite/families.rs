//! Tests of families: experiments repeated in many markets are found, reported once and
//! acknowledged with one statement.
#![expect(clippy::print_stdout, reason = "figures are shown")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use casebook::catalog::{CaseIndex, Catalog};
use casebook::similar::verdict::FamilyAction;
use casebook::similar::{self, AnswerState, Similar, Verdict};
use casebook::site::Site;
use serde_json::Value;

use crate::support::{TestHub, is_night, repository};

/// Markets without records in the sample hub, for planted records.
const MARKETS: [&str; 40] = [
    "PL", "CZ", "HU", "RO", "BG", "HR", "SI", "SK", "EE", "LV", "LT", "UA", "GR", "TR", "IL", "EG",
    "GH", "MA", "TN", "VN", "TH", "PH", "MY", "KR", "TW", "HK", "NZ", "CL", "PE", "UY", "PK", "BD",
    "LK", "KZ", "GE", "AM", "IS", "FI", "DK", "SE",
];

/// A seeded pseudo-random generator (SplitMix64).
struct Random(u64);

impl Random {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn choose<'v>(&mut self, wordings: &'v Value) -> &'v str {
        let all = wordings.as_array().unwrap();
        all[(self.next_u64() % all.len() as u64) as usize].as_str().unwrap()
    }
}

/// Path and text of one market's record of a story, with a random wording of most sentences.
fn market_record(
    story: &Value,
    terms: &Value,
    market: &str,
    language: &str,
    random: &mut Random,
) -> (String, String) {
    let ids = |key: &str| {
        terms[key]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut text = format!(
        "---\ntitle: {:?}\nstatus: planned\nlanguage: {language}\nmarkets: [{market}]\nchannels: [{}]\ntactics: [{}]\nobjective: {}\nstart: 2027-0{}-1{}\nowner: Team {market}\nhypothesis: {:?}\n---\n",
        random.choose(&story["title"]),
        ids("channels"),
        ids("tactics"),
        terms["objective"].as_str().unwrap(),
        1 + random.next_u64() % 9,
        random.next_u64() % 10,
        random.choose(&story["hypothesis"]),
    );
    for section in story["sections"].as_array().unwrap() {
        let _ = write!(text, "\n## {}\n\n", section[0].as_str().unwrap());
        for (at, sentence) in section[1].as_array().unwrap().iter().enumerate() {
            if at == 0 || random.next_u64() % 100 < 85 {
                let _ = write!(text, "{} ", random.choose(sentence));
            }
        }
        text.push('\n');
    }
    (
        format!(
            "content/case-studies/{}/{}.md",
            market.to_lowercase(),
            terms["name"].as_str().unwrap()
        ),
        text,
    )
}

/// Records of the multilingual experiment in one language, by path and text.
pub fn one_language(language: &str, count: usize) -> Vec<(String, String)> {
    let story = read_json("languages.json");
    let mut random = Random(11);
    MARKETS[..count]
        .iter()
        .map(|market| {
            market_record(&story["languages"][language], &story, market, language, &mut random)
        })
        .collect()
}

fn read_json(name: &str) -> Value {
    serde_json::from_str(
        &casebook::source::read_argument_file(&repository().join("tests/similar").join(name))
            .unwrap(),
    )
    .unwrap()
}

/// The sample hub with more records.
fn sample_hub_with(files: &[(String, String)]) -> (Site, Catalog) {
    let hub = TestHub::sample().with_files(files);
    let read = hub.checked();
    (read.site, read.catalog)
}

fn catalog_of(files: &[(String, String)]) -> (Site, Catalog) {
    let read = TestHub::new().with_files(files).checked();
    (read.site, read.catalog)
}

/// How well planted records are found: the share whose nearest neighbour is planted, the share
/// flagged as similar to a planted record, false flags per record, and whether one family holds at
/// least 95 % of them and no other record.
struct FamilyMetrics {
    nearest: f64,
    flagged: f64,
    false_flags: f64,
    is_one_family: bool,
}

fn measure(site: &Site, catalog: &Catalog, planted: &BTreeSet<String>) -> FamilyMetrics {
    let table = casebook::command::similar_table(site, catalog, 5);
    let mut best: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    let (mut flagged, mut false_flags) = (BTreeSet::new(), BTreeSet::new());
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (a, b, score) = (cells[0], cells[1], cells[2].parse::<f64>().unwrap());
        for (one, other) in [(a, b), (b, a)] {
            let known = best.entry(one).or_insert((-1.0, ""));
            if score > known.0 {
                *known = (score, other);
            }
        }
        if !["neighbour", "related"].contains(&cells[3]) {
            match (planted.contains(a), planted.contains(b)) {
                (true, true) => flagged.extend([a, b]),
                (false, false) => {}
                _ => drop(false_flags.insert((a.min(b), a.max(b)))),
            }
        }
    }
    let count = planted.len() as f64;
    let nearest = planted
        .iter()
        .filter(|id| best.get(id.as_str()).is_some_and(|(_, other)| planted.contains(*other)))
        .count() as f64;
    let similar = similar::find(site, catalog);
    let members = |family: &similar::Family| {
        family
            .members
            .iter()
            .map(|case| catalog.case(*case).meta.id.to_string())
            .collect::<BTreeSet<String>>()
    };
    let is_one_family = similar.families.iter().any(|family| {
        let members = members(family);
        members.is_subset(planted) && members.len() as f64 >= 0.95 * count
    });
    FamilyMetrics {
        nearest: nearest / count,
        flagged: flagged.len() as f64 / count,
        false_flags: false_flags.len() as f64 / count,
        is_one_family,
    }
}

/// Ids of records by their paths.
pub fn ids(files: &[(String, String)]) -> BTreeSet<String> {
    files
        .iter()
        .map(|(path, _)| {
            path.trim_start_matches("content/case-studies/").trim_end_matches(".md").to_owned()
        })
        .collect()
}

#[test]
fn repeated_experiments_are_found_at_every_family_size() {
    let stories = read_json("stories.json");
    let stories = stories.as_array().unwrap();
    // Two records of a story share a quarter of their words on average, so one of three may share
    // almost nothing with the others.
    let mut sizes = vec![(3, 0.8), (40, 0.98)];
    if is_night() {
        sizes.push((11, 0.98));
    }
    for (size, least) in sizes {
        let (mut nearest, mut flagged, mut false_flags, mut families) = (0.0, 0.0, 0.0, 0);
        for (seed, story) in stories.iter().enumerate() {
            let mut random = Random(seed as u64 * 1_000 + size as u64);
            let language = story["language"].as_str().unwrap();
            let files: Vec<_> = MARKETS[..size]
                .iter()
                .map(|market| market_record(story, story, market, language, &mut random))
                .collect();
            let (site, catalog) = sample_hub_with(&files);
            let found = measure(&site, &catalog, &ids(&files));
            println!(
                "{} {size}: nearest {:.2} flagged {:.2} false_flags {:.2} family {}",
                story["name"], found.nearest, found.flagged, found.false_flags, found.is_one_family
            );
            (nearest, flagged, false_flags) =
                (nearest + found.nearest, flagged + found.flagged, false_flags + found.false_flags);
            families += usize::from(found.is_one_family);
        }
        let count = stories.len() as f64;
        assert!(
            nearest / count >= 0.98 && flagged / count >= least && false_flags / count <= 0.05,
            "{size} markets: {nearest} {flagged} {false_flags}"
        );
        assert!(families as f64 / count >= least - 0.2, "{families} families of {size}");
    }
}

#[test]
fn one_experiment_in_eight_languages_is_one_family() {
    let story = read_json("languages.json");
    let markets = [
        "PL CZ HU", "RO BG HR", "SI SK EE", "LV LT UA", "GR TR IL", "EG GH MA", "TN VN TH",
        "PH MY KR",
    ];
    let mut random = Random(7);
    let languages = story["languages"].as_object().unwrap();
    let files: Vec<_> = languages
        .iter()
        .zip(markets)
        .flat_map(|((language, words), markets)| {
            markets.split(' ').map(move |market| (language, words, market))
        })
        .map(|(language, words, market)| {
            market_record(words, &story, market, language, &mut random)
        })
        .collect();
    let (site, catalog) = sample_hub_with(&files);
    let found = measure(&site, &catalog, &ids(&files));
    assert!(
        found.nearest >= 0.98
            && found.flagged >= 0.95
            && found.false_flags <= 0.05
            && found.is_one_family,
        "{} {} {}",
        found.nearest,
        found.flagged,
        found.false_flags
    );
}

#[test]
fn copies_rank_before_unrelated_records() {
    let answers = read_json("answers.json");
    let answers: Vec<&Value> = answers["questions"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|question| question["answers"].as_array().unwrap())
        .collect();
    let file = |answer: &&Value| {
        let (id, title, text) = (
            answer["id"].as_str().unwrap(),
            answer["title"].as_str().unwrap(),
            answer["text"].as_str().unwrap(),
        );
        (
            format!("content/case-studies/us/{id}.md"),
            format!("---\ntitle: {title:?}\nstatus: completed\nmarkets: [US]\n---\n\n{text}\n"),
        )
    };
    let files: Vec<_> = answers.iter().map(file).collect();
    let (site, catalog) = catalog_of(&files);
    let source = |id: &str| {
        let answer = answers.iter().find(|answer| answer["id"] == id).unwrap();
        answer["copy_of"].as_str().unwrap_or(id).to_owned()
    };
    let table = casebook::command::similar_table(&site, &catalog, 20);
    let mut best: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let known = best.entry(&cells[0][3..]).or_insert((-1.0, ""));
        if cells[2].parse::<f64>().unwrap() > known.0 {
            *known = (cells[2].parse().unwrap(), &cells[1][3..]);
        }
    }
    let copies: Vec<&str> = answers
        .iter()
        .filter(|answer| answer["copy_of"].is_string())
        .map(|answer| answer["id"].as_str().unwrap())
        .collect();
    let first = copies.iter().filter(|id| source(best[*id].1) == source(id)).count();
    println!("{first} of {} copies have another copy first", copies.len());
    assert_eq!(copies.len(), 57);
    assert!(first as f64 >= 0.95 * copies.len() as f64);
}

/// Within a language, a record whose similarity is a quarter higher than that of another scores
/// higher.
#[test]
fn higher_similarity_ranks_first() {
    let story = &read_json("stories.json")[3];
    let mut random = Random(5);
    let files: Vec<_> = MARKETS[..30]
        .iter()
        .map(|market| market_record(story, story, market, "de", &mut random))
        .collect();
    let (site, catalog) = sample_hub_with(&files);
    let model = similar::similarity_model::build(
        &catalog,
        similar::similarity_model::concepts_of_catalog(&catalog, &site.language),
        100,
    );
    let (space, weights) = (&model.space, &model.weights);
    let mut looked_at = 0;
    for a in 0..catalog.cases.len() as u32 {
        let others: Vec<(f32, f32)> = space.groups[space.group_of[a as usize] as usize]
            .members
            .iter()
            .filter(|b| **b != a)
            .map(|b| (space.similarity(weights, a, *b), *b))
            .map(|(similarity, b)| {
                (similarity, model.neighbours.score_pair(space, weights, a, b, similarity).score)
            })
            .collect();
        for (similarity, score) in &others {
            for (less, behind) in others.iter().filter(|(less, _)| *similarity >= 1.25 * less) {
                looked_at += 1;
                assert!(
                    score > behind || similarity == less,
                    "{similarity} scores {score}, {less} scores {behind}"
                );
            }
        }
    }
    assert!(looked_at > 10_000, "{looked_at}");
}

fn study_file(
    path: &str,
    market: &str,
    title: &str,
    hypothesis: &str,
    body: &str,
    more: &str,
) -> (String, String) {
    let front = format!(
        "---\ntitle: {title:?}\nmarkets: [{market}]\nchannels: [print-direct-mail]\ntactics: [personalised-creative]\nobjective: retention\nhypothesis: {hypothesis:?}\n{more}---\n\n{body}\n"
    );
    (format!("content/case-studies/{path}.md"), front)
}

const HYPOTHESIS: &str = "If lapsed members get a handwritten card, then reactivation rises by 6 %, because paper from a person is kept.";
const BODY: &str = "Two clerks write cards by hand to members who have been silent for ninety days. A control group gets the usual printed letter. \
    Reactivation within a month decides, counted in the membership system, and the cost of a card is set against the yearly fee.";
const PARAPHRASED_BODY: &str = "By hand, two clerks write cards to members who were silent for ninety days. A control group receives the usual letter. What decides \
    is reactivation within a month, counted in the membership system; the cost of every card is set against the yearly fee.";

fn planned_study(path: &str, market: &str, start: &str, more: &str) -> (String, String) {
    let body = if path.len().is_multiple_of(2) { BODY } else { PARAPHRASED_BODY };
    study_file(
        path,
        market,
        "A handwritten card for lapsed members",
        HYPOTHESIS,
        body,
        &format!("status: planned\nstart: {start}\n{more}"),
    )
}

/// Five planned records of one experiment, oldest first, each with more lines of front matter.
pub fn family_of_five(more: [&str; 5]) -> Vec<(String, String)> {
    let rows = [
        ("pl/card", "PL", "2027-01-04"),
        ("cz/cards", "CZ", "2027-02-01"),
        ("hu/card", "HU", "2027-03-01"),
        ("sk/cards", "SK", "2027-04-05"),
        ("si/card", "SI", "2027-05-03"),
    ];
    rows.iter()
        .zip(more)
        .map(|((path, market, start), more)| planned_study(path, market, start, more))
        .collect()
}

fn find_similar(files: Vec<(String, String)>) -> (Catalog, Similar) {
    let (site, catalog) = catalog_of(&files);
    let similar = similar::find(&site, &catalog);
    (catalog, similar)
}

fn case_ids(catalog: &Catalog, cases: &[CaseIndex]) -> Vec<String> {
    cases.iter().map(|case| catalog.case(*case).meta.id.to_string()).collect()
}

#[test]
fn a_family_is_reported_once_with_its_oldest_member_first() {
    let (site, catalog) = sample_hub_with(&family_of_five([""; 5]));
    let similar = similar::find(&site, &catalog);
    let of_five = similar
        .families
        .iter()
        .filter(|family| family.members.contains(&catalog.find_case("pl/card").unwrap()));
    let [family] = &of_five.collect::<Vec<_>>()[..] else { panic!("{:?}", similar.families) };
    assert_eq!(family.id, "pl/card~personalised-creative");
    assert_eq!(
        case_ids(&catalog, &family.members),
        ["pl/card", "cz/cards", "hu/card", "sk/cards", "si/card"]
    );
    assert_eq!(
        (family.verdict, family.action, &family.state),
        (Verdict::CoordinateNow, FamilyAction::Join, &AnswerState::Open)
    );
    let inside = |case: CaseIndex| family.members.contains(&case);
    assert!(
        similar.open_pairs().all(|pair| !inside(pair.a) && !inside(pair.b)),
        "its pairs are told with it"
    );
    assert!(
        similar
            .pairs
            .iter()
            .filter(|pair| inside(pair.a) && inside(pair.b))
            .all(|pair| pair.family.is_some())
    );
}

#[test]
fn one_statement_acknowledges_a_family() {
    let for_all = "not_duplicate_of:\n  - {family: pl/card~personalised-creative, members: 5, reason: five tests agreed with the hub}\n";
    let (catalog, similar) = find_similar(family_of_five([for_all, "", "", "", ""]));
    assert_eq!(
        similar.families[0].state,
        AnswerState::Acknowledged {
            field: "not_duplicate_of",
            reason: Some("five tests agreed with the hub".into())
        }
    );
    assert_eq!(
        similar.open_pairs().count() + similar.open_families().count(),
        0,
        "{:?}",
        case_ids(&catalog, &similar.families[0].unanswered)
    );

    let for_one =
        "not_duplicate_of:\n  - {family: pl/card~personalised-creative, reason: another card}\n";
    let (catalog, similar) = find_similar(family_of_five(["", "", for_one, "", ""]));
    assert_eq!(
        case_ids(&catalog, &similar.families[0].unanswered),
        ["pl/card", "cz/cards", "sk/cards", "si/card"],
        "it answers for itself"
    );

    let mut files = family_of_five([""; 5]);
    let playbook = format!(
        "---\ntitle: Cards\nclaim: Handwriting works.\nstatus: emerging\nsupports: [pl/card]\n{for_all}---\n\nBy hand.\n"
    );
    files.push(("content/playbooks/cards.md".into(), playbook));
    let (_, similar) = find_similar(files);
    assert!(
        matches!(similar.families[0].state, AnswerState::Acknowledged { .. }),
        "a playbook answers for all"
    );
}

#[test]
fn a_new_member_reopens_a_family() {
    let for_all = "not_duplicate_of:\n  - {family: pl/card~personalised-creative, members: 5, reason: agreed}\n";
    let mut files = family_of_five([for_all, "", "", "", ""]);
    files.push(planned_study("hr/cards", "HR", "2027-06-07", ""));
    let (catalog, similar) = find_similar(files);
    let family = &similar.families[0];
    assert_eq!((family.members.len(), &family.state), (6, &AnswerState::Open));
    assert_eq!(case_ids(&catalog, &family.unanswered), ["hr/cards"]);
    assert!(family.is_partly_answered());

    // An older record that joins the family leaves the statement where it is.
    let mut files = family_of_five([for_all, "", "", "", ""]);
    files.push(planned_study("hr/card", "HR", "2026-06-07", "status: completed\n"));
    files.last_mut().unwrap().1 = files.last().unwrap().1.replacen("status: planned\n", "", 1);
    let (catalog, similar) = find_similar(files);
    assert_eq!(similar.families[0].id, "hr/card~personalised-creative");
    assert_eq!(
        similar.families[0].unanswered.len(),
        1,
        "{:?}",
        case_ids(&catalog, &similar.families[0].unanswered)
    );
}

#[test]
fn only_unlinked_members_of_a_family_are_unanswered() {
    let link = "adapted_from: pl/card\n";
    let (catalog, similar) = find_similar(family_of_five(["", link, link, "", ""]));
    assert_eq!(case_ids(&catalog, &similar.families[0].unanswered), ["sk/cards", "si/card"]);
    let (_, similar) =
        find_similar(family_of_five(["", link, link, link, "replicates: cz/cards\n"]));
    assert_eq!(similar.open_families().count(), 0, "a family that is linked is a lineage");
    assert!(
        matches!(
            similar.families[0].state,
            AnswerState::Acknowledged { field: "adapted_from", .. }
        ),
        "{:?}",
        similar.families[0].state
    );
}

#[test]
fn withheld_members_are_left_out() {
    let (catalog, similar) =
        find_similar(family_of_five(["", "", "visibility: restricted\n", "", ""]));
    assert_eq!(
        case_ids(&catalog, &similar.families[0].members),
        ["pl/card", "cz/cards", "sk/cards", "si/card"]
    );
}

#[test]
fn hubs_with_a_single_experiment() {
    let (_, similar) = find_similar(family_of_five([""; 5]));
    assert_eq!(similar.families.len(), 1, "a hub that is one family tells one family once");
    let two = vec![
        planned_study("pl/card", "PL", "2027-01-04", ""),
        planned_study("cz/card", "CZ", "2027-01-04", ""),
    ];
    let (_, similar) = find_similar(two);
    assert_eq!(
        (similar.families.len(), similar.open_pairs().count()),
        (0, 1),
        "two records alone in a hub are flagged"
    );
    let bare = |path: &str, market: &str| {
        (
            format!("content/case-studies/{path}.md"),
            format!(
                "---\ntitle: Cards\nstatus: planned\nmarkets: [{market}]\nchannels: [email]\nhypothesis: {HYPOTHESIS:?}\n---\n"
            ),
        )
    };
    let (_, similar) =
        find_similar(vec![bare("pl/a", "PL"), bare("cz/b", "CZ"), bare("hu/c", "HU")]);
    assert_eq!(
        similar.families.len(),
        1,
        "a hypothesis alone makes a family, without tactic and body"
    );
    let count = if is_night() { 1_000 } else { 300 };
    let many: Vec<_> = (0..count)
        .map(|at| planned_study(&format!("pl/card-{at:04}"), "PL", "2027-01-04", ""))
        .collect();
    let (_, similar) = find_similar(many);
    assert_eq!(
        similar.families.iter().map(|family| family.members.len()).collect::<Vec<_>>(),
        [count]
    );
}

/// Two records with the same hypothesis and similar words are flagged in hubs of any content.
#[test]
fn the_same_experiment_is_flagged_in_every_hub() {
    let pair = [
        planned_study("pl/card", "PL", "2027-01-04", ""),
        planned_study("cz/cards", "CZ", "2027-02-01", ""),
    ];
    let like = |at: usize| {
        let (path, text) = planned_study(&format!("hu/other-{at:02}"), "HU", "2027-03-01", "");
        (
            path,
            text.replace("handwritten card", &format!("call number {at}"))
                .replace("cards", "calls")
                .replace("reactivation", "renewal")
                .replace("personalised-creative", "onboarding"),
        )
    };
    for others in [0, 1, 40] {
        let files: Vec<_> = pair.iter().cloned().chain((0..others).map(like)).collect();
        let (catalog, similar) = find_similar(files);
        let (a, b) =
            (catalog.find_case("cz/cards").unwrap(), catalog.find_case("pl/card").unwrap());
        let is_flagged = similar.pairs.iter().any(|pair| (pair.a, pair.b) == (a.min(b), a.max(b)));
        let is_family = similar.find_family(a).is_some_and(|family| family.members.contains(&b));
        assert!(is_flagged || is_family, "among {others} others");
    }
}

/// Records as `casebook new` writes them, with only titles, terms and headings, in two languages or
/// in one.
#[test]
fn new_records_on_different_subjects_are_no_duplicates() {
    let languages = ["en", "nl", "de", "fr", "es", "pt", "id", "ja", "pl"];
    let fresh = |language: &str, name: &str, title: &str, tactic: &str, channel: &str| {
        let headings: String = casebook::vocabulary::template::case_study_headings(language)
            .iter()
            .map(|heading| format!("## {heading}\n\n"))
            .collect();
        (
            format!("content/case-studies/pl/{name}-{language}.md"),
            format!(
                "---\ntitle: {title:?}\nstatus: planned\nlanguage: {language}\nmarkets: [PL]\nchannels: [{channel}]\ntactics: [{tactic}]\n---\n\n{headings}"
            ),
        )
    };
    let coupon = "Cupom no primeiro pedido";
    let referral = "Ajak teman lewat aplikasi";
    let files: Vec<_> = languages
        .iter()
        .flat_map(|language| {
            [
                fresh(language, "coupon", coupon, "discount", "email"),
                fresh(language, "referral", referral, "referral-reward", "messaging"),
            ]
        })
        .collect();
    let (site, catalog) = sample_hub_with(&files);
    let similar = similar::find(&site, &catalog);
    let place =
        |name: &str, language: &str| catalog.find_case(&format!("pl/{name}-{language}")).unwrap();
    for one in languages {
        for other in languages {
            let (a, b) = (place("coupon", one), place("referral", other));
            let flagged =
                similar.pairs.iter().find(|pair| (pair.a, pair.b) == (a.min(b), a.max(b)));
            assert!(flagged.is_none(), "{one} and {other}: {flagged:?}");
            let family = similar.find_family(a);
            assert!(
                family.is_none_or(|family| !family.members.contains(&b)),
                "{one} and {other}: {family:?}"
            );
        }
    }
}
