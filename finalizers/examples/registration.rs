//! What allocation, registration and a file cost, as functions with names:
//! `tests/instructions.rs` counts what they execute, each as often as the
//! argument says.

#[cfg(unix)]
fn main() {
    unix::main()
}

#[cfg(not(unix))]
fn main() {
    eprintln!("descriptors are Unix's: nothing can run here");
}

#[cfg(unix)]
mod unix {
    use std::ffi::c_int;
    use std::hint::black_box;

    use finalizers::file::File;
    use finalizers::gc::{Heap, Layout, Pointer};

    /// About the size of what Go keeps for a file.
    const OBJECT: Layout = Layout::new(1, 56);

    macro_rules! named {
        ($($name:ident($($of:ident: $type:ty),*) $(-> $out:ty)? $body:block)*) => {
            $(
                // SAFETY: no other function of this program has this name.
                #[unsafe(no_mangle)]
                #[inline(never)]
                fn $name($($of: $type),*) $(-> $out)? $body
            )*
        };
    }

    named! {
        only_allocate(heap: &mut Heap) -> Pointer {
            heap.alloc(black_box(OBJECT))
        }
        with_finalizer(heap: &mut Heap) -> Pointer {
            let object = heap.alloc(black_box(OBJECT));
            heap.set_finalizer(object, |_, _| {});
            object
        }
        with_cleanup(heap: &mut Heap) -> Pointer {
            let object = heap.alloc(black_box(OBJECT));
            heap.add_cleanup(object, |_| {});
            object
        }
        libc_open_close() -> c_int {
            let path = black_box(c"/dev/null").as_ptr();
            // SAFETY: the path ends with a zero byte.
            let fd = unsafe { libc::open(path, libc::O_RDONLY | libc::O_CLOEXEC) };
            // SAFETY: opened the line before, and nobody else's.
            unsafe { libc::close(fd) }
        }
        open_and_drop() {
            drop(File::open(black_box("/dev/null")).expect("it opens"));
        }
        open_c_and_drop() {
            drop(File::open_c(black_box(c"/dev/null")).expect("it opens"));
        }
    }

    pub(super) fn main() {
        let count = std::env::args().nth(1);
        let count = count.map_or(1, |it| it.parse().expect("a count"));
        let mut heaps = [(); 3].map(|()| Heap::new());
        for _ in 0..count {
            black_box(only_allocate(&mut heaps[0]));
            black_box(with_finalizer(&mut heaps[1]));
            black_box(with_cleanup(&mut heaps[2]));
            assert_eq!(libc_open_close(), 0);
            open_and_drop();
            open_c_and_drop();
        }
        println!("all made, all closed, {count} times");
    }
}
