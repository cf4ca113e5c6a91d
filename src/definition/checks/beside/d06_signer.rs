//! D06: a signed document made by somebody who may not sign: neither head nor deputy of a unit, nor delegated.
//!
//! Where the act is the signing itself (`sign`) it is an error. Where a clerk issues what others signed, the file
//! only fails to say who signs: a warning, and none where somebody who may sign makes the document elsewhere.

use std::collections::BTreeSet;

use crate::definition::checks::beside::Beside;
use crate::definition::diagnostic::Diagnostic;
use crate::definition::procedure::{Doer, Step, StepKind};
use crate::definition::source::Route;
use crate::ids::{DocumentId, PeopleId, PersonId, Verb};

/// Documents with `signed: true` that nobody of the entry making them may sign.
pub fn check(look: &Beside<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let signs = |people: &PeopleId| look.seats.candidates(people, None).iter().any(|person| may_sign(look, person));
    let made: Vec<_> = look.staffed().flat_map(|step| makes(look, step)).collect();
    let signed_elsewhere: BTreeSet<&DocumentId> =
        made.iter().filter(|(_, _, people)| signs(people)).map(|(document, ..)| document).collect();
    let mut told: BTreeSet<DocumentId> = BTreeSet::new();
    for step in look.staffed() {
        for (document, verb, people) in makes(look, step) {
            let signing = verb.as_ref().is_some_and(|verb| verb.as_str() == "sign");
            if !signing && (signed_elsewhere.contains(&document) || !told.insert(document.clone())) {
                continue;
            }
            let signed = look.procedure.documents.get(&document).is_some_and(|document| document.signed);
            let mut candidates = look.seats.candidates(&people, None);
            candidates.retain(|person| !may_sign(look, person));
            let Some(person) = candidates.first().filter(|_| signed) else { continue };
            let route = match &verb {
                Some(verb) => look.route(&step.id).key("actions").key(verb.as_str()).key("makes"),
                None => look.route(&step.id).key("makes"),
            };
            let name = look.seats.name(person);
            let diagnostic = Diagnostic::error(
                "D06",
                look.source.key_span(&route),
                format!("`{document}` phải được ký, nhưng {name} (`{people}`) không có thẩm quyền ký"),
                format!("`{document}` is to be signed, and {name} (`{people}`) may not sign"),
            )
            .related(
                look.source.key_span(&Route::of(["documents", document.as_str()])),
                "giấy tờ phải ký",
                "a document to be signed",
            )
            .help(
                "để người đứng đầu, cấp phó hoặc người được ủy quyền làm bước này",
                "let a head, a deputy or somebody delegated do this",
            );
            found.push(if signing { diagnostic } else { diagnostic.warning() });
        }
    }
    found
}

/// What a step makes, by which action, and by whom.
fn makes(look: &Beside<'_>, step: &Step) -> Vec<(DocumentId, Option<Verb>, PeopleId)> {
    let StepKind::Staff(staff) = &step.kind else { return Vec::new() };
    let holders: Vec<PeopleId> = look.seats.entries(&step.id).into_iter().map(|choice| choice.then).collect();
    let mut made = Vec::new();
    for people in &holders {
        made.extend(staff.makes.iter().map(|document| (document.clone(), None, people.clone())));
    }
    for (verb, transition) in &staff.actions {
        let by = match &transition.by {
            Doer::Holder => holders.clone(),
            Doer::People(people) => vec![people.clone()],
            _ => Vec::new(),
        };
        for people in by {
            let of = |document: &DocumentId| (document.clone(), Some(verb.clone()), people.clone());
            made.extend(transition.makes.iter().map(of));
        }
    }
    made
}

fn may_sign(look: &Beside<'_>, person: &PersonId) -> bool {
    let leads = look.directory.posts_of(person, look.at).iter().any(|(unit, post)| {
        let post = look.directory.unit(unit).and_then(|unit| unit.posts.get(post));
        post.is_some_and(|post| post.head || post.deputy)
    });
    leads || !look.directory.delegations_to(person, &look.procedure.id, look.at).is_empty()
}
