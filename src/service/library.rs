//! What cases are judged by, read and ready: procedures by digest, calendars, the directory.
//!
//! A shelf is a snapshot: whoever holds one sees no change under his feet. Reading a tree of files happens here; what is
//! published is decided by the writer.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use crate::calendar::calendar::{Calendar, CalendarFile};
use crate::calendar::course::Course;
use crate::calendar::shelf::Calendars;
use crate::definition::procedure::Procedure;
use crate::definition::resolve::digest_of;
use crate::definition::source::Source;
use crate::directory::{Directory, DirectoryFile};
use crate::ids::{CalendarId, Digest, PersonId, ProcedureId, StepId, Ts, UnitId};
use crate::journal::entry::{Record, Registered, Sealed};
use crate::machine::refusal::{Code, Refusal};
use crate::machine::rules::Callable;
use crate::service::ask::Denied;
use crate::service::disk::{self, Unread};
use crate::store::contract::{Store, StoreError};

/// A snapshot of what cases are judged by.
#[derive(Clone, Default)]
pub struct Shelf {
    procedures: HashMap<Digest, Arc<Procedure>>,
    /// Text and file name of each procedure.
    texts: HashMap<Digest, (String, String)>,
    current: BTreeMap<ProcedureId, Digest>,
    /// Every text of a procedure by its version.
    versions: BTreeMap<ProcedureId, BTreeMap<u32, Digest>>,
    /// Versions taken back before their first day in force: nothing runs by them, and their numbers stay taken.
    withdrawn: BTreeMap<ProcedureId, BTreeMap<u32, Digest>>,
    /// For each procedure those that say to take its place.
    superseding: BTreeMap<ProcedureId, BTreeSet<ProcedureId>>,
    pub calendars: Calendars,
    courses: HashMap<CalendarId, Arc<Course>>,
    pub directory: Arc<Directory>,
    /// Digests of every text on the shelf.
    digests: HashSet<Digest>,
}

impl Shelf {
    /// Everything the store holds, read again. What cannot be read is named, and the rest is ready.
    pub async fn load(store: &dyn Store) -> Result<(Shelf, Vec<String>), StoreError> {
        let mut shelf = Shelf::default();
        let mut problems = Vec::new();
        if let Some(text) = store.directory().await? {
            match read_directory(&text.text) {
                Ok(directory) => shelf.set_directory(directory, &text.text),
                Err(why) => problems.push(format!("{}: {why}", text.name)),
            }
        }
        for text in store.calendars().await? {
            match read_calendar(&text.text) {
                Ok(calendar) => shelf.add_calendar(calendar, &text.text, text.published_at),
                Err(why) => problems.push(format!("{}: {why}", text.name)),
            }
        }
        let withdrawn = match withdrawn(store).await {
            Err(StoreError::Damaged(why)) => {
                problems.push(format!("registry: {why}"));
                HashSet::new()
            }
            withdrawn => withdrawn?,
        };
        for text in store.procedures().await? {
            if withdrawn.contains(&text.digest) {
                shelf.add_withdrawn(&text.procedure, text.version, &text.digest);
                continue;
            }
            let source = Source::new(&text.name, &text.text);
            // What is published passed the checks of its day, and cases are pinned to it: it is read, not judged anew.
            match crate::definition::resolve::resolve(&source).procedure {
                Some(procedure) => shelf.add_procedure(procedure, &text.name, &text.text),
                None => problems.push(format!("{}: not a procedure", text.name)),
            }
        }
        Ok((shelf, problems))
    }

    /// The procedure with that text.
    pub fn procedure(&self, digest: &Digest) -> Option<Arc<Procedure>> {
        self.procedures.get(digest).cloned()
    }

    /// The text that a case opened at that instant runs on: the latest that is in force on that day, else the latest.
    pub fn opening(&self, id: &ProcedureId, at: Ts) -> Option<Arc<Procedure>> {
        let texts = self.versions.get(id)?.values().rev().filter_map(|digest| self.procedure(digest));
        let in_force = texts.into_iter().find(|procedure| self.is_effective(procedure, at));
        in_force.or_else(|| self.current(id))
    }

