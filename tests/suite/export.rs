//! Tests of exported data: the published tables, and the numbers of the sample hub recomputed from
//! its front matter.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use casebook::Hub;
use casebook::page::data::{self, DataFormat};
use casebook::similar::{AnswerState, Pair, Reason, Similar, Verdict};
use serde_json::Value;

use crate::support::{CatalogLookup, TODAY, TestHub, graded_c, sample_hub, study_fields};

fn data_files(hub: &Hub) -> BTreeMap<String, Vec<u8>> {
    data::files(&hub.site, &hub.catalog, &hub.similar, &hub.evidence, &hub.backlog)
}

fn parse_json(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Vec<BTreeMap<String, Value>> {
    serde_json::from_slice(&files[path]).unwrap()
}

fn parse_csv(files: &BTreeMap<String, Vec<u8>>, path: &str) -> Vec<Vec<String>> {
    let text = files[path].strip_prefix("\u{feff}".as_bytes()).expect("a byte-order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn field_names_are_fixed() {
    let fixed = [
        ("data/ideas.csv", "id,title,status,score,demand,wanted_by,evidence,tried_in"),
        (
            "data/results.csv",
            "case_id,market,metric,role,baseline,variant,lift,lift_type,ci_low,ci_high,better,grade,sample_size",
        ),
        (
            "data/coverage.csv",
            "market,tactic,studies,won,lost,inconclusive,no_effect,running,best_grade",
        ),
    ];
    let files = data_files(&TestHub::new().hub());
    for (path, header) in fixed {
        let quoted = format!("\u{feff}\"{}\"\r\n", header.replace(',', "\",\""));
        assert_eq!(String::from_utf8(files[path].clone()).unwrap(), quoted, "{path}");
        assert_eq!(files[&path.replace("csv", "json")], b"[]\n");
    }
}

#[test]
fn rows_match_the_records() {
    let hub = TestHub::new()
        .case("x/a", &study_fields("GB, IE", "email", "discount", "won", "results:\n  - {metric: cpa, role: primary, control: 40, variant: 30.5, lift_type: relative, currency: EUR, ci_low: -30, ci_high: -10, source: tool}"))
        .idea("i", "status: new\nwanted_by: [NL, DE]\nevidence: [x/a, 'https://example.org/y']\nscore: {impact: 3, confidence: 1, ease: 3.333}")
        .hub();
    let files = data_files(&hub);
    assert_eq!(
        parse_csv(&files, "data/results.csv")[1],
        [
            "x/a", "GB|IE", "cpa", "primary", "40", "30.5", "-23.75", "relative", "-30", "-10",
            "lower", "D", ""
        ]
    );
    let idea = &parse_json(&files, "data/ideas.json")[0];
    assert_eq!(
        (&idea["score"], &idea["demand"]),
        (&Value::from(10), &Value::from(2)),
        "shown scores have two decimals at most"
    );
    assert_eq!(idea["wanted_by"], serde_json::json!(["DE", "NL"]));
    assert_eq!(idea["evidence"], serde_json::json!(["x/a", "https://example.org/y"]));
    let case = &parse_json(&files, "data/case-studies.json")[0];
    assert_eq!(
        (case["markets"].clone(), case["start"].clone()),
        (serde_json::json!(["GB", "IE"]), Value::Null)
    );
}

#[test]
fn csv_cells_never_start_a_formula() {
    for evil in ["=1+1", "+1", "-1+cmd", "@sum(a1)", "＝1"] {
        let hub = TestHub::new()
            .case(
                "x/a",
                &format!(
                    "title: \"{evil}\"\n{}",
                    study_fields("GB", "email", "discount", "won", "")
                ),
            )
            .hub();
        let files = data_files(&hub);
        assert_eq!(parse_csv(&files, "data/case-studies.csv")[1][1], format!("'{evil}"));
        assert_eq!(
            parse_json(&files, "data/case-studies.json")[0]["title"],
            evil,
            "JSON has no formulas"
        );
    }
    let hub = TestHub::new()
        .case(
            "x/a",
            &format!(
                "title: \"Äpfel;=1+1;x\"\n{}",
                study_fields("GB", "email", "discount", "won", "")
            ),
        )
        .hub();
    let text = String::from_utf8(data_files(&hub)["data/case-studies.csv"].clone()).unwrap();
    assert!(text.contains("\"Äpfel;'=1+1;x\""), "nor where a semicolon parts cells: {text}");
    let hub = TestHub::new()
        .case("x/a", &study_fields("GB", "email", "discount", "lost", &graded_c("cvr", -7.5)))
        .hub();
    assert_eq!(
        parse_csv(&data_files(&hub), "data/results.csv")[1][6],
        "-7.5",
        "a number stays a number"
    );
    assert!(
        String::from_utf8_lossy(&data_files(&hub)["data/results.csv"]).contains(",-7.5,"),
        "without quotes"
    );
}

#[test]
fn quotes_commas_and_lines_survive() {
    let hub = TestHub::new()
        .case(
            "x/a",
            &format!(
                "title: 'One, \"two\"'\nsummary: \"line one\\nline two\"\n{}",
                study_fields("GB", "email", "discount", "won", "")
            ),
        )
        .hub();
    let files = data_files(&hub);
    let row = &parse_csv(&files, "data/case-studies.csv")[1];
    assert_eq!((row[1].as_str(), row[3].as_str()), ("One, \"two\"", "line one\nline two"));
    assert!(
        String::from_utf8(files["data/case-studies.csv"].clone())
            .unwrap()
            .contains("\"One, \"\"two\"\"\"")
    );
}

#[test]
fn extra_fields_are_published_with_their_types() {
    let own = "extra:\n  campaign_code: Q3-DE\n  spots: 12\n  zip: '01067'\n  teams: [CRM, Shop]\n  costs: {media: 1200, day: 2026-05-01}\n";
    let hub = TestHub::new()
        .site("[checks]\npreset = \"lenient\"")
        .case("x/a", &study_fields("GB", "email", "discount", "won", &format!("{own}weather: dry")))
        .case("x/b", &study_fields("GB", "email", "discount", "won", ""))
        .hub();
    let files = data_files(&hub);
    let rows = parse_json(&files, "data/case-studies.json");
    let wanted = serde_json::json!({
        "campaign_code": "Q3-DE", "spots": 12, "zip": "01067", "teams": ["CRM", "Shop"], "costs": {"media": 1200, "day": "2026-05-01"}, "weather": "dry",
    });
    assert_eq!((&rows[0]["extra"], &rows[1]["extra"]), (&wanted, &Value::Null));
    let table = parse_csv(&files, "data/case-studies.csv");
    let at = table[0].iter().position(|name| name == "extra").unwrap();
    assert_eq!(serde_json::from_str::<Value>(&table[1][at]).unwrap(), wanted);
    assert_eq!(table[2][at], "");
}

#[test]
fn pairs_are_published_with_their_acknowledgements() {
    let read = TestHub::new()
        .case("x/a", &study_fields("GB", "email", "discount", "won", ""))
        .case("x/b", &study_fields("DE", "email", "discount", "won", ""))
        .checked();
    let evidence = casebook::evidence::tally(&read.site, &read.catalog);
    let state = AnswerState::Acknowledged {
        field: "not_duplicate_of",
        reason: Some("another audience".into()),
    };
    let reasons = vec![
        Reason::Tactics(vec![read.catalog.tactic("discount")]),
        Reason::Words(vec!["loyal".into()]),
    ];
    let (a, b) = (read.catalog.case_index("x/a"), read.catalog.case_index("x/b"));
    let pair = Pair {
        a,
        b,
        score: 0.81234,
        verdict: Verdict::LinkAsReplication,
        state,
        reasons,
        family: None,
    };
    let similar = Similar { pairs: vec![pair], ..Similar::default() };
    let backlog = casebook::backlog::build_backlog(&read.site, &read.catalog, &similar, &evidence);
    let files = data::files(&read.site, &read.catalog, &similar, &evidence, &backlog);
    let row = &parse_csv(&files, "data/pairs.csv")[1];
    assert_eq!(
        row,
        &[
            "x/a",
            "x/b",
            "0.81",
            "link-as-replication",
            "acknowledged",
            "not_duplicate_of",
            "another audience",
            "GB",
            "DE",
            "",
            "",
            "discount",
            "",
            "loyal",
            ""
        ]
    );
}

#[test]
fn the_package_describes_every_column_of_every_file() {
    let files = data_files(
        &TestHub::new().case("x/a", &study_fields("GB", "email", "discount", "won", "")).hub(),
    );
    let package: Value = serde_json::from_slice(&files["data/datapackage.json"]).unwrap();
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 12);
    for resource in resources {
        let path = format!("data/{}", resource["path"].as_str().unwrap());
        let named: Vec<&str> = resource["schema"]["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        if path.ends_with(".csv") {
            assert_eq!(parse_csv(&files, &path)[0], named, "{path}");
        } else if let Some(row) = parse_json(&files, &path).first() {
            assert_eq!(
                row.keys().map(String::as_str).collect::<BTreeSet<_>>(),
                named.into_iter().collect(),
                "{path}"
            );
        }
    }
}

#[test]
fn export_writes_the_published_files_and_refuses_foreign_folders() {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("hub");
    fs::create_dir_all(root.join("content/case-studies/de")).unwrap();
    fs::write(root.join("site.toml"), "title = \"Hub\"\n").unwrap();
    fs::write(
        root.join("content/case-studies/de/a.md"),
        format!(
            "---\ntitle: A\n{}\n---\n",
            study_fields("DE", "email", "discount", "won", &graded_c("cvr", 2.0))
        ),
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let casebook = Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(arguments)
            .args(["--today", "2026-11-22", "--root"])
            .arg(&root)
            .current_dir(home.path())
            .output()
            .unwrap();
        (casebook.status.code(), String::from_utf8_lossy(&casebook.stderr).into_owned())
    };
    assert_eq!(run(&["export", "--out", "out"]).0, Some(0));
    let names = |folder: &str| {
        fs::read_dir(home.path().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with('.'))
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(names("out").len(), 13);
    assert_eq!(run(&["export", "--out", "out", "--format", "csv"]).0, Some(0));
    assert_eq!(names("out").into_iter().filter(|name| name.ends_with(".csv")).count(), 6);
    assert_eq!(names("out").len(), 7, "one format and its description");
    fs::create_dir(home.path().join("mine")).unwrap();
    fs::write(home.path().join("mine/notes.txt"), "keep").unwrap();
    assert_eq!(
        run(&["export", "--out", "mine"]).0,
        Some(2),
        "a folder with foreign files is refused"
    );
    assert_eq!(run(&["export", "--out", "out", "--format", "xml"]).0, Some(2));
}

/// Front matter of the public records of the sample hub by path, and the analysed hub.
fn read_sample_hub() -> (Vec<(String, FrontMatter)>, &'static Hub) {
    let sample = TestHub::sample();
    let front_matters = (sample.files().iter())
        .filter(|file| file.path.ends_with(".md"))
        .map(|file| (file.path.to_string(), parse_front_matter(&file.text)))
        .filter(|(_, front_matter)| is_public(front_matter));
    (front_matters.collect(), sample_hub())
}

type FrontMatter = BTreeMap<String, Value>;

/// Parses front matter with serde-saphyr, independently of Casebook's parser, which reads all
/// scalars as text; here `NO` is a boolean.
fn parse_front_matter(text: &str) -> FrontMatter {
    let yaml = text.strip_prefix("---\n").and_then(|rest| rest.split("\n---").next()).unwrap();
    serde_yaml::from_str(yaml).unwrap()
}

/// Whether a record of the sample hub is published for the public audience.
fn is_public(front_matter: &FrontMatter) -> bool {
    let embargoed = text_value(front_matter, "embargo_until")
        .parse::<jiff::civil::Date>()
        .is_ok_and(|day| day > TODAY);
    ["", "public"].contains(&text_value(front_matter, "visibility"))
        && front_matter.get("draft") != Some(&Value::Bool(true))
        && !embargoed
}

fn text_values(front_matter: &FrontMatter, keys: &[&str]) -> Vec<String> {
    let one = |value: &Value| match value {
        Value::Bool(false) => "NO".to_owned(),
        value => value.as_str().unwrap().to_owned(),
    };
    match keys.iter().find_map(|key| front_matter.get(*key)) {
        Some(Value::Array(values)) => values.iter().map(one).collect(),
        Some(value) => vec![one(value)],
        None => Vec::new(),
    }
}

fn text_value<'f>(front_matter: &'f FrontMatter, key: &str) -> &'f str {
    front_matter.get(key).and_then(Value::as_str).unwrap_or("")
}

