//! The keys of a procedure file.

use super::Form::{
    Any, Anytime, Date, Keyed, Length, Many, Map, Named, Number, OneOf, Paired, Ref, Step, StepVerb, Text, Whole,
    Within, Words, YesNo,
};
use super::{Form, KeyRow, Names, Shape};

macro_rules! row {
    ($key:literal, $form:expr, $vi:literal, $en:literal $(,)?) => {
        KeyRow { key: $key, form: &$form, required: false, vi: $vi, en: $en }
    };
}

macro_rules! must {
    ($key:literal, $form:expr, $vi:literal, $en:literal $(,)?) => {
        KeyRow { key: $key, form: &$form, required: true, vi: $vi, en: $en }
    };
}

const VI: KeyRow = row!("vi", Text, "Nhãn tiếng Việt", "Label in Vietnamese");
const MUST_VI: KeyRow = must!("vi", Text, "Nhãn tiếng Việt", "Label in Vietnamese");
const EN: KeyRow = row!("en", Text, "Nhãn tiếng Anh", "Label in English");
const WHEN: KeyRow = row!("when", Within(Names::Field), "Điều kiện, trong ngoặc kép", "Condition, in quotes");
const BECAUSE: KeyRow = row!("because", Text, "Vì sao không tính hạn (`untimed`)", "Why it is `untimed`");
const LEGAL: KeyRow =
    row!("legal", Ref(&[Names::Legal], &[]), "Căn cứ, khai ở `legal`", "Legal basis, declared in `legal`");
const CALENDAR: KeyRow = row!("calendar", Text, "Lịch làm việc dùng ở đây", "Calendar used here");
const NEEDS: KeyRow = row!(
    "needs",
    Many(&Ref(&[Names::Field, Names::Document], &[])),
    "Thông tin, giấy tờ phải có trước khi đi tiếp",
    "Fields and documents that must be there",
);
const MAKES: KeyRow = row!(
    "makes",
    Many(&Ref(&[Names::Document], &MADE)),
    "Giấy tờ làm ra (sản phẩm); `none` nếu thật không có gì",
    "Documents that are produced; `none` where nothing comes out"
);
const REASON: KeyRow =
    row!("reason", Words(&["required", "optional"]), "Có phải nêu lý do không", "Whether a reason must be given");
const SIGN: KeyRow = row!(
    "sign",
    Words(&["initial", "approve", "digital"]),
    "Ký nháy, ký duyệt hay ký số",
    "Initials, signature or digital signature",
);
const WITHIN: KeyRow =
    row!("within", LIMIT, "Thời hạn: `3 ngày làm việc`, `4 working hours`…", "Limit, as `3 working days`");
const CLOCK: KeyRow = row!(
    "clock",
    Words(&["pause", "restart", "exclude"]),
    "Đồng hồ của hồ sơ ở đây: dừng, tính lại, không tính",
    "What the case's clock does here",
);
const ESCALATE: KeyRow =
    row!("escalate", Many(&Map(&ESCALATION)), "Trễ bao lâu thì báo cấp trên nào", "Whom lateness is made known to");
const ACTIONS: KeyRow = row!(
    "actions",
    Named(Some(Names::Verb), &Map(&TRANSITION)),
    "Người giữ làm được gì, mỗi việc dẫn tới đâu",
    "What the holder may do and where each leads",
);
const ON_EVENT: KeyRow = row!(
    "on_event",
    Named(Some(Names::Verb), &Map(&SIGNAL)),
    "Tín hiệu của hệ thống bên ngoài, mỗi tín hiệu dẫn tới đâu",
    "Signals of outside systems and where each leads"
);
const KIND: KeyRow = row!("kind", Words(super::STEP_KINDS), "Loại bước; `step` nếu không ghi", "Kind of step");
const NOTE: KeyRow = row!("note", Text, "Ghi chú in trong văn bản", "Note printed in the document");
const BY: KeyRow = row!(
    "by",
    OneOf(&[Ref(&[Names::People], &[]), Map(&SAME_AS), Many(&Map(&WHO))]),
    "Ai giữ bước này, khai ở `people`",
    "Who holds it, declared in `people`",
);

