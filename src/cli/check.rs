//! `quytrinh check`: finds what is wrong in procedure files, calendars and directories.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use crate::cli::Failure;
use crate::cli::output::{data, pick, say};
use crate::definition::checks::reference::{PAGES, page};
use crate::definition::diagnostic::{Diagnostic, Fix, Lang, Level, github, human, json, level_word};
use crate::definition::source::Source;
use crate::service::clock::{Clock, SystemClock};
use crate::service::tree::{Checked, check_tree};

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
            if !checked.has_directory {
                say(pick(
                    lang,
                    "không có sơ đồ tổ chức (directory/v1) cạnh các tệp: bỏ qua N10, R02",
                    "no directory/v1 beside the files: N10 and R02 are skipped",
                ));
            }
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
