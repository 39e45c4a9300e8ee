//! Collections, at once and in steps.

use finalizers::gc::Step;

use super::Run;
use crate::recording::Look;

impl Run {
    pub(super) fn begin(&mut self) -> Result<(), String> {
        if self.heap.is_marking() {
            return Err("a collection has begun already".to_owned());
        }
        self.heap.begin_collection();
        self.frame("A collection begins.".to_owned());
        Ok(())
    }

    pub(super) fn mark(&mut self) -> Result<(), String> {
        if !self.heap.is_marking() {
            return Err("no collection has begun".to_owned());
        }
        self.heap.mark_some(1);
        if !self.show_steps() {
            self.frame("Nothing is left to follow.".to_owned());
        }
        Ok(())
    }

    /// Shows what has been marked since the last time, by a step of the
    /// collection or by the write barrier. Returns whether anything was.
    pub(super) fn show_steps(&mut self) -> bool {
        let steps = self.heap.take_steps();
        let links = self.links();
        let is_any = !steps.is_empty();
        for step in steps {
            self.show(step, &links);
        }
        is_any
    }

    pub(super) fn collect(&mut self) -> Result<(), String> {
        let before = self.links();
        self.heap.collect();
        for step in self.heap.take_steps() {
            self.show(step, &before);
        }
        let mut gone = Vec::new();
        for place in &mut self.objects {
            let is_gone = place
                .as_ref()
                .is_some_and(|d| !self.heap.is_allocated(d.object));
            if is_gone {
                gone.extend(place.take().map(|drawn| drawn.name));
            }
        }
        self.frame(match gone.as_slice() {
            [] => "Sweep: nothing is freed.".to_owned(),
            [one] => format!("Sweep: {one} is freed."),
            many => format!("Sweep: {} are freed.", many.join(", ")),
        });
        Ok(())
    }

    /// A step of the collection; what it will free still has its pointers.
    fn show(&mut self, step: Step, links: &[String]) {
        let (object, look) = match step {
            Step::Mark(object) => (object, Some(Look::Held)),
            Step::Follow(object) => (object, Some(Look::Read)),
            Step::MarkFor(object) => (object, None),
            Step::Due(object) => (object, Some(Look::Due)),
        };
        let objects = self.objects.iter_mut().flatten();
        let drawn = { objects }.find(|drawn| drawn.object == object);
        let drawn = drawn.expect("every object is drawn");
        drawn.look = look.unwrap_or(drawn.look);
        let name = &drawn.name;
        let say = match step {
            Step::Mark(_) => format!("Mark {name}: it is in use."),
            Step::Follow(_) => format!("Follow the pointers of {name}."),
            Step::MarkFor(_) => {
                format!("The finalizer of {name} may follow its pointers.")
            }
            Step::Due(_) => format!("{name} is unmarked: its end is due."),
        };
        self.frame_with(say, links.to_vec());
    }
}
