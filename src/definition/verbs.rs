//! The standard verbs: their labels and their built-in meaning, so that "sent back" is countable across a city.

use crate::definition::procedure::Means;
use crate::ids::Verb;

/// A verb with a built-in label and meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardVerb {
    pub word: &'static str,
    pub vi: &'static str,
    pub en: &'static str,
    pub means: Means,
}

macro_rules! verbs {
    ($($word:literal $vi:literal $en:literal $means:ident,)*) => {
        /// Every standard verb, in the order of the reference.
        pub const STANDARD: &[StandardVerb] =
            &[$(StandardVerb { word: $word, vi: $vi, en: $en, means: Means::$means },)*];
    };
}

verbs! {
    "accept" "Tiếp nhận" "Accept" Forward,
    "complete" "Hoàn thành" "Complete" Forward,
    "submit" "Trình" "Submit" Forward,
    "forward" "Chuyển" "Forward" Forward,
    "consult" "Lấy ý kiến" "Consult" Forward,
    "answer" "Trả lời" "Answer" Forward,
    "approve" "Duyệt" "Approve" Forward,
    "sign" "Ký" "Sign" Forward,
    "hand_over" "Bàn giao" "Hand over" Forward,
    "pay" "Nộp tiền" "Pay" Forward,
    "return" "Trả lại" "Return" Back,
    "request_supplement" "Yêu cầu bổ sung" "Request a supplement" Wait,
    "supplement" "Nhận bổ sung" "Supplement" Forward,
    "propose_refusal" "Đề xuất từ chối" "Propose refusal" Forward,
    "refuse" "Từ chối" "Refuse" Forward,
    "reject" "Không chấp thuận" "Reject" Forward,
    "withdraw" "Rút hồ sơ" "Withdraw" End,
    "stop" "Dừng giải quyết" "Stop" End,
    "extend" "Gia hạn" "Extend" Wait,
    "delegate" "Ủy quyền" "Delegate" Forward,
    "resume" "Tiếp tục" "Resume" Forward,
}

/// The standard verb of that word, if it is one.
pub fn standard(verb: &Verb) -> Option<&'static StandardVerb> {
    STANDARD.iter().find(|standard| standard.word == verb.as_str())
}
