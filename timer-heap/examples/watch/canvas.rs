//! A part of the screen on which text is put by column and line; what does not
//! fit is cut off.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// What is there to guide the eye.
pub(crate) const DIM: Style = Style::new().add_modifier(Modifier::DIM);

/// The buffer of a frame, and the part of it that is drawn to.
pub(crate) struct Canvas<'a> {
    area: Rect,
    buffer: &'a mut Buffer,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(area: Rect, buffer: &'a mut Buffer) -> Self {
        let area = area.intersection(buffer.area);
        Self { area, buffer }
    }

    pub(crate) fn width(&self) -> usize {
        usize::from(self.area.width)
    }

    pub(crate) fn height(&self) -> usize {
        usize::from(self.area.height)
    }

    /// Puts text at a column of a line.
    pub(crate) fn put(
        &mut self,
        column: usize,
        line: usize,
        text: &str,
        style: Style,
    ) {
        if column >= self.width() || line >= self.height() {
            return;
        }
        let (x, y) = (self.area.x + column as u16, self.area.y + line as u16);
        self.buffer.set_stringn(x, y, text, self.width() - column, style);
    }
}
