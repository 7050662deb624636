//! Tests of the evidence: tallies, panels, contradictions, lineage, metric contract and speed.

use casebook::Hub;
use casebook::catalog::keywords::{Grade, LiftType};
use casebook::catalog::result::Effect;
use casebook::evidence::coverage::CoverageMatrix;
use casebook::evidence::lineage::DescentKind;
use casebook::evidence::speed::Quarter;
use casebook::evidence::{Tally, panel::Panel};

use crate::hub_builder::{CatalogLookup, HubBuilder, graded_a, graded_c, study_fields};

fn counts(tally: &Tally) -> (usize, u32, u32, u32, u32, u32) {
    (tally.studies(), tally.won, tally.lost, tally.inconclusive, tally.no_effect, tally.running)
}

#[test]
fn outcomes_are_counted_by_status_and_outcome() {
    let won = study_fields("DE", "email", "discount", "won", &graded_a("cvr", 5.0, 2.0, 8.0));
    let hub = HubBuilder::new()
        .case("de/a", &won)
        .case("de/b", &study_fields("DE", "email", "discount", "lost", &graded_c("cvr", -5.0)))
        .case("de/c", &study_fields("DE", "email", "discount", "invalid", ""))
        .case("de/d", &study_fields("DE", "email", "discount", "in-evaluation", ""))
        .case("de/e", "status: running\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]")
        .case(
            "de/f",
            "status: planned\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]\noutcome: won",
        )
        .hub();
    let tally = &hub.evidence.tactics[&hub.catalog.tactic("discount")];
    assert_eq!(counts(tally), (6, 1, 1, 0, 0, 1));
    assert_eq!((tally.open, tally.invalid, tally.in_evaluation), (2, 1, 1));
    assert_eq!((tally.counted(), tally.win_rate()), (2, None), "no rate from fewer than three");
    assert_eq!(tally.grade_list(), [Grade::A, Grade::C]);
    assert_eq!(tally.best_grade, Some(Grade::A));
    assert_eq!(tally, &hub.evidence.all, "there is nothing else in this hub");
}

#[test]
fn a_rate_needs_three_counted_studies() {
    let mut hub_builder = HubBuilder::new();
    for (at, outcome) in ["won", "won", "lost", "invalid"].into_iter().enumerate() {
        hub_builder = hub_builder
            .case(&format!("de/{at}"), &study_fields("DE", "email", "discount", outcome, ""));
    }
    let hub = hub_builder.hub();
    assert_eq!(hub.evidence.all.win_rate(), Some(2.0 / 3.0));
}

#[test]
fn groups_and_several_markets_count_a_study_once_each() {
    let hub = HubBuilder::new()
        .case("x/a", &study_fields("GB, IE", "email, email", "discount", "won", ""))
        .hub();
    let (catalog, evidence) = (&hub.catalog, &hub.evidence);
    assert_eq!(evidence.markets[&catalog.market("GB")].studies(), 1);
    assert_eq!(evidence.markets[&catalog.market("IE")].studies(), 1);
    assert_eq!(
        evidence.groups[&catalog.group("uki")].studies(),
        1,
        "two of its markets, one study"
    );
    assert_eq!(evidence.channels[&catalog.channel("email")].studies(), 1);
    assert_eq!(evidence.group_tactic[&(catalog.group("emea"), catalog.tactic("discount"))].won, 1);
    let matrix = CoverageMatrix::from_tallies(&evidence.market_tactic);
    assert_eq!((matrix.rows.len(), matrix.columns.len(), matrix.count_gaps()), (2, 1, 0));
}

