//! What the compiler made of a function, for tests that compare two, on x86-64
//! machines.

use std::collections::HashMap;
use std::fs;

use iced_x86::{
    Decoder, DecoderOptions, Formatter, GasFormatter, Instruction, Mnemonic,
};
use object::{Object, ObjectSection, ObjectSymbol};

use crate::example;

/// An optimised example of a package, taken apart.
#[derive(Debug)]
pub struct Program {
    /// The machine code of all functions.
    code: Vec<u8>,
    /// Where it begins.
    begin: u64,
    /// The compiler merges functions with the same code. Then two names have
    /// one address.
    addresses: HashMap<String, u64>,
}

impl Program {
    /// Builds an example with optimisation, from within a test.
    ///
    /// # Panics
    ///
    /// When it does not build.
    pub fn of_example(package: &str, name: &str) -> Self {
        let binary = example::build(package, name);
        let bytes = fs::read(binary).expect("it was just built");
        Self::read(&bytes).expect("the linker wrote it")
    }

    fn read(bytes: &[u8]) -> object::Result<Self> {
        let file = object::File::parse(bytes)?;
        let text = file.section_by_name(".text").expect("it has functions");
        let named = file.symbols().filter_map(|symbol| {
            Some((symbol.name().ok()?.to_owned(), symbol.address()))
        });
        Ok(Self {
            code: text.data()?.to_vec(),
            begin: text.address(),
            addresses: named.collect(),
        })
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
        let place = |address| (address - self.begin) as usize;
        let end = place(*end).min(self.code.len());
        taken_apart(&self.code[place(address)..end], address)
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
}

/// Returns the instructions in `code`, as the GNU assembler has them, but for
/// what fills the gap to the next function.
fn taken_apart(code: &[u8], address: u64) -> Vec<String> {
    let decoder = Decoder::with_ip(64, code, address, DecoderOptions::NONE);
    let mut all: Vec<Instruction> = decoder.into_iter().collect();
    let fills = |it: &Instruction| {
        [Mnemonic::Nop, Mnemonic::Int3].contains(&it.mnemonic())
    };
    while all.last().is_some_and(fills) {
        all.pop();
    }
    let mut formatter = GasFormatter::new();
    formatter.options_mut().set_rip_relative_addresses(true);
    let text = |it| without_place(it, &mut formatter);
    all.into_iter().map(text).collect()
}

/// Leaves out what differs with the address: the targets of jumps and calls,
/// and how far away a static variable is.
fn without_place(
    mut instruction: Instruction,
    formatter: &mut GasFormatter,
) -> String {
    if instruction.is_ip_rel_memory_operand() {
        instruction.set_memory_displacement64(instruction.next_ip());
    }
    let mut text = String::new();
    formatter.format(&instruction, &mut text);
    let operation = text.split(' ').next().unwrap_or_default();
    let is_jump = operation.starts_with('j') || operation.starts_with("call");
    if is_jump { operation.to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::taken_apart;

    #[test]
    fn only_what_depends_on_the_place_is_left_out() {
        let code = [
            &[0x75, 0x10][..],
            &[0xe8, 1, 2, 3, 4],
            &[0x48, 0x8b, 0x05, 1, 2, 3, 4],
            &[0xf0, 0x0f, 0xb1, 0x0f],
            &[0x87, 0x07],
            &[0xff, 0x15, 1, 2, 3, 4],
            &[0xc3, 0x66, 0x90, 0x90, 0xcc],
        ];
        let here = taken_apart(&code.concat(), 0x1000);
        assert_eq!(here[..2], ["jne", "call"]);
        assert!(here[2].ends_with("(%rip),%rax"), "{here:?}");
        let rest =
            ["lock cmpxchg %ecx,(%rdi)", "xchg %eax,(%rdi)", "callq", "ret"];
        assert_eq!(here[3..], rest);
        let mut moved = code.concat();
        moved[10] = 9;
        assert_eq!(taken_apart(&moved, 0x2000), here);
    }
}
