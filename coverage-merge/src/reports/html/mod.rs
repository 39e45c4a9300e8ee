//! The report in HTML: a table of folders and files, and each file with its
//! source; on one page, or on a page a file.
//!
//! Pages need no other file, but those that they lead to, and no network. They
//! can be read without scripts: those only sort, search, fold, and go from one
//! missed line to the next.
//!
//! - `pages`: which pages there are; `frame`: what all have.
//! - `table`: the rows of the table; `tree`: its folders.
//! - `source`: a file; `markup`: pieces of HTML.

mod frame;
mod markup;
pub(crate) mod pages;
mod source;
mod table;
mod tree;
