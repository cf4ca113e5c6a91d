//! Suspensions over the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::wire::explain::word;
use crate::http::wire::names::Person;
use crate::ids::Ts;
use crate::service::suspensions as register;
use crate::store::contract::Page;

/// The register of suspensions of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suspensions {
    /// In the order of beginning; the last may still last.
    pub items: Vec<Suspension>,
    pub totals: Vec<PartyTotal>,
}

/// What is billed to one party.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyTotal {
    /// `applicant`, `outside`, `staff`.
    #[schema(examples("applicant"))]
    pub party: String,
    pub count: u32,
    /// Working minutes, of what lasts up to now.
    pub minutes: i64,
}

/// One span in which the case's clock stood.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suspension {
    /// From 0 in the order of beginning.
    pub n: u32,
    pub branch: u32,
    pub step: String,
    #[schema(examples("Chờ chủ đầu tư bổ sung"))]
    pub step_title: String,
    /// `pause`, `restart`, `exclude`.
    #[schema(examples("pause"))]
    pub policy: String,
    #[schema(value_type = String, format = DateTime)]
    pub from: Ts,
    /// The entry that says so.
    pub seq: u64,
    /// Absent where the engine went on by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Papers that the act before gave along or made.
    pub evidence: Vec<Paper>,
    /// The party waited for: `applicant`, `outside`, `staff`.
    #[schema(examples("applicant"))]
    pub waited_for: String,
    /// The term of whoever is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_limit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub own_deadline: Option<Ts>,
    /// When somebody is next reminded to look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_check: Option<Ts>,
    /// Absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resumed_at: Option<Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed_by: Option<Person>,
    /// The verb taken, or `lapsed`, `joined`, `silent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed_how: Option<String>,
    /// Working minutes it stood, or has stood until now.
    pub minutes: i64,
}

/// A paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct Paper {
    pub document: String,
    pub title: String,
}

/// A page of cases whose clock stands now.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingList {
    pub items: Vec<Standing>,
    /// How many cases there are, on all pages.
    pub total: u64,
    /// For `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A case whose clock stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    #[schema(examples("2026-000123"))]
    pub case: String,
    pub title: String,
    pub procedure_title: String,
    /// As it was before the clock stood: it moves when the clock runs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Ts>,
    pub suspension: Suspension,
}

impl From<register::Register> for Suspensions {
    fn from(register: register::Register) -> Suspensions {
        let total = |(party, total): (&str, register::PartyTotal)| PartyTotal {
            party: party.to_owned(),
            count: total.count,
            minutes: total.minutes,
        };
        Suspensions {
            items: register.items.into_iter().map(Into::into).collect(),
            totals: register.totals.into_iter().map(total).collect(),
        }
    }
}

impl From<register::SuspensionView> for Suspension {
    fn from(view: register::SuspensionView) -> Suspension {
        Suspension {
            n: view.n,
            branch: view.branch.0,
            step: view.step.to_string(),
            step_title: view.step_title,
            policy: word(&view.policy),
            from: view.from,
            seq: view.seq,
            opened_by: view.opened_by.map(Into::into),
            on_behalf_of: view.on_behalf_of.map(Into::into),
            reason: view.reason,
            evidence: view
                .evidence
                .into_iter()
                .map(|paper| Paper { document: paper.document.to_string(), title: paper.title })
                .collect(),
            waited_for: view.waited_for.to_owned(),
            own_limit: view.own_limit,
            own_deadline: view.own_deadline,
            next_check: view.next_check,
            resumed_at: view.resumed_at,
            resumed_by: view.resumed_by.map(Into::into),
            resumed_how: view.resumed_how,
            minutes: view.minutes,
        }
    }
}

impl From<Page<register::StandingCase>> for StandingList {
    fn from(page: Page<register::StandingCase>) -> StandingList {
        let standing = |case: register::StandingCase| Standing {
            case: case.case.to_string(),
            title: case.title,
            procedure_title: case.procedure_title,
            deadline: case.deadline,
            suspension: case.suspension.into(),
        };
        StandingList { items: page.items.into_iter().map(standing).collect(), total: page.total, next: page.next }
    }
}
