//! The number that outlived its file.

use std::fs;
use std::path::PathBuf;

use finalizers::get_fd::{Story, owned, post, raw};

use crate::child::in_child;

struct Files {
    _folder: tempfile::TempDir,
    wanted: PathBuf,
    other: PathBuf,
}

fn files() -> Files {
    let folder = tempfile::tempdir().unwrap();
    let wanted = folder.path().join("wanted");
    let other = folder.path().join("other");
    fs::write(&wanted, "what was asked for").unwrap();
    fs::write(&other, "somebody else's secret").unwrap();
    Files { _folder: folder, wanted, other }
}

#[test]
fn a_collected_file_is_closed_behind_its_number_every_time() {
    in_child(|| {
        let files = files();
        for _ in 0..1_000 {
            let story = post::story(&files.wanted, &files.other).unwrap();
            assert!(story.is_reused(), "{story:?}");
            assert_eq!(story.content, "somebody else's secret");
        }
    });
}

#[test]
fn a_collected_file_that_is_kept_alive_stays_open_every_time() {
    in_child(|| {
        let files = files();
        for _ in 0..1_000 {
            let story =
                post::story_kept_alive(&files.wanted, &files.other).unwrap();
            assert!(!story.is_reused(), "{story:?}");
            assert_eq!(story.content, "what was asked for");
        }
    });
}

#[test]
fn a_raw_number_reads_the_wrong_file_every_time() {
    in_child(|| {
        let files = files();
        for _ in 0..1_000 {
            let story = raw::story(&files.wanted, &files.other).unwrap();
            assert!(story.is_reused(), "{story:?}");
            assert_eq!(story.content, "somebody else's secret");
        }
    });
}

#[test]
fn an_owned_descriptor_reads_the_right_file_every_time() {
    in_child(|| {
        let files = files();
        for _ in 0..1_000 {
            let story: Story =
                owned::story(&files.wanted, &files.other).unwrap();
            assert!(!story.is_reused(), "{story:?}");
            assert_eq!(story.content, "what was asked for");
        }
    });
}
