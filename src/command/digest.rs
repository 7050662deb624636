//! `casebook digest`: what happened in a period, for a mail or the minutes of a call.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::backlog::Backlog;
use crate::catalog::parse_date;
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::markdown::escape_text;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_text};
use crate::diagnostic::nearest;
use crate::diagnostic::render::escape_line;
use crate::error::{Error, Result};
use crate::page::Language;
use crate::page::parts::digest::{self, Digest, DigestEvent, DigestScope};
use crate::similar::Similar;
use crate::site::Audience;
use crate::theme::Theme;
use crate::vocabulary::{GroupId, MarketId, Vocabulary};
use crate::{Hub, Timings, evidence, has_errors, source};

/// What happened in a period, for a mail or minutes
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook digest --since 2026-11-01
  casebook digest --since v2026.10 --market BR --format html > news.html
  casebook digest --since 2026-10-01 --until 2026-10-31 --group emea --format json

It says what the page `new/` says: decided, approved for reuse, finished, started, added, verified and
retired. Titles are links where site.toml has a base_url.

The JSON is one object: title, from, until, market, group, count, and events with kind, day, estimated
(git does not show the day, so it is the nearest that the record states), id, title, language, url,
summary, markets, groups, tactics, status, outcome, decision, reuse, grade and owner. What a record does
not state is null.")]
pub struct Arguments {
    /// The first day, written 2026-11-01, or a revision whose day counts
    #[arg(long, value_name = "DATE|REF")]
    since: String,
    /// The last day, or a revision [default: today]
    #[arg(long, value_name = "DATE|REF")]
    until: Option<String>,
    /// Only studies of this market
    #[arg(long, value_name = "CODE")]
    market: Option<String>,
    /// Only studies of this market group
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = DigestFormat::Markdown)]
    format: DigestFormat,
    /// Whom it is for [default: what site.toml says]
    #[arg(long, value_enum)]
    audience: Option<Audience>,
}

/// Format of the digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DigestFormat {
    /// For minutes, chats and code hosts.
    Markdown,
    /// For a mail: a fragment without styles.
    Html,
    /// For programs.
    Json,
}

/// Runs `casebook digest`.
///
/// # Errors
/// The hub cannot be read, or a day, market or group is unknown.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let options = common.build_options(arguments.audience, false)?;
    let (sources, read) = read_hub(&root, &options, &mut Timings::default())?;
    let read = match read {
        Ok(read) => read,
        Err(diagnostic) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    let scope = find_scope(&root, arguments, options.today, &read.catalog.vocabulary)?;
    let theme = Theme::load(&read.site, &sources.theme)?;
    // A digest needs no comparison of studies, which takes most of the time of a build.
    let hub = Hub {
        evidence: evidence::tally(&read.site, &read.catalog),
        site: read.site,
        catalog: read.catalog,
        similar: Similar::default(),
        backlog: Backlog::default(),
    };
    let context = hub.page_context(&theme.language);
    let digest = digest::compose(&context, &scope);
    match arguments.format {
        DigestFormat::Markdown => print_text(&render_markdown(&digest, &theme.language))?,
        DigestFormat::Html => print_text(&render_html(&digest, &theme.language))?,
        DigestFormat::Json => print_text(&format!(
            "{}\n",
            serde_json::to_string_pretty(&digest).expect("values made here can be written")
        ))?,
    }
    if has_errors(&read.diagnostics) {
        print_diagnostics(&read.diagnostics, &sources);
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    }
    Ok(ExitCode::SUCCESS)
}

/// The period and places that the arguments name.
///
/// # Errors
/// A day, market or group is unknown, or the period ends before it begins.
fn find_scope(
    root: &Path,
    arguments: &Arguments,
    today: Date,
    vocabulary: &Vocabulary,
) -> Result<DigestScope> {
    let from = find_day(root, &arguments.since)?;
    let until = arguments.until.as_ref().map_or(Ok(today), |until| find_day(root, until))?;
    if until < from {
        return Err(Error::new(format!("the period begins on {from} and ends before, on {until}"))
            .with_hint("`--since` is the first day, `--until` the last one, else today"));
    }
    let (mut market, mut group) = (None, None);
    if let Some(name) = &arguments.market {
        (market, group) = find_market(name, vocabulary)?;
    }
    if let Some(name) = &arguments.group {
        group = Some(find_group(name, vocabulary)?);
    }
    Ok(DigestScope { from, until, market, group })
}

