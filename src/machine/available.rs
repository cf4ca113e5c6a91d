//! What an actor may do now: `decide` asked for each possible act. What only wants more to be given is still offered,
//! with what it wants.

use crate::definition::procedure::{Anytime, Means, Reason, Sign, Step, StepKind, Title, Transition};
use crate::ids::{BranchId, DocumentId, FieldId, LegalId, PersonId, StepId, Ts, Verb};
use crate::machine::authority::right;
use crate::machine::case::{Branch, Case, Status};
use crate::machine::command::{Actor, Command, Request, Take};
use crate::machine::decide::{decide, wants_more};
use crate::machine::draft::Draft;
use crate::machine::event::Event;
use crate::machine::refusal::Refusal;
use crate::machine::rules::Rules;
use crate::machine::take::{ANSWER, REOPEN, WayOut, goes_on, verbs, way_out};
use crate::machine::{holders, take, vote};

/// One thing an actor may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub branch: BranchId,
    /// The verb of a transition, or the word of a command.
    pub act: String,
    pub kind: OfferKind,
    /// The author's label; a verb without one goes by its built-in label.
    pub title: Option<Title>,
    pub means: Option<Means>,
    /// Where the case goes.
    pub to: Option<StepId>,
    /// Everything the act needs, given already or not.
    pub needs_fields: Vec<FieldId>,
    /// What must still be given along.
    pub wants_fields: Vec<FieldId>,
    pub wants_documents: Vec<DocumentId>,
    pub reason: Reason,
    /// Papers that the act produces.
    pub makes: Vec<DocumentId>,
    pub legal: Option<LegalId>,
    /// The signature that the act is given by.
    pub sign: Option<Sign>,
    /// By when the next one must have done it; nothing where that cannot be told before more is given, or is untimed.
    pub next_deadline: Option<Ts>,
    /// Who gets it; nothing where that cannot be told yet.
    pub next_holder: Option<PersonId>,
    /// Whom `assign` and `transfer` may name.
    pub candidates: Vec<PersonId>,
    /// The ways out that `vote` may name.
    pub choices: Vec<Verb>,
}

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferKind {
    /// A named way out, asked by [`Command::Take`].
    Transition,
    /// A command of its own.
    Command,
}

/// Everything the actor may do with the case at that instant, branch by branch, transitions in the order of the file.
pub fn available(rules: &Rules<'_>, case: &Case, actor: &Actor, at: Ts) -> Vec<Offer> {
    let draft = Draft::on(case.clone(), *rules, actor, at);
    let asking = Asking { rules, case, actor, at, draft: &draft };
    if right(&draft).is_err() {
        return Vec::new();
    }
    let mut offers = Vec::new();
    match &case.status {
        Status::Ended { .. } => offers.extend(asking.reopening()),
        Status::Open => {
            for branch in case.branches.values() {
                let Some(step) = rules.procedure.step(&branch.step) else { continue };
                offers.extend(verbs(&draft, branch, step).iter().filter_map(|verb| asking.way(branch, step, verb)));
                offers.extend(asking.beside(branch));
            }
        }
    }
    offers.extend(asking.on_the_case());
    offers
}

/// The question, put for one actor at one instant.
struct Asking<'a> {
    rules: &'a Rules<'a>,
    case: &'a Case,
    actor: &'a Actor,
    at: Ts,
    draft: &'a Draft<'a>,
}

