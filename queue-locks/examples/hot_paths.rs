//! The hot paths of the queue as functions with names, to look at:
//! `objdump -d --disassemble=put_guard target/release/examples/hot_paths`.
//!
//! `tests/disassembly.rs` compares them, and `tests/instructions.rs` counts
//! what they execute, each as often as the argument says.

use queue_locks::LockedQueue;
use queue_locks::defer::{FrameRecords, HeapRecords, OpenCoded};
use queue_locks::locks::ThreeState;
use queue_locks::storages::Slice;

type Queue = LockedQueue<u64, Slice<u64>, ThreeState>;

macro_rules! hot_paths {
    ($($put:ident $get:ident: $by_put:expr, $by_get:expr;)*) => {
        $(
            // SAFETY: no other function of this program has these names.
            #[unsafe(no_mangle)]
            #[inline(never)]
            fn $put(queue: &Queue, value: u64) {
                $by_put(queue, value);
            }

            // SAFETY: no other function of this program has these names.
            #[unsafe(no_mangle)]
            #[inline(never)]
            fn $get(queue: &Queue) -> Option<u64> {
                $by_get(queue)
            }
        )*

        fn main() {
            let queue = Queue::new();
            let count = std::env::args().nth(1);
            let count = count.map_or(1, |it| it.parse().expect("a count"));
            for _ in 0..count {
                $(
                    $put(&queue, 1);
                    assert_eq!($get(&queue), Some(1));
                )*
            }
            println!("all put, all got, {count} times");
        }
    };
}

hot_paths! {
    put_explicit get_explicit: Queue::put, Queue::get;
    put_guard get_guard: Queue::put_guard, Queue::get_guard;
    put_heap_records get_heap_records:
        Queue::put_deferred::<HeapRecords>, Queue::get_deferred::<HeapRecords>;
    put_frame_records get_frame_records:
        Queue::put_deferred::<FrameRecords>, Queue::get_deferred::<FrameRecords>;
    put_open_coded get_open_coded:
        Queue::put_deferred::<OpenCoded>, Queue::get_deferred::<OpenCoded>;
}
