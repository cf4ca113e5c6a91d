//! A morning's digest over the wire.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::wire::names::Person;
use crate::ids::Ts;
use crate::service::digest;

/// Everything the caller was told since the morning before, by case, and what falls due.
#[derive(Debug, Serialize, ToSchema)]
pub struct Digest {
    pub person: Person,
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What was told after `since`, up to `until`: the openings of the working day before and of this one.
    #[schema(value_type = String, format = DateTime)]
    pub since: Ts,
    #[schema(value_type = String, format = DateTime)]
    pub until: Ts,
    /// The case told of last comes first.
    pub told: Vec<DigestCase>,
    pub late: Vec<DigestLine>,
    pub today: Vec<DigestLine>,
    /// Due on the next working day.
    pub tomorrow: Vec<DigestLine>,
}

/// Everything that was told about one case.
#[derive(Debug, Serialize, ToSchema)]
pub struct DigestCase {
    #[schema(examples("2026-000123"))]
    pub case: String,
    pub title: String,
    /// The case's deadline as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Ts>,
    /// In the order in which it was told.
    pub notices: Vec<Told>,
}

/// One notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told {
    /// `reminded`, `breached`, `escalated`, `apology_due`.
    #[schema(examples("reminded"))]
    pub kind: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Ts,
}

/// A held step that falls due or is late.
#[derive(Debug, Serialize, ToSchema)]
pub struct DigestLine {
    pub case: String,
    pub title: String,
    pub step_title: String,
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Ts,
}

impl From<digest::Digest> for Digest {
    fn from(digest: digest::Digest) -> Digest {
        let lines = |lines: Vec<digest::DigestLine>| lines.into_iter().map(Into::into).collect();
        Digest {
            person: digest.person.into(),
            date: digest.date,
            since: digest.since,
            until: digest.until,
            told: digest.told.into_iter().map(Into::into).collect(),
            late: lines(digest.late),
            today: lines(digest.today),
            tomorrow: lines(digest.tomorrow),
        }
    }
}

impl From<digest::DigestCase> for DigestCase {
    fn from(case: digest::DigestCase) -> DigestCase {
        let notices = case.notices.into_iter().map(|told| Told { kind: told.kind, at: told.at });
        DigestCase {
            case: case.case.to_string(),
            title: case.title,
            deadline: case.deadline,
            notices: notices.collect(),
        }
    }
}

impl From<digest::DigestLine> for DigestLine {
    fn from(line: digest::DigestLine) -> DigestLine {
        DigestLine {
            case: line.case.to_string(),
            title: line.title,
            step_title: line.step_title,
            deadline: line.deadline,
        }
    }
}
