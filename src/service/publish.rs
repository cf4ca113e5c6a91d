//! Texts on their way into force: a procedure, a calendar, a directory, each read and checked before it is sent.

use crate::calendar::calendar::Calendar;
use crate::definition::checks::across::s12_circle::CallGraph;
use crate::definition::procedure::{Procedure, StepKind};
use crate::definition::resolve::digest_of;
use crate::directory::Directory;
use crate::ids::{Digest, Ts};
use crate::journal::entry::Registered;
use crate::machine::refusal::{Code, Refusal};
use crate::service::ask::Denied;
use crate::service::library::Shelf;
use crate::service::proposals::Motion;
use crate::store::contract::{CalendarText, DirectoryText, ProcedureText, Text};

/// One text to put in force.
#[derive(Clone)]
pub struct Publication {
    name: String,
    text: String,
    digest: Digest,
    what: What,
    motion: Option<Motion>,
}

#[derive(Clone)]
enum What {
    Procedure(Box<Procedure>),
    Calendar(Box<Calendar>),
    Directory(Box<Directory>),
}

impl Publication {
    /// A procedure that passed its checks.
    pub fn procedure(name: impl Into<String>, text: impl Into<String>, procedure: Procedure) -> Publication {
        Publication::of(name.into(), text.into(), What::Procedure(Box::new(procedure)))
    }

    /// A calendar.
    pub fn calendar(name: impl Into<String>, text: impl Into<String>, calendar: Calendar) -> Publication {
        Publication::of(name.into(), text.into(), What::Calendar(Box::new(calendar)))
    }

    /// A directory.
    pub fn directory(name: impl Into<String>, text: impl Into<String>, directory: Directory) -> Publication {
        Publication::of(name.into(), text.into(), What::Directory(Box::new(directory)))
    }

    /// The same, but only as far as the motion goes: proposed, confirmed by a second person, or withdrawn.
    pub fn by(self, motion: Motion) -> Publication {
        Publication { motion: Some(motion), ..self }
    }

    /// The procedure and what is moved about it, where that is all.
    pub fn motion(&self) -> Option<(&Procedure, &Motion)> {
        match (&self.what, &self.motion) {
            (What::Procedure(procedure), Some(motion)) => Some((procedure, motion)),
            _ => None,
        }
    }

    fn of(name: String, text: String, what: What) -> Publication {
        let digest = digest_of(&text);
        Publication { name, text, digest, what, motion: None }
    }

