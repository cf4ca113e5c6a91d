//! A table of steps as a first procedure file. What is guessed stands in a comment beside the original; what a table does
//! not say is left out, for `check` to ask.

use std::collections::BTreeMap;

use crate::calendar::working_time::WorkingTime;
use crate::definition::canonical::canonical;
use crate::definition::checks::paths::FULL_DAY_MINUTES;
use crate::definition::source::Source;
use crate::fold::fold;
use crate::importing::cells::{Beyond, MOST_COLUMNS, MOST_ROWS};
use crate::importing::length::{Printed, Reading};
use crate::importing::table::{Row, Steps};
use crate::importing::wording::{Ids, items, one_line, quoted, short, title};

/// Names of the file that a table does not hold.
#[derive(Clone, Debug, Default)]
pub struct About {
    pub id: String,
    pub title: String,
    pub owner: Option<String>,
}

/// Something to look at, with the line of the table it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub line: usize,
    pub vi: String,
    pub en: String,
}

/// The file, and what to look at in it.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub text: String,
    pub notes: Vec<Note>,
}

/// Writes the file.
pub fn draft(steps: &Steps, about: &About) -> Draft {
    let mut writer = Writer { draft: Draft::default(), ids: Ids::default() };
    writer.beyond(steps);
    writer.write(steps, about);
    for (line, text) in &steps.left_out {
        writer.note(*line, format!("không mang sang: {}", short(text)), format!("left out: {}", short(text)));
    }
    writer.draft.notes.sort_by_key(|note| note.line);
    // Without a canonical form it stays as it was written, and `check` says why.
    if let Ok(text) = canonical(&Source::new(about.id.as_str(), writer.draft.text.as_str())) {
        writer.draft.text = text;
    }
    writer.draft
}

struct Writer {
    draft: Draft,
    ids: Ids,
}

/// Whether a total is more than the rows above it take: after other totals it is that of the whole table then.
fn is_more(total: &Reading, rows: &[Place<'_>]) -> bool {
    let Printed::Length(total) = &total.printed else { return false };
    let lengths = rows.iter().filter_map(|place| match &place.row.time.printed {
        Printed::Length(length) => Some(length),
        _ => None,
    });
    let sum = WorkingTime::sum(lengths.flat_map(|length| length.parts().iter().copied()));
    sum.is_none_or(|sum| total.compare(&sum, FULL_DAY_MINUTES) == Some(std::cmp::Ordering::Greater))
}

/// Ids by the folded name of what they stand for.
type Named = BTreeMap<String, String>;

/// A step as it will be written.
struct Place<'a> {
    id: String,
    row: &'a Row,
    people: String,
}

impl Writer {
    fn note(&mut self, line: usize, vi: String, en: String) {
        self.draft.notes.push(Note { line, vi, en });
    }

    /// A table longer or wider than is read.
    fn beyond(&mut self, steps: &Steps) {
        let Beyond { rows, columns } = steps.beyond;
        if rows > 0 {
            self.note(
                0,
                format!("bảng quá dài: chỉ đọc {MOST_ROWS} dòng đầu, còn {rows} dòng không mang sang; tách thành nhiều bảng"),
                format!("the table is too long: only its first {MOST_ROWS} lines are read, {rows} more are left out; split it"),
            );
        }
        if columns > 0 {
            self.note(
                0,
                format!("bảng quá rộng: chỉ đọc {MOST_COLUMNS} cột đầu; cột sau không mang sang"),
                format!("the table is too wide: only its first {MOST_COLUMNS} columns are read; the rest is left out"),
            );
        }
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.draft.text.push_str(text.as_ref());
        self.draft.text.push('\n');
    }

    fn write(&mut self, steps: &Steps, about: &About) {
        self.line("format: procedure/v1");
        self.line(format!("id: {}", about.id));
        self.line("version: 1");
        self.line(format!("vi: {}", quoted(&about.title)));
        if let Some(owner) = &about.owner {
            self.line(format!("owner: {owner}"));
        }
        self.case(steps, about);
        let people = self.people(steps);
        let documents = self.documents(steps);
        let rows = steps.rows.iter().enumerate();
        let places: Vec<Place<'_>> = rows
            .map(|(n, row)| {
                let id = self.ids.of(title(&row.what).0, &format!("buoc_{}", n + 1));
                Place { id, row, people: people.get(&fold(&row.who)).cloned().unwrap_or_default() }
            })
            .collect();
        self.groups(steps, &places);
        if let Some(first) = places.first() {
            self.line(format!("\nstart: {}", first.id));
        }
        self.line("\nsteps:");
        for (n, place) in places.iter().enumerate() {
            self.step(&places, n, place, &documents);
        }
        self.line("\n  hoan_thanh: { kind: end, vi: Hoàn thành, outcome: done }");
    }

