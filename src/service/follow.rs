//! Another process on the same database may put people and rights in force: here they are known within a second, so that
//! who was struck there is out here too. It writes nothing; the writer reads the texts anew by itself.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::ids::Digest;
use crate::journal::entry::Head;
use crate::service::ask::Denied;
use crate::service::engine::Engine;
use crate::store::contract::StoreError;

/// How often it is looked at; the journal's end alone where nothing was written.
const EVERY: Duration = Duration::from_millis(500);

/// What was seen at the last look.
#[derive(Default)]
pub struct Followed {
    head: Option<Head>,
    directory: Option<Digest>,
}

/// Why people could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum Unfollowed {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the writer did not look: {0:?}")]
    Denied(Denied),
}

impl Followed {
    /// Looks once; answers whether people were read anew.
    pub async fn look(&mut self, engine: &Engine) -> Result<bool, Unfollowed> {
        let head = engine.store().head().await?;
        if self.head == Some(head) {
            return Ok(false);
        }
        let Some(text) = engine.store().directory().await? else {
            self.head = Some(head);
            return Ok(false);
        };
        // at the first look what the shelf shows may be older than what is in the store
        let changed = self.directory.as_ref().is_some_and(|known| *known != text.digest);
        let news = changed || !engine.library().has_text(&text.digest);
        if news {
            // a round without a case makes the writer catch up with the journal, and nothing else
            let round = engine.begin_ticks(Vec::new()).await.map_err(Unfollowed::Denied)?;
            if let Ok(Err(denied)) = round.await {
                return Err(Unfollowed::Denied(denied));
            }
        }
        (self.head, self.directory) = (Some(head), Some(text.digest));
        Ok(news)
    }
}

/// Does so until it is told to stop.
pub async fn run(engine: Engine, stop: CancellationToken) {
    let mut followed = Followed::default();
    loop {
        if let Err(error) = followed.look(&engine).await
            && !stop.is_cancelled()
        {
            warn!(name: "follow.failed", %error, "people are looked at again in a moment");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}
