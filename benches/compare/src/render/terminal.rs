//! What a table is printed for.

/// What the terminal can do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Fold tables to so many columns.
    pub width: Option<u16>,
    /// Colour the verdicts.
    pub colour: bool,
    /// Letters beyond ASCII are shown well.
    pub utf8: bool,
}
