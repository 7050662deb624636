//! The closed word lists of the content model: one enum each, with the spelling used in front matter.

/// A closed list of words that a field may hold.
pub trait Word: Copy + 'static {
    /// Every word of the list.
    const ALL: &'static [Self];
    /// The spelling in front matter.
    fn as_str(self) -> &'static str;
    /// The word of this spelling or one of its other spellings.
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal $(| $other:literal)*),+ $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$word_doc])* $word),+ }

        impl Word for $name {
            const ALL: &'static [Self] = &[$($name::$word),+];
            fn as_str(self) -> &'static str {
                match self { $($name::$word => $text),+ }
            }
            fn parse(text: &str) -> Option<Self> {
                match text { $($text $(| $other)* => Some($name::$word),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )*};
}

words! {
    /// Where an experiment stands.
    Status {
        /// Not begun.
        Planned = "planned",
        /// Under way.
        Running = "running",
        /// Ended as planned.
        Completed = "completed",
        /// Ended before its time.
        StoppedEarly = "stopped-early",
        /// Ended and no longer kept up.
        Archived = "archived",
    }

    /// What came out.
    Outcome {
        /// The primary metric moved as hoped.
        Won = "won",
        /// It moved the wrong way.
        Lost = "lost",
        /// Nothing can be said.
        Inconclusive = "inconclusive",
        /// Enough data, and no difference.
        NoEffect = "no-effect",
        /// The test itself failed.
        Invalid = "invalid",
        /// Still being read.
        InEvaluation = "in-evaluation",
    }

    /// What is to be done next.
    Decision {
        /// Roll out.
        Scale = "scale",
        /// Change and use.
        Adapt = "adapt",
        /// Test again as it was.
        Rerun = "rerun",
        /// Test a changed version.
        Iterate = "iterate",
        /// Leave it.
        Stop = "stop",
        /// Nothing follows.
        None = "none",
    }

    /// What an experiment is for.
    Objective {
        /// Be known.
        Awareness = "awareness",
        /// Be considered.
        Consideration = "consideration",
        /// Win customers.
        Acquisition = "acquisition",
        /// Make them buy.
        Conversion = "conversion",
        /// Keep them.
        Retention = "retention",
        /// Be recommended.
        Advocacy = "advocacy",
    }

    /// The three pillars of hub-and-spoke marketing.
    Pillar {
        /// Brand, content and engagement.
        BrandContentEngagement = "brand-content-engagement",
        /// Media and platforms.
        MediaPlatform = "media-platform",
        /// Data and technology.
        DataTechnology = "data-technology",
    }

    /// Layers of a content mix.
    ContentLayer {
        /// Few and big.
        Hero = "hero",
        /// Regular.
        Hub = "hub",
        /// Always there.
        Hygiene = "hygiene" | "help",
    }

    /// How it was measured, most trustworthy kinds first.
    Method {
        /// Randomised people, one change.
        AbTest = "ab-test",
        /// Randomised people, several changes.
        Multivariate = "multivariate",
        /// Randomised regions.
        GeoLift = "geo-lift",
        /// A group left out at random.
        Holdout = "holdout",
        /// A platform's randomised lift study.
        LiftStudy = "lift-study",
        /// Randomised periods.
        Switchback = "switchback",
        /// Markets chosen to resemble each other.
        MatchedMarket = "matched-market",
        /// Before against after.
        PrePost = "pre-post",
        /// Asked people.
        Survey = "survey",
        /// Looked on.
        Observational = "observational",
        /// Talked and watched.
        Qualitative = "qualitative",
    }

    /// The part a result plays.
    Role {
        /// What the experiment is judged by.
        Primary = "primary",
        /// What else moved.
        Secondary = "secondary",
        /// What must not get worse.
        Guardrail = "guardrail",
    }

    /// How a lift is expressed.
    LiftType {
        /// Percent of the control.
        Relative = "relative",
        /// In the metric's own unit.
        Absolute = "absolute",
    }

    /// The hub's curation.
    Reuse {
        /// Of use where it was made.
        LocalOnly = "local-only",
        /// Waits for the hub's decision.
        Candidate = "candidate",
        /// May be copied.
        Approved = "approved",
        /// Part of a playbook.
        Playbook = "playbook",
        /// No longer to be copied.
        Retired = "retired",
    }

    /// A size without a figure.
    Band {
        /// Nothing.
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

    /// Where an idea stands.
    IdeaStatus {
        /// Just written.
        New = "new",
        /// Worth a closer look.
        Shortlisted = "shortlisted",
        /// Will be run.
        Planned = "planned",
        /// Is being run.
        Running = "running",
        /// Became a case study.
        Done = "done",
        /// Will not be run.
        Declined = "declined",
        /// Not now.
        Parked = "parked",
    }

    /// How sure the hub is of a playbook.
    PlaybookStatus {
        /// First signs.
        Emerging = "emerging",
        /// Several cases.
        Supported = "supported",
        /// Beyond reasonable doubt.
        Confirmed = "confirmed",
        /// Turned out wrong.
        Rejected = "rejected",
    }

    /// How far the evidence of a case study can be trusted, best first.
    Grade {
        /// Randomised, with interval, sample size and source.
        A = "A" | "a",
        /// Randomised without one of these, or matched markets with an interval.
        B = "B" | "b",
        /// Before/after, observed or surveyed, with figures and source.
        C = "C" | "c",
        /// The rest.
        D = "D" | "d",
    }
}

impl Status {
    /// Whether it is still planned or running.
    pub fn is_open(self) -> bool {
        matches!(self, Status::Planned | Status::Running)
    }
}

impl Method {
    /// Whether chance decided who got what.
    pub fn is_randomised(self) -> bool {
        use Method::{AbTest, GeoLift, Holdout, LiftStudy, Multivariate, Switchback};
        matches!(self, AbTest | Multivariate | GeoLift | Holdout | LiftStudy | Switchback)
    }
}

impl Outcome {
    /// Whether it counts in a win rate.
    pub fn counts(self) -> bool {
        !matches!(self, Outcome::Invalid | Outcome::InEvaluation)
    }
}
