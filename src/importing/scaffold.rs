//! A first procedure of one of four kinds, with the scenarios that try it: made to be changed line by line, and right as
//! it stands. Posts are those of the directory, where there is one.

use crate::definition::canonical::canonical;
use crate::definition::source::Source;
use crate::directory::Directory;
use crate::ids::{Ts, UnitId};

/// What kind of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Somebody outside asks for something and gets an answer.
    Applicant,
    /// Work inside the unit.
    Internal,
    /// Several units are asked side by side.
    Opinions,
    /// A council votes.
    Council,
}

/// What is known of it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: String,
    pub title: String,
    pub owner: String,
    pub sort: Sort,
    /// Whose opinion is asked.
    pub units: Vec<String>,
}

/// A procedure and its scenarios, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scaffold {
    pub procedure: String,
    pub test: String,
}

/// Those two who are asked where nobody was named.
pub const ASKED: [&str; 2] = ["don-vi-duoc-hoi-1", "don-vi-duoc-hoi-2"];

const HEAD: &str =
    "# Bản đầu do `quytrinh new` tạo: sửa từng dòng cho đúng việc của đơn vị, rồi chạy `quytrinh check` và
# `quytrinh test`. Dòng nào cũng sửa được; giải thích từng khóa ở docs/reference/scenario.md.
";

impl Sort {
    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Sort::Applicant => (
                include_str!("../../templates/new/thu-tuc.yaml"),
                include_str!("../../templates/new/thu-tuc.test.yaml"),
            ),
            Sort::Internal => {
                (include_str!("../../templates/new/noi-bo.yaml"), include_str!("../../templates/new/noi-bo.test.yaml"))
            }
            Sort::Opinions => {
                (include_str!("../../templates/new/y-kien.yaml"), include_str!("../../templates/new/y-kien.test.yaml"))
            }
            Sort::Council => (
                include_str!("../../templates/new/hoi-dong.yaml"),
                include_str!("../../templates/new/hoi-dong.test.yaml"),
            ),
        }
    }
}

/// The two texts, in canonical form.
pub fn scaffold(asked: &Asked, people: Option<(&Directory, Ts)>) -> Scaffold {
    let (procedure, test) = asked.sort.texts();
    let seats = Seats::of(asked, people);
    let units: Vec<&str> = match asked.units.as_slice() {
        [] => ASKED.to_vec(),
        units => units.iter().map(String::as_str).collect(),
    };
    let absent = if seats.deputy { "" } else { "\0" };
    let substitute = if seats.deputy { format!(", substitute: [deputy_of {}]", asked.owner) } else { String::new() };
    let known = [
        ("@id@", asked.id.clone()),
        ("@file@", format!("{}.yaml", asked.id)),
        ("@vi@", quoted(&asked.title)),
        ("@owner@", asked.owner.clone()),
        ("@desk@", seats.desk.1.clone()),
        ("@desk_unit@", seats.desk.0.clone()),
        ("@post@", seats.officer.1.clone()),
        ("@unit@", seats.officer.0.clone()),
        ("@substitute@", substitute),
        ("@absent@", absent.to_owned()),
        ("@asked@", units.join(", ")),
        ("@first_asked@", units[..units.len() - 1].join(", ")),
        ("@last_asked@", units.last().copied().unwrap_or_default().to_owned()),
    ];
    let fill = |text: &str| {
        // Marks are filled in one pass, so that a title that looks like one stays as it is.
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            out.push_str(&rest[..at]);
            match known.iter().find(|(mark, _)| rest[at..].starts_with(mark)) {
                Some((mark, value)) => {
                    out.push_str(value);
                    rest = &rest[at + mark.len()..];
                }
                None => {
                    out.push('@');
                    rest = &rest[at + 1..];
                }
            }
        }
        out.push_str(rest);
        // Lines of a scenario that cannot be, for want of a deputy.
        let lines: Vec<&str> = out.lines().filter(|line| !line.starts_with('\0')).collect();
        lines.join("\n").trim_end().to_owned() + "\n"
    };
    let formed = |name: &str, text: String| canonical(&Source::new(name, text.as_str())).unwrap_or(text);
    Scaffold {
        procedure: formed("procedure.yaml", HEAD.to_owned() + &fill(procedure)),
        test: formed("procedure.test.yaml", fill(test)),
    }
}

/// Who works there: unit and post of the desk and of the officer, and whether the head has a deputy.
struct Seats {
    desk: (String, String),
    officer: (String, String),
    deputy: bool,
}

impl Seats {
    fn of(asked: &Asked, people: Option<(&Directory, Ts)>) -> Seats {
        let own = |post: &str| (asked.owner.clone(), post.to_owned());
        let usual = Seats { desk: own("can-bo-tiep-nhan"), officer: own("chuyen-vien"), deputy: true };
        let Some((directory, at)) = people else { return usual };
        let owner = UnitId::from(asked.owner.as_str());
        let below = directory.units_under(&owner).into_iter().filter(|unit| *unit != owner);
        let mut found: Vec<(String, String)> = Vec::new();
        for unit in std::iter::once(owner.clone()).chain(below) {
            let posts = directory.unit(&unit).into_iter().flat_map(|unit| &unit.posts);
            let filled =
                posts.filter(|(id, post)| !post.head && !post.deputy && !directory.members(&unit, id, at).is_empty());
            found.extend(filled.map(|(id, _)| (unit.to_string(), id.to_string())));
        }
        let officer = found.iter().find(|(_, post)| post == "chuyen-vien").or(found.first()).cloned();
        let officer = officer.unwrap_or(usual.officer);
        let desk = found.iter().find(|seat| **seat != officer).cloned().unwrap_or_else(|| officer.clone());
        Seats { desk, officer, deputy: !directory.deputies(&owner, at).is_empty() }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
