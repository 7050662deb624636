//! What happened to case studies and on which day: added, started, finished, decided, approved for
//! reuse, verified, retired.

use std::cmp::Reverse;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::catalog::field::{self, Field};
use crate::catalog::keywords::{Reuse, Status};
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::site::Site;

/// What can happen to a case study, in the order in which a month lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A decision followed from its result.
    Decided,
    /// The hub approved it for reuse or took it into a playbook.
    Approved,
    /// It ended.
    Finished,
    /// It began.
    Started,
    /// Its record was written.
    Added,
    /// Somebody checked that it still holds.
    Verified,
    /// The hub retired it.
    Retired,
}

impl EventKind {
    /// All kinds, in display order.
    pub const ALL: [EventKind; 7] = [
        EventKind::Decided,
        EventKind::Approved,
        EventKind::Finished,
        EventKind::Started,
        EventKind::Added,
        EventKind::Verified,
        EventKind::Retired,
    ];

    /// The id of the kind, for data and styles: `finished`.
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Decided => "decided",
            EventKind::Approved => "approved",
            EventKind::Finished => "finished",
            EventKind::Started => "started",
            EventKind::Added => "added",
            EventKind::Verified => "verified",
            EventKind::Retired => "retired",
        }
    }
}

/// Something that happened to a case study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The day, never after the build date.
    pub day: Date,
    /// What happened.
    pub kind: EventKind,
    /// The case study.
    pub case: CaseIndex,
    /// Whether the day is the nearest one that the record states, because git does not show the day
    /// of a decision.
    pub is_estimated: bool,
}

