//! A case over the wire: its line in lists, its page, who holds it, what may be done.

use serde::Serialize;
use utoipa::ToSchema;

use crate::definition::procedure::Means;
use crate::definition::value::Value;
use crate::http::wire::names::{Person, Unit};
use crate::ids::Ts;
use crate::projection::rows::CaseRow;
use crate::service::views;
use crate::store::contract::Page;

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseList {
    pub items: Vec<CaseLine>,
    /// How many cases fit the filter, on all pages.
    pub total: u64,
    /// For `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A case in lists.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLine {
    #[schema(examples("2026-000123"))]
    pub case: String,
    #[schema(examples("cap-phep-xay-dung"))]
    pub procedure: String,
    /// The version the case is pinned to, and the SHA-256 of its text.
    pub procedure_version: u32,
    pub digest: String,
    /// The unit that answers for the procedure.
    pub owner: String,
    pub title: String,
    /// The administrative code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub channel: String,
    /// `open`, or the outcome: `done`, `refused`, `withdrawn`, `lapsed`, `stopped`.
    #[schema(examples("open"))]
    pub status: String,
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Ts,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Ts>,
    /// The date told to the citizen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub promise: Option<Ts>,
    /// Since when the case's clock stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub stopped_since: Option<Ts>,
    /// What stands against the case: `second_supplement` (papers asked for more than once).
    pub marks: Vec<String>,
    /// What `If-Match` names.
    pub revision: u64,
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Ts,
}

/// Everything about a case that the caller may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct Case {
    #[serde(flatten)]
    pub line: CaseLine,
    pub procedure_title: String,
    pub owner_unit: Unit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome_title: Option<String>,
    /// The variant whose limits hold for the case, as its label in the procedure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// Groups of steps whose own clocks have started.
    pub groups: Vec<Group>,
    /// Open branches with their holders.
    pub branches: Vec<Branch>,
    /// The case that called this one, and those that this one called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    pub fields: Vec<Field>,
    pub documents: Vec<Document>,
    pub holdings: Vec<Holding>,
    pub timeline: Vec<Moment>,
    /// What the caller may do now.
    pub available: Vec<Offer>,
}

/// A case that belongs with this one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Related {
    /// `caller`: it called this case; `called`: this case called it.
    #[schema(examples("called"))]
    pub relation: &'static str,
    #[schema(examples("2026-000123.1"))]
    pub case: String,
    pub procedure: String,
    pub procedure_title: String,
    /// The step of this case that called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_title: Option<String>,
    /// How a called case ended; absent while it runs, and of a caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, examples("done"))]
    pub outcome: Option<&'static str>,
    /// Whether the one who asks may look into it.
    pub visible: bool,
}

/// A clock, with the name of the rule that computed its deadline.
#[derive(Debug, Serialize, ToSchema)]
pub struct Clock {
    #[schema(value_type = String, format = DateTime)]
    pub started: Ts,
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Ts,
    #[schema(examples("day"))]
    pub rule: String,
    /// The written length.
    #[schema(examples("16 working days"))]
    pub limit: String,
    /// The calendar that counts it, and which of its versions computed the deadline.
    #[schema(examples("hanoi"))]
    pub calendar: String,
    pub calendar_version: u32,
    /// Working minutes left, negative when the deadline has passed.
    pub left_minutes: i64,
    pub total_minutes: i64,
}

/// A group of steps with its own clock: a phase, or an agency's subtotal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    pub group: String,
    pub title: String,
    /// Whose subtotal it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    pub clock: Clock,
    /// Its deadline has passed while it ran.
    pub late: bool,
    /// Its clock stands: no branch is in its steps, or the case's clock stands.
    pub stands: bool,
}

/// An open branch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Branch {
    /// 0 is the main one.
    pub branch: u32,
    /// The unit asked, or the branch's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    pub step: String,
    pub step_title: String,
    /// `step`, `wait`, `parallel`.
    pub kind: String,
    pub holder: Person,
    pub unit: Unit,
    /// How it came: `opened`, `handed_over`, `returned`, `claimed`, `assigned`, `head`, ...
    pub how: String,
    #[schema(value_type = String, format = DateTime)]
    pub held_since: Ts,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    pub late: bool,
    /// Superiors to whom it was brought, acknowledged or not.
    pub escalations: Vec<Escalation>,
    /// The council that decides where it rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub council: Option<Council>,
}

