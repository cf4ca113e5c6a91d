//! `quytrinh check`: finds what is wrong in procedure files, calendars and directories.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use crate::cli::Failure;
use crate::cli::output::{data, pick, say};
use crate::definition::checks::reference::{PAGES, page};
use crate::definition::diagnostic::{Diagnostic, Fix, Lang, Level, github, human, json, level_word};
use crate::definition::procedure::Procedure;
use crate::definition::resolve::resolve;
use crate::definition::source::Source;
use crate::ids::Ts;
use crate::service::clock::{Clock, SystemClock};
use crate::service::library::{FileKind, Shelf, read_tree};
use crate::service::tree::{Checked, Earlier, check_tree};
use crate::store;

/// What to check and how to say it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files or folders; `workflows` where none is named.
    paths: Vec<PathBuf>,
    /// Makes the changes that are safe.
    #[arg(long)]
    fix: bool,
    /// Prints the page of a check, e.g. N04.
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
    /// Also holds each procedure against the version before it: a file or folder, or a database (`sqlite:…`,
    /// `postgres://…`) with what is published.
    #[arg(long, value_name = "PATH|URL")]
    against: Option<String>,
    #[arg(long, default_value = "human")]
    format: CheckFormat,
}

/// The forms of a list of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    Human,
    Json,
    Sarif,
    Github,
}

/// Checks, and answers 1 where there is an error.
pub fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    if let Some(code) = &args.explain {
        let codes: Vec<&str> = PAGES.iter().map(|page| page.code).collect();
        let page = page(code).ok_or_else(|| {
            Failure::usage(format!(
                "{} `{code}`. {}: {}",
                pick(lang, "không có kiểm tra", "there is no check"),
                pick(lang, "Có", "There are"),
                codes.join(" ")
            ))
        })?;
        data(page.text);
        return Ok(0);
    }
    let paths = if args.paths.is_empty() { vec![PathBuf::from("workflows")] } else { args.paths.clone() };
    let now = SystemClock.now();
    let mut checked = check_tree(&paths, now).map_err(|fault| Failure::usage(fault.to_string()))?;
    if args.fix {
        let mended = checked.files.iter().map(mend).collect::<Result<Vec<_>, _>>()?.into_iter().sum::<usize>();
        say(&format!("{}: {mended}", pick(lang, "đã sửa", "mended")));
        checked = check_tree(&paths, now).map_err(|fault| Failure::usage(fault.to_string()))?;
    }
    if let Some(against) = &args.against {
        checked.hold_against(&earlier(against)?, today(now));
    }
    let found: Vec<(&Source, &Diagnostic)> =
        checked.files.iter().flat_map(|file| file.found.iter().map(|d| (file.source.as_ref(), d))).collect();
    let count = |level| found.iter().filter(|(_, d)| d.level == level).count();
    let errors = count(Level::Error);
    match args.format {
        CheckFormat::Human => {
            let texts: Vec<String> = found.iter().map(|(source, d)| human(d, source, lang)).collect();
            data(&texts.join("\n"));
            let files = checked.files.len();
            say(&match lang {
                Lang::Vi => format!(
                    "{files} tệp: {errors} lỗi, {} cảnh báo, {} ghi chú",
                    count(Level::Warning),
                    count(Level::Note)
                ),
                Lang::En => format!(
                    "{files} files: {errors} errors, {} warnings, {} notes",
                    count(Level::Warning),
                    count(Level::Note)
                ),
            });
        }
        CheckFormat::Json => {
            let list: Vec<_> = found.iter().map(|(source, d)| json(d, source, lang)).collect();
            data(&format!("{}\n", serde_json::Value::Array(list)));
        }
        CheckFormat::Github => {
            let lines: Vec<String> = found.iter().map(|(source, d)| github(d, source, lang) + "\n").collect();
            data(&lines.concat());
        }
        CheckFormat::Sarif => data(&format!("{}\n", sarif(&found, lang))),
    }
    Ok(u8::from(errors > 0))
}

/// The texts that the checked ones follow: what a database has in force, or the procedures of a file or folder.
fn earlier(against: &str) -> Result<Vec<Earlier>, Failure> {
    let failed = |why: String| Failure::usage(format!("{against}: {why}"));
    if against.starts_with("sqlite:") || against.starts_with("postgres:") || against.starts_with("postgresql:") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|fault| failed(fault.to_string()))?;
        return runtime.block_on(async {
            let store = store::open(against, false).await.map_err(|fault| failed(fault.to_string()))?;
            let (shelf, _) = Shelf::load(store.as_ref()).await.map_err(|fault| failed(fault.to_string()))?;
            let in_force = shelf.all_current().map(|p| Earlier { procedure: Procedure::clone(&p), published: true });
            Ok(in_force.collect())
        });
    }
    let files = read_tree(&[PathBuf::from(against)]).map_err(|fault| failed(fault.to_string()))?;
    let procedures = files.into_iter().filter(|file| file.kind == FileKind::Procedure);
    let read =
        procedures.filter_map(|file| resolve(&Source::new(file.path.display().to_string(), file.text)).procedure);
    Ok(read.map(|procedure| Earlier { procedure, published: false }).collect())
}

/// Today in Việt Nam, where dates of effect are written.
fn today(now: Ts) -> jiff::civil::Date {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(7)).to_datetime(now.timestamp()).date()
}

/// Makes the safe changes of one file, from the last to the first so that places stay true; answers how many.
fn mend(file: &Checked) -> Result<usize, Failure> {
    let mut fixes: Vec<&Fix> = file.found.iter().filter_map(|d| d.fix.as_ref()).collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse((fix.span.start, fix.span.end)));
    let mut text = file.source.text().to_owned();
    let mut before = text.len() + 1;
    let mut made = 0;
    for fix in fixes {
        let fits = fix.span.end <= before && text.get(fix.span.start..fix.span.end).is_some();
        if fits {
            text.replace_range(fix.span.start..fix.span.end, &fix.replacement);
            before = fix.span.start;
            made += 1;
        }
    }
    if made > 0 {
        std::fs::write(&file.path, text).map_err(|e| Failure::refused(format!("{}: {e}", file.path.display())))?;
    }
    Ok(made)
}

/// SARIF 2.1.0, the form code hosts read.
fn sarif(found: &[(&Source, &Diagnostic)], lang: Lang) -> serde_json::Value {
    let results: Vec<_> = found
        .iter()
        .map(|(source, d)| {
            let (line, column) = source.position(d.span.start);
            let (end_line, end_column) = source.position(d.span.end);
            json!({
                "ruleId": d.code,
                "level": level_word(d.level),
                "message": { "text": d.message.in_lang(lang) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": source.name() },
                    "region": { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
                }}],
            })
        })
        .collect();
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{ "tool": { "driver": {
            "name": "quytrinh",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": PAGES.iter().map(|page| json!({ "id": page.code })).collect::<Vec<_>>(),
        }}, "results": results }],
    })
}
