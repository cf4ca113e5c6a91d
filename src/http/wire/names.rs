//! A person and a unit with their names.

use serde::Serialize;
use utoipa::ToSchema;

use crate::service::views::{PersonName, UnitName};

/// A person with his name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Person {
    #[schema(examples("dung"))]
    pub id: String,
    #[schema(examples("Trần Quang Dũng"))]
    pub name: String,
}

/// A unit with its name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Unit {
    #[schema(examples("phong-cap-phep"))]
    pub id: String,
    #[schema(examples("Phòng Cấp phép xây dựng"))]
    pub name: String,
}

impl From<PersonName> for Person {
    fn from(person: PersonName) -> Person {
        Person { id: person.id.to_string(), name: person.name }
    }
}

impl From<UnitName> for Unit {
    fn from(unit: UnitName) -> Unit {
        Unit { id: unit.id.to_string(), name: unit.name }
    }
}
