//! What a store promises of accounts, browser sessions and tokens of programs: rows beside the journal, written one at a
//! time and on disk when the answer comes. Of every secret it keeps the hash alone.

use async_trait::async_trait;

use crate::ids::{PersonId, Ts};
use crate::store::contract::StoreError;

/// Who may come in, and who is in.
#[async_trait]
pub trait AccountStore {
    async fn put_account(&self, account: &Account) -> Result<(), StoreError>;
    async fn account(&self, login: &str) -> Result<Option<Account>, StoreError>;
    /// Every account of a person, by login: a session or token dies with the last one that is not disabled.
    async fn accounts_of(&self, person: &PersonId) -> Result<Vec<Account>, StoreError>;
    /// Counts a failed attempt, or clears the count; returns nothing.
    async fn note_attempt(&self, login: &str, failures: u32, locked_until: Option<Ts>) -> Result<(), StoreError>;
    async fn put_session(&self, session: &Session) -> Result<(), StoreError>;
    async fn session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>, StoreError>;
    async fn touch_session(&self, token_hash: &[u8; 32], seen_at: Ts) -> Result<(), StoreError>;
    async fn drop_session(&self, token_hash: &[u8; 32]) -> Result<(), StoreError>;
    /// Drops the sessions last seen, or begun, at these instants or before; answers how many.
    async fn drop_sessions(&self, seen_by: Ts, created_by: Ts) -> Result<u64, StoreError>;
    async fn put_token(&self, token: &ApiToken) -> Result<(), StoreError>;
    async fn token(&self, token_hash: &[u8; 32]) -> Result<Option<ApiToken>, StoreError>;
    async fn tokens_of(&self, person: &PersonId) -> Result<Vec<ApiToken>, StoreError>;
    async fn revoke_token(&self, id: &str, at: Ts) -> Result<bool, StoreError>;
}

/// A local account of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub login: String,
    pub person: PersonId,
    /// Argon2id in PHC form.
    pub password_hash: String,
    pub disabled: bool,
    pub failures: u32,
    pub locked_until: Option<Ts>,
}

/// A browser session; only the hash of its token is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub token_hash: [u8; 32],
    pub person: PersonId,
    pub csrf: String,
    pub lang: String,
    pub created_at: Ts,
    pub seen_at: Ts,
}

/// A program's token; only its hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken {
    pub id: String,
    pub token_hash: [u8; 32],
    pub person: PersonId,
    pub label: String,
    /// Words of scopes.
    pub scopes: Vec<String>,
    pub created_at: Ts,
    pub revoked_at: Option<Ts>,
}

// What is secret of these, or the hash of a secret, is never printed.

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("person", &self.person)
            .field("disabled", &self.disabled)
            .field("failures", &self.failures)
            .field("locked_until", &self.locked_until)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("person", &self.person)
            .field("lang", &self.lang)
            .field("created_at", &self.created_at)
            .field("seen_at", &self.seen_at)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiToken")
            .field("id", &self.id)
            .field("person", &self.person)
            .field("scopes", &self.scopes)
            .field("created_at", &self.created_at)
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}
