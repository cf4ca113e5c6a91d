//! Who is there: local accounts, browser sessions, tokens of programs. It says who somebody is, never what he may do.
//!
//! Passwords are kept as Argon2id in PHC form; of sessions and tokens only the SHA-256 is kept. No secret of this file
//! appears in a log or in `Debug` output. Attempts are counted before the password is looked at, so that breaking off a
//! request saves nobody an attempt.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::ids::{PersonId, Ts};
use crate::service::clock::Clock;
use crate::store::contract::{Account, ApiToken, Session, Store, StoreError};

/// A session dies after that many minutes without a request.
pub const IDLE_MINUTES: i64 = 30;
/// A session dies after that many minutes, whatever happens.
pub const ABSOLUTE_MINUTES: i64 = 12 * 60;
/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 12;
/// Most bytes of a password: enough for a phrase, too few to keep a processor busy.
pub const PASSWORD_MAX_BYTES: usize = 1_024;
/// Most tokens of one person that are not revoked.
pub const TOKENS_MAX: usize = 50;

/// Failed attempts that cost nothing; the next one locks.
const FREE_ATTEMPTS: u32 = 5;
/// Minutes of the lock after each further failure; the last one goes on. At most ten attempts in any hour.
const LOCK_MINUTES: [i64; 5] = [1, 5, 15, 30, 60];
/// Logins that nobody has, counted like others so that a lock tells nothing; the count is forgotten beyond this many.
const STRANGERS_MAX: usize = 4_096;
/// Passwords hashed at the same time: 19 MiB each.
const HASHES_AT_ONCE: usize = 2;
/// A session's `seen_at` is written no oftener than this.
const TOUCH_EVERY_MINUTES: i64 = 1;
/// Locks that keep two attempts on one account from being counted as one.
const STRIPES: usize = 64;

/// Accounts, sessions and tokens, over the store.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    policy: Policy,
    /// Verified against where there is no account, so that both take equally long.
    decoy: tokio::sync::OnceCell<String>,
    hashing: tokio::sync::Semaphore,
    stripes: [tokio::sync::Mutex<()>; STRIPES],
    strangers: Mutex<HashMap<String, (u32, Option<Ts>)>>,
}

/// What a deployment may choose.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// A failed sign-in is answered no sooner than this after it was asked, whatever it failed by.
    pub slowest_failure: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Policy { slowest_failure: Duration::from_millis(400) }
    }
}

/// A session just begun: the only time its token is seen.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// For the cookie: 256 random bits in base64url.
    pub token: String,
    /// For forms and the header `X-CSRF-Token`.
    pub csrf: String,
    pub person: PersonId,
}

/// Who a session belongs to.
#[derive(Clone, PartialEq, Eq)]
pub struct Visitor {
    pub person: PersonId,
    pub csrf: String,
    /// `vi` or `en`.
    pub lang: String,
    pub signed_in_at: Ts,
}

/// Who a token belongs to, and what it is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    pub id: String,
    pub person: PersonId,
    pub label: String,
    pub scopes: Vec<Scope>,
}

/// A token just made: the only time its secret is seen.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    pub id: String,
    /// `qt_` and 256 random bits in base64url.
    pub secret: String,
    pub label: String,
    pub scopes: Vec<Scope>,
    pub created_at: Ts,
}

