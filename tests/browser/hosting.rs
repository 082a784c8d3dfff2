//! Starting the page where something is amiss: silent GPUs, servers that answer wrongly, files of two builds, no server, no network.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use serde_json::json;

use super::{
    host::Answer,
    page::{Page, Tier, is_one_sentence},
};

with_webgl!(
    a_gpu_that_never_answers_is_done_without,
    files_of_two_builds_are_told_apart,
    a_page_in_place_of_a_file_is_named,
    weights_that_are_none_are_named,
    another_site_without_permission_is_named,
    a_page_opened_from_a_file_says_how,
    without_a_network_after_the_first_visit,
    a_dropped_file_is_looked_at_before_it_is_read,
    any_file_can_be_chosen_on_a_telephone,
    a_page_without_its_last_slash_says_so,
);

const STILL: &str = "?autoplay=0&backend=cpu";

fn dist() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("dist")
}

fn built(file: &str) -> Vec<u8> {
    std::fs::read(dist().join(file)).expect("the page was built")
}

fn a_gpu_that_never_answers_is_done_without(tier: Tier) {
    for stuck in [
        "navigator.gpu.requestAdapter = () => new Promise(() => {});",
        "navigator.gpu.requestAdapter = async () => ({ features: new Set(), limits: {}, info: {}, isFallbackAdapter: false, requestDevice: () => new Promise(() => {}) });",
    ] {
        let page = Page::blank(tier, 1280, 800);
        page.before_all(&format!(
            "if (!navigator.gpu) Object.defineProperty(navigator, 'gpu', {{ value: {{}}, configurable: true }}); {stuck}"
        ));
        page.go("#lab=caching&units=300");
        page.ready();
        page.run("await chickadee.settled();");
        page.wait_for("a decision", "!chickadee.state().backend.deciding");
        let backend = page.state()["backend"].clone();
        assert_eq!(backend["on_gpu"], false, "{backend}");
    }
}

fn files_of_two_builds_are_told_apart(tier: Tier) {
    let script = String::from_utf8(built("chickadee.js")).expect("text");
    let before = script.replacen("export const BUILD = '", "export const BUILD = 'old", 1);
    assert_ne!(before, script);
    let page = Page::answered(
        tier,
        vec![Answer::new("/chickadee.js", "text/javascript", before)],
    );
    page.go(STILL);
    page.wait_for(
        "an explanation",
        "document.documentElement.dataset.state === 'failed'",
    );
    let text = page
        .js("return document.getElementById('failure').innerText")
        .expect("a text");
    let text = text.as_str().unwrap_or_default();
    assert!(
        text.contains("different versions") && text.contains("reload"),
        "{text}"
    );
    assert!(
        !text.contains("Firefox"),
        "the browser is not to blame: {text}"
    );
}

fn a_page_in_place_of_a_file_is_named(tier: Tier) {
    const HTML: &str = "<!DOCTYPE html><html><body>All addresses lead here</body></html>";
    for (file, kind) in [
        ("chickadee_bg.wasm", "text/html"),
        ("chickadee_bg.wasm", "application/wasm"),
        ("/chickadee.js", "text/html"),
    ] {
        let page = Page::answered(tier, vec![Answer::new(file, kind, HTML)]);
        page.go(STILL);
        page.wait_for(
            "an explanation",
            "document.documentElement.dataset.state === 'failed'",
        );
        let text = page
            .js("return document.getElementById('failure-text').innerText")
            .expect("a text");
        let text = text.as_str().unwrap_or_default();
        assert!(
            text.contains("a web page instead of the file"),
            "{file} as {kind}: {text}"
        );
    }
}

