//! Sets up the log: lines for people or JSON for programs, always to standard error, coloured only on a terminal.
//!
//! Rules for whoever logs: one line per failure, at the edge where it is answered; a message that can be read alone and
//! fields to filter by; ids of cases and requests, never names, texts of people, passwords or tokens.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::{Log, LogFormat};

/// Why the log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("log filter {filter:?} cannot be read: {why}")]
    Filter { filter: String, why: String },
    #[error("a log is set up already")]
    Twice,
}

/// Sets up the log of this process, once.
pub fn init(log: &Log) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|e| TelemetryError::Filter { filter: log.filter.clone(), why: e.to_string() })?;
    let coloured = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(coloured && log.format == LogFormat::Human)
        .with_span_events(FmtSpan::NONE);
    let done = match log.format {
        LogFormat::Human => builder.with_target(false).compact().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    done.map_err(|_| TelemetryError::Twice)
}
