//! The page's files: compiled into the program, packed and laid down once for each version, so that the program runs alone
//! and files are served from disk with all that a file server knows.

mod pack;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::StartError;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Compiled;

/// How hard the big files are pressed, once for each version: harder than an answer on its way would be (3 of 11), and far
/// from the hardest, for which whoever starts the program would wait.
const BROTLI_QUALITY: i32 = 5;

/// Packs the compiled files below `directory` under their hash, unless they are there, and removes older versions.
///
/// # Errors
/// [`StartError::Page`].
pub fn unpack(directory: &Path) -> Result<PathBuf, StartError> {
    let refused = |reason: String| StartError::Page { path: directory.to_owned(), reason };
    let files = Compiled::iter().filter_map(|name| Some((name.to_string(), Compiled::get(&name)?.data.into_owned())));
    let packed = pack::packed(files.collect(), |text| hash_of(&[(String::new(), text)])).map_err(refused)?;
    unpack_files(directory, &packed).map_err(|error| refused(error.to_string()))
}

/// A directory to serve instead of the compiled files.
///
/// # Errors
/// [`StartError::Page`] when there is no page in it.
pub fn served_from(directory: &Path) -> Result<PathBuf, StartError> {
    if directory.join("index.html").is_file() {
        return Ok(directory.to_owned());
    }
    Err(StartError::Page { path: directory.to_owned(), reason: "there is no index.html in it".into() })
}

fn unpack_files<B: AsRef<[u8]>>(directory: &Path, files: &[(String, B)]) -> io::Result<PathBuf> {
    let name = hash_of(files);
    let whole = directory.join(&name);
    if !whole.is_dir() {
        // Written beside and renamed: a directory with the right name is a complete one, also after a crash.
        let unfinished = directory.join(format!("{name}.unfinished"));
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir_all(&unfinished)?;
        for (path, content) in files {
            let to = unfinished.join(path);
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            if pack::is_named_by_content(path) {
                press(&to, content.as_ref())?;
            }
            fs::write(to, content)?;
        }
        fs::rename(&unfinished, &whole)?;
    }
    for other in fs::read_dir(directory)? {
        let other = other?;
        if other.file_name() != name.as_str() && is_ours(&other.file_name().to_string_lossy()) {
            fs::remove_dir_all(other.path())?;
        }
    }
    Ok(whole)
}

/// Lays the pressed forms of a file beside the place where it will be.
fn press(to: &Path, mut content: &[u8]) -> io::Result<()> {
    let mut gzip = GzEncoder::new(fs::File::create(with_ending(to, "gz"))?, Compression::best());
    gzip.write_all(content)?;
    gzip.finish()?;
    let how = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    brotli::BrotliCompress(&mut content, &mut fs::File::create(with_ending(to, "br"))?, &how)?;
    Ok(())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{ending}"));
    name.into()
}

/// Only what has the form of our own names is ever removed.
fn is_ours(name: &str) -> bool {
    let hash = name.strip_suffix(".unfinished").unwrap_or(name);
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hash_of<B: AsRef<[u8]>>(files: &[(String, B)]) -> String {
    let mut hash = Sha256::new();
    for (path, content) in files {
        let content = content.as_ref();
        // Lengths keep apart what would else run together.
        hash.update((path.len() as u64).to_be_bytes());
        hash.update(path);
        hash.update((content.len() as u64).to_be_bytes());
        hash.update(content);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Bounds against growing, a little above what the page is now. The aims are 300,000 bytes and, with index.html, which is
    // pressed as it is asked for, 100,000: parts that a first visit does not show have to come later, and names be shorter.
    const PLAIN_MAX: u64 = 550_000;
    const PRESSED_MAX: u64 = 130_000;

    fn files(index: &str) -> Vec<(String, Vec<u8>)> {
        vec![("index.html".into(), index.into()), ("lib/a.js".into(), b"a".to_vec())]
    }

    #[test]
    fn files_are_unpacked_whole_and_only_once() {
        let directory = tempfile::tempdir().unwrap();
        let page = unpack_files(directory.path(), &files("one")).unwrap();
        assert_eq!(fs::read_to_string(page.join("lib/a.js")).unwrap(), "a");
        fs::write(page.join("mark"), "").unwrap();
        assert_eq!(unpack_files(directory.path(), &files("one")).unwrap(), page);
        assert!(page.join("mark").exists());
    }

    #[test]
    fn a_new_version_takes_the_place_of_the_old_one_and_of_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let old = unpack_files(directory.path(), &files("one")).unwrap();
        let foreign = directory.path().join("notes");
        fs::create_dir(&foreign).unwrap();
        let new = unpack_files(directory.path(), &files("two")).unwrap();
        assert!(new != old && new.is_dir() && !old.exists() && foreign.exists());
    }

    #[test]
    fn what_a_crash_left_unfinished_is_begun_anew() {
        let directory = tempfile::tempdir().unwrap();
        let name = hash_of(&files("one"));
        fs::create_dir(directory.path().join(format!("{name}.unfinished"))).unwrap();
        let page = unpack_files(directory.path(), &files("one")).unwrap();
        assert!(page.join("index.html").exists());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_compiled_page_has_its_index_and_only_that_asks_for_files_again() {
        let directory = tempfile::tempdir().unwrap();
        let page = unpack(directory.path()).unwrap();
        assert!(served_from(&page).is_ok());
        assert!(served_from(&directory.path().join("lib")).is_err());
        assert!(!page.join("app.js").exists() && !page.join("styles").exists());
    }

    /// What a browser has to take in; the emoji's names come later and are not counted.
    #[test]
    fn the_page_is_light() {
        let directory = tempfile::tempdir().unwrap();
        let page = unpack(directory.path()).unwrap();
        let (mut plain, mut brotli, mut gzip) = (0, 0, 0);
        for file in fs::read_dir(&page).unwrap().map(Result::unwrap).filter(|file| file.file_type().unwrap().is_file())
        {
            let length = file.metadata().unwrap().len();
            let name = file.file_name().into_string().unwrap();
            match name.rsplit('.').next().unwrap() {
                "br" => brotli += length,
                "gz" => gzip += length,
                "js" | "css" | "html" => plain += length,
                _ => {}
            }
        }
        eprintln!("{plain} bytes, the big files {brotli} by brotli, {gzip} by gzip");
        assert!(plain <= PLAIN_MAX, "{plain}");
        assert!(brotli > 0 && brotli < PRESSED_MAX && gzip < PRESSED_MAX, "{brotli} {gzip}");
    }
}
