//! `quytrinh inbox`: what a person holds or may claim.

use crate::cli::local::{Local, unanswered};
use crate::cli::output::{data, pick, table};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
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
}

/// Prints the inbox.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let engine = args.local.engine().await?;
    let person = args.local.person(&engine)?;
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
