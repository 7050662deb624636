//! What the page of a record says to search engines as data: JSON-LD with the words of schema.org.

use serde_json::{Value, json};

use crate::catalog::Meta;
use crate::page::context::Context;
use crate::page::parts::Link;
use crate::page::parts::shown_text::shown_label;

/// What the data about a record say, besides the fields that records of all kinds share.
#[derive(Debug, Clone, Copy)]
pub struct Article<'a> {
    /// Type of schema.org: `Article`, or `TechArticle` for an experiment with its method.
    pub schema_type: &'static str,
    /// One sentence about the record.
    pub description: Option<&'a str>,
    /// The team that answers for the record; the hub's name stands in.
    pub owner: Option<&'a str>,
    /// Full address of the picture of the record.
    pub image: Option<&'a str>,
    /// The pages above the record, the most general first.
    pub crumbs: &'a [Link],
}

/// The data about a record as JSON that is safe within a `script` element: the article, and where
/// the hub has a base URL the pages above it. Addresses are full ones, or left out.
pub fn compose(context: &Context, meta: &Meta, article: Article) -> String {
    let base = &context.site.base_url;
    let title = shown_label(context, meta);
    let organisation = |name: &str| json!({"@type": "Organization", "name": name});
    let mut data = json!({
        "@type": article.schema_type,
        "headline": title,
        "inLanguage": meta.language,
        "author": organisation(article.owner.unwrap_or(&context.site.title)),
        "publisher": organisation(&context.site.title),
    });
    let mut set = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            data[key] = value;
        }
    };
    set("alternativeHeadline", (meta.title != title).then(|| meta.title.clone().into()));
    set("description", article.description.filter(|text| !text.is_empty()).map(Value::from));
    set("image", article.image.map(Value::from));
    set("url", (!base.is_empty()).then(|| format!("{base}{}", meta.address).into()));
    if let Some(change) = &meta.change {
        set("datePublished", change.created.map(|day| day.to_string().into()));
        set("dateModified", Some(change.updated.to_string().into()));
    }
    let mut graph = vec![data];
    if !base.is_empty() {
        graph.push(breadcrumb_list(base, title, article.crumbs));
    }
    escape(&json!({"@context": "https://schema.org", "@graph": graph}).to_string())
}

/// The pages above a record and the record itself, as a list of schema.org.
fn breadcrumb_list(base: &str, title: &str, crumbs: &[Link]) -> Value {
    let mut items: Vec<Value> = crumbs
        .iter()
        .zip(1..)
        .map(|(crumb, position)| {
            json!({
                "@type": "ListItem",
                "position": position,
                "name": crumb.label,
                "item": format!("{base}{}", crumb.url),
            })
        })
        .collect();
    items.push(json!({"@type": "ListItem", "position": items.len() + 1, "name": title}));
    json!({"@type": "BreadcrumbList", "itemListElement": items})
}

/// JSON in which no text can end the `script` element around it or begin another.
fn escape(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_script_element() {
        let json = escape(&json!({"headline": "</script><!-- & co"}).to_string());
        assert!(!json.contains(['<', '>', '&']), "{json}");
        let read: Value = serde_json::from_str(&json).expect("it is JSON still");
        assert_eq!(read["headline"], "</script><!-- & co");
    }
}
