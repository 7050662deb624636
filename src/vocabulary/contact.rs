//! How a team is reached: a shared mailbox, or a channel of a chat.

use crate::diagnostic::Place;

/// How a team is reached, as `teams.yaml` states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The mailbox, as in `growth-br@hub.example`, or the address of a channel, which starts with
    /// `https://`.
    pub address: String,
    /// Whether the address is that of a mailbox.
    pub is_mailbox: bool,
    /// Place of the address in its file.
    pub place: Place,
}

impl Contact {
    /// The contact that a text stands for: a mailbox, with or without `mailto:`, or an `https://`
    /// address. None where it is neither.
    pub fn parse(text: &str, place: Place) -> Option<Self> {
        let text = text.trim();
        let mailbox = strip_scheme(text, "mailto:").unwrap_or(text);
        if is_mailbox(mailbox) {
            return Some(Contact { address: mailbox.to_owned(), is_mailbox: true, place });
        }
        let is_link = strip_scheme(text, "https://").is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or("");
            !host.is_empty()
                && !host.contains('@')
                && !rest.contains(|letter: char| {
                    letter.is_whitespace() || letter.is_control() || "\"<>\\^`{|}".contains(letter)
                })
        });
        is_link.then(|| Contact { address: text.to_owned(), is_mailbox: false, place })
    }

    /// Whether the mailbox looks like that of one person: the part before the `@` is two or more
    /// words of letters alone, with full stops or underscores between, as in `maria.silva@` and
    /// `m_silva@`. A shared mailbox is one word, or has hyphens or digits: `growth-br@`.
    pub fn is_personal(&self) -> bool {
        let local = self.address.split('@').next().unwrap_or("");
        let local = local.split('+').next().unwrap_or("");
        let mut words = local.split(['.', '_']);
        self.is_mailbox
            && local.contains(['.', '_'])
            && words.all(|word| !word.is_empty() && word.chars().all(char::is_alphabetic))
    }
}

/// The rest of a text behind a scheme, ignoring ASCII case; none if it begins otherwise.
fn strip_scheme<'t>(text: &'t str, scheme: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Whether a text is one address of a mailbox and nothing else, so that it cannot add fields to a
/// link that opens a message.
fn is_mailbox(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let is_local = !local.is_empty()
        && local.chars().all(|letter| letter.is_alphanumeric() || "._+-".contains(letter));
    let is_host = host.split('.').count() > 1
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
        });
    is_local && is_host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Contact> {
        Contact::parse(text, Place::file(&"teams.yaml".into()))
    }

    #[test]
    fn a_contact_is_a_mailbox_or_a_channel() {
        for (text, address) in [
            ("growth-br@hub.example", "growth-br@hub.example"),
            ("mailto:crm@hub.example", "crm@hub.example"),
            ("MAILTO:crm@hub.example", "crm@hub.example"),
        ] {
            let contact = parse(text).expect(text);
            assert!(contact.is_mailbox && contact.address == address, "{text}");
        }
        let channel = parse("https://chat.example/channels/growth?tab=1").expect("a link");
        assert!(!channel.is_mailbox && !channel.is_personal());
        for text in [
            "",
            "growth",
            "http://chat.example/growth",
            "https://",
            "https://user@chat.example/",
            "https://chat.example/a b",
            "javascript:alert(1)",
            "a@hub.example?bcc=b@hub.example",
            "a@hub.example, b@hub.example",
            "growth@hub",
            "@growth",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_mailbox_of_a_person_is_told_from_a_shared_one() {
        for (text, is_personal) in [
            ("maria.silva@hub.example", true),
            ("m_silva@hub.example", true),
            ("maria.da.silva+hub@hub.example", true),
            ("growth-br@hub.example", false),
            ("crm@hub.example", false),
            ("crm.2@hub.example", false),
            ("https://chat.example/maria.silva", false),
        ] {
            assert_eq!(parse(text).expect(text).is_personal(), is_personal, "{text}");
        }
    }
}
