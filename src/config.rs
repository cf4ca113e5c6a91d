//! Settings: file < environment < flags, parsed once into one value. Nothing else of the program reads the environment.
//!
//! [`Settings::resolve`] is pure; [`Settings::load`] reads the real file and environment and hands them to it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

/// Everything an operator may choose, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub database: Database,
    pub listen: SocketAddr,
    /// A tree of procedures, calendars and a directory to load at the start.
    pub workflows: Option<PathBuf>,
    pub log: Log,
    /// Whether the session cookie is sent over TLS only; so by default, except where only this computer is listened to.
    /// With a proxy in front the world comes through it, so then too.
    pub secure_cookies: bool,
    /// Proxies of ours: of them alone it is believed for whom they ask (`X-Forwarded-For`).
    pub proxies: Vec<IpAddr>,
    /// Requests a person may send in a minute, by whatever way; 0 for any number.
    pub rate_person: u32,
    /// Requests that may come from an address in a minute; 0 for any number.
    pub rate_address: u32,
    /// Connections an address may have at the same time.
    pub connections_address: u32,
}

/// How the log is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, `trace`, or a list such as `info,quytrinh=debug`.
    pub filter: String,
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Human,
    Json,
}

/// Where the journal is kept; a password in it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Database(String);

/// Settings as one source gives them: text, and what is not given is left to the source below.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    pub database: Option<String>,
    pub listen: Option<String>,
    pub workflows: Option<String>,
    pub log_format: Option<String>,
    pub log_filter: Option<String>,
    pub secure_cookies: Option<String>,
    pub proxies: Option<String>,
    pub rate_person: Option<String>,
    pub rate_address: Option<String>,
    pub connections_address: Option<String>,
}

/// A setting that cannot be used: where it stands, what it says, what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{from}: {key} is {found:?}, expected {expected}")]
    Wrong { from: String, key: &'static str, found: String, expected: &'static str },
    #[error("{path}: {why}")]
    File { path: String, why: String },
    #[error(
        "unknown environment variable {0}; known are QUYTRINH_DATABASE, QUYTRINH_LISTEN, QUYTRINH_WORKFLOWS, QUYTRINH_LOG_FORMAT, QUYTRINH_LOG_FILTER, QUYTRINH_SECURE_COOKIES, QUYTRINH_PROXIES, QUYTRINH_RATE_PERSON, QUYTRINH_RATE_ADDRESS, QUYTRINH_CONNECTIONS_ADDRESS, QUYTRINH_CONFIG"
    )]
    UnknownVariable(String),
}

const DATABASE: &str = "sqlite:quytrinh.db";
const LISTEN: &str = "127.0.0.1:8080";
const FILTER: &str = "info";
const RATE_PERSON: &str = "600";
const RATE_ADDRESS: &str = "6000";
const CONNECTIONS_ADDRESS: &str = "256";

impl Settings {
    /// Reads the file named by the flag or by `QUYTRINH_CONFIG` (none is fine), the environment, and lets flags win.
    pub fn load(file: Option<&str>, flags: Given) -> Result<Settings, ConfigError> {
        let environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let path = file
            .map(str::to_owned)
            .or_else(|| environment.iter().find(|(key, _)| key == "QUYTRINH_CONFIG").map(|(_, value)| value.clone()));
        let text = match &path {
            None => None,
            Some(path) => Some(
                std::fs::read_to_string(path)
                    .map_err(|e| ConfigError::File { path: path.clone(), why: e.to_string() })?,
            ),
        };
        let file = path.as_deref().zip(text.as_deref());
        Settings::resolve(file, &environment, flags)
    }

