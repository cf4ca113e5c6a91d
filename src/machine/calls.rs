//! Cases that call cases: a step opens a case of another procedure, waits for how it ends, takes back what it made.
//!
//! A decision sees one case alone. What it asks of another one stands in its events, and [`errands`] reads it there:
//! whoever records the events carries the errands out in the same commit, each by `decide` on the other case.

use std::collections::BTreeMap;

use crate::definition::call::{Call, DEEPEST};
use crate::definition::procedure::{Outcome, Procedure, Step, StepKind, Target};
use crate::definition::value::Value;
use crate::ids::{BranchId, CaseId, Digest, DocumentId, FieldId, Verb};
use crate::machine::case::{Branch, Case};
use crate::machine::command::{Actor, Command, Open, OpenCalled};
use crate::machine::draft::Draft;
use crate::machine::event::{CallEnded, Called, CalledBy, Closing, Event, How};
use crate::machine::flow::{Way, close, go};
use crate::machine::inputs;
use crate::machine::refusal::Refusal;
use crate::machine::take::end_branch;
use crate::machine::{standing, words};

/// What the events of one case ask of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Errand {
    pub case: CaseId,
    /// Set where the case is to be opened: the text it runs on.
    pub opens: Option<Digest>,
    pub command: Command,
}

/// What these events, just decided, ask of other cases, in order; `after` is the case with all of them.
pub fn errands(after: &Case, events: &[Event]) -> Vec<Errand> {
    let by_caller = events.iter().any(|event| matches!(event, Event::StoppedByCaller { .. }));
    let errand = |event: &Event| match event {
        Event::Called(called) => Some(open_errand(after, called)),
        Event::CallDropped { case, verb, reason, .. } => Some(Errand {
            case: case.clone(),
            opens: None,
            command: Command::StopCalled { verb: verb.clone(), reason: reason.clone() },
        }),
        Event::Ended { outcome, .. } if !by_caller => {
            let caller = after.caller.as_ref()?;
            Some(Errand {
                case: caller.case.clone(),
                opens: None,
                command: Command::EndCall {
                    called: after.id.clone(),
                    outcome: *outcome,
                    fields: after.fields.clone(),
                    documents: after.documents.iter().cloned().collect(),
                },
            })
        }
        _ => None,
    };
    events.iter().filter_map(errand).collect()
}

fn open_errand(after: &Case, called: &Called) -> Errand {
    let caller = CalledBy {
        case: after.id.clone(),
        procedure: after.procedure.clone(),
        branch: called.branch,
        step: called.step.clone(),
        depth: depth(after) + 1,
        withdraws: called.withdraws,
    };
    let open = Open {
        title: after.title.clone(),
        code: after.code.clone(),
        channel: Some(after.channel.clone()),
        fields: called.fields.clone(),
        documents: called.documents.clone(),
    };
    Errand {
        case: called.case.clone(),
        opens: Some(called.digest.clone()),
        command: Command::OpenCalled(OpenCalled { caller, open }),
    }
}

/// How many cases lie above a case.
pub(super) fn depth(case: &Case) -> u32 {
    case.caller.as_ref().map_or(0, |caller| caller.depth)
}

/// Refuses to open a case that would some day call what is not there.
pub(super) fn check_callable(draft: &Draft<'_>) -> Result<(), Refusal> {
    for step in draft.procedure().steps.values() {
        if let StepKind::Call(call) = &step.kind {
            callable(draft, step, call)?;
        }
    }
    Ok(())
}

fn callable<'a>(draft: &Draft<'a>, step: &Step, call: &Call) -> Result<&'a Procedure, Refusal> {
    draft.rules.callable.at(&step.id).ok_or_else(|| words::not_callable(draft, step, call))
}

/// Opens the called case of a step that a branch has just come to.
pub(super) fn begin(draft: &mut Draft<'_>, branch: BranchId, step: &Step, call: &Call) -> Result<(), Refusal> {
    let theirs = callable(draft, step, call)?;
    if depth(draft.case()) >= DEEPEST {
        return Err(words::called_too_deep(draft, step));
    }
    let fields = passed(draft, call, theirs)?;
    let known = |document: &DocumentId| draft.case().documents.contains(document);
    let documents = call.uses.pass.documents.iter().filter(|(ours, _)| known(ours));
    let documents: Vec<DocumentId> =
        documents.map(|(_, there)| there).filter(|there| theirs.documents.contains_key(*there)).cloned().collect();
    let case = draft.case().id.called(draft.case().calls + 1);
    draft.push(Event::Called(Called {
        branch,
        step: step.id.clone(),
        case,
        procedure: theirs.id.clone(),
        version: theirs.version,
        digest: theirs.digest.clone(),
        fields,
        documents,
        withdraws: call.uses.to.outcomes.contains_key(&Outcome::Withdrawn),
    }))
}

