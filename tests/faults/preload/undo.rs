//! Taking back writes that were never synced, from the records that `faults.c` keeps: what stands in for a power loss
//! where no file system of one's own can be mounted.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Five numbers before each record's bytes, as `faults.c` writes them.
const HEAD: usize = 40;
const SYNC: i64 = 1;

struct Record<'a> {
    kind: i64,
    file: i64,
    at: u64,
    length_before: u64,
    bytes: &'a [u8],
}

/// Takes back, newest first, what was written to the database and its journal since each was synced; how many writes
/// that were. Empties the records.
pub fn drop_unsynced(records: &Path, database: &Path) -> io::Result<usize> {
    let kept = fs::read(records)?;
    let mut journal = database.as_os_str().to_owned();
    journal.push("-wal");
    let mut index = database.as_os_str().to_owned();
    index.push("-shm");
    let mut dropped = 0;
    for (number, path) in [(0, database.to_owned()), (1, PathBuf::from(journal))] {
        let of_file: Vec<Record<'_>> = parse(&kept).into_iter().filter(|record| record.file == number).collect();
        let unsynced = of_file.into_iter().rev().take_while(|record| record.kind != SYNC);
        let Ok(file) = OpenOptions::new().write(true).open(&path) else { continue };
        for record in unsynced {
            file.write_all_at(record.bytes, record.at)?;
            file.set_len(record.length_before)?;
            dropped += 1;
        }
    }
    // The index of the journal lives in memory alone.
    let _ = fs::remove_file(index);
    OpenOptions::new().write(true).truncate(true).open(records)?;
    Ok(dropped)
}

/// A record cut short by the end of its process was not followed by its write.
fn parse(mut kept: &[u8]) -> Vec<Record<'_>> {
    let mut records = Vec::new();
    while kept.len() >= HEAD {
        let number = |place: usize| i64::from_ne_bytes(kept[place * 8..place * 8 + 8].try_into().expect("eight bytes"));
        let unsigned = |place: usize| u64::try_from(number(place)).unwrap_or(0);
        let end = HEAD + usize::try_from(unsigned(3)).unwrap_or(usize::MAX - HEAD);
        if kept.len() < end {
            break;
        }
        let bytes = &kept[HEAD..end];
        records.push(Record { kind: number(0), file: number(1), at: unsigned(2), length_before: unsigned(4), bytes });
        kept = &kept[end..];
    }
    records
}
