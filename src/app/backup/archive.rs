//! A backup's file: a plain tar archive (POSIX ustar), so that it can be unpacked by hand in need, whose last entry lists
//! the SHA-256 of all others as `sha256sum -c` reads it. Written and read in one pass, whatever its length.
//!
//! Reading takes only what writing makes, byte by byte: known names in one order, headers that come out the same when
//! made again, sums that agree, zeros where there must be zeros, and nothing behind. So one changed byte anywhere is
//! noticed, a cut end too, and no name can lead out of a directory. Opens no file and knows no database.

use std::io::{self, ErrorKind, Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[cfg(test)]
mod tests;

/// The format that this program writes, and the newest that it reads.
const FORMAT: u64 = 1;

const BLOCK: usize = 512;

/// Names of the first and the last entry.
const LABEL: &str = "chinwag-backup";
const SUMS: &str = "SHA256SUMS";

/// More than a label or the sums ever have.
const SMALL_BYTES: u64 = 4 * 1024;

/// Copied at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// What the archive is made of, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The server's secret.
    Secret,
    /// The settings file, where there is one.
    Settings,
    /// The database.
    Database,
}

impl Part {
    const ALL: [Part; 3] = [Part::Secret, Part::Settings, Part::Database];

    /// Its name in the archive and in the data directory.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Secret => "secret",
            Part::Settings => "chinwag.toml",
            Part::Database => "chinwag.db",
        }
    }
}

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Label {
    format: u64,
    /// The version of the program that made it.
    pub program: String,
    /// When, in milliseconds since the epoch.
    pub taken_at: i64,
}

impl Label {
    /// Of an archive that this program makes now.
    pub fn new(taken_at: i64) -> Label {
        Label { format: FORMAT, program: env!("CARGO_PKG_VERSION").into(), taken_at }
    }

    fn seconds(&self) -> u64 {
        u64::try_from(self.taken_at / 1_000).unwrap_or(0)
    }
}

