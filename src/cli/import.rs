//! `quytrinh import`: what people already have, as a first procedure file.

use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::import_bpmn::{BpmnArgs, import_bpmn};
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::{Lang, human};
use crate::definition::load;
use crate::definition::reader::{is_id, is_reserved};
use crate::definition::source::Source;
use crate::importing::cells::{MOST_ROWS, Unreadable};
use crate::importing::draft::{About, draft};
use crate::importing::edits::{Edit, Kept};
use crate::importing::wording::slug;
use crate::importing::{sheet, table, workbook};

/// What to bring in.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// A table of steps, or a workbook that `doc --format xlsx` made: .xlsx, .docx, a page that Word or Excel saved (.html), .csv or .tsv
    #[command(alias = "xlsx")]
    Table(Common),
    /// A drawing in BPMN 2.0 (.bpmn)
    Bpmn(BpmnArgs),
}

/// What every import asks.
#[derive(Debug, clap::Args)]
pub struct Common {
    pub file: PathBuf,
    /// Where the procedure goes; to stdout where not given. A file that is there is never overwritten.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Its id; made of the title where not given.
    #[arg(long)]
    pub id: Option<String>,
    /// Its title in Vietnamese; the file's name, or what the drawing says, where not given.
    #[arg(long)]
    pub title: Option<String>,
    /// The unit that answers for it.
    #[arg(long)]
    pub owner: Option<String>,
}

/// Reads, drafts and says what to look at.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    match &args.what {
        What::Table(table) => import_table(table, lang),
        What::Bpmn(bpmn) => import_bpmn(bpmn, lang),
    }
}

/// The id and the owner that were given are ones that a file can have.
pub fn check_names(args: &Common, lang: Lang) -> Result<(), Failure> {
    let good = |id: &str| is_id(id) && !is_reserved(id);
    let owner = |text: &str| text.split('/').all(is_id);
    let odd = |flag: &str, text: &str| {
        let near = text.split('/').map(|part| slug(part).replace('_', "-")).collect::<Vec<_>>().join("/");
        let near = if near.split('/').all(good) { near } else { "cap-phep".to_owned() };
        Failure::usage(match lang {
            Lang::Vi => format!(
                "`{flag} {text}` không dùng được: chỉ chữ cái không dấu, số, `_`, `-`, `.`, tối đa 60 ký tự; ví dụ `{near}`"
            ),
            Lang::En => format!(
                "`{flag} {text}` cannot be used: only letters without accents, digits, `_`, `-`, `.`, 60 at most; e.g. `{near}`"
            ),
        })
    };
    match (&args.id, &args.owner) {
        (Some(id), _) if !good(id) => Err(odd("--id", id)),
        (_, Some(unit)) if !owner(unit) => Err(odd("--owner", unit)),
        _ => Ok(()),
    }
}

fn import_table(args: &Common, lang: Lang) -> Result<u8, Failure> {
    check_names(args, lang)?;
    let name = args.file.display().to_string();
    let bytes = std::fs::read(&args.file).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    let refused = |why: Unreadable| Failure::refused(format!("{name}: {}", words(&why, lang)));
    // A workbook of ours carries the file it was made from.
    if name.to_lowercase().ends_with(".xlsx")
        && let Some(kept) = workbook::kept(&bytes).map_err(refused)?
        && let Some(code) = give_back(&kept, args, lang)?
    {
        return Ok(code);
    }
    let found = sheet::tables(&name, &bytes).and_then(|tables| table::find(&tables).ok_or(Unreadable::NoTable));
    let steps = found.map_err(refused)?;
    let stem = args.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let title = args.title.clone().unwrap_or(stem);
    let id = args.id.clone().unwrap_or_else(|| slug(&title).replace('_', "-"));
    let id = if id.is_empty() { "quy-trinh-moi".to_owned() } else { id };
    let drafted = draft(&steps, &About { id, title, owner: args.owner.clone() });
    deliver(args.out.as_deref(), &drafted.text)?;
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
    judge(args.out.as_deref(), &drafted.text, lang);
    Ok(0)
}

/// Writes the file to where it goes.
pub fn deliver(out: Option<&Path>, text: &str) -> Result<(), Failure> {
    match out {
        Some(out) => write_new(out, text),
        None => {
            data(text);
            Ok(())
        }
    }
}

