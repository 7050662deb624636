//! What is the same on every page is written into the templates when they are loaded.
//!
//! A site has one interface language, so `{{ t.case.results }}` says the same wherever it stands and need not be looked up again on
//! every page.

use tera::{Context, Value, escape_html};

/// A template with the texts in place of the globals that it names. What is no text, or is not known, is left as it is: so is what
/// would be read as a part of the template, what would move the lines that errors name, and everything in templates that are not
/// escaped as HTML is.
pub fn written_in(path: &str, template: &str, globals: &Context) -> String {
    if !path.ends_with(".html") && !path.ends_with(".xml") {
        return template.to_owned();
    }
    let taken: Vec<&str> = template.split("{%").skip(1).flat_map(names_given).collect();
    let mut written = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find(OPENS) {
        let (before, named) = rest.split_at(at);
        written.push_str(before);
        let constant = |end| Some((text_of(&named[OPENS.len()..end], globals, &taken)?, end + CLOSES.len()));
        match named.find(CLOSES).and_then(constant) {
            Some((text, end)) => {
                written.push_str(&text);
                rest = &named[end..];
            }
            None => {
                written.push_str(OPENS);
                rest = &named[OPENS.len()..];
            }
        }
    }
    written.push_str(rest);
    written
}

const OPENS: &str = "{{ ";
const CLOSES: &str = " }}";

/// The names that a tag of a template gives to values of its own, some of which a theme may have taken from the globals.
fn names_given(tag: &str) -> Vec<&str> {
    let tag = tag.split("%}").next().unwrap_or(tag).trim_start_matches('-').trim_start();
    let names = match tag.split_once(char::is_whitespace) {
        Some(("for", rest)) => rest.split(" in ").next().unwrap_or(rest),
        Some(("set" | "set_global", rest)) => rest.split('=').next().unwrap_or(rest),
        Some(("component", rest)) => rest,
        _ => "",
    };
    // `@t` is the global.
    let names = names.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '@');
    names.filter(|name| !name.is_empty() && !name.starts_with('@')).collect()
}

/// What a name such as `t.case.results` stands for on a page.
fn text_of(name: &str, globals: &Context, taken: &[&str]) -> Option<String> {
    let (global, path) = name.split_once('.').filter(|(global, _)| !taken.contains(global))?;
    let text = shown(globals.get(global)?.get_from_path(path)?)?;
    ["{{", "{%", "{#", "\n"].iter().all(|mark| !text.contains(mark)).then_some(text)
}

/// A text as it stands in HTML.
fn shown(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    if value.is_safe() {
        return Some(text.to_owned());
    }
    let mut escaped = Vec::with_capacity(text.len());
    escape_html(text, &mut escaped).ok()?;
    String::from_utf8(escaped).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn globals() -> Context {
        let mut globals = Context::new();
        let texts = BTreeMap::from([("won", "Won & <kept>"), ("odd", "{{ case.title }}"), ("one", "{n} study"), ("lines", "a\nb")]);
        globals.insert("t", &BTreeMap::from([("case", texts)]));
        globals.insert("figures", &BTreeMap::from([("pages", 3)]));
        globals.insert("icon", &BTreeMap::from([("up", Value::safe_string("<svg/>"))]));
        globals
    }

    #[test]
    fn texts_stand_where_their_names_stood() {
        let cases = [
            ("<b>{{ t.case.won }}</b>{{ icon.up }}.", "<b>Won &amp; &lt;kept&gt;</b><svg/>."),
            ("{{ t.case.one }}", "{n} study"),
            // No text, not known, a part of a template, more than a name, more than a line, not closed.
            ("{{ figures.pages }}{{ t.case.lost }}{{ t.case.odd }}", "{{ figures.pages }}{{ t.case.lost }}{{ t.case.odd }}"),
            ("{{ t.case.won | upper }}{{ t[\"case\"].won }}{{ t }}", "{{ t.case.won | upper }}{{ t[\"case\"].won }}{{ t }}"),
            ("{{ t.case.lines }}", "{{ t.case.lines }}"),
            ("{{ t.case.won {{ t.case.won }}", "{{ t.case.won Won &amp; &lt;kept&gt;"),
            // Names that the template gives to something else.
            ("{% for t in terms %}{{ t.case.won }}{{ icon.up }}", "{% for t in terms %}{{ t.case.won }}<svg/>"),
            ("{%- for key, icon in icons -%}{{ icon.up }}", "{%- for key, icon in icons -%}{{ icon.up }}"),
            ("{% set t = terms %}{{ t.case.won }}", "{% set t = terms %}{{ t.case.won }}"),
            ("{% set one = t.case %}{{ icon.up }}", "{% set one = t.case %}<svg/>"),
            ("{% component up(icon, @t) %}{{ icon.up }}{{ t.case.one }}", "{% component up(icon, @t) %}{{ icon.up }}{n} study"),
        ];
        for (template, expected) in cases {
            assert_eq!(written_in("a.html", template, &globals()), expected);
        }
        assert_eq!(written_in("robots.txt", "{{ t.case.won }}", &globals()), "{{ t.case.won }}");
    }
}
