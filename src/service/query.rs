//! The only reader: rows with names for lists, and a case made again from its entries for its own page.
//!
//! What a viewer may not see does not exist for him. Nothing here changes anything.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::calendar::course::Course;
use crate::definition::diagram::{self, Walk};
use crate::definition::procedure::{Group, Limit, Procedure};
use crate::definition::value::{Kind, Value};
use crate::fold::near;
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
use crate::service::library::{Library, Shelf};
use crate::service::offers;
use crate::service::suspensions::register;
use crate::service::timeline::say;
use crate::service::views::{
    BranchView, CaseView, ClockView, DocumentView, EscalatedItem, EscalationView, FieldView, GroupView, HoldingView,
    Inbox, InboxItem, Notice, OfferView, PersonName, ProcedureView, Stuck, TimelineItem, UnitName,
};
use crate::store::contract::{CaseFilter, HoldingFilter, Page, Paging, Store, StoreError};

/// The most lines an inbox shows of each kind.
const INBOX: u32 = 200;

/// The reader.
pub struct Query {
    store: Arc<dyn Store>,
    library: Library,
    clock: Arc<dyn Clock>,
    pulse: Arc<Pulse>,
}

/// How many units are named where none is like the one asked for.
const UNITS_NAMED: usize = 12;

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

    /// What a person holds, may claim, and answers for as head.
    pub async fn inbox(&self, person: &PersonId) -> Result<Inbox, QueryError> {
        let (shelf, now) = (self.library.shelf(), self.clock.now());
        let directory = &shelf.directory;
        let posts = directory.posts_of(person, now);
        let headed = directory.units_headed_by(person, now);
        let held = self
            .items(
                HoldingFilter { holder: Some(person.clone()), page: first(INBOX), ..Default::default() },
                &shelf,
                now,
            )
            .await?;
        let (unassigned, mine) = held.into_iter().partition(|(row, _)| row.pool_unit.is_some());
        let pools = HoldingFilter { claimable_by: Some(posts), page: first(INBOX), ..Default::default() };
        let mut claimable = self.items(pools, &shelf, now).await?;
        claimable.retain(|(row, _)| row.holder != *person);
        let mut unit = Vec::new();
        if !headed.is_empty() {
            let below: BTreeSet<UnitId> = headed.iter().flat_map(|unit| directory.units_under(unit)).collect();
            let filter =
                HoldingFilter { units: Some(below.into_iter().collect()), page: first(INBOX), ..Default::default() };
            unit = self.items(filter, &shelf, now).await?;
            unit.retain(|(row, _)| row.holder != *person);
        }
        let lines = |items: Vec<(HoldingRow, InboxItem)>| items.into_iter().map(|(_, item)| item).collect();
        let notices = self.store.notices_of(person, 50).await?;
        let mut told = Vec::with_capacity(notices.len());
        for notice in notices {
            let case = self.store.case(&notice.case).await?;
            told.push(Notice {
                case_title: case.map(|case| case.title).unwrap_or_default(),
                case: notice.case,
                kind: notice.kind,
                at: notice.at,
            });
        }
        Ok(Inbox {
            person: person_name(&shelf, person),
            mine: lines(mine),
            claimable: lines(claimable),
            unassigned: lines(unassigned),
            unit: lines(unit),
            escalated: self.escalated_to(person, &shelf, now).await?,
            notices: told,
        })
    }

    /// The late steps that wait for a superior to acknowledge them.
    async fn escalated_to(&self, person: &PersonId, shelf: &Shelf, now: Ts) -> Result<Vec<EscalatedItem>, QueryError> {
        let mut found = Vec::new();
        for row in self.store.escalations_to(person, INBOX).await? {
            let Some(case) = self.store.case(&row.case).await? else { continue };
            let holdings = self.store.holdings_of(&row.case).await?;
            let held = holdings.into_iter().find(|held| held.branch == row.branch && held.ended_at.is_none());
            found.extend(held.map(|held| EscalatedItem {
                item: item(shelf, held, case, now),
                level: row.level,
                since: row.since,
                answer_by: row.answer_by,
            }));
        }
        Ok(found)
    }

    async fn items(
        &self,
        filter: HoldingFilter,
        shelf: &Shelf,
        now: Ts,
    ) -> Result<Vec<(HoldingRow, InboxItem)>, QueryError> {
        if filter.claimable_by.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let page = self.store.open_holdings(&filter).await?;
        Ok(page.items.into_iter().map(|(row, case)| (row.clone(), item(shelf, row, case, now))).collect())
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

    /// Nothing in a unit is not the same as no such unit: a slip of the pen must not read as "nothing is stuck". A unit
    /// above some that the viewer sees will do.
    fn sees_unit(&self, unit: &UnitId, viewer: &PersonId) -> Result<(), QueryError> {
        let (shelf, seen) = (self.library.shelf(), self.seen_by(viewer));
        let directory = &shelf.directory;
        if directory.unit(unit).is_some() && directory.units_under(unit).iter().any(|below| seen.contains(below)) {
            return Ok(());
        }
        let close = near(unit.as_str(), seen.iter().map(UnitId::as_str)).into_iter().map(UnitId::from);
        let close: Vec<UnitId> = close.collect();
        let near = if close.is_empty() { seen.into_iter().take(UNITS_NAMED).collect() } else { close };
        Err(QueryError::UnknownUnit { unit: unit.clone(), near })
    }

    /// The units asked for, or all, as far as this viewer may list their cases.
    fn seen_of(&self, asked: Option<Vec<UnitId>>, viewer: &PersonId) -> Vec<UnitId> {
        let seen = self.seen_by(viewer);
        match asked {
            None => seen.into_iter().collect(),
            Some(asked) => asked.into_iter().filter(|unit| seen.contains(unit)).collect(),
        }
    }

    /// The units whose cases a person may list.
    pub(super) fn seen_by(&self, viewer: &PersonId) -> BTreeSet<UnitId> {
        let (shelf, now) = (self.library.shelf(), self.clock.now());
        let directory = &shelf.directory;
        let mut units: BTreeSet<UnitId> = directory.posts_of(viewer, now).into_iter().map(|(unit, _)| unit).collect();
        let areas = directory.areas_of_inspector(viewer);
        for area in areas.iter().chain(&directory.units_headed_by(viewer, now)) {
            units.extend(directory.units_under(area));
        }
        units
    }

    /// The case's row, where this viewer may see it: he holds or held it, works in or heads a unit that answers for
    /// it or holds it, or inspects one of them.
    pub async fn visible(&self, case: &CaseId, viewer: &PersonId) -> Result<CaseRow, QueryError> {
        let row = self.store.case(case).await?.ok_or(QueryError::Unknown)?;
        let (shelf, now) = (self.library.shelf(), self.clock.now());
        let sees =
            |unit: &UnitId| shelf.directory.sees(viewer, unit, now) || shelf.directory.works_with(viewer, unit, now);
        if sees(&row.owner) {
            return Ok(row);
        }
        let holdings = self.store.holdings_of(case).await?;
        let concerned = holdings.iter().any(|holding| {
            holding.holder == *viewer || sees(&holding.unit) || holding.pool_unit.as_ref().is_some_and(sees)
        });
        // Who must answer for a late step sees it, wherever he sits.
        let brought = || async {
            let lies = self.store.escalations_to(viewer, INBOX).await?;
            Ok::<_, QueryError>(lies.iter().any(|lies| lies.case == *case))
        };
        // So does who has a vote where it rests; only such procedures are replayed for it.
        let decides = || async {
            let councils = shelf.procedure(&row.digest).is_some_and(|procedure| council::is_known_to(&procedure));
            Ok::<_, QueryError>(councils && council::has_vote(&self.past(case).await?, viewer, now))
        };
        if concerned || brought().await? || decides().await? { Ok(row) } else { Err(QueryError::Unknown) }
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

    async fn past(&self, id: &CaseId) -> Result<Past, QueryError> {
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

fn first(limit: u32) -> Paging {
    Paging { limit, after: None }
}

pub(super) fn person_name(shelf: &Shelf, person: &PersonId) -> PersonName {
    PersonName { id: person.clone(), name: shelf.person_name(person) }
}

pub(super) fn unit_name(shelf: &Shelf, unit: &UnitId) -> UnitName {
    UnitName { id: unit.clone(), name: shelf.unit_name(unit) }
}

fn item(shelf: &Shelf, row: HoldingRow, case: CaseRow, now: Ts) -> InboxItem {
    let procedure = shelf.procedure(&case.digest);
    let course = procedure.as_ref().and_then(|procedure| shelf.course_of(procedure));
    let minutes = |from: Ts, to: Ts| course.as_ref().map_or(0, |course| course.working_minutes(from, to));
    InboxItem {
        procedure_title: procedure.as_ref().map_or_else(|| case.procedure.to_string(), |p| p.title.vi.clone()),
        step_title: procedure.as_ref().map_or_else(|| row.step.to_string(), |p| p.step_title(&row.step).to_owned()),
        holder: person_name(shelf, &row.holder),
        unit: unit_name(shelf, &row.unit),
        left_minutes: row.deadline.map(|deadline| minutes(now, deadline)),
        total_minutes: row.deadline.map(|deadline| minutes(row.started_at, deadline)),
        held_minutes: minutes(row.started_at, now),
        late: row.deadline.is_some_and(|deadline| deadline < now),
        stopped: case.stopped_since.is_some(),
        case_deadline: case.deadline,
        marks: case.marks,
        revision: case.revision,
        case: case.case,
        title: case.title,
        procedure: case.procedure,
        branch: row.branch,
        step: row.step,
        how: row.how,
        held_since: row.started_at,
        received_at: row.received_at,
        deadline: row.deadline,
    }
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