/// What a token is good for; never more than its person may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Reads what the person may see, but not the book as a whole.
    Read,
    /// Takes the journal away, where the person inspects it.
    Journal,
    /// Opens cases and acts in them.
    Act,
    /// Sends the signals of an outside system, and nothing else.
    Signal,
    /// Publishes procedures.
    Publish,
    /// Makes and revokes tokens.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 6] = [Scope::Read, Scope::Journal, Scope::Act, Scope::Signal, Scope::Publish, Scope::Admin];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Journal => "journal",
            Scope::Act => "act",
            Scope::Signal => "signal",
            Scope::Publish => "publish",
            Scope::Admin => "admin",
        }
    }

    /// The scope of that word.
    pub fn parse(word: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// Why an account could not be used or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Login or password; which of them is not said.
    #[error("wrong login or password")]
    Wrong,
    /// Too many attempts: no password is looked at before this instant.
    #[error("locked until {until}")]
    Locked { until: Ts },
    /// The password was right and the account is switched off.
    #[error("the account is disabled")]
    Disabled,
    /// The new password is too easy; why, in both languages.
    #[error("{en}")]
    WeakPassword { vi: String, en: String },
    /// A login is 1 to 64 letters, digits, `.`, `-`, `_` or `@`.
    #[error("a login is 1 to 64 letters, digits, dots, hyphens, underscores or @")]
    BadLogin,
    /// The label of a token is 1 to 100 characters on one line, and there is at least one scope.
    #[error("a token wants a label of 1 to 100 characters on one line and at least one scope")]
    BadToken,
    /// The person has as many tokens as anybody may have.
    #[error("{TOKENS_MAX} tokens are in use already")]
    TooManyTokens,
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Hashing failed: a fault of ours.
    #[error("hashing failed: {0}")]
    Hashing(String),
}

