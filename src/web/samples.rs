//! Pages to look at without a database: full, empty, and with names as long as they come. Tests render every one of
//! them; nothing here reaches a reader of the real pages.

use crate::calendar::band::Verdict;
use crate::definition::procedure::{Means, Sign};
use crate::definition::value::{Number, Value};
use crate::ids::{BranchId, CaseId, Digest, DocumentId, FieldId, GroupId, PersonId, ProcedureId, StepId, Ts, UnitId};
use crate::machine::event::Mark;
use crate::projection::rows::{CaseRow, HoldingRow};
use crate::service::suspensions::Register;
use crate::service::views::{
    BranchView, CaseView, ClockView, CouncilView, DocumentView, EscalatedItem, EscalationView, FieldView, GroupView,
    HoldingView, Inbox, InboxItem, Notice, OfferView, PersonName, ProcedureView, RelatedView, Relation, Stuck,
    TimelineItem, UnitName, VoteView, WantedField, WordView,
};
use crate::web::case_page::{Asked, CasePage, Problem};
use crate::web::explain::ExplainPage;
use crate::web::failure::FailurePage;
use crate::web::forms::Again;
use crate::web::inbox::InboxPage;
use crate::web::lang::Lang;
use crate::web::open_page::{OpenPage, WantedPaper, Wants};
use crate::web::posted::Posted;
use crate::web::procedures::ProceduresPage;
use crate::web::samples_time::{digest, explained, suspensions};
use crate::web::shell::{Section, Shell};
use crate::web::sign_in::SignInPage;
use crate::web::stuck::{self, StuckPage};
use crate::web::text_page::TextPage;

/// How much a sample holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Full,
    Empty,
    Long,
}

/// The instant of all samples: Tuesday 24 November 2026, 14:05 in Hà Nội.
pub const NOW: Ts = Ts(1_795_503_900_000_000);
const KEY: &str = "khoa-mau";
const LONG: &str = "Thẩm định thiết kế xây dựng triển khai sau thiết kế cơ sở công trình hạ tầng kỹ thuật khu dân cư \
     thôn Thượng, xã Nguyễn-Thị-Minh-Khai-Đường-Dài-Không-Khoảng-Trắng-Để-Thử-Xuống-Dòng, giai đoạn 2 (điều chỉnh)";

fn at(hours: i64) -> Ts {
    NOW.plus_minutes(hours * 60)
}

fn person(id: &str, name: &str) -> PersonName {
    PersonName { id: PersonId::from(id), name: name.to_owned() }
}

fn unit(id: &str, name: &str) -> UnitName {
    UnitName { id: UnitId::from(id), name: name.to_owned() }
}

fn lan() -> PersonName {
    person("lan", "Nguyễn Thị Lan")
}

fn minh() -> PersonName {
    person("minh", "Lê Quang Minh")
}

fn permits() -> UnitName {
    unit("phong-cap-phep", "Phòng Cấp phép xây dựng")
}

fn counter() -> UnitName {
    unit("bo-phan-mot-cua", "Bộ phận Một cửa")
}

struct Line<'a> {
    case: &'a str,
    title: &'a str,
    step: &'a str,
    holder: PersonName,
    unit: UnitName,
    how: &'a str,
    /// Hours ago.
    since: i64,
    left: Option<i64>,
}

fn line(l: Line<'_>) -> InboxItem {
    InboxItem {
        case: CaseId::from(l.case),
        title: l.title.to_owned(),
        procedure: ProcedureId::from("cap-phep-xay-dung"),
        procedure_title: "Cấp giấy phép xây dựng mới (công trình cấp III, cấp IV)".to_owned(),
        branch: BranchId::MAIN,
        step: StepId::from("tham_dinh"),
        step_title: l.step.to_owned(),
        holder: l.holder,
        unit: l.unit,
        how: l.how.to_owned(),
        held_since: at(-l.since),
        received_at: (l.since > 2).then(|| at(1 - l.since)),
        deadline: l.left.map(|left| NOW.plus_minutes(left * 2)),
        left_minutes: l.left,
        total_minutes: l.left.map(|_| 4 * 480),
        held_minutes: l.since * 20,
        late: l.left.is_some_and(|left| left < 0),
        stopped: l.how == "continued",
        case_deadline: Some(at(200)),
        marks: if l.how == "returned" { vec![Mark::SecondSupplement] } else { Vec::new() },
        revision: 7,
    }
}

