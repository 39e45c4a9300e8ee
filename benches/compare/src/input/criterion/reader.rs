//! One benchmark of one baseline, out of its files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::sample_file;
use super::{
    AllocationFile, BenchmarkFile, EstimatesFile, estimated, measured, parse,
};
use crate::run::Reading;
use crate::samples::Samples;
use crate::{Error, Estimator, Measurement};

/// Reads benchmarks one by one, always into the same memory.
pub(super) struct Reader {
    reading: Reading,
    buffer: Vec<u8>,
    samples: Samples,
}

impl Reader {
    pub(super) fn new(reading: Reading) -> Self {
        Self {
            reading,
            buffer: Vec::new(),
            samples: Samples::default(),
        }
    }

    /// Reads one benchmark; nothing where there is none.
    pub(super) fn read(
        &mut self,
        folder: &Folder,
        baseline: &str,
    ) -> Option<Result<(String, Measurement), Error>> {
        self.file(folder, baseline, "benchmark.json", parse)
            .and_then(|file| {
                file.map(|file| self.rest(folder, baseline, file))
                    .transpose()
            })
            .transpose()
    }

    fn rest(
        &mut self,
        folder: &Folder,
        baseline: &str,
        file: BenchmarkFile,
    ) -> Result<(String, Measurement), Error> {
        let mut measurement = match self.reading.estimator {
            Estimator::Mean | Estimator::Median
                if !self.reading.keep_samples =>
            {
                self.estimated(folder, baseline)?
            }
            _ => self.sampled(folder, baseline)?,
        };
        measurement.throughput = file.throughput;
        let name = "allocations.json";
        let counts: Option<AllocationFile> =
            self.file(folder, baseline, name, parse)?;
        if let Some(counts) = counts {
            measurement.allocations = Some(counts.allocations);
            measurement.bytes = Some(counts.bytes);
        }
        Ok((file.full_id, measurement))
    }

    fn sampled(
        &mut self,
        folder: &Folder,
        baseline: &str,
    ) -> Result<Measurement, Error> {
        let name = "sample.json";
        let mut samples = std::mem::take(&mut self.samples);
        let read =
            self.file(folder, baseline, name, |place, baseline, text| {
                sample_file::read(place, baseline, text, &mut samples)
            });
        let place = || place(folder, baseline, name);
        let measurement = match read? {
            Some(()) => measured(&samples, &place(), self.reading),
            None => Err(missing(&place())),
        };
        self.samples = samples;
        measurement
    }

    /// Criterion's own mean or median, which needs no sample.
    fn estimated(
        &mut self,
        folder: &Folder,
        baseline: &str,
    ) -> Result<Measurement, Error> {
        let name = "estimates.json";
        let place = || place(folder, baseline, name);
        let file: Option<EstimatesFile> =
            self.file(folder, baseline, name, parse)?;
        let file = file.ok_or_else(|| missing(&place()))?;
        estimated(file, self.reading.estimator)
            .map_err(|what| Error::malformed(&place(), 1, 1, what))
    }

    /// Reads and parses a file, if it is there.
    fn file<T>(
        &mut self,
        folder: &Folder,
        baseline: &str,
        name: &str,
        parse: impl FnOnce(&Path, &str, &[u8]) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let relative = format!("{baseline}/{name}");
        match folder.read(&relative, &mut self.buffer) {
            Ok(text) => {
                parse(&folder.path.join(relative), baseline, text).map(Some)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(&folder.path.join(relative), error)),
        }
    }
}

fn place(folder: &Folder, baseline: &str, name: &str) -> PathBuf {
    folder.path.join(baseline).join(name)
}

fn missing(place: &Path) -> Error {
    Error::io(place, ErrorKind::NotFound.into())
}