#[test]
fn coverage_shows_gaps() {
    let hub = HubBuilder::new()
        .case("de/a", &study_fields("DE", "email", "discount", "won", ""))
        .case("nl/b", &study_fields("NL", "website", "bundle", "lost", ""))
        .hub();
    let matrix = CoverageMatrix::from_tallies(&hub.evidence.market_channel);
    assert_eq!((matrix.rows.len(), matrix.columns.len(), matrix.count_gaps()), (2, 2, 2));
    let germany = matrix.rows.binary_search(&hub.catalog.market("DE")).unwrap();
    assert_eq!(
        matrix.row(germany).iter().flatten().map(|tally| tally.won).collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn translations_are_one_experiment() {
    let hub = HubBuilder::new()
        .case(
            "be/fr",
            &study_fields("BE", "website", "discount", "won", &graded_a("cvr", 5.0, 2.0, 8.0)),
        )
        .case(
            "be/nl",
            &study_fields(
                "BE",
                "website",
                "discount",
                "won",
                &format!("translation_of: be/fr\n{}", graded_a("cvr", 5.0, 2.0, 8.0)),
            ),
        )
        .case("be/de", &study_fields("BE", "website", "discount", "won", "translation_of: be/nl"))
        .hub();
    assert_eq!(hub.evidence.all.won, 1);
    assert_eq!(hub.catalog.ids(&hub.evidence.all.cases), ["be/fr"]);
    assert_eq!(panels(&hub, "discount")[0].rows.len(), 1);
}

#[test]
fn a_cycle_of_translations_is_one_experiment() {
    let ring = |other: &str| {
        study_fields("BE", "website", "discount", "won", &format!("translation_of: {other}"))
    };
    let hub = HubBuilder::new()
        .case("be/a", &ring("be/c"))
        .case("be/b", &ring("be/a"))
        .case("be/c", &ring("be/b"))
        .case("be/d", &ring("be/c"))
        .hub();
    assert_eq!(hub.catalog.ids(&hub.evidence.all.cases), ["be/a"]);
}

fn panels<'h>(hub: &'h Hub, tactic: &str) -> &'h [Panel] {
    &hub.evidence.panels.tactics[&hub.catalog.tactic(tactic)]
}

#[test]
fn lift_types_and_currencies_have_separate_panels() {
    let result = |lift_type: &str, currency: &str| {
        study_fields(
            "DE",
            "email",
            "discount",
            "won",
            &format!(
                "results:\n  - {{metric: cpa, role: primary, lift: -5, lift_type: {lift_type}, currency: {currency}}}"
            ),
        )
    };
    let hub = HubBuilder::new()
        .case("de/absolute-eur", &result("absolute", "EUR"))
        .case("de/absolute-usd", &result("absolute", "USD"))
        .case("de/relative-eur", &result("relative", "EUR"))
        .case("de/relative-usd", &result("relative", "USD"))
        .hub();
    let panels = panels(&hub, "discount");
    assert_eq!(panels.len(), 3, "absolute lifts stand apart by currency, relative ones together");
    assert!(panels.iter().all(|panel| panel.is_split), "every panel says that there are others");
    let relative = panels.iter().find(|panel| panel.basis.lift_type == LiftType::Relative).unwrap();
    assert_eq!((relative.rows.len(), relative.currencies.join(" ")), (2, "EUR USD".into()));
    let absolute: Vec<_> =
        panels.iter().filter_map(|panel| panel.basis.currency.as_deref()).collect();
    assert_eq!(absolute, ["EUR", "USD"]);
}

#[test]
fn index_numbers_are_not_money() {
    let result = |indexed: bool| {
        study_fields(
            "DE",
            "email",
            "discount",
            "won",
            &format!(
                "results:\n  - {{metric: aov, role: primary, lift: 5, lift_type: absolute, currency: EUR, indexed: {indexed}}}"
            ),
        )
    };
    let hub = HubBuilder::new().case("de/a", &result(true)).case("de/b", &result(false)).hub();
    assert_eq!(panels(&hub, "discount").len(), 2);
}

