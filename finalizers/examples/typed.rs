//! A parent and its children that know each other, on the collected heap: no
//! cycle leaks, each value's end is told, and no `unsafe` is in sight.
//!
//! ```text
//! cargo run -p finalizers --example typed
//! ```

use finalizers::traced;
use finalizers::typed::{Gc, Rooted, TypedHeap};

// ANCHOR: window
traced! {
    struct Window {
        title: String,
        parent: Option<Gc<Window>>,
        children: Vec<Gc<Window>>,
    }
}

/// Opens a window inside another one.
fn open(heap: &mut TypedHeap, title: &str, parent: &Rooted<Window>) {
    let child = heap.alloc(Window {
        title: title.to_owned(),
        parent: Some(parent.gc()),
        children: Vec::new(),
    });
    heap.update(parent.gc(), |parent| parent.children.push(child.gc()));
    heap.add_cleanup(child.gc(), {
        let title = title.to_owned();
        move |_| println!("{title} is gone")
    });
}

// ANCHOR_END: window

fn main() {
    let mut heap = TypedHeap::new();
    let title = "the desk".to_owned();
    let desk = heap.alloc(Window { title, parent: None, children: Vec::new() });
    open(&mut heap, "a letter", &desk);
    open(&mut heap, "a drawing", &desk);

    heap.collect();
    for &child in &heap.get(desk.gc()).children {
        let window = heap.get(child);
        let parent = window.parent.expect("it was opened inside one");
        println!("{} lies on {}", window.title, heap.get(parent).title);
    }

    heap.update(desk.gc(), |desk| desk.children.remove(0));
    heap.collect();
    heap.run_cleanups(9);

    drop(desk);
    heap.collect();
    heap.run_cleanups(9);
    println!("{} values are left", heap.len());
}