impl Asking<'_> {
    fn ask(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        let request = Request { actor: self.actor.clone(), at: self.at, command };
        decide(self.rules, Some(self.case), &self.case.id, &request)
    }

    /// Whether a command is decided, or only wants more.
    fn answer(&self, command: Command) -> Option<Result<Vec<Event>, Refusal>> {
        match self.ask(command) {
            Ok(events) => Some(Ok(events)),
            Err(refusal) if wants_more(&refusal) => Some(Err(refusal)),
            Err(_) => None,
        }
    }

    fn way(&self, branch: &Branch, step: &Step, verb: &str) -> Option<Offer> {
        let way = way_out(self.draft, branch, step, verb)?;
        let mut asked = Take::plain(branch.id, verb);
        // A reason is always text, and a length always the longest: what follows can be shown before they are given.
        asked.reason = Some("—".to_owned());
        if let WayOut::Anytime(Anytime::Extend(extension)) = &way {
            asked.length = Some(extension.up_to.en());
        }
        let mut offer = self.offer(branch.id, verb, OfferKind::Transition, self.answer(Command::Take(asked))?);
        match way {
            WayOut::Transition(transition) => {
                self.describe(&mut offer, branch, transition);
                if let StepKind::Staff(staff) = &step.kind
                    && goes_on(self.draft, transition)
                    && !transition.signal
                {
                    offer.makes.splice(0..0, staff.makes.iter().cloned());
                    offer.needs_fields.splice(0..0, staff.needs.fields.iter().cloned());
                }
            }
            WayOut::Anytime(Anytime::Go(transition)) => self.describe(&mut offer, branch, transition),
            WayOut::Anytime(Anytime::Extend(extension)) => {
                offer.title = extension.title.clone();
                offer.reason = extension.reason;
                offer.makes = extension.makes.clone();
                offer.legal = extension.legal.clone();
                offer.sign = extension.sign;
            }
            WayOut::Answer { needs, makes } => {
                offer.means = Some(Means::Forward);
                offer.needs_fields = needs.fields.clone();
                offer.makes = makes.to_vec();
                offer.reason = Reason::Optional;
            }
        }
        // What a guard or a limit reads is asked for too.
        let read: Vec<FieldId> =
            offer.wants_fields.iter().filter(|field| !offer.needs_fields.contains(field)).cloned().collect();
        offer.needs_fields.extend(read);
        Some(offer)
    }

    fn describe(&self, offer: &mut Offer, branch: &Branch, transition: &Transition) {
        offer.title = transition.title.clone();
        offer.means = Some(transition.means);
        offer.to = take::target(self.draft, branch, transition).ok().flatten();
        offer.reason = transition.reason;
        offer.makes = transition.makes.clone();
        offer.needs_fields = transition.needs.fields.clone();
        offer.legal = transition.legal.clone();
        offer.sign = transition.sign;
    }

    /// Receive, send back, recall, claim, acknowledge, assign, transfer.
    fn beside(&self, branch: &Branch) -> Vec<Offer> {
        let id = branch.id;
        let reason = || "—".to_owned();
        let mut offers: Vec<Offer> = [
            (Command::Receive { branch: id }, Reason::None),
            (Command::SendBack { branch: id, reason: reason() }, Reason::Required),
            (Command::Recall { branch: id }, Reason::None),
            (Command::Claim { branch: id }, Reason::None),
            (Command::Acknowledge { branch: id, level: None, text: None }, Reason::None),
        ]
        .into_iter()
        .filter_map(|(command, reason)| self.command(id, command, reason))
        .collect();
        if let Some(step) = self.rules.procedure.step(&branch.step) {
            let choices: Vec<Verb> = vote::ways(step).map(|(verb, _)| verb.clone()).collect();
            let first = Command::Vote { branch: id, verb: choices.first().cloned(), text: None };
            let offer = self.command(id, first, Reason::None);
            offers.extend(offer.map(|offer| Offer { choices, ..offer }));
        }
        let named = |by_head: bool| holders::takers(self.draft, branch, by_head).into_iter().map(|seat| seat.person);
        // Whether the actor may give it at all does not depend on whom he names: the first that fits answers for all.
        let assigned: Vec<PersonId> = named(true).collect();
        if let Some(to) = assigned.first().cloned() {
            let wanted = if branch.holder.pool.is_some() { Reason::Optional } else { Reason::Required };
            let offer = self.command(id, Command::Assign { branch: id, to, reason: Some(reason()) }, wanted);
            offers.extend(offer.map(|offer| Offer { candidates: assigned, next_holder: None, ..offer }));
        }
        let equals: Vec<PersonId> = named(false).collect();
        if let Some(to) = equals.first().cloned() {
            let offer = self.command(id, Command::Transfer { branch: id, to, reason: reason() }, Reason::Required);
            offers.extend(offer.map(|offer| Offer { candidates: equals, next_holder: None, ..offer }));
        }
        offers
    }

    /// Apologise, attach, comment.
    fn on_the_case(&self) -> Vec<Offer> {
        let later = self.case.promise.unwrap_or(self.at).max(self.at).plus_minutes(1);
        let apology = Command::Apologise { new_date: later, reason: "—".to_owned() };
        let document = self.rules.procedure.documents.keys().next().cloned();
        let attach = document.map(|document| Command::Attach { document, name: None });
        let comment = Command::Comment { text: "—".to_owned() };
        [(Some(apology), Reason::Required), (attach, Reason::None), (Some(comment), Reason::None)]
            .into_iter()
            .filter_map(|(command, reason)| self.command(BranchId::MAIN, command?, reason))
            .collect()
    }

    fn reopening(&self) -> Option<Offer> {
        let mut asked = Take::plain(BranchId::MAIN, REOPEN);
        asked.reason = Some("—".to_owned());
        let answer = self.answer(Command::Take(asked))?;
        let mut offer = self.offer(BranchId::MAIN, REOPEN, OfferKind::Transition, answer);
        if let Status::Ended { step, .. } = &self.case.status
            && let Some(StepKind::End(end)) = self.rules.procedure.step(step).map(|step| &step.kind)
            && let Some(terms) = &end.reopen
        {
            offer.to = Some(terms.to.clone());
            offer.reason = terms.reason;
        }
        Some(offer)
    }

    fn command(&self, branch: BranchId, command: Command, reason: Reason) -> Option<Offer> {
        let word = command.word();
        let answer = self.answer(command)?;
        Some(Offer { reason, ..self.offer(branch, word, OfferKind::Command, answer) })
    }

    fn offer(&self, branch: BranchId, act: &str, kind: OfferKind, answer: Result<Vec<Event>, Refusal>) -> Offer {
        let (events, wants_fields, wants_documents) = match answer {
            Ok(events) => (events, Vec::new(), Vec::new()),
            Err(refusal) => (Vec::new(), refusal.fields, refusal.documents),
        };
        let entered = events.iter().find_map(|event| match event {
            Event::StepEntered(entered) => Some(entered),
            _ => None,
        });
        Offer {
            branch,
            act: act.to_owned(),
            kind,
            title: None,
            means: None,
            to: None,
            needs_fields: Vec::new(),
            wants_fields,
            wants_documents,
            reason: Reason::None,
            makes: Vec::new(),
            legal: None,
            sign: None,
            next_deadline: entered.and_then(|entered| Some(entered.clock.as_ref()?.deadline)),
            next_holder: entered.map(|entered| entered.holder.person.clone()),
            candidates: Vec::new(),
            choices: Vec::new(),
        }
    }
}

/// Whether the verb is one that the engine itself gives: a body's answer, or reopening.
pub fn is_built_in(verb: &str) -> bool {
    verb == ANSWER || verb == REOPEN
}
