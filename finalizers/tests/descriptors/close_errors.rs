//! What each way of closing tells of an error.

use std::fs;
use std::io::ErrorKind;
#[cfg(target_os = "linux")]
use std::path::Path;

use finalizers::close_errors::{Way, write_line};
use finalizers::file::File;

use crate::child::in_child;

#[test]
#[cfg(target_os = "linux")]
// ANCHOR: full-disk
fn only_a_dropped_buffer_hides_a_full_disk() {
    in_child(|| {
        for way in Way::ALL {
            let told = write_line(Path::new("/dev/full"), way);
            let kind = told.err().map(|error| error.kind());
            let expected = match way {
                Way::Drop => None,
                _ => Some(ErrorKind::StorageFull),
            };
            assert_eq!(kind, expected, "{way}");
        }
    });
}
// ANCHOR_END: full-disk

#[test]
fn on_a_disk_with_room_every_way_writes_the_line() {
    in_child(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("line");
        for way in Way::ALL {
            write_line(&path, way).unwrap();
            let content = fs::read_to_string(&path).unwrap();
            assert_eq!(content, "a line\n", "{way}");
        }
    });
}

#[test]
fn what_is_not_on_a_disk_cannot_be_synced() {
    in_child(|| {
        let file = File::create("/dev/null").unwrap();
        let error = file.sync().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    });
}