    /// The same, for an opening: nothing is opened by what another procedure in force has taken the place of.
    pub fn to_open(&self, id: &ProcedureId, at: Ts) -> Result<Arc<Procedure>, Denied> {
        let procedure = self.opening(id, at).ok_or_else(|| Denied::UnknownProcedure(id.clone()))?;
        let claimed = self.superseding.get(id).into_iter().flatten().filter_map(|new| self.opening(new, at));
        let new = claimed.into_iter().find(|new| new.supersedes.contains(id) && self.is_effective(new, at));
        match new {
            None => Ok(procedure),
            Some(new) => Err(Denied::Refused(Box::new(
                Refusal::new(
                    Code::NotInForce,
                    format!(
                        "«{}» đã được thay bằng «{}» (`{}`); mở hồ sơ mới theo quy trình đó.",
                        procedure.title.vi, new.title.vi, new.id
                    ),
                    format!(
                        "“{}” is superseded by “{}” (`{}`); open new cases by that one.",
                        procedure.title.vi, new.title.vi, new.id
                    ),
                )
                .allowing(vec![new.id.to_string()]),
            ))),
        }
    }

    /// What a procedure's steps call, as it would be opened at that instant. What counts by a calendar that is not here
    /// cannot be opened, and is not there either.
    pub fn callable(&self, procedure: &Procedure, at: Ts) -> Callable {
        Callable::of(procedure, |id, version| {
            let called = match version {
                Some(version) => self.procedure(self.versions.get(id)?.get(&version)?),
                None => self.opening(id, at),
            };
            called.filter(|called| self.courses.contains_key(&called.calendar))
        })
    }

    /// Whether the procedure is published, in that version where one is meant.
    pub fn has_version(&self, id: &ProcedureId, version: Option<u32>) -> bool {
        self.versions.get(id).is_some_and(|versions| version.is_none_or(|version| versions.contains_key(&version)))
    }

    /// Whether its last day in force lies behind.
    pub fn is_over(&self, procedure: &Procedure, at: Ts) -> bool {
        let Some(until) = procedure.until else { return false };
        self.calendar_of(procedure).is_some_and(|calendar| until < calendar.local(at).date())
    }

    fn is_effective(&self, procedure: &Procedure, at: Ts) -> bool {
        let Some(from) = procedure.effective else { return true };
        self.calendar_of(procedure).is_some_and(|calendar| from <= calendar.local(at).date())
    }

    /// The highest number that a procedure has been published under.
    pub fn latest(&self, id: &ProcedureId) -> Option<u32> {
        let last = |versions: &BTreeMap<u32, Digest>| versions.keys().next_back().copied();
        self.versions.get(id).and_then(last).max(self.withdrawn.get(id).and_then(last))
    }

    /// Whether it was published and taken back before its first day in force.
    pub fn is_withdrawn(&self, digest: &Digest) -> bool {
        self.withdrawn.values().any(|versions| versions.values().any(|withdrawn| withdrawn == digest))
    }

    /// Whether cases run, or may be opened, by the text on that day.
    pub fn is_in_force(&self, procedure: &Procedure, at: Ts) -> bool {
        self.is_effective(procedure, at)
    }

    /// The latest version.
    pub fn current(&self, id: &ProcedureId) -> Option<Arc<Procedure>> {
        self.procedure(self.current.get(id)?)
    }

    /// The text of a procedure's version.
    pub fn version(&self, id: &ProcedureId, version: u32) -> Option<Arc<Procedure>> {
        self.procedure(self.versions.get(id)?.get(&version)?)
    }

