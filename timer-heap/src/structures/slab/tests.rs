//! Stale handles, and memory that is given back.

use super::*;

#[test]
fn a_reused_slot_makes_the_old_handle_stale() {
    let mut slab: Slab<_> = Slab::default();
    let old = slab.insert("old");
    assert_eq!(slab.remove(old), Some("old"));
    let new = slab.insert("new");
    assert_eq!(old.index, new.index);
    assert_eq!(slab.get(old), None);
    assert_eq!(slab.remove(old), None);
    assert_eq!(slab.get(new), Some(&"new"));
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes there, and has no unsafe")]
fn a_late_survivor_does_not_keep_the_memory_of_a_burst() {
    let mut slab: Slab<_> = Slab::default();
    for round in 0..3 {
        let burst: Vec<_> = (0..100_000).map(|n| slab.insert(n)).collect();
        let stays = slab.insert(round);
        for &id in &burst {
            assert!(slab.remove(id).is_some());
        }
        assert!(slab.capacity() <= 4 * CHUNK, "{}", slab.capacity());
        assert_eq!(slab.get(stays), Some(&round));
        assert!(burst.iter().all(|&id| slab.get(id).is_none()));
        assert_eq!(slab.verify(), Ok(()));
    }
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes there, and has no unsafe")]
fn memory_is_returned_after_a_burst() {
    let mut slab: Slab<_> = Slab::default();
    let stays = slab.insert(0);
    let burst: Vec<_> = (0..100_000).map(|n| slab.insert(n)).collect();
    assert!(slab.capacity() >= 100_000);
    for &id in &burst {
        slab.remove(id);
    }
    assert!(slab.capacity() <= 3 * CHUNK, "{}", slab.capacity());
    assert_eq!(slab.get(stays), Some(&0));
    let again: Vec<_> = (0..100_000).map(|n| slab.insert(n)).collect();
    assert!(burst.iter().all(|&id| slab.get(id).is_none()));
    assert!(again.iter().all(|&id| slab.get(id).is_some()));
}

#[test]
fn room_that_a_removal_leaves_in_a_full_slab_is_at_hand() {
    let mut slab: Slab<_> = Slab::default();
    let mut ids: Vec<_> = (0..2 * CHUNK).map(|n| slab.insert(n)).collect();
    assert!(!slab.has_room(), "each chunk is full");
    for at in [0, CHUNK + 1, 7, 7] {
        assert!(slab.remove(ids[at]).is_some());
        assert!(slab.has_room(), "and none has to be looked for");
        assert_eq!(slab.verify(), Ok(()));
        ids[at] = slab.insert(at);
    }
    assert_eq!(slab.capacity(), 2 * CHUNK);
}

#[test]
#[cfg_attr(miri, ignore = "takes long there, and has no unsafe")]
fn a_wrong_count_and_a_cut_list_are_found() {
    let mut slab: Slab<_> = Slab::default();
    let ids: Vec<_> = (0..3 * CHUNK).map(|n| slab.insert(n)).collect();
    for &id in ids.iter().step_by(3) {
        slab.remove(id);
    }
    assert_eq!(slab.verify(), Ok(()));
    let chunk = 1;
    slab.chunk_mut(chunk).expect("in use").miscount();
    let found = (CHUNK..2 * CHUNK).filter(|n| n % 3 != 0).count();
    let counted = found + 1;
    let wrong = Violation::ChunkCount { chunk, found, counted };
    assert_eq!(slab.verify(), Err(wrong));
    let mut slab: Slab<_> = Slab::default();
    let ids: Vec<_> = (0..2 * CHUNK).map(|n| slab.insert(n)).collect();
    slab.remove(ids[0]);
    slab.remove(ids[1]);
    slab.chunk_mut(0).expect("in use").cut_list();
    let wrong = Violation::VacantList { chunk: 0, vacant: 2, listed: 0 };
    assert_eq!(slab.verify(), Err(wrong));
    let mut slab: Slab<_> = Slab::default();
    // The last one of them is in a chunk that has room.
    let ids: Vec<_> = (0..=2 * CHUNK).map(|n| slab.insert(n)).collect();
    slab.remove(ids[0]);
    slab.roomy.clear();
    let wrong = Violation::RoomList { chunk: 0, listed: 0 };
    assert_eq!(slab.verify(), Err(wrong));
}
