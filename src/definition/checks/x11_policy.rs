//! X11: what a policy of the inspectorate requires and a file does not keep. Each finding points to the line of the
//! policy; no `allow` waives it, for it is an error, and levels that a policy sets are set after all waivers.

use std::collections::BTreeSet;

use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::checks::directory::no_unit;
use crate::definition::diagnostic::{Code, Diagnostic, Elsewhere, Text};
use crate::definition::policy::{Limits, Policy};
use crate::definition::procedure::{
    Anytime, Bodies, ClockPolicy, Limit, Means, Procedure, Reason, Step, StepKind, Target, Transition,
};
use crate::definition::source::{Route, Source};
use crate::directory::Directory;
use crate::fold::fold;
use crate::ids::{StepId, Verb};

/// A policy with its text.
pub type Rule<'a> = (&'a Policy, &'a Source);

/// One file under one policy.
struct Under<'a> {
    policy: &'a Policy,
    rule: &'a Source,
    procedure: &'a Procedure,
    source: &'a Source,
}

/// N10: an area that the directory does not have, so that the policy would bind nobody.
pub fn area(policy: &Policy, directory: &Directory, source: &Source) -> Option<Diagnostic> {
    let area = policy.area.as_ref().filter(|area| directory.unit(area).is_none())?;
    let found = no_unit(directory, area, Route::of(["area"]), source);
    Some(found.note("như vậy quy định này không áp dụng cho ai", "so this policy binds nobody"))
}

/// Whether the policy binds the file: without a directory only the owner itself can be told.
pub fn binds(policy: &Policy, procedure: &Procedure, directory: Option<&Directory>) -> bool {
    policy.area.as_ref().is_none_or(|area| {
        *area == procedure.owner || directory.is_some_and(|directory| directory.is_under(&procedure.owner, area))
    })
}

/// Everything in the file that the policy forbids.
pub fn check((policy, rule): Rule<'_>, procedure: &Procedure, source: &Source) -> Vec<Diagnostic> {
    let under = Under { policy, rule, procedure, source };
    let rules: [fn(&Under<'_>) -> Vec<Diagnostic>; 7] = [limits, reasons, returns, paused, nesting, separate, words];
    rules.iter().flat_map(|rule| rule(&under)).collect()
}

/// Raises what was found to the least level that the policy sets, also where the file waived it.
pub fn raise((policy, rule): Rule<'_>, found: &mut [Diagnostic]) {
    for told in found {
        let least = policy.levels.iter().find(|(code, _)| code == told.code);
        if let Some((code, level)) = least.filter(|(_, level)| *level < told.level) {
            told.level = *level;
            let place = rule.span(&Route::of(["levels", code.as_str()]));
            told.elsewhere.push(Elsewhere::at(rule, place, "mức do quy định này đặt", "the level set by this policy"));
            told.notes.push(Text::new(
                format!("quy định `{}` không cho tệp hạ mức này", policy.id),
                format!("policy `{}` lets no file lower this", policy.id),
            ));
        }
    }
}

impl Under<'_> {
    fn say(&self, key: &str, route: &Route, vi: String, en: String) -> Diagnostic {
        self.say_as("X11", key, route, vi, en)
    }

    /// What has a code of its own, wherever its bound comes from.
    fn say_as(&self, code: Code, key: &str, route: &Route, vi: String, en: String) -> Diagnostic {
        let place = self.rule.key_span(&Route::of([key]));
        let title = &self.policy.title;
        let help_en = title.en.as_deref().unwrap_or(&title.vi);
        Diagnostic::error(code, self.source.key_span(route), vi, en)
            .elsewhere(Elsewhere::at(self.rule, place, "điều được yêu cầu", "what is required"))
            .help(format!("sửa theo \"{}\"", title.vi), format!("mend it as \"{help_en}\" says"))
    }

    fn route(&self, step: &StepId) -> Route {
        match self.procedure.step(step).and_then(|step| step.inside.as_ref()) {
            Some((block, key)) => self.route(block).key("branches").key(key.as_str()).key("steps").key(step.as_str()),
            None => Route::of(["steps", step.as_str()]),
        }
    }

    /// Every act, those open at any time among them.
    fn acts(&self) -> impl Iterator<Item = Act<'_>> {
        let steps = self.procedure.steps.values().flat_map(|step| {
            let actions = step.actions().into_iter().flatten();
            actions.map(move |(verb, way)| Act { step: Some(&step.id), verb, way: Some(way), reason: way.reason })
        });
        let anytime = self.procedure.anytime.iter().map(|(verb, act)| match act {
            Anytime::Go(way) => Act { step: None, verb, way: Some(way), reason: way.reason },
            Anytime::Extend(extension) => Act { step: None, verb, way: None, reason: extension.reason },
        });
        steps.chain(anytime)
    }

    /// Where an act stands in the file.
    fn place(&self, act: &Act<'_>) -> Route {
        let Some(step) = act.step else { return Route::of(["anytime", act.verb.as_str()]) };
        let signal = act.way.is_some_and(|way| way.signal);
        self.route(step).key(if signal { "on_event" } else { "actions" }).key(act.verb.as_str())
    }

    /// The limits that a step may have: its own, and those of variants, each with its place.
    fn limits_of<'p>(&'p self, step: &'p Step) -> impl Iterator<Item = (&'p Limit, Route)> {
        let own = within(step).map(|limit| (limit, self.route(&step.id).key("within")));
        let variants = self.procedure.variants.iter().filter_map(move |(id, variant)| {
            let route = Route::of(["variants", id.as_str(), "steps", step.id.as_str(), "within"]);
            Some((variant.steps.get(&step.id)?, route))
        });
        own.into_iter().chain(variants)
    }
}

