//! The procedure as a picture: SVG for pages, screens and paper, Mermaid, DOT and BPMN for other tools.
//!
//! A lane for each unit, a row for each step, in the order of the file: so a small change of a procedure moves little
//! of its picture. Labels are whole, the path walked, the present step and the longest path are marked by more than
//! colour, and the same procedure gives the same bytes.

mod boxes;
pub mod bpmn;
mod chart;
mod compounds;
mod condition;
mod draw;
mod labels;
mod layout;
mod letters;
pub mod mark;
mod page;
mod route;
mod rows;
mod strips;
mod svg;
mod text;
mod tracks;
pub mod words;

use crate::definition::diagnostic::Lang;
use crate::definition::procedure::Procedure;
use crate::ids::{StepId, Verb};

pub use compounds::joined;
pub use condition::condition;
use draw::legend;
pub use draw::{Areas, Drawing, draw};
pub use letters::{balanced, width, wrap};
pub use page::{Page, Paper, Piece, fitted, pages};
pub use svg::escape;
pub use text::{dot, mermaid};
pub use words::{Names, names};

/// What of the picture a case has walked, in which language the picture speaks, and what units are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Ways taken: from, by which verb, to.
    pub passed: Vec<(StepId, Option<Verb>, StepId)>,
    /// Where the case is.
    pub now: Vec<StepId>,
    pub lang: Lang,
    /// Without names the lanes bear the titles of the people in them.
    pub units: Names,
}

/// The picture as SVG for a page that says itself what it shows; pages scale it down.
pub fn svg(procedure: &Procedure, walk: &Walk) -> String {
    let drawing = draw(procedure, walk);
    let height = drawing.head_height + drawing.body_height;
    let inside =
        one_above_another(&[(&drawing.head, drawing.head_height), (&drawing.body, drawing.body_height)], drawing.width);
    whole(&drawing.title, drawing.width, height, 1.0, &inside)
}

/// The picture as SVG that stands alone: with its title and what the lines mean.
pub fn sheet(procedure: &Procedure, walk: &Walk) -> String {
    let drawing = draw(procedure, walk);
    let (heading, heading_height) = page::heading(&drawing, walk.lang, drawing.width);
    let (foot, foot_height) = legend(&drawing, walk.lang);
    let height = heading_height + drawing.head_height + drawing.body_height + foot_height;
    let inside = one_above_another(
        &[
            (&heading, heading_height),
            (&drawing.head, drawing.head_height),
            (&drawing.body, drawing.body_height),
            (&foot, foot_height),
        ],
        drawing.width,
    );
    whole(&drawing.title, drawing.width, height, 14.0, &inside)
}

/// The picture as SVG in the size of paper: every page under the one before it.
pub fn paper(procedure: &Procedure, walk: &Walk, paper: Paper) -> String {
    let drawing = draw(procedure, walk);
    let pages = pages(&drawing, paper, true, walk.lang);
    let (width, height) = pages.first().map_or((210.0, 297.0), |page| (page.width, page.height));
    let all = height * pages.len() as f64;
    let mut out = svg::open(&drawing.title, (0.0, 0.0, width, all), (format!("{width}mm"), format!("{all}mm")));
    out.push_str(&format!("<rect width=\"{width}\" height=\"{all}\" fill=\"#ffffff\"/>\n"));
    for (n, page) in pages.iter().enumerate() {
        out.push_str(&page_inside(page, n as f64 * height));
    }
    out.push_str("</svg>\n");
    out
}

/// One page of a picture as SVG of its own.
pub fn page_svg(title: &str, page: &Page) -> String {
    let size = (format!("{}mm", page.width), format!("{}mm", page.height));
    let mut out = svg::open(title, (0.0, 0.0, page.width, page.height), size);
    out.push_str(&page_inside(page, 0.0));
    out.push_str("</svg>\n");
    out
}

fn page_inside(page: &Page, down: f64) -> String {
    let piece = |piece: &Piece| {
        svg::window((piece.at.0, piece.at.1 + down), piece.view, piece.scale, &svg::marks(&piece.marks))
    };
    page.pieces.iter().map(piece).collect()
}

fn one_above_another(parts: &[(&Vec<mark::Mark>, f64)], width: f64) -> String {
    let mut y = 0.0;
    let mut out = String::new();
    for (marks, height) in parts {
        out.push_str(&svg::window((0.0, y), (0.0, 0.0, width, *height), 1.0, &svg::marks(marks)));
        y += height;
    }
    out
}

/// The file, with so much free on each side.
fn whole(title: &str, width: f64, height: f64, margin: f64, inside: &str) -> String {
    let (width, height) = (width.ceil() + 2.0 * margin, height.ceil() + 2.0 * margin);
    let mut out = svg::open(title, (-margin, -margin, width, height), (format!("{width}"), format!("{height}")));
    out.push_str(&format!(
        "<rect x=\"-{margin}\" y=\"-{margin}\" width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    ));
    out.push_str(inside);
    out.push_str("</svg>\n");
    out
}
