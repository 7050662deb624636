//! Tests that a publication killed at any moment leaves the complete old or new site, and a command
//! that edits records all of them old or all new.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use casebook::output::{Output, publish};

use crate::families::family_of_five;
use crate::publish::published;
use crate::support::{HubFolder, tries};

/// Environment variable with the root folder of the killed run.
const ROOT_VARIABLE: &str = "CASEBOOK_KILL_TEST_ROOT";
/// The smallest number of kills; more are made until both sites have been seen.
const MIN_KILLS: u32 = 30;
/// The number of kills after which a missing site fails the test.
const MAX_KILLS: u64 = 400;
/// Number of pages of each site.
const PAGES: usize = 150;

/// One of two sites: a third of the pages differ, and a tenth exist in site `a` only.
fn site(letter: char) -> Output {
    let pages = (0..PAGES).filter(|number| letter == 'a' || number % 10 != 0);
    let files = pages.map(|number| {
        let text = if number % 3 == 0 {
            format!("{letter} {number} ").repeat(200)
        } else {
            format!("{number} ").repeat(200)
        };
        (format!("case-studies/{}/{number}/index.html", number % 7), text.into())
    });
    Output { files: files.collect(), assets: BTreeMap::new() }
}

fn texts(output: &Output) -> BTreeMap<String, String> {
    output
        .files
        .iter()
        .map(|(path, bytes)| (path.clone(), String::from_utf8(bytes.to_vec()).unwrap()))
        .collect()
}

/// Helper process that `killed_runs_leave_old_or_new` kills; not a test itself.
#[test]
#[ignore = "started by another test"]
fn publishes_forever() {
    let root = env::var(ROOT_VARIABLE).expect("the other test says where");
    loop {
        for letter in ['a', 'b'] {
            publish(&site(letter), &Path::new(&root).join("public"), Path::new(&root)).unwrap();
        }
    }
}

#[test]
fn killed_runs_leave_old_or_new() {
    let hub_folder = HubFolder::empty();
    let sites = [texts(&site('a')), texts(&site('b'))];
    let mut seen_sites = [0, 0];
    let mut kill = 0;
    let min_kills = u64::from(tries(MIN_KILLS));
    while kill < min_kills || (seen_sites.contains(&0) && kill < MAX_KILLS) {
        kill += 1;
        let mut run = Command::new(env::current_exe().unwrap())
            .args(["--exact", "kill::publishes_forever", "--ignored"])
            .env(ROOT_VARIABLE, hub_folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Irregular delays spread the kills between start and exchange; they grow on slow machines.
        let longest = 60_000 << (kill / min_kills);
        std::thread::sleep(Duration::from_micros(3_000 + kill * 7_919 % longest));
        run.kill().unwrap();
        run.wait().unwrap();
        if !hub_folder.public().exists() {
            assert_eq!(seen_sites, [0, 0], "a site that was there is there");
            continue;
        }
        let found = published(&hub_folder.public());
        let which = sites.iter().position(|site| *site == found);
        seen_sites[which.expect("the folder holds one whole site")] += 1;
    }
    assert!(seen_sites[0] > 0 && seen_sites[1] > 0, "both sites were met: {seen_sites:?}");
    publish(&site('a'), &hub_folder.public(), hub_folder.path()).unwrap();
    assert_eq!(
        published(&hub_folder.public()),
        sites[0],
        "the next run starts where the killed one was"
    );
}

/// Number of records of the hubs in which commands are killed.
const RECORDS: usize = 30;

/// The files below `content/` and their bytes, by path.
fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(root.join("content"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect()
}

/// A run of the program in a hub that says nothing.
fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    command.args(arguments).args(["--today", "2026-11-22", "--root"]).arg(root);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Kills a command again and again at moments around that at which it writes, until a next run has
/// found all files old and has found all new; between the two there is nothing.
fn assert_leaves_old_or_new(files: &[(String, String)], arguments: &[&str]) {
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let whole = HubFolder::new(&files);
    let old = contents(whole.path());
    let start = Instant::now();
    assert!(command(whole.path(), arguments).status().unwrap().success(), "{arguments:?}");
    let longest = start.elapsed();
    let new = contents(whole.path());
    assert_ne!(old, new, "{arguments:?}");

    let hub = HubFolder::new(&files);
    let (mut seen, mut kill) = ([0, 0], 0);
    let min_kills = u64::from(tries(15));
    while kill < min_kills || (seen.contains(&0) && kill < MAX_KILLS) {
        kill += 1;
        let mut run = command(hub.path(), arguments).spawn().unwrap();
        // From halfway on, and longer where the machine has become slower.
        let part = 40 + kill * 37 % (80 << (kill / min_kills).min(4));
        std::thread::sleep(longest * u32::try_from(part).unwrap() / 100);
        run.kill().unwrap_or_default();
        run.wait().unwrap();
        // Any next command completes or undoes what was begun.
        command(hub.path(), &["check"]).status().unwrap();
        let found = contents(hub.path());
        let which = [&old, &new].iter().position(|version| **version == found);
        seen[which.unwrap_or_else(|| panic!("{arguments:?}: all or none: {:?}", found.keys()))] +=
            1;
        fs::remove_dir_all(hub.path().join("content")).unwrap();
        hub.write_all(&files);
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{arguments:?}: both were met: {seen:?}");
}

/// Studies that are not in canonical form, of a tactic that can become another.
fn studies() -> Vec<(String, String)> {
    let text = |number| {
        format!(
            "---\nstatus: planned\ntitle: 'Study {number}' # ours\nmarkets:\n- BR\nchannels: [email]\ntactics: [discount]\n---\n\nText.\n"
        )
    };
    (0..RECORDS)
        .map(|number| (format!("content/case-studies/br/{number}.md"), text(number)))
        .collect()
}

#[test]
fn a_killed_fmt_leaves_old_or_new() {
    assert_leaves_old_or_new(&studies(), &["fmt"]);
}

#[test]
fn a_killed_merge_of_terms_leaves_old_or_new() {
    assert_leaves_old_or_new(&studies(), &["merge-terms", "tactic", "discount", "bundle"]);
}

#[test]
fn a_killed_answer_leaves_old_or_new() {
    let files = family_of_five([""; 5]);
    let hub = HubFolder::new(
        &files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>(),
    );
    let family = hub.load().hub().similar.families[0].id.clone();
    assert_leaves_old_or_new(&files, &["answer", &family, "replicates"]);
}
