//! `casebook export`: writes the data files only, for spreadsheets and dashboards.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_foreign_files};
use crate::error::{Error, Result};
use crate::output::{self, Staging};
use crate::page::data::{self, DataFormat};
use crate::site::Audience;
use crate::{BuildCache, Timings, analyse, has_errors};

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
    format: Option<ExportFormat>,
    /// Whom the data is for [default: what site.toml says]
    #[arg(long, value_enum)]
    audience: Option<Audience>,
}

/// File format of the export.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ExportFormat {
    /// Arrays of objects
    Json,
    /// RFC 4180 for spreadsheets
    Csv,
}

impl Arguments {
    /// The formats to write: the requested one, else both.
    fn formats(&self) -> &'static [DataFormat] {
        match self.format {
            Some(ExportFormat::Json) => &[DataFormat::Json],
            Some(ExportFormat::Csv) => &[DataFormat::Csv],
            None => &DataFormat::ALL,
        }
    }
}

/// Runs `casebook export`.
///
/// # Errors
/// The folder contains a site, or the disk cannot be read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    if output::is_published_site(&arguments.out)? {
        return Err(Error::about(&arguments.out, "a site is published in").with_hint(
            "choose another folder: the data files of a site are below its data/ already",
        ));
    }
    let mut timings = Timings::default();
    let (sources, hub) =
        read_hub(&root, &common.build_options(arguments.audience, false)?, &mut timings)?;
    let hub = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    print_diagnostics(&hub.diagnostics, &sources);
    if has_errors(&hub.diagnostics) {
        eprintln!("nothing was written");
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    }
    let hub = analyse(hub.site, hub.catalog, &mut BuildCache::disabled(), &mut timings);
    let staging = Staging::open(&arguments.out, &root)?;
    for (path, bytes) in data::export(
        &hub.site,
        &hub.catalog,
        &hub.similar,
        &hub.evidence,
        &hub.backlog,
        arguments.formats(),
    ) {
        staging.write(path.trim_start_matches("data/"), &bytes)?;
    }
    let published = staging.commit()?;
    println!(
        "exported {} case studies and {} ideas into {} ({published})",
        hub.catalog.cases.len(),
        hub.catalog.ideas.len(),
        arguments.out.display()
    );
    print_foreign_files(&published.foreign);
    Ok(ExitCode::SUCCESS)
}
