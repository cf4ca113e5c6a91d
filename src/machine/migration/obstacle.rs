//! Why a case cannot go on by a new text: each with the check it belongs to, in words.

use serde::Serialize;

use crate::definition::diagnostic::Text;
use crate::ids::{DocumentId, FieldId, GroupId, PersonId, StepId, Verb};

/// What stands in the way of one case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Obstacle {
    /// The text says that open cases finish on their version.
    FinishOnOld { version: u32 },
    /// The text does not say what becomes of open cases.
    NotSaid { version: u32 },
    /// The case runs by that version, or by a later one.
    NotNewer { version: u32 },
    /// It rests in a step that is gone.
    StepGone { step: StepId },
    /// It rests in a step that is of another kind now.
    KindChanged { step: StepId },
    /// It rests in a step that other people hold now.
    HolderChanged { step: StepId },
    /// It rests in a parallel block, or in a branch of one, that is put together otherwise now.
    BlockChanged { step: StepId },
    /// It has been in a step that is gone.
    StepRemoved { step: StepId },
    /// It is, or has been, in a step that changed.
    StepChanged { step: StepId, what: What },
    /// Something it did cannot be done so any more.
    HistoryDiffers { step: StepId, verb: Verb },
    /// It came to a step by itself, and would not any more.
    PathDiffers { step: StepId },
    /// It did something more often than it may be done now.
    TooOften { step: StepId, verb: Verb },
    /// One person did two steps, or holds one and did the other, that must be done by different ones now.
    Separate { step: StepId, other: StepId, person: PersonId },
    /// It holds data that the new text does not know.
    FieldGone { field: FieldId },
    /// It holds data that are of another kind now.
    FieldChanged { field: FieldId },
    /// A step on its way needs data that it has not and that no step asks for.
    FieldMissing { field: FieldId, step: StepId },
    /// It holds a paper that the new text does not know.
    DocumentGone { document: DocumentId },
    /// It was opened under an administrative code that the new text does not serve.
    CodeGone { code: String },
    /// Its limits are those of a variant that is gone.
    VariantGone { variant: String },
    /// The new text counts by another calendar.
    OtherCalendar { calendar: String },
    /// The case's clock begins with another act now.
    ClockStart,
    /// What the case's clock does meanwhile is another thing now.
    ClockPolicy { step: StepId },
    /// A group whose clock has begun is gone, or holds other steps.
    GroupChanged { group: GroupId },
    /// Members of a council have voted, and the step has no such vote now.
    Voted { step: StepId },
    /// A case that it called there is still open.
    CallOpen { step: StepId },
    /// From there the new text leads to no end.
    NoEnd { step: StepId },
}

/// What of a step changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Kind,
    /// The rule by which people hold it.
    Holder,
    /// Where it leads, by which acts, under which conditions, how often.
    Ways,
    /// What must be there before it is left.
    Needs,
    /// For whom it waits, and what follows when the wait runs out.
    Waiting,
    /// Who is asked in parallel, and when that is enough.
    Block,
    /// How it ends the case.
    Ending,
}

impl What {
    /// In words.
    pub fn text(self) -> Text {
        match self {
            What::Kind => Text::new("loại bước", "its kind"),
            What::Holder => Text::new("người giữ", "who holds it"),
            What::Ways => Text::new("các cách đi tiếp", "the ways out of it"),
            What::Needs => Text::new("thứ phải có trước khi rời bước", "what must be there before it is left"),
            What::Waiting => Text::new("việc chờ ai và khi hết hạn", "for whom it waits and what follows"),
            What::Block => Text::new("các nơi được hỏi và số trả lời là đủ", "who is asked and how many are enough"),
            What::Ending => Text::new("cách kết thúc", "how it ends the case"),
        }
    }
}

