//! The interface in one language: texts, plural forms, and the format of numbers and dates.

use std::collections::BTreeMap;
use std::sync::Arc;

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// The contents of a theme's language file, `languages/<id>.toml`: all texts of the interface, and
/// how it writes numbers and dates.
#[derive(Debug, Clone)]
pub struct Language {
    /// Format of numbers, dates and lists.
    pub format: LocaleFormat,
    /// Which plural form a number takes.
    plural_rules: Arc<PluralRules>,
    /// Texts by dotted key: `case.results`.
    texts: FxHashMap<String, Message>,
}

/// The `[language]` table of a language file.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct LocaleFormat {
    /// Language tag (BCP 47).
    pub id: String,
    /// Name of the language in the language itself.
    pub name: String,
    /// Writing direction: `ltr` or `rtl`.
    pub direction: String,
    /// Decimal separator.
    decimal: String,
    /// Separator between groups of three digits.
    group: String,
    /// The fewest digits of a number that has groups: 5 where `1234` has none.
    #[serde(default)]
    group_from: usize,
    /// Minus sign.
    minus: String,
    /// Pattern of a percentage with `{n}`.
    percent: String,
    /// Pattern of a range with `{from}` and `{to}`.
    range: String,
    /// Separator between items of a list, with its space.
    pub list: String,
    /// Separator before the last item of a list.
    last: String,
    /// Whether nouns have a capital letter inside a sentence, as in German.
    #[serde(default)]
    capital_nouns: bool,
    /// Separator between remarks that each may hold a list; a semicolon where none is given.
    #[serde(default = "default_remark_separator")]
    remarks: String,
    /// Pattern of a date with `{day}`, `{month}` and `{year}`.
    day: String,
    /// Pattern of a month with `{month}` and `{year}`.
    month: String,
    /// Pattern of a date range with `{from}` and `{to}`.
    span: String,
    /// Twelve month names, January first.
    months: Vec<String>,
}

/// An interface text, or its plural forms.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Message {
    /// A text without plural forms.
    Single(String),
    /// Plural forms by CLDR category: `one`, `other`.
    Plural(BTreeMap<String, String>),
}

impl Language {
    /// Parses the language file `own` with `complete` as the fallback for missing keys.
    ///
    /// # Errors
    /// A description of what is wrong with the file.
    pub fn parse(own: &str, complete: &str) -> Result<Self, String> {
        let mut texts = FxHashMap::default();
        let mut format = None;
        for source in [complete, own] {
            let mut table: toml::Table =
                toml::from_str(source).map_err(|error| error.message().to_owned())?;
            format = table.remove("language").or(format);
            flatten_texts("", &table, &mut texts)?;
        }
        let format: LocaleFormat = format
            .ok_or("the table `[language]` is missing")?
            .try_into()
            .map_err(|error: toml::de::Error| error.message().to_owned())?;
        if format.months.len() != 12 {
            return Err(format!("`months` holds {} names, not 12", format.months.len()));
        }
        let plural_rules = Arc::new(plural_rules(&format.id));
        Ok(Language { format, plural_rules, texts })
    }

