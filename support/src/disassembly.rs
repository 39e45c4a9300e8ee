//! What the compiler made of a function, for tests that compare two.
//!
//! Needs `objdump` (binutils) on x86-64 Linux; without it a test is skipped
//! loudly.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::example;

/// An optimised example of a package, taken apart.
#[derive(Debug)]
pub struct Program {
    binary: PathBuf,
    /// The compiler merges functions with the same code. Then two names have
    /// one address.
    addresses: HashMap<String, u64>,
}

impl Program {
    /// Builds an example with optimisation, from within a test. Returns `None`
    /// when there is no `objdump`.
    ///
    /// # Panics
    ///
    /// When it does not build.
    pub fn of_example(package: &str, name: &str) -> Option<Self> {
        let binary = example::build(package, name);
        let table = objdump(&["--syms"], &binary)?;
        let addresses = table.lines().filter_map(symbol).collect();
        Some(Self { binary, addresses })
    }

    /// Returns the instructions of `function`, without what differs with its
    /// address.
    ///
    /// # Panics
    ///
    /// When there is no such function.
    pub fn instructions(&self, function: &str) -> Vec<String> {
        let address = self.addresses[function];
        let all = self.addresses.values();
        let end = all.filter(|&&other| other > address).min();
        let end = end.expect("something follows a function");
        self.between(&[
            format!("--start-address={address:#x}"),
            format!("--stop-address={end:#x}"),
        ])
    }

    /// Returns the instructions of `function` up to its first return, likewise.
    ///
    /// # Panics
    ///
    /// When there is no such function, or it does not return.
    pub fn up_to_return(&self, function: &str) -> Vec<String> {
        let all = self.instructions(function);
        let last = all.iter().position(|line| line.starts_with("ret"));
        let last = last.unwrap_or_else(|| panic!("{function} returns"));
        all[..=last].to_vec()
    }

    fn between(&self, addresses: &[String]) -> Vec<String> {
        let mut arguments = vec!["--disassemble", "--no-show-raw-insn"];
        arguments.extend(addresses.iter().map(String::as_str));
        let text = objdump(&arguments, &self.binary).expect("it was there");
        let instructions = text.lines().filter_map(|line| {
            let (address, instruction) = line.trim().split_once(":\t")?;
            u64::from_str_radix(address, 16).ok()?;
            Some(without_places(instruction))
        });
        instructions.collect()
    }
}

/// Returns what `objdump` prints, or `None` when there is no `objdump`.
fn objdump(arguments: &[&str], binary: &Path) -> Option<String> {
    let command = Command::new("objdump").args(arguments).arg(binary).output();
    let Ok(output) = command else {
        eprintln!("SKIPPED: there is no objdump; install binutils");
        return None;
    };
    Some(String::from_utf8(output.stdout).expect("objdump prints text"))
}

/// Reads a line of the table of symbols: name and address.
fn symbol(line: &str) -> Option<(String, u64)> {
    let mut words = line.split_whitespace();
    let address = u64::from_str_radix(words.next()?, 16).ok()?;
    Some((words.next_back()?.to_owned(), address))
}

/// Leaves out what differs with the address: the targets of jumps and calls,
/// and comments.
fn without_places(instruction: &str) -> String {
    let instruction = instruction.split('#').next().unwrap_or_default();
    let mut words = instruction.split_whitespace();
    let operation = words.next().unwrap_or_default();
    let is_jump = operation.starts_with('j') || operation == "call";
    if is_jump {
        return operation.to_owned();
    }
    instruction.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{symbol, without_places};

    #[test]
    fn only_jumps_and_comments_lose_their_places() {
        let plain = "mov    0x10(%rdi),%rax        # 2020";
        assert_eq!(without_places(plain), "mov 0x10(%rdi),%rax");
        assert_eq!(without_places("jne    1f40 <put+0x20>"), "jne");
    }

    #[test]
    fn a_symbol_has_a_name_and_an_address() {
        let line = "0000000000001f20 g     F .text  0000000000000042 put";
        assert_eq!(symbol(line), Some(("put".to_owned(), 0x1f20)));
        assert_eq!(symbol("SYMBOL TABLE:"), None);
    }
}
