//! The picture on paper: which way the sheet is turned, how large the picture is, and where a page ends.
//!
//! A picture that can be read on one sheet stands on one; another goes on over pages, each with the lanes' titles, and
//! every line that is cut bears the same letter on both sides.

use crate::definition::diagnostic::Lang;
use crate::definition::diagram::draw::{Drawing, INK, SOFT, legend};
use crate::definition::diagram::letters::{balanced, width};
use crate::definition::diagram::mark::{Mark, Paint, Seg, Words};
use crate::definition::diagram::words::pick;

/// A size of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    A4,
    A3,
}

/// One page: its size and margin in millimetres, and what stands on it.
pub struct Page {
    pub width: f64,
    pub height: f64,
    pub pieces: Vec<Piece>,
}

/// A part of a page: a window of a drawing, laid at a place in millimetres.
pub struct Piece {
    pub at: (f64, f64),
    /// Millimetres for each unit of the drawing.
    pub scale: f64,
    /// Left, top, width, height of the window.
    pub view: (f64, f64, f64, f64),
    pub marks: Vec<Mark>,
}

const MARGIN: f64 = 11.0;
/// A picture is never larger than on a screen...
const LARGEST: f64 = 0.245;
/// ...and goes on over pages rather than be smaller than this: its words are then 6 points high.
const SMALLEST: f64 = 0.172;
/// Room for the letters of lines that are cut, in units of the drawing.
const CUT: f64 = 18.0;
const TITLE: f64 = 17.0;

impl Paper {
    /// Upright, in millimetres.
    pub fn size(self) -> (f64, f64) {
        match self {
            Paper::A4 => (210.0, 297.0),
            Paper::A3 => (297.0, 420.0),
        }
    }
}

/// The pages of a picture. With a title it says what it is; in a document the document says it.
pub fn pages(drawing: &Drawing, paper: Paper, titled: bool, lang: Lang) -> Vec<Page> {
    let (short, long) = paper.size();
    let upright = Plan::of(drawing, (short, long), titled, lang);
    let turned = Plan::of(drawing, (long, short), titled, lang);
    // Fewer pages first, as long as one can read them; then the larger.
    let small = |plan: &Plan| plan.scale < SMALLEST;
    let better = match (small(&upright), small(&turned)) {
        (false, false) => {
            let (a, b) = (upright.cuts.len(), turned.cuts.len());
            b < a || (a == b && turned.scale > upright.scale + 0.01)
        }
        (true, true) => turned.scale > upright.scale,
        (upright, _) => upright,
    };
    (if better { turned } else { upright }).pages(drawing, lang)
}

/// The picture on one sheet, with so many millimetres kept free beside it: A4 where one can read it there, else A3.
pub fn fitted(drawing: &Drawing, beside: f64, lang: Lang) -> Page {
    let (_, foot) = legend(drawing, lang);
    let mut best: Option<Plan> = None;
    for paper in [Paper::A4, Paper::A3] {
        let (short, long) = paper.size();
        for sheet in [(short, long), (long, short)] {
            let whole = drawing.head_height + drawing.body_height + foot;
            let (wide, high) = (sheet.0 - 2.0 * MARGIN, sheet.1 - 2.0 * MARGIN - beside);
            let scale = (wide / drawing.width).min(high / whole).min(LARGEST);
            if best.as_ref().is_none_or(|best| best.scale < SMALLEST && scale > best.scale) {
                let cuts = vec![(0.0, drawing.body_height)];
                best = Some(Plan { sheet, scale, cuts, title: Vec::new(), title_height: 0.0 });
            }
        }
    }
    let page = best.and_then(|plan| plan.pages(drawing, lang).into_iter().next());
    page.unwrap_or(Page { width: 210.0, height: 297.0, pieces: Vec::new() })
}

struct Plan {
    sheet: (f64, f64),
    scale: f64,
    /// Where each page's part of the body begins and ends.
    cuts: Vec<(f64, f64)>,
    title: Vec<Mark>,
    title_height: f64,
}

impl Plan {
    fn of(drawing: &Drawing, sheet: (f64, f64), titled: bool, lang: Lang) -> Plan {
        let (wide, high) = (sheet.0 - 2.0 * MARGIN, sheet.1 - 2.0 * MARGIN);
        let by_width = (wide / drawing.width).min(LARGEST);
        let (_, foot) = legend(drawing, lang);
        let (title, title_height) = if titled { heading(drawing, lang, wide / by_width) } else { (Vec::new(), 0.0) };
        let whole = title_height + drawing.head_height + drawing.body_height + foot;
        let one = by_width.min(high / whole);
        if one >= SMALLEST || one >= by_width * 0.97 {
            let (title, title_height) = if titled { heading(drawing, lang, wide / one) } else { (title, title_height) };
            return Plan { sheet, scale: one, cuts: vec![(0.0, drawing.body_height)], title, title_height };
        }
        // Rather a little smaller than one page more.
        let mut best: Option<Plan> = None;
        for step in 0..=10 {
            let scale = by_width - (by_width - SMALLEST).max(0.0) * f64::from(step) / 10.0;
            let (title, title_height) = if titled { heading(drawing, lang, wide / scale) } else { (Vec::new(), 0.0) };
            let cuts = cuts(drawing, high / scale - drawing.head_height - foot - 2.0 * CUT, title_height);
            if best.as_ref().is_none_or(|best| cuts.len() < best.cuts.len()) {
                best = Some(Plan { sheet, scale, cuts, title, title_height });
            }
        }
        let whole = Plan { sheet, scale: one, cuts: vec![(0.0, drawing.body_height)], title, title_height };
        best.unwrap_or(whole)
    }

