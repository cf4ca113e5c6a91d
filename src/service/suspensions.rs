//! The register of suspensions: of one case from its entries, and of every case that stands now. With names; it counts
//! nothing itself.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::definition::procedure::{ClockPolicy, Party, Procedure, StepKind};
use crate::ids::{BranchId, CaseId, DocumentId, PersonId, StepId, Ts};
use crate::journal::entry::Entry;
use crate::ledger::suspension::{Suspension, suspensions};
use crate::machine::command::Actor;
use crate::service::library::Shelf;
use crate::service::query::{Past, Query, QueryError, person_name};
use crate::service::timeline::verb_title;
use crate::service::views::PersonName;
use crate::store::contract::{CaseFilter, Page, Paging};

/// The register of one case.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Register {
    pub items: Vec<SuspensionView>,
    /// Working minutes by the party waited for.
    pub totals: BTreeMap<&'static str, PartyTotal>,
}

/// What is billed to one party.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartyTotal {
    pub count: u32,
    /// Up to now, of what lasts as well.
    pub minutes: i64,
}

/// One suspension with names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SuspensionView {
    pub n: u32,
    pub branch: BranchId,
    pub step: StepId,
    pub step_title: String,
    pub policy: ClockPolicy,
    pub from: Ts,
    /// The entry that says so.
    pub seq: u64,
    /// Nothing where the engine went on by itself.
    pub opened_by: Option<PersonName>,
    pub on_behalf_of: Option<PersonName>,
    /// The act that led there, in words.
    pub act_vi: Option<String>,
    pub act_en: Option<String>,
    pub reason: Option<String>,
    pub evidence: Vec<EvidenceView>,
    /// `applicant`, `outside` or `staff`.
    pub waited_for: &'static str,
    /// The term of whoever is waited for.
    pub own_limit: Option<String>,
    pub own_deadline: Option<Ts>,
    /// When somebody is next reminded to look at it.
    pub next_check: Option<Ts>,
    /// Nothing while it lasts.
    pub resumed_at: Option<Ts>,
    pub resumed_by: Option<PersonName>,
    /// The verb taken, or `lapsed`, `joined`, `silent`.
    pub resumed_how: Option<String>,
    /// Working minutes it stood, or has stood until now.
    pub minutes: i64,
}

/// A paper that the act before gave along or made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceView {
    pub document: DocumentId,
    pub title: String,
}

/// A case whose clock stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandingCase {
    pub case: CaseId,
    pub title: String,
    pub procedure_title: String,
    pub deadline: Option<Ts>,
    pub suspension: SuspensionView,
}

impl Query {
    /// Every suspension of a case, with what each party took.
    pub async fn suspensions(&self, case: &CaseId, viewer: &PersonId) -> Result<Register, QueryError> {
        let past = self.past_seen(case, viewer).await?;
        Ok(register(&past, self.now()))
    }

    /// The cases this viewer may list whose clock stands now, newest first.
    pub async fn standing(&self, viewer: &PersonId, page: Paging) -> Result<Page<StandingCase>, QueryError> {
        let filter = CaseFilter { stands: true, page, ..CaseFilter::default() };
        let rows = self.cases(viewer, filter).await?;
        let mut items = Vec::with_capacity(rows.items.len());
        for row in rows.items {
            let past = self.past_seen(&row.case, viewer).await?;
            // It may have run on since the row was read.
            let Some(suspension) = register(&past, self.now()).items.pop().filter(|last| last.resumed_at.is_none())
            else {
                continue;
            };
            items.push(StandingCase {
                procedure_title: past.procedure.title.vi.clone(),
                case: row.case,
                title: row.title,
                deadline: row.deadline,
                suspension,
            });
        }
        Ok(Page { items, next: rows.next, total: rows.total })
    }
}

pub(super) fn register(past: &Past, now: Ts) -> Register {
    let entries: Vec<Entry> = past.entries.iter().map(|sealed| sealed.entry.clone()).collect();
    let items: Vec<SuspensionView> =
        suspensions(&entries).into_iter().map(|suspension| view(past, suspension, now)).collect();
    let mut totals: BTreeMap<&'static str, PartyTotal> = BTreeMap::new();
    for item in &items {
        let total = totals.entry(item.waited_for).or_default();
        total.count += 1;
        total.minutes += item.minutes;
    }
    Register { items, totals }
}

fn view(past: &Past, suspension: Suspension, now: Ts) -> SuspensionView {
    let (procedure, shelf) = (&past.procedure, &past.shelf);
    let (opened_by, on_behalf_of) = names(shelf, &suspension.opened_by);
    let act = suspension.verb.as_ref().map(|verb| verb_title(procedure, from_step(&suspension), verb));
    let (act_vi, act_en) = act.unzip();
    let title = |document: &DocumentId| {
        procedure.documents.get(document).map_or_else(|| document.to_string(), |known| known.title.vi.clone())
    };
    let resumed = suspension.resumed.as_ref();
    SuspensionView {
        n: suspension.n,
        branch: suspension.branch,
        step_title: procedure.step_title(&suspension.step).to_owned(),
        policy: suspension.policy,
        from: suspension.from,
        seq: suspension.seq,
        opened_by,
        on_behalf_of,
        act_vi,
        act_en,
        reason: suspension.reason.clone(),
        evidence: suspension
            .evidence
            .iter()
            .map(|document| EvidenceView { title: title(document), document: document.clone() })
            .collect(),
        waited_for: waited_for(procedure, &suspension.step),
        own_limit: suspension.own.as_ref().map(|clock| clock.limit.clone()),
        own_deadline: suspension.own.as_ref().map(|clock| clock.deadline),
        next_check: suspension.next_check(now),
        resumed_at: resumed.map(|resumed| resumed.at),
        resumed_by: resumed.and_then(|resumed| names(shelf, &resumed.by).0),
        resumed_how: resumed.map(|resumed| resumed.how.clone()),
        minutes: resumed.map_or_else(
            || past.course.working_minutes(suspension.from, now).max(0),
            |resumed| resumed.stopped_minutes,
        ),
        step: suspension.step,
    }
}

/// The step whose act led there: where a verb has a title of its own.
fn from_step(suspension: &Suspension) -> &StepId {
    suspension.acted_in.as_ref().unwrap_or(&suspension.step)
}

fn names(shelf: &Shelf, actor: &Actor) -> (Option<PersonName>, Option<PersonName>) {
    let right_of = actor.right_of().filter(|right| Some(*right) != actor.person());
    (actor.person().map(|person| person_name(shelf, person)), right_of.map(|person| person_name(shelf, person)))
}

/// Who is waited for while the clock stands in that step: the party a wait names; bodies outside for a consultation.
fn waited_for(procedure: &Procedure, step: &StepId) -> &'static str {
    match procedure.step(step).map(|step| &step.kind) {
        Some(StepKind::Wait(wait)) => match wait.awaited {
            Party::Applicant => "applicant",
            Party::Staff => "staff",
            Party::Outside => "outside",
        },
        _ => "outside",
    }
}
