//! What is no straight step: returns, supplements, waits, extensions, withdrawal, reopening, persons that must differ.

use crate::annex::wording::{legal, limit, pick, step};
use crate::definition::diagnostic::Lang;
use crate::definition::diagram::words;
use crate::definition::procedure::{
    Anytime, Extension, Late, Means, Procedure, Reason, Step, StepKind, Target, Transition, Wait,
};
use crate::ids::Verb;

/// The rules, one a line, in the order of the file.
pub fn rules(procedure: &Procedure, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    for here in procedure.steps.values() {
        for (verb, way) in here.actions().into_iter().flatten() {
            // The step itself tells what leads on; here stands what leads back, or makes the applicant wait on a condition.
            let bounded = way.at_most.is_some() || way.reason == Reason::Required;
            if way.means == Means::Back || (way.means == Means::Wait && bounded) {
                lines.push(back(procedure, here, verb, way, lang));
            }
        }
        if let StepKind::Wait(wait) = &here.kind {
            lines.push(waiting(procedure, here, wait, lang));
        }
        if let StepKind::End(end) = &here.kind
            && let Some(reopen) = &end.reopen
        {
            let within = pick(lang, &reopen.within.vi(), &reopen.within.en());
            let title = words::label(&here.title, lang);
            let to = step(procedure, &reopen.to, lang);
            lines.push(pick(
                lang,
                &format!("Sau «{title}» được mở lại, về {to}, trong {within}, tối đa {} lần.", reopen.at_most),
                &format!(
                    "After «{title}» it may be reopened at {to} within {within}, at most {} times.",
                    reopen.at_most
                ),
            ));
        }
    }
    for (verb, way) in &procedure.anytime {
        lines.push(match way {
            Anytime::Go(way) => anytime(procedure, verb, way, lang),
            Anytime::Extend(extension) => extended(procedure, extension, lang),
        });
    }
    for separation in &procedure.separate {
        let steps: Vec<String> = separation.steps.iter().map(|id| step(procedure, id, lang)).collect();
        lines.push(pick(
            lang,
            &format!("{}: {} do những người khác nhau thực hiện.", separation.title.vi, steps.join(", ")),
            &format!("{}: {} are done by different persons.", words::label(&separation.title, lang), steps.join(", ")),
        ));
    }
    lines
}

/// Known defects, each with who accepted it.
pub fn defects(procedure: &Procedure, lang: Lang) -> Vec<String> {
    let line = |defect: &crate::definition::procedure::KnownDefect| {
        let date = defect.date.strftime("%d/%m/%Y");
        pick(
            lang,
            &format!(
                "{} (chấp nhận bởi {}, ngày {date}; mã kiểm tra {}).",
                defect.because, defect.accepted_by, defect.check
            ),
            &format!(
                "{} (accepted by {}, {}; check {}).",
                defect.because, defect.accepted_by, defect.date, defect.check
            ),
        )
    };
    procedure.known_defects.iter().map(line).collect()
}

fn back(procedure: &Procedure, here: &Step, verb: &Verb, way: &Transition, lang: Lang) -> String {
    let name = words::verb_label(verb, way.title.as_ref(), None, lang);
    let to = match &way.to {
        Target::Step(to) => step(procedure, to, lang),
        Target::Origin => pick(lang, "bước trước đó", "the step before"),
        Target::Join => String::new(),
    };
    let mut text = format!("{}: {name} → {to}", capital(&step(procedure, &here.id, lang)));
    if let Some(count) = way.at_most {
        text += &pick(lang, &format!(", tối đa {count} lần"), &format!(", at most {count} times"));
    }
    if way.reason == Reason::Required {
        text += &pick(lang, ", phải nêu lý do", ", with a reason");
    }
    if let Some(within) = &way.within {
        let within = limit(procedure, within, lang).join("; ");
        text += &pick(lang, &format!(", làm lại trong {within}"), &format!(", to be done again within {within}"));
    }
    if let Some(id) = &way.legal {
        text += &format!(" {}", legal(procedure, id));
    }
    text + "."
}

fn waiting(procedure: &Procedure, here: &Step, wait: &Wait, lang: Lang) -> String {
    let mut text =
        format!("«{}»: {}", words::label(&here.title, lang), limit(procedure, &wait.within, lang).join("; "));
    if let Some(clock) = words::clock(here, lang) {
        text += &format!(", {clock}");
    }
    let target = match &wait.late {
        Some(Late::To(to)) => Some(to),
        Some(Late::Do(verb)) => match wait.actions.get(verb).map(|way| &way.to) {
            Some(Target::Step(to)) => Some(to),
            _ => None,
        },
        None => None,
    };
    if let Some(to) = target {
        let to = step(procedure, to, lang);
        text += &pick(lang, &format!("; quá hạn thì chuyển {to}"), &format!("; when it runs out: {to}"));
    }
    text + "."
}

fn anytime(procedure: &Procedure, verb: &Verb, way: &Transition, lang: Lang) -> String {
    let name = words::verb_label(verb, way.title.as_ref(), way.at_most, lang);
    let to = match &way.to {
        Target::Step(to) => step(procedure, to, lang),
        Target::Origin | Target::Join => String::new(),
    };
    pick(lang, &format!("{name}: từ bước bất kỳ → {to}."), &format!("{name}: from any step → {to}."))
}

fn extended(procedure: &Procedure, extension: &Extension, lang: Lang) -> String {
    let up_to = pick(lang, &extension.up_to.vi(), &extension.up_to.en());
    let mut text = pick(
        lang,
        &format!("Gia hạn: tối đa {} lần, mỗi lần không quá {up_to}", extension.at_most),
        &format!("Extension: at most {} times, each of at most {up_to}", extension.at_most),
    );
    if let crate::definition::procedure::Doer::People(people) = &extension.by
        && let Some(people) = procedure.people.get(people)
    {
        let who = words::label(&people.title, lang);
        text += &pick(lang, &format!(", do {who} quyết định"), &format!(", decided by {who}"));
    }
    if extension.reason == Reason::Required {
        text += &pick(lang, ", phải nêu lý do", ", with a reason");
    }
    text + "."
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
