//! N20: what goes between two cases does not fit: a name that the called procedure does not have, or another type.

use crate::definition::checks::across::calls::{Callee, Calls, Place};
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::Field;
use crate::definition::value::Kind;
use crate::fold::nearest;

/// Everything under `pass` and `take`, against the called text.
pub fn check(calls: &Calls<'_>) -> Vec<(usize, Diagnostic)> {
    let pairs = calls.pairs().into_iter();
    pairs.flat_map(|(place, callee)| of_call(&place, &callee).into_iter().map(move |d| (place.file, d))).collect()
}

fn of_call(place: &Place<'_>, callee: &Callee<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let uses = &place.call.uses;
    for (of, exchange) in [("pass", &uses.pass), ("take", &uses.take)] {
        for (ours, theirs) in &exchange.fields {
            let (here, there) = (place.procedure.fields.get(ours), callee.procedure.fields.get(theirs));
            found.extend(match (here, there) {
                (Some(here), Some(there)) => unfit(place, callee, of, (ours.as_str(), here), (theirs.as_str(), there)),
                _ => {
                    let known = callee.procedure.fields.keys().map(crate::ids::FieldId::as_str);
                    let names = (ours.as_str(), theirs.as_str());
                    Some(missing(place, callee, of, names, known, ("trường", "field")))
                }
            });
        }
        for (ours, theirs) in &exchange.documents {
            if !callee.procedure.documents.contains_key(theirs) {
                let known = callee.procedure.documents.keys().map(crate::ids::DocumentId::as_str);
                let names = (ours.as_str(), theirs.as_str());
                found.push(missing(place, callee, of, names, known, ("giấy tờ", "document")));
            }
        }
    }
    found.extend(twice(place));
    found
}

/// A name that the called procedure does not have.
fn missing<'k>(
    place: &Place<'_>,
    callee: &Callee<'_>,
    of: &str,
    (ours, theirs): (&str, &str),
    known: impl Iterator<Item = &'k str>,
    what: (&str, &str),
) -> Diagnostic {
    let span = place.span(&[of, ours]);
    let called = &callee.procedure.id;
    let found = Diagnostic::error(
        "N20",
        span,
        format!("quy trình `{called}` không có {} `{theirs}`", what.0),
        format!("procedure `{called}` has no {} `{theirs}`", what.1),
    );
    match nearest(theirs, known) {
        Some(near) => found.help(format!("có phải là `{near}`?"), format!("did you mean `{near}`?")).fix(span, near),
        None => found.help(
            format!("bên trái là tên ở tệp này, bên phải là tên {} ở `{called}`", what.0),
            format!("on the left stands the name here, on the right the {} of `{called}`", what.1),
        ),
    }
}

/// A value that would not be taken where it goes.
fn unfit(
    place: &Place<'_>,
    callee: &Callee<'_>,
    of: &str,
    (ours, here): (&str, &Field),
    (theirs, there): (&str, &Field),
) -> Option<Diagnostic> {
    let (from, to) = if of == "pass" { (here, there) } else { (there, here) };
    let (vi, en) = why_not(from, to)?;
    let span = place.span(&[of, ours]);
    let called = &callee.procedure.id;
    let (head_vi, head_en) = match of {
        "pass" => (
            format!("`{ours}` không đưa sang `{theirs}` của `{called}` được: {vi}"),
            format!("`{ours}` cannot be given to `{theirs}` of `{called}`: {en}"),
        ),
        _ => (
            format!("`{theirs}` của `{called}` không lấy về `{ours}` được: {vi}"),
            format!("`{theirs}` of `{called}` cannot be taken as `{ours}`: {en}"),
        ),
    };
    let found = Diagnostic::error("N20", span, head_vi, head_en)
        .help("khai báo hai trường giống nhau ở hai tệp", "declare the two fields alike in both files");
    Some(callee.shown(found, &["fields", theirs], "trường bên kia", "the field there"))
}

/// Why not every value of one field is a value of the other.
fn why_not(from: &Field, to: &Field) -> Option<(String, String)> {
    let fits = match (&from.kind, &to.kind) {
        (Kind::Choice(from), Kind::Choice(to)) => {
            let strange: Vec<&str> = from.iter().filter(|word| !to.contains(word)).map(String::as_str).collect();
            if strange.is_empty() {
                return None;
            }
            let strange = strange.join("`, `");
            return Some((
                format!("`{strange}` không nằm trong các lựa chọn bên nhận"),
                format!("`{strange}` is not among the choices there"),
            ));
        }
        // A choice is a word, and any text takes a word; not the other way round.
        (Kind::Choice(_), Kind::Text) => to.pattern.is_none(),
        (from, to) => from == to,
    };
    if !fits {
        let (a, b) = (from.kind.word(), to.kind.word());
        return Some((format!("`{a}` khác `{b}`"), format!("`{a}` is not `{b}`")));
    }
    let low = to.min.is_some_and(|least| from.min.is_none_or(|min| min < least));
    let high = to.max.is_some_and(|most| from.max.is_none_or(|max| max > most));
    if low || high {
        return Some((
            "giới hạn `min`, `max` bên nhận hẹp hơn".to_owned(),
            "the bounds `min`, `max` there are narrower".to_owned(),
        ));
    }
    let pattern = |field: &Field| field.pattern.as_ref().map(|pattern| pattern.text().to_owned());
    if to.pattern.is_some() && pattern(from) != pattern(to) {
        return Some(("bên nhận đòi một mẫu chữ khác".to_owned(), "the pattern there is another one".to_owned()));
    }
    None
}

/// Two of ours given to one of theirs: which of them it gets nobody could say.
fn twice(place: &Place<'_>) -> Option<Diagnostic> {
    let pass = &place.call.uses.pass;
    let fields = pass.fields.iter().map(|(ours, theirs)| (ours.as_str(), theirs.as_str()));
    let documents = pass.documents.iter().map(|(ours, theirs)| (ours.as_str(), theirs.as_str()));
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (ours, theirs) in fields.chain(documents) {
        if let Some((first, _)) = seen.iter().find(|(_, known)| *known == theirs) {
            return Some(
                Diagnostic::error(
                    "N20",
                    place.span(&["pass", ours]),
                    format!("`{first}` và `{ours}` cùng đưa sang `{theirs}`"),
                    format!("`{first}` and `{ours}` are both given to `{theirs}`"),
                )
                .help("giữ một trong hai", "keep one of the two"),
            );
        }
        seen.push((ours, theirs));
    }
    None
}
