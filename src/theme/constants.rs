//! Inlines constant texts into the templates when they are loaded.
//!
//! A site has one interface language, so `{{ t.case.results }}` has the same value everywhere and
//! need not be looked up again for every page.

use tera::{Context, Value, escape_html};

/// Replaces expressions such as `{{ t.case.results }}` with their escaped text where the value is a
/// text of `globals`.
///
/// An expression stays where its value is unknown or no text, where a tag of the template binds the
/// same name, where the text contains template syntax, and where it has a line break, which would
/// shift the line numbers of errors. Only templates with HTML escaping (`.html`, `.xml`) are
/// changed.
pub fn inline_constants(path: &str, template: &str, globals: &Context) -> String {
    if !path.ends_with(".html") && !path.ends_with(".xml") {
        return template.to_owned();
    }
    let shadowed: Vec<&str> = template.split("{%").skip(1).flat_map(bound_names).collect();
    let mut output = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find(EXPRESSION_START) {
        let (before, expression) = rest.split_at(at);
        output.push_str(before);
        let constant = |end| {
            Some((
                constant_text(&expression[EXPRESSION_START.len()..end], globals, &shadowed)?,
                end + EXPRESSION_END.len(),
            ))
        };
        match expression.find(EXPRESSION_END).and_then(constant) {
            Some((text, end)) => {
                output.push_str(&text);
                rest = &expression[end..];
            }
            None => {
                output.push_str(EXPRESSION_START);
                rest = &expression[EXPRESSION_START.len()..];
            }
        }
    }
    output.push_str(rest);
    output
}

const EXPRESSION_START: &str = "{{ ";
const EXPRESSION_END: &str = " }}";

/// The names that a tag of a template binds (`for`, `set`, `component`); each may shadow a global.
fn bound_names(tag: &str) -> Vec<&str> {
    let tag = tag.split("%}").next().unwrap_or(tag).trim_start_matches('-').trim_start();
    let names = match tag.split_once(char::is_whitespace) {
        Some(("for", rest)) => rest.split(" in ").next().unwrap_or(rest),
        Some(("set" | "set_global", rest)) => rest.split('=').next().unwrap_or(rest),
        Some(("component", rest)) => rest,
        _ => "",
    };
    // A component names a global as `@t`; that does not shadow it.
    let names =
        names.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '@');
    names.filter(|name| !name.is_empty() && !name.starts_with('@')).collect()
}

/// The escaped text of a dotted name such as `t.case.results`, where it can be inlined.
fn constant_text(name: &str, globals: &Context, shadowed: &[&str]) -> Option<String> {
    let (global, path) = name.split_once('.').filter(|(global, _)| !shadowed.contains(global))?;
    let text = to_html(globals.get(global)?.get_from_path(path)?)?;
    ["{{", "{%", "{#", "\n"].iter().all(|mark| !text.contains(mark)).then_some(text)
}

/// A text escaped for HTML, or as it is where it is marked as safe; `None` for other values.
fn to_html(value: &Value) -> Option<String> {
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
        let texts = BTreeMap::from([
            ("won", "Won & <kept>"),
            ("odd", "{{ case.title }}"),
            ("one", "{n} study"),
            ("lines", "a\nb"),
        ]);
        globals.insert("t", &BTreeMap::from([("case", texts)]));
        globals.insert("figures", &BTreeMap::from([("pages", 3)]));
        globals.insert("icon", &BTreeMap::from([("up", Value::safe_string("<svg/>"))]));
        globals
    }

    #[test]
    fn expressions_are_replaced_with_their_texts() {
        let cases = [
            ("<b>{{ t.case.won }}</b>{{ icon.up }}.", "<b>Won &amp; &lt;kept&gt;</b><svg/>."),
            ("{{ t.case.one }}", "{n} study"),
            // Left alone: a number, an unknown name, template syntax, more than a name, two lines,
            // a missing end.
            (
                "{{ figures.pages }}{{ t.case.lost }}{{ t.case.odd }}",
                "{{ figures.pages }}{{ t.case.lost }}{{ t.case.odd }}",
            ),
            (
                "{{ t.case.won | upper }}{{ t[\"case\"].won }}{{ t }}",
                "{{ t.case.won | upper }}{{ t[\"case\"].won }}{{ t }}",
            ),
            ("{{ t.case.lines }}", "{{ t.case.lines }}"),
            ("{{ t.case.won {{ t.case.won }}", "{{ t.case.won Won &amp; &lt;kept&gt;"),
            // Left alone: names that the template binds itself.
            (
                "{% for t in terms %}{{ t.case.won }}{{ icon.up }}",
                "{% for t in terms %}{{ t.case.won }}<svg/>",
            ),
            (
                "{%- for key, icon in icons -%}{{ icon.up }}",
                "{%- for key, icon in icons -%}{{ icon.up }}",
            ),
            ("{% set t = terms %}{{ t.case.won }}", "{% set t = terms %}{{ t.case.won }}"),
            ("{% set one = t.case %}{{ icon.up }}", "{% set one = t.case %}<svg/>"),
            (
                "{% component up(icon, @t) %}{{ icon.up }}{{ t.case.one }}",
                "{% component up(icon, @t) %}{{ icon.up }}{n} study",
            ),
        ];
        for (template, expected) in cases {
            assert_eq!(inline_constants("a.html", template, &globals()), expected);
        }
        assert_eq!(
            inline_constants("robots.txt", "{{ t.case.won }}", &globals()),
            "{{ t.case.won }}"
        );
    }
}