const MADE: [&str; 8] = ["mau-01", "mau-02", "mau-03", "mau-04", "mau-05", "mau-06", "mau-07", "none"];
static LIMIT: Form = OneOf(&[Within(Names::Field), Map(&DECIDED), Many(&Map(&WITHIN_CHOICE))]);
const TARGET: Form = Ref(&[Names::Step], &["origin", "join"]);
const DOER: Form = Ref(&[Names::People], &["holder", "applicant", "outside"]);

static SAME_AS: Shape = Shape {
    name: "same_as",
    keys: &[must!("same_as", Ref(&[Names::Step], &[]), "Người đã giữ bước này", "Whoever held that step")],
};
static WHO: Shape = Shape {
    name: "who",
    keys: &[
        WHEN,
        row!("who", Ref(&[Names::People], &[]), "Ai giữ khi điều kiện đúng", "Who, where the condition holds"),
        row!("else", Ref(&[Names::People], &[]), "Ai giữ trong trường hợp còn lại", "Who otherwise"),
    ],
};
static WITHIN_CHOICE: Shape = Shape {
    name: "within_choice",
    keys: &[
        WHEN,
        row!("within", LIMIT, "Thời hạn khi điều kiện đúng", "The limit, where the condition holds"),
        row!("else", LIMIT, "Thời hạn trong trường hợp còn lại", "The limit otherwise"),
    ],
};
static DECIDED: Shape = Shape {
    name: "decided",
    keys: &[
        must!("field", Ref(&[Names::Field], &[]), "Trường số cho biết bao lâu", "The number field that says how long"),
        must!("unit", Words(&UNITS), "Đơn vị", "The unit it is counted in"),
        must!("at_most", Length, "Nhiều nhất", "The most it may be"),
    ],
};
const UNITS: [&str; 5] = ["working days", "working hours", "calendar days", "clock hours", "months"];
static ESCALATION: Shape = Shape {
    name: "escalation",
    keys: &[
        must!("after", Text, "Trễ bao lâu: `1 working day late`", "How late: `1 working day late`"),
        must!("to", Ref(&[Names::People], &[]), "Báo ai", "Who is told"),
        row!("within", Length, "Trong bao lâu phải nhận", "How soon it must be acknowledged"),
    ],
};

