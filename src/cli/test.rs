//! `quytrinh test`: plays the scenarios beside procedure files, and says what of each procedure they never try.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::calendar::shelf::Calendars;
use crate::cli::output::{data, pick, say};
use crate::cli::{Failure, Format, mutate, record};
use crate::definition::diagnostic::{Diagnostic, Lang, Level, human, json};
use crate::definition::procedure::Procedure;
use crate::definition::source::Source;
use crate::rehearsal::play::{Played, rehearse};
use crate::rehearsal::report::{Coverage, failed, untested, untried};
use crate::rehearsal::scenario::TestFile;
use crate::rehearsal::spots::{Clocked, Kind, Spot};
use crate::rehearsal::walk::Walked;
use crate::service::clock::{Clock, SystemClock};
use crate::service::tree::{Checked, Meant, Tree, check_tree};

/// What to play.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Test files, procedures or folders; `workflows` where none is named.
    paths: Vec<PathBuf>,
    /// Lists every place that no scenario tries, with its line.
    #[arg(long)]
    coverage: bool,
    /// Where the calendars are, when not among the paths, nor in a folder `calendars` beside or above them.
    #[arg(long)]
    calendars: Option<PathBuf>,
    /// Makes each procedure wrong on purpose, place by place, and lists what no scenario notices.
    #[arg(long)]
    mutate: bool,
    /// With --mutate: 1 where the scenarios notice less than this share, in per cent.
    #[arg(long, requires = "mutate", value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    at_least: Option<u8>,
    /// Shows what would be written into the test files: what each scenario without `expect` shows, and where `expect:`
    /// was left empty. With --case: a case that really was, as one more scenario.
    #[arg(long, conflicts_with_all = ["mutate", "coverage"])]
    record: bool,
    #[command(flatten)]
    recording: record::Recording,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// One procedure with its scenarios played.
pub(super) struct Tested<'a> {
    pub checked: &'a Checked,
    pub procedure: &'a Procedure,
    pub test: TestFile,
    pub test_source: &'a Source,
    pub test_path: &'a Path,
    pub played: Vec<Played>,
}

/// What could not be played, in words.
struct Unplayable {
    file: String,
    why: String,
}

/// Plays them; 1 where one fails.
pub fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let wanted = if args.paths.is_empty() { vec![PathBuf::from("workflows")] } else { args.paths.clone() };
    if args.record && args.recording.case.is_some() {
        return record::a_case(&args.recording, &args.paths, args.calendars.as_deref(), lang);
    }
    let tree = tree(&wanted, args.calendars.as_deref())?;
    let calendars = calendars(&tree);
    let mut unplayable = Vec::new();
    let tested = tested(&tree, &wanted, &calendars, lang, &mut unplayable);
    if args.record {
        unplayable.iter().for_each(|one| say(&one.why));
        return record::expectations(&args.recording, &tested, !unplayable.is_empty(), &calendars, lang);
    }
    if args.mutate {
        return Ok(mutated(&args, &tested, &unplayable, &calendars, lang));
    }
    match args.format {
        Format::Human => told(&args, &tree, &wanted, &tested, &unplayable, &calendars, lang),
        Format::Json => data(&format!("{}\n", as_json(&tree, &wanted, &tested, &unplayable, &calendars, lang))),
    }
    if tested.is_empty() && unplayable.is_empty() {
        return Err(nothing_played(&wanted, lang));
    }
    let failed = tested.iter().flat_map(|one| &one.played).any(|played| !played.faults.is_empty());
    Ok(u8::from(failed || !unplayable.is_empty()))
}

/// No scenario was there to be played: that is not “all passed”.
fn nothing_played(wanted: &[PathBuf], lang: Lang) -> Failure {
    let paths: Vec<String> = wanted.iter().map(|path| path.display().to_string()).collect();
    let paths = paths.join(", ");
    Failure::usage(match lang {
        Lang::Vi => format!(
            "không có kịch bản nào để chơi ở {paths}: kịch bản của `x.yaml` nằm trong `x.test.yaml` cạnh nó; `quytrinh new` viết sẵn một mẫu"
        ),
        Lang::En => format!(
            "no scenario to play at {paths}: those of `x.yaml` stand in `x.test.yaml` beside it; `quytrinh new` writes a pattern"
        ),
    })
}

