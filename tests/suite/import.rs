//! Tests of `casebook import`: sheets in five languages and as many encodings become records that
//! pass the checks, and nothing of them is lost or written twice.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::support::HubFolder;

/// Runs the program in a hub.
fn casebook(hub: &HubFolder, arguments: &[&str]) -> Output {
    command(hub, arguments).output().unwrap()
}

/// The program with these arguments in a hub.
fn command(hub: &HubFolder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    command.args(arguments).args(["--today", "2026-11-22", "--root"]).arg(hub.path());
    command
}

/// What a run printed, both streams.
fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).join("")
}

/// Writes a sheet beside a hub and imports it with more flags.
fn import(hub: &HubFolder, sheet: impl AsRef<[u8]>, flags: &[&str]) -> Output {
    let file = hub.parent().join("sheet.csv");
    fs::write(&file, sheet).unwrap();
    casebook(hub, &[&["import", "csv", file.to_str().unwrap()], flags].concat())
}

/// Texts of all files below `content/`, by path below it, hidden ones too.
fn files(hub: &HubFolder) -> BTreeMap<String, String> {
    fn list(folder: &Path, base: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                list(&path, base, found);
            } else {
                let name = path.strip_prefix(base).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    let content = hub.path().join("content");
    list(&content, &content, &mut found);
    found
}

/// Asserts that the hub has no errors, drafts included where they are told to be whole.
fn assert_passes_check(hub: &HubFolder, with_drafts: bool) {
    let flags: &[&str] = if with_drafts { &["check", "--drafts"] } else { &["check"] };
    let output = casebook(hub, flags);
    assert!(output.status.success(), "{}", printed(&output));
}

/// Asserts that a text has each of these lines.
fn assert_lines(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|found| found.trim() == *line), "`{line}` is missing:\n{text}");
    }
}

/// One experiment as sheets in five languages say it: header and row.
const SHEETS: [(&str, &str); 5] = [
    (
        "Test name;Hypothesis;Start;End;Winner;Uplift %;Confidence;Decision;Market;Channel;Tactic;Owner;Status;Sample size;Control rate;Variant rate;KPI",
        "Countdown;If we count down then more buy;13/01/2026;27/01/2026;Variant;12,4;95%;Roll out;Brazil;Website;urgency-scarcity;Online team;Done;12.000;4,2;4,72;cvr",
    ),
    (
        "Testnaam;Hypothese;Startdatum;Einddatum;Winnaar;Stijging %;Betrouwbaarheid;Besluit;Markt;Kanaal;Tactiek;Eigenaar;Status;Steekproef;Controlegroep;Conversie variant;Metriek",
        "Countdown;If we count down then more buy;13-01-2026;27-01-2026;Variant;12,4;95%;Uitrollen;Brazilië;Website;urgency-scarcity;Online team;Afgerond;12.000;4,2;4,72;cvr",
    ),
    (
        "Testname;Hypothese;Beginn;Ende;Gewinner;Steigerung %;Konfidenz;Entscheidung;Land;Kanal;Taktik;Verantwortlich;Status;Stichprobe;Kontrollgruppe;Rate Variante;Kennzahl",
        "Countdown;If we count down then more buy;13.01.2026;27.01.2026;Variante;12,4 %;95 %;Ausrollen;Brasilien;Website;urgency-scarcity;Online team;Abgeschlossen;12.000;4,2;4,72;cvr",
    ),
    (
        "Nombre de la prueba;Hipótesis;Fecha de inicio;Fecha de fin;Ganador;Mejora (%);Nivel de confianza;Decisión;País;Canal;Táctica;Responsable;Estado;Muestra;Tasa de control;Tasa de la variante;Métrica",
        "Countdown;If we count down then more buy;13/01/2026;27/01/2026;Variante;12,4;95;Implementar;Brasil;Website;urgency-scarcity;Online team;Completado;12.000;4,2;4,72;cvr",
    ),
    (
        "Nome do teste;Hipótese;Data de início;Data de fim;Vencedor;Aumento %;Confiança;Decisão;Mercado;Canal;Tática;Responsável;Situação;Amostra;Taxa de controle;Taxa da variante;Métrica",
        "Countdown;If we count down then more buy;13/01/2026;27/01/2026;Variante;12,4;95%;Implementar;Brasil;Website;urgency-scarcity;Online team;Concluído;12.000;4,2;4,72;cvr",
    ),
];

