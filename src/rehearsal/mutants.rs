//! Procedures that are wrong in one place on purpose: a bound dropped, two targets swapped, a limit raised. Scenarios
//! that notice none of it would not notice the author's own slip either.

mod altered;
mod kinds;
mod places;

pub use kinds::Kind;

use crate::calendar::working_time::WorkingTime;
use crate::definition::guard::{Expr, Guard};
use crate::definition::procedure::{
    Anytime, Bodies, By, Choice, End, Join, Limit, Needs, Parallel, Party, Pick, Procedure, Reason, Step, StepKind,
    Target, Transition, Who,
};
use crate::definition::source::Route;
use crate::ids::{DocumentId, FieldId, StepId, Verb};
use crate::rehearsal::mutants::altered::{edges, move_edge, scaled};
use crate::rehearsal::mutants::places::{
    by_mut, escalate_mut, escalations, holds_a_step, kind_mut, way_mut, within_mut,
};
use crate::rehearsal::spots::{Condition, by_guards, by_of, limit_guards, step_route, way_route, within_of};

/// A wrong procedure.
pub struct Mutant {
    /// Where it differs.
    pub route: Route,
    pub kind: Kind,
    /// What is wrong in it, in Vietnamese and English.
    pub what: (String, String),
    /// What scenario would notice.
    pub notice: (&'static str, &'static str),
    pub procedure: Procedure,
    /// Another condition in place of one, to find out whether it ever decides otherwise.
    pub(super) guard: Option<(Condition, Guard, Guard)>,
    /// A bound that is reached only where a case comes to this step again after going there.
    pub(super) bound_of: Option<(StepId, Target)>,
    /// What is not wanted here any more is wanted there all the same: by the step, or of every case.
    pub(super) wanted_anyway: bool,
}

/// Every mutant of a procedure, in the order of the file.
pub fn mutants(procedure: &Procedure) -> Vec<Mutant> {
    let mut maker = Maker { original: procedure, made: Vec::new() };
    maker.case();
    maker.people();
    maker.groups();
    maker.anytime();
    for step in procedure.steps.values() {
        maker.step(step);
    }
    maker.made
}

struct Maker<'a> {
    original: &'a Procedure,
    made: Vec<Mutant>,
}

