//! The only reader: rows with names for lists, and a case made again from its entries for its own page.
//!
//! What a viewer may not see does not exist for him: `sight` says what. Nothing here changes anything.

use std::sync::Arc;

use crate::calendar::course::Course;
use crate::definition::diagram::{self, Walk};
use crate::definition::procedure::{Group, Limit, Procedure};
use crate::definition::value::{Kind, Value};
use crate::ids::{CaseId, GroupId, PersonId, ProcedureId, StepId, Ts, UnitId};
use crate::journal::entry::{Record, Sealed};
use crate::machine::available::available;
use crate::machine::case::{Case, Running, Status, Superior};
use crate::machine::command::Actor;
use crate::machine::event::Event;
use crate::machine::evolve::evolve;
use crate::machine::rules::{Callable, Rules, Workload};
use crate::projection::rows::{CaseRow, HoldingRow};
use crate::service::clock::Clock;
use crate::service::council;
use crate::service::health::{self, Health, Pulse, Waiting};
use crate::service::inbox::item;
use crate::service::library::{Library, Shelf};
use crate::service::offers;
use crate::service::suspensions::register;
use crate::service::timeline::say;
use crate::service::views::{
    BranchView, CaseView, ClockView, DocumentView, EscalationView, FieldView, GroupView, HoldingView, OfferView,
    PersonName, ProcedureView, Stuck, TimelineItem, UnitName,
};
use crate::store::contract::{CaseFilter, HoldingFilter, Page, Paging, Store, StoreError};

/// The reader.
pub struct Query {
    pub(super) store: Arc<dyn Store>,
    pub(super) library: Library,
    pub(super) clock: Arc<dyn Clock>,
    pulse: Arc<Pulse>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// There is none, or the viewer may not know of it.
    #[error("there is nothing of that name to see")]
    Unknown,
    /// A unit that is asked for is not there, or none the viewer may see; those it may have been meant for.
    #[error("there is no unit `{unit}` to see")]
    UnknownUnit { unit: UnitId, near: Vec<UnitId> },
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The record of the case cannot be read.
    #[error("the record is damaged: {0}")]
    Damaged(String),
}

/// Which lines of the stuck board.
#[derive(Clone, Debug, Default)]
pub struct StuckFilter {
    /// This unit and everything below it.
    pub unit: Option<UnitId>,
    pub late_only: bool,
    pub page: Paging,
}

/// A case made again from its entries, with what it is judged by.
pub(super) struct Past {
    pub case: Case,
    pub entries: Vec<Sealed>,
    pub procedure: Arc<Procedure>,
    pub course: Arc<Course>,
    pub shelf: Arc<Shelf>,
    /// What the procedure's steps call now.
    callable: Callable,
}

impl Past {
    /// What the case is judged by now.
    pub(super) fn rules<'a>(&'a self, workload: &'a Workload) -> Rules<'a> {
        let Past { procedure, shelf, callable, .. } = self;
        let (directory, calendars) = (&shelf.directory, &shelf.calendars);
        Rules { procedure, directory, calendars, workload, onto: None, callable }
    }
}

impl Query {
    /// A reader of that store and library.
    pub fn new(store: Arc<dyn Store>, library: Library, clock: Arc<dyn Clock>, pulse: Arc<Pulse>) -> Query {
        Query { store, library, clock, pulse }
    }

    /// Everything the page of a case shows to this viewer.
    pub async fn case(&self, case: &CaseId, viewer: &PersonId) -> Result<CaseView, QueryError> {
        let row = self.visible(case, viewer).await?;
        let past = self.past(case).await?;
        self.view(row, &past, viewer).await
    }

    /// The same with the procedure's picture and the path walked in it, from one replay.
    pub async fn case_drawn(&self, case: &CaseId, viewer: &PersonId) -> Result<(CaseView, String), QueryError> {
        let row = self.visible(case, viewer).await?;
        let past = self.past(case).await?;
        let view = self.view(row, &past, viewer).await?;
        Ok((view, diagram::svg(&past.procedure, &Walk { units: self.unit_names(), ..walk(&past) })))
    }

