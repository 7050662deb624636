//! Tests of the pages of teams, the links to them, and how a reader reaches a team.

use crate::support::{TestHub, sample_hub, sample_site, study_fields};

/// A list of teams with one mailbox and one channel.
const TEAMS: &str = "\
- id: crm-nl
  label: CRM Nederland
  labels: {en: CRM team Netherlands}
  aliases: [Klantteam]
  markets: [NL]
  contact: crm-nl@hub.example
- id: insights
  label: Global insights hub
  markets: [global]
  contact: https://chat.example/insights
";

/// A study of the Dutch market with this owner and further fields.
fn study(fields: &str) -> String {
    study_fields("NL", "email", "discount", "won", fields)
}

#[test]
fn a_study_asks_its_owner_with_one_click() {
    let built = TestHub::new()
        .file("content/vocabulary/teams.yaml", TEAMS)
        .case("nl/mail", &study("owner: Klantteam\nverified_by: insights\nverified_on: 2026-01-01"))
        .case("nl/chat", &study("owner: GLOBAL INSIGHTS HUB"))
        .case("nl/page", &study("owner: Store team"))
        .case("nl/role", &study("raci: {accountable: [crm-nl], informed: [Legal]}"))
        .case("nl/nobody", &study(""))
        .build();
    let page = |id: &str| format!("case-studies/nl/{id}/index.html");
    built
        .assert_contains(&page("mail"), "href=\"mailto:crm-nl@hub.example?subject=")
        .assert_contains(&page("mail"), "Ask CRM team Netherlands")
        .assert_contains(&page("mail"), "href=\"../../../teams/crm-nl/\">CRM team Netherlands</a>")
        .assert_contains(&page("mail"), "href=\"../../../teams/insights/\">Verified by")
        .assert_contains(&page("chat"), "href=\"https://chat.example/insights\"")
        .assert_contains(&page("page"), "class=\"button\" href=\"../../../teams/store-team/\"")
        .assert_contains(&page("role"), "href=\"mailto:crm-nl@hub.example?subject=")
        .assert_contains(&page("role"), "href=\"../../../teams/legal/\">Legal</a>");
    assert!(!built.text(&page("nobody")).contains("brief-ask"), "there is nobody to ask");
}

#[test]
fn a_team_shows_its_work_and_how_to_reach_it() {
    let built = TestHub::new()
        .file("content/vocabulary/teams.yaml", TEAMS)
        .case("nl/ended", &study("owner: crm nederland\nverified_by: Global insights hub"))
        .case("nl/planned", "status: planned\nmarkets: [NL]\nchannels: [email]\ntactics: [bundle]\nowner: klantteam\nstart: 2026-12-01")
        .case("nl/running", "status: running\nmarkets: [NL]\nchannels: [email]\ntactics: [quiz]\nowner: CRM-NL\nstart: 2026-11-01")
        .idea("own-idea", "status: new\nowner: CRM Nederland")
        .playbook("own-playbook", "claim: x\nstatus: emerging\nowner: CRM Nederland")
        .build();
    let page = "teams/crm-nl/index.html";
    let text = built.text(page);
    let positions: Vec<usize> =
        ["id=\"_running\"", "id=\"_planned\"", "id=\"_ended\"", "own-idea", "own-playbook"]
            .iter()
            .map(|part| text.find(part).unwrap_or_else(|| panic!("`{part}` is missing")))
            .collect();
    assert!(positions.is_sorted(), "{positions:?}");
    built
        .assert_contains(page, "href=\"mailto:crm-nl@hub.example\"")
        .assert_contains(page, "Also known as CRM Nederland, Klantteam")
        .assert_contains(page, "href=\"../../markets/nl/\"")
        .assert_contains(page, "class=\"duty-row\"")
        .assert_contains("teams/insights/index.html", "id=\"_involved\"")
        .assert_contains("teams/index.html", "href=\"../teams/crm-nl/\"")
        .assert_contains("index.html", "href=\"teams/\"");
}

#[test]
fn a_big_team_has_pages_and_every_study_is_on_one() {
    let mut hub = TestHub::new();
    for number in 0..230 {
        hub = hub.case(&format!("nl/s{number:03}"), &study("owner: Big team"));
    }
    let built = hub.build();
    built
        .assert_has_file("teams/big-team/3/index.html")
        .assert_lacks_file("teams/big-team/4/index.html");
    let pages =
        ["", "2/", "3/"].map(|page| built.text(&format!("teams/big-team/{page}index.html")));
    for number in 0..230 {
        let link = format!("case-studies/nl/s{number:03}/\"");
        assert_eq!(pages.iter().filter(|page| page.contains(&link)).count(), 1, "{link}");
    }
}

#[test]
fn only_shown_records_make_a_team() {
    TestHub::new()
        .case("nl/shown", &study("owner: Shown team"))
        .case("nl/draft", &study("owner: Hidden team\ndraft: true"))
        .build()
        .assert_has_file("teams/shown-team/index.html")
        .assert_lacks_file("teams/hidden-team/index.html")
        .assert_never_contains("Hidden team");
}

#[test]
fn records_and_links_know_the_pages_of_teams() {
    let (codes, built) = TestHub::new()
        .case("nl/one", &study("owner: Shown team"))
        .file(
            "content/pages/guide.md",
            "---\ntitle: Guide\n---\n\n[ask](/teams/shown-team/) [nobody](/teams/nobody/)\n",
        )
        .read()
        .check_plan_and_publish();
    assert_eq!(codes.iter().filter(|code| **code == "broken-link").count(), 1, "{codes:?}");
    built.assert_contains("guide/index.html", "href=\"../teams/shown-team/\"");
    let taken =
        TestHub::new().file("content/pages/teams/crm.md", "---\ntitle: CRM\n---\n\nText.\n");
    assert!(taken.read().codes().contains(&"same-address"), "the address is that of a team");
}

#[test]
fn every_team_of_the_sample_hub_is_listed_and_reachable() {
    let teams = &sample_hub().catalog.vocabulary.teams;
    assert!(teams.len() > 100);
    for (_, team) in teams.iter() {
        assert!(team.is_custom && team.contact.is_some(), "`{}` has no contact", team.label);
        sample_site().assert_has_file(&format!("teams/{}/index.html", team.slug()));
    }
    for case in &sample_hub().catalog.cases {
        let page = sample_site().text(&format!("{}index.html", case.meta.address));
        assert!(page.contains("brief-ask"), "`{}` says whom to ask", case.meta.id);
    }
}
