//! Limits: lengths, fixed dates, windows, and lengths that are decided while the case is handled.

use crate::calendar::working_time::{Length, WorkingTime};
use crate::definition::checks::factory;
use crate::definition::procedure::Limit;
use crate::definition::reader::is_id;
use crate::definition::resolve::Context;
use crate::definition::source::{Node, NodeKind};
use crate::definition::value::Kind;
use crate::definition::window::{Day, Window};
use crate::ids::FieldId;

/// What a decided length may be counted in.
const UNITS: &[&str] = &["working days", "working hours", "calendar days", "clock hours", "months"];

/// Of a day with a month that there is, how many days that month has.
fn days_of_month(text: &str) -> Option<i8> {
    let (day, month) = text.split_once('/')?;
    day.parse::<u32>().ok()?;
    let first = jiff::civil::Date::new(2024, month.parse().ok()?, 1).ok()?;
    Some(first.days_in_month())
}

impl Context {
    /// The `within` of a map, with its `because`.
    pub(super) fn limit(&mut self, of: &Node) -> Option<Limit> {
        let because = of.get("because").and_then(|node| self.reader.text(node, "because"));
        of.get("within").and_then(|node| self.limit_at(node, because))
    }

    fn limit_at(&mut self, node: &Node, because: Option<String>) -> Option<Limit> {
        match node.kind {
            NodeKind::List(_) => {
                let because = &because;
                let choices =
                    self.choices(node, "within", "within", |context, node| context.limit_at(node, because.clone()));
                return Some(Limit::Choose(choices));
            }
            NodeKind::Map(_) => return self.decided(node),
            _ => {}
        }
        let text = self.reader.text(node, "within")?;
        if text == "untimed" || text == "không tính thời gian" {
            return Some(Limit::Untimed { because });
        }
        if let Some(days) = ["from ", "từ "].iter().find_map(|word| text.strip_prefix(word)) {
            return self.window(node, days);
        }
        let until = ["until ", "đến ", "trước ngày "].iter().find_map(|word| text.strip_prefix(word));
        if let Some(until) = until {
            return Some(match self.day(node, until)? {
                Day::OfYear { month, day } => Limit::DayOfYear { month, day },
                Day::Field(field) => Limit::Field(field),
            });
        }
        self.parse_length(node, &text).map(Limit::Length)
    }

    /// `01/06 until 31/07`, each end a day of the year or a date field.
    fn window(&mut self, node: &Node, text: &str) -> Option<Limit> {
        let ends = [" until ", " đến "].iter().find_map(|word| text.split_once(word));
        let Some((from, until)) = ends else {
            self.reader.say(factory::wrong_shape(
                node.span,
                format!("`from {text}` thiếu ngày cuối: viết `from 01/06 until 31/07`"),
                format!("`from {text}` lacks its last day: write `from 01/06 until 31/07`"),
            ));
            return None;
        };
        let (from, until) = (self.day(node, from), self.day(node, until));
        Some(Limit::Window(Window::between(from?, until?)))
    }

    fn day(&mut self, node: &Node, text: &str) -> Option<Day> {
        let text = text.trim();
        if self.fields.contains_key(text) || (is_id(text) && text.starts_with(|c: char| c.is_ascii_alphabetic())) {
            // The name is a part of the text: no fix may put another one in the place of all of it.
            return self.field_of(node, text, &Kind::Date, false).map(Day::Field);
        }
        let day = Day::of_year(text);
        if let (None, Some(days)) = (&day, days_of_month(text)) {
            let (_, month) = text.split_once('/').unwrap_or_default();
            self.reader.say(
                factory::wrong_shape(
                    node.span,
                    format!("không có ngày {text}: tháng {month} có {days} ngày"),
                    format!("there is no {text}: month {month} has {days} days"),
                )
                .help(
                    format!("ngày cuối tháng viết `{days}/{month}`"),
                    format!("the last day of the month is written `{days}/{month}`"),
                ),
            );
        } else if day.is_none() {
            self.reader.say(factory::wrong_shape(
                node.span,
                format!("`{text}`: viết ngày trong năm như `31/07`, hoặc tên một trường ngày"),
                format!("`{text}`: write a day of the year as `31/07`, or the name of a date field"),
            ));
        }
        day
    }

    /// `{ field: so_ngay, unit: working days, at_most: 20 working days }`.
    fn decided(&mut self, node: &Node) -> Option<Limit> {
        if !self.reader.keys(node, "within", &["field", "unit", "at_most"]) {
            return None;
        }
        for key in ["field", "unit", "at_most"] {
            if node.get(key).is_none() {
                self.reader.say(factory::missing_key(node.span, "within", key));
            }
        }
        let field = node.get("field").and_then(|node| {
            let text = self.reader.text(node, "field")?;
            self.field_of(node, &text, &Kind::Number, true)
        });
        let unit = node.get("unit").and_then(|node| self.unit(node));
        let most = node.get("at_most").and_then(|node| Some((node, self.reader.length(node, "at_most")?)));
        let (field, unit, (most_node, at_most)) = (field?, unit?, most?);
        if !matches!(at_most.parts(), [only] if only.unit() == unit) {
            self.reader.say(factory::wrong_shape(
                most_node.span,
                format!("`at_most` phải tính bằng `{unit}`, như `unit`"),
                format!("`at_most` must be counted in `{unit}`, as `unit` says"),
            ));
            return None;
        }
        Some(Limit::Decided { field, at_most })
    }

    /// What a decided length is counted in, by its plural.
    fn unit(&mut self, node: &Node) -> Option<&'static str> {
        let text = self.reader.text(node, "unit")?;
        let one = match WorkingTime::parse(&format!("1 {text}")) {
            Ok(one) => one,
            Err(fault) => {
                self.reader.say(factory::unit(node.span, &text, &fault, UNITS));
                return None;
            }
        };
        match one.parts() {
            // Minutes are no unit to decide in: hours carry them.
            [Length::WorkingMinutes(1) | Length::ClockMinutes(1)] | [_, _, ..] | [] => {
                self.reader.say(factory::not_in_list(node.span, "unit", &text, UNITS));
                None
            }
            [only] => Some(only.unit()),
        }
    }

    /// A declared field of that kind; another one is suggested where the name is all of the node.
    fn field_of(&mut self, node: &Node, name: &str, kind: &Kind, whole: bool) -> Option<FieldId> {
        let word = kind.word();
        let Some(field) = self.fields.get(name) else {
            let what = format!("trường nào kiểu `{word}` tên");
            let what_en = format!("field of the kind `{word}` called");
            let known = self.fields.iter().filter(|(_, field)| whole && field.kind == *kind).map(|(id, _)| id.as_str());
            self.reader.say(factory::not_declared("N07", node.span, name, (&what, &what_en), known));
            return None;
        };
        if field.kind != *kind {
            let found = field.kind.word();
            self.reader.say(factory::wrong_shape(
                node.span,
                format!("`{name}` là trường kiểu `{found}`; ở đây cần kiểu `{word}`"),
                format!("`{name}` is a field of the kind `{found}`; here it must be `{word}`"),
            ));
            return None;
        }
        Some(name.into())
    }
}
