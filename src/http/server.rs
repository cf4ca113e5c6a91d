//! Every route in one place, the layers around them, and the server.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::config::Settings;
use crate::http::body::BODY_MAX;
use crate::http::limits::{Limits, by_address};
use crate::http::listen::{Bounds, listen};
use crate::http::problem::{Fault, Problem};
use crate::http::{
    act, calendars, caller, case, cases, digest, edge, explain, health, inbox, journal, me, openapi, pages, procedures,
    proposals, reference, signal, tokens,
};
use crate::service::engine::Engine;
use crate::web::door::Pages;

/// A request is answered within this time, or with a problem.
const TIME_MAX: Duration = Duration::from_secs(10);

/// The API with its OpenAPI document, before the layers.
pub fn routes() -> OpenApiRouter<Engine> {
    OpenApiRouter::with_openapi(openapi::Base::openapi())
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::openapi_json))
        .nest("/api/v1", closed())
}

/// Routes behind the door.
fn closed() -> OpenApiRouter<Engine> {
    OpenApiRouter::new()
        .routes(routes!(procedures::procedures))
        .routes(routes!(procedures::procedure))
        .routes(routes!(procedures::procedure_diagram))
        .routes(routes!(proposals::versions))
        .routes(routes!(proposals::withdraw_version))
        .routes(routes!(proposals::proposals, proposals::propose))
        .routes(routes!(proposals::proposal))
        .routes(routes!(proposals::confirm_proposal))
        .routes(routes!(proposals::withdraw_proposal))
        .routes(routes!(calendars::calendars))
        .routes(routes!(calendars::calendar))
        .routes(routes!(calendars::preview_calendar))
        .routes(routes!(calendars::apply_calendar))
        .routes(routes!(cases::cases, cases::open))
        .routes(routes!(case::case))
        .routes(routes!(case::available))
        .routes(routes!(act::act))
        .routes(routes!(signal::signal))
        .routes(routes!(case::case_journal))
        .routes(routes!(case::holdings))
        .routes(routes!(case::case_diagram))
        .routes(routes!(explain::explain))
        .routes(routes!(explain::suspensions))
        .routes(routes!(explain::standing))
        .routes(routes!(inbox::inbox))
        .routes(routes!(inbox::stuck))
        .routes(routes!(journal::journal_head))
        .routes(routes!(journal::journal_entries))
        .routes(routes!(me::me))
        .routes(routes!(digest::digest))
        .routes(routes!(tokens::tokens, tokens::issue_token))
        .routes(routes!(tokens::revoke_token))
}

/// The API, with health and the pages that explain problem codes; without a bound on how often one may ask.
pub fn router(engine: Engine) -> Router {
    bounded(engine, Limits::default())
}

fn bounded(engine: Engine, limits: Limits) -> Router {
    let (closed, _) = closed().split_for_parts();
    let closed = closed
        .fallback(async || Problem::plain(Fault::UnknownPath))
        .method_not_allowed_fallback(async || Problem::plain(Fault::MethodNotAllowed))
        .layer(from_fn_with_state((engine.clone(), limits.clone()), caller::authenticate));
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/api/v1/openapi.json", get(openapi::openapi_json))
        .route("/api", get(reference::reference))
        .route("/problems", get(pages::index))
        .route("/problems/{code}", get(pages::page))
        .nest("/api/v1", closed)
        .layer(
            ServiceBuilder::new()
                .layer(from_fn(edge::edge))
                .layer(CatchPanicLayer::custom(edge::panicked))
                .layer(from_fn_with_state((engine.clone(), limits), by_address))
                .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIME_MAX))
                .layer(DefaultBodyLimit::max(BODY_MAX)),
        )
        .with_state(engine)
}

/// The API and the pages.
pub fn app(engine: Engine, settings: &Settings) -> Router {
    let limits = Limits::of(settings);
    let pages = Pages { engine: engine.clone(), secure_cookies: settings.secure_cookies, limits: limits.clone() };
    let app = bounded(engine, limits).merge(crate::web::router::of(pages));
    if !settings.secure_cookies {
        return app;
    }
    app.layer(SetResponseHeaderLayer::overriding(
        HeaderName::from_static("strict-transport-security"),
        HeaderValue::from_static("max-age=31536000"),
    ))
}

/// Serves until `shutdown` completes; requests under way are answered, then the engine is closed.
pub async fn serve(engine: Engine, settings: &Settings, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let bounds = Bounds {
        per_address: settings.connections_address as usize,
        proxies: settings.proxies.clone(),
        ..Bounds::default()
    };
    listen(app(engine.clone(), settings), listener, bounds, shutdown).await;
    engine.close().await;
}
