//! The file as meant: a procedure in which no invalid value exists. Made by `resolve`, read by everything above.
//!
//! It carries no positions: a check that needs one builds the route (`steps`, `ky`, `actions`, `sign`, `to`) and asks
//! the source. It may not know calendars' contents, the directory, or any case.

use indexmap::IndexMap;
use jiff::civil::Date;

use crate::calendar::working_time::WorkingTime;
use crate::definition::guard::Guard;
use crate::definition::keep::Keep;
use crate::definition::pattern::Pattern;
use crate::definition::share::Share;
use crate::definition::value::{Kind, Number, Value};
use crate::definition::window::Window;
use crate::ids::{
    BranchKey, CalendarId, Digest, DocumentId, FieldId, GroupId, LegalId, PeopleId, PostId, ProcedureId, StepId,
    UnitId, VariantId, Verb,
};

/// One published text of a unit's written state machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    pub id: ProcedureId,
    /// Whole number, one more for each published text.
    pub version: u32,
    /// SHA-256 of the text of the file: what a case is pinned to.
    pub digest: Digest,
    pub effective: Option<Date>,
    pub until: Option<Date>,
    /// Procedures that this one takes the place of: no new case is opened by them once it is in force.
    pub supersedes: Vec<ProcedureId>,
    pub title: Title,
    /// The unit that answers for the file.
    pub owner: UnitId,
    pub codes: Vec<String>,
    pub decision: Option<Decision>,
    /// Default calendar of all steps.
    pub calendar: CalendarId,
    pub legal: IndexMap<LegalId, Legal>,
    pub case: CaseTerms,
    pub fields: IndexMap<FieldId, Field>,
    pub documents: IndexMap<DocumentId, Document>,
    pub people: IndexMap<PeopleId, People>,
    pub separate: Vec<Separation>,
    pub groups: IndexMap<GroupId, Group>,
    /// Other limits for some codes or kinds of case; of those that fit, the first in the file.
    pub variants: IndexMap<VariantId, Variant>,
    /// Transitions open from any open step of the main line: withdraw, stop, extend.
    pub anytime: IndexMap<Verb, Anytime>,
    /// Where a case begins: the first choice that holds.
    pub start: Vec<Choice<StepId>>,
    /// Every step by id, in the order of the file; steps of `branches:` blocks stand here too, with [`Step::inside`] set.
    pub steps: IndexMap<StepId, Step>,
    pub known_defects: Vec<KnownDefect>,
    pub allowed: Vec<Allowance>,
    pub changes: IndexMap<u32, Change>,
}

/// A label in Vietnamese, and in English where the author gave it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Title {
    pub vi: String,
    pub en: Option<String>,
}

/// A decision that approves something: its number and date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub number: String,
    pub date: Date,
}

/// What `legal:` points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legal {
    pub vi: String,
    pub limit: Option<WorkingTime>,
    pub note: Option<String>,
    pub url: Option<String>,
}

/// One of several results by condition; only the last of a list may lack a condition (`else`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<T> {
    pub when: Option<Guard>,
    pub then: T,
}

/// The case's own clock and the citizen's date.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseTerms {
    pub title: Title,
    pub within: Limit,
    /// `sums: exact`: the step limits must add up to the declared total, as a published table prints it.
    pub sums_exact: bool,
    pub counting: Counting,
    /// Received at or after this local time counts as the next working day (hour, minute). Day rule only.
    pub cut_off: Option<(u8, u8)>,
    pub legal: Option<LegalId>,
    /// Reminders on the case's clock and on each step's clock.
    pub warn: Vec<Warn>,
    pub on_breach: Vec<Told>,
    pub promise: Option<PromiseTerms>,
    pub on_time: OnTime,
    /// The clock starts when this verb is taken in this step; at opening where absent.
    pub starts: Option<(StepId, Verb)>,
}

/// How a limit in days is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    Day,
    Hours,
}

/// The band inside which an act counts as on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OnTime {
    #[default]
    HalfDay,
    Instant,
}

/// When a reminder is due on a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warn {
    /// When that share of the working minutes between start and deadline has passed; 1 to 99.
    Percent(u8),
    /// That long before the deadline.
    Before(WorkingTime),
}

