//! Rewrites ids and addresses in the raw HTML of a body: each id is unique, each address is
//! resolved, all others are removed.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use crate::catalog::{Body, Link};
use crate::record::html::loads_address;
use crate::record::raw_html::parse_srcset;
use crate::source::to_nfc;

/// Prefix of ids and addresses generated from Markdown. An author who writes it by hand only
/// reaches links and ids of the same body.
pub const GENERATED_PREFIX: &str = "-made-";

/// Rewrites ids and addresses in the HTML of one body that has raw HTML. Of the addresses that the
/// outline of the body does not list only links to other hosts are kept, because others may name
/// what the audience must not see.
pub struct RawHtmlRewriter {
    /// For each Markdown link by its index, whether it is an image, and its resolved address.
    generated: Vec<(bool, Option<String>)>,
    /// Resolved addresses of raw HTML, by whether they are images and by the text written: an image
    /// may be refused where a link is allowed.
    authored: HashMap<(bool, String), Option<String>>,
    /// Anchors that exist in the body.
    anchors: HashSet<String>,
    /// Ids given to an element so far.
    used_ids: Mutex<HashSet<String>>,
}

impl RawHtmlRewriter {
    /// Resolves every link of a body with `address`, which returns none for a link that must not be
    /// reached.
    pub fn new(body: &Body, address: impl Fn(&Link) -> Option<String>) -> RawHtmlRewriter {
        let (authored, generated): (Vec<&Link>, Vec<&Link>) =
            body.links.iter().partition(|link| link.is_in_html);
        RawHtmlRewriter {
            generated: generated.into_iter().map(|link| (link.is_image, address(link))).collect(),
            authored: authored
                .into_iter()
                .map(|link| ((link.is_image, link.destination.clone()), address(link)))
                .collect(),
            anchors: body.anchors.iter().cloned().collect(),
            used_ids: Mutex::default(),
        }
    }

    /// The new value of an attribute of an element; none where the attribute is removed. An
    /// attribute that has neither id nor address keeps its value.
    pub fn rewrite_attribute<'v>(
        &self,
        element: &str,
        attribute: &str,
        value: &'v str,
    ) -> Option<Cow<'v, str>> {
        match attribute {
            "id" => self.rewrite_name(value),
            "name" if element == "a" => self.rewrite_name(value),
            "srcset" => {
                let kept = parse_srcset(value).into_iter().filter_map(|(address, descriptor)| {
                    let address = self.rewrite_address(address, true)?.replace(',', "%2C");
                    Some(if descriptor.is_empty() {
                        address
                    } else {
                        format!("{address} {descriptor}")
                    })
                });
                let kept: Vec<String> = kept.collect();
                (!kept.is_empty()).then(|| kept.join(", ").into())
            }
            _ => match loads_address(attribute) {
                Some(loads) => self.rewrite_address(value, loads).map(Cow::from),
                None => Some(value.into()),
            },
        }
    }

    /// The id of an element without the prefix of generated ids; none, so that it is removed, where
    /// the body does not define it or an earlier element already has it.
    fn rewrite_name<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        let name = match value.strip_prefix(GENERATED_PREFIX) {
            Some(made) => Cow::from(made),
            None => to_nfc(value),
        };
        let is_own = value.starts_with(GENERATED_PREFIX) || self.anchors.contains(&*name);
        (is_own && self.used_ids.lock().is_ok_and(|mut used_ids| used_ids.insert(name.to_string())))
            .then_some(name)
    }

    /// The resolved address in an attribute; none where the attribute is removed. `loads` says
    /// whether a browser loads the address without a click, as that of an image: it is then kept
    /// only if known to be allowed.
    fn rewrite_address(&self, value: &str, loads: bool) -> Option<String> {
        let value = value.trim();
        if let Some(number) = value.strip_prefix(GENERATED_PREFIX) {
            let (is_image, address) = self.generated.get(number.parse::<usize>().ok()?)?;
            return address.clone().filter(|_| *is_image || !loads);
        }
        if let Some(name) = value.strip_prefix('#') {
            return Some(format!(
                "#{}",
                to_nfc(name.strip_prefix(GENERATED_PREFIX).unwrap_or(name))
            ));
        }
        let known = self.authored.get(&(loads, value.to_owned())).cloned();
        known.unwrap_or_else(|| {
            (!loads && value.contains("://") && is_safe_address(value)).then(|| value.to_owned())
        })
    }
}

/// Whether an external address may be a link: `http`, `https`, `mailto`, `tel`, or no scheme.
pub fn is_safe_address(address: &str) -> bool {
    let scheme = address
        .split(['/', '?', '#'])
        .next()
        .unwrap_or("")
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel"))
}
