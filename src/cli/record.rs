//! `quytrinh test --record`: what scenarios show is written into their files, and a real case becomes a scenario. It is
//! shown first; only `--write` writes.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::calendar::shelf::Calendars;
use crate::cli::Failure;
use crate::cli::output::{data, pick, say};
use crate::cli::patch::patch;
use crate::cli::test::{Tested, beside, calendars, tree};
use crate::definition::canonical::canonical;
use crate::definition::diagnostic::{Lang, Text};
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;
use crate::ids::CaseId;
use crate::journal::entry::{Entry, Record};
use crate::journal::export::{read_row, verify_export};
use crate::rehearsal::from_case::{Happened, tell};
use crate::rehearsal::record::{complete, with_scenario};
use crate::service::tree::Meant;
use crate::store;

/// What is recorded, and whether it is written.
#[derive(Debug, clap::Args)]
pub(super) struct Recording {
    /// With --record: writes what is shown.
    #[arg(long, requires = "record")]
    write: bool,
    /// With --record: also puts what is seen in place of what was expected otherwise. Acts that are refused are not
    /// accepted.
    #[arg(long, requires = "record", conflicts_with = "case")]
    accept: bool,
    /// With --record: this case of a database or of an exported journal becomes a scenario.
    #[arg(long, requires = "record", value_name = "ID")]
    pub(super) case: Option<CaseId>,
    /// With --case: the database, `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "QUYTRINH_DATABASE", value_name = "URL")]
    database: Option<String>,
    /// With --case: a journal as `journal export` wrote it, in place of a database.
    #[arg(long, requires = "case", value_name = "FILE")]
    export: Option<PathBuf>,
}