/// Gives the file back that a document of ours carries, and says what was changed in the document; the exit code, or
/// nothing where the document must be read like anybody's.
pub fn give_back(kept: &Kept, args: &Common, lang: Lang) -> Result<Option<u8>, Failure> {
    let name = args.file.display();
    let (text, applied, refused) = match kept {
        Kept::Same(text) => (text, &[][..], &[][..]),
        Kept::Edited { text, applied, refused } => (text, applied.as_slice(), refused.as_slice()),
        Kept::Broken => {
            say(&match lang {
                Lang::Vi => format!("{name}: tệp quy trình kèm bên trong đã bị sửa hoặc cắt; chỉ đọc phần nhìn thấy"),
                Lang::En => format!("{name}: the procedure file inside was changed or cut; only what is seen is read"),
            });
            return Ok(None);
        }
    };
    deliver(args.out.as_deref(), text)?;
    match (applied.len(), refused.len(), lang) {
        (0, 0, Lang::Vi) => say(&format!("{name}: đúng tệp quy trình đã xuất ra, không có gì thay đổi.")),
        (0, 0, Lang::En) => say(&format!("{name}: the very file it was made from, nothing was changed.")),
        (done, not, Lang::Vi) => say(&format!("{name}: mang sang {done} chỗ sửa; {not} chỗ cần tự sửa trong tệp.")),
        (done, not, Lang::En) => say(&format!("{name}: {done} changes carried over; {not} to be made by hand.")),
    }
    tell(applied, pick(lang, "Đã mang sang:", "Carried over:"), lang);
    tell(refused, pick(lang, "Chưa mang sang:", "Not carried over:"), lang);
    if !applied.is_empty() {
        judge(args.out.as_deref(), text, lang);
    }
    Ok(Some(u8::from(!refused.is_empty())))
}

fn tell(edits: &[Edit], heading: &str, lang: Lang) {
    if edits.is_empty() {
        return;
    }
    say(heading);
    let none = pick(lang, "(không có)", "(nothing)");
    for edit in edits {
        let (was, now) = (edit.was.as_deref().unwrap_or(none), edit.now.as_deref().unwrap_or(none));
        say(&format!("  - {}: {was} → {now}", edit.place));
    }
}

/// Says what `check` finds in it: what the author has to fill in.
pub fn judge(out: Option<&Path>, text: &str, lang: Lang) {
    let written = out.map_or_else(|| "stdout".to_owned(), |out| out.display().to_string());
    let source = Source::new(written, text);
    let found = match load(&source) {
        Ok((_, found)) | Err(found) => found,
    };
    for diagnostic in &found {
        say(&human(diagnostic, &source, lang));
    }
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::refused(format!("{}: {e}", path.display()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)
}

fn words(why: &Unreadable, lang: Lang) -> String {
    match (why, lang) {
        (Unreadable::Kind, Lang::Vi) => {
            "tên tệp không cho biết là loại gì; đọc được .xlsx, .xlsm, .docx, .html, .htm, .csv, .tsv, .txt".to_owned()
        }
        (Unreadable::Kind, Lang::En) => {
            "the name does not tell the kind of file; .xlsx, .xlsm, .docx, .html, .htm, .csv, .tsv and .txt are read"
                .to_owned()
        }
        (Unreadable::Old, Lang::Vi) => {
            "tệp Word, Excel kiểu cũ (.doc, .xls, .rtf) hoặc có mật khẩu; mở ra, bỏ mật khẩu, lưu lại thành .docx hoặc .xlsx"
                .to_owned()
        }
        (Unreadable::Old, Lang::En) => {
            "a Word or Excel file of the old kind (.doc, .xls, .rtf), or one with a password; save it as .docx or .xlsx without one"
                .to_owned()
        }
        (Unreadable::Pdf, Lang::Vi) => "bản PDF không còn bảng để đọc; lấy tệp Word hoặc Excel gốc".to_owned(),
        (Unreadable::Pdf, Lang::En) => "a PDF holds no table any more; take the Word or Excel file it was made from".to_owned(),
        (Unreadable::OpenDocument, Lang::Vi) => {
            "tệp kiểu OpenDocument (.odt, .ods); lưu lại thành .docx hoặc .xlsx".to_owned()
        }
        (Unreadable::OpenDocument, Lang::En) => {
            "an OpenDocument file (.odt, .ods); save it as .docx or .xlsx".to_owned()
        }
        // A place in a sheet is told; what a reader of files says of their inside is of no use to anybody.
        (Unreadable::Damaged(why), Lang::Vi) if why.starts_with('`') => {
            format!("tệp hỏng: trong bảng tính không có ô {why}; mở bằng Excel rồi lưu lại")
        }
        (Unreadable::Damaged(why), Lang::En) if why.starts_with('`') => {
            format!("the file is damaged: no sheet has a cell {why}; open it in Excel and save it again")
        }
        (Unreadable::Damaged(_), Lang::Vi) => {
            "tệp hỏng, lưu dở, hoặc không đúng loại như tên của nó; mở ra rồi lưu lại".to_owned()
        }
        (Unreadable::Damaged(why), Lang::En) => {
            format!("the file is damaged, cut off, or not of the kind its name says ({why}); open it and save it again")
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
