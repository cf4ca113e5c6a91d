//! `quytrinh doc`: a procedure as the annex an agency approves.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::annex::content::annex;
use crate::annex::facts::above;
#[cfg(feature = "pdf")]
use crate::annex::pdf::pdf;
use crate::annex::{docx::docx, html::html, xlsx::xlsx};
use crate::cli::Failure;
use crate::cli::beside::directory;
use crate::cli::draw::read;
use crate::cli::file::procedure_source;
use crate::cli::output::bytes;
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::names;

/// What to print.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A procedure file.
    file: PathBuf,
    #[arg(long, default_value = "html")]
    format: Form,
    /// Where to; stdout where not given.
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Names the units; found in `directory/` beside or above the file where not given.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Html,
    Docx,
    Xlsx,
    #[cfg(feature = "pdf")]
    Pdf,
}

/// Writes the annex. A file with errors has none: it would be approved with them.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    let Some(procedure) = read(&args.file, lang)? else { return Ok(1) };
    let beside = directory(&args.file, args.directory.as_deref(), lang)?;
    let units = beside.as_ref().map(names).unwrap_or_default();
    let above = beside.as_ref().and_then(|directory| above(directory, &procedure.owner));
    let annex = annex(&procedure, &units, above, lang);
    let made = match args.format {
        Form::Html => html(&annex).into_bytes(),
        Form::Docx => docx(&annex).map_err(|why| Failure::refused(why.to_string()))?,
        Form::Xlsx => {
            let source = procedure_source(&args.file, lang)?;
            xlsx(&annex, source.text(), &procedure.digest.to_string())
                .map_err(|why| Failure::refused(why.to_string()))?
        }
        #[cfg(feature = "pdf")]
        Form::Pdf => pdf(&annex).map_err(Failure::refused)?,
    };
    match &args.out {
        Some(path) => {
            std::fs::write(path, made).map_err(|why| Failure::refused(format!("{}: {why}", path.display())))?;
        }
        None => bytes(&made),
    }
    Ok(0)
}
