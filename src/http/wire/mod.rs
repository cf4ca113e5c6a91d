//! The shapes of the API: what goes over the wire, named for programs and apart from our own types, so that these may
//! change and no field leaves by accident.

pub mod account;
pub mod act;
pub mod calendar;
pub mod case;
pub mod digest;
pub mod explain;
pub mod inbox;
pub mod journal;
pub mod names;
pub mod procedure;
pub mod proposal;
pub mod suspension;