    /// Every procedure's version in force, by id.
    pub fn all_current(&self) -> impl Iterator<Item = Arc<Procedure>> + '_ {
        self.current.values().filter_map(|digest| self.procedure(digest))
    }

    /// The file of a procedure as it was published: its name and text.
    pub fn text(&self, digest: &Digest) -> Option<(&str, &str)> {
        self.texts.get(digest).map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The calendar version a procedure counts new deadlines by.
    pub fn calendar_of(&self, procedure: &Procedure) -> Option<Arc<Calendar>> {
        self.calendars.get(&procedure.calendar).cloned()
    }

    /// What the minutes of a procedure's cases are counted by: at each instant the calendar version in force then, so
    /// that a later version changes nothing of what was held before it.
    pub fn course_of(&self, procedure: &Procedure) -> Option<Arc<Course>> {
        self.course(&procedure.calendar)
    }

    /// How working time passes by the calendar of that name.
    pub fn course(&self, calendar: &CalendarId) -> Option<Arc<Course>> {
        self.courses.get(calendar).cloned()
    }

    /// A person's name, or his id where the directory does not know him.
    pub fn person_name(&self, person: &PersonId) -> String {
        self.directory.person_name(person).to_owned()
    }

    /// A unit's name, or its id where the directory does not know it.
    pub fn unit_name(&self, unit: &UnitId) -> String {
        self.directory.unit_name(unit).to_owned()
    }

    /// A step's label in the text, or in the latest earlier one that had such a step: what a case has been through may
    /// be gone from the text it runs by now.
    pub fn step_title(&self, procedure: &Procedure, step: &StepId) -> String {
        let earlier = || self.versions.get(&procedure.id)?.values().rev().find_map(|digest| self.titled(digest, step));
        let own = procedure.step(step).map(|step| step.title.vi.clone());
        own.or_else(earlier).unwrap_or_else(|| step.to_string())
    }

    fn titled(&self, digest: &Digest, step: &StepId) -> Option<String> {
        self.procedures.get(digest)?.step(step).map(|step| step.title.vi.clone())
    }

    /// Puts a procedure on the shelf; the highest version of an id is the one in force.
    pub fn add_procedure(&mut self, procedure: Procedure, name: &str, text: &str) {
        self.digests.insert(procedure.digest.clone());
        let newer = self.current(&procedure.id).is_none_or(|now| now.version <= procedure.version);
        if newer {
            self.current.insert(procedure.id.clone(), procedure.digest.clone());
        }
        for old in &procedure.supersedes {
            self.superseding.entry(old.clone()).or_default().insert(procedure.id.clone());
        }
        let versions = self.versions.entry(procedure.id.clone()).or_default();
        versions.insert(procedure.version, procedure.digest.clone());
        self.texts.insert(procedure.digest.clone(), (name.to_owned(), text.to_owned()));
        self.procedures.insert(procedure.digest.clone(), Arc::new(procedure));
    }

    /// Takes a text off the shelf that was published and never came into force.
    pub fn withdraw(&mut self, procedure: &Procedure) {
        let (id, version, digest) = (&procedure.id, procedure.version, &procedure.digest);
        if let Some(versions) = self.versions.get_mut(id) {
            versions.retain(|_, text| text != digest);
            match versions.values().next_back() {
                Some(last) => drop(self.current.insert(id.clone(), last.clone())),
                None => {
                    self.versions.remove(id);
                    self.current.remove(id);
                }
            }
        }
        self.procedures.remove(digest);
        self.texts.remove(digest);
        for old in &procedure.supersedes {
            let others = self.versions.get(id).into_iter().flat_map(|versions| versions.values());
            let still = others.filter_map(|digest| self.procedures.get(digest)).any(|p| p.supersedes.contains(old));
            if let Some(new) = self.superseding.get_mut(old).filter(|_| !still) {
                new.remove(id);
            }
        }
        self.add_withdrawn(id, version, digest);
    }

    fn add_withdrawn(&mut self, id: &ProcedureId, version: u32, digest: &Digest) {
        self.digests.insert(digest.clone());
        self.withdrawn.entry(id.clone()).or_default().insert(version, digest.clone());
    }

    /// Puts a directory in force in place of the one before.
    pub fn set_directory(&mut self, directory: Directory, text: &str) {
        self.digests.insert(digest_of(text));
        self.directory = Arc::new(directory);
    }

    /// Whether a text of that digest is on the shelf.
    pub fn has_text(&self, digest: &Digest) -> bool {
        self.digests.contains(digest)
    }

    /// Puts a calendar version on the shelf, published at `since`; the highest version of an id is the one in force.
    pub fn add_calendar(&mut self, calendar: Calendar, text: &str, since: Ts) {
        self.digests.insert(digest_of(text));
        let calendar = Arc::new(calendar);
        match self.calendars.get(calendar.id()).is_none_or(|now| now.version() <= calendar.version()) {
            true => self.calendars.put(calendar.clone()),
            false => self.calendars.keep(calendar.clone()),
        }
        match self.courses.get_mut(calendar.id()) {
            Some(course) => Arc::make_mut(course).put(since, calendar),
            None => drop(self.courses.insert(calendar.id().clone(), Arc::new(Course::since(since, calendar)))),
        }
    }
}

