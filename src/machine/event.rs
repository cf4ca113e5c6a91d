//! What happened to a case: past tense, with results and not rules, so that replay needs neither calendar nor directory.
//!
//! The JSON of these types is written into the journal and hashed: a field, once shipped, is never renamed or removed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::band::Verdict;
use crate::definition::procedure::{ClockPolicy, Means, Outcome, Sign};
use crate::definition::value::Value;
use crate::ids::{
    BranchId, CalendarId, CaseId, Digest, DocumentId, FieldId, GroupId, LegalId, PeopleId, PersonId, PostId,
    ProcedureId, StepId, Ts, UnitId, VariantId, Verb,
};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first event of every case: pins the procedure's text.
    CaseOpened(CaseOpened),
    /// The case's clock began later than its opening (`starts`).
    ClockStarted {
        clock: Clock,
        promise: Option<Ts>,
        /// When the alarm to apologise rings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        apology_at: Option<Ts>,
    },
    /// A group's clock began: its first step was entered.
    GroupStarted {
        group: GroupId,
        clock: Clock,
    },
    /// No branch is in the group's steps any more: its clock stands, counted up to `since`.
    GroupLeft {
        group: GroupId,
        since: Ts,
    },
    /// A branch came back into the group's steps: its clock runs on.
    GroupResumed {
        group: GroupId,
        clock: Clock,
    },
    /// A named way out was taken. What follows from it stands in the events after it.
    Taken(Taken),
    /// A member of the council at a step voted: what he said before counts no more.
    Voted {
        branch: BranchId,
        step: StepId,
        /// Whose vote it is; who acted stands beside the entry.
        member: PersonId,
        /// The way out he is for; nothing for an abstention.
        verb: Option<Verb>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// A rule of a decision step led on.
    Decided {
        branch: BranchId,
        step: StepId,
        to: StepId,
    },
    /// A branch came to rest in a step, and somebody holds it from this instant.
    StepEntered(StepEntered),
    /// A parallel branch was born; somebody holds it from this instant.
    BranchOpened(BranchOpened),
    /// A branch ended; whoever held it holds it no more.
    BranchClosed {
        branch: BranchId,
        how: Closing,
    },
    /// A block's condition is met; the branch that opened it goes on.
    Joined {
        branch: BranchId,
        step: StepId,
        answered: u32,
        silent: u32,
        cancelled: u32,
    },
    /// A body said nothing in its term and is taken to have agreed, by law.
    Silent {
        branch: BranchId,
        unit: Option<UnitId>,
        legal: Option<LegalId>,
        set: BTreeMap<FieldId, Value>,
        due: Ts,
    },
    /// A wait ran out.
    Lapsed {
        branch: BranchId,
        step: StepId,
        due: Ts,
    },
    /// The holder confirmed that he has it. The verdict is on whoever gave it.
    Received {
        branch: BranchId,
        given_by: Option<PersonId>,
        given_at: Option<Ts>,
        verdict: Option<Verdict>,
    },
    /// The holder gave it back unreceived.
    SentBack {
        branch: BranchId,
        step: StepId,
        reason: String,
    },
    /// The giver took it back before it was received.
    Recalled {
        branch: BranchId,
        step: StepId,
    },
    /// The same step, another holder: claimed, assigned or transferred, as `holder.how` says.
    HolderChanged {
        branch: BranchId,
        holder: Holder,
        reason: Option<String>,
    },
    /// The case's clock stands.
    ClockStopped {
        branch: BranchId,
        step: StepId,
        policy: ClockPolicy,
    },
    /// The case's clock runs again; the new clocks of the case and of its groups.
    ClockResumed {
        branch: BranchId,
        step: StepId,
        policy: ClockPolicy,
        stopped_minutes: i64,
        clock: Option<Clock>,
        groups: BTreeMap<GroupId, Clock>,
    },
    /// The case's clock was lengthened by decision; the old deadline stays readable here.
    Extended {
        old_deadline: Ts,
        clock: Clock,
        length: String,
        reason: Option<String>,
        made: Vec<DocumentId>,
        /// The signature it was given by, where the procedure names one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sign: Option<Sign>,
    },
    /// A newer version of a calendar was applied to the case: its clocks by that version, with the dates they had. What
    /// was promised to the citizen stays.
    CalendarChanged {
        calendar: CalendarId,
        version: u32,
        clocks: Vec<ChangedClock>,
    },
    /// The case goes on by a newer text of its procedure: who holds it, its clocks and what was promised stay.
    CaseMigrated(CaseMigrated),
    /// The citizen was told a new date.
    Apologised {
        old_date: Ts,
        new_date: Ts,
        reason: String,
    },
    /// A reminder fell due and was sent.
    Reminded {
        timer: TimerKey,
        due: Ts,
        percent: Option<u8>,
        to: Vec<PersonId>,
    },
    /// A deadline passed. The holder stays.
    Breached {
        timer: TimerKey,
        due: Ts,
        to: Vec<PersonId>,
    },
    /// A superior was added; his own clock, if he has one, ends at `answer_by`. The timer is the escalation's, or that of
    /// the superior before him, who did not acknowledge it in his term.
    Escalated {
        timer: TimerKey,
        due: Ts,
        to: PersonId,
        answer_by: Option<Ts>,
        /// The unit in whose name he is the superior: from where it goes further up.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<UnitId>,
    },
    /// The superior confirmed that he has taken notice; his own clock stops.
    Acknowledged {
        branch: BranchId,
        /// Which of the step's escalations, by its place in the file.
        level: u16,
        /// Whose clock it was; who acted stands beside the entry.
        superior: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// The last moment to apologise to the citizen has come.
    ApologyDue {
        timer: TimerKey,
        due: Ts,
        to: Vec<PersonId>,
    },
    /// Something that is not done was done, and stands against the case from now on.
    Marked {
        mark: Mark,
        branch: BranchId,
        step: StepId,
        /// How often it was done, counted over the whole case.
        count: u32,
        /// The basis that the act itself cites.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        legal: Option<LegalId>,
        to: Vec<PersonId>,
    },
    /// A timer fell due and there was nothing to say.
    TimerSpent {
        timer: TimerKey,
        due: Ts,
    },
    /// A step called a case of another procedure into life, with what it begins with under its own names.
    Called(Called),
    /// The called case ended; what was taken back, under the names here. Where the branch goes on follows.
    CallEnded(CallEnded),
    /// The branch leaves the step before the called case has ended: that one is stopped.
    CallDropped {
        branch: BranchId,
        step: StepId,
        case: CaseId,
        /// The act that led away, where one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verb: Option<Verb>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The case that called this one has gone on without it. The end follows.
    StoppedByCaller {
        caller: CaseId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verb: Option<Verb>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    Commented {
        text: String,
    },
    Attached {
        document: DocumentId,
        name: Option<String>,
        /// The procedure keeps it in digital form.
        #[serde(default, skip_serializing_if = "is_false")]
        digitised: bool,
    },
    /// The case is over.
    Ended {
        step: StepId,
        outcome: Outcome,
    },
    /// An ended case was opened again; `step` is where it goes on, and the entry into it follows.
    Reopened {
        step: StepId,
        reason: Option<String>,
        clock: Option<Clock>,
    },
}

/// Everything a case begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseOpened {
    pub procedure: ProcedureId,
    pub version: u32,
    pub digest: Digest,
    /// The unit that answers for the procedure.
    pub owner: UnitId,
    pub title: String,
    pub code: Option<String>,
    /// Whose limits hold for it, where the procedure has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    pub channel: String,
    pub fields: BTreeMap<FieldId, Value>,
    pub documents: Vec<DocumentId>,
    /// Nothing where the clock starts later or the case is untimed.
    pub clock: Option<Clock>,
    /// The date told to the citizen.
    pub promise: Option<Ts>,
    /// When the alarm to apologise rings.
    pub apology_at: Option<Ts>,
    /// Of the papers, those that the procedure keeps in digital form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digitised: Vec<DocumentId>,
    /// The case that called it, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<CalledBy>,
}

/// The case that called another, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledBy {
    pub case: CaseId,
    pub procedure: ProcedureId,
    pub branch: BranchId,
    pub step: StepId,
    /// How many cases lie above the called one: 1 for one that was called by a case that nobody called.
    pub depth: u32,
    /// The caller's file says where it goes on when the called case is withdrawn: then it may be, by itself.
    #[serde(default, skip_serializing_if = "is_false")]
    pub withdraws: bool,
}

/// A case called into life by a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    pub branch: BranchId,
    pub step: StepId,
    pub case: CaseId,
    pub procedure: ProcedureId,
    pub version: u32,
    pub digest: Digest,
    pub fields: BTreeMap<FieldId, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentId>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub withdraws: bool,
}

