//! A text is put in force by two persons: one proposes it, to the byte and with a reason, another confirms just that.
//! Both stand in the journal; a proposal that is not confirmed may be withdrawn. What waits is read from the journal.

use crate::definition::procedure::Procedure;
use crate::directory::Directory;
use crate::ids::{Digest, PersonId, ProcedureId, Ts};
use crate::journal::entry::{Record, Registered};
use crate::machine::command::Actor;
use crate::machine::refusal::{Code, Refusal};
use crate::service::library::Shelf;
use crate::store::contract::{Store, StoreError};

/// A text that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub procedure: ProcedureId,
    pub version: u32,
    pub digest: Digest,
    pub by: PersonId,
    pub reason: String,
    pub at: Ts,
}

/// What is done with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Motion {
    Propose { reason: String },
    Confirm,
    Withdraw { reason: String },
}

/// What has been proposed and neither confirmed nor withdrawn, the eldest first.
pub async fn pending(store: &dyn Store) -> Result<Vec<Proposal>, StoreError> {
    let mut waits: Vec<Proposal> = Vec::new();
    for sealed in store.registry().await? {
        let Record::Registry(registered) = &sealed.entry.record else { continue };
        match registered {
            Registered::ProcedureProposed { procedure, version, digest, reason } => {
                let Some(by) = sealed.entry.actor.person() else { continue };
                waits.push(Proposal {
                    procedure: procedure.clone(),
                    version: *version,
                    digest: digest.clone(),
                    by: by.clone(),
                    reason: reason.clone(),
                    at: sealed.entry.recorded_at,
                });
            }
            Registered::ProcedurePublished { procedure, version, .. }
            | Registered::ProcedureWithdrawn { procedure, version, .. } => {
                waits.retain(|waits| waits.procedure != *procedure || waits.version != *version);
            }
            _ => {}
        }
    }
    Ok(waits)
}

/// Whether the motion may be made, and the journal's word for it.
pub fn judge(
    shelf: &Shelf,
    waits: &[Proposal],
    actor: &Actor,
    procedure: &Procedure,
    motion: &Motion,
    now: Ts,
) -> Result<Registered, Refusal> {
    let person = named(actor, &shelf.directory, procedure, motion, now)?;
    let proposal = waits.iter().find(|waits| waits.digest == procedure.digest);
    let (id, version, digest) = (procedure.id.clone(), procedure.version, procedure.digest.clone());
    match motion {
        Motion::Propose { reason } => {
            said(reason)?;
            free(shelf, procedure)?;
            match waits.iter().find(|waits| waits.procedure == id && waits.version == version) {
                Some(waiting) => {
                    Err(taken(procedure, waiting.version, "đang chờ người thứ hai", "waits for a second person"))
                }
                None => Ok(Registered::ProcedureProposed { procedure: id, version, digest, reason: reason.clone() }),
            }
        }
        Motion::Confirm => {
            let proposal = proposal.ok_or_else(|| not_proposed(procedure))?;
            if proposal.by == *person {
                return Err(second_person(shelf, procedure, person));
            }
            free(shelf, procedure)?;
            let proposed_by = Some(proposal.by.clone());
            Ok(Registered::ProcedurePublished { procedure: id, version, digest, proposed_by })
        }
        Motion::Withdraw { reason } => {
            said(reason)?;
            proposal.ok_or_else(|| not_proposed(procedure))?;
            Ok(Registered::ProcedureWithdrawn { procedure: id, version, digest, reason: reason.clone() })
        }
    }
}

/// An author of the unit; to confirm or withdraw also whoever heads it. Always in his own name.
fn named<'a>(
    actor: &'a Actor,
    directory: &Directory,
    procedure: &Procedure,
    motion: &Motion,
    now: Ts,
) -> Result<&'a PersonId, Refusal> {
    let owner = &procedure.owner;
    let heads = |person: &PersonId| !matches!(motion, Motion::Propose { .. }) && directory.heads(person, owner, now);
    match actor {
        Actor::Person(person)
            if directory.person(person).is_some() && (directory.is_author(person, owner) || heads(person)) =>
        {
            Ok(person)
        }
        _ => Err(Refusal::new(
            Code::NotAllowed,
            format!(
                "Chỉ người soạn quy trình của `{owner}` được đề nghị; người soạn khác hoặc thủ trưởng được xác nhận."
            ),
            format!("Only an author of `{owner}` proposes; another author or the head of the unit confirms."),
        )),
    }
}

fn said(reason: &str) -> Result<(), Refusal> {
    match reason.trim().is_empty() {
        true => Err(Refusal::new(Code::ReasonRequired, "Phải ghi lý do.", "A reason must be given.")),
        false => Ok(()),
    }
}

/// The version is newer than all that were published.
fn free(shelf: &Shelf, procedure: &Procedure) -> Result<(), Refusal> {
    match shelf.current(&procedure.id).filter(|now| now.version >= procedure.version) {
        Some(now) => Err(taken(procedure, now.version, "đã công bố", "is published")),
        None => Ok(()),
    }
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

fn second_person(shelf: &Shelf, procedure: &Procedure, person: &PersonId) -> Refusal {
    let name = shelf.person_name(person);
    Refusal::new(
        Code::SecondPerson,
        format!("{name} đã đề nghị bản {}; người xác nhận phải là người khác.", procedure.version),
        format!("{name} proposed version {}; another person must confirm it.", procedure.version),
    )
}
