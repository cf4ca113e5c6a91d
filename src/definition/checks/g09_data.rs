//! G09: free text compared with fixed words; G13: a person's data decide the route; G14: two measures compared.

use std::collections::BTreeSet;

use crate::definition::checks::Look;
use crate::definition::checks::g10_repeated::conditions;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::guard::{Expr, Operation};
use crate::definition::source::Span;
use crate::definition::value::{Kind, Value};
use crate::ids::FieldId;

/// What a condition reads and how.
pub fn check(look: &Look<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut told: BTreeSet<(&str, FieldId)> = BTreeSet::new();
    for (route, guard) in conditions(look) {
        let span = look.source.span(&route);
        let mut facts = Facts::default();
        facts.read(look, guard.expr());
        for (field, word) in facts.worded {
            if told.insert(("G09", field.clone())) {
                found.push(worded(&field, &word, span));
            }
        }
        for field in guard.fields().into_iter().filter(|field| is_personal(look, field)) {
            if told.insert(("G13", field.clone())) {
                found.push(personal(&field, span));
            }
        }
        found.extend(facts.unlike.into_iter().map(|(one, other)| unlike(look, &one, &other, span)));
    }
    found
}

#[derive(Default)]
struct Facts {
    worded: Vec<(FieldId, String)>,
    unlike: Vec<(FieldId, FieldId)>,
}

impl Facts {
    fn read(&mut self, look: &Look<'_>, expr: &Expr) {
        match expr {
            Expr::Literal(_) | Expr::Field(_) | Expr::Fact(_) | Expr::Has(_) => {}
            Expr::Not(inner) => self.read(look, inner),
            Expr::And(a, b) | Expr::Or(a, b) => {
                self.read(look, a);
                self.read(look, b);
            }
            Expr::Compare(_, a, b) => {
                self.word(look, a, b);
                self.word(look, b, a);
                self.measures(look, a, b);
                self.read(look, a);
                self.read(look, b);
            }
            Expr::In(item, list) => self.word(look, item, list),
            Expr::Arith(how, a, b) => {
                if *how != Operation::Times {
                    self.measures(look, a, b);
                }
                self.read(look, a);
                self.read(look, b);
            }
        }
    }

    fn word(&mut self, look: &Look<'_>, field: &Expr, literal: &Expr) {
        let Expr::Field(field) = field else { return };
        let word = match literal {
            Expr::Literal(Value::Text(word)) => Some(word.clone()),
            Expr::Literal(Value::List(words)) => words.first().cloned(),
            _ => None,
        };
        let is_text = look.procedure.fields.get(field).is_some_and(|field| field.kind == Kind::Text);
        self.worded.extend(word.filter(|_| is_text).map(|word| (field.clone(), word)));
    }

    fn measures(&mut self, look: &Look<'_>, a: &Expr, b: &Expr) {
        let (Expr::Field(one), Expr::Field(other)) = (a, b) else { return };
        let measure = |field: &FieldId| look.procedure.fields.get(field).and_then(|field| field.measure.as_deref());
        if let (Some(first), Some(second)) = (measure(one), measure(other))
            && first != second
        {
            self.unlike.push((one.clone(), other.clone()));
        }
    }
}

fn worded(field: &FieldId, word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "G09",
        span,
        format!("`{field}` là chữ gõ tự do mà điều kiện so với '{word}': gõ khác một chữ là rẽ sai"),
        format!("`{field}` is free text and is compared with '{word}': one letter more and the case goes astray"),
    )
    .warning()
    .help(
        format!("khai `{field}` là `is: choice` với `of: [{word}, …]`"),
        format!("declare `{field}` as `is: choice` with `of: [{word}, …]`"),
    )
}

fn is_personal(look: &Look<'_>, field: &FieldId) -> bool {
    look.procedure.fields.get(field).is_some_and(|field| field.personal || field.kind == Kind::Person)
}

fn personal(field: &FieldId, span: Span) -> Diagnostic {
    Diagnostic::error(
        "G13",
        span,
        format!("hồ sơ rẽ theo dữ liệu cá nhân `{field}`: có đúng là luật cho phân biệt như vậy?"),
        format!("the case goes by the personal field `{field}`: does the law tell people apart so?"),
    )
    .warning()
    .help(
        "quyết định theo thuộc tính của việc, không theo người nộp là ai",
        "decide by what the case is about, not by who hands it in",
    )
}

fn unlike(look: &Look<'_>, one: &FieldId, other: &FieldId, span: Span) -> Diagnostic {
    let measure =
        |field: &FieldId| look.procedure.fields.get(field).and_then(|field| field.measure.clone()).unwrap_or_default();
    let (first, second) = (measure(one), measure(other));
    Diagnostic::error(
        "G14",
        span,
        format!("`{one}` tính bằng {first}, `{other}` tính bằng {second}: không so, không cộng được"),
        format!("`{one}` is in {first}, `{other}` in {second}: they cannot be compared or added"),
    )
    .warning()
    .help("khai hai trường cùng một đơn vị (`unit`)", "declare both fields in one `unit`")
}
