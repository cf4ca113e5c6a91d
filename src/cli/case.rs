//! `quytrinh case`: opens, shows and moves cases on a local database.

use crate::cli::act::{self, With};
use crate::cli::explain;
use crate::cli::inbox::{length, local};
use crate::cli::local::{Local, unanswered};
use crate::cli::output::{data, pick, table, why};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::machine::command::{Actor, Command, Open};
use crate::service::ask::{Ask, Denied, Target};
use crate::service::engine::Engine;
use crate::service::explain::{Explained, Of};
use crate::service::views::{CaseView, HoldingView, Relation};

/// What to do with which case.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    local: Local,
    #[arg(long, default_value = "human", global = true)]
    format: Format,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Opens a case of a procedure.
    Open {
        procedure: String,
        /// What it is about, in one line.
        #[arg(long)]
        title: String,
        #[arg(long)]
        code: Option<String>,
        #[command(flatten)]
        with: With,
    },
    /// Shows a case: where it is, who holds it, what may be done.
    Show { case: String },
    /// Does something in a case: a verb of its step, or receive, claim, assign, transfer, comment…
    Act {
        /// The case, as `2026-000012`.
        case: String,
        /// A verb that `case show` lists, or receive, send_back, claim, assign, transfer, recall, comment. It acts on
        /// the case as it is now.
        act: String,
        #[command(flatten)]
        with: With,
    },
    /// The entries of a case, as they were hashed, one a line.
    Journal { case: String },
    /// Who held it, from when to when, with the working time.
    Holdings { case: String },
    /// Why a deadline is when it is: each day, counted or not, and why.
    Explain {
        case: String,
        /// `case`, `group:ID`, `branch:N` (the step a branch is in), `holding:N` (as `n` of the holdings).
        #[arg(long, default_value = "case")]
        of: String,
        /// As it was at an instant in the past, such as `2026-08-10T03:00:00Z`.
        #[arg(long)]
        as_of: Option<String>,
    },
    /// Where its clock stood: who opened it, why, on what evidence, and whom it is billed to.
    Suspensions { case: String },
}

/// Runs one of them.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let engine = args.local.engine().await?;
    let person = args.local.person(&engine)?;
    let done = match args.what {
        What::Open { procedure, title, code, with } => {
            let id = procedure.as_str().into();
            let known = engine.library().opening(&id, engine.clock().now());
            let known =
                known.ok_or_else(|| Failure::usage(format!("không có quy trình `{id}` / no procedure `{id}`")))?;
            let command = Command::Open(Open {
                title,
                code,
                channel: None,
                fields: act::fields(&with.fields, &known)?,
                documents: act::documents(&with.documents),
            });
            send(&engine, person, Target::New(id), command, args.format, lang).await
        }
        What::Act { case, act, with } => {
            let view = engine.query().case(&case.as_str().into(), &person).await.map_err(unanswered)?;
            let procedure = engine.library().procedure(&view.row.digest);
            let procedure = procedure
                .ok_or_else(|| Failure::refused("không đọc được quy trình của hồ sơ / its procedure cannot be read"))?;
            let command = act::command(&act, &with, &procedure)?;
            send(&engine, person, Target::Case(case.into()), command, args.format, lang).await
        }
        What::Show { case } => {
            let view = engine.query().case(&case.as_str().into(), &person).await.map_err(unanswered)?;
            match args.format {
                // A view is strings and numbers only; it always has a JSON form.
                Format::Json => data(&format!("{}\n", serde_json::to_string(&view).unwrap_or_default())),
                Format::Human => show(&engine, &view, lang),
            }
            Ok(0)
        }
        What::Journal { case } => {
            for sealed in engine.query().journal(&case.as_str().into(), &person).await.map_err(unanswered)? {
                data(&format!("{}\n", String::from_utf8_lossy(&sealed.payload)));
            }
            Ok(0)
        }
        What::Explain { case, of, as_of } => {
            let told = explained(&engine, &person, &case, &of, as_of.as_deref()).await?;
            match args.format {
                // A view is strings and numbers only; it always has a JSON form.
                Format::Json => data(&format!("{}\n", serde_json::to_string(&told).unwrap_or_default())),
                Format::Human => data(&explain::explanation(&told, &engine, lang)),
            }
            Ok(0)
        }
        What::Suspensions { case } => {
            let register = engine.query().suspensions(&case.as_str().into(), &person).await.map_err(unanswered)?;
            match args.format {
                Format::Json => data(&format!("{}\n", serde_json::to_string(&register).unwrap_or_default())),
                Format::Human => data(&explain::suspensions(&register, &engine, lang)),
            }
            Ok(0)
        }
        What::Holdings { case } => {
            let holdings = engine.query().holdings(&case.as_str().into(), &person).await.map_err(unanswered)?;
            match args.format {
                // A view is strings and numbers only; it always has a JSON form.
                Format::Json => data(&format!("{}\n", serde_json::to_string(&holdings).unwrap_or_default())),
                Format::Human => data(&custody(&engine, &holdings, lang)),
            }
            Ok(0)
        }
    };
    engine.close().await;
    done
}

