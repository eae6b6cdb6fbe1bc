//! A WebSocket (RFC 6455) over a blocking socket, from the client's side. Shares no code with the server.

use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::http::read_head;

/// An open WebSocket.
#[derive(Debug)]
pub struct Socket {
    stream: TcpStream,
    received: Vec<u8>,
    /// Text frames so far that are not complete yet.
    fragments: Vec<u8>,
}

/// What came.
#[derive(Debug)]
pub enum Came {
    /// A text message, as JSON.
    Frame(Value),
    /// Nothing within the time asked for.
    Nothing,
    /// The other side closed, with this code if it said one.
    Closed(Option<u16>),
}

/// How long connecting, the handshake and one write may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The masking key: RFC 6455 wants unpredictable ones against broken proxies, of which there are none here.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

impl Socket {
    /// Connects and upgrades with a bearer token.
    ///
    /// # Errors
    /// What the socket says; `PermissionDenied` with the status if the upgrade was refused.
    pub fn open(address: SocketAddr, token: &str) -> io::Result<Socket> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let request = format!(
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: chinwag.v1\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes())?;
        let mut reader = BufReader::new(&stream);
        let (status, headers) = read_head(&mut reader)?;
        if status != 101 {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, format!("upgrade refused: {status}")));
        }
        let accepted = headers.iter().any(|(name, value)| {
            // The answer to the sample key of RFC 6455 §1.3.
            name == "sec-websocket-accept" && value == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        });
        if !accepted {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "wrong Sec-WebSocket-Accept"));
        }
        let received = reader.buffer().to_vec();
        drop(reader);
        Ok(Socket { stream, received, fragments: Vec::new() })
    }

    /// Sends a JSON text frame.
    ///
    /// # Errors
    /// What the socket says.
    pub fn send(&mut self, frame: &Value) -> io::Result<()> {
        self.write_frame(TEXT, frame.to_string().as_bytes())
    }

    /// The bytes that [`Self::send`] would write, for cutting them.
    pub fn bytes_of(frame: &Value) -> Vec<u8> {
        frame_bytes(TEXT, frame.to_string().as_bytes())
    }

    /// Writes bytes as they are.
    ///
    /// # Errors
    /// What the socket says.
    pub fn write_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    fn write_frame(&mut self, opcode: u8, payload: &[u8]) -> io::Result<()> {
        self.stream.write_all(&frame_bytes(opcode, payload))
    }

    /// The next text message, waiting at most `patience` for its first byte. Pings are answered by themselves.
    ///
    /// # Errors
    /// What the socket says; `InvalidData` for what is no WebSocket.
    pub fn next(&mut self, patience: Duration) -> io::Result<Came> {
        let until = Instant::now() + patience;
        loop {
            if let Some(came) = self.take_message()? {
                return Ok(came);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Came::Nothing);
            }
            if self.read_some(left, 16 * 1024)? == Some(0) {
                return Ok(Came::Closed(None));
            }
        }
    }

    /// Reads at most `most` bytes into the buffer; `None` after `patience` without any.
    pub fn read_some(&mut self, patience: Duration, most: usize) -> io::Result<Option<usize>> {
        // A timeout of zero means none.
        self.stream.set_read_timeout(Some(patience.max(Duration::from_micros(100))))?;
        let mut buffer = [0; 16 * 1024];
        let most = most.min(buffer.len());
        match self.stream.read(&mut buffer[..most]) {
            Ok(count) => {
                self.received.extend_from_slice(&buffer[..count]);
                Ok(Some(count))
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn take_message(&mut self) -> io::Result<Option<Came>> {
        while let Some((is_final, opcode, payload)) = self.take_frame()? {
            match opcode {
                TEXT | 0 => {
                    self.fragments.extend_from_slice(&payload);
                    if is_final {
                        let bytes = std::mem::take(&mut self.fragments);
                        let frame = serde_json::from_slice(&bytes)
                            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
                        return Ok(Some(Came::Frame(frame)));
                    }
                }
                PING => self.write_frame(PONG, &payload)?,
                PONG => {}
                CLOSE => {
                    let code = payload.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]]));
                    // The courtesy is optional; the other side may be gone.
                    let _ = self.write_frame(CLOSE, &payload);
                    return Ok(Some(Came::Closed(code)));
                }
                _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "an opcode that was not agreed on")),
            }
        }
        Ok(None)
    }

    fn take_frame(&mut self) -> io::Result<Option<(bool, u8, Vec<u8>)>> {
        let bytes = &self.received;
        if bytes.len() < 2 {
            return Ok(None);
        }
        if bytes[0] & 0x70 != 0 || bytes[1] & 0x80 != 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "reserved bits or a masked frame from the server"));
        }
        let (length, head) = match bytes[1] {
            126 if bytes.len() < 4 => return Ok(None),
            126 => (usize::from(u16::from_be_bytes([bytes[2], bytes[3]])), 4),
            127 if bytes.len() < 10 => return Ok(None),
            127 => {
                let length = u64::from_be_bytes(bytes[2..10].try_into().expect("eight bytes"));
                (usize::try_from(length).map_err(io::Error::other)?, 10)
            }
            short => (usize::from(short), 2),
        };
        if bytes.len() < head + length {
            return Ok(None);
        }
        let (is_final, opcode) = (bytes[0] & 0x80 != 0, bytes[0] & 0x0f);
        let payload = bytes[head..head + length].to_vec();
        self.received.drain(..head + length);
        Ok(Some((is_final, opcode, payload)))
    }
}

fn frame_bytes(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80 | opcode];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | u8::try_from(short).expect("at most 125")),
        middle @ 126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&u16::try_from(middle).expect("at most 65,535").to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}
