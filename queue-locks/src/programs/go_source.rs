//! Programs as Go.

use std::fmt::Write;

use super::program::{BUDGET, Function, Program, Statement, TURNS};

/// What all programs need.
const HEAD: &str = r#"package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
)

var count int
var empty []int

func over() bool { return count > BUDGET }

func say(format string, values ...interface{}) {
	count++
	os.Stdout.WriteString(fmt.Sprintf(format+"\n", values...))
}

func recovered(value interface{}) {
	switch value := value.(type) {
	case nil:
		say("V nil")
	case int:
		say("V %d", value)
	default:
		say("V rt")
	}
}

func main() {
	number, _ := strconv.Atoi(os.Args[1])
	say("END %d", programs[number](0))
}

"#;

/// Returns a Go program that runs the one whose number is its argument.
pub fn source(programs: &[Program]) -> String {
    let mut text = HEAD.replace("BUDGET", &BUDGET.to_string());
    text.push_str("var programs = []func(int) int{");
    for program in 0..programs.len() {
        write(&mut text, format_args!("p{program}f0, "));
    }
    text.push_str("}\n");
    for (program, Program(functions)) in programs.iter().enumerate() {
        for (number, function) in functions.iter().enumerate() {
            let mut writer = Writer { program, is_deferred: false, text };
            writer.function(number, function);
            text = writer.text;
        }
    }
    text
}

fn write(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a string takes all");
}

struct Writer {
    program: usize,
    /// Inside of a deferred closure, which returns nothing.
    is_deferred: bool,
    text: String,
}

impl Writer {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        write(&mut self.text, line);
        self.text.push('\n');
    }

    fn function(&mut self, number: usize, function: &Function) {
        let program = self.program;
        let named = function.is_named;
        let result = if named { "(result int)" } else { "int" };
        self.line(format_args!(
            "\nfunc p{program}f{number}(argument int) {result} {{"
        ));
        self.line(format_args!("if over() {{ return 0 }}"));
        self.line(format_args!("say(\"E {number} %d\", argument)"));
        self.body(&function.body);
        let last = if named { "result" } else { "255" };
        self.line(format_args!("return {last}\n}}"));
    }

    fn body(&mut self, body: &[Statement]) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        let program = self.program;
        match statement {
            Statement::Say => self.line(format_args!("say(\"S %d\", count)")),
            Statement::Panic => self.line(format_args!("panic(1000 + count)")),
            Statement::RuntimeError => {
                self.line(format_args!("_ = empty[len(empty)]"));
            }
            Statement::Recover => {
                self.line(format_args!("recovered(recover())"));
            }
            Statement::Repanic => self.line(format_args!(
                "{{ value := recover(); recovered(value); \
                 if value != nil {{ panic(value) }} }}"
            )),
            Statement::Goexit => self.line(format_args!("runtime.Goexit()")),
            Statement::Return if self.is_deferred => {
                self.line(format_args!("return"));
            }
            Statement::Return => self.line(format_args!("return count")),
            Statement::Set => self.line(format_args!("result = count")),
            Statement::Call(number) => self.line(format_args!(
                "say(\"R %d\", p{program}f{number}(count))"
            )),
            Statement::Defer(number) => {
                self.line(format_args!("defer p{program}f{number}(count)"));
            }
            Statement::DeferClosure(body) => self.closure(body),
            Statement::If(yes, no) => {
                self.line(format_args!("if count%2 == 0 {{"));
                self.body(yes);
                self.line(format_args!("}} else {{"));
                self.body(no);
                self.line(format_args!("}}"));
            }
            Statement::Loop(body) => {
                self.line(format_args!("for i := 0; i < {TURNS}; i++ {{"));
                self.body(body);
                self.line(format_args!("}}"));
            }
        }
    }

    fn closure(&mut self, body: &[Statement]) {
        self.line(format_args!("defer func(argument int) {{"));
        self.line(format_args!("if over() {{ return }}"));
        self.line(format_args!("say(\"D %d\", argument)"));
        let outer = std::mem::replace(&mut self.is_deferred, true);
        self.body(body);
        self.is_deferred = outer;
        self.line(format_args!("}}(count)"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the functions of the program, a line a line and without the
    /// blank ones.
    fn functions(program: &str) -> Vec<String> {
        let source = source(&[program.parse().expect("a program")]);
        let (_, functions) = source.split_once("{p0f0, ").expect("a list");
        let lines = functions.lines().filter(|line| !line.is_empty());
        lines.skip(1).map(str::to_owned).collect()
    }

    #[test]
    #[cfg_attr(miri, ignore = "writes texts, and has no unsafe")]
    fn a_function_of_each_kind_is_written() {
        assert_eq!(
            functions("|d1D(v)v|nwc2|"),
            [
                "func p0f0(argument int) int {",
                "if over() { return 0 }",
                "say(\"E 0 %d\", argument)",
                "defer p0f1(count)",
                "defer func(argument int) {",
                "if over() { return }",
                "say(\"D %d\", argument)",
                "return",
                "}(count)",
                "return count",
                "return 255",
                "}",
                "func p0f1(argument int) (result int) {",
                "if over() { return 0 }",
                "say(\"E 1 %d\", argument)",
                "result = count",
                "say(\"R %d\", p0f2(count))",
                "return result",
                "}",
                "func p0f2(argument int) int {",
                "if over() { return 0 }",
                "say(\"E 2 %d\", argument)",
                "return 255",
                "}",
            ]
        );
    }
}
