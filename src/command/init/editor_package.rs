//! The package of the editor, Sveltia CMS (MIT): its pinned version, what of it is used, and the
//! addresses of other hosts in it that are replaced.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use crate::command::init::tar_archive;
use crate::error::{Error, Result};
use crate::source::editor::{EDITOR_LANGUAGES, EDITOR_PARTS, EDITOR_SCRIPT};
use crate::source::{ContentHash, read_argument_bytes};

/// Name and version of the package in the npm registry.
pub const PACKAGE: &str = "@sveltia/cms@0.221.1";
/// Name of the archive that `npm pack` makes of it.
pub const ARCHIVE_NAME: &str = "sveltia-cms-0.221.1.tgz";
/// BLAKE3, in hexadecimal, of the files of the package that are used: of each its path in the
/// package, a zero, and the BLAKE3 of its bytes, in the order of [`used_files`]. They are those of
/// the archive whose `npm view @sveltia/cms@0.221.1 dist.integrity` is
/// `sha512-J+Qoik9kGMk2L7vNpOQrnDmFRi+NB6vwJ0f657YtsxWH0P8WYSYRRSRC2pQ/jGGbVlM//Pg/WIgmkpswqoo3gQ==`.
const FILES_HASH: &str = "10704f9f3a49fa3018444c6a9739f1b8be037f03a224f5c0ee6dc22b74bcafab";

/// The script in the package.
const SCRIPT: &str = "dist/sveltia-cms.js";
/// Where the parts of [`EDITOR_PARTS`] are in the package, in the same order.
const PARTS: [&str; EDITOR_PARTS.len()] = [
    "LICENSE.txt",
    "npm/assets/source-sans-3-latin-wght-normal-BqRLTx4X.woff2",
    "npm/assets/source-sans-3.LICENSE.txt",
    "npm/assets/noto-mono-latin-400-normal-DiC8lJru.woff2",
    "npm/assets/noto-mono.LICENSE.txt",
    "npm/assets/material-symbols-outlined-latin-wght-normal-_Z1IJPLg.woff2",
    "npm/assets/material-symbols-outlined.LICENSE.txt",
];
/// The languages of the editor, each a file below `locales/`; American English is in the script.
const LANGUAGES: [&str; 28] = [
    "ar", "bg", "ca", "cs", "da", "de", "el", "en-CA", "en-GB", "es-CO", "fa", "fi", "fr", "hr",
    "it", "ja", "ko", "nl", "pl", "pt-BR", "pt-PT", "ru", "sv", "tr", "uk", "vi", "zh-CN", "zh-TW",
];

/// A text of the script that is replaced wherever it occurs.
struct Replacement {
    /// The text, exactly.
    old: &'static str,
    /// What stands in its place.
    new: &'static str,
    /// How many times it occurs.
    count: usize,
}

/// The addresses of other hosts that the script asks by itself: fonts, texts of its interface, its
/// newest version, the state of the git host, and parts that it would load when they are needed.
/// Fonts and texts lie beside the script. The answers to the questions stand in the script, in
/// addresses that hold their data: no newer version, and no known trouble. Parts that are not there
/// get an address that no browser asks a host for.
const REPLACEMENTS: [Replacement; 12] = [
    replace_once(
        "https://cdn.jsdelivr.net/fontsource/fonts/source-sans-3:vf@5.3.0/latin-wght-normal.woff2",
        "source-sans-3.woff2",
    ),
    replace_once(
        "https://cdn.jsdelivr.net/fontsource/fonts/noto-mono@5.3.0/latin-400-normal.woff2",
        "noto-mono.woff2",
    ),
    replace_once(
        "https://cdn.jsdelivr.net/fontsource/fonts/material-symbols-outlined:vf@5.3.7/latin-wght-normal.woff2",
        "material-symbols-outlined.woff2",
    ),
    replace_once("USe=`${iP}@${rP}/locales`", "USe=`locales`"),
    replace_once(
        "NSe=`${iP}/package.json`",
        "NSe=`data:application/json,{\"version\":\"0.221.1\"}`",
    ),
    replace_once(
        "`https://www.githubstatus.com/api/v2/status.json`",
        "`data:application/json,{\"status\":{\"indicator\":\"none\"}}`",
    ),
    replace_once(
        "`https://status-api.hostedstatus.com/1.0/status/5b36dc6502d06804c08349f7`",
        "`data:application/json,{\"result\":{\"status_overall\":{\"status_code\":100}}}`",
    ),
    replace_once("iP=`https://unpkg.com/@sveltia/cms`", "iP=`unavailable:@sveltia/cms`"),
    replace_once("_k=`https://unpkg.com/@sveltia/ui`", "_k=`unavailable:@sveltia/ui`"),
    replace_once("gk=`https://unpkg.com/@shikijs`", "gk=`unavailable:@shikijs`"),
    replace_once("`https://unpkg.com/${e}`", "`unavailable:${e}`"),
    replace_once("\n//# sourceMappingURL=sveltia-cms.js.map", ""),
];

/// The replacement of a text that occurs once.
const fn replace_once(old: &'static str, new: &'static str) -> Replacement {
    Replacement { old, new, count: 1 }
}

