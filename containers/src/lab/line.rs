//! Two pipes between the lab and a program in a container.

use std::fs;
use std::io::{self, PipeReader, PipeWriter, Read, Write};

use rustix::process::Pid;

/// The lab's end.
#[derive(Debug)]
pub(super) struct Lab {
    requests: PipeWriter,
    answers: PipeReader,
}

/// The program's end; given to its process whole, so that the lab sees when
/// the last of it is gone.
#[derive(Debug)]
pub(super) struct Program {
    requests: PipeReader,
    answers: PipeWriter,
}

/// The request to end.
const END: u8 = 0;
/// The request to answer.
const ANSWER: u8 = 1;

/// Makes both ends.
pub(super) fn new() -> io::Result<(Lab, Program)> {
    let (request_reader, requests) = io::pipe()?;
    let (answers, answer_writer) = io::pipe()?;
    let program = Program { requests: request_reader, answers: answer_writer };
    Ok((Lab { requests, answers }, program))
}

impl Program {
    /// Says who one is on the host, then answers until the end is asked for.
    /// Returns the exit code for it.
    pub(super) fn answer(mut self) -> u8 {
        u8::from(self.try_answer().is_err())
    }

    fn try_answer(&mut self) -> io::Result<()> {
        // This /proc is the host's: it names processes as the host does.
        let own = fs::read_link("/proc/self")?;
        let own: u32 = own.to_string_lossy().parse().unwrap_or(0);
        self.answers.write_all(&own.to_le_bytes())?;
        let mut byte = [END];
        while self.requests.read(&mut byte)? == 1 && byte != [END] {
            self.answers.write_all(&byte)?;
        }
        Ok(())
    }
}

impl Lab {
    /// Waits until the program answers, and returns its number.
    pub(super) fn pid(&mut self) -> io::Result<Pid> {
        let mut number = [0; 4];
        self.answers.read_exact(&mut number)?;
        Pid::from_raw(i32::from_le_bytes(number))
            .ok_or_else(|| io::Error::other("no process answers"))
    }

    /// Returns true if the program still answers.
    pub(super) fn is_alive(&mut self) -> io::Result<bool> {
        // A program that is gone reads nothing.
        let _ = self.requests.write_all(&[ANSWER]);
        Ok(self.answers.read(&mut [0])? == 1)
    }

    /// Asks the program to end.
    pub(super) fn end(mut self) {
        // One that is gone has ended.
        let _ = self.requests.write_all(&[END]);
    }
}