/// Who is told of a breach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Holder,
    /// Head of the holder's unit.
    Head,
    /// Every inspector whose area holds the holder's unit.
    Inspector,
    /// The head of the procedure's owner unit.
    Owner,
    People(PeopleId),
}

/// The citizen's date: told at opening, changed by an apology only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseTerms {
    /// The alarm to apologise rings this long before the promised date.
    pub apology: Option<WorkingTime>,
    /// How many new dates may be given.
    pub new_dates_at_most: u32,
}

/// A written length or a date, possibly by case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    Length(WorkingTime),
    Untimed {
        /// Why; a file without it is found by a check.
        because: Option<String>,
    },
    /// The end of that day of the year, the next one to come.
    DayOfYear {
        month: u8,
        day: u8,
    },
    /// The end of the date in this field.
    Field(FieldId),
    Window(Window),
    /// As many as this field says when the step is entered, in the unit of the most it may say.
    Decided {
        field: FieldId,
        at_most: WorkingTime,
    },
    /// First choice that holds; ends in an `else`.
    Choose(Vec<Choice<Limit>>),
}

/// A datum of the case.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub kind: Kind,
    pub title: Title,
    /// The unit of measure, as printed.
    pub measure: Option<String>,
    pub min: Option<Number>,
    pub max: Option<Number>,
    /// What a text must look like.
    pub pattern: Option<Pattern>,
    pub required: bool,
    /// It says something about a person.
    pub personal: bool,
    /// How long it is kept after the case is over.
    pub keep: Option<Keep>,
}

/// A paper or product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub title: Title,
    pub from: Party,
    pub required: bool,
    pub form: Option<String>,
    pub result: bool,
    pub signed: bool,
    /// It is kept in digital form from the moment it is received or made, and not asked for on paper again.
    pub digitised: bool,
    /// It says something about a person.
    pub personal: bool,
    /// How long it is kept after the case is over.
    pub keep: Option<Keep>,
}

/// Outside or inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    Applicant,
    Staff,
    /// An outside agency, for waits.
    Outside,
}

/// Who, by rule: resolved to one person when the case arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    pub title: Title,
    pub who: Who,
    pub pick: Pick,
    /// In order, when the one picked is absent, barred by separation, or missing.
    pub substitute: Vec<Substitute>,
}

/// The candidates of a `people` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Post { post: PostId, unit: UnitRef },
    HeadOf(UnitRef),
    DeputyOf(UnitRef),
    HolderOf(StepId),
    ManagerOf(PeopleId),
    Council(Council),
}

/// Several who decide together: the members vote, the chair holds the step and takes the way that is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Council {
    pub chair: PeopleId,
    pub members: Vec<PeopleId>,
    /// How many of the members must have voted.
    pub quorum: Share,
    /// How many must be for it.
    pub threshold: Share,
    /// The threshold is a part of all members, and not of those who voted.
    pub of_members: bool,
}

impl Council {
    /// How many must be for a way out, of so many members of whom so many voted.
    pub fn carries(&self, members: u32, voted: u32) -> u32 {
        self.threshold.of(if self.of_members { members } else { voted })
    }

    /// The threshold as written, in its canonical form.
    pub fn threshold_text(&self) -> String {
        let of = if self.of_members { " of members" } else { "" };
        format!("{}{of}", self.threshold)
    }
}

/// A unit by name, or the unit of the branch (`each.unit`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitRef {
    Unit(UnitId),
    Each,
}

/// How one of several candidates is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// There must be one candidate; more is the check R02.
    Only,
    LeastLoaded,
    Rotate,
    /// The candidate in charge of this procedure's field of work (directory `areas`), else the least loaded.
    ByField,
    Claim,
    AssignedBy(PeopleId),
}

/// One entry of `substitute:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Substitute {
    People(PeopleId),
    DeputyOf(UnitRef),
    HeadOf(UnitRef),
}

/// Steps that must be done by different persons, pairwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separation {
    pub title: Title,
    pub steps: Vec<StepId>,
    pub legal: Option<LegalId>,
}