/// The whole file.
pub static PROCEDURE: Shape = Shape {
    name: "procedure",
    keys: &[
        must!("format", Words(&["procedure/v1"]), "Định dạng", "Format"),
        must!("id", Text, "Mã quy trình, không đổi", "The procedure's name for programs"),
        must!("version", Whole, "Phiên bản, mỗi lần ban hành thêm một", "Version, one more for each published text"),
        row!("effective", Date, "Ngày có hiệu lực", "In force from"),
        row!("until", Date, "Ngày hết hiệu lực", "In force until"),
        MUST_VI,
        EN,
        must!("owner", Text, "Đơn vị chịu trách nhiệm về tệp", "Unit that answers for the file"),
        row!("codes", Many(&Text), "Mã thủ tục hành chính", "Administrative codes"),
        row!("decision", Map(&DECISION_OF), "Quyết định phê duyệt", "The approving decision"),
        CALENDAR,
        row!("supersedes", Many(&Text), "Quy trình mà quy trình này thay thế", "Procedures that this one replaces"),
        row!("legal", Named(Some(Names::Legal), &Map(&LEGAL_ENTRY)), "Căn cứ pháp lý", "Legal bases"),
        must!("case", Map(&CASE), "Thời hạn và đồng hồ của cả hồ sơ", "Terms of the whole case"),
        row!("fields", Named(Some(Names::Field), &Map(&FIELD)), "Thông tin của hồ sơ", "Data of the case"),
        row!("documents", Named(Some(Names::Document), &Map(&DOCUMENT)), "Giấy tờ", "Papers and products"),
        must!("people", Named(Some(Names::People), &Map(&PEOPLE)), "Ai làm, theo chức danh", "People, by rule"),
        row!("separate", Many(&Map(&SEPARATE)), "Các bước phải do người khác nhau làm", "Steps of different persons"),
        row!("groups", Named(Some(Names::Group), &Map(&GROUP)), "Nhóm bước có chung thời hạn", "Steps taken together"),
        row!(
            "anytime",
            Named(Some(Names::Verb), &Anytime),
            "Việc làm được ở mọi bước",
            "What may be done from any step",
        ),
        must!("start", OneOf(&[Ref(&[Names::Step], &[]), Many(&Map(&START))]), "Bước đầu tiên", "First step"),
        must!("steps", Named(Some(Names::Step), &Step), "Các bước", "The steps"),
        row!(
            "variants",
            Named(None, &Map(&VARIANT)),
            "Cùng luồng, thời hạn khác cho một số mã, loại hồ sơ",
            "One flow with other limits for some codes or cases"
        ),
        row!("known_defect", Many(&Map(&KNOWN_DEFECT)), "Lỗi đã được phê duyệt như vậy", "A fault approved as it is"),
        row!("allow", Many(&Map(&ALLOW)), "Cảnh báo được giữ lại, có lý do", "A warning kept, with a reason"),
        row!("changes", Named(None, &Map(&CHANGE)), "Mỗi phiên bản đổi gì", "What each version changed"),
    ],
};
static VARIANT: Shape = Shape {
    name: "variant",
    keys: &[
        VI,
        EN,
        row!("when", Within(Names::Field), "Áp dụng khi điều kiện này đúng", "Holds where this condition does"),
        row!("codes", Many(&Text), "Áp dụng cho các mã thủ tục này", "Holds for these administrative codes"),
        row!("case", Map(&OTHER_LIMIT), "Thời hạn khác của cả hồ sơ", "Another limit of the whole case"),
        row!("steps", Keyed(Names::Step, &Map(&OTHER_LIMIT)), "Thời hạn khác của bước", "Other limits of steps"),
        row!("groups", Keyed(Names::Group, &Map(&OTHER_LIMIT)), "Thời hạn khác của nhóm", "Other limits of groups"),
    ],
};
static OTHER_LIMIT: Shape =
    Shape { name: "other_limit", keys: &[must!("within", LIMIT, "Thời hạn", "The limit"), BECAUSE] };
static SIGNAL: Shape = Shape {
    name: "signal",
    keys: &[must!("to", TARGET, "Tới bước", "Where it leads"), NEEDS, MAKES, LEGAL, VI, EN],
};
static DECISION_OF: Shape = Shape {
    name: "decision",
    keys: &[must!("number", Text, "Số quyết định", "Its number"), must!("date", Date, "Ngày quyết định", "Its date")],
};
static LEGAL_ENTRY: Shape = Shape {
    name: "legal",
    keys: &[
        MUST_VI,
        EN,
        row!("limit", Length, "Thời hạn luật định", "The limit it sets"),
        NOTE,
        row!("url", Text, "Địa chỉ văn bản", "Where it can be read"),
    ],
};
static CASE: Shape = Shape {
    name: "case",
    keys: &[
        MUST_VI,
        EN,
        must!("within", LIMIT, "Thời hạn của cả hồ sơ", "Limit of the whole case"),
        BECAUSE,
        row!("sums", Words(&["exact"]), "Tổng hạn các bước phải bằng hạn hồ sơ", "Steps must add up to the limit"),
        row!("counting", Words(&["day", "hours"]), "Cách tính: theo ngày hay theo giờ", "Day rule or hour rule"),
        row!("cut_off", Text, "Nhận từ giờ này tính sang ngày sau, `\"15:00\"`", "Received then counts as tomorrow"),
        LEGAL,
        row!("warn", Many(&Text), "Nhắc khi: `50%`, `1 working day before`", "Reminders"),
        row!("on_breach", Many(&Within(Names::People)), "Quá hạn thì báo ai: `tell holder`", "Who is told of a breach"),
        row!("promise", Map(&PROMISE), "Ngày hẹn trả kết quả", "The citizen's date"),
        row!("on_time", Words(&["half_day", "instant"]), "Thế nào là đúng hạn", "The band that is on time"),
        row!("starts", Map(&STARTS), "Đồng hồ bắt đầu sau việc nào", "When the clock starts"),
    ],
};
static PROMISE: Shape = Shape {
    name: "promise",
    keys: &[
        row!("apology", Text, "Xin lỗi trước hạn bao lâu", "How long before to apologise"),
        row!("new_date", Text, "Được hẹn lại mấy lần: `at_most 1`", "How often a new date: `at_most 1`"),
    ],
};
static STARTS: Shape =
    Shape { name: "starts", keys: &[must!("after", StepVerb, "`bước.hành_động`", "`step.verb`")] };