    async fn view(&self, row: CaseRow, past: &Past, viewer: &PersonId) -> Result<CaseView, QueryError> {
        let now = self.clock.now();
        let holdings = self.holding_views(past, now).await?;
        let offers = self.offer_views(past, viewer, now);
        let shelf = &past.shelf;
        let procedure = &past.procedure;
        let outcome = match &past.case.status {
            Status::Open => None,
            Status::Ended { step, .. } => Some(procedure.step_title(step).to_owned()),
        };
        Ok(CaseView {
            procedure_title: procedure.title.vi.clone(),
            owner: unit_name(shelf, &row.owner),
            outcome_title: outcome,
            variant: past.case.variant.as_ref().map(|id| match procedure.variants.get(id) {
                Some(variant) => variant.label(id),
                None => (id.to_string(), id.to_string()),
            }),
            clock: past.case.clock.as_ref().map(|running| clock_view(&past.course, running, now)),
            groups: groups(past, now),
            branches: branches(past, now),
            related: self.related(past, viewer).await?,
            fields: fields(past),
            documents: documents(past),
            holdings,
            suspensions: register(past, now),
            timeline: timeline(past),
            offers,
            row,
        })
    }

    /// What this viewer may do in the case now.
    pub async fn offers(&self, case: &CaseId, viewer: &PersonId) -> Result<Vec<OfferView>, QueryError> {
        self.visible(case, viewer).await?;
        let past = self.past(case).await?;
        Ok(self.offer_views(&past, viewer, self.clock.now()))
    }

    /// Cases this viewer may see, newest first.
    pub async fn cases(&self, viewer: &PersonId, mut filter: CaseFilter) -> Result<Page<CaseRow>, QueryError> {
        filter.units.iter().flatten().try_for_each(|unit| self.sees_unit(unit, viewer))?;
        filter.units = Some(self.seen_of(filter.units.take(), viewer));
        Ok(self.store.cases(&filter).await?)
    }

    /// Who held the case, from when to when.
    pub async fn holdings(&self, case: &CaseId, viewer: &PersonId) -> Result<Vec<HoldingView>, QueryError> {
        self.visible(case, viewer).await?;
        let past = self.past(case).await?;
        self.holding_views(&past, self.clock.now()).await
    }

    /// The entries of the case, in order.
    pub async fn journal(&self, case: &CaseId, viewer: &PersonId) -> Result<Vec<Sealed>, QueryError> {
        self.visible(case, viewer).await?;
        Ok(self.store.entries_of(case).await?)
    }

    /// What is stuck, with whom, since when; the longest overdue first.
    pub async fn stuck(&self, viewer: &PersonId, filter: StuckFilter) -> Result<Stuck, QueryError> {
        let (shelf, now) = (self.library.shelf(), self.clock.now());
        filter.unit.as_ref().map_or(Ok(()), |unit| self.sees_unit(unit, viewer))?;
        let below = filter.unit.as_ref().map(|unit| shelf.directory.units_under(unit));
        let units = Some(self.seen_of(below, viewer));
        let late = HoldingFilter { units: units.clone(), late_at: Some(now), page: first(1), ..Default::default() };
        let late_total = self.store.open_holdings(&late).await?.total;
        let rows =
            HoldingFilter { units, late_at: filter.late_only.then_some(now), page: filter.page, ..Default::default() };
        let page = self.store.open_holdings(&rows).await?;
        let items = page.items.into_iter().map(|(row, case)| item(&shelf, row, case, now)).collect();
        Ok(Stuck { at: now, total: page.total, late: late_total, items, next: page.next })
    }

    /// Every procedure in force.
    pub async fn procedures(&self) -> Vec<ProcedureView> {
        let shelf = self.library.shelf();
        shelf.all_current().map(|procedure| procedure_view(&shelf, &procedure)).collect()
    }

    /// One procedure in force.
    pub async fn procedure(&self, id: &ProcedureId) -> Option<(ProcedureView, Arc<Procedure>)> {
        let shelf = self.library.shelf();
        let procedure = shelf.opening(id, self.clock.now())?;
        Some((procedure_view(&shelf, &procedure), procedure))
    }

    /// The text of a procedure in force, as published.
    pub async fn procedure_text(&self, id: &ProcedureId) -> Option<String> {
        let shelf = self.library.shelf();
        let procedure = shelf.current(id)?;
        shelf.text(&procedure.digest).map(|(_, text)| text.to_owned())
    }

