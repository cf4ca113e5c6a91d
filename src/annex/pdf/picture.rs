//! The flow chart on pages of the PDF: the same marks as in the SVG, as lines and letters.

use crate::annex::pdf::fonts::{Face, Fonts};
use crate::annex::pdf::pages::{Book, POINTS, Sheet};
use crate::definition::diagram::mark::{Anchor, Mark, Paint, Seg, Words};
use crate::definition::diagram::{Page, Piece};

/// From the middle of a side of a quarter circle to its handle.
const ROUND: f64 = 0.5523;

/// Draws the pages; the first bears the heading.
pub fn draw(pages: &[Page], heading: &str, book: &mut Book, fonts: &mut Fonts) {
    for (n, page) in pages.iter().enumerate() {
        book.page(page.width * POINTS, page.height * POINTS, 15.0);
        let Some(sheet) = book.sheets.last_mut() else { continue };
        if n == 0 {
            sheet.text(fonts, (11.0 * POINTS, 8.0 * POINTS), Face::Bold, 11.0, heading);
        }
        for piece in &page.pieces {
            Pen { sheet, piece }.draw(fonts);
        }
    }
}

/// Draws the marks of one piece.
struct Pen<'a> {
    sheet: &'a mut Sheet,
    piece: &'a Piece,
}

impl Pen<'_> {
    fn draw(&mut self, fonts: &mut Fonts) {
        let (left, top, wide, high) = self.piece.view;
        self.sheet.content.save_state();
        let (x, y) = self.at(left, top + high);
        let (wide, high) = (self.long(wide), self.long(high));
        self.sheet.content.rect(x, y, wide, high).clip_nonzero().end_path();
        let piece = self.piece;
        for mark in &piece.marks {
            match mark {
                Mark::Rect(x, y, w, h, r, paint) => {
                    self.rounded((*x, *y, *w, *h), *r);
                    self.paint(paint);
                }
                Mark::Circle(x, y, r, paint) => {
                    self.rounded((x - r, y - r, r * 2.0, r * 2.0), *r);
                    self.paint(paint);
                }
                Mark::Path(_, segs, paint) => {
                    self.path(segs);
                    self.paint(paint);
                }
                Mark::Text(words) => self.words(words, fonts),
                Mark::Open(..) | Mark::Close => {}
            }
        }
        self.sheet.content.restore_state();
    }

    fn at(&self, x: f64, y: f64) -> (f32, f32) {
        let Piece { at, scale, view, .. } = self.piece;
        let (x, y) = ((at.0 + (x - view.0) * scale) * POINTS, (at.1 + (y - view.1) * scale) * POINTS);
        (x as f32, (self.sheet.height - y) as f32)
    }

    fn long(&self, length: f64) -> f32 {
        (length * self.piece.scale * POINTS) as f32
    }

    fn rounded(&mut self, (x, y, w, h): (f64, f64, f64, f64), r: f64) {
        let r = r.min(w / 2.0).min(h / 2.0).max(0.0);
        let k = r * (1.0 - ROUND);
        let (right, bottom) = (x + w, y + h);
        let corners = [
            ((right - r, y), (right - k, y), (right, y + k), (right, y + r)),
            ((right, bottom - r), (right, bottom - k), (right - k, bottom), (right - r, bottom)),
            ((x + r, bottom), (x + k, bottom), (x, bottom - k), (x, bottom - r)),
            ((x, y + r), (x, y + k), (x + k, y), (x + r, y)),
        ];
        let start = self.at(x + r, y);
        self.sheet.content.move_to(start.0, start.1);
        for (from, a, b, to) in corners {
            let (from, a, b, to) = (self.at(from.0, from.1), self.at(a.0, a.1), self.at(b.0, b.1), self.at(to.0, to.1));
            self.sheet.content.line_to(from.0, from.1).cubic_to(a.0, a.1, b.0, b.1, to.0, to.1);
        }
        self.sheet.content.close_path();
    }

    fn path(&mut self, segs: &[Seg]) {
        let mut here = (0.0, 0.0);
        for seg in segs {
            match seg {
                Seg::Move(x, y) => {
                    let to = self.at(*x, *y);
                    self.sheet.content.move_to(to.0, to.1);
                    here = (*x, *y);
                }
                Seg::Line(x, y) => {
                    let to = self.at(*x, *y);
                    self.sheet.content.line_to(to.0, to.1);
                    here = (*x, *y);
                }
                Seg::Curve(cx, cy, x, y) => {
                    let toward = |from: f64, corner: f64| from + (corner - from) * 2.0 / 3.0;
                    let a = self.at(toward(here.0, *cx), toward(here.1, *cy));
                    let b = self.at(toward(*x, *cx), toward(*y, *cy));
                    let to = self.at(*x, *y);
                    self.sheet.content.cubic_to(a.0, a.1, b.0, b.1, to.0, to.1);
                    here = (*x, *y);
                }
                Seg::Close => {
                    self.sheet.content.close_path();
                }
            }
        }
    }

    fn paint(&mut self, paint: &Paint) {
        let dash: Vec<f32> = paint.dash.iter().flat_map(|(on, off)| [self.long(*on), self.long(*off)]).collect();
        let wide = self.long(paint.width);
        let content = &mut self.sheet.content;
        if let Some((r, g, b)) = paint.fill.map(rgb) {
            content.set_fill_rgb(r, g, b);
        }
        if let Some((r, g, b)) = paint.stroke.map(rgb) {
            content.set_stroke_rgb(r, g, b).set_line_width(wide).set_dash_pattern(dash, 0.0);
        }
        match (paint.fill, paint.stroke) {
            (Some(_), Some(_)) => content.fill_nonzero_and_stroke(),
            (Some(_), None) => content.fill_nonzero(),
            (None, Some(_)) => content.stroke(),
            (None, None) => content.end_path(),
        };
    }

    fn words(&mut self, words: &Words, fonts: &mut Fonts) {
        let face = if words.bold { Face::SansBold } else { Face::Sans };
        let size = f64::from(self.long(words.size));
        let half = match words.anchor {
            Anchor::Middle => fonts.width(&words.text, face, size) / 2.0,
            Anchor::Start => 0.0,
        };
        let (x, y) = self.at(words.x, words.y);
        let (x, y) = (f64::from(x), self.sheet.height - f64::from(y));
        let at = if words.upright { (x, y + half) } else { (x - half, y) };
        let (r, g, b) = rgb(words.fill);
        self.sheet.content.set_fill_rgb(r, g, b);
        self.sheet.turned(fonts, at, face, size, &words.text, words.upright);
    }
}

/// `#rrggbb` in parts of one.
fn rgb(colour: &str) -> (f32, f32, f32) {
    let part = |from: usize| {
        let digits = colour.get(from..from + 2).unwrap_or("00");
        f32::from(u8::from_str_radix(digits, 16).unwrap_or(0)) / 255.0
    };
    (part(1), part(3), part(5))
}
