//! From the file as written to a directory in which every name is known, the tree has no circle and a unit one head.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use crate::directory::error::DirectoryError;
use crate::directory::file::{DirectoryFile, Post, PostHolder, Unit};
use crate::directory::serves::turns_of;
use crate::ids::{Digest, PersonId, PostId, Ts, UnitId, hex};

/// A directory that was checked whole. Its questions are in `people`, `units` and `serves`.
#[derive(Clone, Debug)]
pub struct Directory {
    pub(super) file: DirectoryFile,
    pub(super) zone: TimeZone,
    pub(super) digest: Digest,
    /// Every post a person fills, ever, in the order of the file.
    pub(super) posts: BTreeMap<PersonId, Vec<(UnitId, PostId)>>,
    /// The days on which somebody's post or absence begins, or is over; in order, each once.
    pub(super) turns: Vec<Date>,
}

impl Default for Directory {
    /// The directory before any was loaded: nobody in it.
    fn default() -> Directory {
        let file = DirectoryFile {
            format: "directory/v1".to_owned(),
            id: String::new(),
            zone: None,
            people: indexmap::IndexMap::new(),
            units: indexmap::IndexMap::new(),
            delegations: Vec::new(),
            absences: Vec::new(),
            rights: Default::default(),
        };
        Directory { digest: digest_of(&file), file, zone: TimeZone::UTC, posts: BTreeMap::new(), turns: Vec::new() }
    }
}

impl Directory {
    /// Checks the file and indexes it; the error is every fault that was found, in the order of the file.
    pub fn build(file: DirectoryFile) -> Result<Directory, Vec<DirectoryError>> {
        let mut faults = Vec::new();
        if file.format != "directory/v1" {
            faults.push(DirectoryError::new(
                "format",
                format!("định dạng là `{}`, phải là `directory/v1`", file.format),
                format!("the format is `{}`, it must be `directory/v1`", file.format),
            ));
        }
        let zone_name = file.zone.as_deref().unwrap_or("Asia/Ho_Chi_Minh");
        let zone = TimeZone::get(zone_name).unwrap_or_else(|_| {
            faults.push(DirectoryError::new(
                "zone",
                format!("không có múi giờ `{zone_name}`"),
                format!("there is no time zone `{zone_name}`"),
            ));
            TimeZone::UTC
        });
        for (id, unit) in &file.units {
            check_unit(&file, id, unit, &mut faults);
        }
        check_delegations(&file, &mut faults);
        check_absences(&file, &mut faults);
        check_rights(&file, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }

        let digest = digest_of(&file);
        let mut posts: BTreeMap<PersonId, Vec<(UnitId, PostId)>> = BTreeMap::new();
        for (unit_id, unit) in &file.units {
            for (post_id, post) in &unit.posts {
                for holder in &post.people {
                    posts.entry(holder.person.clone()).or_default().push((unit_id.clone(), post_id.clone()));
                }
            }
        }
        let turns = turns_of(&file);
        Ok(Directory { file, zone, digest, posts, turns })
    }

    /// SHA-256 of the canonical JSON of the file.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The name of the file.
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// The file as written, for pages that list it.
    pub fn file(&self) -> &DirectoryFile {
        &self.file
    }

    /// The local day of an instant.
    pub fn day(&self, at: Ts) -> Date {
        self.zone.to_datetime(at.timestamp()).date()
    }
}

fn digest_of(file: &DirectoryFile) -> Digest {
    // Names, texts and dates: nothing in it can fail to become JSON.
    let json = serde_json::to_vec(file).unwrap_or_default();
    Digest::new(hex(&Sha256::digest(&json)))
}

fn check_unit(file: &DirectoryFile, id: &UnitId, unit: &Unit, faults: &mut Vec<DirectoryError>) {
    let place = format!("units.{id}");
    if let Some(above) = &unit.under {
        if !file.units.contains_key(above) {
            faults.push(unknown_unit(format!("{place}.under"), above));
        } else if let Some(circle) = circle_from(file, id) {
            faults.push(DirectoryError::new(
                format!("{place}.under"),
                format!("các đơn vị trực thuộc nhau thành vòng: {circle}"),
                format!("units are under each other in a circle: {circle}"),
            ));
        }
    }
    for (post_id, post) in &unit.posts {
        for (n, holder) in post.people.iter().enumerate() {
            let place = format!("{place}.posts.{post_id}.people.{n}");
            check_person(file, &place, &holder.person, faults);
            check_span(&place, holder.since, holder.until, faults);
        }
    }
    check_heads(id, unit, faults);
}

/// The circle of `under` that starts and ends at this unit, printed once, from its first member in the file.
fn circle_from(file: &DirectoryFile, start: &UnitId) -> Option<String> {
    let mut path = vec![start.as_str()];
    let mut at = file.units.get(start)?.under.as_ref()?;
    while at != start {
        if path.contains(&at.as_str()) {
            return None;
        }
        path.push(at.as_str());
        at = file.units.get(at)?.under.as_ref()?;
    }
    let first = file.units.keys().find(|unit| path.contains(&unit.as_str()))?;
    path.push(start.as_str());
    (first == start).then(|| path.join(" → "))
}

