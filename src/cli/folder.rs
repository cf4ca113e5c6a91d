//! A folder of procedures, calendars and a directory taken in when the engine starts. People and calendars are put in
//! force, for they are the operator's. Procedures are put in force only where there were none before: that is how a first
//! library is set up. After that a changed file is proposed and waits for a person.

use std::path::{Path, PathBuf};

use tracing::{info, warn};

use crate::cli::Failure;
use crate::cli::output::{say, why};
use crate::definition::diagnostic::{Lang, Level, human};
use crate::definition::procedure::Procedure;
use crate::definition::resolve::resolve;
use crate::definition::source::Source;
use crate::machine::command::Actor;
use crate::service::clock::{Clock, SystemClock};
use crate::service::engine::Engine;
use crate::service::library::Shelf;
use crate::service::motion::Moving;
use crate::service::proposals::Motion;
use crate::service::publish::Publication;
use crate::service::register::{Lineage, lineages};
use crate::service::review::review;
use crate::service::tree::check_tree;
use crate::store::contract::StoreError;

/// Takes in what passes; what does not is said and left out.
pub async fn take_in(engine: &Engine, folder: PathBuf, lang: Lang) -> Result<(), Failure> {
    let tree = check_tree(&[folder], SystemClock.now()).map_err(|unread| Failure::usage(unread.told(lang)))?;
    for file in tree.refused() {
        for diagnostic in file.found.iter().filter(|d| d.level == Level::Error) {
            say(&human(diagnostic, &file.source, lang));
        }
        warn!(name: "library.refused", file = file.source.name(), "not published: it does not pass its checks");
    }
    let texts = lineages(engine.store().as_ref()).await.map_err(failed)?;
    let shelf = engine.library();
    let mut publications = tree.publications();
    publications.retain(|publication| {
        let barred = if publication.is_known(&shelf) { None } else { publication.barred(&shelf) };
        let Some(denied) = barred else { return true };
        warn!(name: "library.not_newer", ?denied, "not published: a version of that number or a newer one is there");
        say(&format!("{}: {}", publication.name(), why(denied, lang)));
        false
    });
    let mut together = Shelf::clone(&shelf);
    publications.iter().for_each(|publication| publication.put(&mut together, engine.clock().now()));
    publications.retain(|publication| {
        let Some(denied) = publication.no_calendar(&together) else { return true };
        warn!(name: "library.no_calendar", ?denied, "not published: it counts by a calendar that is not there");
        say(&format!("{}: {}", publication.name(), why(denied, lang)));
        false
    });
    let first = texts.is_empty();
    let (at_once, waiting): (Vec<_>, Vec<_>) =
        publications.into_iter().partition(|one| first || one.of_procedure().is_none());
    let published = engine.publish(Actor::System, at_once).await;
    let published = published.map_err(|denied| Failure::refused(why(denied, lang)))?;
    info!(name: "library.published", published, "texts put in force");
    for text in waiting.into_iter().filter(|text| !text.is_known(&shelf)) {
        propose(engine, &texts, text, lang).await?;
    }
    Ok(())
}

/// A changed or new procedure of the folder: proposed in the system's name, and said.
async fn propose(engine: &Engine, texts: &[Lineage], text: Publication, lang: Lang) -> Result<(), Failure> {
    let Some(new) = text.of_procedure().cloned() else { return Ok(()) };
    let name = text.name().to_owned();
    let same = texts.iter().find(|one| one.waits() && one.procedure == new.id && one.version == new.version);
    if same.is_none_or(|waiting| waiting.digest != new.digest) {
        let (shelf, now) = (engine.library(), engine.clock().now());
        let seen = review(engine.store().as_ref(), &shelf, now, &name, text.body()).await.map_err(failed)?;
        if !seen.passes() {
            seen.errors().for_each(|told| say(&human(told, &seen.source, lang)));
            warn!(name: "library.refused", file = name, "not proposed: it does not pass against what is in force");
            return Ok(());
        }
        // What the folder proposed before and nobody has confirmed gives way to what lies there now.
        let stale = same.filter(|waiting| waiting.proposed.as_ref().is_some_and(|done| done.by.is_none()));
        if let Some(stale) = stale {
            withdraw(engine, stale, lang).await?;
        }
        // The record says which file, not where on this machine it lies.
        let file =
            Path::new(&name).file_name().map_or_else(|| name.clone(), |file| file.to_string_lossy().into_owned());
        let reason = format!("Tệp {file} trong thư mục quy trình");
        let moving = Moving::new(Actor::System, text.by(Motion::Propose { reason }));
        if let Err(denied) = engine.make(moving).await {
            say(&format!("{name}: {}", why(denied, lang)));
            return Ok(());
        }
        info!(name: "library.proposed", file = name, "a changed procedure waits for a person");
    }
    say(&waits(&name, &new, lang));
    Ok(())
}

async fn withdraw(engine: &Engine, stale: &Lineage, lang: Lang) -> Result<(), Failure> {
    let Some(kept) = engine.store().proposed(&stale.digest).await.map_err(failed)? else { return Ok(()) };
    let Some(old) = resolve(&Source::new(&kept.name, &kept.text)).procedure else { return Ok(()) };
    let reason = "Tệp trong thư mục quy trình đã đổi".to_owned();
    let text = Publication::procedure(kept.name, kept.text, old).by(Motion::Withdraw { reason });
    let withdrawn = engine.make(Moving::new(Actor::System, text)).await;
    withdrawn.map(drop).map_err(|denied| Failure::refused(why(denied, lang)))
}

/// What waits, and how it comes into force.
fn waits(name: &str, new: &Procedure, lang: Lang) -> String {
    let (id, version) = (&new.id, new.version);
    let short: String = new.digest.as_str().chars().take(12).collect();
    match lang {
        Lang::Vi => format!(
            "{name}: bản {version} của `{id}` chưa có hiệu lực, đang chờ người có quyền xác nhận: ở trang /quy-trinh, \
             hoặc `quytrinh publish {name} --confirm {short} --as NGƯỜI`"
        ),
        Lang::En => format!(
            "{name}: version {version} of `{id}` is not in force and waits to be confirmed: on the page /quy-trinh, or \
             with `quytrinh publish {name} --confirm {short} --as PERSON`"
        ),
    }
}

fn failed(error: StoreError) -> Failure {
    Failure::refused(error.to_string())
}
