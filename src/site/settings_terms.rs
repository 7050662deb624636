//! Where terms of the vocabulary stand in `site.toml`, so that a renamed term can be renamed there.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

/// The part of the settings that names metrics; everything else is skipped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SettingsTerms {
    metrics: MetricLists,
}

/// The lists of the table `[metrics]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MetricLists {
    common: Vec<toml::Spanned<String>>,
    by_objective: BTreeMap<String, Vec<toml::Spanned<String>>>,
}

/// The lists of metrics in the text of `site.toml`, each item with its byte range, quotes included;
/// none where the settings cannot be read.
pub fn metric_lists(settings: &str) -> Vec<Vec<(String, Range<usize>)>> {
    let SettingsTerms { metrics } = toml::from_str(settings).unwrap_or_default();
    std::iter::once(metrics.common)
        .chain(metrics.by_objective.into_values())
        .map(|list| list.into_iter().map(|item| (item.get_ref().clone(), item.span())).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_have_ranges_with_quotes() {
        let text = "title = \"x\"\n[metrics]\ncommon = [\"cvr\"]\nby_objective = {a = ['ctr']}\n";
        let found: Vec<&str> =
            metric_lists(text).iter().flatten().map(|(_, span)| &text[span.clone()]).collect();
        assert_eq!(found, ["\"cvr\"", "'ctr'"]);
        assert!(metric_lists("title = ").is_empty() || metric_lists("title = ")[0].is_empty());
    }
}