    /// The text of a key; of plural forms the one for `other`. A missing key is returned itself; a
    /// test reports it.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        match self.texts.get(key) {
            Some(Message::Single(text)) => text,
            Some(Message::Plural(forms)) => forms.get("other").map_or(key, String::as_str),
            None => key,
        }
    }

    /// The text of a key with each `{name}` replaced by its value.
    pub fn text_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        interpolate(self.text(key), values)
    }

    /// The plural form of a key for the number `n`, with `{n}` and the other names replaced; `n` is
    /// formatted.
    pub fn plural_text(&self, key: &str, n: usize, values: &[(&str, &str)]) -> String {
        let form = match self.texts.get(key) {
            Some(Message::Plural(forms)) => forms
                .get(category_name(self.plural_rules.category_for(n)))
                .or_else(|| forms.get("other"))
                .map_or(key, String::as_str),
            Some(Message::Single(text)) => text,
            None => key,
        };
        let number = self.format_integer(n);
        let all: Vec<(&str, &str)> =
            std::iter::once(("n", &*number)).chain(values.iter().copied()).collect();
        interpolate(form, &all)
    }

    /// Every key with its plain text, for templates, in no order; texts with plural forms are left
    /// out.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter_map(|(key, text)| match text {
            Message::Single(text) => Some((key.as_str(), text.as_str())),
            Message::Plural(_) => None,
        })
    }

    /// The texts of the section `script`, those with plural forms included, for the module that
    /// scripts import; their keys are without the prefix `script.`.
    pub fn script_texts(&self) -> BTreeMap<&str, &Message> {
        self.texts
            .iter()
            .filter_map(|(key, text)| Some((key.strip_prefix("script.")?, text)))
            .collect()
    }

    /// Every key and whether it has plural forms, in no order.
    pub fn keys(&self) -> impl Iterator<Item = (&str, bool)> {
        self.texts.iter().map(|(key, text)| (key.as_str(), matches!(text, Message::Plural(_))))
    }

    /// Every text by key, those with plural forms included, in no order.
    pub fn messages(&self) -> impl Iterator<Item = (&str, &Message)> {
        self.texts.iter().map(|(key, message)| (key.as_str(), message))
    }

    /// An integer with group separators: `1,358,000`.
    pub fn format_integer(&self, n: usize) -> String {
        self.group_digits(&n.to_string())
    }

    /// Digits with a separator before each group of three, where there are enough of them.
    fn group_digits(&self, digits: &str) -> String {
        if digits.len() < self.format.group_from {
            return digits.to_owned();
        }
        let mut text = String::new();
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push_str(&self.format.group);
            }
            text.push(digit);
        }
        text
    }

    /// A number with a fixed count of decimals; a value that rounds to zero has no minus sign.
    pub fn format_number(&self, value: f64, decimals: usize) -> String {
        self.format_with_sign(value, decimals, "")
    }

    /// A number with a fixed count of decimals and its sign, plus included; zero has no sign.
    pub fn format_signed(&self, value: f64, decimals: usize) -> String {
        self.format_with_sign(value, decimals, "+")
    }

    /// A number with a fixed count of decimals; `plus` stands before finite values above zero, and
    /// a value that rounds to zero has no sign.
    fn format_with_sign(&self, value: f64, decimals: usize, plus: &str) -> String {
        // Ties round away from zero, as readers expect: 62.5 becomes 63, not the even 62.
        let value = if decimals == 0 { value.round() } else { value };
        let plain = format!("{:.decimals$}", value.abs());
        let is_zero = plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        let sign: &str = match value {
            _ if is_zero => "",
            ..0.0 => &self.format.minus,
            _ if value.is_finite() => plus,
            _ => "",
        };
        match plain.split_once('.') {
            Some((whole, fraction)) => {
                let decimal = &self.format.decimal;
                format!("{sign}{}{decimal}{fraction}", self.group_digits(whole))
            }
            None => format!("{sign}{}", self.group_digits(&plain)),
        }
    }

    /// A number that is already formatted, such as `12.4`, as a percentage in the form of the
    /// language: `12.4%`.
    pub fn format_percent(&self, number: &str) -> String {
        interpolate(&self.format.percent, &[("n", number)])
    }

    /// A range between two formatted values.
    pub fn format_range(&self, from: &str, to: &str) -> String {
        interpolate(&self.format.range, &[("from", from), ("to", to)])
    }

    /// A date: `3 Mar 2025`.
    pub fn format_day(&self, date: Date) -> String {
        let (day, year) = (date.day().to_string(), date.year().to_string());
        interpolate(
            &self.format.day,
            &[("day", &day), ("month", self.month_name(date)), ("year", &year)],
        )
    }

    /// A month: `Mar 2025`.
    pub fn format_month(&self, date: Date) -> String {
        interpolate(
            &self.format.month,
            &[("month", self.month_name(date)), ("year", &date.year().to_string())],
        )
    }

    /// A date range: `3 Mar 2025 – 28 Apr 2025`.
    pub fn format_date_range(&self, from: Date, to: Date) -> String {
        interpolate(
            &self.format.span,
            &[("from", &self.format_day(from)), ("to", &self.format_day(to))],
        )
    }

    /// The name of the month of a date, as it stands in dates.
    pub fn month_name(&self, date: Date) -> &str {
        &self.format.months[usize::from(date.month().unsigned_abs()) - 1]
    }

    /// A list with a conjunction before the last item: `a, b and c`; empty for no items.
    pub fn format_list<T: AsRef<str>>(&self, things: &[T]) -> String {
        match things {
            [] => String::new(),
            [one] => one.as_ref().to_owned(),
            [some @ .., last] => {
                format!("{}{}{}", self.join_with_commas(some), self.format.last, last.as_ref())
            }
        }
    }

    /// A label that is a noun, such as an objective, as it stands inside a sentence.
    pub fn noun_in_sentence(&self, label: &str) -> String {
        if self.format.capital_nouns { label.to_owned() } else { label.to_lowercase() }
    }

    /// A label that begins with another word than a noun, such as an outcome, as it stands inside a
    /// sentence; nouns in it keep their capital letters where the language has them.
    pub fn phrase_in_sentence(&self, label: &str) -> String {
        let mut letters = label.chars();
        match letters.next().filter(|_| self.format.capital_nouns) {
            Some(first) => first.to_lowercase().chain(letters).collect(),
            None => label.to_lowercase(),
        }
    }

    /// Remarks that each may hold a list, on one line: `a, b; c`.
    pub fn join_remarks<T: AsRef<str>>(&self, remarks: &[T]) -> String {
        remarks.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&self.format.remarks)
    }

    /// A list without a conjunction, with the separator of the language: `a, b, c`.
    pub fn join_with_commas<T: AsRef<str>>(&self, things: &[T]) -> String {
        things.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&self.format.list)
    }
}

/// The separator of remarks in a language file that gives none.
fn default_remark_separator() -> String {
    "; ".to_owned()
}

