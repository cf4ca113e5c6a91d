//! The pages of the PDF and what is drawn on them; y runs down from the top, as in the rest of the house.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::annex::pdf::fonts::{Face, Fonts, NAMES};

/// In a millimetre.
pub const POINTS: f64 = 72.0 / 25.4;

/// A page in the making.
pub struct Sheet {
    pub width: f64,
    pub height: f64,
    pub content: Content,
    /// How far above the lower edge its number stands.
    foot: f64,
}

/// Every page.
pub struct Book {
    pub sheets: Vec<Sheet>,
}

impl Book {
    pub fn new() -> Book {
        Book { sheets: Vec::new() }
    }

    pub fn page(&mut self, width: f64, height: f64, foot: f64) {
        self.sheets.push(Sheet { width, height, content: Content::new(), foot });
    }

    /// A line of text from its left end, on its base line, on the last page.
    pub fn text(&mut self, fonts: &mut Fonts, at: (f64, f64), face: Face, size: f64, text: &str) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.text(fonts, at, face, size, text);
        }
    }

    /// A frame, with a ground where it is shaded.
    pub fn frame(&mut self, (left, top, wide, high): (f64, f64, f64, f64), shade: bool) {
        if let Some(sheet) = self.sheets.last_mut() {
            let (x, y) = (left as f32, (sheet.height - top - high) as f32);
            sheet.content.set_line_width(0.6).set_stroke_gray(0.0).rect(x, y, wide as f32, high as f32);
            if shade {
                sheet.content.set_fill_gray(0.92).fill_nonzero_and_stroke().set_fill_gray(0.0);
            } else {
                sheet.content.stroke();
            }
        }
    }

    /// The bytes of the file.
    pub fn finish(mut self, title: &str, fonts: &mut Fonts) -> Vec<u8> {
        let count = self.sheets.len();
        for (n, sheet) in self.sheets.iter_mut().enumerate() {
            let text = format!("{}/{count}", n + 1);
            let x = (sheet.width - fonts.width(&text, Face::Regular, 11.0)) / 2.0;
            sheet.text(fonts, (x, sheet.height - sheet.foot), Face::Regular, 11.0, &text);
        }
        let mut last = 0;
        let mut next = || {
            last += 1;
            Ref::new(last)
        };
        let mut pdf = Pdf::new();
        let (catalog, tree, info) = (next(), next(), next());
        pdf.catalog(catalog).pages(tree).lang(TextStr("vi-VN"));
        pdf.document_info(info).title(TextStr(title));
        let faces: Vec<Ref> = NAMES.iter().map(|_| next()).collect();
        let places: Vec<(Ref, Ref)> = self.sheets.iter().map(|_| (next(), next())).collect();
        pdf.pages(tree).kids(places.iter().map(|(page, _)| *page)).count(i32::try_from(count).unwrap_or(i32::MAX));
        for (sheet, (page, content)) in self.sheets.into_iter().zip(&places) {
            let mut written = pdf.page(*page);
            written.media_box(Rect::new(0.0, 0.0, sheet.width as f32, sheet.height as f32));
            written.parent(tree).contents(*content);
            let mut resources = written.resources();
            let mut named = resources.fonts();
            for (name, face) in NAMES.iter().zip(&faces) {
                named.pair(Name(name), *face);
            }
            named.finish();
            resources.finish();
            written.finish();
            let bytes = packed(&sheet.content.finish());
            pdf.stream(*content, &bytes).filter(Filter::FlateDecode);
        }
        fonts.write(&faces, &mut next, &mut pdf);
        pdf.finish()
    }
}

impl Sheet {
    pub fn text(&mut self, fonts: &mut Fonts, (x, y): (f64, f64), face: Face, size: f64, text: &str) {
        self.turned(fonts, (x, y), face, size, text, false);
    }

    /// Text that runs to the right, or up.
    pub fn turned(&mut self, fonts: &mut Fonts, (x, y): (f64, f64), face: Face, size: f64, text: &str, up: bool) {
        let bytes = fonts.encode(text, face);
        let (x, y) = (x as f32, (self.height - y) as f32);
        let matrix = if up { [0.0, 1.0, -1.0, 0.0, x, y] } else { [1.0, 0.0, 0.0, 1.0, x, y] };
        self.content.begin_text().set_font(Name(NAMES[face as usize]), size as f32).set_text_matrix(matrix);
        self.content.show(Str(&bytes)).end_text();
    }
}

/// Made smaller; the same bytes give the same bytes.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail; nothing written would show as an empty page.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
