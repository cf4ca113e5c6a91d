//! Problem documents (RFC 9457), and the only place that knows which status a refusal or failure is answered with.
//!
//! A problem is made without knowing the caller's language; [`crate::http::edge`] writes it when the answer leaves.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::http::body::bad_query;
use crate::http::health::WaitingTimer;
use crate::http::lang::Lang;
use crate::http::wire::proposal::{TextFinding, finding};
use crate::ids::{BranchId, Ts};
use crate::machine::refusal::{Code, Refusal};
use crate::service::accounts::AccountError;
use crate::service::ask::{Denied, Stale};
use crate::service::query::QueryError;
use crate::service::review::Review;
use crate::store::contract::StoreError;

/// What was wrong with a request, in both languages until it leaves.
#[derive(Clone, Debug)]
pub struct Problem {
    pub kind: Kind,
    vi: String,
    en: String,
    more: Box<More>,
    /// For the log alone; never sent.
    cause: Option<String>,
    retry_after: Option<u32>,
    /// What is wrong in a text, in Vietnamese and in English.
    told: Vec<(TextFinding, TextFinding)>,
}

/// A problem document (RFC 9457), `application/problem+json`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(examples(json!({
    "type": "/problems/stale_version", "title": "The case has moved on", "status": 412,
    "detail": "Nguyễn Thị Hường moved case 2026-000123 at 10:42:00 on 24 November 2026; it is now at step “Thẩm định”, revision 4 (you saw 3).",
    "code": "stale_version", "request_id": "0f2c…", "expected": 3, "found": 4, "moved_by": "huong", "moved_at": "2026-11-24T03:42:00Z"
})))]
pub struct ProblemDocument {
    /// A page that explains the code.
    #[schema(examples("/problems/stale_version"))]
    r#type: String,
    /// The same for every occurrence, in the caller's language.
    title: String,
    status: u16,
    /// What happened here, in the caller's language.
    detail: String,
    /// Stable, never reused.
    #[schema(examples("stale_version"))]
    code: String,
    /// Also in the header `X-Request-Id` and in the log.
    request_id: String,
    #[serde(flatten)]
    more: More,
}

/// What a problem adds to its sentence.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
#[schema(as = ProblemDetails)]
struct More {
    /// The branch it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u32>)]
    branch: Option<BranchId>,
    /// Fields that must be given, or given otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<String>,
    /// Papers that must be in the case first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    documents: Vec<String>,
    /// What would be allowed instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<String>,
    /// Each wrong place of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Wrong>,
    /// The revision that `If-Match` named, and the one the case has.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<u64>,
    /// Who moved the case; absent where the engine did.
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_by_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    moved_at: Option<Ts>,
    /// Where the case is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
    /// Why the system is not ready.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
    /// What is wrong in the text that was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<TextFinding>,
    /// The timer that waits longest while the system is not ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<WaitingTimer>,
}

/// One wrong place of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Wrong {
    /// Where: a JSON pointer into the body, or the name of a parameter or header.
    #[schema(examples("/fields/dien_tich_san"))]
    pub path: String,
    /// What would be right.
    #[schema(examples("number"))]
    pub expected: String,
    /// What stood there, shortened.
    #[schema(examples("\"nhiều\""))]
    pub found: String,
}

impl Wrong {
    /// A wrong place; what was found is cut to eighty characters.
    pub fn new(path: impl Into<String>, expected: impl Into<String>, found: impl AsRef<str>) -> Wrong {
        let found = found.as_ref();
        let mut short: String = found.chars().take(80).collect();
        if short.len() < found.len() {
            short.push('…');
        }
        Wrong { path: path.into(), expected: expected.into(), found: short }
    }
}

/// A refusal of the machine, or a fault that never reached it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Refusal(Code),
    Fault(Fault),
}