fn items(size: Size) -> Vec<InboxItem> {
    match size {
        Size::Empty => Vec::new(),
        Size::Full => vec![
            line(Line {
                case: "HS-2026-000118",
                title: "Nhà ở riêng lẻ, 12 Hàng Bài",
                step: "Thẩm định hồ sơ",
                holder: lan(),
                unit: permits(),
                how: "handed_over",
                since: 120,
                left: Some(-180),
            }),
            line(Line {
                case: "HS-2026-000131",
                title: "Nhà xưởng Công ty Bao bì Thăng Long",
                step: "Dự thảo kết quả",
                holder: lan(),
                unit: permits(),
                how: "returned",
                since: 30,
                left: Some(95),
            }),
            line(Line {
                case: "HS-2026-000142",
                title: "Sửa chữa trường Tiểu học Kim Đồng",
                step: "Thẩm định hồ sơ",
                holder: lan(),
                unit: permits(),
                how: "assigned",
                since: 20,
                left: Some(1140),
            }),
            line(Line {
                case: "HS-2026-000145",
                title: "Nhà ở riêng lẻ, ngõ 5 Láng Hạ",
                step: "Chờ người nộp bổ sung hồ sơ",
                holder: lan(),
                unit: permits(),
                how: "continued",
                since: 70,
                left: Some(3000),
            }),
            line(Line {
                case: "HS-2026-000097",
                title: "Nhà ở riêng lẻ, 88 Thụy Khuê",
                step: "Trả kết quả",
                holder: lan(),
                unit: permits(),
                how: "handed_over",
                since: 1,
                left: None,
            }),
        ],
        Size::Long => vec![line(Line {
            case: "HS-2026-000000000000000000000000000000001-DIEU-CHINH",
            title: LONG,
            step: LONG,
            holder: person("long", "Công Tằng Tôn Nữ Thị Nguyệt Minh Phương Thảo Hương"),
            unit: unit("u", "Phòng Quản lý đầu tư xây dựng, hạ tầng kỹ thuật và phát triển đô thị khu vực phía Tây"),
            how: "handed_over",
            since: 400,
            left: Some(-48_000),
        })],
    }
}

/// An inbox of that size.
pub fn inbox(size: Size) -> Inbox {
    let mut claimable = items(size);
    claimable.truncate(2);
    for item in &mut claimable {
        item.title = format!("{} (khu B)", item.title);
        item.case = CaseId::from(format!("{}-B", item.case));
        item.holder = person("hung", "Phạm Văn Hùng");
        item.unit = counter();
        item.how = "head".to_owned();
        item.left_minutes = Some(200);
        item.late = false;
    }
    let mut unassigned = claimable.clone();
    unassigned.truncate(1);
    let mut under = items(size);
    under.truncate(3);
    for item in &mut under {
        item.holder = minh();
    }
    let told = items(size);
    let notices = told.iter().take(3).zip(["breached", "reminded", "escalated"]).map(|(item, kind)| Notice {
        case: item.case.clone(),
        case_title: item.title.clone(),
        kind: kind.to_owned(),
        at: at(-3),
    });
    let brought = told.iter().rev().take(1).map(|item| EscalatedItem {
        item: InboxItem { holder: minh(), ..item.clone() },
        level: 0,
        since: at(-60),
        answer_by: Some(at(120)),
    });
    let (escalated, notices) = (brought.collect(), notices.collect());
    Inbox { person: lan(), mine: items(size), claimable, unassigned, unit: under, escalated, notices }
}

/// A stuck board of that size.
pub fn board(size: Size) -> Stuck {
    let items = items(size);
    Stuck {
        at: NOW,
        total: if size == Size::Empty { 0 } else { 1247 },
        late: items.iter().filter(|item| item.late).count() as u64,
        next: (size == Size::Full).then(|| "2026-11-24|HS-000145".to_owned()),
        items,
    }
}

fn clock(left: i64, total: i64, rule: &str, limit: &str) -> ClockView {
    ClockView {
        started: at(-90),
        deadline: NOW.plus_minutes(left * 3),
        rule: rule.to_owned(),
        limit: limit.to_owned(),
        calendar: "hanoi".into(),
        calendar_version: 1,
        left_minutes: left,
        total_minutes: total,
    }
}

