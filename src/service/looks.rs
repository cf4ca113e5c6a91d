//! Long looks over all open cases: begun once, waited for as long as a request may wait, and found ready by whoever asks
//! again. A look writes nothing; what it saw is true of the time when it was made.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::service::ask::Denied;
use crate::store::contract::StoreError;

/// How many looks may be under way at once.
const AT_ONCE: usize = 4;
/// What nobody has come back for after this time is dropped.
const KEPT: Duration = Duration::from_secs(120);

/// What a look came to, for each who waits; a failure by its words.
type Seen<T> = Option<Result<Arc<T>, String>>;

/// Looks of one kind by what they are about.
pub struct Looks<T>(Mutex<HashMap<String, Slot<T>>>);

struct Slot<T> {
    begun: Instant,
    seen: watch::Receiver<Seen<T>>,
}

impl<T> Default for Looks<T> {
    fn default() -> Self {
        Looks(Mutex::new(HashMap::new()))
    }
}

impl<T: Send + Sync + 'static> Looks<T> {
    /// Begins the look, or waits for the one that is under way about the same; where it takes longer than `patience`
    /// it goes on, and the answer is [`Denied::Looking`].
    pub async fn at<W>(&self, about: String, patience: Duration, work: W) -> Result<Arc<T>, Denied>
    where
        W: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let mut seen = self.slot(&about, work)?;
        let waited = tokio::time::timeout(patience, seen.wait_for(Option::is_some)).await;
        let result = match waited {
            Err(_) => return Err(Denied::Looking),
            // The task that looked is gone without a word: it is begun anew when asked again.
            Ok(Err(_)) => Err("a look ended without an answer".to_owned()),
            Ok(Ok(found)) => found.clone().unwrap_or_else(|| Err("a look without an answer".to_owned())),
        };
        // What was fetched is not kept: the next look sees what there is then.
        self.slots().remove(&about);
        result.map_err(|why| Denied::Store(StoreError::Failed(why)))
    }

    fn slot<W>(&self, about: &str, work: W) -> Result<watch::Receiver<Seen<T>>, Denied>
    where
        W: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let mut slots = self.slots();
        slots.retain(|_, slot| slot.seen.borrow().is_none() || slot.begun.elapsed() < KEPT);
        if let Some(slot) = slots.get(about) {
            return Ok(slot.seen.clone());
        }
        let under_way = slots.values().filter(|slot| slot.seen.borrow().is_none()).count();
        if under_way >= AT_ONCE {
            return Err(Denied::Busy);
        }
        let (tell, seen) = watch::channel(None);
        slots.insert(about.to_owned(), Slot { begun: Instant::now(), seen: seen.clone() });
        tokio::spawn(async move {
            let result = work.await.map(Arc::new).map_err(|fault| fault.to_string());
            // Nobody may be waiting any more; the slot keeps it.
            drop(tell.send(Some(result)));
        });
        Ok(seen)
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<String, Slot<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