/// A calendar month; displayed as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The calendar year.
    pub year: i16,
    /// Number of the month, 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month that contains a day.
    pub fn from_date(day: Date) -> Month {
        Month { year: day.year(), month: day.month() }
    }

    /// The first day of the month.
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).expect("a month of a date has a first day")
    }

    /// The month after this one.
    pub fn next(self) -> Month {
        if self.month < 12 {
            Month { month: self.month + 1, ..self }
        } else {
            Month { year: self.year.saturating_add(1), month: 1 }
        }
    }

    /// Number of months from `earlier` to this one; negative if this one is before it.
    pub fn months_since(self, earlier: Month) -> i32 {
        (i32::from(self.year) - i32::from(earlier.year)) * 12 + i32::from(self.month)
            - i32::from(earlier.month)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The events of all case studies, newest first; of one day by kind, then by study.
pub fn list_events(site: &Site, catalog: &Catalog) -> Vec<Event> {
    let mut events: Vec<Event> = catalog
        .cases
        .par_iter()
        .enumerate()
        .flat_map_iter(|(at, case)| events_of(site.today, CaseIndex(at as u32), case))
        .collect();
    events.sort_unstable_by_key(|event| (Reverse(event.day), event.kind, event.case));
    events
}

/// The events of one case study up to the build date, in the order of [`EventKind::ALL`]. A
/// translation was only added: the rest happened to the study that it translates.
pub fn events_of(today: Date, index: CaseIndex, case: &CaseStudy) -> Vec<Event> {
    let event = |kind, day: Option<Date>, is_estimated| {
        let day = day.filter(|day| *day <= today)?;
        Some(Event { day, kind, case: index, is_estimated })
    };
    let created = case.meta.change.as_ref().and_then(|change| change.created);
    let added = event(EventKind::Added, created, false);
    if case.translation_of.is_some() {
        return added.into_iter().collect();
    }
    let verified = case.verification.verified_on;
    let decision = |kind, field: &Field, nearest: Option<Date>| {
        let changed = case.meta.change.as_ref().and_then(|change| change.field_day(field.name));
        match changed {
            Some(day) => event(kind, Some(day), false),
            None => event(kind, nearest.or(created), true),
        }
    };
    let ended = case.end.filter(|_| case.has_ended());
    let has_started = case.status.is_some_and(|status| status != Status::Planned);
    let reuse = |kind, is_meant: bool| {
        is_meant.then(|| decision(kind, &field::REUSE, verified.or(ended))).flatten()
    };
    let is_approved = matches!(case.reuse, Some(Reuse::Approved | Reuse::Playbook));
    [
        case.decision
            .filter(|_| case.has_ended())
            .and_then(|_| decision(EventKind::Decided, &field::DECISION, ended)),
        reuse(EventKind::Approved, is_approved),
        event(EventKind::Finished, ended, false),
        event(EventKind::Started, case.start.filter(|_| has_started), false),
        added,
        event(EventKind::Verified, verified, false),
        reuse(EventKind::Retired, case.reuse == Some(Reuse::Retired)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{TestHub, study_fields};

    /// Kind, day and study of every event, with `~` before a day that is estimated.
    fn list(hub: TestHub) -> Vec<String> {
        let hub = hub.checked();
        let describe = |event: &Event| {
            let estimated = if event.is_estimated { "~" } else { "" };
            let id = &hub.catalog.case(event.case).meta.id;
            format!("{} {estimated}{} {id}", event.kind.as_str(), event.day)
        };
        list_events(&hub.site, &hub.catalog).iter().map(describe).collect()
    }

    #[test]
    fn a_study_has_an_event_for_each_day_that_it_states() {
        let fields = "start: 2026-01-05\nend: 2026-03-01\ndecision: scale\nreuse: approved\nverified_on: 2026-05-02";
        let hub =
            TestHub::new().case("de/a", &study_fields("DE", "email", "discount", "won", fields));
        assert_eq!(
            list(hub),
            [
                "approved ~2026-05-02 de/a",
                "verified 2026-05-02 de/a",
                "decided ~2026-03-01 de/a",
                "finished 2026-03-01 de/a",
                "started 2026-01-05 de/a"
            ]
        );
    }

    #[test]
    fn git_says_when_a_study_was_added_decided_and_retired() {
        let fields = "start: 2026-01-05\nend: 2026-03-01\ndecision: stop\nreuse: retired";
        let path = "content/case-studies/de/a.md";
        let hub = TestHub::new()
            .case("de/a", &study_fields("DE", "email", "discount", "lost", fields))
            .changed(path, "2026-02-01", "2026-06-01")
            .field_changed(path, "decision", "2026-03-20")
            .field_changed(path, "reuse", "2026-06-01");
        assert_eq!(
            list(hub),
            [
                "retired 2026-06-01 de/a",
                "decided 2026-03-20 de/a",
                "finished 2026-03-01 de/a",
                "added 2026-02-01 de/a",
                "started 2026-01-05 de/a"
            ]
        );
    }

    #[test]
    fn what_is_to_come_has_not_happened() {
        let open = "markets: [DE]\nchannels: [email]\ntactics: [discount]";
        let hub = TestHub::new()
            .case("de/planned", &format!("status: planned\nstart: 2026-01-01\n{open}"))
            .case(
                "de/running",
                &format!("status: running\nstart: 2026-10-01\nend: 2026-11-01\n{open}"),
            )
            .case("de/late", &format!("status: running\nstart: 2027-10-01\n{open}"));
        assert_eq!(
            list(hub),
            ["started 2026-10-01 de/running"],
            "an end is no fact before it ended"
        );
    }

    #[test]
    fn a_translation_was_only_added() {
        let dates = "start: 2026-01-05\nend: 2026-03-01";
        let hub = TestHub::new()
            .case("de/a", &study_fields("DE", "email", "discount", "won", dates))
            .case(
                "de/b",
                &study_fields(
                    "DE",
                    "email",
                    "discount",
                    "won",
                    &format!("{dates}\ntranslation_of: de/a\nlanguage: de"),
                ),
            )
            .changed("content/case-studies/de/b.md", "2026-04-01", "2026-04-01");
        assert_eq!(
            list(hub),
            ["added 2026-04-01 de/b", "finished 2026-03-01 de/a", "started 2026-01-05 de/a"]
        );
    }

    #[test]
    fn months_follow_one_another() {
        let december = Month::from_date(Date::constant(2026, 12, 31));
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.next().months_since(Month { year: 2026, month: 10 }), 3);
        assert_eq!(december.first_day(), Date::constant(2026, 12, 1));
    }
}