static WORD: Shape = Shape { name: "word", keys: &[MUST_VI, EN] };
static FIELD: Shape = Shape {
    name: "field",
    keys: &[
        must!("is", Words(&KINDS), "Kiểu dữ liệu", "Type"),
        MUST_VI,
        EN,
        row!(
            "of",
            OneOf(&[Many(&Text), Named(None, &OneOf(&[Text, Map(&WORD)]))]),
            "Các lựa chọn của `choice`, kèm tên gọi nếu cần",
            "The words of a `choice`, with what they are called"
        ),
        row!("min", Number, "Nhỏ nhất", "Least"),
        row!("max", Number, "Lớn nhất", "Most"),
        row!("unit", Text, "Đơn vị đo, để in", "Unit of measure, as printed"),
        row!("pattern", Text, "Mẫu mà chữ nhập vào phải theo", "Pattern the text must have"),
        row!("required", YesNo, "Phải có ngay khi mở hồ sơ", "Must be given at opening"),
        row!("personal", YesNo, "Dữ liệu cá nhân", "Personal data"),
        row!("keep", Text, "Giữ bao lâu", "How long it is kept"),
    ],
};
const KINDS: [&str; 10] =
    ["text", "number", "money", "date", "yes_no", "choice", "file", "person", "unit", "list of unit"];
