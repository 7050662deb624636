//! Label, link and tally of a term on pages.

use crate::evidence::Tally;
use crate::page::context::Context;
use crate::page::parts::{Link, OptionalLink};
use crate::vocabulary::TermRef;

impl TermRef {
    /// The tally of the studies that name the term; none where no case study does.
    pub fn tally<'a>(self, context: &Context<'a>) -> Option<&'a Tally> {
        match self {
            TermRef::Market(id) => context.evidence.markets.get(&id),
            TermRef::Group(id) => context.evidence.groups.get(&id),
            TermRef::Channel(id) => context.evidence.channels.get(&id),
            TermRef::Tactic(id) => context.evidence.tactics.get(&id),
        }
    }

    /// A link to the address of the term's page, whether or not the site has that page.
    pub fn link(self, context: &Context) -> Link {
        Link::new(self.address(&context.catalog.vocabulary), self.label(context))
    }

    /// The label of the term in the interface's language, else its default label.
    pub fn label<'a>(self, context: &'a Context) -> &'a str {
        self.term(&context.catalog.vocabulary).label_in(context.language_id())
    }
}

/// A term with a link to its page where a case study names it, else as plain text.
pub fn term_link(context: &Context, term: TermRef) -> OptionalLink {
    let link = term.link(context);
    match term.tally(context) {
        Some(_) => OptionalLink::linked(link.url, link.label),
        None => OptionalLink::plain(link.label),
    }
}
