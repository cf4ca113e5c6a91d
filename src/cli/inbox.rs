//! `quytrinh inbox`: what a person holds or may claim.

use crate::cli::local::{Local, unanswered};
use crate::cli::output::{data, pick, table};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::service::digest_text;
use crate::service::engine::Engine;
use crate::service::views::InboxItem;
use crate::service::words::working;

/// Whose inbox.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    local: Local,
    #[arg(long, default_value = "human")]
    format: Format,
    /// The digest of the morning instead: what was told since the morning before, and what falls due.
    #[arg(long)]
    digest: bool,
    /// The morning of that date, as `2026-08-10`; with `--digest`.
    #[arg(long, requires = "digest", value_name = "DATE")]
    date: Option<String>,
}

/// Prints the inbox.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let engine = args.local.engine().await?;
    let person = args.local.person(&engine)?;
    if args.digest {
        return digest(&engine, &person, args.date.as_deref(), args.format, lang).await;
    }
    let inbox = engine.query().inbox(&person).await.map_err(unanswered)?;
    if args.format == Format::Json {
        // A view is strings and numbers only; it always has a JSON form.
        data(&format!("{}\n", serde_json::to_string(&inbox).unwrap_or_default()));
        return Ok(0);
    }
    let brought: Vec<InboxItem> = inbox.escalated.iter().map(|escalated| escalated.item.clone()).collect();
    let parts = [
        (pick(lang, "Chờ tôi xác nhận", "Waiting for my acknowledgement"), &brought),
        (pick(lang, "Tôi giữ", "Mine"), &inbox.mine),
        (pick(lang, "Có thể nhận", "May claim"), &inbox.claimable),
        (pick(lang, "Chờ phân công", "Unassigned"), &inbox.unassigned),
        (pick(lang, "Của đơn vị", "My unit's"), &inbox.unit),
    ];
    for (title, items) in parts {
        if !items.is_empty() {
            data(&format!("{title} ({})\n{}", items.len(), lines(items, &engine, lang)));
        }
    }
    if parts.iter().all(|(_, items)| items.is_empty()) {
        data(pick(lang, "Không có việc nào đang chờ.\n", "Nothing waits.\n"));
    }
    Ok(0)
}

async fn digest(
    engine: &Engine,
    person: &crate::ids::PersonId,
    date: Option<&str>,
    format: Format,
    lang: Lang,
) -> Result<u8, Failure> {
    let date = match date.map(str::parse) {
        None => None,
        Some(Ok(date)) => Some(date),
        Some(Err(_)) => {
            return Err(Failure::usage(
                "`--date` phải viết như 2026-08-10 / must be written like 2026-08-10".to_owned(),
            ));
        }
    };
    let digest = engine.query().digest(person, date).await.map_err(unanswered)?;
    match format {
        // A view is strings and numbers only; it always has a JSON form.
        Format::Json => data(&format!("{}\n", serde_json::to_string(&digest).unwrap_or_default())),
        Format::Human => data(&digest_text::text(&digest, lang, "", &|at| local(engine, at))),
    }
    Ok(0)
}

/// Lines of an inbox or board for people.
pub fn lines(items: &[InboxItem], engine: &Engine, lang: Lang) -> String {
    let headers = match lang {
        Lang::Vi => ["Hồ sơ", "Nội dung", "Bước", "Người giữ", "Hạn", "Còn lại", "Đã giữ"],
        Lang::En => ["Case", "About", "Step", "Holder", "Deadline", "Left", "Held"],
    };
    let row = |item: &InboxItem| {
        let left = match item.left_minutes {
            None => "–".to_owned(),
            Some(minutes) => {
                let words = length(minutes, lang);
                if item.late { format!("{} {words}", pick(lang, "quá", "late by")) } else { words }
            }
        };
        vec![
            item.case.to_string(),
            item.title.clone(),
            item.step_title.clone(),
            item.holder.name.clone(),
            item.deadline.map_or_else(|| "–".to_owned(), |at| local(engine, at)),
            left,
            length(item.held_minutes, lang),
        ]
    };
    table(&headers, items.iter().map(row).collect())
}

/// Working minutes in words.
pub fn length(minutes: i64, lang: Lang) -> String {
    let (vi, en) = working(minutes);
    pick(lang, &vi, &en).to_owned()
}

/// An instant as people read it, `24/11/2026 14:05`.
pub fn local(engine: &Engine, at: crate::ids::Ts) -> String {
    let shelf = engine.library();
    match shelf.calendars.all().next() {
        Some(calendar) => calendar.local(at).strftime("%d/%m/%Y %H:%M").to_string(),
        None => at.to_string(),
    }
}
