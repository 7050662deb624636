//! All integration tests in one binary.

mod addresses;
mod architecture;
mod backlog;
mod commands;
mod corpora;
mod evidence;
mod export;
mod families;
mod feed;
mod figures;
mod golden;
mod hidden;
mod hostile;
mod hub;
mod insight;
mod kill;
mod mistakes;
mod paper;
mod publish;
mod relevance;
mod serve;
mod similar;
mod source;
mod support;
mod well_formed;
mod writing;
