//! Which of our two languages an answer is written in.

use axum::http::{HeaderMap, Uri, header};
use serde::Deserialize;
use utoipa::IntoParams;

/// The query of an operation that takes nothing else.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct JustLang {
    /// Language of problems: `vi` or `en`; `Accept-Language` where absent.
    #[param(example = "en")]
    pub lang: Option<String>,
}

/// A language we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    Vi,
    En,
}

impl Lang {
    /// `vi` or `en`.
    pub fn word(self) -> &'static str {
        self.pick("vi", "en")
    }

    /// The text in this language.
    pub fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// What the caller asks for: `?lang=`, else the best of `Accept-Language`, else Vietnamese.
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Lang {
        let asked = uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("lang=")));
        match asked {
            Some("en") => return Lang::En,
            Some("vi") => return Lang::Vi,
            _ => {}
        }
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
        best(accepted)
    }
}

fn best(accepted: &str) -> Lang {
    let mut best = (Lang::Vi, 0.0_f32);
    for part in accepted.split(',').take(20) {
        let mut pieces = part.split(';').map(str::trim);
        let tag = pieces.next().unwrap_or("").to_ascii_lowercase();
        let weight = pieces.find_map(|p| p.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let lang = match tag.split('-').next() {
            Some("vi") => Lang::Vi,
            Some("en") => Lang::En,
            _ => continue,
        };
        if weight > best.1 {
            best = (lang, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins_and_vietnamese_otherwise() {
        for (accepted, lang) in [
            ("", Lang::Vi),
            ("fr", Lang::Vi),
            ("en-GB,en;q=0.9", Lang::En),
            ("en;q=0.5, vi;q=0.8", Lang::Vi),
            ("fr, en;q=0.1", Lang::En),
            ("en;q=0", Lang::Vi),
            ("en;q=x", Lang::Vi),
        ] {
            assert_eq!(best(accepted), lang, "{accepted}");
        }
    }

    #[test]
    fn the_query_beats_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "en".parse().unwrap());
        assert_eq!(Lang::of(&Uri::from_static("/x?a=1&lang=vi"), &headers), Lang::Vi);
        assert_eq!(Lang::of(&Uri::from_static("/x"), &headers), Lang::En);
    }
}
