//! Texts of mazes as editors and other programs write them, brought to the form that [`CustomMaze`](super::CustomMaze)
//! reads.
//!
//! Editors put byte-order marks before a text, save it in UTF-16, and make no-break spaces, `…` and curly quotes of what
//! was typed; none of that says anything about a maze. Two other programs draw mazes of their own:
//!
//! * *maze-dataset* draws one cell in every second row and column, and between them `#` for a wall and a space for a
//!   way: `S` start, `E` end, `X` the shortest path;
//! * *FrozenLake* (Gymnasium) writes `S` start, `F` frozen, `H` hole and `G` goal, as lines or as a list of rows. Holes
//!   are read as blocked cells, since no maze here ends an episode.

use serde::Deserialize;

use super::CustomMazeError;

/// The longest text of a maze, in bytes. The largest grid with all its walls in indented JSON is a twentieth of it.
const LONGEST: usize = 1_000_000;

/// A wall between two cells, each by row and column.
type Wall = ((usize, usize), (usize, usize));

/// The text of a file, tidied.
pub(super) fn decode(bytes: &[u8]) -> Result<String, CustomMazeError> {
    if bytes.len() > LONGEST {
        return Err(CustomMazeError::TooLong {
            found: bytes.len(),
            most: LONGEST,
        });
    }
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, []) = bytes.as_chunks() else {
            return None;
        };
        String::from_utf16(&units.iter().copied().map(unit).collect::<Vec<_>>()).ok()
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        // The marks are often left out.
        [_, 0, _, 0, ..] => wide(bytes, u16::from_le_bytes),
        [0, _, 0, _, ..] => wide(bytes, u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    };
    Ok(tidy(&text.ok_or(CustomMazeError::NotText)?))
}

/// A text without what editors make of plain characters.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}' => {}
            '\r' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '“' | '”' | '„' | '‟' | '«' | '»' => out.push('"'),
            '‘' | '’' | '‚' | '‛' => out.push('\''),
            '…' => out.push_str("..."),
            '\n' | '\t' => out.push(character),
            space if space.is_whitespace() => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

/// A row in a list: `"SFFF"` or `["S", "F", "F", "F"]`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Row {
    Text(String),
    Cells(Vec<String>),
}

/// The lines of a list of rows, in JSON or as Python writes it.
pub(super) fn rows(text: &str) -> Result<Vec<String>, CustomMazeError> {
    let python = || serde_json::from_str(&text.replace('\'', "\""));
    let rows: Vec<Row> = serde_json::from_str(text)
        .or_else(|_| python())
        .map_err(|error| CustomMazeError::Rows {
            reason: error.to_string(),
        })?;
    let line = |row| match row {
        Row::Text(text) => text,
        Row::Cells(cells) => cells.concat(),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Whether this is a maze of maze-dataset as tokens or as a list of connections.
pub(super) fn is_list_of_connections(text: &str) -> bool {
    text.contains("<ADJLIST_START>") || text.contains("connection_list")
}

/// Whether all lines have a space behind each character but the last.
pub(super) fn is_spaced<'a>(mut lines: impl Iterator<Item = &'a str>) -> bool {
    lines.all(|line| {
        let line = line.trim();
        let alternates = |(place, c): (usize, char)| (c == ' ') == (place % 2 == 1);
        line.is_empty() || (line.len() > 1 && line.chars().enumerate().all(alternates))
    })
}

/// The cells and walls of a drawing by maze-dataset; `None` if it is none.
pub(super) fn lattice(text: &str) -> Option<(Vec<String>, Vec<Wall>)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&[u8]> = lines.map(str::as_bytes).collect();
    let (height, width) = (lines.len(), lines.first()?.len());
    let framed = |line: &&[u8]| {
        line.len() == width
            && line.starts_with(b"#")
            && line.ends_with(b"#")
            && line.iter().all(|c| b"# SEGX".contains(c))
    };
    let solid = |line: &[u8]| line.iter().all(|&c| c == b'#');
    // Ours has no spaces, no E and no X.
    let foreign = |line: &&[u8]| line.iter().any(|c| b" EX".contains(c));
    if height % 2 == 0
        || width % 2 == 0
        || height < 3
        || width < 3
        || !lines.iter().all(framed)
        || !solid(lines[0])
        || !solid(lines[height - 1])
        || !lines.iter().any(foreign)
    {
        return None;
    }
    let cell = |&c: &u8| match c {
        b'#' => '#',
        b'S' => 'S',
        b'E' | b'G' => 'G',
        _ => '.',
    };
    let cells = lines.iter().skip(1).step_by(2);
    let cells = cells.map(|line| line.iter().skip(1).step_by(2).map(cell).collect());
    let mut walls = Vec::new();
    for row in 0..height / 2 {
        for column in 0..width / 2 {
            if column + 1 < width / 2 && lines[2 * row + 1][2 * column + 2] == b'#' {
                walls.push(((row, column), (row, column + 1)));
            }
            if row + 1 < height / 2 && lines[2 * row + 2][2 * column + 1] == b'#' {
                walls.push(((row, column), (row + 1, column)));
            }
        }
    }
    Some((cells.collect(), walls))
}
