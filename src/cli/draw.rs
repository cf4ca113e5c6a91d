//! `quytrinh draw`: a procedure as a picture.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::Failure;
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::{Lang, human};
use crate::definition::diagram::{self, Names, Paper, Walk, dot, mermaid, paper, sheet};
use crate::definition::load;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;
use crate::service::library::read_directory;

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
    let walk = Walk { lang, units: names(&args.file, args.directory.as_deref(), lang)?, ..Walk::default() };
    data(&match (args.format, args.paper) {
        (Picture::Svg, None) => sheet(&procedure, &walk),
        (Picture::Svg, Some(Sheet::A4)) => paper(&procedure, &walk, Paper::A4),
        (Picture::Svg, Some(Sheet::A3)) => paper(&procedure, &walk, Paper::A3),
        (Picture::Mermaid, _) => mermaid(&procedure, lang),
        (Picture::Dot, _) => dot(&procedure, lang),
    });
    Ok(0)
}

/// The procedure of a file; where it has errors they are said, and there is none.
pub fn read(file: &Path, lang: Lang) -> Result<Option<Procedure>, Failure> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    let source = Source::new(name, text);
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

/// What units are called: by the directory named, or by the first in a folder `directory` beside or above the file.
pub fn names(file: &Path, named: Option<&Path>, lang: Lang) -> Result<Names, Failure> {
    let from = |path: &Path| -> Result<Names, String> {
        let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
        let directory = read_directory(&text)?;
        Ok(diagram::names(&directory))
    };
    if let Some(path) = named {
        return from(path).map_err(|why| {
            let why = why.split_once(" / ").map_or(why.clone(), |(vi, en)| pick(lang, vi, en).to_owned());
            Failure::usage(format!("{}: {why}", path.display()))
        });
    }
    for folder in file.ancestors().skip(1).take(4) {
        let Ok(entries) = std::fs::read_dir(folder.join("directory")) else { continue };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        // A directory that cannot be read is told by `check`; the picture does without names.
        if let Some(names) = paths.iter().find_map(|path| from(path).ok()) {
            return Ok(names);
        }
    }
    Ok(Names::new())
}
