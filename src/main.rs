//! The binary: hands its arguments to the command line and returns its exit code.

/// Cases, entries and rows are many small pieces, made in one thread and dropped in another: what glibc's allocator is
/// slowest at. With it a third of firing timers was spent there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    quytrinh::cli::run()
}
