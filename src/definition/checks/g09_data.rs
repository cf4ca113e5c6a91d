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
    for (route, guard) in conditions(look.procedure, look.broken) {
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
        found.extend(facts.unlike.into_iter().map(|(one, other)| unlike(&one, &other, span)));
    }
    found
}

#[derive(Default)]
struct Facts {
    worded: Vec<(FieldId, String)>,
    unlike: Vec<(Measured, Measured)>,
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

    /// Two sides of a comparison or a sum: both measured, and in one measure.
    fn measures(&mut self, look: &Look<'_>, a: &Expr, b: &Expr) {
        if let (Some(one), Some(other)) = (measured(look, a), measured(look, b))
            && one.measure != other.measure
        {
            self.unlike.push((one, other));
        }
    }
}

/// The field that says what an amount is measured in.
struct Measured {
    field: FieldId,
    /// Nothing where the field does not say it.
    measure: Option<String>,
}

/// What an expression is measured in. A number stands for whatever it is compared with; what is multiplied by a field is
/// measured in something new.
fn measured(look: &Look<'_>, expr: &Expr) -> Option<Measured> {
    match expr {
        Expr::Field(field) => {
            let declared = look.procedure.fields.get(field)?;
            let counts = matches!(declared.kind, Kind::Number | Kind::Money);
            counts.then(|| Measured { field: field.clone(), measure: declared.measure.clone() })
        }
        Expr::Arith(Operation::Times, a, b) => match (&**a, &**b) {
            (Expr::Literal(_), other) | (other, Expr::Literal(_)) => measured(look, other),
            _ => None,
        },
        // Where the two sides differ, that is told of the sum itself.
        Expr::Arith(_, a, b) => measured(look, a).or_else(|| measured(look, b)),
        _ => None,
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

fn unlike(one: &Measured, other: &Measured, span: Span) -> Diagnostic {
    let (a, b) = (&one.field, &other.field);
    let (vi, en) = match (&one.measure, &other.measure) {
        (Some(first), Some(second)) => (
            format!("`{a}` tính bằng {first}, `{b}` tính bằng {second}: không so, không cộng được"),
            format!("`{a}` is in {first}, `{b}` in {second}: they cannot be compared or added"),
        ),
        (Some(unit), None) => of_what(a, unit, b),
        (None, Some(unit)) => of_what(b, unit, a),
        (None, None) => Default::default(),
    };
    Diagnostic::error("G14", span, vi, en)
        .warning()
        .help("khai hai trường cùng một đơn vị (`unit`)", "declare both fields in one `unit`")
}

fn of_what(known: &FieldId, unit: &str, unknown: &FieldId) -> (String, String) {
    (
        format!("`{known}` tính bằng {unit}, còn `{unknown}` không nói tính bằng gì"),
        format!("`{known}` is in {unit}, and `{unknown}` does not say what it is in"),
    )
}
