use std::{collections::VecDeque, ops::RangeInclusive};

use super::{ActionSet, Family, MazeError, Topology, actions::tree};

/// Cells along a side of a square grid.
pub(super) const SIDES: RangeInclusive<usize> = 3..=8;
/// Layers of a tree, the root included.
pub(super) const LAYERS: RangeInclusive<usize> = 3..=8;
/// The longest side of a rectangle, in cells: 256 states are as many as the largest tree has.
pub const LARGEST_SIDE: usize = 16;

/// Row and column steps of the four moves of a grid: up, right, down, left.
const MOVES: [(isize, isize); 4] = [(-1, 0), (0, 1), (1, 0), (0, -1)];

/// A maze as tables: what each action does in each state, and how far apart states are.
///
/// States are numbered 0 … [`states`](Maze::states) − 1. In a full grid of `columns` columns, cell (x, y) is state
/// `columns` · x + y; in a complete tree, node (l, p) is state 2^l − 1 + p. Where cells or nodes are missing, those
/// that exist keep their order and are numbered without gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Maze {
    topology: Topology,
    /// Index of each state in the full rectangle or the complete tree.
    places: Vec<usize>,
    /// The inverse: the state at each place, where there is one.
    state_at: Vec<Option<usize>>,
    /// The next state of each action, states × actions.
    next: Vec<usize>,
    /// Steps between states, states × states; `u32::MAX` where there is no way.
    distances: Vec<u32>,
    /// Optimal actions, goals × states.
    optimal: Vec<ActionSet>,
}

impl Maze {
    /// A square grid of `size` × `size` cells, all free, without inner walls.
    ///
    /// # Errors
    /// When `size` is not 3 to 8.
    pub fn grid(size: usize) -> Result<Self, MazeError> {
        if !SIDES.contains(&size) {
            return Err(MazeError::Size { size });
        }
        Self::grid_with_walls(size, size, &[])
    }

    /// A grid of `rows` rows and `columns` columns with walls between pairs of neighbouring cells, given by their
    /// indices `columns` · x + y.
    ///
    /// # Errors
    /// When a side is not 1 to [`LARGEST_SIDE`], or a wall does not stand between neighbours.
    pub fn grid_with_walls(
        rows: usize,
        columns: usize,
        walls: &[(usize, usize)],
    ) -> Result<Self, MazeError> {
        Self::grid_with_blocks(rows, columns, walls, |_| true)
    }

    /// The same with only those cells that are `free`; the others are no states.
    pub(super) fn grid_with_blocks(
        rows: usize,
        columns: usize,
        walls: &[(usize, usize)],
        free: impl Fn(usize) -> bool,
    ) -> Result<Self, MazeError> {
        let sides = 1..=LARGEST_SIDE;
        if !sides.contains(&rows) || !sides.contains(&columns) {
            return Err(MazeError::Sides { rows, columns });
        }
        let neighbour = |cell: usize, action: usize| {
            let (down, right) = *MOVES.get(action)?;
            let x = (cell / columns).checked_add_signed(down)?;
            let y = (cell % columns).checked_add_signed(right)?;
            (x < rows && y < columns).then_some(x * columns + y)
        };
        let cells = rows * columns;
        for &(first, second) in walls {
            let touch = first < cells
                && (0..MOVES.len()).any(|action| neighbour(first, action) == Some(second));
            if !touch {
                return Err(MazeError::Wall { first, second });
            }
        }
        let exists: Vec<bool> = (0..cells).map(free).collect();
        Ok(Self::build(
            Topology::Grid { rows, columns },
            &exists,
            |cell, action| {
                let to = neighbour(cell, action)?;
                let walled = walls
                    .iter()
                    .any(|&wall| wall == (cell, to) || wall == (to, cell));
                (!walled).then_some(to)
            },
        ))
    }

    /// A complete binary tree.
    ///
    /// # Errors
    /// When there are not 3 to 8 layers.
    pub fn tree(layers: usize) -> Result<Self, MazeError> {
        Self::tree_with_gaps(layers, |_| true)
    }

