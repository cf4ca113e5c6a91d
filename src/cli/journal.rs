//! `quytrinh journal`: is the record true; and the record, to take along.

use std::path::PathBuf;

use crate::cli::database::usual;
use crate::cli::output::{bytes, data, say};
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::journal::export;
use crate::journal::export::verify_export;
use crate::journal::verify::Verifier;
use crate::store;
use crate::store::contract::StoreError;

/// What to do with the record.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Looks for alterations, in a database or in an export alone.
    Verify {
        /// `sqlite:PATH` or `postgres://…`; QUYTRINH_DATABASE or `sqlite:quytrinh.db` where neither it nor an export is
        /// given. An export is looked at alone, whatever the environment says.
        #[arg(long, conflicts_with = "export")]
        database: Option<String>,
        /// A file made by `journal export`.
        #[arg(long)]
        export: Option<PathBuf>,
        #[arg(long, default_value = "human")]
        format: Format,
    },
    /// Writes the whole record to stdout, one line an entry.
    Export {
        #[arg(long, env = "QUYTRINH_DATABASE", default_value = "sqlite:quytrinh.db")]
        database: String,
    },
}

/// How many entries are read at once.
const AT_ONCE: u32 = 2_000;

/// Verifies (1 where an alteration was found) or exports.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    match args.what {
        What::Verify { export: Some(path), format, .. } => {
            let unreadable = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
            let file = std::fs::File::open(&path).map_err(unreadable)?;
            let report = verify_export(std::io::BufReader::new(file), &[]).map_err(unreadable)?;
            print(&report, format, lang)
        }
        What::Verify { database, format, .. } => {
            let store = open(&database.unwrap_or_else(usual)).await?;
            let head = store.head().await.map_err(failed)?;
            let mut verifier = Verifier::new(&[head]);
            let mut from = 0;
            loop {
                let rows = store.lines(from, AT_ONCE).await.map_err(failed)?;
                let Some(last) = rows.last() else { break };
                from = last.seq + 1;
                rows.iter().for_each(|row| verifier.row(row));
            }
            print(&verifier.finish(), format, lang)
        }
        What::Export { database } => {
            let store = open(&database).await?;
            let head = store.head().await.map_err(failed)?;
            let mut out = Vec::new();
            export::write_head(&mut out, &head).map_err(|e| Failure::refused(e.to_string()))?;
            let mut from = 0;
            loop {
                let rows = store.lines(from, AT_ONCE).await.map_err(failed)?;
                let Some(last) = rows.last() else { break };
                from = last.seq + 1;
                for row in &rows {
                    export::write_row(&mut out, row).map_err(|e| Failure::refused(e.to_string()))?;
                }
                bytes(&out);
                out.clear();
            }
            bytes(&out);
            Ok(0)
        }
    }
}

async fn open(database: &str) -> Result<std::sync::Arc<dyn store::contract::Store>, Failure> {
    crate::cli::database::open(database, false).await
}

fn failed(error: StoreError) -> Failure {
    Failure::refused(error.to_string())
}

fn print(report: &crate::journal::verify::Report, format: Format, lang: Lang) -> Result<u8, Failure> {
    if format == Format::Json {
        // A report is strings and numbers only; it always has a JSON form.
        data(&format!("{}\n", serde_json::to_string(report).unwrap_or_default()));
        return Ok(u8::from(!report.is_whole()));
    }
    for fault in &report.faults {
        let text = match lang {
            Lang::Vi => &fault.vi,
            Lang::En => &fault.en,
        };
        data(&format!("{text}\n"));
    }
    let (entries, cases, faults) = (report.entries, report.cases, report.found);
    say(&match (lang, faults) {
        (Lang::Vi, 0) => format!("không thấy thay đổi nào trong {entries} mục của {cases} hồ sơ"),
        (Lang::En, 0) => format!("no alteration found in {entries} entries of {cases} cases"),
        (Lang::Vi, _) => format!("thấy {faults} chỗ bị thay đổi trong {entries} mục của {cases} hồ sơ"),
        (Lang::En, _) => format!("{faults} alterations found in {entries} entries of {cases} cases"),
    });
    Ok(u8::from(faults > 0))
}
