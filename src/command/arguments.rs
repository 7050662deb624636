//! The arguments that every subcommand takes.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use crate::BuildOptions;
use crate::error::{Error, Result};
use crate::site::Audience;
use crate::source;

/// What every subcommand takes.
#[derive(Debug, Clone, Args)]
pub struct CommonArguments {
    /// The hub's folder [default: the nearest folder upwards with a site.toml]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The day that counts as today [default: SOURCE_DATE_EPOCH, else today in UTC]
    #[arg(long, global = true, value_name = "DATE")]
    today: Option<Date>,
}

impl CommonArguments {
    /// The hub's folder: with `--root` the value as given, unchecked; else the nearest folder
    /// upwards with a `site.toml`, links resolved.
    ///
    /// # Errors
    /// Only without `--root`: no folder upwards has a `site.toml`, or the current folder cannot be
    /// read.
    pub fn find_root(&self) -> Result<PathBuf> {
        match &self.root {
            Some(root) => Ok(root.clone()),
            None => source::find_root(&std::env::current_dir().map_err(|cause| {
                Error::at(&PathBuf::from("."), "cannot read the current folder", cause)
            })?),
        }
    }

    /// The folder of `--root` as given; none without it.
    pub fn stated_root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// The build date: with `--today` that day, else the day of SOURCE_DATE_EPOCH in UTC, else
    /// today in UTC.
    ///
    /// # Errors
    /// Only without `--today`: SOURCE_DATE_EPOCH is no number of seconds, or out of range.
    pub fn build_date(&self) -> Result<Date> {
        if let Some(today) = self.today {
            return Ok(today);
        }
        let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => text.trim().parse::<i64>().map_err(|cause| {
                let message =
                    format!("SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds");
                Error::because(message, cause)
            })?,
            Err(_) => jiff::Timestamp::now().as_second(),
        };
        let timestamp = jiff::Timestamp::from_second(seconds)
            .map_err(|cause| Error::because("SOURCE_DATE_EPOCH is out of range", cause))?;
        Ok(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// The options of a run: the build date, and audience and drafts as given.
    ///
    /// # Errors
    /// As for [`CommonArguments::build_date`].
    pub fn build_options(&self, audience: Option<Audience>, drafts: bool) -> Result<BuildOptions> {
        Ok(BuildOptions { today: self.build_date()?, audience, drafts })
    }
}
