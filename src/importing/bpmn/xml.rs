//! XML as a small tree: names without prefixes, attributes, text. Bounded: what is too large, too deep or no XML is
//! refused before it costs memory. Entities that a file declares itself are never expanded, so none can grow.

use std::borrow::Cow;

use encoding_rs::Encoding;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::definition::diagram::bpmn::{DRAWN, SOURCE};
use crate::importing::bpmn::refused::NoModel;

/// The largest file in bytes; drawings of hundreds of steps are far smaller.
pub const LARGEST: usize = 8 * 1024 * 1024;
/// The most elements outside the picture part, and how deep they may lie in each other.
const MOST: usize = 40_000;
const DEEPEST: usize = 64;
/// The most bytes of one name or text; only the procedure file that a drawing of ours carries is longer.
const LONGEST: usize = 64 * 1024;

/// An element with what stands in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Without its prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    /// The value of an attribute, by its whole name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// An attribute's value, empty where there is none.
    pub fn value(&self, name: &str) -> String {
        self.attribute(name).unwrap_or_default().to_owned()
    }

    /// The children of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of that name.
    pub fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// The bytes as text, by their mark, by what the file says, or as UTF-8.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, NoModel> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let named = head.split_once("encoding=").and_then(|(_, rest)| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()
    });
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = marked.or_else(|| Encoding::for_label(named?.as_bytes())).unwrap_or(encoding_rs::UTF_8);
    let (text, _, broken) = encoding.decode(bytes);
    if broken { Err(NoModel::Damaged(format!("not {}", encoding.name()))) } else { Ok(text) }
}

/// Reads a file; the children of a `skipped` element are passed over.
pub fn read(bytes: &[u8], skipped: &str) -> Result<Element, NoModel> {
    if bytes.len() > LARGEST {
        return Err(NoModel::TooLarge);
    }
    let text = decoded(bytes)?;
    let damaged = |why: String| NoModel::Damaged(why);
    let mut reader = Reader::from_str(&text);
    // The elements that are open, the outermost first.
    let mut open = vec![Element::default()];
    let (mut count, mut passing) = (0_usize, 0_usize);
    loop {
        let event = reader.read_event().map_err(|why| damaged(why.to_string()))?;
        match event {
            Event::Eof => break,
            Event::Start(_) if passing > 0 => passing += 1,
            Event::End(_) if passing > 0 => passing -= 1,
            _ if passing > 0 => {}
            Event::Start(tag) if tag.local_name().as_ref() == skipped => passing = 1,
            Event::Start(tag) => {
                count += 1;
                if count > MOST || open.len() > DEEPEST {
                    return Err(NoModel::TooLarge);
                }
                open.push(element(&tag)?);
            }
            Event::Empty(tag) => {
                count += 1;
                if count > MOST {
                    return Err(NoModel::TooLarge);
                }
                let child = element(&tag)?;
                add(&mut open, child);
            }
            Event::End(_) => {
                if let Some(child) = open.pop().filter(|_| !open.is_empty()) {
                    add(&mut open, child);
                }
            }
            Event::Text(part) => write(&mut open, &part.xml10_content())?,
            Event::CData(part) => write(&mut open, &part.xml10_content())?,
            Event::GeneralRef(part) => match part.resolve_char_ref() {
                Ok(Some(letter)) => write(&mut open, letter.encode_utf8(&mut [0; 4]))?,
                _ => write(&mut open, quick_xml::escape::resolve_predefined_entity(&part).unwrap_or_default())?,
            },
            _ => {}
        }
    }
    if open.len() > 1 || passing > 0 {
        return Err(damaged("unfinished".to_owned()));
    }
    let mut root = open.pop().unwrap_or_default();
    if root.children.len() == 1 { Ok(root.children.remove(0)) } else { Err(damaged("no XML".to_owned())) }
}

fn add(open: &mut [Element], child: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(child);
    }
}

fn write(open: &mut [Element], text: &str) -> Result<(), NoModel> {
    let Some(parent) = open.last_mut() else { return Ok(()) };
    let ours = matches!(parent.name.as_str(), SOURCE | DRAWN);
    if !ours && parent.text.len() + text.len() > LONGEST {
        return Err(too_long(parent));
    }
    parent.text.push_str(text);
    Ok(())
}

/// The element by its name, and by its id where it has one.
fn too_long(element: &Element) -> NoModel {
    let id: String = element.value("id").chars().take(60).collect();
    let name: String = element.name.chars().take(60).collect();
    NoModel::TooLong(format!("{name} {id}").trim().to_owned())
}

fn element(tag: &BytesStart<'_>) -> Result<Element, NoModel> {
    let mut found = Element { name: tag.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|why| NoModel::Damaged(why.to_string()))?;
        if attribute.value.len() > LONGEST {
            return Err(too_long(&found));
        }
        // An entity of the file's own makes a value unreadable: it is taken as it stands.
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_else(|_| attribute.value.clone());
        found.attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        if found.attributes.len() > 200 {
            return Err(NoModel::TooLarge);
        }
    }
    Ok(found)
}
