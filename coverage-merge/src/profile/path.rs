//! One spelling for each path: Windows separators, `./`, `//` and `..`.

use std::borrow::Cow;

/// Returns `path` as all inputs are thought to spell it: `/` between parts, no
/// `.`, no empty part, `..` taken back where there is something to take, and
/// a capital drive letter. A `/` at the end stays.
pub(crate) fn normal(path: &str) -> Cow<'_, str> {
    if is_normal(path) {
        return Cow::Borrowed(path);
    }
    let text = path.replace('\\', "/");
    // How Windows itself spells a path that it takes as it is.
    let text = match text.strip_prefix("//?/") {
        Some(rest) if has_drive(rest) => rest,
        Some(rest) if rest.starts_with("UNC/") => &rest["UNC".len()..],
        _ => &text,
    };
    // `webpack://app/a.js` is no path with an empty part.
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, _)) if is_scheme(scheme) => {
            text.split_at(scheme.len() + 3)
        }
        _ => text.split_at(0),
    };
    let is_absolute = rest.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/') {
        let is_name = |last: &&str| *last != ".." && !is_drive(last);
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(is_name) => drop(parts.pop()),
            ".." if is_absolute
                || parts.last().is_some_and(|p| is_drive(p)) => {}
            part => parts.push(part),
        }
    }
    let mut normal = format!("{scheme}{}", if is_absolute { "/" } else { "" });
    normal += &parts.join("/");
    if rest.ends_with('/') && !parts.is_empty() {
        normal.push('/');
    }
    if has_small_drive(&normal) {
        normal[..1].make_ascii_uppercase();
    }
    Cow::Owned(normal)
}

fn is_normal(path: &str) -> bool {
    // Bytes, because each path of an input is asked, and a search for
    // characters costs six times as much.
    let bytes = path.as_bytes();
    let last = bytes.iter().filter(|byte| **byte == b'/').count();
    let mut parts = bytes.split(|byte| *byte == b'/').enumerate();
    !bytes.contains(&b'\\')
        && !has_small_drive(path)
        && parts.all(|(at, part)| match part {
            b"." | b".." => false,
            b"" => at == 0 || at == last,
            _ => true,
        })
}

fn is_scheme(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn has_drive(path: &str) -> bool {
    path.split('/').next().is_some_and(is_drive)
}

fn is_drive(part: &str) -> bool {
    matches!(part.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

fn has_small_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [b'a'..=b'z', b':', b'/' | b'\\', ..])
}

/// Returns whether a path says where it is without a folder to start from.
pub(crate) fn is_absolute(path: &str) -> bool {
    let drive = path.get(..2).is_some_and(is_drive);
    path.starts_with('/') || drive && path[2..].starts_with('/')
}

/// Returns whether a path begins with a drive and a backslash.
pub(crate) fn is_of_windows(path: &str) -> bool {
    path.get(..2).is_some_and(is_drive) && path[2..].starts_with('\\')
}

/// Returns how many folders and names a path has.
pub(crate) fn depth(path: &str) -> usize {
    path.split('/').filter(|part| !part.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_path_are_one() {
        for (path, expected) in [
            ("a/b.c", "a/b.c"),
            (r"a\b.c", "a/b.c"),
            ("./a//b.c", "a/b.c"),
            ("a/./x/../b.c", "a/b.c"),
            ("../a.c", "../a.c"),
            ("x/../../a.c", "../a.c"),
            ("/../a.c", "/a.c"),
            (r"c:\proj\.\a.c", "C:/proj/a.c"),
            (r"C:\..\a.c", "C:/a.c"),
            (r"\\?\c:\proj\a.c", "C:/proj/a.c"),
            (r"\\?\UNC\host\share\a.c", "/host/share/a.c"),
            (r"\\?\UNCLE\a.c", "/?/UNCLE/a.c"),
            (r"\\host\share\a.c", "/host/share/a.c"),
            ("/ci//x/", "/ci/x/"),
            ("webpack://app/./a.js", "webpack://app/a.js"),
            ("m/[id]/{x}.ts", "m/[id]/{x}.ts"),
        ] {
            assert_eq!(normal(path), expected, "{path}");
            assert_eq!(normal(expected), expected, "{path}, once more");
        }
    }

    #[test]
    fn a_drive_or_a_slash_makes_a_path_absolute() {
        assert!(is_absolute("/a") && is_absolute("C:/a"));
        assert!(!is_absolute("a/b") && !is_absolute("C:a"));
        assert_eq!(depth("/a/b.c"), 2);
    }
}