/// What was published and taken back, as the journal says.
async fn withdrawn(store: &dyn Store) -> Result<HashSet<Digest>, StoreError> {
    let of = |sealed: Sealed| match sealed.entry.record {
        Record::Registry(Registered::PublicationWithdrawn { digest, .. }) => Some(digest),
        _ => None,
    };
    Ok(store.registry().await?.into_iter().filter_map(of).collect())
}

/// The shelf in force, shared; replaced whole.
#[derive(Clone, Default)]
pub struct Library(Arc<RwLock<Arc<Shelf>>>);

impl Library {
    /// A library that shows `shelf`.
    pub fn new(shelf: Shelf) -> Library {
        Library(Arc::new(RwLock::new(Arc::new(shelf))))
    }

    /// The shelf in force now.
    pub fn shelf(&self) -> Arc<Shelf> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Puts another shelf in force.
    pub fn replace(&self, shelf: Shelf) {
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(shelf);
    }
}

/// Reads a calendar's text; the error says in both languages what is wrong.
pub fn read_calendar(text: &str) -> Result<Calendar, String> {
    CalendarFile::read(text).and_then(Calendar::build).map_err(|e| format!("{} / {}", e.vi(), e.en()))
}

/// Reads a directory's text; the error says in both languages what is wrong.
pub fn read_directory(text: &str) -> Result<Directory, String> {
    let file: DirectoryFile = serde_saphyr::from_str(text).map_err(|e| e.to_string())?;
    Directory::build(file)
        .map_err(|faults| faults.iter().map(|e| format!("{} / {}", e.vi, e.en)).collect::<Vec<_>>().join("; "))
}

/// A file of a tree of workflows, by what it is.
#[derive(Clone, Debug)]
pub struct TreeFile {
    pub path: PathBuf,
    pub text: String,
    pub kind: FileKind,
    /// Why its text cannot be worked with; then `text` is what of it can be shown.
    pub unread: Option<Unread>,
}

/// What a file is, by its folder, name and `format:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Procedure,
    Test,
    Calendar,
    Directory,
    Policy,
    Mandate,
}

/// Every YAML file below the paths, in the order of their names; a file that is named itself is read whatever its
/// name, and a path that is not there is an error. A file that cannot be read is one of them, with the reason. Links to
/// folders are not followed.
pub fn read_tree(paths: &[PathBuf]) -> Result<Vec<TreeFile>, Unread> {
    Ok(list_tree(paths)?.iter().map(|path| read(path)).collect())
}

/// The paths of those files.
pub fn list_tree(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Unread> {
    let mut files = Vec::new();
    for path in paths {
        let about = std::fs::metadata(path).map_err(|error| Unread::of(path, &error))?;
        if about.is_dir() {
            collect(path, &mut files);
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// A folder that cannot be looked into stands among the files: reading it says why.
fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return into.push(folder.to_owned()) };
    for entry in entries.flatten() {
        let path = entry.path();
        let yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, into);
        } else if yaml && path.is_file() {
            into.push(path);
        }
    }
}

/// One file; what of it cannot be worked with is still shown to its author.
pub fn read(path: &Path) -> TreeFile {
    let (text, unread) = match disk::text(path) {
        Ok(text) => (text, None),
        Err(unread) => (unread.shown.clone(), Some(unread)),
    };
    let kind = kind_of(path.file_name().and_then(|name| name.to_str()).unwrap_or_default(), &text);
    TreeFile { path: path.to_owned(), text, kind, unread }
}

/// What a file is, by its name and `format:`.
pub fn kind_of(name: &str, text: &str) -> FileKind {
    if name.ends_with(".test.yaml") || name.ends_with(".test.yml") {
        return FileKind::Test;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let format = text.lines().find_map(|line| line.strip_prefix("format:")).map(str::trim).unwrap_or_default();
    match format.split('/').next() {
        Some("calendar") => FileKind::Calendar,
        Some("directory") => FileKind::Directory,
        Some("policy") => FileKind::Policy,
        Some("mandate") => FileKind::Mandate,
        _ => FileKind::Procedure,
    }
}
