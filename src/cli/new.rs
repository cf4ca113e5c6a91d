//! `quytrinh new`: a first procedure with its scenarios, by questions or by flags. Nothing there is ever overwritten.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::Failure;
use crate::cli::beside::directory;
use crate::cli::output::{data, pick, say};
use crate::definition::diagnostic::{Lang, human};
use crate::definition::load;
use crate::definition::source::Source;
use crate::directory::Directory;
use crate::fold::nearest;
use crate::importing::scaffold::{Asked, Sort, scaffold};
use crate::importing::wording::slug;
use crate::service::clock::{Clock, SystemClock};

/// Most characters of a title, as of every label (L05).
const TITLE: usize = 80;

/// What to begin.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where it goes, as agency and name: `so-y-te/cap-chung-chi`. Asked for where not given.
    name: Option<String>,
    /// Its title in Vietnamese.
    #[arg(long)]
    vi: Option<String>,
    /// What kind of work it is.
    #[arg(long)]
    kind: Option<Kind>,
    /// The unit that answers for it; the agency where not given.
    #[arg(long)]
    owner: Option<String>,
    /// For opinions: the units that are asked, with commas between.
    #[arg(long, value_delimiter = ',')]
    ask: Vec<String>,
    /// The folder of all procedures; `workflows` where there is one.
    #[arg(long)]
    into: Option<PathBuf>,
}

/// The four kinds, by their Vietnamese or English word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Somebody applies and gets an answer
    #[value(name = "thu-tuc", alias = "applicant")]
    Applicant,
    /// Work inside the unit
    #[value(name = "noi-bo", alias = "internal")]
    Internal,
    /// Several units are asked side by side
    #[value(name = "y-kien", alias = "opinions")]
    Opinions,
    /// A council votes
    #[value(name = "hoi-dong", alias = "council")]
    Council,
}

impl Kind {
    const ALL: [(Kind, &'static str, &'static str); 4] = [
        (Kind::Applicant, "thủ tục có người nộp hồ sơ", "somebody applies and gets an answer"),
        (Kind::Internal, "việc nội bộ: soạn rồi ký", "work inside the unit: drafted, then signed"),
        (Kind::Opinions, "lấy ý kiến nhiều đơn vị cùng lúc rồi ký", "several units are asked, then it is signed"),
        (Kind::Council, "hội đồng họp và bỏ phiếu", "a council meets and votes"),
    ];

    fn sort(self) -> Sort {
        match self {
            Kind::Applicant => Sort::Applicant,
            Kind::Internal => Sort::Internal,
            Kind::Opinions => Sort::Opinions,
            Kind::Council => Sort::Council,
        }
    }
}

/// Writes both files and says what to do next.
pub fn run(args: &Args, lang: Lang) -> Result<u8, Failure> {
    let ask = Ask { lang, possible: std::io::stdin().is_terminal() };
    let name = ask.unless(args.name.clone(), "<tên>", |ask| {
        ask.line(
            pick(lang, "Tệp đặt ở đâu (cơ quan/tên-quy-trình, ví dụ so-y-te/cap-chung-chi)", "Where (agency/name)"),
            "",
        )
    })?;
    let (agency, id) = place(&name, lang)?;
    let title = ask.unless(args.vi.clone(), "--vi", |ask| {
        ask.line(pick(lang, "Tên quy trình bằng tiếng Việt", "Its title in Vietnamese"), "")
    })?;
    let title = titled(&title, lang)?;
    let kind = match args.kind {
        Some(kind) => kind,
        None if ask.possible => ask.kind()?,
        None => Kind::Applicant,
    };
    let into = args.into.clone().unwrap_or_else(|| {
        let usual = PathBuf::from("workflows");
        if usual.is_dir() { usual } else { PathBuf::from(".") }
    });
    let folder = agency.as_ref().map_or_else(|| into.clone(), |agency| into.join(agency));
    let file = folder.join(format!("{id}.yaml"));
    let people = directory(&file, None, lang)?;
    let usual = agency.unwrap_or_else(|| "don-vi".to_owned());
    let owner = match &args.owner {
        Some(owner) => owner.clone(),
        None if ask.possible => {
            ask.line(pick(lang, "Mã đơn vị chịu trách nhiệm về quy trình", "The unit that answers for it"), &usual)?
        }
        None => usual,
    };
    known_unit(&owner, people.as_ref(), lang)?;
    let units = asked_units(args, kind, &ask, people.as_ref(), lang)?;
    let asked = Asked { id, title, owner, sort: kind.sort(), units };
    write(&asked, &file, people.as_ref(), lang)
}

