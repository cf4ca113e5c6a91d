//! A text is put in force by two persons: one proposes it, to the byte and with a reason, another confirms just that.
//! What waits may be withdrawn, and so may what is published, before its first day in force. Whether that may be done is
//! decided here, for the terminal, the API and the pages alike; what was done stands in the journal.

use crate::definition::procedure::{Procedure, StepKind};
use crate::directory::Directory;
use crate::ids::{PersonId, Ts, UnitId};
use crate::journal::entry::Registered;
use crate::machine::command::Actor;
use crate::machine::refusal::{Code, Refusal};
use crate::service::library::Shelf;
use crate::service::register::Lineage;

/// The most letters of a reason.
pub const REASON_MAX: usize = 2_000;

/// What is done with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Motion {
    Propose { reason: String },
    Confirm,
    Withdraw { reason: String },
}

/// Everything a motion is judged by.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    pub shelf: &'a Shelf,
    /// What became of each text so far.
    pub texts: &'a [Lineage],
    pub now: Ts,
}

/// Whether the motion may be made, and the journal's word for it.
pub fn judge(bench: Bench<'_>, actor: &Actor, procedure: &Procedure, motion: &Motion) -> Result<Registered, Refusal> {
    let person = named(&bench, actor, procedure, motion)?;
    let (id, version, digest) = (procedure.id.clone(), procedure.version, procedure.digest.clone());
    let waiting = bench.texts.iter().find(|one| one.waits() && one.digest == digest);
    match motion {
        Motion::Propose { reason } => {
            said(reason)?;
            free(bench.shelf, procedure)?;
            let same = |one: &&Lineage| one.waits() && one.procedure == id && one.version == version;
            match bench.texts.iter().find(same) {
                Some(other) => {
                    Err(taken(procedure, other.version, "đang chờ người thứ hai", "waits for a second person"))
                }
                None => Ok(Registered::ProcedureProposed { procedure: id, version, digest, reason: reason.clone() }),
            }
        }
        Motion::Confirm => {
            let proposed = waiting.and_then(|one| one.proposed.as_ref()).ok_or_else(|| not_proposed(procedure))?;
            if proposed.by.as_ref() == person {
                return Err(second_person(bench.shelf, procedure, person));
            }
            free(bench.shelf, procedure)?;
            let proposed_by = proposed.by.clone();
            Ok(Registered::ProcedurePublished { procedure: id, version, digest, proposed_by })
        }
        Motion::Withdraw { reason } => {
            said(reason)?;
            let reason = reason.clone();
            match waiting {
                Some(_) => Ok(Registered::ProcedureWithdrawn { procedure: id, version, digest, reason }),
                None => {
                    not_yet_in_force(&bench, procedure)?;
                    Ok(Registered::PublicationWithdrawn { procedure: id, version, digest, reason })
                }
            }
        }
    }
}

/// Whether the person may propose a text of the unit, or confirm and withdraw one.
pub fn may(directory: &Directory, person: &PersonId, owner: &UnitId, proposing: bool, now: Ts) -> bool {
    directory.person(person).is_some()
        && (directory.is_author(person, owner) || (!proposing && directory.heads(person, owner, now)))
}

/// Whether the person may read what waits for the unit: whoever may move it, and who inspects it.
pub fn may_read(directory: &Directory, person: &PersonId, owner: &UnitId, now: Ts) -> bool {
    may(directory, person, owner, false, now) || directory.inspectors_of(owner).contains(person)
}

/// An author of the unit; to confirm or withdraw also whoever heads it. Always in his own name. The system only
/// proposes what lies in the folder it was started with, and takes that back when another text lies there.
fn named<'a>(
    bench: &Bench<'_>,
    actor: &'a Actor,
    procedure: &Procedure,
    motion: &Motion,
) -> Result<Option<&'a PersonId>, Refusal> {
    let owner = &procedure.owner;
    let proposing = matches!(motion, Motion::Propose { .. });
    let own = |one: &Lineage| {
        let by_system = one.proposed.as_ref().is_some_and(|done| done.by.is_none());
        one.waits() && one.digest == procedure.digest && by_system
    };
    match actor {
        Actor::Person(person) if may(&bench.shelf.directory, person, owner, proposing, bench.now) => Ok(Some(person)),
        Actor::System if proposing => Ok(None),
        Actor::System if matches!(motion, Motion::Withdraw { .. }) && bench.texts.iter().any(own) => Ok(None),
        _ => Err(Refusal::new(
            Code::NotAllowed,
            format!(
                "Chỉ người soạn quy trình của `{owner}` được đề nghị; người soạn khác hoặc thủ trưởng được xác nhận, \
                 được rút."
            ),
            format!(
                "Only an author of `{owner}` proposes; another author or the head of the unit confirms, withdraws."
            ),
        )),
    }
}

