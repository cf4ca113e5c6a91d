//! Names and numbers that everything above speaks in: newtypes over strings and integers.
//!
//! A newtype here carries no behaviour beyond reading, printing and comparing; it may not know what it names.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! name {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it stands; whoever reads people's files checks its form.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

name! {
    /// A procedure across all its versions, e.g. `cap-phep-xay-dung`.
    ProcedureId;
    /// A step inside one procedure, e.g. `tham_dinh`.
    StepId;
    /// The verb of a transition, e.g. `accept`; what a button does.
    Verb;
    /// A datum of a case, e.g. `dien_tich_san`.
    FieldId;
    /// A paper or product of a case, e.g. `giay_phep`.
    DocumentId;
    /// A key under `people:` in a procedure file: who, by rule and not by name.
    PeopleId;
    /// A key under `legal:` in a procedure file.
    LegalId;
    /// A key under `groups:` in a procedure file.
    GroupId;
    /// A key under `variants:` in a procedure file.
    VariantId;
    /// A branch of a `branches:` block, by its key in the file.
    BranchKey;
    /// An organisational unit at any level; unique in a directory.
    UnitId;
    /// A duty in a unit that people fill; unique inside its unit.
    PostId;
    /// A person of the directory.
    PersonId;
    /// A case.
    CaseId;
    /// A calendar across all its versions.
    CalendarId;
    /// SHA-256 of a text in lower-case hexadecimal (64 characters).
    Digest;
}

impl CaseId {
    /// The n-th case that this one calls.
    pub fn called(&self, n: u32) -> CaseId {
        CaseId::new(format!("{self}.{n}"))
    }
}

/// One of the parallel lives inside a case; 0 is the main branch, others are numbered as they are born.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BranchId(pub u32);

impl BranchId {
    /// The branch every case begins with.
    pub const MAIN: BranchId = BranchId(0);
}

impl fmt::Display for BranchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Lower-case hexadecimal: how hashes are written everywhere.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

/// An instant: microseconds since 1970-01-01T00:00:00Z. Text form is RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ts(pub i64);

impl Ts {
    /// The instant as jiff's type; instants outside jiff's range (years -9999 to 9999) are clamped to it.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// The instant `minutes` of wall-clock time later (or earlier).
    pub fn plus_minutes(self, minutes: i64) -> Ts {
        Ts(self.0.saturating_add(minutes.saturating_mul(60_000_000)))
    }
}

impl From<Timestamp> for Ts {
    fn from(t: Timestamp) -> Self {
        Ts(t.as_microsecond())
    }
}

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = if self.0 % 1_000_000 == 0 {
            0
        } else if self.0 % 1_000 == 0 {
            3
        } else {
            6
        };
        write!(f, "{:.*}", precision, self.timestamp())
    }
}

impl FromStr for Ts {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Timestamp>().map(Ts::from)
    }
}

impl Serialize for Ts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_with_both_their_digits() {
        assert_eq!(hex(&[0, 1, 0x0a, 0xa0, 0xff]), "00010aa0ff");
        assert_eq!(hex(&[]), "");
    }

    #[test]
    fn an_instant_prints_and_reads_back_to_the_microsecond() {
        for micros in [0, 1, 1_000, 1_785_720_600_000_000, -1, 1_785_720_600_123_456] {
            let ts = Ts(micros);
            assert_eq!(ts.to_string().parse::<Ts>().unwrap(), ts);
        }
        assert_eq!(Ts(1_785_720_600_000_000).to_string(), "2026-08-03T01:30:00Z");
    }
}