    /// The settings that these sources give: `file` is a name and its text.
    pub fn resolve(
        file: Option<(&str, &str)>,
        environment: &[(String, String)],
        flags: Given,
    ) -> Result<Settings, ConfigError> {
        let mut sources = vec![("flag".to_owned(), flags), ("environment".to_owned(), from_environment(environment)?)];
        if let Some((path, text)) = file {
            let given = serde_saphyr::from_str::<Given>(text)
                .map_err(|e| ConfigError::File { path: path.to_owned(), why: e.to_string() })?;
            sources.push((path.to_owned(), given));
        }
        let pick = |key: fn(&Given) -> &Option<String>, otherwise: &str| {
            sources
                .iter()
                .find_map(|(from, given)| key(given).clone().map(|value| (from.clone(), value)))
                .unwrap_or_else(|| ("default".to_owned(), otherwise.to_owned()))
        };

        let database = Database::parse(pick(|g| &g.database, DATABASE))?;
        let (from, found) = pick(|g| &g.listen, LISTEN);
        let listen: SocketAddr = found.parse().map_err(|_| ConfigError::Wrong {
            from,
            key: "listen",
            found,
            expected: "an address and a port such as 127.0.0.1:8080",
        })?;
        let workflows = Some(pick(|g| &g.workflows, "").1).filter(|path| !path.is_empty()).map(PathBuf::from);
        let (from, found) = pick(|g| &g.log_format, "human");
        let format = match found.as_str() {
            "human" => LogFormat::Human,
            "json" => LogFormat::Json,
            _ => return Err(ConfigError::Wrong { from, key: "log_format", found, expected: "human or json" }),
        };
        let (_, filter) = pick(|g| &g.log_filter, FILTER);
        let proxies = addresses(pick(|g| &g.proxies, ""))?;
        let alone = listen.ip().is_loopback() && proxies.is_empty();
        let (from, found) = pick(|g| &g.secure_cookies, if alone { "no" } else { "yes" });
        let secure_cookies = match found.as_str() {
            "yes" | "true" => true,
            "no" | "false" => false,
            _ => return Err(ConfigError::Wrong { from, key: "secure_cookies", found, expected: "yes or no" }),
        };
        Ok(Settings {
            database,
            listen,
            workflows,
            log: Log { format, filter },
            secure_cookies,
            proxies,
            rate_person: number("rate_person", pick(|g| &g.rate_person, RATE_PERSON), 0)?,
            rate_address: number("rate_address", pick(|g| &g.rate_address, RATE_ADDRESS), 0)?,
            connections_address: number(
                "connections_address",
                pick(|g| &g.connections_address, CONNECTIONS_ADDRESS),
                1,
            )?,
        })
    }
}

impl Database {
    fn parse((from, found): (String, String)) -> Result<Database, ConfigError> {
        let known = ["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| found.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        if known {
            return Ok(Database(found));
        }
        let found = Database(found).to_string();
        Err(ConfigError::Wrong { from, key: "database", found, expected: "sqlite:PATH or postgres://USER@HOST/NAME" })
    }

    /// An address as it may be shown, whatever it is.
    pub fn shown(url: &str) -> String {
        Database(url.to_owned()).to_string()
    }

