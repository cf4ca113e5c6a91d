//! The HTTP API: one resource a file; it reads requests, asks the service, and writes answers. It decides nothing, and
//! only `problem` knows which status a refusal has.

pub mod body;
pub mod condition;
pub mod lang;
pub mod problem;
pub mod wire;
