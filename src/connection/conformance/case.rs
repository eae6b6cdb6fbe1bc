//! One case and the client that runs it: bytes out, frames in, each looked at byte by byte and nothing assumed.

use std::io::{self, Read, Write};

use crate::connection::{
    guard::client_frames::*,
    upgrade::echo::{Client, Server},
};

/// What a client sends, in order, and what it must hear in between.
pub struct Case {
    /// Its number in the suite, or what it is about.
    pub name: String,
    steps: Vec<Step>,
}

enum Step {
    /// In one write.
    Send(Vec<u8>),
    Hear(Frame),
    /// A close frame with this code, then the end of the stream.
    End(u16),
}

#[derive(Clone, PartialEq, Eq)]
struct Frame {
    first: u8,
    payload: Vec<u8>,
}

impl Case {
    pub fn new(name: impl Into<String>) -> Case {
        Case { name: name.into(), steps: Vec::new() }
    }

    pub fn sends(mut self, bytes: impl AsRef<[u8]>) -> Case {
        self.steps.push(Step::Send(bytes.as_ref().to_vec()));
        self
    }

    /// In writes of so many bytes each.
    pub fn sends_by(mut self, octets: usize, bytes: impl AsRef<[u8]>) -> Case {
        self.steps.extend(bytes.as_ref().chunks(octets).map(|piece| Step::Send(piece.to_vec())));
        self
    }

    /// The next frame from the server, by its first byte (FIN and opcode).
    pub fn hears(mut self, first: u8, payload: impl AsRef<[u8]>) -> Case {
        self.steps.push(Step::Hear(Frame { first, payload: payload.as_ref().to_vec() }));
        self
    }

    /// The server closes with this code.
    pub fn ends_with(mut self, code: u16) -> Case {
        self.steps.push(Step::End(code));
        self
    }

    /// The client closes, and is answered.
    pub fn says_goodbye(self) -> Case {
        self.sends(close(1000, b"")).ends_with(1000)
    }

    pub fn run(&self, server: &Server) -> Result<(), String> {
        let mut client = server.connect();
        client.0.set_nodelay(true).unwrap();
        let head = client.ask("GET", "/", &[]);
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        for (number, step) in self.steps.iter().enumerate() {
            step.take(&mut client).map_err(|problem| format!("{}, step {}: {problem}", self.name, number + 1))?;
        }
        Ok(())
    }
}

impl Step {
    fn take(&self, client: &mut Client) -> Result<(), String> {
        match self {
            Step::Send(bytes) => client.0.write_all(bytes).map_err(|error| format!("not taken: {error}")),
            Step::Hear(wanted) => match next_frame(client)? {
                Some(heard) if heard == *wanted => Ok(()),
                heard => Err(format!("heard {} instead of {}", describe(heard.as_ref()), describe(Some(wanted)))),
            },
            Step::End(code) => {
                let heard = next_frame(client)?;
                let said = heard.as_ref().filter(|frame| frame.first == CLOSE).map(|frame| frame.payload.as_slice());
                if !said.is_some_and(|payload| payload.starts_with(&code.to_be_bytes())) {
                    return Err(format!("heard {} instead of a close frame with {code}", describe(heard.as_ref())));
                }
                match next_frame(client)? {
                    None => Ok(()),
                    more => Err(format!("heard {} after the close frame", describe(more.as_ref()))),
                }
            }
        }
    }
}

/// `None` at the end of the stream.
fn next_frame(client: &mut Client) -> Result<Option<Frame>, String> {
    let mut first = [0];
    match client.0.read(&mut first) {
        Ok(0) => return Ok(None),
        Ok(_) => {}
        Err(error) => return Err(format!("heard nothing: {error}")),
    }
    let frame = rest_of_frame(client).map_err(|error| format!("heard half a frame: {error}"))?;
    let (length, written_in) = (frame.payload.len(), frame.length_bytes);
    let shortest = match length {
        0..=125 => 0,
        126..=65_535 => 2,
        _ => 8,
    };
    match first[0] {
        0x81 | 0x82 | 0x88..=0x8a if !frame.is_masked && written_in == shortest => {
            Ok(Some(Frame { first: first[0], payload: frame.payload }))
        }
        _ => Err(format!("heard {:#x} with {length} bytes in a form no server may send", first[0])),
    }
}

struct Rest {
    is_masked: bool,
    length_bytes: usize,
    payload: Vec<u8>,
}

fn rest_of_frame(client: &mut Client) -> io::Result<Rest> {
    let mut short = [0];
    client.0.read_exact(&mut short)?;
    let length_bytes = match short[0] & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let mut length = [0; 8];
    client.0.read_exact(&mut length[8 - length_bytes..])?;
    let length = if length_bytes == 0 { u64::from(short[0] & 0x7f) } else { u64::from_be_bytes(length) };
    let mut payload = Vec::new();
    (&client.0).take(length).read_to_end(&mut payload)?;
    if payload.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Rest { is_masked: short[0] & 0x80 != 0, length_bytes, payload })
}

fn describe(frame: Option<&Frame>) -> String {
    let Some(Frame { first, payload }) = frame else { return "the end of the stream".into() };
    let shown = payload[..payload.len().min(16)].escape_ascii();
    format!("{first:#x} with {} bytes \"{shown}\"", payload.len())
}