/// How a called case ended, and what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEnded {
    pub branch: BranchId,
    pub step: StepId,
    pub case: CaseId,
    pub outcome: Outcome,
    pub fields: BTreeMap<FieldId, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentId>,
    /// Of them, those that the procedure keeps in digital form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digitised: Vec<DocumentId>,
}

/// From which text to which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseMigrated {
    pub from_version: u32,
    pub from: Digest,
    pub version: u32,
    pub digest: Digest,
    /// The unit that answers for the procedure from now.
    pub owner: UnitId,
    /// Every step that the new text speaks of: its name before, and its name there.
    pub steps: BTreeMap<StepId, StepId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A transition taken, with what was given along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub branch: BranchId,
    pub step: StepId,
    pub verb: Verb,
    pub means: Means,
    /// Nothing where the transition ends the branch.
    pub to: Option<StepId>,
    /// Who took it; nothing where a wait ran out and the engine did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// Whose right he used, where it was not his own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
    /// Set where the act was somebody else's than the one who recorded it (the applicant's).
    pub party: Option<String>,
    pub reason: Option<String>,
    pub fields: BTreeMap<FieldId, Value>,
    /// Papers given along.
    pub documents: Vec<DocumentId>,
    /// Papers this act produced.
    pub made: Vec<DocumentId>,
    pub legal: Option<LegalId>,
    /// How the council stood that decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// The outside system's signal that it was, where no person took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Signalled>,
    /// The signature it was given by, where the procedure names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign: Option<Sign>,
    /// Of the papers given along and produced, those that the procedure keeps in digital form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub digitised: Vec<DocumentId>,
}