impl Obstacle {
    /// The check that tells of it, where it is a fault of the text rather than what it wants.
    pub fn check(&self) -> Option<&'static str> {
        match self {
            Obstacle::FinishOnOld { .. } | Obstacle::NotSaid { .. } | Obstacle::NotNewer { .. } => None,
            Obstacle::StepGone { .. } => Some("V04"),
            Obstacle::KindChanged { .. } | Obstacle::HolderChanged { .. } | Obstacle::BlockChanged { .. } => {
                Some("V05")
            }
            Obstacle::FieldGone { .. } | Obstacle::FieldChanged { .. } | Obstacle::FieldMissing { .. } => Some("V07"),
            _ => Some("V11"),
        }
    }

    /// The step it is about.
    pub fn step(&self) -> Option<&StepId> {
        match self {
            Obstacle::StepGone { step }
            | Obstacle::KindChanged { step }
            | Obstacle::HolderChanged { step }
            | Obstacle::BlockChanged { step }
            | Obstacle::StepRemoved { step }
            | Obstacle::StepChanged { step, .. }
            | Obstacle::HistoryDiffers { step, .. }
            | Obstacle::PathDiffers { step }
            | Obstacle::TooOften { step, .. }
            | Obstacle::Separate { step, .. }
            | Obstacle::FieldMissing { step, .. }
            | Obstacle::ClockPolicy { step }
            | Obstacle::Voted { step }
            | Obstacle::CallOpen { step }
            | Obstacle::NoEnd { step } => Some(step),
            _ => None,
        }
    }

    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Obstacle::FinishOnOld { version } => Text::new(
                format!("bản {version} ghi `running: finish_on_old`: hồ sơ đang chạy kết thúc theo bản cũ"),
                format!("version {version} says `running: finish_on_old`: open cases finish on theirs"),
            ),
            Obstacle::NotSaid { version } => Text::new(
                format!("`changes: {version}` không ghi hồ sơ đang chạy được chuyển sang bản này"),
                format!("`changes: {version}` does not say that open cases go on by it"),
            ),
            Obstacle::NotNewer { version } => Text::new(
                format!("đang chạy theo bản {version} hoặc bản sau đó"),
                format!("runs by version {version} already, or by a later one"),
            ),
            Obstacle::StepGone { .. }
            | Obstacle::KindChanged { .. }
            | Obstacle::HolderChanged { .. }
            | Obstacle::BlockChanged { .. }
            | Obstacle::ClockPolicy { .. }
            | Obstacle::Voted { .. }
            | Obstacle::CallOpen { .. }
            | Obstacle::NoEnd { .. } => self.of_place(),
            Obstacle::StepRemoved { .. }
            | Obstacle::StepChanged { .. }
            | Obstacle::HistoryDiffers { .. }
            | Obstacle::PathDiffers { .. }
            | Obstacle::TooOften { .. }
            | Obstacle::Separate { .. } => self.of_history(),
            _ => self.of_case(),
        }
    }

    /// About where it rests.
    fn of_place(&self) -> Text {
        let step = self.step().map_or("", StepId::as_str);
        match self {
            Obstacle::StepGone { .. } => Text::new(
                format!("đang ở bước `{step}`, bản mới không có"),
                format!("rests in step `{step}`, which the new text has not"),
            ),
            Obstacle::KindChanged { .. } => Text::new(
                format!("đang ở bước `{step}`, nay là loại bước khác"),
                format!("rests in step `{step}`, which is of another kind now"),
            ),
            Obstacle::HolderChanged { .. } => Text::new(
                format!("đang ở bước `{step}`, nay do người khác giữ"),
                format!("rests in step `{step}`, which other people hold now"),
            ),
            Obstacle::BlockChanged { .. } => Text::new(
                format!("đang lấy ý kiến song song ở `{step}`, nay gồm các nhánh khác"),
                format!("rests in the parallel block at `{step}`, which is put together otherwise now"),
            ),
            Obstacle::ClockPolicy { .. } => Text::new(
                format!("đang ở bước `{step}`, nay tính đồng hồ của hồ sơ khác trước"),
                format!("rests in step `{step}`, where the case's clock does another thing now"),
            ),
            Obstacle::CallOpen { .. } => Text::new(
                format!("đang chờ hồ sơ con ở bước `{step}`; hồ sơ con kết thúc rồi mới chuyển được"),
                format!("waits in step `{step}` for a case that it called; it can go on once that one has ended"),
            ),
            Obstacle::Voted { .. } => Text::new(
                format!("hội đồng ở bước `{step}` đã có phiếu, bản mới không bỏ phiếu như vậy"),
                format!("the council at `{step}` has votes, and the new text has no such vote"),
            ),
            _ => Text::new(
                format!("từ bước `{step}` bản mới không tới được kết thúc"),
                format!("from step `{step}` the new text leads to no end"),
            ),
        }
    }

    /// About what it has done.
    fn of_history(&self) -> Text {
        let step = self.step().map_or("", StepId::as_str);
        match self {
            Obstacle::StepChanged { what, .. } => {
                let what = what.text();
                Text::new(
                    format!("đã tới bước `{step}`, bản mới đổi {}", what.vi),
                    format!("came to step `{step}`, of which the new text changes {}", what.en),
                )
            }
            Obstacle::HistoryDiffers { verb, .. } => Text::new(
                format!("đã làm `{verb}` ở bước `{step}`, bản mới không cho làm như vậy"),
                format!("took `{verb}` in step `{step}`, which the new text does not allow so"),
            ),
            Obstacle::PathDiffers { .. } => Text::new(
                format!("đã tự tới bước `{step}`, theo bản mới thì không"),
                format!("came to step `{step}` by itself, and by the new text would not have"),
            ),
            Obstacle::TooOften { verb, .. } => Text::new(
                format!("đã làm `{verb}` ở bước `{step}` nhiều lần hơn bản mới cho"),
                format!("took `{verb}` in step `{step}` more often than the new text allows"),
            ),
            Obstacle::Separate { other, person, .. } => Text::new(
                format!("`{person}` làm cả `{step}` và `{other}`, bản mới đòi hai người khác nhau"),
                format!("`{person}` has both `{step}` and `{other}`, for which the new text wants two persons"),
            ),
            _ => Text::new(
                format!("đã qua bước `{step}`, bản mới không có"),
                format!("has been in step `{step}`, which the new text has not"),
            ),
        }
    }

    /// About its data and clocks.
    fn of_case(&self) -> Text {
        match self {
            Obstacle::FieldGone { field } => Text::new(
                format!("có dữ liệu `{field}`, bản mới không có trường này"),
                format!("holds `{field}`, a field that the new text has not"),
            ),
            Obstacle::FieldChanged { field } => Text::new(
                format!("dữ liệu `{field}` không hợp với kiểu của trường trong bản mới"),
                format!("holds `{field}`, which is no value of the field in the new text"),
            ),
            Obstacle::FieldMissing { field, step } => Text::new(
                format!("bước `{step}` sắp tới cần `{field}`, hồ sơ chưa có và không bước nào hỏi"),
                format!("step `{step}` on its way needs `{field}`, which it has not and no step asks for"),
            ),
            Obstacle::DocumentGone { document } => Text::new(
                format!("có giấy tờ `{document}`, bản mới không có"),
                format!("holds `{document}`, a paper that the new text has not"),
            ),
            Obstacle::CodeGone { code } => Text::new(
                format!("mở theo mã thủ tục {code}, bản mới không phục vụ mã này"),
                format!("was opened under code {code}, which the new text does not serve"),
            ),
            Obstacle::VariantGone { variant } => Text::new(
                format!("theo thời hạn của trường hợp `{variant}`, bản mới không có"),
                format!("has the limits of variant `{variant}`, which the new text has not"),
            ),
            Obstacle::OtherCalendar { calendar } => Text::new(
                format!("bản mới tính theo lịch khác: `{calendar}`"),
                format!("the new text counts by another calendar: `{calendar}`"),
            ),
            Obstacle::GroupChanged { group } => Text::new(
                format!("nhóm bước `{group}` đang tính giờ, bản mới bỏ hoặc đổi các bước của nhóm"),
                format!("the clock of group `{group}` has begun, and the new text drops it or changes its steps"),
            ),
            _ => Text::new(
                "đồng hồ của hồ sơ chưa chạy, bản mới cho chạy từ việc khác",
                "the case's clock has not begun, and begins with another act in the new text",
            ),
        }
    }
}
