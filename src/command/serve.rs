//! `casebook serve`: the site from memory on this machine alone, new as soon as a file is saved.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{self, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::command::serve::live::Live;
use crate::command::serve::preview::{Patch, Preview};
use crate::command::serve::watch::Watch;
use crate::command::serve::workshop::{Built, Workshop};
use crate::command::{Common, complain, fault};
use crate::error::{Error, Result};
use crate::site::Audience;

mod file;
mod live;
mod media;
mod page;
mod preview;
mod server;
mod watch;
mod workshop;

/// The port tried first.
const PORT: u16 = 8400;
/// How many ports after it are tried when it is taken.
const TRIES: u16 = 50;

/// Show the site in a browser on this machine, and show every edit as it is saved
#[derive(Debug, Args)]
#[command(after_help = "The site is built in memory: the output folder is left alone. Problems are shown in the browser and here.

Examples:
  casebook serve
  casebook serve --open
  casebook serve --port 9000 --audience internal --drafts")]
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

/// Runs `casebook serve` until it is told to stop.
///
/// # Errors
/// The folder cannot be read, no port is free, or drafts are asked for a public site.
pub fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.root()?;
    let listener = listen(arguments.port)?;
    let address = listener.local_addr().map_err(|cause| Error { cause: Some(Box::new(cause)), ..Error::new("cannot tell the port") })?;
    let mut workshop = Workshop::new(&root, common.request(arguments.audience, arguments.drafts)?)?;
    let watch = Watch::start(workshop.root())?;
    let mut built = match with_progress(|| workshop.attempt(Workshop::build)) {
        Ok(built) => built?,
        Err(fault) => {
            complain(&fault);
            Built::failed(&fault)
        }
    };
    announce(&built, address);
    let preview = Arc::new(Mutex::new(built.preview.take()));
    let live = Arc::new(Live::new(built));
    if arguments.open {
        open(&format!("http://{address}/"));
    }
    let (edited, edits) = mpsc::channel();
    let own = ThreadPoolBuilder::new().build().map_err(|cause| Error { cause: Some(Box::new(cause)), ..Error::new("cannot start threads") })?;
    std::thread::spawn({
        let (live, preview) = (Arc::clone(&live), Arc::clone(&preview));
        move || keep_up(&watch, &live, &preview, &edited, &own)
    });
    std::thread::spawn({
        let live = Arc::clone(&live);
        move || settle(workshop, &live, &preview, &edits)
    });
    server::run(listener, live)?;
    Ok(ExitCode::SUCCESS)
}

/// Takes a port: the one asked for, else the first free one.
fn listen(port: Option<u16>) -> Result<TcpListener> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = port {
        return bind(port).map_err(|cause| {
            let error = Error { cause: Some(Box::new(cause)), ..Error::new(format!("cannot listen on port {port}")) };
            error.hint("choose another with `--port N`, or leave it out to take the first that is free")
        });
    }
    (PORT..PORT + TRIES)
        .find_map(|port| bind(port).ok())
        .ok_or_else(|| Error::new(format!("the ports {PORT} to {} are all taken", PORT + TRIES - 1)).hint("name a free one with `--port N`"))
}

/// Shows that something is going on, where somebody watches.
fn with_progress<T>(work: impl FnOnce() -> T) -> T {
    let spinner = ProgressBar::new_spinner().with_message("building the site");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let value = work();
    spinner.finish_and_clear();
    value
}

fn announce(built: &Built, address: SocketAddr) {
    tell(built);
    print!("{}", built.timings);
    println!("serving http://{address}/ (Ctrl-C stops)");
}

/// Says what a build gave; a terminal that is gone is no reason to stop serving.
fn tell(built: &Built) {
    write!(std::io::stderr(), "{}", built.report).unwrap_or_default();
    writeln!(std::io::stdout(), "{}", built.summary).unwrap_or_default();
}

/// Shows the page of an edited record at once, and has the whole site follow, for as long as the program runs.
///
/// The page is made by threads of its `own`: among those of a running build it would wait until a stage ends.
fn keep_up(watch: &Watch, live: &Live, preview: &Mutex<Option<Box<Preview>>>, edits: &Sender<()>, own: &ThreadPool) {
    let ask = |work: &(dyn Fn(&mut Preview) -> Vec<Patch> + Sync)| {
        let mut preview = preview.lock().unwrap_or_else(PoisonError::into_inner);
        let pages = preview.as_mut().map(|preview| fault::caught(|| own.install(|| work(preview)))).transpose();
        let pages = pages.unwrap_or_else(|fault| {
            complain(&fault);
            *preview = None;
            None
        });
        drop(preview);
        pages.into_iter().flatten().for_each(|page| live.patch(page.path, page.bytes));
    };
    while let Some(changed) = watch.next() {
        ask(&|preview| preview.pages(&changed));
        ask(&|preview| preview.nearest());
        if edits.send(()).is_err() {
            return;
        }
    }
}

/// Builds the whole site after edits, all that came meanwhile at once.
fn settle(mut workshop: Workshop, live: &Live, preview: &Mutex<Option<Box<Preview>>>, edits: &Receiver<()>) {
    while edits.recv().is_ok() {
        edits.try_iter().for_each(drop);
        let begun = live.version();
        match workshop.attempt(Workshop::rebuild).flatten() {
            Ok(None) => live.settle(begun),
            Ok(Some(mut built)) => {
                tell(&built);
                if built.preview.is_some() {
                    *preview.lock().unwrap_or_else(PoisonError::into_inner) = built.preview.take();
                }
                live.take(built, begun);
            }
            Err(error) => {
                complain(&error);
                live.trouble(&error);
            }
        }
    }
}

/// Opens the browser; where none can be started, the address stands in the terminal anyway.
fn open(address: &str) {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start"]),
        _ => ("xdg-open", &[]),
    };
    let mut command = process::Command::new(program);
    let started = command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        eprintln!("no browser could be opened with `{}`", Path::new(program).display());
    }
}
