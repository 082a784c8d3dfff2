//! The barcode paper's figures as documents: what [`chickadee_figures`] recomputes, as a report, a table and a drawing.
//!
//! The command line, the lab of figures and `FIGURES.md` are all made from these.

pub(crate) mod colours;
mod plot;
mod report;
mod samples;

pub use plot::svg;
#[cfg(feature = "app")]
pub(crate) use plot::{bounds, histogram, plain, round_numbers};
pub use report::{drawing_title, report, table, value_name};
pub use samples::{read_samples, write_samples};