static DOCUMENT: Shape = Shape {
    name: "document",
    keys: &[
        MUST_VI,
        EN,
        row!("from", Words(&["applicant", "staff"]), "Ai đưa: người nộp hay cơ quan", "Who brings it"),
        row!("required", YesNo, "Phải có ngay khi mở hồ sơ", "Must be there at opening"),
        row!("form", Text, "Mẫu", "The official form"),
        row!("result", YesNo, "Là kết quả trả cho dân", "Is a result for the citizen"),
        row!("signed", YesNo, "Có chữ ký", "Bears a signature"),
        row!("digitised", YesNo, "Phải số hóa", "Must be digitised"),
        row!("personal", YesNo, "Dữ liệu cá nhân", "Personal data"),
        row!("keep", Text, "Giữ bao lâu", "How long it is kept"),
    ],
};
static PEOPLE: Shape = Shape {
    name: "people",
    keys: &[
        MUST_VI,
        EN,
        row!("post", Text, "Chức danh; cần `unit`", "Post; wants `unit`"),
        row!("unit", Text, "Đơn vị của chức danh", "Unit of the post"),
        row!("head_of", Text, "Người đứng đầu đơn vị này", "Head of that unit"),
        row!("deputy_of", Text, "Cấp phó của đơn vị này", "Deputy of that unit"),
        row!("holder_of", Ref(&[Names::Step], &[]), "Người giữ bước này", "Whoever holds that step"),
        row!("manager_of", Ref(&[Names::People], &[]), "Cấp trên của người này", "The superior of these"),
        row!("council", Map(&COUNCIL), "Hội đồng cùng quyết định", "A council that decides together"),
        row!(
            "pick",
            OneOf(&[Ref(&[], &["only", "least_loaded", "rotate", "by_field", "claim"]), Map(&ASSIGNED_BY)]),
            "Nhiều người thì chọn ai",
            "Which of several",
        ),
        row!("substitute", Many(&Within(Names::People)), "Ai thay khi vắng", "Who takes over"),
    ],
};
static COUNCIL: Shape = Shape {
    name: "council",
    keys: &[
        must!("members", Many(&Ref(&[Names::People], &[])), "Các thành viên", "Its members"),
        row!("chair", Ref(&[Names::People], &[]), "Chủ tịch; thành viên đầu nếu không ghi", "Who holds the step"),
        must!("quorum", Text, "Bao nhiêu thành viên phải biểu quyết: `5`, `2/3`", "How many of them must vote"),
        must!("threshold", Text, "Bao nhiêu phiếu thì được: `60%`, `over 1/2`", "How many votes carry it"),
    ],
};
static ASSIGNED_BY: Shape = Shape {
    name: "assigned_by",
    keys: &[must!("assigned_by", Ref(&[Names::People], &[]), "Người phân công", "Who assigns")],
};
static SEPARATE: Shape = Shape {
    name: "separate",
    keys: &[MUST_VI, EN, row!("steps", Many(&Ref(&[Names::Step], &[])), "Các bước", "The steps"), LEGAL],
};
static GROUP: Shape = Shape {
    name: "group",
    keys: &[
        MUST_VI,
        EN,
        row!("unit", Text, "Đơn vị", "Unit"),
        row!("steps", Many(&Ref(&[Names::Step], &[])), "Các bước", "The steps"),
        row!("within", LIMIT, "Thời hạn chung", "Their one limit"),
        BECAUSE,
        row!("score", YesNo, "Chấm điểm riêng", "Scored on its own"),
        row!("starts", Map(&STARTS), "Đồng hồ bắt đầu sau việc nào", "When its clock starts"),
        row!("warn", Many(&Text), "Nhắc khi", "Reminders"),
    ],
};
static START: Shape = Shape {
    name: "start",
    keys: &[
        WHEN,
        row!("to", Ref(&[Names::Step], &[]), "Tới bước", "To that step"),
        row!("else", Ref(&[Names::Step], &[]), "Trường hợp còn lại", "Otherwise"),
    ],
};
static KNOWN_DEFECT: Shape = Shape {
    name: "known_defect",
    keys: &[
        must!("check", Text, "Mã kiểm tra", "Code of the check"),
        row!("at", Text, "Chỗ trong tệp, `steps.ky`", "Place in the file, `steps.ky`"),
        must!("because", Text, "Vì sao", "Why"),
        must!("accepted_by", Text, "Ai chấp nhận", "Who accepted it"),
        must!("date", Date, "Ngày", "Date"),
    ],
};
static ALLOW: Shape = Shape {
    name: "allow",
    keys: &[
        must!("check", Text, "Mã kiểm tra", "Code of the check"),
        must!("at", Text, "Chỗ trong tệp, `steps.ky`", "Place in the file, `steps.ky`"),
        must!("because", Text, "Vì sao", "Why"),
    ],
};
static CHANGE: Shape = Shape {
    name: "change",
    keys: &[
        row!("date", Date, "Ngày", "Date"),
        MUST_VI,
        EN,
        row!("running", Any, "Hồ sơ đang chạy: `finish_on_old`…", "What becomes of running cases"),
    ],
};

