//! Turns the experiments of a GrowthBook export into records.

use serde_json::{Map, Value};

use crate::catalog::field;
use crate::catalog::keywords::{Keyword, Outcome, Role, Status};
use crate::command::import::figures;
use crate::command::import::imported_record::ImportedRecord;
use crate::command::import::report::{Remark, Report};
use crate::command::import::sample_ratio::sample_ratio_p_value;
use crate::error::{Error, Result};
use crate::record::front_matter::FieldValue;
use crate::vocabulary::{TermId, Terms, Vocabulary};

/// What the records say they were imported from.
const ORIGIN: &str = "GrowthBook";
/// The p-value below which the sizes of the arms are not those that were planned.
const SAMPLE_RATIO_LEVEL: f64 = 0.001;

/// The records of an export: one experiment, a list of them, or an answer of the interface that
/// holds either.
///
/// # Errors
/// The text is no JSON, or holds no experiment.
pub fn read_export(
    text: &str,
    vocabulary: &Vocabulary,
    report: &mut Report,
) -> Result<Vec<ImportedRecord>> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|cause| Error::because("the export is no JSON", cause))?;
    let experiments: Vec<&Value> = match &value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) => match (map.get("experiments"), map.get("experiment")) {
            (Some(Value::Array(list)), _) => list.iter().collect(),
            (_, Some(one)) => vec![one],
            _ => vec![&value],
        },
        _ => Vec::new(),
    };
    let is_experiment = |value: &Value| text_of(value, "id").or(text_of(value, "name")).is_some();
    if experiments.is_empty() || !experiments.iter().any(|value| is_experiment(value)) {
        return Err(Error::new("the export holds no experiment")
            .with_hint("save the answer of `GET /api/v1/experiments`, or of one experiment"));
    }
    Ok(experiments
        .iter()
        .enumerate()
        .map(|(at, experiment)| read_experiment(experiment, at, vocabulary, report))
        .collect())
}

