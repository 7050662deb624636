//! Language files of the theme as a translator sees them: what one lacks beside English, and the text
//! from which a new one starts.

use std::collections::{BTreeMap, BTreeSet};

use crate::page::text::display;
use crate::page::{Language, Message, plural_forms};

/// How a language file differs from what English has and its own plural rules ask for; keys are
/// dotted (`case.results`) and sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LanguageGaps {
    /// Keys for which English stands in.
    pub missing: Vec<String>,
    /// Keys that English does not have, which nothing shows.
    pub unknown: Vec<String>,
    /// Keys whose plural forms are not those of the language, which are `other` alone, or a text
    /// without forms where English has some.
    pub wrong_forms: Vec<String>,
    /// Keys with a `{name}` that English does not fill in, or without one that it has in every form.
    pub wrong_names: Vec<String>,
    /// Keys whose text is that of English.
    pub untranslated: Vec<String>,
}

impl LanguageGaps {
    /// Compares a language file with the English one, both as TOML.
    ///
    /// # Errors
    /// One of them is no language file; the text says why.
    pub fn find(own: &str, english: &str) -> Result<LanguageGaps, String> {
        let language = Language::parse(own, own)?;
        let english = Language::parse(english, english)?;
        let (texts, wanted) = (sorted_texts(&language), sorted_texts(&english));
        let forms: BTreeSet<&str> = plural_forms(&language.format.id).into_iter().collect();
        let mut gaps = LanguageGaps::default();
        for (key, wanted) in &wanted {
            let Some(text) = texts.get(key) else {
                gaps.missing.push((*key).to_owned());
                continue;
            };
            if !has_forms(text, wanted, &forms) {
                gaps.wrong_forms.push((*key).to_owned());
            }
            if !has_names(text, wanted) {
                gaps.wrong_names.push((*key).to_owned());
            }
            if text == wanted {
                gaps.untranslated.push((*key).to_owned());
            }
        }
        gaps.unknown = texts
            .keys()
            .filter(|key| !wanted.contains_key(*key))
            .map(|key| (*key).to_owned())
            .collect();
        Ok(gaps)
    }

    /// Whether a reader would notice anything of it: untranslated texts may be meant.
    pub fn is_complete(&self) -> bool {
        [&self.missing, &self.unknown, &self.wrong_forms, &self.wrong_names]
            .iter()
            .all(|keys| keys.is_empty())
    }

    /// What is wrong, one line for each kind, with at most `limit` of the keys.
    pub fn describe(&self, limit: usize) -> Vec<String> {
        [
            (&self.missing, "missing, so that English stands in"),
            (&self.unknown, "not known, so that nothing shows it"),
            (&self.wrong_forms, "with other plural forms than the language has"),
            (&self.wrong_names, "with other `{names}` than the English text"),
        ]
        .into_iter()
        .filter(|(keys, _)| !keys.is_empty())
        .map(|(keys, what)| {
            let more = match keys.len().saturating_sub(limit) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("{} {what}: {}{more}", keys.len(), keys[..keys.len().min(limit)].join(", "))
        })
        .collect()
    }
}

/// The texts of a language by key.
fn sorted_texts(language: &Language) -> BTreeMap<&str, &Message> {
    language.messages().collect()
}

/// Whether a text has exactly the plural forms `forms` where English has forms, and none else.
fn has_forms(text: &Message, english: &Message, forms: &BTreeSet<&str>) -> bool {
    match (text, english) {
        (Message::Plural(own), Message::Plural(_)) => {
            own.keys().map(String::as_str).collect::<BTreeSet<_>>() == *forms
        }
        (Message::Single(_), Message::Single(_)) => true,
        _ => false,
    }
}

/// Whether a text fills in only names that English has too, and leaves out none but those that some
/// form of English leaves out; any form may leave out the number `n`.
fn has_names(text: &Message, english: &Message) -> bool {
    let all: BTreeSet<&str> = forms_of(english).flat_map(names_in).chain(["n"]).collect();
    let needed: BTreeSet<&str> = all
        .iter()
        .copied()
        .filter(|name| {
            *name != "n" && forms_of(english).all(|form| names_in(form).any(|known| known == *name))
        })
        .collect();
    let is_single = matches!(english, Message::Single(_));
    forms_of(text).all(|form| {
        let own: BTreeSet<&str> = names_in(form).collect();
        let knows_number = !is_single || all_names(english).contains("n") || !own.contains("n");
        own.is_subset(&all) && needed.is_subset(&own) && knows_number
    })
}

