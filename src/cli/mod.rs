//! The command line: one subcommand a file. Data goes to stdout, the rest to stderr; 0 is fine, 1 findings or a
//! refusal, 2 a wrong call.

mod act;
mod bench;
mod bench_calendar;
mod bench_check;
mod bench_simulate;
mod bench_timers;
mod beside;
mod calendar;
mod calendar_change;
mod case;
mod check;
mod database;
mod demo;
mod diff;
mod doc;
mod doctor;
mod draw;
mod explain;
mod file;
mod fmt;
mod folder;
mod import;
mod import_bpmn;
mod inbox;
mod journal;
mod local;
mod lsp;
mod migrate_cases;
mod mutate;
mod new;
mod output;
mod patch;
mod plan;
mod publish;
mod record;
mod schema;
mod serve;
mod simulate;
mod six;
mod stuck;
mod test;
mod user;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::definition::diagnostic::Lang;

/// Internal procedures as state machines, with working-time limits and a record of who answers for what.
#[derive(Debug, Parser)]
#[command(name = "quytrinh", version, about, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    /// Language of messages.
    #[arg(long, global = true, default_value = "vi", env = "QUYTRINH_LANG")]
    lang: Language,
    #[command(subcommand)]
    command: Command,
}

/// The languages of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Vi,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Lang {
        match language {
            Language::Vi => Lang::Vi,
            Language::En => Lang::En,
        }
    }
}

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A made-up city in a temporary database: prints addresses and sign-ins.
    Demo(demo::Args),
    /// The engine with its API and pages.
    Serve(serve::Args),
    /// Finds what is wrong in procedure files.
    Check(check::Args),
    /// Begins a procedure with its scenarios, by questions or by flags.
    New(new::Args),
    /// Puts files into their canonical form.
    Fmt(fmt::Args),
    /// The JSON Schema of procedure or test files, for editors.
    Schema(schema::Args),
    /// A language server for editors, over stdin and stdout.
    Lsp(lsp::Args),
    /// Plays the scenarios beside procedure files.
    Test(test::Args),
    /// What changed between two texts of a procedure.
    Diff(diff::Args),
    /// What a new text changes, and the open cases it would meet.
    Plan(plan::Args),
    /// Puts a text in force: one person proposes it, another confirms it.
    Publish(publish::Args),
    /// Lets the open cases of a plan go on by the new text, each where it is proved.
    MigrateCases(migrate_cases::Args),
    /// Draws a procedure.
    Draw(draw::Args),
    /// Brings in what people have: a table of steps from Word or Excel
    Import(import::Args),
    /// How a procedure would do under load: on time, queues, the first bottleneck
    Simulate(simulate::Args),
    /// Writes a procedure as the annex an agency approves.
    Doc(doc::Args),
    /// Calendars: day by day, and the draft of the next year.
    Calendar(calendar::Args),
    /// Opens, shows and moves cases.
    Case(case::Args),
    /// What a person holds or may claim.
    Inbox(inbox::Args),
    /// What is stuck, with whom, since when.
    Stuck(stuck::Args),
    /// The record: verify, export.
    Journal(journal::Args),
    /// Sign-ins and tokens, made on the database itself.
    User(user::Args),
    /// Is the database in order; makes its rows again from the journal.
    Doctor(doctor::Args),
    /// Measures: raw commits and acts over HTTP, in turn, in one run.
    Bench(bench::Args),
    /// Shell completions on stdout.
    #[command(hide = true)]
    Completions { shell: clap_complete::Shell },
}

/// Why a command did not do its work; the text is for people and goes to stderr.
pub struct Failure {
    /// 1 or 2.
    pub code: u8,
    pub message: String,
}

impl Failure {
    /// A finding or refusal.
    pub fn refused(message: impl Into<String>) -> Failure {
        Failure { code: 1, message: message.into() }
    }

    /// A wrong call.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { code: 2, message: message.into() }
    }
}

/// Runs the command line and answers the exit code.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and the version go this way too.
        Err(asked) => {
            output::kept(asked.print());
            return ended(Ok(u8::try_from(asked.exit_code()).unwrap_or(2)), Lang::Vi);
        }
    };
    let lang = Lang::from(cli.lang);
    let done = match cli.command {
        Command::Check(args) if args.watches() => wait(watch::run(args, lang)),
        Command::Check(args) => check::run(args, lang),
        Command::New(args) => new::run(&args, lang),
        Command::Fmt(args) => fmt::run(args, lang),
        Command::Schema(args) => schema::run(&args),
        Command::Lsp(args) => lsp::run(&args, lang),
        Command::Test(args) => test::run(args, lang),
        Command::Diff(args) => diff::run(&args, lang),
        Command::Plan(args) => wait(plan::run(args, lang)),
        Command::Publish(args) => wait(publish::run(args, lang)),
        Command::MigrateCases(args) => wait(migrate_cases::run(args, lang)),
        Command::Draw(args) => draw::run(&args, lang),
        Command::Import(args) => import::run(&args, lang),
        Command::Simulate(args) => simulate::run(&args, lang),
        Command::Doc(args) => doc::run(&args, lang),
        Command::Demo(args) => wait(demo::run(args, lang)),
        Command::Serve(args) => wait(serve::run(args, lang)),
        Command::Calendar(args) => calendar::run(&args, lang),
        Command::Case(args) => wait(case::run(args, lang)),
        Command::Inbox(args) => wait(inbox::run(args, lang)),
        Command::Stuck(args) => wait(stuck::run(args, lang)),
        Command::Journal(args) => wait(journal::run(args, lang)),
        Command::User(args) => wait(user::run(args, lang)),
        Command::Doctor(args) => wait(doctor::run(args, lang)),
        Command::Bench(args) => wait(bench::run(args, lang)),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "quytrinh", &mut script);
            output::bytes(&script);
            Ok(0)
        }
    };
    ended(done, lang)
}

/// How a command ends: what did not arrive is a failure, whatever else there was.
fn ended(done: Result<u8, Failure>, lang: Lang) -> ExitCode {
    let code = match done {
        Ok(code) => code,
        Err(failure) => {
            output::complain(lang, &failure.message);
            failure.code
        }
    };
    match output::lost(lang) {
        Some(why) => {
            output::complain(lang, &why);
            ExitCode::from(code.max(1))
        }
        None => ExitCode::from(code),
    }
}

fn wait(work: impl Future<Output = Result<u8, Failure>>) -> Result<u8, Failure> {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => Err(Failure::refused(format!("the runtime cannot start: {error}"))),
    }
}
