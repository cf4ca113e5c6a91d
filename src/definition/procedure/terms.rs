//! The file as meant: the terms of a case. Its clock, its promise, who is told, its phases and its variants.

use indexmap::IndexMap;

use crate::calendar::working_time::WorkingTime;
use crate::definition::guard::Guard;
use crate::definition::procedure::{Choice, Title};
use crate::definition::window::Window;
use crate::ids::{FieldId, GroupId, LegalId, PeopleId, StepId, UnitId, VariantId, Verb};

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

impl Variant {
    /// Its label in both languages, or its id.
    pub fn label(&self, id: &VariantId) -> (String, String) {
        match &self.title {
            Some(title) => (title.vi.clone(), title.en.clone().unwrap_or_else(|| title.vi.clone())),
            None => (id.to_string(), id.to_string()),
        }
    }
}
