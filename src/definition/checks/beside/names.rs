//! The directory's own file, as far as procedures depend on it: substitutes that lead in a circle (R08).

use std::collections::BTreeSet;

use crate::definition::diagnostic::Diagnostic;
use crate::definition::source::{Route, Source, Span};
use crate::directory::{Absence, Directory};
use crate::ids::PersonId;

/// Absences at one time whose substitutes stand in for each other: nobody is there.
pub fn no_substitute_circle(directory: &Directory, source: &Source) -> Vec<Diagnostic> {
    let absences = &directory.file().absences;
    let mut found = Vec::new();
    let mut told: BTreeSet<Vec<PersonId>> = BTreeSet::new();
    for start in 0..absences.len() {
        let Some(circle) = circle_from(absences, start) else { continue };
        let mut members: Vec<PersonId> = circle.iter().map(|n| absences[*n].person.clone()).collect();
        let names: Vec<&str> = members.iter().chain(members.first()).map(|p| directory.person_name(p)).collect();
        let names = names.join(" → ");
        members.sort();
        if !told.insert(members) {
            continue;
        }
        let place = |n: usize| source.span(&Route::of(["absences"]).index(n).key("substitute"));
        let diagnostic = Diagnostic::error(
            "R08",
            place(start),
            format!("những người vắng mặt thay nhau thành vòng: {names}"),
            format!("those who are absent stand in for each other in a circle: {names}"),
        )
        .label("trong những ngày này không ai có mặt", "on these days nobody is there")
        .help("nêu một người có mặt trong những ngày đó", "name somebody who is there on those days");
        let diagnostic = circle
            .iter()
            .skip(1)
            .fold(diagnostic, |diagnostic, n| diagnostic.related(place(*n), "và ở đây", "and here"));
        found.push(diagnostic);
    }
    found
}

/// The absences of a circle that begins and ends with this one, all on a common day.
fn circle_from(absences: &[Absence], start: usize) -> Option<Vec<usize>> {
    let (mut since, mut until) = (absences[start].since, absences[start].until);
    let mut path = vec![start];
    loop {
        let substitute = absences[*path.last()?].substitute.as_ref()?;
        if *substitute == absences[start].person {
            return Some(path);
        }
        let next = (0..absences.len()).find(|n| {
            let absence = &absences[*n];
            !path.contains(n) && absence.person == *substitute && absence.since <= until && since <= absence.until
        })?;
        (since, until) = (since.max(absences[next].since), until.min(absences[next].until));
        path.push(next);
    }
}

/// The one note that says which checks were skipped, where no directory lies beside the files.
pub fn without_directory() -> Diagnostic {
    Diagnostic {
        level: crate::definition::diagnostic::Level::Note,
        ..Diagnostic::error(
            "N19",
            Span::default(),
            "không có sơ đồ tổ chức (directory/v1) cạnh các tệp: chưa đối chiếu được với con người thật",
            "no directory/v1 beside the files: they were not held against the people there are",
        )
        .note(
            "bỏ qua: N10, R02-R04, R06-R10, R14, R16, R18-R21, S15, T18, T21, P12, D06, X09",
            "skipped: N10, R02-R04, R06-R10, R14, R16, R18-R21, S15, T18, T21, P12, D06, X09",
        )
        .help(
            "thêm tệp `directory/v1` vào các đường dẫn được kiểm tra",
            "add a `directory/v1` file to the paths checked",
        )
    }
}
