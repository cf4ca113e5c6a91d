//! Rules + case + request -> events, or a refusal that says what was found and what would be right. The one door.

use crate::ids::CaseId;
use crate::machine::case::Case;
use crate::machine::command::{Actor, Command, Request};
use crate::machine::draft::Draft;
use crate::machine::event::Event;
use crate::machine::refusal::{Code, Refusal};
use crate::machine::rules::Rules;
use crate::machine::{
    calendar_change, calls, dates, escalate, fire, handover, holders, migration, open, record, signal, standing, take,
    vote, words,
};

/// Decides a request. There is no case yet only for [`Command::Open`].
///
/// Nothing is changed: the events, applied in order by [`crate::machine::evolve::evolve`], are the change. Whoever
/// calls it fires the timers that are due first; what fell due between is fired after the act, at its own instant.
pub fn decide(
    rules: &Rules<'_>,
    case: Option<&Case>,
    case_id: &CaseId,
    request: &Request,
) -> Result<Vec<Event>, Refusal> {
    let mut draft = match (case, &request.command) {
        (None, Command::Open(asked)) => open::open(*rules, case_id, asked, &request.actor, request.at)?,
        (None, Command::OpenCalled(asked)) => open::open_called(*rules, case_id, asked, &request.actor, request.at)?,
        (Some(case), command) => {
            if request.at < case.last_at {
                return Err(words::clock_backwards(rules, case, request.at));
            }
            let mut draft = Draft::on(case.clone(), *rules, &request.actor, request.at);
            carry_out(&mut draft, command)?;
            draft
        }
        (None, command) => return Err(words::no_case(command)),
    };
    fire::overdue(&mut draft)?;
    standing::settle_groups(&mut draft)?;
    Ok(draft.events())
}

fn carry_out(draft: &mut Draft<'_>, command: &Command) -> Result<(), Refusal> {
    let of_calls = matches!(command, Command::OpenCalled(_) | Command::EndCall { .. } | Command::StopCalled { .. });
    if *draft.actor != Actor::System && of_calls {
        return Err(words::only_the_engine_calls(command));
    }
    let engines =
        of_calls || matches!(command, Command::Fire { .. } | Command::ChangeCalendar { .. } | Command::Signal(_));
    if *draft.actor == Actor::System && !engines {
        return Err(words::only_people(command));
    }
    if !draft.case().is_open() && !acts_on_ended(command) {
        return Err(words::case_ended(draft));
    }
    match command {
        Command::Open(_) => Err(words::already_open(draft)),
        Command::Take(asked) => take::take(draft, asked),
        Command::Signal(asked) => signal::signal(draft, asked),
        Command::Vote { branch, verb, text } => vote::vote(draft, *branch, verb.as_ref(), text.as_deref()),
        Command::Receive { branch } => handover::receive(draft, *branch),
        Command::SendBack { branch, reason } => handover::send_back(draft, *branch, reason),
        Command::Recall { branch } => handover::recall(draft, *branch),
        Command::Claim { branch } => holders::claim(draft, *branch),
        Command::Assign { branch, to, reason } => holders::assign(draft, *branch, to, reason.as_deref()),
        Command::Transfer { branch, to, reason } => holders::transfer(draft, *branch, to, reason),
        Command::Comment { text } => record::comment(draft, text),
        Command::Attach { document, name } => record::attach(draft, document, name.as_deref()),
        Command::Apologise { new_date, reason } => dates::apologise(draft, *new_date, reason),
        Command::Acknowledge { branch, level, text } => escalate::acknowledge(draft, *branch, *level, text.as_deref()),
        Command::ChangeCalendar { calendar } => calendar_change::change(draft, calendar),
        Command::Migrate { to, reason } => migration::migrate(draft, to, reason.as_deref()),
        Command::OpenCalled(_) => Err(words::already_open(draft)),
        Command::EndCall { called, outcome, fields, documents } => {
            calls::ended(draft, called, *outcome, fields, documents)
        }
        Command::StopCalled { verb, reason } => calls::stop(draft, verb.as_ref(), reason.as_deref()),
        Command::Fire { timer } => fire::fire(draft, timer),
    }
}

/// What may be asked of a case that is over: to annotate it, or to reopen it.
fn acts_on_ended(command: &Command) -> bool {
    match command {
        // A signal may be one that has led on before: then it is no fault that it comes again.
        Command::Comment { .. } | Command::Fire { .. } | Command::Signal(_) => true,
        Command::Take(asked) => asked.verb.as_str() == take::REOPEN,
        _ => false,
    }
}

/// Whether a refusal only asks for more to be given along: fields, papers, a reason.
pub fn wants_more(refusal: &Refusal) -> bool {
    matches!(refusal.code, Code::MissingField | Code::MissingDocument | Code::ReasonRequired | Code::GuardUnknown)
}