/// A branch, a step, a holder, his unit, how; from, to, minutes, excused.
type Held<'a> = (u32, &'a str, PersonName, UnitName, &'a str, i64, Option<i64>, i64, i64);

fn held(n: usize, (branch, step, holder, unit, how, from, to, minutes, excused): Held<'_>) -> HoldingView {
    HoldingView {
        row: HoldingRow {
            case: CaseId::from("HS-2026-000142"),
            n: u32::try_from(n).unwrap_or(u32::MAX),
            branch: BranchId(branch),
            step: StepId::from("buoc"),
            procedure: ProcedureId::from("cap-phep-xay-dung"),
            holder: holder.id,
            unit: unit.id,
            how: how.to_owned(),
            pool_unit: None,
            pool_post: None,
            claimable: false,
            started_at: at(from),
            ended_at: to.map(at),
            received_at: Some(at(from + 1)),
            deadline: None,
            breached_at: (minutes > 1500).then(|| at(from + 20)),
            minutes: to.map(|_| minutes),
            excused_minutes: to.map(|_| excused),
        },
        step_title: step.to_owned(),
        holder_name: holder.name,
        unit_name: unit.name,
        minutes,
        excused_minutes: excused,
        open: to.is_none(),
        verdict: to.map(|_| if minutes > 1500 { Verdict::Late } else { Verdict::OnTime }),
    }
}

fn holdings() -> Vec<HoldingView> {
    let hoa = || person("hoa", "Đỗ Thị Hòa");
    let head = || person("hung", "Phạm Văn Hùng");
    let rows: Vec<Held<'_>> = vec![
        (0, "Tiếp nhận hồ sơ", head(), counter(), "head", -200, Some(-199), 25, 0),
        (0, "Tiếp nhận hồ sơ", lan(), counter(), "claimed", -199, Some(-190), 210, 0),
        (0, "Kiểm tra tính đầy đủ của hồ sơ", minh(), permits(), "handed_over", -190, Some(-170), 420, 0),
        (0, "Chờ người nộp bổ sung hồ sơ", minh(), permits(), "continued", -170, Some(-110), 1600, 1600),
        (0, "Thẩm định hồ sơ", minh(), permits(), "automatic", -110, Some(-60), 900, 0),
        (0, "Lấy ý kiến các cơ quan liên quan", minh(), permits(), "continued", -60, None, 700, 0),
        (1, "Sở Tài nguyên: trả lời", hoa(), unit("so-tn", "Sở Tài nguyên"), "automatic", -60, Some(-20), 480, 0),
        (2, "Cảnh sát PCCC: trả lời", head(), unit("pccc", "Cảnh sát PCCC"), "automatic", -60, None, 700, 0),
    ];
    rows.into_iter().enumerate().map(|(n, row)| held(n, row)).collect()
}

fn wanted(field: &str, title: &str, kind: &str, choices: &[&str]) -> WantedField {
    WantedField {
        field: FieldId::from(field),
        title: title.to_owned(),
        kind: kind.to_owned(),
        choices: choices
            .iter()
            .map(|word| WordView { word: (*word).into(), vi: (*word).into(), en: (*word).into() })
            .collect(),
        measure: (kind == "number").then(|| "m2".to_owned()),
        value: None,
        required: true,
        pattern: (field == "so_dinh_danh").then(|| "[0-9]{12}".to_owned()),
        personal: false,
    }
}

fn paper(id: &str, title: &str, present: bool, result: bool) -> DocumentView {
    DocumentView { document: DocumentId::from(id), title: title.to_owned(), present, result, digitised: present }
}

fn offer(act: &str, kind: &str, vi: &str, en: &str, means: Option<Means>, to: Option<&str>) -> OfferView {
    OfferView {
        branch: BranchId::MAIN,
        act: act.to_owned(),
        kind: kind.to_owned(),
        vi: vi.to_owned(),
        en: en.to_owned(),
        means,
        to_title: to.map(str::to_owned),
        next_deadline: to.map(|_| at(40)),
        wants_fields: Vec::new(),
        wants_documents: Vec::new(),
        wants_reason: means.is_some_and(|means| means != Means::Forward),
        makes: Vec::new(),
        sign: (act == "sign").then_some(Sign::Digital),
        candidates: Vec::new(),
        choices: Vec::new(),
    }
}