    /// The procedure's picture with the path this case has walked, as SVG.
    pub async fn case_diagram(&self, case: &CaseId, viewer: &PersonId) -> Result<String, QueryError> {
        self.visible(case, viewer).await?;
        let past = self.past(case).await?;
        Ok(diagram::svg(&past.procedure, &Walk { units: self.unit_names(), ..walk(&past) }))
    }

    /// The procedure's picture, as SVG.
    pub async fn procedure_diagram(&self, id: &ProcedureId) -> Option<String> {
        let procedure = self.library.shelf().current(id)?;
        Some(diagram::svg(&procedure, &Walk { units: self.unit_names(), ..Walk::default() }))
    }

    /// What the units are called, for the lanes of a picture.
    fn unit_names(&self) -> diagram::Names {
        diagram::names(&self.library.shelf().directory)
    }

    /// Whether the engine can do its work, and why not.
    pub async fn health(&self) -> Health {
        health::examine(self.store.as_ref(), self.clock.as_ref(), &self.pulse).await
    }

    /// The timer that has waited so long that reminders and breaches come late, if there is one.
    pub async fn late_timer(&self) -> Result<Option<Waiting>, QueryError> {
        let (waiting, _) = health::longest_waiting(
            self.store.as_ref(),
            self.clock.now(),
            &self.pulse.damaged_cases(self.clock.as_ref()),
        )
        .await?;
        Ok(waiting.filter(Waiting::is_late))
    }

    /// A person's name.
    pub fn person_name(&self, person: &PersonId) -> String {
        self.library.shelf().person_name(person)
    }

    /// The past of a case that this viewer may see.
    pub(super) async fn past_seen(&self, case: &CaseId, viewer: &PersonId) -> Result<Past, QueryError> {
        self.visible(case, viewer).await?;
        self.past(case).await
    }

    /// The instant it is now.
    pub(super) fn now(&self) -> Ts {
        self.clock.now()
    }

    /// What is in force now.
    pub(super) fn shelf(&self) -> Arc<Shelf> {
        self.library.shelf()
    }

    /// Where rows are read.
    pub(super) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    pub(super) async fn past(&self, id: &CaseId) -> Result<Past, QueryError> {
        let entries = self.store.entries_of(id).await?;
        let mut case = None;
        for sealed in &entries {
            if let Record::Case(event) = &sealed.entry.record {
                let after = evolve(case, id, event, sealed.entry.occurred_at);
                case = Some(after.map_err(|illegal| QueryError::Damaged(illegal.to_string()))?);
            }
        }
        let case = case.ok_or(QueryError::Unknown)?;
        let shelf = self.library.shelf();
        let missing = || QueryError::Damaged(format!("the procedure {} of case {id} cannot be read", case.digest));
        let procedure = shelf.procedure(&case.digest).ok_or_else(missing)?;
        let course = shelf.course_of(&procedure).ok_or_else(missing)?;
        let callable = shelf.callable(&procedure, self.clock.now());
        Ok(Past { case, entries, procedure, course, shelf, callable })
    }

    fn offer_views(&self, past: &Past, viewer: &PersonId, now: Ts) -> Vec<OfferView> {
        let workload = Workload::default();
        let rules = past.rules(&workload);
        let at = now.max(past.case.last_at);
        let offered = available(&rules, &past.case, &Actor::Person(viewer.clone()), at);
        offered.into_iter().map(|offer| offers::view(offer, &past.procedure, &past.case, &past.shelf)).collect()
    }

    async fn holding_views(&self, past: &Past, now: Ts) -> Result<Vec<HoldingView>, QueryError> {
        let rows = self.store.holdings_of(&past.case.id).await?;
        Ok(rows.into_iter().map(|row| holding_view(past, row, now)).collect())
    }
}

pub(super) fn first(limit: u32) -> Paging {
    Paging { limit, after: None }
}

pub(super) fn person_name(shelf: &Shelf, person: &PersonId) -> PersonName {
    PersonName { id: person.clone(), name: shelf.person_name(person) }
}

pub(super) fn unit_name(shelf: &Shelf, unit: &UnitId) -> UnitName {
    UnitName { id: unit.clone(), name: shelf.unit_name(unit) }
}

fn clock_view(course: &Course, running: &Running, now: Ts) -> ClockView {
    let clock = &running.clock;
    ClockView {
        started: clock.started,
        deadline: clock.deadline,
        rule: clock.rule.clone(),
        limit: clock.limit.clone(),
        calendar: clock.calendar.clone(),
        calendar_version: clock.calendar_version,
        left_minutes: course.working_minutes(now, clock.deadline),
        total_minutes: course.working_minutes(clock.started, clock.deadline),
    }
}

