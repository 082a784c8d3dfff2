use serde::Deserialize;

use super::{CustomMazeError, LARGEST_SIDE, Maze, written};

/// A maze drawn by a user, with its goal and the state to start at.
///
/// A *grid* is drawn with one character per cell and one line per row, at most [`LARGEST_SIDE`] of each:
///
/// ```text
/// S.#.
/// ..#G
/// ....
/// ```
///
/// `#` is a blocked cell, `.` a free one, `S` the start and `G` the goal. Cells that cannot be reached from the start are
/// no states, whether blocked or not; codes follow the distances of the full rectangle all the same.
///
/// A *tree* is written in lines of a name, a colon and a value. Nodes are named by the way from the root, `L` for left and
/// `R` for right, and the root itself is `root`. A node that the tree is `without` is missing with everything below it.
/// Only the start may be left out; it is the root then.
///
/// ```text
/// layers: 4
/// without: LRL, RR
/// goal: LLR
/// start: root
/// ```
///
/// In *JSON*, a grid is an object with the lines of the drawing and, if there are any, walls between neighbouring cells,
/// each cell as `[row, column]` counted from 0: `{"grid": ["S..", "..G"], "walls": [[[0, 0], [0, 1]]]}`. A tree has
/// the names of above: `{"layers": 4, "without": ["LRL", "RR"], "goal": "LLR"}`.
///
/// Empty lines, indentation and spaces at the ends of lines do not count, nor one space between all cells. What editors
/// make of plain characters is undone: byte-order marks, no-break spaces, `…`, curly quotes.
///
/// Drawings of two other programs are read as well: those of maze-dataset (`maze.as_ascii()`), whose walls stand between
/// cells, and those of FrozenLake, lines or a list of rows in which `F` is free and `H` is blocked.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomMaze {
    /// The maze.
    pub maze: Maze,
    /// The goal: the state that is rewarded; there is a way to it.
    pub goal: usize,
    /// The state that exploration starts at.
    pub start: usize,
}

impl CustomMaze {
    /// Reads a grid or a tree, as text or JSON; its first line shows which it is.
    ///
    /// # Errors
    /// When the text is none of these: the error says what is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, CustomMazeError> {
        let text = &*written::tidy(text);
        let first = text.lines().map(str::trim).find(|line| !line.is_empty());
        let lines =
            |rows: &[String], walls: &[_]| from_drawing(rows.iter().map(String::as_str), walls);
        match first {
            None => Err(CustomMazeError::Empty),
            Some(_) if written::is_list_of_connections(text) => Err(CustomMazeError::Connections),
            Some(line) if line.starts_with('{') => from_json(text),
            Some(line) if line.starts_with('[') => lines(&written::rows(text)?, &[]),
            Some(line) if line.contains(':') => TreePlan::read(text)?.build(),
            Some(_) => match written::lattice(text) {
                Some((rows, walls)) => lines(&rows, &walls),
                None => from_drawing(text.lines(), &[]),
            },
        }
    }

    /// The text of a file, as [`parse`](Self::parse) takes it: UTF-8 or UTF-16, with or without a byte-order mark.
    ///
    /// # Errors
    /// When it is no text, or more than any maze has.
    pub fn text(file: &[u8]) -> Result<String, CustomMazeError> {
        written::decode(file)
    }
}

/// A cell: row and column.
type Cell = (usize, usize);

/// The fields of a maze in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    grid: Option<Vec<String>>,
    #[serde(default)]
    walls: Vec<(Cell, Cell)>,
    layers: Option<usize>,
    #[serde(default)]
    without: Vec<String>,
    goal: Option<String>,
    start: Option<String>,
}

