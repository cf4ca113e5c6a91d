//! What lies beside a file: the folders `directory`, `calendars`, `policies` next to it or above, the nearest of each.
//! Which of their files mean anything is decided by whoever reads them.

use std::path::{Path, PathBuf};

use crate::service::library::list_tree;

/// How many folders above the file are looked into.
const UPWARDS: usize = 4;

/// The files of each folder of that name beside the file and above it, the nearest folder first.
pub fn folders(file: &Path, folder: &str) -> impl Iterator<Item = Vec<PathBuf>> {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let above: Vec<PathBuf> = file.ancestors().skip(1).take(UPWARDS).map(|above| above.join(folder)).collect();
    above.into_iter().filter(|folder| folder.is_dir()).filter_map(|folder| list_tree(&[folder]).ok())
}

/// What a file that is named by itself is held against: all that lies in the nearest folder of each name, less what is
/// named anyway.
pub fn of_files(named: &[PathBuf]) -> Vec<PathBuf> {
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let known: Vec<PathBuf> = named.iter().map(absolute).collect();
    let mut beside: Vec<PathBuf> = Vec::new();
    for file in named {
        for folder in ["directory", "calendars", "policies"] {
            let nearest = folders(file, folder).find(|files| !files.is_empty());
            beside.extend(nearest.into_iter().flatten().filter(|path| !known.contains(path)));
        }
    }
    beside.sort();
    beside.dedup();
    // As the author would name them, where that is shorter.
    let here = std::env::current_dir().unwrap_or_default();
    beside.into_iter().map(|path| path.strip_prefix(&here).map_or(path.clone(), Path::to_owned)).collect()
}