macro_rules! faults {
    ($($name:ident = $word:literal, $status:ident, $vi:literal, $en:literal;)*) => {
        /// A problem that is not a refusal of the machine. Never reused; each has a page in `docs/reference/problems/`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault { $(#[doc = $en] $name,)* }

        impl Fault {
            /// Every fault, in the order of the reference.
            pub const ALL: &'static [Fault] = &[$(Fault::$name,)*];

            /// The stable word.
            pub fn word(self) -> &'static str {
                match self { $(Fault::$name => $word,)* }
            }

            fn status(self) -> StatusCode {
                match self { $(Fault::$name => StatusCode::$status,)* }
            }

            fn title(self) -> (&'static str, &'static str) {
                match self { $(Fault::$name => ($vi, $en),)* }
            }
        }
    };
}

faults! {
    SignInRequired = "sign_in_required", UNAUTHORIZED, "Cần đăng nhập", "Sign in first";
    BadToken = "bad_token", UNAUTHORIZED, "Mã truy cập không dùng được", "The token is not good";
    NotInDirectory = "not_in_directory", FORBIDDEN, "Người này không có trong danh bạ", "The directory does not know this person";
    Csrf = "csrf", FORBIDDEN, "Yêu cầu không đến từ trang này", "The request does not come from our page";
    ScopeMissing = "scope_missing", FORBIDDEN, "Mã truy cập không đủ phạm vi", "The token lacks the scope";
    NotPermitted = "not_permitted", FORBIDDEN, "Không có quyền xem hoặc làm việc này", "No right to see or do this";
    UnknownCase = "unknown_case", NOT_FOUND, "Không có hồ sơ này", "No such case";
    UnknownProcedure = "unknown_procedure", NOT_FOUND, "Không có quy trình này", "No such procedure";
    UnknownCalendar = "unknown_calendar", NOT_FOUND, "Không có lịch này", "No such calendar";
    UnknownToken = "unknown_token", NOT_FOUND, "Không có mã truy cập này", "No such token";
    UnknownProblem = "unknown_problem", NOT_FOUND, "Không có mã lỗi này", "No such problem code";
    UnknownPath = "unknown_path", NOT_FOUND, "Không có địa chỉ này", "No such address";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Địa chỉ này không nhận phương thức đó", "This address does not take that method";
    BadJson = "bad_json", BAD_REQUEST, "Nội dung không phải JSON đúng", "The body is not well-formed JSON";
    BadBody = "bad_body", BAD_REQUEST, "Nội dung không đúng dạng", "The body has the wrong shape";
    BadQuery = "bad_query", BAD_REQUEST, "Tham số không đúng", "A query parameter is wrong";
    BadHeader = "bad_header", BAD_REQUEST, "Đầu mục không đúng", "A header is wrong";
    NotJson = "not_json", UNSUPPORTED_MEDIA_TYPE, "Nội dung phải là application/json", "The body must be application/json";
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "Nội dung quá lớn", "The body is too large";
    PreconditionRequired = "precondition_required", PRECONDITION_REQUIRED, "Thiếu If-Match", "If-Match is missing";
    StaleVersion = "stale_version", PRECONDITION_FAILED, "Hồ sơ đã thay đổi", "The case has moved on";
    StaleProposal = "stale_proposal", PRECONDITION_FAILED, "Văn bản đã có người xử lý", "Something was done with the text";
    UnknownProposal = "unknown_proposal", NOT_FOUND, "Không có đề nghị này", "No such proposal";
    ProcedureFaulty = "procedure_faulty", UNPROCESSABLE_ENTITY, "Quy trình còn lỗi", "The procedure has faults";
    StillLooking = "still_looking", SERVICE_UNAVAILABLE, "Đang xem các hồ sơ đang mở", "Open cases are still being looked at";
    KeyReused = "key_reused", UNPROCESSABLE_ENTITY, "Khóa Idempotency-Key đã dùng cho yêu cầu khác", "The Idempotency-Key was used for another request";
    BadCalendar = "bad_calendar", UNPROCESSABLE_ENTITY, "Lịch không dùng được", "The calendar cannot be used";
    CalendarNotNewer = "calendar_not_newer", CONFLICT, "Lịch này không mới hơn lịch đang dùng", "The calendar is not newer than the one in force";
    ProcedureNotNewer = "procedure_not_newer", CONFLICT, "Quy trình này không mới hơn bản đã công bố", "The procedure is not newer than the one published";
    TooManyTokens = "too_many_tokens", CONFLICT, "Đã có quá nhiều mã truy cập", "Too many tokens are in use";
    BadTokenRequest = "bad_token_request", UNPROCESSABLE_ENTITY, "Không thể cấp mã truy cập như vậy", "Such a token cannot be issued";
    TooManyAttempts = "too_many_attempts", TOO_MANY_REQUESTS, "Thử quá nhiều lần", "Too many attempts";
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Gửi quá nhiều yêu cầu", "Too many requests";
    Busy = "busy", SERVICE_UNAVAILABLE, "Hệ thống đang bận", "The system is busy";
    Closing = "closing", SERVICE_UNAVAILABLE, "Hệ thống đang dừng", "The system is going down";
    TooSlow = "too_slow", SERVICE_UNAVAILABLE, "Xử lý quá lâu", "It took too long";
    NotReady = "not_ready", SERVICE_UNAVAILABLE, "Hệ thống chưa sẵn sàng", "The system is not ready";
    DiskFull = "disk_full", INSUFFICIENT_STORAGE, "Đĩa đã đầy", "The disk is full";
    StoreFailed = "store_failed", SERVICE_UNAVAILABLE, "Cơ sở dữ liệu không trả lời", "The database does not answer";
    NewerSchema = "newer_schema", SERVICE_UNAVAILABLE, "Cơ sở dữ liệu thuộc phiên bản mới hơn", "The database belongs to a newer version";
    UnreadableProcedure = "unreadable_procedure", SERVICE_UNAVAILABLE, "Không đọc được quy trình của hồ sơ", "The case's procedure cannot be read";
    DamagedRecord = "damaged_record", INTERNAL_SERVER_ERROR, "Dữ liệu lưu trữ không đọc được", "Stored data cannot be read";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Lỗi của hệ thống", "A fault of ours";
}

