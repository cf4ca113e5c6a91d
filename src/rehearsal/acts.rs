//! From a word of a scenario to what is asked of the machine, on the branch that the person holds.

use crate::definition::diagnostic::Text;
use crate::definition::procedure::Step;
use crate::ids::{BranchId, PersonId, Verb};
use crate::machine::case::{Branch, Case};
use crate::machine::command::{Actor, Command, Take};
use crate::rehearsal::play::Stage;
use crate::rehearsal::scenario::Item;

impl Stage<'_> {
    /// What a person asks by a word: one command, or one for each paper that he attaches.
    pub(super) fn commands(&self, name: &str, act: &str, item: &Item) -> Result<Vec<(Actor, Command)>, Text> {
        let case = self.case.as_ref().ok_or(Text::new("chưa có hồ sơ", "there is no case yet"))?;
        // The applicant's acts are recorded by whoever holds the step.
        let person: PersonId = match name {
            "applicant" | "outside" => {
                self.holder().cloned().ok_or(Text::new("không ai đang giữ", "nobody holds it"))?
            }
            name => name.into(),
        };
        let branch = self.branch_of(case, &person, act);
        let reason = item.reason.clone();
        let text = reason.clone().unwrap_or_default();
        let named = || item.to.as_deref().ok_or(Text::new("thiếu `to`", "`to` is missing"));
        let to = || named().map(PersonId::from);
        let (fields, documents) = self.given(&item.with)?;
        let command = match act {
            "receive" => Command::Receive { branch },
            "send_back" => Command::SendBack { branch, reason: text },
            "claim" => Command::Claim { branch: pool_branch(case).unwrap_or(branch) },
            "assign" => Command::Assign { branch: pool_branch(case).unwrap_or(branch), to: to()?, reason },
            "transfer" => Command::Transfer { branch, to: to()?, reason: text },
            "recall" => Command::Recall { branch: given_branch(case, &person).unwrap_or(BranchId::MAIN) },
            "comment" => Command::Comment { text },
            "vote" => {
                let at = case.branches.values().find(|branch| self.votes_at(branch)).map_or(branch, |b| b.id);
                Command::Vote { branch: at, verb: item.to.as_deref().map(Verb::from), text: reason }
            }
            "apologise" => Command::Apologise { new_date: self.instant(named()?)?, reason: text },
            "acknowledge" => {
                let lies = case.unacknowledged().into_iter().find(|waits| waits.superior.person == person);
                Command::Acknowledge { branch: lies.map_or(branch, |waits| waits.branch), level: None, text: reason }
            }
            "attach" => {
                let papers = documents.into_iter().map(|document| Command::Attach { document, name: None });
                return Ok(papers.map(|paper| (Actor::Person(person.clone()), paper)).collect());
            }
            verb => {
                let length = item.length.clone();
                Command::Take(Take { branch, verb: verb.into(), fields, documents, reason, length })
            }
        };
        Ok(vec![(Actor::Person(person), command)])
    }

    /// Of the branches that he holds the one whose step has such a way out, else the last one.
    fn branch_of(&self, case: &Case, person: &PersonId, act: &str) -> BranchId {
        let fits = |branch: &&Branch| {
            let step = self.procedure.step(&branch.step);
            let own = step.and_then(Step::actions).is_some_and(|actions| actions.contains_key(act));
            own || (act == "answer" && branch.block.is_some())
        };
        let mut held = case.branches.values().filter(|branch| branch.holder.person == *person);
        held.clone().find(fits).or_else(|| held.next_back()).map_or(BranchId::MAIN, |branch| branch.id)
    }

    /// Whether a council decides where the branch rests.
    fn votes_at(&self, branch: &Branch) -> bool {
        use crate::definition::procedure::{By, StepKind, Who};
        let Some(StepKind::Staff(staff)) = self.procedure.step(&branch.step).map(|step| &step.kind) else {
            return false;
        };
        let By::People(people) = &staff.by else { return false };
        self.procedure.people.get(people).is_some_and(|people| matches!(people.who, Who::Council(_)))
    }
}

fn pool_branch(case: &Case) -> Option<BranchId> {
    case.branches.values().find(|branch| branch.holder.pool.is_some()).map(|branch| branch.id)
}

/// The branch that the person gave and nobody has received.
fn given_branch(case: &Case, person: &PersonId) -> Option<BranchId> {
    let gave = |branch: &&Branch| {
        branch.received_at.is_none() && branch.given.as_ref().is_some_and(|given| given.by == *person)
    };
    case.branches.values().find(gave).map(|branch| branch.id)
}