/// How a council stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Council {
    pub members: u32,
    /// How many of them must vote.
    pub quorum: u32,
    /// How many of those who vote must be for a way out: a number or a part, as in the procedure.
    #[schema(examples("over 1/2"))]
    pub threshold: String,
    pub votes: Vec<Vote>,
}

/// What a member is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Vote {
    pub member: Person,
    /// Absent for an abstention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
}

/// A way out that a council votes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Choice {
    /// The verb of its transition.
    #[schema(examples("approve"))]
    pub choice: String,
    pub vi: String,
    pub en: String,
}

/// A late step brought to a superior; its holder stays.
#[derive(Debug, Serialize, ToSchema)]
pub struct Escalation {
    /// Its place in the step's `escalate`, from 0.
    pub level: u16,
    pub superior: Person,
    #[schema(value_type = String, format = DateTime)]
    pub since: Ts,
    /// When his own clock ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answer_by: Option<Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledged_at: Option<Ts>,
    /// Who had it before him and did not acknowledge it in his term.
    pub before: Vec<Person>,
}

/// A field with its value.
#[derive(Debug, Serialize, ToSchema)]
pub struct Field {
    pub field: String,
    pub title: String,
    /// The unit of measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// Text, number, yes/no or a list, as the field's kind says; absent while it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub value: Option<Value>,
    /// What the value is called in Vietnamese, where it is a word of a choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("Đồng ý"))]
    pub said: Option<String>,
}

/// A paper of the case.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    pub document: String,
    pub title: String,
    pub present: bool,
    /// Whether it is a result for the citizen.
    pub result: bool,
    /// Whether it is kept in digital form: not to be asked for on paper again.
    pub digitised: bool,
}

/// One interval in which one person answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Holding {
    /// Number of the holding in its case, from 0.
    pub n: u32,
    pub branch: u32,
    pub step: String,
    pub step_title: String,
    pub holder: Person,
    pub unit: Unit,
    pub how: String,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Ts,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Ts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Ts>,
    /// When the deadline passed while he held it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub breached_at: Option<Ts>,
    /// Working minutes held, until now or in all.
    pub minutes: i64,
    /// Of them, minutes in which the case's clock stood.
    pub excused_minutes: i64,
    pub open: bool,
    /// `early`, `on_time`, `late`: written when the next one received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
}

/// The holdings of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct Holdings {
    pub items: Vec<Holding>,
}

/// One thing that happened, in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct Moment {
    /// Its entry in the journal.
    pub seq: u64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Ts,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Ts,
    /// Absent where the engine did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Person>,
    #[schema(examples("taken"))]
    pub event: String,
    pub vi: String,
    pub en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<u32>,
}

/// What the caller may do now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offers {
    pub items: Vec<Offer>,
    /// What `If-Match` of the act names.
    pub revision: u64,
}

/// One thing the caller may do now: send its `act` and `branch` to `/act`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offer {
    pub branch: u32,
    /// A transition's verb or the word of a command.
    #[schema(examples("accept"))]
    pub act: String,
    /// `transition` or `command`.
    pub kind: String,
    pub vi: String,
    pub en: String,
    /// `forward`, `back`, `wait`, `end`: what a transition means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub means: Option<String>,
    /// Where the case goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_title: Option<String>,
    /// By when the next one must have done it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_deadline: Option<Ts>,
    pub wants_fields: Vec<WantedField>,
    pub wants_documents: Vec<Document>,
    pub wants_reason: bool,
    /// Papers that the act produces.
    pub makes: Vec<Document>,
    /// The signature that the act is given by: `initial`, `approve`, `digital`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign: Option<String>,
    /// Whom `assign` and `transfer` may name.
    pub candidates: Vec<Person>,
    /// What `vote` may name; without one it is an abstention.
    pub choices: Vec<Choice>,
}

