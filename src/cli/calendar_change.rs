//! `quytrinh calendar preview` and `apply`: what a version of a calendar moves over all open cases of a database, and
//! moving it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::calendar::calendar::Calendar;
use crate::cli::Failure;
use crate::cli::output::{data, say, why};
use crate::definition::diagnostic::Lang;
use crate::ids::{PersonId, Ts};
use crate::machine::command::Actor;
use crate::service::ask::Denied;
use crate::service::calendar_change::{self, Given};
use crate::service::calendar_moves::{self, Move, Moves};
use crate::service::engine::Engine;
use crate::service::library::{Shelf, read_calendar};

/// How many lines are shown where not all are asked for.
const FEW: usize = 20;

/// Lists every running deadline that a calendar file would move, with both dates. Writes nothing.
#[derive(Debug, clap::Args)]
pub struct Preview {
    /// The calendar's file: a newer version, or the one in force.
    file: PathBuf,
    #[command(flatten)]
    on: Database,
    #[arg(long, default_value = "human")]
    format: Shape,
    /// Every deadline, not only the first ones (always in JSON and CSV).
    #[arg(long)]
    all: bool,
}

/// Puts a calendar file in force and counts every open case anew that it moves. Interrupted, it is run again.
#[derive(Debug, clap::Args)]
pub struct Apply {
    /// The calendar's file: a newer version, or the one in force.
    file: PathBuf,
    #[command(flatten)]
    on: Database,
    /// The administrator in whose name it is done, as the directory's id.
    #[arg(long = "as", value_name = "PERSON", env = "QUYTRINH_AS")]
    person: String,
    /// Do it; without it only the totals are shown.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
struct Database {
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
    database: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shape {
    Human,
    Json,
    Csv,
}

/// What would move.
pub async fn preview(args: &Preview, lang: Lang) -> Result<u8, Failure> {
    let (engine, given) = (args.on.engine().await?, read(&args.file)?);
    let moves = look(&engine, &given.calendar, lang).await?;
    let shelf = engine.library();
    match args.format {
        Shape::Json => data(&format!("{}\n", serde_json::to_string(&moves).unwrap_or_default())),
        Shape::Csv => data(&csv(&moves)),
        Shape::Human => data(&table(&moves, &shelf, if args.all { usize::MAX } else { FEW }, lang)),
    }
    totals(&moves, lang);
    engine.close().await;
    Ok(0)
}

/// Moves them.
pub async fn apply(args: &Apply, lang: Lang) -> Result<u8, Failure> {
    let (engine, given) = (args.on.engine().await?, read(&args.file)?);
    let person = PersonId::from(args.person.as_str());
    if !engine.library().directory.is_admin(&person) {
        return Err(Failure::refused(format!(
            "`{person}` không phải quản trị viên / `{person}` is no administrator of the directory"
        )));
    }
    if !args.yes {
        totals(&look(&engine, &given.calendar, lang).await?, lang);
        say(match lang {
            Lang::Vi => "chưa ghi gì; thêm --yes để áp dụng",
            Lang::En => "nothing was written; --yes applies it",
        });
        return Ok(1);
    }
    let progress = |done, of| {
        say(&match lang {
            Lang::Vi => format!("đã tính lại {done} / {of} hồ sơ"),
            Lang::En => format!("{done} of {of} cases counted anew"),
        });
        ControlFlow::Continue(())
    };
    let applied =
        calendar_change::apply(&engine, Actor::Person(person), given, progress).await.map_err(|no| denied(no, lang))?;
    data(&format!("{}\n", serde_json::to_string(&applied).unwrap_or_default()));
    engine.close().await;
    Ok(u8::from(applied.failed > 0 || !applied.unreadable.is_empty()))
}

impl Database {
    async fn engine(&self) -> Result<Engine, Failure> {
        crate::cli::database::engine(&self.database).await
    }
}

fn read(path: &Path) -> Result<Given, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    let calendar = read_calendar(&text).map_err(|why| Failure::refused(format!("{}: {why}", path.display())))?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Given { name, text, calendar })
}

