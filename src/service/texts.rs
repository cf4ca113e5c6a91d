//! The texts of procedures as people look at them: which wait for a second person, which come, which are in force or
//! over, and what whoever looks may do with each. What may be done is asked of the same `judge` that decides it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::definition::procedure::Procedure;
use crate::definition::resolve::resolve;
use crate::definition::source::Source;
use crate::ids::{Digest, PersonId, ProcedureId, Ts};
use crate::machine::command::Actor;
use crate::service::engine::Engine;
use crate::service::library::Shelf;
use crate::service::proposals::{Bench, Motion, judge, may_read};
use crate::service::register::{Lineage, lineages};
use crate::store::contract::StoreError;

/// Where a text stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It waits for a second person.
    Waiting,
    /// Published; its first day lies ahead.
    Coming,
    /// New cases are opened by it.
    InForce,
    /// Its last day is over.
    Ended,
    /// A newer version is in force; what was opened by it goes on.
    Replaced,
    /// Taken back before anything ran by it.
    Withdrawn,
}

impl State {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Coming => "coming",
            State::InForce => "in_force",
            State::Ended => "ended",
            State::Replaced => "replaced",
            State::Withdrawn => "withdrawn",
        }
    }
}

/// A text as somebody looks at it.
#[derive(Clone)]
pub struct TextView {
    pub lineage: Lineage,
    pub state: State,
    /// Nothing where its text is not kept or cannot be read.
    pub procedure: Option<Arc<Procedure>>,
    /// The name of its file, and the file.
    pub name: String,
    pub text: String,
    /// Whoever looks may put it in force.
    pub may_confirm: bool,
    /// Whoever looks may take it back.
    pub may_withdraw: bool,
}

/// Every text that the viewer may know of, by procedure, the newest first. Published ones are everybody's; what waits or
/// was taken back is for those who may move it, and their inspectors.
pub async fn all(engine: &Engine, viewer: &PersonId) -> Result<BTreeMap<ProcedureId, Vec<TextView>>, StoreError> {
    let (shelf, now) = (engine.library(), engine.clock().now());
    let texts = lineages(engine.store().as_ref()).await?;
    let mut found: BTreeMap<ProcedureId, Vec<TextView>> = BTreeMap::new();
    for one in texts.iter().rev() {
        let view = view(engine, &shelf, &texts, one, viewer, now).await?;
        if is_open(&shelf, &view, viewer, now) {
            found.entry(one.procedure.clone()).or_default().push(view);
        }
    }
    for texts in found.values_mut() {
        texts.sort_by_key(|text| std::cmp::Reverse((text.lineage.version, text.lineage.revision())));
    }
    Ok(found)
}

/// The last that became of the text of that digest, where the viewer may know of it.
pub async fn one(engine: &Engine, viewer: &PersonId, digest: &Digest) -> Result<Option<TextView>, StoreError> {
    let (shelf, now) = (engine.library(), engine.clock().now());
    let texts = lineages(engine.store().as_ref()).await?;
    let Some(one) = texts.iter().rev().find(|one| one.digest == *digest) else { return Ok(None) };
    let view = view(engine, &shelf, &texts, one, viewer, now).await?;
    Ok(Some(view).filter(|view| is_open(&shelf, view, viewer, now)))
}

fn is_open(shelf: &Shelf, view: &TextView, viewer: &PersonId, now: Ts) -> bool {
    let published = view.lineage.published.is_some() && view.state != State::Withdrawn;
    let reads = |procedure: &Arc<Procedure>| may_read(&shelf.directory, viewer, &procedure.owner, now);
    published || view.procedure.as_ref().is_some_and(reads)
}

async fn view(
    engine: &Engine,
    shelf: &Shelf,
    texts: &[Lineage],
    one: &Lineage,
    viewer: &PersonId,
    now: Ts,
) -> Result<TextView, StoreError> {
    let state = state(shelf, one, now);
    let (procedure, name, text) = match (shelf.procedure(&one.digest), shelf.text(&one.digest)) {
        (Some(procedure), Some((name, text))) => (Some(procedure), name.to_owned(), text.to_owned()),
        _ => kept(engine, &one.digest).await?,
    };
    let bench = Bench { shelf, texts, now };
    let actor = Actor::Person(viewer.clone());
    let may = |motion: Motion| procedure.as_ref().is_some_and(|text| judge(bench, &actor, text, &motion).is_ok());
    let movable = matches!(state, State::Waiting | State::Coming);
    Ok(TextView {
        state,
        may_confirm: state == State::Waiting && may(Motion::Confirm),
        // Any reason will do to see whether one may.
        may_withdraw: movable && may(Motion::Withdraw { reason: "?".to_owned() }),
        lineage: one.clone(),
        procedure,
        name,
        text,
    })
}

/// A text that no case is judged by, as it was proposed.
async fn kept(engine: &Engine, digest: &Digest) -> Result<(Option<Arc<Procedure>>, String, String), StoreError> {
    let Some(kept) = engine.store().proposed(digest).await? else { return Ok(Default::default()) };
    let procedure = resolve(&Source::new(&kept.name, &kept.text)).procedure.map(Arc::new);
    Ok((procedure, kept.name, kept.text))
}

fn state(shelf: &Shelf, one: &Lineage, now: Ts) -> State {
    if one.waits() {
        return State::Waiting;
    }
    if one.withdrawn.is_some() {
        return State::Withdrawn;
    }
    let Some(procedure) = shelf.procedure(&one.digest) else { return State::Replaced };
    if !shelf.is_in_force(&procedure, now) {
        return State::Coming;
    }
    let opens = shelf.opening(&procedure.id, now).is_some_and(|opens| opens.digest == procedure.digest);
    match (opens, shelf.is_over(&procedure, now)) {
        (true, true) => State::Ended,
        (true, false) if shelf.to_open(&procedure.id, now).is_ok() => State::InForce,
        _ => State::Replaced,
    }
}