/// A field to fill in.
#[derive(Debug, Serialize, ToSchema)]
pub struct WantedField {
    pub field: String,
    pub title: String,
    /// `text`, `number`, `money`, `date`, `yes_no`, `choice`, `file`, `person`, `unit`, `list of unit`.
    pub kind: String,
    /// The words to choose from.
    pub choices: Vec<String>,
    /// What those words are called in Vietnamese, in their order.
    #[schema(examples(json!(["Đồng ý", "Không đồng ý"])))]
    pub choice_titles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub value: Option<Value>,
    pub required: bool,
    /// A pattern that the whole text must fit, as a regular expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("[0-9]{12}"))]
    pub pattern: Option<String>,
    /// It says something about a person.
    pub personal: bool,
}

impl From<CaseRow> for CaseLine {
    fn from(row: CaseRow) -> CaseLine {
        CaseLine {
            case: row.case.to_string(),
            procedure: row.procedure.to_string(),
            procedure_version: row.procedure_version,
            digest: row.digest.to_string(),
            owner: row.owner.to_string(),
            title: row.title,
            code: row.code,
            channel: row.channel,
            status: row.status,
            opened_at: row.opened_at,
            ended_at: row.ended_at,
            deadline: row.deadline,
            promise: row.promise,
            stopped_since: row.stopped_since,
            marks: row.marks.into_iter().map(|mark| mark.word().to_owned()).collect(),
            revision: row.revision,
            last_at: row.last_at,
        }
    }
}

impl From<Page<CaseRow>> for CaseList {
    fn from(page: Page<CaseRow>) -> CaseList {
        CaseList { items: page.items.into_iter().map(Into::into).collect(), total: page.total, next: page.next }
    }
}

