//! All integration tests in one binary.

mod backlog;
mod commands;
mod evidence;
mod export;
mod kill;
mod paper;
mod publish;
mod serve;
mod source;
