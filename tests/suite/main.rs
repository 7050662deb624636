//! All integration tests in one binary.

mod commands;
mod kill;
mod publish;
mod serve;
mod source;