impl Accounts {
    /// Accounts over a store, with the policy of a deployment.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Accounts {
        Accounts::with_policy(store, clock, Policy::default())
    }

    /// Accounts with another policy; tests do not wait.
    pub fn with_policy(store: Arc<dyn Store>, clock: Arc<dyn Clock>, policy: Policy) -> Accounts {
        Accounts(Arc::new(Inner {
            store,
            clock,
            policy,
            decoy: tokio::sync::OnceCell::new(),
            hashing: tokio::sync::Semaphore::new(HASHES_AT_ONCE),
            stripes: std::array::from_fn(|_| tokio::sync::Mutex::new(())),
            strangers: Mutex::default(),
        }))
    }

    // --- accounts

    /// Makes an account, or gives it another password: failures and locks are forgotten, and it is switched on.
    pub async fn set_password(&self, login: &str, person: &PersonId, password: &str) -> Result<(), AccountError> {
        let login = tidy_login(login)?;
        check_password(&login, password)?;
        let password_hash = self.0.hash(password).await?;
        let account =
            Account { login, person: person.clone(), password_hash, disabled: false, failures: 0, locked_until: None };
        Ok(self.0.store.put_account(&account).await?)
    }

    /// Switches an account off or on. Its sessions and tokens are refused from the next request on.
    /// Returns whether there is such an account.
    pub async fn disable(&self, login: &str, disabled: bool) -> Result<bool, AccountError> {
        let login = tidy_login(login)?;
        match self.0.store.account(&login).await? {
            None => Ok(false),
            Some(account) => {
                self.0.store.put_account(&Account { disabled, ..account }).await?;
                Ok(true)
            }
        }
    }

    // --- sessions

    /// Begins a session. A wrong login and a wrong password are answered alike and equally late.
    pub async fn sign_in(&self, login: &str, password: &str, lang: &str) -> Result<SignedIn, AccountError> {
        let earliest = tokio::time::Instant::now() + self.0.policy.slowest_failure;
        let result = self.try_sign_in(login, password, lang).await;
        if result.is_err() {
            tokio::time::sleep_until(earliest).await;
        }
        result
    }

    async fn try_sign_in(&self, login: &str, password: &str, lang: &str) -> Result<SignedIn, AccountError> {
        let inner = &self.0;
        let login = tidy_login(login).map_err(|_| AccountError::Wrong)?;
        let _one_at_a_time = inner.stripes[stripe(&login)].lock().await;
        let account = inner.store.account(&login).await?;
        let now = inner.clock.now();
        let (failures, locked_until) = match &account {
            Some(account) => (account.failures, account.locked_until),
            None => inner.stranger(&login),
        };
        if let Some(until) = locked_until.filter(|until| *until > now) {
            return Err(AccountError::Locked { until });
        }
        // counted before it is looked at
        let failures = failures.saturating_add(1);
        let lock = lock_after(failures).map(|minutes| now.plus_minutes(minutes));
        match &account {
            Some(_) => inner.store.note_attempt(&login, failures, lock).await?,
            None => inner.note_stranger(&login, failures, lock),
        }
        let hash = match &account {
            Some(account) => account.password_hash.clone(),
            None => inner.decoy().await?,
        };
        let right = password.len() <= PASSWORD_MAX_BYTES && inner.verify(password, hash).await?;
        let Some(account) = account.filter(|_| right) else { return Err(AccountError::Wrong) };
        if account.disabled {
            return Err(AccountError::Disabled);
        }
        inner.store.note_attempt(&login, 0, None).await?;
        inner.begin_session(account.person, lang).await
    }

    /// Whose session it is; nothing for an unknown token, one that died of age, and where no account of the person is
    /// switched on any more.
    pub async fn session(&self, token: &str) -> Result<Option<Visitor>, StoreError> {
        let inner = &self.0;
        let hash = hash_of(token);
        let Some(session) = inner.store.session(&hash).await? else { return Ok(None) };
        let now = inner.clock.now();
        let dead = now >= session.seen_at.plus_minutes(IDLE_MINUTES)
            || now >= session.created_at.plus_minutes(ABSOLUTE_MINUTES);
        if dead || !inner.has_account(&session.person).await? {
            inner.store.drop_session(&hash).await?;
            return Ok(None);
        }
        if now >= session.seen_at.plus_minutes(TOUCH_EVERY_MINUTES) {
            inner.store.touch_session(&hash, now).await?;
        }
        let Session { person, csrf, lang, created_at, .. } = session;
        Ok(Some(Visitor { person, csrf, lang, signed_in_at: created_at }))
    }

    /// Ends a session on the server; an unknown one is ended already.
    pub async fn sign_out(&self, token: &str) -> Result<(), StoreError> {
        self.0.store.drop_session(&hash_of(token)).await
    }

    // --- tokens

    /// Makes a token. Its secret is in the answer and nowhere else.
    pub async fn issue_token(&self, person: &PersonId, label: &str, scopes: &[Scope]) -> Result<Issued, AccountError> {
        let label: String = label.trim().nfc().collect();
        let fits = (1..=100).contains(&label.chars().count()) && !label.chars().any(char::is_control);
        if !fits || scopes.is_empty() {
            return Err(AccountError::BadToken);
        }
        let in_use = self.0.store.tokens_of(person).await?.iter().filter(|t| t.revoked_at.is_none()).count();
        if in_use >= TOKENS_MAX {
            return Err(AccountError::TooManyTokens);
        }
        let secret = format!("qt_{}", random_text::<32>());
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        let token = ApiToken {
            id: random_text::<9>(),
            token_hash: hash_of(&secret),
            person: person.clone(),
            label,
            scopes: scopes.iter().map(|scope| scope.word().to_owned()).collect(),
            created_at: self.0.clock.now(),
            revoked_at: None,
        };
        self.0.store.put_token(&token).await?;
        Ok(Issued { id: token.id, secret, label: token.label, scopes, created_at: token.created_at })
    }

    /// Whose token it is; nothing for an unknown or revoked one, and where the person's accounts are all switched off.
    /// A person without an account may have tokens: a program is such a person.
    pub async fn by_token(&self, secret: &str) -> Result<Option<Bearer>, StoreError> {
        if !secret.starts_with("qt_") || secret.len() > 100 {
            return Ok(None);
        }
        let Some(token) = self.0.store.token(&hash_of(secret)).await? else { return Ok(None) };
        if token.revoked_at.is_some() {
            return Ok(None);
        }
        let accounts = self.0.store.accounts_of(&token.person).await?;
        if !accounts.is_empty() && accounts.iter().all(|account| account.disabled) {
            return Ok(None);
        }
        let scopes = token.scopes.iter().filter_map(|word| Scope::parse(word)).collect();
        Ok(Some(Bearer { id: token.id, person: token.person, label: token.label, scopes }))
    }

    /// The person's tokens without their secrets, the latest first.
    pub async fn tokens(&self, person: &PersonId) -> Result<Vec<ApiToken>, StoreError> {
        let mut tokens = self.0.store.tokens_of(person).await?;
        tokens.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(tokens)
    }

    /// Revokes one of the person's own tokens at once. Returns whether he has such a token in use.
    pub async fn revoke_token(&self, person: &PersonId, id: &str) -> Result<bool, StoreError> {
        let own = self.0.store.tokens_of(person).await?;
        if !own.iter().any(|token| token.id == id && token.revoked_at.is_none()) {
            return Ok(false);
        }
        self.0.store.revoke_token(id, self.0.clock.now()).await
    }
}

