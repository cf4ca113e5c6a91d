//! A drawing as it was drawn: shapes, arrows, lanes, papers and notes. Nothing is judged here.

use std::collections::HashMap;

use crate::importing::bpmn::ledger::Key;

/// The whole drawing.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub name: String,
    pub processes: Vec<Process>,
    pub pools: Vec<Pool>,
    pub shapes: Vec<Shape>,
    pub arrows: Vec<Arrow>,
    pub scopes: Vec<Scope>,
    pub lanes: Vec<Lane>,
    pub papers: Vec<Paper>,
    pub notes: Vec<Note>,
    /// Dotted lines: their number in the account, from, to.
    pub ties: Vec<(Key, String, String)>,
    pub messages: Vec<Message>,
    /// What is written about something that is no shape: its number in the account, its name, the text.
    pub remarks: Vec<(Key, String, String)>,
}

/// A process of the drawing.
#[derive(Clone, Debug)]
pub struct Process {
    pub key: Key,
    pub id: String,
    pub name: String,
}

/// A pool; one without a process is somebody outside.
#[derive(Clone, Debug)]
pub struct Pool {
    pub key: Key,
    pub id: String,
    pub name: String,
    pub process: String,
}

/// A process or a sub-process: what shapes and arrows lie in.
#[derive(Clone, Debug)]
pub struct Scope {
    pub process: usize,
    /// The shape it is the inside of, and the scope that shape lies in.
    pub of: Option<(usize, usize)>,
}

/// A lane, with the shapes in it by id; inner lanes come after those they lie in.
#[derive(Clone, Debug)]
pub struct Lane {
    pub key: Key,
    pub process: usize,
    pub name: String,
    pub shapes: Vec<String>,
}

/// A box, a rhomb or a circle.
#[derive(Clone, Debug)]
pub struct Shape {
    pub key: Key,
    pub id: String,
    pub name: String,
    pub kind: Kind,
    pub scope: usize,
    pub note: String,
    /// Arrows by id, as the shape names them; for mending.
    pub arrows_in: Vec<String>,
    pub arrows_out: Vec<String>,
    pub trigger: Trigger,
    /// Further triggers of the same event.
    pub more_triggers: bool,
    pub repeats: bool,
    /// Of a boundary event: the shape it sits on, and whether it interrupts.
    pub on: String,
    pub interrupts: bool,
    /// The process that a call names.
    pub called: String,
    /// Who does it, as written in the task.
    pub who: Vec<String>,
    pub takes: Vec<String>,
    pub gives: Vec<String>,
}

/// What a shape is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Task,
    /// Work of a machine.
    Automatic,
    Receive,
    Call,
    Sub,
    EventSub,
    AdHoc,
    Exclusive,
    Parallel,
    Inclusive,
    Complex,
    EventBased,
    Start,
    End,
    Catch,
    Throw,
    Boundary,
}

/// What makes an event happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trigger {
    #[default]
    None,
    /// With the message's name.
    Message(String),
    /// The kind of time and its text.
    Timer(String, String),
    Link(String),
    Terminate,
    /// Signal, error, escalation, condition, cancel, compensation: with its name.
    Other(String),
}

/// An arrow between shapes; an end that is no shape is missing.
#[derive(Clone, Debug)]
pub struct Arrow {
    pub key: Key,
    pub id: String,
    pub name: String,
    pub from: String,
    pub to: String,
    pub condition: String,
}

/// A paper: an object or a reference to one, and what stands for it.
#[derive(Clone, Debug)]
pub struct Paper {
    pub key: Key,
    pub id: String,
    pub name: String,
    /// The data object a reference is to.
    pub stands_for: String,
    pub process: usize,
}

/// A text beside the drawing.
#[derive(Clone, Debug)]
pub struct Note {
    pub key: Key,
    pub id: String,
    pub text: String,
}

/// A message between parties.
#[derive(Clone, Debug)]
pub struct Message {
    pub key: Key,
    pub name: String,
    pub from: String,
    pub to: String,
}

impl Model {
    /// What a shape belongs to.
    pub fn process_of(&self, shape: usize) -> usize {
        self.scopes.get(self.shapes[shape].scope).map_or(0, |scope| scope.process)
    }

    /// For each shape the innermost lane it lies in; that of the sub-process around it where it lies in none.
    pub fn lanes_of(&self) -> Vec<Option<usize>> {
        let mut named: HashMap<&str, usize> = HashMap::new();
        for (n, lane) in self.lanes.iter().enumerate() {
            named.extend(lane.shapes.iter().map(|shape| (shape.as_str(), n)));
        }
        let own = |shape: usize| named.get(self.shapes[shape].id.as_str()).copied();
        let of = |shape: usize| {
            let around = |here: &usize| self.scopes[self.shapes[*here].scope].of.map(|(shape, _)| shape);
            std::iter::successors(Some(shape), around).find_map(own)
        };
        (0..self.shapes.len()).map(of).collect()
    }
}
