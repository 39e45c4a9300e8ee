//! Records that are not as they should be.

use std::borrow::Cow;

/// Returns a record as text; where it is not UTF-8, each byte is a character,
/// as in ISO-8859-1: so two names that differ stay two.
pub(super) fn text(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => line.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Returns a record whose counts are counts: negative ones, and what is no
/// number, are 0; `1e+06` is a million. Blanks around numbers are left out.
pub(super) fn mended(record: &str) -> String {
    let Some((name, rest)) = record.split_once(':') else {
        return record.to_owned();
    };
    let count = |text: &str| match text.trim().parse::<f64>() {
        Ok(number) if number >= 0.0 => format!("{number:.0}"),
        _ => "0".to_owned(),
    };
    let at = match name {
        "DA" | "FNA" | "BRDA" | "FNDA" | "MCDC" => match name {
            "FNDA" => 0,
            "BRDA" | "MCDC" => 3,
            _ => 1,
        },
        _ => return record.to_owned(),
    };
    let mut fields: Vec<String> = rest.split(',').map(str::to_owned).collect();
    let at = if name == "BRDA" { fields.len() - 1 } else { at };
    fields[0] = fields[0].trim().to_owned();
    if let Some(field) = fields.get_mut(at) {
        *field = count(field);
    }
    format!("{name}:{}", fields.join(","))
}
