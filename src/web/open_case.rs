//! Opening a case from its page: the choice, the form, the act.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tracing::error;

use crate::ids::{DocumentId, ProcedureId};
use crate::machine::command::{Actor, Command, Open};
use crate::machine::refusal::Code;
use crate::service::ask::{Ask, Denied, Target};
use crate::web::act::fields_of;
use crate::web::door::{Pages, Signed, key_of};
use crate::web::forms::{Again, read_fields};
use crate::web::open_page::{OpenPage, Wants};
use crate::web::posted::Posted;
use crate::web::shell::{Section, fresh_key};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(rename = "quy-trinh")]
    procedure: Option<String>,
}

/// The choice of a procedure, or the form of the one chosen.
pub async fn show(State(pages): State<Pages>, signed: Signed, Query(asked): Query<Asked>) -> Response {
    let shell = signed.seen.shell(Section::Open);
    let Some(id) = asked.procedure.filter(|id| !id.is_empty()) else {
        let procedures = pages.engine.query().procedures().await;
        return signed.seen.page(StatusCode::OK, &OpenPage::choose(shell, &procedures));
    };
    match pages.engine.query().procedure(&ProcedureId::from(id)).await {
        Some((view, procedure)) => {
            let page = OpenPage::form(shell, &view, &Wants::of(&procedure), &fresh_key(), None);
            signed.seen.page(StatusCode::OK, &page)
        }
        None => signed.seen.failure(StatusCode::NOT_FOUND),
    }
}

/// Opens the case, or shows the form again with what was typed.
pub async fn open(
    State(pages): State<Pages>,
    signed: Signed,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let posted = Posted::new(pairs);
    if !signed.seen.sent_by_us(&headers, &posted) {
        return signed.seen.failure(StatusCode::FORBIDDEN);
    }
    let id = ProcedureId::from(posted.text("procedure").unwrap_or_default());
    let Some((view, procedure)) = pages.engine.query().procedure(&id).await else {
        return signed.seen.failure(StatusCode::NOT_FOUND);
    };
    let mut shell = signed.seen.shell(Section::Open);
    shell.here = format!("/ho-so/moi?quy-trinh={id}");
    let wants = Wants::of(&procedure);
    let again = |status: StatusCode, problem: String, fields: BTreeMap<String, String>| {
        let again = Again { posted: posted.clone(), problem: Some(problem), fields };
        let page = OpenPage::form(shell.clone(), &view, &wants, &fresh_key(), Some(&again));
        signed.seen.page(status, &page)
    };
    let fields = match read_fields(&posted, &wants.fields) {
        Ok(fields) => fields,
        Err(wrong) => {
            let wrong = wrong.into_iter().map(|(name, key)| (name, shell.t(key))).collect();
            return again(StatusCode::UNPROCESSABLE_ENTITY, shell.t("problem-form"), wrong);
        }
    };
    let Some(title) = posted.text("title").map(str::to_owned) else {
        let wrong = BTreeMap::from([("title".to_owned(), shell.t("wrong-text"))]);
        return again(StatusCode::UNPROCESSABLE_ENTITY, shell.t("problem-form"), wrong);
    };
    let command = Command::Open(Open {
        title,
        code: posted.text("code").map(str::to_owned).or_else(|| match view.codes.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }),
        channel: posted.text("channel").map(str::to_owned),
        fields,
        documents: posted.all("document").map(DocumentId::from).collect(),
    });
    let ask = Ask {
        actor: Actor::Person(signed.person.clone()),
        target: Target::New(id.clone()),
        command,
        if_match: None,
        key: key_of("/ho-so/moi", &posted),
        dry_run: false,
    };
    match pages.engine.handle(ask).await {
        Ok(answer) => {
            let (case, seq) = (answer.receipt.case, answer.receipt.seq.unwrap_or_default());
            let seen = pages.engine.query().visible(&case, &signed.person).await.is_ok();
            let to = if seen { format!("/ho-so/{case}?da-mo={seq}") } else { format!("/?da-ghi={seq}") };
            Redirect::to(&to).into_response()
        }
        Err(Denied::Refused(refusal)) => {
            let words = shell.lang.pick(&refusal.vi, &refusal.en).to_owned();
            let mut wrong = fields_of(&shell, &refusal);
            if refusal.code == Code::UnknownCode {
                wrong.insert("code".to_owned(), shell.t("wrong-choice"));
            }
            again(StatusCode::UNPROCESSABLE_ENTITY, words, wrong)
        }
        Err(Denied::KeyReused) => again(StatusCode::CONFLICT, shell.t("problem-key"), BTreeMap::new()),
        Err(Denied::Busy | Denied::Closing) => {
            again(StatusCode::SERVICE_UNAVAILABLE, shell.t("problem-busy"), BTreeMap::new())
        }
        Err(Denied::UnknownProcedure(_)) => signed.seen.failure(StatusCode::NOT_FOUND),
        Err(fault) => {
            error!(name: "web.open", ?fault, "a case could not be opened");
            signed.seen.failure(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}
