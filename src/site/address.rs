//! Paths and texts as they stand in addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// RFC 3986: letters, digits and these four marks mean nothing special anywhere in an address.
const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const SPECIAL_IN_PATH: &AsciiSet = &SPECIAL.remove(b'/');

/// A path, its slashes kept.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, SPECIAL_IN_PATH).to_string()
}

/// A text as the value of a query.
pub fn encode_value(text: &str) -> String {
    utf8_percent_encode(text, SPECIAL).to_string()
}

#[cfg(test)]
mod tests {
    use super::{encode_path, encode_value};

    #[test]
    fn only_marks_that_mean_something_are_encoded() {
        assert_eq!(encode_path("content/a b/é#~.md"), "content/a%20b/%C3%A9%23~.md");
        assert_eq!(encode_value("a/b: \"é\"\n-_."), "a%2Fb%3A%20%22%C3%A9%22%0A-_.");
    }
}