fn branches(past: &Past, now: Ts) -> Vec<BranchView> {
    let view = |branch: &crate::machine::case::Branch| {
        let label = branch.block.as_ref().map(|block| match &block.each {
            Some(unit) => past.shelf.unit_name(unit),
            None => block.key.clone(),
        });
        BranchView {
            branch: branch.id,
            label,
            step_title: past.procedure.step_title(&branch.step).to_owned(),
            kind: past.procedure.step(&branch.step).map_or("", |step| step.kind_word()).to_owned(),
            step: branch.step.clone(),
            holder: person_name(&past.shelf, &branch.holder.person),
            unit: unit_name(&past.shelf, &branch.holder.unit),
            how: branch.holder.how.word().to_owned(),
            held_since: branch.held_since,
            received_at: branch.received_at,
            clock: branch.clock.as_ref().map(|running| clock_view(&past.course, running, now)),
            late: branch.clock.as_ref().is_some_and(|running| running.clock.deadline < now),
            escalations: escalations(&past.shelf, branch.clock.as_ref()),
            council: council::view(past, branch, now),
        }
    };
    past.case.branches.values().map(view).collect()
}

fn groups(past: &Past, now: Ts) -> Vec<GroupView> {
    let running = past.procedure.groups.iter().filter_map(|(id, group)| Some((id, group, past.case.groups.get(id)?)));
    let view = |(id, group, running): (&GroupId, &Group, &Running)| GroupView {
        group: id.clone(),
        title: group.title.vi.clone(),
        unit: group.unit.as_ref().map(|unit| unit_name(&past.shelf, unit)),
        clock: clock_view(&past.course, running, now),
        late: running.breached_at.is_some(),
        stands: running.left.is_some() || past.case.stopped.is_some(),
    };
    running.map(view).collect()
}

fn escalations(shelf: &Shelf, running: Option<&Running>) -> Vec<EscalationView> {
    let superiors = running.into_iter().flat_map(|running| &running.superiors);
    let view = |(level, superior): (&u16, &Superior)| EscalationView {
        level: *level,
        superior: person_name(shelf, &superior.person),
        since: superior.since,
        answer_by: superior.answer_by,
        acknowledged_at: superior.acknowledged_at,
        before: superior.before.iter().map(|person| person_name(shelf, person)).collect(),
    };
    superiors.map(view).collect()
}

fn fields(past: &Past) -> Vec<FieldView> {
    let view = |(id, field): (&crate::ids::FieldId, &crate::definition::procedure::Field)| FieldView {
        field: id.clone(),
        title: field.title.vi.clone(),
        measure: field.measure.clone(),
        value: past.case.fields.get(id).cloned(),
        said: match past.case.fields.get(id) {
            Some(Value::Text(word)) if matches!(field.kind, Kind::Choice(_)) => Some(offers::said(field, word)),
            _ => None,
        },
    };
    past.procedure.fields.iter().map(view).collect()
}

fn documents(past: &Past) -> Vec<DocumentView> {
    let view = |(id, document): (&crate::ids::DocumentId, &crate::definition::procedure::Document)| DocumentView {
        document: id.clone(),
        title: document.title.vi.clone(),
        present: past.case.documents.contains(id),
        result: document.result,
        digitised: past.case.digitised.contains(id),
    };
    past.procedure.documents.iter().map(view).collect()
}

fn holding_view(past: &Past, row: HoldingRow, now: Ts) -> HoldingView {
    let open = row.ended_at.is_none();
    let minutes = row.minutes.unwrap_or_else(|| past.course.working_minutes(row.started_at, now));
    // The verdict stands on the receipt of what he gave: the first one of the same branch at or after his end.
    let verdict = row.ended_at.and_then(|ended| {
        past.entries.iter().find_map(|sealed| match &sealed.entry.record {
            Record::Case(Event::Received { branch, given_by, given_at, verdict })
                if *branch == row.branch && given_by.as_ref() == Some(&row.holder) && *given_at == Some(ended) =>
            {
                *verdict
            }
            _ => None,
        })
    });
    HoldingView {
        step_title: past.shelf.step_title(&past.procedure, &row.step),
        holder_name: past.shelf.person_name(&row.holder),
        unit_name: past.shelf.unit_name(&row.unit),
        minutes,
        excused_minutes: row.excused_minutes.unwrap_or(0),
        open,
        verdict,
        row,
    }
}

