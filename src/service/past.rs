//! What a database knows of the work that was done: read only, for simulations.

use crate::ids::ProcedureId;
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
