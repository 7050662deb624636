//! The interface in one language: its texts, its plural forms, its numbers and dates.

use std::collections::BTreeMap;

use jiff::civil::Date;
use memchr::memchr;
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// Everything a theme's `languages/<id>.toml` says.
#[derive(Debug, Clone)]
pub struct Language {
    /// How numbers, dates and lists are written.
    pub format: Format,
    /// Texts by dotted key: `case.results`.
    texts: FxHashMap<String, Text>,
}

/// The `[language]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// BCP 47.
    pub id: String,
    /// Its own name.
    pub name: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    decimal: String,
    group: String,
    minus: String,
    percent: String,
    range: String,
    list: String,
    last: String,
    day: String,
    month: String,
    span: String,
    months: Vec<String>,
}

/// A text, or its plural forms by category.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Text {
    /// One text.
    One(String),
    /// By category: `one`, `other`.
    Plural(BTreeMap<String, String>),
}

impl Language {
    /// Reads a language file over a complete one, so that a key missing in the first is taken from the second.
    ///
    /// # Errors
    /// What is wrong with the file, in words.
    pub fn parse(own: &str, complete: &str) -> Result<Self, String> {
        let mut texts = FxHashMap::default();
        let mut format = None;
        for source in [complete, own] {
            let mut table: toml::Table = toml::from_str(source).map_err(|error| error.message().to_owned())?;
            format = table.remove("language").or(format);
            flatten("", &table, &mut texts)?;
        }
        let format: Format =
            format.ok_or("the table `[language]` is missing")?.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        if format.months.len() != 12 {
            return Err(format!("`months` holds {} names, not 12", format.months.len()));
        }
        Ok(Language { format, texts })
    }

    /// The text of a key; a missing key stands for itself, and a test finds it.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        match self.texts.get(key) {
            Some(Text::One(text)) => text,
            Some(Text::Plural(forms)) => forms.get("other").map_or(key, String::as_str),
            None => key,
        }
    }

    /// The text of a key, its `{names}` filled in.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.text(key), values)
    }

    /// The plural form of a key for a number, with `{n}` and other names filled in.
    pub fn count(&self, key: &str, n: usize, values: &[(&str, &str)]) -> String {
        let form = match self.texts.get(key) {
            Some(Text::Plural(forms)) => forms.get(plural(&self.format.id, n)).or_else(|| forms.get("other")).map_or(key, String::as_str),
            Some(Text::One(text)) => text,
            None => key,
        };
        let number = self.whole(n);
        let all: Vec<(&str, &str)> = std::iter::once(("n", &*number)).chain(values.iter().copied()).collect();
        fill(form, &all)
    }

    /// Every key with its plain text, for templates, in no order; plural forms are left out.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter_map(|(key, text)| match text {
            Text::One(text) => Some((key.as_str(), text.as_str())),
            Text::Plural(_) => None,
        })
    }

    /// The texts of the section `script`, for the module that scripts import: plain texts, and plural forms by category.
    pub fn script_texts(&self) -> BTreeMap<&str, &Text> {
        self.texts.iter().filter_map(|(key, text)| Some((key.strip_prefix("script.")?, text))).collect()
    }

    /// Every key, in no order, and whether it has plural forms.
    pub fn keys(&self) -> impl Iterator<Item = (&str, bool)> {
        self.texts.iter().map(|(key, text)| (key.as_str(), matches!(text, Text::Plural(_))))
    }

    /// A whole number with its groups of three.
    pub fn whole(&self, n: usize) -> String {
        let digits = n.to_string();
        if digits.len() <= 3 {
            return digits;
        }
        let mut text = String::with_capacity(DIGITS);
        self.put_grouped(&digits, &mut text);
        text
    }

    fn put_grouped(&self, digits: &str, text: &mut String) {
        let (first, rest) = digits.split_at(if digits.len() > 3 { (digits.len() - 1) % 3 + 1 } else { digits.len() });
        text.push_str(first);
        for start in (0..rest.len()).step_by(3) {
            text.push_str(&self.format.group);
            text.push_str(&rest[start..start + 3]);
        }
    }

    /// A number with so many decimals; never a negative nought.
    pub fn number(&self, value: f64, decimals: usize) -> String {
        self.with_sign(value, decimals, "")
    }

    /// A number with its sign, plus included.
    pub fn signed(&self, value: f64, decimals: usize) -> String {
        self.with_sign(value, decimals, "+")
    }

    fn with_sign(&self, value: f64, decimals: usize, plus: &str) -> String {
        // Half a unit counts as one, as readers round: 62.5 is 63, not the even 62.
        let value = if decimals == 0 { value.round() } else { value };
        let plain = fixed(value.abs(), decimals);
        let (whole, rest) = memchr(b'.', plain.as_bytes()).map_or((&*plain, ""), |point| (&plain[..point], &plain[point + 1..]));
        let mut text = String::with_capacity(DIGITS);
        if value < 0.0 && !plain.bytes().all(|byte| byte == b'0' || byte == b'.') {
            text.push_str(&self.format.minus);
        } else if value > 0.0 && plain.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
            text.push_str(plus);
        }
        self.put_grouped(whole, &mut text);
        if !rest.is_empty() {
            text.push_str(&self.format.decimal);
            text.push_str(rest);
        }
        text
    }

    /// A number already written, as a percentage.
    pub fn percent(&self, number: &str) -> String {
        fill(&self.format.percent, &[("n", number)])
    }

    /// From one thing to another.
    pub fn range(&self, from: &str, to: &str) -> String {
        fill(&self.format.range, &[("from", from), ("to", to)])
    }

    /// `3 Mar 2025`.
    pub fn day(&self, date: Date) -> String {
        let (day, year) = (date.day().to_string(), date.year().to_string());
        fill(&self.format.day, &[("day", &day), ("month", self.month_name(date)), ("year", &year)])
    }

    /// `Mar 2025`.
    pub fn month(&self, date: Date) -> String {
        fill(&self.format.month, &[("month", self.month_name(date)), ("year", &date.year().to_string())])
    }

    /// `3 Mar 2025 – 28 Apr 2025`.
    pub fn span(&self, from: Date, to: Date) -> String {
        fill(&self.format.span, &[("from", &self.day(from)), ("to", &self.day(to))])
    }

    fn month_name(&self, date: Date) -> &str {
        &self.format.months[usize::from(date.month().unsigned_abs()) - 1]
    }

    /// `a, b and c`.
    pub fn list<T: AsRef<str>>(&self, things: &[T]) -> String {
        match things {
            [] => String::new(),
            [one] => one.as_ref().to_owned(),
            [some @ .., last] => format!("{}{}{}", self.commas(some), self.format.last, last.as_ref()),
        }
    }

    /// `a, b, c`.
    pub fn commas<T: AsRef<str>>(&self, things: &[T]) -> String {
        things.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(&self.format.list)
    }
}

