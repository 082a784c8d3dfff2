//! Pages that are not ours, and servers that do what servers do: made by the tests, at the address of the built page.

use std::sync::Arc;

use headless_chrome::{
    browser::tab::{RequestPausedDecision, point::Point},
    protocol::cdp::{
        Fetch::{FulfillRequest, HeaderEntry, RequestPattern, events::RequestPausedEvent},
        Input::{
            DispatchKeyEvent, DispatchKeyEventTypeOption, DispatchMouseEvent,
            DispatchMouseEventPointer_TypeOption, DispatchMouseEventTypeOption, DispatchTouchEvent,
            DispatchTouchEventTypeOption, MouseButton, TouchPoint,
        },
        Page::AddScriptToEvaluateOnNewDocument,
    },
};

use super::page::{Page, Tier};

/// An answer in place of the server's: to addresses that end like this.
pub struct Answer {
    pub ending: &'static str,
    pub status: u32,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn new(ending: &'static str, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            ending,
            status: 200,
            headers: vec![("Content-Type", kind.to_owned())],
            body: body.into(),
        }
    }

    /// The page of the host.
    pub fn page(body: &str) -> Self {
        let html = format!(
            "<!doctype html><meta charset=\"utf-8\"><title>A host</title><link rel=icon href=assets/icon.svg>{body}"
        );
        Self::new("host.html", "text/html", html)
    }

    pub fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.push((header, value.to_owned()));
        self
    }
}

impl Page {
    /// A browser in which some addresses are answered in another way.
    pub fn answered(tier: Tier, answers: Vec<Answer>) -> Self {
        let page = Self::blank(tier, 1280, 800);
        page.answer(answers);
        page
    }

    pub fn answer(&self, answers: Vec<Answer>) {
        let patterns: Vec<RequestPattern> = answers
            .iter()
            .map(|answer| RequestPattern {
                url_pattern: Some(format!("*{}", answer.ending)),
                resource_Type: None,
                request_stage: None,
            })
            .collect();
        self.tab
            .enable_fetch(Some(&patterns), None)
            .expect("intercepts");
        let fulfil = move |_, _, event: RequestPausedEvent| {
            let url = &event.params.request.url;
            // The bindings and the entry have one name, in two folders.
            let meant = |answer: &&Answer| {
                url.ends_with(answer.ending)
                    && !(answer.ending == "/chickadee.js" && url.contains("/web/"))
            };
            let Some(answer) = answers.iter().find(meant) else {
                return RequestPausedDecision::Continue(None);
            };
            let headers = answer.headers.iter().map(|(name, value)| HeaderEntry {
                name: (*name).to_owned(),
                value: value.clone(),
            });
            RequestPausedDecision::Fulfill(FulfillRequest {
                request_id: event.params.request_id,
                response_code: answer.status,
                response_headers: Some(headers.collect()),
                binary_response_headers: None,
                body: Some(base64(&answer.body)),
                response_phrase: None,
            })
        };
        self.tab
            .enable_request_interception(Arc::new(fulfil))
            .expect("intercepts");
    }

    /// A page of somebody else, opened; `mount` of the module is a global there.
    pub fn host(tier: Tier, body: &str) -> Self {
        let page = Self::answered(tier, vec![Answer::page(body)]);
        page.go("host.html");
        page.wait_for("the host's page", "document.readyState === 'complete'");
        page.run(
            "window.mount = (await import(new URL('web/chickadee.js', location.href).href)).mount;",
        );
        page
    }

    /// A script before every script of the pages to come.
    pub fn before_all(&self, source: &str) {
        let script = AddScriptToEvaluateOnNewDocument {
            source: source.to_owned(),
            world_name: None,
            include_command_line_api: None,
            run_immediately: None,
        };
        self.tab.call_method(script).expect("is remembered");
    }