fn write(asked: &Asked, file: &Path, people: Option<&Directory>, lang: Lang) -> Result<u8, Failure> {
    let made = scaffold(asked, people.map(|directory| (directory, SystemClock.now())));
    let source = Source::new(file.display().to_string(), made.procedure.as_str());
    if let Err(found) = load(&source) {
        let told: Vec<String> = found.iter().map(|found| human(found, &source, lang)).collect();
        return Err(Failure::refused(told.join("\n")));
    }
    let test = file.with_extension("test.yaml");
    for path in [file, test.as_path()] {
        if path.exists() {
            let there =
                pick(lang, "đã có, không ghi đè; đặt tên khác", "is there and is not overwritten; choose another name");
            return Err(Failure::refused(format!("{} {there}", path.display())));
        }
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|e| Failure::refused(format!("{}: {e}", folder.display())))?;
    }
    for (path, text) in [(file, &made.procedure), (test.as_path(), &made.test)] {
        // Whoever was quicker than the look above keeps what he wrote.
        let written = std::fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|e| Failure::refused(format!("{}: {e}", path.display())))?;
        data(&format!("{}\n", path.display()));
    }
    let name = file.display();
    say(&match lang {
        Lang::Vi => format!(
            "Sửa {name} cho đúng việc của đơn vị, rồi:\n  quytrinh check {name}\n  quytrinh test {name}\n  quytrinh draw {name} > hinh.svg"
        ),
        Lang::En => format!(
            "Change {name} to what the unit does, then:\n  quytrinh check {name}\n  quytrinh test {name}\n  quytrinh draw {name} > picture.svg"
        ),
    });
    Ok(0)
}

/// `agency/name`, or a name alone.
fn place(name: &str, lang: Lang) -> Result<(Option<String>, String), Failure> {
    let name = name.trim().trim_end_matches(".yaml");
    let parts: Vec<&str> = name.split('/').collect();
    match parts.as_slice() {
        [id] if plain(id) => Ok((None, (*id).to_owned())),
        [agency, id] if plain(agency) && plain(id) => Ok((Some((*agency).to_owned()), (*id).to_owned())),
        _ => {
            let likely: Vec<String> =
                parts.iter().rev().take(2).rev().map(|part| slug(part).replace('_', "-")).collect();
            Err(Failure::usage(match lang {
                Lang::Vi => format!(
                    "`{name}`: viết cơ quan/tên bằng chữ thường không dấu, số và gạch nối, ví dụ `{}`",
                    likely.join("/")
                ),
                Lang::En => format!(
                    "`{name}`: agency/name in plain small letters, digits and hyphens, as `{}`",
                    likely.join("/")
                ),
            }))
        }
    }
}

/// A name that is one in a file, in a path and in an address.
fn plain(name: &str) -> bool {
    let fine = !name.is_empty() && name.len() <= 80 && !name.starts_with('-');
    fine && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn titled(title: &str, lang: Lang) -> Result<String, Failure> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let long = title.chars().count() > TITLE;
    if title.is_empty() || long || title.chars().any(char::is_control) {
        return Err(Failure::usage(match lang {
            Lang::Vi => format!("tên quy trình: một dòng, từ 1 đến {TITLE} chữ"),
            Lang::En => format!("the title: one line of 1 to {TITLE} letters"),
        }));
    }
    Ok(title)
}

