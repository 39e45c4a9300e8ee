//! What a collection has to do, said as plainly as possible.

use std::collections::{BTreeMap, BTreeSet};

/// Objects by number.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    pub(crate) objects: BTreeMap<usize, Object>,
    pub(crate) due_finalizers: BTreeSet<usize>,
    pub(crate) due_cleanups: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Option<usize>>,
    pub(crate) roots: usize,
    pub(crate) is_finalized: bool,
    pub(crate) cleanups: BTreeSet<usize>,
    pub(crate) is_weak: bool,
}

impl Oracle {
    pub(crate) fn collect(&mut self) {
        let is_finalized = |o: &&Object| o.is_finalized;
        let kept_for_finalizers = self.objects.values().filter(is_finalized);
        let mut next: Vec<usize> = kept_for_finalizers
            .flat_map(|o| o.fields.iter().flatten())
            .copied()
            .collect();
        next.extend(&self.due_finalizers);
        next.extend(
            self.objects.iter().filter(|(_, o)| o.roots > 0).map(|(n, _)| n),
        );
        let mut live = BTreeSet::new();
        while let Some(number) = next.pop() {
            if live.insert(number) {
                next.extend(self.objects[&number].fields.iter().flatten());
            }
        }
        // ANCHOR: fate
        for (&number, object) in &mut self.objects {
            if !live.contains(&number) {
                object.is_weak = false;
                if std::mem::take(&mut object.is_finalized) {
                    self.due_finalizers.insert(number);
                    live.insert(number);
                } else {
                    self.due_cleanups += object.cleanups.len();
                }
            }
        }
        // ANCHOR_END: fate
        self.objects.retain(|number, _| live.contains(number));
    }
}
