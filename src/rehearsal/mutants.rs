//! Procedures that are wrong in one place on purpose: a bound dropped, two targets swapped, a limit raised. Scenarios
//! that notice none of it would not notice the author's own slip either.

use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::guard::{Comparison, Expr, Guard};
use crate::definition::procedure::{
    Anytime, Bodies, By, Choice, End, Join, Limit, Needs, Parallel, Pick, Procedure, Reason, Step, StepKind, Target,
    Transition, Who,
};
use crate::definition::source::Route;
use crate::ids::{PeopleId, StepId, Verb};
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
}

/// What was done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    BoundDropped,
    BoundRaised,
    ReasonDropped,
    NeedDropped,
    TargetsSwapped,
    LimitRaised,
    LimitLowered,
    ReminderDropped,
    ToldDropped,
    SeparationDropped,
    SubstituteDropped,
    ConditionFlipped,
    EdgeMoved,
    PickChanged,
    ClockDropped,
    EscalationDropped,
    JoinChanged,
    SilenceDropped,
}

impl Kind {
    /// The stable word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Kind::BoundDropped => "bound_dropped",
            Kind::BoundRaised => "bound_raised",
            Kind::ReasonDropped => "reason_dropped",
            Kind::NeedDropped => "need_dropped",
            Kind::TargetsSwapped => "targets_swapped",
            Kind::LimitRaised => "limit_raised",
            Kind::LimitLowered => "limit_lowered",
            Kind::ReminderDropped => "reminder_dropped",
            Kind::ToldDropped => "told_dropped",
            Kind::SeparationDropped => "separation_dropped",
            Kind::SubstituteDropped => "substitute_dropped",
            Kind::ConditionFlipped => "condition_flipped",
            Kind::EdgeMoved => "edge_moved",
            Kind::PickChanged => "pick_changed",
            Kind::ClockDropped => "clock_dropped",
            Kind::EscalationDropped => "escalation_dropped",
            Kind::JoinChanged => "join_changed",
            Kind::SilenceDropped => "silence_dropped",
        }
    }

    fn notice(self) -> (&'static str, &'static str) {
        match self {
            Kind::BoundDropped | Kind::BoundRaised => (
                "làm quá số lần cho phép và chờ bị từ chối: `refused: [{ …, because: too_many_times }]`",
                "do it once too often and expect the refusal: `refused: [{ …, because: too_many_times }]`",
            ),
            Kind::ReasonDropped => (
                "làm mà không nêu lý do và chờ bị từ chối: `refused: [{ …, because: reason_required }]`",
                "do it without a reason and expect the refusal: `refused: [{ …, because: reason_required }]`",
            ),
            Kind::NeedDropped => (
                "làm khi còn thiếu và chờ bị từ chối: `because: missing_field` hoặc `missing_document`",
                "do it while that is missing and expect the refusal: `because: missing_field` or `missing_document`",
            ),
            Kind::TargetsSwapped => (
                "làm hành động này rồi ghi bước phải tới: `expect: { step: … }`",
                "take this way and say where it must lead: `expect: { step: … }`",
            ),
            Kind::LimitRaised | Kind::LimitLowered => (
                "ghi hạn phải thấy: `expect: { deadline: … }`, hạn hồ sơ là `case_deadline`",
                "say the deadline that must be seen: `expect: { deadline: … }`, the case's is `case_deadline`",
            ),
            Kind::ReminderDropped | Kind::ToldDropped | Kind::EscalationDropped => (
                "chờ qua lúc đó và ghi mọi lời nhắc, lời báo với người nhận: `notices: […]`",
                "wait beyond it and list everything that is told, to whom: `notices: […]`",
            ),
            Kind::SeparationDropped => (
                "cho người đã làm bước này thử làm bước kia và chờ bị từ chối, hoặc ghi ai phải giữ (`holder`)",
                "let whoever did the one step try the other and expect the refusal, or say who must hold it (`holder`)",
            ),
            Kind::SubstituteDropped => (
                "cho người ấy vắng (`absent: […]`) và ghi ai phải giữ: `expect: { holder: … }`",
                "have him away (`absent: […]`) and say who must hold it: `expect: { holder: … }`",
            ),
            Kind::ConditionFlipped => (
                "đi qua chỗ này cả khi điều kiện đúng và khi sai, ghi bước, hạn hay người giữ phải thấy",
                "come through here when the condition holds and when it does not, with step, deadline or holder expected",
            ),
            Kind::EdgeMoved => {
                ("thử đúng giá trị ranh giới trong điều kiện", "try the very value at the edge of the condition")
            }
            Kind::PickChanged => (
                "ghi ai giữ ngay khi hồ sơ vừa tới bước: `expect: { holder: … }`",
                "say who holds it as soon as it comes to the step: `expect: { holder: … }`",
            ),
            Kind::ClockDropped => (
                "chờ ở bước này rồi ghi hạn hồ sơ sau đó: `expect: { case_deadline: … }`",
                "wait in this step and say the case's deadline afterwards: `expect: { case_deadline: … }`",
            ),
            Kind::JoinChanged => (
                "để mới một cơ quan trả lời và ghi hồ sơ còn ở khối song song",
                "let one body answer and expect the case still in the block",
            ),
            Kind::SilenceDropped => (
                "để một cơ quan im lặng tới hết hạn và ghi bước kế tiếp cùng lời báo",
                "let one body keep silent to the end, with the next step and the notice expected",
            ),
        }
    }
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
        self.made.push(Mutant { route, kind, what, notice, procedure, guard: None, bound_of: None });
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
        self.needs(&way.needs, &route.clone().key("needs"), |p| find(p).map(|way| &mut way.needs));
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
        self.needs(needs, &route.clone().key("needs"), |p| match kind_mut(p, id) {
            Some(StepKind::Staff(staff)) => Some(&mut staff.needs),
            Some(StepKind::Parallel(Parallel { bodies: Bodies::ForEach { needs, .. }, .. })) => Some(needs),
            _ => None,
        });
    }

    fn needs(&mut self, needs: &Needs, route: &Route, find: impl Fn(&mut Procedure) -> Option<&mut Needs> + Copy) {
        for (n, field) in needs.fields.iter().enumerate() {
            let what = (format!("không còn cần `{field}`"), format!("`{field}` is not needed any more"));
            self.make(Kind::NeedDropped, route.clone(), what, |p| {
                if let Some(needs) = find(p) {
                    needs.fields.remove(n);
                }
            });
        }
        for (n, document) in needs.documents.iter().enumerate() {
            let what = (format!("không còn cần `{document}`"), format!("`{document}` is not needed any more"));
            self.make(Kind::NeedDropped, route.clone(), what, |p| {
                if let Some(needs) = find(p) {
                    needs.documents.remove(n);
                }
            });
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

/// Twice and half a length; a half that is nothing or the same is none.
fn scaled(limit: &Limit) -> Vec<(Kind, Limit, WorkingTime)> {
    let Limit::Length(length) = limit else { return Vec::new() };
    let part = |twice: bool| {
        move |length: &Length| {
            let scale = |n: u32| if twice { n.saturating_mul(2) } else { n / 2 };
            match length {
                Length::WorkingMinutes(n) => Length::WorkingMinutes(scale(*n)),
                Length::WorkingDays { quarters } => Length::WorkingDays { quarters: scale(*quarters) },
                Length::CalendarDays(n) => Length::CalendarDays(scale(*n)),
                Length::ClockMinutes(n) => Length::ClockMinutes(scale(*n)),
                Length::Months(n) => Length::Months(scale(*n)),
            }
        }
    };
    let count = |length: &Length| match length {
        Length::WorkingMinutes(n) | Length::CalendarDays(n) | Length::ClockMinutes(n) | Length::Months(n) => *n,
        Length::WorkingDays { quarters } => *quarters,
    };
    let mut found = Vec::new();
    for (kind, twice) in [(Kind::LimitRaised, true), (Kind::LimitLowered, false)] {
        let parts: Vec<Length> = length.parts().iter().map(part(twice)).collect();
        if parts.iter().any(|part| count(part) == 0) {
            continue;
        }
        found.extend(WorkingTime::sum(parts).map(|new| (kind, Limit::Length(new.clone()), new)));
    }
    found
}

/// How many comparisons have an edge.
fn edges(expr: &Expr) -> usize {
    match expr {
        Expr::Not(inner) => edges(inner),
        Expr::And(a, b) | Expr::Or(a, b) => edges(a) + edges(b),
        Expr::Compare(how, ..) => usize::from(!matches!(how, Comparison::Equal | Comparison::Unequal)),
        _ => 0,
    }
}

/// The condition with the edge of one comparison on its other side.
fn move_edge(expr: &Expr, left: &mut usize, words: &mut Option<(&'static str, &'static str)>) -> Expr {
    let mut inner = |expr: &Expr| Box::new(move_edge(expr, left, words));
    match expr {
        Expr::Not(a) => Expr::Not(inner(a)),
        Expr::And(a, b) => Expr::And(inner(a), inner(b)),
        Expr::Or(a, b) => Expr::Or(inner(a), inner(b)),
        Expr::Compare(how, a, b) => {
            let (other, said) = match how {
                Comparison::Less => (Comparison::AtMost, ("<", "<=")),
                Comparison::AtMost => (Comparison::Less, ("<=", "<")),
                Comparison::More => (Comparison::AtLeast, (">", ">=")),
                Comparison::AtLeast => (Comparison::More, (">=", ">")),
                Comparison::Equal | Comparison::Unequal => return expr.clone(),
            };
            let moved = *left == 0 && words.is_none();
            *left = left.saturating_sub(1);
            if moved {
                *words = Some(said);
            }
            Expr::Compare(if moved { other } else { *how }, a.clone(), b.clone())
        }
        other => other.clone(),
    }
}

/// Whether some step is given by the entry itself: a mere substitute is not picked.
fn holds_a_step(procedure: &Procedure, people: &PeopleId) -> bool {
    procedure.steps.values().filter_map(by_of).any(|by| match by {
        By::People(id) => id == people,
        By::Choose(choices) => choices.iter().any(|choice| choice.then == *people),
        By::SameAs(_) => false,
    })
}

fn kind_mut<'p>(procedure: &'p mut Procedure, step: &StepId) -> Option<&'p mut StepKind> {
    procedure.steps.get_mut(step).map(|step| &mut step.kind)
}

