//! `quytrinh publish FILE`: one person proposes a procedure's text with a reason, another confirms it; what waits may be
//! withdrawn, and what is published before its first day in force. The file must be sound, follow on the version before
//! it, and be the very text that was proposed.

use std::path::PathBuf;

use crate::cli::database;
use crate::cli::file::procedure_source;
use crate::cli::output::{data, say, why};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::{Diagnostic, Lang, Level, human};
use crate::definition::procedure::Procedure;
use crate::definition::resolve::resolve;
use crate::definition::source::Source;
use crate::ids::PersonId;
use crate::machine::command::Actor;
use crate::service::engine::Engine;
use crate::service::motion::{Moved, Moving};
use crate::service::plan_checks;
use crate::service::proposals::Motion;
use crate::service::publish::Publication;
use crate::service::register::{Lineage, lineages};
use crate::service::review::review;
use crate::store::contract::StoreError;

/// How much of a digest must be said for it to be meant.
const ENOUGH: usize = 12;

/// What is done with which text, in whose name.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("motion").required(true)))]
pub struct Args {
    /// The procedure's file.
    #[arg(required_unless_present = "waiting")]
    file: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
    database: String,
    /// In whose name, as the directory's id.
    #[arg(long = "as", value_name = "PERSON", env = "QUYTRINH_AS", required_unless_present = "waiting")]
    person: Option<String>,
    /// Asks that just this text be put in force.
    #[arg(long, group = "motion", requires = "reason")]
    propose: bool,
    /// Puts in force what another person proposed; the first letters of its digest show that it is the same text.
    #[arg(long, group = "motion", value_name = "DIGEST")]
    confirm: Option<String>,
    /// Takes back what waits, or what is published and not yet in force.
    #[arg(long, group = "motion", requires = "reason")]
    withdraw: bool,
    /// Lists what waits for a second person.
    #[arg(long, group = "motion", conflicts_with = "file")]
    waiting: bool,
    /// Why, for the record.
    #[arg(long)]
    reason: Option<String>,
    /// For `--waiting`.
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Does it; answers 1 where the text is not sound.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let engine = database::engine(&args.database).await?;
    let texts = lineages(engine.store().as_ref()).await.map_err(failed)?;
    let done = match (&args.file, &args.person) {
        (Some(file), Some(person)) => one(&engine, &args, file, person, &texts, lang).await,
        _ => {
            list(&engine, &texts, args.format, lang);
            Ok(0)
        }
    };
    engine.close().await;
    done
}

async fn one(
    engine: &Engine,
    args: &Args,
    file: &std::path::Path,
    person: &str,
    texts: &[Lineage],
    lang: Lang,
) -> Result<u8, Failure> {
    let name = file.display().to_string();
    let text = procedure_source(file, lang)?.text().to_owned();
    let Some(procedure) = sound(engine, args, texts, (&name, &text), lang).await? else { return Ok(1) };
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
    let motion = match (args.propose, args.withdraw) {
        (true, _) => Motion::Propose { reason },
        (_, true) => Motion::Withdraw { reason },
        _ => Motion::Confirm,
    };
    let effective = procedure.effective;
    let text = Publication::procedure(name, text, procedure).by(motion);
    let actor = Actor::Person(PersonId::from(person));
    let (moved, _) =
        engine.make(Moving::new(actor, text)).await.map_err(|denied| Failure::refused(why(denied, lang)))?;
    data(&format!("{digest}\n"));
    say(&told(&moved, effective, lang));
    Ok(0)
}

