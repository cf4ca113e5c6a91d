//! `quytrinh check`: finds what is wrong in procedure files, calendars and directories.

use std::path::PathBuf;

use crate::cli::output::{data, pick, say};
use crate::cli::patch::patch;
use crate::cli::{Failure, six};
use crate::definition::checks::reference::{PAGES, in_english, in_vietnamese, near, page};
use crate::definition::diagnostic::{Diagnostic, Lang, Level, human, json, sort};
use crate::definition::mend::{mend, once};
use crate::definition::procedure::Procedure;
use crate::definition::report::{github, sarif};
use crate::definition::resolve::resolve;
use crate::definition::source::Source;
use crate::definition::waiver::waive;
use crate::ids::{ProcedureId, Ts};
use crate::service::clock::{Clock, SystemClock};
use crate::service::library::{FileKind, Shelf, kind_of, read_tree};
use crate::service::past;
use crate::service::plan::plan;
use crate::service::plan_checks;
use crate::service::tree::{Checked, Earlier, Meant, Tree, check_tree};
use crate::store;
use crate::store::contract::StoreError;
use clap::ValueEnum;

/// What to check and how to say it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files or folders; `workflows` where none is named.
    paths: Vec<PathBuf>,
    /// Makes the changes that are safe.
    #[arg(long)]
    fix: bool,
    /// With `--fix`: changes nothing, shows the changes as a patch, and answers 1 where there is one.
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Prints the page of a check, e.g. N04.
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
    /// Also holds each procedure against the version before it: a file or folder, or a database (`sqlite:…`,
    /// `postgres://…`) with what is published.
    #[arg(long, value_name = "PATH|URL")]
    against: Option<String>,
    /// Also holds each procedure against what really was in the last year: a database (`sqlite:…`, `postgres://…`) with
    /// its cases.
    #[arg(long, value_name = "URL")]
    history: Option<String>,
    /// How clear each step is in six things: who, what, by when, who answers above, what comes out, on what authority.
    #[arg(long, conflicts_with = "fix")]
    six: bool,
    /// Checks again whenever a file changes, until Ctrl-C.
    #[arg(long, conflicts_with_all = ["fix", "explain", "against", "history"])]
    watch: bool,
    #[arg(long, default_value = "human")]
    pub(super) format: CheckFormat,
}

impl Args {
    /// Whether it goes on until it is told to stop.
    pub(super) fn watches(&self) -> bool {
        self.watch && self.explain.is_none()
    }

    /// What is looked at; `workflows` where nothing is named.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        if self.paths.is_empty() { vec![PathBuf::from("workflows")] } else { self.paths.clone() }
    }
}

/// The forms of a list of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    Human,
    Json,
    Sarif,
    Github,
}

/// Checks, and answers 1 where there is an error.
pub fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    if let Some(code) = &args.explain {
        return explained(code, lang);
    }
    let paths = args.paths();
    let now = SystemClock.now();
    let earlier = args.against.as_deref().map(|against| earlier(against, lang)).transpose()?;
    let database = args.against.as_deref().filter(|against| is_database(against));
    let look = || -> Result<Tree, Failure> {
        let mut checked = check_tree(&paths, now).map_err(|unread| Failure::usage(unread.told(lang)))?;
        if let Some(earlier) = &earlier {
            let without = checked.hold_against(earlier, today(now));
            without_earlier(&without, earlier.len(), lang);
        }
        if let Some(database) = database {
            hold_against_cases(&mut checked, database)?;
        }
        if let Some(database) = &args.history {
            hold_against_the_past(&mut checked, database, now, lang)?;
        }
        Ok(checked)
    };
    let mut checked = look()?;
    if args.fix {
        let mended = mend_all(&checked.files, args.dry_run)?;
        if args.dry_run {
            say(&format!("{}: {mended}", pick(lang, "sẽ sửa", "to be mended")));
            return Ok(u8::from(mended > 0));
        }
        say(&format!("{}: {mended}", pick(lang, "đã sửa", "mended")));
        checked = look()?;
    }
    if args.six {
        six::told(&checked, now, args.format, lang);
        return Ok(0);
    }
    Ok(told(&checked, args.format, lang))
}

