//! The account of a drawing: each of its elements is brought in, or left out for a reason that is listed. What no rule
//! speaks of counts as left out, so nothing is lost in silence.

/// The number of an element in the account.
pub type Key = usize;

/// What became of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open,
    Brought,
    Left(Why),
}

/// An element of the drawing.
#[derive(Clone, Debug)]
struct Item {
    id: String,
    element: String,
    name: String,
    fate: Fate,
    changed: Vec<Why>,
    /// By what name it stands in the file.
    place: String,
}

/// An element that was left out, or brought in otherwise than drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    /// What it is in BPMN, e.g. `userTask`.
    pub element: String,
    pub name: String,
    pub why: Why,
}

/// An element that was brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    pub id: String,
    pub element: String,
    pub name: String,
    /// The id it has in the file, where it is something by itself there.
    pub place: String,
}

/// The account.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    items: Vec<Item>,
}

macro_rules! reasons {
    ($($case:ident $code:literal $vi:literal $en:literal,)*) => {
        /// Why an element is not in the file as it was drawn.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Why { $(#[doc = $en] $case,)* }

        impl Why {
            /// Every reason, in the order of the reference.
            pub const ALL: &[Why] = &[$(Why::$case,)*];

            /// The unchanging word.
            pub fn code(self) -> &'static str {
                match self { $(Why::$case => $code,)* }
            }

            /// The reason in both languages.
            pub fn words(self) -> (&'static str, &'static str) {
                match self { $(Why::$case => ($vi, $en),)* }
            }
        }
    };
}

