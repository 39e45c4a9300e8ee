//! What stands in criterion's files, and how it becomes a measurement.

use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny};

use crate::error::Error;
use crate::estimator::Estimator;
use crate::run::{Measurement, Reading};
use crate::samples::Samples;
use crate::throughput::Throughput;

#[derive(Deserialize)]
pub(super) struct BenchmarkFile {
    pub(super) full_id: String,
    #[serde(default, deserialize_with = "known")]
    pub(super) throughput: Option<Throughput>,
}

/// Reads a throughput; of a kind that a later criterion may have nothing is
/// known here, and the times are right all the same.
pub(in crate::input) fn known<'de, D: Deserializer<'de>>(
    json: D,
) -> Result<Option<Throughput>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Any {
        Known(Throughput),
        Other(IgnoredAny),
    }
    Ok(match Option::<Any>::deserialize(json)? {
        Some(Any::Known(throughput)) => Some(throughput),
        Some(Any::Other(IgnoredAny)) | None => None,
    })
}

/// Written beside criterion's files by the allocation counter of `benches`.
#[derive(Deserialize)]
pub(super) struct AllocationFile {
    pub(super) allocations: f64,
    pub(super) bytes: f64,
}

#[derive(Deserialize)]
pub(super) struct EstimatesFile {
    mean: Estimate,
    median: Estimate,
}

#[derive(Deserialize)]
pub(in crate::input) struct Estimate {
    pub(in crate::input) point_estimate: f64,
    pub(in crate::input) confidence_interval: Interval,
}

#[derive(Deserialize)]
pub(in crate::input) struct Interval {
    pub(in crate::input) lower_bound: f64,
    pub(in crate::input) upper_bound: f64,
}

/// Returns the measurement of samples that pass their check.
pub(super) fn measured(
    samples: &Samples,
    place: &Path,
    reading: Reading,
) -> Result<Measurement, Error> {
    let bad = |what| Error::malformed(place, 1, 1, what);
    let times = samples.checked().map_err(bad)?;
    Ok(Measurement::of_checked(samples, &times, reading))
}

/// Returns criterion's own mean or median, which needs no sample.
pub(super) fn estimated(
    file: EstimatesFile,
    estimator: Estimator,
) -> Result<Measurement, &'static str> {
    let estimate = match estimator {
        Estimator::Mean => file.mean,
        _ => file.median,
    };
    let time = estimate.point_estimate;
    if time <= 0.0 || !time.is_finite() {
        return Err("a time that is not positive");
    }
    let ends = estimate.confidence_interval;
    Ok(Measurement {
        within: Some((ends.lower_bound, ends.upper_bound)),
        ..Measurement::of_time(time)
    })
}

/// Parses a file of criterion's, which is empty where criterion truncated it.
pub(super) fn parse<T: DeserializeOwned>(
    path: &Path,
    baseline: &str,
    bytes: &[u8],
) -> Result<T, Error> {
    if bytes.is_empty() {
        return Err(Error::emptied(path, baseline));
    }
    serde_json::from_slice(bytes).map_err(|error| Error::json(path, &error))
}
