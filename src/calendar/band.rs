//! The band inside which an act counts as on time.
use serde::{Deserialize, Serialize};

/// How an act stands to its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Early,
    OnTime,
    Late,
}
