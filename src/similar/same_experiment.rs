//! Decides whether two records describe the same experiment from their texts alone. It uses no
//! statistics of the hub, so it also works in a hub of three records and in a hub that is one
//! family.

use serde::{Deserialize, Serialize};

/// The words and terms of a record as sorted sets: hashes of stems and concepts, and positions of
/// terms in their vocabularies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermSets {
    /// Stems in title, lead texts, hypothesis and body, without stop words.
    pub words: Box<[u32]>,
    /// Stems and concepts in the hypothesis.
    pub hypothesis: Box<[u32]>,
    /// Tactics.
    pub tactics: Box<[u32]>,
    /// Channels.
    pub channels: Box<[u32]>,
    /// Primary metric, if it is stated and listed.
    pub metric: Option<u32>,
}

/// Dice coefficient of their words from which two hypotheses count as the same.
const MIN_HYPOTHESIS_OVERLAP: f32 = 0.5;

/// Dice coefficient of their words from which the texts of two records count as the same.
const MIN_WORD_OVERLAP: f32 = 0.5;

/// Dice coefficient of their words from which the texts of two records without a hypothesis count
/// as the same.
const MIN_WORD_OVERLAP_WITHOUT_HYPOTHESIS: f32 = 0.7;

/// Records with fewer distinct words are never the same experiment, because few words can be shared
/// by chance.
const MIN_WORDS: usize = 12;

/// Number of distinct words below which a record is short, so that a comparison rests on its title,
/// hypothesis and terms.
const SHORT_TEXT_WORDS: usize = 25;

/// Whether two records in one language are the same experiment: they share a tactic, a channel and
/// the metric where these are stated, and most words of the hypothesis and of the text.
pub fn is_same_experiment(a: &TermSets, b: &TermSets) -> bool {
    let is_same_metric = a.metric.is_none() || b.metric.is_none() || a.metric == b.metric;
    if !is_same_metric
        || !terms_match(&a.tactics, &b.tactics)
        || !terms_match(&a.channels, &b.channels)
        || a.words.len().min(b.words.len()) < MIN_WORDS
    {
        return false;
    }
    match (a.hypothesis.is_empty(), b.hypothesis.is_empty()) {
        (false, false) => {
            is_same_hypothesis(a, b) && dice_coefficient(&a.words, &b.words) >= MIN_WORD_OVERLAP
        }
        (true, true) => dice_coefficient(&a.words, &b.words) >= MIN_WORD_OVERLAP_WITHOUT_HYPOTHESIS,
        _ => false,
    }
}

/// Whether two records state a hypothesis, and most words and concepts of it are the same: they ask
/// one question.
pub fn is_same_hypothesis(a: &TermSets, b: &TermSets) -> bool {
    !a.hypothesis.is_empty()
        && !b.hypothesis.is_empty()
        && dice_coefficient(&a.hypothesis, &b.hypothesis) >= MIN_HYPOTHESIS_OVERLAP
}

/// Whether a record has so few words that the comparison rests on its title, hypothesis and terms.
pub fn is_short(term_sets: &TermSets) -> bool {
    term_sets.words.len() < SHORT_TEXT_WORDS
}

/// Whether two records match in one kind of term: they share a term of it, or neither states one.
fn terms_match(a: &[u32], b: &[u32]) -> bool {
    a.is_empty() && b.is_empty() || a.iter().any(|term| b.contains(term))
}

/// Number of common members of two sorted sets divided by their mean size, 0 to 1 (Dice 1945).
fn dice_coefficient(a: &[u32], b: &[u32]) -> f32 {
    let (mut at, mut common) = (0, 0_usize);
    for word in a {
        while b.get(at).is_some_and(|other| other < word) {
            at += 1;
        }
        common += usize::from(b.get(at) == Some(word));
    }
    2.0 * common as f32 / (a.len() + b.len()).max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term_sets(words: std::ops::Range<u32>, hypothesis: std::ops::Range<u32>) -> TermSets {
        let metric = Some(1);
        TermSets {
            words: words.collect(),
            hypothesis: hypothesis.collect(),
            tactics: [3].into(),
            channels: [4].into(),
            metric,
        }
    }

    #[test]
    fn one_hypothesis_and_most_words_make_one_experiment() {
        let one = term_sets(0..40, 0..10);
        assert!(is_same_experiment(&one, &term_sets(10..50, 2..12)));
        assert!(!is_same_experiment(&one, &term_sets(30..70, 2..12)), "other words");
        assert!(!is_same_experiment(&one, &term_sets(10..50, 8..18)), "another hypothesis");
        assert!(
            !is_same_experiment(&one, &TermSets { metric: Some(2), ..term_sets(10..50, 2..12) }),
            "another metric"
        );
        assert!(
            is_same_experiment(&one, &TermSets { metric: None, ..term_sets(10..50, 2..12) }),
            "a metric that is not stated is none"
        );
        assert!(
            !is_same_experiment(
                &one,
                &TermSets { tactics: [5].into(), ..term_sets(10..50, 2..12) }
            ),
            "another tactic"
        );
        assert!(
            !is_same_experiment(&term_sets(0..5, 0..5), &term_sets(0..5, 0..5)),
            "too little is said"
        );
    }

    #[test]
    fn records_without_a_hypothesis_ask_no_common_question() {
        let one = term_sets(0..40, 0..10);
        assert!(is_same_hypothesis(&one, &term_sets(90..99, 2..12)), "whatever the text says");
        assert!(!is_same_hypothesis(&one, &term_sets(0..40, 8..18)), "another question");
        assert!(!is_same_hypothesis(&one, &term_sets(0..40, 0..0)), "one states none");
        let neither = term_sets(0..40, 0..0);
        assert!(!is_same_hypothesis(&neither, &neither), "neither states one");
    }
}
