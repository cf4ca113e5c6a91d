//! A tree of workflows: every file read and checked, and what of it may be published.

use std::path::PathBuf;
use std::sync::Arc;

use crate::calendar::calendar::Calendar;
use crate::definition::checks;
use crate::definition::diagnostic::{Diagnostic, Level, sort};
use crate::definition::load;
use crate::definition::procedure::Procedure;
use crate::definition::source::{Source, Span};
use crate::definition::waiver::waive;
use crate::directory::Directory;
use crate::ids::{CalendarId, Ts};
use crate::service::library::{FileKind, TreeError, read_calendar, read_directory, read_tree};
use crate::service::publish::Publication;

/// A tree, checked.
pub struct Tree {
    /// In the order of their names.
    pub files: Vec<Checked>,
    /// Without one, the checks that need it are skipped.
    pub has_directory: bool,
}

/// One file, checked.
pub struct Checked {
    pub path: PathBuf,
    pub source: Arc<Source>,
    pub found: Vec<Diagnostic>,
    pub meant: Option<Meant>,
}

/// What a file says, where it could be read.
#[derive(Clone)]
pub enum Meant {
    Procedure(Box<Procedure>),
    Calendar(Box<Calendar>),
    Directory(Box<Directory>),
    /// A test: played by `quytrinh test`, not published.
    Test,
}

/// Reads and checks everything below the paths.
pub fn check_tree(paths: &[PathBuf], now: Ts) -> Result<Tree, TreeError> {
    let mut files: Vec<Checked> = Vec::new();
    for file in read_tree(paths)? {
        let source = Arc::new(Source::new(file.path.display().to_string(), file.text));
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
            FileKind::Test => (Some(Meant::Test), Vec::new()),
        };
        files.push(Checked { path: file.path, source, found, meant });
    }
    check_calendars(&mut files);
    files
        .iter_mut()
        .filter(|file| file.found.is_empty())
        .for_each(|file| file.found.extend(checks::y12_form::check(&file.source)));
    let directory = files.iter().find_map(|file| match &file.meant {
        Some(Meant::Directory(directory)) => Some(directory.clone()),
        _ => None,
    });
    if let Some(directory) = &directory {
        for file in &mut files {
            if let Some(Meant::Procedure(procedure)) = &file.meant {
                file.found.extend(checks::directory::check(procedure, directory, now, &file.source));
                waive(procedure, &file.source, &mut file.found);
                sort(&mut file.found);
            }
        }
    }
    Ok(Tree { files, has_directory: directory.is_some() })
}

/// Units may work only by calendars that are there; where no calendar lies beside the directory, none can be missed.
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
        if let Some(Meant::Directory(directory)) = &file.meant {
            let unknown = directory.unknown_calendars(|calendar| calendars.contains(calendar));
            file.found.extend(unknown.into_iter().map(|fault| unreadable(&format!("{} / {}", fault.vi, fault.en))));
        }
    }
}

impl Tree {
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
    /// Whether it may be published.
    pub fn passes(&self) -> bool {
        self.meant.is_some() && self.found.iter().all(|d| d.level != Level::Error)
    }
}

fn unreadable(why: &str) -> Diagnostic {
    let (vi, en) = why.split_once(" / ").unwrap_or((why, why));
    Diagnostic::error("Y01", Span::default(), vi, en)
}
