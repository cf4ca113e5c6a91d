//! Sealing: the hash of an entry's bytes, and the two chains it extends (the whole journal's and its case's).
//!
//! The leaf is that of RFC 6962, so that a Merkle tree over the same entries stands beside the chains and needs none
//! of them rewritten. It knows no store and no clock: `recorded_at` is an argument.

use sha2::{Digest as _, Sha256};

use crate::ids::{CaseId, Digest, Ts};
use crate::journal::codec::{CodecError, encode};
use crate::journal::entry::{CaseHead, Entry, Hash, Head, Record, Sealed};
use crate::machine::command::Actor;

const CHAIN: &[u8] = b"quytrinh chain v1";
const CASE_CHAIN: &[u8] = b"quytrinh case chain v1";

/// RFC 6962 leaf hash: SHA-256 of a zero byte and the payload.
pub fn leaf(payload: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(payload).finalize().into()
}

/// The journal's chain after a leaf; it begins at 32 zero bytes.
pub fn link(before: &Hash, leaf: &Hash) -> Hash {
    Sha256::new().chain_update(CHAIN).chain_update(before).chain_update(leaf).finalize().into()
}

/// A case's chain after a leaf; it begins at 32 zero bytes. Its prefix differs, so that neither passes for the other.
pub fn case_link(before: &Hash, leaf: &Hash) -> Hash {
    Sha256::new().chain_update(CASE_CHAIN).chain_update(before).chain_update(leaf).finalize().into()
}

/// Seals one entry onto the chains that end at `chain` and `case_chain`. An entry of the registry extends no case.
pub fn seal(chain: &Hash, case_chain: &Hash, entry: Entry) -> Result<Sealed, CodecError> {
    let payload = encode(&entry)?;
    let leaf = leaf(&payload);
    let case_chain = if entry.case.is_some() { case_link(case_chain, &leaf) } else { Hash::default() };
    Ok(Sealed { chain: link(chain, &leaf), case_chain, entry, payload, leaf })
}

/// Seals the entries that one command makes: one actor, one case or the registry, one instant of recording.
#[derive(Clone, Debug)]
pub struct Sealer {
    head: Head,
    case: Option<(CaseId, CaseHead)>,
    actor: Actor,
    procedure: Option<Digest>,
    recorded_at: Ts,
}

impl Sealer {
    /// For entries of a case; `case_head` is nothing for a new one. A clock behind the journal's is raised to it.
    pub fn of_case(
        head: Head,
        case: CaseId,
        case_head: Option<CaseHead>,
        actor: Actor,
        procedure: Digest,
        now: Ts,
    ) -> Sealer {
        let case = Some((case, case_head.unwrap_or_default()));
        Sealer { case, procedure: Some(procedure), ..Sealer::of_registry(head, actor, now) }
    }

    /// For entries about what cases are judged by.
    pub fn of_registry(head: Head, actor: Actor, now: Ts) -> Sealer {
        let recorded_at = head.recorded_at.map_or(now, |last| last.max(now));
        Sealer { head, case: None, actor, procedure: None, recorded_at }
    }

    /// Seals the next entry. `occurred_at` is when it happened as claimed.
    pub fn seal(&mut self, occurred_at: Ts, record: Record) -> Result<Sealed, CodecError> {
        let case_head = self.case.as_ref().map(|(_, head)| *head).unwrap_or_default();
        let entry = Entry {
            seq: self.head.next_seq,
            case: self.case.as_ref().map(|(case, _)| case.clone()),
            case_seq: case_head.next_case_seq,
            recorded_at: self.recorded_at,
            occurred_at,
            actor: self.actor.clone(),
            procedure: self.procedure.clone(),
            record,
        };
        let sealed = seal(&self.head.chain, &case_head.chain, entry)?;
        self.head = Head { next_seq: self.head.next_seq + 1, chain: sealed.chain, recorded_at: Some(self.recorded_at) };
        if let Some((_, case_head)) = &mut self.case {
            *case_head = CaseHead { next_case_seq: case_head.next_case_seq + 1, chain: sealed.case_chain };
        }
        Ok(sealed)
    }

    /// From here on the case is pinned to that text.
    pub fn pin(&mut self, procedure: Digest) {
        self.procedure = Some(procedure);
    }

    /// The end of the journal after what was sealed so far.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The instant every entry of this command is recorded at.
    pub fn recorded_at(&self) -> Ts {
        self.recorded_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leaf_is_that_of_rfc_6962() {
        // The leaf of an empty entry: SHA-256 of the single byte 0.
        assert_eq!(crate::ids::hex(&leaf(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }

    #[test]
    fn the_two_chains_never_agree() {
        assert_ne!(link(&[0; 32], &[1; 32]), case_link(&[0; 32], &[1; 32]));
    }
}
