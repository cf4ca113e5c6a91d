//! Opening a case: pins the procedure's text, computes the deadline and the citizen's date, and finds the first holder.

use crate::definition::procedure::{Applies, Needs, Procedure, Reason, StepKind};
use crate::ids::{BranchId, CaseId, PersonId, Ts, VariantId};
use crate::machine::assignment::{Seat, by_of, candidates_of, holder_for};
use crate::machine::authority::right;
use crate::machine::command::{Actor, Command, Open, OpenCalled};
use crate::machine::draft::Draft;
use crate::machine::event::{CaseOpened, Event, How};
use crate::machine::flow::{Way, go};
use crate::machine::inputs::Brought;
use crate::machine::refusal::Refusal;
use crate::machine::rules::Rules;
use crate::machine::{calls, clocks, inputs, words};

/// The decision to open a case.
pub(super) fn open<'a>(
    rules: Rules<'a>,
    id: &CaseId,
    asked: &Open,
    actor: &'a Actor,
    at: Ts,
) -> Result<Draft<'a>, Refusal> {
    let opened = as_asked(rules.procedure, asked);
    // The limit may depend on what was given: it is computed on a case that has it all but the clock.
    let draft = Draft::begin(id, Event::CaseOpened(opened.clone()), rules, actor, at)?;
    let person = right(&draft)?;
    if !may_open(&draft, person.of) {
        return Err(words::may_not_open(&draft, person.of));
    }
    in_force(&draft)?;
    calls::check_callable(&draft)?;
    check(&draft, asked)?;
    begin(draft, id, opened, asked)
}

/// A case as it was received, before anything is computed.
fn as_asked(procedure: &Procedure, asked: &Open) -> CaseOpened {
    let code = asked.code.clone().or_else(|| match &procedure.codes[..] {
        [only] => Some(only.clone()),
        _ => None,
    });
    CaseOpened {
        procedure: procedure.id.clone(),
        version: procedure.version,
        digest: procedure.digest.clone(),
        owner: procedure.owner.clone(),
        title: asked.title.trim().to_owned(),
        code,
        variant: None,
        channel: asked.channel.clone().unwrap_or_else(|| "paper".to_owned()),
        fields: asked.fields.clone(),
        documents: asked.documents.clone(),
        clock: None,
        promise: None,
        apology_at: None,
        digitised: Vec::new(),
        caller: None,
    }
}

/// The decision to open a case that a step of another one calls: nobody is asked whether he may, and nothing that is
/// missing is asked for; nothing is promised to a citizen, who has the caller's date.
pub(super) fn open_called<'a>(
    rules: Rules<'a>,
    id: &CaseId,
    asked: &OpenCalled,
    actor: &'a Actor,
    at: Ts,
) -> Result<Draft<'a>, Refusal> {
    if *actor != Actor::System {
        return Err(words::only_the_engine_calls(&Command::OpenCalled(asked.clone())));
    }
    // The caller's code is its own procedure's, and perhaps not one of this.
    let code = asked.open.code.clone().filter(|code| rules.procedure.codes.contains(code));
    let open = Open { code, ..asked.open.clone() };
    let opened = CaseOpened { caller: Some(asked.caller.clone()), ..as_asked(rules.procedure, &open) };
    let draft = Draft::begin(id, Event::CaseOpened(opened.clone()), rules, actor, at)?;
    calls::check_callable(&draft)?;
    begin(draft, id, opened, &open)
}

/// Everything that is computed at the opening, on a case that has all that was given.
fn begin<'a>(draft: Draft<'a>, id: &CaseId, mut opened: CaseOpened, asked: &Open) -> Result<Draft<'a>, Refusal> {
    let (rules, actor, at, procedure) = (draft.rules, draft.actor, draft.at, draft.procedure());
    opened.variant = variant_of(&draft)?;
    let draft = Draft::begin(id, Event::CaseOpened(opened.clone()), rules, actor, at)?;
    opened.digitised = inputs::digitised(&draft, &asked.documents);
    if procedure.case.starts.is_none() {
        opened.clock = clocks::of_case(&draft)?;
        let told = opened.clock.as_ref().filter(|_| opened.caller.is_none());
        opened.promise = told.map(|clock| clock.deadline);
        opened.apology_at = apology_alarm(&draft, opened.promise)?;
    }

    let mut draft = Draft::begin(id, Event::CaseOpened(opened), rules, actor, at)?;
    let start = draft.choose(&procedure.start, None)?.cloned().ok_or_else(|| words::no_start(&draft))?;
    go(&mut draft, BranchId::MAIN, &start, Way { how: How::Opened, from: None, within: None })?;
    wanted_at_once(&draft, asked)?;
    Ok(draft)
}