    /// A tree in which each node has a left child with probability `branching` and a right child with the same,
    /// decided breadth-first by one `uniform` number in [0, 1) each, left before right.
    ///
    /// # Errors
    /// When there are not 3 to 8 layers, `branching` is no probability, or no path reaches the last layer.
    pub fn pruned_tree(
        layers: usize,
        branching: f64,
        mut uniform: impl FnMut() -> f64,
    ) -> Result<Self, MazeError> {
        if !LAYERS.contains(&layers) {
            return Err(MazeError::Layers { layers });
        }
        if !(0.0..=1.0).contains(&branching) {
            return Err(MazeError::Branching { branching });
        }
        let mut exists = vec![false; (1 << layers) - 1];
        exists[0] = true;
        // Breadth-first order is the order of the indices.
        for parent in 0..exists.len() / 2 {
            if exists[parent] {
                exists[2 * parent + 1] = uniform() < branching;
                exists[2 * parent + 2] = uniform() < branching;
            }
        }
        if !exists[exists.len() / 2..].contains(&true) {
            return Err(MazeError::NoLeaf);
        }
        Self::tree_with_gaps(layers, |node| exists[node])
    }

    /// A tree of the nodes that are `present` and whose ancestors are.
    pub(super) fn tree_with_gaps(
        layers: usize,
        present: impl Fn(usize) -> bool,
    ) -> Result<Self, MazeError> {
        if !LAYERS.contains(&layers) {
            return Err(MazeError::Layers { layers });
        }
        let mut exists = vec![true; (1 << layers) - 1];
        for node in 1..exists.len() {
            exists[node] = exists[(node - 1) / 2] && present(node);
        }
        Ok(Self::build(
            Topology::Tree { layers },
            &exists,
            |node, action| match action {
                tree::BACK => node.checked_sub(1).map(|above| above / 2),
                tree::LEFT => Some(2 * node + 1),
                tree::RIGHT => Some(2 * node + 2),
                _ => None,
            },
        ))
    }

    /// Fills the tables, from which places exist and where an action leads from a place.
    fn build(
        topology: Topology,
        exists: &[bool],
        lead: impl Fn(usize, usize) -> Option<usize>,
    ) -> Self {
        let places: Vec<usize> = (0..exists.len()).filter(|&place| exists[place]).collect();
        let mut state_at = vec![None; exists.len()];
        for (state, &place) in places.iter().enumerate() {
            state_at[place] = Some(state);
        }
        let actions = topology.family().actions();
        let mut next = Vec::with_capacity(places.len() * actions);
        for (state, &place) in places.iter().enumerate() {
            for action in 0..actions {
                let to = lead(place, action).and_then(|to| state_at.get(to).copied().flatten());
                next.push(to.unwrap_or(state));
            }
        }
        let states = places.len();
        let mut distances = vec![u32::MAX; states * states];
        for (goal, row) in distances.chunks_mut(states.max(1)).enumerate() {
            fill_distances(row, goal, &next, actions);
        }
        let mut optimal = vec![ActionSet::EMPTY; states * states];
        for goal in 0..states {
            let row = &distances[goal * states..][..states];
            for state in 0..states {
                optimal[goal * states + state] = if state == goal {
                    ActionSet::of(topology.family().stay())
                } else {
                    (0..actions)
                        .filter(|action| row[next[state * actions + action]] < row[state])
                        .collect()
                };
            }
        }
        Self {
            topology,
            places,
            state_at,
            next,
            distances,
            optimal,
        }
    }

    /// Family and size.
    #[must_use]
    pub fn topology(&self) -> Topology {
        self.topology
    }

    /// Gridworld or tree.
    #[must_use]
    pub fn family(&self) -> Family {
        self.topology.family()
    }

    /// Number of states.
    #[must_use]
    pub fn states(&self) -> usize {
        self.places.len()
    }

    /// Number of actions: 5 in a grid, 4 in a tree.
    #[must_use]
    pub fn actions(&self) -> usize {
        self.family().actions()
    }

    /// The state that `action` leads to; `state` itself where the move is not possible.
    #[must_use]
    pub fn step(&self, state: usize, action: usize) -> usize {
        if action >= self.actions() {
            return state;
        }
        let index = state * self.actions() + action;
        self.next.get(index).copied().unwrap_or(state)
    }

    /// The action that does nothing: the last one.
    #[must_use]
    pub fn stay(&self) -> usize {
        self.family().stay()
    }

