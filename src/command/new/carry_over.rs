//! Carries over what applies from the idea or the case study that a new case study starts from.

use crate::catalog::field::MAX_TITLE_LENGTH;
use crate::catalog::keywords::{Keyword, Objective, Role};
use crate::catalog::result::Metric;
use crate::catalog::{CaseStudy, Catalog, Idea, field};
use crate::command::known_records::{require_case, unknown_record_error};
use crate::command::new::draft::{CaseStudyDraft, find_markets};
use crate::error::Result;
use crate::record::RecordType;
use crate::record::front_matter::FieldValue;
use crate::site::Site;
use crate::source::Sources;
use crate::vocabulary::Vocabulary;

/// A title names at most this many markets.
const MAX_NAMED_MARKETS: usize = 3;

/// Fills in what the flags leave open from the idea of `--from` and the case study of `--adapt`, and
/// sets the links to them. The title of an adapted study gets the new market once one is known.
///
/// # Errors
/// There is no such idea or case study.
pub fn carry_over(
    site: &Site,
    catalog: &Catalog,
    sources: &Sources,
    draft: &mut CaseStudyDraft,
) -> Result<()> {
    if let Some(id) = draft.flags.from.clone() {
        let Some(idea) = catalog.find_idea(&id) else {
            let known = catalog.ideas.iter().map(|idea| &*idea.meta.id);
            return Err(unknown_record_error(sources, "idea", &id, &[RecordType::Idea], known));
        };
        carry_over_idea(site, &catalog.vocabulary, catalog.idea(idea), draft);
    }
    if let Some(id) = draft.flags.adapt.clone() {
        let case = catalog.case(require_case(sources, catalog, &id)?);
        carry_over_case(site, &catalog.vocabulary, case, draft);
    }
    Ok(())
}

/// Fills in what the draft leaves open from an idea, and names it as the origin.
fn carry_over_idea(site: &Site, vocabulary: &Vocabulary, idea: &Idea, draft: &mut CaseStudyDraft) {
    let flags = &mut draft.flags;
    flags.idea = Some(idea.meta.id.to_string());
    fill(&mut flags.title, Some(idea.meta.title.as_str()));
    fill(&mut flags.hypothesis, idea.hypothesis.as_deref());
    fill(&mut flags.language, other_language(site, &idea.meta.language));
    if flags.markets.is_empty() {
        let groups = &vocabulary.groups;
        let is_alone = |market: &&crate::vocabulary::MarketId| {
            !idea.stated_groups.iter().any(|group| groups[*group].members.contains(market))
        };
        let markets = idea.markets.iter().filter(is_alone);
        flags.markets = (idea.stated_groups.iter().map(|group| groups[*group].id.to_string()))
            .chain(markets.map(|market| vocabulary.markets[*market].id.to_string()))
            .collect();
    }
    fill_terms(&mut flags.channels, idea.channels.iter().map(|id| &*vocabulary.channels[*id].id));
    fill_terms(&mut flags.tactics, idea.tactics.iter().map(|id| &*vocabulary.tactics[*id].id));
    add_field(draft, &field::OBJECTIVE, idea.objective.map(Objective::as_str));
    let metric = idea.primary_metric.map(|metric| &*vocabulary.metrics[metric].id);
    add_field(draft, &field::RESULTS, metric.map(|metric| primary_result(metric, false)));
}

