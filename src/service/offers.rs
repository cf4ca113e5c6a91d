//! What the machine offers, as buttons with words: labels, forms to fill, names to choose.

use crate::definition::procedure::{Field, Procedure, Reason};
use crate::definition::value::Kind;
use crate::ids::DocumentId;
use crate::machine::available::{Offer, OfferKind};
use crate::machine::case::Case;
use crate::service::library::Shelf;
use crate::service::timeline::verb_title;
use crate::service::views::{ChoiceView, DocumentView, OfferView, PersonName, WantedField, WordView};

/// One offer with words.
pub fn view(offer: Offer, procedure: &Procedure, case: &Case, shelf: &Shelf) -> OfferView {
    let (vi, en) = title(&offer, procedure, case);
    let document = |id: &DocumentId| DocumentView {
        document: id.clone(),
        title: procedure.documents.get(id).map_or_else(|| id.to_string(), |d| d.title.vi.clone()),
        present: case.documents.contains(id),
        result: procedure.documents.get(id).is_some_and(|d| d.result),
        digitised: case.digitised.contains(id) || procedure.documents.get(id).is_some_and(|d| d.digitised),
    };
    let wanted = offer.needs_fields.iter().filter_map(|id| {
        let field = procedure.fields.get(id)?;
        Some(WantedField {
            field: id.clone(),
            title: field.title.vi.clone(),
            kind: field.kind.word().to_owned(),
            choices: words(field),
            measure: field.measure.clone(),
            value: case.fields.get(id).cloned(),
            required: offer.wants_fields.contains(id),
            pattern: field.pattern.as_ref().map(|pattern| pattern.text().to_owned()),
            personal: field.personal,
        })
    });
    OfferView {
        branch: offer.branch,
        kind: match offer.kind {
            OfferKind::Transition => "transition".to_owned(),
            OfferKind::Command => "command".to_owned(),
        },
        vi,
        en,
        means: offer.means,
        to_title: offer.to.as_ref().map(|to| procedure.step_title(to).to_owned()),
        next_deadline: offer.next_deadline,
        wants_fields: wanted.collect(),
        wants_documents: offer.wants_documents.iter().map(document).collect(),
        wants_reason: offer.reason == Reason::Required,
        makes: offer.makes.iter().map(document).collect(),
        sign: offer.sign,
        candidates: offer
            .candidates
            .iter()
            .map(|person| PersonName { id: person.clone(), name: shelf.person_name(person) })
            .collect(),
        choices: offer
            .choices
            .iter()
            .map(|verb| {
                let step = case.branches.get(&offer.branch).map(|branch| &branch.step);
                let (vi, en) = step.map_or_else(Default::default, |step| verb_title(procedure, step, verb));
                ChoiceView { verb: verb.clone(), vi, en }
            })
            .collect(),
        act: offer.act,
    }
}

fn title(offer: &Offer, procedure: &Procedure, case: &Case) -> (String, String) {
    if let Some(title) = &offer.title {
        return (title.vi.clone(), title.en.clone().unwrap_or_else(|| title.vi.clone()));
    }
    let (vi, en) = match (offer.kind, offer.act.as_str()) {
        (OfferKind::Command, "receive") => ("Nhận hồ sơ", "Receive"),
        (OfferKind::Command, "send_back") => ("Không nhận, trả lại", "Send back unreceived"),
        (OfferKind::Command, "vote") => ("Biểu quyết", "Vote"),
        (OfferKind::Command, "claim") => ("Nhận việc", "Claim"),
        (OfferKind::Command, "assign") => ("Phân công", "Assign"),
        (OfferKind::Command, "transfer") => ("Chuyển người khác", "Transfer"),
        (OfferKind::Command, "recall") => ("Lấy lại", "Recall"),
        (OfferKind::Command, "comment") => ("Ghi ý kiến", "Comment"),
        (OfferKind::Command, "attach") => ("Đính kèm giấy tờ", "Attach"),
        (OfferKind::Command, "acknowledge") => ("Xác nhận đã biết", "Acknowledge"),
        (OfferKind::Command, "apologise") => ("Xin lỗi, hẹn lại", "Apologise"),
        (_, "reopen") => ("Mở lại hồ sơ", "Reopen"),
        (_, verb) => match case.branches.get(&offer.branch) {
            Some(branch) => return verb_title(procedure, &branch.step, &verb.into()),
            None => return (verb.to_owned(), verb.to_owned()),
        },
    };
    (vi.to_owned(), en.to_owned())
}

/// The words of a choice, each with what it is called.
pub fn words(field: &Field) -> Vec<WordView> {
    let Kind::Choice(of) = &field.kind else { return Vec::new() };
    of.iter().map(|word| said(field, word)).collect()
}

/// A word of a choice with its titles; Vietnamese stands for English where there is none.
pub fn said(field: &Field, word: &str) -> WordView {
    let title = field.said(word);
    WordView { word: word.to_owned(), en: title.en.clone().unwrap_or_else(|| title.vi.clone()), vi: title.vi }
}
