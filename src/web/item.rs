//! One line of an inbox or board, ready to be written: words, a bar and a tone. It may not query.

use crate::ids::Ts;
use crate::machine::event::Mark;
use crate::service::views::{EscalatedItem, InboxItem};
use crate::web::format;
use crate::web::shell::{Shell, Stamp};

/// A line about a held step.
#[derive(Clone, Debug)]
pub struct Item {
    pub case: String,
    pub href: String,
    pub title: String,
    pub procedure: String,
    pub step: String,
    pub holder: String,
    pub unit: String,
    /// How it came to the holder, in words.
    pub how: String,
    pub since: Stamp,
    pub deadline: Option<Stamp>,
    /// `còn 3 giờ làm việc`, `quá hạn ...`, or why no time counts.
    pub left: String,
    /// Share of the term still left, 0 to 100; nothing without a deadline.
    pub bar: Option<u8>,
    pub tone: Tone,
    pub held: String,
    /// Handed over and not yet received.
    pub unread: bool,
    /// What stands against the case, in words with their reason.
    pub marks: Vec<(String, String)>,
    /// Set where the viewer may claim it here and now.
    pub claim: Option<Claim>,
    /// Set where it was brought to the viewer as a superior.
    pub brought: Option<Brought>,
    /// Name of the run of lines it belongs to, where a new run begins.
    pub run: Option<String>,
}

/// The form that claims from a list.
#[derive(Clone, Debug)]
pub struct Claim {
    pub action: String,
    pub key: String,
    pub revision: u64,
    pub branch: u32,
}

/// A late step that waits for the viewer's acknowledgement.
#[derive(Clone, Debug)]
pub struct Brought {
    pub since: Stamp,
    /// By when; his term may have passed.
    pub answer_by: Option<Stamp>,
    pub late: bool,
}

/// How it stands with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Late,
    Soon,
    Fine,
    /// The case's clock stands.
    Stopped,
    Untimed,
}

impl Tone {
    /// The tone of a clock: soon is the last quarter of the term.
    pub fn of(left: Option<i64>, total: Option<i64>, late: bool, stopped: bool) -> Tone {
        match (left, total) {
            _ if late => Tone::Late,
            (Some(left), _) if left < 0 => Tone::Late,
            _ if stopped => Tone::Stopped,
            (None, _) => Tone::Untimed,
            (Some(left), Some(total)) if left.saturating_mul(4) <= total => Tone::Soon,
            _ => Tone::Fine,
        }
    }

    /// The class of the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Late => "late",
            Tone::Soon => "soon",
            Tone::Fine => "fine",
            Tone::Stopped => "stopped",
            Tone::Untimed => "untimed",
        }
    }

    /// Key of the word that says what the colour says; nothing for what is in good time.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Tone::Late => Some("tone-late"),
            Tone::Soon => Some("tone-soon"),
            Tone::Stopped => Some("tone-stopped"),
            Tone::Fine | Tone::Untimed => None,
        }
    }
}

/// Marks in words, each with why it is one.
pub fn marks(shell: &Shell, marks: &[Mark]) -> Vec<(String, String)> {
    let key = |mark: &Mark| format!("mark-{}", mark.word().replace('_', "-"));
    marks.iter().map(|mark| (shell.t(&key(mark)), shell.t(&format!("{}-why", key(mark))))).collect()
}

/// Share of the term left, 0 to 100.
pub fn share(left: i64, total: i64) -> u8 {
    if total <= 0 {
        return if left > 0 { 100 } else { 0 };
    }
    u8::try_from((left.max(0).min(total) * 100 + total / 2) / total).unwrap_or(100)
}

impl Item {
    /// The line of a held step, as of `now`.
    pub fn new(shell: &Shell, item: &InboxItem, now: Ts) -> Item {
        let tone = Tone::of(item.left_minutes, item.total_minutes, item.late, item.stopped);
        let left = match item.left_minutes {
            Some(minutes) if item.late && minutes >= 0 => shell.t("tone-late"),
            Some(minutes) => format::left(minutes, now, item.deadline.unwrap_or(now), shell.lang),
            None => shell.t("untimed"),
        };
        Item {
            case: item.case.to_string(),
            href: format!("/ho-so/{}", item.case),
            title: item.title.clone(),
            procedure: item.procedure_title.clone(),
            step: item.step_title.clone(),
            holder: item.holder.name.clone(),
            unit: item.unit.name.clone(),
            how: shell.t(&format!("how-{}", item.how.replace('_', "-"))),
            since: item.held_since.into(),
            deadline: item.deadline.map(Stamp::from),
            left,
            bar: item.left_minutes.map(|left| share(left, item.total_minutes.unwrap_or(0))),
            tone,
            held: format::measured(item.held_minutes, item.held_since, now, shell.lang),
            unread: item.received_at.is_none() && item.how != "head",
            marks: marks(shell, &item.marks),
            claim: None,
            brought: None,
            run: None,
        }
    }

    /// The line of a late step that lies with the viewer as a superior.
    pub fn escalated(shell: &Shell, escalated: &EscalatedItem, now: Ts) -> Item {
        let brought = Brought {
            since: escalated.since.into(),
            answer_by: escalated.answer_by.map(Stamp::from),
            late: escalated.answer_by.is_some_and(|by| by < now),
        };
        Item { brought: Some(brought), ..Item::new(shell, &escalated.item, now) }
    }

    /// The same line with a button that claims it.
    pub fn claimable(mut self, item: &InboxItem, page_key: &str) -> Item {
        self.claim = Some(Claim {
            action: format!("/ho-so/{}/lam", item.case),
            key: format!("{page_key}.{}.{}.claim", item.case, item.branch),
            revision: item.revision,
            branch: item.branch.0,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_the_share_left_and_never_overflows() {
        assert_eq!(share(50, 100), 50);
        assert_eq!(share(-5, 100), 0);
        assert_eq!(share(500, 100), 100);
        assert_eq!(share(0, 0), 0);
    }

    #[test]
    fn the_tone_says_late_before_anything_else() {
        assert_eq!(Tone::of(Some(-1), Some(100), false, true), Tone::Late);
        assert_eq!(Tone::of(Some(25), Some(100), false, false), Tone::Soon);
        assert_eq!(Tone::of(Some(26), Some(100), false, false), Tone::Fine);
        assert_eq!(Tone::of(Some(26), Some(100), false, true), Tone::Stopped);
        assert_eq!(Tone::of(None, None, false, false), Tone::Untimed);
    }
}