/// The lines of the record that each of [`SHEETS`] becomes.
const LINES: [&str; 16] = [
    "title: Countdown",
    "hypothesis: If we count down then more buy",
    "start: 2026-01-13",
    "end: 2026-01-27",
    "outcome: won",
    "decision: scale",
    "status: completed",
    "confidence_level: 95",
    "markets: [BR]",
    "channels: [website]",
    "tactics: [urgency-scarcity]",
    "owner: Online team",
    "sample_size: 12000",
    "- {metric: cvr, role: primary, control: 4.2, variant: 4.72, lift: 12.4}",
    "extra: {imported_from: a sheet}",
    "---",
];

#[test]
fn sheets_in_five_languages_and_encodings_become_the_same_record() {
    for (at, (header, row)) in SHEETS.iter().enumerate() {
        let text = format!("{header}\r\n{row}\r\n");
        let bytes: Vec<u8> = match at {
            // As Excel saves `CSV UTF-8` where commas are decimal.
            0 => format!("\u{feff}{text}").into_bytes(),
            1 => {
                let tabs = text.replace(';', "\t");
                [0xff, 0xfe]
                    .into_iter()
                    .chain(tabs.encode_utf16().flat_map(u16::to_le_bytes))
                    .collect()
            }
            // Windows-1252 has these letters at the place that they have in Unicode.
            2 | 3 => text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect(),
            _ => text.into_bytes(),
        };
        let hub = HubFolder::empty();
        let output = import(&hub, bytes, &[]);
        assert!(output.status.success(), "{}", printed(&output));
        let files = files(&hub);
        let record = files
            .get("case-studies/br/countdown-2026-01-13.md")
            .unwrap_or_else(|| panic!("{:?} {}", files.keys(), printed(&output)));
        assert_lines(record, &LINES);
        assert!(!record.contains("draft"), "{record}");
        assert_passes_check(&hub, true);
    }
}

