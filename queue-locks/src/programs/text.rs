//! A program from its text, and back.

use std::fmt;
use std::iter::Peekable;
use std::str::{Chars, FromStr};

use super::program::{Function, Program, Statement};

/// A text that is no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not the text of a program: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for function in &self.0 {
            let name = if function.is_named { "n" } else { "" };
            write!(f, "|{name}{}", Body(&function.body))?;
        }
        Ok(())
    }
}

struct Body<'a>(&'a [Statement]);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|statement| match statement {
            Statement::Say => f.write_str("s"),
            Statement::Panic => f.write_str("p"),
            Statement::RuntimeError => f.write_str("x"),
            Statement::Recover => f.write_str("r"),
            Statement::Repanic => f.write_str("R"),
            Statement::Goexit => f.write_str("g"),
            Statement::Return => f.write_str("v"),
            Statement::Set => f.write_str("w"),
            Statement::Call(number) => write!(f, "c{number}"),
            Statement::Defer(number) => write!(f, "d{number}"),
            Statement::DeferClosure(body) => write!(f, "D({})", Body(body)),
            Statement::If(yes, no) => {
                write!(f, "I({})({})", Body(yes), Body(no))
            }
            Statement::Loop(body) => write!(f, "L({})", Body(body)),
        })
    }
}

impl FromStr for Program {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let functions = text.strip_prefix('|');
        let functions = functions.ok_or_else(|| begins_wrong(text))?;
        let count = functions.split('|').count();
        let function = |(number, text): (usize, &str)| {
            let body = text.strip_prefix('n');
            let mut chars = body.unwrap_or(text).chars().peekable();
            let callable = number + 1..count;
            let is_named = body.is_some();
            let mut reader =
                Reader { chars: &mut chars, callable, is_named, depth: 0 };
            let body = reader.body()?;
            match chars.next() {
                None => Ok(Function { is_named, body }),
                Some(other) => Err(Malformed(format!("{other:?} is too much"))),
            }
        };
        functions.split('|').enumerate().map(function).collect()
    }
}

impl FromIterator<Function> for Program {
    fn from_iter<I: IntoIterator<Item = Function>>(functions: I) -> Self {
        Self(functions.into_iter().collect())
    }
}

fn begins_wrong(text: &str) -> Malformed {
    Malformed(format!("it begins with {:?}, not with |", text.chars().next()))
}

/// How deep blocks may lie in one another, so that reading, running and
/// dropping a program needs little of the stack.
const DEEPEST: usize = 50;

struct Reader<'a, 'text> {
    chars: &'a mut Peekable<Chars<'text>>,
    /// The functions that this one may refer to.
    callable: std::ops::Range<usize>,
    is_named: bool,
    /// How many blocks this is in.
    depth: usize,
}

impl Reader<'_, '_> {
    fn body(&mut self) -> Result<Vec<Statement>, Malformed> {
        let mut body = Vec::new();
        while let Some(letter) = self.chars.next_if(|&c| c != ')') {
            body.push(self.statement(letter)?);
        }
        Ok(body)
    }

    fn statement(&mut self, letter: char) -> Result<Statement, Malformed> {
        Ok(match letter {
            's' => Statement::Say,
            'p' => Statement::Panic,
            'x' => Statement::RuntimeError,
            'r' => Statement::Recover,
            'R' => Statement::Repanic,
            'g' => Statement::Goexit,
            'v' => Statement::Return,
            'w' if self.is_named => Statement::Set,
            'c' => Statement::Call(self.number()?),
            'd' => Statement::Defer(self.number()?),
            'D' => Statement::DeferClosure(self.block()?),
            'I' => Statement::If(self.block()?, self.block()?),
            'L' => Statement::Loop(self.block()?),
            _ => return Err(Malformed(format!("{letter:?} has no place"))),
        })
    }

    fn number(&mut self) -> Result<usize, Malformed> {
        let digit = self.chars.next().and_then(|c| c.to_digit(10));
        let number = digit.map(|digit| digit as usize);
        number.filter(|number| self.callable.contains(number)).ok_or_else(
            || {
                Malformed(
                    "the number of a function further on is missing".into(),
                )
            },
        )
    }

    fn block(&mut self) -> Result<Vec<Statement>, Malformed> {
        if self.depth >= DEEPEST {
            let text = format!("blocks are more than {DEEPEST} deep");
            return Err(Malformed(text));
        }
        self.bracket('(')?;
        self.depth += 1;
        let body = self.body()?;
        self.depth -= 1;
        self.bracket(')')?;
        Ok(body)
    }

    fn bracket(&mut self, expected: char) -> Result<(), Malformed> {
        match self.chars.next() {
            Some(found) if found == expected => Ok(()),
            _ => Err(Malformed(format!("{expected:?} is missing"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_and_written() {
        let text = "|nsD(rI(R)(w))L(d1)p|xgvc2|";
        let program: Program = text.parse().expect("a program");
        assert_eq!(program.to_string(), text);
    }

    #[test]
    fn a_malformed_text_is_refused() {
        for text in
            ["", "s", "|q", "|D(", "|D", "|c0", "|c", "|)", "|w", "|Ds)"]
        {
            text.parse::<Program>().expect_err(text);
        }
    }

    #[test]
    fn a_text_that_is_too_deep_is_refused() {
        let deep = |depth: usize| {
            let text = "L(".repeat(depth) + &")".repeat(depth);
            format!("|{text}").parse::<Program>()
        };
        assert!(deep(DEEPEST).is_ok());
        let beside = format!("|{}", "L(I()())".repeat(DEEPEST));
        assert!(beside.parse::<Program>().is_ok(), "none is deep");
        deep(DEEPEST + 1).expect_err("one too many");
        let error = deep(if cfg!(miri) { 100 } else { 1_000_000 })
            .expect_err("far too many");
        assert!(error.to_string().contains("50 deep"), "{error}");
    }
}
