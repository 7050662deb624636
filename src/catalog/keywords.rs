//! Keywords: the closed lists of values of front-matter fields, one enum for each list.

/// An enum whose variants are the keywords that a front-matter field accepts.
pub trait Keyword: Copy + 'static {
    /// All keywords of the list, in the order of their declaration.
    const ALL: &'static [Self];
    /// The spellings of all keywords, in the same order.
    const WORDS: &'static [&'static str];
    /// Other spellings, each with its keyword's.
    const ALIASES: &'static [(&'static str, &'static str)];
    /// The spelling in front matter and in published data.
    fn as_str(self) -> &'static str;
    /// The keyword of a spelling or of one of its aliases; none for any other text.
    fn parse(text: &str) -> Option<Self>;
}

/// Declares one enum for each closed list: its variants are the keywords, each with its spelling
/// and, behind `|`, its aliases.
macro_rules! keywords {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal $(| $alias:literal)*),+ $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl Keyword for $name {
            /// All variants, in the order of their declaration.
            const ALL: &'static [Self] = &[$($name::$variant),+];
            /// The spelling of each variant, in the order of `ALL`.
            const WORDS: &'static [&'static str] = &[$($text),+];
            /// Each alias, paired with the spelling of the variant that it stands for.
            const ALIASES: &'static [(&'static str, &'static str)] = &[$($(($alias, $text),)*)+];
            /// The spelling that stands after `=` in the declaration of the variant.
            fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
            /// The variant with exactly this spelling or alias, case included; none for any other
            /// text.
            fn parse(text: &str) -> Option<Self> {
                match text { $($text $(| $alias)* => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            /// Writes the spelling of the variant in front matter, such as `ab-test`.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            /// Serialises the variant as the text of its spelling in front matter.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )*};
}

keywords! {
    /// Progress of an experiment.
    Status {
        /// Not started yet.
        Planned = "planned",
        /// In progress.
        Running = "running",
        /// Ended as planned.
        Completed = "completed",
        /// Ended before the planned end.
        StoppedEarly = "stopped-early",
        /// Ended, and its record is no longer maintained.
        Archived = "archived",
    }

    /// Outcome of an experiment.
    Outcome {
        /// The primary metric improved.
        Won = "won",
        /// The primary metric got worse.
        Lost = "lost",
        /// The data allow no conclusion.
        Inconclusive = "inconclusive",
        /// There was enough data to rule out a relevant difference.
        NoEffect = "no-effect",
        /// The experiment was faulty, so that its results cannot be used.
        Invalid = "invalid",
        /// The results are still being evaluated.
        InEvaluation = "in-evaluation",
    }

    /// Decision after an experiment.
    Decision {
        /// Roll the change out.
        Scale = "scale",
        /// Use an adapted version.
        Adapt = "adapt",
        /// Repeat the same test.
        Rerun = "rerun",
        /// Test a changed version.
        Iterate = "iterate",
        /// Do not pursue the change.
        Stop = "stop",
        /// No action follows.
        None = "none",
    }

    /// Marketing objective, by stage of the customer journey.
    Objective {
        /// Make a brand or product known.
        Awareness = "awareness",
        /// Have people consider a purchase.
        Consideration = "consideration",
        /// Win new customers.
        Acquisition = "acquisition",
        /// Turn visits into purchases.
        Conversion = "conversion",
        /// Keep customers.
        Retention = "retention",
        /// Have customers recommend the brand.
        Advocacy = "advocacy",
    }

    /// The three pillars of hub-and-spoke marketing.
    Pillar {
        /// Brand, content and customer engagement.
        BrandContentEngagement = "brand-content-engagement",
        /// Paid media and platforms.
        MediaPlatform = "media-platform",
        /// Data and marketing technology.
        DataTechnology = "data-technology",
    }

    /// Layer of the content mix in the hero, hub, hygiene model.
    ContentLayer {
        /// Rare large productions.
        Hero = "hero",
        /// Regular content for followers.
        Hub = "hub",
        /// Content that answers searches at any time.
        Hygiene = "hygiene" | "help",
    }

    /// Method of measurement, the most trustworthy first.
    Method {
        /// People randomised between two versions with one change.
        AbTest = "ab-test",
        /// People randomised between combinations of several changes.
        Multivariate = "multivariate",
        /// Regions randomised.
        GeoLift = "geo-lift",
        /// A randomly chosen group excluded from the treatment.
        Holdout = "holdout",
        /// A randomised lift study run by an advertising platform.
        LiftStudy = "lift-study",
        /// Periods randomised in one market.
        Switchback = "switchback",
        /// Comparison of markets chosen for their likeness, without randomisation.
        MatchedMarket = "matched-market",
        /// Comparison of the periods before and after the change.
        PrePost = "pre-post",
        /// A survey.
        Survey = "survey",
        /// Observation without intervention.
        Observational = "observational",
        /// Interviews and usability tests.
        Qualitative = "qualitative",
    }

    /// Part of a result in judging an experiment.
    Role {
        /// The metric that decides the experiment.
        Primary = "primary",
        /// A further metric.
        Secondary = "secondary",
        /// A metric that must not get worse.
        Guardrail = "guardrail",
    }

    /// Scale on which a lift is expressed.
    LiftType {
        /// Percent of the control arm's value.
        Relative = "relative",
        /// Difference in the metric's own unit.
        Absolute = "absolute",
    }

    /// The hub's decision on reuse of a study in other markets.
    Reuse {
        /// Useful only in the market it comes from.
        LocalOnly = "local-only",
        /// Awaiting the hub's decision.
        Candidate = "candidate",
        /// Approved for reuse.
        Approved = "approved",
        /// Included in a playbook.
        Playbook = "playbook",
        /// No longer recommended for reuse.
        Retired = "retired",
    }

    /// A size on a scale of clothing sizes, for amounts that are not disclosed.
    Band {
        /// Zero.
        None = "none",
        /// Very small.
        Xs = "xs",
        /// Small.
        S = "s",
        /// Medium.
        M = "m",
        /// Large.
        L = "l",
        /// Very large.
        Xl = "xl",
    }

    /// Progress of a backlog idea.
    IdeaStatus {
        /// Submitted and not yet reviewed.
        New = "new",
        /// Selected for a closer look.
        Shortlisted = "shortlisted",
        /// Scheduled as an experiment.
        Planned = "planned",
        /// In progress as an experiment.
        Running = "running",
        /// Completed as a case study.
        Done = "done",
        /// Rejected.
        Declined = "declined",
        /// Postponed.
        Parked = "parked",
    }

    /// Confidence of the hub in the claim of a playbook.
    PlaybookStatus {
        /// Supported by first indications.
        Emerging = "emerging",
        /// Supported by several case studies.
        Supported = "supported",
        /// Supported by such evidence that no further test is needed.
        Confirmed = "confirmed",
        /// Shown to be wrong.
        Rejected = "rejected",
    }

    /// Grade of the evidence of a case study, best first; see [`crate::catalog::grade`] for the
    /// rule.
    Grade {
        /// Randomised, with confidence interval, sample size and source.
        A = "A" | "a",
        /// Randomised without one of these, or matched markets with an interval.
        B = "B" | "b",
        /// Before/after, observed or surveyed, with figures and source.
        C = "C" | "c",
        /// Everything else.
        D = "D" | "d",
    }
}

impl Status {
    /// Whether the experiment is planned or running.
    pub fn is_unfinished(self) -> bool {
        matches!(self, Status::Planned | Status::Running)
    }
}

impl Method {
    /// Whether units were assigned to arms at random.
    pub fn is_randomised(self) -> bool {
        use Method::{AbTest, GeoLift, Holdout, LiftStudy, Multivariate, Switchback};
        matches!(self, AbTest | Multivariate | GeoLift | Holdout | LiftStudy | Switchback)
    }
}

impl Outcome {
    /// Whether studies with this outcome count in a win rate.
    pub fn counts_in_win_rate(self) -> bool {
        !matches!(self, Outcome::Invalid | Outcome::InEvaluation)
    }
}