/// A plain step.
pub static STAFF: Shape = Shape {
    name: "step",
    keys: &[
        KIND,
        MUST_VI,
        EN,
        BY,
        row!("with", Many(&Ref(&[Names::People], &[])), "Người phối hợp", "Who supports"),
        row!("watch", Many(&Ref(&[Names::People], &[])), "Người theo dõi", "Who follows"),
        row!("accountable", Ref(&[Names::People], &[]), "Ai chịu trách nhiệm bên trên", "Who answers above"),
        WITHIN,
        BECAUSE,
        CALENDAR,
        NEEDS,
        MAKES,
        ACTIONS,
        ON_EVENT,
        ESCALATE,
        CLOCK,
        NOTE,
        LEGAL,
    ],
};
/// A step that waits for somebody outside.
pub static WAIT: Shape = Shape {
    name: "wait",
    keys: &[
        KIND,
        MUST_VI,
        EN,
        must!("for", Words(&["applicant", "outside"]), "Chờ ai", "Who is waited for"),
        BY,
        WITHIN,
        BECAUSE,
        CALENDAR,
        CLOCK,
        ACTIONS,
        ON_EVENT,
        row!("late", Map(&LATE), "Hết hạn thì sao", "When the limit passes"),
        ESCALATE,
        NOTE,
        LEGAL,
    ],
};
static LATE: Shape = Shape {
    name: "late",
    keys: &[
        row!("to", Ref(&[Names::Step], &[]), "Tới bước", "To that step"),
        row!("do", Ref(&[Names::Verb], &[]), "Làm thay hành động này", "Takes that action"),
    ],
};
/// A block of parallel branches.
pub static PARALLEL: Shape = Shape {
    name: "parallel",
    keys: &[
        KIND,
        MUST_VI,
        EN,
        row!(
            "for_each",
            Many(&Ref(&[Names::Field], &[])),
            "Các đơn vị, hoặc trường `list of unit`",
            "Units, or a field that lists them",
        ),
        row!("branches", Named(None, &Map(&BRANCH)), "Các nhánh có bước riêng", "Branches with steps of their own"),
        BY,
        WITHIN,
        BECAUSE,
        CALENDAR,
        NEEDS,
        MAKES,
        row!("silence", Map(&SILENCE), "Im lặng thì coi như", "What silence is taken to mean"),
        row!("join", OneOf(&[Words(&["all", "any"]), Map(&JOIN)]), "Khi nào thì đủ", "When it joins"),
        row!("rest", Words(&["cancel", "continue"]), "Nhánh chưa xong thì sao", "Branches still open"),
        must!("to", Ref(&[Names::Step], &[]), "Sau đó tới bước", "Where the case goes on"),
        CLOCK,
        ESCALATE,
        NOTE,
        LEGAL,
    ],
};
static BRANCH: Shape = Shape {
    name: "branch",
    keys: &[
        MUST_VI,
        EN,
        must!("start", Ref(&[Names::Step], &[]), "Bước đầu của nhánh", "First step of the branch"),
        must!("steps", Named(Some(Names::Step), &Step), "Các bước của nhánh", "Its steps"),
    ],
};
static SILENCE: Shape = Shape {
    name: "silence",
    keys: &[row!("set", Keyed(Names::Field, &Any), "Ghi giá trị nào", "What is recorded"), LEGAL],
};
static JOIN: Shape =
    Shape { name: "join", keys: &[must!("at_least", Text, "Ít nhất: `2` hoặc `80%`", "At least: `2` or `80%`")] };