impl Inner {
    async fn begin_session(&self, person: PersonId, lang: &str) -> Result<SignedIn, AccountError> {
        let token = random_text::<32>();
        let csrf = random_text::<16>();
        let now = self.clock.now();
        let lang = if lang == "en" { "en" } else { "vi" };
        let session = Session {
            token_hash: hash_of(&token),
            person: person.clone(),
            csrf: csrf.clone(),
            lang: lang.to_owned(),
            created_at: now,
            seen_at: now,
        };
        self.store.put_session(&session).await?;
        Ok(SignedIn { token, csrf, person })
    }

    async fn has_account(&self, person: &PersonId) -> Result<bool, StoreError> {
        Ok(self.store.accounts_of(person).await?.iter().any(|account| !account.disabled))
    }

    async fn decoy(&self) -> Result<String, AccountError> {
        self.decoy.get_or_try_init(|| self.hash("nobody has this password")).await.cloned()
    }

    async fn hash(&self, password: &str) -> Result<String, AccountError> {
        let password = tidy_password(password);
        self.hashing(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()))
            .await?
            .map_err(|e| AccountError::Hashing(e.to_string()))
    }

    /// A stored hash that cannot be read is not the right password.
    async fn verify(&self, password: &str, hash: String) -> Result<bool, AccountError> {
        let password = tidy_password(password);
        self.hashing(move || Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()).await
    }

    /// Hashing keeps a processor busy for tens of milliseconds: away from the tasks, and few at once.
    async fn hashing<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AccountError> {
        let _permit = self.hashing.acquire().await.map_err(|e| AccountError::Hashing(e.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|e| AccountError::Hashing(e.to_string()))
    }

    fn stranger(&self, login: &str) -> (u32, Option<Ts>) {
        let strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        strangers.get(login).copied().unwrap_or_default()
    }

    fn note_stranger(&self, login: &str, failures: u32, lock: Option<Ts>) {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        if strangers.len() >= STRANGERS_MAX && !strangers.contains_key(login) {
            strangers.clear();
        }
        strangers.insert(login.to_owned(), (failures, lock));
    }
}

/// Minutes of the lock that the n-th failure in a row brings.
fn lock_after(failures: u32) -> Option<i64> {
    let beyond = failures.checked_sub(FREE_ATTEMPTS + 1)? as usize;
    LOCK_MINUTES.get(beyond).or(LOCK_MINUTES.last()).copied()
}

/// One spelling for each login: composed, lower case, without blanks around it.
fn tidy_login(login: &str) -> Result<String, AccountError> {
    let tidy: String = login.trim().nfc().collect::<String>().to_lowercase();
    let fits = (1..=64).contains(&tidy.chars().count())
        && tidy.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'));
    if fits { Ok(tidy) } else { Err(AccountError::BadLogin) }
}

/// Two computers spell one accented letter differently; the password is the same.
fn tidy_password(password: &str) -> String {
    password.nfc().collect()
}

