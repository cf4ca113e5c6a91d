//! The keys of a test file, `<procedure>.test.yaml`.

use super::Form::{Any, Keyed, Length, Many, Map, Number, Ref, Text, Words};
use super::{KeyRow, Names, Shape};

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

const WITH: KeyRow =
    row!("with", Keyed(Names::Field, &Any), "Thông tin, `documents` giấy tờ đưa kèm", "What is given along");
const EXPECT: KeyRow = row!("expect", Map(&EXPECTED), "Phải thấy gì", "What must be seen");
const REASON: KeyRow = row!("reason", Text, "Lý do", "The reason given");
const TO: KeyRow = row!("to", Text, "Cho ai", "To whom");

/// The whole file.
pub static TEST: Shape = Shape {
    name: "test",
    keys: &[
        must!("procedure", Text, "Tệp quy trình bên cạnh", "The procedure's file, beside this one"),
        row!("calendar", Text, "Lịch; của quy trình nếu không ghi", "Calendar"),
        row!("stand_ins", Keyed(Names::People, &Many(&Text)), "Người đóng thay", "Made-up persons for `people`"),
        must!("scenarios", Many(&Map(&SCENARIO)), "Các kịch bản", "The scenarios"),
    ],
};
static SCENARIO: Shape = Shape {
    name: "scenario",
    keys: &[
        must!("name", Text, "Tên kịch bản", "Its name"),
        row!("start", Text, "Mở hồ sơ lúc, `2026-08-03 08:30`", "When the case is opened"),
        row!("start_at", Map(&START_AT), "Bắt đầu từ giữa chừng", "Begins in the middle"),
        row!("given", Keyed(Names::Field, &Any), "Thông tin khi mở hồ sơ", "What is given at opening"),
        row!("code", Text, "Mã thủ tục", "Administrative code"),
        row!("channel", Text, "Kênh nộp", "Channel"),
        row!("absent", Many(&Text), "Những người vắng mặt suốt kịch bản", "Who is away all the time"),
        row!("run", Many(&Map(&ITEM)), "Diễn biến", "What happens"),
        EXPECT,
    ],
};
static START_AT: Shape = Shape {
    name: "start_at",
    keys: &[
        must!("step", Ref(&[Names::Step], &[]), "Ở bước", "In that step"),
        must!("time", Text, "Lúc", "At that time"),
        WITH,
        row!("done", Keyed(Names::Step, &Text), "Ai đã làm bước nào", "Who did which step before"),
        row!("drafted_by", Text, "Ai đã soạn", "Who drafted"),
    ],
};
static ITEM: Shape = Shape {
    name: "item",
    keys: &[
        row!("after", Length, "Sau dòng trước bao lâu", "That long after the line before"),
        row!("wait", Length, "Chờ bao lâu", "Waits that long"),
        row!("wait_until", Text, "Chờ đến lúc", "Waits until"),
        row!("as", Many(&Text), "Ai làm", "Who does it"),
        row!("do", Text, "Làm gì", "What is done"),
        WITH,
        REASON,
        TO,
        row!("ended", Ref(&[Names::Step], &[]), "Hồ sơ con ở bước này kết thúc", "The case called in this step ends"),
        row!(
            "outcome",
            Words(&["done", "refused", "withdrawn", "lapsed", "stopped"]),
            "Kết thúc thế nào",
            "How it ends"
        ),
        row!("signal", Text, "Tín hiệu từ bên ngoài", "A signal of an outside system"),
        row!("id", Text, "Số của tín hiệu", "The signal's number"),
        row!("length", Length, "Gia hạn bao lâu", "How much is added"),
        EXPECT,
    ],
};
static EXPECTED: Shape = Shape {
    name: "expected",
    keys: &[
        row!(
            "step",
            Ref(&[Names::Step], &["none"]),
            "Đang ở bước; `none` là không ở bước nào",
            "The step it rests in; `none` for none"
        ),
        row!("holder", Text, "Ai đang giữ", "Who holds it"),
        row!("deadline", Text, "Hạn của bước", "The step's deadline"),
        row!("case_deadline", Text, "Hạn của hồ sơ", "The case's deadline"),
        row!(
            "documents",
            Many(&Ref(&[Names::Document], &[])),
            "Mọi giấy tờ hồ sơ đang có",
            "All the papers of the case"
        ),
        row!("variant", Text, "Biến thể áp dụng", "Whose limits hold"),
        row!("outcome", Text, "Kết quả", "Outcome"),
        row!("notices", Many(&Map(&NOTICE)), "Mọi lời nhắc, lời báo; trống là không có", "Everything that was told"),
        row!("refused", Many(&Map(&REFUSED)), "Việc phải bị từ chối", "What must be refused"),
    ],
};
static NOTICE: Shape = Shape {
    name: "notice",
    keys: &[
        must!("time", Text, "Lúc", "When"),
        must!("kind", Words(&["warn", "breach", "escalation", "silence", "lapse", "apology", "mark"]), "Loại", "Kind"),
        row!("percent", Number, "Phần trăm", "Per cent"),
        row!("to", Many(&Text), "Báo ai", "Who is told"),
        row!("of", Text, "Đơn vị im lặng", "The silent body"),
        row!("legal", Ref(&[Names::Legal], &[]), "Căn cứ", "Legal basis"),
    ],
};
static REFUSED: Shape = Shape {
    name: "refused",
    keys: &[
        must!("as", Text, "Ai", "Who"),
        must!("do", Text, "Làm gì", "What"),
        must!("because", Text, "Mã từ chối", "Code of the refusal"),
        WITH,
        REASON,
        TO,
    ],
};
