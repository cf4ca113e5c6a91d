//! `quytrinh check --watch`: checks again whenever a file changes, until Ctrl-C.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::Duration;

use crate::cli::Failure;
use crate::cli::check::{Args, CheckFormat, told};
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::Lang;
use crate::service::clock::{Clock, SystemClock};
use crate::service::watch::{Look, Watched};

/// How often it looks.
const EVERY: Duration = Duration::from_millis(300);
/// Clears the screen and goes to its top.
const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";

/// Watches until it is told to stop; 1 where there was an error at the last look.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let paths = args.paths();
    let mut watched = Watched::default();
    let (mut code, mut trouble) = (0, String::new());
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            _ = &mut stop => return Ok(code),
            _ = ticks.tick() => {}
        }
        match watched.look(&paths, SystemClock.now()) {
            Ok(Some(look)) => {
                trouble.clear();
                code = show(&look, args.format, lang);
            }
            Ok(None) => {}
            // The folder itself may be gone for a moment, while somebody moves it: that is said once.
            Err(fault) => {
                let now = fault.told(lang);
                if now != trouble {
                    say(&now);
                    trouble = now;
                }
            }
        }
    }
}

fn show(look: &Look, format: CheckFormat, lang: Lang) -> u8 {
    if std::io::stdout().is_terminal() && format == CheckFormat::Human {
        data(CLEAR);
    }
    let code = told(&look.tree, format, lang);
    let names = |paths: &[PathBuf]| {
        let mut names: Vec<String> = paths.iter().take(3).map(|path| path.display().to_string()).collect();
        if paths.len() > names.len() {
            names.push("…".to_owned());
        }
        names.join(", ")
    };
    if !look.gone.is_empty() {
        say(&format!("{}: {}", pick(lang, "không còn tệp", "gone"), names(&look.gone)));
    }
    if !look.read.is_empty() {
        say(&format!("{}: {}", pick(lang, "vừa đọc", "just read"), names(&look.read)));
    }
    say(pick(lang, "đang chờ tệp thay đổi; Ctrl-C để thôi", "waiting for changes; Ctrl-C ends it"));
    code
}