impl Maker<'_> {
    fn make(
        &mut self,
        kind: Kind,
        route: Route,
        what: (String, String),
        change: impl FnOnce(&mut Procedure),
    ) -> &mut Mutant {
        let mut procedure = self.original.clone();
        change(&mut procedure);
        let at = self.made.len();
        let notice = kind.notice();
        self.made.push(Mutant {
            route,
            kind,
            what,
            notice,
            procedure,
            guard: None,
            bound_of: None,
            wanted_anyway: false,
        });
        &mut self.made[at]
    }

    fn case(&mut self) {
        let original = self.original;
        for n in 0..original.case.warn.len() {
            let route = Route::of(["case", "warn"]).index(n);
            self.make(Kind::ReminderDropped, route, said("bỏ mốc nhắc này", "drops this reminder"), |p| {
                p.case.warn.remove(n);
            });
        }
        for n in 0..original.case.on_breach.len() {
            let route = Route::of(["case", "on_breach"]).index(n);
            self.make(
                Kind::ToldDropped,
                route,
                said("không báo người này khi quá hạn", "tells this one of no breach"),
                |p| {
                    p.case.on_breach.remove(n);
                },
            );
        }
        self.limits(&original.case.within, Route::of(["case", "within"]), ("hồ sơ", "the case"), |p, limit| {
            p.case.within = limit;
        });
        for (n, guard) in limit_guards(&original.case.within) {
            self.guard(Condition::CaseWithin(n), guard, move |p, new| {
                if let Limit::Choose(choices) = &mut p.case.within {
                    choices[n].when = Some(new);
                }
            });
        }
        for (n, choice) in original.start.iter().enumerate() {
            if let Some(guard) = &choice.when {
                self.guard(Condition::Start(n), guard, move |p, new| p.start[n].when = Some(new));
            }
        }
        for n in 0..original.separate.len() {
            let what = said("bỏ dòng phải do người khác nhau làm", "drops this separation of duties");
            self.make(Kind::SeparationDropped, Route::of(["separate"]).index(n), what, |p| {
                p.separate.remove(n);
            });
        }
    }

    fn people(&mut self) {
        for (id, people) in &self.original.people {
            let route = Route::of(["people", id.as_str()]);
            if matches!(people.who, Who::Post { .. }) && holds_a_step(self.original, id) {
                let (pick, vi, en) = match people.pick {
                    Pick::Claim => (
                        Pick::LeastLoaded,
                        "tự giao cho một người thay vì chờ nhận",
                        "gives it out instead of letting it be claimed",
                    ),
                    _ => (
                        Pick::Claim,
                        "chờ có người nhận thay vì tự giao",
                        "waits to be claimed instead of being given out",
                    ),
                };
                let what = (format!("`{id}`: {vi}"), format!("`{id}`: {en}"));
                self.make(Kind::PickChanged, route.clone().key("pick"), what, |p| {
                    if let Some(people) = p.people.get_mut(id) {
                        people.pick = pick;
                    }
                });
            }
            if !people.substitute.is_empty() {
                let what = (format!("`{id}` không còn ai làm thay"), format!("`{id}` has no substitute"));
                self.make(Kind::SubstituteDropped, route.key("substitute"), what, |p| {
                    if let Some(people) = p.people.get_mut(id) {
                        people.substitute.clear();
                    }
                });
            }
        }
    }

    fn groups(&mut self) {
        for (id, group) in &self.original.groups {
            let route = Route::of(["groups", id.as_str()]);
            if let Some(within) = &group.within {
                let name = format!("`{id}`");
                self.limits(within, route.clone().key("within"), (&name, &name), move |p, limit| {
                    if let Some(group) = p.groups.get_mut(id) {
                        group.within = Some(limit);
                    }
                });
            }
            for n in 0..group.warn.len() {
                let what = said("bỏ mốc nhắc này của nhóm", "drops this reminder of the group");
                self.make(Kind::ReminderDropped, route.clone().key("warn").index(n), what, |p| {
                    if let Some(group) = p.groups.get_mut(id) {
                        group.warn.remove(n);
                    }
                });
            }
        }
    }

    fn anytime(&mut self) {
        for (verb, way) in &self.original.anytime {
            let route = Route::of(["anytime", verb.as_str()]);
            match way {
                Anytime::Go(way) => {
                    self.way(way, verb, &route, None, |p| match p.anytime.get_mut(verb) {
                        Some(Anytime::Go(way)) => Some(way),
                        _ => None,
                    });
                }
                Anytime::Extend(extension) => {
                    let what = (format!("`{verb}` được làm thêm một lần"), format!("`{verb}` may be done once more"));
                    self.make(Kind::BoundRaised, route.clone().key("at_most"), what, |p| {
                        if let Some(Anytime::Extend(extension)) = p.anytime.get_mut(verb) {
                            extension.at_most += 1;
                        }
                    });
                    if extension.reason == Reason::Required {
                        self.make(Kind::ReasonDropped, route.key("reason"), no_reason(verb), |p| {
                            if let Some(Anytime::Extend(extension)) = p.anytime.get_mut(verb) {
                                extension.reason = Reason::Optional;
                            }
                        });
                    }
                }
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let (id, route) = (&step.id, step_route(self.original, &step.id));
        for (n, guard) in by_of(step).into_iter().flat_map(by_guards) {
            self.guard(Condition::By(id.clone(), n), guard, move |p, new| {
                if let Some(By::Choose(choices)) = by_mut(p, id) {
                    choices[n].when = Some(new);
                }
            });
        }
        if let Some(within) = within_of(step) {
            let name = format!("`{id}`");
            self.limits(within, route.clone().key("within"), (&name, &name), move |p, limit| {
                if let Some(within) = within_mut(p, id) {
                    *within = limit;
                }
            });
            for (n, guard) in limit_guards(within) {
                self.guard(Condition::Within(id.clone(), n), guard, move |p, new| {
                    if let Some(Limit::Choose(choices)) = within_mut(p, id) {
                        choices[n].when = Some(new);
                    }
                });
            }
        }
        self.needs_of_step(step, &route);
        self.clock(step, &route);
        for n in 0..escalations(self.original, id) {
            let what = (format!("không báo cấp trên khi `{id}` trễ"), format!("adds no superior when `{id}` is late"));
            self.make(Kind::EscalationDropped, route.clone().key("escalate").index(n), what, |p| {
                if let Some(escalate) = escalate_mut(p, id) {
                    escalate.remove(n);
                }
            });
        }
        let actions: Vec<(&Verb, &Transition)> = step.actions().into_iter().flatten().collect();
        for (verb, way) in &actions {
            let route = way_route(self.original, id, verb);
            self.way(way, verb, &route, Some(id), |p| way_mut(p, id, verb));
        }
        for (n, (verb, way)) in actions.iter().enumerate() {
            for (other, another) in actions.iter().skip(n + 1) {
                self.swapped(id, (verb, &way.to), (other, &another.to));
            }
        }
        match &step.kind {
            StepKind::Decision(rules) => self.rules(id, rules),
            StepKind::Parallel(block) => self.block(id, block, &route),
            StepKind::End(End { reopen: Some(_), .. }) => {
                let what = (
                    format!("hồ sơ ở `{id}` được mở lại thêm một lần"),
                    format!("a case in `{id}` may be reopened once more"),
                );
                self.make(Kind::BoundRaised, route.key("reopen").key("at_most"), what, |p| {
                    if let Some(StepKind::End(End { reopen: Some(reopen), .. })) = kind_mut(p, id) {
                        reopen.at_most += 1;
                    }
                });
            }
            StepKind::End(_) | StepKind::Staff(_) | StepKind::Wait(_) | StepKind::Call(_) => {}
        }
    }

    /// What can be wrong in a named way out.
    fn way(
        &mut self,
        way: &Transition,
        verb: &Verb,
        route: &Route,
        step: Option<&StepId>,
        find: impl Fn(&mut Procedure) -> Option<&mut Transition> + Copy,
    ) {
        if let Some(at_most) = way.at_most {
            let dropped =
                (format!("bỏ giới hạn {at_most} lần của `{verb}`"), format!("drops the bound {at_most} of `{verb}`"));
            let raised = (
                format!("`{verb}` được làm {} lần thay vì {at_most}", at_most + 1),
                format!("`{verb}` may be done {} times instead of {at_most}", at_most + 1),
            );
            for (kind, what, bound) in
                [(Kind::BoundDropped, dropped, None), (Kind::BoundRaised, raised, Some(at_most + 1))]
            {
                let made = self.make(kind, route.clone().key("at_most"), what, |p| {
                    if let Some(way) = find(p) {
                        way.at_most = bound;
                    }
                });
                made.bound_of = step.map(|step| (step.clone(), way.to.clone()));
            }
        }
        if way.reason == Reason::Required {
            self.make(Kind::ReasonDropped, route.clone().key("reason"), no_reason(verb), |p| {
                if let Some(way) = find(p) {
                    way.reason = Reason::Optional;
                }
            });
        }
        let staff = step.and_then(|step| self.original.step(step)).and_then(|step| match &step.kind {
            StepKind::Staff(staff) => Some(&staff.needs),
            _ => None,
        });
        // The terms of the step hold for its ways on, and not for what comes from outside.
        let besides = staff.filter(|_| self.original.goes_on(way) && !way.signal);
        self.needs(&way.needs, besides, &route.clone().key("needs"), |p| find(p).map(|way| &mut way.needs));
        if let Some(guard) = &way.when {
            let place = match step {
                Some(step) => Condition::Action(step.clone(), verb.clone()),
                None => Condition::Anytime(verb.clone()),
            };
            self.guard(place, guard, move |p, new| {
                if let Some(way) = find(p) {
                    way.when = Some(new);
                }
            });
        }
        if let Some(within) = &way.within {
            let name = format!("`{verb}`");
            self.limits(within, route.clone().key("within"), (&name, &name), move |p, limit| {
                if let Some(way) = find(p) {
                    way.within = Some(limit);
                }
            });
        }
    }

    fn swapped(&mut self, step: &StepId, one: (&Verb, &Target), other: (&Verb, &Target)) {
        if one.1 == other.1 {
            return;
        }
        let what = (
            format!("`{}` và `{}` đổi đích cho nhau", one.0, other.0),
            format!("`{}` and `{}` lead where the other should", one.0, other.0),
        );
        let route = way_route(self.original, step, one.0).key("to");
        self.make(Kind::TargetsSwapped, route, what, |p| {
            if let Some(way) = way_mut(p, step, one.0) {
                way.to = other.1.clone();
            }
            if let Some(way) = way_mut(p, step, other.0) {
                way.to = one.1.clone();
            }
        });
    }

    fn rules(&mut self, id: &StepId, rules: &[Choice<StepId>]) {
        for (n, rule) in rules.iter().enumerate() {
            if let Some(guard) = &rule.when {
                self.guard(Condition::Rule(id.clone(), n), guard, move |p, new| {
                    if let Some(StepKind::Decision(rules)) = kind_mut(p, id) {
                        rules[n].when = Some(new);
                    }
                });
            }
            if rules.get(n + 1).is_some_and(|next| next.then != rule.then) {
                let what = said(
                    "dòng này và dòng sau đổi đích cho nhau",
                    "this line and the next lead where the other should",
                );
                self.make(Kind::TargetsSwapped, step_route(self.original, id).key("rules").index(n), what, |p| {
                    if let Some(StepKind::Decision(rules)) = kind_mut(p, id) {
                        let then = rules[n].then.clone();
                        rules[n].then = std::mem::replace(&mut rules[n + 1].then, then);
                    }
                });
            }
        }
    }

    fn block(&mut self, id: &StepId, block: &Parallel, route: &Route) {
        if block.join != Join::Any {
            let what = (
                format!("`{id}` đi tiếp khi mới một nhánh xong"),
                format!("`{id}` goes on as soon as one branch is done"),
            );
            self.make(Kind::JoinChanged, route.clone().key("join"), what, |p| {
                if let Some(StepKind::Parallel(block)) = kind_mut(p, id) {
                    block.join = Join::Any;
                }
            });
        }
        if matches!(&block.bodies, Bodies::ForEach { silence: Some(_), .. }) {
            let what =
                (format!("im lặng ở `{id}` không còn được coi là trả lời"), format!("silence in `{id}` is no answer"));
            self.make(Kind::SilenceDropped, route.clone().key("silence"), what, |p| {
                if let Some(StepKind::Parallel(Parallel { bodies: Bodies::ForEach { silence, .. }, .. })) =
                    kind_mut(p, id)
                {
                    *silence = None;
                }
            });
        }
    }

    fn needs_of_step(&mut self, step: &Step, route: &Route) {
        let id = &step.id;
        let needs = match &step.kind {
            StepKind::Staff(staff) => &staff.needs,
            StepKind::Parallel(Parallel { bodies: Bodies::ForEach { needs, .. }, .. }) => needs,
            _ => return,
        };
        let none = Needs::default();
        let besides = matches!(step.kind, StepKind::Staff(_)).then_some(&none);
        self.needs(needs, besides, &route.clone().key("needs"), |p| match kind_mut(p, id) {
            Some(StepKind::Staff(staff)) => Some(&mut staff.needs),
            Some(StepKind::Parallel(Parallel { bodies: Bodies::ForEach { needs, .. }, .. })) => Some(needs),
            _ => None,
        });
    }

    /// What must be there; `besides` is what the step wants anyway where it is asked, and with it what every case must
    /// have.
    fn needs(
        &mut self,
        needs: &Needs,
        besides: Option<&Needs>,
        route: &Route,
        find: impl Fn(&mut Procedure) -> Option<&mut Needs> + Copy,
    ) {
        let original = self.original;
        let field_anyway = |id: &FieldId| {
            let required = original.fields.get(id).is_some_and(|field| field.required);
            besides.is_some_and(|besides| required || besides.fields.contains(id))
        };
        let paper_anyway = |id: &DocumentId| {
            let paper = original.documents.get(id);
            let required = paper.is_some_and(|paper| paper.required && paper.from == Party::Applicant);
            besides.is_some_and(|besides| required || besides.documents.contains(id))
        };
        for (n, field) in needs.fields.iter().enumerate() {
            let what = (format!("không còn cần `{field}`"), format!("`{field}` is not needed any more"));
            let made = self.make(Kind::NeedDropped, route.clone(), what, |p| {
                if let Some(needs) = find(p) {
                    needs.fields.remove(n);
                }
            });
            made.wanted_anyway = field_anyway(field);
        }
        for (n, document) in needs.documents.iter().enumerate() {
            let what = (format!("không còn cần `{document}`"), format!("`{document}` is not needed any more"));
            let made = self.make(Kind::NeedDropped, route.clone(), what, |p| {
                if let Some(needs) = find(p) {
                    needs.documents.remove(n);
                }
            });
            made.wanted_anyway = paper_anyway(document);
        }
    }

    fn clock(&mut self, step: &Step, route: &Route) {
        let policy = match &step.kind {
            StepKind::Staff(staff) => staff.clock,
            StepKind::Wait(wait) => wait.clock,
            StepKind::Parallel(block) => block.clock,
            StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => None,
        };
        if policy.is_none() {
            return;
        }
        let id = &step.id;
        let what =
            (format!("đồng hồ hồ sơ vẫn chạy trong lúc ở `{id}`"), format!("the case's clock runs on in `{id}`"));
        self.make(Kind::ClockDropped, route.clone().key("clock"), what, |p| match kind_mut(p, id) {
            Some(StepKind::Staff(staff)) => staff.clock = None,
            Some(StepKind::Wait(wait)) => wait.clock = None,
            Some(StepKind::Parallel(block)) => block.clock = None,
            _ => {}
        });
    }

    /// A limit twice as long and half as long, by cases each for itself.
    fn limits(&mut self, limit: &Limit, route: Route, whose: (&str, &str), set: impl Fn(&mut Procedure, Limit) + Copy) {
        let choices: &[Choice<Limit>] = match limit {
            Limit::Choose(choices) => choices,
            _ => &[],
        };
        for (n, choice) in choices.iter().enumerate() {
            for (kind, new, written) in scaled(&choice.then) {
                let mut other = choices.to_vec();
                other[n].then = new;
                let key = if choice.when.is_some() { "within" } else { "else" };
                self.make(kind, route.clone().index(n).key(key), limit_words(whose, &written), |p| {
                    set(p, Limit::Choose(other));
                });
            }
        }
        for (kind, new, written) in scaled(limit) {
            self.make(kind, route.clone(), limit_words(whose, &written), |p| set(p, new));
        }
    }

    /// A condition the other way round, and its edges on the other side.
    fn guard(&mut self, place: Condition, guard: &Guard, set: impl Fn(&mut Procedure, Guard) + Copy) {
        let route = place.route(self.original);
        let flipped = guard.with(Expr::Not(Box::new(guard.expr().clone())));
        let mut others = vec![(
            Kind::ConditionFlipped,
            flipped,
            said("điều kiện bị đảo ngược", "the condition the other way round"),
        )];
        for n in 0..edges(guard.expr()) {
            let mut left = n;
            let mut words = None;
            let moved = guard.with(move_edge(guard.expr(), &mut left, &mut words));
            let (from, to) = words.unwrap_or(("", ""));
            let what =
                (format!("`{from}` thành `{to}` trong điều kiện"), format!("`{from}` became `{to}` in the condition"));
            others.push((Kind::EdgeMoved, moved, what));
        }
        for (kind, other, what) in others {
            let made = self.make(kind, route.clone(), what, |p| set(p, other.clone()));
            made.guard = Some((place.clone(), guard.clone(), other));
        }
    }
}

fn said(vi: &str, en: &str) -> (String, String) {
    (vi.to_owned(), en.to_owned())
}

fn no_reason(verb: &Verb) -> (String, String) {
    (format!("`{verb}` không cần lý do"), format!("`{verb}` wants no reason"))
}

fn limit_words(whose: (&str, &str), written: &WorkingTime) -> (String, String) {
    (
        format!("thời hạn của {} thành {}", whose.0, written.vi()),
        format!("the limit of {} became {}", whose.1, written.en()),
    )
}
