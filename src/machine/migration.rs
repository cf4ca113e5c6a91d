//! A case goes on by a newer text of its procedure, where that is proved: its history could have come about by the new
//! text, it has its place there and a way to an end. Who holds it, every clock that runs, what was promised and how often
//! what was done stay as they are.

mod changed;
mod mapping;
mod obstacle;
mod position;
mod trace;
mod words;

use std::collections::BTreeSet;

use crate::definition::procedure::Procedure;
use crate::ids::{Digest, StepId};
use crate::machine::case::Case;
use crate::machine::clocks;
use crate::machine::command::Actor;
use crate::machine::draft::Draft;
use crate::machine::event::{CaseMigrated, Event};
use crate::machine::migration::changed::Texts;
use crate::machine::refusal::Refusal;

pub use mapping::Mapping;
pub use obstacle::{Obstacle, What};

/// The text a case is asked to go on by, and everything that has happened to it.
#[derive(Clone, Copy, Debug)]
pub struct Onto<'a> {
    pub procedure: &'a Procedure,
    pub history: &'a [&'a Event],
}

/// Lets the case go on by the new text, or says everything that stands in the way.
pub(super) fn migrate(draft: &mut Draft<'_>, digest: &Digest, reason: Option<&str>) -> Result<(), Refusal> {
    let Some(onto) = draft.rules.onto.filter(|onto| onto.procedure.digest == *digest) else {
        return Err(words::unknown_text(draft));
    };
    let new = onto.procedure;
    may_migrate(draft, new)?;
    if draft.case().digest == *digest {
        return Err(words::runs_by_it(draft, new));
    }
    if new.id != draft.case().procedure {
        return Err(words::other_procedure(draft, new));
    }
    let today = clocks::calendar(draft, None)?.local(draft.at).date();
    if let Some(from) = new.effective.filter(|from| *from > today) {
        return Err(words::migrates_from(new, from));
    }
    let case = draft.case();
    let mapping = Mapping::said(case.procedure_version, new).map_err(|why| words::finishes_on_old(draft, new, &why))?;
    let obstacles = prove(case, draft.procedure(), new, &mapping, onto.history);
    if !obstacles.is_empty() {
        return Err(words::cannot_migrate(draft, new, &obstacles));
    }
    let migrated = CaseMigrated {
        from_version: case.procedure_version,
        from: case.digest.clone(),
        version: new.version,
        digest: new.digest.clone(),
        owner: new.owner.clone(),
        steps: mapping.into_steps(),
        reason: reason.map(str::to_owned),
    };
    draft.push(Event::CaseMigrated(migrated))?;
    // What follows in this very act follows by the new text.
    draft.rules.procedure = new;
    Ok(())
}

/// Everything that keeps the case from going on by the new text; nothing where it is proved that it can.
pub fn prove(case: &Case, old: &Procedure, new: &Procedure, mapping: &Mapping, history: &[&Event]) -> Vec<Obstacle> {
    let texts = Texts { old, new, mapping };
    let rests: BTreeSet<StepId> = case.branches.values().map(|branch| branch.step.clone()).collect();
    let mut found = position::look(texts, case);
    found.extend(trace::replay(texts, history, &rests));
    found.into_iter().collect()
}

/// Whoever may publish the text, in his own name.
fn may_migrate(draft: &Draft<'_>, new: &Procedure) -> Result<(), Refusal> {
    match draft.actor {
        Actor::Person(person)
            if draft.directory().person(person).is_some() && draft.directory().is_author(person, &new.owner) =>
        {
            Ok(())
        }
        _ => Err(words::not_author(new)),
    }
}
