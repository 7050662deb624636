//! The `casebook` program: runs [`casebook::command`].

#![forbid(unsafe_code)]

use mimalloc::MiMalloc;

/// The allocator of the whole program: a build allocates on all cores at once, which the allocator
/// of the system would serialise.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Runs the command line of the process and returns its exit code.
fn main() -> std::process::ExitCode {
    casebook::command::run()
}
