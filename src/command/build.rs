//! `casebook build`: builds the site into a folder, completely or not at all.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::command::arguments::CommonArguments;
use crate::command::hub::{read_hub, recover_target};
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_foreign_files};
use crate::error::{Error, Result};
use crate::output::Staging;
use crate::site::Audience;
use crate::{BuildCache, Timings, analyse, check_planned_links, has_errors, publish};

/// Build the site
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook build
  casebook build --audience internal --drafts --out /tmp/preview
  SOURCE_DATE_EPOCH=1767225600 casebook build --timings")]
pub struct Arguments {
    /// Where the site goes [default: public/ in the hub]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Whom the site is for [default: what site.toml says]
    #[arg(long, value_enum)]
    audience: Option<Audience>,
    /// Show drafts too; only with the internal audience
    #[arg(long)]
    drafts: bool,
    /// Print how long each stage took
    #[arg(long)]
    timings: bool,
}

/// Runs `casebook build`.
///
/// # Errors
/// The disk cannot be read or written, the theme cannot be loaded, or drafts are requested for a
/// public site.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let target = arguments.out.clone().unwrap_or_else(|| root.join("public"));
    recover_target(&target, &root);
    let mut timings = Timings::default();
    let options = common.build_options(arguments.audience, arguments.drafts)?;
    let (mut sources, hub) = read_hub(&root, &options, &mut timings)?;
    let hub = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    if arguments.drafts && hub.site.audience == Audience::Public {
        return Err(Error::new("drafts are not for the public audience")
            .with_hint("add `--audience internal`, or leave `--drafts` out"));
    }
    print_diagnostics(&hub.diagnostics, &sources);
    if has_errors(&hub.diagnostics) {
        eprintln!("nothing was written");
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    }
    let theme = std::mem::take(&mut sources.theme);
    let mut cache = BuildCache::disabled().with_cards_on_disk(&root);
    let mut hub = analyse(hub.site, hub.catalog, &mut cache, &mut timings);
    let problems = check_planned_links(&mut hub, &theme)?;
    print_diagnostics(&problems, &sources);
    if has_errors(&problems) {
        eprintln!("nothing was written");
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    }
    let staging = timings.time_stage("open", || Staging::open(&target, &root))?;
    publish(&hub, &theme, &sources.editor, &mut cache, &staging, &mut timings)?;
    let published = timings.time_stage("commit", || staging.commit())?;
    println!(
        "built {} case studies, {} ideas and {} playbooks into {} ({published})",
        hub.catalog.cases.len(),
        hub.catalog.ideas.len(),
        hub.catalog.playbooks.len(),
        target.display()
    );
    if published.manifest_rebuilt {
        eprintln!(
            "note: the manifest of `{}` was damaged or missing, so everything was written anew",
            target.display()
        );
    }
    print_foreign_files(&published.foreign);
    if arguments.timings {
        print!("{timings}");
    }
    Ok(ExitCode::SUCCESS)
}