/// The votes of a council for the way that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub members: u32,
    pub voted: u32,
    pub votes: u32,
}

/// What an outside system calls its signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signalled {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A branch at rest in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepEntered {
    pub branch: BranchId,
    pub step: StepId,
    /// The step it came from.
    pub from: Option<StepId>,
    pub holder: Holder,
    /// Nothing for an untimed step.
    pub clock: Option<Clock>,
}

/// A parallel branch at its first step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchOpened {
    pub branch: BranchId,
    /// The branch that opened the block.
    pub parent: BranchId,
    /// The block.
    pub block: StepId,
    /// The unit asked, or the branch's key in the file.
    pub key: String,
    /// The unit asked, in a `for_each` block.
    pub each: Option<UnitId>,
    pub step: StepId,
    pub holder: Holder,
    pub clock: Option<Clock>,
}

/// Who answers, and how it came to him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub person: PersonId,
    pub unit: UnitId,
    pub how: How,
    /// Whose right he was picked by, where he is a substitute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<PersonId>,
    /// Set while the step waits to be claimed or assigned: the head holds it meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Pool>,
}

/// Who may claim, or be assigned, a step that the head holds meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    pub people: PeopleId,
    pub unit: UnitId,
    pub post: Option<PostId>,
    /// Claimed by its own people; otherwise somebody assigns.
    pub claim: bool,
}

/// How a holding came to its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// With the opening of the case.
    Opened,
    /// By a forward transition.
    HandedOver,
    /// By a backward transition, or sent back unreceived.
    Returned,
    Recalled,
    Claimed,
    Assigned,
    Transferred,
    /// Nobody could be found or nobody took it yet: the head holds.
    Head,
    /// The same person goes on: while waiting, or as a block's opener.
    Continued,
    /// The branch joined, a decision led on, or a wait ran out.
    Automatic,
    Reopened,
}

impl How {
    /// The stable word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            How::Opened => "opened",
            How::HandedOver => "handed_over",
            How::Returned => "returned",
            How::Recalled => "recalled",
            How::Claimed => "claimed",
            How::Assigned => "assigned",
            How::Transferred => "transferred",
            How::Head => "head",
            How::Continued => "continued",
            How::Automatic => "automatic",
            How::Reopened => "reopened",
        }
    }
}

/// What may stand against a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The applicant was asked for more papers than once (NĐ 118/2025/NĐ-CP Điều 11 allows one request).
    SecondSupplement,
}

impl Mark {
    /// The stable word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Mark::SecondSupplement => "second_supplement",
        }
    }

    /// The mark of that word.
    pub fn of(word: &str) -> Option<Mark> {
        [Mark::SecondSupplement].into_iter().find(|mark| mark.word() == word)
    }
}

/// How a branch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    Answered,
    Silent,
    /// The block joined, or the case ended, before it answered.
    Cancelled,
}