#[test]
fn the_best_gain_comes_first_whatever_the_sign() {
    let cpa = |lift: f64| {
        study_fields(
            "DE",
            "email",
            "discount",
            "won",
            &format!(
                "results:\n  - {{metric: cpa, role: primary, lift: {lift}, lift_type: relative, currency: EUR}}"
            ),
        )
    };
    let hub = HubBuilder::new()
        .case("de/a", &cpa(4.0))
        .case("de/b", &cpa(-20.0))
        .case("de/c", &cpa(0.0))
        .hub();
    let panel = &panels(&hub, "discount")[0];
    assert_eq!(panel.rows.iter().map(|row| row.lift).collect::<Vec<_>>(), [-20.0, 0.0, 4.0]);
    assert_eq!(
        panel.rows.iter().map(|row| row.effect).collect::<Vec<_>>(),
        [Effect::Better, Effect::Unclear, Effect::Worse]
    );
}

#[test]
fn incomplete_intervals_are_ignored() {
    let rows = [
        ("ci_low: 2, ci_high: 2", Some((2.0, 2.0))),
        ("ci_low: 8, ci_high: 1", None),
        ("ci_low: 3", None),
        ("ci_high: 3", None),
        ("p_value: 0.1", None),
    ];
    for (written, wanted) in rows {
        let fields = format!(
            "results:\n  - {{metric: cvr, role: primary, lift: 2, lift_type: relative, {written}}}"
        );
        let hub = HubBuilder::new()
            .case("de/a", &study_fields("DE", "email", "discount", "won", &fields))
            .hub();
        assert_eq!(panels(&hub, "discount")[0].rows[0].interval, wanted, "{written}");
    }
}

#[test]
fn only_usable_results_are_compared() {
    let with =
        |outcome: &str| study_fields("DE", "email", "discount", outcome, &graded_c("cvr", 5.0));
    let hub = HubBuilder::new()
        .case("de/invalid", &with("invalid"))
        .case("de/evaluation", &with("in-evaluation"))
        .case(
            "de/no-lift",
            &study_fields(
                "DE",
                "email",
                "discount",
                "won",
                "results:\n  - {metric: cvr, role: primary, variant: 4}",
            ),
        )
        .hub();
    assert!(hub.evidence.panels.tactics.is_empty());
}

#[test]
fn incomparable_results_are_separate_and_regional_metrics_last() {
    let both = "results:\n  - {metric: ctr, role: primary, lift: 2, lift_type: relative}\n  - {metric: cvr, role: secondary, lift: 3, lift_type: relative}\n  - {metric: smiles, role: secondary, lift: 4, lift_type: relative, local: true}";
    let hub = HubBuilder::new()
        .site("[metrics]\ncommon = [\"cvr\"]")
        .case("de/a", &study_fields("DE", "email", "discount", "won", both))
        .case("de/b", &study_fields("DE", "email", "discount", "won", &graded_c("ctr", 9.0)))
        .hub();
    let panels = panels(&hub, "discount");
    let shape: Vec<_> = panels
        .iter()
        .map(|panel| (panel.is_common, panel.rows.len(), panel.not_comparable.len()))
        .collect();
    assert_eq!(
        shape,
        [(true, 1, 0), (false, 1, 1), (false, 1, 0)],
        "the agreed metric first, the regional one last"
    );
    assert!(!hub.evidence.contract.is_comparable(hub.catalog.case_index("de/b")));
}