/// Room for nearly every number, so that no text of one grows.
const DIGITS: usize = 24;

/// A number with so many decimals, as `format!` writes it. `format!` works with exact decimal expansions, and a page holds a hundred
/// figures; a rounded multiple says the same, unless the number lies in the very middle between two neighbours.
fn fixed(value: f64, decimals: usize) -> String {
    let Some(multiple) = rounded(value, decimals) else { return format!("{value:.decimals$}") };
    let digits = multiple.to_string();
    let (whole, rest) = digits.split_at(digits.len().saturating_sub(decimals));
    let mut text = String::with_capacity(DIGITS);
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if decimals > 0 {
        text.push('.');
        text.extend(std::iter::repeat_n('0', decimals - rest.len()));
        text.push_str(rest);
    }
    text
}

/// A number with one decimal, and with none where that is nought.
pub(crate) fn brief(value: f64) -> String {
    let mut text = fixed(value, 1);
    if text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    text
}

/// A number in tenths, hundredths or thousandths, to the nearest; nothing for the middle between two, nor for what is negative, huge or
/// no number.
fn rounded(value: f64, decimals: usize) -> Option<u64> {
    const TENS: [f64; 4] = [1.0, 10.0, 100.0, 1000.0];
    let tens = TENS.get(decimals)?;
    let multiple = value * tens;
    if !(value.is_sign_positive() && multiple < 1e12) {
        return None;
    }
    if (multiple.fract() - 0.5).abs() > 1e-3 {
        return Some(multiple.round() as u64);
    }
    // So near to the middle the product may have been rounded across it; how far it lies from there without rounding has the sign.
    let middle = multiple.floor() + 0.5;
    let beyond = value.mul_add(*tens, -middle);
    (beyond != 0.0).then(|| multiple.floor() as u64 + u64::from(beyond > 0.0))
}

fn flatten(prefix: &str, table: &toml::Table, texts: &mut FxHashMap<String, Text>) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::String(text) => drop(texts.insert(key, Text::One(text.clone()))),
            toml::Value::Table(forms) if forms.contains_key("other") => {
                let forms = forms.iter().filter_map(|(category, text)| Some((category.clone(), text.as_str()?.to_owned()))).collect();
                texts.insert(key, Text::Plural(forms));
            }
            toml::Value::Table(inner) => flatten(&key, inner, texts)?,
            _ => return Err(format!("`{key}` is not a text")),
        }
    }
    Ok(())
}

fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    // Patterns are short and many, and a search for a byte starts sooner than one for a character.
    while let Some(open) = memchr(b'{', rest.as_bytes()) {
        text.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let Some(close) = memchr(b'}', after.as_bytes()) else {
            text.push('{');
            rest = after;
            continue;
        };
        let (name, after) = (&after[..close], &after[close + 1..]);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => text.extend(["{", name, "}"]),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The plural category of a whole number, by the rules of the Unicode CLDR (version 46) for cardinal integers.
fn plural(language: &str, n: usize) -> &'static str {
    let (ten, hundred) = (n % 10, n % 100);
    let teen = (11..=14).contains(&hundred);
    match language.split('-').next().unwrap_or(language) {
        "ja" | "ko" | "zh" | "id" | "ms" | "vi" | "th" | "lo" | "km" | "my" => "other",
        "fr" | "pt" | "hi" | "fa" | "am" => {
            if n <= 1 {
                "one"
            } else {
                "other"
            }
        }
        "ru" | "uk" | "be" => match ten {
            1 if hundred != 11 => "one",
            2..=4 if !teen => "few",
            _ => "many",
        },
        "sr" | "hr" | "bs" => match ten {
            1 if hundred != 11 => "one",
            2..=4 if !teen => "few",
            _ => "other",
        },
        "pl" => match ten {
            _ if n == 1 => "one",
            2..=4 if !teen => "few",
            _ => "many",
        },
        "cs" | "sk" => match n {
            1 => "one",
            2..=4 => "few",
            _ => "other",
        },
        "lt" => match ten {
            0 => "other",
            1 if !(11..=19).contains(&hundred) => "one",
            _ if !(11..=19).contains(&hundred) => "few",
            _ => "other",
        },
        "ro" => match n {
            1 => "one",
            _ if n == 0 || (1..=19).contains(&hundred) => "few",
            _ => "other",
        },
        "ar" => match n {
            0 => "zero",
            1 => "one",
            2 => "two",
            _ if (3..=10).contains(&hundred) => "few",
            _ if hundred >= 11 => "many",
            _ => "other",
        },
        _ => {
            if n == 1 {
                "one"
            } else {
                "other"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Language {
        let text = include_str!("../../themes/atlas/languages/en.toml");
        Language::parse(text, text).unwrap()
    }

    #[test]
    fn numbers_and_dates() {
        let language = english();
        assert_eq!(language.whole(1_358_000), "1,358,000");
        assert_eq!([0, 999, 1000, 12_345].map(|n| language.whole(n)), ["0", "999", "1,000", "12,345"]);
        assert_eq!(language.number(1e20, 0), "100,000,000,000,000,000,000");
        assert_eq!([f64::INFINITY, f64::NAN].map(|odd| language.number(odd, 1)), ["inf", "NaN"]);
        assert_eq!(language.signed(-12.44, 1), "−12.4");
        assert_eq!(language.signed(-0.04, 1), "0.0");
        assert_eq!(language.signed(0.04, 1), "0.0");
        assert_eq!(language.signed(7.26, 1), "+7.3");
        assert_eq!(language.day(jiff::civil::date(2025, 3, 9)), "9 Mar 2025");
        assert_eq!(language.list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn decimals_are_those_of_the_standard_library() {
        let halves = (0..4000).map(|eighth| f64::from(eighth) / 8.0);
        let hundredths = (0..9000).map(|number| f64::from(number) * 0.005);
        let odd = [0.0, -0.0, -1.25, 1.005, 2.675, 0.049_999, 999_999.95, 1e11 + 0.3, 1e15, 1e300, f64::INFINITY, f64::NAN];
        for value in halves.chain(hundredths).chain(odd) {
            for decimals in 0..5 {
                assert_eq!(fixed(value, decimals), format!("{value:.decimals$}"), "{value} with {decimals}");
            }
        }
    }

    #[test]
    fn plural_categories() {
        let rows = [
            ("en", 1, "one"),
            ("en", 0, "other"),
            ("fr", 0, "one"),
            ("pl", 22, "few"),
            ("ru", 21, "one"),
            ("ru", 11, "many"),
            ("ar", 103, "few"),
            ("ja", 1, "other"),
        ];
        for (language, n, wanted) in rows {
            assert_eq!(plural(language, n), wanted, "{language} {n}");
        }
    }

    #[test]
    fn names_are_filled_in_and_unknown_ones_stay() {
        assert_eq!(fill("{a} of {b} {", &[("a", "3")]), "3 of {b} {");
    }
}