reasons! {
    Unknown "unknown" "loại phần tử này không có trong quy trình" "a procedure has nothing of this kind",
    Technical "technical" "chỉ dùng cho phần mềm chạy bản vẽ" "only for software that runs the drawing",
    Extension "extension" "phần riêng của phần mềm vẽ" "an addition of the drawing tool",
    OtherProcess "other_process" "thuộc quy trình khác trong bản vẽ; nhập riêng bằng --process" "part of another process; bring it in by itself with --process",
    Outside "outside" "bên ngoài quy trình; điền ở `for` của bước chờ" "outside the procedure; say it in `for` of a wait",
    Message "message" "thư gửi giữa các bên; ghi thành chú thích cạnh bước" "a message between parties; kept as a comment beside the step",
    Throw "throw" "chỉ báo tin, không ai giữ hồ sơ ở đó; đường đi được nối thẳng" "only tells something, nobody holds the case there; the way goes straight on",
    DanglingArrow "dangling_arrow" "mũi tên thiếu đầu hoặc trỏ tới hình không có" "an arrow without an end, or at a shape that is not there",
    Mended "mended" "mũi tên thiếu đầu, nối lại theo hình ghi ở đầu kia" "an arrow without an end, mended by what the shape says",
    NoStart "no_start" "không có điểm bắt đầu; coi hình không có mũi tên vào là bắt đầu" "no start event; shapes that no arrow leads to are taken to begin",
    NoEnd "no_end" "không có mũi tên ra; coi là kết thúc" "no arrow out; taken to end there",
    NoWay "no_way" "không có đường đi qua nó" "no way leads through it",
    Unreachable "unreachable" "không đường nào từ điểm bắt đầu dẫn tới" "no way from the start leads to it",
    SideBranch "side_branch" "chỉ đến được từ sự kiện không làm ngừng công việc" "only reached from an event that does not interrupt",
    Inclusive "inclusive" "cổng chọn nhiều hướng: quy trình chỉ chọn một hướng; nếu cần làm song song thì dùng `kind: parallel`" "an inclusive gateway: here one way is chosen; use `kind: parallel` for several at once",
    Complex "complex" "cổng điều kiện phức tạp: coi như chọn một hướng" "a complex gateway: taken as the choice of one way",
    SplitByCondition "conditional_arrows" "nhiều mũi tên có điều kiện ra khỏi công việc: coi như chọn một hướng" "several conditional arrows out of a task: taken as the choice of one way",
    NotABlock "not_a_block" "nhánh song song không có chỗ gộp riêng, hoặc có đường ra vào giữa chừng: tạm coi như chọn một hướng" "parallel branches without a join of their own, or with a way in or out between: taken as a choice for now",
    LooseJoin "loose_join" "chỗ gộp song song không có chỗ tách tương ứng: coi như đi thẳng" "a parallel join without its split: taken as straight on",
    JoinedOnce "joined_once" "nhánh song song gặp nhau mà không gộp (việc sau sẽ làm nhiều lần): quy trình gộp lại và làm một lần" "parallel branches meet without a join (what follows would be done several times): here they join and it is done once",
    MeetsTwice "meets_twice" "một nhánh vào chỗ gộp bằng nhiều mũi tên (bản vẽ sẽ chờ mãi): quy trình coi là một" "one branch meets the join by several arrows (the drawing would wait for ever): taken as one",
    OneBranch "one_branch" "chỉ một nhánh song song có việc: coi như nối tiếp" "only one parallel branch holds work: taken as a sequence",
    ManyWays "many_ways" "quá nhiều hướng ra từ một bước" "too many ways out of one step",
    NonInterrupting "non_interrupting" "sự kiện không làm ngừng công việc: dùng `warn` hoặc `escalate`" "an event that does not interrupt: use `warn` or `escalate`",
    Interrupting "interrupting" "sự kiện làm ngừng công việc: ghi thành một hướng ra do người giữ bước thực hiện" "an interrupting event: written as a way out that the holder takes",
    InterruptsBlock "interrupts_block" "sự kiện làm ngừng cả phần có nhánh song song" "an event that interrupts a part with parallel branches",
    EventSubprocess "event_subprocess" "quy trình con theo sự kiện: xem `anytime`" "an event sub-process: see `anytime`",
    AdHoc "ad_hoc" "quy trình con không thứ tự" "a sub-process without order",
    Repeat "repeat" "làm lặp lại: ghi thành một lần; nếu hỏi nhiều đơn vị thì dùng `for_each`" "repeated work: written once; use `for_each` where several units are asked",
    Call "call" "gọi quy trình khác: ghi thành `kind: procedure`; xem lại mã quy trình ở `use`, giấy tờ đi và về" "a call of another process: written as `kind: procedure`; look at the procedure in `use` and what goes along and back",
    CallOutcome "call_outcome" "sự kiện làm ngừng việc gọi quy trình khác: ghi thành một kết quả của quy trình đó (`to`), đoán theo tên" "an event that interrupts the call: written as an outcome of the called procedure (`to`), guessed by its name",
    InterruptsCall "interrupts_call" "sự kiện làm ngừng việc gọi quy trình khác mà không kết quả nào của quy trình đó ứng với: hết giờ chỉ còn là `within`" "an event that interrupts the call and is none of its outcomes: of a time only `within` is left",
    Automatic "automatic" "việc do máy làm: ghi thành một bước có người chịu trách nhiệm" "work of a machine: written as a step somebody answers for",
    Condition "condition" "điều kiện viết cho phần mềm khác: ghi thành chú thích, điền `when`" "a condition for other software: kept as a comment; fill in `when`",
    Timer "timer" "thời điểm không phải một khoảng dài: ghi thành chú thích" "a time that is no length: kept as a comment",
    ManyStarts "many_starts" "nhiều điểm bắt đầu: ghi thành một bước chọn" "several start events: written as a step in which one is chosen",
    Trigger "trigger" "điều làm bắt đầu hoặc kết thúc (thư, giờ, tín hiệu) không mang sang; đường đi được giữ" "what triggers it (message, time, signal) is not brought in; the way is",
    Terminate "terminate" "kết thúc làm ngừng các nhánh khác" "an end that stops the other branches",
    Tie "tie" "đường nối tới thứ không mang sang" "a line to something that is not brought in",
    Store "store" "kho dữ liệu" "a data store",
    LoneDocument "lone_document" "giấy tờ không nối với công việc nào: vẫn khai ở `documents`" "a paper no task is tied to: declared in `documents` all the same",
    EmptyLane "empty_lane" "làn không có công việc của riêng nó: tên không mang sang" "a lane without a task of its own: its name is not brought in",
    Group "group" "khung nhóm chỉ để nhìn: xem `groups`" "a frame for the eye: see `groups`",
    Unused "unused" "khai báo tên thư, tín hiệu hoặc lỗi: không hình nào của quy trình lấy tên ở đó" "the name of a message, signal or error that no shape of the process is called by",
    Performer "performer" "người làm ghi riêng trong công việc: ghi thành chú thích, điền ở `by`" "a performer named in the task: kept as a comment; say it in `by`",
    Nested "nested" "song song bên trong một nhánh song song: ghi thành việc nối tiếp" "parallel branches inside a branch: written one after another",
}

