//! A solution of the last stage of the lab *heap*.

impl Tested for MyHeap {
    /// Panics if `S` does not restore the order.
    fn tests<S: Sift>() {
        let mut timers = Timers::default();
        let mut deadlines = Vec::new();
        let mut when = 1;
        for _ in 0..200 {
            when = when * 75 % 257;
            deadlines.push(when);
            timers.push::<S>(when);
            // A later pop would hide some of what goes wrong on the way up.
            timers.verify().expect("in order after a push");
        }
        deadlines.sort_unstable();
        for when in deadlines {
            let popped = timers.pop::<S>();
            assert_eq!(popped.map(|it| it.0), Some(when));
        }
    }
}