/// The page of a code, in the language asked for.
fn explained(code: &str, lang: Lang) -> Result<u8, Failure> {
    if let Some(page) = page(code) {
        data(&match lang {
            Lang::Vi => in_vietnamese(page),
            Lang::En => in_english(page),
        });
        return Ok(0);
    }
    let near = near(code);
    let suggested = match (near.as_slice(), lang) {
        ([one], Lang::Vi) => format!("Có phải là {one}?"),
        ([one], Lang::En) => format!("Did you mean {one}?"),
        ([], _) => {
            let all: Vec<&str> = PAGES.iter().map(|page| page.code).collect();
            format!("{}: {}", pick(lang, "Có", "There are"), all.join(" "))
        }
        (family, _) => format!("{}: {}", pick(lang, "Cùng họ có", "Of that family there are"), family.join(" ")),
    };
    Err(Failure::usage(format!("{} `{code}`. {suggested}", pick(lang, "không có kiểm tra", "there is no check"))))
}

/// Prints what was found; 1 where there is an error.
pub(super) fn told(checked: &Tree, format: CheckFormat, lang: Lang) -> u8 {
    let found: Vec<(&Source, &Diagnostic)> =
        checked.files.iter().flat_map(|file| file.found.iter().map(|d| (file.source.as_ref(), d))).collect();
    let count = |level| found.iter().filter(|(_, d)| d.level == level).count();
    let errors = count(Level::Error);
    match format {
        CheckFormat::Human => {
            let texts: Vec<String> = found.iter().map(|(source, d)| human(d, source, lang)).collect();
            data(&texts.join("\n"));
            let files = checked.files.len();
            say(&match lang {
                Lang::Vi => format!(
                    "{files} tệp: {errors} lỗi, {} cảnh báo, {} ghi chú",
                    count(Level::Warning),
                    count(Level::Note)
                ),
                Lang::En => format!(
                    "{files} files: {errors} errors, {} warnings, {} notes",
                    count(Level::Warning),
                    count(Level::Note)
                ),
            });
        }
        CheckFormat::Json => {
            let list: Vec<_> = found.iter().map(|(source, d)| json(d, source, lang)).collect();
            data(&format!("{}\n", serde_json::Value::Array(list)));
        }
        CheckFormat::Github => {
            let lines: Vec<String> = found.iter().map(|(source, d)| github(d, source, lang) + "\n").collect();
            data(&lines.concat());
        }
        CheckFormat::Sarif => data(&format!("{}\n", sarif(&found, lang))),
    }
    u8::from(errors > 0)
}

/// Says of which procedures there was nothing to hold them against: silence would read as "nothing changed".
fn without_earlier(without: &[ProcedureId], earlier: usize, lang: Lang) {
    if without.is_empty() {
        return;
    }
    let names = without.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    say(&match (lang, earlier) {
        (Lang::Vi, 0) => format!("chưa so được: ở chỗ nêu sau --against không có quy trình nào; chưa so {names}"),
        (Lang::En, 0) => format!("not compared: there is no procedure at what --against names; left out: {names}"),
        (Lang::Vi, _) => format!("không có bản trước để so: {names}"),
        (Lang::En, _) => format!("no earlier text to compare with: {names}"),
    });
}

