//! A run that is killed at any moment leaves the old site or the new one, never something between.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use casebook::output::{Output, publish};

use crate::publish::{Shelf, published};

/// Says where the killed run publishes.
const ROOT: &str = "CASEBOOK_KILL_TEST_ROOT";
/// How often it is killed at least; more often until both sites were met.
const KILLS: u64 = 60;
/// A machine on which not even so many runs publish anything is broken.
const ENOUGH: u64 = 400;
/// Pages of each site.
const PAGES: usize = 150;

/// One of two sites: a third of the pages differs, a tenth is in one of them only.
fn site(letter: char) -> Output {
    let pages = (0..PAGES).filter(|number| letter == 'a' || number % 10 != 0);
    let files = pages.map(|number| {
        let text = if number % 3 == 0 { format!("{letter} {number} ").repeat(200) } else { format!("{number} ").repeat(200) };
        (format!("case-studies/{}/{number}/index.html", number % 7), Arc::from(text.into_bytes()))
    });
    Output { files: files.collect(), assets: BTreeMap::new() }
}

fn texts(output: &Output) -> BTreeMap<String, String> {
    output.files.iter().map(|(path, bytes)| (path.clone(), String::from_utf8(bytes.to_vec()).unwrap())).collect()
}

/// Not a test of its own: the run that `killed_runs_leave_old_or_new` kills.
#[test]
#[ignore = "started by another test"]
fn publishes_for_ever() {
    let root = env::var(ROOT).expect("the other test says where");
    loop {
        for letter in ['a', 'b'] {
            publish(&site(letter), &Path::new(&root).join("public"), Path::new(&root)).unwrap();
        }
    }
}

#[test]
fn killed_runs_leave_old_or_new() {
    let shelf = Shelf::new();
    let sites = [texts(&site('a')), texts(&site('b'))];
    let mut seen = [0, 0];
    let mut kill = 0;
    while kill < KILLS || (seen.contains(&0) && kill < ENOUGH) {
        kill += 1;
        let mut run = Command::new(env::current_exe().unwrap())
            .args(["--exact", "kill::publishes_for_ever", "--ignored"])
            .env(ROOT, shelf.root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Uneven steps, so that kills fall anywhere between start and exchange; longer ones where the machine is slow.
        let longest = 60_000 << (kill / KILLS);
        std::thread::sleep(Duration::from_micros(3_000 + kill * 7_919 % longest));
        run.kill().unwrap();
        run.wait().unwrap();
        if !shelf.public().exists() {
            assert_eq!(seen, [0, 0], "a site that was there is there");
            continue;
        }
        let found = published(&shelf.public());
        let which = sites.iter().position(|site| *site == found);
        seen[which.expect("the folder holds one whole site")] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "both sites were met: {seen:?}");
    publish(&site('a'), &shelf.public(), &shelf.root()).unwrap();
    assert_eq!(published(&shelf.public()), sites[0], "the next run starts where the killed one was");
}