fn cases(front_matters: &[(String, FrontMatter)]) -> impl Iterator<Item = (&str, &FrontMatter)> {
    let id = |path: &'_ str| {
        path.strip_prefix("content/case-studies/")
            .and_then(|id| id.strip_suffix(".md"))
            .map(str::len)
    };
    front_matters.iter().filter_map(move |(path, front_matter)| {
        id(path).map(|length| {
            (
                &path["content/case-studies/".len().."content/case-studies/".len() + length],
                front_matter,
            )
        })
    })
}

const ENDED: [&str; 3] = ["completed", "stopped-early", "archived"];

#[test]
fn sample_hub_coverage_matches_the_front_matter() {
    let (front_matters, hub) = read_sample_hub();
    let mut wanted: BTreeMap<(String, String), BTreeMap<&str, u64>> = BTreeMap::new();
    for (_, front_matter) in cases(&front_matters)
        .filter(|(_, front_matter)| !front_matter.contains_key("translation_of"))
    {
        let status = text_value(front_matter, "status");
        for market in text_values(front_matter, &["markets", "market"]) {
            for tactic in text_values(front_matter, &["tactics", "tactic"]) {
                let cell = wanted.entry((market.clone(), tactic)).or_default();
                *cell.entry("studies").or_default() += 1;
                *cell.entry("running").or_default() += u64::from(status == "running");
                if ENDED.contains(&status) {
                    *cell
                        .entry(match text_value(front_matter, "outcome") {
                            "no-effect" => "no_effect",
                            outcome => outcome,
                        })
                        .or_default() += 1;
                }
            }
        }
    }
    let rows = parse_json(&data_files(hub), "data/coverage.json");
    assert_eq!(rows.len(), wanted.len());
    for row in rows {
        let cell = &wanted
            [&(row["market"].as_str().unwrap().into(), row["tactic"].as_str().unwrap().into())];
        for count in ["studies", "won", "lost", "inconclusive", "no_effect", "running"] {
            assert_eq!(
                row[count].as_u64().unwrap(),
                cell.get(count).copied().unwrap_or(0),
                "{row:?} {count}"
            );
        }
    }
}