#[test]
fn a_second_run_changes_nothing_and_nothing_is_overwritten() {
    let hub = HubFolder::empty();
    let sheet = "Name,Market\nOne,BR\nTwo,BR\nOne,BR\n";
    assert!(import(&hub, sheet, &["--dry-run"]).status.success());
    assert_eq!(files(&hub).len(), 0);
    assert!(import(&hub, sheet, &[]).status.success());
    let first = files(&hub);
    assert_eq!(first.len(), 2);
    let output = import(&hub, sheet, &[]);
    assert!(printed(&output).contains("0 written, 0 of them drafts; 2 there already"));
    assert_eq!(files(&hub), first);

    // An author's change stays, and a foreign file of the same name too.
    let one = hub.path().join("content/case-studies/br/one.md");
    let edited = first["case-studies/br/one.md"].replace("title: One", "title: First");
    fs::write(&one, &edited).unwrap();
    let output = import(&hub, sheet, &[]);
    assert!(output.status.success(), "{}", printed(&output));
    assert_eq!(fs::read_to_string(&one).unwrap(), edited);
    fs::write(&one, edited.replace("imported_from", "from")).unwrap();
    let output = import(&hub, sheet, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(printed(&output).contains("not imported: there is a file"), "{}", printed(&output));
}

#[test]
fn cells_that_say_that_there_is_no_value_are_left_out() {
    let hub = HubFolder::empty();
    let sheet = "Name;Markt;Startdatum;Einddatum;Winnaar;Uplift %;Steekproef\n\
                 One;BR;13-01-2026;n.v.t.;-;N / A;—\nTwo;NA;-;;–;#N/A;k.A.\n";
    let output = import(&hub, sheet, &["--metric", "cvr"]);
    assert!(output.status.success(), "{}", printed(&output));
    let files = files(&hub);
    let records: Vec<&String> = files.values().collect();
    assert_eq!(records.len(), 2, "{:?} {}", files.keys(), printed(&output));
    for record in records {
        for text in ["end:", "outcome:", "results:", "sample_size:", "n.v.t.", "N/A", "k.A."] {
            assert!(!record.contains(text), "{text} {record}");
        }
    }
    assert!(!printed(&output).contains("kept under"), "{}", printed(&output));
    // A market of two letters is no such cell.
    assert!(files.keys().any(|path| path.starts_with("case-studies/na/")), "{:?}", files.keys());
}

#[test]
fn what_has_no_field_is_kept_and_said() {
    let hub = HubFolder::empty();
    let sheet = "Id,Name,Market,Uplift,Confidence,Notes,Notes,Start\n\
        ../../etc/passwd,=cmd|' /C calc'!A0,Brasl,12.5%,97.3%,\"two\nlines\",12,soon\n\
        /root/x,Short\n\
        7,Long,BR,,,,,2026-01-02,beyond\n\
        ,,,,,lost,,\n";
    let report = hub.parent().join("report.csv");
    let output = import(&hub, sheet, &["--report", report.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    let files = files(&hub);
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        [
            "case-studies/br/7.md",
            "case-studies/global/etc-passwd.md",
            "case-studies/global/root-x.md"
        ]
    );
    assert_lines(
        &files["case-studies/global/etc-passwd.md"],
        &[
            "draft: true",
            "Market: Brasl",
            "Uplift: 12.5%",
            "Confidence: 97.3%",
            "Notes 2: \"12\"",
            "Start: soon",
        ],
    );
    assert!(files["case-studies/br/7.md"].contains("Column 9: beyond"));
    let report = fs::read_to_string(report).unwrap();
    for text in
        ["did you mean `BR`?", "needs a metric", "the row has 2 cells, the header 8", "lost"]
    {
        assert!(report.contains(text), "{text}: {report}");
    }
    assert_passes_check(&hub, false);
}

#[test]
fn days_of_two_orders_are_asked_for_and_a_map_says_the_rest() {
    let hub = HubFolder::empty();
    let sheet = "Proefje,Begin,Uitslag,Land\nA,03/04/2026,Super,NL\n";
    let output = import(&hub, sheet, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(printed(&output).contains("--date-order dmy"), "{}", printed(&output));
    let map = hub.parent().join("map.toml");
    let map_path = map.to_str().unwrap();
    assert!(import(&hub, sheet, &["--write-map", map_path]).status.success());
    assert_eq!(import(&hub, sheet, &["--write-map", map_path]).status.code(), Some(2), "kept");
    let text = fs::read_to_string(&map).unwrap();
    let text = text
        .replace("\"Proefje\" = \"extra\"", "\"Proefje\" = \"title\"")
        .replace("\"Uitslag\" = \"extra\"", "\"Uitslag\" = \"outcome\"")
        .replace("[values.outcome]", "[values.outcome]\nSuper = \"won\"");
    fs::write(&map, text).unwrap();
    let output = import(&hub, sheet, &["--map", map_path, "--date-order", "mdy"]);
    assert!(output.status.success(), "{}", printed(&output));
    assert_lines(&files(&hub)["case-studies/nl/a-2026-03-04.md"], &["outcome: won"]);
}

/// A killed import leaves all files or none, and the next run says which.
#[test]
fn a_killed_import_leaves_all_or_none() {
    let rows: String = (0..300).map(|row| format!("Test {row},BR\n")).collect();
    let sheet = format!("Name,Market\n{rows}");
    let (mut had_none, mut had_all) = (false, false);
    for attempt in 0..60u64 {
        let hub = HubFolder::empty();
        let file = hub.parent().join("sheet.csv");
        fs::write(&file, &sheet).unwrap();
        let mut child = command(&hub, &["import", "csv", file.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(20 + attempt * attempt * 4));
        child.kill().unwrap();
        child.wait().unwrap();
        casebook(&hub, &["check"]);
        let count = files(&hub).len();
        assert!(matches!(count, 0 | 300), "{count} files");
        had_none |= count == 0;
        had_all |= count == 300;
        if had_none && had_all {
            return;
        }
    }
    panic!("killed too early or too late each time: {had_none} {had_all}");
}

/// `cargo test --test suite -- --ignored a_large_sheet` measures it; too long for every run.
#[test]
#[ignore = "takes a minute in a debug build"]
fn a_large_sheet_is_imported_within_a_minute() {
    let rows: String = (0..100_000)
        .map(|row| format!("Test {row};BR;Website;urgency-scarcity;won;{},5;cvr;note\n", row % 40))
        .collect();
    let hub = HubFolder::empty();
    let start = Instant::now();
    let sheet = format!("Name;Market;Channel;Tactic;Winner;Uplift;KPI;Remark\n{rows}");
    let output = import(&hub, sheet, &[]);
    assert!(output.status.success(), "{}", printed(&output));
    assert_eq!(files(&hub).len(), 100_000);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// A cell of any text, short enough for a folded line to stay one.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ,;:'=+@#|%./éü買-]{0,25}",
        "[0-9]{1,2}/[0-9]{1,2}/20[0-9]{2}",
        "[0-9]{1,3}[.,][0-9]{1,3} ?%?",
        Just("won".to_owned()),
        Just("Brazil, Germany".to_owned()),
        Just("email".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_is_found_again_in_a_record_or_the_report(
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 8), 1..8)
    ) {
        let hub = HubFolder::empty();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record(["Name", "Market", "Channel", "Start", "Uplift", "Winner", "Remark", "Hypothesis"])
            .unwrap();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        let report = hub.parent().join("report.csv");
        let flags = ["--date-order", "dmy", "--report", report.to_str().unwrap()];
        let output = import(&hub, writer.into_inner().unwrap(), &flags);
        prop_assert_ne!(output.status.code(), Some(2), "{}", printed(&output));
        let squeeze = |text: &str| -> String {
            text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '"' | '\'' | '\\')).collect()
        };
        let all: String = files(&hub).into_values().chain([fs::read_to_string(report).unwrap()])
            .map(|text| squeeze(&text)).collect();
        for text in rows.iter().flatten() {
            prop_assert!(all.contains(&squeeze(text)), "`{}` is lost: {}", text, all);
        }
        assert_passes_check(&hub, false);
    }
}

/// Two experiments as GrowthBook answers: one with results of arms of uneven size, one planned.
const EXPORT: &str = r#"{"experiments": [
  {"id": "exp_1", "name": "Countdown", "hypothesis": "If we count down then more buy", "tags": ["website", "urgency-scarcity", "odd"],
   "owner": "crm-team", "status": "stopped",
   "phases": [{"dateStarted": "2026-01-13T09:30:00.000Z", "dateEnded": "2026-01-27T09:30:00.000Z",
               "trafficSplit": [{"variationId": "v0", "weight": 0.5}, {"variationId": "v1", "weight": 0.5}]}],
   "variations": [{"variationId": "v0", "key": "0", "name": "Control"}, {"variationId": "v1", "key": "1", "name": "Clock"}],
   "resultSummary": {"status": "won", "winner": "v1", "conclusions": "Roll it out"},
   "results": [{"dimension": "", "totalUsers": 10500, "metrics": [{"metricId": "cvr", "variations": [
     {"variationId": "v0", "users": 5000, "analyses": [{"mean": 4.2}]},
     {"variationId": "v1", "users": 5500, "analyses": [{"mean": 4.72, "ci": [0.03, 0.21], "percentChange": 0.124,
       "pValue": 0.01, "chanceToBeatControl": 0.991}]}]}]}]},
  {"id": "exp_2", "name": "Later", "status": "draft"}
]}"#;