fn offers() -> Vec<OfferView> {
    let mut consult = offer(
        "consult",
        "transition",
        "Lấy ý kiến",
        "Consult",
        Some(Means::Forward),
        Some("Lấy ý kiến các cơ quan liên quan"),
    );
    consult.wants_fields = vec![
        wanted("dat_yeu_cau", "Đủ điều kiện cấp phép", "yes_no", &[]),
        wanted("cap", "Cấp công trình", "choice", &["III", "IV"]),
        wanted("dien_tich", "Tổng diện tích sàn", "number", &[]),
        wanted("ngay", "Ngày kiểm tra thực địa", "date", &[]),
        wanted("hoi", "Cơ quan được hỏi", "list of unit", &["so-tai-nguyen", "canh-sat-pccc"]),
    ];
    consult.wants_documents = vec![paper("bien_ban", "Biên bản kiểm tra thực địa", false, false)];
    consult.makes = vec![paper("phieu_td", "Phiếu thẩm định", false, false)];
    let mut transfer = offer("transfer", "command", "Chuyển cho đồng nghiệp", "Transfer", None, None);
    transfer.wants_reason = true;
    transfer.candidates = vec![person("hoa", "Đỗ Thị Hòa"), minh()];
    let mut attach = offer("attach", "command", "Thêm giấy tờ", "Attach a paper", None, None);
    attach.wants_documents = vec![paper("ban_ve", "Bản vẽ thiết kế", true, false)];
    vec![
        offer("receive", "command", "Xác nhận đã nhận", "Receive", None, None),
        consult,
        offer("return", "transition", "Trả lại", "Return", Some(Means::Back), Some("Kiểm tra tính đầy đủ của hồ sơ")),
        offer(
            "request_supplement",
            "transition",
            "Yêu cầu bổ sung",
            "Request a supplement",
            Some(Means::Wait),
            Some("Chờ người nộp bổ sung hồ sơ"),
        ),
        transfer,
        offer("comment", "command", "Góp ý", "Comment", None, None),
        attach,
    ]
}

fn happened(seq: u64, hours: i64, who: Option<PersonName>, event: &str, vi: &str, en: &str) -> TimelineItem {
    TimelineItem {
        seq,
        at: at(hours),
        recorded_at: if event == "reminded" { at(hours + 1) } else { at(hours) },
        actor: who,
        on_behalf_of: None,
        event: event.to_owned(),
        vi: vi.to_owned(),
        en: en.to_owned(),
        reason: (event == "clock_stopped")
            .then(|| "Thiếu bản vẽ mặt cắt móng.\nThiếu chữ ký chủ trì thiết kế.".to_owned()),
        branch: None,
    }
}

fn escalation(left: i64) -> EscalationView {
    EscalationView {
        level: 0,
        superior: person("tuan", "Bùi Anh Tuấn"),
        since: at(-8),
        answer_by: Some(at(-4)),
        acknowledged_at: (left >= 0).then(|| at(-6)),
        before: vec![person("hung", "Phạm Văn Hùng")],
    }
}

