//! Renders a proposal as the Markdown file of a new idea, with the address of the git host's form
//! to add it.

use crate::backlog::proposal::{Proposal, ProposalKind};
use crate::catalog::field::{self, MAX_TITLE_LENGTH};
use crate::catalog::keywords::{IdeaStatus, Keyword, Objective};
use crate::catalog::result::Metric;
use crate::catalog::{CaseStudy, Catalog};
use crate::record::front_matter::{FieldValue, FrontMatter};
use crate::site::address::{encode_path, encode_query_value};
use crate::site::new_file::{MAX_URL_LENGTH, new_file_pattern};
use crate::site::{RepositorySettings, Site};
use crate::vocabulary::Vocabulary;

/// The file of a new idea, ready to be added to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdeaDraft {
    /// Path relative to the root of the hub: `content/ideas/cart-recovery-in-no.md`.
    pub path: String,
    /// The whole text of the file, front matter included.
    pub text: String,
    /// The git host's form for a new file; none where site.toml names no repository.
    pub form: Option<GitHostForm>,
}

/// The page of the git host on which a new file is added to the repository in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHostForm {
    /// URL of the form.
    pub address: String,
    /// Whether the URL fills in the text; else it must be pasted.
    pub is_filled: bool,
}

/// Renders a proposal as the file of an idea with status `new` that cites the studies it is based
/// on; nothing is written.
pub fn draft_idea(site: &Site, catalog: &Catalog, proposal: &Proposal) -> IdeaDraft {
    let name = unused_name(catalog, &file_name(catalog, proposal));
    let path = format!("content/ideas/{name}.md");
    let text = front_matter(site, catalog, proposal)
        .render_file(&body(catalog, proposal), field::known_keys());
    IdeaDraft { form: new_file_form(&site.repository, &path, &text), path, text }
}

/// Name of the file of a proposed idea, without extension: `cart-recovery-in-no` for transfers,
/// `rerun-de-freunde-werben-mail` for other kinds of proposal.
fn file_name(catalog: &Catalog, proposal: &Proposal) -> String {
    let vocabulary = &catalog.vocabulary;
    let market = proposal.market.map(|market| vocabulary.markets[market].slug());
    match (proposal.kind, proposal.tactics.first(), market) {
        (ProposalKind::Transfer, Some(tactic), Some(market)) => {
            format!("{}-in-{market}", vocabulary.tactics[*tactic].slug())
        }
        (kind, ..) => {
            format!("{}-{}", kind.as_str(), catalog.case(proposal.lead).meta.id.replace('/', "-"))
        }
    }
}

/// A name for the file of an idea: `name`, with a number from 2 on where an idea of the hub has
/// that name already.
fn unused_name(catalog: &Catalog, name: &str) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| catalog.find_idea(name).is_none())
        .expect("there are more numbers than ideas")
}

/// The front matter of a proposed idea: the market of the proposal, terms and hypothesis of the
/// lead study, and the cited studies as evidence.
fn front_matter(site: &Site, catalog: &Catalog, proposal: &Proposal) -> FrontMatter {
    let vocabulary = &catalog.vocabulary;
    let lead = catalog.case(proposal.lead);
    let market = || -> FieldValue {
        proposal.market.iter().map(|market| &*vocabulary.markets[*market].id).collect()
    };
    let channels = proposal.channels.iter().map(|channel| &*vocabulary.channels[*channel].id);
    let tactics = lead.tactics.iter().map(|tactic| &*vocabulary.tactics[*tactic].id);
    let metric = lead.primary_result().and_then(|reported| known_id(vocabulary, &reported.metric));
    let cited = std::iter::once(&proposal.lead)
        .chain(&proposal.supporting_cases)
        .map(|case| &*catalog.case(*case).meta.id);
    let language = lead.meta.language.as_str();
    FrontMatter::default()
        .with(field::TITLE.name, title(site, catalog, proposal))
        .with(field::STATUS.name, IdeaStatus::New.as_str())
        .with(field::LANGUAGE.name, Some(language).filter(|language| *language != site.language))
        .with(field::MARKETS.name, market())
        .with(field::CHANNELS.name, channels.collect::<FieldValue>())
        .with(field::TACTICS.name, tactics.collect::<FieldValue>())
        .with(field::OBJECTIVE.name, lead.objective.map(Objective::as_str))
        .with(field::PRIMARY_METRIC.name, metric)
        .with(field::HYPOTHESIS.name, lead.hypothesis.as_deref())
        .with(field::WANTED_BY.name, market())
        .with(field::EVIDENCE.name, cited.collect::<FieldValue>())
}

/// The id of a metric of the vocabulary; none for a local metric.
fn known_id<'a>(vocabulary: &'a Vocabulary, metric: &Metric) -> Option<&'a str> {
    match metric {
        Metric::Known(metric) => Some(&vocabulary.metrics[*metric].id),
        Metric::Local(_) => None,
    }
}