/// What somebody may do: in a step, or at any time.
struct Act<'a> {
    step: Option<&'a StepId>,
    verb: &'a Verb,
    /// Nothing for leave to lengthen the case's clock.
    way: Option<&'a Transition>,
    reason: Reason,
}

impl Act<'_> {
    /// `ở bước x`, `in step x`.
    fn told(&self) -> (String, String) {
        match self.step {
            Some(step) => (format!("`{}` ở bước `{step}`", self.verb), format!("`{}` in step `{step}`", self.verb)),
            None => (format!("`{}` (bất cứ lúc nào)", self.verb), format!("`{}` (at any time)", self.verb)),
        }
    }
}

fn within(step: &Step) -> Option<&Limit> {
    match &step.kind {
        StepKind::Staff(staff) => Some(&staff.within),
        StepKind::Wait(wait) => Some(&wait.within),
        StepKind::Call(call) => Some(&call.within),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { within, .. } => Some(within),
            Bodies::Branches(_) => block.within.as_ref(),
        },
        _ => None,
    }
}

/// What the case's clock does in a step, where it does not run.
fn clock(step: &Step) -> Option<ClockPolicy> {
    match &step.kind {
        StepKind::Staff(staff) => staff.clock,
        StepKind::Wait(wait) => wait.clock,
        StepKind::Parallel(block) => block.clock,
        StepKind::Decision(_) | StepKind::Call(_) | StepKind::End(_) => None,
    }
}

fn limits(under: &Under<'_>) -> Vec<Diagnostic> {
    let Some(limits) = under.policy.limits else { return Vec::new() };
    let steps = under.procedure.steps.values().flat_map(|step| {
        let loose = under.limits_of(step).filter(|(limit, _)| is_loose(limit, limits));
        loose.map(|(_, route)| (&step.id, route)).collect::<Vec<_>>()
    });
    let say = |(id, route): (&StepId, Route)| {
        let (vi, en) = (format!("bước `{id}` không có thời hạn"), format!("step `{id}` has no limit"));
        under.say("limits", &route, vi, en)
    };
    steps.map(say).collect()
}

/// Whether a limit, or one of its choices, binds nobody.
fn is_loose(limit: &Limit, limits: Limits) -> bool {
    match limit {
        Limit::Untimed { because } => limits == Limits::EveryStep || because.is_none(),
        Limit::Choose(choices) => choices.iter().any(|choice| is_loose(&choice.then, limits)),
        _ => false,
    }
}

fn reasons(under: &Under<'_>) -> Vec<Diagnostic> {
    let bare = |act: &Act<'_>| under.policy.reasons.contains(act.verb) && act.reason != Reason::Required;
    let say = |act: Act<'_>| {
        let (vi, en) = act.told();
        under.say(
            "reasons",
            &under.place(&act),
            format!("{vi} phải có lý do: `reason: required`"),
            format!("{en} must want a reason: `reason: required`"),
        )
    };
    under.acts().filter(bare).map(say).collect()
}

fn returns(under: &Under<'_>) -> Vec<Diagnostic> {
    let Some(most) = under.policy.returns else { return Vec::new() };
    let often = |act: &Act<'_>| {
        act.way.is_some_and(|way| way.means == Means::Back && way.at_most.is_none_or(|times| times > most))
    };
    let say = |act: Act<'_>| {
        let times = act.way.and_then(|way| way.at_most).map_or("∞".to_owned(), |times| times.to_string());
        let (vi, en) = act.told();
        under.say(
            "returns",
            &under.place(&act).key("at_most"),
            format!("{vi} được {times} lần, quy định cho nhiều nhất {most}"),
            format!("{en} may be taken {times} times, the policy allows {most}"),
        )
    };
    under.acts().filter(often).map(say).collect()
}

fn paused(under: &Under<'_>) -> Vec<Diagnostic> {
    let Some(most) = under.policy.paused_days else { return Vec::new() };
    let mut days: u32 = 0;
    let mut longest: Option<(u32, Route)> = None;
    for step in under.procedure.steps.values().filter(|step| clock(step).is_some()) {
        let leads = |act: &Act<'_>| act.way.is_some_and(|way| way.to == Target::Step(step.id.clone()));
        let times: u32 = under
            .acts()
            .filter(leads)
            .map(|act| act.way.and_then(|way| way.at_most).unwrap_or(1))
            .fold(0, u32::saturating_add);
        let stops = under.limits_of(step).map(|(limit, route)| (most_days(limit), route));
        let Some((once, route)) = stops.max_by_key(|(days, _)| *days) else { continue };
        let all = once.saturating_mul(times.max(1));
        days = days.saturating_add(all);
        if longest.as_ref().is_none_or(|(before, _)| all > *before) {
            longest = Some((all, route));
        }
    }
    let Some((_, route)) = longest.filter(|_| days > most) else { return Vec::new() };
    let (vi, en) = match days {
        u32::MAX => ("hồ sơ có thể dừng mãi".to_owned(), "a case may stand for ever".to_owned()),
        days => (format!("hồ sơ có thể dừng tới {days} ngày"), format!("a case may stand for up to {days} days")),
    };
    let vi = format!("{vi}, quy định cho nhiều nhất {most} ngày");
    vec![under.say("paused_days", &route, vi, format!("{en}, the policy allows {most} days"))]
}

