//! The HTTP API: one resource a file; it reads requests, asks the service, and writes answers. It decides nothing, and
//! only `problem` knows which status a refusal has.

pub mod act;
pub mod answers;
pub mod body;
pub mod calendars;
pub mod caller;
pub mod case;
pub mod cases;
pub mod condition;
pub mod digest;
pub mod edge;
pub mod explain;
pub mod health;
pub mod inbox;
pub mod journal;
pub mod lang;
pub mod limits;
pub mod listen;
pub mod me;
pub mod openapi;
pub mod pages;
mod patience;
pub mod problem;
pub mod procedures;
pub mod proposals;
pub mod reference;
pub mod server;
pub mod signal;
pub mod tokens;
pub mod wire;

pub use server::{app, router, serve};