/// The title of a proposed idea: that of the lead study with the market in brackets, at most
/// [`MAX_TITLE_LENGTH`] characters.
fn title(site: &Site, catalog: &Catalog, proposal: &Proposal) -> String {
    let lead = &catalog.case(proposal.lead).meta.title;
    let suffix = proposal.market.map_or(String::new(), |market| {
        format!(" ({})", catalog.vocabulary.markets[market].label_in(&site.language))
    });
    let available = MAX_TITLE_LENGTH.saturating_sub(suffix.chars().count());
    if lead.chars().count() <= available {
        return format!("{lead}{suffix}");
    }
    let kept: String = lead.chars().take(available.saturating_sub(1)).collect();
    format!("{}…{suffix}", kept.trim_end())
}

/// The Markdown body of a proposed idea: the summary of the lead study, links to the supporting and
/// opposing studies, and what the lead study says to keep or to change. It adds no sentence,
/// because the language of the file may be any.
fn body(catalog: &Catalog, proposal: &Proposal) -> String {
    let lead = catalog.case(proposal.lead);
    let mut body =
        lead.summary.as_ref().map_or(String::new(), |summary| format!("{}\n\n", one_line(summary)));
    for case in std::iter::once(&proposal.lead)
        .chain(&proposal.supporting_cases)
        .chain(&proposal.opposing_cases)
    {
        body.push_str(&link_to(catalog.case(*case)));
    }
    let conditions = [
        (&field::FIXED, &lead.fixed),
        (&field::FLEXIBLE, &lead.flexible),
        (&field::CONSTRAINTS, &lead.constraints),
    ];
    for (field, texts) in conditions {
        if !texts.is_empty() {
            body.push_str(&format!("- `{}`: {}\n", field.name, one_line(&texts.join("; "))));
        }
    }
    body
}

/// A list item in Markdown with a link to a case study, relative to `content/ideas/`, with its
/// outcome and grade.
fn link_to(case: &CaseStudy) -> String {
    let title =
        one_line(&case.meta.title).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    let target = case.meta.path.strip_prefix("content/").unwrap_or(&case.meta.path);
    let result: Vec<String> = case
        .outcome
        .map(|outcome| outcome.to_string())
        .into_iter()
        .chain(case.evidence_grade.grade.map(|grade| grade.to_string()))
        .collect();
    let result =
        if result.is_empty() { String::new() } else { format!(" ({})", result.join(", ")) };
    format!("- [{title}](../{}){result}\n", encode_path(target))
}

/// The text with every run of white space replaced by one space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The git host's form for adding a file with this path and text; none where the repository has no
/// HTTP address. GitHub and GitLab fill in name and text, Gitea only the name, Bitbucket neither.
pub(super) fn new_file_form(
    repository: &RepositorySettings,
    path: &str,
    text: &str,
) -> Option<GitHostForm> {
    let pattern = new_file_pattern(repository)?;
    let url_without_text = pattern.address_of(path);
    let text_key = pattern.text_key;
    let filled = text_key
        .map(|key| format!("{url_without_text}&{key}={}", encode_query_value(text)))
        .filter(|url| url.len() <= MAX_URL_LENGTH);
    Some(filled.map_or(GitHostForm { address: url_without_text, is_filled: false }, |address| {
        GitHostForm { address, is_filled: true }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hub;
    use crate::support::{CatalogLookup, TestHub, graded_a, study_fields};

    /// The idea draft of the first proposal.
    fn first_draft(hub: &Hub) -> IdeaDraft {
        draft_idea(&hub.site, &hub.catalog, &hub.backlog.proposals.all[0])
    }

    fn norwegian_hub(site: &str, more: &str) -> Hub {
        let lead = study_fields(
            "SE",
            "email",
            "win-back",
            "won",
            &format!("{}\n{more}", graded_a("cvr", 3.0, 1.0, 5.0)),
        );
        TestHub::new()
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
        let again = TestHub::new()
            .case("se/won", &study_fields("SE", "email", "win-back", "won", ""))
            .file(&draft.path, &draft.text)
            .checked();
        let idea = &again.catalog.ideas[0];
        assert_eq!(idea.meta.title, "It's: #1 [yes] \\ \"no\" (Norway)");
        assert_eq!(idea.markets, [again.catalog.market("NO")], "Norway is no `false`");
        assert_eq!(
            (idea.wanted_by.len(), idea.tactics.len(), idea.meta.language.as_str()),
            (1, 1, "sv")
        );
        assert_eq!(idea.hypothesis.as_deref(), Some("If: yes, then \"no\" # because"));
        assert_eq!(again.catalog.ids(&idea.evidence), ["se/won"]);
        let problems: Vec<_> = again
            .diagnostics
            .iter()
            .filter(|problem| problem.place.path.contains("ideas"))
            .collect();
        assert!(problems.is_empty(), "{problems:?}\n{}", draft.text);
    }

    #[test]
    fn an_idea_draft_gets_an_unused_file_name() {
        let lead = study_fields("SE", "email", "win-back", "won", &graded_a("cvr", 3.0, 1.0, 5.0));
        let hub = TestHub::new()
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
            assert!(
                form.address.starts_with(&wanted) && form.is_filled == filled,
                "{}",
                form.address
            );
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
        let form =
            first_draft(&norwegian_hub(site, &format!("hypothesis: '{}'", "仮説".repeat(500))))
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
}