/// The scenarios tried with mistakes; 1 where one fails without any, or too few are noticed.
fn mutated(args: &Args, tested: &[Tested<'_>], unplayable: &[Unplayable], calendars: &Calendars, lang: Lang) -> u8 {
    unplayable.iter().for_each(|one| say(&one.why));
    let failing = tested.iter().flat_map(|one| &one.played).filter(|played| !played.faults.is_empty()).count();
    if failing > 0 {
        say(&match lang {
            Lang::Vi => format!("{failing} kịch bản đang hỏng, không dùng để thử; chạy `quytrinh test` trước"),
            Lang::En => format!("{failing} scenarios fail and are left out; run `quytrinh test` first"),
        });
    }
    let tried = mutate::try_all(tested, calendars);
    let score = match args.format {
        Format::Human => mutate::told(&tried, lang),
        Format::Json => {
            let (json, score) = mutate::as_json(&tried, lang);
            data(&format!("{json}\n"));
            score
        }
    };
    let too_few = args.at_least.is_some_and(|at_least| score.percent() < usize::from(at_least));
    u8::from(failing > 0 || !unplayable.is_empty() || too_few)
}

/// The files named, the procedures beside the tests among them, and the calendars.
pub(super) fn tree(wanted: &[PathBuf], calendars: Option<&Path>) -> Result<Tree, Failure> {
    let mut paths = wanted.to_vec();
    let near = || wanted.iter().find_map(|path| calendars_near(path));
    match calendars {
        Some(folder) if !folder.exists() => return Err(Failure::usage(format!("{}: ?", folder.display()))),
        Some(folder) => paths.push(folder.to_owned()),
        None => {
            paths.extend(near().or_else(|| Some(PathBuf::from("workflows/calendars")).filter(|path| path.is_dir())))
        }
    }
    // A test and its procedure lie beside each other; only one of them may have been named.
    paths.extend(wanted.iter().filter(|path| path.is_file()).flat_map(|path| [sibling(path)]).flatten());
    check_tree(&paths, SystemClock.now()).map_err(|unread| Failure::usage(unread.told(Lang::Vi)))
}

fn calendars_near(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let above = absolute.ancestors().take(5).map(|above| above.join("calendars"));
    above.into_iter().find(|folder| folder.is_dir())
}

/// The test of a procedure, the procedure that a test names.
fn sibling(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let other = match name.strip_suffix(".test.yaml").or_else(|| name.strip_suffix(".test.yml")) {
        Some(_) => {
            let text = std::fs::read_to_string(path).ok()?;
            let source = Source::new("", text);
            path.with_file_name(source.root()?.get("procedure")?.text()?)
        }
        None => path.with_file_name(beside(name)),
    };
    other.is_file().then_some(other)
}

/// The name of the test file beside a procedure.
pub(super) fn beside(name: &str) -> String {
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name);
    format!("{stem}.test.yaml")
}

/// The calendars among the files.
pub(super) fn calendars(tree: &Tree) -> Calendars {
    let mut calendars = Calendars::default();
    for file in &tree.files {
        if let Some(Meant::Calendar(calendar)) = &file.meant {
            calendars.put(Arc::new(calendar.as_ref().clone()));
        }
    }
    calendars
}

fn is_wanted(path: &Path, wanted: &[PathBuf]) -> bool {
    wanted.iter().any(|want| path.starts_with(want) || sibling_of(path, want))
}

fn sibling_of(path: &Path, wanted: &Path) -> bool {
    let named = wanted.file_name().and_then(|name| name.to_str()).map(beside);
    wanted.parent() == path.parent() && path.file_name().and_then(|name| name.to_str()).map(str::to_owned) == named
}

