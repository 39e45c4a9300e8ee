//! Paths that lead over `..`.

use rustix::io::Errno;

/// How often a walk is begun again. One takes microseconds, so that even a
/// machine that renames without a pause lets one of them through.
const TURNS: usize = 1_000;

/// Opens a path by `openat2`, again while the kernel says that something was
/// renamed or mounted meanwhile, anywhere: then it cannot tell whether `..` has
/// led out of the root.
pub(crate) fn undisturbed<T>(
    mut open: impl FnMut() -> Result<T, Errno>,
) -> Result<T, Errno> {
    for _ in 1..TURNS {
        match open() {
            Err(Errno::AGAIN) => {}
            other => return other,
        }
    }
    open()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_is_begun_again_but_not_for_ever() {
        let mut turns = 0;
        let mut until = |end| {
            undisturbed(|| {
                turns += 1;
                if turns < end { Err(Errno::AGAIN) } else { Ok(turns) }
            })
        };
        assert_eq!(until(5), Ok(5));
        assert_eq!(until(usize::MAX), Err(Errno::AGAIN));
        let other = || -> Result<(), Errno> { Err(Errno::LOOP) };
        assert_eq!(undisturbed(other), Err(Errno::LOOP));
    }
}
