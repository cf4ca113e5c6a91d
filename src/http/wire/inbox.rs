//! What a person holds, and what is stuck, over the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::wire::names::{Person, Unit};
use crate::ids::Ts;
use crate::service::views;

/// What the caller holds or may claim now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Inbox {
    pub person: Person,
    /// Held by him, earliest deadline first.
    pub mine: Vec<Item>,
    /// He may claim it.
    pub claimable: Vec<Item>,
    /// Held by him as head until somebody takes it or is given it.
    pub unassigned: Vec<Item>,
    /// Held by others of the units he heads.
    pub unit: Vec<Item>,
    /// Late steps of others that wait for his acknowledgement, the term that ends first first.
    pub escalated: Vec<Escalated>,
    /// What he was told, latest first.
    pub notices: Vec<Notice>,
}

/// One held step.
#[derive(Debug, Serialize, ToSchema)]
pub struct Item {
    pub case: String,
    pub title: String,
    pub procedure: String,
    pub procedure_title: String,
    pub branch: u32,
    pub step: String,
    pub step_title: String,
    pub holder: Person,
    pub unit: Unit,
    pub how: String,
    #[schema(value_type = String, format = DateTime)]
    pub held_since: Ts,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Ts>,
    /// Working minutes until the deadline, negative when it has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_minutes: Option<i64>,
    /// Working minutes held so far.
    pub held_minutes: i64,
    pub late: bool,
    /// The case's clock stands.
    pub stopped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub case_deadline: Option<Ts>,
    /// What stands against the case: `second_supplement`.
    pub marks: Vec<String>,
    pub revision: u64,
}

/// A late step that waits for the caller's acknowledgement (`act: acknowledge`).
#[derive(Debug, Serialize, ToSchema)]
pub struct Escalated {
    #[serde(flatten)]
    pub item: Item,
    /// Its place in the step's `escalate`, from 0.
    pub level: u16,
    #[schema(value_type = String, format = DateTime)]
    pub since: Ts,
    /// Not acknowledged by then, it goes to the head above.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answer_by: Option<Ts>,
}

/// Something he was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    pub case: String,
    pub case_title: String,
    /// `reminded`, `breached`, `escalated`, `apology_due`, `marked`.
    pub kind: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Ts,
}

/// What is held now in the caller's units or area: who, where, since when.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stuck {
    /// The instant it was computed for.
    #[schema(value_type = String, format = DateTime)]
    pub at: Ts,
    pub total: u64,
    pub late: u64,
    pub items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl From<views::Inbox> for Inbox {
    fn from(inbox: views::Inbox) -> Inbox {
        let items = |items: Vec<views::InboxItem>| items.into_iter().map(Item::from).collect();
        Inbox {
            person: inbox.person.into(),
            mine: items(inbox.mine),
            claimable: items(inbox.claimable),
            unassigned: items(inbox.unassigned),
            unit: items(inbox.unit),
            escalated: inbox.escalated.into_iter().map(Escalated::from).collect(),
            notices: inbox.notices.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<views::EscalatedItem> for Escalated {
    fn from(escalated: views::EscalatedItem) -> Escalated {
        let views::EscalatedItem { item, level, since, answer_by } = escalated;
        Escalated { item: item.into(), level, since, answer_by }
    }
}

impl From<views::InboxItem> for Item {
    fn from(item: views::InboxItem) -> Item {
        Item {
            case: item.case.to_string(),
            title: item.title,
            procedure: item.procedure.to_string(),
            procedure_title: item.procedure_title,
            branch: item.branch.0,
            step: item.step.to_string(),
            step_title: item.step_title,
            holder: item.holder.into(),
            unit: item.unit.into(),
            how: item.how,
            held_since: item.held_since,
            received_at: item.received_at,
            deadline: item.deadline,
            left_minutes: item.left_minutes,
            total_minutes: item.total_minutes,
            held_minutes: item.held_minutes,
            late: item.late,
            stopped: item.stopped,
            case_deadline: item.case_deadline,
            marks: item.marks.into_iter().map(|mark| mark.word().to_owned()).collect(),
            revision: item.revision,
        }
    }
}

impl From<views::Notice> for Notice {
    fn from(notice: views::Notice) -> Notice {
        Notice { case: notice.case.to_string(), case_title: notice.case_title, kind: notice.kind, at: notice.at }
    }
}

impl From<views::Stuck> for Stuck {
    fn from(stuck: views::Stuck) -> Stuck {
        Stuck {
            at: stuck.at,
            total: stuck.total,
            late: stuck.late,
            items: stuck.items.into_iter().map(Into::into).collect(),
            next: stuck.next,
        }
    }
}
