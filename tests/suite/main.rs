//! All integration tests in one binary.

mod commands;
mod evidence;
mod kill;
mod paper;
mod publish;
mod serve;
mod source;
