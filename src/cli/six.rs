//! `quytrinh check --six`: how clear each step is in the six things it must say, file by file and over all.

use crate::cli::check::CheckFormat;
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::{Diagnostic, Lang, human, json};
use crate::definition::procedure::Procedure;
use crate::definition::report::{github, sarif};
use crate::definition::resolve::resolve;
use crate::definition::six::{Clarity, Six, percent, six, unclear};
use crate::definition::source::Source;
use crate::definition::waiver::waive;
use crate::directory::Directory;
use crate::ids::Ts;
use crate::service::library::{FileKind, kind_of};
use crate::service::tree::{Meant, Tree};

/// One file, judged.
struct Judged<'a> {
    source: &'a Source,
    procedure: Procedure,
    six: Six,
    found: Vec<Diagnostic>,
}

/// Prints the scores; for forms that only list diagnostics, every step that is not clear.
pub(super) fn told(tree: &Tree, at: Ts, format: CheckFormat, lang: Lang) {
    let directory = tree.files.iter().chain(&tree.beside).find_map(|file| match &file.meant {
        Some(Meant::Directory(directory)) => Some(directory.as_ref()),
        _ => None,
    });
    let judged = judged(tree, directory.map(|directory| (directory, at)));
    match format {
        CheckFormat::Human => as_text(&judged, lang),
        CheckFormat::Json => data(&format!("{}\n", as_json(&judged, lang))),
        CheckFormat::Github => {
            let lines = judged.iter().flat_map(|one| one.found.iter().map(|d| github(d, one.source, lang) + "\n"));
            data(&lines.collect::<String>());
        }
        CheckFormat::Sarif => {
            let found = judged.iter().flat_map(|one| one.found.iter().map(|found| (one.source, found)));
            data(&format!("{}\n", sarif(&found.collect::<Vec<_>>(), lang)));
        }
    }
}

/// Every procedure that can be read at all, also one that may not be published.
fn judged<'a>(tree: &'a Tree, people: Option<(&Directory, Ts)>) -> Vec<Judged<'a>> {
    let procedures = tree.files.iter().filter(|file| match &file.meant {
        Some(meant) => matches!(meant, Meant::Procedure(_)),
        None => kind_of(file.source.name(), file.source.text()) == FileKind::Procedure,
    });
    let judge = |source: &'a Source| {
        let procedure = resolve(source).procedure?;
        let six = six(&procedure, source, people);
        let mut found = unclear(&six, &procedure, source);
        waive(&procedure, source, &mut found);
        Some(Judged { source, procedure, six, found })
    };
    procedures.filter_map(|file| judge(&file.source)).collect()
}

fn total(judged: &[Judged<'_>]) -> (usize, usize) {
    judged.iter().map(|one| one.six.score()).fold((0, 0), |(a, b), (c, d)| (a + c, b + d))
}

fn as_text(judged: &[Judged<'_>], lang: Lang) {
    for one in judged {
        for found in &one.found {
            data(&human(found, one.source, lang));
            data("\n");
        }
    }
    for one in judged {
        let (clear, all) = one.six.score();
        data(&format!("{:>3} %  {clear}/{all}  {}\n", percent((clear, all)), one.source.name()));
    }
    let (clear, all) = total(judged);
    data(&format!("{:>3} %  {clear}/{all}  {}\n", percent((clear, all)), pick(lang, "tất cả", "all")));
    let by_clarity: Vec<String> = Clarity::ALL
        .into_iter()
        .map(|clarity| {
            let steps = judged.iter().flat_map(|one| &one.six.steps);
            let missing = steps.filter(|step| step.missing.iter().any(|m| m.clarity == clarity)).count();
            let (vi, en) = clarity.title();
            format!("{} {}", pick(lang, vi, en), all / Clarity::ALL.len() - missing)
        })
        .collect();
    let steps = all / Clarity::ALL.len();
    say(&match lang {
        Lang::Vi => format!("{steps} bước: {}", by_clarity.join(", ")),
        Lang::En => format!("{steps} steps: {}", by_clarity.join(", ")),
    });
}

fn as_json(judged: &[Judged<'_>], lang: Lang) -> serde_json::Value {
    let step = |one: &Judged<'_>, step: &crate::definition::six::StepScore| {
        let clear = Clarity::ALL.map(|c| (c.word().to_owned(), step.missing.iter().all(|m| m.clarity != c).into()));
        let missing: Vec<_> = step
            .missing
            .iter()
            .map(|m| {
                serde_json::json!({
                    "what": m.clarity.word(), "why": m.why.in_lang(lang), "write": m.write.in_lang(lang),
                })
            })
            .collect();
        serde_json::json!({
            "step": step.step.as_str(),
            "title": one.procedure.step_title(&step.step),
            "clear": serde_json::Map::from_iter(clear),
            "missing": missing,
        })
    };
    let file = |one: &Judged<'_>| {
        let (clear, all) = one.six.score();
        serde_json::json!({
            "file": one.source.name(), "clear": clear, "of": all, "percent": percent((clear, all)),
            "steps": one.six.steps.iter().map(|s| step(one, s)).collect::<Vec<_>>(),
            "found": one.found.iter().map(|found| json(found, one.source, lang)).collect::<Vec<_>>(),
        })
    };
    let (clear, all) = total(judged);
    serde_json::json!({
        "clear": clear, "of": all, "percent": percent((clear, all)),
        "files": judged.iter().map(file).collect::<Vec<_>>(),
    })
}