impl From<views::CaseView> for Case {
    fn from(view: views::CaseView) -> Case {
        Case {
            line: view.row.into(),
            procedure_title: view.procedure_title,
            owner_unit: view.owner.into(),
            outcome_title: view.outcome_title,
            variant: view.variant.map(|(vi, _)| vi),
            clock: view.clock.map(Into::into),
            groups: view.groups.into_iter().map(Into::into).collect(),
            branches: view.branches.into_iter().map(Into::into).collect(),
            related: view.related.into_iter().map(Into::into).collect(),
            fields: view.fields.into_iter().map(Into::into).collect(),
            documents: view.documents.into_iter().map(Into::into).collect(),
            holdings: view.holdings.into_iter().map(Into::into).collect(),
            timeline: view.timeline.into_iter().map(Into::into).collect(),
            available: view.offers.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<views::RelatedView> for Related {
    fn from(view: views::RelatedView) -> Related {
        Related {
            relation: match view.relation {
                views::Relation::Caller => "caller",
                views::Relation::Called => "called",
            },
            case: view.case.to_string(),
            procedure: view.procedure.to_string(),
            procedure_title: view.procedure_title,
            step_title: view.step_title,
            outcome: view.outcome,
            visible: view.seen,
        }
    }
}

impl From<views::ClockView> for Clock {
    fn from(view: views::ClockView) -> Clock {
        let views::ClockView {
            started,
            deadline,
            rule,
            limit,
            calendar,
            calendar_version,
            left_minutes,
            total_minutes,
        } = view;
        let calendar = calendar.to_string();
        Clock { started, deadline, rule, limit, calendar, calendar_version, left_minutes, total_minutes }
    }
}

impl From<views::BranchView> for Branch {
    fn from(view: views::BranchView) -> Branch {
        Branch {
            branch: view.branch.0,
            label: view.label,
            step: view.step.to_string(),
            step_title: view.step_title,
            kind: view.kind,
            holder: view.holder.into(),
            unit: view.unit.into(),
            how: view.how,
            held_since: view.held_since,
            received_at: view.received_at,
            clock: view.clock.map(Into::into),
            late: view.late,
            escalations: view.escalations.into_iter().map(Into::into).collect(),
            council: view.council.map(Into::into),
        }
    }
}

impl From<views::CouncilView> for Council {
    fn from(view: views::CouncilView) -> Council {
        let votes =
            view.votes.into_iter().map(|vote| Vote { member: vote.member.into(), choice: vote.choice.map(Into::into) });
        Council { members: view.members, quorum: view.quorum, threshold: view.threshold, votes: votes.collect() }
    }
}

impl From<views::ChoiceView> for Choice {
    fn from(view: views::ChoiceView) -> Choice {
        Choice { choice: view.verb.to_string(), vi: view.vi, en: view.en }
    }
}

impl From<views::GroupView> for Group {
    fn from(view: views::GroupView) -> Group {
        Group {
            group: view.group.to_string(),
            title: view.title,
            unit: view.unit.map(Into::into),
            clock: view.clock.into(),
            late: view.late,
            stands: view.stands,
        }
    }
}

impl From<views::EscalationView> for Escalation {
    fn from(view: views::EscalationView) -> Escalation {
        Escalation {
            level: view.level,
            superior: view.superior.into(),
            since: view.since,
            answer_by: view.answer_by,
            acknowledged_at: view.acknowledged_at,
            before: view.before.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<views::FieldView> for Field {
    fn from(view: views::FieldView) -> Field {
        Field {
            field: view.field.to_string(),
            title: view.title,
            measure: view.measure,
            value: view.value,
            said: view.said.map(|said| said.vi),
        }
    }
}

impl From<views::DocumentView> for Document {
    fn from(view: views::DocumentView) -> Document {
        Document {
            document: view.document.to_string(),
            title: view.title,
            present: view.present,
            result: view.result,
            digitised: view.digitised,
        }
    }
}

impl From<views::HoldingView> for Holding {
    fn from(view: views::HoldingView) -> Holding {
        use crate::calendar::band::Verdict;
        let row = view.row;
        Holding {
            n: row.n,
            branch: row.branch.0,
            step: row.step.to_string(),
            step_title: view.step_title,
            holder: Person { id: row.holder.to_string(), name: view.holder_name },
            unit: Unit { id: row.unit.to_string(), name: view.unit_name },
            how: row.how,
            started_at: row.started_at,
            ended_at: row.ended_at,
            received_at: row.received_at,
            deadline: row.deadline,
            breached_at: row.breached_at,
            minutes: view.minutes,
            excused_minutes: view.excused_minutes,
            open: view.open,
            verdict: view.verdict.map(|verdict| {
                match verdict {
                    Verdict::Early => "early",
                    Verdict::OnTime => "on_time",
                    Verdict::Late => "late",
                }
                .to_owned()
            }),
        }
    }
}

impl From<views::TimelineItem> for Moment {
    fn from(item: views::TimelineItem) -> Moment {
        Moment {
            seq: item.seq,
            at: item.at,
            recorded_at: item.recorded_at,
            actor: item.actor.map(Into::into),
            on_behalf_of: item.on_behalf_of.map(Into::into),
            event: item.event,
            vi: item.vi,
            en: item.en,
            reason: item.reason,
            branch: item.branch.map(|branch| branch.0),
        }
    }
}

impl From<views::OfferView> for Offer {
    fn from(view: views::OfferView) -> Offer {
        Offer {
            branch: view.branch.0,
            act: view.act,
            kind: view.kind,
            vi: view.vi,
            en: view.en,
            means: view.means.map(|means| {
                match means {
                    Means::Forward => "forward",
                    Means::Back => "back",
                    Means::Wait => "wait",
                    Means::End => "end",
                }
                .to_owned()
            }),
            to_title: view.to_title,
            next_deadline: view.next_deadline,
            wants_fields: view.wants_fields.into_iter().map(Into::into).collect(),
            wants_documents: view.wants_documents.into_iter().map(Into::into).collect(),
            wants_reason: view.wants_reason,
            makes: view.makes.into_iter().map(Into::into).collect(),
            sign: view.sign.map(|sign| sign.word().to_owned()),
            candidates: view.candidates.into_iter().map(Into::into).collect(),
            choices: view.choices.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<views::WantedField> for WantedField {
    fn from(view: views::WantedField) -> WantedField {
        WantedField {
            field: view.field.to_string(),
            title: view.title,
            kind: view.kind,
            choice_titles: view.choices.iter().map(|word| word.vi.clone()).collect(),
            choices: view.choices.into_iter().map(|word| word.word).collect(),
            measure: view.measure,
            value: view.value,
            required: view.required,
            pattern: view.pattern,
            personal: view.personal,
        }
    }
}