fn known_unit(unit: &str, people: Option<&Directory>, lang: Lang) -> Result<(), Failure> {
    if !plain(unit) {
        return Err(Failure::usage(format!(
            "`{unit}`: {}",
            pick(lang, "mã đơn vị viết chữ thường không dấu", "a unit's code")
        )));
    }
    let Some(directory) = people else { return Ok(()) };
    if directory.unit(&unit.into()).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = directory.file().units.keys().map(|id| id.as_str()).collect();
    let near = nearest(unit, names.iter().copied()).map_or_else(|| names.join(", "), str::to_owned);
    Err(Failure::usage(match lang {
        Lang::Vi => format!("sơ đồ tổ chức không có đơn vị `{unit}`; có: {near} (dùng --owner)"),
        Lang::En => format!("the directory has no unit `{unit}`; it has: {near} (use --owner)"),
    }))
}

fn asked_units(
    args: &Args,
    kind: Kind,
    ask: &Ask,
    people: Option<&Directory>,
    lang: Lang,
) -> Result<Vec<String>, Failure> {
    if kind != Kind::Opinions {
        return Ok(Vec::new());
    }
    let mut units: Vec<String> = args.ask.iter().map(|unit| unit.trim().to_owned()).collect();
    if units.is_empty() && ask.possible {
        let line =
            ask.line(pick(lang, "Mã các đơn vị được hỏi, cách nhau dấu phẩy", "The units asked, with commas"), "")?;
        units = line.split(',').map(|unit| unit.trim().to_owned()).filter(|unit| !unit.is_empty()).collect();
    }
    for unit in &units {
        known_unit(unit, people, lang)?;
    }
    let twice = units.iter().enumerate().any(|(n, unit)| units[..n].contains(unit));
    // A directory must know those who are asked; and one alone is not asked side by side.
    if units.len() == 1 || twice || (units.is_empty() && people.is_some()) {
        return Err(Failure::usage(pick(
            lang,
            "lấy ý kiến cần từ hai đơn vị khác nhau: --ask so-a,so-b",
            "opinions want two different units or more: --ask so-a,so-b",
        )));
    }
    Ok(units)
}

/// Questions on the terminal.
struct Ask {
    lang: Lang,
    possible: bool,
}

impl Ask {
    fn unless(
        &self,
        given: Option<String>,
        flag: &str,
        question: impl Fn(&Ask) -> Result<String, Failure>,
    ) -> Result<String, Failure> {
        match given {
            Some(given) => Ok(given),
            None if self.possible => question(self),
            None => Err(Failure::usage(format!("{} {flag}", pick(self.lang, "thiếu", "missing:")))),
        }
    }

    fn line(&self, question: &str, usual: &str) -> Result<String, Failure> {
        let shown = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
        let mut err = std::io::stderr().lock();
        // A prompt that cannot be shown is answered blindly or not at all; neither is a fault of ours.
        let _ = write!(err, "{question}{shown}: ");
        let _ = err.flush();
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        match read {
            Ok(0) | Err(_) => Err(Failure::usage(pick(self.lang, "thôi", "given up"))),
            Ok(_) if line.trim().is_empty() => Ok(usual.to_owned()),
            Ok(_) => Ok(line.trim().to_owned()),
        }
    }

    fn kind(&self) -> Result<Kind, Failure> {
        for (n, (_, vi, en)) in Kind::ALL.iter().enumerate() {
            say(&format!("  {}. {}", n + 1, pick(self.lang, vi, en)));
        }
        loop {
            let line = self.line(pick(self.lang, "Loại việc", "What kind"), "1")?;
            let chosen = line.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).and_then(|n| Kind::ALL.get(n));
            match chosen {
                Some((kind, _, _)) => return Ok(*kind),
                None => say(pick(self.lang, "gõ một số từ 1 đến 4", "type a number from 1 to 4")),
            }
        }
    }
}