/// The procedure of the file, where it may be moved so; what stands in the way is said.
async fn sound(
    engine: &Engine,
    args: &Args,
    texts: &[Lineage],
    (name, text): (&str, &str),
    lang: Lang,
) -> Result<Option<Procedure>, Failure> {
    // What is taken back need not be sound.
    if args.withdraw {
        let source = Source::new(name, text);
        let read = resolve(&source);
        if read.procedure.is_none() {
            read.diagnostics.iter().for_each(|told| say(&human(told, &source, lang)));
        }
        return Ok(read.procedure);
    }
    let (shelf, now) = (engine.library(), engine.clock().now());
    let mut seen = review(engine.store().as_ref(), &shelf, now, name, text).await.map_err(failed)?;
    if let (Some(_), Some(procedure)) = (&args.confirm, &seen.procedure) {
        let signed = signed(texts, procedure, &seen.source);
        seen.found.extend(signed);
    }
    let errors: Vec<&Diagnostic> = seen.found.iter().filter(|told| told.level == Level::Error).collect();
    errors.iter().for_each(|told| say(&human(told, &seen.source, lang)));
    Ok(seen.procedure.filter(|_| errors.is_empty()).map(|procedure| Procedure::clone(&procedure)))
}

/// What was done, in one line.
fn told(moved: &Moved, effective: Option<jiff::civil::Date>, lang: Lang) -> String {
    let (vi, en) = match moved.event.as_str() {
        "procedure_proposed" => ("đã đề nghị", "proposed"),
        "procedure_published" => ("đã công bố", "published"),
        "procedure_withdrawn" => ("đã rút đề nghị", "the proposal is withdrawn"),
        _ => ("đã rút bản chưa có hiệu lực", "withdrawn before its first day in force"),
    };
    let (id, version) = (&moved.procedure, moved.version);
    let from = effective.filter(|_| moved.event != "publication_withdrawn" && moved.event != "procedure_withdrawn");
    match lang {
        Lang::Vi => {
            let from = from.map(|date| format!(", có hiệu lực từ {}", date.strftime("%d/%m/%Y"))).unwrap_or_default();
            format!("{vi}: {id} bản {version}{from}")
        }
        Lang::En => {
            let from = from.map(|date| format!(", in force from {date}")).unwrap_or_default();
            format!("{en}: {id} version {version}{from}")
        }
    }
}

/// What waits, one a line.
fn list(engine: &Engine, texts: &[Lineage], format: Format, lang: Lang) {
    let shelf = engine.library();
    let waiting: Vec<&Lineage> = texts.iter().filter(|one| one.waits()).collect();
    if format == Format::Json {
        let lines = waiting.iter().map(|one| {
            let proposed = one.proposed.as_ref();
            serde_json::json!({
                "procedure": one.procedure, "version": one.version, "digest": one.digest,
                "proposed_by": proposed.and_then(|done| done.by.clone()),
                "proposed_at": proposed.map(|done| done.at), "reason": proposed.map(|done| done.reason.clone()),
            })
        });
        return data(&format!("{}\n", serde_json::Value::from(lines.collect::<Vec<_>>())));
    }
    if waiting.is_empty() {
        say(crate::cli::output::pick(
            lang,
            "không có văn bản nào chờ người thứ hai",
            "nothing waits for a second person",
        ));
    }
    for one in waiting {
        let done = one.proposed.as_ref();
        let by = done.and_then(|done| done.by.as_ref()).map_or_else(
            || {
                crate::cli::output::pick(lang, "hệ thống (từ thư mục quy trình)", "the system (from the folder)")
                    .to_owned()
            },
            |person| shelf.person_name(person),
        );
        let reason = done.map_or("", |done| done.reason.as_str());
        let short: String = one.digest.as_str().chars().take(ENOUGH).collect();
        data(&match lang {
            Lang::Vi => format!("{short}  {} bản {}  {by}: {reason}\n", one.procedure, one.version),
            Lang::En => format!("{short}  {} version {}  {by}: {reason}\n", one.procedure, one.version),
        });
    }
}

fn failed(error: StoreError) -> Failure {
    Failure::refused(error.to_string())
}

/// V08: another text of this version waits than this one.
fn signed(texts: &[Lineage], new: &Procedure, source: &Source) -> Option<Diagnostic> {
    let waiting = texts.iter().find(|one| one.waits() && one.procedure == new.id && one.version == new.version)?;
    plan_checks::signed(&waiting.digest, new, source)
}
