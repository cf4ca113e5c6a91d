//! Forms that lie beside procedures, in a folder `forms`: found and read.

use std::path::{Path, PathBuf};

use crate::definition::checks::d02_forms::Form;
use crate::importing::words::{KINDS, words};

/// The forms of the nearest such folder, in the procedure's own folder or in one of the three above; nothing where there
/// is none. Of two files of one name, the first by its ending.
pub fn beside(procedure: &Path) -> Option<Vec<Form>> {
    let mut folders = procedure.ancestors().skip(1).take(4).map(|above| above.join("forms"));
    let folder = folders.find(|folder| folder.is_dir())?;
    let entries = std::fs::read_dir(folder).ok()?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| is_form(path)).collect();
    paths.sort();
    Some(paths.iter().filter_map(|path| read(path)).collect())
}

fn is_form(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    ending.is_some_and(|ending| KINDS.contains(&ending.as_str())) && path.is_file()
}

fn read(path: &Path) -> Option<Form> {
    let id = path.file_stem()?.to_str()?.to_owned();
    let name = path.display().to_string();
    let text = std::fs::read(path).ok().and_then(|bytes| words(&name, &bytes).ok());
    Some(Form { id, name, text })
}
