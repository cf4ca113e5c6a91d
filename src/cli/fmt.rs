//! `quytrinh fmt`: puts procedures, calendars, directories and test files into their canonical form.

use std::io::Read as _;
use std::path::PathBuf;

use crate::cli::Failure;
use crate::cli::output::{data, pick, say};
use crate::definition::canonical::{NoForm, canonical};
use crate::definition::diagnostic::Lang;
use crate::definition::source::Source;
use crate::service::library::read_tree;

/// What to write anew.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files or folders; `workflows` where none is named.
    paths: Vec<PathBuf>,
    /// Changes nothing; names the files that are not in their canonical form and answers 1 where there is one.
    #[arg(long)]
    check: bool,
    /// Reads one text from stdin and writes its canonical form to stdout.
    #[arg(long, conflicts_with_all = ["paths", "check"])]
    stdin: bool,
}

/// Writes them; 1 where a file cannot be read, or with `--check` where one differs.
pub fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    if args.stdin {
        return filter(lang);
    }
    let paths = if args.paths.is_empty() { vec![PathBuf::from("workflows")] } else { args.paths };
    let files = read_tree(&paths).map_err(|unread| Failure::usage(unread.told(lang)))?;
    let (mut different, mut refused) = (0, 0);
    for file in &files {
        if let Some(unread) = &file.unread {
            refused += 1;
            say(&unread.told(lang));
            continue;
        }
        let name = file.path.display().to_string();
        match canonical(&Source::new(&name, file.text.as_str())) {
            Ok(text) if text == file.text.strip_prefix('\u{feff}').unwrap_or(&file.text) => {}
            Ok(text) => {
                different += 1;
                data(&format!("{name}\n"));
                if !args.check {
                    let failed = |e| Failure::refused(format!("{name}: {e}"));
                    std::fs::write(&file.path, text).map_err(failed)?;
                }
            }
            Err(why) => {
                refused += 1;
                say(&format!("{name}: {}", reason(why, lang)));
            }
        }
    }
    let (vi, en) = if args.check {
        ("chưa đúng dạng chuẩn", "not in canonical form")
    } else {
        ("đã viết lại", "written anew")
    };
    say(&format!("{} {}, {different} {}", files.len(), pick(lang, "tệp", "files"), pick(lang, vi, en)));
    Ok(u8::from(refused > 0 || (args.check && different > 0)))
}

fn filter(lang: Lang) -> Result<u8, Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|e| Failure::usage(e.to_string()))?;
    match canonical(&Source::new("stdin", text.as_str())) {
        Ok(text) => {
            data(&text);
            Ok(0)
        }
        Err(why) => Err(Failure::refused(reason(why, lang))),
    }
}

fn reason(why: NoForm, lang: Lang) -> &'static str {
    match why {
        NoForm::Unreadable => {
            pick(lang, "không đọc được; xem `quytrinh check`", "cannot be read; see `quytrinh check`")
        }
        NoForm::Unsure => pick(
            lang,
            "để nguyên: viết lại theo dạng chuẩn thì nghĩa có thể đổi",
            "left as it is: written anew it might not mean the same",
        ),
    }
}
