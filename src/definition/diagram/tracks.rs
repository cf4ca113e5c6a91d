//! Lines that share a rail run side by side: which of them lies where, so that few cross.

/// A stretch of a line on a rail: from where to where, and whether the line goes on there to the smaller (-1) or the
/// greater (1) side of the rail, or ends at a box (0).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    pub low: f64,
    pub high: f64,
    pub low_turn: i8,
    pub high_turn: i8,
}

/// For each run its place beside the middle of the rail, in tracks; those that meet are a track apart.
pub fn tracks(runs: &[Run]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..runs.len()).collect();
    // What turns to the smaller side lies there to begin with; short within long.
    let lean = |run: &Run| i32::from(run.low_turn) + i32::from(run.high_turn);
    order.sort_by(|a, b| lean(&runs[*a]).cmp(&lean(&runs[*b])).then(a.cmp(b)));
    for _ in 0..runs.len() {
        let mut still = true;
        for n in 1..order.len() {
            let (a, b) = (&runs[order[n - 1]], &runs[order[n]]);
            if crossings(b, a) < crossings(a, b) {
                order.swap(n - 1, n);
                still = false;
            }
        }
        if still {
            break;
        }
    }
    let mut track = vec![0usize; runs.len()];
    for (n, run) in order.iter().enumerate() {
        let before = order[..n].iter().filter(|other| meet(&runs[**other], &runs[*run])).map(|other| track[*other] + 1);
        track[*run] = before.max().unwrap_or(0);
    }
    let mut places = vec![0.0; runs.len()];
    for cluster in clusters(runs) {
        let most = cluster.iter().map(|n| track[*n]).max().unwrap_or(0);
        let least = cluster.iter().map(|n| track[*n]).min().unwrap_or(0);
        for n in cluster {
            places[n] = track[n] as f64 - (most + least) as f64 / 2.0;
        }
    }
    places
}

fn meet(a: &Run, b: &Run) -> bool {
    a.low <= b.high + 1e-6 && b.low <= a.high + 1e-6
}

/// How often two runs cross when the first lies on the smaller side.
fn crossings(first: &Run, second: &Run) -> usize {
    let within = |at: f64, run: &Run| run.low < at - 1e-6 && at + 1e-6 < run.high;
    let of_first = [(first.low, first.low_turn), (first.high, first.high_turn)];
    let of_second = [(second.low, second.low_turn), (second.high, second.high_turn)];
    of_first.iter().filter(|(at, turn)| *turn > 0 && within(*at, second)).count()
        + of_second.iter().filter(|(at, turn)| *turn < 0 && within(*at, first)).count()
}

/// Runs that meet, directly or over others.
fn clusters(runs: &[Run]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by(|a, b| runs[*a].low.total_cmp(&runs[*b].low).then(a.cmp(b)));
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut reach = f64::NEG_INFINITY;
    for n in order {
        match clusters.last_mut().filter(|_| runs[n].low <= reach + 1e-6) {
            Some(cluster) => cluster.push(n),
            None => clusters.push(vec![n]),
        }
        reach = reach.max(runs[n].high);
    }
    clusters
}
