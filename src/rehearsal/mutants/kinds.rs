//! The kinds of mistakes that are made on purpose: their words, and what scenario would notice one.

/// What was done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    BoundDropped,
    BoundRaised,
    ReasonDropped,
    NeedDropped,
    TargetsSwapped,
    LimitRaised,
    LimitLowered,
    ReminderDropped,
    ToldDropped,
    SeparationDropped,
    SubstituteDropped,
    ConditionFlipped,
    EdgeMoved,
    PickChanged,
    ClockDropped,
    EscalationDropped,
    JoinChanged,
    SilenceDropped,
}

impl Kind {
    /// The stable word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Kind::BoundDropped => "bound_dropped",
            Kind::BoundRaised => "bound_raised",
            Kind::ReasonDropped => "reason_dropped",
            Kind::NeedDropped => "need_dropped",
            Kind::TargetsSwapped => "targets_swapped",
            Kind::LimitRaised => "limit_raised",
            Kind::LimitLowered => "limit_lowered",
            Kind::ReminderDropped => "reminder_dropped",
            Kind::ToldDropped => "told_dropped",
            Kind::SeparationDropped => "separation_dropped",
            Kind::SubstituteDropped => "substitute_dropped",
            Kind::ConditionFlipped => "condition_flipped",
            Kind::EdgeMoved => "edge_moved",
            Kind::PickChanged => "pick_changed",
            Kind::ClockDropped => "clock_dropped",
            Kind::EscalationDropped => "escalation_dropped",
            Kind::JoinChanged => "join_changed",
            Kind::SilenceDropped => "silence_dropped",
        }
    }

    pub(super) fn notice(self) -> (&'static str, &'static str) {
        match self {
            Kind::BoundDropped | Kind::BoundRaised => (
                "làm quá số lần cho phép và chờ bị từ chối: `refused: [{ …, because: too_many_times }]`",
                "do it once too often and expect the refusal: `refused: [{ …, because: too_many_times }]`",
            ),
            Kind::ReasonDropped => (
                "làm mà không nêu lý do và chờ bị từ chối: `refused: [{ …, because: reason_required }]`",
                "do it without a reason and expect the refusal: `refused: [{ …, because: reason_required }]`",
            ),
            Kind::NeedDropped => (
                "làm khi còn thiếu và chờ bị từ chối: `because: missing_field` hoặc `missing_document`",
                "do it while that is missing and expect the refusal: `because: missing_field` or `missing_document`",
            ),
            Kind::TargetsSwapped => (
                "làm hành động này rồi ghi bước phải tới: `expect: { step: … }`",
                "take this way and say where it must lead: `expect: { step: … }`",
            ),
            Kind::LimitRaised | Kind::LimitLowered => (
                "ghi hạn phải thấy: `expect: { deadline: … }`, hạn hồ sơ là `case_deadline`",
                "say the deadline that must be seen: `expect: { deadline: … }`, the case's is `case_deadline`",
            ),
            Kind::ReminderDropped | Kind::ToldDropped | Kind::EscalationDropped => (
                "chờ qua lúc đó và ghi mọi lời nhắc, lời báo với người nhận: `notices: […]`",
                "wait beyond it and list everything that is told, to whom: `notices: […]`",
            ),
            Kind::SeparationDropped => (
                "cho người đã làm bước này thử làm bước kia và chờ bị từ chối, hoặc ghi ai phải giữ (`holder`)",
                "let whoever did the one step try the other and expect the refusal, or say who must hold it (`holder`)",
            ),
            Kind::SubstituteDropped => (
                "cho người ấy vắng (`absent: […]`) và ghi ai phải giữ: `expect: { holder: … }`",
                "have him away (`absent: […]`) and say who must hold it: `expect: { holder: … }`",
            ),
            Kind::ConditionFlipped => (
                "đi qua chỗ này cả khi điều kiện đúng và khi sai, ghi bước, hạn hay người giữ phải thấy",
                "come through here when the condition holds and when it does not, with step, deadline or holder expected",
            ),
            Kind::EdgeMoved => {
                ("thử đúng giá trị ranh giới trong điều kiện", "try the very value at the edge of the condition")
            }
            Kind::PickChanged => (
                "ghi ai giữ ngay khi hồ sơ vừa tới bước: `expect: { holder: … }`",
                "say who holds it as soon as it comes to the step: `expect: { holder: … }`",
            ),
            Kind::ClockDropped => (
                "chờ ở bước này rồi ghi hạn hồ sơ sau đó: `expect: { case_deadline: … }`",
                "wait in this step and say the case's deadline afterwards: `expect: { case_deadline: … }`",
            ),
            Kind::JoinChanged => (
                "để mới một cơ quan trả lời và ghi hồ sơ còn ở khối song song",
                "let one body answer and expect the case still in the block",
            ),
            Kind::SilenceDropped => (
                "để một cơ quan im lặng tới hết hạn và ghi bước kế tiếp cùng lời báo",
                "let one body keep silent to the end, with the next step and the notice expected",
            ),
        }
    }
}