    /// The whole URL, with its password: for the store alone.
    pub fn url(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else { return f.write_str(&self.0) };
        // parameters may carry a password too
        let rest = rest.split('?').next().unwrap_or(rest);
        match rest.rsplit_once('@') {
            Some((user, host)) => write!(f, "{scheme}://{}@{host}", user.split(':').next().unwrap_or(user)),
            None => write!(f, "{scheme}://{rest}"),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({self})")
    }
}

/// Addresses parted by commas or blanks.
fn addresses((from, found): (String, String)) -> Result<Vec<IpAddr>, ConfigError> {
    let parts = found.split([',', ' ']).filter(|part| !part.is_empty());
    let read: Result<Vec<IpAddr>, _> = parts.map(|part| part.parse().map(|a: IpAddr| a.to_canonical())).collect();
    read.map_err(|_| ConfigError::Wrong {
        from,
        key: "proxies",
        found: found.clone(),
        expected: "addresses parted by commas, such as 127.0.0.1, 10.0.0.4",
    })
}

fn number(key: &'static str, (from, found): (String, String), least: u32) -> Result<u32, ConfigError> {
    match found.parse() {
        Ok(number) if (least..=1_000_000).contains(&number) => Ok(number),
        _ => {
            let expected = if least == 0 { "a number from 0 to 1000000" } else { "a number from 1 to 1000000" };
            Err(ConfigError::Wrong { from, key, found, expected })
        }
    }
}

/// Reads `QUYTRINH_…`; an unknown name is most likely a slip of the pen and is refused.
fn from_environment(variables: &[(String, String)]) -> Result<Given, ConfigError> {
    let mut given = Given::default();
    for (key, value) in variables {
        let Some(name) = key.strip_prefix("QUYTRINH_") else { continue };
        let place = match name {
            "DATABASE" => &mut given.database,
            "LISTEN" => &mut given.listen,
            "WORKFLOWS" => &mut given.workflows,
            "LOG_FORMAT" => &mut given.log_format,
            "LOG_FILTER" => &mut given.log_filter,
            "SECURE_COOKIES" => &mut given.secure_cookies,
            "PROXIES" => &mut given.proxies,
            "RATE_PERSON" => &mut given.rate_person,
            "RATE_ADDRESS" => &mut given.rate_address,
            "CONNECTIONS_ADDRESS" => &mut given.connections_address,
            // read by `load`, by the command line, and by tests
            "CONFIG" | "LANG" | "AS" | "TOKEN" | "SERVER" => continue,
            name if name.starts_with("TEST_") => continue,
            _ => return Err(ConfigError::UnknownVariable(key.clone())),
        };
        *place = Some(value.clone());
    }
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    #[test]
    fn a_flag_beats_the_environment_beats_the_file() {
        let file = Some(("q.yaml", "listen: 127.0.0.1:1\nlog_format: json\ndatabase: sqlite:a.db\n"));
        let environment =
            env(&[("QUYTRINH_LISTEN", "127.0.0.1:2"), ("QUYTRINH_DATABASE", "sqlite:b.db"), ("HOME", "/")]);
        let flags = Given { listen: Some("0.0.0.0:3".into()), ..Given::default() };
        let settings = Settings::resolve(file, &environment, flags).unwrap();
        assert_eq!(settings.listen.port(), 3);
        assert_eq!(settings.database.url(), "sqlite:b.db");
        assert_eq!(settings.log.format, LogFormat::Json);
        assert!(settings.secure_cookies, "the world is listened to");
        for (word, secure) in [("true", true), ("yes", true), ("\"no\"", false), ("false", false)] {
            let text = format!("secure_cookies: {word}\n");
            let settings = Settings::resolve(Some(("q.yaml", &text)), &[], Given::default()).unwrap();
            assert_eq!(settings.secure_cookies, secure, "{word}");
        }
    }

    #[test]
    fn nothing_given_is_this_computer_alone() {
        let settings = Settings::resolve(None, &[], Given::default()).unwrap();
        assert_eq!(settings.listen.to_string(), LISTEN);
        assert!(!settings.secure_cookies);
        assert_eq!((settings.rate_person, settings.rate_address, settings.connections_address), (600, 6000, 256));
    }

    #[test]
    fn behind_a_proxy_the_world_listens() {
        let settings = Settings::resolve(Some(("q.yaml", "proxies: 127.0.0.1, ::1\n")), &[], Given::default()).unwrap();
        assert!(settings.secure_cookies && settings.proxies.len() == 2);
        let wrong = |text: &str| Settings::resolve(Some(("q.yaml", text)), &[], Given::default()).unwrap_err();
        assert!(wrong("proxies: nginx\n").to_string().starts_with("q.yaml: proxies"));
        assert!(wrong("rate_person: -1\n").to_string().starts_with("q.yaml: rate_person"));
        assert!(wrong("connections_address: 0\n").to_string().starts_with("q.yaml: connections_address"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_source() {
        let bad = |file: &str, environment: &[(&str, &str)]| {
            Settings::resolve(Some(("q.yaml", file)), &env(environment), Given::default()).unwrap_err().to_string()
        };
        assert!(bad("lisen: x", &[]).contains("lisen"));
        assert!(bad("", &[("QUYTRINH_LISTEN", "8080")]).starts_with("environment: listen is \"8080\""));
        assert!(bad("", &[("QUYTRINH_LISTN", "8080")]).contains("QUYTRINH_LISTN"));
        assert!(bad("secure_cookies: maybe", &[]).starts_with("q.yaml: secure_cookies"));
    }

    #[test]
    fn a_database_password_is_not_printed() {
        for url in ["postgres://qt:geheim@db/qt", "postgres://db/qt?user=qt&password=geheim"] {
            let given = Given { database: Some(url.into()), ..Given::default() };
            let settings = Settings::resolve(None, &[], given).unwrap();
            assert!(!format!("{settings:?} {}", settings.database).contains("geheim"));
            assert_eq!(settings.database.url(), url);
        }
        let given = Given { database: Some("mysql://qt:geheim@db/qt".into()), ..Given::default() };
        assert!(!Settings::resolve(None, &[], given).unwrap_err().to_string().contains("geheim"));
    }
}