/// What is asked for, which the case must have.
async fn explained(
    engine: &Engine,
    person: &crate::ids::PersonId,
    case: &str,
    of: &str,
    as_of: Option<&str>,
) -> Result<Explained, Failure> {
    let none = || {
        Failure::usage(format!(
            "hồ sơ không có `{of}`; dùng case, group:ID, branch:N hoặc holding:N / the case has no `{of}`; use case, \
             group:ID, branch:N or holding:N"
        ))
    };
    let asked = Of::parse(of).ok_or_else(none)?;
    let at = match as_of.map(str::parse) {
        None => None,
        Some(Ok(at)) => Some(at),
        Some(Err(_)) => {
            let said = "`--as-of` phải là một thời điểm như 2026-08-10T03:00:00Z / must be an instant such as that";
            return Err(Failure::usage(said.to_owned()));
        }
    };
    let told = engine.query().explain(&case.into(), person, &asked, at).await.map_err(unanswered)?;
    told.ok_or_else(none)
}

async fn send(
    engine: &Engine,
    person: crate::ids::PersonId,
    target: Target,
    command: Command,
    format: Format,
    lang: Lang,
) -> Result<u8, Failure> {
    let ask = Ask { actor: Actor::Person(person), target, command, if_match: None, key: None, dry_run: false };
    let receipt = engine.handle(ask).await.map_err(|denied| refused(denied, lang))?.receipt;
    match format {
        // A receipt is strings and numbers only; it always has a JSON form.
        Format::Json => data(&format!("{}\n", serde_json::to_string(&receipt).unwrap_or_default())),
        Format::Human => data(&format!(
            "{} {} · {} {} · {}\n",
            pick(lang, "hồ sơ", "case"),
            receipt.case,
            pick(lang, "biên nhận mục", "receipt entry"),
            receipt.seq.map_or_else(|| "–".to_owned(), |seq| seq.to_string()),
            receipt.events.join(", ")
        )),
    }
    Ok(0)
}

/// A denial, for people.
pub fn refused(denied: Denied, lang: Lang) -> Failure {
    Failure::refused(match denied {
        Denied::Refused(refusal) => {
            let allowed =
                if refusal.allowed.is_empty() { String::new() } else { format!(" [{}]", refusal.allowed.join(", ")) };
            format!("{} ({}){allowed}", pick(lang, &refusal.vi, &refusal.en), refusal.code.word())
        }
        other => why(other, lang),
    })
}

fn show(engine: &Engine, view: &CaseView, lang: Lang) {
    let row = &view.row;
    let status = view.outcome_title.clone().unwrap_or_else(|| pick(lang, "đang giải quyết", "open").to_owned());
    data(&format!("{} · {} · {status}\n{}\n", row.case, row.title, view.procedure_title));
    if let Some(deadline) = row.deadline {
        data(&format!("{} {}\n", pick(lang, "Hạn hồ sơ:", "Case deadline:"), local(engine, deadline)));
    }
    for branch in &view.branches {
        let deadline = branch.clock.as_ref().map_or_else(|| "–".to_owned(), |clock| local(engine, clock.deadline));
        let label = branch.label.as_ref().map_or_else(String::new, |label| format!(" [{label}]"));
        data(&format!(
            "#{} {}{label}: {} ({}), {} {deadline}\n",
            branch.branch,
            branch.step_title,
            branch.holder.name,
            branch.unit.name,
            pick(lang, "hạn", "due")
        ));
    }
    for related in &view.related {
        let how = match related.relation {
            Relation::Caller => pick(lang, "Hồ sơ đã gọi hồ sơ này:", "Called by:"),
            Relation::Called => pick(lang, "Hồ sơ con:", "Called:"),
        };
        let ended = related.outcome.map_or_else(String::new, |outcome| format!(", {outcome}"));
        data(&format!("{how} {} ({}){ended}\n", related.case, related.procedure_title));
    }
    data(&custody(engine, &view.holdings, lang));
    if !view.offers.is_empty() {
        data(pick(lang, "Làm được ngay:\n", "May be done now:\n"));
    }
    for offer in &view.offers {
        let to = offer.to_title.as_ref().map_or_else(String::new, |to| format!(" → {to}"));
        let wants: Vec<&str> = offer.wants_fields.iter().filter(|f| f.required).map(|f| f.field.as_str()).collect();
        let wants = if wants.is_empty() { String::new() } else { format!(" [{}]", wants.join(", ")) };
        data(&format!("  {}  {}{to}{wants}\n", offer.act, pick(lang, &offer.vi, &offer.en)));
    }
}

/// The custody of a case as a table, with the sum at its end.
fn custody(engine: &Engine, holdings: &[HoldingView], lang: Lang) -> String {
    let headers = match lang {
        Lang::Vi => ["Nhánh", "Bước", "Người giữ", "Từ", "Đến", "Giữ", "Trong đó dừng"],
        Lang::En => ["Branch", "Step", "Holder", "From", "To", "Held", "Of it stopped"],
    };
    let rows = holdings.iter().map(|holding| {
        let row = &holding.row;
        vec![
            row.branch.to_string(),
            holding.step_title.clone(),
            holding.holder_name.clone(),
            local(engine, row.started_at),
            row.ended_at.map_or_else(|| pick(lang, "đang giữ", "holds it").to_owned(), |at| local(engine, at)),
            length(holding.minutes, lang),
            length(holding.excused_minutes, lang),
        ]
    });
    let main: i64 = holdings.iter().filter(|h| h.row.branch == crate::ids::BranchId::MAIN).map(|h| h.minutes).sum();
    let sum = format!("{} {}\n", pick(lang, "Nhánh chính, cộng:", "Main branch, in all:"), length(main, lang));
    table(&headers, rows.collect()) + &sum
}
