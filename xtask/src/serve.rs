//! A small web server for `dist/`: right types, compressed where the client likes it, many connections at once, nothing
//! outside the folder. For this machine only (it listens on 127.0.0.1).

use std::future::IntoFuture;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::{HeaderValue, header};
use tokio::runtime::Runtime;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::Outcome;

/// A server that has its port already.
pub(crate) struct Server {
    listener: TcpListener,
    port: u16,
    prefix: &'static str,
    /// Other folders, and where they seem to lie.
    beside: Vec<(&'static str, PathBuf)>,
}

impl Server {
    /// Takes a port; 0 takes any. `prefix`, which begins and ends with a slash, is the folder that the page seems to live in.
    pub(crate) fn bind(port: u16, prefix: &'static str) -> Outcome<Self> {
        let refusal = |error: std::io::Error| match error.kind() {
            ErrorKind::AddrInUse => {
                format!(
                    "Port {port} is taken: end what uses it, or choose another with `cargo xtask serve --port {}`.",
                    port.saturating_add(1)
                )
            }
            _ => format!("Port {port} cannot be used: {error}."),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refusal)?;
        listener.set_nonblocking(true).map_err(refusal)?; // the runtime waits for it, not a thread
        let port = listener.local_addr().map_err(refusal)?.port();
        Ok(Self {
            listener,
            port,
            prefix,
            beside: Vec::new(),
        })
    }

    /// Serves another folder as well, at a path that begins and ends with a slash.
    pub(crate) fn beside(mut self, path: &'static str, folder: PathBuf) -> Self {
        self.beside.push((path, folder));
        self
    }

    /// The address of the page.
    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}{}", self.port, self.prefix)
    }

    /// Answers until the program ends.
    pub(crate) fn run(self, folder: &Path) -> Outcome<()> {
        let (runtime, served) = self.served(folder)?;
        runtime
            .block_on(served)
            .map_err(|error| format!("The server has ended: {error}."))
    }

    /// Answers until what comes back is dropped.
    pub(crate) fn start(self, folder: &Path) -> Outcome<Runtime> {
        let (runtime, served) = self.served(folder)?;
        runtime.spawn(served);
        Ok(runtime)
    }

    fn served(
        self,
        folder: &Path,
    ) -> Outcome<(
        Runtime,
        impl Future<Output = std::io::Result<()>> + Send + use<>,
    )> {
        let failed = |error: std::io::Error| format!("No server can be started: {error}.");
        let runtime = Runtime::new().map_err(failed)?;
        let entered = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(self.listener).map_err(failed)?;
        drop(entered);
        let routes = route(Router::new(), self.prefix, folder);
        let beside = self.beside.iter();
        let routes = beside.fold(routes, |routes, (path, folder)| route(routes, path, folder));
        let with =
            |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
        let routes = routes
            .layer(with(header::CACHE_CONTROL, "no-cache"))
            // Pages of other servers may show a lab of this server.
            .layer(with(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        Ok((runtime, axum::serve(listener, routes).into_future()))
    }
}

/// A folder at a path.
fn route(routes: Router, path: &str, folder: &Path) -> Router {
    let files = ServeDir::new(folder).precompressed_br();
    match path {
        "/" => routes.fallback_service(files),
        path => routes.nest_service(path, files),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    /// A folder with a page in it, and a server for it under `/a/b/` with its port.
    fn page() -> (PathBuf, u16, Runtime) {
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
        let port = server.port;
        let runtime = server.start(&folder).expect("a server");
        (folder, port, runtime)
    }

    fn get(port: u16, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("connects");
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
        let (folder, port, _runtime) = page();
        let index = get(port, "/a/b/?theme=light", "");
        assert!(
            index.contains("200 OK")
                && index.contains("text/html")
                && index.ends_with("<p>page</p>"),
            "{index}"
        );
        let plain = get(port, "/a/b/web/x%20y.wasm", "");
        assert!(
            plain.contains("application/wasm") && plain.ends_with("plain"),
            "{plain}"
        );
        let packed = get(port, "/a/b/web/x%20y.wasm", "Accept-Encoding: gzip, br\r\n");
        assert!(
            packed.contains("content-encoding: br") && packed.ends_with("packed"),
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
            let answer = get(port, path, "");
            assert!(answer.contains(" 404 "), "{path}: {answer}");
        }
        fs::remove_dir_all(folder).expect("cleans up");
    }

    /// Browsers keep a handful of connections open and ask on all of them at once.
    #[test]
    fn connections_that_stay_open_keep_nobody_waiting() {
        let (folder, port, _runtime) = page();
        let connect = |_| {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("connects");
            let patience = Some(Duration::from_secs(20));
            stream.set_read_timeout(patience).expect("has a time limit");
            stream
        };
        let mut streams: Vec<TcpStream> = (0..40).map(connect).collect();
        for stream in &mut streams {
            write!(stream, "GET /a/b/ HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sends");
        }
        for (n, stream) in streams.iter().enumerate() {
            let mut line = String::new();
            let read = BufReader::new(stream).read_line(&mut line);
            assert!(line.contains("200 OK"), "connection {n}: {read:?} {line}");
        }
        fs::remove_dir_all(folder).expect("cleans up");
    }

    #[test]
    fn an_unchanged_file_is_not_sent_again() {
        let (folder, port, _runtime) = page();
        let first = get(port, "/a/b/index.html", "");
        let tag = first
            .lines()
            .find_map(|line| line.strip_prefix("etag: "))
            .expect("a tag")
            .to_owned();
        let again = get(
            port,
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
