//! `quytrinh doctor`: is the database in order, and can its rows be made again.

use crate::cli::output::{data, pick, say};
use crate::cli::{Failure, Format, database};
use crate::definition::diagnostic::Lang;
use crate::service::doctor::{Code, Examined, Finding, examine};

/// Which database, and whether to mend it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
    database: String,
    /// Make the rows of each case that differ again from the journal.
    #[arg(long)]
    repair: bool,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Examines; 1 where something is found that is not repaired.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let store = database::open(&args.database, false).await?;
    let examined = examine(store.as_ref(), args.repair).await.map_err(|error| Failure::refused(error.to_string()))?;
    store.close().await;
    let left = examined.findings.iter().filter(|finding| !finding.repaired).count();
    match args.format {
        // Strings and numbers only: it always has a JSON form.
        Format::Json => data(&format!("{}\n", serde_json::to_string(&examined).unwrap_or_default())),
        Format::Human => human(&examined, left, lang),
    }
    Ok(u8::from(left > 0))
}

fn human(examined: &Examined, left: usize, lang: Lang) {
    for finding in &examined.findings {
        data(&format!("{}\n", line(finding, lang)));
    }
    let Examined { entries, cases, timers, .. } = examined;
    say(&match lang {
        Lang::Vi => format!("đã xem {entries} mục, {cases} hồ sơ, {timers} hẹn giờ; còn {left} chỗ chưa ổn"),
        Lang::En => format!("looked at {entries} entries, {cases} cases, {timers} timers; {left} findings left"),
    });
}

fn line(finding: &Finding, lang: Lang) -> String {
    let (vi, en) = words(finding.code);
    let case = finding.case.as_ref().map(|case| format!(" {case}")).unwrap_or_default();
    let what = if finding.what.is_empty() { String::new() } else { format!(": {}", finding.what) };
    let done = if finding.repaired { pick(lang, " [đã sửa]", " [repaired]") } else { "" };
    format!("{:?}{case}: {}{what}{done}", finding.code, pick(lang, vi, en))
}

fn words(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::D01 => (
            "nhật ký không còn nguyên, xem `quytrinh journal verify`",
            "the journal is not whole, see `quytrinh journal verify`",
        ),
        Code::D02 => ("một văn bản đã ban hành không đọc được", "a published text cannot be read"),
        Code::D03 => ("không dựng lại được hồ sơ từ nhật ký", "the case cannot be made again from its entries"),
        Code::D04 => ("dòng hồ sơ không khớp nhật ký", "the case's row is not what its entries make"),
        Code::D05 => ("thời gian giữ hồ sơ không khớp nhật ký", "a holding is not what the entries make"),
        Code::D06 => {
            ("hẹn giờ của hồ sơ không có dòng nên sẽ không chạy", "a timer of the case has no row: it would never fire")
        }
        Code::D07 => ("dòng hẹn giờ không thuộc hồ sơ nào", "a row of a timer that no case answers for"),
        Code::D08 => ("có dòng của một hồ sơ mà nhật ký không biết", "a row of a case that the journal does not know"),
    }
}
