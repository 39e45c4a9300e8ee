//! A program that the reader may change, and the real crates that run it.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use live::markup::escape;

/// The programs that `{{#try NAME}}` begins with.
const PROGRAMS: [(&str, &str); 1] = [(
    "timers",
    "start a 50\n\
     start b 20\n\
     start c 70\n\
     start d 40\n\
     start e 60\n\
     start f 10 # the first to fire\n\
     reset c 30\n\
     stop b\n\
     advance 35\n",
)];

/// The program in an element that the page's script brings to life.
///
/// Without the script, the program and its steps stand there as they are.
///
/// # Errors
///
/// When there is no program of that name.
pub(crate) fn live_program(name: &str) -> Result<String> {
    let known = PROGRAMS.map(|(name, _)| name).join(", ");
    let found = PROGRAMS.iter().find(|(other, _)| *other == name);
    let (_, text) = found
        .with_context(|| format!("no program \"{name}\" among {known}"))?;
    let program = live::program::parse(text).map_err(line)?;
    let recording = live::timers::record(&program).map_err(line)?;
    Ok(format!(
        "<live-program>\n\
         <script type=\"application/wasm\">{}</script>\n\
         <pre class=\"program\">{}</pre>\n\
         {}</live-program>\n",
        STANDARD.encode(live::WASM),
        escape(text.trim_end()),
        live::player(&recording)
    ))
}

fn line(error: live::program::ProgramError) -> anyhow::Error {
    anyhow::anyhow!("line {}: {}", error.line, error.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_runs() {
        for (name, _) in PROGRAMS {
            let html = live_program(name).expect(name);
            assert!(html.contains("<step-player>"), "{html}");
            assert!(!html.contains("\n\n"), "Markdown would start again");
        }
        assert!(live_program("nothing").is_err());
    }
}
