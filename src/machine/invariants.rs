//! What is true of every case after every event, beyond what `evolve` refuses: checked by property tests and `doctor`.

use crate::ids::BranchId;
use crate::machine::case::{Case, Status};

/// Whether the case keeps the promises of the machine; the error names the first that is broken.
pub fn invariants(case: &Case) -> Result<(), String> {
    let open = case.is_open();
    if open != case.branches.contains_key(&BranchId::MAIN) {
        return Err(format!("the case is {}, and its main branch is not", if open { "open" } else { "over" }));
    }
    if let Status::Ended { .. } = case.status
        && (!case.branches.is_empty() || case.stopped.is_some() || !case.timers().is_empty())
    {
        return Err("the case is over, and something of it still lives".to_owned());
    }
    for (id, branch) in &case.branches {
        let at = |what: &str| Err(format!("branch {id} at {}: {what}", branch.step));
        if branch.id != *id || id.0 >= case.next_branch {
            return at("its number is not its own");
        }
        // One accountable person at every instant: the holding reaches from the entry, or the last change, to now.
        if branch.holder.person.as_str().is_empty() || branch.holder.unit.as_str().is_empty() {
            return at("nobody holds it");
        }
        if branch.held_since < branch.entered_at || branch.held_since > case.last_at {
            return at("its holding does not lie inside its life");
        }
        if branch.received_at.is_some_and(|received| received < branch.held_since) {
            return at("it was received before it was given");
        }
        match &branch.block {
            None if *id != BranchId::MAIN => return at("it belongs to no block"),
            Some(_) if *id == BranchId::MAIN => return at("the main branch belongs to a block"),
            Some(inside) if !case.branches.contains_key(&inside.parent) => return at("who opened it is gone"),
            _ => {}
        }
        if branch.clock.as_ref().is_some_and(|running| running.clock.deadline < running.clock.started)
            && branch.clock.as_ref().is_some_and(|running| running.clock.rule != "date")
        {
            return at("its deadline lies before its start");
        }
    }
    match &case.stopped {
        Some(stopped) if case.branches.get(&stopped.branch).is_none_or(|branch| branch.step != stopped.step) => {
            Err(format!("the case's clock stands for {}, where branch {} is not", stopped.step, stopped.branch))
        }
        _ => Ok(()),
    }
}
