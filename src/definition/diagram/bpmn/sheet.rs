//! What is drawn: figures, arrows and lanes, not yet placed.

use crate::definition::diagram::Walk;
use crate::definition::diagram::bpmn::figures::Figures;
use crate::definition::diagram::bpmn::process_id;
use crate::definition::diagram::chart::chart;
use crate::definition::diagram::words;
use crate::definition::graph::Graph;
use crate::definition::procedure::Procedure;

/// A drawing without places.
pub struct Sheet {
    /// The id of the drawn process.
    pub process: String,
    pub title: String,
    pub owner: String,
    pub lanes: Vec<String>,
    pub figures: Vec<Figure>,
    pub arrows: Vec<Arrow>,
}

/// A box, rhomb or circle.
pub struct Figure {
    pub id: String,
    pub element: &'static str,
    pub name: String,
    pub lane: usize,
    pub note: String,
    /// Further attributes, ready to write.
    pub attributes: String,
    /// The elements in it after its arrows, ready to write.
    pub inner: String,
    /// The time in `inner` or the process that is called, for the list of what was drawn.
    pub time: String,
    pub look: Look,
}

/// How a figure is placed and how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Start,
    Task,
    Gateway,
    Event,
    End,
    /// An event sub-process for what may happen at any time.
    Anytime,
}

/// An arrow between figures, by number.
pub struct Arrow {
    pub from: usize,
    pub to: usize,
    pub name: String,
    pub condition: String,
    /// Taken where no other condition holds.
    pub otherwise: bool,
    pub back: bool,
}

impl Arrow {
    /// Its id, by its number.
    pub fn id(n: usize) -> String {
        format!("f_{}", n + 1)
    }
}

/// Draws a procedure.
pub fn sheet(procedure: &Procedure, walk: &Walk) -> Sheet {
    let chart = chart(procedure, walk);
    let graph = Graph::of(procedure);
    let lane_of: Vec<usize> = chart.nodes.iter().map(|node| node.lane).collect();
    let mut figures = Figures::new(procedure, walk, &graph, &lane_of, chart.lanes.len());
    figures.draw();
    let (figures, arrows) = figures.done();
    // A lane nothing stands in says nothing.
    let used = |lane: &usize| figures.iter().any(|figure: &Figure| figure.lane == *lane);
    let mut lanes = chart.lanes;
    if figures.iter().any(|figure| figure.lane == lanes.len()) {
        lanes.push(words::anytime(walk.lang));
    }
    let kept: Vec<usize> = (0..lanes.len()).filter(used).collect();
    let at = |lane: usize| kept.iter().position(|kept| *kept == lane).unwrap_or(0);
    let figures = figures.into_iter().map(|figure| Figure { lane: at(figure.lane), ..figure }).collect();
    Sheet {
        process: process_id(&procedure.id),
        title: words::label(&procedure.title, walk.lang).to_owned(),
        owner: words::unit(&procedure.owner, &walk.units),
        lanes: kept.iter().map(|lane| lanes[*lane].clone()).collect(),
        figures,
        arrows,
    }
}
