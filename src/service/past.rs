//! What a database knows of the work that was done: read only, for simulations and for checks against what really was.

use std::collections::BTreeMap;

use crate::calendar::calendar::Calendar;
use crate::definition::checks::{t20_taken, x10_unused};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;
use crate::ids::{BranchId, ProcedureId, StepId, Ts};
use crate::projection::rows::HoldingRow;
use crate::simulation::past::Done;
use crate::store::contract::{CaseFilter, Paging, Store, StoreError};

/// A page of cases.
const PAGE: u32 = 200;

/// Everything that anybody held and finished, in all cases: what else a person did keeps him from this procedure too.
pub async fn done(store: &dyn Store, procedure: &ProcedureId) -> Result<Vec<Done>, StoreError> {
    let mut done = Vec::new();
    let mut after = None;
    loop {
        let page = Paging { limit: PAGE, after };
        let cases = store.cases(&CaseFilter { page, ..CaseFilter::default() }).await?;
        for case in &cases.items {
            let ended = case.status != "open" && case.procedure == *procedure;
            let held = store.holdings_of(&case.case).await?;
            for (n, one) in held.iter().enumerate() {
                let Some(to) = one.ended_at else { continue };
                // Claimed, assigned or transferred away: the step went on in other hands.
                let goes_on = held[n + 1..]
                    .iter()
                    .any(|next| next.branch == one.branch && next.step == one.step && next.started_at == to);
                done.push(Done {
                    case: one.case.clone(),
                    branch: one.branch,
                    step: one.step.clone(),
                    holder: one.holder.clone(),
                    from: one.started_at,
                    to,
                    counts: ended && !goes_on,
                });
            }
        }
        match cases.next {
            Some(next) => after = Some(next),
            None => return Ok(done),
        }
    }
}

/// A procedure held against the year before now: how long its steps took (T20), whether it was used at all (X10).
/// Nothing where the database never had it in force.
pub async fn held_against(
    store: &dyn Store,
    procedure: &Procedure,
    source: &Source,
    calendar: &Calendar,
    now: Ts,
) -> Result<Vec<Diagnostic>, StoreError> {
    let texts = store.procedures().await?;
    let own = texts.iter().filter(|text| text.procedure == procedure.id);
    let Some(since) = own.map(|text| text.published_at).min() else { return Ok(Vec::new()) };
    let year_ago = now.plus_minutes(-x10_unused::YEAR);
    let mut times = t20_taken::Times::new();
    let (mut ended, mut last, mut after) = (0, None, None);
    loop {
        let page = Paging { limit: PAGE, after };
        let filter = CaseFilter { procedure: Some(procedure.id.clone()), page, ..CaseFilter::default() };
        let cases = store.cases(&filter).await?;
        for case in &cases.items {
            last = last.max(Some(case.opened_at));
            if case.ended_at.is_some_and(|at| at > year_ago) {
                ended += 1;
                visits(&store.holdings_of(&case.case).await?, &mut times);
            }
        }
        match cases.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let mut found = t20_taken::check(procedure, source, &times, ended, calendar);
    found.extend(x10_unused::check(procedure, source, since, last, now));
    Ok(found)
}

/// From the first holder of a step to the last one, each time that the case came to it.
fn visits(held: &[HoldingRow], times: &mut t20_taken::Times) {
    let mut here: BTreeMap<BranchId, (&StepId, Ts, Ts)> = BTreeMap::new();
    for one in held {
        let Some(end) = one.ended_at else { continue };
        match here.get_mut(&one.branch) {
            Some((step, _, until)) if **step == one.step && *until == one.started_at => *until = end,
            _ => {
                if let Some((step, from, to)) = here.insert(one.branch, (&one.step, one.started_at, end)) {
                    times.entry(step.clone()).or_default().push((from, to));
                }
            }
        }
    }
    for (step, from, to) in here.into_values() {
        times.entry(step.clone()).or_default().push((from, to));
    }
}