fn check_heads(id: &UnitId, unit: &Unit, faults: &mut Vec<DirectoryError>) {
    let heads: Vec<(&PostId, &Post)> = unit.posts.iter().filter(|(_, post)| post.head).collect();
    if let [(first, _), (second, _), ..] = heads[..] {
        faults.push(DirectoryError::new(
            format!("units.{id}.posts.{second}.head"),
            format!("đơn vị đã có người đứng đầu ở vị trí `{first}`"),
            format!("the unit already has its head in the post `{first}`"),
        ));
    }
    for (post_id, post) in heads {
        for (n, one) in post.people.iter().enumerate() {
            if let Some(other) = post.people[..n].iter().find(|other| overlap(one, other)) {
                faults.push(DirectoryError::new(
                    format!("units.{id}.posts.{post_id}.people.{n}"),
                    format!("`{}` và `{}` cùng đứng đầu đơn vị trong một thời gian", other.person, one.person),
                    format!("`{}` and `{}` are both heads of the unit at one time", other.person, one.person),
                ));
            }
        }
    }
}

fn overlap(one: &PostHolder, other: &PostHolder) -> bool {
    let starts_by_end = |a: &PostHolder, b: &PostHolder| match (a.since, b.until) {
        (Some(since), Some(until)) => since <= until,
        _ => true,
    };
    starts_by_end(one, other) && starts_by_end(other, one)
}

fn check_delegations(file: &DirectoryFile, faults: &mut Vec<DirectoryError>) {
    for (n, delegation) in file.delegations.iter().enumerate() {
        let place = format!("delegations.{n}");
        check_person(file, &format!("{place}.from"), &delegation.from, faults);
        check_person(file, &format!("{place}.to"), &delegation.to, faults);
        check_span(&place, Some(delegation.since), Some(delegation.until), faults);
        if delegation.from == delegation.to {
            faults.push(DirectoryError::new(
                format!("{place}.to"),
                format!("`{}` ủy quyền cho chính mình", delegation.from),
                format!("`{}` delegates to himself", delegation.from),
            ));
        }
        if delegation.procedures.is_empty() {
            faults.push(DirectoryError::new(
                format!("{place}.procedures"),
                "ủy quyền phải nêu rõ quy trình",
                "a delegation must name its procedures",
            ));
        }
        if delegation.when.as_ref().is_some_and(|when| when.trim().is_empty()) {
            faults.push(DirectoryError::new(
                format!("{place}.when"),
                "điều kiện của ủy quyền để trống; bỏ `when` nếu ủy quyền cho mọi hồ sơ",
                "the condition of a delegation is empty; leave `when` out where it is for every case",
            ));
        }
    }
}

fn check_absences(file: &DirectoryFile, faults: &mut Vec<DirectoryError>) {
    for (n, absence) in file.absences.iter().enumerate() {
        let place = format!("absences.{n}");
        check_person(file, &format!("{place}.person"), &absence.person, faults);
        check_span(&place, Some(absence.since), Some(absence.until), faults);
        if let Some(substitute) = &absence.substitute {
            check_person(file, &format!("{place}.substitute"), substitute, faults);
            if *substitute == absence.person {
                faults.push(DirectoryError::new(
                    format!("{place}.substitute"),
                    format!("`{substitute}` không thể thay chính mình"),
                    format!("`{substitute}` cannot stand in for himself"),
                ));
            }
        }
    }
}

fn check_rights(file: &DirectoryFile, faults: &mut Vec<DirectoryError>) {
    for (n, inspector) in file.rights.inspectors.iter().enumerate() {
        check_person(file, &format!("rights.inspectors.{n}.person"), &inspector.person, faults);
        if !file.units.contains_key(&inspector.area) {
            faults.push(unknown_unit(format!("rights.inspectors.{n}.area"), &inspector.area));
        }
    }
    for (n, author) in file.rights.authors.iter().enumerate() {
        check_person(file, &format!("rights.authors.{n}.person"), &author.person, faults);
        if !file.units.contains_key(&author.unit) {
            faults.push(unknown_unit(format!("rights.authors.{n}.unit"), &author.unit));
        }
    }
    let mut seen = BTreeSet::new();
    for (n, admin) in file.rights.admins.iter().enumerate() {
        let place = format!("rights.admins.{n}");
        check_person(file, &place, admin, faults);
        if !seen.insert(admin) {
            faults.push(DirectoryError::new(
                place,
                format!("`{admin}` đã có tên"),
                format!("`{admin}` is already named"),
            ));
        }
    }
}

fn check_person(file: &DirectoryFile, place: &str, person: &PersonId, faults: &mut Vec<DirectoryError>) {
    if !file.people.contains_key(person) {
        faults.push(DirectoryError::new(
            place,
            format!("không có người `{person}` trong `people`"),
            format!("there is no person `{person}` under `people`"),
        ));
    }
}

fn check_span(place: &str, since: Option<Date>, until: Option<Date>, faults: &mut Vec<DirectoryError>) {
    if let (Some(since), Some(until)) = (since, until)
        && until < since
    {
        faults.push(DirectoryError::new(
            format!("{place}.until"),
            format!("ngày cuối {until} trước ngày đầu {since}"),
            format!("the last day {until} is before the first day {since}"),
        ));
    }
}

fn unknown_unit(place: String, unit: &UnitId) -> DirectoryError {
    DirectoryError::new(place, format!("không có đơn vị `{unit}`"), format!("there is no unit `{unit}`"))
}
