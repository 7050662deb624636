//! Tests that a publication killed at any moment leaves the complete old or new site.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use casebook::output::{Output, publish};

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
