//! Messages on a stream: a header with the length, then JSON. What is no JSON is answered and the next one read; only
//! the end of the stream, or a length that nobody may ask for, ends the reading.

use std::io::{self, BufRead, Read as _, Write};

use serde_json::Value;

/// The longest message that is read.
const MOST: usize = 64 << 20;

/// What came.
pub enum Came {
    Message(Value),
    /// A message that is no JSON.
    Nonsense,
    End,
}

/// Reads the next message.
pub fn read(from: &mut impl BufRead) -> io::Result<Came> {
    let mut length = None;
    let mut lines = 0;
    loop {
        let mut line = Vec::new();
        if from.by_ref().take(4_096).read_until(b'\n', &mut line)? == 0 {
            return Ok(Came::End);
        }
        lines += 1;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            match length {
                Some(_) => break,
                // Blank lines between messages, or headers without a length.
                None if lines > 64 => return Ok(Came::End),
                None => continue,
            }
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.filter(|length| *length <= MOST);
    let Some(length) = length else { return Ok(Came::End) };
    let mut body = Vec::new();
    if from.by_ref().take(length as u64).read_to_end(&mut body)? < length {
        return Ok(Came::End);
    }
    Ok(serde_json::from_slice(&body).map_or(Came::Nonsense, Came::Message))
}

/// Writes a message.
pub fn write(to: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    write!(to, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    to.flush()
}
