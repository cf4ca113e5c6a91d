//! The pages through their router: who gets in, what a form needs, what comes back when it is refused or too late.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use quytrinh::service::accounts::Scope;
use serde_json::json;
use tower::ServiceExt;

use crate::api_world::{As, World};

/// A browser with a session, as far as forms need one.
pub struct Browser {
    pub app: Router,
    pub cookies: String,
}

pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Seen {
    pub fn location(&self) -> &str {
        self.headers.get("location").map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the hidden input of that name in the form that has this text.
    pub fn hidden(&self, form: &str, name: &str) -> String {
        let forms = self.html.split("<form").find(|rest| rest.split("</form>").next().unwrap().contains(form));
        let form = forms.unwrap_or_else(|| panic!("no form with {form} in {}", self.html));
        let mark = format!("name=\"{name}\" value=\"");
        let at = form.find(&mark).unwrap_or_else(|| panic!("no {name}")) + mark.len();
        form[at..].split('"').next().unwrap().to_owned()
    }
}

impl Browser {
    pub async fn of(world: &World, person: &str) -> Browser {
        let As::Session { token, .. } = world.session(person).await else { unreachable!("a session was asked for") };
        let app = quytrinh::web::router(world.engine.clone(), false);
        Browser { app, cookies: format!("qt_session={token}") }
    }

    pub fn stranger(world: &World) -> Browser {
        Browser { app: quytrinh::web::router(world.engine.clone(), true), cookies: String::new() }
    }

    pub async fn send(&self, request: Request<Body>) -> Seen {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 16 << 20).await.unwrap();
        Seen { status, headers, html: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub async fn get(&self, path: &str) -> Seen {
        self.send(Request::get(path).header("cookie", &self.cookies).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Seen {
        let body = quytrinh::web::stuck::form_urlencoded(pairs);
        let request = Request::post(path)
            .header("cookie", &self.cookies)
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

async fn case_of(world: &World) -> String {
    let lan = world.token("lan", &[Scope::Read, Scope::Act]).await;
    world.open(&lan).await.0
}

#[tokio::test]
async fn a_stranger_sees_the_gate_and_nothing_else() {
    let world = World::new().await;
    let stranger = Browser::stranger(&world);
    for path in ["/", "/ton-dong", "/ho-so/moi", "/ho-so/HS-1"] {
        let seen = stranger.get(path).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{path}");
        assert!(seen.location().starts_with("/dang-nhap?den="), "{path}: {}", seen.location());
    }
    let gate = stranger.get("/dang-nhap?den=//evil.example").await;
    assert_eq!(gate.status, StatusCode::OK);
    assert_eq!(gate.hidden("password", "den"), "/", "no way out to another site");
    let cookie = gate.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Secure"), "{cookie}");
    let csp = gate.headers["content-security-policy"].to_str().unwrap();
    assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe"), "{csp}");
    let missing = stranger.get("/khong-co").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.html.contains("Không tìm thấy trang này"));
}

#[tokio::test]
async fn signing_in_needs_the_form_of_this_browser_and_the_right_password() {
    let world = World::new().await;
    world.session("lan").await;
    let mut browser = Browser::stranger(&world);
    let gate = browser.get("/dang-nhap").await;
    let csrf = gate.hidden("password", "csrf");
    let right = [("csrf", csrf.as_str()), ("login", "lan"), ("password", "tre già măng mọc"), ("den", "/ton-dong")];
    let without = browser.post("/dang-nhap", &right).await;
    assert_eq!(without.status, StatusCode::FORBIDDEN, "the token without its cookie");
    browser.cookies = gate.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let wrong = browser.post("/dang-nhap", &[("csrf", &csrf), ("login", "lan"), ("password", "sai")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("value=\"lan\"") && wrong.html.contains("không đúng"));
    let signed_in = browser.post("/dang-nhap", &right).await;
    assert_eq!((signed_in.status, signed_in.location()), (StatusCode::SEE_OTHER, "/ton-dong"), "{}", signed_in.html);
    assert!(signed_in.headers["set-cookie"].to_str().unwrap().starts_with("qt_session="));
}

#[tokio::test]
async fn a_form_without_the_token_changes_nothing() {
    let world = World::new().await;
    let case = case_of(&world).await;
    let lan = Browser::of(&world, "lan").await;
    let pairs = [("revision", "1"), ("branch", "0"), ("act", "accept"), ("kind", "transition")];
    for path in [format!("/ho-so/{case}/lam"), "/ho-so/moi".into(), "/dang-xuat".into(), "/ngon-ngu".into()] {
        assert_eq!(lan.post(&path, &pairs).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(lan.get(&format!("/ho-so/{case}")).await.status, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn an_act_is_done_once_and_leads_on() {
    let world = World::new().await;
    let case = case_of(&world).await;
    let lan = Browser::of(&world, "lan").await;
    let page = lan.get(&format!("/ho-so/{case}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let of = |name| page.hidden("value=\"accept\"", name);
    let (csrf, key, revision) = (of("csrf"), of("key"), of("revision"));
    let pairs = [
        ("csrf", csrf.as_str()),
        ("key", &key),
        ("revision", &revision),
        ("branch", "0"),
        ("act", "accept"),
        ("kind", "transition"),
    ];
    let path = format!("/ho-so/{case}/lam");
    let first = lan.post(&path, &pairs).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.html);
    let second = lan.post(&path, &pairs).await;
    assert_eq!(second.location(), first.location(), "a second press is the same act");
    let after = lan.get(first.location()).await;
    assert!(after.html.contains("Đã ghi vào sổ"), "{}", after.html);
}

#[tokio::test]
async fn a_member_of_a_council_votes_on_the_page_and_all_see_how_it_stands() {
    let world = World::new().await;
    world.publish_with_council().await;
    let (case, _) = world.open(&world.token("dung", &[Scope::Read, Scope::Act]).await).await;
    let path = format!("/ho-so/{case}");
    let (chair, member) = (Browser::of(&world, "dung").await, Browser::of(&world, "tam").await);
    let page = member.get(&path).await;
    assert!(page.html.contains("Biểu quyết") && page.html.contains("Phiếu trắng"), "{}", page.html);
    assert!(page.html.contains("0/2 thành viên đã biểu quyết"), "{}", page.html);
    let mark = "value=\"vote\"";
    let (csrf, key, revision) = (page.hidden(mark, "csrf"), page.hidden(mark, "key"), page.hidden(mark, "revision"));
    let vote = |choice: &'static str, key: &'static str| {
        [("key", key), ("branch", "0"), ("act", "vote"), ("kind", "command"), ("choice", choice)]
    };
    // The chair votes first: what the member has seen is old, and his vote counts all the same.
    let seen = chair.get(&path).await;
    let theirs = [("csrf", seen.hidden(mark, "csrf")), ("revision", seen.hidden(mark, "revision"))];
    let mut pairs: Vec<(&str, &str)> = theirs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.extend(vote("accept", "k-1"));
    assert_eq!(chair.post(&format!("{path}/lam"), &pairs).await.status, StatusCode::SEE_OTHER);
    let mut pairs = vec![("csrf", csrf.as_str()), ("revision", revision.as_str())];
    pairs.extend(vote("", "k-2"));
    let voted = member.post(&format!("{path}/lam"), &pairs).await;
    assert_eq!(voted.status, StatusCode::SEE_OTHER, "{} {key}", voted.html);
    let page = chair.get(&path).await;
    assert!(page.html.contains("2/2 thành viên đã biểu quyết"), "{}", page.html);
    assert!(page.html.contains("Bùi Văn Tâm: <b>Phiếu trắng</b>"), "{}", page.html);
}

#[tokio::test]
async fn what_is_refused_or_too_late_comes_back_with_what_was_typed() {
    let world = World::new().await;
    let case = case_of(&world).await;
    let lan = Browser::of(&world, "lan").await;
    let path = format!("/ho-so/{case}");
    let page = lan.get(&path).await;
    let csrf = page.hidden("value=\"accept\"", "csrf");
    let revision = page.hidden("value=\"accept\"", "revision");
    let token = world.acting("lan").await;
    let said = world.act(&token, &case, revision.parse().unwrap(), json!({ "act": "receive" })).await;
    let found: u64 = match said.status {
        StatusCode::OK => said.json()["revision"].as_u64().unwrap(),
        // Opened by him, so received by him: accepting moves it as well.
        _ => {
            let said = world.act(&token, &case, revision.parse().unwrap(), json!({ "act": "accept" })).await;
            assert_eq!(said.status, StatusCode::OK, "{}", said.text);
            said.json()["revision"].as_u64().unwrap()
        }
    };
    let pairs = [
        ("csrf", csrf.as_str()),
        ("key", "k-1"),
        ("revision", &revision),
        ("branch", "0"),
        ("act", "accept"),
        ("kind", "transition"),
    ];
    let stale = lan.post(&format!("{path}/lam"), &pairs).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.html);
    assert!(stale.html.contains("Đỗ Thị Lan đã tác động lúc 03/08/2026 09:00"), "who and when: {}", stale.html);

    let found = found.to_string();
    let pairs = [
        ("csrf", csrf.as_str()),
        ("key", "k-2"),
        ("revision", &found),
        ("branch", "0"),
        ("act", "sign"),
        ("kind", "transition"),
    ];
    let refused = lan.post(&format!("{path}/lam"), &pairs).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("Chưa làm được"), "{}", refused.html);
}

#[tokio::test]
async fn a_case_is_opened_from_its_form_and_a_wrong_one_comes_back() {
    let world = World::new().await;
    let lan = Browser::of(&world, "lan").await;
    assert!(lan.get("/ho-so/moi").await.html.contains("quy-trinh=cap-phep-xay-dung"));
    let form = lan.get("/ho-so/moi?quy-trinh=cap-phep-xay-dung").await;
    assert!(form.html.contains("Tổng diện tích sàn") && form.html.contains("Bản vẽ thiết kế"), "{}", form.html);
    assert!(!form.html.contains("Đủ điều kiện cấp phép"), "what a later step finds out is not asked for");
    let of = |name| form.hidden("action=\"/ho-so/moi\"", name);
    let (csrf, key) = (of("csrf"), of("key"));
    let mut pairs = vec![
        ("csrf", csrf.as_str()),
        ("key", &key),
        ("procedure", "cap-phep-xay-dung"),
        ("title", "Nhà <b>ba</b> tầng"),
        ("channel", "paper"),
        ("f.dien_tich_san", "rộng"),
        ("f.cap_cong_trinh", "IV"),
        ("document", "ban_ve"),
    ];
    let wrong = lan.post("/ho-so/moi", &pairs).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("value=\"rộng\"") && wrong.html.contains("Hãy nhập một số"), "{}", wrong.html);
    pairs[5].1 = "120,5";
    let opened = lan.post("/ho-so/moi", &pairs).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.html);
    let page = lan.get(opened.location()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("Nhà &#60;b&#62;ba&#60;/b&#62; tầng"), "{}", page.html);
    assert!(page.html.contains("120,5 m2"));
    let inbox = lan.get("/?q=nha ba".replace(' ', "+").as_str()).await;
    assert!(inbox.html.contains("data-item"), "{}", inbox.html);
    let board = lan.get("/ton-dong?don-vi=&sau=").await;
    assert_eq!(board.status, StatusCode::OK, "an empty filter is none");
    assert_eq!(lan.get("/ton-dong?sau=rac").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_one_may_not_see_does_not_exist_and_the_language_lasts() {
    let world = World::new().await;
    let case = case_of(&world).await;
    let quy = Browser::of(&world, "quy").await;
    let hidden = quy.get(&format!("/ho-so/{case}")).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    let mut lan = Browser::of(&world, "lan").await;
    let csrf = lan.get("/").await.hidden("action=\"/ngon-ngu\"", "csrf");
    let chosen = lan.post("/ngon-ngu", &[("csrf", &csrf), ("lang", "en"), ("den", "/ton-dong")]).await;
    assert_eq!(chosen.location(), "/ton-dong");
    let cookie = chosen.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    lan.cookies = format!("{}; {cookie}", lan.cookies);
    let board = lan.get("/ton-dong").await;
    assert!(board.html.contains("<html lang=\"en\">") && board.html.contains("Stuck"), "{}", board.html);
    let style = lan.get("/tep/app.css").await;
    assert_eq!(
        (style.status, &style.headers["content-type"]),
        (StatusCode::OK, &"text/css; charset=utf-8".parse().unwrap())
    );
    assert_eq!(lan.get("/tep/..%2FCargo.toml").await.status, StatusCode::NOT_FOUND);
}
