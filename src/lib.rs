//! Casebook turns a repository of Markdown case studies into a searchable static site.

pub mod backlog;
pub mod catalog;
pub mod check;
pub mod command;
pub mod diagnostic;
pub mod error;
pub mod evidence;
pub mod index;
pub mod output;
pub mod page;
pub mod record;
pub mod similar;
pub mod site;
pub mod source;
pub mod theme;
pub mod vocabulary;
