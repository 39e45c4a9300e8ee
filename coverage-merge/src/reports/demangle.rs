//! Names of functions as people wrote them.

use cpp_demangle::{DemangleOptions, Symbol};

/// Returns a name without the mangling of Rust or C++, and without the types
/// that one instance of a generic function has.
pub(crate) fn readable(name: &str) -> String {
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        // Without the hash, which another build has not.
        return without_types(&format!("{rust:#}"), "::<");
    }
    let options = DemangleOptions::new().no_params().no_return_type();
    let cpp = Symbol::new(name).ok();
    match cpp.and_then(|it| it.demangle(&options).ok()) {
        Some(cpp) if name.starts_with("_Z") => without_types(&cpp, "<"),
        _ => name.to_owned(),
    }
}

/// Cuts the last `<...>`, if the name ends with it.
fn without_types(name: &str, open: &str) -> String {
    if !name.ends_with('>') || name.contains("operator") {
        return name.to_owned();
    }
    let mut depth = 0;
    for (at, c) in name.char_indices().rev() {
        match c {
            '>' => depth += 1,
            '<' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let start = at + 1;
            let begins = name[..start].ends_with(open);
            let end = if begins { start - open.len() } else { name.len() };
            return match end {
                0 => name.to_owned(),
                end => name[..end].to_owned(),
            };
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_source() {
        assert_eq!(readable("_RINvCs1_1m3maxlEB2_"), "m::max");
        assert_eq!(readable("_ZN1m3maxEii"), "m::max");
        assert_eq!(readable("_Z3maxIiET_S0_S0_"), "max");
        assert_eq!(readable("main"), "main");
        assert_eq!(readable("a<b>"), "a<b>");
    }
}
