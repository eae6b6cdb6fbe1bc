//! What `secure_delete` leaves behind. SQLite zeroes a row that is deleted, but not the copy that stays when it moves a row
//! to a neighbouring page to balance the tree: `rebuildPage` of its btree.c leaves the bytes between a page's pointers and
//! its rows as they were. Such a copy of a message would outlive the message's deletion. So the writer reaches the
//! database file through a thin layer over the system's own: whenever a page goes into the file, the bytes of it that
//! belong to nothing are zeroed. Never touches the journal (its checksums are made before), a row, or a page that does not
//! look like one of a tree in every respect. The layout is SQLite's, "B-tree Pages" in
//! <https://sqlite.org/fileformat2.html>.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::{Mutex, OnceLock, PoisonError};

use rusqlite::ffi;

/// The layer's name for SQLite.
pub const LAYER: &CStr = c"chinwag";

/// Bytes of the file's own header on its first page.
const FILE_HEADER_BYTES: usize = 100;

/// An overflow page begins with the number of the next one. In files from 128 GiB on that could look like a tree's page,
/// so from half of that on everything is written as it is.
const FILE_MAX_BYTES: i64 = 1 << 36;

/// The system's own layer, and ours over it.
struct Layers {
    system: *mut ffi::sqlite3_vfs,
}

// SAFETY: SQLite's layers are registered for the life of the process and are used by all of its threads.
unsafe impl Send for Layers {}
unsafe impl Sync for Layers {}

static LAYERS: OnceLock<Layers> = OnceLock::new();

/// How files are read and written: the system's table, and ours with another way to write. One for each locking style.
struct Methods {
    system: *const ffi::sqlite3_io_methods,
    ours: &'static ffi::sqlite3_io_methods,
}

// SAFETY: both are constant for the life of the process.
unsafe impl Send for Methods {}

static METHODS: Mutex<Vec<Methods>> = Mutex::new(Vec::new());

/// The system's way to write. All its tables share it.
static WRITE: OnceLock<
    unsafe extern "C" fn(*mut ffi::sqlite3_file, *const c_void, c_int, ffi::sqlite3_int64) -> c_int,
> = OnceLock::new();

/// Makes the layer known to SQLite under [`LAYER`].
pub fn register() {
    LAYERS.get_or_init(|| {
        // SAFETY: the system's layer is there as long as the process; ours is a copy of it that is never freed, with a
        // name that lives for ever. SQLite reads both and changes only the links between them.
        unsafe {
            let system = ffi::sqlite3_vfs_find(ptr::null());
            assert!(!system.is_null(), "SQLite has a layer over the system");
            let mut ours = *system;
            ours.zName = LAYER.as_ptr();
            ours.pNext = ptr::null_mut();
            ours.xOpen = Some(open);
            let code = ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 0);
            assert_eq!(code, ffi::SQLITE_OK, "a layer with a name of its own can be registered");
            Layers { system }
        }
    });
}

/// As the system opens; the database file is then written in our way.
unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let Some(Layers { system }) = LAYERS.get() else { return ffi::SQLITE_CANTOPEN };
    // SAFETY: called by SQLite with what the system's own function takes; that fills `file`, whose first field is a
    // pointer to its table of methods.
    unsafe {
        let Some(open) = (**system).xOpen else { return ffi::SQLITE_CANTOPEN };
        let code = open(*system, name, file, flags, flags_out);
        if code == ffi::SQLITE_OK && flags & ffi::SQLITE_OPEN_MAIN_DB != 0 && !(*file).pMethods.is_null() {
            (*file).pMethods = ours_over((*file).pMethods);
        }
        code
    }
}

/// Our table over one of the system's.
///
/// # Safety
/// `system` is a table that lives as long as the process.
unsafe fn ours_over(system: *const ffi::sqlite3_io_methods) -> *const ffi::sqlite3_io_methods {
    let mut methods = METHODS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = methods.iter().find(|known| known.system == system) {
        return known.ours;
    }
    // SAFETY: as the caller says.
    let mut ours = unsafe { *system };
    let Some(write_by_system) = ours.xWrite else { return system };
    if *WRITE.get_or_init(|| write_by_system) as usize != write_by_system as usize {
        return system;
    }
    ours.xWrite = Some(write);
    let ours = Box::leak(Box::new(ours));
    methods.push(Methods { system, ours });
    ours
}

