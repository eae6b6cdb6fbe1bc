//! The page's files: compiled into the program, packed and laid down once for each version, so that the program runs alone
//! and files are served from disk with all that a file server knows.

mod pack;

use std::fs;
use std::io;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::StartError;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Compiled;

/// How hard the big files are pressed, once for each version: harder than an answer on its way would be (3 of 11), and far
/// from the hardest, for which whoever starts the program would wait.
const BROTLI_QUALITY: i32 = 5;
/// The first round brings 4 of 100 bytes, all further ones together not one more; these keep the first visit light for whoever
/// has no brotli.
const GZIP_ROUNDS: NonZeroU64 = NonZeroU64::new(5).expect("not zero");

/// What makes the packed files of the hand-written ones: where it is another, they may be others.
const PACKER: [&str; 4] = [
    include_str!("page.rs"),
    include_str!("page/pack.rs"),
    include_str!("page/pack/modules.rs"),
    include_str!("page/pack/script.rs"),
];

/// Packs the compiled files below `directory` under a name that says their version, unless they are there, and removes
/// older versions.
///
/// # Errors
/// [`StartError::Page`].
pub fn unpack(directory: &Path) -> Result<PathBuf, StartError> {
    let refused = |reason: String| StartError::Page { path: directory.to_owned(), reason };
    laid_down(directory, &compiled_version(), packed).map_err(|error| refused(error.to_string()))
}

fn packed() -> io::Result<Vec<(String, Vec<u8>)>> {
    let files = Compiled::iter().filter_map(|name| Some((name.to_string(), Compiled::get(&name)?.data.into_owned())));
    pack::packed(files.collect(), |text| hash_of(&[("", text.as_bytes())])).map_err(io::Error::other)
}

/// Says the files as they are written and what packs them, so that an unchanged program need not pack to know its page.
fn compiled_version() -> String {
    let names: Vec<_> = Compiled::iter().collect();
    let hashes = names.iter().filter_map(|name| Some((name.as_ref(), Compiled::get(name)?.metadata.sha256_hash())));
    let hashes: Vec<_> = hashes.collect();
    let files = hashes.iter().map(|(name, hash)| (*name, hash.as_slice()));
    hash_of(&files.chain(PACKER.map(|text| ("", text.as_bytes()))).collect::<Vec<_>>())
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

/// The directory `name` below `directory`, with the files that `pack` brings if it is not there.
fn laid_down(
    directory: &Path,
    name: &str,
    pack: impl FnOnce() -> io::Result<Vec<(String, Vec<u8>)>>,
) -> io::Result<PathBuf> {
    let whole = directory.join(name);
    if !whole.is_dir() {
        let files = pack()?;
        // Written beside and renamed: a directory with the right name is a complete one, also after a crash.
        let unfinished = directory.join(format!("{name}.unfinished"));
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir_all(&unfinished)?;
        for (path, content) in files {
            let to = unfinished.join(&path);
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            if pack::is_named_by_content(&path) || path == pack::INDEX {
                press(&to, &content)?;
            }
            fs::write(to, content)?;
        }
        fs::rename(&unfinished, &whole)?;
    }
    for other in fs::read_dir(directory)? {
        let other = other?;
        if other.file_name() != name && is_ours(&other.file_name().to_string_lossy()) {
            fs::remove_dir_all(other.path())?;
        }
    }
    Ok(whole)
}

/// Lays the pressed forms of a file beside the place where it will be.
fn press(to: &Path, mut content: &[u8]) -> io::Result<()> {
    let rounds = zopfli::Options { iteration_count: GZIP_ROUNDS, ..Default::default() };
    let mut gzip = Vec::new();
    zopfli::compress(rounds, zopfli::Format::Gzip, content, &mut gzip)?;
    fs::write(with_ending(to, "gz"), gzip)?;
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

fn hash_of(texts: &[(&str, &[u8])]) -> String {
    let mut hash = Sha256::new();
    for (name, content) in texts {
        // Lengths keep apart what would else run together.
        for part in [name.as_bytes(), content] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Bounds against growing, a little above what the page is now. Aims of the first visit: 100,000 bytes pressed, met; of
    // all of the page: 300,000 plain, which takes shorter names and fewer words.
    const PLAIN_MAX: u64 = 620_000;
    const FIRST_PRESSED_MAX: u64 = 100_000;

    const ONE: &str = "1111111111111111";
    const TWO: &str = "2222222222222222";

    fn files() -> io::Result<Vec<(String, Vec<u8>)>> {
        Ok(vec![("index.html".into(), b"<p>".to_vec()), ("lib/a.js".into(), b"a".to_vec())])
    }

    #[test]
    fn an_unchanged_page_is_neither_packed_nor_laid_down_again() {
        let directory = tempfile::tempdir().unwrap();
        let page = laid_down(directory.path(), ONE, files).unwrap();
        assert_eq!(fs::read_to_string(page.join("lib/a.js")).unwrap(), "a");
        let again = laid_down(directory.path(), ONE, || panic!("packed again"));
        assert_eq!(again.unwrap(), page);
    }

    #[test]
    fn a_new_version_takes_the_place_of_the_old_one_and_of_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let old = laid_down(directory.path(), ONE, files).unwrap();
        let foreign = directory.path().join("notes");
        fs::create_dir(&foreign).unwrap();
        let new = laid_down(directory.path(), TWO, files).unwrap();
        assert!(new != old && new.is_dir() && !old.exists() && foreign.exists());
    }

    #[test]
    fn what_a_crash_left_unfinished_is_begun_anew() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join(format!("{ONE}.unfinished"))).unwrap();
        let page = laid_down(directory.path(), ONE, files).unwrap();
        assert!(page.join("index.html").exists());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn everything_that_packs_is_part_of_the_version() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app/page");
        let count = |folder: &Path| {
            fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count()
        };
        assert_eq!(PACKER.len(), 1 + count(&folder) + count(&folder.join("pack")));
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
        let index = fs::read_to_string(page.join("index.html")).unwrap();
        let comes_later = |name: &str| {
            index.lines().any(|line| line.starts_with("<link rel=\"later\"") && line.contains(&format!("\"{name}\"")))
        };
        let (mut plain, mut first, mut later) = (0, [0, 0], [0, 0]);
        for file in fs::read_dir(&page).unwrap().map(Result::unwrap).filter(|file| file.file_type().unwrap().is_file())
        {
            let length = file.metadata().unwrap().len();
            let name = file.file_name().into_string().unwrap();
            let (of, ending) = name.rsplit_once('.').unwrap();
            let sum = if comes_later(of) { &mut later } else { &mut first };
            match ending {
                "br" => sum[0] += length,
                "gz" => sum[1] += length,
                "js" | "css" | "html" => plain += length,
                _ => {}
            }
        }
        eprintln!("{plain} bytes; at first {first:?} by brotli and gzip, later {later:?}");
        assert!(plain <= PLAIN_MAX, "{plain}");
        assert!(first.into_iter().all(|length| length > 0 && length < FIRST_PRESSED_MAX), "{first:?}");
    }
}
