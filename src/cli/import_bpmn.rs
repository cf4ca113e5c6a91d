//! `quytrinh import bpmn`: a drawing as a first procedure file, with an account of every element of it.

use crate::cli::Failure;
use crate::cli::import::{Common, check_names, deliver, give_back, judge};
use crate::cli::output::{pick, say};
use crate::definition::diagnostic::Lang;
use crate::importing::bpmn::draft::Drafted;
use crate::importing::bpmn::import::import;
use crate::importing::bpmn::kept::kept;
use crate::importing::bpmn::ledger::{Brought, Listed};
use crate::importing::bpmn::refused::NoModel;
use crate::importing::draft::About;

/// Which drawing.
#[derive(Debug, clap::Args)]
pub struct BpmnArgs {
    #[command(flatten)]
    common: Common,
    /// Which process, by id or name, where the drawing holds several; the largest where not given.
    #[arg(long)]
    process: Option<String>,
    /// Read only what is drawn, also where the drawing carries the procedure file it was made from.
    #[arg(long)]
    drawing: bool,
    /// List also what was brought in, each with the id it has in the file.
    #[arg(long)]
    account: bool,
}

/// Reads, drafts and lists what was not brought in; 1 where there is any.
pub fn import_bpmn(args: &BpmnArgs, lang: Lang) -> Result<u8, Failure> {
    check_names(&args.common, lang)?;
    let name = args.common.file.display().to_string();
    let bytes = std::fs::read(&args.common.file).map_err(|e| Failure::usage(format!("{name}: {e}")))?;
    let refused = |why: NoModel| Failure::refused(format!("{name}: {} [{}]", why.words(lang), why.code()));
    let carried = if args.drawing { None } else { kept(&bytes).map_err(refused)? };
    if let Some(code) = carried.map(|kept| give_back(&kept, &args.common, lang)).transpose()?.flatten() {
        return Ok(code);
    }
    let given = |text: &Option<String>| text.clone().unwrap_or_default();
    let about =
        About { id: given(&args.common.id), title: given(&args.common.title), owner: args.common.owner.clone() };
    let found = import(&bytes, &about, args.process.as_deref()).map_err(refused)?;
    let out = args.common.out.as_deref();
    deliver(out, &found.draft.text)?;
    let (steps, left, all) = (found.draft.steps, found.left.len(), found.elements);
    say(&match lang {
        Lang::Vi => format!("{name}: {steps} bước; không mang sang {left} trên {all} phần tử."),
        Lang::En => format!("{name}: {steps} steps; {left} of {all} elements not brought in."),
    });
    list(&found.left, pick(lang, "Không mang sang:", "Not brought in:"), lang);
    list(&found.changed, pick(lang, "Mang sang nhưng khác bản vẽ:", "Brought in otherwise than drawn:"), lang);
    if args.account {
        account(&found.brought, lang);
    }
    fill(&found.draft, lang);
    judge(out, &found.draft.text, lang);
    Ok(u8::from(left > 0))
}

fn list(them: &[Listed], heading: &str, lang: Lang) {
    if them.is_empty() {
        return;
    }
    say(heading);
    for item in them {
        let (vi, en) = item.why.words();
        let name = if item.name.is_empty() { String::new() } else { format!(" \"{}\"", item.name) };
        say(&format!("  - {} {}{name}: {} [{}]", item.element, item.id, pick(lang, vi, en), item.why.code()));
    }
}

fn account(them: &[Brought], lang: Lang) {
    say(pick(lang, "Mang sang:", "Brought in:"));
    for item in them {
        let name = if item.name.is_empty() { String::new() } else { format!(" \"{}\"", item.name) };
        let place = if item.place.is_empty() { String::new() } else { format!(" → `{}`", item.place) };
        say(&format!("  - {} {}{name}{place}", item.element, item.id));
    }
}

/// What the drawing does not say, before `check` asks for it one by one.
fn fill(draft: &Drafted, lang: Lang) {
    let asked = [
        (&draft.no_holder, "người giữ bước (`by`)", "who holds the step (`by`)"),
        (&draft.no_limit, "thời hạn (`within`)", "a limit (`within`)"),
    ];
    for (titles, vi, en) in asked.iter().filter(|(titles, ..)| !titles.is_empty()) {
        let (count, names) = (titles.len(), titles.join("; "));
        say(&match lang {
            Lang::Vi => format!("Bản vẽ không nói {vi} của {count} bước, cần điền: {names}"),
            Lang::En => format!("The drawing does not say {en} of {count} steps, to fill in: {names}"),
        });
    }
}