/// A number rounded to one decimal, which is left out where it is zero. The decimal separator is a
/// dot in every language, because this is for coordinates in drawings and styles, not for readers.
pub(crate) fn trim_decimal(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Adds the texts of nested tables to `texts` under dotted keys; a table with the key `other` is a
/// set of plural forms. The error names a value that is no text.
fn flatten_texts(
    prefix: &str,
    table: &toml::Table,
    texts: &mut FxHashMap<String, Message>,
) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(text) => drop(texts.insert(key, Message::Single(text.clone()))),
            toml::Value::Table(forms) if forms.contains_key("other") => {
                let forms = forms
                    .iter()
                    .filter_map(|(category, text)| {
                        Some((category.clone(), text.as_str()?.to_owned()))
                    })
                    .collect();
                texts.insert(key, Message::Plural(forms));
            }
            toml::Value::Table(inner) => flatten_texts(&key, inner, texts)?,
            _ => return Err(format!("`{key}` is not a text")),
        }
    }
    Ok(())
}

/// Replaces each `{name}` by its value; unknown names stay as they are.
fn interpolate(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => text.extend(["{", name, "}"]),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The plural rules of a language tag (Unicode CLDR); the form for `other` for every number where
/// the tag is none or CLDR does not know the language.
fn plural_rules(tag: &str) -> PluralRules {
    let locale = Locale::try_from_str(tag).unwrap_or(Locale::UNKNOWN);
    PluralRules::try_new_cardinal(locale.into())
        .expect("the rules of every locale are compiled into the program")
}

/// The plural forms that a text has in the language of a tag, as language files name them.
pub fn plural_forms(tag: &str) -> Vec<&'static str> {
    plural_rules(tag).categories().map(category_name).collect()
}

/// The name of a plural category in language files.
fn category_name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Language {
        let text = include_str!("../../../themes/atlas/languages/en.toml");
        Language::parse(text, text).unwrap()
    }

    #[test]
    fn lists_and_remarks_have_the_separators_of_the_language() {
        let english = include_str!("../../../themes/atlas/languages/en.toml");
        let arabic = include_str!("../../../themes/atlas/languages/ar.toml");
        let of = |own| Language::parse(own, english).unwrap();
        let written = |language: &Language| {
            language.join_remarks(&[language.join_with_commas(&["a", "b"]), "c".to_owned()])
        };
        assert_eq!(written(&of(english)), "a, b; c");
        assert_eq!(written(&of(arabic)), "a، b؛ c");
    }

    #[test]
    fn nouns_inside_a_sentence_keep_their_capitals_in_german_only() {
        let german = include_str!("../../../themes/atlas/languages/de.toml");
        let german = Language::parse(german, german).unwrap();
        assert_eq!(english().noun_in_sentence("Awareness"), "awareness");
        assert_eq!(german.noun_in_sentence("Bekanntheit"), "Bekanntheit");
        assert_eq!(english().phrase_in_sentence("No effect"), "no effect");
        assert_eq!(german.phrase_in_sentence("Kein Effekt"), "kein Effekt");
    }

    #[test]
    fn numbers_and_dates() {
        let language = english();
        assert_eq!(language.format_integer(1_358_000), "1,358,000");
        assert_eq!(
            [0, 999, 1000, 12_345].map(|n| language.format_integer(n)),
            ["0", "999", "1,000", "12,345"]
        );
        assert_eq!(language.format_number(1e20, 0), "100,000,000,000,000,000,000");
        assert_eq!(
            [f64::INFINITY, f64::NAN].map(|odd| language.format_number(odd, 1)),
            ["inf", "NaN"]
        );
        assert_eq!(language.format_signed(-12.44, 1), "−12.4");
        assert_eq!(language.format_signed(-0.04, 1), "0.0");
        assert_eq!(language.format_signed(0.04, 1), "0.0");
        assert_eq!(language.format_signed(7.26, 1), "+7.3");
        assert_eq!([0.0, -0.0, 0.96, 1.0, 12.34].map(trim_decimal), ["0", "-0", "1", "1", "12.3"]);
        assert_eq!(language.format_day(jiff::civil::date(2025, 3, 9)), "9 Mar 2025");
        assert_eq!(language.format_list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn plural_categories() {
        let rows = [
            ("en", 1, "one"),
            ("en", 0, "other"),
            ("fr", 0, "one"),
            ("fr", 1_000_000, "many"),
            ("pt-BR", 0, "one"),
            ("nonsense", 1, "other"),
            ("pl", 22, "few"),
            ("ru", 21, "one"),
            ("ru", 11, "many"),
            ("ar", 103, "few"),
            ("ja", 1, "other"),
        ];
        for (language, n, wanted) in rows {
            let category = plural_rules(language).category_for(n);
            assert_eq!(category_name(category), wanted, "{language} {n}");
        }
    }

    #[test]
    fn names_are_filled_in_and_unknown_ones_stay() {
        assert_eq!(interpolate("{a} of {b} {", &[("a", "3")]), "3 of {b} {");
    }
}
