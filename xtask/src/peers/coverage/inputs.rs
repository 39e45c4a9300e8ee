//! Coverage profiles of a made-up program, the same for the same seed.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use fastrand::Rng;

/// How the profiles of one set relate to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All profiles have all blocks.
    Same,
    /// Each profile has 30 % of the packages.
    Sparse,
    /// No block is in two profiles.
    Disjoint,
    /// As `Same`, in one file.
    Concat,
    /// As `Same`, as LCOV tracefiles.
    Lcov,
    /// As `Same`, as reports in Cobertura's XML.
    Cobertura,
}

impl Shape {
    pub(crate) const ALL: [Self; 6] = [
        Self::Same,
        Self::Sparse,
        Self::Disjoint,
        Self::Concat,
        Self::Lcov,
        Self::Cobertura,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Sparse => "sparse",
            Self::Disjoint => "disjoint",
            Self::Concat => "concat",
            Self::Lcov => "lcov",
            Self::Cobertura => "cobertura",
        }
    }
}

/// How large the inputs are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) seed: u64,
    pub(crate) profiles: usize,
    pub(crate) blocks: usize,
}

const PACKAGES: usize = 250;
const FILES: usize = 5;

/// A source file of the program, and the lines on which blocks start.
struct Source {
    package: usize,
    path: String,
    blocks: Vec<(u32, String)>,
}

/// Returns the inputs of `shape` in `folder`, made if they are not there yet.
pub(crate) fn make(
    folder: &Path,
    shape: Shape,
    size: Size,
) -> Result<Vec<PathBuf>> {
    let name = format!(
        "{}-{}x{}-seed{}",
        shape.name(),
        size.profiles,
        size.blocks,
        size.seed
    );
    let (ready, making) = (folder.join(&name), folder.join("making"));
    if !ready.exists() {
        // What an interrupted command left is of another size, or not whole.
        let _ = fs::remove_dir_all(&making);
        fs::create_dir_all(&making)
            .with_context(|| format!("cannot make {}", making.display()))?;
        write_all(&making, shape, size)?;
        fs::rename(&making, &ready)?;
    }
    let mut paths: Vec<PathBuf> = fs::read_dir(&ready)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn write_all(folder: &Path, shape: Shape, size: Size) -> Result<()> {
    let mut rng = Rng::with_seed(size.seed);
    let mut sources = program(&mut rng, size.blocks, None);
    let extension = match shape {
        Shape::Lcov => "info",
        Shape::Cobertura => "xml",
        _ => "out",
    };
    let mut file = None;
    for number in 0..size.profiles {
        if shape == Shape::Disjoint {
            sources = program(&mut rng, size.blocks, Some(number));
        }
        if shape != Shape::Concat || number == 0 {
            let name = format!("profile{number:04}.{extension}");
            // In place: the folder gets its name when all is in it.
            file = Some(BufWriter::new(File::create(folder.join(name))?));
        }
        let out = file.as_mut().expect("made for the first profile");
        match shape {
            Shape::Lcov => write_lcov(out, &mut rng, &sources)?,
            Shape::Cobertura => write_cobertura(out, &mut rng, &sources)?,
            _ => write_go(out, &mut rng, &sources, shape, number == 0)?,
        }
        out.flush()?;
    }
    Ok(())
}

/// Returns files of ascending blocks; with a `shard`, no path is in another's.
fn program(rng: &mut Rng, blocks: usize, shard: Option<usize>) -> Vec<Source> {
    let per_file = blocks.div_ceil(PACKAGES * FILES);
    let shard = shard.map_or(String::new(), |n| format!("{n:03}/"));
    (0..PACKAGES * FILES)
        .map(|file| {
            let package = file / FILES;
            let path = format!(
                "example.com/organisation/repository/internal/\
                 package{package:03}/{shard}file_{file:04}.go"
            );
            let blocks = source_blocks(rng, per_file);
            Source { package, path, blocks }
        })
        .collect()
}

fn source_blocks(rng: &mut Rng, many: usize) -> Vec<(u32, String)> {
    let mut line = 10;
    (0..many)
        .map(|_| {
            line += rng.u32(1..12);
            let (start, end) = (rng.u32(2..30), rng.u32(2..80));
            let length = rng.u32(1..6);
            let statements = rng.u32(1..9);
            let first = line;
            // The next block starts after this one: blocks do not overlap.
            line += length;
            (first, format!("{first}.{start},{line}.{end} {statements}"))
        })
        .collect()
}

/// Draws a count: many blocks never run, most of the others a few times.
fn count(rng: &mut Rng) -> u32 {
    match rng.u32(0..10) {
        0..4 => 0,
        4..8 => rng.u32(1..10),
        8 => rng.u32(10..100),
        _ => rng.u32(100..100_000),
    }
}

fn write_go(
    out: &mut impl Write,
    rng: &mut Rng,
    sources: &[Source],
    shape: Shape,
    first: bool,
) -> Result<()> {
    if shape != Shape::Concat || first {
        writeln!(out, "mode: count")?;
    }
    let mut here = (usize::MAX, true);
    for source in sources {
        if source.package != here.0 {
            let kept = shape != Shape::Sparse || rng.u32(0..10) < 3;
            here = (source.package, kept);
        }
        if !here.1 {
            continue;
        }
        for (_, block) in &source.blocks {
            writeln!(out, "{}:{block} {}", source.path, count(rng))?;
        }
    }
    Ok(())
}

fn write_lcov(
    out: &mut impl Write,
    rng: &mut Rng,
    sources: &[Source],
) -> Result<()> {
    for source in sources {
        writeln!(out, "TN:\nSF:{}", source.path)?;
        let functions = source.blocks.iter().step_by(8);
        for (line, _) in functions.clone() {
            writeln!(out, "FN:{line},function_{line}")?;
        }
        for (line, _) in functions.clone() {
            writeln!(out, "FNDA:{},function_{line}", count(rng))?;
        }
        let found = functions.count();
        writeln!(out, "FNF:{found}\nFNH:{found}")?;
        for (line, _) in &source.blocks {
            writeln!(out, "DA:{line},{}", count(rng))?;
        }
        let found = source.blocks.len();
        writeln!(out, "LF:{found}\nLH:{found}\nend_of_record")?;
    }
    Ok(())
}

/// Writes a package for each folder, and in it a class for each file.
fn write_cobertura(
    out: &mut impl Write,
    rng: &mut Rng,
    sources: &[Source],
) -> Result<()> {
    writeln!(out, "<?xml version=\"1.0\"?>\n<coverage><packages>")?;
    for package in sources.chunks(FILES) {
        let name = package[0].package;
        writeln!(out, "<package name=\"package{name:03}\"><classes>")?;
        for Source { path, blocks, .. } in package {
            writeln!(out, "<class name=\"c\" filename=\"{path}\"><lines>")?;
            for (line, _) in blocks {
                let hits = count(rng);
                writeln!(out, "<line number=\"{line}\" hits=\"{hits}\"/>")?;
            }
            writeln!(out, "</lines></class>")?;
        }
        writeln!(out, "</classes></package>")?;
    }
    Ok(writeln!(out, "</packages></coverage>")?)
}
