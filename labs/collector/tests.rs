//! A solution of the last stage of the lab *collector*.

impl Tested for MyCollector {
    /// Panics if `C` is not a right collector.
    fn tests<C: Collector>() {
        let mut heap = Heap::default();
        // A list of twenty by each field in turn, and twenty that go.
        let all: Vec<u32> = (0..40).map(|_| heap.alloc()).collect();
        for number in 0..19 {
            heap.set_field(all[number], number % 3, Some(all[number + 1]));
        }
        all[1..].iter().for_each(|&object| heap.unroot(object));
        assert_eq!(heap.collect::<C>(), 20);
        for (number, &object) in all.iter().enumerate() {
            assert_eq!(heap.is_allocated(object), number < 20);
        }
        heap.unroot(all[0]);
        assert_eq!(heap.collect::<C>(), 0, "all were in use, and are not now");

        let (first, second) = (heap.alloc(), heap.alloc());
        heap.set_field(first, 0, Some(second));
        let weak = heap.downgrade(first);
        for (function, object) in [first, second].into_iter().enumerate() {
            heap.set_finalizer(object, function);
            heap.add_cleanup(object, function);
            heap.unroot(object);
        }
        // What is called, and how many objects are left.
        for (finalizer, cleanup, left) in [
            (Some(0), None, 2),
            (Some(1), Some(0), 1),
            (None, Some(1), 0),
        ] {
            assert_eq!(heap.collect::<C>(), left);
            assert_eq!(heap.upgrade(weak), None);
            let called = heap.run_finalizers();
            let called: Vec<usize> =
                called.iter().map(|due| due.function).collect();
            assert_eq!(called, Vec::from_iter(finalizer));
            let called = heap.run_cleanups();
            let called: Vec<usize> =
                called.iter().map(|due| due.function).collect();
            assert_eq!(called, Vec::from_iter(cleanup));
        }
    }
}
