//! Procedures that call each other, as the files beside each other and what is published let one see it: what the checks
//! of calls look at. A call whose procedure is not there is told by N09 alone.

use crate::definition::call::Call;
use crate::definition::checks::across::File;
use crate::definition::diagnostic::{Diagnostic, Elsewhere};
use crate::definition::procedure::{Procedure, StepKind};
use crate::definition::source::{Route, Source, Span};
use crate::ids::{ProcedureId, StepId};

/// The files of a tree, with what is published beside them.
pub struct Calls<'a> {
    pub files: &'a [File<'a>],
    pub published: &'a [&'a Procedure],
    /// Procedures whose files lie here and cannot be read as any.
    pub faulty: &'a [ProcedureId],
    /// Whether all there is lies here: only then is what is not here missing.
    pub whole: bool,
}

/// One calling step.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The number of its file.
    pub file: usize,
    pub procedure: &'a Procedure,
    pub source: &'a Source,
    pub step: &'a StepId,
    pub call: &'a Call,
}

/// A procedure that is called, and its file where that is at hand.
#[derive(Clone, Copy)]
pub struct Callee<'a> {
    pub procedure: &'a Procedure,
    pub source: Option<&'a Source>,
}

impl<'a> Calls<'a> {
    /// Every calling step of the files.
    pub fn places(&self) -> Vec<Place<'a>> {
        let mut places = Vec::new();
        for (file, (procedure, source)) in self.files.iter().enumerate() {
            for step in procedure.steps.values() {
                if let StepKind::Call(call) = &step.kind {
                    places.push(Place { file, procedure, source, step: &step.id, call });
                }
            }
        }
        places
    }

    /// Every calling step with what it calls, where that is there.
    pub fn pairs(&self) -> Vec<(Place<'a>, Callee<'a>)> {
        self.places().into_iter().filter_map(|place| Some((place, self.callee(place.call)?))).collect()
    }

    /// Every text there is, files first.
    pub fn all(&self) -> impl Iterator<Item = Callee<'a>> + '_ {
        let files = self.files.iter().map(|(procedure, source)| Callee { procedure, source: Some(source) });
        files.chain(self.published.iter().map(|procedure| Callee { procedure, source: None }))
    }

    /// What a step calls: the version it names, else the latest.
    pub fn callee(&self, call: &Call) -> Option<Callee<'a>> {
        let uses = &call.uses;
        let fits = |callee: &Callee<'a>| {
            callee.procedure.id == uses.procedure
                && uses.version.is_none_or(|version| version == callee.procedure.version)
        };
        // Of one version here and published, the file here is the one that is being written.
        self.all()
            .filter(fits)
            .reduce(|best, next| if next.procedure.version > best.procedure.version { next } else { best })
    }
}

impl Place<'_> {
    /// Where something of its `use` stands.
    pub fn span(&self, keys: &[&str]) -> Span {
        let route = route(self.procedure, self.step).key("use");
        self.source.span(&keys.iter().fold(route, |route, key| route.key(*key)))
    }

    /// Where its limit stands.
    pub fn within(&self) -> Span {
        self.source.span(&route(self.procedure, self.step).key("within"))
    }
}

impl Callee<'_> {
    /// A diagnostic that also shows a place of the called file.
    pub fn shown(&self, found: Diagnostic, keys: &[&str], vi: &str, en: &str) -> Diagnostic {
        let Some(source) = self.source else { return found };
        let span = source.key_span(&Route::of(keys.iter().copied()));
        found.elsewhere(Elsewhere::at(source, span, vi, en))
    }
}

fn route(procedure: &Procedure, step: &StepId) -> Route {
    match procedure.step(step).and_then(|step| step.inside.as_ref()) {
        Some((block, key)) => route(procedure, block).key("branches").key(key.as_str()).key("steps").key(step.as_str()),
        None => Route::of(["steps", step.as_str()]),
    }
}
