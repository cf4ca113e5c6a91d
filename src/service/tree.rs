//! A tree of workflows: every file read and checked, and what of it may be published.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::calendar::calendar::Calendar;
use crate::definition::checks;
use crate::definition::checks::across::x07_mandate::{self, Duties};
use crate::definition::checks::across::x09_load;
use crate::definition::checks::{d02_forms, n21_calendar, x11_policy};
use crate::definition::diagnostic::{Diagnostic, Level, sort};
use crate::definition::load;
use crate::definition::mandate::{self, Mandate};
use crate::definition::policy::{self, Policy};
use crate::definition::procedure::Procedure;
use crate::definition::resolve::resolve;
use crate::definition::source::{Source, Span};
use crate::definition::waiver::waive;
use crate::directory::Directory;
use crate::ids::{CalendarId, ProcedureId, Ts};
use crate::rehearsal::reading;
use crate::rehearsal::scenario::TestFile;
use crate::service::beside;
use crate::service::disk::Unread;
use crate::service::library::{FileKind, TreeFile, kind_of, read, read_calendar, read_directory, read_tree};
use crate::service::publish::Publication;
use crate::service::tree_calls;
use crate::service::{forms, tree_year};

/// A tree, checked.
pub struct Tree {
    /// In the order of their names.
    pub files: Vec<Checked>,
    /// Without one, the checks that need it are skipped.
    pub has_directory: bool,
    /// What files named by themselves are held against, in the order of their names: nothing is told of these.
    pub beside: Vec<Checked>,
    /// A folder was read, and not only files by name.
    whole: bool,
}

/// One file, checked.
#[derive(Clone)]
pub struct Checked {
    pub path: PathBuf,
    pub source: Arc<Source>,
    pub found: Vec<Diagnostic>,
    pub meant: Option<Meant>,
    /// Its bytes are no text: what is shown of it must not be written back.
    pub unread: bool,
}

/// What a file says, where it could be read.
#[derive(Clone)]
pub enum Meant {
    Procedure(Box<Procedure>),
    Calendar(Box<Calendar>),
    Directory(Box<Directory>),
    /// What the inspectorate requires of procedures.
    Policy(Box<Policy>),
    /// What a unit is there to do.
    Mandate(Box<Mandate>),
    /// A test: played by `quytrinh test`, not published.
    Test(Box<TestFile>),
}

/// Reads and checks everything below the paths. Files that are named by themselves are held against the directory, the
/// calendars and the policies that lie beside them or above.
pub fn check_tree(paths: &[PathBuf], now: Ts) -> Result<Tree, Unread> {
    let files: Vec<Checked> = read_tree(paths)?.into_iter().map(alone).collect();
    let whole = paths.iter().any(|path| path.is_dir());
    let beside = if whole { Vec::new() } else { beside::of_files(paths) };
    Ok(together(files, beside.iter().map(|path| alone(read(path))).collect(), now, whole))
}

/// One file by itself: what it says and what is wrong in it, whatever lies beside it.
pub(super) fn alone(file: TreeFile) -> Checked {
    let source = Arc::new(Source::new(file.path.display().to_string(), file.text));
    if let Some(unread) = file.unread {
        return Checked { path: file.path, source, found: vec![unread.diagnostic()], meant: None, unread: true };
    }
    let (meant, found) = match file.kind {
        FileKind::Procedure => match load(&source) {
            Ok((procedure, found)) => (Some(Meant::Procedure(Box::new(procedure))), found),
            Err(found) => (None, found),
        },
        FileKind::Calendar => match read_calendar(source.text()) {
            Ok(calendar) => (Some(Meant::Calendar(Box::new(calendar))), Vec::new()),
            Err(why) => (None, vec![unreadable(&why)]),
        },
        FileKind::Directory => match read_directory(source.text()) {
            Ok(directory) => (Some(Meant::Directory(Box::new(directory))), Vec::new()),
            Err(why) => (None, vec![unreadable(&why)]),
        },
        FileKind::Policy => match policy::read(&source) {
            Ok(policy) => (Some(Meant::Policy(Box::new(policy))), Vec::new()),
            Err(found) => (None, found),
        },
        FileKind::Mandate => match mandate::read(&source) {
            Ok(mandate) => (Some(Meant::Mandate(Box::new(mandate))), Vec::new()),
            Err(found) => (None, found),
        },
        FileKind::Test => match reading::read(&source) {
            Ok(test) => (Some(Meant::Test(Box::new(test))), Vec::new()),
            Err(found) => (None, found),
        },
    };
    Checked { path: file.path, source, found, meant, unread: false }
}

