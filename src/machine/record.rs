//! Acts that move nothing: saying something in the case, putting a paper into it.

use crate::ids::DocumentId;
use crate::machine::authority::{is_involved, right};
use crate::machine::draft::Draft;
use crate::machine::event::Event;
use crate::machine::refusal::Refusal;
use crate::machine::{inputs, words};

/// Says something in the case; also in one that is over.
pub(super) fn comment(draft: &mut Draft<'_>, text: &str) -> Result<(), Refusal> {
    check_involved(draft)?;
    inputs::check_comment(text)?;
    draft.push(Event::Commented { text: text.to_owned() })
}

/// Puts a paper of the procedure's list into the case.
pub(super) fn attach(draft: &mut Draft<'_>, document: &DocumentId, name: Option<&str>) -> Result<(), Refusal> {
    check_involved(draft)?;
    inputs::check_documents(draft, std::slice::from_ref(document))?;
    if let Some(name) = name {
        inputs::check_line(name, "tên tệp", "the file's name")?;
    }
    let digitised = !inputs::digitised(draft, [document]).is_empty();
    draft.push(Event::Attached { document: document.clone(), name: name.map(str::to_owned), digitised })
}

fn check_involved(draft: &Draft<'_>) -> Result<(), Refusal> {
    let right = right(draft)?;
    if is_involved(draft, right.of) { Ok(()) } else { Err(words::not_involved(draft, right.of)) }
}
