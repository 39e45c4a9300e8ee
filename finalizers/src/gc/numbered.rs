//! A table whose numbers are used again.

/// Entries by number. An entry that was given back keeps its value until it
/// is taken again, so a user can tell its lives apart.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    table: Vec<T>,
    /// The numbers that were given back, the latest last.
    free: Vec<u32>,
}

impl<T: Default> Numbered<T> {
    pub(super) fn new() -> Self {
        Self { table: Vec::new(), free: Vec::new() }
    }

    /// Takes the number that was given back last, or a new one.
    #[inline]
    pub(super) fn take(&mut self) -> (u32, &mut T) {
        let number = self.free.pop().unwrap_or_else(|| {
            let number = u32::try_from(self.table.len())
                .expect("fewer than 2^32 entries at once");
            self.table.push(T::default());
            number
        });
        (number, &mut self.table[number as usize])
    }

    /// Lets the number be taken again; it was taken, and not given back since.
    #[inline]
    pub(super) fn give_back(&mut self, number: u32) {
        self.free.push(number);
    }

    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.table.get(number as usize)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.table.get_mut(number as usize)
    }

    /// Returns all entries, those that were given back among them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.table.iter()
    }

    /// Returns how many numbers are taken.
    pub(super) fn taken(&self) -> usize {
        self.table.len() - self.free.len()
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
}
