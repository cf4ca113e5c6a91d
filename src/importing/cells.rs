//! A table as cells, from whatever it was written in.

use unicode_normalization::UnicodeNormalization;

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// It is part of a cell above that reaches down over several rows.
    pub continues: bool,
}

/// Rows of cells; rows may differ in length.
pub type Cells = Vec<Vec<Cell>>;

/// Why no table could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// The name ends in nothing that is known.
    Kind,
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
    cells: Cells,
    /// For each column, how many more rows the cell above covers.
    reaching: Vec<usize>,
}

impl Builder {
    /// Begins a row.
    pub fn row(&mut self) {
        if self.cells.len() < MOST_ROWS {
            self.cells.push(Vec::new());
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
        self.cells
    }

    fn continued(&mut self) {
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
        let Some(row) = self.cells.last_mut().filter(|row| row.len() < MOST_COLUMNS) else { return };
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