#[test]
fn an_export_of_growthbook_becomes_records() {
    let hub = HubFolder::empty();
    let file = hub.parent().join("export.json");
    fs::write(&file, EXPORT).unwrap();
    let arguments = ["import", "growthbook", file.to_str().unwrap(), "--market", "BR"];
    let output = casebook(&hub, &arguments);
    assert!(output.status.success(), "{}", printed(&output));
    assert!(printed(&output).contains("5000 and 5500 users"), "{}", printed(&output));
    let first = files(&hub);
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        ["case-studies/br/exp-1.md", "case-studies/br/exp-2.md"]
    );
    let record = &first["case-studies/br/exp-1.md"];
    assert_lines(
        record,
        &[
            "status: completed",
            "outcome: won",
            "markets: [BR]",
            "channels: [website]",
            "tactics: [urgency-scarcity]",
            "start: 2026-01-13",
            "end: 2026-01-27",
            "sample_size: 10500",
        ],
    );
    let squeezed: String = record.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "{name: Control, control: true}",
        "control: 4.2",
        "variant: 4.72",
        "lift: 12.4",
        "ci_low: 3",
        "ci_high: 21",
        "p_value: 0.01",
        "chance_to_win: 99.1",
        "sample_ratio_warning: ",
        "Roll it out",
        "crm-team",
        "odd",
    ] {
        assert!(squeezed.contains(text), "{text}: {record}");
    }
    assert!(!record.contains("draft: true"), "{record}");
    assert!(first["case-studies/br/exp-2.md"].contains("draft: true"));
    assert_passes_check(&hub, false);
    assert!(casebook(&hub, &arguments).status.success());
    assert_eq!(files(&hub), first);

    for (text, wanted) in
        [("{", "no JSON"), ("[]", "no experiment"), ("{\"a\": 1}", "no experiment")]
    {
        fs::write(&file, text).unwrap();
        let output = casebook(&hub, &arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(printed(&output).contains(wanted), "{}", printed(&output));
    }
}

