//! A program that the reader may change, and the real crates that run it.

use std::io::Write;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use live::Language;
use live::markup::escape;

/// Returns the program that `{{#try LANGUAGE}}` begins with.
fn example(language: Language) -> &'static str {
    match language {
        Language::Timers => TIMERS,
        Language::Objects => OBJECTS,
        Language::Defers => DEFERS,
    }
}

const TIMERS: &str = "\
start a 50
start b 20
start c 70
start d 40
start e 60
start f 10 # the first to fire
reset c 30
stop b
advance 35
";

const OBJECTS: &str = "\
new a
new b
new c
link a b
link b c
drop b # still reached from a
drop c
finalizer b
weak c
drop a # nothing leads to any of the three
collect
run
collect
upgrade c
";

const DEFERS: &str = "\
defer print end # main has the last word
call work
print on
func work
  defer rescue
  call risky
func risky
  defer print unlock
  panic boom
func rescue
  recover
  print saved
";

/// Returns the program in an element that the page's script brings to life.
///
/// Without the script, the program and its steps stand there as they are.
///
/// # Errors
///
/// When there is no program of that name.
pub(super) fn live_program(name: &str) -> Result<String> {
    let known = Language::ALL.map(Language::name).join(", ");
    let found = Language::ALL.into_iter().find(|l| l.name() == name);
    let language = found
        .with_context(|| format!("no program \"{name}\" among {known}"))?;
    let text = example(language);
    let recording = language.record(text).map_err(|error| {
        anyhow::anyhow!("line {}: {}", error.line, error.message)
    })?;
    Ok(format!(
        "<live-program data-language=\"{name}\">\n\
         <script type=\"application/wasm\">{}</script>\n\
         <pre class=\"program\">{}</pre>\n\
         <p class=\"limits\">{}</p>\n{}</live-program>\n",
        STANDARD.encode(packed()?),
        escape(text.trim_end()),
        language.limits(),
        live::player(&recording)
    ))
}

/// Returns the crates, packed as the browser's own `DecompressionStream`
/// reads them.
fn packed() -> Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(live::WASM)?;
    Ok(gzip.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_runs() {
        for language in Language::ALL {
            let name = language.name();
            let html = live_program(name).expect(name);
            assert!(html.contains("<step-player>"), "{html}");
            assert!(!html.contains("\n\n"), "Markdown would start again");
        }
        assert!(live_program("nothing").is_err());
    }
}