    /// A key with its text, if it has one; with Shift (8) or without (0).
    pub fn key(&self, key: &str, modifiers: u32) {
        let code = match key {
            "Tab" => 9,
            "Escape" => 27,
            " " => 32,
            "ArrowRight" => 39,
            other => other
                .to_ascii_uppercase()
                .bytes()
                .next()
                .map_or(0, u32::from),
        };
        let text = (key.len() == 1).then(|| key.to_owned());
        for kind in [
            if text.is_some() {
                DispatchKeyEventTypeOption::KeyDown
            } else {
                DispatchKeyEventTypeOption::RawKeyDown
            },
            DispatchKeyEventTypeOption::KeyUp,
        ] {
            let event = DispatchKeyEvent {
                text: text
                    .clone()
                    .filter(|_| matches!(kind, DispatchKeyEventTypeOption::KeyDown)),
                Type: kind,
                modifiers: Some(modifiers),
                timestamp: None,
                unmodified_text: None,
                key_identifier: None,
                code: Some(if key.len() == 1 && key != " " {
                    format!("Key{}", key.to_uppercase())
                } else {
                    key.to_owned()
                }),
                key: Some(key.to_owned()),
                windows_virtual_key_code: Some(code),
                native_virtual_key_code: None,
                auto_repeat: None,
                is_keypad: None,
                is_system_key: None,
                location: None,
                commands: None,
            };
            self.tab.call_method(event).expect("is typed");
        }
    }

    /// Clicks at a point of the window.
    pub fn click(&self, x: f64, y: f64) {
        let point = Point { x, y };
        self.tab.move_mouse_to_point(point).expect("moves");
        self.frames(2);
        self.tab.click_point(point).expect("clicks");
        self.frames(2);
    }

    /// Lets frames pass.
    pub fn frames(&self, frames: usize) {
        self.run(&format!(
            "for (let i = 0; i < {frames}; i++) await new Promise(requestAnimationFrame);"
        ));
    }

    /// Turns the wheel over a point: positive is down.
    pub fn wheel(&self, x: f64, y: f64, down: f64) {
        let event = DispatchMouseEvent {
            Type: DispatchMouseEventTypeOption::MouseWheel,
            x,
            y,
            modifiers: None,
            timestamp: None,
            button: Some(MouseButton::None),
            buttons: None,
            click_count: None,
            force: None,
            tangential_pressure: None,
            tilt_x: None,
            tilt_y: None,
            twist: None,
            delta_x: Some(0.0),
            delta_y: Some(down),
            pointer_Type: Some(DispatchMouseEventPointer_TypeOption::Mouse),
        };
        self.tab.call_method(event).expect("turns");
    }

    /// One finger that moves upwards from a point.
    pub fn swipe_up(&self, x: f64, y: f64, by: f64) {
        let touch = |kind, points: Vec<(f64, f64)>| {
            let touch_points = points
                .into_iter()
                .map(|(x, y)| TouchPoint {
                    x,
                    y,
                    radius_x: None,
                    radius_y: None,
                    rotation_angle: None,
                    force: None,
                    tangential_pressure: None,
                    tilt_x: None,
                    tilt_y: None,
                    twist: None,
                    id: None,
                })
                .collect();
            let event = DispatchTouchEvent {
                Type: kind,
                touch_points,
                modifiers: None,
                timestamp: None,
            };
            self.tab.call_method(event).expect("touches");
        };
        touch(DispatchTouchEventTypeOption::TouchStart, vec![(x, y)]);
        for step in 1..=12 {
            let y = y - by * f64::from(step) / 12.0;
            touch(DispatchTouchEventTypeOption::TouchMove, vec![(x, y)]);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        touch(DispatchTouchEventTypeOption::TouchEnd, vec![]);
    }
}

/// As the protocol wants bytes.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_usize, |word, byte| word << 8 | usize::from(*byte));
        for place in 0..4 {
            let letter = char::from(LETTERS[word >> (18 - 6 * place) & 63]);
            text.push(if place > chunk.len() { '=' } else { letter });
        }
    }
    text
}
