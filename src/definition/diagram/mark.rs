//! What a picture is made of, before it becomes SVG or PDF: areas, lines and words at their places.

/// A colour as `#rrggbb`.
pub type Colour = &'static str;

/// How an area or a line is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paint {
    pub fill: Option<Colour>,
    pub stroke: Option<Colour>,
    pub width: f64,
    /// Drawn and left out, in turn.
    pub dash: Option<(f64, f64)>,
}

/// One stretch of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seg {
    Move(f64, f64),
    Line(f64, f64),
    /// Over a corner to a point.
    Curve(f64, f64, f64, f64),
    Close,
}

/// Where words stand from their point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
}

/// Words on one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    pub x: f64,
    pub y: f64,
    pub size: f64,
    pub anchor: Anchor,
    pub bold: bool,
    pub fill: Colour,
    /// Read from below to above.
    pub upright: bool,
    pub text: String,
}

/// One thing drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Left, top, width, height, the radius of the corners.
    Rect(f64, f64, f64, f64, f64, Paint),
    /// The middle and the radius.
    Circle(f64, f64, f64, Paint),
    Path(&'static str, Vec<Seg>, Paint),
    Text(Words),
    /// What follows up to `Close` is one thing: its class and what it is called aloud.
    Open(&'static str, String),
    Close,
}

impl Paint {
    pub fn fill(fill: Colour) -> Paint {
        Paint { fill: Some(fill), ..Paint::default() }
    }

    pub fn line(stroke: Colour, width: f64) -> Paint {
        Paint { stroke: Some(stroke), width, ..Paint::default() }
    }

    pub fn both(fill: Colour, stroke: Colour, width: f64) -> Paint {
        Paint { fill: Some(fill), stroke: Some(stroke), width, dash: None }
    }

    pub fn dashed(self, on: f64, off: f64) -> Paint {
        Paint { dash: Some((on, off)), ..self }
    }
}

impl Words {
    /// Words about a point.
    pub fn middle(x: f64, y: f64, size: f64, fill: Colour, text: impl Into<String>) -> Words {
        Words { x, y, size, anchor: Anchor::Middle, bold: false, fill, upright: false, text: text.into() }
    }

    /// Words from a point on.
    pub fn start(x: f64, y: f64, size: f64, fill: Colour, text: impl Into<String>) -> Words {
        Words { anchor: Anchor::Start, ..Words::middle(x, y, size, fill, text) }
    }

    pub fn bold(self) -> Words {
        Words { bold: true, ..self }
    }
}