/// The text of an entry of a map; none where it is missing, empty or no text.
fn text_of<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The items of an entry of a map that is a list.
fn list_of<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The record of the experiment at a place of the export, from 0 on.
fn read_experiment(
    experiment: &Value,
    at: usize,
    vocabulary: &Vocabulary,
    report: &mut Report,
) -> ImportedRecord {
    let id = text_of(experiment, "id");
    let place = id.map_or_else(|| format!("experiment {}", at + 1), str::to_owned);
    let mut record =
        ImportedRecord { place, origin: ORIGIN.to_owned(), ..ImportedRecord::default() };
    record.name = id.or(text_of(experiment, "name")).unwrap_or_default().to_owned();
    let set_text = |record: &mut ImportedRecord, field, key| {
        if let Some(text) = text_of(experiment, key) {
            record.set(field, text.into());
        }
    };
    if let Some(name) = text_of(experiment, "name") {
        // A title is one line.
        let words: Vec<&str> = name.split_whitespace().collect();
        record.set(&field::TITLE, words.join(" ").into());
    }
    set_text(&mut record, &field::HYPOTHESIS, field::HYPOTHESIS.name);
    read_terms(&mut record, experiment, vocabulary);
    read_course(&mut record, experiment);
    let arms = read_arms(&mut record, experiment);
    read_results(&mut record, experiment, &arms, vocabulary);
    check_sample_ratio(&mut record, experiment, report);
    // All else stays as it is there, so that nothing is lost.
    let known = ["id", "name", field::HYPOTHESIS.name];
    let empty = Map::new();
    for (key, value) in experiment.as_object().unwrap_or(&empty) {
        if known.contains(&key.as_str()) && value.is_string() || value.is_null() {
            continue;
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !text.is_empty() {
            record.keep(key, text.into());
        }
    }
    if let Some(id) = id {
        record.keep("id", id.into());
    }
    record
}

/// Sets markets, channels and tactics by the tags that name any.
fn read_terms(record: &mut ImportedRecord, experiment: &Value, vocabulary: &Vocabulary) {
    /// The ids of the terms that texts name, each once.
    fn find<K: TermId>(tags: &[&str], known: &Terms<K>) -> FieldValue {
        let mut ids: Vec<K> = Vec::new();
        for id in tags.iter().filter_map(|tag| known.find(tag)) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids.into_iter().map(|id| known[id].id.to_string()).collect()
    }
    let tags: Vec<&str> = list_of(experiment, "tags").iter().filter_map(Value::as_str).collect();
    record.set(&field::MARKETS, find(&tags, &vocabulary.markets));
    record.set(&field::CHANNELS, find(&tags, &vocabulary.channels));
    record.set(&field::TACTICS, find(&tags, &vocabulary.tactics));
}

/// Sets status, days and outcome.
fn read_course(record: &mut ImportedRecord, experiment: &Value) {
    let is_archived = experiment.get("archived").and_then(Value::as_bool) == Some(true);
    let status = match text_of(experiment, "status") {
        _ if is_archived => Status::Archived,
        Some("running") => Status::Running,
        Some("stopped") => Status::Completed,
        _ => Status::Planned,
    };
    record.set(&field::STATUS, status.as_str().into());
    let phases = list_of(experiment, "phases");
    let day = |phase: Option<&Value>, key| {
        phase.and_then(|phase| text_of(phase, key)).and_then(|text| figures::read_day(text, None))
    };
    record.set(&field::START, FieldValue::from(day(phases.first(), "dateStarted")));
    record.set(&field::END, FieldValue::from(day(phases.last(), "dateEnded")));
    let outcome = experiment
        .get("resultSummary")
        .and_then(|summary| text_of(summary, "status"))
        .or_else(|| text_of(experiment, field::RESULTS.name));
    let outcome = match outcome {
        Some("won") => Some(Outcome::Won),
        Some("lost") => Some(Outcome::Lost),
        // `dnf`: it did not finish.
        Some("inconclusive" | "dnf") => Some(Outcome::Inconclusive),
        _ => None,
    };
    record.set(&field::OUTCOME, FieldValue::from(outcome.map(Keyword::as_str)));
}

/// Sets the arms, and returns the id of each; the first one is the control.
fn read_arms(record: &mut ImportedRecord, experiment: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    let mut arms = Vec::new();
    for (at, variation) in list_of(experiment, "variations").iter().enumerate() {
        let id = ["variationId", "id", "key"].iter().find_map(|key| text_of(variation, key));
        ids.push(id.map_or_else(|| at.to_string(), str::to_owned));
        let name = text_of(variation, "name").unwrap_or(&ids[at]).to_owned();
        let mut arm = vec![(field::variant::NAME.name.into(), name.into())];
        if at == 0 {
            let is_control = FieldValue::Literal("true".to_owned());
            arm.push((field::variant::CONTROL.name.into(), is_control));
        }
        arms.push(FieldValue::Map(arm));
    }
    record.set(&field::VARIANTS, FieldValue::List(arms));
    ids
}

/// The metrics with results: of the first group of results, which is that of all users, or of
/// `analyses`.
fn metrics_of(experiment: &Value) -> &[Value] {
    let results = experiment.get(field::RESULTS.name);
    let groups = match results {
        Some(Value::Array(groups)) => groups.as_slice(),
        Some(nested @ Value::Object(_)) => list_of(nested, field::RESULTS.name),
        _ => list_of(experiment, "analyses"),
    };
    match groups.first() {
        Some(group) if group.get("metrics").is_some() => list_of(group, "metrics"),
        Some(metric) if metric.get("variations").is_some() => groups,
        _ => results.map_or(&[], |results| list_of(results, "metrics")),
    }
}

/// The number of an entry of a map.
fn number_of(value: &Value, key: &str) -> Option<f64> {
    value.get(key)?.as_f64().filter(|number| number.is_finite())
}

/// A number of front matter, rounded to the six digits behind the point that anybody reads.
fn to_literal(number: f64) -> FieldValue {
    FieldValue::Literal(((number * 1e6).round() / 1e6).to_string())
}

/// Adds a result for each metric: that of the winner, else of the first arm that is not the control.
/// Changes and intervals are shares there and percent here.
fn read_results(
    record: &mut ImportedRecord,
    experiment: &Value,
    arms: &[String],
    vocabulary: &Vocabulary,
) {
    let winner = experiment.get("resultSummary").and_then(|summary| text_of(summary, "winner"));
    let winner = winner
        .and_then(|winner| arms.iter().position(|id| id == winner).or_else(|| winner.parse().ok()));
    for metric in metrics_of(experiment) {
        let name = ["name", "metricName", "metricId", "metric", "id"]
            .iter()
            .find_map(|key| text_of(metric, key));
        let variations = list_of(metric, "variations");
        let shown = winner.filter(|at| (1..variations.len()).contains(at)).unwrap_or(1);
        let analysis =
            |at: usize| variations.get(at).and_then(|arm| list_of(arm, "analyses").first());
        let (Some(name), Some(found)) = (name, analysis(shown)) else { continue };
        let id = vocabulary.metrics.find(name).map(|id| &*vocabulary.metrics[id].id);
        let role = if record.results.is_empty() { Role::Primary } else { Role::Secondary };
        let mut entries = vec![(&field::result::METRIC, FieldValue::from(id.unwrap_or(name)))];
        if id.is_none() {
            entries.push((&field::result::LOCAL, FieldValue::Literal("true".to_owned())));
        }
        entries.push((&field::result::ROLE, role.as_str().into()));
        let interval = list_of(found, "ci");
        let end = |at: usize, key| {
            interval.get(at).and_then(Value::as_f64).or_else(|| number_of(found, key))
        };
        let percent = |share: Option<f64>| share.map(|share| share * 100.0);
        let figures = [
            (&field::result::CONTROL, analysis(0).and_then(|control| number_of(control, "mean"))),
            (&field::result::VARIANT, number_of(found, "mean")),
            (&field::result::LIFT, percent(number_of(found, "percentChange"))),
            (&field::result::CI_LOW, percent(end(0, "ciLow"))),
            (&field::result::CI_HIGH, percent(end(1, "ciHigh"))),
            (&field::result::P_VALUE, number_of(found, "pValue")),
            (&field::result::CHANCE_TO_WIN, percent(number_of(found, "chanceToBeatControl"))),
        ];
        for (entry, number) in figures {
            entries.extend(number.map(|number| (entry, to_literal(number))));
        }
        entries.push((&field::result::SOURCE, ORIGIN.into()));
        record.results.push(
            entries
                .into_iter()
                .map(|(entry, value)| (entry as &'static field::Field, value))
                .collect(),
        );
    }
}

/// Sets the sample size, and says in the record and in the report where the arms have not the sizes
/// that the weights of the last phase, or equal ones, lead to expect.
fn check_sample_ratio(record: &mut ImportedRecord, experiment: &Value, report: &mut Report) {
    let Some(metric) = metrics_of(experiment).first() else { return };
    let users: Vec<f64> =
        list_of(metric, "variations").iter().filter_map(|arm| number_of(arm, "users")).collect();
    if users.len() < 2 || users.iter().any(|count| *count < 0.0) {
        return;
    }
    let total: f64 = users.iter().sum();
    record.set(&field::SAMPLE_SIZE, FieldValue::Literal(total.round().to_string()));
    let phase = list_of(experiment, "phases").last();
    let mut weights: Vec<f64> = phase
        .map(|phase| {
            let split = list_of(phase, "trafficSplit").iter();
            let split: Vec<f64> = split.filter_map(|arm| number_of(arm, "weight")).collect();
            let plain = list_of(phase, "variationWeights").iter().filter_map(Value::as_f64);
            if split.is_empty() { plain.collect() } else { split }
        })
        .unwrap_or_default();
    if weights.len() != users.len() || weights.iter().any(|weight| *weight <= 0.0) {
        weights = vec![1.0; users.len()];
    }
    let p_value = sample_ratio_p_value(&users, &weights);
    if p_value < SAMPLE_RATIO_LEVEL {
        let counts: Vec<String> = users.iter().map(|count| count.round().to_string()).collect();
        let note = format!(
            "the arms have {} users, which the planned shares do not explain (p = {p_value:.1e}); \
             do not trust the result before the cause is known",
            counts.join(" and ")
        );
        record.keep("sample_ratio_warning", note.as_str().into());
        report.add(Remark::Problem, &record.place, "", "", note);
    }
}
