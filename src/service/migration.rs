//! Open cases go on by a newer text, one act a case through the one door: each is judged anew when its turn comes, and
//! what is refused stays as it is, with the reason. A case that goes by the text already is passed over, so that after an
//! interruption it is simply run again.

use std::ops::ControlFlow;

use serde::Serialize;
use tokio::task::JoinSet;

use crate::ids::{CaseId, Digest};
use crate::machine::command::{Actor, Command};
use crate::machine::refusal::Code;
use crate::service::ask::{Ask, Denied, Target};
use crate::service::engine::Engine;

/// How many acts are asked for before the first is waited for: one commit of the writer.
const AT_ONCE: usize = 256;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub actor: Actor,
    /// The text, to the byte.
    pub to: Digest,
    pub cases: Vec<CaseId>,
    pub reason: Option<String>,
    /// Decide and answer, and write nothing.
    pub dry_run: bool,
}

/// What it came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Migrated {
    pub migrated: u64,
    /// They go by the text already, or have ended meanwhile.
    pub passed_over: u64,
    /// In the order of the cases asked for.
    pub refused: Vec<Refused>,
    /// Cases that could not be tried; running it again tries them again.
    pub failed: Vec<CaseId>,
    /// Cases that were not reached, because it was stopped before.
    pub left: u64,
}

/// A case that stays on its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    pub case: CaseId,
    pub code: &'static str,
    pub vi: String,
    pub en: String,
}

/// Asks for every case in turn. `told` hears how many are done, and of how many, and may stop it. Where the person has
/// not the right, or the text is not in force, nothing is tried further.
pub async fn migrate(
    engine: &Engine,
    wanted: &Wanted,
    mut told: impl FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Migrated, Denied> {
    let (mut came_to, all) = (Migrated::default(), wanted.cases.len() as u64);
    let mut done = 0;
    let mut go_on = told(done, all);
    for cases in wanted.cases.chunks(AT_ONCE) {
        if go_on.is_break() {
            break;
        }
        let mut acts = JoinSet::new();
        for (n, case) in cases.iter().enumerate() {
            let (engine, ask, case) = (engine.clone(), ask(wanted, case), case.clone());
            acts.spawn(async move { (n, case, engine.handle(ask).await) });
        }
        let mut answers = Vec::with_capacity(cases.len());
        while let Some(act) = acts.join_next().await {
            answers.extend(act);
        }
        answers.sort_by_key(|(n, ..)| *n);
        for (_, case, answer) in answers {
            came_to.note(case, answer.map(drop))?;
            done += 1;
        }
        go_on = told(done, all);
    }
    came_to.left = all - done;
    Ok(came_to)
}

impl Migrated {
    fn note(&mut self, case: CaseId, answer: Result<(), Denied>) -> Result<(), Denied> {
        match answer {
            Ok(()) => self.migrated += 1,
            Err(Denied::Refused(why)) => match why.code {
                Code::AlreadyMigrated | Code::CaseEnded => self.passed_over += 1,
                // Neither differs from case to case.
                Code::NotAllowed | Code::NotInForce => return Err(Denied::Refused(why)),
                code => self.refused.push(Refused { case, code: code.word(), vi: why.vi, en: why.en }),
            },
            Err(denied @ (Denied::Closing | Denied::Store(_))) => return Err(denied),
            Err(denied) => {
                tracing::error!(name: "migration.not_tried", %case, ?denied, "a case could not be tried");
                self.failed.push(case);
            }
        }
        Ok(())
    }
}

fn ask(wanted: &Wanted, case: &CaseId) -> Ask {
    Ask {
        actor: wanted.actor.clone(),
        target: Target::Case(case.clone()),
        command: Command::Migrate { to: wanted.to.clone(), reason: wanted.reason.clone() },
        if_match: None,
        key: None,
        dry_run: wanted.dry_run,
    }
}