/// A case of that size.
pub fn case(size: Size) -> CaseView {
    let long = size == Size::Long;
    let title = if long { LONG } else { "Sửa chữa trường Tiểu học Kim Đồng" };
    let ended = size == Size::Empty;
    let branch = |n: u32, label: Option<&str>, step: &str, holder: PersonName, unit: UnitName, left: i64| BranchView {
        branch: BranchId(n),
        label: label.map(str::to_owned),
        step: StepId::from("buoc"),
        step_title: step.to_owned(),
        kind: if n == 0 { "step" } else { "wait" }.to_owned(),
        holder,
        unit,
        how: "handed_over".to_owned(),
        held_since: at(-60),
        received_at: (n > 0).then(|| at(-59)),
        clock: Some(clock(left, 5 * 480, "hour", "5 working days")),
        late: left < 0,
        escalations: if n == 0 { vec![escalation(left)] } else { Vec::new() },
        council: (n == 0).then(|| CouncilView {
            members: 5,
            quorum: 4,
            threshold: "over 1/2".to_owned(),
            votes: vec![VoteView { member: lan(), choice: None }],
        }),
    };
    let mut view = CaseView {
        row: CaseRow {
            case: CaseId::from("HS-2026-000142"),
            procedure: ProcedureId::from("cap-phep-xay-dung"),
            procedure_version: 3,
            digest: Digest::from("ab"),
            owner: UnitId::from("phong-cap-phep"),
            title: title.to_owned(),
            code: Some("1.013236".to_owned()),
            channel: "paper".to_owned(),
            status: if ended { "done" } else { "open" }.to_owned(),
            opened_at: at(-200),
            ended_at: ended.then_some(NOW),
            deadline: Some(at(90)),
            promise: Some(at(92)),
            stopped_since: long.then(|| at(-10)),
            marks: if long { vec![Mark::SecondSupplement] } else { Vec::new() },
            revision: 9,
            entries: 14,
            last_at: at(-1),
        },
        procedure_title: "Cấp giấy phép xây dựng mới (công trình cấp III, cấp IV)".to_owned(),
        owner: permits(),
        outcome_title: ended.then(|| "Đã trả kết quả".to_owned()),
        variant: Some(("Hồ sơ khẩn".to_owned(), "Urgent".to_owned())),
        clock: Some(clock(if long { -960 } else { 2300 }, 16 * 480, "day", "16 working days")),
        groups: vec![GroupView {
            group: GroupId::from("tai_so"),
            title: "Tại Sở".to_owned(),
            unit: Some(permits()),
            clock: clock(700, 12 * 480, "hour", "12 working days"),
            late: long,
            stands: false,
        }],
        branches: vec![
            branch(0, None, "Thẩm định hồ sơ", minh(), permits(), 380),
            branch(
                2,
                Some("Cảnh sát PCCC"),
                "Trả lời ý kiến",
                person("hung", "Phạm Văn Hùng"),
                unit("p", "Cảnh sát PCCC"),
                -75,
            ),
        ],
        related: vec![
            RelatedView {
                relation: Relation::Caller,
                case: CaseId::from("HS-2026-000101"),
                procedure: ProcedureId::from("thanh-ly"),
                procedure_title: if long { LONG } else { "Thanh lý tài sản công" }.to_owned(),
                step_title: None,
                outcome: None,
                seen: true,
            },
            RelatedView {
                relation: Relation::Called,
                case: CaseId::from("HS-2026-000142.1"),
                procedure: ProcedureId::from("dinh-gia"),
                procedure_title: "Định giá tài sản công".to_owned(),
                step_title: Some("Chờ định giá tài sản".to_owned()),
                outcome: ended.then_some("refused"),
                seen: long,
            },
        ],
        fields: vec![
            FieldView {
                field: FieldId::from("dien_tich"),
                title: "Tổng diện tích sàn".to_owned(),
                measure: Some("m2".to_owned()),
                value: Number::parse("1240.5").map(Value::Number),
                said: None,
            },
            FieldView {
                field: FieldId::from("dat"),
                title: "Đủ điều kiện cấp phép".to_owned(),
                measure: None,
                value: None,
                said: None,
            },
        ],
        documents: vec![
            paper("ban_ve", "Bản vẽ thiết kế", true, false),
            paper("giay_hen", "Giấy tiếp nhận và hẹn trả kết quả", true, false),
            paper("giay_phep", "Giấy phép xây dựng", false, true),
        ],
        holdings: holdings(),
        suspensions: if ended { Register::default() } else { suspensions(long) },
        timeline: vec![
            happened(101, -200, Some(lan()), "case_opened", "Mở hồ sơ", "Opened the case"),
            happened(
                104,
                -190,
                Some(lan()),
                "taken",
                "Tiếp nhận → Kiểm tra tính đầy đủ",
                "Accepted → completeness check",
            ),
            happened(
                110,
                -170,
                Some(minh()),
                "clock_stopped",
                "Yêu cầu bổ sung; đồng hồ dừng",
                "Asked for a supplement; the clock stands",
            ),
            happened(
                131,
                -60,
                None,
                "reminded",
                "Nhắc: đã qua 50 % thời hạn bước",
                "Reminder: half of the step's term has passed",
            ),
            happened(140, -2, None, "breached", "Quá hạn bước Trả lời ý kiến", "The step “answer” is late"),
        ],
        offers: offers(),
    };
    if ended {
        view.branches.clear();
        view.offers.clear();
        view.fields.clear();
        view.documents.clear();
        view.timeline.push(happened(
            150,
            0,
            Some(lan()),
            "ended",
            "Kết thúc: Đã trả kết quả",
            "Ended: result handed over",
        ));
    }
    if long {
        for holding in &mut view.holdings {
            holding.holder_name = "Công Tằng Tôn Nữ Thị Nguyệt Minh Phương Thảo Hương".to_owned();
            holding.step_title = LONG.to_owned();
        }
        for branch in &mut view.branches {
            branch.step_title = LONG.to_owned();
        }
        for offer in &mut view.offers {
            offer.to_title = offer.to_title.as_ref().map(|_| LONG.to_owned());
        }
    }
    view
}