#[test]
fn sample_hub_win_rates_match_the_front_matter() {
    let (front_matters, hub) = read_sample_hub();
    for facet in ["tactics", "channels", "markets"] {
        let mut wanted: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for (_, front_matter) in cases(&front_matters).filter(|(_, front_matter)| {
            ENDED.contains(&text_value(front_matter, "status"))
                && !front_matter.contains_key("translation_of")
        }) {
            for term in text_values(front_matter, &[facet, facet.trim_end_matches('s')]) {
                let (won, counted) = wanted.entry(term).or_default();
                *won += u32::from(text_value(front_matter, "outcome") == "won");
                *counted += u32::from(
                    ["won", "lost", "inconclusive", "no-effect"]
                        .contains(&text_value(front_matter, "outcome")),
                );
            }
        }
        for (term, (won, counted)) in wanted {
            let (catalog, evidence) = (&hub.catalog, &hub.evidence);
            let tally = match facet {
                "tactics" => &evidence.tactics[&catalog.tactic(&term)],
                "channels" => &evidence.channels[&catalog.channel(&term)],
                _ => &evidence.markets[&catalog.market(&term)],
            };
            assert_eq!((tally.won, tally.counted()), (won, counted), "{facet} {term}");
            let rate = (counted >= 3).then(|| f64::from(won) / f64::from(counted));
            assert_eq!(tally.win_rate(), rate, "{facet} {term}");
        }
    }
}

