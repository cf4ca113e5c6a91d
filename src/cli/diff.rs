//! `quytrinh diff OLD NEW`: what changed between two texts of a procedure, in words.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::file::procedure_source;
use crate::cli::output::{data, pick, say};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::{Lang, human};
use crate::definition::diff::{diff, heading};
use crate::definition::procedure::Procedure;
use crate::definition::resolve::resolve;

/// The two texts.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The earlier text.
    old: PathBuf,
    /// The later text.
    new: PathBuf,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Compares what the texts mean; also texts with faults, as far as they can be read.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    let (Some(old), Some(new)) = (read(&args.old, lang)?, read(&args.new, lang)?) else { return Ok(1) };
    if old.id != new.id {
        say(&match lang {
            Lang::Vi => format!("lưu ý: hai quy trình khác nhau: `{}` và `{}`", old.id, new.id),
            Lang::En => format!("note: two different procedures: `{}` and `{}`", old.id, new.id),
        });
    }
    let found = diff(&old, &new);
    match args.format {
        Format::Human => {
            let mut text = format!("{}\n", heading(&old, &new).in_lang(lang));
            for difference in &found {
                text += &format!("  {}\n", difference.human(lang));
            }
            if found.is_empty() {
                let same = if old.digest == new.digest {
                    pick(lang, "hai văn bản giống hệt nhau", "the two texts are the same")
                } else {
                    pick(
                        lang,
                        "không khác gì về nội dung, chỉ khác chú thích hay cách trình bày",
                        "nothing differs in meaning, only notes or layout do",
                    )
                };
                text += &format!("  {same}\n");
            }
            data(&text);
        }
        Format::Json => {
            let list: Vec<_> = found.iter().map(|difference| difference.json(lang)).collect();
            let side = |p: &Procedure| json!({ "procedure": p.id, "version": p.version, "digest": p.digest });
            data(&format!("{}\n", json!({ "old": side(&old), "new": side(&new), "differences": list })));
        }
    }
    Ok(0)
}

/// A procedure as far as it can be read; what hinders is told.
fn read(path: &Path, lang: Lang) -> Result<Option<Procedure>, Failure> {
    let source = procedure_source(path, lang)?;
    let reading = resolve(&source);
    if reading.procedure.is_none() {
        for diagnostic in crate::definition::load(&source).err().unwrap_or_default() {
            say(&human(&diagnostic, &source, lang));
        }
    }
    Ok(reading.procedure)
}