fn way_mut<'p>(procedure: &'p mut Procedure, step: &StepId, verb: &Verb) -> Option<&'p mut Transition> {
    match kind_mut(procedure, step)? {
        StepKind::Staff(staff) => staff.actions.get_mut(verb),
        StepKind::Wait(wait) => wait.actions.get_mut(verb),
        StepKind::Parallel(_) | StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => None,
    }
}

fn by_mut<'p>(procedure: &'p mut Procedure, step: &StepId) -> Option<&'p mut By> {
    match kind_mut(procedure, step)? {
        StepKind::Staff(staff) => Some(&mut staff.by),
        StepKind::Wait(wait) => wait.by.as_mut(),
        StepKind::Call(call) => call.by.as_mut(),
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { by, .. }, .. }) => Some(by),
        _ => None,
    }
}

fn within_mut<'p>(procedure: &'p mut Procedure, step: &StepId) -> Option<&'p mut Limit> {
    match kind_mut(procedure, step)? {
        StepKind::Staff(staff) => Some(&mut staff.within),
        StepKind::Wait(wait) => Some(&mut wait.within),
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { within, .. }, .. }) => Some(within),
        StepKind::Parallel(block) => block.within.as_mut(),
        StepKind::Call(call) => Some(&mut call.within),
        StepKind::Decision(_) | StepKind::End(_) => None,
    }
}

fn escalate_mut<'p>(
    procedure: &'p mut Procedure,
    step: &StepId,
) -> Option<&'p mut Vec<crate::definition::procedure::Escalation>> {
    match kind_mut(procedure, step)? {
        StepKind::Staff(staff) => Some(&mut staff.escalate),
        StepKind::Wait(wait) => Some(&mut wait.escalate),
        StepKind::Call(call) => Some(&mut call.escalate),
        StepKind::Parallel(Parallel { bodies: Bodies::ForEach { escalate, .. }, .. }) => Some(escalate),
        _ => None,
    }
}

fn escalations(procedure: &Procedure, step: &StepId) -> usize {
    match procedure.step(step).map(|step| &step.kind) {
        Some(StepKind::Staff(staff)) => staff.escalate.len(),
        Some(StepKind::Wait(wait)) => wait.escalate.len(),
        Some(StepKind::Call(call)) => call.escalate.len(),
        Some(StepKind::Parallel(Parallel { bodies: Bodies::ForEach { escalate, .. }, .. })) => escalate.len(),
        _ => 0,
    }
}
