//! The six clarities ("6 rõ") of every step: who, what, by when, who answers above, what comes out, on what authority
//! (TB 627/TB-VPCP, CT 26/CT-TTg, NQ 380/NQ-CP). Scores what a file says; whether it is lawful is for the checks.

use crate::definition::checks::r12_vague::vague;
use crate::definition::diagnostic::{Diagnostic, Text};
use crate::definition::procedure::{
    Bodies, By, Limit, Needs, Parallel, Pick, Procedure, Staff, Step, StepKind, UnitRef, Who,
};
use crate::definition::source::{Route, Source};
use crate::directory::Directory;
use crate::ids::{DocumentId, PeopleId, StepId, Ts};

/// Acts that are done by authority.
pub const BY_AUTHORITY: &[&str] = &["approve", "refuse", "forward"];

/// One of the six.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clarity {
    Who,
    Task,
    Time,
    Answerable,
    Product,
    Authority,
}

impl Clarity {
    pub const ALL: [Clarity; 6] =
        [Clarity::Who, Clarity::Task, Clarity::Time, Clarity::Answerable, Clarity::Product, Clarity::Authority];

    /// The stable word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Clarity::Who => "who",
            Clarity::Task => "task",
            Clarity::Time => "time",
            Clarity::Answerable => "answerable",
            Clarity::Product => "product",
            Clarity::Authority => "authority",
        }
    }

    /// Its name in Vietnamese and English.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Clarity::Who => ("rõ người", "who"),
            Clarity::Task => ("rõ việc", "what"),
            Clarity::Time => ("rõ thời gian", "by when"),
            Clarity::Answerable => ("rõ trách nhiệm", "who answers above"),
            Clarity::Product => ("rõ sản phẩm", "what comes out"),
            Clarity::Authority => ("rõ thẩm quyền", "on what authority"),
        }
    }
}

/// What a step leaves unclear: why, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub clarity: Clarity,
    pub why: Text,
    pub write: Text,
}

/// One step, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepScore {
    pub step: StepId,
    /// In the order of the six; none where all are clear.
    pub missing: Vec<Missing>,
}

/// A file, judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Six {
    pub steps: Vec<StepScore>,
}

impl Six {
    /// How many of how many are clear.
    pub fn score(&self) -> (usize, usize) {
        let all = self.steps.len() * Clarity::ALL.len();
        let missing: usize = self.steps.iter().map(|step| step.missing.len()).sum();
        (all - missing, all)
    }
}

/// In whole hundredths; a file without a step that somebody works at has nothing unclear.
pub fn percent((clear, all): (usize, usize)) -> usize {
    if all == 0 { 100 } else { clear * 100 / all }
}

/// Judges every step that somebody works at, those of asked bodies too. With people, also whether one can be told.
pub fn six(procedure: &Procedure, source: &Source, people: Option<(&Directory, Ts)>) -> Six {
    let judge = Judge { procedure, source, people };
    Six { steps: procedure.steps.values().filter_map(|step| judge.step(step)).collect() }
}

/// R23: every step that is not clear in all of the six.
pub fn unclear(six: &Six, procedure: &Procedure, source: &Source) -> Vec<Diagnostic> {
    let unclear = six.steps.iter().filter(|step| !step.missing.is_empty());
    unclear.map(|step| diagnostic(step, procedure, source)).collect()
}

fn diagnostic(step: &StepScore, procedure: &Procedure, source: &Source) -> Diagnostic {
    let names = |vietnamese: bool| {
        let title = |missing: &Missing| if vietnamese { missing.clarity.title().0 } else { missing.clarity.title().1 };
        step.missing.iter().map(title).collect::<Vec<_>>().join(", ")
    };
    let clear = Clarity::ALL.len() - step.missing.len();
    let id = &step.step;
    let mut found = Diagnostic::error(
        "R23",
        source.key_span(&route(procedure, id)),
        format!("bước `{id}` mới rõ {clear}/6, chưa {}", names(true)),
        format!("the step `{id}` is clear in {clear} of 6; not said: {}", names(false)),
    )
    .warning();
    let line = |missing: &Missing| {
        Text::new(
            format!("{}: {}; {}", missing.clarity.title().0, missing.why.vi, missing.write.vi),
            format!("{}: {}; {}", missing.clarity.title().1, missing.why.en, missing.write.en),
        )
    };
    found.notes = step.missing.iter().map(line).collect();
    found
}