fn said(reason: &str) -> Result<(), Refusal> {
    if reason.trim().is_empty() {
        return Err(Refusal::new(Code::ReasonRequired, "Phải ghi lý do.", "A reason must be given."));
    }
    let control = |letter: char| letter.is_control() && letter != '\n';
    if reason.chars().count() > REASON_MAX || reason.chars().any(control) {
        return Err(Refusal::new(
            Code::BadText,
            format!("Lý do dài nhất {REASON_MAX} chữ, không có ký tự điều khiển."),
            format!("A reason has {REASON_MAX} letters at most and no control characters."),
        ));
    }
    Ok(())
}

/// The version is newer than all that were published, also of those that were taken back.
fn free(shelf: &Shelf, procedure: &Procedure) -> Result<(), Refusal> {
    match shelf.latest(&procedure.id).filter(|latest| *latest >= procedure.version) {
        Some(latest) => Err(taken(procedure, latest, "đã công bố", "is published")),
        None => Ok(()),
    }
}

/// It is published, its first day lies ahead, and nothing that stays would call it in vain. No case can have been opened
/// by it, or gone on by it: the machine opens and migrates none before that day.
fn not_yet_in_force(bench: &Bench<'_>, procedure: &Procedure) -> Result<(), Refusal> {
    let Some(published) = bench.shelf.procedure(&procedure.digest) else { return Err(not_proposed(procedure)) };
    let (id, version) = (&published.id, published.version);
    if bench.shelf.is_in_force(&published, bench.now) {
        let (since_vi, since_en) = published.effective.map_or_else(Default::default, |from| {
            let day = from.strftime("%d/%m/%Y");
            (format!(" từ ngày {day}"), format!(" since {day}"))
        });
        return Err(Refusal::new(
            Code::AlreadyInForce,
            format!(
                "Bản {version} của `{id}` đã có hiệu lực{since_vi}: hồ sơ có thể đã mở theo bản này nên không rút được \
                 nữa; hãy công bố một bản mới thay cho nó."
            ),
            format!(
                "Version {version} of `{id}` is in force{since_en}: cases may run by it, and it cannot be taken back; \
                 publish a newer version in its place."
            ),
        ));
    }
    match in_vain(bench.shelf, &published) {
        Some((caller, step)) => Err(Refusal::new(
            Code::NotCallable,
            format!(
                "Quy trình `{caller}` gọi bản {version} của `{id}` ở bước «{step}»; hãy rút hoặc thay quy trình ấy trước."
            ),
            format!(
                "Procedure `{caller}` calls version {version} of `{id}` in “{step}”; withdraw or replace that first."
            ),
        )),
        None => Ok(()),
    }
}

/// A published procedure, and the step of it, that would call what is not there any more.
fn in_vain(shelf: &Shelf, gone: &Procedure) -> Option<(String, String)> {
    let mut left = shelf.clone();
    left.withdraw(gone);
    let calls = left.all_current().flat_map(|caller| {
        let places = caller.steps.values().filter_map(|step| match &step.kind {
            StepKind::Call(call) => Some((call.uses.clone(), step.title.vi.clone())),
            _ => None,
        });
        places.map(|(uses, step)| (caller.id.to_string(), uses, step)).collect::<Vec<_>>()
    });
    let mut vain = calls.filter(|(_, uses, _)| uses.procedure == gone.id);
    vain.find(|(_, uses, _)| !left.has_version(&uses.procedure, uses.version)).map(|(caller, _, step)| (caller, step))
}

fn taken(procedure: &Procedure, version: u32, vi: &str, en: &str) -> Refusal {
    let id = &procedure.id;
    Refusal::new(
        Code::VersionTaken,
        format!("Bản {version} của `{id}` {vi}; văn bản này là bản {}.", procedure.version),
        format!("Version {version} of `{id}` {en}; this text is version {}.", procedure.version),
    )
}

fn not_proposed(procedure: &Procedure) -> Refusal {
    Refusal::new(
        Code::NotProposed,
        format!("Không ai đề nghị công bố đúng văn bản này của `{}` bản {}.", procedure.id, procedure.version),
        format!("Nobody has proposed this very text of version {} of `{}`.", procedure.version, procedure.id),
    )
}

fn second_person(shelf: &Shelf, procedure: &Procedure, person: Option<&PersonId>) -> Refusal {
    let name = person.map_or_else(String::new, |person| shelf.person_name(person));
    Refusal::new(
        Code::SecondPerson,
        format!("{name} đã đề nghị bản {}; người xác nhận phải là người khác.", procedure.version),
        format!("{name} proposed version {}; another person must confirm it.", procedure.version),
    )
}