/// A running clock with its results: instants, never rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub started: Ts,
    pub deadline: Ts,
    /// Where the counted time itself ends, after a standing: a term in whole days is due at a close less than a day off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_to: Option<Ts>,
    /// `day`, `hour`, `calendar`, `clock`, `date`: the name of the rule that computed the deadline.
    pub rule: String,
    /// The written length, in canonical form.
    pub limit: String,
    pub calendar: CalendarId,
    pub calendar_version: u32,
    /// In the order of the file's `warn`; a timer is named by its place here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Reminder>,
    /// Instants at which superiors are added, in the order of the file's `escalate`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Ts>,
}

/// A clock counted anew by another version of its calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedClock {
    pub scope: Scope,
    /// The step of a branch's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    pub old_deadline: Ts,
    pub clock: Clock,
}

/// One reminder of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    pub at: Ts,
    /// The share of the term that has passed; nothing where it is a length before the end.
    pub percent: Option<u8>,
}

/// Names one timer of a case; each fires at most once for the clock it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimerKey {
    pub scope: Scope,
    pub kind: TimerKind,
}

/// Whose clock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Case,
    Group(GroupId),
    Branch(BranchId),
}

/// What falls due. The order is the order of firing at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    Reminder(u16),
    Apology,
    Deadline,
    Escalation(u16),
    /// The own clock of the superior with whom that escalation lies now.
    Superior(u16),
}

impl std::fmt::Display for Scope {
    /// `case`, `group/tai_so`, `branch/3`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scope::Case => f.write_str("case"),
            Scope::Group(group) => write!(f, "group/{group}"),
            Scope::Branch(branch) => write!(f, "branch/{branch}"),
        }
    }
}

impl std::fmt::Display for TimerKey {
    /// `case/reminder/0`, `branch/3/deadline`: the key of a row, and what health and journals print.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.scope)?;
        match self.kind {
            TimerKind::Reminder(n) => write!(f, "/reminder/{n}"),
            TimerKind::Apology => f.write_str("/apology"),
            TimerKind::Deadline => f.write_str("/deadline"),
            TimerKind::Escalation(n) => write!(f, "/escalation/{n}"),
            TimerKind::Superior(n) => write!(f, "/superior/{n}"),
        }
    }
}

impl Event {
    /// Whether it is only a notice: it tells somebody something and changes nothing a person's act depends on.
    pub fn is_notice(&self) -> bool {
        matches!(
            self,
            Event::Reminded { .. }
                | Event::Breached { .. }
                | Event::Escalated { .. }
                | Event::ApologyDue { .. }
                | Event::Marked { .. }
                | Event::TimerSpent { .. }
        )
    }

    /// The stable word of the event, as in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Event::CaseOpened(_) => "case_opened",
            Event::ClockStarted { .. } => "clock_started",
            Event::GroupStarted { .. } => "group_started",
            Event::GroupLeft { .. } => "group_left",
            Event::GroupResumed { .. } => "group_resumed",
            Event::Taken(_) => "taken",
            Event::Voted { .. } => "voted",
            Event::Decided { .. } => "decided",
            Event::StepEntered(_) => "step_entered",
            Event::BranchOpened(_) => "branch_opened",
            Event::BranchClosed { .. } => "branch_closed",
            Event::Joined { .. } => "joined",
            Event::Silent { .. } => "silent",
            Event::Lapsed { .. } => "lapsed",
            Event::Received { .. } => "received",
            Event::SentBack { .. } => "sent_back",
            Event::Recalled { .. } => "recalled",
            Event::HolderChanged { .. } => "holder_changed",
            Event::ClockStopped { .. } => "clock_stopped",
            Event::ClockResumed { .. } => "clock_resumed",
            Event::Extended { .. } => "extended",
            Event::CalendarChanged { .. } => "calendar_changed",
            Event::CaseMigrated(_) => "case_migrated",
            Event::Apologised { .. } => "apologised",
            Event::Reminded { .. } => "reminded",
            Event::Breached { .. } => "breached",
            Event::Escalated { .. } => "escalated",
            Event::Acknowledged { .. } => "acknowledged",
            Event::ApologyDue { .. } => "apology_due",
            Event::Marked { .. } => "marked",
            Event::TimerSpent { .. } => "timer_spent",
            Event::Called(_) => "called",
            Event::CallEnded(_) => "call_ended",
            Event::CallDropped { .. } => "call_dropped",
            Event::StoppedByCaller { .. } => "stopped_by_caller",
            Event::Commented { .. } => "commented",
            Event::Attached { .. } => "attached",
            Event::Ended { .. } => "ended",
            Event::Reopened { .. } => "reopened",
        }
    }
}
