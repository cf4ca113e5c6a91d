//! Which step of a new text an old step is: as the history of versions says, and otherwise the one of the same name. It
//! knows no case.

use std::collections::BTreeMap;

use crate::definition::procedure::{OpenCases, Procedure};
use crate::ids::StepId;
use crate::machine::migration::obstacle::Obstacle;

/// Old step -> step of the new text, for those that are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<StepId, StepId>);

impl Mapping {
    /// From the version a case runs by to the text's own: every version on the way must say that cases go on by it, and
    /// what each says follows on what the one before said.
    pub fn said(from: u32, new: &Procedure) -> Result<Mapping, Obstacle> {
        if new.version <= from {
            return Err(Obstacle::NotNewer { version: new.version });
        }
        let mut said: BTreeMap<StepId, StepId> = BTreeMap::new();
        for version in from + 1..=new.version {
            match new.changes.get(&version).map(|change| &change.running) {
                Some(OpenCases::Migrate(steps)) => {
                    for now in said.values_mut() {
                        if let Some(later) = steps.get(&*now) {
                            *now = later.clone();
                        }
                    }
                    for (old, now) in steps {
                        said.entry(old.clone()).or_insert_with(|| now.clone());
                    }
                }
                Some(OpenCases::Finish) => return Err(Obstacle::FinishOnOld { version }),
                Some(OpenCases::Unsaid) | None => return Err(Obstacle::NotSaid { version }),
            }
        }
        Ok(Mapping(said))
    }

    /// What somebody takes for the same steps, to see what a text would meet that says nothing of it.
    pub fn supposed(steps: BTreeMap<StepId, StepId>) -> Mapping {
        Mapping(steps)
    }

    /// What the step is called in the new text.
    pub fn now<'a>(&'a self, old: &'a StepId) -> &'a StepId {
        self.0.get(old).unwrap_or(old)
    }

    /// Whether the text speaks of the step: then it may have changed.
    pub fn names(&self, old: &StepId) -> bool {
        self.0.contains_key(old)
    }

    /// Every step that the text speaks of, with its name now.
    pub fn into_steps(self) -> BTreeMap<StepId, StepId> {
        self.0
    }
}
