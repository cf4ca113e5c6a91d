//! The planned steps as the text of a procedure. What is guessed has a comment beside it; what the drawing does not say
//! (holders, limits, conditions) is left out, for `check` to ask.

use crate::definition::canonical::canonical;
use crate::definition::reader::{is_id, is_reserved};
use crate::definition::source::Source;
use crate::fold::fold;
use crate::importing::bpmn::beside::Beside;
use crate::importing::bpmn::blocks::{Blocks, Room};
use crate::importing::bpmn::ledger::Ledger;
use crate::importing::bpmn::model::{Kind, Model, Trigger};
use crate::importing::bpmn::net::{Net, SpotKind};
use crate::importing::bpmn::plan::{Aim, Place, Plan, What};
use crate::importing::bpmn::timer::length;
use crate::importing::bpmn::verbs::{Exits, outcome};
use crate::importing::draft::About;
use crate::importing::wording::{Ids, one_line, quoted, short, short_name, slug};

/// The text, and what its author has to say that the drawing does not.
#[derive(Clone, Debug, Default)]
pub struct Drafted {
    pub text: String,
    pub steps: usize,
    /// Titles of steps without a holder, and of those without a limit.
    pub no_holder: Vec<String>,
    pub no_limit: Vec<String>,
}

/// Writes the file.
pub fn draft(
    model: &Model,
    net: &Net,
    blocks: &Blocks,
    plan: &Plan,
    process: usize,
    about: &About,
    ledger: &mut Ledger,
) -> Drafted {
    let mut ids = Ids::default();
    let mut order: Vec<usize> = (0..plan.places.len()).collect();
    order.sort_by_key(|at| plan.places[*at].order);
    let mut writer = Writer {
        model,
        net,
        blocks,
        plan,
        order,
        names: vec![String::new(); plan.places.len()],
        drafted: Drafted::default(),
    };
    for at in writer.order.clone() {
        writer.names[at] = ids.of(short_name(&writer.title(at)).0, &format!("buoc_{}", at + 1));
        let drawn = writer.shape(&plan.places[at]).filter(|_| !matches!(plan.places[at].what, What::Choice(_)));
        if let Some(shape) = drawn {
            ledger.stands(model.shapes[shape].key, &writer.names[at]);
        }
    }
    let beside = Beside::of(model, process, (&writer.shown(), &writer.told()), &mut ids, ledger);
    writer.write(process, about, &beside, &mut ids);
    let steps = plan.places.iter().filter(|place| !matches!(place.what, What::End(_))).count();
    // Without a canonical form it stays as it was written, and `check` says why.
    let mut drafted = writer.drafted;
    drafted.steps = steps;
    if let Ok(text) = canonical(&Source::new(about.id.as_str(), drafted.text.as_str())) {
        drafted.text = text;
    }
    drafted
}

struct Writer<'a> {
    model: &'a Model,
    net: &'a Net,
    blocks: &'a Blocks,
    plan: &'a Plan,
    /// The places in the order of the work.
    order: Vec<usize>,
    /// The id of each place.
    names: Vec<String>,
    drafted: Drafted,
}

