//! `casebook build`: the whole site to a folder, or nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::command::{CONTENT_ERRORS, Common, read, recover, report, tell_kept};
use crate::error::{Error, Result};
use crate::output::Staging;
use crate::site::Audience;
use crate::{Timings, check_planned_links, has_errors, publish, understand};

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
/// Machine trouble, and drafts asked for a public site.
pub fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.root()?;
    let target = arguments.out.clone().unwrap_or_else(|| root.join("public"));
    recover(&target, &root);
    let mut timings = Timings::default();
    let request = common.request(arguments.audience, arguments.drafts)?;
    let (mut sources, hub) = read(&root, &request, &mut timings)?;
    let hub = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            report(&[*diagnostic], &sources);
            return Ok(ExitCode::from(CONTENT_ERRORS));
        }
    };
    if arguments.drafts && hub.site.audience == Audience::Public {
        return Err(Error::new("drafts are not for the public audience").hint("add `--audience internal`, or leave `--drafts` out"));
    }
    report(&hub.diagnostics, &sources);
    if has_errors(&hub.diagnostics) {
        eprintln!("nothing was written");
        return Ok(ExitCode::from(CONTENT_ERRORS));
    }
    let theme = std::mem::take(&mut sources.theme);
    let mut hub = understand(hub.site, hub.catalog, &mut timings);
    let problems = check_planned_links(&mut hub, &theme)?;
    report(&problems, &sources);
    if has_errors(&problems) {
        eprintln!("nothing was written");
        return Ok(ExitCode::from(CONTENT_ERRORS));
    }
    let staging = timings.stage("open", || Staging::open(&target, &root))?;
    publish(&hub, &theme, &staging, &mut timings)?;
    let written = timings.stage("commit", || staging.commit())?;
    println!(
        "built {} case studies, {} ideas and {} playbooks into {} ({written})",
        hub.catalog.cases.len(),
        hub.catalog.ideas.len(),
        hub.catalog.playbooks.len(),
        target.display()
    );
    if written.mended {
        eprintln!("note: the manifest of `{}` was damaged or missing, so everything was written anew", target.display());
    }
    tell_kept(&written.kept);
    if arguments.timings {
        print!("{timings}");
    }
    // The program ends here: the system takes the memory back at once, record by record it would take a while.
    std::mem::forget(hub);
    Ok(ExitCode::SUCCESS)
}
