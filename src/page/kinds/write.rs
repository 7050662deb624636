//! The form that writes a case study or an idea, and what to do instead without scripts.

use serde::Serialize;

use crate::catalog::RecordIndex;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::Link;
use crate::site::GitHost;
use crate::site::address::encode_query_value;
use crate::site::new_file::new_file_pattern;
use crate::site::pages::{PageKind, WRITE_FILE};

/// The view of the form; its fields come from the file at `data`.
#[derive(Debug, Clone, Serialize)]
pub struct WritePage {
    /// Title of the page.
    pub title: String,
    /// A sentence about the form.
    pub description: String,
    /// Site path of the file with the description of all fields.
    pub data: &'static str,
    /// The free page that says how to write a case study; none in a hub without it.
    pub guide: Option<Link>,
    /// Address of the git host's form for a new case study; none where the settings name no host.
    pub new_file: Option<String>,
    /// Address of the git host's list of issue forms; none for hosts without such a list.
    pub issue: Option<String>,
}

/// Where a new case study belongs before its market is known, as a path below the hub's root.
const FIRST_PATH: &str = "content/case-studies/new.md";

/// Composes the form.
pub fn compose(context: &Context) -> ComposedPage<WritePage> {
    let repository = &context.site.repository;
    let guide = context.catalog.pages.iter().find(|page| &*page.meta.id == "how-to-write");
    let pattern = new_file_pattern(repository);
    let has_issue_forms = repository.kind == GitHost::Github;
    let view = WritePage {
        title: context.text("write.title"),
        description: context.text("write.description"),
        data: WRITE_FILE,
        guide: guide.map(|page| Link::new(&page.meta.address, &page.meta.title)),
        issue: pattern.as_ref().filter(|_| has_issue_forms).map(|_| {
            let url = repository.url.trim().trim_end_matches('/').trim_end_matches(".git");
            format!("{url}/issues/new/choose")
        }),
        new_file: pattern.map(|pattern| pattern.address_of(FIRST_PATH)),
    };
    ComposedPage::from_title_key(context, "write.title", view)
        .with_description(Some(context.language.text("write.description")))
}

/// Site path of the form about a record: `purpose` is `adapt`, `edit` or `idea`, `id` that of the
/// record.
pub fn form_address(purpose: &str, id: &str) -> String {
    format!("{}?{purpose}={}", PageKind::Write.address(), encode_query_value(id))
}

/// Site path of the form that edits a record; `field` is the key that it asks for first. None for
/// records that the form does not write.
pub fn edit_address(record: RecordIndex, id: &str, field: Option<&str>) -> Option<String> {
    let kind = match record {
        RecordIndex::Case(_) => "",
        RecordIndex::Idea(_) => "&kind=idea",
        RecordIndex::Playbook(_) | RecordIndex::Page(_) => return None,
    };
    let field = field.map_or_else(String::new, |field| format!("&field={field}"));
    Some(format!("{}{kind}{field}", form_address("edit", id)))
}

#[cfg(test)]
mod tests {
    use crate::support::{TestHub, graded_a, study_fields};

    #[test]
    fn records_and_gaps_lead_to_the_form() {
        let fields =
            study_fields("NL", "email", "discount", "won", &graded_a("cpa", -3.0, -5.0, -1.0));
        let built = TestHub::new()
            .case("nl/one", &fields)
            .case("de/two", &study_fields("DE", "email", "bundle", "lost", ""))
            .build();
        built.assert_contains("case-studies/nl/one/index.html", "write/?adapt=nl");
        built.assert_contains("case-studies/nl/one/index.html", "write/?edit=nl");
        built.assert_contains("coverage/index.html", "write/?market=nl&amp;tactic=bundle");
        let page = built.text("write/index.html");
        assert!(page.contains("casebook new case-study"), "what to do without scripts");
        assert!(page.contains("noindex"), "the form is no search result");
    }
}
