//! What is drawn after each step.

use finalizers::gc::Pointer;

use super::drawing::{PLACES, arrow};
use super::{Drawn, FIELDS, Run};
use crate::recording::{Frame, Tile};

impl Run {
    pub(super) fn frame(&mut self, say: String) {
        let links = self.links();
        self.frame_with(say, links);
    }

    pub(super) fn frame_with(&mut self, say: String, arrows: Vec<String>) {
        let places = self.objects.iter().zip(PLACES);
        let tiles = places.filter_map(|(drawn, at)| {
            let drawn = drawn.as_ref()?;
            Some(Tile::new(&drawn.name, self.label(drawn), at, drawn.look))
        });
        let tiles: Vec<Tile> = tiles.collect();
        let collections = self.heap.collections();
        self.frames.push(Frame {
            say,
            count: format!(
                "objects: {}, collections: {collections}",
                tiles.len()
            ),
            tiles,
            arrows,
            ..Frame::default()
        });
    }

    fn label(&self, drawn: &Drawn) -> String {
        let has_weak = self.weak.iter().any(|(name, weak)| {
            *name == drawn.name && self.heap.upgrade(*weak).is_some()
        });
        let marks = [
            (drawn.has_finalizer, " f"),
            (drawn.has_cleanup, " c"),
            (has_weak, " w"),
        ];
        let star = if drawn.root.is_some() { "*" } else { "" };
        let marks = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark);
        format!("{star}{}{}", drawn.name, marks.collect::<String>())
    }

    /// Returns an arrow for each pointer.
    pub(super) fn links(&self) -> Vec<String> {
        let place = |object: Pointer| {
            self.objects.iter().position(|place| {
                place.as_ref().is_some_and(|drawn| drawn.object == object)
            })
        };
        let mut arrows = Vec::new();
        for drawn in self.objects.iter().flatten() {
            let from = place(drawn.object).expect("it was found there");
            let fields =
                (0..FIELDS).map(|at| self.heap.field(drawn.object, at));
            let to = fields.flatten().filter_map(place);
            arrows.extend(to.map(|to| arrow(from, to)));
        }
        arrows
    }
}
