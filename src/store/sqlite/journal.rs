//! A look at the journal before SQLite reads it. SQLite takes the first frame whose checksum fails for the end, which is
//! right after a power loss and silently drops acknowledged messages after any other damage; then it writes over them.
//! Here the two are told apart. Nothing is repaired, nothing is changed, and nothing of the content is understood.
//!
//! Every commit is synced before the next one is written, and the header before the first frame. So a power loss can
//! only harm the frames of the last commit: a broken frame with a whole later commit behind it was harmed otherwise. What
//! cannot be told is harm in the last commit alone, and a cut end. The layout is SQLite's, "WAL-mode file format" in
//! <https://sqlite.org/fileformat2.html>.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// First word of a header whose checksums read words as little-endian; with the last bit set, as big-endian.
const MAGIC: u32 = 0x377f_0682;

/// What disks write as a whole at least.
const SECTOR_BYTES: usize = 512;

/// Sizes of a page that there are.
const PAGE_BYTES: RangeInclusive<usize> = 512..=65_536;

/// Read at a time: 256 KiB, some sixty frames.
const BUFFER_BYTES: usize = 256 * 1024;

/// Refuses a database whose journal is damaged. No journal, or an empty one, is a whole one.
///
/// # Errors
/// [`StoreError::Damaged`] with the journal's name; [`StoreError::Database`] when it could not be read.
pub fn require_whole(database: &Path) -> Result<(), StoreError> {
    let path = journal_of(database);
    let found = match File::open(&path) {
        Ok(file) => find_damage(BufReader::with_capacity(BUFFER_BYTES, file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    match found {
        Ok(None) => Ok(()),
        Ok(Some(damage)) => Err(StoreError::Damaged { path, reason: damage.to_string() }),
        Err(error) => Err(StoreError::Database(Box::new(error))),
    }
}

/// SQLite's name for a database's journal.
fn journal_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// What no power loss leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Damage {
    /// The header is none, and something follows it.
    #[error("its header is broken")]
    Header,
    /// This frame, counted from 0, is broken, and a later commit lies behind it.
    #[error("frame {0} is broken, and later changes lie behind it")]
    Frame(u64),
}

/// Two running sums over pairs of words.
type Sums = (u32, u32);

/// How a generation of the journal is recognised and summed.
struct Header {
    is_big_endian: bool,
    page_bytes: usize,
    salts: [u8; 8],
    sums: Sums,
}

impl Header {
    fn parse(bytes: &[u8; HEADER_BYTES]) -> Option<Header> {
        let magic = word(bytes, 0);
        if magic & !1 != MAGIC {
            return None;
        }
        let is_big_endian = magic & 1 == 1;
        let sums = add((0, 0), &bytes[..24], is_big_endian);
        if sums != (word(bytes, 24), word(bytes, 28)) {
            return None;
        }
        let salts = bytes[16..24].try_into().expect("eight bytes");
        let page_bytes = usize::try_from(word(bytes, 8)).ok().filter(|bytes| PAGE_BYTES.contains(bytes))?;
        Some(Header { is_big_endian, page_bytes, salts, sums })
    }

    fn has_salts_of(&self, frame: &[u8]) -> bool {
        frame[8..16] == self.salts
    }

    /// The sums of a frame that follows one of these sums.
    fn sums_after(&self, before: Sums, frame: &[u8]) -> Sums {
        let sums = add(before, &frame[..8], self.is_big_endian);
        add(sums, &frame[FRAME_HEADER_BYTES..], self.is_big_endian)
    }
}

/// Walks the journal once, from its beginning.
fn find_damage(mut journal: impl Read) -> io::Result<Option<Damage>> {
    let mut header = [0; HEADER_BYTES];
    if !fill(&mut journal, &mut header)? {
        return Ok(None);
    }
    let Some(header) = Header::parse(&header) else {
        // A header that was never written is followed by nothing: it is synced before the first frame is.
        return Ok(holds_something(journal)?.then_some(Damage::Header));
    };
    let mut frame = vec![0; FRAME_HEADER_BYTES + header.page_bytes];
    let mut before = header.sums;
    let mut broken = None;
    // Whether the frame before belongs to this generation and ends a commit, at or behind the first broken frame.
    let mut ends_commit = false;
    let mut number = 0;
    while fill(&mut journal, &mut frame)? {
        let is_ours = header.has_salts_of(&frame);
        let follows = is_ours && header.sums_after(before, &frame) == (word(&frame, 16), word(&frame, 20));
        match broken {
            None if !follows => broken = Some(number),
            // It was written when the commit before it was, and that one lies at or behind the broken frame. What a
            // failed or undone transaction left there may have our salts, but follows from no commit that was kept.
            Some(first) if follows && ends_commit => return Ok(Some(Damage::Frame(first))),
            _ => {}
        }
        // A frame's header on two sectors may be half old after a power loss: then only its sum shows that it is whole.
        let is_whole = follows || lies_in_one_sector(number, frame.len());
        ends_commit = broken.is_some() && is_ours && is_whole && word(&frame, 4) != 0;
        before = (word(&frame, 16), word(&frame, 20));
        number += 1;
    }
    Ok(None)
}

/// Whether the header of this frame was written as a whole or not at all.
fn lies_in_one_sector(number: u64, frame_bytes: usize) -> bool {
    let sector = SECTOR_BYTES as u64;
    let start = (HEADER_BYTES as u64 + number * frame_bytes as u64) % sector;
    start + FRAME_HEADER_BYTES as u64 <= sector
}

/// Fills `part`, or says that the journal ends before.
fn fill(journal: &mut impl Read, part: &mut [u8]) -> io::Result<bool> {
    match journal.read_exact(part) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn holds_something(mut journal: impl Read) -> io::Result<bool> {
    let mut part = vec![0; BUFFER_BYTES];
    loop {
        match journal.read(&mut part)? {
            0 => return Ok(false),
            count if part[..count].iter().any(|&byte| byte != 0) => return Ok(true),
            _ => {}
        }
    }
}

/// Everything but the summed words is big-endian.
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn add((mut one, mut other): Sums, bytes: &[u8], is_big_endian: bool) -> Sums {
    let read = if is_big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
    for pair in bytes.chunks_exact(8) {
        let (first, second) = pair.split_at(4);
        one = one.wrapping_add(read(first.try_into().expect("four bytes"))).wrapping_add(other);
        other = other.wrapping_add(read(second.try_into().expect("four bytes"))).wrapping_add(one);
    }
    (one, other)
}

#[cfg(test)]
mod tests {
    use super::super::open::open;
    use super::*;

    const PAGE: usize = 512;
    const FRAME: usize = FRAME_HEADER_BYTES + PAGE;

    /// A journal as SQLite writes it.
    struct Journal {
        bytes: Vec<u8>,
        salt: u32,
        sums: Sums,
    }

    impl Journal {
        fn new(salt: u32) -> Journal {
            let words = [MAGIC | 1, 3_007_000, PAGE as u32, 0, salt, 77];
            let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            let sums = add((0, 0), &bytes, true);
            bytes.extend([sums.0, sums.1].iter().flat_map(|word| word.to_be_bytes()));
            Journal { bytes, salt, sums }
        }

        /// A commit of so many frames.
        fn commit(mut self, frames: usize) -> Journal {
            for number in 1..=frames {
                self.frame(number as u32, if number == frames { 40 } else { 0 });
            }
            self
        }

        fn frame(&mut self, page: u32, pages_after_commit: u32) {
            let content = vec![page as u8 ^ 0x5a; PAGE];
            let start: Vec<u8> = [page, pages_after_commit].iter().flat_map(|word| word.to_be_bytes()).collect();
            self.sums = add(add(self.sums, &start, true), &content, true);
            self.bytes.extend(start);
            let words = [self.salt, 77, self.sums.0, self.sums.1];
            self.bytes.extend(words.iter().flat_map(|word| word.to_be_bytes()));
            self.bytes.extend(content);
        }

        fn flip(mut self, frame: usize, byte: usize) -> Journal {
            self.bytes[HEADER_BYTES + frame * FRAME + byte] ^= 1;
            self
        }

        /// A new generation over the beginning of this one.
        fn restarted(mut self, newer: Journal) -> Journal {
            self.bytes[..newer.bytes.len()].copy_from_slice(&newer.bytes);
            self
        }

        fn damage(&self) -> Option<Damage> {
            find_damage(self.bytes.as_slice()).unwrap()
        }
    }

    fn three_commits() -> Journal {
        Journal::new(5).commit(3).commit(1).commit(2)
    }

    #[test]
    fn an_empty_a_whole_and_a_cut_journal_are_taken_as_they_are() {
        assert_eq!(find_damage(io::empty()).unwrap(), None);
        assert_eq!(find_damage([0; 4096].as_slice()).unwrap(), None);
        let whole = three_commits().bytes;
        for length in 0..=whole.len() {
            assert_eq!(find_damage(&whole[..length]).unwrap(), None, "{length}");
        }
    }

    #[test]
    fn a_power_loss_in_the_last_commit_is_no_damage() {
        for frame in [4, 5] {
            for byte in [0, 9, 17, 100] {
                assert_eq!(three_commits().flip(frame, byte).damage(), None, "{frame} {byte}");
            }
        }
        // Sectors of it that were never written, in any choice.
        let start = (HEADER_BYTES + 4 * FRAME).next_multiple_of(SECTOR_BYTES);
        for choice in 0..8_usize {
            let mut journal = three_commits();
            let mut sectors = journal.bytes[start..].chunks_mut(SECTOR_BYTES).enumerate();
            sectors.by_ref().filter(|(number, _)| choice >> number & 1 == 1).for_each(|(_, sector)| sector.fill(0xff));
            assert_eq!(journal.damage(), None, "{choice}");
        }
    }

    #[test]
    fn a_broken_frame_before_the_last_commit_is_damage() {
        for frame in 0..3 {
            for byte in [0, 5, 9, 17, 100] {
                let damage = three_commits().flip(frame, byte).damage();
                assert_eq!(damage, Some(Damage::Frame(frame as u64)), "{frame} {byte}");
            }
        }
        // The page of the one before the last commit; in its header the break could be the last commit's own.
        assert_eq!(three_commits().flip(3, 100).damage(), Some(Damage::Frame(3)));
    }

    #[test]
    fn a_broken_header_with_frames_behind_it_is_damage() {
        let mut journal = three_commits();
        journal.bytes[17] ^= 1;
        assert_eq!(journal.damage(), Some(Damage::Header));
        journal.bytes.truncate(HEADER_BYTES);
        assert_eq!(journal.damage(), None);
    }

    #[test]
    fn what_an_older_generation_left_behind_is_no_damage() {
        let old = || Journal::new(4).commit(3).commit(3).commit(3);
        assert_eq!(old().restarted(three_commits()).damage(), None);
        assert_eq!(old().restarted(Journal::new(5)).damage(), None);
        assert_eq!(old().restarted(three_commits().flip(5, 100)).damage(), None);
        assert_eq!(old().restarted(three_commits().flip(1, 100)).damage(), Some(Damage::Frame(1)));
    }

    #[test]
    fn what_a_failed_transaction_left_behind_is_no_damage() {
        // A long commit that failed at its sync was written over by a shorter one, which then lost its power.
        let failed = || Journal::new(5).commit(2).commit(6);
        let mut next = Journal::new(5).commit(2);
        next.frame(9, 0);
        next.frame(8, 41);
        assert_eq!(failed().restarted(next).damage(), None);
        let mut torn = Journal::new(5).commit(2);
        torn.frame(9, 0);
        torn.frame(8, 41);
        assert_eq!(failed().restarted(torn.flip(2, 100)).damage(), None);
    }

    #[test]
    fn the_journal_of_sqlite_itself_is_whole_and_its_harm_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.db");
        let (_writer, _readers) = open(&path, b"secret", 1).unwrap();
        let copy = folder.path().join("copy.db");
        let mut journal = std::fs::read(journal_of(&path)).unwrap();
        std::fs::write(journal_of(&copy), &journal).unwrap();
        assert!(require_whole(&copy).is_ok() && require_whole(&folder.path().join("none.db")).is_ok());
        journal[1_000] ^= 1;
        std::fs::write(journal_of(&copy), &journal).unwrap();
        let error = require_whole(&copy).unwrap_err().to_string();
        assert!(error.contains("copy.db-wal is damaged: stop chinwag and restore"), "{error}");
    }
}
