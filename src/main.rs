//! The program: all of it is in the library, so that tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    chinwag::cli::run(std::env::args_os())
}
