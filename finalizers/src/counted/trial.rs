//! Trial deletion: which of the suspected objects only count each other.

use super::heap::{Colour, CountedHeap};

impl CountedHeap {
    // ANCHOR: trial
    /// Frees the dead cycles. Returns how many objects that were.
    ///
    /// Looks at what can be reached from the objects whose count has fallen
    /// since the last time, in use or not: three times at most, and at each
    /// field of theirs.
    pub fn collect_cycles(&mut self) -> usize {
        let candidates = self.real_candidates();
        for &number in &candidates {
            self.take_counts(number);
        }
        for &number in &candidates {
            self.find_white(number);
        }
        let mut dead = Vec::new();
        for &number in &candidates {
            self.objects[number as usize].is_candidate = false;
            self.gather_white(number, &mut dead);
        }
        for &number in &dead {
            self.free(number);
        }
        dead.len()
    }
    // ANCHOR_END: trial

    /// Returns the candidates that are still suspected. Those that died
    /// meanwhile are freed.
    fn real_candidates(&mut self) -> Vec<u32> {
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.retain(|&number| {
            let object = &mut self.objects[number as usize];
            let is_real = object.colour == Colour::Purple && object.count > 0;
            object.is_candidate = is_real;
            if object.count == 0 {
                self.free(number);
            }
            is_real
        });
        candidates
    }

    fn fields(&self, number: u32) -> Vec<u32> {
        let fields = &self.objects[number as usize].fields;
        fields.iter().flatten().copied().collect()
    }

    /// Takes away the counts that come from inside: paints gray what can be
    /// reached.
    fn take_counts(&mut self, start: u32) {
        let mut next = vec![start];
        while let Some(number) = next.pop() {
            self.work.visits += 1;
            let object = &mut self.objects[number as usize];
            if object.colour == Colour::Gray {
                continue;
            }
            object.colour = Colour::Gray;
            for to in self.fields(number) {
                self.objects[to as usize].count -= 1;
                next.push(to);
            }
        }
    }

    /// Paints white what nobody outside counts, and gives back the counts of
    /// the rest.
    fn find_white(&mut self, start: u32) {
        let mut next = vec![start];
        while let Some(number) = next.pop() {
            self.work.visits += 1;
            let object = &mut self.objects[number as usize];
            if object.colour != Colour::Gray {
                continue;
            }
            if object.count > 0 {
                self.give_counts_back(number);
            } else {
                object.colour = Colour::White;
                next.extend(self.fields(number));
            }
        }
    }

    fn give_counts_back(&mut self, start: u32) {
        self.objects[start as usize].colour = Colour::Black;
        let mut next = vec![start];
        while let Some(number) = next.pop() {
            for to in self.fields(number) {
                self.work.visits += 1;
                let object = &mut self.objects[to as usize];
                object.count += 1;
                if object.colour != Colour::Black {
                    object.colour = Colour::Black;
                    next.push(to);
                }
            }
        }
    }

    /// Takes the white objects out, which are freed when all are found.
    fn gather_white(&mut self, start: u32, dead: &mut Vec<u32>) {
        let mut next = vec![start];
        while let Some(number) = next.pop() {
            let object = &mut self.objects[number as usize];
            if object.colour == Colour::White {
                self.work.visits += 1;
                object.colour = Colour::Black;
                dead.push(number);
                next.extend(self.fields(number));
            }
        }
    }
}
