//! Tables of pages, as Word and Excel save them.

use encoding_rs::Encoding;

use crate::importing::cells::{Builder, Cells, Unreadable};

/// How many tables may lie in each other, each of which has the text of those in it; more are text only.
const DEEPEST: usize = 3;

/// The most tags that open in a page: 2,000 steps in six columns as Word saves them,
/// with several tags a cell, have fewer. A page is a tree before it can be read, and each tag takes hundreds of bytes.
const MOST_TAGS: usize = 120_000;

/// The tables of a page, as Word and Excel save them; one inside a cell is read by itself too, for pages are laid out in
/// tables. Ends of rows and cells may be left out.
pub fn tables(bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
    let text = decoded(bytes);
    if too_many(&text) {
        return Err(Unreadable::TooLarge);
    }
    let dom = tl::parse(&text, tl::ParserOptions::default()).map_err(|error| Unreadable::Damaged(error.to_string()))?;
    let parser = dom.parser();
    let mut reading = Reading::default();
    let mut stack: Vec<Turn> = dom.children().iter().rev().map(|handle| Turn::Into(*handle)).collect();
    while let Some(turn) = stack.pop() {
        let (handle, left) = match turn {
            Turn::Into(handle) => (handle, false),
            Turn::OutOf(handle) => (handle, true),
        };
        match handle.get(parser) {
            Some(tl::Node::Raw(text)) => reading.text(&plain(&text.as_utf8_str().replace(['\r', '\n'], " "))),
            Some(tl::Node::Tag(tag)) if left => reading.closes(&tag.name().as_utf8_str().to_lowercase()),
            Some(tl::Node::Tag(tag)) => {
                let name = tag.name().as_utf8_str().to_lowercase();
                if matches!(name.as_str(), "style" | "script") {
                    continue;
                }
                reading.opens(&name, tag);
                stack.push(Turn::OutOf(handle));
                let inside: Vec<Turn> = tag.children().top().iter().map(|handle| Turn::Into(*handle)).collect();
                stack.extend(inside.into_iter().rev());
            }
            Some(tl::Node::Comment(_)) | None => {}
        }
    }
    while !reading.open.is_empty() {
        reading.closes("table");
    }
    Ok(reading.tables)
}

/// Whether a page has more tags than a table of steps needs; those that close may be as many again.
fn too_many(text: &str) -> bool {
    let (mut opening, mut all) = (0, 0);
    for (at, _) in text.match_indices('<') {
        all += 1;
        opening += usize::from(!text[at + 1..].starts_with('/'));
        if opening > MOST_TAGS || all > 2 * MOST_TAGS {
            return true;
        }
    }
    false
}

/// A node to look at, or to leave.
enum Turn {
    Into(tl::NodeHandle),
    OutOf(tl::NodeHandle),
}

/// The tables that have been read, and those that are open, the outermost first.
#[derive(Default)]
struct Reading {
    tables: Vec<Cells>,
    open: Vec<Open>,
    /// Tables deeper than is read.
    deeper: usize,
}

#[derive(Default)]
struct Open {
    /// Its place among the tables: in the order in which they begin.
    number: usize,
    building: Builder,
    /// The text of the open cell, and how many columns and rows it spans.
    cell: Option<(String, usize, usize)>,
    in_row: bool,
}

impl Open {
    fn end_cell(&mut self) {
        if let Some((text, columns, rows)) = self.cell.take() {
            self.building.cell(&text, columns, rows);
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        if std::mem::take(&mut self.in_row) {
            self.building.end_row();
        }
    }
}

impl Reading {
    fn text(&mut self, text: &str) {
        for (cell, ..) in self.open.iter_mut().filter_map(|open| open.cell.as_mut()) {
            cell.push_str(text);
        }
    }

    fn opens(&mut self, name: &str, tag: &tl::HTMLTag<'_>) {
        if matches!(name, "br" | "p" | "div" | "li" | "tr") {
            self.text("\n");
        }
        let span = |name: &str| {
            let value = tag.attributes().get(name).flatten().map(|value| value.as_utf8_str().into_owned());
            value.and_then(|value| value.trim().parse().ok()).unwrap_or(1)
        };
        let full = self.open.len() >= DEEPEST;
        match (name, self.open.last_mut()) {
            ("table", _) if full => self.deeper += 1,
            ("table", _) => {
                let number = self.tables.len();
                self.tables.push(Cells::default());
                self.open.push(Open { number, ..Open::default() });
            }
            ("tr", Some(open)) if self.deeper == 0 => {
                open.end_row();
                open.building.row();
                open.in_row = true;
            }
            ("td" | "th", Some(open)) if self.deeper == 0 && open.in_row => {
                open.end_cell();
                open.cell = Some((String::new(), span("colspan"), span("rowspan")));
            }
            _ => {}
        }
    }

    fn closes(&mut self, name: &str) {
        match (name, self.open.last_mut()) {
            ("table", _) if self.deeper > 0 => self.deeper -= 1,
            ("table", Some(open)) => {
                open.end_row();
                if let Some(open) = self.open.pop() {
                    self.tables[open.number] = open.building.table();
                }
            }
            ("tr", Some(open)) if self.deeper == 0 => open.end_row(),
            ("td" | "th", Some(open)) if self.deeper == 0 => open.end_cell(),
            _ => {}
        }
    }
}

/// A text as its file says it is written, or as it can be read. Word and Excel write pages in the code page of their
/// system where they are not told otherwise; that of ours is 1258.
pub fn decoded(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2_048)]).to_lowercase();
    let named = head.split_once("charset=").map(|(_, rest)| {
        let rest = rest.trim_start_matches(['"', '\'']);
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next().unwrap_or_default().to_owned()
    });
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let named = marked.or_else(|| Encoding::for_label(named?.as_bytes()));
    // What is UTF-8 is so whatever its head says: pages are saved again by other programs.
    let plain = std::str::from_utf8(bytes).is_ok() && marked.is_none();
    let encoding = match (marked.is_none().then(|| two_bytes(bytes)).flatten(), plain) {
        (Some(encoding), _) => encoding,
        (None, true) => encoding_rs::UTF_8,
        (None, false) => named.unwrap_or(encoding_rs::WINDOWS_1258),
    };
    let (text, _, _) = encoding.decode(bytes);
    match text.starts_with('\u{feff}') {
        true => text.trim_start_matches('\u{feff}').to_owned(),
        false => text.into_owned(),
    }
}

/// Two bytes a letter without a mark that says so: every other byte of what is plain there is nought.
fn two_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512)];
    let noughts = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let many = |odd: usize| noughts(odd) * 4 > head.len() && noughts(1 - odd) == 0;
    match (many(1), many(0)) {
        (true, _) => Some(encoding_rs::UTF_16LE),
        (_, true) => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Text without the entities that Word and Excel write.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(end, _)| end);
        match end.and_then(|end| Some((end, character(&rest[1..end])?))) {
            Some((end, c)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    let mut letters = quick_xml::escape::resolve_html5_entity(name)?.chars();
    letters.next().filter(|_| letters.next().is_none())
}
