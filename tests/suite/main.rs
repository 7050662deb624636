//! All integration tests in one binary.

mod kill;
mod publish;
mod serve;
mod source;
