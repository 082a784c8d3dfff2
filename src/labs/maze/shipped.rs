//! The checkpoints that come with Chickadee. Native builds contain them, a page fetches the one that it needs.

use super::settings::Weights;
use chickadee_engine::worlds::maze::Family;

/// A checkpoint that comes with Chickadee.
#[derive(Debug)]
pub struct Shipped {
    /// The name of its file without the ending; its recipe in `trainer/recipes` has the same.
    pub name: &'static str,
    /// The mazes that it was made for.
    pub family: Family,
    /// The choice that it stands for.
    pub weights: Weights,
    /// Hash of its weights: what a page fetches must be what it was built with.
    pub hash: u64,
}

/// All of them; the first of each family is what links mean that name none.
pub static SHIPPED: [Shipped; 6] = [
    Shipped {
        name: "gridworld-small",
        family: Family::Gridworld,
        weights: Weights::Small,
        hash: 0x7b08_c7fa_a333_7506,
    },
    Shipped {
        name: "tree-small",
        family: Family::Tree,
        weights: Weights::Small,
        hash: 0x153c_2430_1b19_b54c,
    },
    Shipped {
        name: "gridworld-faithful",
        family: Family::Gridworld,
        weights: Weights::Faithful,
        hash: 0x2762_fdef_d58c_34fc,
    },
    Shipped {
        name: "gridworld-best",
        family: Family::Gridworld,
        weights: Weights::Best,
        hash: 0xb5df_3b83_19be_9f9d,
    },
    Shipped {
        name: "tree-best",
        family: Family::Tree,
        weights: Weights::Best,
        hash: 0x1267_9450_0ccf_5d16,
    },
    Shipped {
        name: "tree-faithful",
        family: Family::Tree,
        weights: Weights::Faithful,
        hash: 0xae0a_6ee8_d8be_fc16,
    },
];

impl Shipped {
    /// The checkpoint of a choice, if there is one for these mazes.
    #[must_use]
    pub fn of(family: Family, weights: Weights) -> Option<&'static Self> {
        let mut all = SHIPPED.iter();
        all.find(|shipped| (shipped.family, shipped.weights) == (family, weights))
    }

    /// The checkpoint that links mean that name none.
    #[must_use]
    pub fn usual(family: Family) -> &'static Self {
        match family {
            Family::Gridworld => &SHIPPED[0],
            Family::Tree => &SHIPPED[1],
        }
    }

    /// The checkpoint with these weights, if it was made for these mazes.
    #[must_use]
    pub fn with_hash(family: Family, hash: u64) -> Option<&'static Self> {
        let mut all = SHIPPED.iter();
        all.find(|shipped| (shipped.family, shipped.hash) == (family, hash))
    }

    /// The file, where it is part of the program.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn bytes(&self) -> Option<&'static [u8]> {
        crate::built_in::checkpoint(self.name)
    }

    /// None: a page has to fetch the file.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn bytes(&self) -> Option<&'static [u8]> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::maze::model::Model;

    #[test]
    fn every_checkpoint_is_what_it_is_said_to_be() {
        for shipped in &SHIPPED {
            let model = Model::read(shipped.name, shipped.bytes().unwrap(), Some(shipped)).unwrap();
            assert_eq!(model.info.name, shipped.name);
            assert_eq!(model.kind(), shipped.family);
            assert!(!model.readouts.all.is_empty(), "{}", shipped.name);
            for entry in ["recipe", "seed"] {
                assert!(model.info.about.contains_key(entry), "{entry}");
            }
        }
        for family in Family::ALL {
            let usual = Shipped::usual(family);
            assert_eq!(
                Shipped::of(family, Weights::Small).unwrap().hash,
                usual.hash
            );
            assert_eq!(
                Shipped::with_hash(family, usual.hash).unwrap().name,
                usual.name
            );
        }
    }
}
