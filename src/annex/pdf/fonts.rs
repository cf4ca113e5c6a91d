//! The letters of the PDF: measured, used, and of each font only what was used is embedded.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Chunk, Filter, Name, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use crate::annex::pdf::pages::packed;
use crate::definition::diagram::joined;

/// The fonts, in the order of their names `F0`, `F1`, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Regular,
    Bold,
    Italic,
    Sans,
    SansBold,
}

const FILES: [(&str, &[u8]); 5] = [
    ("LiberationSerif", include_bytes!("../../../fonts/LiberationSerif-Regular.ttf")),
    ("LiberationSerif-Bold", include_bytes!("../../../fonts/LiberationSerif-Bold.ttf")),
    ("LiberationSerif-Italic", include_bytes!("../../../fonts/LiberationSerif-Italic.ttf")),
    ("LiberationSans", include_bytes!("../../../fonts/LiberationSans-Regular.ttf")),
    ("LiberationSans-Bold", include_bytes!("../../../fonts/LiberationSans-Bold.ttf")),
];
pub const NAMES: [&[u8]; 5] = [b"F0", b"F1", b"F2", b"F3", b"F4"];

pub struct Fonts {
    held: Vec<Held>,
}

struct Held {
    face: ttf_parser::Face<'static>,
    used: GlyphRemapper,
    /// Of each glyph used, by its new number: the letter and its width in thousandths.
    letters: BTreeMap<u16, (char, f32)>,
}

impl Fonts {
    pub fn new() -> Result<Fonts, String> {
        let open = |(name, data): &(&str, &'static [u8])| {
            let face = ttf_parser::Face::parse(data, 0).map_err(|why| format!("{name}: {why}"))?;
            Ok(Held { face, used: GlyphRemapper::new(), letters: BTreeMap::new() })
        };
        Ok(Fonts { held: FILES.iter().map(open).collect::<Result<_, String>>()? })
    }

    pub fn width(&self, text: &str, face: Face, size: f64) -> f64 {
        let held = &self.held[face as usize];
        text.chars().map(|letter| held.advance(letter)).sum::<f64>() / 1000.0 * size
    }

    /// Lines no wider than that; a word that is wider is broken where it must.
    pub fn wrap(&self, text: &str, face: Face, size: f64, at_most: f64) -> Vec<String> {
        let blank = self.width(" ", face, size);
        let mut lines: Vec<(String, f64)> = Vec::new();
        for piece in self.pieces(text, face, size, at_most) {
            let wide = self.width(&piece, face, size);
            if let Some((line, so_far)) = lines.last_mut()
                && *so_far + blank + wide <= at_most
            {
                line.push(' ');
                line.push_str(&piece);
                *so_far += blank + wide;
                continue;
            }
            lines.push((String::new(), 0.0));
            for letter in piece.chars() {
                let wide = self.width(letter.encode_utf8(&mut [0; 4]), face, size);
                if let Some((line, so_far)) = lines.last_mut()
                    && (line.is_empty() || *so_far + wide <= at_most)
                {
                    line.push(letter);
                    *so_far += wide;
                } else {
                    lines.push((letter.to_string(), wide));
                }
            }
        }
        lines.into_iter().map(|(line, _)| line).collect()
    }

    /// What a line is not broken in: words, and where there is room for it two syllables that are one word.
    fn pieces(&self, text: &str, face: Face, size: f64, at_most: f64) -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        let mut last = "";
        for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
            match pieces.last_mut() {
                Some(piece)
                    if joined(last, word) && self.width(&format!("{piece} {word}"), face, size) < at_most * 0.6 =>
                {
                    piece.push(' ');
                    piece.push_str(word);
                }
                _ => pieces.push(word.to_owned()),
            }
            last = word;
        }
        pieces
    }

    /// The text as numbers of glyphs, two bytes each.
    pub fn encode(&mut self, text: &str, face: Face) -> Vec<u8> {
        let held = &mut self.held[face as usize];
        let mut out = Vec::new();
        for letter in text.chars() {
            let glyph = held.glyph(letter);
            let advance = held.advance(letter) as f32;
            let number = held.used.remap(glyph);
            held.letters.entry(number).or_insert((letter, advance));
            out.extend(number.to_be_bytes());
        }
        out
    }

    /// Writes each font under its reference; `next` gives references for its parts.
    pub fn write(&self, refs: &[Ref], next: &mut dyn FnMut() -> Ref, out: &mut Chunk) {
        for ((held, (name, data)), font) in self.held.iter().zip(FILES).zip(refs) {
            held.write(name, data, *font, next, out);
        }
    }
}

impl Held {
    fn glyph(&self, letter: char) -> u16 {
        let letter = match letter {
            '\u{a0}' => ' ',
            // Not among the letters of the fonts.
            '∥' => '•',
            letter => letter,
        };
        self.face.glyph_index(letter).map_or(0, |glyph| glyph.0)
    }

    /// In thousandths of the size.
    fn advance(&self, letter: char) -> f64 {
        let glyph = ttf_parser::GlyphId(self.glyph(letter));
        let units = f64::from(self.face.units_per_em().max(1));
        f64::from(self.face.glyph_hor_advance(glyph).unwrap_or(0)) * 1000.0 / units
    }

    fn write(&self, name: &str, data: &[u8], font: Ref, next: &mut dyn FnMut() -> Ref, out: &mut Chunk) {
        let (cid, descriptor, cmap, file) = (next(), next(), next(), next());
        // What is cut from a font bears six capital letters before its name.
        let tagged = format!("ANNEXA+{name}");
        let base = Name(tagged.as_bytes());
        let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
        out.type0_font(font)
            .base_font(base)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let mut written = out.cid_font(cid);
        written.subtype(CidFontType::Type2).base_font(base).system_info(system).font_descriptor(descriptor);
        written.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = written.widths();
        for (number, (_, wide)) in &self.letters {
            widths.consecutive(*number, [*wide]);
        }
        drop(widths);
        drop(written);
        let scale = 1000.0 / f32::from(self.face.units_per_em().max(1));
        let bounds = self.face.global_bounding_box();
        let bound = |value: i16| f32::from(value) * scale;
        out.font_descriptor(descriptor)
            .name(base)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(bound(bounds.x_min), bound(bounds.y_min), bound(bounds.x_max), bound(bounds.y_max)))
            .italic_angle(self.face.italic_angle())
            .ascent(bound(self.face.ascender()))
            .descent(bound(self.face.descender()))
            .cap_height(bound(self.face.capital_height().unwrap_or(1400)))
            .stem_v(80.0)
            .font_file2(file);
        let mut letters = UnicodeCmap::new(Name(b"Custom"), system);
        for (number, (letter, _)) in &self.letters {
            letters.pair(*number, *letter);
        }
        out.cmap(cmap, &letters.finish());
        // A font that cannot be cut is embedded whole; its numbers would not fit, but ours are always cut.
        let cut = subsetter::subset(data, 0, &self.used).unwrap_or_default();
        let bytes = packed(&cut);
        let mut stream = out.stream(file, &bytes);
        stream.filter(Filter::FlateDecode);
        stream.pair(Name(b"Length1"), i32::try_from(cut.len()).unwrap_or(i32::MAX));
    }
}
