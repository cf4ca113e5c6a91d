//! The caller and his tokens over the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::wire::names::Person;
use crate::ids::Ts;
use crate::service::accounts::{Issued, Scope};
use crate::store::contract::ApiToken;

/// Who the caller is, and how he came in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub person: Person,
    /// `session` or `token`.
    pub via: String,
    /// The token's scopes; a session has every right of the person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    pub inspector: bool,
    pub admin: bool,
    /// For `X-CSRF-Token` of a session's writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
}

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"label": "Một cửa điện tử", "scopes": ["read", "act"]})))]
pub struct NewToken {
    /// What it is for, 1 to 100 characters on one line.
    pub label: String,
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<Scope>,
}

/// A token just made: `secret` is shown now and never again.
#[derive(Serialize, ToSchema)]
pub struct NewTokenSecret {
    pub id: String,
    /// For `Authorization: Bearer`.
    #[schema(examples("qt_…"))]
    pub secret: String,
    pub label: String,
    pub scopes: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Ts,
}

/// A token without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    pub id: String,
    pub label: String,
    pub scopes: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Ts,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Ts>,
}

/// The caller's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenList {
    pub items: Vec<Token>,
}

impl From<Issued> for NewTokenSecret {
    fn from(issued: Issued) -> NewTokenSecret {
        NewTokenSecret {
            id: issued.id,
            secret: issued.secret,
            label: issued.label,
            scopes: issued.scopes.iter().map(|scope| scope.word().to_owned()).collect(),
            created_at: issued.created_at,
        }
    }
}

impl From<ApiToken> for Token {
    fn from(token: ApiToken) -> Token {
        let ApiToken { id, label, scopes, created_at, revoked_at, .. } = token;
        Token { id, label, scopes, created_at, revoked_at }
    }
}
