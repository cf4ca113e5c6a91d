//! `quytrinh plan FILE`: what a new text changes, and the open cases it would meet. Writes nothing.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;

use crate::cli::file::procedure_source;
use crate::cli::output::{data, say};
use crate::cli::{Failure, Format, database};
use crate::definition::diagnostic::{self, Lang, Level, human};
use crate::definition::diff::{diff, heading};
use crate::definition::load;
use crate::service::library::Shelf;
use crate::service::plan::{Plan, plan};
use crate::service::plan_checks::check;

/// Which text, held against which database.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The new text.
    file: PathBuf,
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
    database: String,
    /// Lists every open case, with its holder and what stands in its way.
    #[arg(long)]
    cases: bool,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Looks, and answers 1 where the text may not be published so.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let source = procedure_source(&args.file, lang)?;
    let new = match load(&source) {
        Ok((new, _)) => new,
        Err(found) => {
            found.iter().for_each(|told| say(&human(told, &source, lang)));
            return Ok(1);
        }
    };
    let failed = |why: String| Failure::usage(format!("{}: {why}", args.database));
    let store = database::open(&args.database, false).await?;
    let (shelf, _) = Shelf::load(store.as_ref()).await.map_err(|fault| failed(fault.to_string()))?;
    let Some(old) = shelf.current(&new.id) else {
        return Err(Failure::refused(format!(
            "chưa công bố bản nào của `{id}` / no version of `{id}` is published",
            id = new.id
        )));
    };
    let found = diff(&old, &new);
    let met = plan(store.as_ref(), |case| shelf.procedure(&case.digest), &new).await;
    let met = met.map_err(|fault| failed(fault.to_string()))?;
    let told = check(&met, |version| shelf.version(&new.id, version), &new, &source);
    let errors = told.iter().any(|told| told.level == Level::Error);
    match args.format {
        Format::Json => {
            let diagnostics: Vec<_> = told.iter().map(|told| diagnostic::json(told, &source, lang)).collect();
            let differences: Vec<_> = found.iter().map(|difference| difference.json(lang)).collect();
            data(&format!("{}\n", json!({ "differences": differences, "diagnostics": diagnostics, "plan": met })));
        }
        Format::Human => {
            let mut text = format!("{}\n", heading(&old, &new).in_lang(lang));
            text.extend(found.iter().map(|difference| format!("  {}\n", difference.human(lang))));
            text += &cases(&met, &shelf, args.cases, lang);
            text.extend(told.iter().map(|told| format!("\n{}", human(told, &source, lang))));
            data(&text);
        }
    }
    Ok(u8::from(errors))
}

/// The cases in words; with `all` each one.
fn cases(met: &Plan, shelf: &Shelf, all: bool, lang: Lang) -> String {
    let mut out = totals(met, lang);
    // Writing into a string cannot fail.
    for (step, count) in &met.by_step {
        let _ = writeln!(out, "  {step}: {count}");
    }
    for case in met.cases.iter().filter(|_| all) {
        let at = case.at.iter().map(|place| format!("{} ({})", place.step, shelf.person_name(&place.holder)));
        let _ = writeln!(out, "{}  v{}  {}", case.case, case.version, at.collect::<Vec<_>>().join(", "));
        for obstacle in case.stays.iter().chain(&case.obstacles) {
            let _ = writeln!(out, "    ! {}", obstacle.text().in_lang(lang));
        }
    }
    for case in &met.unreadable {
        let _ = match lang {
            Lang::Vi => writeln!(out, "không đọc được {case}"),
            Lang::En => writeln!(out, "cannot be read: {case}"),
        };
    }
    out
}

/// How many there are, and what becomes of them.
fn totals(met: &Plan, lang: Lang) -> String {
    let (open, go_on) = (met.cases.len(), met.migrating());
    let stay = met.cases.iter().filter(|case| case.stays.is_some()).count();
    let blocked = met.cases.iter().filter(|case| !case.obstacles.is_empty()).count();
    let mut out = match lang {
        Lang::Vi => format!("{open} hồ sơ đang chạy theo bản trước\n"),
        Lang::En => format!("{open} open cases run by an earlier version\n"),
    };
    if stay > 0 {
        out += &match lang {
            Lang::Vi => format!(
                "{stay} hồ sơ sẽ kết thúc theo bản đang chạy: người giữ và thời hạn không đổi\n\
                 {blocked} hồ sơ không thể đi tiếp theo bản mới\n"
            ),
            Lang::En => format!(
                "{stay} finish on the version they run by: holders and deadlines stay\n\
                 {blocked} of them could not go on by the new text\n"
            ),
        };
    }
    if stay < open {
        out += &match lang {
            Lang::Vi => format!(
                "{go_on} hồ sơ chuyển được sang bản mới, giữ nguyên người giữ và mọi hạn; {} hồ sơ ở lại bản cũ\n",
                open - go_on
            ),
            Lang::En => format!(
                "{go_on} can go on by the new text, with their holders and all deadlines; {} stay on theirs\n",
                open - go_on
            ),
        };
    }
    out
}