/// An automatic step.
pub static DECISION: Shape = Shape {
    name: "decision_step",
    keys: &[
        KIND,
        MUST_VI,
        EN,
        must!("rules", Many(&Map(&START)), "Các dòng `{ when, to }`, dòng cuối `{ else }`", "First line that holds"),
        NOTE,
        LEGAL,
    ],
};
/// A step in which a case of another procedure runs.
pub static CALL: Shape = Shape {
    name: "procedure_step",
    keys: &[
        KIND,
        MUST_VI,
        EN,
        must!(
            "use",
            Map(&USE),
            "Quy trình nào được gọi, đưa gì sang, lấy gì về",
            "What is called, given and taken back"
        ),
        BY,
        WITHIN,
        BECAUSE,
        CALENDAR,
        ESCALATE,
        NOTE,
        LEGAL,
    ],
};
static USE: Shape = Shape {
    name: "use",
    keys: &[
        must!("procedure", Text, "Mã (`id`) của quy trình được gọi", "The called procedure's `id`"),
        row!("version", Whole, "Đúng một phiên bản; không ghi là bản đang hiệu lực", "A certain version of it"),
        row!("pass", EXCHANGE, "Đưa sang: `tên bên này: tên bên kia`", "Given along: `name here: name there`"),
        row!("take", EXCHANGE, "Lấy về khi xong: `tên bên này: tên bên kia`", "Taken back: `name here: name there`"),
        must!(
            "to",
            OneOf(&[Ref(&[Names::Step], &["join"]), Map(&ONWARD)]),
            "Xong thì tới bước nào, hoặc theo kết quả",
            "Where the case goes on, or where by outcome",
        ),
    ],
};
const EXCHANGE: Form = Paired(&[Names::Field, Names::Document]);
const AFTER: Form = Ref(&[Names::Step], &["join"]);
static ONWARD: Shape = Shape {
    name: "by_outcome",
    keys: &[
        row!("done", AFTER, "Giải quyết xong", "It was done"),
        row!("refused", AFTER, "Bị từ chối", "It was refused"),
        row!("withdrawn", AFTER, "Được rút; ghi khóa này thì hồ sơ con được rút riêng", "It was withdrawn by itself"),
        row!("lapsed", AFTER, "Hết hạn", "It lapsed"),
        row!("stopped", AFTER, "Bị dừng", "It was stopped"),
        must!("else", AFTER, "Mọi kết quả còn lại", "Every other outcome"),
    ],
};
/// An end.
pub static END: Shape = Shape {
    name: "end",
    keys: &[
        KIND,
        MUST_VI,
        EN,
        must!("outcome", Words(&["done", "refused", "withdrawn", "lapsed", "stopped"]), "Kết quả", "Outcome"),
        row!("reopen", Map(&REOPEN), "Mở lại được trong điều kiện nào", "How it may be reopened"),
        NOTE,
        LEGAL,
    ],
};
static REOPEN: Shape = Shape {
    name: "reopen",
    keys: &[
        must!("by", DOER, "Ai mở lại", "Who may"),
        must!("to", Ref(&[Names::Step], &[]), "Về bước", "To that step"),
        must!("within", Length, "Trong bao lâu", "How long after"),
        must!("at_most", Whole, "Nhiều nhất mấy lần", "How many times"),
        REASON,
    ],
};
/// A way out of a step.
pub static TRANSITION: Shape = Shape {
    name: "transition",
    keys: &[
        must!("to", TARGET, "Tới bước; `origin` về nơi đã đến, `join` kết thúc nhánh", "Where it leads"),
        WHEN,
        row!("by", DOER, "Ai làm; người giữ nếu không ghi", "Who may; the holder where absent"),
        NEEDS,
        MAKES,
        LEGAL,
        REASON,
        row!("at_most", Whole, "Nhiều nhất mấy lần trong một hồ sơ", "How many times in a case"),
        row!("within", LIMIT, "Hạn của bước quay về, lần này", "Limit of the step it leads to, this time"),
        row!(
            "means",
            Words(&["forward", "back", "wait", "end"]),
            "Nghĩa của hành động riêng",
            "What an own verb means"
        ),
        SIGN,
        VI,
        EN,
    ],
};
/// Leave to lengthen the case's clock.
pub static EXTEND: Shape = Shape {
    name: "extend",
    keys: &[
        VI,
        EN,
        must!("by", DOER, "Ai được gia hạn", "Who may"),
        must!("at_most", Whole, "Nhiều nhất mấy lần", "How many times"),
        must!("up_to", Length, "Thêm nhiều nhất bao lâu", "The longest it may add"),
        REASON,
        MAKES,
        LEGAL,
        SIGN,
    ],
};