/// Where no official receives the case first, who lets nothing incomplete pass, the data that every case must have are
/// wanted of whoever opens it.
fn wanted_at_once(draft: &Draft<'_>, asked: &Open) -> Result<(), Refusal> {
    let Some(branch) = draft.case().branches.get(&BranchId::MAIN) else { return Ok(()) };
    if matches!(draft.step_of(branch.id)?.kind, StepKind::Staff(_)) {
        return Ok(());
    }
    let needs = Needs { documents: Vec::new(), ..inputs::required(draft.procedure()) };
    let brought = Brought { fields: &asked.fields, documents: &asked.documents, reason: None, own_fields_only: false };
    inputs::check_needs(draft, &[&needs], Reason::None, &brought)
}

/// When the alarm to apologise for a promised date rings; nothing where it would have rung already.
pub(super) fn apology_alarm(draft: &Draft<'_>, promise: Option<Ts>) -> Result<Option<Ts>, Refusal> {
    let ahead = draft.procedure().case.promise.as_ref().and_then(|terms| terms.apology.as_ref());
    let (Some(promise), Some(ahead)) = (promise, ahead) else { return Ok(None) };
    Ok(Some(clocks::ahead_of(draft, promise, ahead)?).filter(|alarm| *alarm > draft.at))
}

/// The first variant that is for this case.
fn variant_of(draft: &Draft<'_>) -> Result<Option<VariantId>, Refusal> {
    for (id, variant) in &draft.procedure().variants {
        let fits = match &variant.applies {
            Applies::Codes(codes) => draft.case().code.as_ref().is_some_and(|code| codes.contains(code)),
            Applies::When(guard) => {
                guard.judge(&draft.scope(None)).ok_or_else(|| words::guard_unknown(draft, guard))?
            }
        };
        if fits {
            return Ok(Some(id.clone()));
        }
    }
    Ok(None)
}

/// Cases are opened while the procedure is in force, its first and last day included; what is open then goes on.
fn in_force(draft: &Draft<'_>) -> Result<(), Refusal> {
    let procedure = draft.procedure();
    let today = clocks::calendar(draft, None)?.local(draft.at).date();
    if let Some(from) = procedure.effective.filter(|from| today < *from) {
        return Err(words::not_yet_in_force(draft, from));
    }
    match procedure.until.filter(|until| today > *until) {
        Some(until) => Err(words::no_longer_in_force(draft, until)),
        None => Ok(()),
    }
}

fn check(draft: &Draft<'_>, asked: &Open) -> Result<(), Refusal> {
    inputs::check_line(&asked.title, "tên hồ sơ", "the title of the case")?;
    if let Some(channel) = &asked.channel {
        inputs::check_line(channel, "kênh tiếp nhận", "the channel")?;
    }
    if let Some(code) = asked.code.as_ref().filter(|code| !draft.procedure().codes.contains(code)) {
        return Err(words::unknown_code(draft, code));
    }
    inputs::check_fields(draft, &asked.fields)?;
    inputs::check_documents(draft, &asked.documents)
}

/// Cases are opened where they begin: by who may hold the first step, works in its unit or over it, or in the owner's.
fn may_open(draft: &Draft<'_>, person: &PersonId) -> bool {
    let directory = draft.directory();
    directory.works_with(person, &draft.procedure().owner, draft.at)
        || draft.procedure().start.iter().filter_map(|choice| draft.procedure().step(&choice.then)).any(|step| {
            let mut seats = candidates_of(draft, step, None);
            if let Some(by) = by_of(step).filter(|_| seats.is_empty()) {
                // Nobody fills the post: the case is opened where it then comes to lie.
                let holder = holder_for(draft, step, by, None, How::Opened, None).ok();
                seats.extend(holder.map(|holder| Seat { person: holder.person, unit: holder.unit }));
            }
            seats.iter().any(|seat| seat.person == *person || directory.works_with(person, &seat.unit, draft.at))
        })
}
