use std::any::{Any, TypeId};

/// What is looked at in each lab, by type: places under the pointer, selections, open tabs. Nothing here changes a lab.
#[derive(Default)]
pub struct States(Vec<(TypeId, Box<dyn Any>)>);

impl States {
    /// The state of this type; its default if there is none yet.
    pub fn of<T: Default + 'static>(&mut self) -> &mut T {
        let id = TypeId::of::<T>();
        let at = match self.0.iter().position(|(known, _)| *known == id) {
            Some(at) => at,
            None => {
                self.0.push((id, Box::new(T::default())));
                self.0.len() - 1
            }
        };
        self.0[at]
            .1
            .downcast_mut()
            .expect("a state is kept under its own type")
    }
}