/// Files that were read by themselves, held against each other and what lies beside them; in the order of their names.
/// `whole`: a folder, so that what is not among them is missing.
pub(super) fn together(mut files: Vec<Checked>, beside: Vec<Checked>, now: Ts, whole: bool) -> Tree {
    let own: BTreeSet<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    // A directory that is named takes the place of the one that lies beside.
    let named = |meant: &Option<Meant>| matches!(meant, Some(Meant::Directory(_)));
    let has_own = files.iter().any(|file| named(&file.meant));
    files.extend(beside.into_iter().filter(|file| !(has_own && named(&file.meant))));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    check_calendars(&mut files);
    files
        .iter_mut()
        .filter(|file| file.found.is_empty())
        .for_each(|file| file.found.extend(checks::y12_form::check(&file.source)));
    let directory = files.iter().find_map(|file| match &file.meant {
        Some(Meant::Directory(directory)) => Some(directory.clone()),
        _ => None,
    });
    match &directory {
        Some(directory) => with_people(&mut files, directory, now),
        None => {
            if let Some(first) = files.iter_mut().find(|file| matches!(file.meant, Some(Meant::Procedure(_)))) {
                first.found.push(checks::beside::without_directory());
            }
        }
    }
    check_against_calendars(&mut files);
    across(&mut files);
    forms(&mut files);
    tests(&mut files);
    mandates(&mut files, directory.as_deref(), now);
    tree_calls::check(&mut files, &[], whole);
    for file in &mut files {
        if let Some(Meant::Procedure(procedure)) = &file.meant {
            file.found.extend(checks::v12_decision::check(procedure, &file.source));
            waive(procedure, &file.source, &mut file.found);
        }
    }
    policies(&mut files, directory.as_deref());
    tree_calls::of_faulty(&mut files);
    files.iter_mut().for_each(|file| sort(&mut file.found));
    let (files, beside) = files.into_iter().partition(|file| own.contains(&file.path));
    Tree { files, beside, has_directory: directory.is_some(), whole }
}

/// Every procedure against the people there are; the directory itself; and what one person does in all files together.
fn with_people(files: &mut [Checked], directory: &Directory, now: Ts) {
    for file in files.iter_mut() {
        match &file.meant {
            Some(Meant::Procedure(procedure)) => {
                file.found.extend(checks::beside::check(procedure, directory, now, &file.source));
            }
            Some(Meant::Directory(_)) => {
                file.found.extend(checks::beside::no_substitute_circle(directory, &file.source));
            }
            _ => {}
        }
    }
    let (numbers, procedures): (Vec<usize>, Vec<_>) = procedures(files).unzip();
    let shares = checks::beside::share(&procedures, directory, now);
    let shares: Vec<(usize, Diagnostic)> = shares.into_iter().map(|(n, found)| (numbers[n], found)).collect();
    for (n, found) in shares {
        files[n].found.push(found);
    }
}

/// The procedures of a tree against each other.
fn across(files: &mut [Checked]) {
    let (numbers, procedures): (Vec<usize>, Vec<_>) = procedures(files).unzip();
    let found: Vec<(usize, Diagnostic)> =
        checks::across::check(&procedures).into_iter().map(|(n, found)| (numbers[n], found)).collect();
    for (n, found) in found {
        files[n].found.push(found);
    }
}

/// Each procedure's forms, where a folder beside it keeps them.
fn forms(files: &mut [Checked]) {
    for file in files {
        let Some(Meant::Procedure(procedure)) = &file.meant else { continue };
        let named = procedure.documents.values().any(|document| document.form.is_some());
        if let Some(forms) = Some(&file.path).filter(|_| named).and_then(|path| forms::beside(path)) {
            file.found.extend(d02_forms::check(procedure, &file.source, &forms));
        }
    }
}

/// Each test against the procedure that it names, whether that was asked for too or only lies beside it.
fn tests(files: &mut [Checked]) {
    let mut found: Vec<(usize, Vec<Diagnostic>)> = Vec::new();
    for (n, file) in files.iter().enumerate().filter(|(_, file)| file.is_test()) {
        let named = file.source.root().and_then(|root| root.get("procedure")?.text());
        let Some((name, path)) = named.map(|name| (name, file.path.with_file_name(name))) else { continue };
        let told = match files.iter().find(|other| other.path == path) {
            Some(Checked { meant: Some(Meant::Procedure(procedure)), .. }) => reading::against(&file.source, procedure),
            // What is wrong there is told there.
            Some(_) => Vec::new(),
            None => match read(&path) {
                TreeFile { unread: None, text, .. } => load(&Source::new(name, text))
                    .map(|(procedure, _)| reading::against(&file.source, &procedure))
                    .unwrap_or_default(),
                TreeFile { .. } => vec![reading::no_procedure(&file.source, name)],
            },
        };
        found.push((n, told));
    }
    for (n, told) in found {
        files[n].found.extend(told);
    }
}

