//! One benchmark of one baseline, out of its files.

use std::io::ErrorKind;
use std::path::{MAIN_SEPARATOR_STR, Path};
use std::time::SystemTime;

use super::files::{AllocationFile, BenchmarkFile, estimated, measured, parse};
use super::folder::Folder;
use super::sample_file;
use crate::error::Error;
use crate::estimator::Estimator;
use crate::run::Measurement;
use crate::run::Reading;
use crate::run::Wanted;
use crate::samples::Samples;

/// Reads benchmarks one by one, always into the same memory.
pub(super) struct Reader<'a> {
    reading: Reading,
    wanted: Wanted<'a>,
    /// Whether to look when the files of numbers were written.
    dated: bool,
    buffer: Vec<u8>,
    samples: Samples,
    /// The place of a file in its folder.
    place: String,
    /// When the last file was written.
    when: Option<SystemTime>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        reading: Reading,
        wanted: Wanted<'a>,
        dated: bool,
    ) -> Self {
        Self {
            reading,
            wanted,
            dated,
            buffer: Vec::new(),
            samples: Samples::default(),
            place: String::new(),
            when: None,
        }
    }

    /// Reads one benchmark; nothing where there is none, and nothing of it
    /// where nobody wants it.
    pub(super) fn read(
        &mut self,
        folder: &Folder,
        baseline: &str,
    ) -> Option<Result<Option<(String, Measurement)>, Error>> {
        self.benchmark(folder, baseline)
            .map_err(|error| error.within(&folder.path))
            .transpose()
    }

    fn benchmark(
        &mut self,
        folder: &Folder,
        baseline: &str,
    ) -> Result<Option<Option<(String, Measurement)>>, Error> {
        let name = "benchmark.json";
        let file: Option<BenchmarkFile> =
            self.file(folder, baseline, name, parse)?;
        let Some(file) = file else { return Ok(None) };
        if !(self.wanted)(&file.full_id) {
            return Ok(Some(None));
        }
        let mut measurement = match self.reading.estimator {
            Estimator::Mean | Estimator::Median
                if !self.reading.keep_samples =>
            {
                self.estimated(folder, baseline)?
            }
            _ => self.sampled(folder, baseline)?,
        };
        measurement.throughput = file.throughput;
        measurement.when = self.when.take();
        let name = "allocations.json";
        let counts: Option<AllocationFile> =
            self.file(folder, baseline, name, parse)?;
        if let Some(counts) = counts {
            measurement.allocations = Some(counts.allocations);
            measurement.bytes = Some(counts.bytes);
        }
        Ok(Some(Some((file.full_id, measurement))))
    }

    fn sampled(
        &mut self,
        folder: &Folder,
        baseline: &str,
    ) -> Result<Measurement, Error> {
        let name = "sample.json";
        let reading = self.reading;
        let mut samples = std::mem::take(&mut self.samples);
        let measurement =
            self.file(folder, baseline, name, |place, baseline, text| {
                sample_file::read(place, baseline, text, &mut samples)?;
                measured(&samples, place, reading)
            });
        self.samples = samples;
        measurement?.ok_or_else(|| missing(&self.place))
    }

    /// Returns criterion's own mean or median, which needs no sample.
    fn estimated(
        &mut self,
        folder: &Folder,
        baseline: &str,
    ) -> Result<Measurement, Error> {
        let name = "estimates.json";
        let estimator = self.reading.estimator;
        let measurement =
            self.file(folder, baseline, name, |place, baseline, text| {
                estimated(parse(place, baseline, text)?, estimator)
                    .map_err(|what| Error::malformed(place, 1, 1, what))
            });
        measurement?.ok_or_else(|| missing(&self.place))
    }

    /// Reads and parses a file, if it is there; errors name its place in the
    /// folder.
    fn file<T>(
        &mut self,
        folder: &Folder,
        baseline: &str,
        name: &str,
        parse: impl FnOnce(&Path, &str, &[u8]) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        self.place.clear();
        self.place.extend([baseline, MAIN_SEPARATOR_STR, name]);
        let place = Path::new(&self.place);
        let dated =
            self.dated && ["sample.json", "estimates.json"].contains(&name);
        match folder.read(&self.place, dated, &mut self.buffer) {
            Ok((text, when)) => {
                self.when = when.or(self.when);
                parse(place, baseline, text).map(Some)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(place, error)),
        }
    }
}

fn missing(place: &str) -> Error {
    Error::io(Path::new(place), ErrorKind::NotFound.into())
}
