//! Why a command was not carried out: a code that never changes, what was found, what would be right.

use serde::Serialize;

use crate::ids::{BranchId, DocumentId, FieldId};

/// A refusal: nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub code: Code,
    pub vi: String,
    pub en: String,
    /// The branch it concerns, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<BranchId>,
    /// Fields that must be given, or given otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldId>,
    /// Papers that must be in the case first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentId>,
    /// What would be allowed instead, as words of commands or verbs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The code of a refusal. Never reused, never renamed; each has a page in `docs/reference/refusals/`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The stable word.
            pub fn word(self) -> &'static str {
                match self { $(Code::$name => $word,)* }
            }
        }
    };
}

codes! {
    /// The case is over; only reopening is possible.
    CaseEnded = "case_ended",
    /// The case is not over.
    CaseNotEnded = "case_not_ended",
    /// No such open branch in the case.
    NoSuchBranch = "no_such_branch",
    /// The step has no transition of that name.
    NoSuchTransition = "no_such_transition",
    /// Somebody else holds the step.
    NotHolder = "not_holder",
    /// The actor has no right to do this.
    NotAllowed = "not_allowed",
    /// A person may not do two steps that must be done by different persons.
    Separate = "separate",
    /// The condition of the transition does not hold.
    GuardFalse = "guard_false",
    /// The condition cannot be told yet: a field it reads is empty.
    GuardUnknown = "guard_unknown",
    /// Fields are missing.
    MissingField = "missing_field",
    /// Papers are missing.
    MissingDocument = "missing_document",
    /// A field is not declared in the procedure.
    UnknownField = "unknown_field",
    /// A document is not declared in the procedure.
    UnknownDocument = "unknown_document",
    /// A value is not of its field's kind, or outside its bounds.
    WrongValue = "wrong_value",
    /// The act wants a reason.
    ReasonRequired = "reason_required",
    /// A bounded act was done as often as it may be.
    TooManyTimes = "too_many_times",
    /// The step waits for nobody to claim it.
    NotClaimable = "not_claimable",
    /// The person named cannot hold this step.
    UnfitHolder = "unfit_holder",
    /// It has been received already.
    AlreadyReceived = "already_received",
    /// There is nobody to give it back to.
    NobodyToReturnTo = "nobody_to_return_to",
    /// Nobody could be found to hold the step, not even a head.
    NobodyToHold = "nobody_to_hold",
    /// The procedure cannot be started with these data.
    NoStart = "no_start",
    /// No council decides in the step.
    NoCouncil = "no_council",
    /// The person has no vote in the council.
    NotMember = "not_member",
    /// Too few members have voted.
    NoQuorum = "no_quorum",
    /// Too few are for it.
    NotCarried = "not_carried",
    /// The case does not wait for that event.
    NotAwaited = "not_awaited",
    /// A procedure that a step calls is not published, or not in that version.
    NotCallable = "not_callable",
    /// The called case would lie deeper than cases may call each other.
    TooDeep = "too_deep",
    /// A called case is withdrawn and reopened with its caller only.
    WithCaller = "with_caller",
    /// The procedure is not in force on that day.
    NotInForce = "not_in_force",
    /// The time asked for is beyond what may be given.
    TooLong = "too_long",
    /// The new date is not later than the old one.
    NotLater = "not_later",
    /// The term to do this is over.
    TermOver = "term_over",
    /// The procedure makes no such promise to the citizen.
    NoPromise = "no_promise",
    /// The timer does not wait, or is not due.
    TimerNotDue = "timer_not_due",
    /// The act is earlier than what has already happened in the case.
    ClockBackwards = "clock_backwards",
    /// A calendar that the procedure names is not loaded.
    NoCalendar = "no_calendar",
    /// The administrative code is not one of the procedure's.
    UnknownCode = "unknown_code",
    /// A text is empty or too long.
    BadText = "bad_text",
    /// The case has no clock that could be lengthened.
    NoClock = "no_clock",
    /// The calendar in force moves no clock of the case.
    CalendarUnchanged = "calendar_unchanged",
    /// The case runs by that text already.
    AlreadyMigrated = "already_migrated",
    /// Open cases finish on their version, as the new one says.
    FinishesOnOld = "finishes_on_old",
    /// It is not proved that the case can go on by the new text.
    CannotMigrate = "cannot_migrate",
    /// Nobody has proposed this very text.
    NotProposed = "not_proposed",
    /// Whoever proposed a text does not confirm it.
    SecondPerson = "second_person",
    /// A version with that number, or a later one, is published or proposed.
    VersionTaken = "version_taken",
    /// A published text is in force already, and cannot be taken back.
    AlreadyInForce = "already_in_force",
    /// The escalation lies with somebody else.
    NotSuperior = "not_superior",
    /// No escalation waits to be acknowledged there.
    NothingToAcknowledge = "nothing_to_acknowledge",
    /// What the command asks cannot have happened in this case; the engine stops rather than record it.
    Inconsistent = "inconsistent",
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Refusal {
    /// A refusal in both languages.
    pub fn new(code: Code, vi: impl Into<String>, en: impl Into<String>) -> Refusal {
        Refusal {
            code,
            vi: vi.into(),
            en: en.into(),
            branch: None,
            fields: Vec::new(),
            documents: Vec::new(),
            allowed: Vec::new(),
        }
    }

    /// With the branch it concerns.
    pub fn on(mut self, branch: BranchId) -> Refusal {
        self.branch = Some(branch);
        self
    }

    /// With the fields it asks for.
    pub fn wanting_fields(mut self, fields: Vec<FieldId>) -> Refusal {
        self.fields = fields;
        self
    }

    /// With the papers it asks for.
    pub fn wanting_documents(mut self, documents: Vec<DocumentId>) -> Refusal {
        self.documents = documents;
        self
    }

    /// With what would be allowed instead.
    pub fn allowing(mut self, allowed: Vec<String>) -> Refusal {
        self.allowed = allowed;
        self
    }
}