    fn case(&mut self, steps: &Steps, about: &About) {
        self.line("\ncase:");
        self.line(format!("  vi: {}", quoted(&about.title)));
        // The last total is that of the whole.
        let Some(total) = steps.totals.iter().rev().find(|total| matches!(total.time.printed, Printed::Length(_)))
        else {
            let (vi, en) = ("bảng không có tổng thời hạn: điền `within`", "the table has no total: fill in `within`");
            return self.note(0, vi.to_owned(), en.to_owned());
        };
        if let Printed::Length(length) = &total.time.printed {
            let beside = self.beside(total.line, length, &total.text, total.time.sure);
            self.line(format!("  within: {}{beside}", length.en()));
        }
    }

    /// The comment beside a guess, which is also told.
    fn beside(&mut self, line: usize, length: &WorkingTime, printed: &str, sure: bool) -> String {
        if sure {
            return String::new();
        }
        let printed = short(printed);
        self.note(
            line,
            format!("đoán `{printed}` là {}", length.vi()),
            format!("`{printed}` is taken to be {}", length.en()),
        );
        format!("  # nguyên văn: {printed}")
    }

    /// Everybody who does something, by folded name: `Lãnh đạo  Phòng` is `lãnh đạo phòng`.
    fn people(&mut self, steps: &Steps) -> Named {
        let mut people = Named::new();
        self.line("\npeople:");
        for row in &steps.rows {
            let who = fold(&row.who);
            if who.is_empty() || people.contains_key(&who) {
                continue;
            }
            let id = self.ids.of(title(&row.who).0, "nguoi_lam");
            self.line(format!("  {id}: {{ vi: {} }}", quoted(&one_line(&row.who))));
            people.insert(who, id);
        }
        self.note(
            0,
            "bảng chỉ ghi tên người làm: điền `post` và `unit` cho từng mục trong `people`".to_owned(),
            "the table only names people: fill in `post` and `unit` of each entry of `people`".to_owned(),
        );
        people
    }

    /// Results, a line of a cell each; one that several steps name is one.
    fn documents(&mut self, steps: &Steps) -> Named {
        let mut documents = Named::new();
        for row in &steps.rows {
            for text in items(&row.result) {
                let folded = fold(&text);
                if documents.contains_key(&folded) {
                    continue;
                }
                if documents.is_empty() {
                    self.line("\ndocuments:");
                }
                let id = self.ids.of(title(&text).0, "giay_to");
                self.line(format!("  {id}: {{ vi: {} }}", quoted(&text)));
                documents.insert(folded, id);
            }
        }
        documents
    }