#[test]
fn sample_hub_results_match_the_front_matter() {
    let (front_matters, hub) = read_sample_hub();
    let mut rows = parse_csv(&data_files(hub), "data/results.csv").into_iter().skip(1);
    let number = |result: &Value, key: &str| result.get(key).and_then(Value::as_f64);
    for (id, front_matter) in cases(&front_matters) {
        let mut results: Vec<&Value> =
            front_matter.get("results").and_then(Value::as_array).into_iter().flatten().collect();
        results.sort_by_key(|result| result["role"] != "primary");
        for result in results {
            let row = rows.next().unwrap();
            assert_eq!(
                (row[0].as_str(), row[2].as_str()),
                (id, result["metric"].as_str().unwrap())
            );
            let read = |at: usize| row[at].parse::<f64>().ok();
            assert_eq!(read(5), number(result, "variant"), "{row:?}");
            assert_eq!(
                read(4),
                number(result, "control").or(number(result, "baseline")),
                "{row:?}"
            );
            assert_eq!(
                (read(8), read(9)),
                (number(result, "ci_low"), number(result, "ci_high")),
                "{row:?}"
            );
            if let Some(lift) = number(result, "lift") {
                assert_eq!(read(6), Some(lift), "{row:?}");
            }
        }
    }
    assert_eq!(rows.next(), None);
}

