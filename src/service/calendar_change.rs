//! A calendar changes: putting it in force and moving every open case that it moves, one act a case.
//!
//! Applying publishes the version where it is not in force yet and then asks for one act a case through the one door; a
//! case whose clocks are counted by the version already is passed over, so that after an interruption at any moment it is
//! simply run again. Closed cases are never read.

use std::ops::ControlFlow;

use serde::Serialize;
use tokio::task::JoinSet;

use crate::calendar::calendar::Calendar;
use crate::ids::{CalendarId, CaseId};
use crate::machine::command::{Actor, Command};
use crate::machine::refusal::Code;
use crate::service::ask::{Ask, Denied, Target};
use crate::service::calendar_moves::preview;
use crate::service::engine::Engine;
use crate::service::library::Shelf;
use crate::service::publish::Publication;

/// How many acts are asked for before the first is waited for: one commit of the writer.
const AT_ONCE: usize = 256;
/// What applying came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The version was put in force now.
    pub published: bool,
    /// Cases counted anew in this run.
    pub changed: u64,
    /// Cases that had nothing left to change when their turn came: they ended, or somebody else applied it.
    pub passed_over: u64,
    /// Cases that could not be changed; the log names them. Running it again tries them again.
    pub failed: u64,
    /// Cases whose record or procedure cannot be read: they are left as they are, and a person must look at them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<CaseId>,
    /// Cases that were not reached, because it was stopped before: running it again goes on with them.
    #[serde(skip_serializing_if = "nothing")]
    pub left: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn nothing(count: &u64) -> bool {
    *count == 0
}

/// A calendar that is to be looked at or applied: its name, text and reading.
#[derive(Clone)]
pub struct Given {
    pub name: String,
    pub text: String,
    pub calendar: Calendar,
}

impl Given {
    fn publication(&self) -> Publication {
        Publication::calendar(&self.name, &self.text, self.calendar.clone())
    }

    /// It is the version in force, or one that may follow it.
    pub fn may_count(&self, shelf: &Shelf) -> Result<(), Denied> {
        let (id, version) = (self.calendar.id(), self.calendar.version());
        let in_force = shelf.calendars.get(id).map_or(0, |now| now.version());
        let publication = self.publication();
        if in_force > version {
            return Err(Denied::NotNewer { calendar: id.clone(), version, in_force });
        }
        if publication.is_known(shelf) { Ok(()) } else { publication.barred(shelf).map_or(Ok(()), Err) }
    }
}

/// Puts the version in force where it is not yet, and counts every open case anew that it moves. `told` hears how many
/// cases are done, and of how many, and may stop it; what is done by then stays done.
pub async fn apply(
    engine: &Engine,
    actor: Actor,
    given: Given,
    mut told: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Applied, Denied> {
    let id = given.calendar.id().clone();
    given.may_count(&engine.library())?;
    let published = engine.publish(actor.clone(), vec![given.publication()]).await? > 0;
    let mut applied = Applied { published, ..Applied::default() };
    let moves = preview(engine, &given.calendar).await.map_err(Denied::Store)?;
    applied.unreadable = moves.unreadable;
    let all = moves.cases.len() as u64;
    let mut done = 0;
    let mut go_on = told(done, all);
    for cases in moves.cases.chunks(AT_ONCE) {
        if go_on.is_break() {
            break;
        }
        let mut acts = JoinSet::new();
        for case in cases {
            let (engine, ask) = (engine.clone(), ask(&actor, case, &id));
            let case = case.clone();
            acts.spawn(async move { (case, engine.handle(ask).await) });
        }
        while let Some(act) = acts.join_next().await {
            let Ok((case, answer)) = act else { continue };
            match answer {
                Ok(_) => applied.changed += 1,
                Err(Denied::Refused(why)) if matches!(why.code, Code::CalendarUnchanged | Code::CaseEnded) => {
                    applied.passed_over += 1;
                }
                Err(denied @ (Denied::Closing | Denied::Store(_))) => return Err(denied),
                Err(denied) => {
                    tracing::error!(name: "calendar.not_applied", %case, ?denied, "a case could not be counted anew");
                    applied.failed += 1;
                }
            }
            done += 1;
        }
        go_on = told(done, all);
    }
    applied.left = all - done;
    Ok(applied)
}

fn ask(actor: &Actor, case: &CaseId, calendar: &CalendarId) -> Ask {
    Ask {
        actor: actor.clone(),
        target: Target::Case(case.clone()),
        command: Command::ChangeCalendar { calendar: calendar.clone() },
        if_match: None,
        key: None,
        dry_run: false,
    }
}