impl Kind {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Refusal(code) => code.word(),
            Kind::Fault(fault) => fault.word(),
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Kind> {
        let refusals = Code::ALL.iter().copied().map(Kind::Refusal);
        refusals.chain(Fault::ALL.iter().copied().map(Kind::Fault)).find(|kind| kind.word() == word)
    }

    /// What it is answered with.
    pub fn status(self) -> StatusCode {
        match self {
            Kind::Refusal(code) => refusal(code).0,
            Kind::Fault(fault) => fault.status(),
        }
    }

    /// The same short title for every occurrence.
    pub fn title(self, lang: Lang) -> &'static str {
        let (vi, en) = match self {
            Kind::Refusal(code) => (refusal(code).1, refusal(code).2),
            Kind::Fault(fault) => fault.title(),
        };
        lang.pick(vi, en)
    }
}

/// Status and titles of a refusal: 403 who, 409 where the case stands, 422 what was given.
fn refusal(code: Code) -> (StatusCode, &'static str, &'static str) {
    const WHO: StatusCode = StatusCode::FORBIDDEN;
    const STATE: StatusCode = StatusCode::CONFLICT;
    const GIVEN: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    match code {
        Code::CaseEnded => (STATE, "Hồ sơ đã kết thúc", "The case is over"),
        Code::CaseNotEnded => (STATE, "Hồ sơ chưa kết thúc", "The case is not over"),
        Code::NoSuchBranch => (STATE, "Không có nhánh này", "No such open branch"),
        Code::NoSuchTransition => (STATE, "Bước này không có thao tác đó", "The step has no such transition"),
        Code::NotHolder => (WHO, "Người khác đang giữ bước này", "Somebody else holds the step"),
        Code::NotAllowed => (WHO, "Không có quyền làm việc này", "No right to do this"),
        Code::Separate => {
            (WHO, "Hai việc này phải do hai người khác nhau làm", "Two different persons must do these steps")
        }
        Code::GuardFalse => (STATE, "Chưa đủ điều kiện", "The condition does not hold"),
        Code::GuardUnknown => (GIVEN, "Chưa xét được điều kiện", "The condition cannot be told yet"),
        Code::MissingField => (GIVEN, "Thiếu thông tin", "Fields are missing"),
        Code::MissingDocument => (GIVEN, "Thiếu giấy tờ", "Papers are missing"),
        Code::UnknownField => (GIVEN, "Quy trình không có thông tin này", "The procedure has no such field"),
        Code::UnknownDocument => (GIVEN, "Quy trình không có giấy tờ này", "The procedure has no such document"),
        Code::WrongValue => (GIVEN, "Giá trị không đúng", "A value is wrong"),
        Code::ReasonRequired => (GIVEN, "Phải nêu lý do", "A reason is required"),
        Code::TooManyTimes => (STATE, "Đã làm hết số lần cho phép", "It was done as often as it may be"),
        Code::NotClaimable => (STATE, "Bước này không chờ ai nhận", "Nothing waits to be claimed"),
        Code::UnfitHolder => (GIVEN, "Người được nêu không thể giữ bước này", "The person named cannot hold this step"),
        Code::AlreadyReceived => (STATE, "Đã tiếp nhận rồi", "It has been received already"),
        Code::NobodyToReturnTo => (STATE, "Không có ai để trả lại", "There is nobody to give it back to"),
        Code::NobodyToHold => (STATE, "Không tìm được người giữ", "Nobody could be found to hold it"),
        Code::NoStart => (GIVEN, "Không mở được hồ sơ với dữ liệu này", "The procedure cannot start with these data"),
        Code::NoCouncil => (STATE, "Không có hội đồng quyết định ở đây", "No council decides here"),
        Code::NotMember => (StatusCode::FORBIDDEN, "Không phải thành viên hội đồng", "Not a member of the council"),
        Code::NoQuorum => (STATE, "Chưa đủ thành viên biểu quyết", "Too few members have voted"),
        Code::NotCarried => (STATE, "Chưa đủ phiếu tán thành", "Too few votes for it"),
        Code::NotAwaited => (STATE, "Hồ sơ không chờ sự kiện này", "The case does not wait for this event"),
        Code::NotCallable => (STATE, "Quy trình được gọi chưa ban hành", "The procedure called is not published"),
        Code::TooDeep => (STATE, "Hồ sơ gọi nhau quá sâu", "Cases call each other too deep"),
        Code::WithCaller => (STATE, "Chỉ làm được cùng hồ sơ đã gọi", "Only together with the case that called it"),
        Code::NotInForce => {
            (STATE, "Quy trình không có hiệu lực ngày này", "The procedure is not in force on this day")
        }
        Code::TooLong => (GIVEN, "Thời gian xin thêm quá dài", "The time asked for is too long"),
        Code::NotLater => (GIVEN, "Ngày mới không muộn hơn ngày cũ", "The new date is not later"),
        Code::TermOver => (STATE, "Đã hết thời hạn làm việc này", "The term to do this is over"),
        Code::NoPromise => (STATE, "Quy trình không hẹn ngày trả", "The procedure makes no promise"),
        Code::TimerNotDue => (STATE, "Hẹn giờ chưa đến hạn", "The timer is not due"),
        Code::ClockBackwards => (STATE, "Sớm hơn việc đã xảy ra", "Earlier than what has happened"),
        Code::NoCalendar => (StatusCode::SERVICE_UNAVAILABLE, "Chưa nạp lịch làm việc", "The calendar is not loaded"),
        Code::UnknownCode => (GIVEN, "Mã thủ tục không thuộc quy trình", "The code is not one of the procedure's"),
        Code::BadText => (GIVEN, "Văn bản trống hoặc quá dài", "A text is empty or too long"),
        Code::NotSuperior => (WHO, "Việc báo lên chờ người khác xác nhận", "The escalation waits for somebody else"),
        Code::NothingToAcknowledge => {
            (STATE, "Không có việc báo lên nào chờ xác nhận", "No escalation waits to be acknowledged")
        }
        Code::NoClock => (STATE, "Không có thời hạn để gia hạn", "There is no term to extend"),
        Code::NotProposed => (STATE, "Văn bản chưa ai đề nghị", "Nobody has proposed this text"),
        Code::SecondPerson => (STATE, "Phải do người thứ hai xác nhận", "Another person must confirm it"),
        Code::AlreadyInForce => (STATE, "Bản này đã có hiệu lực", "The version is in force"),
        Code::VersionTaken => (STATE, "Số bản đã có", "The version is taken"),
        Code::AlreadyMigrated => (STATE, "Hồ sơ đã chạy theo bản này", "The case runs by that version already"),
        Code::FinishesOnOld => (STATE, "Hồ sơ kết thúc theo bản cũ", "The case finishes on its version"),
        Code::CannotMigrate => (STATE, "Hồ sơ không chuyển bản được", "The case cannot go on by that version"),
        Code::CalendarUnchanged => (STATE, "Lịch không làm đổi hạn nào", "The calendar moves no clock of the case"),
        Code::Inconsistent => {
            (StatusCode::INTERNAL_SERVER_ERROR, "Dừng lại vì việc này mâu thuẫn", "Stopped: it cannot have happened")
        }
    }
}