fn check_password(login: &str, password: &str) -> Result<(), AccountError> {
    let weak = |vi: String, en: String| Err(AccountError::WeakPassword { vi, en });
    let folded = tidy_password(password).to_lowercase();
    let different = folded.chars().collect::<std::collections::BTreeSet<_>>().len();
    if folded.chars().count() < PASSWORD_MIN {
        return weak(
            format!("Mật khẩu phải có ít nhất {PASSWORD_MIN} ký tự."),
            format!("The password needs at least {PASSWORD_MIN} characters."),
        );
    }
    if password.len() > PASSWORD_MAX_BYTES {
        return weak(
            format!("Mật khẩu dài quá {PASSWORD_MAX_BYTES} byte."),
            format!("The password is longer than {PASSWORD_MAX_BYTES} bytes."),
        );
    }
    if different < 5 || WORN_OUT.iter().any(|worn| folded.contains(worn)) {
        return weak(
            "Mật khẩu này quá dễ đoán; hãy dùng một câu chỉ mình biết.".into(),
            "The password is too easy to guess; use a phrase that only you know.".into(),
        );
    }
    if login.chars().count() >= 4 && folded.contains(login) {
        return weak(
            "Mật khẩu không được chứa tên đăng nhập.".into(),
            "The password may not contain the login.".into(),
        );
    }
    Ok(())
}

/// What a password of twelve characters is made of when nobody thought about it.
const WORN_OUT: [&str; 9] =
    ["1234567", "password", "matkhau", "mật khẩu", "qwerty", "abcdefg", "87654321", "iloveyou", "administrator"];

fn random_text<const BYTES: usize>() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; BYTES]>())
}

fn hash_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

fn stripe(login: &str) -> usize {
    usize::from(hash_of(login)[0]) % STRIPES
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").finish_non_exhaustive()
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("person", &self.person).finish_non_exhaustive()
    }
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor").field("person", &self.person).field("lang", &self.lang).finish_non_exhaustive()
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("id", &self.id).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_holds_at_most_twenty_attempts() {
        let (mut minute, mut attempts) = (0, 0);
        while minute < 60 {
            attempts += 1;
            minute += lock_after(attempts).unwrap_or(0);
        }
        assert!(attempts <= 20, "{attempts}");
        assert_eq!(lock_after(FREE_ATTEMPTS), None);
        assert_eq!(lock_after(FREE_ATTEMPTS + 1), Some(1));
        assert_eq!(lock_after(u32::MAX), Some(60));
    }

    #[test]
    fn a_login_has_one_spelling() {
        assert_eq!(tidy_login("  Dung.TQ ").unwrap(), "dung.tq");
        assert_eq!(tidy_login("Hu\u{31b}\u{300}ng").unwrap(), "h\u{1b0}\u{300}ng".nfc().collect::<String>());
        for bad in ["", "a b", "a\nb", "<script>", &"x".repeat(65)] {
            assert!(tidy_login(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn easy_passwords_are_told_why() {
        for (password, word) in [
            ("ngan", "at least"),
            ("aaaaaaaaaaaaaaa", "guess"),
            ("Password-2026!", "guess"),
            ("toi-la-dung.tq-day", "login"),
        ] {
            let error = check_password("dung.tq", password).unwrap_err();
            assert!(error.to_string().contains(word), "{password}: {error}");
        }
        check_password("dung.tq", "tre già măng mọc").unwrap();
    }

    #[test]
    fn secrets_do_not_print() {
        let signed_in = SignedIn { token: "geheim".into(), csrf: "geheim".into(), person: "dung".into() };
        assert!(!format!("{signed_in:?}").contains("geheim"));
        let issued = Issued {
            id: "1".into(),
            secret: "qt_geheim".into(),
            label: "x".into(),
            scopes: vec![Scope::Read],
            created_at: Ts(0),
        };
        assert!(!format!("{issued:?}").contains("geheim"));
    }
}
