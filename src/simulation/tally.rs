//! What a simulation came to.

/// Figures of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    pub arrived: u64,
    pub ended: u64,
    /// Of those with a limit, how many ended by it.
    pub on_time: u64,
    pub with_limit: u64,
    /// Working minutes from opening to end less those in which the clock stood, of every ended case, in order of size.
    pub lasted: Vec<f64>,
    pub stations: Vec<StationTally>,
    /// Working minutes in which cases arrived.
    pub window: f64,
    /// Working minutes up to the last event.
    pub span: f64,
}

/// Figures of the people of one post.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StationTally {
    /// Working minutes worked, over all officers.
    pub busy: f64,
    /// How many pieces were taken up.
    pub served: u64,
    /// Working minutes that each waited before it was taken up, in order of size.
    pub waited: Vec<f64>,
    pub longest_queue: usize,
    /// Reminders and breaches on the clocks of its steps, over all officers.
    pub reminders: u64,
}

impl Tally {
    /// The share that ended by its limit; nothing where no case has one.
    pub fn on_time_share(&self) -> Option<f64> {
        (self.with_limit > 0).then(|| self.on_time as f64 / self.with_limit as f64)
    }

    /// Working minutes within which that share of the ended cases ended; 0 to 1.
    pub fn lasted_within(&self, share: f64) -> f64 {
        quantile(&self.lasted, share)
    }

    /// The work that came while cases arrived, against the time that the officers had then: above 1 they can never
    /// keep up, however long they work.
    pub fn load(&self, station: usize, officers: u32) -> f64 {
        self.officers_needed(station) / f64::from(officers.max(1))
    }

    /// The share of the time up to the last event in which the officers were busy. Behind a bottleneck work comes no
    /// faster than that lets it through, over a longer time than cases arrived: it is then less than the load.
    pub fn busy_share(&self, station: usize, officers: u32) -> f64 {
        let busy = self.stations.get(station).map_or(0.0, |station| station.busy);
        let whole = self.span.max(self.window) * f64::from(officers.max(1));
        if whole > 0.0 { busy / whole } else { 0.0 }
    }

    /// How many reminders each of so many officers gets in five full days.
    pub fn reminders_a_week(&self, station: usize, officers: u32, full_day: f64) -> f64 {
        let all = self.stations.get(station).map_or(0.0, |station| station.reminders as f64);
        let weeks = (self.span.max(self.window) / (full_day * 5.0)).max(1.0);
        all / weeks / f64::from(officers.max(1))
    }

    /// How many officers would be busy all the time with what came.
    pub fn officers_needed(&self, station: usize) -> f64 {
        let work = self.stations.get(station).map_or(0.0, |station| station.busy);
        if self.window > 0.0 { work / self.window } else { 0.0 }
    }
}

impl StationTally {
    pub fn mean_wait(&self) -> f64 {
        self.waited.iter().sum::<f64>() / self.waited.len().max(1) as f64
    }

    /// Working minutes within which that share was taken up; 0 to 1.
    pub fn waited_within(&self, share: f64) -> f64 {
        quantile(&self.waited, share)
    }
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or(0.0)
}
