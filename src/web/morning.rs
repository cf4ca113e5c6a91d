//! The morning's digest on top of the inbox: what was told since the morning before, and what falls due.

use crate::service::digest::{Digest, DigestLine};
use crate::web::format;
use crate::web::shell::{Shell, Stamp};

/// The digest in words.
pub struct Morning {
    pub title: String,
    /// `2 đến hạn hôm nay`, in the order of urgency.
    pub sums: Vec<String>,
    pub sections: Vec<Section>,
    pub told: Vec<Told>,
}

/// What falls due at one time.
pub struct Section {
    pub title: String,
    pub lines: Vec<Line>,
}

/// A held step.
pub struct Line {
    pub href: String,
    pub title: String,
    pub step: String,
    pub deadline: Stamp,
}

/// What was told of one case.
pub struct Told {
    pub href: String,
    pub title: String,
    pub words: String,
}

impl Morning {
    /// The block of a digest; nothing where it has nothing to say.
    pub fn new(shell: &Shell, digest: &Digest) -> Option<Morning> {
        if digest.is_empty() {
            return None;
        }
        let parts =
            [("morning-late", &digest.late), ("morning-today", &digest.today), ("morning-tomorrow", &digest.tomorrow)];
        let filled = || parts.iter().filter(|(_, lines)| !lines.is_empty());
        let mut sums: Vec<String> =
            filled().map(|(key, lines)| shell.count(&format!("{key}-count"), lines.len())).collect();
        if !digest.told.is_empty() {
            sums.push(shell.count("morning-told-count", digest.told.len()));
        }
        let section = |(key, lines): &(&str, &Vec<DigestLine>)| Section {
            title: shell.t(key),
            lines: lines.iter().map(line).collect(),
        };
        let told = digest.told.iter().map(|case| {
            let notice = |told: &crate::service::digest::Told| {
                let words = shell.t(&format!("notice-{}", told.kind.replace('_', "-")));
                format!("{words} ({})", format::instant(told.at))
            };
            Told {
                href: format!("/ho-so/{}", case.case),
                title: case.title.clone(),
                words: case.notices.iter().map(notice).collect::<Vec<_>>().join("; "),
            }
        });
        Some(Morning {
            title: shell.with("morning", &[("date", &digest.date.strftime("%d/%m").to_string())]),
            sums,
            sections: filled().map(section).collect(),
            told: told.collect(),
        })
    }
}

fn line(line: &DigestLine) -> Line {
    Line {
        href: format!("/ho-so/{}", line.case),
        title: line.title.clone(),
        step: line.step_title.clone(),
        deadline: line.deadline.into(),
    }
}
