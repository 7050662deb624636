//! The `casebook` program: runs [`casebook::command`].

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    casebook::command::run()
}
