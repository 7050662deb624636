//! A hub's own fields as facts of a record.

use crate::catalog::Meta;
use crate::page::parts::{Fact, Labelled};

/// One fact for each free field that holds something, in the order in which they are written.
pub fn facts(meta: &Meta) -> impl Iterator<Item = Fact> {
    let facts = meta.extra.iter().map(|field| Fact { label: field.label(), values: field.value.shown().iter().map(Labelled::plain).collect() });
    facts.filter(|fact| !fact.values.is_empty())
}
