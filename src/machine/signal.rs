//! An outside system says that something happened that the case waits for: the case goes on, once for each signal,
//! however often it is sent. A person records the same by hand as a way out like any other.

use crate::definition::procedure::{Reason, Transition};
use crate::ids::{BranchId, Verb};
use crate::machine::authority::{receives_the_public, right};
use crate::machine::command::{Actor, Signal};
use crate::machine::draft::Draft;
use crate::machine::event::{Signalled, Taken};
use crate::machine::inputs::{self, Brought};
use crate::machine::refusal::Refusal;
use crate::machine::take::{follow, target};
use crate::machine::words;

/// Lets the signal lead on from the branch that waits for it. One that has led on already changes nothing.
pub(super) fn signal(draft: &mut Draft<'_>, asked: &Signal) -> Result<(), Refusal> {
    may_signal(draft)?;
    inputs::check_line(&asked.event, "tên sự kiện", "the name of the event")?;
    inputs::check_line(&asked.id, "mã của sự kiện", "the event's own number")?;
    if let Some(source) = &asked.source {
        inputs::check_line(source, "hệ thống gửi", "the system that sends it")?;
    }
    if draft.case().signals.contains(&(Verb::from(asked.event.as_str()), asked.id.clone())) {
        return Ok(());
    }
    if !draft.case().is_open() {
        return Err(words::case_ended(draft));
    }
    let awaited = awaited(draft);
    let meant = awaited
        .iter()
        .find(|(branch, verb, _)| verb.as_str() == asked.event && asked.branch.is_none_or(|only| only == *branch));
    let Some((branch, verb, transition)) = meant.copied() else {
        let known = awaited.iter().map(|(_, verb, _)| verb.to_string()).collect();
        return Err(words::not_awaited(draft, &asked.event, known));
    };
    inputs::check_fields(draft, &asked.fields)?;
    inputs::check_documents(draft, &asked.documents)?;
    let brought = Brought { fields: &asked.fields, documents: &asked.documents, reason: None, own_fields_only: false };
    inputs::check_needs(draft, &[&transition.needs], Reason::None, &brought)?;
    let at = draft.branch(branch)?;
    let taken = Taken {
        branch,
        step: at.step.clone(),
        verb: verb.clone(),
        means: transition.means,
        to: target(draft, at, transition)?,
        by: None,
        on_behalf_of: None,
        party: Some("outside".to_owned()),
        reason: None,
        fields: asked.fields.clone(),
        documents: asked.documents.clone(),
        made: transition.makes.clone(),
        legal: transition.legal.clone(),
        signal: Some(Signalled { id: asked.id.clone(), source: asked.source.clone() }),
        sign: None,
        tally: None,
        digitised: inputs::digitised(draft, asked.documents.iter().chain(&transition.makes)),
    };
    follow(draft, branch, transition, taken)
}

/// The engine, and who may record what comes from outside or answers for the procedure: in his name a system is
/// connected.
fn may_signal(draft: &Draft<'_>) -> Result<(), Refusal> {
    if *draft.actor == Actor::System {
        return Ok(());
    }
    let right = right(draft)?;
    let holds = draft.case().branches.values().any(|branch| branch.holder.person == *right.of);
    let owns = draft.directory().works_with(right.of, &draft.case().owner, draft.at);
    if holds || owns || receives_the_public(draft, right.of) {
        Ok(())
    } else {
        Err(words::may_not_signal(draft, right.of))
    }
}

/// Everything that outside systems may signal now.
fn awaited<'a>(draft: &Draft<'a>) -> Vec<(BranchId, &'a Verb, &'a Transition)> {
    let procedure = draft.procedure();
    let ways = draft.case().branches.values().flat_map(|branch| {
        let actions = procedure.step(&branch.step).and_then(|step| step.actions());
        actions.into_iter().flatten().map(|(verb, way)| (branch.id, verb, way))
    });
    ways.filter(|(_, _, way)| way.signal).collect()
}