#[test]
fn sample_hub_scores_match_the_front_matter() {
    let (front_matters, hub) = read_sample_hub();
    let rows = parse_json(&data_files(hub), "data/ideas.json");
    let shown: Vec<f64> = rows.iter().map(|row| row["score"].as_f64().unwrap_or(-1.0)).collect();
    assert!(shown.is_sorted_by(|a, b| a >= b), "best first");
    for row in rows {
        let path = format!("content/ideas/{}.md", row["id"].as_str().unwrap());
        let front_matter = &front_matters.iter().find(|(known, _)| *known == path).unwrap().1;
        let part = |name: &str| {
            front_matter.get("score").and_then(|score| score.get(name)).and_then(Value::as_f64)
        };
        let supported = !text_values(front_matter, &["evidence"]).is_empty();
        let confidence = part("confidence")
            .map(|confidence| if supported { confidence } else { confidence.min(3.0) });
        let score = (|| Some(part("impact")? * confidence? * part("ease")?))();
        assert_eq!(row["score"].as_f64(), score, "{path}");
        let wanted: BTreeSet<String> =
            text_values(front_matter, &["wanted_by"]).into_iter().collect();
        assert_eq!(row["demand"].as_u64().unwrap() as usize, wanted.len(), "{path}");
        assert_eq!(row["wanted_by"], serde_json::json!(wanted), "{path}");
    }
}

#[test]
fn sample_hub_speed_matches_the_front_matter() {
    let (front_matters, hub) = read_sample_hub();
    let day = |front_matter: &FrontMatter, key: &str| {
        text_value(front_matter, key).parse::<jiff::civil::Date>().ok()
    };
    let mut days: Vec<i32> = Vec::new();
    for (_, front_matter) in cases(&front_matters).filter(|(_, front_matter)| {
        ENDED.contains(&text_value(front_matter, "status"))
            && front_matter.contains_key("decision")
            && !front_matter.contains_key("translation_of")
    }) {
        if let (Some(start), Some(end)) = (day(front_matter, "start"), day(front_matter, "end")) {
            // The first and the last day count, as on the page of a study.
            days.push(start.until(end).unwrap().get_days() + 1);
        }
    }
    days.sort_unstable();
    let middle = |at: usize| f64::from(days[at]);
    let median = if days.len() % 2 == 1 {
        middle(days.len() / 2)
    } else {
        (middle(days.len() / 2 - 1) + middle(days.len() / 2)) / 2.0
    };
    assert_eq!(
        (hub.evidence.speed.all.timed_studies, hub.evidence.speed.all.median_days),
        (days.len(), Some(median))
    );
}

#[test]
fn formats_can_be_exported_separately() {
    let hub = TestHub::new().hub();
    let only = |formats: &[DataFormat]| {
        data::export(&hub.site, &hub.catalog, &hub.similar, &hub.evidence, &hub.backlog, formats)
            .into_keys()
            .filter(|path| path.ends_with(".csv"))
            .count()
    };
    assert_eq!((only(&[DataFormat::Csv]), only(&[DataFormat::Json])), (6, 0));
}