#[test]
fn contradictions_are_named_with_both_sides() {
    let hub = HubBuilder::new()
        .case(
            "gb/countdown",
            &study_fields(
                "GB",
                "website, email",
                "urgency-scarcity",
                "won",
                &graded_a("cvr", 6.0, 2.0, 9.0),
            ),
        )
        .case(
            "de/countdown",
            &study_fields(
                "DE",
                "website",
                "urgency-scarcity",
                "lost",
                &format!("contradicts: gb/countdown\n{}", graded_a("cvr", -6.0, -9.0, -2.0)),
            ),
        )
        .case(
            "fr/unclear",
            &study_fields(
                "FR",
                "website",
                "urgency-scarcity",
                "inconclusive",
                &graded_a("cvr", -1.0, -4.0, 2.0),
            ),
        )
        .case(
            "es/elsewhere",
            &study_fields("ES", "website", "bundle", "lost", &graded_a("cvr", -6.0, -9.0, -2.0)),
        )
        .hub();
    let contradictions = &hub.evidence.contradictions;
    assert_eq!(
        contradictions.found.len(),
        1,
        "another tactic, another channel or an unclear effect contradicts nothing"
    );
    let found = &contradictions.found[0];
    assert_eq!(
        (hub.catalog.ids(&found.better), hub.catalog.ids(&found.worse)),
        (vec!["gb/countdown"], vec!["de/countdown"])
    );
    assert_eq!(contradictions.of_tactic(hub.catalog.tactic("urgency-scarcity")).count(), 1);
    assert_eq!(contradictions.of_case(hub.catalog.case_index("de/countdown")).count(), 1);
    assert_eq!(contradictions.of_case(hub.catalog.case_index("fr/unclear")).count(), 0);
    assert_eq!(contradictions.stated.len(), 1);
}

#[test]
fn the_metric_decides_the_direction() {
    let cpa = |lift: f64| {
        study_fields(
            "DE",
            "email",
            "discount",
            "won",
            &format!(
                "results:\n  - {{metric: cpa, role: primary, lift: {lift}, lift_type: relative, currency: EUR}}"
            ),
        )
    };
    let hub = HubBuilder::new().case("de/a", &cpa(9.0)).case("de/b", &cpa(-9.0)).hub();
    let found = &hub.evidence.contradictions.found[0];
    assert_eq!(hub.catalog.ids(&found.better), ["de/b"], "a falling cost is a gain");
}

#[test]
fn guardrails_and_secondary_results_without_interval_contradict_nothing() {
    for role in ["guardrail", "secondary"] {
        let with = |lift: f64| {
            study_fields(
                "DE",
                "email",
                "discount",
                "won",
                &format!(
                    "results:\n  - {{metric: cvr, role: {role}, lift: {lift}, lift_type: relative}}"
                ),
            )
        };
        let hub = HubBuilder::new().case("de/a", &with(9.0)).case("de/b", &with(-9.0)).hub();
        assert!(hub.evidence.contradictions.found.is_empty(), "{role}");
    }
}

fn indented_lineage(hub: &Hub) -> Vec<String> {
    let branch = |branch: &casebook::evidence::lineage::LineageBranch| {
        format!("{}{}", "  ".repeat(branch.depth), hub.catalog.case(branch.case).meta.id)
    };
    hub.evidence.lineage.iter().flat_map(|tree| tree.branches.iter().map(branch)).collect()
}

#[test]
fn lineage_grows_from_the_origin() {
    let child = |market: &str, outcome: &str, field: &str| {
        study_fields(market, "email", "discount", outcome, field)
    };
    let hub = HubBuilder::new()
        .case("br/origin", &child("BR", "won", "start: 2025-01-01"))
        .case(
            "co/grandchild",
            &child("CO", "inconclusive", "adapted_from: mx/child\nstart: 2026-01-01"),
        )
        .case("mx/child", &child("MX", "lost", "adapted_from: br/origin\nstart: 2025-06-01"))
        .case("us/repeat", &child("US", "won", "replicates: br/origin\nstart: 2025-03-01"))
        .case("de/alone", &child("DE", "won", ""))
        .hub();
    assert_eq!(
        indented_lineage(&hub),
        ["br/origin", "  us/repeat", "  mx/child", "    co/grandchild"],
        "children by their start"
    );
    let tree = &hub.evidence.lineage[0];
    assert_eq!(counts(&tree.tally), (4, 2, 1, 1, 0, 0));
    assert_eq!(tree.tried_in.len(), 4);
    assert_eq!(
        tree.branches.iter().map(|branch| branch.via).collect::<Vec<_>>(),
        [DescentKind::Origin, DescentKind::Replicated, DescentKind::Adapted, DescentKind::Adapted]
    );
    assert!(tree.branches[2].is_last && !tree.branches[1].is_last);
    assert_eq!(tree.children(0).count(), 2);
    assert!(hub.evidence.tree_of(hub.catalog.case_index("de/alone")).is_none());
    assert_eq!(hub.evidence.lineage_positions[&hub.catalog.case_index("co/grandchild")].branch, 3);
}

