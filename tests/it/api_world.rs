//! A small city for the tests of the API: one department with its one-stop, three bodies that are asked, an inspector,
//! an administrator, the construction permit, and an engine over a SQLite file of its own.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use quytrinh::definition::source::Source;
use quytrinh::ids::PersonId;
use quytrinh::machine::command::Actor;
use quytrinh::service::accounts::Scope;
use quytrinh::service::clock::SetClock;
use quytrinh::service::engine::Engine;
use quytrinh::service::library::{read_calendar, read_directory};
use quytrinh::service::publish::Publication;
use quytrinh::store;
use serde_json::Value;
use tower::ServiceExt;

pub const PERMIT: &str = include_str!("../../workflows/so-xay-dung/cap-phep-xay-dung.yaml");
pub const CALENDAR: &str = include_str!("../../workflows/calendars/hanoi.yaml");
pub const DIRECTORY: &str = r#"
format: directory/v1
id: thanh-pho-mau
people:
  dung: { vi: Trần Quang Dũng }
  binh: { vi: Lê Thanh Bình }
  hoa: { vi: Nguyễn Thị Hoa }
  cuong: { vi: Phạm Văn Cường }
  lan: { vi: Đỗ Thị Lan }
  mai: { vi: Vũ Thị Mai }
  tam: { vi: Bùi Văn Tâm }
  phuc: { vi: Ngô Văn Phúc }
  quy: { vi: Đặng Văn Quý }
  son: { vi: Hoàng Văn Sơn }
  thanh: { vi: Lý Văn Thanh }
  quan-tri: { vi: Quản trị hệ thống }
units:
  ubnd-thanh-pho:
    vi: Ủy ban nhân dân thành phố
    calendar: hanoi
    posts: { chu-tich: { vi: Chủ tịch, head: true, people: [son] } }
  so-xay-dung:
    vi: Sở Xây dựng
    under: ubnd-thanh-pho
    posts:
      giam-doc: { vi: Giám đốc, head: true, people: [dung] }
      pho-giam-doc: { vi: Phó Giám đốc, deputy: true, people: [{ person: binh, areas: [cap-phep-xay-dung] }] }
  phong-cap-phep:
    vi: Phòng Cấp phép xây dựng
    under: so-xay-dung
    posts:
      truong-phong: { vi: Trưởng phòng, head: true, people: [hoa] }
      chuyen-vien: { vi: Chuyên viên, people: [cuong] }
  bo-phan-mot-cua:
    vi: Bộ phận Một cửa
    under: so-xay-dung
    posts:
      phu-trach: { vi: Phụ trách, head: true, people: [mai] }
      can-bo-mot-cua: { vi: Cán bộ Một cửa, people: [lan] }
  so-tai-nguyen:
    vi: Sở Tài nguyên
    under: ubnd-thanh-pho
    posts: { giam-doc: { vi: Giám đốc, head: true, people: [tam] } }
  canh-sat-pccc:
    vi: Cảnh sát Phòng cháy chữa cháy
    under: ubnd-thanh-pho
    posts: { truong-phong: { vi: Trưởng phòng, head: true, people: [phuc] } }
  so-quy-hoach:
    vi: Sở Quy hoạch
    under: ubnd-thanh-pho
    posts: { giam-doc: { vi: Giám đốc, head: true, people: [quy] } }
rights:
  inspectors: [{ person: thanh, area: ubnd-thanh-pho }]
  admins: [quan-tri]
  authors: [{ person: hoa, unit: so-xay-dung }, { person: dung, unit: so-xay-dung }]
"#;

/// The running city.
pub struct World {
    pub engine: Engine,
    pub app: Router,
    pub clock: Arc<SetClock>,
    folder: PathBuf,
}

/// An answer, read.
#[derive(Debug)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or("").to_owned()
    }
}

/// Who sends a request.
#[derive(Clone, Debug)]
pub enum As {
    Nobody,
    Token(String),
    Session { token: String, csrf: String },
}