/// The texts that the checked ones follow: what a database has in force, or the procedures of a file or folder.
fn earlier(against: &str, lang: Lang) -> Result<Vec<Earlier>, Failure> {
    let failed = |why: String| Failure::usage(format!("{against}: {why}"));
    if is_database(against) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|fault| failed(fault.to_string()))?;
        return runtime.block_on(async {
            let store = store::open(against, false).await.map_err(|fault| failed(fault.to_string()))?;
            let (shelf, _) = Shelf::load(store.as_ref()).await.map_err(|fault| failed(fault.to_string()))?;
            let in_force = shelf.all_current().map(|p| Earlier { procedure: Procedure::clone(&p), published: true });
            Ok(in_force.collect())
        });
    }
    let files = read_tree(&[PathBuf::from(against)]).map_err(|unread| Failure::usage(unread.told(lang)))?;
    if let Some(unread) = files.iter().find_map(|file| file.unread.as_ref()) {
        return Err(Failure::usage(unread.told(lang)));
    }
    let procedures = files.into_iter().filter(|file| file.kind == FileKind::Procedure);
    let read =
        procedures.filter_map(|file| resolve(&Source::new(file.path.display().to_string(), file.text)).procedure);
    Ok(read.map(|procedure| Earlier { procedure, published: false }).collect())
}

fn is_database(against: &str) -> bool {
    ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| against.starts_with(scheme))
}

/// Each new text against the cases that are open in the database.
fn hold_against_cases(checked: &mut Tree, database: &str) -> Result<(), Failure> {
    let failed = |why: String| Failure::usage(format!("{database}: {why}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|fault| failed(fault.to_string()))?;
    let looked = runtime.block_on(async {
        let store = store::open(database, false).await?;
        let (shelf, _) = Shelf::load(store.as_ref()).await?;
        for file in &mut checked.files {
            let Some(Meant::Procedure(new)) = &file.meant else { continue };
            if shelf.current(&new.id).is_some_and(|now| now.version < new.version) {
                let met = plan(store.as_ref(), |case| shelf.procedure(&case.digest), new).await?;
                file.found.extend(plan_checks::check(&met, |n| shelf.version(&new.id, n), new, &file.source));
                sort(&mut file.found);
            }
        }
        Ok::<(), StoreError>(())
    });
    looked.map_err(|fault| failed(fault.to_string()))
}

/// Each text against the cases that there were in the database; the calendar is the one beside the files, else its own.
fn hold_against_the_past(checked: &mut Tree, database: &str, now: Ts, lang: Lang) -> Result<(), Failure> {
    let failed = |why: String| Failure::usage(format!("{database}: {why}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|fault| failed(fault.to_string()))?;
    let calendars = checked.calendars();
    let looked = runtime.block_on(async {
        let store = store::open(database, false).await?;
        let (shelf, _) = Shelf::load(store.as_ref()).await?;
        for file in &mut checked.files {
            let Some(Meant::Procedure(procedure)) = &file.meant else { continue };
            let own = shelf.calendar_of(procedure);
            let Some(calendar) = calendars.get(&procedure.calendar).map(AsRef::as_ref).or(own.as_deref()) else {
                say(&format!(
                    "{}: {} `{}`",
                    file.source.name(),
                    pick(lang, "không có lịch", "no calendar"),
                    procedure.calendar
                ));
                continue;
            };
            file.found.extend(past::held_against(store.as_ref(), procedure, &file.source, calendar, now).await?);
            waive(procedure, &file.source, &mut file.found);
            sort(&mut file.found);
        }
        Ok::<(), StoreError>(())
    });
    looked.map_err(|fault| failed(fault.to_string()))
}

/// Today in Việt Nam, where dates of effect are written.
fn today(now: Ts) -> jiff::civil::Date {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(7)).to_datetime(now.timestamp()).date()
}

/// Makes the safe changes of every file, or shows them; answers how many there are.
fn mend_all(files: &[Checked], dry_run: bool) -> Result<usize, Failure> {
    let mut made = 0;
    for file in files.iter().filter(|file| !file.unread) {
        let (name, text) = (file.source.name(), file.source.text());
        let mended = match kind_of(name, text) {
            FileKind::Procedure => mend(name, text, &file.found),
            _ => once(name, text, &file.found),
        };
        made += mended.made;
        if dry_run {
            data(&patch(name, text, &mended.text));
        } else if mended.made > 0 {
            std::fs::write(&file.path, mended.text).map_err(|e| Failure::refused(format!("{name}: {e}")))?;
        }
    }
    Ok(made)
}
