//! A small web server for `dist/`: right types, compressed where the client likes it, several requests at once, nothing
//! outside the folder. For this machine only (it listens on 127.0.0.1).

use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::UNIX_EPOCH;

use tiny_http::{Header, Method, Request, Response, StatusCode};

use crate::Outcome;

const THREADS: usize = 8;

/// A server that has its port already.
pub(crate) struct Server {
    server: Arc<tiny_http::Server>,
    port: u16,
    prefix: &'static str,
    /// A second folder, and where it seems to lie in the first.
    beside: Option<(&'static str, PathBuf)>,
}

impl Server {
    /// Takes a port; 0 takes any. `prefix`, which begins and ends with a slash, is the folder that the page seems to live in.
    pub(crate) fn bind(port: u16, prefix: &'static str) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => {
                format!("Port {port} is taken: end what uses it, or choose another with `cargo xtask serve --port {}`.", port.saturating_add(1))
            }
            _ => format!("Port {port} cannot be used: {error}."),
        })?;
        let port = listener
            .local_addr()
            .map_err(|error| format!("The port is gone: {error}."))?
            .port();
        let server = tiny_http::Server::from_listener(listener, None)
            .map_err(|error| format!("No server can be started: {error}."))?;
        Ok(Self {
            server: Arc::new(server),
            port,
            prefix,
            beside: None,
        })
    }

    /// Serves another folder as well, at a path that begins and ends with a slash, as if it lay in the first.
    pub(crate) fn beside(mut self, path: &'static str, folder: PathBuf) -> Self {
        self.beside = Some((path, folder));
        self
    }

    /// The address of the page.
    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}{}", self.port, self.prefix)
    }

    /// Answers until the program ends.
    pub(crate) fn run(&self, folder: &Path) {
        for handle in self.start(folder) {
            if handle.join().is_err() {
                eprintln!("One thread of the server has ended.");
            }
        }
    }

    /// Answers in threads of its own.
    pub(crate) fn start(&self, folder: &Path) -> Vec<thread::JoinHandle<()>> {
        let work = |_| {
            let (server, folder, prefix) =
                (Arc::clone(&self.server), folder.to_owned(), self.prefix);
            let beside = self.beside.clone();
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    // A client that has gone away is no matter.
                    let _gone = answer(request, &folder, prefix, beside.as_ref());
                }
            })
        };
        (0..THREADS).map(work).collect()
    }
}

fn answer(
    request: Request,
    folder: &Path,
    prefix: &str,
    beside: Option<&(&str, PathBuf)>,
) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(Response::from_string("GET and HEAD only\n").with_status_code(405));
    }
    let in_beside = || {
        let (path, folder) = beside?;
        find(folder, path, request.url())
    };
    let Some(file) = find(folder, prefix, request.url()).or_else(in_beside) else {
        return request.respond(Response::from_string("not found\n").with_status_code(404));
    };
    let wants = |name: &'static str, word: &str| {
        request
            .headers()
            .iter()
            .any(|header| header.field.equiv(name) && header.value.as_str().contains(word))
    };

    let packed = PathBuf::from(format!("{}.br", file.display()));
    let packed = (wants("Accept-Encoding", "br") && packed.is_file()).then_some(packed);
    let sent = packed.as_deref().unwrap_or(&file);
    let tag = etag(sent)?;

    let mut headers = vec![
        header("Content-Type", media_type(&file)),
        header("Cache-Control", "no-cache"),
        header("ETag", &tag),
        // Pages of other servers may show a lab of this server.
        header("Access-Control-Allow-Origin", "*"),
    ];
    headers.push(header("Vary", "Accept-Encoding"));
    if wants("If-None-Match", &tag) {
        return request.respond(Response::new(
            StatusCode(304),
            headers,
            std::io::empty(),
            Some(0),
            None,
        ));
    }
    if packed.is_some() {
        headers.push(header("Content-Encoding", "br"));
    }
    let open = File::open(sent)?;
    let length = usize::try_from(open.metadata()?.len()).ok();
    // Never chunked: a length lets clients show progress.
    let response = Response::new(StatusCode(200), headers, open, length, None)
        .with_chunked_threshold(usize::MAX);
    request.respond(response)
}

