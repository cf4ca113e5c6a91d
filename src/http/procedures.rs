//! Published procedures: their list, one with its text, its picture. Everybody who is signed in may read them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::http::answers::ReadProblems;
use crate::http::body::Asked;
use crate::http::caller::Caller;
use crate::http::lang::JustLang;
use crate::http::problem::{Fault, Problem};
use crate::http::wire::procedure::{Procedure, ProcedureList};
use crate::ids::{Digest, ProcedureId};
use crate::service::engine::Engine;

/// Published procedures
///
/// The version in force of each.
#[utoipa::path(get, path = "/procedures", tag = "procedures", params(JustLang),
    responses((status = 200, description = "The procedures", body = ProcedureList), ReadProblems))]
pub async fn procedures(
    State(engine): State<Engine>,
    _: Caller,
    _: Asked<JustLang>,
) -> Result<Json<ProcedureList>, Problem> {
    let items = engine.query().procedures().await.into_iter().map(Into::into).collect();
    Ok(Json(ProcedureList { items }))
}

/// A procedure with its text
///
/// The version in force, the file as it was published, and what a case of it is opened with.
#[utoipa::path(get, path = "/procedures/{procedure}", tag = "procedures",
    params(("procedure" = String, Path, example = "cap-phep-xay-dung"), JustLang),
    responses((status = 200, description = "The procedure", body = Procedure), ReadProblems))]
pub async fn procedure(
    State(engine): State<Engine>,
    _: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Json<Procedure>, Problem> {
    let unknown = || Problem::plain(Fault::UnknownProcedure);
    let (view, procedure) = engine.query().procedure(&ProcedureId::from(id)).await.ok_or_else(unknown)?;
    let shelf = engine.library();
    let text = shelf.text(&Digest::from(view.digest.as_str())).map(|(_, text)| text.to_owned());
    Ok(Json(Procedure::new(view, &procedure, text.unwrap_or_default())))
}

/// The procedure's picture
///
/// SVG without scripts or styles of its own.
#[utoipa::path(get, path = "/procedures/{procedure}/diagram.svg", tag = "procedures",
    params(("procedure" = String, Path, example = "cap-phep-xay-dung"), JustLang),
    responses((status = 200, description = "The picture", content_type = "image/svg+xml", body = String), ReadProblems))]
pub async fn procedure_diagram(
    State(engine): State<Engine>,
    _: Caller,
    Path(id): Path<String>,
    _: Asked<JustLang>,
) -> Result<Response, Problem> {
    let unknown = || Problem::plain(Fault::UnknownProcedure);
    let svg = engine.query().procedure_diagram(&ProcedureId::from(id)).await.ok_or_else(unknown)?;
    Ok(picture(svg))
}

/// An SVG as an answer.
pub fn picture(svg: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))], svg).into_response()
}