/// The most days that a limit lets pass; of one that binds nobody as many as there are.
fn most_days(limit: &Limit) -> u32 {
    match limit {
        Limit::Length(length) | Limit::Decided { at_most: length, .. } => calendar_days(length),
        Limit::Choose(choices) => choices.iter().map(|choice| most_days(&choice.then)).max().unwrap_or(0),
        Limit::Window(window) => window.length.as_ref().map_or(366, calendar_days),
        // Until a day of the year is a year at most; a date of the case may be any.
        Limit::DayOfYear { .. } => 366,
        Limit::Untimed { .. } | Limit::Field(_) => u32::MAX,
    }
}

/// Days of the calendar, rounded up: five working days are a week, a month is thirty-one days.
fn calendar_days(length: &WorkingTime) -> u32 {
    let days = |part: &Length| match part {
        Length::CalendarDays(days) => *days,
        Length::Months(months) => months.saturating_mul(31),
        Length::ClockMinutes(minutes) => minutes.div_ceil(1_440),
        Length::WorkingDays { quarters } => quarters.saturating_mul(7).div_ceil(20),
        Length::WorkingMinutes(minutes) => minutes.div_ceil(480).saturating_mul(7).div_ceil(5),
    };
    length.parts().iter().map(days).fold(0, u32::saturating_add)
}

fn nesting(under: &Under<'_>) -> Vec<Diagnostic> {
    let Some(most) = under.policy.nesting else { return Vec::new() };
    let depth = |step: &Step| {
        let (mut depth, mut here) = (0u32, step);
        while let Some(outer) = here.inside.as_ref().and_then(|(block, _)| under.procedure.step(block)) {
            (depth, here) = (depth + 1, outer);
        }
        depth + u32::from(matches!(step.kind, StepKind::Parallel(_)))
    };
    let deep = |step: &&Step| matches!(step.kind, StepKind::Parallel(_)) && depth(step) > most;
    let say = |step: &Step| {
        let (id, depth) = (&step.id, depth(step));
        let (vi, en) = match most {
            0 => (
                format!("khối song song `{id}`: quy định không cho khối song song"),
                format!("the parallel block `{id}`: the policy allows no parallel blocks"),
            ),
            _ => (
                format!("khối song song `{id}` lồng {depth} tầng, quy định cho nhiều nhất {most}"),
                format!("the parallel block `{id}` lies {depth} deep, the policy allows {most}"),
            ),
        };
        under.say_as("P10", "nesting", &under.route(id), vi, en)
    };
    under.procedure.steps.values().filter(deep).map(say).collect()
}

fn separate(under: &Under<'_>) -> Vec<Diagnostic> {
    let mut told: BTreeSet<(&StepId, &StepId)> = BTreeSet::new();
    let mut found = Vec::new();
    for (first, second) in &under.policy.separate {
        let with = |verb: &Verb| under.acts().filter(|act| act.verb == verb).filter_map(|act| act.step).collect();
        let (ones, others): (Vec<&StepId>, Vec<&StepId>) = (with(first), with(second));
        for (one, other) in ones.iter().flat_map(|one| others.iter().map(move |other| (*one, *other))) {
            let apart =
                under.procedure.separate.iter().any(|line| line.steps.contains(one) && line.steps.contains(other));
            let pair = if one < other { (one, other) } else { (other, one) };
            if one == other || apart || !told.insert(pair) {
                continue;
            }
            found.push(under.say(
                "separate",
                &under.route(other).key("actions").key(second.as_str()),
                format!("`{first}` ở `{one}` và `{second}` ở `{other}` phải do hai người khác nhau"),
                format!("`{first}` in `{one}` and `{second}` in `{other}` must be two different persons"),
            ));
        }
    }
    found
}

fn words(under: &Under<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in under.procedure.steps.values() {
        // Folded only in case: `phối hợp` is vague, `phơi hộp` is something else.
        let label = step.title.vi.to_lowercase();
        let vague =
            under.policy.words.iter().find(|word| !fold(word).is_empty() && label.contains(&word.to_lowercase()));
        if let Some(word) = vague {
            found.push(under.say(
                "words",
                &under.route(&step.id).key("vi"),
                format!("tên bước `{}` dùng từ chung chung \"{word}\"", step.id),
                format!("the label of step `{}` has the vague word \"{word}\"", step.id),
            ));
        }
    }
    found
}