/// What damaged or hostile sheets become: a message, and no file that lies elsewhere.
#[test]
fn damaged_sheets_say_what_is_wrong() {
    let wide: String = (0..300).map(|at| format!("c{at},")).collect();
    let rows: &[(&[u8], i32, &str, &[&str])] = &[
        (b"", 2, "the sheet is empty", &[]),
        (b"\n\n", 2, "the sheet is empty", &[]),
        (b"Name,Market\n", 0, "0 written", &[]),
        (b"Name,Market\nA\0B,BR\n", 2, "a byte 0 on line 2", &[]),
        (b"Name,Market\nA,BR\n\"B,BR\nC,BR\n", 2, "on line 3 is never closed", &[]),
        (b"Name,Market\n\"A\n---\nB: c\",BR\n", 0, "1 written", &["br/a-b-c.md"]),
        (b"Name,Market,Note\n=1+2,BR,#REF!\n", 0, "a formula stands here as text", &["br/1-2.md"]),
        (b"Name,Market,Note\nA,BR,#REF!\n", 0, "could not compute this cell", &["br/a.md"]),
        (
            b"ID,Name,Market\n..,A,../..\n/,B,BR\n\\\\host\\c$,C,BR\n",
            0,
            "3 written",
            &["br/b.md", "br/host-c.md", "global/a.md"],
        ),
        (b"Name,Name,Market\nA,B,BR\n", 0, "`Name 2` becomes `extra`", &["br/a.md"]),
        (wide.as_bytes(), 0, "301 columns stand under `extra`", &[]),
    ];
    for (sheet, code, said, paths) in rows {
        let hub = HubFolder::empty();
        let output = import(&hub, sheet, &[]);
        let text = String::from_utf8_lossy(sheet);
        assert_eq!(output.status.code(), Some(*code), "{text}: {}", printed(&output));
        assert!(printed(&output).contains(said), "{text}: {}", printed(&output));
        let paths: Vec<String> = paths.iter().map(|path| format!("case-studies/{path}")).collect();
        assert_eq!(files(&hub).into_keys().collect::<Vec<_>>(), paths, "{text}");
        let beside: Vec<_> =
            fs::read_dir(hub.parent()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(beside.len(), 2, "the hub and the sheet: {beside:?}");
        assert_passes_check(&hub, false);
    }
}

#[test]
fn a_report_takes_the_place_of_an_earlier_one_alone() {
    let hub = HubFolder::empty();
    let report = hub.parent().join("report.csv");
    let sheet = "Name,Market\nOne,BR\n";
    let flags = ["--report", report.to_str().unwrap()];
    assert!(import(&hub, sheet, &flags).status.success());
    assert!(import(&hub, sheet, &flags).status.success(), "again");
    for other in [hub.path().join("content/case-studies/br/one.md"), hub.parent().join("sheet.csv")]
    {
        let before = files(&hub);
        let output = import(&hub, "Name,Market\nTwo,BR\n", &["--report", other.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
        assert!(printed(&output).contains("is no report of an import"), "{}", printed(&output));
        assert_eq!(files(&hub), before, "nothing is written");
        assert!(fs::read_to_string(&other).unwrap().contains(if other.ends_with("one.md") {
            "One"
        } else {
            "Two"
        }));
    }
}
