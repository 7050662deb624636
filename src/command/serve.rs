//! `casebook serve`: serves the site from memory on this machine, and rebuilds it when a file is
//! saved.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{self, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::SharedLastBuild;
use crate::command::arguments::CommonArguments;
use crate::command::panics;
use crate::command::serve::patch::patch_edit;
use crate::command::serve::rebuilder::{BuildResult, Rebuilder};
use crate::command::serve::served_site::ServedSite;
use crate::command::serve::watcher::FileWatcher;
use crate::command::terminal::print_error;
use crate::error::{Error, Result};
use crate::site::Audience;

mod file_response;
mod media_type;
mod overlay;
mod patch;
mod rebuilder;
mod served_site;
mod server;
mod watcher;

/// The port that is tried first.
const FIRST_PORT: u16 = 8400;
/// Number of consecutive ports that are tried.
const PORT_ATTEMPTS: u16 = 50;

/// Show the site in a browser on this machine, and show every edit as it is saved
#[derive(Debug, Args)]
#[command(
    after_help = "The site is built in memory: the output folder is left alone. Problems are shown in the browser and here.

Examples:
  casebook serve
  casebook serve --open
  casebook serve --port 9000 --audience internal --drafts"
)]
pub struct Arguments {
    /// The port to listen on [default: the first free one from 8400]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Open the site in the browser
    #[arg(long)]
    open: bool,
    /// Whom the site is for [default: what site.toml says]
    #[arg(long, value_enum)]
    audience: Option<Audience>,
    /// Show drafts too; only with the internal audience
    #[arg(long)]
    drafts: bool,
}

/// Runs `casebook serve` until it is interrupted.
///
/// # Errors
/// The folder cannot be read, no port is free, or drafts are asked for a public site.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let listener = bind_port(arguments.port)?;
    let address =
        listener.local_addr().map_err(|cause| Error::because("cannot tell the port", cause))?;
    let mut rebuilder =
        Rebuilder::new(&root, common.build_options(arguments.audience, arguments.drafts)?)?;
    let watcher = FileWatcher::start(rebuilder.root())?;
    let built = match with_progress(|| rebuilder.catch_panic(Rebuilder::build)) {
        Ok(built) => built?,
        Err(error) => {
            print_error(&error);
            BuildResult::failed(&error)
        }
    };
    print_start(&built, address);
    let last_build = rebuilder.last_build();
    let served = Arc::new(ServedSite::new(built));
    if arguments.open {
        open_browser(&format!("http://{address}/"));
    }
    let (edit_sender, edit_receiver) = mpsc::channel();
    let patch_threads = ThreadPoolBuilder::new()
        .build()
        .map_err(|cause| Error::because("cannot start threads", cause))?;
    std::thread::spawn({
        let (root, served) = (rebuilder.root().to_owned(), Arc::clone(&served));
        move || {
            patch_loop(&root, &watcher, &served, &last_build, &edit_sender, &patch_threads);
        }
    });
    std::thread::spawn({
        let served = Arc::clone(&served);
        move || rebuild_loop(rebuilder, &served, &edit_receiver)
    });
    server::serve(listener, served)?;
    Ok(ExitCode::SUCCESS)
}

/// Binds the requested port, else the first free one from [`FIRST_PORT`].
///
/// # Errors
/// The requested port, or every port that is tried, is taken.
fn bind_port(port: Option<u16>) -> Result<TcpListener> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = port {
        return bind(port).map_err(|cause| {
            Error::because(format!("cannot listen on port {port}"), cause).with_hint(
                "choose another with `--port N`, or leave it out to take the first that is free",
            )
        });
    }
    (FIRST_PORT..FIRST_PORT + PORT_ATTEMPTS).find_map(|port| bind(port).ok()).ok_or_else(|| {
        Error::new(format!(
            "the ports {FIRST_PORT} to {} are all taken",
            FIRST_PORT + PORT_ATTEMPTS - 1
        ))
        .with_hint("name a free one with `--port N`")
    })
}

/// Runs `work` with a spinner on the terminal and returns its result.
fn with_progress<T>(work: impl FnOnce() -> T) -> T {
    let spinner = ProgressBar::new_spinner().with_message("building the site");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let value = work();
    spinner.finish_and_clear();
    value
}

/// Prints the result of the first build, how long each stage took, and the address of the site.
fn print_start(built: &BuildResult, address: SocketAddr) {
    print_build(built);
    print!("{}", built.timings);
    println!("serving http://{address}/ (Ctrl-C stops)");
}

/// Prints problems and summary of a build; errors of a closed terminal are ignored, so that serving
/// goes on.
fn print_build(built: &BuildResult) {
    write!(std::io::stderr(), "{}", built.report).unwrap_or_default();
    writeln!(std::io::stdout(), "{}", built.summary).unwrap_or_default();
}

/// Patches every edit into the shown site at once, then requests a rebuild, until watching ends.
///
/// Patching has a thread pool of its own, because in that of a running build it would wait until a
/// stage ends.
fn patch_loop(
    root: &Path,
    watcher: &FileWatcher,
    served: &ServedSite,
    last_build: &SharedLastBuild,
    edit_sender: &Sender<()>,
    patch_threads: &ThreadPool,
) {
    while let Some(changed) = watcher.wait_for_changes() {
        let mut guard = last_build.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last_build) = guard.as_mut() {
            let patch = || patch_edit(root, &changed, last_build, served);
            if let Err(error) = panics::catch(|| patch_threads.install(patch)) {
                print_error(&error);
                *guard = None;
            }
        }
        drop(guard);
        if edit_sender.send(()).is_err() {
            return;
        }
    }
}

/// Rebuilds the whole site after each request, combining the requests that arrived during a build.
fn rebuild_loop(mut rebuilder: Rebuilder, served: &ServedSite, edit_receiver: &Receiver<()>) {
    while edit_receiver.recv().is_ok() {
        edit_receiver.try_iter().for_each(drop);
        let start_version = served.version();
        match rebuilder.catch_panic(Rebuilder::rebuild).flatten() {
            Ok(None) => served.drop_patches(start_version),
            Ok(Some(built)) => {
                print_build(&built);
                served.show_build(built, start_version);
            }
            Err(error) => {
                print_error(&error);
                served.show_error(&error);
            }
        }
    }
}

/// Opens an address in the browser, or says on the terminal that it cannot.
fn open_browser(address: &str) {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start"]),
        _ => ("xdg-open", &[]),
    };
    let mut command = process::Command::new(program);
    let started = command
        .args(arguments)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        eprintln!("no browser could be opened with `{}`", Path::new(program).display());
    }
}