    /// Rows whose time is one merged cell share a limit; rows above a subtotal add up to it.
    fn groups(&mut self, steps: &Steps, places: &[Place<'_>]) {
        let mut groups: Vec<(String, &[Place<'_>], usize, &Reading, &str)> = Vec::new();
        for (n, place) in places.iter().enumerate() {
            let shared = places[n + 1..].iter().take_while(|next| next.row.shares_time).count();
            if shared > 0 {
                let row = place.row;
                let title = row.section.clone().unwrap_or_else(|| format!("{} và {shared} bước sau", row.number));
                groups.push((title, &places[n..=n + shared], row.line, &row.time, &row.printed));
            }
        }
        let mut from = 0;
        for (n, total) in steps.totals.iter().enumerate() {
            let to = places.partition_point(|place| place.row.line < total.line);
            let last = to == places.len() && from == 0 || to <= from;
            let whole = from > 0 && n + 1 == steps.totals.len() && is_more(&total.time, &places[from.min(to)..to]);
            if !last && !whole {
                let title = total.text.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
                let title = title.trim_end_matches([' ', ':', '-']).trim_end_matches(" là").to_owned();
                groups.push((title, &places[from..to], total.line, &total.time, &total.text));
            }
            from = to;
        }
        let mut begun = false;
        for (title, members, line, time, printed) in groups {
            let Printed::Length(length) = &time.printed else { continue };
            if !begun {
                self.line("\ngroups:");
                begun = true;
            }
            // What is not timed takes nothing of what the others share.
            let timed = |place: &&Place<'_>| place.row.time.printed != Printed::Untimed;
            let steps: Vec<&str> = members.iter().filter(timed).map(|place| place.id.as_str()).collect();
            let id = self.ids.of(&title, "nhom");
            let beside = self.beside(line, length, printed, time.sure);
            let (title, steps) = (quoted(&one_line(&title)), steps.join(", "));
            self.line(format!("  {id}: {{ vi: {title}, steps: [{steps}], within: {} }}{beside}", length.en()));
        }
    }

    fn step(&mut self, places: &[Place<'_>], n: usize, place: &Place<'_>, documents: &Named) {
        let row = place.row;
        let (name, rest) = title(&row.what);
        let name = if name.is_empty() { one_line(&row.who) } else { name.to_owned() };
        if n > 0 {
            self.line("");
        }
        self.line(format!("  {}:", place.id));
        self.line(format!("    vi: {}", quoted(&name)));
        if !rest.is_empty() {
            self.line(format!("    note: {}", quoted(&one_line(rest))));
        }
        if !place.people.is_empty() {
            self.line(format!("    by: {}", place.people));
        }
        self.within(places, n, row);
        let makes: Vec<&str> =
            items(&row.result).iter().filter_map(|text| documents.get(&fold(text)).map(String::as_str)).collect();
        if !makes.is_empty() {
            self.line(format!("    makes: [{}]", makes.join(", ")));
        }
        self.actions(places, n, row);
    }

    fn within(&mut self, places: &[Place<'_>], n: usize, row: &Row) {
        let leads_group = places.get(n + 1).is_some_and(|next| next.row.shares_time);
        match &row.time.printed {
            Printed::Length(length) if !leads_group => {
                let beside = self.beside(row.line, length, &row.printed, row.time.sure);
                self.line(format!("    within: {}{beside}", length.en()));
            }
            Printed::Untimed => {
                self.line("    within: untimed");
                self.line(format!("    because: {}", quoted(&one_line(&row.printed))));
            }
            Printed::Unread => {
                let printed = short(&row.printed);
                self.line(format!("    # thời hạn, nguyên văn: {printed}"));
                self.note(
                    row.line,
                    format!("không đọc được thời hạn `{printed}`: điền `within`"),
                    format!("the time `{printed}` cannot be read: fill in `within`"),
                );
            }
            Printed::Length(_) => self.shared(),
            Printed::Nothing if row.shares_time => self.shared(),
            Printed::Nothing => {
                let (vi, en) = ("bước không ghi thời hạn: điền `within`", "no time is printed: fill in `within`");
                self.note(row.line, vi.to_owned(), en.to_owned());
            }
        }
    }

    fn shared(&mut self) {
        self.line("    within: untimed");
        self.line("    because: chung thời hạn của nhóm bước");
    }

    fn actions(&mut self, places: &[Place<'_>], n: usize, row: &Row) {
        let last = n + 1 == places.len();
        let to = places.get(n + 1).map_or("hoan_thanh", |next| next.id.as_str()).to_owned();
        let verb = match (n, last, signs(title(&row.what).0)) {
            (_, true, _) => "hand_over",
            (0, _, _) => "accept",
            (_, _, true) => "approve",
            _ => "submit",
        };
        self.line("    actions:");
        self.line(format!("      {verb}: {{ to: {to} }}"));
        let Some(back) = sent_back(&row.what, places, n) else { return };
        let id = places[back].id.clone();
        self.line(format!("      return: {{ to: {id}, at_most: 2, reason: required }}  # đoán số lần trả lại"));
        self.note(
            row.line,
            format!("trả lại `{id}`: bảng không ghi tối đa mấy lần, đoán 2"),
            format!("sent back to `{id}`: the table does not say how often, 2 is a guess"),
        );
    }
}

/// `Chuyển lại bước 3`: which row that is, if it is an earlier one.
fn sent_back(what: &str, places: &[Place<'_>], n: usize) -> Option<usize> {
    let folded = fold(what);
    let at = ["chuyen lai buoc", "tra lai buoc", "quay lai buoc"]
        .iter()
        .find_map(|word| folded.find(word).map(|at| at + word.len()))?;
    let number: String = folded[at..].trim_start().chars().take_while(char::is_ascii_digit).collect();
    let wanted = |place: &Place<'_>| {
        let digits: String = place.row.number.chars().filter(char::is_ascii_digit).collect();
        !number.is_empty() && digits.trim_start_matches('0') == number.trim_start_matches('0')
    };
    places.iter().position(wanted).filter(|back| *back < n)
}

fn signs(what: &str) -> bool {
    let folded = fold(what);
    ["ky duyet", "phe duyet", "ky phe duyet"].iter().any(|word| folded.contains(word))
}
