//! `quytrinh import`: what people already have, as a first procedure file.

use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::{Lang, human};
use crate::definition::load;
use crate::definition::source::Source;
use crate::importing::cells::{MOST_ROWS, Unreadable};
use crate::importing::draft::{About, draft, slug};
use crate::importing::{sheet, table};

/// What to bring in.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// A table of steps: .xlsx, .docx, a page that Word or Excel saved (.html), .csv or .tsv
    Table(TableArgs),
}

#[derive(Debug, clap::Args)]
struct TableArgs {
    file: PathBuf,
    /// Where the procedure goes; to stdout where not given. A file that is there is never overwritten.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Its id; made of the title where not given.
    #[arg(long)]
    id: Option<String>,
    /// Its title in Vietnamese; the file's name where not given.
    #[arg(long)]
    title: Option<String>,
    /// The unit that answers for it.
    #[arg(long)]
    owner: Option<String>,
}

/// Reads, drafts and says what to look at.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    match &args.what {
        What::Table(table) => import_table(table, lang),
    }
}

fn import_table(args: &TableArgs, lang: Lang) -> Result<u8, Failure> {
    let name = args.file.display().to_string();
    let bytes = std::fs::read(&args.file).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    let steps = sheet::tables(&name, &bytes)
        .and_then(|tables| table::find(&tables).ok_or(Unreadable::NoTable))
        .map_err(|why| Failure::refused(format!("{name}: {}", words(&why, lang))))?;
    let stem = args.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let title = args.title.clone().unwrap_or(stem);
    let id = args.id.clone().unwrap_or_else(|| slug(&title).replace('_', "-"));
    let id = if id.is_empty() { "quy-trinh-moi".to_owned() } else { id };
    let drafted = draft(&steps, &About { id, title, owner: args.owner.clone() });
    match &args.out {
        Some(out) => write_new(out, &drafted.text)?,
        None => data(&drafted.text),
    }
    say(&match lang {
        Lang::Vi => format!("{} bước từ {name}. Cần xem lại:", steps.rows.len()),
        Lang::En => format!("{} steps from {name}. To look at:", steps.rows.len()),
    });
    for note in &drafted.notes {
        let line = match (note.line, lang) {
            (0, _) => String::new(),
            (line, Lang::Vi) => format!("dòng {line}: "),
            (line, Lang::En) => format!("line {line}: "),
        };
        say(&format!("  - {line}{}", pick(lang, &note.vi, &note.en)));
    }
    let written = args.out.as_ref().map_or_else(|| "stdout".to_owned(), |out| out.display().to_string());
    let source = Source::new(written, drafted.text);
    let found = match load(&source) {
        Ok((_, found)) | Err(found) => found,
    };
    for diagnostic in &found {
        say(&human(diagnostic, &source, lang));
    }
    Ok(0)
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::refused(format!("{}: {e}", path.display()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)
}

fn words(why: &Unreadable, lang: Lang) -> String {
    match (why, lang) {
        (Unreadable::Kind, Lang::Vi) => "chỉ đọc được .xlsx, .docx, .html, .csv, .tsv".to_owned(),
        (Unreadable::Kind, Lang::En) => "only .xlsx, .docx, .html, .csv and .tsv can be read".to_owned(),
        (Unreadable::Damaged(why), Lang::Vi) => format!("tệp hỏng hoặc không đúng loại ({why}); mở ra rồi lưu lại"),
        (Unreadable::Damaged(why), Lang::En) => {
            format!("the file is damaged or of another kind ({why}); save it again")
        }
        (Unreadable::TooLarge, Lang::Vi) => {
            format!("tệp quá lớn: chỉ giữ lại bảng các bước (không quá {MOST_ROWS} dòng)")
        }
        (Unreadable::TooLarge, Lang::En) => {
            format!("the file is too large: keep only the table of steps (at most {MOST_ROWS} lines)")
        }
        (Unreadable::NoTable, Lang::Vi) => {
            "không thấy bảng các bước: cần dòng tiêu đề có `Nội dung công việc` hoặc `Người thực hiện`, và `Thời hạn`"
                .to_owned()
        }
        (Unreadable::NoTable, Lang::En) => {
            "no table of steps: a heading is needed with `Nội dung công việc` or `Người thực hiện`, and `Thời hạn`"
                .to_owned()
        }
    }
}