/// Where a step stands in the file.
fn route(procedure: &Procedure, step: &StepId) -> Route {
    match procedure.step(step).and_then(|step| step.inside.as_ref()) {
        Some((block, key)) => route(procedure, block).key("branches").key(key.as_str()).key("steps").key(step.as_str()),
        None => Route::of(["steps", step.as_str()]),
    }
}

struct Judge<'a> {
    procedure: &'a Procedure,
    source: &'a Source,
    people: Option<(&'a Directory, Ts)>,
}

impl Judge<'_> {
    fn step(&self, step: &Step) -> Option<StepScore> {
        let missing = match &step.kind {
            StepKind::Staff(staff) => [
                self.who(&staff.by),
                task(step),
                time(&staff.within),
                self.answerable(&staff.by, staff.accountable.as_ref()),
                self.product(step, &staff.makes, &staff.needs),
                authority(staff),
            ],
            StepKind::Parallel(Parallel { bodies: Bodies::ForEach { by, within, needs, makes, .. }, .. }) => [
                self.who(by),
                task(step),
                time(within),
                self.answerable(by, None),
                self.product(step, makes, needs),
                None,
            ],
            StepKind::Wait(_)
            | StepKind::Parallel(_)
            | StepKind::Decision(_)
            | StepKind::Call(_)
            | StepKind::End(_) => return None,
        };
        Some(StepScore { step: step.id.clone(), missing: missing.into_iter().flatten().collect() })
    }

    fn who(&self, by: &By) -> Option<Missing> {
        let write = ("ghi `by: …` với một mục của `people`", "write `by: …` with an entry of `people`");
        match by {
            By::Choose(choices) if choices.is_empty() => {
                missing(Clarity::Who, ("không nói ai làm", "nobody is named"), write)
            }
            By::Choose(choices) if choices.last().is_some_and(|last| last.when.is_some()) => missing(
                Clarity::Who,
                ("có trường hợp không ai làm", "in some cases nobody is named"),
                ("thêm dòng cuối `- { else: … }`", "add a last line `- { else: … }`"),
            ),
            By::Choose(choices) => choices.iter().find_map(|choice| self.one_person(&choice.then)),
            By::People(people) => self.one_person(people),
            By::SameAs(_) => None,
        }
    }

    fn one_person(&self, id: &PeopleId) -> Option<Missing> {
        let entry = self.procedure.people.get(id)?;
        let (directory, at) = self.people?;
        let Who::Post { post, unit: UnitRef::Unit(unit) } = &entry.who else { return None };
        let several = entry.pick == Pick::Only && directory.members(unit, post, at).len() > 1;
        let why = (
            format!("`{id}` có nhiều người mà không nói ai chủ trì"),
            format!("`{id}` are several, and none is said to lead"),
        );
        let write = ("thêm `pick:`, ví dụ `pick: least_loaded`", "add `pick:`, as `pick: least_loaded`");
        several.then(|| Missing {
            clarity: Clarity::Who,
            why: Text::new(why.0, why.1),
            write: Text::new(write.0, write.1),
        })
    }

    /// Above whoever holds it stands the head of his unit, or whom the file names; never he himself.
    fn answerable(&self, by: &By, named: Option<&PeopleId>) -> Option<Missing> {
        let By::People(holder) = by else { return None };
        let write = (
            "ghi `accountable: …` với người ở cấp trên của người giữ",
            "write `accountable: …` with somebody above the holder",
        );
        if named == Some(holder) {
            let why = ("người giữ tự chịu trách nhiệm về mình", "the holder answers for himself");
            return missing(Clarity::Answerable, why, write);
        }
        let (directory, at) = self.people.filter(|_| named.is_none())?;
        let Who::HeadOf(UnitRef::Unit(unit)) = &self.procedure.people.get(holder)?.who else { return None };
        let head = directory.head_of(unit, at)?;
        let above = directory.heads_upwards(unit, at).into_iter().any(|(other, _)| other != head);
        let why = ("trên người đứng đầu này không còn ai", "nobody stands above this head");
        if above { None } else { missing(Clarity::Answerable, why, write) }
    }

    /// A paper, a form, or something the step settles; `makes: none` says that nothing comes out on purpose.
    fn product(&self, step: &Step, makes: &[DocumentId], needs: &Needs) -> Option<Missing> {
        let by_an_act = step
            .actions()
            .into_iter()
            .flatten()
            .any(|(_, way)| self.procedure.goes_on(way) && !(way.makes.is_empty() && way.needs.fields.is_empty()));
        let none = self.source.node(&route(self.procedure, &step.id).key("makes")).and_then(|node| node.text());
        if !makes.is_empty() || !needs.fields.is_empty() || by_an_act || none == Some("none") {
            return None;
        }
        missing(
            Clarity::Product,
            ("không nói làm ra giấy tờ gì, xác định điều gì", "no paper comes out, nothing is settled"),
            (
                "ghi `makes: [giấy tờ]` hoặc `needs: [thông tin]`; thật không có gì thì `makes: none`",
                "write `makes: [paper]` or `needs: [field]`; where nothing comes out, `makes: none`",
            ),
        )
    }
}

