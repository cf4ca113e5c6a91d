//! `quytrinh schema`: the JSON Schema of the format on stdout.

use clap::ValueEnum;

use crate::cli::Failure;
use crate::cli::output::data;
use crate::definition::schema;

/// Of which files.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(default_value = "procedure")]
    of: Of,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Of {
    Procedure,
    Test,
}

/// Prints it.
pub fn run(args: &Args) -> Result<u8, Failure> {
    let schema = match args.of {
        Of::Procedure => schema::procedure(),
        Of::Test => schema::test(),
    };
    data(&format!("{schema:#}\n"));
    Ok(0)
}
