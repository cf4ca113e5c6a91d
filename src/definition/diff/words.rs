//! Values of a procedure in words: a limit, a rule of who, a condition. Two values are the same when their words are.

use crate::calendar::working_time::WorkingTime;
use crate::definition::call::Exchange;
use crate::definition::diagnostic::Text;
use crate::definition::procedure::{
    Bodies, By, Choice, ClockPolicy, Counting, Doer, Escalation, Join, Late, Limit, Means, Needs, Outcome, Pick,
    Procedure, PromiseTerms, Reason, Rest, Silence, Substitute, Target, Title, Told, UnitRef, Units, Warn, Who,
};
use crate::definition::verbs::standard;
use crate::ids::{PeopleId, StepId, Verb};

/// A text that is the same in both languages.
pub fn same(text: impl Into<String>) -> Text {
    let text = text.into();
    Text { vi: text.clone(), en: text }
}

/// Texts with something between them.
pub fn join(texts: impl IntoIterator<Item = Text>, between: &str) -> Text {
    let (vi, en): (Vec<String>, Vec<String>) = texts.into_iter().map(|text| (text.vi, text.en)).unzip();
    Text { vi: vi.join(between), en: en.join(between) }
}

/// A label in both languages.
pub fn title(title: &Title) -> Text {
    Text::new(title.vi.as_str(), title.en.as_deref().unwrap_or(&title.vi))
}

/// What goes between two cases, in the direction of the arrow.
pub fn exchange(exchange: &Exchange, arrow: &str) -> Text {
    let fields = exchange.fields.iter().map(|(ours, theirs)| (ours.as_str(), theirs.as_str()));
    let documents = exchange.documents.iter().map(|(ours, theirs)| (ours.as_str(), theirs.as_str()));
    let pairs: Vec<String> =
        fields.chain(documents).map(|(ours, theirs)| format!("`{ours}` {arrow} `{theirs}`")).collect();
    same(pairs.join(", "))
}

/// How long.
pub fn limit(limit: &Limit) -> Text {
    match limit {
        Limit::Length(length) => Text::new(length.vi(), length.en()),
        Limit::Untimed { because: None } => Text::new("không tính thời hạn", "untimed"),
        Limit::Untimed { because: Some(why) } => {
            Text::new(format!("không tính thời hạn ({why})"), format!("untimed ({why})"))
        }
        Limit::DayOfYear { month, day } => {
            Text::new(format!("đến hết ngày {day}/{month}"), format!("until {day}/{month}"))
        }
        Limit::Field(field) => Text::new(format!("đến ngày `{field}`"), format!("until `{field}`")),
        Limit::Window(window) => Text::new(window.vi(), window.to_string()),
        Limit::Decided { field, at_most } => Text::new(
            format!("theo `{field}`, nhiều nhất {}", at_most.vi()),
            format!("as `{field}` says, at most {}", at_most.en()),
        ),
        Limit::Choose(choices) => choose(choices, self::limit),
    }
}

/// One of several by condition.
pub fn choose<T>(choices: &[Choice<T>], say: impl Fn(&T) -> Text) -> Text {
    let one = |choice: &Choice<T>| {
        let then = say(&choice.then);
        match &choice.when {
            Some(guard) => {
                Text::new(format!("{} khi {}", then.vi, guard.text()), format!("{} when {}", then.en, guard.text()))
            }
            None if choices.len() == 1 => then,
            None => Text::new(format!("còn lại {}", then.vi), format!("otherwise {}", then.en)),
        }
    };
    join(choices.iter().map(one), "; ")
}

/// An entry of `people`.
pub fn people(procedure: &Procedure, id: &PeopleId) -> Text {
    let named = procedure.people.get(id).map(|people| title(&people.title)).unwrap_or_default();
    Text::new(format!("{} (`{id}`)", named.vi), format!("{} (`{id}`)", named.en))
}

/// Who leads.
pub fn by(procedure: &Procedure, by: &By) -> Text {
    match by {
        By::People(id) => people(procedure, id),
        By::SameAs(step) => Text::new(format!("người đã làm bước `{step}`"), format!("whoever did step `{step}`")),
        By::Choose(choices) => choose(choices, |id| people(procedure, id)),
    }
}