fn tested<'a>(
    tree: &'a Tree,
    wanted: &[PathBuf],
    calendars: &Calendars,
    lang: Lang,
    unplayable: &mut Vec<Unplayable>,
) -> Vec<Tested<'a>> {
    let mut tested = Vec::new();
    for file in tree.files.iter().filter(|file| file.is_test() && is_wanted(&file.path, wanted)) {
        let name = file.source.name().to_owned();
        let Some(Meant::Test(test)) = &file.meant else {
            let why: Vec<String> = file.found.iter().map(|found| human(found, &file.source, lang)).collect();
            unplayable.push(Unplayable { file: name, why: why.join("\n") });
            continue;
        };
        let test = TestFile::clone(test);
        let beside = file.path.with_file_name(&test.procedure);
        let Some((checked, procedure)) = procedure(tree, &beside) else {
            let beside = beside.display();
            let why = match lang {
                Lang::Vi => format!("{name}: quy trình {beside} không có hoặc còn lỗi; xem `quytrinh check {beside}`"),
                Lang::En => format!("{name}: {beside} is not there or has errors; see `quytrinh check {beside}`"),
            };
            unplayable.push(Unplayable { file: name, why });
            continue;
        };
        let played = rehearse(&test, procedure, calendars);
        tested.push(Tested { checked, procedure, test, test_source: &file.source, test_path: &file.path, played });
    }
    tested
}

fn procedure<'a>(tree: &'a Tree, path: &Path) -> Option<(&'a Checked, &'a Procedure)> {
    tree.files.iter().find(|file| file.path == path).and_then(|file| match &file.meant {
        Some(Meant::Procedure(procedure)) => Some((file, procedure.as_ref())),
        _ => None,
    })
}

/// Procedures among those wanted that no test names.
fn without_test<'a>(tree: &'a Tree, wanted: &[PathBuf], tested: &[Tested<'_>]) -> Vec<(&'a Checked, &'a Procedure)> {
    let has = |path: &Path| tested.iter().any(|one| one.checked.path == path);
    let named = |path: &Path| tree.files.iter().any(|file| file.is_test() && sibling_of(&file.path, path));
    let procedures = tree.files.iter().filter_map(|file| match &file.meant {
        Some(Meant::Procedure(procedure)) => Some((file, procedure.as_ref())),
        _ => None,
    });
    let wanted = |path: &Path| wanted.iter().any(|want| path.starts_with(want));
    procedures.filter(|(file, _)| wanted(&file.path) && !has(&file.path) && !named(&file.path)).collect()
}

impl Tested<'_> {
    /// What all scenarios together walked.
    fn walked(&self) -> Walked {
        let mut walked = Walked::default();
        self.played.iter().for_each(|played| walked.add(played.walked.clone()));
        walked
    }

    /// What is told of it: of the test file, and of the procedure.
    fn found(&self, coverage: &Coverage, calendars: &Calendars) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        let name = self.test.calendar.as_deref().map_or_else(|| self.procedure.calendar.clone(), Into::into);
        let calendar = calendars.get(&name).map(|calendar| calendar.as_ref());
        let source = &self.checked.source;
        let untried = untried(self.procedure, source, coverage, &self.walked(), calendar);
        (failed(&self.played, self.test_source), untried)
    }
}