fn weights_that_are_none_are_named(tier: Tier) {
    for (body, kind, word) in [
        (
            "<!doctype html><p>404",
            "application/octet-stream",
            "a web page instead of the file",
        ),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
            "text/plain",
            "LFS",
        ),
    ] {
        let page = Page::answered(
            tier,
            vec![Answer::new("gridworld-small.safetensors", kind, body)],
        );
        page.go(&format!("{STILL}#lab=maze&task=gridworld&seed=7&t=20"));
        page.ready();
        page.wait_for("a message", "chickadee.state().messages.length > 0");
        let state = page.state();
        assert!(
            state["messages"].to_string().contains(word),
            "{}",
            state["messages"]
        );
        assert!(state["model"].is_null());
        page.run("await chickadee.settled();");
        // Opened again, the lab asks for them again.
        page.answer(vec![Answer::new("no-such-file", kind, "")]);
        page.run(
            "chickadee.setState('lab=caching&units=100&places=20');
             await chickadee.settled();
             chickadee.setState('lab=maze&task=gridworld&seed=7&t=20');
             await chickadee.settled();",
        );
        let state = page.state();
        assert_eq!(state["model"]["name"], "gridworld-small");
        assert_eq!(state["messages"], serde_json::json!([]));
    }
}

/// A host that shares its scripts and not its other files.
fn another_site_without_permission_is_named(tier: Tier) {
    let (server, host) = (Server::start(), Server::start());
    let page = Page::blank(tier, 1280, 800);
    let address = format!("{}host.html", host.url());
    page.tab.navigate_to(&address).expect("opens");
    page.wait_for("the page", "document.querySelector('chickadee-lab')");
    page.run(&format!(
        "await import('{}web/chickadee.js');",
        server.url()
    ));
    page.wait_for("a reason", "document.querySelector('chickadee-lab p')");
    let text = page
        .js("return document.querySelector('chickadee-lab p').innerText")
        .expect("a text");
    let text = text.as_str().unwrap_or_default();
    assert!(text.contains("Access-Control-Allow-Origin"), "{text}");
}

fn a_page_opened_from_a_file_says_how(tier: Tier) {
    let page = Page::blank(tier, 1280, 800);
    let address = format!("file://{}/index.html", dist().display());
    page.tab.navigate_to(&address).expect("opens");
    page.wait_for(
        "an explanation",
        "document.documentElement.dataset.state === 'failed'",
    );
    let text = page
        .js("return document.getElementById('failure').innerText")
        .expect("a text");
    let text = text.as_str().unwrap_or_default();
    assert!(text.contains("python3 -m http.server"), "{text}");
}