/// The candidates of a `people` entry.
pub fn who(who: &Who) -> Text {
    match who {
        Who::Post { post, unit } => same(format!("{post} @ {}", self::unit(unit).vi)),
        Who::HeadOf(unit) => {
            Text::new(format!("người đứng đầu {}", self::unit(unit).vi), format!("head of {}", self::unit(unit).en))
        }
        Who::DeputyOf(unit) => {
            Text::new(format!("cấp phó của {}", self::unit(unit).vi), format!("deputy of {}", self::unit(unit).en))
        }
        Who::HolderOf(step) => Text::new(format!("người giữ bước `{step}`"), format!("holder of step `{step}`")),
        Who::Council(council) => {
            let (chair, members) = (&council.chair, names(&council.members).vi);
            let (quorum, threshold) = (council.quorum, council.threshold);
            let (of, of_en) = match council.of_members {
                true => ("số thành viên", "the members"),
                false => ("số phiếu", "those who voted"),
            };
            Text::new(
                format!(
                    "hội đồng do `{chair}` chủ trì, gồm {members}, họp khi có {quorum}, quyết khi {threshold} {of}"
                ),
                format!(
                    "council chaired by `{chair}`, of {members}, quorum {quorum}, carried by {threshold} of {of_en}"
                ),
            )
        }
        Who::ManagerOf(people) => Text::new(format!("cấp trên của `{people}`"), format!("manager of `{people}`")),
    }
}

fn unit(unit: &UnitRef) -> Text {
    match unit {
        UnitRef::Unit(unit) => same(unit.as_str()),
        UnitRef::Each => Text::new("từng đơn vị được hỏi", "each unit asked"),
    }
}

/// How one is chosen.
pub fn pick(pick: &Pick) -> Text {
    match pick {
        Pick::Only => Text::new("chỉ một người", "the only one"),
        Pick::LeastLoaded => Text::new("người ít việc nhất", "the least loaded"),
        Pick::Rotate => Text::new("luân phiên", "in turn"),
        Pick::ByField => Text::new("người phụ trách lĩnh vực", "who has charge of the field"),
        Pick::Claim => Text::new("tự nhận", "claimed"),
        Pick::AssignedBy(people) => Text::new(format!("do `{people}` phân công"), format!("assigned by `{people}`")),
    }
}

/// Who stands in, in order.
pub fn substitutes(list: &[Substitute]) -> Text {
    let one = |substitute: &Substitute| match substitute {
        Substitute::People(people) => same(format!("`{people}`")),
        Substitute::DeputyOf(of) => {
            Text::new(format!("cấp phó của {}", unit(of).vi), format!("deputy of {}", unit(of).en))
        }
        Substitute::HeadOf(of) => {
            Text::new(format!("người đứng đầu {}", unit(of).vi), format!("head of {}", unit(of).en))
        }
    };
    join(list.iter().map(one), ", ")
}

/// A verb with its label.
pub fn verb(verb: &Verb, own: Option<&Title>) -> Text {
    let label = own.map(title).or_else(|| standard(verb).map(|verb| Text::new(verb.vi, verb.en)));
    match label {
        Some(label) => Text::new(format!("{} (`{verb}`)", label.vi), format!("{} (`{verb}`)", label.en)),
        None => same(format!("`{verb}`")),
    }
}

/// Where a transition leads.
pub fn target(target: &Target) -> Text {
    match target {
        Target::Step(step) => same(format!("`{step}`")),
        Target::Origin => Text::new("bước đã chuyển tới", "the step it came from"),
        Target::Join => Text::new("kết thúc nhánh", "the end of the branch"),
    }
}

/// Who takes a transition.
pub fn doer(doer: &Doer) -> Text {
    match doer {
        Doer::Holder => Text::new("người giữ", "the holder"),
        Doer::Applicant => Text::new("người nộp", "the applicant"),
        Doer::Outside => Text::new("cơ quan ngoài", "the outside body"),
        Doer::People(people) => same(format!("`{people}`")),
    }
}

