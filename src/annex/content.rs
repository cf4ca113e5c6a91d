//! What stands in an annex, in its order; how it looks is left to each form of it.

use crate::annex::{facts, papers, rules, steps};
use crate::definition::checks::variants::told;
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::{Drawing, Names, Walk, draw};
use crate::definition::procedure::Procedure;

/// An annex, ready to be set.
pub struct Annex {
    pub lang: Lang,
    /// The agency at the head, the higher one first; and what it approves by.
    pub agency: Vec<String>,
    pub decision: String,
    /// The two lines of the title.
    pub kind: String,
    pub title: String,
    pub parts: Vec<Part>,
    pub signatures: [(String, String); 2],
    pub picture: Drawing,
}

/// A part of an annex.
pub enum Part {
    Heading(String),
    /// Names and what they are.
    Facts(Vec<(String, String)>),
    /// One line each.
    List(Vec<String>),
    Table(Table),
    /// The flow chart stands here.
    Picture,
}

/// A table; its head stands again on each page.
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

pub struct Column {
    pub title: String,
    /// Of a hundred.
    pub share: u32,
    pub middle: bool,
}

pub struct Row {
    pub look: RowLook,
    /// A cell's lines; a group's row has one cell over all columns, a sum's the label and the sum.
    pub cells: Vec<Vec<Line>>,
    /// The step it stands for.
    pub step: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowLook {
    Plain,
    /// Begins a group.
    Group,
    /// A group's sum.
    Sum,
    /// The sum of all.
    Total,
}

/// A line in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub bold: bool,
}

impl Line {
    pub fn plain(text: impl Into<String>) -> Line {
        Line { text: text.into(), bold: false }
    }

    pub fn bold(text: impl Into<String>) -> Line {
        Line { text: text.into(), bold: true }
    }
}

impl Table {
    /// A table with such columns: title, share of the width, set in the middle.
    pub fn new(columns: &[(String, u32, bool)]) -> Table {
        let column = |(title, share, middle): &(String, u32, bool)| Column {
            title: title.clone(),
            share: *share,
            middle: *middle,
        };
        Table { columns: columns.iter().map(column).collect(), rows: Vec::new() }
    }

    /// How many rows after that one stand on its page: what a group's title is over, and the sums under a row.
    pub fn kept_from(&self, row: usize) -> usize {
        let looks: Vec<RowLook> = self.rows.iter().skip(row).map(|row| row.look).collect();
        let kept = |pair: &[RowLook]| pair[0] == RowLook::Group || matches!(pair[1], RowLook::Sum | RowLook::Total);
        looks.windows(2).take_while(|pair| kept(pair)).count()
    }

    /// A row of plain cells.
    pub fn push(&mut self, cells: Vec<String>) {
        let cells = cells.into_iter().map(|text| vec![Line::plain(text)]).collect();
        self.rows.push(Row { look: RowLook::Plain, cells, step: None });
    }
}

/// The annex of a procedure; `above` is the agency over its owner.
pub fn annex(procedure: &Procedure, units: &Names, above: Option<String>, lang: Lang) -> Annex {
    let pick = |vi: &str, en: &str| if lang == Lang::Vi { vi.to_owned() } else { en.to_owned() };
    let mut parts = Vec::new();
    let mut number = 0;
    let mut add = |title: String, part: Vec<Part>| {
        if !part.is_empty() {
            number += 1;
            parts.push(Part::Heading(format!("{}. {title}", roman(number))));
            parts.extend(part);
        }
    };
    add(pick("Thông tin chung", "General"), vec![Part::Facts(facts::facts(procedure, units, lang))]);
    add(pick("Căn cứ pháp lý", "Legal basis"), list(facts::legal(procedure, lang)));
    let told = told(procedure);
    let mut table = vec![Part::Table(steps::table(procedure, units, &told, lang).fitted())];
    table.extend(steps::by_case_type(&told, lang).map(Part::Table));
    add(pick("Trình tự thực hiện", "Steps"), table);
    add(pick("Lưu đồ", "Flow chart"), vec![Part::Picture]);
    let held = papers::table(procedure, lang).map(Part::Table);
    add(pick("Thành phần hồ sơ, biểu mẫu và kết quả", "Papers, forms and results"), held.into_iter().collect());
    add(
        pick("Trả lại, bổ sung, gia hạn, dừng giải quyết", "Returns, supplements, extensions, stops"),
        list(rules::rules(procedure, lang)),
    );
    add(
        pick("Sai sót đã biết của văn bản được duyệt", "Known defects of the approved text"),
        list(rules::defects(procedure, lang)),
    );
    let walk = Walk { lang, units: units.clone(), ..Walk::default() };
    Annex {
        lang,
        agency: above.into_iter().chain([facts::unit(&procedure.owner, units)]).collect(),
        decision: facts::decision(procedure, lang),
        kind: pick("QUY TRÌNH NỘI BỘ", "INTERNAL PROCEDURE"),
        title: crate::definition::diagram::words::label(&procedure.title, lang).to_owned(),
        parts,
        signatures: [
            (pick("NGƯỜI LẬP", "DRAWN UP BY"), pick("(Ký, ghi rõ họ tên)", "(signature, full name)")),
            (
                pick("NGƯỜI PHÊ DUYỆT", "APPROVED BY"),
                pick("(Ký, đóng dấu, ghi rõ họ tên)", "(signature, seal, full name)"),
            ),
        ],
        picture: draw(procedure, &walk),
    }
}

fn list(lines: Vec<String>) -> Vec<Part> {
    if lines.is_empty() { Vec::new() } else { vec![Part::List(lines)] }
}

fn roman(number: usize) -> &'static str {
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"].get(number.saturating_sub(1)).copied().unwrap_or("XI")
}
