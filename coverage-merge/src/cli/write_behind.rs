//! Writing while the next part is made.
//!
//! ```text
//! the caller   write_behind: runs `make`; each Parts::write copies its bytes
//!              and sends them; it blocks while WAITING parts are not written
//! the writer   receives part after part, writes it; flushes after the last
//! the caller   drops Parts, which ends the channel; joins the writer
//! ```
//!
//! There is no lock: the output belongs to the writer until it has ended. An
//! error ends the writer, so the next part cannot be sent, and `make` ends
//! too; the writer's error is the one that is returned.

use std::io::{self, ErrorKind, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
// Not modelled: loom lacks scoped threads, and these write nothing shared.
use std::thread;

/// Where bytes go, from any thread.
pub(crate) type Out<'a> = dyn Write + Send + 'a;

/// How many parts may wait to be written.
const WAITING: usize = 8;

/// Runs `make` with a writer whose parts another thread writes to `out`.
///
/// An error of `out` comes before one of `make`, because it is the cause.
pub(crate) fn write_behind(
    out: &mut Out<'_>,
    make: impl FnOnce(&mut Out<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let (sender, receiver) = sync_channel::<Vec<u8>>(WAITING);
    thread::scope(|scope| {
        let writer = scope.spawn(move || {
            receiver.iter().try_for_each(|part| out.write_all(&part))?;
            out.flush()
        });
        let mut parts = Parts(sender);
        let made = make(&mut parts);
        drop(parts);
        // The cause comes first: `make` only knows that nobody reads.
        writer.join().expect("writing does not panic")?;
        made
    })
}

struct Parts(SyncSender<Vec<u8>>);

impl Write for Parts {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let sent = self.0.send(part.to_vec());
        sent.map_err(|_| ErrorKind::BrokenPipe)?;
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_come_in_their_order() {
        let mut out = Vec::new();
        let parts = 0..100_u8;
        let all: Vec<u8> = parts.clone().collect();
        write_behind(&mut out, |to| {
            parts.into_iter().try_for_each(|part| to.write_all(&[part]))
        })
        .unwrap();
        assert_eq!(out, all);
    }

    #[test]
    fn the_error_of_the_output_is_told() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = write_behind(&mut Full, |to| {
            (0..100).try_for_each(|_| to.write_all(b"part"))
        });
        assert_eq!(error.unwrap_err().kind(), ErrorKind::StorageFull);
    }
}
