//! One motion with a text, on its way to the writer and back: what is asked, and the receipt. It decides nothing.

use serde::{Deserialize, Serialize};

use crate::ids::{Digest, ProcedureId, Ts, hex};
use crate::journal::entry::{Registered, Sealed};
use crate::machine::command::Actor;
use crate::service::ask::Key;
use crate::service::publish::Publication;

/// A motion asked for.
pub struct Moving {
    pub actor: Actor,
    /// The text, with what is moved about it.
    pub text: Publication,
    /// The entry that the caller has seen it rest on; another one is answered as stale.
    pub seen: Option<u64>,
    /// A repeat of the same key by the same actor gets the first answer.
    pub key: Option<Key>,
    /// Decide and answer, and write nothing.
    pub dry_run: bool,
}

impl Moving {
    /// A motion without conditions.
    pub fn new(actor: Actor, text: Publication) -> Moving {
        Moving { actor, text, seen: None, key: None, dry_run: false }
    }
}

/// What was done, on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub procedure: ProcedureId,
    pub version: u32,
    pub digest: Digest,
    /// `procedure_proposed`, `procedure_published`, `procedure_withdrawn`, `publication_withdrawn`.
    pub event: String,
    /// Its entry in the journal, which the next `If-Match` names; nothing for a dry run.
    pub seq: Option<u64>,
    /// Leaf hash of that entry, in hexadecimal.
    pub leaf: Option<String>,
    pub recorded_at: Ts,
}

impl Moved {
    /// The receipt of an entry, or of what would be one.
    pub fn of(registered: &Registered, sealed: &Sealed, dry_run: bool) -> Option<Moved> {
        let (event, (procedure, version, digest)) = match registered {
            Registered::ProcedureProposed { procedure, version, digest, .. } => {
                ("procedure_proposed", (procedure, version, digest))
            }
            Registered::ProcedurePublished { procedure, version, digest, .. } => {
                ("procedure_published", (procedure, version, digest))
            }
            Registered::ProcedureWithdrawn { procedure, version, digest, .. } => {
                ("procedure_withdrawn", (procedure, version, digest))
            }
            Registered::PublicationWithdrawn { procedure, version, digest, .. } => {
                ("publication_withdrawn", (procedure, version, digest))
            }
            Registered::CalendarPublished { .. } | Registered::DirectoryLoaded { .. } => return None,
        };
        Some(Moved {
            procedure: procedure.clone(),
            version: *version,
            digest: digest.clone(),
            event: event.to_owned(),
            seq: (!dry_run).then_some(sealed.entry.seq),
            leaf: (!dry_run).then(|| hex(&sealed.leaf)),
            recorded_at: sealed.entry.recorded_at,
        })
    }
}
