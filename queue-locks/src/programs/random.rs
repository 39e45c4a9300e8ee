//! A random program.

use super::program::{Function, Program, Statement};

/// How many functions a program has.
const FUNCTIONS: usize = 5;

/// Returns the program of that seed, always the same.
pub fn program(seed: u64) -> Program {
    let mut random = fastrand::Rng::with_seed(seed);
    let function = |number| {
        let is_named = random.bool();
        let mut writer = Writer { random: &mut random, number, is_named };
        Function { is_named, body: writer.body(2, 1..=5) }
    };
    (0..FUNCTIONS).map(function).collect()
}

struct Writer<'a> {
    random: &'a mut fastrand::Rng,
    /// The function that is written.
    number: usize,
    is_named: bool,
}

impl Writer<'_> {
    fn body(
        &mut self,
        depth: u32,
        length: std::ops::RangeInclusive<u64>,
    ) -> Vec<Statement> {
        // Below a `usize`, machines with other words draw other numbers.
        let length = self.random.u64(length);
        (0..length).map(|_| self.statement(depth)).collect()
    }

    fn statement(&mut self, depth: u32) -> Statement {
        let may_call = self.number + 1 < FUNCTIONS;
        match self.random.u8(0..24) {
            0..4 if may_call => Statement::Defer(self.other()),
            4..7 if may_call => Statement::Call(self.other()),
            7..12 if depth > 0 => {
                Statement::DeferClosure(self.body(depth - 1, 1..=4))
            }
            12..14 if depth > 0 => Statement::If(
                self.body(depth - 1, 1..=2),
                self.body(depth - 1, 0..=2),
            ),
            14 if depth > 0 => Statement::Loop(self.body(depth - 1, 1..=2)),
            15 if self.is_named => Statement::Set,
            16 => Statement::RuntimeError,
            17 => Statement::Goexit,
            18 => Statement::Return,
            19 => Statement::Repanic,
            20 => Statement::Say,
            21 => Statement::Panic,
            _ => self.leaf(),
        }
    }

    fn leaf(&mut self) -> Statement {
        match self.random.u8(0..8) {
            0..4 => Statement::Recover,
            4..6 => Statement::Panic,
            _ => Statement::Say,
        }
    }

    fn other(&mut self) -> usize {
        let range = self.number as u64 + 1..FUNCTIONS as u64;
        self.random.u64(range) as usize
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Returns how deep its blocks are.
    fn depth(text: &str) -> usize {
        let opened = |at: usize| {
            let count = |bracket| text[..at].matches(bracket).count();
            count('(') - count(')')
        };
        (0..=text.len()).map(opened).max().unwrap_or_default()
    }

    /// A report names a seed, which has to mean the same elsewhere.
    #[test]
    fn a_seed_means_the_same_program_everywhere() {
        for (seed, text) in [
            (
                0,
                "|nL(D(d2r))|L(D(d2srd2))d4xc4D(L(d4))|nD(wrxD(rsr))I(d3)\
                 (I(w)(Rw))d4I(d4)()p|sgD(c4xd4D(d4ppd4))d4d4|nrD(D(rxr))g",
            ),
            (
                2,
                "|nD(I(p)()d3)D(c3c1D(sd2))swD(pgx)|nRp|nI(d4)(vr)w|d4xD(g)RR\
                 |D(ssRr)rRp",
            ),
            (10, "|gD(p)rI(s)(d3)v|d2R|nI(s)(r)sD(sw)D(RwD(pr))p|np|nrrvp"),
        ] {
            assert_eq!(program(seed).to_string(), text);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "thousands of programs, and no unsafe")]
    fn a_seed_means_one_program_and_all_of_them_have_each_statement() {
        let mut letters = BTreeSet::new();
        for seed in 0..2_000 {
            let text = program(seed).to_string();
            assert_eq!(program(seed).to_string(), text);
            let read: Program = text.parse().expect("as it was written");
            assert_eq!(read.to_string(), text);
            letters.extend(text.chars());
            assert!(depth(&text) <= 2, "{text}");
        }
        for letter in "|nspxrRgvwcdDIL".chars() {
            assert!(letters.contains(&letter), "none has {letter:?}");
        }
    }
}