impl Writer<'_> {
    fn line(&mut self, indent: usize, text: impl AsRef<str>) {
        self.drafted.text.push_str(&" ".repeat(indent));
        self.drafted.text.push_str(text.as_ref());
        self.drafted.text.push('\n');
    }

    fn shape(&self, place: &Place) -> Option<usize> {
        match place.what {
            What::Spot(spot) | What::End(spot) => self.net.spots[spot].shape,
            What::Block(block) => self.net.spots[self.blocks.blocks[block].split].shape,
            What::Choice(gateway) => gateway,
        }
    }

    /// The shapes that stand in the file as steps.
    fn shown(&self) -> Vec<usize> {
        let spots = self.plan.places.iter().filter(|place| matches!(place.what, What::Spot(_) | What::End(_)));
        spots.filter_map(|place| self.shape(place)).collect()
    }

    /// Those whose documentation stands in the file as a note.
    fn told(&self) -> Vec<usize> {
        let spots = self.plan.places.iter().filter(|place| matches!(place.what, What::Spot(_)));
        spots.filter_map(|place| self.shape(place)).collect()
    }

    fn title(&self, at: usize) -> String {
        let place = &self.plan.places[at];
        let shape = self.shape(place).map(|n| &self.model.shapes[n]);
        let named = shape.map(|shape| shape.name.clone()).unwrap_or_default();
        if short_name(&named).0.chars().any(char::is_alphanumeric) {
            return named;
        }
        let trigger = shape.map(|shape| &shape.trigger);
        match (place.what, trigger) {
            (What::Spot(_), Some(Trigger::Message(name))) if !name.is_empty() => format!("Chờ {name}"),
            (What::Spot(_), Some(Trigger::Timer(_, text))) => format!("Chờ {}", short(text)),
            (What::Spot(spot), _) if self.net.spots[spot].kind != SpotKind::Step => "Chờ việc bên ngoài".to_owned(),
            (What::Spot(_), _) => format!("Bước {}", self.order.iter().position(|other| *other == at).unwrap_or(0) + 1),
            (What::Block(_), _) => "Làm song song".to_owned(),
            (What::Choice(_), _) => "Chọn hướng xử lý".to_owned(),
            (What::End(_), _) => "Hoàn thành".to_owned(),
        }
    }

    fn aim(&self, aim: Aim) -> &str {
        match aim {
            Aim::Place(at) => &self.names[at],
            Aim::Join => "join",
        }
    }

    fn write(&mut self, process: usize, about: &About, beside: &Beside, ids: &mut Ids) {
        let name = if about.title.is_empty() { drawn_name(self.model, process) } else { about.title.clone() };
        let name = if name.is_empty() { "Quy trình mới".to_owned() } else { short_name(&name).0.to_owned() };
        let id = if about.id.is_empty() { slug(&name).replace('_', "-") } else { about.id.clone() };
        for note in &beside.notes {
            self.line(0, format!("# {note}"));
        }
        self.line(0, "format: procedure/v1");
        self.line(0, format!("id: {}", if id.is_empty() { "quy-trinh-moi" } else { &id }));
        self.line(0, "version: 1");
        self.line(0, format!("vi: {}", quoted(&name)));
        if let Some(owner) = &about.owner {
            self.line(0, format!("owner: {owner}"));
        }
        self.line(0, "\ncase:");
        self.line(2, format!("vi: {}", quoted(&name)));
        self.line(2, "# bản vẽ không có thời hạn của cả hồ sơ: điền `within`");
        for text in
            beside.documents.iter().enumerate().flat_map(|(n, text)| {
                (n == 0).then(|| "\ndocuments:".to_owned()).into_iter().chain([format!("  {text}")])
            })
        {
            self.line(0, text);
        }
        for (n, (id, name)) in beside.people.iter().enumerate() {
            if n == 0 {
                self.line(0, "\npeople:");
                self.line(2, "# bản vẽ chỉ ghi tên làn: điền `post` và `unit` cho từng mục");
            }
            self.line(2, format!("{id}: {{ vi: {} }}", quoted(name)));
        }
        self.groups(ids);
        if let Some(start) = self.plan.start {
            let start = self.aim(start).to_owned();
            self.line(0, format!("\nstart: {start}"));
        }
        self.line(0, "\nsteps:");
        self.room(None, 2, beside);
    }

    /// An embedded sub-process is a group of its steps.
    fn groups(&mut self, ids: &mut Ids) {
        let mut lines = Vec::new();
        for (n, shape) in self.model.shapes.iter().enumerate().filter(|(_, shape)| shape.kind == Kind::Sub) {
            let inside = |at: &usize| {
                let place = &self.plan.places[*at];
                let own = self.shape(place).filter(|_| matches!(place.what, What::Spot(_)));
                let around = |n: &usize| self.model.scopes[self.model.shapes[*n].scope].of.map(|(shape, _)| shape);
                own.is_some_and(|own| std::iter::successors(around(&own), around).any(|around| around == n))
            };
            let steps: Vec<&str> =
                self.order.iter().filter(|at| inside(at)).map(|at| self.names[*at].as_str()).collect();
            if !steps.is_empty() && !shape.name.is_empty() {
                let (id, vi) = (ids.of(short_name(&shape.name).0, "nhom"), quoted(&one_line(&shape.name)));
                lines.push(format!("{id}: {{ vi: {vi}, steps: [{}] }}", steps.join(", ")));
            }
        }
        for (n, line) in lines.iter().enumerate() {
            if n == 0 {
                self.line(0, "\ngroups:");
            }
            self.line(2, line);
        }
    }

    /// The steps of the main line, or of a branch.
    fn room(&mut self, room: Room, indent: usize, beside: &Beside) {
        for at in self.order.clone() {
            let place = &self.plan.places[at];
            if place.room == room {
                self.step(at, place, indent, beside);
            }
        }
    }

    fn step(&mut self, at: usize, place: &Place, indent: usize, beside: &Beside) {
        let shape = self.shape(place);
        let whole = self.title(at);
        let (name, rest) = short_name(&whole);
        let ends = |at: usize| matches!(self.plan.places[at].what, What::End(_));
        let first_end = ends(at) && self.order.iter().copied().find(|at| ends(*at)) == Some(at);
        if place.room.is_none() && (!ends(at) || first_end) {
            self.drafted.text.push('\n');
        }
        let comments =
            shape.and_then(|shape| beside.comments.get(&shape)).filter(|_| !matches!(place.what, What::Choice(_)));
        for comment in comments.into_iter().flatten() {
            self.line(indent, format!("# {comment}"));
        }
        if let What::End(_) = place.what {
            return self.end(at, shape, name, indent);
        }
        self.line(indent, format!("{}:", self.names[at]));
        let inner = indent + 2;
        let kind = match place.what {
            What::Block(_) => Some("parallel"),
            What::Spot(_) if self.call(place).is_some() => Some("procedure"),
            What::Spot(spot) if self.net.spots[spot].kind != SpotKind::Step => Some("wait"),
            _ => None,
        };
        if let Some(kind) = kind {
            self.line(inner, format!("kind: {kind}"));
        }
        self.line(inner, format!("vi: {}", quoted(name)));
        let note = shape.filter(|_| matches!(place.what, What::Spot(_))).map(|n| self.model.shapes[n].note.clone());
        let note = [one_line(rest), note.unwrap_or_default()].into_iter().filter(|part| !part.is_empty());
        let note = note.collect::<Vec<_>>().join(" ");
        if !note.is_empty() {
            self.line(inner, format!("note: {}", quoted(&note)));
        }
        match place.what {
            What::Block(block) => self.block(place, block, inner, beside),
            _ => self.work(at, place, shape, inner, beside),
        }
    }

    fn end(&mut self, at: usize, shape: Option<usize>, name: &str, indent: usize) {
        let (outcome, guessed) = outcome(shape.map(|n| &self.model.shapes[n]));
        let beside = if guessed { "  # đoán theo tên" } else { "" };
        let (id, vi) = (&self.names[at], quoted(name));
        let line = format!("{id}: {{ kind: end, vi: {vi}, outcome: {outcome} }}{beside}");
        self.line(indent, line);
    }

    fn block(&mut self, place: &Place, number: usize, indent: usize, beside: &Beside) {
        self.line(indent, "branches:");
        let mut keys = Ids::default();
        for (n, _) in self.blocks.blocks[number].arms.iter().enumerate() {
            // A branch's way was aimed in the order of the branches.
            let Some(Aim::Place(start)) = place.ways.get(n).map(|exit| exit.to) else { continue };
            let label = place.ways[n].way.labels.first().cloned().unwrap_or_else(|| self.title(start));
            let key = keys.of(&format!("nhanh {}", short_name(&label).0), "nhanh");
            self.line(indent + 2, format!("{key}:"));
            self.line(indent + 4, format!("vi: {}", quoted(short_name(&label).0)));
            self.line(indent + 4, format!("start: {}", self.names[start]));
            self.line(indent + 4, "steps:");
            self.room(Some((number, n)), indent + 6, beside);
        }
        self.line(indent, "join: all");
        if let Some(to) = place.late {
            let to = self.aim(to).to_owned();
            self.line(indent, format!("to: {to}"));
        }
    }

    fn work(&mut self, at: usize, place: &Place, shape: Option<usize>, indent: usize, beside: &Beside) {
        let waits = matches!(place.what, What::Spot(spot) if self.net.spots[spot].kind != SpotKind::Step);
        let call = self.call(place);
        let outside = shape.is_some_and(|shape| beside.applicant.contains(&shape));
        let party = if outside { "applicant" } else { "outside" };
        if waits {
            self.line(indent, format!("for: {party}{}", if outside { "" } else { "  # đoán: cơ quan ngoài" }));
        }
        if let Some(by) = shape.and_then(|shape| beside.by.get(&shape)).filter(|_| !waits) {
            self.line(indent, format!("by: {by}"));
        } else if !waits && call.is_none() {
            self.drafted.no_holder.push(self.title(at));
        }
        if !self.within(place, shape, indent) {
            self.drafted.no_limit.push(self.title(at));
        }
        if let Some(shape) = call {
            return self.uses(place, shape, indent, beside);
        }
        if let (What::Spot(_), Some(shape)) = (place.what, shape) {
            for (key, papers) in [("needs", &beside.needs), ("makes", &beside.makes)] {
                if let Some(papers) = papers.get(&shape).filter(|_| !waits) {
                    self.line(indent, format!("{key}: [{}]", papers.join(", ")));
                }
            }
        }
        if !place.ways.is_empty() {
            self.line(indent, "actions:");
        }
        let mut exits = Exits { model: self.model, by: waits.then_some(party), taken: Ids::default() };
        let plain = place.ways.iter().filter(|exit| !exit.way.back && exits.label(exit).is_none()).count();
        for exit in &place.ways {
            let ends = match exit.to {
                Aim::Place(to) => match self.plan.places[to].what {
                    What::End(spot) => outcome(self.net.spots[spot].shape.map(|n| &self.model.shapes[n])).0 != "done",
                    _ => false,
                },
                Aim::Join => false,
            };
            let goal = match exit.to {
                Aim::Place(to) => self.title(to),
                Aim::Join => "Xong nhánh".to_owned(),
            };
            let lines = exits.lines(exit, self.aim(exit.to), short_name(&goal).0, plain == 1, ends);
            for line in lines {
                self.line(indent + 2, line);
            }
        }
        if let Some(late) = place.late {
            let late = self.aim(late).to_owned();
            self.line(indent, format!("late: {{ to: {late} }}"));
        }
    }

    /// The shape of a place that calls another procedure.
    fn call(&self, place: &Place) -> Option<usize> {
        let What::Spot(spot) = place.what else { return None };
        self.net.spots[spot].shape.filter(|shape| self.model.shapes[*shape].kind == Kind::Call)
    }

    /// Which procedure is called, what goes along and comes back, and where the case goes on.
    fn uses(&mut self, place: &Place, shape: usize, indent: usize, beside: &Beside) {
        self.line(indent, "use:");
        let called = self.model.shapes[shape].called.clone();
        match called_id(self.model, &called) {
            Some(id) if id == called => self.line(indent + 2, format!("procedure: {id}")),
            Some(id) => self.line(indent + 2, format!("procedure: {id}  # nguyên văn: {}", short(&called))),
            None => self.line(indent + 2, "# bản vẽ không nói gọi quy trình nào: điền `procedure`"),
        }
        for (key, papers) in [("pass", &beside.needs), ("take", &beside.makes)] {
            if let Some(papers) = papers.get(&shape) {
                let pairs: Vec<String> = papers.iter().map(|paper| format!("{paper}: {paper}")).collect();
                self.line(indent + 2, format!("{key}: {{ {} }}  # đoán: bên kia cùng tên", pairs.join(", ")));
            }
        }
        let otherwise = place.late.map(|to| self.aim(to).to_owned()).unwrap_or_default();
        let told: Vec<String> =
            place.ways.iter().filter_map(|exit| Some(format!("{}: {}", exit.outcome?, self.aim(exit.to)))).collect();
        let guessed = place.ways.iter().any(|exit| exit.way.interrupt.is_some());
        let beside = if guessed { "  # đoán theo tên sự kiện" } else { "" };
        match told.is_empty() {
            true => self.line(indent + 2, format!("to: {otherwise}")),
            false => self.line(indent + 2, format!("to: {{ {}, else: {otherwise} }}{beside}", told.join(", "))),
        }
    }

    /// Writes the time of the step's own event, of a timer on its border, or of one of the events it waits for; whether there is one.
    fn within(&mut self, place: &Place, shape: Option<usize>, indent: usize) -> bool {
        let What::Spot(spot) = place.what else { return false };
        let borders = self.net.out[spot].iter().filter_map(|link| self.net.links[*link].interrupt);
        // A time on the border of a call has no way in the file, but it is the call's limit.
        let host = self.call(place).map(|shape| self.model.shapes[shape].id.as_str());
        let clocks = (0..self.model.shapes.len()).filter(|n| {
            self.model.shapes[*n].kind == Kind::Boundary && Some(self.model.shapes[*n].on.as_str()) == host
        });
        let events = self.net.out[spot].iter().filter(|_| self.net.spots[spot].kind == SpotKind::Events);
        let events = events.filter_map(|link| self.net.spots[self.net.links[*link].to].shape);
        let timer = |n: usize| match &self.model.shapes[n].trigger {
            Trigger::Timer(_, text) if text.is_empty() => Some(one_line(&self.model.shapes[n].name)),
            Trigger::Timer(_, text) => Some(text.clone()),
            _ => None,
        };
        let Some(text) = shape.into_iter().chain(borders).chain(clocks).chain(events).find_map(timer) else {
            return false;
        };
        let length = length(&text);
        match &length {
            Some(length) => {
                let original = short(&text);
                self.line(
                    indent,
                    format!("within: {}  # nguyên văn: {original}; ngày lịch hay ngày làm việc?", length.en()),
                );
            }
            None if text.is_empty() => {}
            None => self.line(indent, format!("# thời gian, nguyên văn: {}", short(&text))),
        }
        length.is_some()
    }
}

/// What the process of a drawing is called: itself, or by its pool; nothing where neither says.
fn drawn_name(model: &Model, process: usize) -> String {
    let pool = model.pools.iter().find(|pool| pool.process == model.processes[process].id);
    let drawn = [&model.processes[process].name, pool.map_or(&model.name, |pool| &pool.name)];
    drawn.into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default()
}

/// The id of a called procedure: where its process is in the same drawing the one it gets when it is brought in itself,
/// else what the call names; nothing where it names none.
fn called_id(model: &Model, called: &str) -> Option<String> {
    let here = model.processes.iter().position(|process| process.id == called && !called.is_empty());
    let id = here.map(|process| slug(short_name(&drawn_name(model, process)).0).replace('_', "-"));
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') { c } else { '-' };
    let named: String = fold(called).chars().map(plain).take(60).collect();
    let named = named.trim_start_matches(['-', '_', '.']).trim_end_matches('-').to_owned();
    id.into_iter().chain([named]).find(|id| is_id(id) && !is_reserved(id))
}
