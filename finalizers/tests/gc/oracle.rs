//! What a collection has to do, said as plainly as possible.

use std::collections::{BTreeMap as Map, BTreeSet as Set};

/// Objects by number.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    pub(crate) objects: Map<usize, Object>,
    pub(crate) due_finalizers: Set<usize>,
    pub(crate) due_cleanups: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Option<usize>>,
    pub(crate) roots: usize,
    pub(crate) is_finalized: bool,
    pub(crate) cleanups: Set<usize>,
    pub(crate) is_weak: bool,
}

impl Oracle {
    pub(crate) fn collect(&mut self) {
        let (mut live, mut next) = (Set::new(), self.due_finalizers.clone());
        for (n, o) in &self.objects {
            let others = o.fields.iter().flatten().filter(|to| *to != n);
            next.extend(others.filter(|_| o.is_finalized));
            next.extend(Some(n).filter(|_| o.roots > 0));
        }
        while let Some(number) = next.pop_first() {
            if live.insert(number) {
                next.extend(self.objects[&number].fields.iter().flatten());
            }
        }
        // ANCHOR: fate
        self.objects.retain(|&number, object| {
            if live.contains(&number) {
                return true;
            }
            object.is_weak = false;
            if std::mem::take(&mut object.is_finalized) {
                return self.due_finalizers.insert(number);
            }
            self.due_cleanups += object.cleanups.len();
            false
        });
        // ANCHOR_END: fate
    }
}
