//! What a crash tells of one panic, and how Go prints it.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

/// What a panic carries: the same as a payload of Rust's panics.
pub type Payload = Box<dyn Any + Send>;

/// One panic of those that led to a crash.
#[derive(Debug)]
pub struct Link {
    /// What it was raised with. `None` when a `recover` has taken it.
    pub value: Option<Payload>,
    /// Whether a deferred call recovered it, and then panicked itself.
    pub recovered: bool,
    /// Whether that later panic had the same value, which is then kept here:
    /// Go prints it once.
    pub repanicked: bool,
    /// How the value prints, which is known after it was taken, too.
    pub(super) text: Cow<'static, str>,
}

impl Link {
    /// What becomes of a value that nobody has met.
    pub(super) fn new(value: Payload) -> Self {
        let text = text_of(&*value);
        let (recovered, repanicked) = (false, false);
        Self { value: Some(value), recovered, repanicked, text }
    }

    /// Returns the text of the value, taken or not.
    ///
    /// ```
    /// use queue_locks::defer::{Defer, Outcome, go, go_panic, with_defers};
    ///
    /// let end: Outcome<()> = go(|| {
    ///     with_defers(|d| {
    ///         d.defer_with(|recovery| {
    ///             drop(recovery.recover());
    ///             go_panic("second");
    ///         });
    ///         go_panic("first")
    ///     })
    /// });
    /// let Outcome::Crashed(links) = end else { panic!("it did not crash") };
    /// assert_eq!(links[0].text(), "first");
    /// assert_eq!(links[0].to_string(), "panic: first [recovered]");
    /// assert_eq!(links[1].to_string(), "panic: second");
    /// ```
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Link {
    /// As Go prints it: `panic: value [recovered]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match (self.repanicked, self.recovered) {
            (true, _) => " [recovered, repanicked]",
            (false, true) => " [recovered]",
            (false, false) => "",
        };
        write!(f, "panic: {}{mark}", self.text)
    }
}

/// Prints a value of one of the types, if it is one.
macro_rules! printed {
    ($value:ident as $($type:ty)*) => {
        $(if let Some(value) = $value.downcast_ref::<$type>() {
            return Cow::Owned(value.to_string());
        })*
    };
}

/// Returns how a value prints: texts, numbers and truth values as they are.
pub(super) fn text_of(value: &(dyn Any + Send)) -> Cow<'static, str> {
    if let Some(text) = value.downcast_ref::<&'static str>() {
        return Cow::Borrowed(*text);
    }
    printed!(value as String Box<str> bool char);
    printed!(value as i8 i16 i32 i64 i128 isize);
    printed!(value as u8 u16 u32 u64 u128 usize f32 f64);
    Cow::Borrowed("(a value without text)")
}