    /// Steps on the shortest way between two states; `u32::MAX` when there is none.
    ///
    /// # Panics
    /// When `a` or `b` is no state.
    #[must_use]
    pub fn distance(&self, a: usize, b: usize) -> u32 {
        self.distances[a * self.states()..][..self.states()][b]
    }

    /// The actions that are optimal in `state` when `goal` is sought. At the goal that is only to stay. In a grid, where
    /// two moves shorten the path, both are in the set. It is empty where the goal is out of reach.
    ///
    /// # Panics
    /// When `goal` or `state` is no state.
    #[must_use]
    pub fn optimal(&self, goal: usize, state: usize) -> ActionSet {
        self.optimal[goal * self.states()..][..self.states()][state]
    }

    /// The actions of a shortest path, where several moves shorten it always the one with the lowest number. Nothing when
    /// the path has no steps, or there is none.
    ///
    /// # Panics
    /// When `from` or `to` is no state.
    pub fn shortest_path(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let mut state = from;
        std::iter::from_fn(move || {
            let action = self.optimal(to, state).first().filter(|_| state != to)?;
            state = self.step(state, action);
            Some(action)
        })
    }

    /// The states of [`shortest_path`](Self::shortest_path), both ends included.
    ///
    /// # Panics
    /// When `from` or `to` is no state.
    pub fn shortest_path_states(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let mut state = from;
        std::iter::once(from).chain(self.shortest_path(from, to).map(move |action| {
            state = self.step(state, action);
            state
        }))
    }

    /// Steps that going from `from` to `to` by way of `state` takes more than a shortest path: 0 for every state on one.
    /// In a tree this is twice the distance from the path. `None` where there is no way.
    ///
    /// # Panics
    /// When one of them is no state.
    #[must_use]
    pub fn detour(&self, from: usize, to: usize, state: usize) -> Option<u32> {
        let way = self
            .distance(from, state)
            .checked_add(self.distance(state, to))
            .filter(|&steps| steps < u32::MAX)?;
        way.checked_sub(self.distance(from, to))
    }

    /// True when `state` lies on a shortest path between two states.
    ///
    /// # Panics
    /// When one of them is no state.
    #[must_use]
    pub fn on_path(&self, from: usize, to: usize, state: usize) -> bool {
        self.detour(from, to, state) == Some(0)
    }

    /// The action that leads from a state to its neighbour; staying for the state itself, where that is possible.
    #[must_use]
    pub fn action_between(&self, state: usize, next: usize) -> Option<usize> {
        (0..self.actions()).find(|&action| self.step(state, action) == next)
    }

    /// Position of a state: (x, y), row and column, in a grid; (layer, position) in a tree.
    ///
    /// # Panics
    /// When `state` is no state.
    #[must_use]
    pub fn position(&self, state: usize) -> (usize, usize) {
        self.topology.position(self.places[state])
    }

    /// The state at a position, the inverse of [`position`](Self::position); `None` where there is no state.
    #[must_use]
    pub fn at(&self, first: usize, second: usize) -> Option<usize> {
        let place = self.topology.place(first, second)?;
        self.state_at.get(place).copied().flatten()
    }

    /// The name of an action, in lower case; empty for a number that is no action.
    #[must_use]
    pub fn action_name(&self, action: usize) -> &'static str {
        let names = self.family().action_names();
        names.get(action).copied().unwrap_or_default()
    }

    /// The states that may be goals: the nodes of the last layer of a tree, every state of a grid.
    #[must_use]
    pub fn leaves(&self) -> Vec<usize> {
        let first = match self.topology {
            Topology::Grid { .. } => 0,
            Topology::Tree { layers } => (1 << (layers - 1)) - 1,
        };
        (0..self.states())
            .filter(|&state| self.places[state] >= first)
            .collect()
    }

    /// Number of places that sensory codes are drawn over: the full rectangle or the complete tree.
    pub(crate) fn code_places(&self) -> usize {
        self.state_at.len()
    }

    /// The place of a state among those of [`code_places`](Self::code_places).
    pub(crate) fn code_place(&self, state: usize) -> usize {
        self.places[state]
    }

    /// Distances D that sensory codes follow, code places × code places, row-major: straight lines cut to whole
    /// numbers in a grid (the authors store them in a matrix of integers), steps on the complete tree in a tree.
    pub(crate) fn code_distances(&self) -> Vec<u32> {
        let places = 0..self.code_places();
        places
            .clone()
            .flat_map(|a| {
                places
                    .clone()
                    .map(move |b| self.topology.code_distance(a, b))
            })
            .collect()
    }
}