impl Problem {
    /// A fault with its sentence.
    pub fn new(fault: Fault, vi: impl Into<String>, en: impl Into<String>) -> Problem {
        Problem {
            kind: Kind::Fault(fault),
            vi: vi.into(),
            en: en.into(),
            more: Box::default(),
            cause: None,
            retry_after: None,
            told: Vec::new(),
        }
    }

    /// A fault whose title says it all.
    pub fn plain(fault: Fault) -> Problem {
        let (vi, en) = fault.title();
        Problem::new(fault, format!("{vi}."), format!("{en}."))
    }

    /// A text that does not pass, with what is wrong in it.
    pub fn faulty(seen: &Review) -> Problem {
        let errors = seen.errors().count();
        let mut problem = Problem::new(
            Fault::ProcedureFaulty,
            format!("Văn bản có {errors} lỗi phải sửa trước; mỗi lỗi ở `diagnostics`."),
            format!("The text has {errors} faults that must be mended first; each is in `diagnostics`."),
        );
        let both = seen
            .found
            .iter()
            .map(|told| (finding(told, &seen.source, Lang::Vi), finding(told, &seen.source, Lang::En)));
        problem.told = both.collect();
        problem
    }

    fn told(&self, lang: Lang) -> Vec<TextFinding> {
        let pick = |(vi, en): &(TextFinding, TextFinding)| if lang == Lang::Vi { vi.clone() } else { en.clone() };
        self.told.iter().map(pick).collect()
    }