/// A phase, an agency's subtotal, a limit over several steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub title: Title,
    pub unit: Option<UnitId>,
    pub steps: Vec<StepId>,
    pub within: Option<Limit>,
    /// The clock starts when this verb is taken in this step; with the first entry where absent.
    pub starts: Option<(StepId, Verb)>,
    /// Reminders on the group's clock; none where the file names none.
    pub warn: Vec<Warn>,
    pub score: bool,
}

/// Other limits for some of the cases; their flow is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The author's label; one without it goes by its id.
    pub title: Option<Title>,
    pub applies: Applies,
    /// The case's own limit.
    pub case: Option<Limit>,
    pub steps: IndexMap<StepId, Limit>,
    pub groups: IndexMap<GroupId, Limit>,
}

/// Which cases a variant is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Those opened under one of these administrative codes.
    Codes(Vec<String>),
    /// Those for which this holds when they are opened.
    When(Guard),
}

/// A transition that is open from every step of the main line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anytime {
    /// Ends or moves the case (withdraw, stop).
    Go(Transition),
    /// Lengthens the case's clock by decision (extend).
    Extend(Extension),
}

/// Leave to lengthen the case's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub title: Option<Title>,
    pub by: Doer,
    pub at_most: u32,
    pub up_to: WorkingTime,
    pub reason: Reason,
    pub makes: Vec<DocumentId>,
    pub legal: Option<LegalId>,
    pub sign: Option<Sign>,
}

/// A place where a case rests and someone holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: StepId,
    pub title: Title,
    pub kind: StepKind,
    /// The `branches:` block and branch this step lives in; nothing on the main line.
    pub inside: Option<(StepId, BranchKey)>,
    /// Longer note printed in the approved document.
    pub note: Option<String>,
}

/// What kind of place a step is, with what only that kind has.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    Staff(Staff),
    Wait(Wait),
    Parallel(Parallel),
    /// Automatic, the first rule that holds; ends in an `else`.
    Decision(Vec<Choice<StepId>>),
    End(End),
}

/// A step worked by somebody of the authority.
#[derive(Clone, Debug, PartialEq)]
pub struct Staff {
    pub by: By,
    /// Supporters: may comment and attach, never answer for the step.
    pub with: Vec<PeopleId>,
    /// Followers: see it.
    pub watch: Vec<PeopleId>,
    /// Who answers above; head of the holder's unit where absent.
    pub accountable: Option<PeopleId>,
    pub within: Limit,
    /// Set where `within` counts by another calendar than the procedure's.
    pub calendar: Option<CalendarId>,
    pub needs: Needs,
    pub makes: Vec<DocumentId>,
    pub actions: IndexMap<Verb, Transition>,
    pub escalate: Vec<Escalation>,
    pub legal: Option<LegalId>,
    /// Only for consultations of an outside body: what the case's clock does meanwhile.
    pub clock: Option<ClockPolicy>,
}

/// A step that waits for somebody outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    pub awaited: Party,
    /// Who holds the case meanwhile; whoever held the step before where absent.
    pub by: Option<By>,
    pub within: Limit,
    pub calendar: Option<CalendarId>,
    pub clock: Option<ClockPolicy>,
    pub legal: Option<LegalId>,
    pub actions: IndexMap<Verb, Transition>,
    pub late: Option<Late>,
    pub escalate: Vec<Escalation>,
}

/// A block of parallel branches.
#[derive(Clone, Debug, PartialEq)]
pub struct Parallel {
    pub bodies: Bodies,
    pub join: Join,
    /// What happens to the branches still open when the block joins early.
    pub rest: Rest,
    pub to: StepId,
    /// What the case's clock does while outside bodies are consulted.
    pub clock: Option<ClockPolicy>,
    /// A limit over the whole block, for `branches:`; a `for_each` block's limit is its branches'.
    pub within: Option<Limit>,
}

/// What the branches of a block are.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a procedure has few blocks and is kept behind one pointer")]
pub enum Bodies {
    /// The same question to several units; each branch rests in the block's own step and ends by `answer`.
    ForEach {
        units: Units,
        by: By,
        within: Limit,
        calendar: Option<CalendarId>,
        needs: Needs,
        makes: Vec<DocumentId>,
        silence: Option<Silence>,
        escalate: Vec<Escalation>,
    },
    /// Small step graphs; their steps are in [`Procedure::steps`] with `inside` set.
    Branches(IndexMap<BranchKey, BranchStart>),
}