fn timeline(past: &Past) -> Vec<TimelineItem> {
    let mut items = Vec::with_capacity(past.entries.len());
    for sealed in &past.entries {
        let entry = &sealed.entry;
        let Record::Case(event) = &entry.record else { continue };
        // In the words of the text that held then: a newer one may call the steps otherwise.
        let then = entry.procedure.as_ref().and_then(|digest| past.shelf.procedure(digest));
        let said = say(event, then.as_deref().unwrap_or(&past.procedure), &past.shelf);
        let right_of = entry.actor.right_of().filter(|right| Some(*right) != entry.actor.person());
        items.push(TimelineItem {
            seq: entry.seq,
            at: entry.occurred_at,
            recorded_at: entry.recorded_at,
            actor: entry.actor.person().map(|person| person_name(&past.shelf, person)),
            on_behalf_of: right_of.map(|person| person_name(&past.shelf, person)),
            event: event.word().to_owned(),
            vi: said.vi,
            en: said.en,
            reason: said.reason,
            branch: said.branch,
        });
    }
    items
}

/// The path walked and the steps the case is in.
fn walk(past: &Past) -> Walk {
    let mut passed = Vec::new();
    let mut left: Option<(StepId, Option<crate::ids::Verb>)> = None;
    for sealed in &past.entries {
        let Record::Case(event) = &sealed.entry.record else { continue };
        match event {
            Event::Taken(taken) => {
                if let Some(to) = &taken.to {
                    passed.push((taken.step.clone(), Some(taken.verb.clone()), to.clone()));
                }
                left = Some((taken.step.clone(), Some(taken.verb.clone())));
            }
            Event::Decided { step, to, .. } => passed.push((step.clone(), None, to.clone())),
            Event::Joined { step, .. } => left = Some((step.clone(), None)),
            // The picture is that of the text it runs by now.
            Event::CaseMigrated(moved) => {
                let steps =
                    passed.iter_mut().flat_map(|(from, _, to)| [from, to]).chain(left.iter_mut().map(|(at, _)| at));
                steps
                    .filter_map(|step| Some((moved.steps.get(step)?, step)))
                    .for_each(|(now, step)| *step = now.clone());
            }
            Event::StepEntered(entered) => {
                if let (Some((from, verb)), true) = (left.take(), entered.from.is_some()) {
                    passed.push((from, verb, entered.step.clone()));
                }
            }
            _ => {}
        }
    }
    passed.sort();
    passed.dedup();
    let now = match &past.case.status {
        Status::Open => past.case.branches.values().map(|branch| branch.step.clone()).collect(),
        Status::Ended { step, .. } => vec![step.clone()],
    };
    Walk { passed, now, ..Walk::default() }
}

fn limit_vi(limit: &Limit) -> String {
    match limit {
        Limit::Length(length) => length.vi(),
        Limit::Untimed { .. } => "không tính thời hạn".to_owned(),
        Limit::DayOfYear { month, day } => format!("đến {day:02}/{month:02}"),
        Limit::Field(field) => format!("đến ngày ghi ở {field}"),
        Limit::Window(window) => window.vi(),
        Limit::Decided { field, at_most } => format!("theo {field}, nhiều nhất {}", at_most.vi()),
        Limit::Choose(choices) => {
            choices.iter().map(|choice| limit_vi(&choice.then)).collect::<Vec<_>>().join(" hoặc ")
        }
    }
}

fn procedure_view(shelf: &Shelf, procedure: &Procedure) -> ProcedureView {
    ProcedureView {
        procedure: procedure.id.clone(),
        version: procedure.version,
        digest: procedure.digest.to_string(),
        title: procedure.title.vi.clone(),
        owner: unit_name(shelf, &procedure.owner),
        codes: procedure.codes.clone(),
        steps: procedure.steps.len(),
        limit: limit_vi(&procedure.case.within),
        effective: procedure.effective,
        until: procedure.until,
        supersedes: procedure.supersedes.clone(),
        known_defects: procedure.known_defects.len(),
        current: true,
    }
}
