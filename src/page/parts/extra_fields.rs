//! Shows the hub's own front-matter fields as facts of a record.

use crate::catalog::Meta;
use crate::page::parts::{Fact, OptionalLink};

/// One fact for each of the hub's own fields that has a value, in the order of the front matter.
pub fn facts(meta: &Meta) -> impl Iterator<Item = Fact> {
    let facts = meta.extra.iter().map(|field| Fact {
        label: field.label(),
        values: field.value.display_texts().iter().map(OptionalLink::plain).collect(),
    });
    facts.filter(|fact| !fact.values.is_empty())
}