/// What units are there to do: each task has its procedure, its people their hours, and nobody is reminded too often.
fn mandates(files: &mut [Checked], directory: Option<&Directory>, at: Ts) {
    let mut found: Vec<(usize, Diagnostic)> = Vec::new();
    let (numbers, procedures): (Vec<usize>, Vec<_>) = procedures(files).unzip();
    let (own, duties): (Vec<usize>, Vec<Duties<'_>>) = files
        .iter()
        .enumerate()
        .filter_map(|(n, file)| match &file.meant {
            Some(Meant::Mandate(mandate)) => Some((n, (mandate.as_ref(), file.source.as_ref()))),
            _ => None,
        })
        .unzip();
    for (n, duties) in own.iter().zip(&duties) {
        let unit = directory.and_then(|directory| x07_mandate::unit(*duties, directory));
        found.extend(unit.into_iter().chain(x07_mandate::check(*duties, &procedures)).map(|told| (*n, told)));
    }
    let calendars = latest(files);
    let done = procedures.iter().find(|(procedure, _)| {
        duties.iter().any(|(mandate, _)| mandate.tasks.values().any(|task| task.is_done_by(procedure)))
    });
    let calendar = done.and_then(|(procedure, _)| calendars.get(&procedure.calendar));
    if let (Some(directory), Some(calendar)) = (directory, calendar) {
        let world = tree_year::World { directory, calendar, at };
        let loads = x09_load::check(&duties, &procedures, directory, at, world.year());
        found.extend(loads.into_iter().map(|(n, told)| (own[n], told)));
        let rules: Vec<_> = rules(files);
        let rules: Vec<_> = rules.iter().map(|(policy, source)| (policy, source.as_ref())).collect();
        let reminded = tree_year::reminded(&duties, &procedures, &rules, &world);
        found.extend(reminded.into_iter().map(|(n, told)| (numbers[n], told)));
    }
    for (n, told) in found {
        files[n].found.push(told);
    }
}

/// The policies of a tree.
fn rules(files: &[Checked]) -> Vec<(Policy, Arc<Source>)> {
    let policies = files.iter().filter_map(|file| match &file.meant {
        Some(Meant::Policy(policy)) => Some((Policy::clone(policy), file.source.clone())),
        _ => None,
    });
    policies.collect()
}

/// What the inspectorate requires comes last: no file lowers it.
fn policies(files: &mut [Checked], directory: Option<&Directory>) {
    let rules = rules(files);
    for file in files {
        if let (Some(Meant::Policy(policy)), Some(directory)) = (&file.meant, directory) {
            file.found.extend(x11_policy::area(policy, directory, &file.source));
        }
        let Some(Meant::Procedure(procedure)) = &file.meant else { continue };
        for (policy, source) in rules.iter().filter(|(policy, _)| x11_policy::binds(policy, procedure, directory)) {
            file.found.extend(x11_policy::check((policy, source), procedure, &file.source));
            x11_policy::raise((policy, source), &mut file.found);
        }
    }
}

/// The procedures of a tree, each with the number of its file.
pub(super) fn procedures(files: &[Checked]) -> impl Iterator<Item = (usize, (&Procedure, &Source))> {
    files.iter().enumerate().filter_map(|(n, file)| match &file.meant {
        Some(Meant::Procedure(procedure)) => Some((n, (procedure.as_ref(), file.source.as_ref()))),
        _ => None,
    })
}

/// Each procedure against the latest version of its calendar, where that stands beside it.
fn check_against_calendars(files: &mut [Checked]) {
    let latest = latest(files);
    for file in files {
        if let Some(Meant::Procedure(procedure)) = &file.meant
            && let Some(calendar) = latest.get(&procedure.calendar)
        {
            file.found.extend(checks::calendar::check(procedure, calendar, &file.source));
        }
    }
}

/// The calendars of a tree, each in its latest version.
fn latest(files: &[Checked]) -> BTreeMap<CalendarId, Box<Calendar>> {
    let mut latest: BTreeMap<CalendarId, Box<Calendar>> = BTreeMap::new();
    for file in files {
        if let Some(Meant::Calendar(calendar)) = &file.meant
            && latest.get(calendar.id()).is_none_or(|known| known.version() < calendar.version())
        {
            latest.insert(calendar.id().clone(), calendar.clone());
        }
    }
    latest
}

/// Units and procedures may go only by calendars that are there; where no calendar lies beside the directory, none can be missed.
fn check_calendars(files: &mut [Checked]) {
    let calendars: Vec<CalendarId> = files
        .iter()
        .filter_map(|file| match &file.meant {
            Some(Meant::Calendar(calendar)) => Some(calendar.id().clone()),
            _ => None,
        })
        .collect();
    if calendars.is_empty() {
        return;
    }
    for file in files {
        match &file.meant {
            Some(Meant::Directory(directory)) => {
                let unknown = directory.unknown_calendars(|calendar| calendars.contains(calendar));
                file.found.extend(unknown.into_iter().map(|fault| unreadable(&format!("{} / {}", fault.vi, fault.en))));
            }
            Some(Meant::Procedure(procedure)) => {
                file.found.extend(n21_calendar::check(procedure, &calendars, &file.source));
            }
            _ => {}
        }
    }
}

/// A text that another follows, and whether it was in force.
pub struct Earlier {
    pub procedure: Procedure,
    pub published: bool,
}

impl Tree {
    /// Holds each procedure against the earlier text of the same id with the highest version.
    /// Answers which had none, by id.
    pub fn hold_against(&mut self, earlier: &[Earlier], today: jiff::civil::Date) -> Vec<ProcedureId> {
        let mut without = Vec::new();
        for file in self.files.iter_mut().filter(|file| file.found.iter().any(|told| told.code == "S01")) {
            let Some(new) = resolve(&file.source).procedure else { continue };
            let same = earlier.iter().filter(|earlier| earlier.procedure.id == new.id);
            if let Some(old) = same.max_by_key(|earlier| earlier.procedure.version) {
                checks::against::s01_led::tell(&old.procedure, &file.source, &mut file.found);
            }
        }
        // What is published may be called too: the calls are looked at once more.
        for file in &mut self.files {
            file.found.retain(|found| !checks::across::CODES_OF_CALLS.contains(&found.code));
        }
        let published: Vec<&Procedure> =
            earlier.iter().filter(|earlier| earlier.published).map(|earlier| &earlier.procedure).collect();
        let whole = self.whole || !published.is_empty();
        tree_calls::check(&mut self.files, &published, whole);
        for file in &mut self.files {
            let Some(Meant::Procedure(new)) = &file.meant else { continue };
            waive(new, &file.source, &mut file.found);
            sort(&mut file.found);
            let same = earlier.iter().filter(|earlier| earlier.procedure.id == new.id);
            let Some(old) = same.max_by_key(|earlier| earlier.procedure.version) else {
                without.push(new.id.clone());
                continue;
            };
            let look = checks::against::Against {
                old: &old.procedure,
                published: old.published,
                new,
                source: &file.source,
                today,
            };
            file.found.extend(checks::against::check(&look));
            waive(new, &file.source, &mut file.found);
            sort(&mut file.found);
        }
        without
    }

    /// The calendars among the files, each in its latest version.
    pub fn calendars(&self) -> BTreeMap<CalendarId, Box<Calendar>> {
        latest(&self.files)
    }

    /// Everything that passed, in the order it must be published: people and calendars before procedures.
    pub fn publications(&self) -> Vec<Publication> {
        let mut publications = Vec::new();
        let mut calendars = Vec::new();
        for rank in 0..3 {
            for file in self.files.iter().filter(|file| file.passes()) {
                let (name, text) = (file.source.name(), file.source.text());
                match (&file.meant, rank) {
                    (Some(Meant::Directory(directory)), 0) => {
                        publications.push(Publication::directory(name, text, Directory::clone(directory)));
                    }
                    (Some(Meant::Calendar(calendar)), 1) => {
                        let version = (calendar.id().clone(), calendar.version());
                        calendars.push((version, Publication::calendar(name, text, Calendar::clone(calendar))));
                    }
                    (Some(Meant::Procedure(procedure)), 2) => {
                        publications.push(Publication::procedure(name, text, Procedure::clone(procedure)));
                    }
                    _ => {}
                }
            }
            // A calendar's versions come into force in their order, whatever the files are called.
            calendars.sort_by(|(a, _), (b, _)| a.cmp(b));
            publications.extend(calendars.drain(..).map(|(_, publication)| publication));
        }
        publications
    }

    /// The files that may not be published.
    pub fn refused(&self) -> impl Iterator<Item = &Checked> {
        self.files.iter().filter(|file| !file.passes())
    }
}

impl Checked {
    /// Whether it is a file of scenarios, readable or not.
    pub fn is_test(&self) -> bool {
        let name = self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        kind_of(name, "") == FileKind::Test
    }

    /// Whether it may be published.
    pub fn passes(&self) -> bool {
        self.meant.is_some() && self.found.iter().all(|d| d.level != Level::Error)
    }
}

fn unreadable(why: &str) -> Diagnostic {
    let (vi, en) = why.split_once(" / ").unwrap_or((why, why));
    Diagnostic::error("Y01", Span::default(), vi, en)
}
