//! A condition as a reader says it. What it decides is `guard.rs`'s; here are only its words.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::words::{label, pick};
use crate::definition::procedure::{Field, Procedure};
use crate::definition::value::Kind;
use crate::ids::FieldId;

/// A condition in words: `dien_tich > 500 && !gap` is `«Diện tích» > 500 và không «Gấp»`.
pub fn condition(procedure: &Procedure, text: &str, lang: Lang) -> String {
    let mut out: Vec<String> = Vec::new();
    // The field that a quoted word after it belongs to.
    let mut asked: Option<&Field> = None;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (word, after) = token(rest, letter);
        let said = match word {
            "&&" => pick(lang, "và", "and"),
            "||" => pick(lang, "hoặc", "or"),
            "!" => pick(lang, "không", "not"),
            "==" => pick(lang, "là", "is"),
            "!=" => pick(lang, "khác", "is not"),
            ">=" => "≥".to_owned(),
            "<=" => "≤".to_owned(),
            "true" => pick(lang, "có", "yes"),
            "false" => pick(lang, "không", "no"),
            word if word.starts_with(['\'', '"']) => {
                let word = word.trim_matches(['\'', '"']);
                format!(
                    "«{}»",
                    asked.map_or_else(|| word.to_owned(), |field| label(&field.said(word), lang).to_owned())
                )
            }
            word => match procedure.fields.get(&FieldId::from(word)) {
                Some(field) => {
                    asked = Some(field);
                    said(field, lang)
                }
                None => word.to_owned(),
            },
        };
        if !said.trim().is_empty() {
            out.push(said);
        }
        rest = after;
    }
    out.join(" ").replace("( ", "(").replace(" )", ")").replace(" ,", ",").replace("[ ", "[").replace(" ]", "]")
}

/// The first word, number, text or sign, and what follows.
fn token(text: &str, first: char) -> (&str, &str) {
    let end = if first == '\'' || first == '"' {
        text.get(1..).and_then(|rest| rest.find(first)).map_or(text.len(), |at| at + 2)
    } else if first.is_alphanumeric() || first == '_' {
        text.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '.').unwrap_or(text.len())
    } else {
        let two = ["&&", "||", "==", "!=", ">=", "<="].iter().any(|sign| text.starts_with(sign));
        if two { 2 } else { first.len_utf8() }
    };
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn said(field: &Field, lang: Lang) -> String {
    let title = label(&field.title, lang);
    // Only what is yes or no stands for itself; of the rest the title is the name of a value.
    if field.kind == Kind::YesNo { format!("«{title}»") } else { title.to_owned() }
}
