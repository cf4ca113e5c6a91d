//! Deadlines and holdings explained for people: which clock is asked for, with names, sources and its days in order. It
//! counts nothing itself.

use serde::Serialize;

use crate::calendar::calendar::Calendar;
use crate::calendar::file::Reason;
use crate::ids::{BranchId, CaseId, GroupId, PersonId, StepId, Ts};
use crate::journal::entry::Entry;
use crate::ledger::clock_history::{ClockLife, Mark, clocks};
use crate::ledger::explanation::{Explanation, of_clock, of_holding};
use crate::ledger::holding::{Holding, holdings};
use crate::machine::event::Scope;
use crate::service::explain_days::{DayRow, Naming, days};
use crate::service::explain_words::{self, Both};
use crate::service::query::{Past, Query, QueryError, person_name};
use crate::service::views::PersonName;

/// What is explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    Clock(Scope),
    Holding(u32),
}

impl Of {
    /// Reads `case`, `group:ID`, `branch:N` or `holding:N`.
    pub fn parse(text: &str) -> Option<Of> {
        match text.split_once(':') {
            None if text == "case" => Some(Of::Clock(Scope::Case)),
            Some(("group", id)) if !id.is_empty() => Some(Of::Clock(Scope::Group(GroupId::from(id)))),
            Some(("branch", n)) => n.parse().ok().map(|n| Of::Clock(Scope::Branch(BranchId(n)))),
            Some(("holding", n)) => n.parse().ok().map(Of::Holding),
            _ => None,
        }
    }
}

impl std::fmt::Display for Of {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Of::Clock(Scope::Case) => f.write_str("case"),
            Of::Clock(Scope::Group(group)) => write!(f, "group:{group}"),
            Of::Clock(Scope::Branch(branch)) => write!(f, "branch:{branch}"),
            Of::Holding(n) => write!(f, "holding:{n}"),
        }
    }
}

/// An explanation with everything a page says around it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    pub case: CaseId,
    pub case_title: String,
    /// `case`, `group:ID`, `branch:N`, `holding:N`.
    pub of: String,
    /// Label of the step or group; nothing for the case's own clock.
    pub title: Option<String>,
    /// Whose holding it is.
    pub holder: Option<PersonName>,
    /// The written limit in canonical form, and the name of the rule it is counted by.
    pub limit: Option<String>,
    pub rule: Option<String>,
    pub calendar: String,
    pub calendar_title: String,
    pub calendar_version: u32,
    pub as_of: Ts,
    #[serde(flatten)]
    pub explanation: Explanation,
    /// The lines by day, runs of ordinary days folded into one.
    pub rows: Vec<DayRow>,
    /// What happened to the clock, in order.
    pub marks: Vec<Mark>,
    /// The same in words, in Vietnamese and English.
    pub said: Vec<Both>,
    /// The holidays, make-up days and half days in it, each once.
    pub sources: Vec<Reason>,
}

impl Query {
    /// Why a deadline of the case is when it is, or what a holding adds up to, as it was at `as_of`; nothing where the
    /// case has no such clock or holding then.
    pub async fn explain(
        &self,
        case: &CaseId,
        viewer: &PersonId,
        of: &Of,
        as_of: Option<Ts>,
    ) -> Result<Option<Explained>, QueryError> {
        let past = self.past_seen(case, viewer).await?;
        let now = as_of.map_or_else(|| self.now(), |at| at.min(self.now()));
        Ok(explained(&past, of, now))
    }
}

fn explained(past: &Past, of: &Of, now: Ts) -> Option<Explained> {
    let until = past.entries.iter().map(|sealed| &sealed.entry).filter(|entry| entry.occurred_at <= now);
    let entries: Vec<Entry> = until.cloned().collect();
    match of {
        Of::Clock(scope) => {
            let life = clocks(&entries).into_iter().rev().find(|life| life.scope == *scope)?;
            clock(past, of, &life, now)
        }
        Of::Holding(n) => {
            let holding = holdings(&entries, &past.course).into_iter().find(|holding| holding.n == *n)?;
            let told = of_holding(&holding, &entries, &past.course, now);
            Some(held(past, of, &holding, told, now))
        }
    }
}

fn clock(past: &Past, of: &Of, life: &ClockLife, now: Ts) -> Option<Explained> {
    let clock = &life.clock;
    let kept = past.shelf.calendars.version(&clock.calendar, clock.calendar_version);
    let calendar = kept.or_else(|| past.shelf.calendars.get(&clock.calendar))?;
    let cut_off = if life.scope == Scope::Case { past.procedure.case.cut_off } else { None };
    let told = of_clock(life, calendar, cut_off, now);
    let title = match &life.scope {
        Scope::Case => None,
        Scope::Group(group) => {
            Some(past.procedure.groups.get(group).map_or_else(|| group.to_string(), |group| group.title.vi.clone()))
        }
        Scope::Branch(_) => life.step.as_ref().map(|step| past.procedure.step_title(step).to_owned()),
    };
    let step = |step: &StepId| past.procedure.step_title(step).to_owned();
    let around = Explained {
        title,
        limit: Some(clock.limit.clone()),
        rule: Some(clock.rule.clone()),
        marks: life.marks.clone(),
        said: life.marks.iter().map(|mark| explain_words::mark(mark, &past.shelf, &step)).collect(),
        ..around(past, of, calendar, told, now)
    };
    Some(around)
}

fn held(past: &Past, of: &Of, holding: &Holding, told: Explanation, now: Ts) -> Explained {
    Explained {
        title: Some(past.procedure.step_title(&holding.step).to_owned()),
        holder: Some(person_name(&past.shelf, &holding.holder)),
        ..around(past, of, past.course.at(told.until), told, now)
    }
}

fn around(past: &Past, of: &Of, calendar: &Calendar, explanation: Explanation, now: Ts) -> Explained {
    let mut sources: Vec<Reason> = Vec::new();
    for reason in explanation.lines.iter().filter_map(|line| line.why.reason()) {
        if !sources.contains(reason) {
            sources.push(reason.clone());
        }
    }
    let naming = Naming { calendar, step: &|step| past.procedure.step_title(step).to_owned() };
    Explained {
        case: past.case.id.clone(),
        case_title: past.case.title.clone(),
        of: of.to_string(),
        title: None,
        holder: None,
        limit: None,
        rule: None,
        calendar: calendar.id().to_string(),
        calendar_title: calendar.title().to_owned(),
        calendar_version: calendar.version(),
        as_of: now,
        rows: days(&explanation, &naming),
        explanation,
        marks: Vec::new(),
        said: Vec::new(),
        sources,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_read_and_printed_alike() {
        for text in ["case", "group:tham_dinh", "branch:3", "holding:0"] {
            assert_eq!(Of::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "Case", "group:", "branch:", "branch:-1", "holding:99999999999", "case:1", "step:x"] {
            assert_eq!(Of::parse(bad), None, "{bad}");
        }
    }
}