/// As the system writes, without leftovers.
unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    data: *const c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let Some(write) = WRITE.get() else { return ffi::SQLITE_IOERR_WRITE };
    // SAFETY: called by SQLite with an open file and `amount` bytes at `data`, which are only read.
    unsafe {
        let bytes = std::slice::from_raw_parts(data.cast::<u8>(), usize::try_from(amount).unwrap_or_default());
        match without_leftovers(bytes, offset == 0) {
            Some(clean) if is_small(file) => write(file, clean.as_ptr().cast(), amount, offset),
            _ => write(file, data, amount, offset),
        }
    }
}

/// # Safety
/// `file` is open.
unsafe fn is_small(file: *mut ffi::sqlite3_file) -> bool {
    let mut size = i64::MAX;
    // SAFETY: as the caller says.
    unsafe {
        match (*(*file).pMethods).xFileSize {
            Some(size_of) => size_of(file, &raw mut size) == ffi::SQLITE_OK && size < FILE_MAX_BYTES,
            None => false,
        }
    }
}

/// A tree's page with zeros where nothing is; `None` for anything else, and where there are zeros already.
fn without_leftovers(page: &[u8], is_first: bool) -> Option<Vec<u8>> {
    if !(512..=65_536).contains(&page.len()) || !page.len().is_power_of_two() {
        return None;
    }
    let head = if is_first { FILE_HEADER_BYTES } else { 0 };
    let number = |at: usize| Some(usize::from(u16::from_be_bytes(page.get(at..at + 2)?.try_into().ok()?)));
    let header_bytes = match page.get(head)? {
        2 | 5 => 12,
        10 | 13 => 8,
        _ => return None,
    };
    let pointers = head + header_bytes;
    let rows = number(head + 3)?;
    // 65,536 does not fit its two bytes.
    let content = Some(number(head + 5)?).filter(|start| *start > 0).unwrap_or(65_536);
    let pointers_end = pointers + 2 * rows;
    let free = number(head + 1)?;
    let is_tree = pointers_end <= content
        && content <= page.len()
        && (free == 0 || (content..page.len()).contains(&free))
        && (0..rows).all(|row| number(pointers + 2 * row).is_some_and(|at| (content..page.len()).contains(&at)));
    if !is_tree || page[pointers_end..content].iter().all(|byte| *byte == 0) {
        return None;
    }
    let mut clean = page.to_vec();
    clean[pointers_end..content].fill(0);
    Some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of a table with rows at these places, and something everywhere.
    fn leaf(rows: &[u16], content: u16, bytes: usize) -> Vec<u8> {
        let mut page = vec![0xaa; bytes];
        page[..8].fill(0);
        page[0] = 13;
        page[3..5].copy_from_slice(&u16::try_from(rows.len()).unwrap().to_be_bytes());
        page[5..7].copy_from_slice(&content.to_be_bytes());
        for (number, row) in rows.iter().enumerate() {
            page[8 + 2 * number..10 + 2 * number].copy_from_slice(&row.to_be_bytes());
        }
        page
    }

    #[test]
    fn what_lies_between_the_pointers_and_the_rows_of_a_tree_is_zeroed_and_nothing_else() {
        let page = leaf(&[900, 1_000], 900, 1_024);
        let clean = without_leftovers(&page, false).unwrap();
        assert!(clean[12..900].iter().all(|byte| *byte == 0));
        assert_eq!((&clean[..12], &clean[900..]), (&page[..12], &page[900..]));
        assert_eq!(without_leftovers(&clean, false), None);
    }

    #[test]
    fn the_first_page_keeps_the_files_own_header() {
        let mut page = vec![0xaa; 100];
        page.extend(leaf(&[900], 900, 924));
        let clean = without_leftovers(&page, true).unwrap();
        assert!(clean[110..900].iter().all(|byte| *byte == 0));
        assert_eq!((&clean[..110], &clean[900..]), (&page[..110], &page[900..]));
    }

    #[test]
    fn whatever_does_not_look_like_a_trees_page_in_every_respect_is_left_alone() {
        let good = || leaf(&[900, 1_000], 900, 1_024);
        let with = |at: usize, bytes: &[u8]| {
            let mut page = good();
            page[at..at + bytes.len()].copy_from_slice(bytes);
            page
        };
        let strange = [
            with(0, &[0]),
            with(0, &[7]),
            with(3, &[0xff, 0xff]),
            with(5, &[0, 4]),
            with(5, &[0xff, 0xff]),
            with(8, &[0, 20]),
            with(1, &[0, 20]),
            good()[..1_000].to_vec(),
            vec![0; 1_024],
            Vec::new(),
        ];
        for (number, page) in strange.iter().enumerate() {
            assert_eq!(without_leftovers(page, false), None, "{number}");
        }
    }
}
