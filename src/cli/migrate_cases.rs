//! `quytrinh migrate-cases PLAN`: lets the open cases of a plan go on by the new text, each where it is proved. Without
//! `--yes` it says what would become of each and writes nothing.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use serde::Deserialize;

use crate::cli::output::{data, say, why};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::ids::{CaseId, Digest, PersonId};
use crate::machine::command::Actor;
use crate::service::migration::{Migrated, Wanted, migrate};

/// How many refused cases are shown where not all are asked for.
const FEW: usize = 20;

/// Which plan, in whose name.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What `quytrinh plan FILE --format json` printed.
    plan: PathBuf,
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
    database: String,
    /// The author of the unit in whose name it is done, as the directory's id.
    #[arg(long = "as", value_name = "PERSON", env = "QUYTRINH_AS")]
    person: String,
    /// Why, for the record of each case.
    #[arg(long)]
    reason: Option<String>,
    /// Do it; without it only what would become of each case is shown.
    #[arg(long)]
    yes: bool,
    /// Every refused case, not only the first ones (always in JSON).
    #[arg(long)]
    all: bool,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Of a plan, what is done by it.
#[derive(Debug, Deserialize)]
struct Document {
    plan: Planned,
}

#[derive(Debug, Deserialize)]
struct Planned {
    version: u32,
    digest: Digest,
    cases: Vec<PlannedCase>,
}

#[derive(Debug, Deserialize)]
struct PlannedCase {
    case: CaseId,
}

/// Does it, or shows it; answers 1 where a case stays, or nothing was written.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let planned = read(&args)?;
    let engine = crate::cli::database::engine(&args.database).await?;
    let wanted = Wanted {
        actor: Actor::Person(PersonId::from(args.person.as_str())),
        to: planned.digest,
        cases: planned.cases.into_iter().map(|planned| planned.case).collect(),
        reason: args.reason.clone(),
        dry_run: !args.yes,
    };
    let progress = |done, of| {
        if of > 0 {
            say(&match lang {
                Lang::Vi => format!("đã xét {done} / {of} hồ sơ"),
                Lang::En => format!("{done} of {of} cases looked at"),
            });
        }
        ControlFlow::Continue(())
    };
    let came_to = migrate(&engine, &wanted, progress).await.map_err(|denied| Failure::refused(why(denied, lang)))?;
    match args.format {
        Format::Json => data(&format!("{}\n", serde_json::to_string(&came_to).unwrap_or_default())),
        Format::Human => data(&table(&came_to, if args.all { usize::MAX } else { FEW }, lang)),
    }
    totals(&came_to, planned.version, args.yes, lang);
    engine.close().await;
    Ok(u8::from(!args.yes || !came_to.refused.is_empty() || !came_to.failed.is_empty()))
}

fn read(args: &Args) -> Result<Planned, Failure> {
    let name = args.plan.display();
    let text = std::fs::read_to_string(&args.plan).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let document: Result<Document, _> = serde_json::from_str(&text);
    document.map(|document| document.plan).map_err(|error| {
        Failure::usage(format!(
            "{name}: không phải kết quả của `quytrinh plan FILE --format json` / is not what `quytrinh plan FILE \
             --format json` prints ({error})"
        ))
    })
}

fn table(came_to: &Migrated, most: usize, lang: Lang) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    for refused in came_to.refused.iter().take(most) {
        let _ = writeln!(out, "{}", if lang == Lang::Vi { &refused.vi } else { &refused.en });
    }
    if came_to.refused.len() > most {
        let more = came_to.refused.len() - most;
        let _ = match lang {
            Lang::Vi => writeln!(out, "… còn {more} (--all)"),
            Lang::En => writeln!(out, "… {more} more (--all)"),
        };
    }
    out
}

fn totals(came_to: &Migrated, version: u32, written: bool, lang: Lang) {
    let Migrated { migrated, passed_over, refused, failed, .. } = came_to;
    let (refused, failed) = (refused.len(), failed.len());
    say(&match (lang, written) {
        (Lang::Vi, true) => format!("{migrated} hồ sơ chuyển sang bản {version}, {refused} ở lại bản cũ"),
        (Lang::Vi, false) => format!(
            "{migrated} hồ sơ chuyển được sang bản {version}, {refused} ở lại bản cũ; chưa ghi gì, thêm --yes để làm"
        ),
        (Lang::En, true) => format!("{migrated} cases go on by version {version}, {refused} stay on theirs"),
        (Lang::En, false) => format!(
            "{migrated} cases can go on by version {version}, {refused} stay on theirs; nothing was written, --yes does it"
        ),
    });
    if *passed_over > 0 || failed > 0 {
        say(&match lang {
            Lang::Vi => format!("{passed_over} hồ sơ đã xong hoặc đã chuyển, {failed} hồ sơ chưa thử được: chạy lại"),
            Lang::En => format!("{passed_over} were over or done already, {failed} could not be tried: run it again"),
        });
    }
}