    fn pages(&self, drawing: &Drawing, lang: Lang) -> Vec<Page> {
        let left = (self.sheet.0 - drawing.width * self.scale) / 2.0;
        let piece = |y: f64, view: (f64, f64), marks: Vec<Mark>| Piece {
            at: (left, y),
            scale: self.scale,
            view: (-1.0, view.0, drawing.width + 2.0, view.1),
            marks,
        };
        let mut pages = Vec::new();
        let count = self.cuts.len();
        for (n, (from, to)) in self.cuts.iter().enumerate() {
            let mut pieces = Vec::new();
            let mut y = MARGIN;
            if n == 0 && self.title_height > 0.0 {
                let wide = (self.sheet.0 - 2.0 * MARGIN) / self.scale;
                let view = (0.0, 0.0, wide, self.title_height);
                pieces.push(Piece { at: (MARGIN, y), scale: self.scale, view, marks: self.title.clone() });
                y += self.title_height * self.scale;
            }
            pieces.push(piece(y, (0.0, drawing.head_height), drawing.head.clone()));
            y += drawing.head_height * self.scale;
            if n > 0 {
                pieces.push(piece(y, (-CUT, CUT), cut_marks(drawing, *from, self.first_letter(drawing, n - 1), true)));
                y += CUT * self.scale;
            }
            pieces.push(piece(y, (*from, to - from), drawing.body.clone()));
            y += (to - from) * self.scale;
            if n + 1 < count {
                pieces.push(piece(y, (0.0, CUT), cut_marks(drawing, *to, self.first_letter(drawing, n), false)));
                y += CUT * self.scale;
            }
            let (mut foot, foot_height) = legend(drawing, lang);
            if count > 1 {
                let text = format!("{} {}/{count}", pick(lang, "Trang", "Page"), n + 1);
                let x = drawing.width - width(&text, 11.0) - 4.0;
                foot.push(Mark::Text(Words::start(x, foot_height - 8.0, 11.0, SOFT, text)));
            }
            pieces.push(piece(y, (0.0, foot_height), foot));
            pages.push(Page { width: self.sheet.0, height: self.sheet.1, pieces });
        }
        pages
    }

    /// How many lines were cut before that page's end.
    fn first_letter(&self, drawing: &Drawing, page: usize) -> usize {
        self.cuts[..page].iter().map(|(_, to)| crossing(drawing, *to).len()).sum()
    }
}

/// The parts of the body that fit on pages with so much room, the first beside the title.
fn cuts(drawing: &Drawing, room: f64, title_height: f64) -> Vec<(f64, f64)> {
    let mut cuts = Vec::new();
    let mut from = 0.0;
    while from + 0.5 < drawing.body_height {
        let free = if cuts.is_empty() { room - title_height } else { room };
        let all = drawing.body_height - from <= free;
        let last = drawing.breaks.iter().copied().rfind(|at| *at > from && *at - from <= free);
        // A row higher than a page is cut where the page ends.
        let to = if all { drawing.body_height } else { last.unwrap_or(from + free.max(50.0)) };
        cuts.push((from, to));
        from = to;
    }
    cuts
}

/// Where lines cross a height, from left to right.
fn crossing(drawing: &Drawing, y: f64) -> Vec<f64> {
    let mut xs: Vec<f64> = drawing.uprights.iter().filter(|(_, a, b)| *a < y && y < *b).map(|(x, ..)| *x).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup_by(|a, b| (*a - *b).abs() < 1.0);
    xs
}

/// A short end of each line that is cut, with its letter.
fn cut_marks(drawing: &Drawing, y: f64, first: usize, upper: bool) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (n, x) in crossing(drawing, y).into_iter().enumerate() {
        let (end, middle) = if upper { (0.0, -10.0) } else { (0.0, 10.0) };
        let stub = vec![Seg::Move(x, end), Seg::Line(x, middle)];
        marks.push(Mark::Path("", stub, Paint::line(SOFT, 1.3)));
        marks.push(Mark::Circle(x, middle, 6.5, Paint::both("#ffffff", SOFT, 1.0)));
        marks.push(Mark::Text(Words::middle(x, middle + 3.2, 8.5, INK, letter(first + n)).bold()));
    }
    marks
}

/// A, B, ... Z, A1, B1, ...
fn letter(n: usize) -> String {
    let letter = char::from(b'A' + (n % 26) as u8);
    if n < 26 { letter.to_string() } else { format!("{letter}{}", n / 26) }
}

/// The title, and the length of the longest path.
pub fn heading(drawing: &Drawing, lang: Lang, wide: f64) -> (Vec<Mark>, f64) {
    let mut marks = Vec::new();
    let mut y = 0.0;
    for line in balanced(&drawing.title, TITLE, wide - 20.0) {
        marks.push(Mark::Text(Words::middle(wide / 2.0, y + 17.0, TITLE, INK, line).bold()));
        y += 22.0;
    }
    if let Some(longest) = &drawing.longest {
        let text = format!("{}: {longest}", pick(lang, "Đường dài nhất (nét đậm)", "Longest path (thick line)"));
        marks.push(Mark::Text(Words::middle(wide / 2.0, y + 13.0, 12.0, SOFT, text)));
        y += 20.0;
    }
    (marks, y + 8.0)
}
