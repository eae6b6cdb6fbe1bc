//! What a backup's file promises: it is a plain tar, and nothing in it changes unnoticed.

use std::process::Command;

use super::*;

const SECRET: [u8; 32] = [7; 32];
const DATABASE: &[u8] = b"not a whole number of blocks, so that something must be filled up";

fn archive(parts: &[(Part, &[u8])]) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), &Label::new(1_764_180_000_123)).unwrap();
    for (part, content) in parts {
        writer.add(*part, content.len() as u64, &mut &**content).unwrap();
    }
    writer.finish().unwrap()
}

fn small() -> Vec<u8> {
    archive(&[(Part::Secret, &SECRET), (Part::Settings, b""), (Part::Database, DATABASE)])
}

fn check(bytes: &[u8]) -> Result<Label, Flaw> {
    read(bytes, |_, _| Ok(io::sink()))
}

#[test]
fn what_was_written_is_read() {
    let mut kept = Vec::new();
    let file = tempfile::tempdir().unwrap();
    let label = read(small().as_slice(), |part, length| {
        kept.push((part, length));
        std::fs::File::create(file.path().join(part.name()))
    });
    assert_eq!(label.unwrap(), Label::new(1_764_180_000_123));
    assert_eq!(kept, [(Part::Secret, 32), (Part::Settings, 0), (Part::Database, DATABASE.len() as u64)]);
    assert_eq!(std::fs::read(file.path().join("chinwag.db")).unwrap(), DATABASE);
    assert!(check(&archive(&[(Part::Secret, &SECRET), (Part::Database, DATABASE)])).is_ok());
}

#[test]
fn every_bit_that_flips_is_noticed() {
    let whole = small();
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut harmed = whole.clone();
            harmed[at] ^= 1 << bit;
            assert!(check(&harmed).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn every_cut_and_every_byte_more_is_noticed() {
    let whole = small();
    for length in 0..whole.len() {
        assert!(check(&whole[..length]).is_err(), "{length}");
    }
    for more in [&b"\0"[..], b"x", &whole] {
        let longer = [&whole, more].concat();
        assert!(matches!(check(&longer), Err(Flaw::Damaged(_))));
    }
}

#[test]
fn something_else_is_no_backup_and_a_later_format_is_said() {
    for other in [&b""[..], b"a shopping list", &[0; 4096]] {
        assert!(matches!(check(other), Err(Flaw::Foreign)));
    }
    let label = Label { format: 2, ..Label::new(5_000) };
    let later = Writer::begin(Vec::new(), &label).unwrap().finish().unwrap();
    assert!(matches!(check(&later), Err(Flaw::Newer(2))));
}

#[test]
fn parts_in_another_order_twice_or_missing_are_refused() {
    let (secret, database) = ((Part::Secret, &SECRET[..]), (Part::Database, DATABASE));
    for parts in [&[][..], &[secret], &[database], &[database, secret], &[secret, secret, database]] {
        assert!(matches!(check(&archive(parts)), Err(Flaw::Damaged(_))), "{parts:?}");
    }
}

#[test]
fn no_name_leads_anywhere_but_to_a_known_part() {
    for name in ["../chinwag.db", "/etc/passwd", "a/b", "chinwag.db/", ".", "secret2"] {
        let mut writer = Writer::begin(Vec::new(), &Label::new(0)).unwrap();
        writer.add(Part::Secret, 32, &mut &SECRET[..]).unwrap();
        writer.entry(name, 1, &mut &b"x"[..]).unwrap();
        let flaw = check(&writer.finish().unwrap()).unwrap_err();
        assert!(flaw.to_string().contains("does not belong there"), "{name}: {flaw}");
    }
}

#[test]
fn a_part_that_is_not_as_long_as_it_was_said_to_be_is_an_error() {
    for length in [1, 99] {
        let mut writer = Writer::begin(Vec::new(), &Label::new(0)).unwrap();
        assert!(writer.add(Part::Database, length, &mut &DATABASE[..50]).is_err());
    }
}

#[test]
fn lengths_of_any_size_come_back() {
    for length in [0, 1, 0o77_777_777_777, 0o100_000_000_000, u64::MAX] {
        assert_eq!(parse(&header("chinwag.db", length, 9)), Some(("chinwag.db".into(), length, 9)));
    }
}

#[test]
fn tar_and_sha256sum_unpack_and_check_it_too() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("backup.tar"), small()).unwrap();
    let script = "tar -xf backup.tar && sha256sum --check --strict --quiet SHA256SUMS";
    let outcome = Command::new("sh").args(["-c", script]).current_dir(folder.path()).output().unwrap();
    assert!(outcome.status.success(), "{outcome:?}");
    assert_eq!(std::fs::read(folder.path().join("secret")).unwrap(), SECRET);
}