const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 360 60\" width=\"360\" height=\"60\" role=\"img\" \
     aria-label=\"Quy trình\"><rect x=\"2\" y=\"10\" width=\"140\" height=\"40\" rx=\"6\"/><path d=\"M142 30h60\"/>\
     <rect x=\"202\" y=\"10\" width=\"140\" height=\"40\" rx=\"6\"/></svg>";

impl InboxPage {
    /// An inbox to look at.
    pub fn sample(lang: Lang, size: Size) -> InboxPage {
        let digest = digest(size);
        InboxPage::new(Shell::sample(lang, Section::Inbox), &inbox(size), Some(&digest), NOW, "", KEY)
    }

    /// An inbox after a search, as accents do not matter.
    pub fn sample_search(lang: Lang, query: &str) -> InboxPage {
        InboxPage::new(Shell::sample(lang, Section::Inbox), &inbox(Size::Full), None, NOW, query, KEY)
    }
}

impl ExplainPage {
    /// An explanation to look at: the case's own deadline, a step that is late, a clock that stands.
    pub fn sample(lang: Lang, size: Size) -> Option<ExplainPage> {
        Some(ExplainPage::new(Shell::sample(lang, Section::Other), &explained(size)?))
    }
}

impl CasePage {
    /// A case to look at.
    pub fn sample(lang: Lang, size: Size) -> CasePage {
        let mut shell = Shell::sample(lang, Section::Other);
        shell.flash = (size == Size::Full).then(|| shell.with("done-entry", &[("seq", "141")]));
        let picture = (size == Size::Full).then(|| PICTURE.to_owned());
        CasePage::new(shell, &case(size), Asked { now: NOW, page_key: KEY, picture, notice: None, again: None })
    }

    /// A case whose form has just been refused, with what was typed.
    pub fn sample_refused(lang: Lang) -> CasePage {
        let shell = Shell::sample(lang, Section::Other);
        let posted = Posted::new(vec![("f.dien_tich".into(), "rất rộng".into()), ("f.cap".into(), "IV".into())]);
        let again = Again {
            posted,
            problem: Some(shell.t("problem-form")),
            fields: [("f.dien_tich".to_owned(), shell.t("wrong-number"))].into(),
        };
        let notice = Problem {
            title: shell.t("problem-stale"),
            detail: shell
                .with("stale-by", &[("who", "Đỗ Thị Hòa"), ("when", "24/11/2026 14:01"), ("step", "Thẩm định hồ sơ")]),
            form: Some("consult-0".to_owned()),
        };
        let asked =
            Asked { now: NOW, page_key: KEY, picture: None, notice: Some(notice), again: Some(("consult", 0, again)) };
        CasePage::new(shell, &case(Size::Full), asked)
    }
}

impl StuckPage {
    /// A board to look at.
    pub fn sample(lang: Lang, size: Size) -> StuckPage {
        let units = [unit("so-xay-dung", "Sở Xây dựng"), permits(), counter()];
        let asked = stuck::Asked {
            unit: (size == Size::Empty).then(|| "phong-cap-phep".to_owned()),
            late_only: size == Size::Empty,
            first_page: size != Size::Long,
        };
        StuckPage::new(Shell::sample(lang, Section::Stuck), &board(size), &units, &asked)
    }
}