    /// A motion with a text that somebody else has moved since.
    fn stale_text(expected: u64, found: u64) -> Problem {
        let mut problem = Problem::new(
            Fault::StaleProposal,
            format!(
                "Từ lúc bạn xem (mục {expected} trong sổ) đã có người xử lý văn bản này (mục {found}); hãy xem lại rồi quyết."
            ),
            format!(
                "Something was done with this text (entry {found}) since you looked (entry {expected}); look again."
            ),
        );
        (problem.more.expected, problem.more.found) = (Some(expected), Some(found));
        problem
    }

    /// With the wrong places of the request.
    pub fn at(mut self, errors: Vec<Wrong>) -> Problem {
        self.more.errors = errors;
        self
    }

    /// With the fields it is about.
    pub fn on_fields(mut self, fields: Vec<String>) -> Problem {
        self.more.fields = fields;
        self
    }

    /// With what would be allowed instead.
    pub fn allowing(mut self, allowed: Vec<String>) -> Problem {
        self.more.allowed = allowed;
        self
    }

    /// With reasons and the timer that waits longest, as health gives them.
    pub fn because(mut self, problems: Vec<String>, waiting: Option<WaitingTimer>) -> Problem {
        self.more.problems = problems;
        self.more.waiting = waiting;
        self
    }

