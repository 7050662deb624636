//! The `casebook` program: hands its arguments to the command room.

use std::time::Duration;

use casebook_allocator::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

/// What one stage lets go, the next one takes. Measured at 10,000 records: 5 % less CPU for a build, 50 MiB more.
const BETWEEN_STAGES: Duration = Duration::from_millis(300);

fn main() -> std::process::ExitCode {
    casebook_allocator::keep_free_memory_for(BETWEEN_STAGES);
    casebook::command::run()
}
