//! A table as cells, from whatever it was written in.

use std::ops::Deref;

use unicode_normalization::UnicodeNormalization;

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// It is part of a cell above that reaches down over several rows.
    pub continues: bool,
}

/// Rows of cells; rows may differ in length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    rows: Vec<Vec<Cell>>,
    /// Rows and columns that hold something and that there is no room for.
    pub beyond: Beyond,
}

/// How much of a table was not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beyond {
    pub rows: usize,
    pub columns: usize,
}

impl Deref for Cells {
    type Target = Vec<Vec<Cell>>;

    fn deref(&self) -> &Vec<Vec<Cell>> {
        &self.rows
    }
}

impl From<Vec<Vec<Cell>>> for Cells {
    /// Keeps what there is room for.
    fn from(mut rows: Vec<Vec<Cell>>) -> Cells {
        let beyond = Beyond {
            rows: rows.len().saturating_sub(MOST_ROWS),
            columns: rows.iter().map(Vec::len).max().unwrap_or(0).saturating_sub(MOST_COLUMNS),
        };
        rows.truncate(MOST_ROWS);
        rows.iter_mut().for_each(|row| row.truncate(MOST_COLUMNS));
        Cells { rows, beyond }
    }
}

/// Why no table could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The name ends in nothing that is known.
    Kind,
    /// Word or Excel as they wrote before 2007, or a file locked by a password.
    Old,
    /// A page as it is printed: it holds no table any more.
    Pdf,
    /// Written by LibreOffice in its own way.
    OpenDocument,
    /// The file is not what its name says, or is damaged.
    Damaged(String),
    /// More than a table of steps can be.
    TooLarge,
    /// No table is in it.
    NoTable,
}

/// The most rows and columns that are read.
pub const MOST_ROWS: usize = 2_000;
/// See [`MOST_ROWS`].
pub const MOST_COLUMNS: usize = 60;

/// Puts a text that may span rows and columns into a growing table, beside what already reaches down from above.
#[derive(Debug, Default)]
pub struct Builder {
    cells: Vec<Vec<Cell>>,
    beyond: Beyond,
    /// For each column, how many more rows the cell above covers.
    reaching: Vec<usize>,
}

impl Builder {
    /// Begins a row.
    pub fn row(&mut self) {
        match self.cells.len() < MOST_ROWS {
            true => self.cells.push(Vec::new()),
            false => self.beyond.rows += 1,
        }
    }

    /// Puts the next cell of the row.
    pub fn cell(&mut self, text: &str, columns: usize, rows: usize) {
        self.continued();
        let text = tidy(text);
        for n in 0..columns.clamp(1, MOST_COLUMNS) {
            self.put(Cell { text: if n == 0 { text.clone() } else { String::new() }, continues: false }, rows);
        }
    }

    /// Puts a cell that belongs to the one above it.
    pub fn covered(&mut self) {
        self.put(Cell { text: String::new(), continues: true }, 1);
    }

    /// Ends a row.
    pub fn end_row(&mut self) {
        self.continued();
    }

    /// The table.
    pub fn table(self) -> Cells {
        Cells { rows: self.cells, beyond: self.beyond }
    }

    fn continued(&mut self) {
        if self.beyond.rows > 0 {
            return;
        }
        while let Some(column) = self.cells.last().map(Vec::len) {
            match self.reaching.get_mut(column) {
                Some(rows) if *rows > 0 => {
                    *rows -= 1;
                    if let Some(row) = self.cells.last_mut() {
                        row.push(Cell { text: String::new(), continues: true });
                    }
                }
                _ => return,
            }
        }
    }

    fn put(&mut self, cell: Cell, rows: usize) {
        // A row that there is no room for is only counted.
        let Some(row) = self.cells.last_mut().filter(|_| self.beyond.rows == 0) else { return };
        if row.len() >= MOST_COLUMNS {
            self.beyond.columns = self.beyond.columns.max(usize::from(!cell.text.is_empty()));
            return;
        }
        let column = row.len();
        row.push(cell);
        if self.reaching.len() <= column {
            self.reaching.resize(column + 1, 0);
        }
        self.reaching[column] = rows.clamp(1, MOST_ROWS) - 1;
    }
}

/// Blanks as one, lines kept, letters and their marks as one character.
pub fn tidy(text: &str) -> String {
    let text: String = text.nfc().collect();
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = text.lines().map(line).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}
