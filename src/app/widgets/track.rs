use eframe::egui::{
    EventFilter, Key, Response, Ui, WidgetInfo,
    accesskit::{Action, ActionData},
};

/// Makes what was drawn a slider over whole numbers: for the keyboard (arrows by 1, Page Up and Page Down by 10, Home, End), and
/// for a screen reader. Returns the number that was asked for; `end` stands for the End key.
pub(crate) fn track(
    ui: &Ui,
    response: &Response,
    (name, enabled): (&str, bool),
    value: usize,
    most: usize,
) -> Option<usize> {
    response.widget_info(|| WidgetInfo::slider(enabled, value as f64, name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(most as f64);
        node.set_numeric_value_step(1.0);
        node.add_action(Action::SetValue);
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
    if !enabled {
        return None;
    }
    let mut next = value as i64;
    if response.has_focus() {
        ui.memory_mut(|memory| {
            let filter = EventFilter {
                horizontal_arrows: true,
                ..EventFilter::default()
            };
            memory.set_focus_lock_filter(response.id, filter);
        });
        ui.input(|input| {
            let pressed = |key| input.num_presses(key) as i64;
            next += pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
            next += 10 * (pressed(Key::PageUp) - pressed(Key::PageDown));
            if input.key_pressed(Key::Home) {
                next = 0;
            }
            if input.key_pressed(Key::End) {
                next = most as i64;
            }
        });
    }
    ui.input(|input| {
        let asked = |action| input.num_accesskit_action_requests(response.id, action) as i64;
        next += asked(Action::Increment) - asked(Action::Decrement);
        for request in input.accesskit_action_requests(response.id, Action::SetValue) {
            if let Some(ActionData::NumericValue(number)) = request.data {
                next = number.round() as i64;
            }
        }
    });
    let next = next.clamp(0, most as i64) as usize;
    (next != value).then_some(next)
}
