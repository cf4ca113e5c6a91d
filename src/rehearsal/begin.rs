//! A scenario that begins in the middle: the case put into a step as if those before had done theirs.

use crate::definition::diagnostic::Text;
use crate::definition::procedure::{
    By, Choice, Doer, Limit, Means, Needs, People, Pick, Procedure, Reason, Staff, Step, StepKind, Target, Transition,
    UnitRef, Who,
};
use crate::ids::{BranchId, PeopleId, StepId};
use crate::machine::command::{Actor, Command, Open, Take};
use crate::rehearsal::play::{Stage, said};
use crate::rehearsal::scenario::{Scenario, StartAt};

/// What every case must have was given long before the middle.
pub(super) fn has_what_is_required(procedure: &mut Procedure) {
    procedure.fields.values_mut().for_each(|field| field.required = false);
    procedure.documents.values_mut().for_each(|paper| paper.required = false);
}

impl Stage<'_> {
    /// Puts the case into the step: whoever did steps before does them again in one instant, each in a step of one button.
    pub(super) fn begin_at(&mut self, start: &StartAt, scenario: &Scenario) -> Result<(), Text> {
        self.now = self.instant(&start.time)?;
        self.staging = true;
        let target = StepId::from(start.step.as_str());
        if !self.procedure.steps.contains_key(&target) {
            return Err(Text::new(format!("không có bước `{target}`"), format!("there is no step `{target}`")));
        }
        if self.procedure.step(&target).is_some_and(|step| matches!(step.kind, StepKind::End(_))) {
            return Err(Text::new(
                format!("`start_at` không đặt được ở bước kết thúc `{target}`: bắt đầu ở một bước trước đó rồi đi tới"),
                format!("`start_at` cannot be the end `{target}`: begin in a step before it and go there"),
            ));
        }
        let mut done: Vec<(StepId, String)> =
            start.done.iter().map(|(step, who)| (step.as_str().into(), who.clone())).collect();
        if let Some(who) = &start.drafted_by {
            let separated = self.procedure.separate.iter().find(|line| line.steps.contains(&target));
            let drafted = separated.and_then(|line| line.steps.first()).ok_or_else(|| {
                Text::new(
                    format!("`drafted_by` không dùng được: bước `{target}` không nằm trong dòng `separate` nào"),
                    format!("`drafted_by` cannot be used: no line of `separate` holds the step `{target}`"),
                )
            })?;
            done.push((drafted.clone(), who.clone()));
        }
        let mut staged = self.procedure.clone();
        let mut next = target;
        for (step, who) in done.iter().rev() {
            let people = PeopleId::new(format!("stand_in_{step}"));
            let unit =
                self.directory.unit_of(&who.as_str().into(), self.now).unwrap_or_else(|| self.procedure.owner.clone());
            let post = self.directory.posts_of(&who.as_str().into(), self.now).into_iter().find(|(u, _)| *u == unit);
            let who_rule = post.map_or(Who::HeadOf(UnitRef::Unit(unit.clone())), |(unit, post)| Who::Post {
                post,
                unit: UnitRef::Unit(unit),
            });
            staged.people.insert(
                people.clone(),
                People { title: Default::default(), who: who_rule, pick: Pick::Claim, substitute: Vec::new() },
            );
            staged.steps.insert(step.clone(), one_button(step, &people, &next));
            next = step.clone();
        }
        staged.start = vec![Choice { when: None, then: next }];
        let (mut fields, mut documents) = self.given(&start.with)?;
        let (more_fields, more_documents) = self.given(&scenario.given)?;
        fields.extend(more_fields);
        documents.extend(more_documents);
        let open = Open {
            title: scenario.name.clone(),
            code: scenario.code.clone(),
            channel: scenario.channel.clone(),
            fields,
            documents,
        };
        self.ask(&staged, Actor::Person("applicant".into()), Command::Open(open)).map_err(said)?;
        for (_, who) in &done {
            let actor = Actor::Person(who.as_str().into());
            if self.holder() != Some(&who.as_str().into()) {
                self.ask(&staged, actor.clone(), Command::Claim { branch: BranchId::MAIN }).map_err(said)?;
            }
            self.ask(&staged, actor, Command::Take(Take::plain(BranchId::MAIN, "complete"))).map_err(said)?;
        }
        self.staging = false;
        if let Some(case) = &self.case {
            self.walked.stand(self.procedure, self.calendars, case);
        }
        Ok(())
    }
}

fn one_button(step: &StepId, people: &PeopleId, to: &StepId) -> Step {
    let transition = Transition {
        title: None,
        to: Target::Step(to.clone()),
        when: None,
        by: Doer::Holder,
        needs: Needs::default(),
        makes: Vec::new(),
        legal: None,
        reason: Reason::None,
        at_most: None,
        within: None,
        means: Means::Forward,
        sign: None,
        signal: false,
    };
    let staff = Staff {
        by: By::People(people.clone()),
        with: Vec::new(),
        watch: Vec::new(),
        accountable: None,
        within: Limit::Untimed { because: None },
        calendar: None,
        needs: Needs::default(),
        makes: Vec::new(),
        actions: indexmap::IndexMap::from([("complete".into(), transition)]),
        escalate: Vec::new(),
        legal: None,
        clock: None,
    };
    Step { id: step.clone(), title: Default::default(), kind: StepKind::Staff(staff), inside: None, note: None }
}