    /// The file it comes from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    pub fn body(&self) -> &str {
        &self.text
    }

    /// The procedure it is, where it is one.
    pub fn of_procedure(&self) -> Option<&Procedure> {
        match &self.what {
            What::Procedure(procedure) => Some(procedure),
            What::Calendar(_) | What::Directory(_) => None,
        }
    }

    /// Whether this very text is in force already.
    pub fn is_known(&self, shelf: &Shelf) -> bool {
        shelf.has_text(&self.digest)
    }

    /// Why it may not be put in force on that shelf, where it is not there already.
    pub fn barred(&self, shelf: &Shelf) -> Option<Denied> {
        match &self.what {
            What::Calendar(calendar) => {
                let in_force = shelf.calendars.get(calendar.id()).map(|now| now.version())?;
                let version = calendar.version();
                (version <= in_force).then(|| Denied::NotNewer { calendar: calendar.id().clone(), version, in_force })
            }
            What::Procedure(procedure) => {
                let published = shelf.latest(&procedure.id)?;
                let version = procedure.version;
                let procedure = || procedure.id.clone();
                (version <= published).then(|| Denied::NotNewerProcedure { procedure: procedure(), version, published })
            }
            What::Directory(_) => None,
        }
    }

    /// Why nothing could be opened by it on that shelf, on which everything published with it stands already: it counts
    /// by a calendar that is not there.
    pub fn no_calendar(&self, shelf: &Shelf) -> Option<Denied> {
        let What::Procedure(procedure) = &self.what else { return None };
        let (step, calendar) = procedure.calendars().find(|(_, calendar)| shelf.calendars.get(calendar).is_none())?;
        let id = &procedure.id;
        let (vi, en) = match step.map(|step| procedure.step_title(step)) {
            Some(step) => (format!(" ở bước «{step}»"), format!(" in “{step}”")),
            None => Default::default(),
        };
        Some(Denied::Refused(Box::new(Refusal::new(
            Code::NoCalendar,
            format!(
                "Quy trình `{id}` tính theo lịch `{calendar}`{vi}, nhưng lịch này chưa được nạp; hãy nạp lịch trước."
            ),
            format!("Procedure `{id}` counts by the calendar `{calendar}`{en}, which is not loaded; load it first."),
        ))))
    }

    /// Why it may not be in force on that shelf, on which everything published with it stands already: it calls what is
    /// not there, or calls lead round to it.
    pub fn cannot_call(&self, shelf: &Shelf) -> Option<Denied> {
        let What::Procedure(procedure) = &self.what else { return None };
        if !procedure.calls() {
            return None;
        }
        let refused = |code, vi: String, en: String| Some(Denied::Refused(Box::new(Refusal::new(code, vi, en))));
        for step in procedure.steps.values() {
            let StepKind::Call(call) = &step.kind else { continue };
            let uses = &call.uses;
            if !shelf.has_version(&uses.procedure, uses.version) {
                let version = uses.version.map(|version| version.to_string());
                let (vi, en) = match &version {
                    Some(version) => (format!(" bản {version}"), format!(" version {version}")),
                    None => Default::default(),
                };
                return refused(
                    Code::NotCallable,
                    format!(
                        "Quy trình `{}` gọi `{}`{vi} ở bước «{}», nhưng quy trình đó chưa được ban hành; hãy ban hành \
                         trước hoặc cùng lúc.",
                        procedure.id, uses.procedure, step.title.vi
                    ),
                    format!(
                        "Procedure `{}` calls `{}`{en} in “{}”, which is not published; publish it first or together.",
                        procedure.id, uses.procedure, step.title.vi
                    ),
                );
            }
        }
        let calls = CallGraph::of(shelf.all_current().collect::<Vec<_>>().iter().map(AsRef::as_ref));
        let wrong = calls.circles().into_iter().chain(calls.too_deep()).find(|way| way.contains(&procedure.id))?;
        let way = wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ");
        refused(
            Code::TooDeep,
            format!("Các quy trình gọi nhau thành vòng hoặc quá sâu: {way}; hãy bỏ bớt một lời gọi."),
            format!("Procedures call each other in a circle or too deep: {way}; leave one of the calls out."),
        )
    }

    /// The journal's word for it.
    pub fn registered(&self) -> Registered {
        let digest = self.digest.clone();
        match &self.what {
            What::Procedure(p) => Registered::ProcedurePublished {
                procedure: p.id.clone(),
                version: p.version,
                digest,
                proposed_by: None,
            },
            What::Calendar(c) => {
                Registered::CalendarPublished { calendar: c.id().clone(), version: c.version(), digest }
            }
            What::Directory(d) => Registered::DirectoryLoaded { directory: d.id().to_owned(), digest },
        }
    }

    /// The row that keeps the text.
    pub fn text(&self, at: Ts) -> Text {
        let (digest, name, text) = (self.digest.clone(), self.name.clone(), self.text.clone());
        match &self.what {
            What::Procedure(p) => Text::Procedure(ProcedureText {
                digest,
                procedure: p.id.clone(),
                version: p.version,
                name,
                text,
                published_at: at,
            }),
            What::Calendar(c) => Text::Calendar(CalendarText {
                digest,
                calendar: c.id().clone(),
                version: c.version(),
                name,
                text,
                published_at: at,
            }),
            What::Directory(_) => Text::Directory(DirectoryText { digest, name, text, loaded_at: at }),
        }
    }

    /// The row that keeps the text while it waits for a second person.
    pub fn proposed(&self, at: Ts) -> Text {
        match self.text(at) {
            Text::Procedure(text) => Text::Proposed(text),
            other => other,
        }
    }

    /// Puts it on a shelf, in force since `since`.
    pub fn put(&self, shelf: &mut Shelf, since: Ts) {
        match &self.what {
            What::Procedure(p) => shelf.add_procedure(Procedure::clone(p), &self.name, &self.text),
            What::Calendar(c) => shelf.add_calendar(Calendar::clone(c), &self.text, since),
            What::Directory(d) => shelf.set_directory(Directory::clone(d), &self.text),
        }
    }
}
