//! Generates hubs of any size for benchmarks; the same seed gives the same bytes on every machine.

use std::fmt::Write;
use std::path::Path;

/// Vocabulary of the generated texts, most frequent word first; words are drawn with
/// `SeededRng::zipf`.
const WORDS: &str = "campaign audience message offer customers control group reminder basket creative budget week market team result test order \
reward invitation friend coupon delivery checkout landing page newsletter subject line video creator sample store region holdout interval sales \
season holiday price trust review quiz question form field payment local method button visit return loyalty points member welcome series churn \
retention segment bid keyword brand search display reach frequency cap banner radio poster event partner translation tone humour story before \
after unboxing ingredients repair subscription coffee shoes savings account insurance travel grocery furniture cosmetics pharmacy commuter student \
parent weekend evening morning payday harvest festival ramadan christmas school summer winter rain heat discount bundle trial instalment guarantee \
hesitation doubt pride habit curiosity surprise gift effort cost margin waste learning doubt decision review handover rollout stop adapt keep";

/// A pseudo-random number generator (xorshift64*), implemented here so that generated hubs do not
/// depend on the version of a library.
pub struct SeededRng(u64);

impl SeededRng {
    /// A generator with this seed.
    pub fn new(seed: u64) -> Self {
        SeededRng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A uniformly distributed number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    /// A uniformly chosen element.
    fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// A number below `limit`, small ones more likely: the product of two uniform numbers, roughly
    /// like Zipf's law.
    fn zipf(&mut self, limit: usize) -> usize {
        let (a, b) = (self.below(limit) + 1, self.below(limit) + 1);
        a * b / (limit + 1)
    }
}

const MARKETS: &[&str] = &[
    "BR", "ID", "JP", "DE", "NL", "FR", "GB", "US", "MX", "ES", "IN", "TH", "SA", "KE", "AU", "PL",
    "SE", "\"NO\"", "ZA", "CO",
];
const CHANNELS: &[&str] = &[
    "email",
    "messaging",
    "paid-social",
    "paid-search",
    "website",
    "influencer",
    "display",
    "tv",
    "audio",
    "retail-media",
];
const TACTICS: &[&str] = &[
    "referral-reward",
    "cart-recovery",
    "discount",
    "free-trial",
    "social-proof",
    "retargeting",
    "welcome-series",
    "local-payment-methods",
    "bundle",
    "short-form-video",
    "testimonial",
    "form-shortening",
];
const OUTCOMES: &[&str] = &["won", "won", "lost", "inconclusive", "no-effect"];
const METRICS: &[&str] = &["cvr", "ctr", "cpa", "retention-rate", "aov"];

/// Writes a hub of `count` case studies and a twentieth as many ideas.
pub fn write_hub(folder: &Path, count: usize, seed: u64) {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    write_file(
        &folder.join("site.toml"),
        "title = \"Benchmark\"\nbase_url = \"https://example.org/\"\n\n[checks]\npreset = \"lenient\"\n",
    );
    for number in 0..count {
        let mut rng = SeededRng::new(seed ^ (number as u64 + 1));
        let market = rng.pick(MARKETS);
        let folder =
            folder.join("content/case-studies").join(market.trim_matches('"').to_lowercase());
        write_file(
            &folder.join(format!("study-{number}.md")),
            &study_text(&mut rng, &words, market, number),
        );
    }
    for number in 0..count / 20 {
        let mut rng = SeededRng::new(seed ^ (number as u64 + 1) << 32);
        write_file(
            &folder.join(format!("content/ideas/idea-{number}.md")),
            &idea_text(&mut rng, &words, number),
        );
    }
}

/// The Markdown of a case study.
fn study_text(rng: &mut SeededRng, words: &[&str], market: &str, number: usize) -> String {
    let (channel, tactic, outcome, metric) =
        (rng.pick(CHANNELS), rng.pick(TACTICS), rng.pick(OUTCOMES), rng.pick(METRICS));
    let lift = rng.below(200) as f64 / 10.0 - 5.0;
    let mut text = format!(
        "---\ntitle: \"{}\"\nsummary: \"{}\"\nstatus: completed\noutcome: {outcome}\ndecision: adapt\nmarkets: [{market}]\nchannels: [{channel}]\ntactics: [{tactic}]\nobjective: conversion\nhypothesis: \"If {} then the rate rises by 5 % because {}\"\nmethod: ab-test\nstart: 2025-{:02}-01\nend: 2025-{:02}-28\nsample_size: {}\nowner: Team {market}\nresults:\n  - {{metric: {metric}, role: primary, lift: {lift:.1}, lift_type: relative, ci_low: {:.1}, ci_high: {:.1}, source: dashboard}}\n---\n\n",
        sentence(rng, words, 7).trim_end_matches('.'),
        sentence(rng, words, 18),
        sentence(rng, words, 8).trim_end_matches('.').to_lowercase(),
        sentence(rng, words, 8).to_lowercase(),
        rng.below(12) + 1,
        rng.below(12) + 1,
        rng.below(90_000) + 500,
        lift - 2.0,
        lift + 2.0
    );
    for heading in ["Challenge", "What we did", "Results", "What we learned"] {
        let _ = write!(text, "## {heading}\n\n");
        for _ in 0..2 {
            for _ in 0..5 {
                let _ = write!(text, "{} ", sentence(rng, words, 12));
            }
            text.push_str("\n\n");
        }
    }
    if number > 0 {
        let _ = writeln!(
            text,
            "| arm | rate |\n| --- | ---: |\n| control | 3.1 % |\n| changed | 3.4 % |"
        );
    }
    text
}

/// The Markdown of an idea.
fn idea_text(rng: &mut SeededRng, words: &[&str], number: usize) -> String {
    let (tactic, channel) = (rng.pick(TACTICS), rng.pick(CHANNELS));
    format!(
        "---\ntitle: \"{} {number}\"\nstatus: new\ntactics: [{tactic}]\nchannels: [{channel}]\nwanted_by: [BR, ID]\nscore: {{impact: {}, confidence: {}, ease: {}}}\n---\n\n{}\n",
        sentence(rng, words, 6).trim_end_matches('.'),
        rng.below(9) + 1,
        rng.below(9) + 1,
        rng.below(9) + 1,
        sentence(rng, words, 40)
    )
}

/// A sentence of `length` words; about one in 14 is a word with a number, which few texts share.
fn sentence(rng: &mut SeededRng, words: &[&str], length: usize) -> String {
    let mut sentence = String::new();
    for position in 0..length {
        let word = if rng.below(14) == 0 {
            format!("{}{}", words[rng.below(words.len())], rng.below(4000))
        } else {
            words[rng.zipf(words.len())].to_owned()
        };
        if position == 0 {
            sentence.push_str(&word[..1].to_uppercase());
            sentence.push_str(&word[1..]);
        } else {
            sentence.push(' ');
            sentence.push_str(&word);
        }
    }
    sentence.push('.');
    sentence
}

#[expect(clippy::disallowed_methods, reason = "a benchmark lays out its hub on the disk")]
fn write_file(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the disk can be written");
    std::fs::write(path, text).expect("the disk can be written");
}
