//! `casebook export`: the data files alone, for spreadsheets and dashboards.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::command::{CONTENT_ERRORS, Common, read, report, tell_kept};
use crate::error::{Error, Result};
use crate::output::{self, Staging};
use crate::page::data::{self, Format};
use crate::site::Audience;
use crate::{Timings, has_errors, understand};

/// Write case studies, results, ideas, pairs and coverage as JSON and CSV
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook export --out /tmp/experiments
  casebook export --out dashboards/data --format csv --audience internal

The files are those that `build` publishes below data/; datapackage.json describes every column.")]
pub struct Arguments {
    /// Where the files go; a folder of their own
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only one format [default: both]
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// Whom the data is for [default: what site.toml says]
    #[arg(long, value_enum)]
    audience: Option<Audience>,
}

/// A format as it is asked for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// Arrays of objects
    Json,
    /// RFC 4180 for spreadsheets
    Csv,
}

impl Arguments {
    fn formats(&self) -> &'static [Format] {
        match self.format {
            Some(Form::Json) => &[Format::Json],
            Some(Form::Csv) => &[Format::Csv],
            None => &Format::ALL,
        }
    }
}

/// Runs `casebook export`.
///
/// # Errors
/// Machine trouble, and a folder that holds a site.
pub fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.root()?;
    if output::is_site(&arguments.out)? {
        let error = Error { path: Some(arguments.out.clone()), ..Error::new("a site is published in") };
        return Err(error.hint("choose another folder: the data files of a site are below its data/ already"));
    }
    let mut timings = Timings::default();
    let (sources, hub) = read(&root, &common.request(arguments.audience, false)?, &mut timings)?;
    let hub = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            report(&[*diagnostic], &sources);
            return Ok(ExitCode::from(CONTENT_ERRORS));
        }
    };
    report(&hub.diagnostics, &sources);
    if has_errors(&hub.diagnostics) {
        eprintln!("nothing was written");
        return Ok(ExitCode::from(CONTENT_ERRORS));
    }
    let hub = understand(hub.site, hub.catalog, &mut timings);
    let staging = Staging::open(&arguments.out, &root)?;
    for (path, bytes) in data::export(&hub.site, &hub.catalog, &hub.similar, &hub.evidence, &hub.backlog, arguments.formats()) {
        staging.write(path.trim_start_matches("data/"), &bytes)?;
    }
    let written = staging.commit()?;
    println!("exported {} case studies and {} ideas into {} ({written})", hub.catalog.cases.len(), hub.catalog.ideas.len(), arguments.out.display());
    tell_kept(&written.kept);
    Ok(ExitCode::SUCCESS)
}
