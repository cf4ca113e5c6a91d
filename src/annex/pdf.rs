//! The annex as PDF: A4, letters embedded so that every reader shows and finds them, the flow chart as lines.

mod fonts;
mod pages;
mod picture;

use crate::annex::content::{Annex, Line, Part, Row, RowLook, Table};
use crate::definition::diagram::{Paper, pages as sheets};

use fonts::{Face, Fonts};
use pages::{Book, POINTS};

/// Margins and sizes in points.
const LEFT: f64 = 70.9;
const RIGHT: f64 = 42.5;
const TOP: f64 = 56.7;
const BOTTOM: f64 = 56.7;
const BODY: f64 = 12.5;
const CELL: f64 = 10.5;
const PAD: f64 = 3.5;
const LEADING: f64 = CELL * 1.22;
const WIDE: f64 = 210.0 * POINTS - LEFT - RIGHT;

/// The whole file.
pub fn pdf(annex: &Annex) -> Result<Vec<u8>, String> {
    let mut set = Setter { book: Book::new(), fonts: Fonts::new()?, y: 0.0 };
    set.turn();
    for (n, line) in annex.agency.iter().enumerate() {
        let face = if n + 1 == annex.agency.len() { Face::Bold } else { Face::Regular };
        set.centred(&line.to_uppercase(), (LEFT, WIDE * 0.5), face, BODY);
    }
    set.y += 18.0;
    set.centred(&annex.kind, (LEFT, WIDE), Face::Bold, 14.0);
    set.centred(&annex.title, (LEFT, WIDE), Face::Bold, 13.5);
    set.centred(&annex.decision, (LEFT, WIDE), Face::Italic, BODY);
    set.y += 6.0;
    for (n, part) in annex.parts.iter().enumerate() {
        match part {
            // The chart's heading stands on the chart's page.
            Part::Heading(text) if matches!(annex.parts.get(n + 1), Some(Part::Picture)) => {
                let sheets = sheets(&annex.picture, Paper::A4, false, annex.lang);
                picture::draw(&sheets, text, &mut set.book, &mut set.fonts);
                set.turn();
            }
            Part::Heading(text) => set.heading(text),
            Part::Facts(facts) => set.facts(facts),
            Part::List(lines) => lines.iter().for_each(|line| set.item(line)),
            Part::Table(table) => set.table(table),
            Part::Picture => {}
        }
    }
    set.signatures(annex);
    Ok(set.book.finish(&annex.title, &mut set.fonts))
}

/// Sets text from above to below, page after page.
struct Setter {
    book: Book,
    fonts: Fonts,
    /// How far down the page.
    y: f64,
}

/// A cell made ready: its lines, each with its letters.
struct Set {
    lines: Vec<(String, Face)>,
    left: f64,
    wide: f64,
    middle: bool,
}

impl Setter {
    /// A new page.
    fn turn(&mut self) {
        self.book.page(210.0 * POINTS, 297.0 * POINTS, 28.0);
        self.y = TOP;
    }

    fn bottom() -> f64 {
        297.0 * POINTS - BOTTOM
    }

    fn need(&mut self, high: f64) {
        if self.y + high > Setter::bottom() && self.y > TOP {
            self.turn();
        }
    }

    fn centred(&mut self, text: &str, (left, wide): (f64, f64), face: Face, size: f64) {
        for line in self.fonts.wrap(text, face, size, wide) {
            self.need(size * 1.35);
            let x = left + (wide - self.fonts.width(&line, face, size)) / 2.0;
            self.book.text(&mut self.fonts, (x, self.y + size), face, size, &line);
            self.y += size * 1.35;
        }
    }

    fn heading(&mut self, text: &str) {
        // Not alone at the foot of a page.
        self.need(70.0);
        self.y += 10.0;
        self.book.text(&mut self.fonts, (LEFT, self.y + BODY), Face::Bold, BODY, text);
        self.y += BODY * 1.5;
    }

    fn item(&mut self, text: &str) {
        for (n, line) in self.fonts.wrap(text, Face::Regular, BODY, WIDE - 14.0).into_iter().enumerate() {
            self.need(BODY * 1.3);
            if n == 0 {
                self.book.text(&mut self.fonts, (LEFT + 3.0, self.y + BODY), Face::Regular, BODY, "-");
            }
            self.book.text(&mut self.fonts, (LEFT + 14.0, self.y + BODY), Face::Regular, BODY, &line);
            self.y += BODY * 1.3;
        }
        self.y += 2.0;
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        for (name, text) in facts {
            let first = self.cell(&[Line::plain(name)], LEFT, WIDE * 0.36, false);
            let second = self.cell(&[Line::plain(text)], LEFT + WIDE * 0.36, WIDE * 0.64, false);
            self.row(vec![first, second], false, &mut |_| {});
        }
    }

