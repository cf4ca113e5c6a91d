//! `quytrinh demo`: a made-up city in a temporary database, with months of history.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::cli::output::{data, pick, say, table, why};
use crate::cli::{Failure, database, folder, serve};
use crate::config::{Database, Given, Settings};
use crate::definition::diagnostic::Lang;
use crate::ids::Ts;
use crate::service::clock::{Clock, SetClock, SystemClock};
use crate::service::engine::Engine;
use crate::service::history::{self, Cast};
use crate::store;

/// Where to serve and how much history to make.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address and port; 0 takes any free port.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// The folder of procedures, calendars and the directory.
    #[arg(long, default_value = "workflows")]
    workflows: PathBuf,
    /// How many cases the history holds.
    #[arg(long, default_value_t = 120)]
    cases: u32,
    /// The instant at which the three months of history end, such as 2026-11-20T09:00:00Z; not after now, which it is
    /// when left out. The same instant makes the same city
    #[arg(long)]
    until: Option<Ts>,
    /// Keeps the database here instead of in a temporary folder.
    #[arg(long)]
    database: Option<String>,
    /// Makes the history, prints the sign-ins and ends.
    #[arg(long)]
    no_serve: bool,
}

/// Everybody's password in the made-up city.
const PASSWORD: &str = "quy-trinh-ro-nguoi";

/// A made-up city does not move into a database where people work.
fn in_use(database: &Database, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!(
            "`{database}` đang được dùng: đã có dữ liệu trong đó. `demo` dựng một thành phố giả với mật khẩu ai cũng biết \
             nên không ghi vào đó; hãy chọn tệp khác, hoặc bỏ --database. Muốn chạy trên dữ liệu này: `quytrinh serve \
             --database {database}`."
        ),
        Lang::En => format!(
            "`{database}` is in use: it holds a record. `demo` makes up a city whose password everybody knows, and does not \
             write there; choose another file, or leave --database out. To serve this one: `quytrinh serve --database \
             {database}`."
        ),
    }
}

/// A history is past.
fn ahead(until: Ts, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("`--until` {until} chưa tới; lịch sử kết thúc chậm nhất là bây giờ."),
        Lang::En => format!("`--until` {until} lies ahead; a history ends now at the latest."),
    }
}

/// Makes the city and serves it.
pub async fn run(args: Args, lang: Lang) -> Result<u8, Failure> {
    let folder = std::env::temp_dir().join(format!("quytrinh-demo-{}", std::process::id()));
    let database = match &args.database {
        Some(database) => database.clone(),
        None => {
            std::fs::create_dir_all(&folder).map_err(|e| Failure::refused(format!("{}: {e}", folder.display())))?;
            format!("sqlite:{}", folder.join("demo.db").display())
        }
    };
    let given = Given {
        database: Some(database.clone()),
        listen: Some(args.listen.clone()),
        log_filter: Some("warn".into()),
        ..Given::default()
    };
    let settings = Settings::load(None, given).map_err(|error| Failure::usage(error.to_string()))?;
    crate::telemetry::init(&settings.log).map_err(|error| Failure::usage(error.to_string()))?;
    let failed = |error: store::contract::StoreError| Failure::refused(error.to_string());

    // The history is lived through on a clock of its own, then the same database opens on the real one.
    let now = args.until.unwrap_or(SystemClock.now());
    if now > SystemClock.now() {
        return Err(Failure::usage(ahead(now, lang)));
    }
    let clock = Arc::new(SetClock::new(now.plus_minutes(-90 * 24 * 60)));
    let store = database::open(&database, true).await?;
    if store.head().await.map_err(failed)?.next_seq > 0 {
        return Err(Failure::refused(in_use(&settings.database, lang)));
    }
    let past = Engine::start(store, clock.clone()).await.map_err(failed)?;
    folder::take_in(&past, args.workflows.clone(), lang).await?;
    if past.library().all_current().next().is_none() {
        return Err(Failure::refused(format!(
            "{}: {}",
            args.workflows.display(),
            pick(lang, "không có quy trình nào", "no procedures there")
        )));
    }
    say(pick(lang, "đang dựng lịch sử ba tháng…", "living through three months of history…"));
    let lived = history::live_with_work_left(&past, &clock, now, args.cases)
        .await
        .map_err(|denied| Failure::refused(why(denied, lang)))?;
    past.close().await;

    let store = store::open(&database, false).await.map_err(failed)?;
    let engine = Engine::start(store, Arc::new(SystemClock)).await.map_err(failed)?;
    let cast = history::cast(&engine, now);
    for Cast { person, .. } in &cast {
        let set = engine.accounts().set_password(person.as_str(), person, PASSWORD).await;
        set.map_err(|error| Failure::refused(error.to_string()))?;
    }
    let listener =
        TcpListener::bind(settings.listen).await.map_err(|e| Failure::refused(format!("{}: {e}", settings.listen)))?;
    let address = listener.local_addr().map_or_else(|_| args.listen.clone(), |address| address.to_string());
    say(&match lang {
        Lang::Vi => format!("{} hồ sơ, {} đã xong; cơ sở dữ liệu: {database}", lived.opened, lived.ended),
        Lang::En => format!("{} cases, {} ended; database: {database}", lived.opened, lived.ended),
    });
    let headers = match lang {
        Lang::Vi => ["Vai", "Họ tên", "Tên đăng nhập", "Mật khẩu"],
        Lang::En => ["Role", "Name", "Sign-in", "Password"],
    };
    let rows = cast.iter().map(|c| {
        let role = pick(lang, c.role.0, c.role.1).to_owned();
        vec![role, c.name.clone(), c.person.to_string(), PASSWORD.to_owned()]
    });
    data(&table(&headers, rows.collect()));
    data(&format!(
        "{}: http://{address}/\n{}: http://{address}/ton-dong\nAPI: http://{address}/api/v1/openapi.json\n",
        pick(lang, "Trang việc của tôi", "Inbox"),
        pick(lang, "Bảng tồn đọng", "Stuck board"),
    ));
    if args.no_serve {
        engine.close().await;
        return Ok(0);
    }
    let served = serve::serve_on(engine, &settings, listener).await;
    if args.database.is_none() {
        // A leftover of a temporary folder is the system's to sweep.
        let _ = std::fs::remove_dir_all(&folder);
    }
    served
}