#[test]
fn a_missing_parent_makes_an_origin() {
    let hub = HubBuilder::new()
        .case("mx/child", &study_fields("MX", "email", "discount", "won", "adapted_from: br/gone"))
        .case(
            "co/grandchild",
            &study_fields("CO", "email", "discount", "won", "adapted_from: mx/child"),
        )
        .hub();
    assert_eq!(indented_lineage(&hub), ["mx/child", "  co/grandchild"]);
}

#[test]
fn a_cycle_is_cut_above_its_smallest_id() {
    let from = |parent: &str| {
        study_fields("DE", "email", "discount", "won", &format!("adapted_from: {parent}"))
    };
    let hub = HubBuilder::new()
        .case("de/a", &from("de/c"))
        .case("de/b", &from("de/a"))
        .case("de/c", &from("de/b"))
        .case("de/x", &from("de/c"))
        .hub();
    assert_eq!(indented_lineage(&hub), ["de/a", "  de/b", "    de/c", "      de/x"]);
    assert_eq!(
        hub.catalog.ids(&hub.evidence.lineage[0].branches[0].also_from),
        ["de/c"],
        "the cut is not hidden"
    );
    let itself = HubBuilder::new().case("de/a", &from("de/a")).hub();
    assert!(itself.evidence.lineage.is_empty());
}

#[test]
fn two_parents_give_one_branch() {
    let hub = HubBuilder::new()
        .case("de/a", &study_fields("DE", "email", "discount", "won", ""))
        .case("de/b", &study_fields("DE", "email", "discount", "won", ""))
        .case("de/c", &study_fields("DE", "email", "discount", "won", "adapted_from: [de/b, de/a]"))
        .hub();
    assert_eq!(indented_lineage(&hub), ["de/a", "  de/c"]);
    assert_eq!(hub.catalog.ids(&hub.evidence.lineage[0].branches[1].also_from), ["de/b"]);
}

#[test]
fn translations_share_the_branch_of_their_original() {
    let hub = HubBuilder::new()
        .case("nl/a", &study_fields("NL", "email", "discount", "won", ""))
        .case("be/fr", &study_fields("BE", "email", "discount", "won", "adapted_from: nl/a"))
        .case(
            "be/nl",
            &study_fields(
                "BE",
                "email",
                "discount",
                "won",
                "translation_of: be/fr\nadapted_from: nl/a",
            ),
        )
        .hub();
    assert_eq!(indented_lineage(&hub), ["nl/a", "  be/fr"]);
    assert_eq!(
        hub.evidence.lineage_positions[&hub.catalog.case_index("be/nl")],
        hub.evidence.lineage_positions[&hub.catalog.case_index("be/fr")]
    );
}

