//! Tests of the backlog: scores, studies that match ideas, proposals, idea drafts and the desk.

use casebook::backlog::desk::{Duty, DutyKind};
use casebook::backlog::proposal::{MAX_PROPOSALS, Proposal, ProposalKind, ProposalReason};
use casebook::backlog::{Backlog, RankedIdea, build_backlog, idea_draft};
use casebook::catalog::{CaseIndex, Catalog, RecordIndex};
use casebook::evidence::tally;
use casebook::similar::{AnswerState, Pair, RelatedCase, Similar, Verdict};
use casebook::vocabulary::{MarketId, TacticId, TermId};
use casebook::{CheckedCatalog, Hub};

use crate::hub_builder::{CatalogLookup, HubBuilder, TODAY, graded_a, graded_c, study_fields};

fn ranked<'h>(hub: &'h Hub, idea: &str) -> &'h RankedIdea {
    hub.backlog.idea(hub.catalog.idea_index(idea))
}

#[test]
fn scores_follow_the_formula() {
    let rice = "[ideas]\nscore = \"rice\"";
    let rows = [
        (
            "",
            "score: {impact: 8, confidence: 7, ease: 5}\nevidence: ['https://example.org/x']",
            Some(280.0),
            false,
        ),
        ("", "score: {impact: 8, confidence: 7, ease: 5}", Some(120.0), true),
        ("", "score: {impact: 8, confidence: 2, ease: 5}", Some(80.0), false),
        (
            "[ideas]\nconfidence_cap = 5",
            "score: {impact: 8, confidence: 7, ease: 5}",
            Some(200.0),
            true,
        ),
        ("", "score: {impact: 8, confidence: 7}", None, true),
        ("", "effort: m", None, false),
        (rice, "score: {reach: 5, impact: 4, confidence: 3, effort: 6}", Some(10.0), false),
        (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: l", Some(60.0 / 7.0), false),
        (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: xs", Some(60.0), false),
        (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: s", Some(30.0), false),
        (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: m", Some(15.0), false),
        (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: xl", Some(6.0), false),
        (rice, "score: {reach: 5, impact: 4, confidence: 3}", None, false),
    ];
    for (site, fields, wanted, capped) in rows {
        let hub = HubBuilder::new().site(site).idea("a", &format!("status: new\n{fields}")).hub();
        let idea = ranked(&hub, "a");
        assert_eq!((idea.score, idea.is_capped), (wanted, capped), "{site} {fields}");
    }
}

#[test]
fn missing_parts_are_named() {
    let hub = HubBuilder::new().idea("a", "status: new\nscore: {impact: 8}").hub();
    assert_eq!(ranked(&hub, "a").score_parts.missing_parts(), ["confidence", "ease"]);
}

#[test]
fn the_best_idea_comes_first_and_unscored_ones_last() {
    let scored =
        |impact: u8| format!("status: new\nscore: {{impact: {impact}, confidence: 2, ease: 2}}");
    let hub = HubBuilder::new()
        .idea("a-none", "status: new\nwanted_by: [DE, NL]")
        .idea("b-low", &scored(2))
        .idea("c-high", &scored(9))
        .idea("d-low-wanted", &format!("{}\nwanted_by: [DE, DE, nl]", scored(2)))
        .hub();
    let order: Vec<&str> =
        hub.backlog.ideas.iter().map(|ranked| &*hub.catalog.idea(ranked.idea).meta.id).collect();
    assert_eq!(order, ["c-high", "d-low-wanted", "b-low", "a-none"]);
    assert_eq!(ranked(&hub, "d-low-wanted").demand, 2, "a market counts once");
}

#[test]
fn ideas_list_matching_studies() {
    let hub = HubBuilder::new()
        .case("nl/won", &study_fields("NL", "email", "win-back", "won", &graded_c("cvr", 3.0)))
        .case(
            "de/won",
            &study_fields("DE", "website", "win-back", "won", &graded_a("cvr", 3.0, 1.0, 5.0)),
        )
        .case(
            "at/lost",
            &study_fields("AT", "website", "win-back", "lost", &graded_a("cvr", -3.0, -5.0, -1.0)),
        )
        .case(
            "jp/won",
            &study_fields("JP", "website", "win-back", "won", &graded_a("cvr", 3.0, 1.0, 5.0)),
        )
        .case("de/other", &study_fields("DE", "website", "bundle", "won", ""))
        .idea(
            "repair",
            "status: new\nmarkets: [DE]\nchannels: [email]\ntactics: [win-back, discount]",
        )
        .idea("anywhere", "status: new\ntactics: [win-back]")
        .hub();
    let idea = ranked(&hub, "repair");
    assert_eq!(
        hub.catalog.ids(&idea.matching_cases),
        ["nl/won", "at/lost", "de/won", "jp/won"],
        "the same channel first, then by grade"
    );
    assert_eq!((idea.tally.won, idea.tally.lost), (3, 1));
    assert_eq!(
        hub.catalog.ids(&idea.nearby_tally.cases),
        ["at/lost", "de/won"],
        "Austria is like Germany, Japan is not"
    );
    assert_eq!(idea.nearby_tally.win_rate(), None, "two studies make no rate");
    let anywhere = ranked(&hub, "anywhere");
    assert!(anywhere.near_markets.is_empty());
    assert_eq!(anywhere.nearby_tally.counted(), 4);
}

#[test]
fn matching_is_bounded_and_counted_in_full() {
    let mut hub_builder = HubBuilder::new().idea("a", "status: new\ntactics: [win-back]");
    for at in 0..30 {
        hub_builder = hub_builder
            .case(&format!("de/{at:02}"), &study_fields("DE", "email", "win-back", "won", ""));
    }
    let hub = hub_builder.hub();
    assert_eq!(
        (ranked(&hub, "a").matching_cases.len(), ranked(&hub, "a").tally.studies()),
        (12, 30)
    );
}

/// Analyses a hub with given pairs and neighbours.
fn analysed_hub(read: CheckedCatalog, similar: Similar) -> Hub {
    let evidence = tally(&read.site, &read.catalog);
    let backlog: Backlog = build_backlog(&read.site, &read.catalog, &similar, &evidence);
    Hub { site: read.site, catalog: read.catalog, similar, evidence, backlog }
}

fn neighbour(case: CaseIndex) -> RelatedCase {
    RelatedCase { case, score: 0.9, flagged: true, reasons: Vec::new() }
}

#[test]
fn ideas_list_studies_that_tried_them() {
    let read = HubBuilder::new()
        .case("de/ended", &study_fields("DE", "email", "win-back", "lost", ""))
        .case(
            "nl/running",
            "status: running\nmarkets: [NL]\nchannels: [email]\ntactics: [win-back]",
        )
        .case("fr/became", &study_fields("FR", "email", "win-back", "won", ""))
        .idea("a", "status: done\nbecomes: fr/became")
        .read();
    let resembles =
        ["de/ended", "nl/running", "fr/became"].map(|id| neighbour(read.catalog.case_index(id)));
    let similar = Similar { cases_by_idea: vec![resembles.into()], ..Similar::default() };
    let hub = analysed_hub(read, similar);
    let idea = ranked(&hub, "a");
    assert_eq!(
        hub.catalog.ids(&idea.ended_cases),
        ["fr/became", "de/ended"],
        "what it became comes first, and once"
    );
    assert_eq!(hub.catalog.ids(&idea.open_cases), ["nl/running"]);
}

#[test]
fn age_comes_from_the_history() {
    let hub = HubBuilder::new()
        .idea("old", "status: new")
        .idea("old-done", "status: done")
        .idea("fresh", "status: new")
        .idea("unknown", "status: new")
        .changed("content/ideas/old.md", "2025-01-01", "2026-01-01")
        .changed("content/ideas/old-done.md", "2025-01-01", "2026-01-01")
        .changed("content/ideas/fresh.md", "2026-11-21", "2027-01-01")
        .hub();
    let seen = ["old", "old-done", "fresh", "unknown"]
        .map(|id| (ranked(&hub, id).age_days, ranked(&hub, id).is_stale));
    assert_eq!(
        seen,
        [(Some(325), true), (Some(325), false), (Some(1), false), (None, false)],
        "a day to come is no day"
    );
}

fn proposals_of_kind(hub: &Hub, kind: ProposalKind) -> Vec<String> {
    let place = |proposal: &Proposal| {
        proposal
            .market
            .map_or("-".into(), |market| hub.catalog.vocabulary.markets[market].id.to_string())
    };
    hub.backlog
        .proposals
        .of_kind(kind)
        .iter()
        .map(|proposal| format!("{} {}", place(proposal), hub.catalog.case(proposal.lead).meta.id))
        .collect()
}

/// A hub with a grade A win in Germany, and with other markets that have studies of another tactic.
fn won_in_germany(more: &str) -> HubBuilder {
    HubBuilder::new()
        .case(
            "de/won",
            &study_fields(
                "DE",
                "email",
                "win-back",
                "won",
                &format!("{}\n{more}", graded_a("cvr", 3.0, 1.0, 5.0)),
            ),
        )
        .case("at/other", &study_fields("AT", "email", "bundle", "lost", ""))
        .case("jp/other", &study_fields("JP", "website", "bundle", "lost", ""))
}

#[test]
fn wins_are_proposed_for_transfer() {
    let hub = won_in_germany("").hub();
    assert_eq!(
        proposals_of_kind(&hub, ProposalKind::Transfer),
        ["AT de/won", "JP de/won"],
        "the market most like Germany first"
    );
    let first = &hub.backlog.proposals.of_kind(ProposalKind::Transfer)[0];
    let (dach, germany) = (hub.catalog.group("dach"), hub.catalog.market("DE"));
    assert!(
        first.reasons.contains(&ProposalReason::SameGroup(dach, germany)),
        "{:?}",
        first.reasons
    );
    assert!(first.reasons.contains(&ProposalReason::SameLanguage("de".into(), germany)));
    assert!(
        first.reasons.contains(&ProposalReason::SameChannels(vec![hub.catalog.channel("email")]))
    );
}

#[test]
fn only_reusable_wins_with_strong_evidence_are_transferred() {
    let rows = [("reuse: local-only", 0), ("reuse: retired", 0), ("reuse: approved", 2), ("", 2)];
    for (more, wanted) in rows {
        assert_eq!(
            proposals_of_kind(&won_in_germany(more).hub(), ProposalKind::Transfer).len(),
            wanted,
            "{more}"
        );
    }
    let weak = HubBuilder::new()
        .case("de/won", &study_fields("DE", "email", "win-back", "won", &graded_c("cvr", 3.0)))
        .case("at/other", &study_fields("AT", "email", "bundle", "lost", ""));
    assert!(proposals_of_kind(&weak.hub(), ProposalKind::Transfer).is_empty());
}

#[test]
fn a_running_experiment_counts_as_tried() {
    let hub = won_in_germany("")
        .case("at/now", "status: running\nmarkets: [AT]\nchannels: [email]\ntactics: [win-back]")
        .hub();
    assert_eq!(proposals_of_kind(&hub, ProposalKind::Transfer), ["JP de/won"]);
}

#[test]
fn demand_and_recommendation_raise_a_transfer() {
    let wanted = won_in_germany("")
        .idea("wish", "status: new\ntactics: [win-back]\nwanted_by: [JP]\nmarkets: [JP]")
        .hub();
    let japan = wanted.backlog.proposals.in_market(wanted.catalog.market("JP")).next().unwrap();
    let idea = wanted.catalog.idea_index("wish");
    assert!(
        japan.reasons.contains(&ProposalReason::WantedByMarket(idea))
            && japan.reasons.contains(&ProposalReason::WantedByMarkets(1))
    );
    assert_eq!(japan.existing_idea, Some(idea), "somebody wrote it down already");
    let japan = |hub: &Hub| {
        hub.backlog.proposals.in_market(hub.catalog.market("JP")).next().unwrap().clone()
    };
    let (suited, unsuited) =
        (japan(&won_in_germany("suited_markets: [JP]").hub()), japan(&won_in_germany("").hub()));
    assert!(suited.score > unsuited.score && suited.reasons.contains(&ProposalReason::Suited));
}

#[test]
fn a_study_with_three_tactics_is_one_transfer() {
    let hub = HubBuilder::new()
        .case(
            "de/won",
            &study_fields(
                "DE",
                "email",
                "win-back, bundle, discount",
                "won",
                &graded_a("cvr", 3.0, 1.0, 5.0),
            ),
        )
        .case("at/other", &study_fields("AT", "email", "bundle", "lost", ""))
        .hub();
    let transfers = hub.backlog.proposals.of_kind(ProposalKind::Transfer);
    assert_eq!(transfers.len(), 1);
    let names: Vec<&str> = transfers[0]
        .tactics
        .iter()
        .map(|tactic| &*hub.catalog.vocabulary.tactics[*tactic].id)
        .collect();
    assert_eq!(names, ["win-back", "discount"], "what Austria has not tried");
}

#[test]
fn a_study_whose_main_tactic_was_tried_is_not_transferred() {
    let hub = HubBuilder::new()
        .case(
            "de/won",
            &study_fields(
                "DE",
                "email",
                "win-back, bundle",
                "won",
                &graded_a("cvr", 3.0, 1.0, 5.0),
            ),
        )
        .case("at/own", &study_fields("AT", "email", "win-back", "lost", "adapted_from: de/won"))
        .hub();
    assert!(
        proposals_of_kind(&hub, ProposalKind::Transfer).is_empty(),
        "Austria has not tried a bundle, but it has tried this study"
    );
}

#[test]
fn open_ideas_take_precedence_over_done_ones() {
    let wish = |status: &str| format!("status: {status}\ntactics: [win-back]\nwanted_by: [JP]");
    let hub = won_in_germany("")
        .idea("a-done", &wish("done"))
        .idea("b-open", &wish("new"))
        .idea("c-open", &wish("new"))
        .hub();
    let japan = hub.backlog.proposals.in_market(hub.catalog.market("JP")).next().unwrap();
    assert_eq!(japan.existing_idea, Some(hub.catalog.idea_index("b-open")));
}

#[test]
fn weak_wins_are_proposed_for_replication() {
    let weak = study_fields(
        "DE",
        "email",
        "win-back",
        "won",
        &format!("decision: adapt\n{}", graded_c("cvr", 3.0)),
    );
    let hub = HubBuilder::new().case("de/weak", &weak).hub();
    assert!(proposals_of_kind(&hub, ProposalKind::OpenEnd).is_empty(), "it is named once");
    assert_eq!(proposals_of_kind(&hub, ProposalKind::Replicate), ["DE de/weak"]);
    assert!(matches!(hub.backlog.proposals.all[0].reasons[0], ProposalReason::WeakGrade(..)));
    let repeated = HubBuilder::new()
        .case("de/weak", &weak)
        .case("at/again", &study_fields("AT", "email", "win-back", "won", "replicates: de/weak"))
        .hub();
    assert!(
        !proposals_of_kind(&repeated, ProposalKind::Replicate).contains(&"DE de/weak".to_owned())
    );
}

#[test]
fn underpowered_tests_are_proposed_again() {
    let open = |more: &str| {
        study_fields(
            "DE",
            "email",
            "win-back",
            "inconclusive",
            &format!("mde: 2\n{}\n{more}", graded_a("cvr", 1.0, -4.0, 6.0)),
        )
    };
    let hub = HubBuilder::new()
        .case("de/open", &open("decision: rerun"))
        .case("nl/left", &open("decision: stop"))
        .case(
            "fr/powered",
            &study_fields(
                "FR",
                "email",
                "win-back",
                "inconclusive",
                &format!("mde: 9\n{}", graded_a("cvr", 1.0, -4.0, 6.0)),
            ),
        )
        .hub();
    assert_eq!(proposals_of_kind(&hub, ProposalKind::Rerun), ["DE de/open"]);
    assert!(proposals_of_kind(&hub, ProposalKind::OpenEnd).is_empty(), "it is named once");
}

#[test]
fn decisions_without_a_follow_up_are_open_ends() {
    let decided = |decision: &str| {
        study_fields(
            "DE",
            "email",
            "win-back",
            "won",
            &format!("decision: {decision}\n{}", graded_a("cvr", 3.0, 1.0, 5.0)),
        )
    };
    for (decision, wanted) in
        [("adapt", 1), ("rerun", 1), ("iterate", 1), ("scale", 0), ("stop", 0), ("none", 0)]
    {
        let hub = HubBuilder::new().case("de/a", &decided(decision)).hub();
        assert_eq!(proposals_of_kind(&hub, ProposalKind::OpenEnd).len(), wanted, "{decision}");
    }
    for field in ["adapted_from", "replicates", "supersedes"] {
        let hub = HubBuilder::new()
            .case("de/a", &decided("adapt"))
            .case(
                "nl/b",
                &study_fields("NL", "email", "win-back", "won", &format!("{field}: de/a")),
            )
            .hub();
        assert!(proposals_of_kind(&hub, ProposalKind::OpenEnd).is_empty(), "{field}");
    }
    for (status, wanted) in [("new", 0), ("declined", 1), ("parked", 1)] {
        let hub = HubBuilder::new()
            .case("de/a", &decided("adapt"))
            .idea("next", &format!("status: {status}\nevidence: [de/a]"))
            .hub();
        assert_eq!(
            proposals_of_kind(&hub, ProposalKind::OpenEnd).len(),
            wanted,
            "an idea that is {status}"
        );
    }
}

#[test]
fn proposals_are_bounded_and_counted_in_full() {
    let mut hub_builder = HubBuilder::new();
    for at in 0..MAX_PROPOSALS + 7 {
        hub_builder = hub_builder.case(
            &format!("de/{at:02}"),
            &study_fields("DE", "email", "win-back", "won", &graded_c("cvr", 3.0)),
        );
    }
    let hub = hub_builder.hub();
    let germany = &hub.backlog.proposals.markets[&hub.catalog.market("DE")];
    assert_eq!(
        (germany.kept.len(), germany.totals[&ProposalKind::Replicate]),
        (MAX_PROPOSALS, MAX_PROPOSALS + 7)
    );
    assert_eq!(hub.backlog.proposals.totals[&ProposalKind::Replicate], MAX_PROPOSALS + 7);
}

/// The idea draft of the first proposal.
fn first_draft(hub: &Hub) -> idea_draft::IdeaDraft {
    idea_draft::draft_idea(&hub.site, &hub.catalog, &hub.backlog.proposals.all[0])
}

fn norwegian_hub(site: &str, more: &str) -> Hub {
    let lead = study_fields(
        "SE",
        "email",
        "win-back",
        "won",
        &format!("{}\n{more}", graded_a("cvr", 3.0, 1.0, 5.0)),
    );
    HubBuilder::new()
        .site(site)
        .case("se/won", &lead)
        .case("no/other", &study_fields("'NO'", "email", "bundle", "lost", ""))
        .hub()
}

#[test]
fn an_idea_draft_reads_back_as_the_same_idea() {
    let hub = norwegian_hub(
        "",
        "title: \"It's: #1 [yes] \\\\ \\\"no\\\"\"\nsummary: \"- one: two\\nthree\"\nhypothesis: 'If: yes, then \"no\" # because'\nlanguage: sv\nfixed: [Kept]",
    );
    let draft = first_draft(&hub);
    assert_eq!(draft.path, "content/ideas/win-back-in-no.md");
    let again = HubBuilder::new()
        .case("se/won", &study_fields("SE", "email", "win-back", "won", ""))
        .text(&draft.path, &draft.text)
        .read();
    let idea = &again.catalog.ideas[0];
    assert_eq!(idea.meta.title, "It's: #1 [yes] \\ \"no\" (Norway)");
    assert_eq!(idea.markets, [again.catalog.market("NO")], "Norway is no `false`");
    assert_eq!(
        (idea.wanted_by.len(), idea.tactics.len(), idea.meta.language.as_str()),
        (1, 1, "sv")
    );
    assert_eq!(idea.hypothesis.as_deref(), Some("If: yes, then \"no\" # because"));
    assert_eq!(again.catalog.ids(&idea.evidence), ["se/won"]);
    let problems: Vec<_> =
        again.diagnostics.iter().filter(|problem| problem.place.path.contains("ideas")).collect();
    assert!(problems.is_empty(), "{problems:?}\n{}", draft.text);
}

#[test]
fn an_idea_draft_gets_an_unused_file_name() {
    let lead = study_fields("SE", "email", "win-back", "won", &graded_a("cvr", 3.0, 1.0, 5.0));
    let hub = HubBuilder::new()
        .case("se/won", &lead)
        .case("no/other", &study_fields("'NO'", "email", "bundle", "lost", ""))
        .idea("win-back-in-no", "status: declined")
        .hub();
    assert_eq!(first_draft(&hub).path, "content/ideas/win-back-in-no-2.md");
}

#[test]
fn long_titles_are_truncated() {
    let hub = norwegian_hub("", &format!("title: '{}'", "長い題名".repeat(60)));
    let text = first_draft(&hub).text;
    let title = text.lines().find_map(|line| line.strip_prefix("title: ")).unwrap();
    assert!(
        title.trim_matches('"').chars().count() <= 120 && title.contains("… (Norway)"),
        "{title}"
    );
}

#[test]
fn every_repository_host_has_its_edit_form() {
    let path = "hub%20folder/content/ideas/win-back-in-no.md";
    let rows = [
        (
            "github",
            format!("https://git.example/o/r/new/feature/x?filename={path}&value=---%0Atitle"),
            true,
        ),
        (
            "gitlab",
            format!("https://git.example/o/r/-/new/feature/x?file_name={path}&content=---%0Atitle"),
            true,
        ),
        ("gitea", format!("https://git.example/o/r/_new/feature/x?filename={path}"), false),
        (
            "bitbucket",
            "https://git.example/o/r/create-file/feature/x/hub%20folder/content/ideas?at=feature/x"
                .to_owned(),
            false,
        ),
    ];
    for (kind, wanted, filled) in rows {
        let site = format!(
            "[repository]\nkind = \"{kind}\"\nurl = \"https://git.example/o/r.git/\"\nbranch = \"feature/x\"\nfolder = \"/hub folder/\""
        );
        let form = first_draft(&norwegian_hub(&site, "")).form.unwrap();
        assert!(form.address.starts_with(&wanted) && form.is_filled == filled, "{}", form.address);
        assert!(
            form.address
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)),
            "{}",
            form.address
        );
    }
}

#[test]
fn an_address_that_is_too_long_leaves_the_text_out() {
    let site = "[repository]\nkind = \"github\"\nurl = \"https://git.example/o/r\"";
    let form = first_draft(&norwegian_hub(site, &format!("hypothesis: '{}'", "仮説".repeat(500))))
        .form
        .unwrap();
    assert!(!form.is_filled && form.address.len() < 200, "{}", form.address);
}

#[test]
fn without_a_repository_there_is_no_form() {
    for site in ["", "[repository]\nurl = \"ssh://git@git.example/o/r\""] {
        assert_eq!(first_draft(&norwegian_hub(site, "")).form, None);
    }
}

#[test]
fn the_desk_lists_every_duty_with_its_owner() {
    let read = HubBuilder::new()
        .site("[metrics]\ncommon = [\"cvr\"]")
        .case(
            "de/undecided",
            &study_fields("DE", "email", "win-back", "lost", &format!("owner: CRM Germany\nend: 2026-11-02\n{}", graded_c("cvr", -1.0))),
        )
        .case("de/lacks", &study_fields("DE", "email", "win-back", "lost", &format!("decision: stop\nowner: CRM Germany\n{}", graded_c("ctr", -1.0))))
        .case(
            "de/won",
            &study_fields("DE", "email", "bundle", "won", &format!("decision: scale\nreuse: approved\n{}", graded_a("cvr", 3.0, 1.0, 5.0))),
        )
        .case("nl/won", &study_fields("NL", "email", "bundle", "won", &format!("decision: scale\nend: 2026-10-01\n{}", graded_c("cvr", 3.0))))
        .case(
            "fr/overdue",
            &study_fields(
                "FR",
                "email",
                "discount",
                "lost",
                &format!(
                    "decision: stop\nowner: Shop France\nverified_by: Insights\nverified_on: 2026-01-01\nreview_every: 30d\n{}",
                    graded_c("cvr", -1.0)
                ),
            ),
        )
        .case("gb/old", &study_fields("GB", "email", "welcome-series", "lost", &format!("decision: stop\nreuse: retired\n{}", graded_c("cvr", -1.0))))
        .case(
            "gb/new",
            &study_fields("GB", "email", "welcome-series", "lost", &format!("decision: stop\nsupersedes: gb/old\n{}", graded_c("cvr", -1.0))),
        )
        .idea("waiting", "status: new\nowner: Store team\nevidence: [gb/old]")
        .playbook("late", "claim: x\nstatus: supported\nowner: Hub\nverified_on: 2025-01-01\nreview_every: 365d\nsupports: [gb/old]")
        .changed("content/ideas/waiting.md", "2025-01-01", "2026-01-01")
        .read();
    let pair = Pair {
        a: read.catalog.case_index("de/won"),
        b: read.catalog.case_index("nl/won"),
        score: 0.8,
        verdict: Verdict::LinkAsReplication,
        state: AnswerState::Open,
        reasons: Vec::new(),
        family: None,
    };
    let answered = Pair {
        state: AnswerState::Acknowledged { field: "replicates", reason: None },
        ..pair.clone()
    };
    let hub = analysed_hub(read, Similar { pairs: vec![answered, pair], ..Similar::default() });
    let (catalog, desk) = (&hub.catalog, &hub.backlog.desk);
    assert!(desk.rows.is_sorted_by_key(|row| row.duty.kind()));
    let found: Vec<usize> = DutyKind::ALL.iter().map(|kind| desk.of_kind(*kind).len()).collect();
    assert_eq!(found, [1, 1, 1, 2, 1, 1, 1, 1], "{:#?}", desk.rows);

    assert_eq!(desk.of_kind(DutyKind::OpenPair)[0].duty, Duty::OpenPair(1));
    let undecided = &desk.of_kind(DutyKind::Undecided)[0];
    assert_eq!((undecided.owners.join(""), undecided.days), ("CRM Germany".into(), Some(20)));
    assert_eq!(
        desk.of_kind(DutyKind::ReuseWaiting)[0].duty,
        Duty::ReuseWaiting(catalog.case_index("nl/won"))
    );
    let overdue: Vec<(&str, bool)> = desk
        .of_kind(DutyKind::Overdue)
        .iter()
        .map(|row| {
            (row.owners[0].as_str(), matches!(row.duty, Duty::Overdue(RecordIndex::Playbook(_))))
        })
        .collect();
    assert_eq!(overdue, [("Hub", true), ("Insights", false)], "the longest overdue first");
    let Duty::MetricsMissing { lacking, .. } = &desk.of_kind(DutyKind::MetricsMissing)[0].duty
    else {
        panic!()
    };
    assert_eq!(lacking, &[(catalog.case_index("de/lacks"), vec![catalog.metric("cvr")])]);
    let Duty::PlaybookCandidate { tactic, markets, won, .. } =
        &desk.of_kind(DutyKind::PlaybookCandidate)[0].duty
    else {
        panic!()
    };
    assert_eq!(
        (*tactic, markets.len(), catalog.ids(won)),
        (catalog.tactic("bundle"), 2, vec!["de/won", "nl/won"])
    );
    let Duty::RetiredLinked { linked_from, successors, playbooks, .. } =
        &desk.of_kind(DutyKind::RetiredLinked)[0].duty
    else {
        panic!()
    };
    assert_eq!(
        (linked_from.len(), catalog.ids(successors), playbooks.len()),
        (2, vec!["gb/new"], 1)
    );
    assert_eq!(desk.of_kind(DutyKind::IdeaWaiting)[0].owners, ["Store team"]);
}

#[test]
fn a_playbook_removes_its_tactic_from_the_desk() {
    let won = |market: &str| study_fields(market, "email", "bundle", "won", "");
    let hub = |playbook: &str| {
        HubBuilder::new()
            .case("de/a", &won("DE"))
            .case("nl/b", &won("NL"))
            .playbook("p", playbook)
            .hub()
    };
    for (playbook, wanted) in [
        ("claim: x\nstatus: emerging\napplies_to: {tactics: [bundle]}", 0),
        ("claim: x\nstatus: emerging\nsupports: [de/a, nl/b]", 0),
        ("claim: x\nstatus: emerging", 1),
    ] {
        assert_eq!(
            hub(playbook).backlog.desk.of_kind(DutyKind::PlaybookCandidate).len(),
            wanted,
            "{playbook}"
        );
    }
}

/// A catalog of any size, made by copying one study and one idea.
fn synthetic_catalog(markets: usize, cases: usize, ideas: usize) -> Catalog {
    let seed = HubBuilder::new()
        .case(
            "de/a",
            &study_fields("DE", "email", "win-back", "won", &graded_a("cvr", 3.0, 1.0, 5.0)),
        )
        .idea("a", "status: new")
        .read()
        .catalog;
    let mut catalog = Catalog { vocabulary: seed.vocabulary.clone(), ..Catalog::default() };
    let many = markets.min(catalog.vocabulary.markets.len());
    let outcomes = ["won", "lost", "inconclusive", "no-effect"]
        .map(casebook::catalog::keywords::Keyword::parse);
    for at in 0..cases {
        let mut case = seed.cases[0].clone();
        case.meta.id = format!("x/{at:06}").into();
        case.markets = vec![MarketId::from_index(at * 7 % many)];
        case.tactics = vec![TacticId::from_index(at % 54), TacticId::from_index(at * 5 % 53)];
        case.outcome = outcomes[at % 4];
        catalog.cases.push(case);
    }
    for at in 0..ideas {
        let mut idea = seed.ideas[0].clone();
        idea.meta.id = format!("{at:06}").into();
        idea.tactics = vec![TacticId::from_index(at % 54)];
        idea.markets = vec![MarketId::from_index(at % many)];
        idea.wanted_by = idea.markets.clone();
        catalog.ideas.push(idea);
    }
    catalog
}

#[test]
fn a_large_hub_stays_bounded() {
    let site = HubBuilder::new().read().site;
    let catalog = synthetic_catalog(240, 2_000, 1_000);
    let evidence = tally(&site, &catalog);
    let backlog = build_backlog(&site, &catalog, &Similar::default(), &evidence);
    assert_eq!(backlog.ideas.len(), 1_000);
    assert!(backlog.ideas.iter().all(|ranked| ranked.matching_cases.len() <= 12));
    assert!(
        backlog
            .proposals
            .markets
            .values()
            .all(|market| market.kept.len() <= MAX_PROPOSALS * ProposalKind::ALL.len())
    );
    let transfers = backlog.proposals.totals[&ProposalKind::Transfer];
    assert!(
        transfers > backlog.proposals.of_kind(ProposalKind::Transfer).len(),
        "the rest is counted"
    );
}

#[test]
fn a_chain_of_adaptations_of_any_length_is_drawn() {
    let site = HubBuilder::new().read().site;
    let mut catalog = synthetic_catalog(20, 3_000, 0);
    for at in 1..catalog.cases.len() {
        catalog.cases[at].relations.adapted_from = vec![CaseIndex(at as u32 - 1)];
    }
    let evidence = tally(&site, &catalog);
    assert_eq!(
        (
            evidence.lineage.len(),
            evidence.lineage[0].branches.len(),
            evidence.lineage[0].branches[2_999].depth
        ),
        (1, 3_000, 2_999)
    );
    assert_eq!(TODAY, jiff::civil::date(2026, 11, 22));
}
