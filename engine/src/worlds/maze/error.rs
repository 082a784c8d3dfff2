use super::graph::{LARGEST_SIDE, LAYERS, SIDES};

/// Reasons for which a maze or a task cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MazeError {
    /// A square grid of an unsupported size.
    #[error(
        "a square grid has {} to {} cells a side, not {size}",
        SIDES.start(),
        SIDES.end()
    )]
    Size {
        /// The size asked for, in cells.
        size: usize,
    },
    /// A rectangle with a side that is empty or too long.
    #[error(
        "a grid has 1 to {LARGEST_SIDE} rows and columns, not {rows} rows of {columns} columns"
    )]
    Sides {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
    },
    /// A wall that stands nowhere.
    #[error(
        "a wall stands between two neighbouring cells, but cells {first} and {second} are no neighbours in this grid"
    )]
    Wall {
        /// One of the two cells, by index.
        first: usize,
        /// The other cell, by index.
        second: usize,
    },
    /// A tree with an unsupported number of layers.
    #[error("a tree has {} to {} layers, not {layers}", LAYERS.start(), LAYERS.end())]
    Layers {
        /// The number asked for.
        layers: usize,
    },
    /// A branching probability that is none.
    #[error("the branching probability of a tree lies between 0 and 1, not at {branching}")]
    Branching {
        /// The value given.
        branching: f64,
    },
    /// A pruned tree in which no path reaches the last layer.
    #[error("the tree has no node in its last layer, where the goal should be")]
    NoLeaf,
    /// A goal that is no state of the maze.
    #[error("the goal must be one of the {states} states of the maze, not state {goal}")]
    Goal {
        /// The state asked for.
        goal: usize,
        /// Number of states.
        states: usize,
    },
}

/// Reasons for which a text does not describe a maze. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CustomMazeError {
    /// There is nothing.
    #[error(
        "the maze is empty: draw a grid with # . S G, or write a tree that begins with \"layers: 4\""
    )]
    Empty,
    /// A file that is no text.
    #[error("this is no text in UTF-8 or UTF-16; expected a maze as text or JSON")]
    NotText,
    /// More text than any maze has.
    #[error("the text has {found} bytes; expected up to {most}: is this a maze?")]
    TooLong {
        /// Its length, bytes.
        found: usize,
        /// The longest that is read.
        most: usize,
    },
    /// A list of rows that is malformed.
    #[error(
        "the list of rows is not understood ({reason}); expected texts with S, F, H and G, as in [\"SFF\", \"FHG\"]"
    )]
    Rows {
        /// The reason, with line and column.
        reason: String,
    },
    /// A maze of maze-dataset in a form that is no drawing.
    #[error(
        "this is maze-dataset's list of connections; expected its drawing: write print(maze.as_ascii()) into a text file"
    )]
    Connections,
    /// A character that stands for nothing.
    #[error(
        "line {line}, column {column}: '{character}' is no cell; a grid is drawn with # (blocked), . (free), S (start) and G (goal)"
    )]
    Character {
        /// The character.
        character: char,
        /// Its line.
        line: usize,
        /// Its column.
        column: usize,
    },
    /// A line that is longer or shorter than the first.
    #[error(
        "line {line} has {length} cells, but the first has {expected}: all lines of a grid are equally long"
    )]
    Length {
        /// The line.
        line: usize,
        /// Its cells.
        length: usize,
        /// The cells of the first line.
        expected: usize,
    },
    /// A grid that is too large.
    #[error(
        "the grid has {rows} rows of {columns} cells; at most {LARGEST_SIDE} rows of {LARGEST_SIDE} are possible"
    )]
    TooLarge {
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
    },
    /// Something of which there must be one is missing.
    #[error("the maze has no {what}; {hint}")]
    Missing {
        /// The thing: start, goal or number of layers.
        what: &'static str,
        /// A hint on how to give it.
        hint: &'static str,
    },
    /// Something of which there must be one is there again.
    #[error("line {line}, column {column}: a second {what}, but a maze has one")]
    Second {
        /// The thing: start or goal.
        what: &'static str,
        /// Its line.
        line: usize,
        /// Its column.
        column: usize,
    },
    /// A wall beside a cell that is not there.
    #[error(
        "a wall is given for row {row}, column {column}, counted from 0, where the grid has no cell"
    )]
    WallOutside {
        /// The row given.
        row: usize,
        /// The column given.
        column: usize,
    },
    /// No way leads to the goal.
    #[error("the goal cannot be reached from the start: open a way between them")]
    OutOfReach,
    /// A line of a tree that is not understood.
    #[error(
        "line {line}: \"{text}\" is not understood; a tree has lines \"layers: 4\", \"without: LRL, RR\", \"goal: LLR\" and \"start: root\", each once at most"
    )]
    Line {
        /// The line.
        line: usize,
        /// The text of the line.
        text: String,
    },
    /// A number of layers that is no whole number.
    #[error("line {line}: the number of layers must be a whole number, not \"{text}\"")]
    Number {
        /// The line.
        line: usize,
        /// The text found instead.
        text: String,
    },
    /// A node that is no node of the tree.
    #[error(
        "the {what} \"{path}\" is no node of this tree; a node is named by L and R on the way from the root, or \"root\""
    )]
    Node {
        /// The purpose of the node: start, goal or missing node.
        what: &'static str,
        /// Its name as given.
        path: String,
    },
    /// The tree is without its root.
    #[error("the tree cannot be without its root: name a node below it")]
    NoRoot,
    /// The JSON is malformed or has other fields.
    #[error("the JSON of the maze is not understood: {reason}")]
    Json {
        /// The reason, with line and column.
        reason: String,
    },
    /// The maze itself cannot be.
    #[error(transparent)]
    Maze(#[from] MazeError),
}