/// Fills in what the draft leaves open from a case study of another market, and names it as the
/// origin. What was measured stays with the original: a new test has figures of its own.
fn carry_over_case(
    site: &Site,
    vocabulary: &Vocabulary,
    case: &CaseStudy,
    draft: &mut CaseStudyDraft,
) {
    let flags = &mut draft.flags;
    flags.adapted_from = Some(case.meta.id.to_string());
    if flags.title.is_none() {
        let title = title_for_markets(vocabulary, &case.meta, &flags.markets);
        flags.title = Some(title);
    }
    fill(&mut flags.hypothesis, case.hypothesis.as_deref());
    fill(&mut flags.language, other_language(site, &case.meta.language));
    fill_terms(&mut flags.channels, case.channels.iter().map(|id| &*vocabulary.channels[*id].id));
    fill_terms(&mut flags.tactics, case.tactics.iter().map(|id| &*vocabulary.tactics[*id].id));
    add_field(draft, &field::OBJECTIVE, case.objective.map(Objective::as_str));
    let metric = case.primary_result().map(|result| match &result.metric {
        Metric::Known(metric) => primary_result(&vocabulary.metrics[*metric].id, false),
        Metric::Local(name) => primary_result(name, true),
    });
    add_field(draft, &field::RESULTS, metric);
    for (field, texts) in [
        (&field::AUDIENCE, &case.audience),
        (&field::FIXED, &case.fixed),
        (&field::FLEXIBLE, &case.flexible),
    ] {
        add_field(draft, field, texts.iter().map(String::as_str).collect::<FieldValue>());
    }
}

/// Gives a flag that was not given a value.
fn fill(flag: &mut Option<String>, value: Option<&str>) {
    if flag.is_none() {
        *flag = value.map(str::to_owned);
    }
}

/// Gives a flag with several values those of the origin, unless it was given.
fn fill_terms<'v>(flag: &mut Vec<String>, ids: impl Iterator<Item = &'v str>) {
    if flag.is_empty() {
        flag.extend(ids.map(str::to_owned));
    }
}

/// Adds a field to the draft, unless it has that field or the value is empty.
fn add_field(
    draft: &mut CaseStudyDraft,
    field: &'static field::Field,
    value: impl Into<FieldValue>,
) {
    let value = value.into();
    if !value.is_empty() && draft.fields.iter().all(|(key, _)| *key != field.name) {
        draft.fields.push((field.name, value));
    }
}

/// The value of `results` that names the metric which decides, without figures; `is_local` for a
/// metric of the region's own.
fn primary_result(metric: &str, is_local: bool) -> FieldValue {
    let mut entries: Vec<(FieldValue, FieldValue)> =
        vec![(field::result::METRIC.name.into(), metric.into())];
    if is_local {
        entries.push((field::result::LOCAL.name.into(), FieldValue::Literal("true".to_owned())));
    }
    entries.push((field::result::ROLE.name.into(), Role::Primary.as_str().into()));
    FieldValue::List(vec![FieldValue::Map(entries)])
}

/// The language of an origin where it is not the hub's, because its words are carried over.
fn other_language<'m>(site: &Site, language: &'m str) -> Option<&'m str> {
    Some(language).filter(|language| *language != site.language)
}

/// The title of a record with the new markets in brackets at its end, in place of the market that
/// stands there; at most [`MAX_TITLE_LENGTH`] characters.
fn title_for_markets(
    vocabulary: &Vocabulary,
    origin: &crate::catalog::Meta,
    markets: &[String],
) -> String {
    let title = origin.title.trim_end();
    let without_market = title
        .strip_suffix(')')
        .and_then(|title| title.rsplit_once('('))
        .filter(|(_, name)| {
            name.split(',').all(|name| vocabulary.markets.find(name.trim()).is_some())
        })
        .map_or(title, |(title, _)| title.trim_end());
    let labels: Vec<&str> = find_markets(markets, vocabulary)
        .iter()
        .filter_map(|id| {
            let group =
                vocabulary.groups.find(id).filter(|group| vocabulary.groups.is_id(*group, id));
            let term = group
                .map(|group| &vocabulary.groups[group])
                .or_else(|| vocabulary.markets.find(id).map(|market| &vocabulary.markets[market]));
            term.map(|term| term.label_in(&origin.language))
        })
        .collect();
    if labels.is_empty() || labels.len() > MAX_NAMED_MARKETS {
        return title.to_owned();
    }
    let suffix = format!(" ({})", labels.join(", "));
    let available = MAX_TITLE_LENGTH.saturating_sub(suffix.chars().count());
    if without_market.chars().count() <= available {
        return format!("{without_market}{suffix}");
    }
    let kept: String = without_market.chars().take(available.saturating_sub(1)).collect();
    format!("{}…{suffix}", kept.trim_end())
}
