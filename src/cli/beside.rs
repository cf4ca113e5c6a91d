//! What lies beside a procedure file: the first file of a folder `directory` or `calendars`, next to it or above.

use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::output::pick;
use crate::definition::diagnostic::Lang;
use crate::directory::Directory;
use crate::service::library::read_directory;

/// How many folders above the file are looked into.
const UPWARDS: usize = 4;

/// The first file of such a folder that can be read as what is wanted; the nearest folder first.
pub fn first<T>(file: &Path, folder: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    for above in file.ancestors().skip(1).take(UPWARDS) {
        let Ok(entries) = std::fs::read_dir(above.join(folder)) else { continue };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let found = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).find_map(|text| read(&text));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The directory named, or the first that lies beside the file. One that is named must be readable; another that is
/// not is told by `check`, and whoever asks here does without.
pub fn directory(file: &Path, named: Option<&Path>, lang: Lang) -> Result<Option<Directory>, Failure> {
    let Some(path) = named else { return Ok(first(file, "directory", |text| read_directory(text).ok())) };
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string());
    text.and_then(|text| read_directory(&text)).map(Some).map_err(|why| {
        let why = why.split_once(" / ").map_or(why.clone(), |(vi, en)| pick(lang, vi, en).to_owned());
        Failure::usage(format!("{}: {why}", path.display()))
    })
}
