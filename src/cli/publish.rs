//! `quytrinh publish FILE`: one person proposes a procedure's text with a reason, another confirms it; what waits may be
//! withdrawn. The file must be sound, follow on the version before it, and be the very text that was proposed.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

use crate::cli::Failure;
use crate::cli::output::{data, say, why};
use crate::definition::checks::against::{self, Against};
use crate::definition::diagnostic::{Diagnostic, Lang, Level, human};
use crate::definition::load;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;
use crate::ids::{PersonId, Ts};
use crate::machine::command::Actor;
use crate::service::clock::SystemClock;
use crate::service::engine::Engine;
use crate::service::plan::plan;
use crate::service::plan_checks;
use crate::service::proposals::{Motion, Proposal, pending};
use crate::service::publish::Publication;
use crate::store;

/// How much of a digest must be said for it to be meant.
const ENOUGH: usize = 12;

/// What is done with which text, in whose name.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("motion").required(true)))]
pub struct Args {
    /// The procedure's file.
    file: PathBuf,
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
    database: String,
    /// In whose name, as the directory's id.
    #[arg(long = "as", value_name = "PERSON", env = "QUYTRINH_AS")]
    person: String,
    /// Asks that just this text be put in force.
    #[arg(long, group = "motion", requires = "reason")]
    propose: bool,
    /// Puts in force what another person proposed; the first letters of its digest show that it is the same text.
    #[arg(long, group = "motion", value_name = "DIGEST")]
    confirm: Option<String>,
    /// Takes back what waits.
    #[arg(long, group = "motion", requires = "reason")]
    withdraw: bool,
    /// Why, for the record.
    #[arg(long)]
    reason: Option<String>,
}

/// Does it; answers 1 where the text is not sound.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let name = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let source = Source::new(&name, text);
    let (procedure, mut found) = match load(&source) {
        Ok(read) => read,
        Err(found) => {
            found.iter().for_each(|told| say(&human(told, &source, lang)));
            return Ok(1);
        }
    };
    let store = store::open(&args.database, false)
        .await
        .map_err(|error| Failure::usage(format!("{}: {error}", args.database)))?;
    let engine =
        Engine::start(store, Arc::new(SystemClock)).await.map_err(|error| Failure::refused(error.to_string()))?;
    let failed = |error: crate::store::contract::StoreError| Failure::refused(error.to_string());
    let waits = pending(engine.store().as_ref()).await.map_err(failed)?;
    if !args.withdraw {
        found.extend(against(&engine, &procedure, &source).await?);
        found.extend(args.confirm.as_ref().and_then(|_| signed(&waits, &procedure, &source)));
    }
    let errors: Vec<&Diagnostic> = found.iter().filter(|told| told.level == Level::Error).collect();
    if !errors.is_empty() {
        errors.iter().for_each(|told| say(&human(told, &source, lang)));
        return Ok(1);
    }
    let digest = procedure.digest.to_string();
    if let Some(meant) = &args.confirm
        && (meant.len() < ENOUGH || !digest.starts_with(meant.as_str()))
    {
        return Err(Failure::refused(format!(
            "tệp có mã {digest}, không phải {meant} (ít nhất {ENOUGH} chữ đầu) / the file's digest is {digest}, not \
             {meant} (its first {ENOUGH} letters at least)"
        )));
    }
    let reason = args.reason.clone().unwrap_or_default();
    let (motion, done) = match (args.propose, args.withdraw) {
        (true, _) => (Motion::Propose { reason }, ("đã đề nghị", "proposed")),
        (_, true) => (Motion::Withdraw { reason }, ("đã rút", "withdrawn")),
        _ => (Motion::Confirm, ("đã công bố", "published")),
    };
    let (id, version, effective) = (procedure.id.clone(), procedure.version, procedure.effective);
    let publication = Publication::procedure(name, source.text(), procedure).by(motion);
    let actor = Actor::Person(PersonId::from(args.person.as_str()));
    engine.publish(actor, vec![publication]).await.map_err(|denied| Failure::refused(why(denied, lang)))?;
    data(&format!("{digest}\n"));
    let from = effective.map_or_else(String::new, |date| match lang {
        Lang::Vi => format!(", có hiệu lực từ {date}"),
        Lang::En => format!(", in force from {date}"),
    });
    say(&match lang {
        Lang::Vi => format!("{}: {id} bản {version}{from}", done.0),
        Lang::En => format!("{}: {id} version {version}{from}", done.1),
    });
    engine.close().await;
    Ok(0)
}

/// The text against the version in force and the cases that are open.
async fn against(engine: &Engine, new: &Procedure, source: &Source) -> Result<Vec<Diagnostic>, Failure> {
    let shelf = engine.library();
    let Some(old) = shelf.current(&new.id) else { return Ok(Vec::new()) };
    let look = Against { old: &old, published: true, new, source, today: today(engine.clock().now()) };
    let mut found = against::check(&look);
    let met = plan(engine.store().as_ref(), |case| shelf.procedure(&case.digest), new).await;
    let met = met.map_err(|error| Failure::refused(error.to_string()))?;
    found.extend(plan_checks::check(&met, |version| shelf.version(&new.id, version), new, source));
    Ok(found)
}

/// V08: another text of this version waits than this one.
fn signed(waits: &[Proposal], new: &Procedure, source: &Source) -> Option<Diagnostic> {
    let waiting = waits.iter().find(|waits| waits.procedure == new.id && waits.version == new.version)?;
    plan_checks::signed(&waiting.digest, new, source)
}

/// Today in Việt Nam, where dates of effect are written.
fn today(now: Ts) -> Date {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(7)).to_datetime(now.timestamp()).date()
}