/// The day that a text states, else that of the revision it names.
///
/// # Errors
/// It is neither a day nor a revision.
fn find_day(root: &Path, text: &str) -> Result<Date> {
    parse_date(text).or_else(|invalid| {
        source::revision_day(root, text).map_err(|_| {
            Error::new(format!("`{text}` {}, and git knows no such revision", invalid.problem))
                .with_hint(invalid.hint)
        })
    })
}

/// The market of a name, or else the group of that name.
///
/// # Errors
/// There is neither; the hint has the nearest market.
fn find_market(name: &str, vocabulary: &Vocabulary) -> Result<(Option<MarketId>, Option<GroupId>)> {
    let group = vocabulary.groups.find(name);
    match (vocabulary.markets.find(name), group) {
        (_, Some(group)) if vocabulary.groups.is_id(group, name) => Ok((None, Some(group))),
        (Some(market), _) => Ok((Some(market), None)),
        (None, Some(group)) => Ok((None, Some(group))),
        (None, None) => {
            let known: Vec<&str> =
                vocabulary.markets.iter().map(|(_, market)| &*market.id).collect();
            Err(Error::new(format!("`{name}` is not a known market"))
                .with_hint(nearest::hint(name, known)))
        }
    }
}

/// The market group of a name.
///
/// # Errors
/// There is none; the hint has the nearest one.
fn find_group(name: &str, vocabulary: &Vocabulary) -> Result<GroupId> {
    vocabulary.groups.find(name).ok_or_else(|| {
        let known: Vec<&str> = vocabulary.groups.iter().map(|(_, group)| &*group.id).collect();
        Error::new(format!("`{name}` is not a known market group"))
            .with_hint(nearest::hint(name, known))
    })
}

/// The events of a digest by kind.
fn events_by_kind(digest: &Digest) -> impl Iterator<Item = &[DigestEvent]> {
    digest.events.chunk_by(|one, other| one.kind == other.kind)
}

/// The digest as Markdown: a heading, one for each kind, and a list item for each event.
fn render_markdown(digest: &Digest, language: &Language) -> String {
    let mut text = format!("## {}\n", escape_text(&digest.title));
    if let Some(nothing) = &digest.nothing {
        let _ = writeln!(text, "\n{}", escape_text(nothing));
    }
    for events in events_by_kind(digest) {
        let label = escape_text(&events[0].kind_label);
        let _ = writeln!(text, "\n### {label} ({})\n", language.format_integer(events.len()));
        for event in events {
            let title = escape_text(&event.shown_title);
            let title = event
                .url
                .as_ref()
                .map_or_else(|| title.clone(), |url| format!("[{title}](<{url}>)"));
            let facts: Vec<String> = event.facts.iter().map(|fact| escape_text(fact)).collect();
            let parts: Vec<String> = std::iter::once(title).chain(facts).collect();
            let _ = writeln!(text, "- {}: {}", escape_text(&event.day_label), parts.join(" · "));
        }
    }
    text
}

/// The digest as a fragment of HTML without styles, in which the language of each title is marked.
fn render_html(digest: &Digest, language: &Language) -> String {
    let (id, direction) = (&language.format.id, &language.format.direction);
    let mut html = format!(
        "<section lang=\"{}\" dir=\"{}\">\n<h2>{}</h2>\n",
        escape_html(id),
        escape_html(direction),
        escape_html(&digest.title)
    );
    if let Some(nothing) = &digest.nothing {
        let _ = writeln!(html, "<p>{}</p>", escape_html(nothing));
    }
    for events in events_by_kind(digest) {
        let label = escape_html(&events[0].kind_label);
        let _ =
            writeln!(html, "<h3>{label} ({})</h3>\n<ul>", language.format_integer(events.len()));
        for event in events {
            let title = format!(
                "<bdi lang=\"{}\">{}</bdi>",
                escape_html(&event.shown_language),
                escape_html(&event.shown_title)
            );
            let title = event.url.as_ref().map_or_else(
                || title.clone(),
                |url| format!("<a href=\"{}\">{title}</a>", escape_html(url)),
            );
            let facts = event.facts.iter().map(|fact| format!(" · {}", escape_html(fact)));
            let _ = writeln!(
                html,
                "<li><time datetime=\"{}\">{}</time>: {title}{}</li>",
                event.day,
                escape_html(&event.day_label),
                facts.collect::<String>()
            );
        }
        html.push_str("</ul>\n");
    }
    html.push_str("</section>\n");
    html
}

/// A text for an element or a quoted attribute of HTML.
fn escape_html(text: &str) -> String {
    escape_line(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
