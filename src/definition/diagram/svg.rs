//! Marks as SVG. No style attributes and no ids: the pages' content policy forbids the first, and two pictures on one
//! page the second.

use std::fmt::Write as _;

use crate::definition::diagram::mark::{Anchor, Mark, Paint, Seg, Words};

/// The fonts of a picture that stands in a page or alone.
const FONTS: &str = "'Liberation Sans', Arial, 'Helvetica Neue', 'Noto Sans', 'Segoe UI', sans-serif";

/// The opening of a picture: what it shows of the drawing, and how large it is in the page.
pub fn open(title: &str, view: (f64, f64, f64, f64), size: (String, String)) -> String {
    let (title, (x, y, width, height)) = (escape(title), view);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"procedure\" role=\"img\" aria-label=\"{title}\" viewBox=\"{x:.1} {y:.1} {width:.1} {height:.1}\" width=\"{}\" height=\"{}\" font-family=\"{FONTS}\">\n<title>{title}</title>\n",
        size.0, size.1
    )
}

/// A window of a drawing inside a picture: what lies outside of it is not shown.
pub fn window(at: (f64, f64), view: (f64, f64, f64, f64), scale: f64, inside: &str) -> String {
    let (x, y, width, height) = view;
    format!(
        "<svg x=\"{:.3}\" y=\"{:.3}\" width=\"{:.3}\" height=\"{:.3}\" viewBox=\"{x:.2} {y:.2} {width:.2} {height:.2}\" overflow=\"hidden\">\n{inside}</svg>\n",
        at.0,
        at.1,
        width * scale,
        height * scale
    )
}

/// The marks, in order.
pub fn marks(marks: &[Mark]) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail.
    for mark in marks {
        let _ = match mark {
            Mark::Rect(x, y, w, h, r, p) => writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"{r:.1}\"{}/>",
                paint(p)
            ),
            Mark::Circle(x, y, r, p) => {
                writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\"{}/>", paint(p))
            }
            Mark::Path("", segs, p) => writeln!(out, "<path d=\"{}\"{}/>", path(segs), paint(p)),
            Mark::Path(class, segs, p) => {
                writeln!(out, "<path class=\"{class}\" d=\"{}\"{}/>", path(segs), paint(p))
            }
            Mark::Text(words) => {
                text(words, &mut out);
                Ok(())
            }
            Mark::Open(class, title) => writeln!(out, "<g class=\"{class}\"><title>{}</title>", escape(title)),
            Mark::Close => writeln!(out, "</g>"),
        };
    }
    out
}

fn paint(paint: &Paint) -> String {
    let mut out = format!(" fill=\"{}\"", paint.fill.unwrap_or("none"));
    if let Some(stroke) = paint.stroke {
        let _ = write!(out, " stroke=\"{stroke}\" stroke-width=\"{}\"", paint.width);
    }
    if let Some((on, off)) = paint.dash {
        let _ = write!(out, " stroke-dasharray=\"{on} {off}\"");
    }
    out
}

fn path(segs: &[Seg]) -> String {
    let mut out = String::new();
    for seg in segs {
        let _ = match seg {
            Seg::Move(x, y) => write!(out, "M{x:.1} {y:.1}"),
            Seg::Line(x, y) => write!(out, "L{x:.1} {y:.1}"),
            Seg::Curve(cx, cy, x, y) => write!(out, "Q{cx:.1} {cy:.1} {x:.1} {y:.1}"),
            Seg::Close => write!(out, "z"),
        };
    }
    out
}

fn text(words: &Words, out: &mut String) {
    let Words { x, y, size, fill, .. } = words;
    let weight = if words.bold { " font-weight=\"700\"" } else { "" };
    let anchor = match words.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
    };
    let turn = if words.upright { format!(" transform=\"rotate(-90 {x:.1} {y:.1})\"") } else { String::new() };
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{fill}\"{weight}{turn}>{}</text>",
        escape(&words.text)
    );
}

/// Text fit for XML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No XML document may hold these.
            letter if letter.is_control() && letter != '\n' && letter != '\t' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
