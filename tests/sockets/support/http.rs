//! HTTP by hand: one request a connection, every header as the test wants it.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::SOON;

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// Without headers (but `Host` and `Connection`) and body.
    pub fn new(method: &str, path: &str) -> Request {
        Request { method: method.into(), path: path.into(), headers: Vec::new(), body: None }
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A JSON body.
    pub fn json(self, body: &Value) -> Request {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    /// Any body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = Some(body.into());
        self
    }

    /// Sends it from this loopback address.
    pub async fn send(self, server: SocketAddr, from: Ipv4Addr) -> Answer {
        let what = format!("{} {}", self.method, self.path);
        match tokio::time::timeout(SOON, self.exchange(server, from)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => panic!("{what}: {error}"),
            Err(_) => panic!("{what}: no answer"),
        }
    }

    /// The same, for a server that may be going away at this moment.
    pub async fn exchange(self, server: SocketAddr, from: Ipv4Addr) -> std::io::Result<Answer> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &self.body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut stream = connect(server, from).await?;
        stream.write_all(head.as_bytes()).await?;
        if let Some(body) = &self.body {
            // A server that refuses by the head alone may not read the body.
            let _ = stream.write_all(body).await;
        }
        let mut bytes = Vec::new();
        if let Err(error) = stream.read_to_end(&mut bytes).await
            && bytes.is_empty()
        {
            return Err(error);
        }
        Answer::parse(&bytes).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}

/// A connection from a loopback address of the test's choice, because the program counts tries by address.
pub async fn connect(server: SocketAddr, from: Ipv4Addr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// As they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked from its chunks.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads a whole one.
    pub fn parse(bytes: &[u8]) -> Option<Answer> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Answer { status, headers, body: bytes[end + 4..].to_vec() };
        if answer.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            answer.body = unchunk(&answer.body)?;
        } else if let Some(length) = answer.header("content-length") {
            let is_whole = length.parse() == Ok(answer.body.len());
            if !is_whole {
                return None;
            }
        }
        Some(answer)
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }

    /// The whole `Set-Cookie` of this cookie.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let mut cookies = self.headers.iter().filter(|(other, _)| other == "set-cookie").map(|(_, value)| &**value);
        cookies.find(|cookie| cookie.starts_with(&format!("{name}=")))
    }

    /// The value of a cookie it sets.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let (_, value) = self.set_cookie(name)?.split(';').next()?.split_once('=')?;
        Some(value)
    }

    /// Its body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Its body, if the status is `status`.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A refusal with this status and code; its body.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let body = self.ok(status);
        assert_eq!(body["code"], code, "{body}");
        assert!(body["message"].as_str().is_some_and(|sentence| sentence.len() > 5), "{body}");
        body
    }
}

fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).ok()?.trim(), 16).ok()?;
        bytes = &bytes[end + 2..];
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(bytes.get(..length)?);
        bytes = bytes.get(length + 2..)?;
    }
}