/// The fields given along, by their names there. What the called text does not take, having changed since the files were
/// held against each other, is told to whoever acts; time alone passes on without it.
fn passed(draft: &Draft<'_>, call: &Call, theirs: &Procedure) -> Result<BTreeMap<FieldId, Value>, Refusal> {
    let mut fields = BTreeMap::new();
    let mut wrong = Vec::new();
    for (ours, there) in &call.uses.pass.fields {
        let Some(value) = draft.case().fields.get(ours) else { continue };
        match theirs.fields.get(there).map(|field| inputs::fault_of(draft, field, value)) {
            Some(None) => drop(fields.insert(there.clone(), value.clone())),
            Some(Some(fault)) => wrong.push((ours.clone(), fault)),
            None => {}
        }
    }
    if wrong.is_empty() || *draft.actor == Actor::System { Ok(fields) } else { Err(words::wrong_values(draft, wrong)) }
}

/// The called case has ended: what it made comes back, and the branch goes on.
pub(super) fn ended(
    draft: &mut Draft<'_>,
    called: &CaseId,
    outcome: Outcome,
    fields: &BTreeMap<FieldId, Value>,
    documents: &[DocumentId],
) -> Result<(), Refusal> {
    let waits = |branch: &&Branch| branch.called.as_ref() == Some(called);
    let found = draft.case().branches.values().find(waits).map(|branch| branch.id);
    let branch = found.ok_or_else(|| words::broken(format!("no branch waits for case {called}")))?;
    let step = draft.step_of(branch)?;
    let StepKind::Call(call) = &step.kind else {
        return Err(words::broken(format!("`{}` calls no case", step.id)));
    };
    let (fields, documents) = taken_back(draft, call, fields, documents);
    let digitised = inputs::digitised(draft, &documents);
    draft.push(Event::CallEnded(CallEnded {
        branch,
        step: step.id.clone(),
        case: called.clone(),
        outcome,
        fields,
        documents,
        digitised,
    }))?;
    match call.uses.to.after(outcome) {
        Target::Step(to) => {
            go(draft, branch, to, Way { how: How::Automatic, from: Some(step.id.clone()), within: None })
        }
        Target::Join => end_branch(draft, branch),
        Target::Origin => Err(words::broken("a called case leads to no origin")),
    }
}

/// What comes back under our names. A value that our own field does not take is left there: it can be read in that case.
fn taken_back(
    draft: &Draft<'_>,
    call: &Call,
    fields: &BTreeMap<FieldId, Value>,
    documents: &[DocumentId],
) -> (BTreeMap<FieldId, Value>, Vec<DocumentId>) {
    let fits = |ours: &FieldId, value: &Value| {
        draft.procedure().fields.get(ours).is_some_and(|field| inputs::fault_of(draft, field, value).is_none())
    };
    let take = &call.uses.take;
    let back = take.fields.iter().filter_map(|(ours, there)| Some((ours, fields.get(there)?)));
    let back = back.filter(|(ours, value)| fits(ours, value)).map(|(ours, value)| (ours.clone(), value.clone()));
    let papers = take.documents.iter().filter(|(_, there)| documents.contains(there)).map(|(ours, _)| ours.clone());
    (back.collect(), papers.collect())
}

/// A branch leaves its step before the called case has ended: that one is stopped, with the act that did it.
pub(super) fn drop_call(draft: &mut Draft<'_>, branch: BranchId) -> Result<(), Refusal> {
    let Some(at) = draft.case().branches.get(&branch) else { return Ok(()) };
    let Some(case) = at.called.clone() else { return Ok(()) };
    let step = at.step.clone();
    let (verb, reason) = draft.last_act();
    draft.push(Event::CallDropped { branch, step, case, verb, reason })
}

/// The caller went on without this case: everything in it ends here.
pub(super) fn stop(draft: &mut Draft<'_>, verb: Option<&Verb>, reason: Option<&str>) -> Result<(), Refusal> {
    let Some(caller) = draft.case().caller.as_ref().map(|caller| caller.case.clone()) else {
        return Err(words::broken("nobody called this case"));
    };
    let (verb, reason) = (verb.cloned(), reason.map(str::to_owned));
    draft.push(Event::StoppedByCaller { caller, verb, reason })?;
    let mut others: Vec<BranchId> = draft.case().branches.keys().copied().filter(|id| *id != BranchId::MAIN).collect();
    while let Some(other) = others.pop() {
        if draft.case().branches.contains_key(&other) {
            close(draft, other, Closing::Cancelled)?;
        }
    }
    drop_call(draft, BranchId::MAIN)?;
    standing::resume(draft)?;
    let step = draft.branch(BranchId::MAIN)?.step.clone();
    draft.push(Event::Ended { step, outcome: Outcome::Stopped })
}