/// Where a branch of a `branches:` block begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchStart {
    pub title: Title,
    pub start: StepId,
}

/// The units a block asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Units {
    Named(Vec<UnitId>),
    Field(FieldId),
}

/// What a silent body is taken to have said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    pub set: IndexMap<FieldId, Value>,
    pub legal: Option<LegalId>,
}

/// When a block joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    All,
    Any,
    AtLeast(u32),
    /// At least that share of the branches, rounded up; 1 to 100.
    AtLeastPercent(u8),
}

/// The branches still open when a block joins early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rest {
    #[default]
    Cancel,
    /// They may still answer until the case ends; nothing waits for them.
    Continue,
}

/// What a step's holder leads by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    People(PeopleId),
    SameAs(StepId),
    /// First choice that holds; ends in an `else`.
    Choose(Vec<Choice<PeopleId>>),
}

/// Who may take a transition, where it is not the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doer {
    Holder,
    /// Somebody outside; the act is recorded by the holder, or by the one-stop, in the applicant's name.
    Applicant,
    Outside,
    People(PeopleId),
}

/// A named way out of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The author's label; standard verbs have a built-in one.
    pub title: Option<Title>,
    pub to: Target,
    pub when: Option<Guard>,
    pub by: Doer,
    pub needs: Needs,
    pub makes: Vec<DocumentId>,
    pub legal: Option<LegalId>,
    pub reason: Reason,
    pub at_most: Option<u32>,
    /// Limit of the step gone to, instead of that step's own (usually on a return).
    pub within: Option<Limit>,
    pub means: Means,
    /// The signature that taking it puts under what it makes.
    pub sign: Option<Sign>,
    /// An outside system's signal leads this way; a person who takes it records by hand what happened outside.
    pub signal: bool,
}

/// Where a transition leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Step(StepId),
    /// Back to the step the case came from.
    Origin,
    /// Ends this branch of a `branches:` block.
    Join,
}

/// The built-in meaning of a verb, or the author's `means:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    Forward,
    Back,
    Wait,
    End,
}

/// The kind of signature an act is given by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Initials: the one who drafted or looked it over.
    Initial,
    /// The signature of the one who decides.
    Approve,
    /// A digital signature.
    Digital,
}

impl Sign {
    /// The word in a file and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Sign::Initial => "initial",
            Sign::Approve => "approve",
            Sign::Digital => "digital",
        }
    }

    /// The kind in both languages.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Sign::Initial => ("ký nháy", "initialled"),
            Sign::Approve => ("ký duyệt", "signed"),
            Sign::Digital => ("ký số", "digitally signed"),
        }
    }
}

/// Whether an act wants a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Reason {
    #[default]
    None,
    Optional,
    Required,
}

/// What must be in the case before leaving.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Needs {
    pub fields: Vec<FieldId>,
    pub documents: Vec<DocumentId>,
}

/// What happens when a wait runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Late {
    To(StepId),
    /// Takes that transition of the step, by the system.
    Do(Verb),
}

/// What the case's clock does during a wait or consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockPolicy {
    Pause,
    Restart,
    Exclude,
}

/// Adds a superior when a step is late; the holder stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// How long after the deadline.
    pub after: WorkingTime,
    pub to: PeopleId,
    /// The superior's own clock.
    pub within: Option<WorkingTime>,
}

/// How a case ends.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    pub outcome: Outcome,
    pub reopen: Option<Reopen>,
}

/// The kind of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    Refused,
    Withdrawn,
    Lapsed,
    Stopped,
}

impl Outcome {
    /// The stable word, as in JSON and in the status of a case that is over.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Withdrawn => "withdrawn",
            Outcome::Lapsed => "lapsed",
            Outcome::Stopped => "stopped",
        }
    }
}

/// Leave to open an ended case again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reopen {
    pub by: Doer,
    pub to: StepId,
    pub within: WorkingTime,
    pub at_most: u32,
    pub reason: Reason,
}

