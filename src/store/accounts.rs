//! Accounts, browser sessions and tokens in a database: the same SQL text, with `$1` for what is bound, on both. It knows
//! no rule: whether a session is still good, or who may come in, is asked elsewhere.
//!
//! A macro, because the two databases share texts and columns but no type. A store lends it `written` and `asked`.

/// Makes the accounts of one store.
macro_rules! accounts {
    ($db:ty, $store:ty) => {
        use async_trait::async_trait;

        use super::reads::{Line, get, hash, instant, maybe_instant, text, whole};
        use crate::ids::{PersonId, Ts};
        use crate::store::contract::*;
        use crate::store::text::{speakable, unspeakable};

        fn account_of(row: &Line) -> Result<Account, StoreError> {
            Ok(Account {
                login: get(row, "login")?,
                person: text(row, "person")?,
                password_hash: get(row, "password_hash")?,
                disabled: get(row, "disabled")?,
                failures: whole(row, "failures")?,
                locked_until: maybe_instant(row, "locked_until")?,
            })
        }

        fn session_of(row: &Line) -> Result<Session, StoreError> {
            Ok(Session {
                token_hash: hash(row, "token_hash")?,
                person: text(row, "person")?,
                csrf: get(row, "csrf")?,
                lang: get(row, "lang")?,
                created_at: instant(row, "created_at")?,
                seen_at: instant(row, "seen_at")?,
            })
        }

        fn token_of(row: &Line) -> Result<ApiToken, StoreError> {
            let scopes: String = get(row, "scopes")?;
            Ok(ApiToken {
                id: get(row, "id")?,
                token_hash: hash(row, "token_hash")?,
                person: text(row, "person")?,
                label: get(row, "label")?,
                scopes: scopes.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
                created_at: instant(row, "created_at")?,
                revoked_at: maybe_instant(row, "revoked_at")?,
            })
        }

        #[async_trait]
        impl AccountStore for $store {
            // --- accounts

            async fn put_account(&self, account: &Account) -> Result<(), StoreError> {
                let sql = "INSERT INTO accounts (login, person, password_hash, disabled, failures, locked_until) \
                           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (login) DO UPDATE SET \
                           person = excluded.person, password_hash = excluded.password_hash, \
                           disabled = excluded.disabled, failures = excluded.failures, \
                           locked_until = excluded.locked_until";
                let query = sqlx::query(sql)
                    .bind(&account.login)
                    .bind(account.person.as_str())
                    .bind(&account.password_hash)
                    .bind(account.disabled)
                    .bind(i64::from(account.failures))
                    .bind(account.locked_until.map(|at| at.0));
                self.written(query).await.map(drop)
            }

            async fn account(&self, login: &str) -> Result<Option<Account>, StoreError> {
                if unspeakable(login) {
                    return Ok(None);
                }
                let sql = "SELECT login, person, password_hash, disabled, failures, locked_until FROM accounts \
                           WHERE login = $1";
                self.asked(sqlx::query(sql).bind(login)).await?.first().map(account_of).transpose()
            }

            async fn accounts_of(&self, person: &PersonId) -> Result<Vec<Account>, StoreError> {
                if unspeakable(person.as_str()) {
                    return Ok(Vec::new());
                }
                let sql = "SELECT login, person, password_hash, disabled, failures, locked_until FROM accounts \
                           WHERE person = $1 ORDER BY login";
                self.asked(sqlx::query(sql).bind(person.as_str())).await?.iter().map(account_of).collect()
            }

            async fn note_attempt(&self, login: &str, failures: u32, lock: Option<Ts>) -> Result<(), StoreError> {
                if unspeakable(login) {
                    return Ok(());
                }
                let sql = "UPDATE accounts SET failures = $2, locked_until = $3 WHERE login = $1";
                let query = sqlx::query(sql).bind(login).bind(i64::from(failures)).bind(lock.map(|at| at.0));
                self.written(query).await.map(drop)
            }

            // --- sessions

            async fn put_session(&self, session: &Session) -> Result<(), StoreError> {
                let sql = "INSERT INTO sessions (token_hash, person, csrf, lang, created_at, seen_at) \
                           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (token_hash) DO UPDATE SET \
                           person = excluded.person, csrf = excluded.csrf, lang = excluded.lang, \
                           created_at = excluded.created_at, seen_at = excluded.seen_at";
                let query = sqlx::query(sql)
                    .bind(session.token_hash.as_slice())
                    .bind(session.person.as_str())
                    .bind(&session.csrf)
                    .bind(speakable(session.lang.clone()))
                    .bind(session.created_at.0)
                    .bind(session.seen_at.0);
                self.written(query).await.map(drop)
            }

            async fn session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
                let sql = "SELECT token_hash, person, csrf, lang, created_at, seen_at FROM sessions \
                           WHERE token_hash = $1";
                self.asked(sqlx::query(sql).bind(token_hash.as_slice())).await?.first().map(session_of).transpose()
            }

            async fn touch_session(&self, token_hash: &[u8; 32], seen_at: Ts) -> Result<(), StoreError> {
                let query = sqlx::query("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1");
                self.written(query.bind(token_hash.as_slice()).bind(seen_at.0)).await.map(drop)
            }

            async fn drop_session(&self, token_hash: &[u8; 32]) -> Result<(), StoreError> {
                let query = sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash.as_slice());
                self.written(query).await.map(drop)
            }

            async fn drop_sessions(&self, seen_by: Ts, created_by: Ts) -> Result<u64, StoreError> {
                let query = sqlx::query("DELETE FROM sessions WHERE seen_at <= $1 OR created_at <= $2");
                self.written(query.bind(seen_by.0).bind(created_by.0)).await
            }

            // --- tokens

            async fn put_token(&self, token: &ApiToken) -> Result<(), StoreError> {
                let sql = "INSERT INTO tokens (id, token_hash, person, label, scopes, created_at, revoked_at) \
                           VALUES ($1, $2, $3, $4, $5, $6, $7)";
                let query = sqlx::query(sql)
                    .bind(&token.id)
                    .bind(token.token_hash.as_slice())
                    .bind(token.person.as_str())
                    .bind(speakable(token.label.clone()))
                    .bind(token.scopes.join(" "))
                    .bind(token.created_at.0)
                    .bind(token.revoked_at.map(|at| at.0));
                self.written(query).await.map(drop)
            }

            async fn token(&self, token_hash: &[u8; 32]) -> Result<Option<ApiToken>, StoreError> {
                let sql = "SELECT id, token_hash, person, label, scopes, created_at, revoked_at FROM tokens \
                           WHERE token_hash = $1";
                self.asked(sqlx::query(sql).bind(token_hash.as_slice())).await?.first().map(token_of).transpose()
            }

            async fn tokens_of(&self, person: &PersonId) -> Result<Vec<ApiToken>, StoreError> {
                if unspeakable(person.as_str()) {
                    return Ok(Vec::new());
                }
                let sql = "SELECT id, token_hash, person, label, scopes, created_at, revoked_at FROM tokens \
                           WHERE person = $1 ORDER BY created_at, id";
                self.asked(sqlx::query(sql).bind(person.as_str())).await?.iter().map(token_of).collect()
            }

            async fn revoke_token(&self, id: &str, at: Ts) -> Result<bool, StoreError> {
                if unspeakable(id) {
                    return Ok(false);
                }
                let query = sqlx::query("UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
                Ok(self.written(query.bind(id).bind(at.0)).await? > 0)
            }
        }
    };
}

pub(super) use accounts;
