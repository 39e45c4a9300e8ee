//! Reports in XML as a stream of elements, with the place of what is wrong.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error as XmlError, Reader};
use std::borrow::Cow;
use std::io::{self, BufRead, ErrorKind, Read};

use crate::error::Error;
use crate::formats::xml_input::{self, XmlInput};
use crate::profile::block::MAX_COUNT;

/// What takes the elements of a report.
pub(super) trait Elements {
    /// The name of the element that has all others.
    const ROOT: &'static str;
    /// Whose reports they are.
    const TOOL: &'static str;

    /// Takes the beginning of an element, with its attributes.
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String>;

    /// Takes the end of an element.
    fn end(&mut self, name: &str) -> Result<(), String>;

    /// Takes text between elements.
    fn text(&mut self, _text: &str) {}

    /// Takes what it knows without a parser from the beginning of `text`, which
    /// stands between two elements; returns how many bytes that was.
    fn ahead(&mut self, _text: &[u8]) -> usize {
        0
    }

    /// Returns what was odd in the last element, and was mended.
    fn odd(&mut self) -> Option<String> {
        None
    }

    /// Takes a warning about something odd.
    fn warn(&mut self, error: Error) -> Result<(), Error> {
        Err(error)
    }
}

/// Hands all elements of `input` to `elements`, in their order.
pub(super) fn read<E: Elements>(
    input: impl Read,
    name: &str,
    elements: &mut E,
) -> Result<(), Error> {
    let input =
        xml_input::open(input).map_err(|error| Error::io(name, error))?;
    let mut reader = Reader::from_reader(input);
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let (mut depth, mut has_root) = (0_usize, false);
    loop {
        buffer.clear();
        reader.get_mut().begin_event();
        let mut ended = false;
        let step = match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) if depth > 0 => {
                Err("the report ends too early".to_owned())
            }
            Ok(Event::Eof) if has_root => return Ok(()),
            Ok(Event::Eof) => {
                let (root, tool) = (E::ROOT, E::TOOL);
                Err(format!("no <{root}> element: not a {tool} report"))
            }
            Ok(Event::Start(tag)) => {
                depth += 1;
                has_root |= tag.name().as_ref() == E::ROOT;
                elements.start(&tag)
            }
            Ok(Event::End(tag)) => {
                depth = depth.saturating_sub(1);
                ended = true;
                elements.end(tag.name().as_ref())
            }
            Ok(Event::Text(text)) => {
                elements.text(&text.xml10_content());
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(XmlError::Io(error)) => {
                let error = io::Error::new(error.kind(), error);
                return Err(Error::io(name, error));
            }
            Err(what) => Err(format!("bad XML: {what}")),
        };
        step.map_err(|what| at_place(name, reader.get_ref(), &what))?;
        if let Some(odd) = elements.odd() {
            elements.warn(at_place(name, reader.get_ref(), &odd))?;
        }
        // Not after the beginning of an element: an empty one has its end yet
        // to come.
        if ended {
            ahead(reader.get_mut(), elements)
                .map_err(|error| Error::io(name, error))?;
        }
    }
}

/// Lets `elements` take what it can without the parser.
fn ahead(
    input: &mut XmlInput<impl BufRead>,
    elements: &mut impl Elements,
) -> io::Result<()> {
    loop {
        input.begin_event();
        let taken = match input.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            text => elements.ahead(text?),
        };
        if taken == 0 {
            return Ok(());
        }
        input.consume(taken);
    }
}

/// Returns the error behind what was read last, by line and column.
fn at_place<R: BufRead>(name: &str, input: &XmlInput<R>, what: &str) -> Error {
    let column = input.column + 1;
    Error::malformed(name, what).at(input.line, column, &input.text)
}

/// Returns an attribute that must be there.
pub(super) fn attribute(
    tag: &BytesStart<'_>,
    name: &str,
) -> Result<String, String> {
    let element = tag.name().as_ref().to_owned();
    optional(tag, name)?.ok_or_else(|| format!("<{element}> without {name}="))
}

/// Returns an attribute, if it is there.
pub(super) fn optional(
    tag: &BytesStart<'_>,
    name: &str,
) -> Result<Option<String>, String> {
    let element = tag.name().as_ref().to_owned();
    let found = tag
        .try_get_attribute(name)
        .map_err(|error| format!("<{element}>: {error}"))?;
    let Some(found) = found else { return Ok(None) };
    unescaped(name, found.value).map(|text| Some(text.into_owned()))
}

/// Returns the text of an attribute, which is copied only if it must be.
pub(super) fn unescaped<'a>(
    name: &str,
    text: Cow<'a, str>,
) -> Result<Cow<'a, str>, String> {
    if !text.contains('&') {
        return Ok(text);
    }
    quick_xml::escape::unescape(&text)
        .map(|text| Cow::Owned(text.into_owned()))
        .map_err(|error| format!("{name}={text:?}: {error}"))
}

/// Returns a line's number, or how many branches there are.
pub(super) fn number(tag: &BytesStart<'_>, name: &str) -> Result<u32, String> {
    let text = attribute(tag, name)?;
    let number = text.trim().parse();
    number.map_err(|_| format!("{name}={text:?} is no number from 0 on"))
}

/// Returns a count; one that is too large becomes the largest.
pub(super) fn count(tag: &BytesStart<'_>, name: &str) -> Result<u64, String> {
    let text = attribute(tag, name)?;
    let digits = text.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{name}={text:?} is no count"));
    }
    Ok(digits.parse().map_or(MAX_COUNT, |count: u64| count.min(MAX_COUNT)))
}
