//! The same experiment by what two records say alone: no statistics of the hub are in it, so it holds in a hub of three and of thirty
//! thousand, and in a hub that is one family.

use serde::{Deserialize, Serialize};

/// What a record says, as sets: hashes of words and positions of terms, each in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Stems of the words that say something, of title, leading texts, hypothesis and body.
    pub words: Box<[u32]>,
    /// Stems and concepts of the hypothesis.
    pub question: Box<[u32]>,
    /// What was done.
    pub tactics: Box<[u32]>,
    /// Where it was done.
    pub channels: Box<[u32]>,
    /// What it is judged by.
    pub metric: Option<u32>,
}

/// From this share of common words on, two hypotheses are one.
const ONE_QUESTION: f32 = 0.5;

/// From this share of common words on, two records say mostly the same.
const MOST_WORDS: f32 = 0.5;

/// The same where neither states a hypothesis, which would have to agree as well.
const MOST_WORDS_WITHOUT_QUESTION: f32 = 0.7;

/// Records that say less are compared with nothing: a few words are shared by chance.
const FEWEST_WORDS: usize = 12;

/// A record with fewer words that say something says little yet.
const LITTLE: usize = 25;

/// Whether a person would call both the same experiment: a common tactic, channel and metric where they are stated, one hypothesis,
/// most words in common. Both are to be of one language.
pub fn same(a: &Content, b: &Content) -> bool {
    let one_metric = a.metric.is_none() || b.metric.is_none() || a.metric == b.metric;
    if !one_metric || !agree(&a.tactics, &b.tactics) || !agree(&a.channels, &b.channels) || a.words.len().min(b.words.len()) < FEWEST_WORDS {
        return false;
    }
    match (a.question.is_empty(), b.question.is_empty()) {
        (false, false) => share(&a.question, &b.question) >= ONE_QUESTION && share(&a.words, &b.words) >= MOST_WORDS,
        (true, true) => share(&a.words, &b.words) >= MOST_WORDS_WITHOUT_QUESTION,
        _ => false,
    }
}

/// Whether a record says so little yet that it is compared by its title, hypothesis and terms.
pub fn says_little(content: &Content) -> bool {
    content.words.len() < LITTLE
}

/// Whether two lists of terms have one in common, or are both empty.
fn agree(a: &[u32], b: &[u32]) -> bool {
    a.is_empty() && b.is_empty() || a.iter().any(|term| b.contains(term))
}

/// The share of common members of two sets in their mean size (Dice 1945).
fn share(a: &[u32], b: &[u32]) -> f32 {
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

    fn content(words: std::ops::Range<u32>, question: std::ops::Range<u32>) -> Content {
        let metric = Some(1);
        Content { words: words.collect(), question: question.collect(), tactics: [3].into(), channels: [4].into(), metric }
    }

    #[test]
    fn one_hypothesis_and_most_words_make_one_experiment() {
        let one = content(0..40, 0..10);
        assert!(same(&one, &content(10..50, 2..12)));
        assert!(!same(&one, &content(30..70, 2..12)), "other words");
        assert!(!same(&one, &content(10..50, 8..18)), "another question");
        assert!(!same(&one, &Content { metric: Some(2), ..content(10..50, 2..12) }), "another metric");
        assert!(same(&one, &Content { metric: None, ..content(10..50, 2..12) }), "a metric that is not stated is none");
        assert!(!same(&one, &Content { tactics: [5].into(), ..content(10..50, 2..12) }), "another tactic");
        assert!(!same(&content(0..5, 0..5), &content(0..5, 0..5)), "too little is said");
    }
}