/// What is wrong with an archive, or with reading or unpacking it.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    /// It is something else, or its very beginning is broken.
    #[error("it is not a chinwag backup, or its beginning is damaged")]
    Foreign,
    /// It is of a format that came later.
    #[error("it has format {0}, this program knows up to {FORMAT}; use a newer chinwag")]
    Newer(u64),
    /// It ends before its end.
    #[error("it is damaged: it was cut short")]
    CutShort,
    /// It is not what was written.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// It could not be read.
    #[error("it cannot be read: {0}")]
    Read(#[source] io::Error),
    /// What was read could not be kept.
    #[error("cannot unpack it: {0}")]
    Keep(#[source] io::Error),
}

/// Writes an archive.
pub struct Writer<W> {
    to: W,
    seconds: u64,
    sums: String,
}

impl<W: Write> Writer<W> {
    /// Begins with the label.
    ///
    /// # Errors
    /// As all that follow: what writing says.
    pub fn begin(to: W, label: &Label) -> io::Result<Writer<W>> {
        let mut writer = Writer { to, seconds: label.seconds(), sums: String::new() };
        let mut text = serde_json::to_string(label)?;
        text.push('\n');
        writer.entry(LABEL, text.len() as u64, &mut text.as_bytes())?;
        Ok(writer)
    }

    /// Adds a part of `length` bytes, no more and no less.
    ///
    /// # Errors
    /// What reading or writing says.
    pub fn add(&mut self, part: Part, length: u64, content: &mut impl Read) -> io::Result<()> {
        self.entry(part.name(), length, content)
    }

    /// Ends with the sums. Nothing is synced.
    ///
    /// # Errors
    /// What writing says.
    pub fn finish(mut self) -> io::Result<W> {
        let sums = std::mem::take(&mut self.sums);
        self.entry(SUMS, sums.len() as u64, &mut sums.as_bytes())?;
        self.to.write_all(&[0; 2 * BLOCK])?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn entry(&mut self, name: &str, length: u64, content: &mut impl Read) -> io::Result<()> {
        self.to.write_all(&header(name, length, self.seconds))?;
        let mut sum = Sha256::new();
        let mut buffer = buffer_for(length);
        let mut left = length;
        while left > 0 {
            let some = next_of(&mut buffer, left);
            content.read_exact(some)?;
            sum.update(&*some);
            self.to.write_all(some)?;
            left -= some.len() as u64;
        }
        if content.read(&mut [0])? > 0 {
            return Err(io::Error::other(format!("{name} grew while it was read")));
        }
        self.to.write_all(&[0; BLOCK][..padding(length)])?;
        self.sums.push_str(&line_of(name, sum));
        Ok(())
    }
}

/// Reads an archive to its end. `keep` says where the content of a part of that many bytes goes; what was kept is worth
/// something only once the label is returned.
///
/// # Errors
/// [`Flaw`].
pub fn read<K: Write>(from: impl Read, mut keep: impl FnMut(Part, u64) -> io::Result<K>) -> Result<Label, Flaw> {
    let mut reader = Reader { from, sums: String::new() };
    let label = reader.label()?;
    let mut last = None;
    loop {
        let (name, length) = reader.header(label.seconds())?;
        let Some(part) = Part::ALL.into_iter().find(|part| part.name() == name && Some(*part) > last) else {
            if name == SUMS && last == Some(Part::Database) {
                reader.end(length)?;
                return Ok(label);
            }
            return Err(Flaw::Damaged(format!("{name:?} does not belong there")));
        };
        if last.is_none() && part != Part::Secret {
            return Err(Flaw::Damaged("the secret is missing".into()));
        }
        let mut kept = keep(part, length).map_err(Flaw::Keep)?;
        reader.content(part.name(), length, &mut kept)?;
        kept.flush().map_err(Flaw::Keep)?;
        last = Some(part);
    }
}

struct Reader<R> {
    from: R,
    sums: String,
}

impl<R: Read> Reader<R> {
    fn label(&mut self) -> Result<Label, Flaw> {
        let mut block = [0; BLOCK];
        self.fill(&mut block).map_err(|flaw| match flaw {
            Flaw::CutShort => Flaw::Foreign,
            other => other,
        })?;
        let (name, length, seconds) = parse(&block).ok_or(Flaw::Foreign)?;
        if name != LABEL || length > SMALL_BYTES {
            return Err(Flaw::Foreign);
        }
        let mut text = Vec::new();
        self.content(LABEL, length, &mut text)?;
        let fields: serde_json::Value = serde_json::from_slice(&text).map_err(|_| Flaw::Foreign)?;
        match fields["format"].as_u64() {
            Some(FORMAT) => {}
            Some(newer) if newer > FORMAT => return Err(Flaw::Newer(newer)),
            _ => return Err(Flaw::Foreign),
        }
        let label: Label = serde_json::from_value(fields).map_err(|_| Flaw::Foreign)?;
        if label.seconds() != seconds {
            return Err(Flaw::Damaged("its times disagree".into()));
        }
        Ok(label)
    }

    fn header(&mut self, seconds: u64) -> Result<(String, u64), Flaw> {
        let mut block = [0; BLOCK];
        self.fill(&mut block)?;
        match parse(&block) {
            Some((name, length, found)) if found == seconds => Ok((name, length)),
            _ => Err(Flaw::Damaged("a header is broken".into())),
        }
    }

    fn content(&mut self, name: &str, length: u64, kept: &mut impl Write) -> Result<(), Flaw> {
        let mut sum = Sha256::new();
        let mut buffer = buffer_for(length);
        let mut left = length;
        while left > 0 {
            let some = next_of(&mut buffer, left);
            self.fill(some)?;
            sum.update(&*some);
            kept.write_all(some).map_err(Flaw::Keep)?;
            left -= some.len() as u64;
        }
        self.zeros(padding(length))?;
        self.sums.push_str(&line_of(name, sum));
        Ok(())
    }

    /// The sums and the end.
    fn end(&mut self, length: u64) -> Result<(), Flaw> {
        if length > SMALL_BYTES {
            return Err(Flaw::Damaged("its sums are too long".into()));
        }
        let computed = std::mem::take(&mut self.sums);
        let mut written = Vec::new();
        self.content(SUMS, length, &mut written)?;
        if written != computed.as_bytes() {
            let written = String::from_utf8_lossy(&written);
            let differing = computed.lines().zip(written.lines()).find(|(computed, written)| computed != written);
            let name = differing.and_then(|(line, _)| line.split_whitespace().nth(1)).unwrap_or(SUMS);
            return Err(Flaw::Damaged(format!("{name} does not have the checksum it was written with")));
        }
        self.zeros(2 * BLOCK)?;
        match self.from.read(&mut [0]).map_err(Flaw::Read)? {
            0 => Ok(()),
            _ => Err(Flaw::Damaged("something follows its end".into())),
        }
    }

    fn zeros(&mut self, count: usize) -> Result<(), Flaw> {
        let mut block = [0; 2 * BLOCK];
        self.fill(&mut block[..count])?;
        if block.iter().any(|&byte| byte != 0) {
            return Err(Flaw::Damaged("something stands between its entries".into()));
        }
        Ok(())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Flaw> {
        self.from.read_exact(bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => Flaw::CutShort,
            _ => Flaw::Read(error),
        })
    }
}

/// No longer than what it is for.
fn buffer_for(length: u64) -> Vec<u8> {
    vec![0; usize::try_from(length).unwrap_or(usize::MAX).min(BUFFER_BYTES)]
}

/// As much of it as is still to come.
fn next_of(buffer: &mut [u8], left: u64) -> &mut [u8] {
    let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
    &mut buffer[..length]
}

/// A line as `sha256sum` writes it.
fn line_of(name: &str, sum: Sha256) -> String {
    let digits: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits}  {name}\n")
}

/// Zeros up to the next whole block.
fn padding(length: u64) -> usize {
    let over = usize::try_from(length % BLOCK as u64).expect("less than a block");
    (BLOCK - over) % BLOCK
}

/// An entry's header (POSIX.1-1988, `ustar`): a file of its owner alone, mode 0600.
fn header(name: &str, length: u64, seconds: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| block[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000600\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, &number(length));
    put(136, &number(seconds));
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    put(329, b"0000000\0");
    put(337, b"0000000\0");
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// Eleven octal digits; from 8 GiB on the binary form that GNU and BSD tar know.
fn number(value: u64) -> [u8; 12] {
    let mut field = [0; 12];
    let octal = format!("{value:011o}");
    if octal.len() == 11 {
        field[..11].copy_from_slice(octal.as_bytes());
    } else {
        field[0] = 0x80;
        field[4..].copy_from_slice(&value.to_be_bytes());
    }
    field
}

/// Name, length and time of a header that is just as [`header`] makes it; nothing of any other.
fn parse(block: &[u8; BLOCK]) -> Option<(String, u64, u64)> {
    let name = block[..100].split(|&byte| byte == 0).next().unwrap_or_default();
    let name = std::str::from_utf8(name).ok()?;
    let (length, seconds) = (number_in(&block[124..136])?, number_in(&block[136..148])?);
    (!name.is_empty() && header(name, length, seconds) == *block).then(|| (name.to_owned(), length, seconds))
}

fn number_in(field: &[u8]) -> Option<u64> {
    if field[0] == 0x80 {
        return Some(u64::from_be_bytes(field[4..12].try_into().ok()?));
    }
    u64::from_str_radix(std::str::from_utf8(&field[..11]).ok()?, 8).ok()
}
