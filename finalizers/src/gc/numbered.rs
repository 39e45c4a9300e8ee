//! A table whose numbers are used again.

/// Entries of a chunk. A table that grew as a whole would copy all its entries
/// each time; Go keeps its records in chunks too (Go 1.27,
/// `runtime/mfixalloc.go`).
const CHUNK: usize = 256;

/// Entries by number. An entry that was given back keeps its value until it
/// is taken again, so a user can tell its lives apart.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    chunks: Vec<Box<[T; CHUNK]>>,
    /// How many numbers were ever taken.
    len: usize,
    /// The numbers that were given back, the latest last.
    free: Vec<u32>,
}

impl<T: Default> Numbered<T> {
    pub(super) fn new() -> Self {
        Self { chunks: Vec::new(), len: 0, free: Vec::new() }
    }

    /// Takes the number that was given back last, or a new one.
    #[inline]
    pub(super) fn take(&mut self) -> (u32, &mut T) {
        let number = match self.free.pop() {
            Some(number) => number as usize,
            None => self.next(),
        };
        let entry = &mut self.chunks[number / CHUNK][number % CHUNK];
        (number as u32, entry)
    }

    /// Returns a number that was never taken.
    #[inline]
    fn next(&mut self) -> usize {
        let number = self.len;
        if number.is_multiple_of(CHUNK) {
            self.add_chunk();
        }
        self.len += 1;
        number
    }

    #[cold]
    fn add_chunk(&mut self) {
        assert!(
            self.len < u32::MAX as usize,
            "fewer than 2^32 entries at once"
        );
        let entries: Box<[T]> = (0..CHUNK).map(|_| T::default()).collect();
        let Ok(chunk) = entries.try_into() else {
            unreachable!("as many as a chunk has");
        };
        self.chunks.push(chunk);
    }

    /// Lets the number be taken again; it was taken, and not given back since.
    #[inline]
    pub(super) fn give_back(&mut self, number: u32) {
        self.free.push(number);
    }

    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        let number = number as usize;
        let chunk = self.chunks.get(number / CHUNK)?;
        (number < self.len).then(|| &chunk[number % CHUNK])
    }

    #[inline]
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let number = number as usize;
        let chunk = self.chunks.get_mut(number / CHUNK)?;
        (number < self.len).then(|| &mut chunk[number % CHUNK])
    }

    /// Returns all entries, those that were given back among them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).take(self.len)
    }

    /// Returns how many numbers are taken.
    pub(super) fn taken(&self) -> usize {
        self.len - self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_used_again_and_keeps_its_entry_meanwhile() {
        let mut table = Numbered::<char>::new();
        let (first, entry) = table.take();
        *entry = 'a';
        let (second, _) = table.take();
        assert_ne!(first, second);
        table.give_back(first);
        assert_eq!((table.taken(), table.get(first)), (1, Some(&'a')));
        let (again, entry) = table.take();
        assert_eq!((again, *entry), (first, 'a'));
        assert_eq!(table.get(2), None);
    }

    #[test]
    #[cfg_attr(miri, ignore = "has no unsafe, and takes seconds there")]
    fn a_table_of_many_chunks_finds_each_entry() {
        let mut table = Numbered::<usize>::new();
        for entry in 0..2 * CHUNK + 1 {
            let (number, place) = table.take();
            assert_eq!(number as usize, entry);
            *place = entry;
        }
        let entries: Vec<_> = table.iter().copied().collect();
        assert_eq!(entries, (0..2 * CHUNK + 1).collect::<Vec<_>>());
        let last = 2 * CHUNK as u32;
        assert_eq!(table.get(last), Some(&(2 * CHUNK)));
        assert_eq!((table.get(last + 1), table.get(u32::MAX)), (None, None));
        assert_eq!(table.get_mut(last + 1), None);
        table.give_back(7);
        assert_eq!(table.taken(), 2 * CHUNK);
        assert_eq!(table.take(), (7, &mut 7));
    }
}
