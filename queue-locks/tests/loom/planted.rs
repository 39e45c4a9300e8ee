//! Each planted bug: an ignored model, and the test that demands it fails.

/// Makes both for each bug of a file: its name, what runs its model, what the
/// threads of that do, and how the bug shows.
macro_rules! planted {
    (in $file:literal: $($name:ident: $run:expr, $model:expr, $symptom:ident;)*) => {$(
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
                    model: $model,
                    ..crate::symptoms::$symptom
                });
            }
        }
    )*};
}
