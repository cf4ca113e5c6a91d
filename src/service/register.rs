//! What became of each text of a procedure: who proposed it, who put it in force, who took it back, when and why. Read
//! from the journal alone.

use crate::ids::{Digest, PersonId, ProcedureId, Ts};
use crate::journal::entry::{Record, Registered, Sealed};
use crate::machine::command::Actor;
use crate::store::contract::{Store, StoreError};

/// One thing done with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Its entry in the journal.
    pub seq: u64,
    /// Nothing where the system did it: from a folder it was started with.
    pub by: Option<PersonId>,
    pub at: Ts,
    /// Empty where none is asked for.
    pub reason: String,
}

/// A text on its way, from the first thing done with it to the last. Proposed anew after it was taken back, it begins a
/// life of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage {
    pub procedure: ProcedureId,
    pub version: u32,
    pub digest: Digest,
    pub proposed: Option<Done>,
    pub published: Option<Done>,
    pub withdrawn: Option<Done>,
}

impl Lineage {
    /// It waits for a second person.
    pub fn waits(&self) -> bool {
        self.published.is_none() && self.withdrawn.is_none()
    }

    /// The entry that its standing rests on: what whoever moves it has seen.
    pub fn revision(&self) -> u64 {
        let last = [&self.withdrawn, &self.published, &self.proposed].into_iter().flatten().next();
        last.map_or(0, |done| done.seq)
    }
}

/// Every text there ever was, in the order in which they came up.
pub async fn lineages(store: &dyn Store) -> Result<Vec<Lineage>, StoreError> {
    let mut all = Vec::new();
    store.registry().await?.iter().for_each(|sealed| note(&mut all, sealed));
    Ok(all)
}

fn note(all: &mut Vec<Lineage>, sealed: &Sealed) {
    let Record::Registry(registered) = &sealed.entry.record else { return };
    let done = |reason: &str| {
        let by = match &sealed.entry.actor {
            Actor::System => None,
            actor => actor.person().cloned(),
        };
        Some(Done { seq: sealed.entry.seq, by, at: sealed.entry.recorded_at, reason: reason.to_owned() })
    };
    match registered {
        Registered::ProcedureProposed { procedure, version, digest, reason } => {
            all.push(Lineage { proposed: done(reason), ..begun(procedure, *version, digest) });
        }
        Registered::ProcedurePublished { procedure, version, digest, .. } => {
            // One that waits with another text under this number waits no more.
            let same = |one: &&mut Lineage| one.waits() && one.procedure == *procedure && one.version == *version;
            match all.iter_mut().rev().find(same) {
                Some(waiting) if waiting.digest == *digest => waiting.published = done(""),
                other => {
                    if let Some(other) = other {
                        other.withdrawn = done("");
                    }
                    all.push(Lineage { published: done(""), ..begun(procedure, *version, digest) });
                }
            }
        }
        Registered::ProcedureWithdrawn { digest, reason, .. } => {
            if let Some(waiting) = all.iter_mut().rev().find(|one| one.waits() && one.digest == *digest) {
                waiting.withdrawn = done(reason);
            }
        }
        Registered::PublicationWithdrawn { digest, reason, .. } => {
            if let Some(published) = all.iter_mut().rev().find(|one| one.published.is_some() && one.digest == *digest) {
                published.withdrawn = done(reason);
            }
        }
        Registered::CalendarPublished { .. } | Registered::DirectoryLoaded { .. } => {}
    }
}

fn begun(procedure: &ProcedureId, version: u32, digest: &Digest) -> Lineage {
    Lineage {
        procedure: procedure.clone(),
        version,
        digest: digest.clone(),
        proposed: None,
        published: None,
        withdrawn: None,
    }
}
