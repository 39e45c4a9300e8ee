//! The shape of an object, and the size class that it falls into.

/// Bytes in a word; pointers are stored one a word.
pub(super) const WORD: usize = 8;

/// What an object consists of: first its pointer fields, then plain bytes.
///
/// Go describes each type by a bitmap of its pointers. Having them in front
/// keeps the heap small and changes nothing about finalizers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pointers: u16,
    bytes: u32,
}

impl Layout {
    /// Describes an object of `pointers` pointer fields and `bytes` bytes of
    /// data.
    ///
    /// # Panics
    ///
    /// When there are more than 65,535 pointers or 16 MiB.
    ///
    /// ```
    /// use finalizers::gc::Layout;
    ///
    /// let list_node = Layout::new(1, 8);
    /// assert_eq!(list_node.size(), 16);
    /// ```
    pub const fn new(pointers: usize, bytes: usize) -> Self {
        assert!(pointers <= u16::MAX as usize, "too many pointer fields");
        assert!(bytes <= 16 << 20, "the object is too large");
        Self { pointers: pointers as u16, bytes: bytes as u32 }
    }

    /// Returns how many pointer fields it has.
    pub const fn pointers(self) -> usize {
        self.pointers as usize
    }

    /// Returns how many bytes it takes, pointer fields included.
    pub const fn size(self) -> usize {
        self.pointers as usize * WORD + self.bytes as usize
    }
}

/// The sizes of slots: four steps to each doubling, so that at most a fifth
/// of a slot is wasted above 64 bytes. Go has 68 of them, up to 32 KiB.
pub(super) const CLASSES: [u16; 26] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448,
    512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048,
];

const LARGEST: usize = CLASSES[CLASSES.len() - 1] as usize;

/// For each size in words, the smallest class that holds it.
const CLASS_OF_WORDS: [u8; LARGEST / WORD + 1] = {
    let mut table = [0; LARGEST / WORD + 1];
    let mut class = 0;
    let mut words = 0;
    while words < table.len() {
        if words * WORD > CLASSES[class] as usize {
            class += 1;
        }
        table[words] = class as u8;
        words += 1;
    }
    table
};

/// Returns the class for objects of `size` bytes, or `None` if they are too
/// large for any and get a span of their own.
pub(super) fn class_of(size: usize) -> Option<usize> {
    let words = size.div_ceil(WORD);
    CLASS_OF_WORDS.get(words).map(|&class| usize::from(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "has no unsafe, and takes seconds there")]
    fn each_size_gets_the_smallest_class_that_holds_it() {
        for size in 1..=LARGEST {
            let class = class_of(size).unwrap();
            assert!(usize::from(CLASSES[class]) >= size, "{size}");
            let smaller = class.checked_sub(1).map_or(0, |c| CLASSES[c]);
            assert!(usize::from(smaller) < size, "{size}");
        }
        assert_eq!(class_of(LARGEST + 1), None);
    }
}
