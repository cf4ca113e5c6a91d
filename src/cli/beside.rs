//! What lies beside a procedure file: the first file of a folder `directory` or `calendars`, next to it or above.

use std::path::Path;

use crate::cli::Failure;
use crate::cli::output::pick;
use crate::definition::diagnostic::Lang;
use crate::directory::Directory;
use crate::service::beside::folders;
use crate::service::disk::text;
use crate::service::library::read_directory;

/// The first file of such a folder that can be read as what is wanted; the nearest folder first.
pub fn first<T>(file: &Path, folder: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    folders(file, folder).flatten().filter_map(|path| text(&path).ok()).find_map(|text| read(&text))
}

/// The directory named, or the first that lies beside the file. One that is named must be readable; another that is
/// not is told by `check`, and whoever asks here does without.
pub fn directory(file: &Path, named: Option<&Path>, lang: Lang) -> Result<Option<Directory>, Failure> {
    let Some(path) = named else { return Ok(first(file, "directory", |text| read_directory(text).ok())) };
    let text = text(path).map_err(|unread| Failure::usage(unread.told(lang)))?;
    read_directory(&text).map(Some).map_err(|why| {
        let why = why.split_once(" / ").map_or(why.clone(), |(vi, en)| pick(lang, vi, en).to_owned());
        Failure::usage(format!("{}: {why}", path.display()))
    })
}
