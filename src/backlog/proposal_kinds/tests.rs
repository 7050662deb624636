//! Tests of the proposals of every kind, and of how many are kept.

use crate::Hub;
use crate::backlog::build_backlog;
use crate::backlog::proposal::{MAX_PROPOSALS, Proposal, ProposalKind, ProposalReason};
use crate::catalog::Catalog;
use crate::evidence::tally;
use crate::similar::Similar;
use crate::support::{CatalogLookup, TestHub, graded_a, graded_c, study_fields};
use crate::vocabulary::{MarketId, TacticId, TermId};

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
fn won_in_germany(more: &str) -> TestHub {
    TestHub::new()
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
    let weak = TestHub::new()
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
    let hub = TestHub::new()
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
    let hub = TestHub::new()
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
fn a_transfer_is_strong_with_good_evidence_in_a_market_that_fits() {
    let strong_in = |hub: &Hub| -> Vec<String> {
        let transfers = hub.backlog.proposals.of_kind(ProposalKind::Transfer).iter();
        let market = |proposal: &Proposal| {
            hub.catalog.vocabulary.markets[proposal.market.unwrap()].id.to_string()
        };
        transfers.filter(|proposal| proposal.is_strong()).map(market).collect()
    };
    let alike = won_in_germany("").hub();
    assert_eq!(proposals_of_kind(&alike, ProposalKind::Transfer).len(), 2, "both are proposed");
    assert_eq!(strong_in(&alike), ["AT"], "Japan has too little in common with Germany");
    let suited = won_in_germany("suited_markets: [JP]").hub();
    assert_eq!(strong_in(&suited), ["AT", "JP"], "the owner says that it suits Japan");
}

#[test]
fn the_best_of_each_kind_come_before_the_second_of_any() {
    let open = |id: &str| {
        (id.to_owned(), study_fields("AT", "messaging", "quiz", "won", &graded_c("cvr", 3.0)))
    };
    let hub = [open("at/first"), open("at/second")]
        .iter()
        .fold(won_in_germany(""), |hub, (id, fields)| hub.case(id, fields))
        .hub();
    let kinds = |market: &str| -> Vec<ProposalKind> {
        let best = hub.backlog.proposals.best_in_market(hub.catalog.market(market));
        best.iter().map(|proposal| proposal.kind).collect()
    };
    assert_eq!(
        kinds("AT"),
        [ProposalKind::Transfer, ProposalKind::Replicate, ProposalKind::Replicate]
    );
    assert_eq!(kinds("JP"), [ProposalKind::Transfer], "what is not strong comes too, but last");
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
    let hub = TestHub::new().case("de/weak", &weak).hub();
    assert!(proposals_of_kind(&hub, ProposalKind::OpenEnd).is_empty(), "it is named once");
    assert_eq!(proposals_of_kind(&hub, ProposalKind::Replicate), ["DE de/weak"]);
    assert!(matches!(hub.backlog.proposals.all[0].reasons[0], ProposalReason::WeakGrade(..)));
    let repeated = TestHub::new()
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
    let hub = TestHub::new()
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
        let hub = TestHub::new().case("de/a", &decided(decision)).hub();
        assert_eq!(proposals_of_kind(&hub, ProposalKind::OpenEnd).len(), wanted, "{decision}");
    }
    for field in ["adapted_from", "replicates", "supersedes"] {
        let hub = TestHub::new()
            .case("de/a", &decided("adapt"))
            .case(
                "nl/b",
                &study_fields("NL", "email", "win-back", "won", &format!("{field}: de/a")),
            )
            .hub();
        assert!(proposals_of_kind(&hub, ProposalKind::OpenEnd).is_empty(), "{field}");
    }
    for (status, wanted) in [("new", 0), ("declined", 1), ("parked", 1)] {
        let hub = TestHub::new()
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
    let mut hub = TestHub::new();
    for at in 0..MAX_PROPOSALS + 7 {
        hub = hub.case(
            &format!("de/{at:02}"),
            &study_fields("DE", "email", "win-back", "won", &graded_c("cvr", 3.0)),
        );
    }
    let hub = hub.hub();
    let germany = &hub.backlog.proposals.markets[&hub.catalog.market("DE")];
    assert_eq!(
        (germany.kept.len(), germany.totals[&ProposalKind::Replicate]),
        (MAX_PROPOSALS, MAX_PROPOSALS + 7)
    );
    assert_eq!(hub.backlog.proposals.totals[&ProposalKind::Replicate], MAX_PROPOSALS + 7);
}

/// A catalog of any size, made by copying one study and one idea.
fn synthetic_catalog(markets: usize, cases: usize, ideas: usize) -> Catalog {
    let seed = TestHub::new()
        .case(
            "de/a",
            &study_fields("DE", "email", "win-back", "won", &graded_a("cvr", 3.0, 1.0, 5.0)),
        )
        .idea("a", "status: new")
        .checked()
        .catalog;
    let mut catalog = Catalog { vocabulary: seed.vocabulary.clone(), ..Catalog::default() };
    let many = markets.min(catalog.vocabulary.markets.len());
    let outcomes =
        ["won", "lost", "inconclusive", "no-effect"].map(crate::catalog::keywords::Keyword::parse);
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
    let site = TestHub::new().checked().site;
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
