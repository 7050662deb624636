//! Writes the compact similarity model as JSON, with which the page that writes records finds the
//! nearest experiments of a draft: its numbers, its bytes, the families and the texts of the list.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::page::context::Context;
use crate::page::text::language::Message;
use crate::similar::compact::CompactHeader;
use crate::site::pages::NEAREST_FOLDER;

/// The whole file.
#[derive(Serialize)]
struct NearestFile<'a> {
    /// Texts of the list, in the interface's language, by key.
    texts: BTreeMap<&'a str, &'a Message>,
    /// Words of verdicts and labels of terms are in other files; here is what the bytes mean. None
    /// in a hub without case studies.
    header: Option<&'a CompactHeader>,
    /// The bytes of the model in base64.
    model: String,
    /// The members of every family: positions of case studies in the order of their addresses.
    families: Vec<Vec<usize>>,
}

/// The bytes of the file.
pub fn write(context: &Context) -> Vec<u8> {
    let texts = context
        .language
        .messages()
        .filter_map(|(key, text)| Some((key.strip_prefix("nearest.")?, text)));
    let compact = context.similar.compact.as_ref();
    let mut position_of = BTreeMap::new();
    for (position, case) in compact.iter().flat_map(|compact| &compact.by_address).enumerate() {
        position_of.insert(*case, position);
    }
    let families = context.similar.families.iter().map(|family| {
        family.members.iter().filter_map(|case| position_of.get(case).copied()).collect()
    });
    let file = NearestFile {
        texts: texts.collect(),
        header: compact.map(|compact| &compact.header),
        model: compact.map(|compact| encode_base64(&compact.bytes)).unwrap_or_default(),
        families: families.collect(),
    };
    serde_json::to_vec(&file).expect("texts and numbers become JSON")
}

/// The files of words, which a large hub has beside, by address.
pub fn word_files(context: &Context) -> impl Iterator<Item = (String, Vec<u8>)> {
    let files = context.similar.compact.iter().flat_map(|compact| &compact.word_files);
    files
        .enumerate()
        .map(|(number, bytes)| (format!("{NEAREST_FOLDER}{number}.bin"), bytes.clone()))
}

/// Bytes in base64 with padding, as the browser's `atob` reads them.
fn encode_base64(bytes: &[u8]) -> String {
    /// The digits from 0 to 63.
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let number = (0..3).fold(0_usize, |number, at| {
            number << 8 | usize::from(group.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            let digit = DIGITS[number >> (18 - 6 * at) & 63];
            text.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::TestHub;

    #[test]
    fn bytes_are_written_in_base64() {
        assert_eq!(encode_base64(b""), "");
        assert_eq!(encode_base64(b"a"), "YQ==");
        assert_eq!(encode_base64(b"ab"), "YWI=");
        assert_eq!(encode_base64(b"abc\xff"), "YWJj/w==");
    }

    #[test]
    fn withheld_records_are_not_counted() {
        let file: serde_json::Value = serde_json::from_str(
            TestHub::golden("hidden-records").build().text("data/nearest.json"),
        )
        .unwrap();
        let rows: serde_json::Value =
            serde_json::from_str(TestHub::golden("hidden-records").build().text("data/rows.json"))
                .unwrap();
        let records = file["header"]["records"].as_u64().unwrap();
        assert!(records > 0);
        assert_eq!(records as usize, rows.as_array().unwrap().len());
    }

    #[test]
    fn the_same_hub_gives_the_same_bytes() {
        let write = || {
            let hub = TestHub::golden("hidden-records").build();
            hub.text("data/nearest.json").to_owned()
        };
        let first = write();
        assert!(first.contains("\"is_complete\":true"), "{first}");
        assert!((0..3).all(|_| write() == first));
    }

    #[test]
    fn a_hub_without_studies_has_an_empty_model() {
        let hub = TestHub::new().build();
        let file: serde_json::Value = serde_json::from_str(hub.text("data/nearest.json")).unwrap();
        assert_eq!(file["header"]["records"], 0);
        assert_eq!(file["families"].as_array().unwrap().len(), 0);
    }
}
