//! The subcommands, one file each. No other module prints to the terminal.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::command::arguments::CommonArguments;
use crate::command::hub::{recover_changes, recover_target};
use crate::command::terminal::{EXIT_FAILURE, print_error};
use crate::output::cache;

mod answer;
mod arguments;
mod build;
pub mod check;
mod digest;
mod export;
mod file_edits;
mod fmt;
mod hub;
mod import;
mod init;
mod known_records;
mod lsp;
mod markdown;
mod merge_terms;
mod new;
#[cfg(test)]
mod new_field_test;
mod panics;
mod promote;
mod record_edits;
mod record_texts;
mod rename;
mod rename_record;
mod rename_term;
mod review;
pub mod schema;
mod search;
mod serve;
mod similar;
mod similarity_index;
mod terminal;
mod theme;
mod translate;
mod unified_diff;
mod verdict_words;
mod vocabulary;

pub use hub::read_sources;
pub use similar::neighbour_table as similar_table;

/// Turns a repository of marketing case studies into a searchable static site.
#[derive(Debug, Parser)]
#[command(
    name = "casebook",
    version,
    about,
    max_term_width = 100,
    after_help = "Begin with `casebook init my-hub`, then `casebook serve --root my-hub`."
)]
struct Cli {
    #[command(flatten)]
    common: CommonArguments,
    #[command(subcommand)]
    command: Command,
}

// Each subcommand with its arguments. No doc comment, because clap would show it in the help.
#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Arguments),
    Check(check::Arguments),
    Fmt(fmt::Arguments),
    Serve(serve::Arguments),
    Digest(digest::Arguments),
    Export(export::Arguments),
    Search(search::Arguments),
    New(new::Arguments),
    Review(review::Arguments),
    Similar(similar::Arguments),
    Answer(answer::Arguments),
    Promote(promote::Arguments),
    Rename(rename::Arguments),
    MergeTerms(merge_terms::Arguments),
    Vocabulary(vocabulary::Arguments),
    Theme(theme::Arguments),
    Translate(translate::Arguments),
    Import(import::Arguments),
    Lsp(lsp::Arguments),
    Schema(schema::Arguments),
    Init(init::Arguments),
}

/// Runs the program with the command-line arguments of the process, and returns its exit code.
pub fn run() -> ExitCode {
    let arguments = search::move_words_last(std::env::args_os().collect(), &Cli::command());
    let Cli { common, command } = Cli::parse_from(arguments);
    panics::install_hook();
    let result = panics::catch(|| {
        recover_interrupted_runs(&common);
        match command {
            Command::Build(arguments) => build::run(&common, &arguments),
            Command::Check(arguments) => check::run(&common, &arguments),
            Command::Fmt(arguments) => fmt::run(&common, &arguments),
            Command::Serve(arguments) => serve::run(&common, &arguments),
            Command::Digest(arguments) => digest::run(&common, &arguments),
            Command::Export(arguments) => export::run(&common, &arguments),
            Command::Search(arguments) => search::run(&common, &arguments),
            Command::New(arguments) => new::run(&common, &arguments),
            Command::Review(arguments) => review::run(&common, &arguments),
            Command::Similar(arguments) => similar::run(&common, &arguments),
            Command::Answer(arguments) => answer::run(&common, &arguments),
            Command::Promote(arguments) => promote::run(&common, &arguments),
            Command::Rename(arguments) => rename::run(&common, &arguments),
            Command::MergeTerms(arguments) => merge_terms::run(&common, &arguments),
            Command::Vocabulary(arguments) => vocabulary::run(&common, &arguments),
            Command::Theme(arguments) => theme::run(&common, &arguments),
            Command::Translate(arguments) => translate::run(&common, &arguments),
            Command::Import(arguments) => import::run(&common, &arguments),
            Command::Lsp(arguments) => lsp::run(&common, &arguments),
            Command::Schema(arguments) => schema::run(&common, &arguments),
            Command::Init(arguments) => init::run(&common, &arguments),
        }
    });
    result.flatten().unwrap_or_else(|error| {
        print_error(&error);
        ExitCode::from(EXIT_FAILURE)
    })
}

/// Completes or removes what killed runs left in the hub and in its default output folder; does
/// nothing outside of a hub.
fn recover_interrupted_runs(common: &CommonArguments) {
    if let Ok(root) = common.find_root() {
        cache::remove_temporary_files(&root);
        recover_changes(&root);
        recover_target(&root.join("public"), &root);
    }
}