impl World {
    /// A city at 9:00 of Monday 3 August 2026.
    pub async fn new() -> World {
        let folder = std::env::temp_dir().join(format!("quytrinh-api-{:016x}", rand::random::<u64>()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite:{}", folder.join("q.db").display());
        let store = store::open(&url, true).await.unwrap();
        let clock = Arc::new(SetClock::new("2026-08-03T02:00:00Z".parse().unwrap()));
        let engine = Engine::start(store, clock.clone()).await.unwrap();
        let (permit, _) = quytrinh::definition::load(&Source::new("cap-phep-xay-dung.yaml", PERMIT)).unwrap();
        let texts = vec![
            Publication::directory("directory.yaml", DIRECTORY, read_directory(DIRECTORY).unwrap()),
            Publication::calendar("hanoi.yaml", CALENDAR, read_calendar(CALENDAR).unwrap()),
            Publication::procedure("cap-phep-xay-dung.yaml", PERMIT, permit),
        ];
        engine.publish(Actor::System, texts).await.unwrap();
        engine.note_sweep();
        let app = quytrinh::http::router(engine.clone());
        World { engine, app, clock, folder }
    }

    /// A token of a person.
    pub async fn token(&self, person: &str, scopes: &[Scope]) -> As {
        let issued = self.engine.accounts().issue_token(&PersonId::from(person), "test", scopes).await.unwrap();
        As::Token(issued.secret)
    }

    /// A token of a person that reads and acts.
    pub async fn acting(&self, person: &str) -> As {
        self.token(person, &[Scope::Read, Scope::Act, Scope::Signal]).await
    }

    /// Puts a version of the permit in force whose first step a council of two decides: the directors of two departments.
    pub async fn publish_with_council(&self) {
        let council = "\npeople:\n  tai_nguyen: { vi: Giám đốc Sở Tài nguyên, head_of: so-tai-nguyen }\n  hoi_dong: { vi: Hội \
                       đồng, council: { members: [giam_doc, tai_nguyen], quorum: 2, threshold: 2 } }\n";
        let text = PERMIT.replace("version: 3 ", "version: 4 ").replace("\npeople:\n", council);
        let text = text.replacen("    by: mot_cua\n", "    by: hoi_dong\n", 1);
        let (procedure, _) = quytrinh::definition::load(&Source::new("x.yaml", &text)).unwrap();
        self.engine.publish(Actor::System, vec![Publication::procedure("x.yaml", text, procedure)]).await.unwrap();
    }

    /// A browser session of a person.
    pub async fn session(&self, person: &str) -> As {
        let password = "tre già măng mọc";
        let accounts = self.engine.accounts();
        accounts.set_password(person, &PersonId::from(person), password).await.unwrap();
        let signed_in = accounts.sign_in(person, password, "vi").await.unwrap();
        As::Session { token: signed_in.token, csrf: signed_in.csrf }
    }

    /// Sends a request; a body makes it JSON.
    pub async fn send(&self, who: &As, method: Method, path: &str, body: Option<Value>) -> Got {
        self.send_with(who, method, path, body, &[]).await
    }

    pub async fn send_with(
        &self,
        who: &As,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Got {
        self.request(request(who, method, path, body, headers)).await
    }

    pub async fn request(&self, request: Request<Body>) -> Got {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 16 << 20).await.unwrap();
        Got { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub async fn get(&self, who: &As, path: &str) -> Got {
        self.send(who, Method::GET, path, None).await
    }

    /// Opens a permit in the name of the one-stop; answers the case and its revision.
    pub async fn open(&self, who: &As) -> (String, u64) {
        let got = self.send(who, Method::POST, "/api/v1/cases", Some(permit())).await;
        assert_eq!(got.status, StatusCode::CREATED, "{}", got.text);
        let json = got.json();
        (json["case"].as_str().unwrap().to_owned(), json["revision"].as_u64().unwrap())
    }

    /// Acts at a revision.
    pub async fn act(&self, who: &As, case: &str, revision: u64, body: Value) -> Got {
        let tag = format!("\"{revision}\"");
        self.send_with(who, Method::POST, &format!("/api/v1/cases/{case}/act"), Some(body), &[("if-match", &tag)]).await
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A permit asked for.
pub fn permit() -> Value {
    serde_json::json!({
        "procedure": "cap-phep-xay-dung",
        "title": "Xây nhà ở 3 tầng, phường Ngọc Hà",
        "channel": "online",
        "fields": { "dien_tich_san": 120, "cap_cong_trinh": "IV" },
        "documents": ["ban_ve"]
    })
}

pub fn request(who: &As, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method.clone()).uri(path).header("host", "qt.example");
    match who {
        As::Nobody => {}
        As::Token(secret) => request = request.header("authorization", format!("Bearer {secret}")),
        As::Session { token, csrf } => {
            request = request.header("cookie", format!("qt_session={token}"));
            if method != Method::GET {
                request = request.header("x-csrf-token", csrf).header("origin", "https://qt.example");
            }
        }
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    match body {
        None => request.body(Body::empty()).unwrap(),
        Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap(),
    }
}
