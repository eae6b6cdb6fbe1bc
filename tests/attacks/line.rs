//! A connection that is kept: request after request on one socket, as a browser has it and as whoever wants to ask much.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::*;

/// One of them.
pub struct Line {
    stream: TcpStream,
    server: Server,
    came: Vec<u8>,
}

impl Line {
    /// Opens one from a loopback address.
    pub async fn open(server: &Server, from: Ipv4Addr) -> Line {
        let stream = connect(server.address(), from).await.unwrap();
        Line { stream, server: server.clone(), came: Vec::new() }
    }

    /// POSTs JSON as the program's own page would.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.server.address(),
            self.server.origin(),
            body.len()
        );
        self.stream.write_all((head + &body).as_bytes()).await.unwrap();
        tokio::time::timeout(SOON, self.answer()).await.unwrap_or_else(|_| panic!("no answer to {path}"))
    }

    /// The next answer, which says how long it is.
    async fn answer(&mut self) -> Answer {
        loop {
            if let Some(end) = whole(&self.came) {
                let answer = Answer::parse(&self.came[..end]).expect("an answer");
                self.came.drain(..end);
                return answer;
            }
            let mut bytes = [0; 4096];
            let count = self.stream.read(&mut bytes).await.unwrap();
            assert!(count > 0, "the connection ended: {}", String::from_utf8_lossy(&self.came));
            self.came.extend_from_slice(&bytes[..count]);
        }
    }
}

/// Where the first answer in `bytes` ends, if all of it is there.
fn whole(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).unwrap().to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    let end = head + length.expect("an answer to JSON says how long it is");
    (bytes.len() >= end).then_some(end)
}
