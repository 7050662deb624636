//! Names and addresses within the raw HTML of a body: each name once, each address to where it leads from the page, nothing else.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use crate::catalog::{Body, Link};
use crate::page::body::is_harmless;
use crate::record::html::leads;
use crate::record::raw_html::candidates;
use crate::source::composed;

/// What begins the names and addresses that come of Markdown. Who writes it by hand gets a link of the same body, or a name twice.
pub const MADE: &str = "-made-";

/// What is known of one body. An address that is not known goes: it may name what the audience may not see.
pub struct Rewriting {
    /// Where the links of Markdown lead, in order, and whether a browser loads what is there with the page.
    made: Vec<(bool, Option<String>)>,
    /// The same of addresses of raw HTML, as they are written: a link to a picture is allowed where the picture may be refused.
    written: HashMap<(bool, String), Option<String>>,
    anchors: HashSet<String>,
    given: Mutex<HashSet<String>>,
}

impl Rewriting {
    /// Asks for every link of a body where it leads.
    pub fn new(body: &Body, address: impl Fn(&Link) -> Option<String>) -> Rewriting {
        let (written, made): (Vec<&Link>, Vec<&Link>) = body.links.iter().partition(|link| link.in_html);
        Rewriting {
            made: made.into_iter().map(|link| (link.image, address(link))).collect(),
            written: written.into_iter().map(|link| ((link.image, link.written.clone()), address(link))).collect(),
            anchors: body.anchors.iter().cloned().collect(),
            given: Mutex::default(),
        }
    }

    /// The value that an attribute gets; none where it goes.
    pub fn attribute<'v>(&self, element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
        match attribute {
            "id" => self.name(value),
            "name" if element == "a" => self.name(value),
            "srcset" => {
                let kept = candidates(value).into_iter().filter_map(|(address, descriptor)| {
                    let address = self.address(address, true)?.replace(',', "%2C");
                    Some(if descriptor.is_empty() { address } else { format!("{address} {descriptor}") })
                });
                let kept: Vec<String> = kept.collect();
                (!kept.is_empty()).then(|| kept.join(", ").into())
            }
            _ => match leads(attribute) {
                Some(loads) => self.address(value, loads).map(Cow::from),
                None => Some(value.into()),
            },
        }
    }

    fn name<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        let name = match value.strip_prefix(MADE) {
            Some(made) => Cow::from(made),
            None => composed(value),
        };
        let is_own = value.starts_with(MADE) || self.anchors.contains(&*name);
        (is_own && self.given.lock().is_ok_and(|mut given| given.insert(name.to_string()))).then_some(name)
    }

    /// Where an address leads; what a browser loads by itself goes unless it is known to be allowed.
    fn address(&self, value: &str, loads: bool) -> Option<String> {
        let value = value.trim();
        if let Some(number) = value.strip_prefix(MADE) {
            let (is_image, address) = self.made.get(number.parse::<usize>().ok()?)?;
            return address.clone().filter(|_| *is_image || !loads);
        }
        if let Some(name) = value.strip_prefix('#') {
            return Some(format!("#{}", composed(name.strip_prefix(MADE).unwrap_or(name))));
        }
        let known = self.written.get(&(loads, value.to_owned())).cloned();
        known.unwrap_or_else(|| (!loads && value.contains("://") && is_harmless(value)).then(|| value.to_owned()))
    }
}