    /// With what the log should know and the caller should not.
    pub fn caused_by(mut self, cause: impl Into<String>) -> Problem {
        self.cause = Some(cause.into());
        self
    }

    /// With the seconds after which to ask again.
    pub fn retry(mut self, seconds: u32) -> Problem {
        self.retry_after = Some(seconds);
        self
    }

    /// With the name of whoever moved the case, for the sentence.
    pub fn moved_by_name(mut self, name: impl FnOnce(&str) -> String) -> Problem {
        if let Some(person) = &self.more.moved_by {
            let name = name(person);
            self.vi = self.vi.replacen(person.as_str(), &name, 1);
            self.en = self.en.replacen(person.as_str(), &name, 1);
            self.more.moved_by_name = Some(name);
        }
        self
    }

    /// What it is answered with.
    pub fn status(&self) -> StatusCode {
        self.kind.status()
    }

    /// After how many seconds to ask again.
    pub fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// What only the log may know.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// What happened, in Vietnamese and in English.
    pub fn words(&self) -> (&str, &str) {
        (&self.vi, &self.en)
    }

    /// The document as it is sent.
    pub fn document(&self, lang: Lang, request_id: &str) -> Response {
        let status = self.status();
        let document = ProblemDocument {
            r#type: format!("/problems/{}", self.kind.word()),
            title: self.kind.title(lang).to_owned(),
            status: status.as_u16(),
            detail: lang.pick(&self.vi, &self.en).to_owned(),
            code: self.kind.word().to_owned(),
            request_id: request_id.to_owned(),
            more: More { diagnostics: self.told(lang), ..(*self.more).clone() },
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.word()));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"quytrinh\""));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(found) = self.more.found.and_then(|found| HeaderValue::from_str(&format!("\"{found}\"")).ok()) {
            headers.insert(HeaderName::from_static("etag"), found);
        }
        response
    }
}

impl IntoResponse for Problem {
    /// An empty answer that carries the problem; the edge writes it in the caller's language.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        let more = More {
            branch: refusal.branch,
            fields: refusal.fields.iter().map(ToString::to_string).collect(),
            documents: refusal.documents.iter().map(ToString::to_string).collect(),
            allowed: refusal.allowed,
            ..More::default()
        };
        Problem {
            kind: Kind::Refusal(refusal.code),
            vi: refusal.vi,
            en: refusal.en,
            more: Box::new(more),
            cause: None,
            retry_after: None,
            told: Vec::new(),
        }
    }
}