/// A legally approved fault, shown for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDefect {
    pub check: String,
    /// The place in the file, as keys with dots between; needed where the check finds several faults.
    pub at: Option<String>,
    pub because: String,
    pub accepted_by: String,
    pub date: Date,
}

/// A warning that the author has looked at and keeps, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub check: String,
    /// The place in the file, as keys with dots between.
    pub at: String,
    pub because: String,
}

/// One entry of the history of versions; running cases finish on their version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub date: Date,
    pub vi: String,
    /// `running: { migrate: { old: new } }`, kept for the plan; empty for `finish_on_old`.
    pub migrate: IndexMap<StepId, StepId>,
}

impl Procedure {
    /// The step of that id.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.steps.get(id)
    }

    /// The step's label in Vietnamese, or its id where there is no such step.
    pub fn step_title<'a>(&'a self, id: &'a StepId) -> &'a str {
        self.steps.get(id).map_or(id.as_str(), |step| step.title.vi.as_str())
    }

    /// Whether a transition goes on with the work: the step's own needs and products belong to that, not to sending
    /// back, to waiting, or to ending without result.
    pub fn goes_on(&self, transition: &Transition) -> bool {
        let ends_without = |to: &StepId| {
            let step = self.step(to);
            step.is_some_and(|step| matches!(&step.kind, StepKind::End(end) if end.outcome != Outcome::Done))
        };
        match (transition.means, &transition.to) {
            (Means::Back | Means::Wait, _) => false,
            (Means::Forward | Means::End, Target::Step(to)) => !ends_without(to),
            (Means::Forward | Means::End, Target::Origin | Target::Join) => true,
        }
    }

    /// Every group that holds the step.
    pub fn groups_of<'a>(&'a self, step: &'a StepId) -> impl Iterator<Item = (&'a GroupId, &'a Group)> {
        self.groups.iter().filter(move |(_, group)| group.steps.contains(step))
    }
}

impl Procedure {
    /// The procedure with a variant's limits in place of its own: what the sums of its cases are.
    pub fn under(&self, variant: &Variant) -> Procedure {
        let mut procedure = self.clone();
        procedure.case.within = variant.case.clone().unwrap_or(procedure.case.within);
        for (id, limit) in &variant.groups {
            if let Some(group) = procedure.groups.get_mut(id) {
                group.within = Some(limit.clone());
            }
        }
        for (id, limit) in &variant.steps {
            match procedure.steps.get_mut(id).map(|step| &mut step.kind) {
                Some(StepKind::Staff(staff)) => staff.within = limit.clone(),
                Some(StepKind::Wait(wait)) => wait.within = limit.clone(),
                Some(StepKind::Parallel(Parallel { bodies: Bodies::ForEach { within, .. }, .. })) => {
                    *within = limit.clone();
                }
                Some(StepKind::Parallel(block)) => block.within = Some(limit.clone()),
                Some(StepKind::Decision(_) | StepKind::End(_)) | None => {}
            }
        }
        procedure
    }
}

impl Variant {
    /// Its label in both languages, or its id.
    pub fn label(&self, id: &VariantId) -> (String, String) {
        match &self.title {
            Some(title) => (title.vi.clone(), title.en.clone().unwrap_or_else(|| title.vi.clone())),
            None => (id.to_string(), id.to_string()),
        }
    }
}

impl Step {
    /// The named ways out; none for blocks, decisions and ends.
    pub fn actions(&self) -> Option<&IndexMap<Verb, Transition>> {
        match &self.kind {
            StepKind::Staff(staff) => Some(&staff.actions),
            StepKind::Wait(wait) => Some(&wait.actions),
            StepKind::Parallel(_) | StepKind::Decision(_) | StepKind::End(_) => None,
        }
    }

    /// The word of the kind in a file.
    pub fn kind_word(&self) -> &'static str {
        match self.kind {
            StepKind::Staff(_) => "step",
            StepKind::Wait(_) => "wait",
            StepKind::Parallel(_) => "parallel",
            StepKind::Decision(_) => "decision",
            StepKind::End(_) => "end",
        }
    }
}