fn from_json(text: &str) -> Result<CustomMaze, CustomMazeError> {
    let json = |reason: String| CustomMazeError::Json { reason };
    let file: File = serde_json::from_str(text).map_err(|error| json(error.to_string()))?;
    let plan = TreePlan {
        layers: file.layers,
        without: file.without,
        goal: file.goal,
        start: file.start,
    };
    match file.grid {
        Some(lines) if plan == TreePlan::default() => {
            from_drawing(lines.iter().map(String::as_str), &file.walls)
        }
        Some(_) => Err(json(
            "a grid has its start and its goal in the drawing, and neither layers nor missing nodes".to_owned(),
        )),
        None if !file.walls.is_empty() => Err(json("only a grid has walls".to_owned())),
        None => plan.build(),
    }
}

/// Reads a drawing of a grid. `walls` stand between pairs of cells.
fn from_drawing<'a>(
    lines: impl Iterator<Item = &'a str> + Clone,
    walls: &[(Cell, Cell)],
) -> Result<CustomMaze, CustomMazeError> {
    let (mut free, mut rows, mut columns) = (Vec::new(), 0, 0);
    let (mut start, mut goal) = (None, None);
    let step = if written::is_spaced(lines.clone()) {
        2
    } else {
        1
    };
    for (number, text) in lines.enumerate() {
        let (line, text) = (number + 1, text.trim_end());
        if text.is_empty() {
            continue;
        }
        let indentation = text.chars().take_while(|c| c.is_whitespace()).count();
        let cells = || text.chars().enumerate().skip(indentation).step_by(step);
        for (place, character) in cells() {
            let column = place + 1;
            let (what, mark) = match character {
                '#' | '.' | 'F' | 'H' => ("", None),
                'S' => ("start", Some(&mut start)),
                'G' => ("goal", Some(&mut goal)),
                _ => {
                    return Err(CustomMazeError::Character {
                        character,
                        line,
                        column,
                    });
                }
            };
            if mark.is_some_and(|mark| mark.replace(free.len()).is_some()) {
                return Err(CustomMazeError::Second { what, line, column });
            }
            free.push(!matches!(character, '#' | 'H'));
        }
        let length = cells().count();
        if rows == 0 {
            columns = length;
        } else if length != columns {
            return Err(CustomMazeError::Length {
                line,
                length,
                expected: columns,
            });
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(CustomMazeError::Empty);
    }
    if rows > LARGEST_SIDE || columns > LARGEST_SIDE {
        return Err(CustomMazeError::TooLarge { rows, columns });
    }
    let missing = |what, hint| CustomMazeError::Missing { what, hint };
    let start = start.ok_or(missing("start", "mark one cell with S"))?;
    let goal = goal.ok_or(missing("goal", "mark one cell with G"))?;

    let mut cell_walls = Vec::with_capacity(walls.len());
    for &(first, second) in walls {
        for (row, column) in [first, second] {
            if row >= rows || column >= columns {
                return Err(CustomMazeError::WallOutside { row, column });
            }
        }
        let cell = |(row, column): Cell| row * columns + column;
        cell_walls.push((cell(first), cell(second)));
    }
    // Once with every free cell, to see which can be reached, and once with those alone.
    let drawn = Maze::grid_with_blocks(rows, columns, &cell_walls, |cell| free[cell])?;
    let state = |maze: &Maze, cell: usize| maze.at(cell / columns, cell % columns);
    let from = state(&drawn, start).ok_or(CustomMazeError::OutOfReach)?;
    let reached =
        |cell| state(&drawn, cell).is_some_and(|state| drawn.distance(from, state) != u32::MAX);
    let maze = Maze::grid_with_blocks(rows, columns, &cell_walls, reached)?;
    let find = |cell| state(&maze, cell).ok_or(CustomMazeError::OutOfReach);
    let (goal, start) = (find(goal)?, find(start)?);
    Ok(CustomMaze { maze, goal, start })
}

/// A tree as it is written.
#[derive(Debug, Default, PartialEq)]
struct TreePlan {
    layers: Option<usize>,
    without: Vec<String>,
    goal: Option<String>,
    start: Option<String>,
}

impl TreePlan {
    /// Reads lines of a name, a colon and a value.
    fn read(text: &str) -> Result<Self, CustomMazeError> {
        let mut plan = Self::default();
        for (number, text) in text.lines().enumerate() {
            let (line, text) = (number + 1, text.trim());
            if text.is_empty() {
                continue;
            }
            let (name, value) = text.split_once(':').unwrap_or((text, ""));
            let value = value.trim().to_owned();
            let again = match name.trim() {
                "layers" => {
                    let layers = value
                        .parse()
                        .map_err(|_| CustomMazeError::Number { line, text: value })?;
                    plan.layers.replace(layers).is_some()
                }
                "without" => {
                    let nodes = value.split(',').map(str::trim).map(str::to_owned);
                    let nodes = nodes.filter(|node| !node.is_empty()).collect();
                    !std::mem::replace(&mut plan.without, nodes).is_empty()
                }
                "goal" => plan.goal.replace(value).is_some(),
                "start" => plan.start.replace(value).is_some(),
                _ => true,
            };
            if again {
                let text = text.to_owned();
                return Err(CustomMazeError::Line { line, text });
            }
        }
        Ok(plan)
    }

    fn build(&self) -> Result<CustomMaze, CustomMazeError> {
        let missing = |what, hint| CustomMazeError::Missing { what, hint };
        let layers = self
            .layers
            .ok_or(missing("number of layers", "add one, such as 4 layers"))?;
        let goal = self.goal.as_deref().ok_or(missing(
            "goal",
            "name one by its way from the root, such as LLR",
        ))?;
        let complete = Maze::tree(layers)?;
        let mut present = vec![true; complete.states()];
        for path in &self.without {
            // In the complete tree, states and places are the same.
            match node(&complete, "missing node", path)? {
                0 => return Err(CustomMazeError::NoRoot),
                place => present[place] = false,
            }
        }
        let maze = Maze::tree_with_gaps(layers, |place| present[place])?;
        let goal = node(&maze, "goal", goal)?;
        let start = match &self.start {
            Some(path) => node(&maze, "start", path)?,
            None => 0,
        };
        Ok(CustomMaze { maze, goal, start })
    }
}

/// The state that a path of `L` and `R` leads to from the root.
fn node(maze: &Maze, what: &'static str, path: &str) -> Result<usize, CustomMazeError> {
    let wrong = || CustomMazeError::Node {
        what,
        path: path.to_owned(),
    };
    if path == "root" {
        return Ok(0);
    }
    if path.is_empty() {
        return Err(wrong());
    }
    let mut state = 0;
    for turn in path.chars() {
        let action = match turn {
            'L' => 1,
            'R' => 2,
            _ => return Err(wrong()),
        };
        let next = maze.step(state, action);
        if next == state {
            return Err(wrong());
        }
        state = next;
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::maze::Topology;

    fn error(text: &str) -> String {
        CustomMaze::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_drawn_grid() {
        let own = CustomMaze::parse("\nS.#.  \n.##.\n...G\n\n").unwrap();
        let CustomMaze { maze, goal, start } = own;
        let (rows, columns) = (3, 4);
        assert_eq!(maze.topology(), Topology::Grid { rows, columns });
        assert_eq!(maze.states(), 9);
        assert_eq!(maze.position(start), (0, 0));
        assert_eq!(maze.position(goal), (2, 3));
        assert_eq!(maze.at(0, 2), None);
        assert_eq!(maze.step(maze.at(0, 1).unwrap(), 1), maze.at(0, 1).unwrap());
        assert_eq!(maze.distance(start, goal), 5);
        // Codes are drawn over the rectangle.
        assert_eq!(maze.code_places(), 12);
        assert_eq!(maze.code_place(goal), 11);
    }

    #[test]
    fn cells_out_of_reach_are_no_states() {
        let own = CustomMaze::parse("SG#.").unwrap();
        assert_eq!(own.maze.states(), 2);
    }

    #[test]
    fn a_written_tree() {
        let text = "layers: 4\nwithout: LRL, RR\n\ngoal: LLR\n";
        let own = CustomMaze::parse(text).unwrap();
        assert_eq!(own.maze.topology(), Topology::Tree { layers: 4 });
        assert_eq!(own.maze.states(), 15 - 1 - 3);
        assert_eq!(own.maze.position(own.goal), (3, 1));
        assert_eq!(own.start, 0);
        let json = r#"{"layers": 4, "without": ["LRL", "RR"], "goal": "LLR", "start": "root"}"#;
        assert_eq!(CustomMaze::parse(json), Ok(own));
    }

    #[test]
    fn a_grid_in_json_may_have_walls() {
        let json = r#"{"grid": ["S..", "..G"], "walls": [[[0, 0], [0, 1]]]}"#;
        let own = CustomMaze::parse(json).unwrap();
        assert_eq!(own.maze.step(own.start, 1), own.start);
        assert_eq!(own.maze.distance(own.start, own.goal), 3);
        let json = r#"{"grid": ["SG"], "walls": [[[0, 0], [0, 1]]]}"#;
        assert_eq!(CustomMaze::parse(json), Err(CustomMazeError::OutOfReach));
        let json = r#"{"grid": ["S.G"], "walls": [[[0, 0], [0, 2]]]}"#;
        assert!(error(json).contains("cells 0 and 2 are no neighbours"));
        let json = r#"{"grid": ["S.", ".G"], "walls": [[[0, 1], [0, 2]]]}"#;
        assert!(error(json).contains("row 0, column 2"));
    }

    #[test]
    fn errors_of_grids_say_where() {
        for (text, expected) in [
            ("", "the maze is empty"),
            (" \n\n", "the maze is empty"),
            ("S..\n..x", "line 2, column 3: 'x'"),
            ("S.. G", "line 1, column 4: ' '"),
            ("S.G\n\n..", "line 3 has 2 cells, but the first has 3"),
            ("S..\n...", "no goal; mark one cell with G"),
            ("G..\n...", "no start; mark one cell with S"),
            ("S.G\n..G", "line 2, column 3: a second goal"),
            ("S.G\nS..", "line 2, column 1: a second start"),
            ("S#G\n.#.", "cannot be reached"),
        ] {
            assert!(error(text).contains(expected), "{text:?}: {}", error(text));
        }
        let wide = format!("S{}G", ".".repeat(15));
        assert!(error(&wide).contains("1 rows of 17 cells"));
        assert!(CustomMaze::parse("S..............G").is_ok());
    }

    #[test]
    fn errors_of_trees_say_what() {
        for (text, expected) in [
            ("goal: LLR", "no number of layers"),
            ("layers: 4", "no goal"),
            ("layers: four\ngoal: L", "line 1: the number of layers"),
            ("layers: 40\ngoal: L", "3 to 8 layers, not 40"),
            ("layers: 4\nlayers: 4", "line 2: \"layers: 4\""),
            ("layers: 4\nfruit: L", "line 2: \"fruit: L\""),
            ("layers: 4\nLLR", "line 2: \"LLR\""),
            ("layers: 4\ngoal: LLRR", "the goal \"LLRR\" is no node"),
            ("layers: 4\ngoal: LX", "the goal \"LX\" is no node"),
            ("layers: 4\ngoal:", "the goal \"\" is no node"),
            (
                "layers: 4\nwithout: L\ngoal: LL",
                "the goal \"LL\" is no node",
            ),
            (
                "layers: 4\nwithout: M\ngoal: LL",
                "the missing node \"M\" is no node",
            ),
            ("layers: 4\nwithout: root\ngoal: LL", "without its root"),
            (
                "layers: 4\nwithout: L\ngoal: R\nstart: L",
                "the start \"L\"",
            ),
        ] {
            assert!(error(text).contains(expected), "{text:?}: {}", error(text));
        }
    }

    #[test]
    fn errors_of_json() {
        for (text, expected) in [
            ("{", "line 1"),
            (r#"{"layer": 4}"#, "unknown field `layer`"),
            (r#"{"layers": 4}"#, "no goal"),
            (r#"{"grid": ["S.G"], "goal": "L"}"#, "in the drawing"),
            (
                r#"{"layers": 4, "goal": "L", "walls": [[[0,0],[0,1]]]}"#,
                "only a grid",
            ),
            (r#"{"grid": []}"#, "the maze is empty"),
            ("{}", "no number of layers"),
        ] {
            assert!(error(text).contains(expected), "{text:?}: {}", error(text));
        }
    }

    /// The maze that most of the texts below are of.
    const PLAIN: &str = "S.#..\n..#..\n....#\n.#...\n.#..G\n";

    fn read(file: &[u8]) -> Result<CustomMaze, CustomMazeError> {
        CustomMaze::parse(&CustomMaze::text(file)?)
    }

    #[test]
    fn editors_change_nothing() {
        let expected = CustomMaze::parse(PLAIN).unwrap();
        let wide = |unit: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
            let mark = mark.then_some('\u{feff}').into_iter();
            let text: String = mark.chain(PLAIN.replace('\n', "\r\n").chars()).collect();
            text.encode_utf16().flat_map(unit).collect()
        };
        let texts = [
            PLAIN.replace('\n', "\r\n"),
            PLAIN.replace('\n', "\r"),
            format!("\u{feff}{PLAIN}"),
            PLAIN.replace("....", "….").replace("...", "…"),
            PLAIN.lines().map(|line| format!("    {line} \n")).collect(),
            PLAIN
                .lines()
                .map(|line| format!("\u{a0}\t{line}\u{3000}\n"))
                .collect(),
            format!("  {}", PLAIN.replace('\n', "\n\u{2028}")),
        ];
        for text in &texts {
            assert_eq!(read(text.as_bytes()), Ok(expected.clone()), "{text:?}");
        }
        for mark in [true, false] {
            assert_eq!(read(&wide(u16::to_le_bytes, mark)), Ok(expected.clone()));
            assert_eq!(read(&wide(u16::to_be_bytes, mark)), Ok(expected.clone()));
        }
        let json = "\u{feff}{“grid”: [“S..”, “..G”],\r\n „walls“: [[[0,\u{a0}0], [0, 1]]]}";
        let plain = r#"{"grid": ["S..", "..G"], "walls": [[[0, 0], [0, 1]]]}"#;
        let expected = CustomMaze::parse(plain);
        assert!(expected.is_ok());
        assert_eq!(read(json.replace('“', "”").as_bytes()), expected);
        let tree = "layers: 4\nwithout: LRL, RR\ngoal: LLR\n";
        let indented = "\u{feff}\u{a0} layers:\u{a0}4\r\n\twithout: LRL, RR\r\n  goal: LLR";
        assert_eq!(CustomMaze::parse(indented), CustomMaze::parse(tree));
    }

    #[test]
    fn places_are_those_of_the_file() {
        assert!(error("   S..\n   ..x").contains("line 2, column 6: 'x'"));
        assert!(error("S . .\n. x G").contains("line 2, column 3: 'x'"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for file in [&b"\xff\xfeS"[..], b"S.\xa0G", b"\xff\xfe\x00\xd8S\x00"] {
            let refusal = CustomMaze::text(file).unwrap_err();
            assert_eq!(refusal, CustomMazeError::NotText);
        }
        let long = vec![b'.'; 1_000_001];
        assert!(matches!(
            CustomMaze::text(&long),
            Err(CustomMazeError::TooLong { .. })
        ));
    }

    #[test]
    fn frozen_lakes_are_read() {
        let expected = CustomMaze::parse("S...\n.#.#\n...#\n#..G").unwrap();
        for text in [
            "SFFF\nFHFH\nFFFH\nHFFG",
            "S F F F\nF H F H\nF F F H\nH F F G",
            r#"["SFFF", "FHFH", "FFFH", "HFFG"]"#,
            "[\n  'SFFF',\n  'FHFH',\n  'FFFH',\n  'HFFG'\n]",
            "[“SFFF”, “FHFH”, “FFFH”, “HFFG”]",
            r#"[["S","F","F","F"],["F","H","F","H"],["F","F","F","H"],["H","F","F","G"]]"#,
            r#"{"grid": ["SFFF", "FHFH", "FFFH", "HFFG"]}"#,
        ] {
            assert_eq!(CustomMaze::parse(text), Ok(expected.clone()), "{text}");
        }
        for text in ["[", "[[0, 1], [1, 0]]", "[[b'S' b'F']]", r#"["SF", 3]"#] {
            assert!(error(text).contains("as in [\"SFF\", \"FHG\"]"), "{text}");
        }
    }

    #[test]
    fn drawings_of_maze_dataset_are_read() {
        let drawn = "#######\n#S    #\n##### #\n#  XXX#\n# #X###\n# #EXX#\n#######\n";
        let own = CustomMaze::parse(drawn).unwrap();
        let CustomMaze { maze, goal, start } = own.clone();
        let (rows, columns) = (3, 3);
        assert_eq!(maze.topology(), Topology::Grid { rows, columns });
        assert_eq!(maze.states(), 9);
        assert_eq!(
            (maze.position(start), maze.position(goal)),
            ((0, 0), (2, 1))
        );
        // Right, right, down, left, down: no way down before.
        assert_eq!(maze.distance(start, goal), 5);
        let indented: String = drawn.lines().map(|line| format!("  {line}\r\n")).collect();
        assert_eq!(CustomMaze::parse(&indented), Ok(own));
        // A frame of ours is one of blocked cells.
        let framed = CustomMaze::parse("#####\n#S.G#\n#####").unwrap();
        assert_eq!(framed.maze.states(), 3);
        assert!(error("#####\n#S  #\n#####").contains("no goal"));
        for text in [
            "<ADJLIST_START> (0,0) <--> (1,0) ; <ADJLIST_END> <ORIGIN_START> (0,0) <ORIGIN_END>",
            r#"{"connection_list": [[[true]]], "start_pos": [0, 0]}"#,
        ] {
            assert!(error(text).contains("maze.as_ascii()"));
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig {
            cases: 2000,
            failure_persistence: None,
            ..Default::default()
        })]

        /// A file of each kind with bytes changed, left out and repeated: a maze or one sentence.
        #[test]
        fn any_damage_is_survived(
            kind in 0..6_usize,
            damage in proptest::collection::vec((proptest::num::usize::ANY, 0..4_u8, proptest::num::u8::ANY), 1..12),
        ) {
            let files = [
                PLAIN,
                "layers: 4\nwithout: LRL, RR\ngoal: LLR\nstart: root\n",
                r#"{"grid": ["S..", "..G"], "walls": [[[0, 0], [0, 1]], [[1, 1], [1, 2]]]}"#,
                r#"{"layers": 4, "without": ["LRL", "RR"], "goal": "LLR", "start": "root"}"#,
                "#######\n#S    #\n##### #\n#  XXX#\n# #X###\n# #EXX#\n#######\n",
                r#"["SFFF", "FHFH", "FFFH", "HFFG"]"#,
            ];
            let mut file = files[kind].as_bytes().to_vec();
            for (place, what, byte) in damage {
                let at = place % (file.len() + 1);
                match what {
                    0 => file.insert(at, byte),
                    1 if at < file.len() => file[at] = byte,
                    2 if at < file.len() => drop(file.remove(at)),
                    _ => {
                        let part = file[at..].to_vec();
                        file.extend(part);
                    }
                }
            }
            if let Err(error) = read(&file) {
                proptest::prop_assert_eq!(error.to_string().trim().lines().count(), 1);
            }
        }
    }
}
