//! A length of working time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorkingTime(Vec<u32>);