    fn cell(&self, lines: &[Line], left: f64, wide: f64, middle: bool) -> Set {
        let set = |line: &Line| {
            let face = if line.bold { Face::Bold } else { Face::Regular };
            let broken = self.fonts.wrap(&line.text, face, CELL, wide - 2.0 * PAD);
            broken.into_iter().map(move |line| (line, face)).collect::<Vec<_>>()
        };
        Set { lines: lines.iter().flat_map(set).collect(), left, wide, middle }
    }

    fn table(&mut self, table: &Table) {
        let widths: Vec<f64> = table.columns.iter().map(|column| WIDE * f64::from(column.share) / 100.0).collect();
        let lefts: Vec<f64> = widths
            .iter()
            .scan(LEFT, |at, wide| {
                let left = *at;
                *at += wide;
                Some(left)
            })
            .collect();
        self.need(90.0);
        let mut head = |set: &mut Setter| {
            let cells = table.columns.iter().zip(&lefts).zip(&widths);
            let cells = cells.map(|((c, left), wide)| set.cell(&[Line::bold(&c.title)], *left, *wide, true)).collect();
            set.row(cells, true, &mut |_| {});
        };
        head(self);
        for (n, row) in table.rows.iter().enumerate() {
            let (cells, shade) = self.cells(table, row, &lefts, &widths);
            // A group's title is not alone at the foot of a page, and no sum at the head of the next.
            let mut high = height(&cells);
            for next in table.rows.iter().skip(n + 1).take(table.kept_from(n)) {
                high += height(&self.cells(table, next, &lefts, &widths).0);
            }
            if high > height(&cells) && self.y + high > Setter::bottom() && high < Setter::bottom() - TOP - 60.0 {
                self.turn();
                head(self);
            }
            self.row(cells, shade, &mut head);
        }
        self.y += 8.0;
    }

    fn cells(&self, table: &Table, row: &Row, lefts: &[f64], widths: &[f64]) -> (Vec<Set>, bool) {
        match row.look {
            RowLook::Plain => {
                let cells = row.cells.iter().zip(&table.columns).zip(lefts.iter().zip(widths));
                let cell =
                    |((lines, column), (left, wide)): ((&Vec<Line>, &crate::annex::content::Column), (&f64, &f64))| {
                        self.cell(lines, *left, *wide, column.middle)
                    };
                (cells.map(cell).collect(), false)
            }
            RowLook::Group => (row.cells.iter().map(|lines| self.cell(lines, LEFT, WIDE, false)).collect(), true),
            RowLook::Sum | RowLook::Total => {
                let first: f64 = widths.iter().take(3).sum();
                let places = [(LEFT, first), (LEFT + first, WIDE - first)];
                let cells =
                    row.cells.iter().zip(places).map(|(lines, (left, wide))| self.cell(lines, left, wide, false));
                (cells.collect(), row.look == RowLook::Total)
            }
        }
    }

    /// A row of cells in their frames; one higher than a page goes on over the next.
    fn row(&mut self, mut cells: Vec<Set>, shade: bool, head: &mut dyn FnMut(&mut Setter)) {
        loop {
            let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1);
            let mut high = height(&cells);
            if self.y + high > Setter::bottom() && self.y > TOP {
                self.turn();
                head(self);
            }
            let room = (((Setter::bottom() - self.y - 2.0 * PAD) / LEADING).floor().max(1.0)) as usize;
            let shown = most.min(room);
            high = shown as f64 * LEADING + 2.0 * PAD;
            for cell in &mut cells {
                self.book.frame((cell.left, self.y, cell.wide, high), shade);
                let rest = cell.lines.split_off(cell.lines.len().min(shown));
                for (n, (line, face)) in cell.lines.iter().enumerate() {
                    let inside = cell.wide - 2.0 * PAD;
                    let off = if cell.middle { (inside - self.fonts.width(line, *face, CELL)) / 2.0 } else { 0.0 };
                    let at = (cell.left + PAD + off, self.y + PAD + LEADING * (n as f64 + 0.78));
                    self.book.text(&mut self.fonts, at, *face, CELL, line);
                }
                cell.lines = rest;
            }
            self.y += high;
            if cells.iter().all(|cell| cell.lines.is_empty()) {
                return;
            }
        }
    }

    fn signatures(&mut self, annex: &Annex) {
        self.need(120.0);
        self.y += 24.0;
        let top = self.y;
        for (n, (who, how)) in annex.signatures.iter().enumerate() {
            self.y = top;
            let place = (LEFT + WIDE / 2.0 * n as f64, WIDE / 2.0);
            self.centred(who, place, Face::Bold, BODY);
            self.centred(how, place, Face::Italic, BODY - 1.0);
        }
    }
}

/// How high a row of cells is.
fn height(cells: &[Set]) -> f64 {
    let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1);
    most as f64 * LEADING + 2.0 * PAD
}