fn header(name: &'static str, value: &str) -> Header {
    Header::from_bytes(name, value)
        .unwrap_or_else(|()| unreachable!("our header values are plain ASCII"))
}

/// Changes whenever the file does.
fn etag(file: &Path) -> std::io::Result<String> {
    let data = fs::metadata(file)?;
    let time = data
        .modified()?
        .duration_since(UNIX_EPOCH)
        .map_or(0, |age| age.as_nanos());
    Ok(format!("\"{:x}-{time:x}\"", data.len()))
}

/// The file that an address means; `None` for whatever is not inside the folder.
fn find(folder: &Path, prefix: &str, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(prefix)?;
    let path = decode(path)?;
    let mut file = folder.to_owned();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            _ if part.contains(['\\', ':', '\0']) => return None,
            _ => file.push(part),
        }
    }
    if file.is_dir() {
        file.push("index.html");
    }
    // Links on the disk may lead outside too.
    let inside = file
        .canonicalize()
        .ok()?
        .starts_with(folder.canonicalize().ok()?);
    (inside && file.is_file()).then_some(file)
}

/// Percent-decoding; `None` if what comes out is not text.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (
                char::from(rest.next()?).to_digit(16)?,
                char::from(rest.next()?).to_digit(16)?,
            );
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("ts") => "text/plain; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    /// A folder with a page in it, and a server for it under `/a/b/`.
    fn page() -> (PathBuf, Server) {
        let server = Server::bind(0, "/a/b/").expect("a free port");
        let folder = std::env::temp_dir().join(format!(
            "chickadee-serve-{}-{}",
            std::process::id(),
            server.port
        ));
        fs::create_dir_all(folder.join("web")).expect("a folder");
        fs::write(folder.join("index.html"), "<p>page</p>").expect("a file");
        fs::write(folder.join("web/x y.wasm"), "plain").expect("a file");
        fs::write(folder.join("web/x y.wasm.br"), "packed").expect("a file");
        let _threads = server.start(&folder);
        (folder, server)
    }

    fn get(server: &Server, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("connects");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
        )
        .expect("sends");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("answers");
        text
    }

    #[test]
    fn serves_the_folder_and_nothing_else() {
        let (folder, server) = page();
        let index = get(&server, "/a/b/?theme=light", "");
        assert!(
            index.contains("200 OK")
                && index.contains("text/html")
                && index.ends_with("<p>page</p>"),
            "{index}"
        );
        let plain = get(&server, "/a/b/web/x%20y.wasm", "");
        assert!(
            plain.contains("application/wasm") && plain.ends_with("plain"),
            "{plain}"
        );
        let packed = get(
            &server,
            "/a/b/web/x%20y.wasm",
            "Accept-Encoding: gzip, br\r\n",
        );
        assert!(
            packed.contains("Content-Encoding: br") && packed.ends_with("packed"),
            "{packed}"
        );
        for path in [
            "/",
            "/a/b/nothing",
            "/a/b/../../etc/passwd",
            "/a/b/%2e%2e/%2e%2e/etc/passwd",
            "/a/b/%zz",
            "/a/b//etc/passwd",
        ] {
            let answer = get(&server, path, "");
            assert!(answer.contains(" 404 "), "{path}: {answer}");
        }
        fs::remove_dir_all(folder).expect("cleans up");
    }

    #[test]
    fn an_unchanged_file_is_not_sent_again() {
        let (folder, server) = page();
        let first = get(&server, "/a/b/index.html", "");
        let tag = first
            .lines()
            .find_map(|line| line.strip_prefix("ETag: "))
            .expect("a tag")
            .to_owned();
        let again = get(
            &server,
            "/a/b/index.html",
            &format!("If-None-Match: {tag}\r\n"),
        );
        assert!(again.contains(" 304 "), "{again}");
        fs::remove_dir_all(folder).expect("cleans up");
    }

    #[test]
    fn a_taken_port_is_one_sentence() {
        let first = Server::bind(0, "/").expect("a free port");
        let error = Server::bind(first.port, "/").err().expect("taken");
        assert!(
            error.contains("is taken") && !error.contains('\n'),
            "{error}"
        );
    }
}