fn task(step: &Step) -> Option<Missing> {
    let write = ("gọi tên việc theo kết quả, ví dụ `Lập phiếu thẩm định`", "name the task by its result");
    if step.title.vi.trim().is_empty() {
        return missing(Clarity::Task, ("không có tên việc", "the task has no name"), write);
    }
    let word = vague(&step.title.vi)?;
    Some(Missing {
        clarity: Clarity::Task,
        why: Text::new(
            format!("`{word}` không nói được thế nào là xong"),
            format!("`{word}` says nothing that can be checked"),
        ),
        write: Text::new(write.0, write.1),
    })
}

fn time(within: &Limit) -> Option<Missing> {
    let write = ("ghi `within: 2 working days`", "write `within: 2 working days`");
    match within {
        Limit::Choose(choices) if choices.is_empty() => {
            missing(Clarity::Time, ("không có thời hạn", "there is no limit"), write)
        }
        Limit::Choose(choices) => choices.iter().find_map(|choice| time(&choice.then)),
        Limit::Untimed { because: None } => missing(
            Clarity::Time,
            ("để không thời hạn mà không nói vì sao", "untimed, and no reason is given"),
            ("thêm `because: …`", "add `because: …`"),
        ),
        _ => None,
    }
}

fn authority(staff: &Staff) -> Option<Missing> {
    let bare = |verb: &str, legal: bool| BY_AUTHORITY.contains(&verb) && !legal && staff.legal.is_none();
    let (verb, _) = staff.actions.iter().find(|(verb, way)| bare(verb.as_str(), way.legal.is_some()))?;
    Some(Missing {
        clarity: Clarity::Authority,
        why: Text::new(
            format!("`{verb}` không ghi theo căn cứ nào"),
            format!("`{verb}` names no legal basis or delegation"),
        ),
        write: Text::new("ghi `legal: …` với một mục của `legal`", "write `legal: …` with an entry of `legal`"),
    })
}

fn missing(clarity: Clarity, why: (&str, &str), write: (&str, &str)) -> Option<Missing> {
    Some(Missing { clarity, why: Text::new(why.0, why.1), write: Text::new(write.0, write.1) })
}
