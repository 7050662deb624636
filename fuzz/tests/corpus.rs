//! Every input of the fuzzing corpora passes.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests read the disk themselves, and name the input that fails"
)]

use std::fs;
use std::path::Path;
use std::thread;

use casebook_fuzz::{TARGETS, Target};

#[test]
fn saved_inputs_pass() {
    thread::scope(|scope| {
        TARGETS
            .map(|target| scope.spawn(move || run_saved_inputs(target)))
            .into_iter()
            .for_each(|thread| thread.join().expect("they pass"))
    });
}

/// Runs a target with every file of its corpus.
fn run_saved_inputs((name, run): Target) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("every target has inputs")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "`{}` is empty", folder.display());
    for path in paths {
        println!("{}", path.display());
        run(&fs::read(&path).expect("it can be read"));
    }
}
