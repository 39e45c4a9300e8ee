//! Several objects of less than 16 bytes in one slot.
//!
//! Go does this for objects without pointers: small strings, numbers that
//! escape to the heap. The slot lives as long as any of them, so a finalizer
//! of one waits for its neighbours: Go 1.27, `runtime/malloc.go`,
//! `mallocgcTiny`.

use super::pointer::Pointer;

/// The block in use, and how much of it is taken.
#[derive(Debug, Default)]
pub(super) struct Tiny {
    block: Option<Pointer>,
    taken: usize,
}

impl Tiny {
    /// Bytes of a block.
    pub(super) const BLOCK: usize = 16;

    /// Finds room in the block in use.
    // ANCHOR: tiny
    pub(super) fn alloc(&mut self, size: usize) -> Option<Pointer> {
        let offset = self.taken.next_multiple_of(alignment(size));
        let block = self.block?;
        if offset + size > Self::BLOCK {
            return None;
        }
        self.taken = offset + size;
        Pointer::new(block.address() + offset as u32, block.stamp())
    }
    // ANCHOR_END: tiny

    /// Uses a new block, whose first object is of `size` bytes, unless the
    /// one before has more room left.
    pub(super) fn begin(&mut self, block: Pointer, size: usize) {
        if self.block.is_none() || size < self.taken {
            self.block = Some(block);
            self.taken = size;
        }
    }
}

/// Returns the alignment that a type of this size needs at most.
fn alignment(size: usize) -> usize {
    1 << size.trailing_zeros().min(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_share_a_block_at_aligned_offsets() {
        let block = Pointer::new(8192, 1).unwrap();
        let mut tiny = Tiny::default();
        assert_eq!(tiny.alloc(4), None);
        tiny.begin(block, 1);
        assert_eq!(tiny.alloc(4).unwrap().address(), 8196);
        assert_eq!(tiny.alloc(8).unwrap().address(), 8200);
        assert_eq!(tiny.alloc(1), None);
    }

    #[test]
    fn the_block_with_more_room_is_kept() {
        let mut tiny = Tiny::default();
        tiny.begin(Pointer::new(8192, 1).unwrap(), 4);
        tiny.begin(Pointer::new(8208, 1).unwrap(), 15);
        assert_eq!(tiny.alloc(4).unwrap().address(), 8196);
        tiny.begin(Pointer::new(8208, 1).unwrap(), 8);
        assert_eq!(tiny.alloc(1).unwrap().address(), 8200, "as much room");
        tiny.begin(Pointer::new(8224, 1).unwrap(), 2);
        assert_eq!(tiny.alloc(1).unwrap().address(), 8226, "more room");
    }
}