/// The names that any form of a text fills in.
fn all_names(text: &Message) -> BTreeSet<&str> {
    forms_of(text).flat_map(names_in).collect()
}

/// The forms of a text: its only one, or its plural forms.
fn forms_of(text: &Message) -> impl Iterator<Item = &str> {
    let (single, plural) = match text {
        Message::Single(text) => (Some(text.as_str()), None),
        Message::Plural(forms) => (None, Some(forms.values().map(String::as_str))),
    };
    single.into_iter().chain(plural.into_iter().flatten())
}

/// The names in braces of a text.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The text of a new language file: the English one with the tag, the direction and the plural forms
/// of `tag`; all else waits for a translator.
pub fn start_translation(tag: &str, english: &str) -> String {
    let direction = display::writing_direction(tag);
    let mut out = format!(
        "# Every text of the interface in `{tag}`, still in English. Translate what stands in quotes and nothing else:\n\
         # `{{name}}` is filled in by the generator. `casebook theme --translate {tag}` says what is left to do.\n"
    );
    // The comment at the top of the English file is about English.
    for line in english.lines().skip_while(|line| line.starts_with('#')) {
        match line.split_once(" = ") {
            Some(("id", _)) => out.push_str(&format!("id = {tag:?}")),
            Some(("direction", _)) => out.push_str(&format!("direction = {direction:?}")),
            Some((key, forms)) if forms.starts_with('{') => {
                out.push_str(&plural_line(key, line, tag).unwrap_or_else(|| line.to_owned()));
            }
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// The line of a text with plural forms, with those of the language `tag`, all of them the English
/// text for `other`; `None` if the line is no such text.
fn plural_line(key: &str, line: &str, tag: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(line).ok()?;
    // A text in JSON is one in TOML.
    let other = serde_json::to_string(table.get(key)?.get("other")?.as_str()?).ok()?;
    let forms: Vec<String> =
        plural_forms(tag).iter().map(|form| format!("{form} = {other}")).collect();
    Some(format!("{key} = {{ {} }}", forms.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = include_str!("../../themes/atlas/languages/en.toml");

    #[test]
    fn a_started_translation_lacks_nothing_but_the_translation() {
        for (tag, direction) in [("pl", "ltr"), ("ar", "rtl"), ("ja", "ltr"), ("he", "rtl")] {
            let started = start_translation(tag, ENGLISH);
            let gaps = LanguageGaps::find(&started, ENGLISH).unwrap();
            assert!(gaps.is_complete(), "{tag}: {:?}", gaps.describe(9));
            let language = Language::parse(&started, &started).unwrap();
            assert_eq!(
                (language.format.id.as_str(), language.format.direction.as_str()),
                (tag, direction)
            );
            assert!(gaps.untranslated.len() > 500, "{tag}");
        }
        assert!(start_translation("pl", ENGLISH).contains("few = "));
        assert!(!start_translation("ja", ENGLISH).contains("{ one = "));
    }

    #[test]
    fn gaps_are_named() {
        let head =
            &ENGLISH[ENGLISH.find("[language]").unwrap()..ENGLISH.find("\n# Around").unwrap()];
        let file = |texts: &str| format!("{head}\n[a]\n{texts}");
        let english = file(
            "x = \"Since {date}\"\ny = { one = \"{n} of {all}\", other = \"{n} of {all}\" }\nz = \"Z\"\n",
        );
        let find = |texts: &str| LanguageGaps::find(&file(texts), &english).unwrap();
        let whole = find(
            "x = \"Sinds {date}\"\ny = { one = \"een van {all}\", other = \"{n} van {all}\" }\nz = \"Zet\"\n",
        );
        assert_eq!(whole, LanguageGaps::default());
        let gaps = find(
            "x = \"Sinds {datum}\"\ny = { one = \"a\", few = \"b\", other = \"{n} van {all}\" }\nw = \"W\"\n",
        );
        assert_eq!(gaps.missing, ["a.z"]);
        assert_eq!(gaps.unknown, ["a.w"]);
        assert_eq!(gaps.wrong_forms, ["a.y"]);
        assert_eq!(gaps.wrong_names, ["a.x", "a.y"]);
        assert_eq!(gaps.describe(9).len(), 4);
        assert_eq!(find("x = \"Since {date}\"\n").untranslated, ["a.x"]);
    }
}
