//! `quytrinh draw`: a procedure as a picture.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::Failure;
use crate::cli::beside::directory;
use crate::cli::file::procedure_source;
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::{Lang, human};
use crate::definition::diagram::bpmn::bpmn;
use crate::definition::diagram::{Paper, Walk, dot, mermaid, names, paper, sheet};
use crate::definition::load;
use crate::definition::procedure::Procedure;

/// What to draw.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A procedure file.
    file: PathBuf,
    #[arg(long, default_value = "svg")]
    format: Picture,
    /// In the size of paper, over pages where one is too small; SVG only.
    #[arg(long)]
    paper: Option<Sheet>,
    /// Names the units; found in `directory/` beside or above the file where not given.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Picture {
    Svg,
    Mermaid,
    Dot,
    /// BPMN 2.0, for other modelling tools; `import bpmn` gives the same file back.
    Bpmn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sheet {
    A4,
    A3,
}

/// Draws on stdout. A file with errors is not drawn: its picture would not be true.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    if args.paper.is_some() && args.format != Picture::Svg {
        return Err(Failure::usage(pick(
            lang,
            "--paper chỉ dùng với --format svg",
            "--paper goes with --format svg only",
        )));
    }
    let Some(procedure) = read(&args.file, lang)? else { return Ok(1) };
    let beside = directory(&args.file, args.directory.as_deref(), lang)?;
    let units = beside.as_ref().map(names).unwrap_or_default();
    let walk = Walk { lang, units, ..Walk::default() };
    data(&match (args.format, args.paper) {
        (Picture::Svg, None) => sheet(&procedure, &walk),
        (Picture::Svg, Some(Sheet::A4)) => paper(&procedure, &walk, Paper::A4),
        (Picture::Svg, Some(Sheet::A3)) => paper(&procedure, &walk, Paper::A3),
        (Picture::Mermaid, _) => mermaid(&procedure, lang),
        (Picture::Dot, _) => dot(&procedure, lang),
        (Picture::Bpmn, _) => bpmn(&procedure, &walk, procedure_source(&args.file, lang)?.text()),
    });
    Ok(0)
}

/// The procedure of a file; where it has errors they are said, and there is none.
pub fn read(file: &Path, lang: Lang) -> Result<Option<Procedure>, Failure> {
    let source = procedure_source(file, lang)?;
    match load(&source) {
        Ok((procedure, _)) => Ok(Some(procedure)),
        Err(found) => {
            for diagnostic in &found {
                say(&human(diagnostic, &source, lang));
            }
            Ok(None)
        }
    }
}