impl From<Stale> for Problem {
    fn from(stale: Stale) -> Problem {
        let (vi, en) = match &stale.moved_by {
            Some(person) => (person.to_string(), person.to_string()),
            None => ("Hệ thống".to_owned(), "The engine".to_owned()),
        };
        let at = stale.moved_at;
        let (local_vi, local_en) = (local(at, "%H:%M:%S ngày %d/%m/%Y"), local(at, "%H:%M:%S on %-d %B %Y"));
        let mut problem = Problem::new(
            Fault::StaleVersion,
            format!(
                "{vi} đã chuyển hồ sơ {} lúc {local_vi}; nay hồ sơ ở bước “{}”, phiên bản {} (bạn xem phiên bản {}).",
                stale.case, stale.step, stale.found, stale.expected
            ),
            format!(
                "{en} moved case {} at {local_en}; it is now at step “{}”, revision {} (you saw {}).",
                stale.case, stale.step, stale.found, stale.expected
            ),
        );
        *problem.more = More {
            expected: Some(stale.expected),
            found: Some(stale.found),
            moved_by: stale.moved_by.map(|person| person.to_string()),
            moved_at: Some(at),
            step: Some(stale.step),
            ..More::default()
        };
        problem
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Problem {
        match denied {
            Denied::Refused(refusal) => (*refusal).into(),
            Denied::Stale(stale) => (*stale).into(),
            Denied::StaleText { expected, found } => Problem::stale_text(expected, found),
            Denied::UnknownCase(_) => Problem::plain(Fault::UnknownCase),
            Denied::UnknownProcedure(_) => Problem::plain(Fault::UnknownProcedure),
            Denied::UnreadableProcedure(case) => Problem::new(
                Fault::UnreadableProcedure,
                "Không đọc được văn bản quy trình mà hồ sơ này gắn với; người quản trị cần nạp lại.",
                "The procedure text that this case is pinned to cannot be read; the administrator must load it again.",
            )
            .caused_by(format!("case {case}")),
            Denied::KeyReused => Problem::plain(Fault::KeyReused),
            Denied::NotNewer { calendar, version, in_force } => Problem::new(
                Fault::CalendarNotNewer,
                format!(
                    "Lịch {calendar} đang dùng bản {in_force}; nội dung khác phải mang số bản lớn hơn, không phải {version}."
                ),
                format!(
                    "Version {in_force} of calendar {calendar} is in force; another text needs a higher number, not {version}."
                ),
            ),
            Denied::NotNewerProcedure { procedure, version, published } => Problem::new(
                Fault::ProcedureNotNewer,
                format!(
                    "Quy trình {procedure} đã công bố bản {published}; nội dung khác phải mang số bản lớn hơn, không phải {version}."
                ),
                format!(
                    "Version {published} of procedure {procedure} is published; another text needs a higher number, not {version}."
                ),
            ),
            Denied::Looking => Problem::new(
                Fault::StillLooking,
                "Đang xem từng hồ sơ đang mở; hãy gửi lại đúng yêu cầu này sau ít giây. Chưa có gì được ghi.",
                "Each open case is being looked at; send this very request again in a few seconds. Nothing was written.",
            )
            .retry(3),
            Denied::Busy => Problem::new(
                Fault::Busy,
                "Hàng đợi ghi đang đầy; hãy thử lại sau một giây. Chưa có gì được ghi.",
                "The writer's queue is full; try again in a second. Nothing was written.",
            )
            .retry(1),
            Denied::Closing => Problem::new(
                Fault::Closing,
                "Hệ thống đang dừng; hãy gửi lại sau ít giây. Chưa có gì được ghi.",
                "The system is going down; send it again in a few seconds. Nothing was written.",
            )
            .retry(5),
            Denied::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        let cause = error.to_string();
        let problem = match error {
            StoreError::StaleHead { .. } | StoreError::StaleCase { .. } => Problem::plain(Fault::Busy).retry(1),
            StoreError::Full => Problem::new(
                Fault::DiskFull,
                "Đĩa đã đầy nên chưa ghi được; việc xem vẫn bình thường. Khi có chỗ, hệ thống tự ghi lại được.",
                "The disk is full and nothing was written; reading goes on. Writing resumes when there is room.",
            )
            .retry(30),
            StoreError::Failed(_) => Problem::new(
                Fault::StoreFailed,
                "Cơ sở dữ liệu không trả lời. Nếu đang ghi, hãy gửi lại với cùng Idempotency-Key: việc sẽ không bị làm hai lần.",
                "The database does not answer. If this was a write, send it again with the same Idempotency-Key: it will not be done twice.",
            )
            .retry(2),
            StoreError::Cursor => bad_query(Wrong::new("after", "`next` of the page before", "")),
            StoreError::NewerSchema { .. } => Problem::plain(Fault::NewerSchema),
            StoreError::Damaged(_) => Problem::plain(Fault::DamagedRecord),
            StoreError::Constraint { .. } => Problem::plain(Fault::Internal),
        };
        problem.caused_by(cause)
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Problem {
        match error {
            // what one may not see and what is not there are answered alike
            QueryError::Unknown => Problem::plain(Fault::UnknownCase),
            QueryError::UnknownUnit { unit, near } => {
                let known = near.iter().map(|unit| format!("`{unit}`")).collect::<Vec<_>>().join(", ");
                let known = if known.is_empty() { "–".to_owned() } else { known };
                let mut problem = Problem::new(
                    Fault::BadQuery,
                    format!("Không có đơn vị `{unit}` trong phạm vi bạn được xem; có: {known}."),
                    format!("There is no unit `{unit}` that you may see; there are {known}."),
                )
                .at(vec![Wrong::new("unit", format!("one of {known}"), unit.as_str())]);
                problem.more.allowed = near.iter().map(ToString::to_string).collect();
                problem
            }
            QueryError::Store(error) => error.into(),
            QueryError::Damaged(cause) => Problem::plain(Fault::DamagedRecord).caused_by(cause),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Problem {
        match error {
            AccountError::Wrong | AccountError::Disabled => Problem::plain(Fault::SignInRequired),
            AccountError::Locked { .. } => Problem::plain(Fault::TooManyAttempts).retry(60),
            AccountError::WeakPassword { vi, en } => Problem::new(Fault::BadTokenRequest, vi, en),
            AccountError::BadLogin => Problem::new(
                Fault::BadTokenRequest,
                "Tên đăng nhập gồm 1 đến 64 chữ cái không dấu, chữ số, dấu `.`, `-`, `_` hoặc `@`.",
                "A login is 1 to 64 letters without accents, digits, `.`, `-`, `_` or `@`.",
            ),
            AccountError::BadToken => Problem::new(
                Fault::BadTokenRequest,
                "Mã truy cập cần một tên từ 1 đến 100 ký tự trên một dòng và ít nhất một phạm vi.",
                "A token wants a label of 1 to 100 characters on one line and at least one scope.",
            ),
            AccountError::TooManyTokens => Problem::plain(Fault::TooManyTokens),
            AccountError::Store(error) => error.into(),
            AccountError::Hashing(cause) => Problem::plain(Fault::Internal).caused_by(cause),
        }
    }
}

/// An instant as people in Hà Nội read it.
fn local(at: Ts, form: &str) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(jiff::tz::TimeZone::UTC);
    at.timestamp().to_zoned_datetime(zone).strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_status_of_the_caller_or_says_what_we_lack() {
        for code in Code::ALL {
            let kind = Kind::Refusal(*code);
            let status = kind.status();
            let ours = matches!(code, Code::NoCalendar | Code::Inconsistent);
            assert!(status.is_client_error() != ours, "{} is {status}", code.word());
            assert!(!kind.title(Lang::Vi).is_empty() && !kind.title(Lang::En).is_empty());
            assert_eq!(Kind::parse(code.word()), Some(kind), "{} names one problem", code.word());
        }
    }

    #[test]
    fn no_fault_has_the_word_of_a_refusal() {
        for fault in Fault::ALL {
            assert_eq!(Kind::parse(fault.word()), Some(Kind::Fault(*fault)), "{}", fault.word());
        }
    }

    #[test]
    fn a_stale_request_reads_who_and_when() {
        let stale = Stale {
            case: "HS-1".into(),
            expected: 3,
            found: 4,
            moved_by: Some("huong".into()),
            moved_at: "2026-11-24T03:42:00Z".parse().unwrap(),
            event: "taken".into(),
            step: "Thẩm định".into(),
        };
        let problem = Problem::from(stale).moved_by_name(|_| "Nguyễn Thị Hường".into());
        assert_eq!(
            problem.vi,
            "Nguyễn Thị Hường đã chuyển hồ sơ HS-1 lúc 10:42:00 ngày 24/11/2026; nay hồ sơ ở bước “Thẩm định”, phiên bản 4 (bạn xem phiên bản 3)."
        );
        assert!(problem.en.starts_with("Nguyễn Thị Hường moved case HS-1 at 10:42:00 on 24 November 2026"));
    }
}