impl Ledger {
    /// Enters an element.
    pub fn enter(&mut self, id: &str, element: &str, name: &str) -> Key {
        let key = self.items.len();
        let (id, element) = (id.to_owned(), element.to_owned());

        self.items.push(Item {
            id,
            element,
            name: name.to_owned(),
            fate: Fate::Open,
            changed: Vec::new(),
            place: String::new(),
        });
        key
    }

    /// It stands in the file.
    pub fn brought(&mut self, key: Key) {
        if let Some(item) = self.items.get_mut(key).filter(|item| item.fate == Fate::Open) {
            item.fate = Fate::Brought;
        }
    }

    /// It does not stand in the file.
    pub fn left(&mut self, key: Key, why: Why) {
        if let Some(item) = self.items.get_mut(key).filter(|item| !matches!(item.fate, Fate::Left(_))) {
            item.fate = Fate::Left(why);
        }
    }

    /// It stands in the file, but not as drawn.
    pub fn changed(&mut self, key: Key, why: Why) {
        if let Some(item) = self.items.get_mut(key).filter(|item| !item.changed.contains(&why)) {
            item.changed.push(why);
        }
    }

    /// It stands in the file by that name.
    pub fn stands(&mut self, key: Key, place: &str) {
        if let Some(item) = self.items.get_mut(key) {
            place.clone_into(&mut item.place);
        }
    }

    /// Whether it was brought in.
    pub fn is_brought(&self, key: Key) -> bool {
        self.items.get(key).is_some_and(|item| item.fate == Fate::Brought)
    }

    /// How many elements there are.
    pub fn count(&self) -> usize {
        self.items.len()
    }

    /// What was left out, in the order of the drawing; what nothing was said of is among it.
    pub fn all_left(&self) -> Vec<Listed> {
        let of = |item: &Item| match item.fate {
            Fate::Open => Some(listed(item, Why::Unknown)),
            Fate::Brought => None,
            Fate::Left(why) => Some(listed(item, why)),
        };
        self.items.iter().filter_map(of).collect()
    }

    /// What was brought in, in the order of the drawing.
    pub fn all_brought(&self) -> Vec<Brought> {
        let brought = self.items.iter().filter(|item| item.fate == Fate::Brought);
        let of = |item: &Item| Brought {
            id: item.id.clone(),
            element: item.element.clone(),
            name: item.name.clone(),
            place: item.place.clone(),
        };
        brought.map(of).collect()
    }

    /// What was brought in otherwise than drawn.
    pub fn all_changed(&self) -> Vec<Listed> {
        let kept = self.items.iter().filter(|item| item.fate == Fate::Brought);
        kept.flat_map(|item| item.changed.iter().map(|why| listed(item, *why))).collect()
    }
}

fn listed(item: &Item, why: Why) -> Listed {
    Listed { id: item.id.clone(), element: item.element.clone(), name: item.name.clone(), why }
}