fn told(
    args: &Args,
    tree: &Tree,
    wanted: &[PathBuf],
    tested: &[Tested<'_>],
    unplayable: &[Unplayable],
    calendars: &Calendars,
    lang: Lang,
) {
    let (mut passed, mut broken, mut hidden) = (0, unplayable.len(), 0);
    unplayable.iter().for_each(|one| say(&one.why));
    for one in tested {
        let coverage = Coverage::of(one.procedure, &one.walked());
        let (failures, untried) = one.found(&coverage, calendars);
        broken += failures.len();
        passed += one.played.len() - failures.len();
        let mut failures = failures.iter();
        for played in one.played.iter().filter(|played| !played.faults.is_empty()) {
            if let Some(failure) = failures.next() {
                data(&human(failure, one.test_source, lang));
            }
            played.timeline.iter().for_each(|line| data(&format!("      {}\n", line.in_lang(lang))));
        }
        data(&summary(one, &coverage, lang));
        for found in untried.iter().filter(|found| found.level != Level::Note && found.code != "Q02") {
            data(&human(found, &one.checked.source, lang));
        }
        let causes = coverage.causes();
        if args.coverage {
            data(&missed(one, &causes, lang));
        } else {
            hidden += causes.len();
        }
    }
    for (file, procedure) in without_test(tree, wanted, tested) {
        let name = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        for found in untested(procedure, &file.source, &beside(name)).iter().filter(|found| found.level != Level::Note)
        {
            data(&human(found, &file.source, lang));
        }
    }
    if tested.is_empty() && unplayable.is_empty() {
        return;
    }
    data(&match lang {
        Lang::Vi => format!("{passed} kịch bản đạt, {broken} hỏng\n"),
        Lang::En => format!("{passed} scenarios passed, {broken} failed\n"),
    });
    if hidden > 0 {
        say(&match lang {
            Lang::Vi => format!("{hidden} chỗ chưa kịch bản nào thử; `--coverage` kể ra từng chỗ"),
            Lang::En => format!("{hidden} places that no scenario tries; `--coverage` lists them"),
        });
    }
}

/// What no scenario tries, each with its line; the steps that are never late in one.
fn missed(one: &Tested<'_>, causes: &[&Spot], lang: Lang) -> String {
    let mut told = String::new();
    let mut never_late: Vec<&str> = Vec::new();
    for spot in causes {
        if let Spot::Breach(Clocked::Step(step)) = spot {
            never_late.push(step.as_str());
            continue;
        }
        let source = &one.checked.source;
        let (line, _) = source.position(source.key_span(&spot.route(one.procedure)).start);
        let (vi, en) = spot.missed();
        told.push_str(&format!("    {} {line}: {}\n", pick(lang, "dòng", "line"), pick(lang, &vi, &en)));
    }
    if !never_late.is_empty() {
        let what = pick(lang, "bước chưa kịch bản nào để quá hạn", "steps that no scenario lets be late");
        told.push_str(&format!("    {what}: {}\n", never_late.join(", ")));
    }
    told
}

/// `tệp: 12/12 bước, 19/20 hành động, …`.
fn summary(one: &Tested<'_>, coverage: &Coverage, lang: Lang) -> String {
    let part = |(kind, all, done): &(Kind, usize, usize)| {
        let (vi, en) = kind.title();
        format!("{done}/{all} {}", pick(lang, vi, en))
    };
    let parts: Vec<String> = coverage.counts.iter().map(part).collect();
    format!("{}: {}\n", one.test_source.name(), parts.join(", "))
}

fn as_json(
    tree: &Tree,
    wanted: &[PathBuf],
    tested: &[Tested<'_>],
    unplayable: &[Unplayable],
    calendars: &Calendars,
    lang: Lang,
) -> serde_json::Value {
    let of = |one: &Tested<'_>| {
        let coverage = Coverage::of(one.procedure, &one.walked());
        let (failures, untried) = one.found(&coverage, calendars);
        let source = &one.checked.source;
        let counts = coverage
            .counts
            .iter()
            .map(|(kind, all, done)| (kind.word().to_owned(), serde_json::json!({ "all": all, "walked": done })));
        let missed = coverage.causes().into_iter().map(|spot| {
            let (line, column) = source.position(source.key_span(&spot.route(one.procedure)).start);
            let (vi, en) = spot.missed();
            serde_json::json!({
                "kind": spot.kind().word(), "line": line, "column": column, "message": pick(lang, &vi, &en),
            })
        });
        let scenarios = one.played.iter().map(|played| {
            let faults: Vec<&str> = played.faults.iter().map(|fault| fault.text.in_lang(lang)).collect();
            serde_json::json!({ "name": played.name, "passed": faults.is_empty(), "faults": faults })
        });
        let found: Vec<_> = failures.iter().map(|found| json(found, one.test_source, lang)).collect();
        let found = found.into_iter().chain(untried.iter().map(|found| json(found, source, lang)));
        serde_json::json!({
            "file": one.test_source.name(),
            "procedure": source.name(),
            "scenarios": scenarios.collect::<Vec<_>>(),
            "coverage": counts.collect::<serde_json::Map<_, _>>(),
            "missed": missed.collect::<Vec<_>>(),
            "found": found.collect::<Vec<_>>(),
        })
    };
    let mut files: Vec<serde_json::Value> = tested.iter().map(of).collect();
    for (file, procedure) in without_test(tree, wanted, tested) {
        let name = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let found = untested(procedure, &file.source, &beside(name));
        let found: Vec<_> = found.iter().map(|found| json(found, &file.source, lang)).collect();
        files.push(serde_json::json!({ "procedure": file.source.name(), "scenarios": [], "found": found }));
    }
    for one in unplayable {
        files.push(serde_json::json!({ "file": one.file, "error": one.why }));
    }
    serde_json::Value::Array(files)
}
