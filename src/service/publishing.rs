//! Texts put in force, proposed or taken back, inside a batch of the writer: what is appended, and the shelf as it is
//! after that. The writer alone calls it; whether a motion may be made is decided in `proposals`.

use crate::ids::Ts;
use crate::journal::chain::Sealer;
use crate::journal::entry::{Record, Registered};
use crate::machine::command::Actor;
use crate::service::act::Fatal;
use crate::service::ask::Denied;
use crate::service::library::Shelf;
use crate::service::motion::{Moved, Moving};
use crate::service::proposals::{self, Bench, Motion};
use crate::service::publish::Publication;
use crate::service::register::lineages;
use crate::store::contract::{Batch, Remembered, Store, StoreError, Write};

/// What a batch came to, and the shelf after it, where that is another one.
pub(super) type Shelved<T> = (Result<T, Denied>, Option<Box<Shelf>>);

/// Puts checked texts in force, each in the actor's name alone; answers how many were new.
pub(super) async fn publish(
    shelf: &Shelf,
    now: Ts,
    batch: &mut dyn Batch,
    actor: &Actor,
    items: &[Publication],
) -> Result<Shelved<usize>, Fatal> {
    let mut shelf = shelf.clone();
    let mut sealer = Sealer::of_registry(batch.head(), actor.clone(), now);
    let at = sealer.recorded_at();
    let mut write = Write::default();
    for item in items {
        if item.is_known(&shelf) {
            continue;
        }
        if let Some(denied) = item.barred(&shelf) {
            return Ok((Err(denied), None));
        }
        write.entries.push(sealer.seal(at, Record::Registry(item.registered()))?);
        write.texts.push(item.text(at));
        item.put(&mut shelf, at);
    }
    if let Some(denied) = items.iter().find_map(|item| item.no_calendar(&shelf).or_else(|| item.cannot_call(&shelf))) {
        return Ok((Err(denied), None));
    }
    let count = write.entries.len();
    if count == 0 {
        return Ok((Ok(0), None));
    }
    batch.append(write).await?;
    Ok((Ok(count), Some(Box::new(shelf))))
}

/// Makes a motion with one text, or says why not. `remember` words the answer for a repeat of its key.
pub(super) async fn make(
    store: &dyn Store,
    shelf: &Shelf,
    now: Ts,
    batch: &mut dyn Batch,
    moving: &Moving,
    remember: impl FnOnce(&Moved) -> Option<Remembered>,
) -> Result<Shelved<Moved>, Fatal> {
    let Some((procedure, motion)) = moving.text.motion() else {
        return Ok((Err(Denied::Store(StoreError::Damaged("a motion without a motion".to_owned()))), None));
    };
    let mut sealer = Sealer::of_registry(batch.head(), moving.actor.clone(), now);
    let at = sealer.recorded_at();
    let texts = lineages(store).await?;
    let last = texts.iter().rev().find(|one| one.digest == procedure.digest);
    if let (Some(expected), Some(found)) = (moving.seen, last.map(|one| one.revision()))
        && expected != found
    {
        return Ok((Err(Denied::StaleText { expected, found }), None));
    }
    let bench = Bench { shelf, texts: &texts, now: at };
    let registered = match proposals::judge(bench, &moving.actor, procedure, motion) {
        Ok(registered) => registered,
        Err(refusal) => return Ok((Err(Denied::Refused(Box::new(refusal))), None)),
    };
    let mut after = shelf.clone();
    match (&registered, motion) {
        (Registered::ProcedurePublished { .. }, _) => {
            moving.text.put(&mut after, at);
            if let Some(denied) = moving.text.no_calendar(&after).or_else(|| moving.text.cannot_call(&after)) {
                return Ok((Err(denied), None));
            }
        }
        (Registered::PublicationWithdrawn { .. }, _) => after.withdraw(procedure),
        _ => {}
    }
    let texts = match motion {
        Motion::Propose { .. } => vec![moving.text.proposed(at)],
        Motion::Confirm => vec![moving.text.text(at)],
        Motion::Withdraw { .. } => Vec::new(),
    };
    let sealed = sealer.seal(at, Record::Registry(registered.clone()))?;
    let moved = Moved::of(&registered, &sealed, moving.dry_run).ok_or_else(unworded)?;
    if moving.dry_run {
        return Ok((Ok(moved), None));
    }
    let remember = remember(&moved);
    batch.append(Write { entries: vec![sealed], texts, remember, ..Write::default() }).await?;
    Ok((Ok(moved), Some(Box::new(after))))
}

fn unworded() -> Fatal {
    Fatal::Store(StoreError::Damaged("a motion that is none".to_owned()))
}
