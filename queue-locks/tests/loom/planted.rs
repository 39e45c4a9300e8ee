//! Each planted bug: an ignored model, and the test that demands it fails.

/// Makes both for each bug of a file: its name, what runs its model, the model
/// without the bug, what the threads do, and how the bug shows.
macro_rules! planted {
    (in $file:literal: $($name:ident: $run:expr, $of:literal, $model:expr, $symptom:ident;)*) => {$(
        mod $name {
            use super::*;

            #[test]
            #[ignore = "planted bug, run by is_caught"]
            fn bug() {
                $run;
            }

            #[test]
            fn is_caught() {
                crate::check(&support::schedules::Bug {
                    name: stringify!($name),
                    test: concat!($file, "::", stringify!($name), "::bug"),
                    of: concat!($file, "::", $of),
                    model: $model,
                    ..crate::symptoms::$symptom
                });
            }
        }
    )*};
}
