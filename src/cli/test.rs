//! `quytrinh test`: plays the scenarios beside procedure files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::calendar::shelf::Calendars;
use crate::cli::Failure;
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::Lang;
use crate::definition::procedure::Procedure;
use crate::rehearsal::play::{Covered, rehearse};
use crate::rehearsal::scenario::TestFile;
use crate::service::clock::{Clock, SystemClock};
use crate::service::tree::{Meant, Tree, check_tree};

/// What to play.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Test files or folders; `workflows` where none is named.
    paths: Vec<PathBuf>,
    /// Names every step and action that no scenario walked.
    #[arg(long)]
    coverage: bool,
    /// Where the calendars are, when not among the paths.
    #[arg(long, default_value = "workflows/calendars")]
    calendars: PathBuf,
}

/// Plays them; 1 where one fails.
pub fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let mut paths = if args.paths.is_empty() { vec![PathBuf::from("workflows")] } else { args.paths.clone() };
    let wanted = paths.clone();
    if args.calendars.exists() {
        paths.push(args.calendars.clone());
    }
    // A test names the procedure beside it, which need not be among the paths.
    paths.extend(wanted.iter().filter(|path| path.is_file()).filter_map(|path| path.parent().map(Path::to_owned)));
    let tree = check_tree(&paths, SystemClock.now()).map_err(|error| Failure::usage(error.to_string()))?;
    let calendars = calendars(&tree);
    let (mut passed, mut failed) = (0, 0);
    for file in tree.files.iter().filter(|file| matches!(file.meant, Some(Meant::Test))) {
        if !wanted.iter().any(|path| file.path.starts_with(path)) {
            continue;
        }
        let name = file.source.name();
        let test: TestFile = match serde_saphyr::from_str(file.source.text()) {
            Ok(test) => test,
            Err(fault) => {
                say(&format!("{name}: {fault}"));
                failed += 1;
                continue;
            }
        };
        let beside = file.path.with_file_name(&test.procedure);
        let Some(procedure) = procedure(&tree, &beside) else {
            say(&format!(
                "{name}: {} {}",
                pick(lang, "không có quy trình đạt kiểm tra tại", "no procedure that passes its checks at"),
                beside.display()
            ));
            failed += 1;
            continue;
        };
        let mut covered = Covered::default();
        for played in rehearse(&test, procedure, &calendars) {
            covered.steps.extend(played.covered.steps);
            covered.actions.extend(played.covered.actions);
            if played.faults.is_empty() {
                passed += 1;
                continue;
            }
            failed += 1;
            data(&format!("{} {name}: {}\n", pick(lang, "HỎNG", "FAILED"), played.name));
            for fault in &played.faults {
                data(&format!("    {fault}\n"));
            }
            for line in &played.timeline {
                data(&format!("      {line}\n"));
            }
        }
        report(name, procedure, &covered, args.coverage, lang);
    }
    data(&format!(
        "{passed} {}, {failed} {}\n",
        pick(lang, "kịch bản đạt", "scenarios passed"),
        pick(lang, "hỏng", "failed")
    ));
    Ok(u8::from(failed > 0))
}

fn calendars(tree: &Tree) -> Calendars {
    let mut calendars = Calendars::default();
    for file in &tree.files {
        if let Some(Meant::Calendar(calendar)) = &file.meant {
            calendars.put(Arc::new(calendar.as_ref().clone()));
        }
    }
    calendars
}

fn procedure<'a>(tree: &'a Tree, path: &Path) -> Option<&'a Procedure> {
    tree.files.iter().find(|file| file.path == path).and_then(|file| match &file.meant {
        Some(Meant::Procedure(procedure)) => Some(procedure.as_ref()),
        _ => None,
    })
}

/// How much of the procedure was walked.
fn report(name: &str, procedure: &Procedure, covered: &Covered, whole: bool, lang: Lang) {
    let mut actions: BTreeMap<String, bool> = BTreeMap::new();
    for step in procedure.steps.values() {
        for verb in step.actions().into_iter().flatten().map(|(verb, _)| verb) {
            actions.insert(format!("{}.{verb}", step.id), covered.actions.contains(&(step.id.clone(), verb.clone())));
        }
    }
    let steps = procedure.steps.keys().filter(|step| covered.steps.contains(*step)).count();
    let walked = actions.values().filter(|walked| **walked).count();
    data(&match lang {
        Lang::Vi => {
            format!("{name}: đi qua {steps}/{} bước, {walked}/{} hành động\n", procedure.steps.len(), actions.len())
        }
        Lang::En => {
            format!("{name}: {steps}/{} steps, {walked}/{} actions walked\n", procedure.steps.len(), actions.len())
        }
    });
    if whole {
        for step in procedure.steps.keys().filter(|step| !covered.steps.contains(*step)) {
            data(&format!("    {} {step}\n", pick(lang, "chưa đi qua bước", "never walked: step")));
        }
        for (action, _) in actions.iter().filter(|(_, walked)| !**walked) {
            data(&format!("    {} {action}\n", pick(lang, "chưa đi qua hành động", "never walked: action")));
        }
    }
}