/// Names with commas.
pub fn names<T: std::fmt::Display>(names: &[T]) -> Text {
    same(names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
}

/// What must be there before leaving.
pub fn needs(needs: &Needs) -> Text {
    let fields = needs.fields.iter().map(|field| format!("`{field}`"));
    let documents = needs.documents.iter().map(|document| format!("`{document}`"));
    same(fields.chain(documents).collect::<Vec<_>>().join(", "))
}

/// Whether a reason is wanted.
pub fn reason(reason: Reason) -> Text {
    match reason {
        Reason::None => Text::new("không hỏi", "not asked"),
        Reason::Optional => Text::new("tùy ý", "optional"),
        Reason::Required => Text::new("bắt buộc", "required"),
    }
}

/// What a verb of the author means.
pub fn means(means: Means) -> Text {
    match means {
        Means::Forward => Text::new("đi tiếp", "forward"),
        Means::Back => Text::new("trả lại", "back"),
        Means::Wait => Text::new("chờ", "wait"),
        Means::End => Text::new("kết thúc", "end"),
    }
}

/// What the case's clock does meanwhile.
pub fn clock(policy: ClockPolicy) -> Text {
    match policy {
        ClockPolicy::Pause => Text::new("tạm dừng", "paused"),
        ClockPolicy::Restart => Text::new("tính lại từ đầu", "restarted"),
        ClockPolicy::Exclude => Text::new("không tính khoảng này", "excluded"),
    }
}

/// How a case ends.
pub fn outcome(outcome: Outcome) -> Text {
    match outcome {
        Outcome::Done => Text::new("hoàn thành", "done"),
        Outcome::Refused => Text::new("từ chối", "refused"),
        Outcome::Withdrawn => Text::new("rút hồ sơ", "withdrawn"),
        Outcome::Lapsed => Text::new("hết hạn", "lapsed"),
        Outcome::Stopped => Text::new("dừng", "stopped"),
    }
}

/// When a wait runs out.
pub fn late(late: &Late) -> Text {
    match late {
        Late::To(step) => Text::new(format!("chuyển tới `{step}`"), format!("go to `{step}`")),
        Late::Do(verb) => Text::new(format!("làm `{verb}`"), format!("take `{verb}`")),
    }
}

/// Superiors who are added.
pub fn escalations(list: &[Escalation]) -> Text {
    let one = |e: &Escalation| {
        let own = |say: fn(&WorkingTime) -> String, word: &str| {
            e.within.as_ref().map_or_else(String::new, |within| format!(" {word} {}", say(within)))
        };
        Text::new(
            format!("`{}` sau {} trễ hạn{}", e.to, e.after.vi(), own(WorkingTime::vi, "trong")),
            format!("`{}` after {} late{}", e.to, e.after.en(), own(WorkingTime::en, "within")),
        )
    };
    join(list.iter().map(one), ", ")
}

/// Reminders.
pub fn warnings(list: &[Warn]) -> Text {
    let one = |warn: &Warn| match warn {
        Warn::Percent(percent) => same(format!("{percent}%")),
        Warn::Before(length) => Text::new(format!("{} trước hạn", length.vi()), format!("{} before", length.en())),
    };
    join(list.iter().map(one), ", ")
}

/// Who is told.
pub fn told(list: &[Told]) -> Text {
    let one = |told: &Told| match told {
        Told::Holder => Text::new("người giữ", "holder"),
        Told::Head => Text::new("người đứng đầu đơn vị", "head"),
        Told::Inspector => Text::new("thanh tra", "inspector"),
        Told::Owner => Text::new("đơn vị chủ quản", "owner"),
        Told::People(people) => same(format!("`{people}`")),
    };
    join(list.iter().map(one), ", ")
}

/// Day rule or hour rule.
pub fn counting(counting: Counting) -> Text {
    match counting {
        Counting::Day => Text::new("theo ngày", "by the day"),
        Counting::Hours => Text::new("theo giờ", "by the hour"),
    }
}

/// What the branches of a block are.
pub fn bodies(bodies: &Bodies) -> Text {
    match bodies {
        Bodies::ForEach { units: Units::Named(units), .. } => names(units),
        Bodies::ForEach { units: Units::Field(field), .. } => {
            Text::new(format!("các đơn vị trong `{field}`"), format!("the units in `{field}`"))
        }
        Bodies::Branches(branches) => join(
            branches.iter().map(|(key, branch)| {
                Text::new(
                    format!("`{key}` ({}) từ `{}`", title(&branch.title).vi, branch.start),
                    format!("`{key}` ({}) from `{}`", title(&branch.title).en, branch.start),
                )
            }),
            ", ",
        ),
    }
}

/// When a block joins.
pub fn joins(join: Join, rest: Rest) -> Text {
    let mut text = match join {
        Join::All => Text::new("đủ tất cả", "all"),
        Join::Any => Text::new("một trả lời", "any"),
        Join::AtLeast(n) => Text::new(format!("ít nhất {n} trả lời"), format!("at least {n}")),
        Join::AtLeastPercent(n) => Text::new(format!("ít nhất {n}%"), format!("at least {n}%")),
    };
    if rest == Rest::Continue {
        text.vi += ", số còn lại vẫn được trả lời";
        text.en += ", the rest may still answer";
    }
    text
}

/// A step by name.
pub fn step(step: &StepId) -> Text {
    same(format!("`{step}`"))
}

/// An act: a step and its verb.
pub fn act(step: &StepId, verb: &Verb) -> Text {
    same(format!("`{step}.{verb}`"))
}

/// What the citizen is told.
pub fn promise(promise: &PromiseTerms) -> Text {
    let dates = promise.new_dates_at_most;
    match &promise.apology {
        Some(before) => Text::new(
            format!("xin lỗi trước {}, hẹn lại nhiều nhất {dates} lần", before.vi()),
            format!("apology {} before, at most {dates} new dates", before.en()),
        ),
        None => Text::new(format!("hẹn lại nhiều nhất {dates} lần"), format!("at most {dates} new dates")),
    }
}

/// What silence counts as, and by what law.
pub fn silence(silence: &Silence) -> Text {
    let set: Vec<String> = silence.set.iter().map(|(field, value)| format!("{field} = {value}")).collect();
    let legal = silence.legal.as_ref().map_or_else(String::new, |legal| format!(" (`{legal}`)"));
    same(format!("{}{legal}", set.join(", ")))
}