/// Steps to `goal` from every state, breadth-first. Moves can be undone, so the way back is as long.
fn fill_distances(row: &mut [u32], goal: usize, next: &[usize], actions: usize) {
    row[goal] = 0;
    let mut waiting = VecDeque::from([goal]);
    while let Some(state) = waiting.pop_front() {
        for &to in &next[state * actions..][..actions] {
            if row[to] == u32::MAX {
                row[to] = row[state] + 1;
                waiting.push_back(to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::maze::NumpyRandom;

    #[test]
    fn code_distances_of_the_grid_are_cut_to_whole_numbers() {
        let maze = Maze::grid(5).unwrap();
        let distances = maze.code_distances();
        let corner = [
            0, 1, 2, 3, 4, 1, 1, 2, 3, 4, 2, 2, 2, 3, 4, 3, 3, 3, 4, 5, 4, 4, 4, 5, 5,
        ];
        assert_eq!(distances[..25], corner);
        let centre = [
            2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 1, 0, 1, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2,
        ];
        assert_eq!(distances[12 * 25..][..25], centre);
    }

    #[test]
    fn code_distances_of_a_pruned_tree_are_those_of_the_complete_one() {
        let complete = Maze::tree(7).unwrap();
        let steps: Vec<u32> = (0..127 * 127)
            .map(|pair| complete.distance(pair / 127, pair % 127))
            .collect();
        assert_eq!(complete.code_distances(), steps);
        assert_eq!(steps.iter().max(), Some(&12));
        let mut random = NumpyRandom::new(1);
        let pruned = Maze::pruned_tree(7, 0.9, || random.uniform()).unwrap();
        assert_eq!(pruned.code_distances(), steps);
        assert!(pruned.states() < 127);
    }

    #[test]
    fn moves_of_the_grid() {
        let maze = Maze::grid(5).unwrap();
        assert_eq!((maze.states(), maze.actions(), maze.stay()), (25, 5, 4));
        let go = |x, y, action| maze.position(maze.step(maze.at(x, y).unwrap(), action));
        assert_eq!(go(2, 2, 0), (1, 2));
        assert_eq!(go(2, 2, 1), (2, 3));
        assert_eq!(go(2, 2, 2), (3, 2));
        assert_eq!(go(2, 2, 3), (2, 1));
        assert_eq!(go(2, 2, 4), (2, 2));
        assert_eq!(go(0, 4, 0), (0, 4));
        assert_eq!(go(0, 4, 1), (0, 4));
        assert_eq!(maze.at(1, 3), Some(8));
        assert_eq!(maze.at(1, 5), None);
        assert_eq!(maze.at(5, 0), None);
        assert_eq!(maze.step(7, 99), 7);
        assert_eq!(maze.action_name(1), "right");
        assert_eq!(maze.action_name(5), "");
        assert_eq!(maze.leaves().len(), 25);
    }

    #[test]
    fn distances_of_the_open_grid_are_city_blocks() {
        let maze = Maze::grid(5).unwrap();
        for a in 0..25 {
            for b in 0..25 {
                let ((x, y), (u, v)) = (maze.position(a), maze.position(b));
                let blocks = (x.abs_diff(u) + y.abs_diff(v)) as u32;
                assert_eq!(maze.distance(a, b), blocks);
            }
        }
    }

    #[test]
    fn optimal_actions_of_the_grid() {
        let maze = Maze::grid(5).unwrap();
        for goal in 0..25 {
            let ties = (0..25).filter(|&s| maze.optimal(goal, s).len() == 2);
            assert_eq!(ties.count(), 16);
            let (u, v) = maze.position(goal);
            for state in 0..25 {
                let (x, y) = maze.position(state);
                let (up, right, down, left) = (x > u, y < v, x < u, y > v);
                let optimal = [up, right, down, left, state == goal];
                let expected = (0..5).filter(|&action| optimal[action]).collect();
                assert_eq!(maze.optimal(goal, state), expected);
            }
        }
    }

    #[test]
    fn a_shortest_path_leads_there_in_as_many_steps_as_the_distance() {
        let mut random = NumpyRandom::new(3);
        let pruned = Maze::pruned_tree(5, 0.8, || random.uniform()).unwrap();
        let walls = [(0, 1), (6, 7), (11, 12)];
        let walled = Maze::grid_with_walls(5, 5, &walls).unwrap();
        for maze in [Maze::grid(5).unwrap(), walled, pruned] {
            for from in 0..maze.states() {
                for to in 0..maze.states() {
                    let actions: Vec<usize> = maze.shortest_path(from, to).collect();
                    assert_eq!(actions.len() as u32, maze.distance(from, to));
                    let states: Vec<usize> = maze.shortest_path_states(from, to).collect();
                    assert_eq!((states[0], states[states.len() - 1]), (from, to));
                    for (pair, &action) in states.windows(2).zip(&actions) {
                        assert_eq!(maze.step(pair[0], action), pair[1]);
                        assert_eq!(maze.action_between(pair[0], pair[1]), Some(action));
                    }
                    assert!(states.iter().all(|&state| maze.on_path(from, to, state)));
                }
            }
        }
    }

    #[test]
    fn a_detour_in_a_tree_is_twice_the_distance_from_the_path() {
        let maze = Maze::tree(5).unwrap();
        let goal = maze.at(4, 5).unwrap();
        let path: Vec<usize> = maze.shortest_path_states(0, goal).collect();
        for state in 0..maze.states() {
            let beside = path.iter().map(|&on| maze.distance(on, state)).min();
            assert_eq!(maze.detour(0, goal, state), beside.map(|steps| 2 * steps));
            assert_eq!(maze.on_path(0, goal, state), path.contains(&state));
        }
    }

    #[test]
    fn moves_of_the_tree() {
        let maze = Maze::tree(7).unwrap();
        assert_eq!((maze.states(), maze.actions(), maze.stay()), (127, 4, 3));
        assert_eq!(maze.leaves(), (63..127).collect::<Vec<_>>());
        let node = maze.at(3, 5).unwrap();
        assert_eq!(node, 12);
        assert_eq!(maze.position(maze.step(node, 0)), (2, 2));
        assert_eq!(maze.position(maze.step(node, 1)), (4, 10));
        assert_eq!(maze.position(maze.step(node, 2)), (4, 11));
        assert_eq!(maze.step(node, 3), node);
        assert_eq!(maze.step(0, 0), 0);
        assert_eq!(maze.step(126, 1), 126);
        assert_eq!(maze.at(3, 8), None);
        assert_eq!(maze.at(7, 0), None);
    }

    /// Share of nodes at which each action is optimal: going back is nearly always right.
    #[test]
    fn optimal_actions_of_the_tree_are_unique_and_mostly_back() {
        let complete = Maze::tree(7).unwrap();
        let mut counts = [0_usize; 4];
        for goal in complete.leaves() {
            for state in 0..complete.states() {
                let optimal = complete.optimal(goal, state);
                assert_eq!(optimal.len(), 1);
                counts[optimal.first().unwrap()] += 1;
            }
        }
        let total = counts.iter().sum::<usize>() as f64;
        let rates = counts.map(|count| count as f64 / total);
        // Over all goals left and right are alike; the reference has .021 and .026 for the goals it drew.
        for (rate, expected) in rates.into_iter().zip([0.945, 0.0236, 0.0236, 0.008]) {
            assert!((rate - expected).abs() < 0.001, "{rates:?}");
        }
    }

    #[test]
    fn pruned_trees_have_the_published_sizes() {
        let (mut trees, mut states, mut leaves, mut rejected) = (0, 0, 0, 0);
        let mut rates = [0.0; 4];
        for seed in 0..3000 {
            let mut random = NumpyRandom::new(seed);
            random.fill_normal(&mut [0.0; 1270]);
            let Ok(maze) = Maze::pruned_tree(7, 0.9, || random.uniform()) else {
                rejected += 1;
                continue;
            };
            trees += 1;
            states += maze.states();
            leaves += maze.leaves().len();
            let goal = maze.leaves()[random.below(maze.leaves().len() as u32) as usize];
            for state in 0..maze.states() {
                let action = maze.optimal(goal, state).first().unwrap();
                rates[action] += 1.0 / maze.states() as f64;
            }
        }
        let mean = |sum: usize| sum as f64 / f64::from(trees);
        assert!((mean(states) - 76.1).abs() < 1.0, "{}", mean(states));
        assert!((mean(leaves) - 34.4).abs() < 0.7, "{}", mean(leaves));
        let rejected = f64::from(rejected) / 3000.0;
        assert!((rejected - 0.009).abs() < 0.004, "{rejected}");
        for (rate, expected) in rates.into_iter().zip([0.892, 0.046, 0.046, 0.015]) {
            let rate = rate / f64::from(trees);
            assert!((rate - expected).abs() < 0.006, "{rate} for {expected}");
        }
    }

    #[test]
    fn a_pruned_tree_keeps_the_order_of_its_nodes() {
        // Left and right of the root; of the left node only the right child, of the right node none.
        let mut flips = [0.1, 0.1, 0.9, 0.1, 0.9, 0.9].into_iter();
        let maze = Maze::pruned_tree(3, 0.5, || flips.next().unwrap()).unwrap();
        let positions: Vec<_> = (0..maze.states()).map(|s| maze.position(s)).collect();
        assert_eq!(positions, [(0, 0), (1, 0), (1, 1), (2, 1)]);
        assert_eq!(maze.leaves(), [3]);
        assert_eq!(maze.step(1, 1), 1);
        assert_eq!(maze.step(1, 2), 3);
        assert_eq!(maze.at(2, 1), Some(3));
        assert_eq!(maze.at(2, 0), None);
        assert_eq!(maze.distance(2, 3), 3);
    }

    #[test]
    fn walls_stop_and_make_detours() {
        // A wall between (0, 0) and (0, 1) of a 2 × 2 grid.
        let maze = Maze::grid_with_walls(2, 2, &[(1, 0)]).unwrap();
        assert_eq!(maze.step(0, 1), 0);
        assert_eq!(maze.step(1, 3), 1);
        assert_eq!(maze.distance(0, 1), 3);
        assert_eq!(maze.optimal(1, 0), ActionSet::of(2));
        let split = Maze::grid_with_walls(1, 2, &[(0, 1)]).unwrap();
        assert_eq!(split.distance(0, 1), u32::MAX);
        assert!(split.optimal(1, 0).is_empty());
        assert_eq!(split.shortest_path(0, 1).count(), 0);
        assert!(!split.on_path(0, 1, 0));
    }

    #[test]
    fn what_cannot_be_built_is_refused() {
        assert_eq!(Maze::grid(2), Err(MazeError::Size { size: 2 }));
        assert_eq!(Maze::grid(9), Err(MazeError::Size { size: 9 }));
        assert_eq!(Maze::tree(2), Err(MazeError::Layers { layers: 2 }));
        assert_eq!(Maze::tree(9), Err(MazeError::Layers { layers: 9 }));
        let layers = usize::MAX;
        assert_eq!(Maze::tree(layers), Err(MazeError::Layers { layers }));
        let (rows, columns) = (0, 3);
        let sides = MazeError::Sides { rows, columns };
        assert_eq!(Maze::grid_with_walls(rows, columns, &[]), Err(sides));
        // The last cell of a row and the first of the next are no neighbours.
        for (first, second) in [(0, 0), (2, 3), (8, 9), (usize::MAX, 0)] {
            let wall = MazeError::Wall { first, second };
            assert_eq!(Maze::grid_with_walls(3, 3, &[(first, second)]), Err(wall));
        }
        assert_eq!(Maze::pruned_tree(5, 0.0, || 0.5), Err(MazeError::NoLeaf));
        assert!(matches!(
            Maze::pruned_tree(5, f64::NAN, || 0.5),
            Err(MazeError::Branching { .. })
        ));
        assert_eq!(
            MazeError::Size { size: 2 }.to_string(),
            "a square grid has 3 to 8 cells a side, not 2"
        );
    }
}
