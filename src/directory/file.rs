//! `directory/v1` as written: what a person types, unknown keys refused. It checks form only; `build` checks sense.

use std::fmt;

use indexmap::IndexMap;
use jiff::civil::Date;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::ids::{CalendarId, PersonId, PostId, ProcedureId, UnitId};

/// A whole directory file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryFile {
    /// Always `directory/v1`.
    pub format: String,
    pub id: String,
    /// The zone whose days count; `Asia/Ho_Chi_Minh` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    pub people: IndexMap<PersonId, Person>,
    pub units: IndexMap<UnitId, Unit>,
    #[serde(default)]
    pub delegations: Vec<Delegation>,
    #[serde(default)]
    pub absences: Vec<Absence>,
    #[serde(default)]
    pub rights: Rights,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub vi: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A unit of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub vi: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// The unit above; nothing for a top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    #[serde(default)]
    pub posts: IndexMap<PostId, Post>,
}

/// A duty in a unit, and who fills it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub vi: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// The post of the unit's head; one post in a unit, one person at a time.
    #[serde(default)]
    pub head: bool,
    #[serde(default)]
    pub deputy: bool,
    #[serde(default)]
    pub people: Vec<PostHolder>,
}

/// One person in a post. Written as a bare name, or as a map when there is more to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostHolder {
    pub person: PersonId,
    /// The procedures (fields of work) this person has charge of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<ProcedureId>,
    /// First day; from ever where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Last day; for ever where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Standing leave to act for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    pub from: PersonId,
    pub to: PersonId,
    /// The procedures it covers; it never covers more than these.
    pub procedures: Vec<ProcedureId>,
    /// Only for cases whose data meet this condition, in the words of the procedure; for every case where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    pub since: Date,
    /// Last day, inclusive.
    pub until: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DelegationDecision>,
}

/// The paper behind a delegation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegationDecision {
    pub number: String,
    pub date: Date,
}

/// Days on which a person does not work, and who stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    pub person: PersonId,
    pub since: Date,
    /// Last day, inclusive.
    pub until: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// Rights beyond those that posts give.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rights {
    #[serde(default)]
    pub inspectors: Vec<Inspector>,
    #[serde(default)]
    pub authors: Vec<Author>,
    #[serde(default)]
    pub admins: Vec<PersonId>,
}

/// Reads everything in an area, writes findings only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspector {
    pub person: PersonId,
    /// A unit: the area is it and everything under it.
    pub area: UnitId,
}

/// Publishes procedures of a unit, with a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    pub person: PersonId,
    pub unit: UnitId,
}

impl<'de> Deserialize<'de> for PostHolder {
    // Written by hand, for an untagged enum would lose the position of a mistake in the file.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PostHolderVisitor)
    }
}

struct PostHolderVisitor;

impl<'de> Visitor<'de> for PostHolderVisitor {
    type Value = PostHolder;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a person's id, or { person, areas, since, until }")
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<PostHolder, E> {
        Ok(PostHolder { person: PersonId::from(id), areas: Vec::new(), since: None, until: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PostHolder, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Long {
            person: PersonId,
            #[serde(default)]
            areas: Vec<ProcedureId>,
            since: Option<Date>,
            until: Option<Date>,
        }
        let long = Long::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(PostHolder { person: long.person, areas: long.areas, since: long.since, until: long.until })
    }
}
