//! Tables of pages, as Word and Excel save them.

use encoding_rs::Encoding;

use crate::importing::cells::{Builder, Cells, Unreadable};

/// The tables of a page, as Word and Excel save them.
pub fn tables(bytes: &[u8]) -> Result<Vec<Cells>, Unreadable> {
    let text = decoded(bytes);
    let dom = tl::parse(&text, tl::ParserOptions::default()).map_err(|error| Unreadable::Damaged(error.to_string()))?;
    let parser = dom.parser();
    let mut tables = Vec::new();
    for table in dom.query_selector("table").into_iter().flatten().filter_map(|handle| handle.get(parser)) {
        let mut building = Builder::default();
        let Some(table) = table.as_tag() else { continue };
        for row in table.query_selector(parser, "tr").into_iter().flatten().filter_map(|handle| handle.get(parser)) {
            building.row();
            let cells = row.children().map(|children| children.all(parser).to_vec()).unwrap_or_default();
            for cell in cells.iter().filter_map(tl::Node::as_tag) {
                if !matches!(cell.name().as_utf8_str().to_lowercase().as_str(), "td" | "th") {
                    continue;
                }
                let span = |name: &str| {
                    let value = cell.attributes().get(name).flatten().map(|value| value.as_utf8_str().into_owned());
                    value.and_then(|value| value.trim().parse().ok()).unwrap_or(1)
                };
                let mut text = String::new();
                inner(cell, parser, &mut text, 0);
                building.cell(&text, span("colspan"), span("rowspan"));
            }
            building.end_row();
        }
        tables.push(building.table());
    }
    Ok(tables)
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
    let encoding = if plain { encoding_rs::UTF_8 } else { named.unwrap_or(encoding_rs::WINDOWS_1258) };
    let (text, _, _) = encoding.decode(bytes);
    text.trim_start_matches('\u{feff}').to_owned()
}

fn inner(tag: &tl::HTMLTag<'_>, parser: &tl::Parser<'_>, into: &mut String, depth: usize) {
    if depth > 64 {
        return;
    }
    for node in tag.children().top().iter().filter_map(|handle| handle.get(parser)) {
        match node {
            // A line's end in the file is a blank on the page.
            tl::Node::Raw(text) => into.push_str(&plain(&text.as_utf8_str().replace(['\r', '\n'], " "))),
            tl::Node::Tag(tag) => {
                let name = tag.name().as_utf8_str().to_lowercase();
                let breaks = matches!(name.as_str(), "br" | "p" | "div" | "li" | "tr");
                if breaks {
                    into.push('\n');
                }
                if !matches!(name.as_str(), "style" | "script") {
                    inner(tag, parser, into, depth + 1);
                }
            }
            tl::Node::Comment(_) => {}
        }
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
