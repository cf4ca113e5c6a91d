//! X11: what a policy of the inspectorate requires and a file does not keep. Each finding points to the line of the
//! policy; no `allow` waives it, for it is an error, and levels that a policy sets are set after all waivers.

use std::collections::BTreeSet;

use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::diagnostic::{Code, Diagnostic, Elsewhere, Text};
use crate::definition::policy::{Limits, Policy};
use crate::definition::procedure::{Bodies, ClockPolicy, Limit, Means, Procedure, Reason, Step, StepKind, Transition};
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

    fn transitions(&self) -> impl Iterator<Item = (&StepId, &Verb, &Transition)> {
        let steps = self.procedure.steps.values();
        steps.flat_map(|step| {
            step.actions().into_iter().flatten().map(move |(verb, transition)| (&step.id, verb, transition))
        })
    }

    fn action(&self, step: &StepId, verb: &Verb) -> Route {
        self.route(step).key("actions").key(verb.as_str())
    }
}

fn within(step: &Step) -> Option<&Limit> {
    match &step.kind {
        StepKind::Staff(staff) => Some(&staff.within),
        StepKind::Wait(wait) => Some(&wait.within),
        StepKind::Call(call) => Some(&call.within),
        StepKind::Parallel(block) => match &block.bodies {
            Bodies::ForEach { within, .. } => Some(within),
            Bodies::Branches(_) => None,
        },
        _ => None,
    }
}

fn limits(under: &Under<'_>) -> Vec<Diagnostic> {
    let Some(limits) = under.policy.limits else { return Vec::new() };
    let loose = |step: &&Step| match (within(step), limits) {
        (Some(Limit::Untimed { .. }), Limits::EveryStep) => true,
        (Some(Limit::Untimed { because }), Limits::OrReason) => because.is_none(),
        _ => false,
    };
    let say = |step: &Step| {
        let id = &step.id;
        under.say(
            "limits",
            &under.route(id).key("within"),
            format!("bước `{id}` không có thời hạn"),
            format!("step `{id}` has no limit"),
        )
    };
    under.procedure.steps.values().filter(loose).map(say).collect()
}

fn reasons(under: &Under<'_>) -> Vec<Diagnostic> {
    let bare = |(_, verb, transition): &(&StepId, &Verb, &Transition)| {
        under.policy.reasons.contains(verb) && transition.reason != Reason::Required
    };
    let say = |(step, verb, _): (&StepId, &Verb, &Transition)| {
        under.say(
            "reasons",
            &under.action(step, verb),
            format!("`{verb}` ở bước `{step}` phải có lý do: `reason: required`"),
            format!("`{verb}` in step `{step}` must want a reason: `reason: required`"),
        )
    };
    under.transitions().filter(bare).map(say).collect()
}

fn returns(under: &Under<'_>) -> Vec<Diagnostic> {
    let Some(most) = under.policy.returns else { return Vec::new() };
    let often = |(_, _, transition): &(&StepId, &Verb, &Transition)| {
        transition.means == Means::Back && transition.at_most.is_none_or(|times| times > most)
    };
    let say = |(step, verb, transition): (&StepId, &Verb, &Transition)| {
        let times = transition.at_most.map_or("∞".to_owned(), |times| times.to_string());
        under.say(
            "returns",
            &under.action(step, verb).key("at_most"),
            format!("`{verb}` ở bước `{step}` được {times} lần, quy định cho nhiều nhất {most}"),
            format!("`{verb}` in step `{step}` may be taken {times} times, the policy allows {most}"),
        )
    };
    under.transitions().filter(often).map(say).collect()
}

fn paused(under: &Under<'_>) -> Vec<Diagnostic> {
    let Some(most) = under.policy.paused_days else { return Vec::new() };
    let mut days: u32 = 0;
    let mut longest: Option<(u32, &StepId)> = None;
    for step in under.procedure.steps.values() {
        let StepKind::Wait(wait) = &step.kind else { continue };
        let Limit::Length(length) = &wait.within else { continue };
        if wait.clock != Some(ClockPolicy::Pause) {
            continue;
        }
        let leads = under
            .transitions()
            .filter(|(_, _, way)| matches!(&way.to, crate::definition::procedure::Target::Step(to) if *to == step.id));
        let times: u32 = leads.map(|(_, _, way)| way.at_most.unwrap_or(1)).sum();
        let all = calendar_days(length).saturating_mul(times.max(1));
        days = days.saturating_add(all);
        if longest.is_none_or(|(before, _)| all > before) {
            longest = Some((all, &step.id));
        }
    }
    let Some((_, step)) = longest.filter(|_| days > most) else { return Vec::new() };
    vec![under.say(
        "paused_days",
        &under.route(step).key("within"),
        format!("hồ sơ có thể dừng tới {days} ngày, quy định cho nhiều nhất {most}"),
        format!("a case may stand for up to {days} days, the policy allows {most}"),
    )]
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
        let with = |verb: &Verb| under.transitions().filter(|(_, v, _)| *v == verb).map(|(step, ..)| step).collect();
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
                &under.action(other, second),
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