#[test]
fn the_contract_is_kept_by_market() {
    let contract = "[metrics]\ncommon = [\"cvr\", \"nonsense\"]\n[metrics.by_objective]\nawareness = [\"ctr\"]";
    let hub = HubBuilder::new()
        .site(contract)
        .case("de/good", &study_fields("DE", "email", "discount", "won", &graded_c("cvr", 1.0)))
        .case("de/bad", &study_fields("DE", "email", "discount", "won", &format!("objective: awareness\n{}", graded_c("cvr", 1.0))))
        .case("de/evaluation", &study_fields("DE", "email", "discount", "in-evaluation", ""))
        .case("de/running", "status: running\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]")
        .case(
            "de/empty-row",
            &study_fields(
                "DE",
                "email",
                "discount",
                "won",
                "results:\n  - {metric: cvr, role: primary}\n  - {metric: smiles, role: secondary, lift: 2, local: true}",
            ),
        )
        .hub();
    let (catalog, contract) = (&hub.catalog, &hub.evidence.contract);
    let germany = &contract.markets[&catalog.market("DE")];
    assert_eq!((germany.bound, germany.conforming, germany.share()), (3, 1, Some(1.0 / 3.0)));
    assert_eq!(catalog.ids(&germany.lacking), ["de/bad", "de/empty-row"]);
    assert_eq!(contract.lacking[&catalog.case_index("de/bad")], [catalog.metric("ctr")]);
    assert_eq!(germany.metrics[&catalog.metric("cvr")].reported, 2);
    assert_eq!(germany.local_metrics.keys().map(|name| &**name).collect::<Vec<_>>(), ["smiles"]);
    assert_eq!(contract.metrics.len(), 2, "an unknown metric is nobody's duty");
}

#[test]
fn without_a_contract_everything_is_comparable() {
    let hub =
        HubBuilder::new().case("de/a", &study_fields("DE", "email", "discount", "won", "")).hub();
    assert_eq!(hub.evidence.contract.all.share(), None);
    assert!(hub.evidence.contract.is_comparable(hub.catalog.case_index("de/a")));
}

#[test]
fn speed_is_the_median_from_start_to_decision() {
    let dated = |start: &str, end: &str, decision: &str| {
        study_fields(
            "DE",
            "email",
            "discount",
            "won",
            &format!("start: {start}\nend: {end}\n{decision}"),
        )
    };
    let hub = HubBuilder::new()
        .case("de/a", &dated("2025-01-01", "2025-01-11", "decision: scale"))
        .case("de/b", &dated("2025-02-01", "2025-03-03", "decision: none"))
        .case("de/c", &dated("2025-05-01", "2025-06-30", ""))
        .case("de/d", &dated("2025-08-01", "2025-07-01", "decision: stop"))
        .case("de/e", "status: running\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]\nstart: 2026-10-01\nend: 2027-02-01")
        .case("de/f", &study_fields("DE", "email", "discount", "won", "decision: scale"))
        .hub();
    let pace = &hub.evidence.speed.all;
    assert_eq!(
        (pace.median_days, pace.timed_studies, pace.undated_studies),
        (Some(20.0), 2, 1),
        "half of 10 and 30; the rest say too little"
    );
    let quarters: Vec<_> = pace
        .quarters
        .iter()
        .map(|(quarter, tally)| (quarter.to_string(), tally.studies()))
        .collect();
    assert_eq!(
        quarters,
        [
            ("2025-Q1".into(), 2),
            ("2025-Q2".into(), 1),
            ("2025-Q3".into(), 1),
            ("2026-Q4".into(), 1)
        ]
    );
    assert_eq!(pace.by_year(&hub.catalog)[&2025].studies(), 4);
    assert_eq!(pace, &hub.evidence.speed.groups[&hub.catalog.group("dach")]);
    assert_eq!(
        Quarter::from_date(jiff::civil::date(2026, 12, 31)),
        Quarter { year: 2026, quarter: 4 }
    );
}

#[test]
fn an_empty_hub_has_empty_evidence() {
    let hub = HubBuilder::new().hub();
    assert_eq!(hub.evidence.all, Tally::default());
    assert_eq!(hub.evidence.speed.all.median_days, None);
    assert!(
        hub.evidence.lineage.is_empty()
            && hub.backlog.proposals.all.is_empty()
            && hub.backlog.desk.rows.is_empty()
    );
}

#[test]
fn unstated_fields_count_in_no_rate() {
    let hub =
        HubBuilder::new().site("[checks]\npreset = \"lenient\"").case("x/a", "outcome: won").hub();
    assert_eq!(counts(&hub.evidence.all), (1, 0, 0, 0, 0, 0));
    assert!(hub.evidence.markets.is_empty());
}