/// What every scenario shows; 1 where something is not written, or fails.
pub(super) fn expectations(
    asked: &Recording,
    tested: &[Tested<'_>],
    unread: bool,
    calendars: &Calendars,
    lang: Lang,
) -> Result<u8, Failure> {
    let (mut made, mut left) = (0, 0);
    for one in tested {
        let recorded = complete(&one.test, one.test_source, one.procedure, calendars, asked.accept);
        for (n, faults) in &recorded.left {
            left += 1;
            let name = one.test.scenarios.get(*n).map_or("", |scenario| scenario.name.as_str());
            say(&match lang {
                Lang::Vi => format!("{}: «{name}» hỏng, không ghi gì vào đó", one.test_source.name()),
                Lang::En => format!("{}: “{name}” fails and is left as it is", one.test_source.name()),
            });
            faults.iter().take(5).for_each(|fault| say(&format!("    {}", fault.in_lang(lang))));
        }
        made += recorded.made.len();
        put(asked, one.test_path, one.test_source.name(), one.test_source.text(), &recorded.text)?;
    }
    say(&match (lang, asked.write) {
        (Lang::Vi, true) => format!("đã ghi vào {made} kịch bản, {left} kịch bản hỏng để nguyên"),
        (Lang::En, true) => format!("written into {made} scenarios, {left} that fail left as they are"),
        (Lang::Vi, false) => {
            format!("sẽ ghi vào {made} kịch bản (thêm `--write` để ghi), {left} kịch bản hỏng để nguyên")
        }
        (Lang::En, false) => {
            format!("{made} scenarios would be written (`--write` does it), {left} that fail left as they are")
        }
    });
    if left > 0 && !asked.accept {
        say(pick(
            lang,
            "mong đợi nào sai thì sửa, hoặc `--accept` để nhận điều máy thấy thay cho điều đã ghi",
            "mend what is expected wrongly, or take what is seen in its place by `--accept`",
        ));
    }
    Ok(u8::from(unread || left > 0 || (made > 0 && !asked.write)))
}

/// Shows what changes, and writes it where that was asked for. A file in canonical form stays in it.
fn put(asked: &Recording, path: &Path, name: &str, old: &str, new: &str) -> Result<(), Failure> {
    let tidy = |text: &str| canonical(&Source::new(name, text)).ok();
    let new = match tidy(old) {
        Some(form) if form == old => tidy(new).unwrap_or_else(|| new.to_owned()),
        _ => new.to_owned(),
    };
    data(&patch(name, old, &new));
    if asked.write && new != old {
        std::fs::write(path, new).map_err(|fault| Failure::refused(format!("{name}: {fault}")))?;
    }
    Ok(())
}

/// A real case as one more scenario of the file named; 1 where it is only shown.
pub(super) fn a_case(
    asked: &Recording,
    paths: &[PathBuf],
    calendar_folder: Option<&Path>,
    lang: Lang,
) -> Result<u8, Failure> {
    let [path] = paths else {
        return Err(Failure::usage(pick(
            lang,
            "`--case` ghi vào một tệp: nêu đúng một tệp quy trình hoặc tệp kịch bản",
            "`--case` writes into one file: name one procedure or one test file",
        )));
    };
    let Some(case) = &asked.case else { return Ok(0) };
    let (file, test_path) = both(path);
    let tree = tree(&[file.clone()], calendar_folder)?;
    let calendars = calendars(&tree);
    let found = tree.files.iter().find(|one| one.path == file);
    let Some(Meant::Procedure(procedure)) = found.and_then(|one| one.meant.as_ref()) else {
        let file = file.display();
        return Err(Failure::refused(match lang {
            Lang::Vi => format!("quy trình {file} không có hoặc còn lỗi; xem `quytrinh check {file}`"),
            Lang::En => format!("{file} is not there or has errors; see `quytrinh check {file}`"),
        }));
    };
    let history = match &asked.export {
        Some(export) => exported(export, case, lang)?,
        None => stored(asked.database.as_deref().unwrap_or("sqlite:quytrinh.db"), case)?,
    };
    of_this_procedure(&history, procedure, case, lang)?;
    let name = test_path.display().to_string();
    let old = std::fs::read_to_string(&test_path).unwrap_or_default();
    let source = Source::new(name.as_str(), old.as_str());
    let refused = |why: Text| Failure::refused(format!("{case}: {}", why.in_lang(lang)));
    let beside = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let known = crate::rehearsal::record::stand_ins(&source);
    let told = tell(&history, procedure, &known, &calendars).map_err(refused)?;
    let new = with_scenario(&source, beside, told, procedure, &calendars).map_err(refused)?;
    let Some(new) = new else {
        say(pick(lang, "kịch bản này đã có trong tệp", "the file has this scenario already"));
        return Ok(0);
    };
    put(asked, &test_path, &name, &old, &new)?;
    if !asked.write {
        say(pick(
            lang,
            "đọc lại: tên người, lời kể và thông tin cá nhân đã thay, ngày mở hồ sơ thì giữ nguyên; thêm `--write` để ghi",
            "read it: persons, free text and personal data are replaced, the day of opening is kept; `--write` writes it",
        ));
    }
    Ok(u8::from(!asked.write))
}

/// The procedure and its test, whichever of the two was named.
fn both(path: &Path) -> (PathBuf, PathBuf) {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match name.strip_suffix(".test.yaml").or_else(|| name.strip_suffix(".test.yml")) {
        Some(stem) => {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let source = Source::new(name, text);
            let named = source.root().and_then(|root| root.get("procedure")?.text().map(str::to_owned));
            (path.with_file_name(named.unwrap_or_else(|| format!("{stem}.yaml"))), path.to_owned())
        }
        None => (path.to_owned(), path.with_file_name(beside(name))),
    }
}

fn of_this_procedure(history: &[Happened], procedure: &Procedure, case: &CaseId, lang: Lang) -> Result<(), Failure> {
    let opened = history.iter().find_map(|one| match &one.event {
        crate::machine::event::Event::CaseOpened(opened) => Some(opened),
        _ => None,
    });
    match opened {
        None => Err(Failure::usage(match lang {
            Lang::Vi => format!("không có hồ sơ `{case}`"),
            Lang::En => format!("no case `{case}`"),
        })),
        Some(opened) if opened.procedure != procedure.id => Err(Failure::usage(match lang {
            Lang::Vi => format!("hồ sơ `{case}` theo quy trình `{}`, không phải `{}`", opened.procedure, procedure.id),
            Lang::En => format!("the case `{case}` is of `{}`, not of `{}`", opened.procedure, procedure.id),
        })),
        Some(opened) => {
            if opened.version != procedure.version {
                say(&match lang {
                    Lang::Vi => format!(
                        "hồ sơ chạy theo phiên bản {}, chơi lại theo tệp, phiên bản {}",
                        opened.version, procedure.version
                    ),
                    Lang::En => format!(
                        "the case ran by version {}, it is played by the file, version {}",
                        opened.version, procedure.version
                    ),
                });
            }
            Ok(())
        }
    }
}

fn stored(database: &str, case: &CaseId) -> Result<Vec<Happened>, Failure> {
    let failed = |why: String| Failure::usage(format!("{database}: {why}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let entries = runtime.map_err(|fault| failed(fault.to_string()))?.block_on(async {
        let store = store::open(database, false).await.map_err(|fault| failed(fault.to_string()))?;
        store.entries_of(case).await.map_err(|fault| failed(fault.to_string()))
    })?;
    Ok(entries.into_iter().filter_map(|sealed| happened(sealed.entry)).collect())
}

/// The case's entries in an exported journal, which must be whole.
fn exported(path: &Path, case: &CaseId, lang: Lang) -> Result<Vec<Happened>, Failure> {
    let name = path.display();
    let failed = |fault: std::io::Error| Failure::usage(format!("{name}: {fault}"));
    let report = verify_export(BufReader::new(std::fs::File::open(path).map_err(failed)?), &[]).map_err(failed)?;
    if !report.is_whole() {
        return Err(Failure::refused(match lang {
            Lang::Vi => format!("{name}: nhật ký không còn nguyên; xem `quytrinh journal verify --export {name}`"),
            Lang::En => format!("{name}: the journal is not whole; see `quytrinh journal verify --export {name}`"),
        }));
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let rows = text.lines().skip(1).filter_map(|line| read_row(line).ok());
    let entries = rows.filter_map(|row| serde_json::from_slice::<Entry>(&row.payload).ok());
    Ok(entries.filter(|entry| entry.case.as_ref() == Some(case)).filter_map(happened).collect())
}

fn happened(entry: Entry) -> Option<Happened> {
    match entry.record {
        Record::Case(event) => Some(Happened { at: entry.occurred_at, actor: entry.actor, event }),
        Record::Registry(_) => None,
    }
}
