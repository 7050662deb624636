//! References to terms that have pages: markets, market groups, channels and tactics.

use crate::site::pages::PageKind;
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId, Term, Vocabulary};

/// A kind of term that has pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermKind {
    /// Markets.
    Markets,
    /// Market groups.
    Groups,
    /// Channels.
    Channels,
    /// Tactics.
    Tactics,
}

impl TermKind {
    /// All kinds.
    pub const ALL: [TermKind; 4] =
        [TermKind::Markets, TermKind::Groups, TermKind::Channels, TermKind::Tactics];

    /// The address of the page that lists the terms, which is also the folder of their pages:
    /// `markets/`.
    pub fn address(self) -> &'static str {
        // The page registry has the addresses in the order of this enum.
        PageKind::Terms.declaration().addresses[self as usize]
    }

    /// Name of the search facet: `market`.
    pub fn facet(self) -> &'static str {
        match self {
            TermKind::Markets => "market",
            TermKind::Groups => "group",
            TermKind::Channels => "channel",
            TermKind::Tactics => "tactic",
        }
    }

    /// All terms of this kind, in id order.
    pub fn terms(self, vocabulary: &Vocabulary) -> Vec<TermRef> {
        match self {
            TermKind::Markets => {
                vocabulary.markets.iter().map(|(id, _)| TermRef::Market(id)).collect()
            }
            TermKind::Groups => {
                vocabulary.groups.iter().map(|(id, _)| TermRef::Group(id)).collect()
            }
            TermKind::Channels => {
                vocabulary.channels.iter().map(|(id, _)| TermRef::Channel(id)).collect()
            }
            TermKind::Tactics => {
                vocabulary.tactics.iter().map(|(id, _)| TermRef::Tactic(id)).collect()
            }
        }
    }
}

/// A term of one of the kinds with pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermRef {
    /// A market.
    Market(MarketId),
    /// A market group.
    Group(GroupId),
    /// A channel.
    Channel(ChannelId),
    /// A tactic.
    Tactic(TacticId),
}

impl TermRef {
    /// The kind of the term.
    pub fn kind(self) -> TermKind {
        match self {
            TermRef::Market(_) => TermKind::Markets,
            TermRef::Group(_) => TermKind::Groups,
            TermRef::Channel(_) => TermKind::Channels,
            TermRef::Tactic(_) => TermKind::Tactics,
        }
    }

    /// The term in the vocabulary.
    pub fn term(self, vocabulary: &Vocabulary) -> &Term {
        match self {
            TermRef::Market(id) => &vocabulary.markets[id],
            TermRef::Group(id) => &vocabulary.groups[id],
            TermRef::Channel(id) => &vocabulary.channels[id],
            TermRef::Tactic(id) => &vocabulary.tactics[id],
        }
    }

    /// The address of the page from the root of the site: `markets/de/`.
    pub fn address(self, vocabulary: &Vocabulary) -> String {
        [self.kind().address(), &self.term(vocabulary).slug(), "/"].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_in_the_order_of_the_registry() {
        assert_eq!(
            TermKind::ALL.map(TermKind::address),
            ["markets/", "groups/", "channels/", "tactics/"]
        );
        assert_eq!(PageKind::Terms.declaration().addresses.len(), TermKind::ALL.len());
    }
}
