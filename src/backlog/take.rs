//! "Take it": a proposal as a ready Markdown file, and the address of the git host's form to add it.

use crate::backlog::proposal::{Proposal, ProposalKind};
use crate::catalog::result::Metric;
use crate::catalog::words::{IdeaStatus, Objective};
use crate::catalog::{CaseStudy, Catalog};
use crate::record::front_matter::{self, List};
use crate::site::address::{encode_path, encode_value};
use crate::site::{Host, Repository, Site};
use crate::vocabulary::Vocabulary;

/// A file ready to be added to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Path below the hub's root: `content/ideas/cart-recovery-in-no.md`.
    pub path: String,
    /// Its whole text.
    pub text: String,
    /// The git host's form for a new file; none where site.toml names no repository.
    pub form: Option<Form>,
}

/// The git host's form for a new file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its address.
    pub address: String,
    /// Whether the form opens with the text filled in; else it must be pasted.
    pub filled: bool,
}

/// Addresses longer than this are refused by common servers; the text is then left out and must be pasted.
const LONGEST_ADDRESS: usize = 7_500;
/// The longest title a record may have, in characters.
const LONGEST_TITLE: usize = 120;

/// The ready file of a proposal: an idea of status `new` that cites the studies it rests on.
pub fn draft(site: &Site, catalog: &Catalog, proposal: &Proposal) -> Draft {
    let name = free_name(catalog, &name(catalog, proposal));
    let path = format!("content/ideas/{name}.md");
    let text = front_matter::file(&front(site, catalog, proposal), &body(catalog, proposal));
    Draft { form: form(&site.repository, &path, &text), path, text }
}

/// `cart-recovery-in-no` for transfers, `rerun-de-freunde-werben-mail` for the others.
fn name(catalog: &Catalog, proposal: &Proposal) -> String {
    let vocabulary = &catalog.vocabulary;
    let market = proposal.market.map(|market| vocabulary.markets[market].slug());
    match (proposal.kind, proposal.tactics.first(), market) {
        (ProposalKind::Transfer, Some(tactic), Some(market)) => format!("{}-in-{market}", vocabulary.tactics[*tactic].slug()),
        (kind, ..) => format!("{}-{}", kind.as_str(), catalog.case(proposal.lead).meta.id.replace('/', "-")),
    }
}

fn free_name(catalog: &Catalog, name: &str) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| catalog.find_idea(name).is_none()).expect("there are more numbers than ideas")
}

/// The front matter of an idea, in the order in which people write it.
#[derive(serde::Serialize)]
struct Front<'a> {
    title: String,
    status: IdeaStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "List::is_empty")]
    markets: List<&'a str>,
    #[serde(skip_serializing_if = "List::is_empty")]
    channels: List<&'a str>,
    #[serde(skip_serializing_if = "List::is_empty")]
    tactics: List<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objective: Option<Objective>,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_metric: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hypothesis: Option<&'a str>,
    #[serde(skip_serializing_if = "List::is_empty")]
    wanted_by: List<&'a str>,
    evidence: List<&'a str>,
}

fn front<'a>(site: &Site, catalog: &'a Catalog, proposal: &Proposal) -> Front<'a> {
    let vocabulary = &catalog.vocabulary;
    let lead = catalog.case(proposal.lead);
    let market = || proposal.market.iter().map(|market| &*vocabulary.markets[*market].id).collect();
    let cited = std::iter::once(&proposal.lead).chain(&proposal.support).map(|case| &*catalog.case(*case).meta.id);
    Front {
        title: title(site, catalog, proposal),
        status: IdeaStatus::New,
        language: Some(lead.meta.language.as_str()).filter(|language| *language != site.language),
        channels: proposal.channels.iter().map(|channel| &*vocabulary.channels[*channel].id).collect(),
        tactics: lead.tactics.iter().map(|tactic| &*vocabulary.tactics[*tactic].id).collect(),
        objective: lead.objective,
        primary_metric: lead.primary().and_then(|reported| known_id(vocabulary, &reported.metric)),
        hypothesis: lead.hypothesis.as_deref(),
        markets: market(),
        wanted_by: market(),
        evidence: cited.collect(),
    }
}

fn known_id<'a>(vocabulary: &'a Vocabulary, metric: &Metric) -> Option<&'a str> {
    match metric {
        Metric::Known(metric) => Some(&vocabulary.metrics[*metric].id),
        Metric::Local(_) => None,
    }
}

/// The lead's title with the market, cut to what a title may hold.
fn title(site: &Site, catalog: &Catalog, proposal: &Proposal) -> String {
    let lead = &catalog.case(proposal.lead).meta.title;
    let place = proposal.market.map_or(String::new(), |market| format!(" ({})", catalog.vocabulary.markets[market].label_in(&site.language)));
    let room = LONGEST_TITLE.saturating_sub(place.chars().count());
    if lead.chars().count() <= room {
        return format!("{lead}{place}");
    }
    let kept: String = lead.chars().take(room.saturating_sub(1)).collect();
    format!("{}…{place}", kept.trim_end())
}

/// What the lead says of itself, and links to everything that speaks for and against it. No sentence of its own: the
/// file may be read in any language.
fn body(catalog: &Catalog, proposal: &Proposal) -> String {
    let lead = catalog.case(proposal.lead);
    let mut body = lead.summary.as_ref().map_or(String::new(), |summary| format!("{}\n\n", one_line(summary)));
    for case in std::iter::once(&proposal.lead).chain(&proposal.support).chain(&proposal.against) {
        body.push_str(&link_to(catalog.case(*case)));
    }
    for (field, texts) in [("fixed", &lead.fixed), ("flexible", &lead.flexible), ("constraints", &lead.constraints)] {
        if !texts.is_empty() {
            body.push_str(&format!("- `{field}`: {}\n", one_line(&texts.join("; "))));
        }
    }
    body
}

fn link_to(case: &CaseStudy) -> String {
    let title = one_line(&case.meta.title).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    let target = case.meta.path.strip_prefix("content/").unwrap_or(&case.meta.path);
    let said: Vec<String> =
        case.outcome.map(|outcome| outcome.to_string()).into_iter().chain(case.graded.grade.map(|grade| grade.to_string())).collect();
    let said = if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) };
    format!("- [{title}](../{}){said}\n", encode_path(target))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The form of the git host for a new file. GitHub and GitLab fill in name and text, Gitea the name, Bitbucket neither.
fn form(repository: &Repository, path: &str, text: &str) -> Option<Form> {
    let url = repository.url.trim().trim_end_matches('/').trim_end_matches(".git");
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return None;
    }
    let folder = repository.folder.trim_matches('/');
    let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let (branch, name) = (encode_path(&repository.branch), encode_path(&path));
    let (bare, filling) = match repository.kind {
        Host::Github => (format!("{url}/new/{branch}?filename={name}"), Some("value")),
        Host::Gitlab => (format!("{url}/-/new/{branch}?file_name={name}"), Some("content")),
        Host::Gitea => (format!("{url}/_new/{branch}?filename={name}"), None),
        Host::Bitbucket => (format!("{url}/create-file/{branch}/{}?at={branch}", name.rsplit_once('/').map_or("", |(folder, _)| folder)), None),
    };
    let full = filling.map(|key| format!("{bare}&{key}={}", encode_value(text))).filter(|full| full.len() <= LONGEST_ADDRESS);
    Some(full.map_or(Form { address: bare, filled: false }, |address| Form { address, filled: true }))
}
