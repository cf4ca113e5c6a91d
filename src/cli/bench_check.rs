//! `quytrinh bench check`: how many procedures of a city are checked in a second on one core and in how much memory, and
//! how long an editor waits for a file to be read again.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use crate::cli::lsp::document::Document;
use crate::cli::output::data;
use crate::cli::{Failure, Format};
use crate::definition::diagnostic::Lang;
use crate::service::clock::{Clock, SystemClock};
use crate::service::library::{FileKind, TreeFile, read_tree};
use crate::service::tree::check_tree;

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many procedures; those of the folder over and over, each copy with a name, an owner and limits of its own.
    #[arg(long, default_value_t = 2_000)]
    files: usize,
    /// How often each procedure is read again as an editor does it.
    #[arg(long, default_value_t = 50)]
    rounds: usize,
    /// The folder of procedures, calendars and the directory.
    #[arg(long, default_value = "workflows")]
    workflows: PathBuf,
    #[arg(long, default_value = "human")]
    format: Format,
}

/// Checks a made-up city's files on the calling thread alone.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    let given = read_tree(std::slice::from_ref(&args.workflows)).map_err(|unread| Failure::usage(unread.told(lang)))?;
    let editor = editor(&given, args.rounds);
    let folder = std::env::temp_dir().join(format!("quytrinh-bench-check-{}", std::process::id()));
    city(&given, &folder, args.files).map_err(|fault| Failure::refused(format!("{}: {fault}", folder.display())))?;
    drop(given);
    let begun = Instant::now();
    let tree = check_tree(std::slice::from_ref(&folder), SystemClock.now());
    let seconds = begun.elapsed().as_secs_f64();
    // A leftover of a temporary folder is the system's to sweep.
    let _ = std::fs::remove_dir_all(&folder);
    let tree = tree.map_err(|unread| Failure::usage(unread.told(lang)))?;
    let found: usize = tree.files.iter().map(|file| file.found.len()).sum();
    let rate = (args.files as f64 / seconds).round();
    let (p50, p99) = (editor.0, editor.1);
    let peak = peak_mib();
    data(&match args.format {
        Format::Human => format!(
            "files_per_second {rate}\nfindings {found}\npeak_mib {}\nreread_ms p50 {p50:.2} p99 {p99:.2}\n",
            peak.map_or_else(|| "?".to_owned(), |peak| peak.to_string())
        ),
        Format::Json => format!(
            "{}\n",
            json!({
                "files_per_second": rate,
                "findings": found,
                "peak_mib": peak,
                "reread_ms": { "p50": p50, "p99": p99 },
            })
        ),
    });
    Ok(0)
}

/// Half of the times and all but a hundredth, in milliseconds, in which an editor's change of a procedure is answered.
fn editor(given: &[TreeFile], rounds: usize) -> (f64, f64) {
    let mut times = Vec::new();
    for file in given.iter().filter(|file| file.kind == FileKind::Procedure) {
        for _ in 0..rounds.max(1) {
            let begun = Instant::now();
            black_box(Document::read("procedure.yaml", &file.text, &Default::default(), None));
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
    }
    times.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).or(times.last()).copied().unwrap_or(0.0);
    (at(0.5), at(0.99))
}

/// So many procedures with what stands beside them.
fn city(given: &[TreeFile], folder: &Path, files: usize) -> std::io::Result<()> {
    let (procedures, others): (Vec<_>, Vec<_>) = given.iter().partition(|file| file.kind == FileKind::Procedure);
    std::fs::create_dir_all(folder)?;
    for (n, file) in others.iter().filter(|file| file.kind != FileKind::Test).enumerate() {
        std::fs::write(folder.join(format!("0-{n}.yaml")), &file.text)?;
    }
    for (n, file) in procedures.iter().cycle().take(files).enumerate() {
        let own = |line: &str| match line.split_once(": ") {
            Some(("id", id)) => format!("id: {id}-{n}"),
            Some(("vi", _)) => format!("vi: Thủ tục {}", name(n)),
            Some(("codes", _)) => format!("codes: [\"9.{n:06}\"]"),
            _ => line.to_owned(),
        };
        let text: String = file.text.lines().map(|line| own(line) + "\n").collect();
        std::fs::write(folder.join(format!("{n}.yaml")), text)?;
    }
    Ok(())
}

/// A name of syllables that no other number has.
fn name(number: usize) -> String {
    const SYLLABLES: [&str; 12] =
        ["đất", "nhà", "đường", "trường", "rừng", "biển", "chợ", "cầu", "nước", "điện", "thuốc", "sách"];
    let mut rest = number;
    let mut words = Vec::new();
    for _ in 0..4 {
        words.push(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    words.join(" ")
}

/// The most memory that this process has held, where the system tells.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
}
