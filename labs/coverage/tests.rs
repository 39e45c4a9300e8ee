//! A solution of the last stage of the lab *coverage*.

impl Tested for MyMerge {
    /// Panics if `M` does not merge as it should.
    fn tests<M: Merge>() {
        let merged = |profiles: &[&str]| M::merge(profiles);
        // Two blocks begin in one line, and the last line has no end.
        let one = "mode: count\nb.go:1.1,1.9 1 3\nb.go:1.9,1.20 1 0";
        let other = "mode: count\na.go:1.1,1.9 2 1\nb.go:1.1,1.9 1 4\n";
        let both = "mode: count\na.go:1.1,1.9 2 1\nb.go:1.1,1.9 1 7\n\
                    b.go:1.9,1.20 1 0\n";
        assert_eq!(merged(&[one, other]).as_deref(), Ok(both));
        assert_eq!(merged(&[other, one]).as_deref(), Ok(both));
        let set = "mode: set\na.go:1.1,1.9 2 1\n";
        assert_eq!(merged(&[set, set]).as_deref(), Ok(set));
        let most = format!("mode: atomic\na.go:1.1,1.9 2 {MAX_COUNT}\n");
        assert_eq!(merged(&[&most, &most]).as_ref(), Ok(&most));
        let mixed = merged(&[set, other]);
        assert!(matches!(mixed, Err(Problem::Modes(..))));
        let cut = "mode: set\na.go:1.5,2.2 2 1\n";
        let overlap = merged(&[set, cut]);
        assert!(matches!(overlap, Err(Problem::Overlap(_))));
    }
}