impl OpenPage {
    /// The choice of a procedure, or the form of one.
    pub fn sample(lang: Lang, size: Size, form: bool) -> OpenPage {
        let long = size == Size::Long;
        let view = |id: &str, title: &str| ProcedureView {
            procedure: ProcedureId::from(id),
            version: 3,
            digest: "ab".to_owned(),
            title: if long { LONG } else { title }.to_owned(),
            owner: permits(),
            codes: vec!["1.013236".to_owned(), "1.013225".to_owned()],
            steps: 9,
            limit: "16 ngày làm việc".to_owned(),
            effective: None,
            until: None,
            supersedes: Vec::new(),
            known_defects: 0,
            current: true,
        };
        let shell = Shell::sample(lang, Section::Open);
        let views = [
            view("cap-phep-xay-dung", "Cấp giấy phép xây dựng mới"),
            view("khieu-nai", "Giải quyết khiếu nại lần đầu"),
        ];
        if !form {
            return OpenPage::choose(shell, if size == Size::Empty { &[] } else { &views });
        }
        let mut note = wanted("ghi_chu", "Ghi chú của người nộp", "text", &[]);
        note.required = false;
        let wants = match size {
            Size::Empty => Wants::default(),
            _ => Wants {
                fields: vec![
                    wanted("dien_tich", "Tổng diện tích sàn", "number", &[]),
                    wanted("cap", "Cấp công trình", "choice", &["III", "IV"]),
                    note,
                ],
                papers: vec![WantedPaper {
                    id: "ban_ve".to_owned(),
                    title: if long { LONG } else { "Bản vẽ thiết kế" }.to_owned(),
                    required: true,
                }],
            },
        };
        let again = long.then(|| Again {
            posted: Posted::new(vec![("f.cap".into(), "IV".into()), ("title".into(), LONG.into())]),
            problem: Some(shell.t("problem-form")),
            fields: [("f.dien_tich".to_owned(), shell.t("problem-field"))].into(),
        });
        OpenPage::form(shell, &views[0], &wants, KEY, again.as_ref())
    }
}

impl SignInPage {
    /// The gate, fresh or after a wrong password.
    pub fn sample(lang: Lang, size: Size) -> SignInPage {
        let mut shell = Shell::sample(lang, Section::Other);
        shell.person = None;
        SignInPage {
            login: if size == Size::Empty { "" } else { "lan" }.to_owned(),
            problem: (size == Size::Full).then(|| shell.t("sign-in-wrong")),
            note: (size == Size::Empty).then(|| shell.t("signed-out")),
            next: "/".to_owned(),
            shell,
        }
    }
}

impl FailurePage {
    /// The page of a status, seen signed in.
    pub fn sample(lang: Lang, code: u16) -> FailurePage {
        FailurePage::new(Shell::sample(lang, Section::Other), code)
    }
}

/// Every sample by name, as HTML; or the fault of the template.
pub fn all(lang: Lang) -> Result<Vec<(String, String)>, askama::Error> {
    use askama::Template;
    let mut pages = Vec::new();
    for (word, size) in [("day", Size::Full), ("trong", Size::Empty), ("dai", Size::Long)] {
        pages.push((format!("viec-{word}"), InboxPage::sample(lang, size).render()?));
        pages.push((format!("ho-so-{word}"), CasePage::sample(lang, size).render()?));
        if let Some(page) = ExplainPage::sample(lang, size) {
            pages.push((format!("vi-sao-{word}"), page.render()?));
        }
        pages.push((format!("quy-trinh-{word}"), ProceduresPage::sample(lang, size).render()?));
        pages.push((format!("van-ban-{word}"), TextPage::sample(lang, size).render()?));
        pages.push((format!("ton-dong-{word}"), StuckPage::sample(lang, size).render()?));
        pages.push((format!("chon-quy-trinh-{word}"), OpenPage::sample(lang, size, false).render()?));
        pages.push((format!("mo-ho-so-{word}"), OpenPage::sample(lang, size, true).render()?));
        pages.push((format!("dang-nhap-{word}"), SignInPage::sample(lang, size).render()?));
    }
    pages.push(("viec-tim".to_owned(), InboxPage::sample_search(lang, "hang bai").render()?));
    pages.push(("viec-khong-thay".to_owned(), InboxPage::sample_search(lang, "không có").render()?));
    pages.push(("ho-so-tu-choi".to_owned(), CasePage::sample_refused(lang).render()?));
    for code in [400, 403, 404, 405, 413, 429, 500, 503] {
        pages.push((format!("loi-{code}"), FailurePage::sample(lang, code).render()?));
    }
    Ok(pages)
}
