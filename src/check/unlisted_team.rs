//! A team that a record names is listed in `teams.yaml`.
//!
//! A hub with the file says there where each team works and how to reach it. Readers of a study whose owner is not listed
//! find a page, and nobody to write to. A hub without the file has nothing to list.
//!
//! Add the team, or add the spelling as an alias of a team that is there.
//!
//! ```yaml
//! - id: crm-iberia
//!   label: CRM Iberia
//!   aliases: [CRM Ibéria]
//!   markets: [ES, PT]
//!   contact: crm-iberia@hub.example
//! ```

use crate::check::team_spelling::{NamedTeams, find_lookalikes};
use crate::check::{CheckContext, Reporter};

/// Reports each team that is not listed while others are, at the first record that names it. One
/// that looks like another is left to `team-spelling`.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let teams = &context.catalog.vocabulary.teams;
    if !teams.iter().any(|(_, team)| team.is_custom) {
        return;
    }
    let named = NamedTeams::collect(context.catalog);
    let lookalikes = find_lookalikes(&context.catalog.vocabulary, &named);
    for (team, entry) in teams.iter().filter(|(_, team)| team.is_unlisted) {
        if lookalikes.contains_key(&team) {
            continue;
        }
        if let Some(place) = named.first_place(team) {
            let others = match named.count(team) - 1 {
                0 => String::new(),
                1 => "; one more record names it".to_owned(),
                others => format!("; {others} more records name it"),
            };
            reporter.report_at(
                place,
                format!("the team `{}` is not in `teams.yaml`{others}", entry.label),
                "list it there with its markets and how to reach it, or add this spelling to the aliases of a team",
            );
        }
    }
}
