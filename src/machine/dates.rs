//! Dates moved by a person: the citizen's promise by an apology, the case's clock by a decision to extend it.

use std::cmp::Ordering;

use crate::calendar::working_time::WorkingTime;
use crate::definition::procedure::Extension;
use crate::ids::{BranchId, Ts};
use crate::machine::authority::{may_take, receives_the_public, right};
use crate::machine::command::Take;
use crate::machine::draft::Draft;
use crate::machine::event::Event;
use crate::machine::inputs::{self, Brought};
use crate::machine::refusal::Refusal;
use crate::machine::{clocks, words};

/// Tells the citizen a new date. The case's own clock stays as it is.
pub(super) fn apologise(draft: &mut Draft<'_>, new_date: Ts, reason: &str) -> Result<(), Refusal> {
    let right = right(draft)?;
    let (Some(old_date), Some(terms)) = (draft.case().promise, &draft.procedure().case.promise) else {
        return Err(words::no_promise(draft));
    };
    let main = draft.branch(BranchId::MAIN)?;
    let directory = draft.directory();
    let answers = main.holder.person == *right.of
        || directory.heads(right.of, &main.holder.unit, draft.at)
        || directory.heads(right.of, &draft.case().owner, draft.at)
        || receives_the_public(draft, right.of);
    if !answers {
        return Err(words::not_holder(draft, main, right.of));
    }
    if draft.case().new_dates >= terms.new_dates_at_most {
        return Err(words::too_many_times(draft, "hẹn lại", "given a new date", terms.new_dates_at_most));
    }
    if new_date <= old_date.max(draft.at) {
        return Err(words::not_later(draft, old_date, new_date));
    }
    inputs::check_reason(draft, Some(reason))?;
    draft.push(Event::Apologised { old_date, new_date, reason: reason.to_owned() })
}

/// Lengthens the case's clock; the old deadline stays in the record.
pub(super) fn extend(draft: &mut Draft<'_>, terms: &Extension, asked: &Take) -> Result<(), Refusal> {
    let right = right(draft)?;
    may_take(draft, draft.branch(asked.branch)?, &terms.by, right.of)?;
    let Some(clock) = draft.case().clock.as_ref().map(|running| running.clock.clone()) else {
        return Err(words::no_clock(draft));
    };
    if draft.case().extensions >= terms.at_most {
        return Err(words::too_many_times(draft, "gia hạn", "extended", terms.at_most));
    }
    inputs::check_fields(draft, &asked.fields)?;
    inputs::check_documents(draft, &asked.documents)?;
    let brought = Brought {
        fields: &asked.fields,
        documents: &asked.documents,
        reason: asked.reason.as_deref(),
        own_fields_only: false,
    };
    inputs::check_needs(draft, &[], terms.reason, &brought)?;
    let length = WorkingTime::parse(asked.length.as_deref().unwrap_or_default())
        .map_err(|error| words::no_length(&error, &terms.up_to))?;
    let full_day = clocks::calendar(draft, Some(&clock.calendar))?.full_day_minutes();
    match length.compare(&terms.up_to, full_day) {
        Some(Ordering::Less | Ordering::Equal) => {}
        Some(Ordering::Greater) | None => return Err(words::too_long(&length, &terms.up_to)),
    }
    let old_deadline = clock.deadline;
    let clock = clocks::extended(draft, &clock, &length)?;
    if clock.deadline <= old_deadline {
        return Err(words::not_later(draft, old_deadline, clock.deadline));
    }
    draft.push(Event::Extended {
        old_deadline,
        clock,
        length: length.en(),
        reason: asked.reason.clone(),
        made: terms.makes.clone(),
        sign: terms.sign,
    })
}
