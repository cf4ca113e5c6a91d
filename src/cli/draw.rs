//! `quytrinh draw`: a procedure as a picture.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::Failure;
use crate::cli::output::{data, say};
use crate::definition::diagnostic::{Lang, human};
use crate::definition::diagram::{Walk, dot, mermaid, svg};
use crate::definition::load;
use crate::definition::source::Source;

/// What to draw.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A procedure file.
    file: PathBuf,
    #[arg(long, default_value = "svg")]
    format: Picture,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Picture {
    Svg,
    Mermaid,
    Dot,
}

/// Draws on stdout. A file with errors is not drawn: its picture would not be true.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    let name = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    let source = Source::new(name, text);
    match load(&source) {
        Ok((procedure, _)) => {
            data(&match args.format {
                Picture::Svg => svg(&procedure, &Walk { lang, ..Walk::default() }),
                Picture::Mermaid => mermaid(&procedure),
                Picture::Dot => dot(&procedure),
            });
            Ok(0)
        }
        Err(found) => {
            for diagnostic in &found {
                say(&human(diagnostic, &source, lang));
            }
            Ok(1)
        }
    }
}