fn without_a_network_after_the_first_visit(tier: Tier) {
    let server = Server::start();
    let page = Page::blank(tier, 1280, 800);
    let open = || {
        page.tab
            .navigate_to(&format!(
                "{}{STILL}#lab=maze&task=tree&seed=3&t=20",
                server.url()
            ))
            .map(|_| ())
    };
    open().expect("opens");
    page.ready();
    page.run("await navigator.serviceWorker.ready; while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 50));");
    let manifest = page.js("const { href } = document.querySelector('link[rel=manifest]'); const { icons, start_url } = await (await fetch(href)).json();
        return [icons.length > 1, new URL(start_url, href).href === new URL('./', location.href).href]");
    assert_eq!(manifest, Ok(json!([true, true])), "it can be installed");
    server.stop();
    page.tab.navigate_to("about:blank").expect("leaves");
    open().expect("opens");
    page.ready();
    page.run("await chickadee.settled();");
    assert_eq!(page.state()["model"]["own"], false, "weights, too");
    page.shows_a_picture("offline");
}

fn a_dropped_file_is_looked_at_before_it_is_read(tier: Tier) {
    let page = Page::open(tier, &format!("{STILL}#lab=maze&task=gridworld&seed=7&t=5"));
    page.ready();
    page.run("await chickadee.settled();");
    for (name, make) in [
        (
            "large.safetensors",
            "Object.defineProperty(new File(['x'], 'large.safetensors'), 'size', { value: 2e9 })",
        ),
        (
            "page.safetensors",
            "new File(['<!doctype html>', 'x'.repeat(9000)], 'page.safetensors')",
        ),
    ] {
        page.run(&format!(
            "const file = {make};
             const event = new Event('drop', {{ bubbles: true, cancelable: true }});
             Object.defineProperty(event, 'dataTransfer', {{ value: {{ files: [file] }} }});
             window.spoken = '';
             document.getElementById('chickadee-live').textContent = '';
             chickadee.canvas.dispatchEvent(event);"
        ));
        page.wait_for(
            "an answer",
            "document.getElementById('chickadee-live').textContent !== ''",
        );
        let told = page
            .js("return document.getElementById('chickadee-live').textContent")
            .expect("a text");
        let told = told.as_str().unwrap_or_default();
        is_one_sentence(name, told);
        assert!(told.contains(name), "{told}");
    }
    page.quiet();
}

/// Telephones offer no file of an ending that they do not know, and want the field to be in the page and a finger to have asked.
fn any_file_can_be_chosen_on_a_telephone(tier: Tier) {
    let page = Page::host(
        tier,
        "<style>body{margin:0}</style><div id=box style='width:1200px;height:640px'></div>",
    );
    page.run(
        "HTMLInputElement.prototype.click = function () {
             window.picker = { kind: this.type, accept: this.accept, inPage: this.isConnected, named: Boolean(this.getAttribute('aria-label')), asked: navigator.userActivation.isActive };
         };
         const keep = ['maze', 'model'];
         const { names } = await import(new URL('web/chickadee.js', location.href).href);
         const hide = (await names()).names.filter((name) => !keep.includes(name));
         window.lab = await mount(box, { link: 'lab=maze&size=3&t=5', hide, autoplay: false, backend: 'cpu' });
         await lab.settled();",
    );
    // The line of the transformer is the last of its panel.
    let found =
        (0..6).flat_map(|row| (0..14).map(move |column| (20 + 24 * column, 630 - 10 * row)));
    for (x, y) in found {
        page.click(f64::from(x), f64::from(y));
        if page.js("return Boolean(window.picker)") == Ok(json!(true)) {
            break;
        }
    }
    page.save("file-picker");
    let picker = page.js("return window.picker");
    assert_eq!(
        picker,
        Ok(json!({"kind": "file", "accept": "", "inPage": true, "named": true, "asked": true}))
    );
    page.quiet();
}

/// Some servers give the page at `/chickadee`, and then its files would be those of the folder above.
fn a_page_without_its_last_slash_says_so(tier: Tier) {
    let own = Answer::new("nowhere/else", "text/html", built("index.html"));
    let page = Page::answered(tier, vec![own]);
    page.go("nowhere/else");
    page.wait_for("the page", "document.readyState === 'complete'");
    let seen = "return document.querySelector('.lost').checkVisibility()";
    assert_eq!(page.js(seen), Ok(json!(true)));
    page.go(STILL);
    page.ready();
    assert_eq!(page.js(seen), Ok(json!(false)));
}

/// A page of another site.
const HOST: &str = "<!doctype html><chickadee-lab link='lab=caching' style='width:600px;height:400px'></chickadee-lab>";

/// A server for `dist/` that can be stopped: scripts are for every site, other files for its own.
struct Server {
    port: u16,
    stopped: Arc<AtomicBool>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let stopped = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&stopped);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return; // the port is closed with the listener
                }
                thread::spawn(move || answer(stream));
            }
        });
        Self { port, stopped }
    }

    fn url(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        // The one connection that it still takes.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn answer(mut stream: TcpStream) -> Option<()> {
    let mut request = [0; 8192];
    let length = stream.read(&mut request).ok()?;
    let line = String::from_utf8_lossy(&request[..length])
        .lines()
        .next()?
        .to_owned();
    let path = line
        .split(' ')
        .nth(1)?
        .split(['?', '#'])
        .next()?
        .trim_start_matches('/')
        .to_owned();
    let path = if path.is_empty() {
        "index.html".to_owned()
    } else {
        path
    };
    let kind = match path.rsplit('.').next()? {
        "html" => "text/html",
        "js" => "text/javascript\r\nAccess-Control-Allow-Origin: *",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let (status, body) = match std::fs::read(dist().join(&path)) {
        _ if path == "host.html" => ("200 OK", HOST.into()),
        Ok(body) if !path.contains("..") => ("200 OK", body),
        _ => ("404 Not Found", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&body).ok()?;
    stream.shutdown(Shutdown::Write).ok()
}
