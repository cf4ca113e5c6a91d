//! A case's steps under other names, wherever it speaks of them: a newer text may call them otherwise. Nothing else of it
//! changes, and no clock knows a step.

use std::collections::BTreeMap;

use crate::ids::StepId;
use crate::machine::case::Case;

impl Case {
    /// Calls the steps by their new names. Two that are one now have what both had.
    pub(super) fn rename_steps(&mut self, names: &BTreeMap<StepId, StepId>) {
        if names.iter().all(|(old, now)| old == now) {
            return;
        }
        let now = |step: &StepId| names.get(step).unwrap_or(step).clone();
        let rename = |step: &mut StepId| *step = now(step);
        for branch in self.branches.values_mut() {
            rename(&mut branch.step);
            branch.from.iter_mut().for_each(rename);
            if let Some(inside) = &mut branch.block {
                rename(&mut inside.block);
            }
            if let Some(given) = &mut branch.given {
                rename(&mut given.step);
                given.from.iter_mut().for_each(rename);
            }
        }
        if let Some(stopped) = &mut self.stopped {
            rename(&mut stopped.step);
        }
        let answers = std::mem::take(&mut self.answers).into_iter();
        self.answers = answers.map(|((block, key), answer)| ((now(&block), key), answer)).collect();
        for (step, doers) in std::mem::take(&mut self.doers) {
            self.doers.entry(now(&step)).or_default().extend(doers);
        }
        for ((step, verb), count) in std::mem::take(&mut self.counts) {
            *self.counts.entry((now(&step), verb)).or_default() += count;
        }
        for (step, count) in std::mem::take(&mut self.sent_back) {
            *self.sent_back.entry(now(&step)).or_default() += count;
        }
    }
}
