//! The sifts as functions with names, to look at:
//! `objdump -d --disassemble=up_no_probe target/release/examples/hot_paths`.
//!
//! `tests/disassembly.rs` compares them.

use support::probe::{NoProbe, Recorder};
use timer_heap::heap::{Hole, Observed, Sift, Step, Tree};

/// A tree with back indices, and no probe.
struct Timers<'a> {
    tree: &'a mut [(i64, u32)],
    positions: &'a mut [u32],
}

impl Tree for Timers<'_> {
    type Entry = (i64, u32);

    fn len(&self) -> usize {
        self.tree.len()
    }

    fn get(&self, at: usize) -> (i64, u32) {
        self.tree[at]
    }

    fn put(&mut self, at: usize, entry: (i64, u32)) {
        self.tree[at] = entry;
        self.positions[entry.1 as usize] = at as u32;
    }

    fn when(&self, entry: (i64, u32)) -> i64 {
        entry.0
    }
}

type Entries = [(i64, u32)];
type Steps = Recorder<Step>;

macro_rules! hot_paths {
    ($($up:ident $down:ident ($probe:ident: $of:ty): $tree:expr;)*) => {
        $(
            // SAFETY: no other function of this program has these names.
            #[unsafe(no_mangle)]
            #[inline(never)]
            fn $up(
                tree: &mut Entries,
                positions: &mut [u32],
                at: usize,
                $probe: &mut $of,
            ) {
                let tree = Timers { tree, positions };
                Hole::up(&mut $tree(tree, $probe), at);
            }

            // SAFETY: no other function of this program has these names.
            #[unsafe(no_mangle)]
            #[inline(never)]
            fn $down(
                tree: &mut Entries,
                positions: &mut [u32],
                at: usize,
                $probe: &mut $of,
            ) {
                let tree = Timers { tree, positions };
                Hole::down(&mut $tree(tree, $probe), at);
            }
        )*

        fn main() {
            $(
                let mut tree = [(10, 0), (30, 1), (20, 2)];
                let mut positions = [0, 1, 2];
                let mut probe = <$of>::default();
                tree[0].0 = 40;
                $down(&mut tree, &mut positions, 0, &mut probe);
                assert_eq!(tree, [(20, 2), (30, 1), (40, 0)]);
                tree[2].0 = 5;
                $up(&mut tree, &mut positions, 2, &mut probe);
                assert_eq!(tree, [(5, 0), (30, 1), (20, 2)]);
                assert_eq!(positions, [0, 1, 2]);
            )*
            println!("every heap is in order");
        }
    };
}

fn alone<'a>(tree: Timers<'a>, _: &mut NoProbe) -> Timers<'a> {
    tree
}

fn observed<'a, P>(
    tree: Timers<'a>,
    probe: &'a mut P,
) -> Observed<'a, Timers<'a>, P> {
    Observed { tree, probe }
}

hot_paths! {
    up_alone down_alone (probe: NoProbe): alone;
    up_no_probe down_no_probe (probe: NoProbe): observed;
    up_recorded down_recorded (probe: Steps): observed;
}
