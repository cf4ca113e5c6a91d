//! `quytrinh stuck`: what is stuck, with whom, since when.

use crate::cli::inbox::{lines, local};
use crate::cli::local::{Local, unanswered};
use crate::cli::output::{data, say};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::service::query::StuckFilter;
use crate::store::contract::Paging;

/// Which lines of the board.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    local: Local,
    /// Only what is past its deadline.
    #[arg(long)]
    late: bool,
    /// This unit and everything below it.
    #[arg(long)]
    unit: Option<String>,
    /// How many lines, 1 to 200.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Prints the board.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let engine = args.local.engine().await?;
    let person = args.local.person(&engine)?;
    let filter = StuckFilter {
        unit: args.unit.map(Into::into),
        late_only: args.late,
        page: Paging { limit: args.limit, after: None },
    };
    let stuck = engine.query().stuck(&person, filter).await.map_err(unanswered)?;
    if args.format == Format::Json {
        // A view is strings and numbers only; it always has a JSON form.
        data(&format!("{}\n", serde_json::to_string(&stuck).unwrap_or_default()));
        return Ok(0);
    }
    let at = local(&engine, stuck.at);
    data(&match lang {
        Lang::Vi => format!("{at}: {} việc đang giữ, {} quá hạn\n", stuck.total, stuck.late),
        Lang::En => format!("{at}: {} held, {} late\n", stuck.total, stuck.late),
    });
    if let Some(timer) = engine.query().late_timer().await.map_err(unanswered)? {
        let since = local(&engine, timer.due_at);
        say(&match lang {
            Lang::Vi => format!(
                "Hệ thống nhắc hạn đang chậm: việc cũ nhất chờ từ {since}; có thể thiếu lần nhắc và quá hạn mới."
            ),
            Lang::En => format!(
                "Reminders are running late: the oldest has waited since {since}; new reminders and breaches may be missing."
            ),
        });
    }
    data(&lines(&stuck.items, &engine, lang));
    Ok(0)
}
