//! An act asked for by a form of the case page. A refusal brings the same page back with what was typed, and says at
//! the form what is wrong; an act that was done leads on, so that reloading does not repeat it.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use tracing::error;

use crate::ids::CaseId;
use crate::machine::command::Actor;
use crate::machine::refusal::Refusal;
use crate::service::ask::{Ask, Denied, Stale, Target};
use crate::web::case_page::{self, Problem};
use crate::web::door::{Pages, Signed, key_of};
use crate::web::format;
use crate::web::forms::{Again, bare_offer, command};
use crate::web::posted::Posted;
use crate::web::shell::{Section, Shell};

/// Does what the form asks, or shows the page again.
pub async fn act(
    State(pages): State<Pages>,
    signed: Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let posted = Posted::new(pairs);
    if !signed.seen.sent_by_us(&headers, &posted) {
        return signed.seen.failure(StatusCode::FORBIDDEN);
    }
    let case = CaseId::from(id.as_str());
    let mut shell = signed.seen.shell(Section::Other);
    shell.here = format!("/ho-so/{id}");
    let offers = match pages.engine.query().offers(&case, &signed.person).await {
        Ok(offers) => offers,
        Err(why) => return signed.seen.unanswered(&why),
    };
    let asked = bare_offer(&posted);
    let same = |kind: &str, act: &str| kind == asked.kind && act == asked.act;
    let offer = offers.into_iter().find(|offer| offer.branch == asked.branch && same(&offer.kind, &offer.act));
    let offer = offer.unwrap_or(asked);
    let again = |problem: Option<String>, fields: BTreeMap<String, String>| {
        Some((offer.act.as_str(), offer.branch.0, Again { posted: posted.clone(), problem, fields }))
    };
    let command = match command(&posted, &offer) {
        Ok(command) => command,
        Err(wrong) => {
            let fields = wrong.into_iter().map(|(name, key)| (name, shell.t(key))).collect();
            let again = again(Some(shell.t("problem-form")), fields);
            return case_page::answer(&pages, &signed, &case, StatusCode::UNPROCESSABLE_ENTITY, shell, None, again)
                .await;
        }
    };
    // Saying something, adding a paper or voting is right whatever has happened meanwhile; all else names what was seen.
    let if_match = match offer.act.as_str() {
        "comment" | "attach" | "acknowledge" | "vote" if offer.kind == "command" => None,
        _ => match posted.number("revision") {
            Some(revision) => Some(revision),
            None => return signed.seen.failure(StatusCode::BAD_REQUEST),
        },
    };
    let ask = Ask {
        actor: Actor::Person(signed.person.clone()),
        target: Target::Case(case.clone()),
        command,
        if_match,
        key: key_of(&format!("/ho-so/{id}/lam"), &posted),
        dry_run: false,
    };
    let denied = match pages.engine.handle(ask).await {
        Ok(answer) => {
            let seq = answer.receipt.seq.unwrap_or_default();
            let seen = pages.engine.query().visible(&case, &signed.person).await.is_ok();
            let to = if seen { format!("/ho-so/{id}?da-ghi={seq}") } else { format!("/?da-ghi={seq}") };
            return Redirect::to(&to).into_response();
        }
        Err(denied) => denied,
    };
    let form = Some(format!("{}-{}", offer.act, offer.branch));
    let said = |shell: &Shell, key: &str| {
        Some(Problem { title: shell.t("problem-refused"), detail: shell.t(key), form: form.clone() })
    };
    let (status, notice, again) = match denied {
        Denied::Refused(refusal) => {
            let words = shell.lang.pick(&refusal.vi, &refusal.en).to_owned();
            let notice = Problem { title: shell.t("problem-refused"), detail: words.clone(), form };
            let fields = fields_of(&shell, &refusal);
            (StatusCode::UNPROCESSABLE_ENTITY, Some(notice), again(Some(words), fields))
        }
        Denied::Stale(stale) => {
            let notice = stale_notice(&pages, &shell, &stale, form);
            (StatusCode::PRECONDITION_FAILED, Some(notice), again(None, BTreeMap::new()))
        }
        Denied::KeyReused => (StatusCode::CONFLICT, said(&shell, "problem-key"), again(None, BTreeMap::new())),
        Denied::Busy | Denied::Closing => {
            (StatusCode::SERVICE_UNAVAILABLE, said(&shell, "problem-busy"), again(None, BTreeMap::new()))
        }
        Denied::UnknownCase(_) | Denied::UnknownProcedure(_) => return signed.seen.failure(StatusCode::NOT_FOUND),
        fault => {
            error!(name: "web.act", ?fault, "an act could not be done");
            return signed.seen.failure(StatusCode::INTERNAL_SERVER_ERROR);
        }
    };
    case_page::answer(&pages, &signed, &case, status, shell, notice, again).await
}

/// What a refusal says about single inputs.
pub fn fields_of(shell: &Shell, refusal: &Refusal) -> BTreeMap<String, String> {
    let word = shell.t("problem-field");
    let mut wrong: BTreeMap<String, String> =
        refusal.fields.iter().map(|field| (format!("f.{field}"), word.clone())).collect();
    if !refusal.documents.is_empty() {
        wrong.insert("document".to_owned(), word.clone());
    }
    if refusal.code.word() == "reason_required" {
        wrong.insert("reason".to_owned(), shell.t("wrong-reason"));
    }
    wrong
}

fn stale_notice(pages: &Pages, shell: &Shell, stale: &Stale, form: Option<String>) -> Problem {
    let who = match &stale.moved_by {
        Some(person) => pages.engine.query().person_name(person),
        None => shell.t("system"),
    };
    let when = format::instant(stale.moved_at);
    Problem {
        title: shell.t("problem-stale"),
        detail: shell.with("stale-by", &[("who", &who), ("when", &when), ("step", &stale.step)]),
        form,
    }
}
