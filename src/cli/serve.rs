//! `quytrinh serve`: the engine with its API and pages.

use std::sync::Arc;

use tokio::net::TcpListener;
use tracing::info;

use crate::cli::output::{pick, say};
use crate::cli::{Failure, database, folder};
use crate::config::{Given, Settings};
use crate::definition::diagnostic::Lang;
use crate::http::server;
use crate::service::clock::SystemClock;
use crate::service::engine::Engine;
use crate::telemetry;

/// Where to serve from and to. Each may also stand in the file or the environment (`QUYTRINH_…`).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long)]
    database: Option<String>,
    /// A folder of procedures, calendars and a directory. People and calendars that pass are put in force; procedures
    /// only where there are none yet: later a changed file is proposed, and waits for a person.
    #[arg(long)]
    workflows: Option<String>,
    /// Address and port.
    #[arg(long)]
    listen: Option<String>,
    /// `human` or `json`.
    #[arg(long)]
    log_format: Option<String>,
    /// A settings file.
    #[arg(long)]
    config: Option<String>,
}

/// Serves until it is told to stop.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let given = Given {
        database: args.database,
        listen: args.listen,
        workflows: args.workflows,
        log_format: args.log_format,
        ..Given::default()
    };
    let settings = Settings::load(args.config.as_deref(), given).map_err(|error| Failure::usage(error.to_string()))?;
    telemetry::init(&settings.log).map_err(|error| Failure::usage(error.to_string()))?;
    let store = database::open(settings.database.url(), true).await?;
    let engine = Engine::start(store, Arc::new(SystemClock)).await.map_err(|e| Failure::refused(e.to_string()))?;
    if let Some(workflows) = &settings.workflows {
        folder::take_in(&engine, workflows.clone(), lang).await?;
    }
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|error| Failure::refused(format!("{}: {error}", settings.listen)))?;
    // Listening is decided; the port is known even where 0 was asked for.
    let address = listener.local_addr().map_or_else(|_| settings.listen.to_string(), |address| address.to_string());
    say(&format!("{} http://{address}", pick(lang, "đang chạy tại", "serving at")));
    serve_on(engine, &settings, listener).await
}

/// Serves on a listener that is open already, until the process is told to stop.
pub async fn serve_on(engine: Engine, settings: &Settings, listener: TcpListener) -> Result<u8, Failure> {
    engine.start_sweeper();
    server::serve(engine.clone(), settings, listener, told_to_stop()).await;
    engine.close().await;
    info!(name: "server.stopped", "every act answered is on disk");
    Ok(0)
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupt.await),
    }
}
