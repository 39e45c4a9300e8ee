//! What profiles look like outside: one format a file or folder, with both
//! directions.
//!
//! - `detect`: which format an input has, told by its first bytes.
//! - `xml_input`: XML in any encoding; `xml_report`: its elements, one by one;
//!   `json_input`: JSON, piece by piece.
//! - `foreign`: formats that are only named, with the way out.
//! - `line_chunks`: text in pieces of 64 KiB, for the formats of lines.
//! - `go_text`, `covdata`, `lcov`, `cobertura`, `clover`, `jacoco`,
//!   `istanbul`, `llvm_json`: one format each.

pub(crate) mod clover;
pub(crate) mod cobertura;
pub(crate) mod covdata;
pub(crate) mod detect;
pub(crate) mod foreign;
pub(crate) mod go_text;
pub(crate) mod istanbul;
pub(crate) mod jacoco;
mod json_input;
pub(crate) mod lcov;
pub(crate) mod line_chunks;
pub(crate) mod llvm_json;
pub(crate) mod xml_input;
mod xml_report;