/// The files of the editor in the archive of the package, without page and configuration: bytes by
/// path below the hub's root.
///
/// # Errors
/// It cannot be unpacked, or is not the archive of the pinned version.
pub fn read_archive(archive: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let archive = tar_archive::decompress(archive)?;
    let files = tar_archive::read_files(&archive)?;
    collect_files(|path| {
        files.get(&format!("package/{path}")).cloned().ok_or_else(|| missing(path))
    })
}

/// The same of a folder into which npm has installed the package.
///
/// # Errors
/// A file cannot be read, or is not that of the pinned version.
pub fn read_installed(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    collect_files(|path| read_argument_bytes(&folder.join(path)))
}

/// The files of the package that are used, each with its path below the hub's root.
fn used_files() -> impl Iterator<Item = (Cow<'static, str>, Cow<'static, str>)> {
    let parts = PARTS.into_iter().zip(EDITOR_PARTS).chain([(SCRIPT, EDITOR_SCRIPT)]);
    let languages = LANGUAGES.into_iter().map(|language| {
        let (package, hub) =
            (format!("locales/{language}.json"), format!("{EDITOR_LANGUAGES}{language}.json"));
        (package.into(), hub.into())
    });
    parts.map(|(package, hub)| (package.into(), hub.into())).chain(languages)
}

/// Takes the files that are used from `read`, which has their bytes by path in the package, checks
/// that they are those of the pinned version, and replaces the addresses in the script.
fn collect_files(read: impl Fn(&str) -> Result<Vec<u8>>) -> Result<BTreeMap<String, Vec<u8>>> {
    let (mut files, mut hashed) = (BTreeMap::new(), Vec::new());
    for (package, hub) in used_files() {
        let bytes = read(&package)?;
        hashed.extend_from_slice(package.as_bytes());
        hashed.push(0);
        hashed.extend_from_slice(&ContentHash::of(&bytes).0);
        files.insert(hub.into_owned(), bytes);
    }
    if ContentHash::of(&hashed).hex_prefix(32) != FILES_HASH {
        return Err(Error::new(format!("these are not the files of `{PACKAGE}`"))
            .with_hint("nothing was written; fetch this very version, and if it stays so, tell those who look after Casebook"));
    }
    let script = files.remove(EDITOR_SCRIPT).unwrap_or_default();
    let script = String::from_utf8(script).map_err(|_| unexpected("its script is not UTF-8"))?;
    files.insert(EDITOR_SCRIPT.to_owned(), replace_addresses(script)?.into_bytes());
    Ok(files)
}

/// The script with all addresses of [`REPLACEMENTS`] replaced.
///
/// # Errors
/// One of them does not occur as often as it should, so that others could be left.
fn replace_addresses(mut script: String) -> Result<String> {
    for Replacement { old, new, count } in &REPLACEMENTS {
        let found = script.matches(old).count();
        if found != *count {
            return Err(unexpected(&format!(
                "its script has `{}` {found} times and not {count}",
                old.trim()
            )));
        }
        script = script.replace(old, new);
    }
    Ok(script)
}

/// The error that a file is not in the archive.
fn missing(path: &str) -> Error {
    Error::new(format!("this is not the archive of `{PACKAGE}`: there is no `{path}` in it"))
        .with_hint("nothing was written; `npm pack` with this name and version makes it")
}

/// The error that the package is not as it is known; nothing has been written.
fn unexpected(problem: &str) -> Error {
    Error::new(format!("the package `{PACKAGE}` is not as expected: {problem}"))
        .with_hint("nothing was written; tell those who look after Casebook")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::source::editor::is_editor_file;

    /// A script that has every address as often as the real one.
    fn script() -> String {
        REPLACEMENTS.iter().map(|replacement| replacement.old.repeat(replacement.count)).collect()
    }

    #[test]
    fn no_address_of_another_host_is_left() {
        let replaced = replace_addresses(script()).unwrap();
        assert!(!replaced.contains("://"), "{replaced}");
        assert!(replaced.contains("source-sans-3.woff2") && replaced.contains("USe=`locales`"));
    }

    #[test]
    fn a_script_with_other_addresses_is_refused() {
        for Replacement { old, .. } in &REPLACEMENTS {
            let twice = replace_addresses(script() + old).unwrap_err().to_string();
            assert!(twice.contains("2 times and not 1"), "{twice}");
            let without = script().replacen(old, "", 1);
            replace_addresses(without).expect_err(old);
        }
    }

    #[test]
    fn all_files_belong_to_the_editor() {
        let paths: BTreeSet<_> = used_files().map(|(_, path)| path).collect();
        assert_eq!(paths.len(), PARTS.len() + 1 + LANGUAGES.len());
        for path in paths {
            assert!(is_editor_file(&path), "{path}");
        }
    }

    #[test]
    fn other_files_are_refused() {
        let error = collect_files(|path| Ok(path.as_bytes().to_vec())).unwrap_err();
        assert!(error.to_string().contains("not the files of"), "{error}");
        let error = read_installed(Path::new("/no/such/folder")).unwrap_err();
        assert!(error.to_string().contains("LICENSE.txt"), "{error}");
        read_archive(b"no archive").unwrap_err();
    }
}
