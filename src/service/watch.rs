//! A folder looked at again and again: only what has changed is read anew, and everything is held against each other.
//!
//! It asks for the time and length of each file instead of being told of changes: that works on every file system, also
//! over a network, and an editor that replaces a file is no special case.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::ids::Ts;
use crate::service::beside;
use crate::service::disk::Unread;
use crate::service::library::{list_tree, read};
use crate::service::tree::{Checked, Tree, alone, together};

/// When a file was written last, and how long it is.
type Stamp = (Option<SystemTime>, u64);

/// What was read, and when it was written.
#[derive(Default)]
pub struct Watched {
    files: BTreeMap<PathBuf, (Stamp, Checked)>,
    looked: bool,
}

/// What a look gave.
pub struct Look {
    pub tree: Tree,
    /// Files read anew, in the order of their names.
    pub read: Vec<PathBuf>,
    pub gone: Vec<PathBuf>,
}

impl Watched {
    /// Looks once; nothing where nothing has changed. A file that vanished between listing and reading is gone.
    pub fn look(&mut self, paths: &[PathBuf], now: Ts) -> Result<Option<Look>, Unread> {
        let whole = paths.iter().any(|path| path.is_dir());
        let own = list_tree(paths)?;
        let beside = if whole { Vec::new() } else { beside::of_files(paths) };
        let there: BTreeMap<PathBuf, Stamp> =
            own.iter().chain(&beside).cloned().filter_map(|path| Some((path.clone(), stamp(&path)?))).collect();
        let gone: Vec<PathBuf> = self.files.keys().filter(|path| !there.contains_key(*path)).cloned().collect();
        gone.iter().for_each(|path| drop(self.files.remove(path)));
        let mut changed = Vec::new();
        for (path, stamp) in there {
            if self.files.get(&path).is_some_and(|(known, _)| *known == stamp) {
                continue;
            }
            let file = read(&path);
            if file.unread.as_ref().is_none_or(|unread| !unread.is_gone()) {
                self.files.insert(path.clone(), (stamp, alone(file)));
                changed.push(path);
            }
        }
        if self.looked && gone.is_empty() && changed.is_empty() {
            return Ok(None);
        }
        self.looked = true;
        let all = self.files.values().map(|(_, checked)| checked.clone());
        let (files, beside) = all.partition(|file| !beside.contains(&file.path));
        Ok(Some(Look { tree: together(files, beside, now, whole), read: changed, gone }))
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok(), about.len()))
}