async fn look(engine: &Engine, calendar: &Calendar, lang: Lang) -> Result<Moves, Failure> {
    let began = Instant::now();
    let moves = calendar_moves::preview(engine, calendar).await.map_err(|error| Failure::refused(error.to_string()))?;
    let seconds = began.elapsed().as_secs_f32();
    say(&match lang {
        Lang::Vi => format!("đã xem {} hồ sơ đang mở trong {seconds:.1} giây", moves.open_cases),
        Lang::En => format!("{} open cases looked at in {seconds:.1} s", moves.open_cases),
    });
    Ok(moves)
}

fn table(moves: &Moves, shelf: &Shelf, most: usize, lang: Lang) -> String {
    let when = |at: Ts| shelf.directory.local_text(at);
    let mut out = String::new();
    for one in moves.moves.iter().take(most) {
        let mark = if one.passes_promise { "  !" } else { "" };
        let (whose, old, new) = (whose(one, shelf), when(one.old_deadline), when(one.new_deadline));
        // Writing into a string cannot fail.
        let _ = writeln!(out, "{}  {whose}: {old} → {new} ({}){mark}  {}", one.case, one.rule, one.title);
    }
    if moves.moves.len() > most {
        let more = moves.moves.len() - most;
        let _ = writeln!(
            out,
            "… {}",
            if lang == Lang::Vi { format!("còn {more} (--all)") } else { format!("{more} more (--all)") }
        );
    }
    let mut days: BTreeMap<i64, u64> = BTreeMap::new();
    for one in &moves.moves {
        *days.entry((one.new_deadline.0 - one.old_deadline.0).div_euclid(86_400_000_000)).or_default() += 1;
    }
    for (days, count) in days {
        let _ = writeln!(out, "{days:+} {}: {count}", if lang == Lang::Vi { "ngày" } else { "days" });
    }
    out
}

fn whose(one: &Move, shelf: &Shelf) -> String {
    match (&one.step, &one.holder) {
        (Some(step), Some(holder)) => format!("{step} ({})", shelf.person_name(holder)),
        _ => one.clock.clone(),
    }
}

fn csv(moves: &Moves) -> String {
    let mut out =
        String::from("case,title,procedure,clock,step,holder,rule,old_deadline,new_deadline,promise,passes_promise\n");
    for one in &moves.moves {
        let step = one.step.as_ref().map(ToString::to_string).unwrap_or_default();
        let holder = one.holder.as_ref().map(ToString::to_string).unwrap_or_default();
        let promise = one.promise.map(|at| at.to_string()).unwrap_or_default();
        let fields = [
            one.case.to_string(),
            one.title.clone(),
            one.procedure.to_string(),
            one.clock.clone(),
            step,
            holder,
            one.rule.clone(),
            one.old_deadline.to_string(),
            one.new_deadline.to_string(),
            promise,
            one.passes_promise.to_string(),
        ];
        out.push_str(&fields.map(|field| quoted(&field)).join(","));
        out.push('\n');
    }
    out
}

/// A field of CSV; what a spreadsheet would take for a formula is only text.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@']);
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

fn totals(moves: &Moves, lang: Lang) {
    let (cases, later, earlier, promise) = (moves.cases.len(), moves.later, moves.earlier, moves.passing_promise);
    say(&match lang {
        Lang::Vi => format!(
            "{cases} hồ sơ được tính lại: {later} hạn lùi lại, {earlier} hạn sớm lên, {promise} hạn vượt ngày hẹn dân"
        ),
        Lang::En => format!(
            "{cases} cases counted anew: {later} deadlines later, {earlier} earlier, {promise} past the date promised"
        ),
    });
    if !moves.unreadable.is_empty() {
        let names: Vec<&str> = moves.unreadable.iter().take(5).map(|case| case.as_str()).collect();
        say(&match lang {
            Lang::Vi => format!("không đọc được {} hồ sơ: {}", moves.unreadable.len(), names.join(", ")),
            Lang::En => format!("{} cases cannot be read: {}", moves.unreadable.len(), names.join(", ")),
        });
    }
}

fn denied(denied: Denied, lang: Lang) -> Failure {
    Failure::refused(why(denied, lang))
}
