//! Running models and planted bugs.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anstream::{eprintln, print, println};
use anyhow::{Context, Result, bail, ensure};
use support::browser;
use support::models::{Model, listed};

use crate::binaries::{Binaries, Explorer};
use crate::catalogue::{Catalogue, Found};
use crate::child::{Outcome, Settings};
use crate::cli::Run;
use crate::failure;
use crate::hooks::{self, Hook};
use crate::table::words;
use crate::terminal::{BAD, GOOD, count};
use crate::workers::{Job, run_all};
use crate::workspace::{root, target};

/// Of so many models at once the words are shown too.
const FEW: usize = 3;

/// What there is to say at the end.
#[derive(Default)]
pub(crate) struct Sum {
    good: usize,
    bad: usize,
    executions: usize,
}

/// Runs what the command line names.
pub(crate) fn run(catalogue: &Catalogue, args: &Run) -> Result<ExitCode> {
    let hook = args.without.as_deref();
    let hook = hook.map(|step| hooks::find(catalogue, step)).transpose()?;
    let settings = settings(args, hook.as_ref())?;
    let mut sum = Sum::default();
    if args.planted.is_empty() {
        let models = models(catalogue, args, hook.as_ref())?;
        let binaries = Binaries::build(explorer(args))?;
        let start = Instant::now();
        run_models(&models, &settings, args, &binaries, &mut sum)?;
        if args.all && settings.is_plain() {
            for package in &catalogue.packages {
                sum.add(the_rest(&binaries, &package.name)?, 0);
            }
        }
        sum.print("model", "passed", "failed", start.elapsed());
    } else {
        let mut bugs = Vec::new();
        for name in &args.planted {
            bugs.extend(catalogue.planted(name)?);
        }
        let binaries = Binaries::build(explorer(args))?;
        let start = Instant::now();
        let jobs = bugs.iter().map(|bug| Job {
            package: bug.package.name.clone(),
            test: bug.it.test.clone(),
            settings: settings.clone(),
            fails_in: Some(bug.it.execution),
        });
        let jobs = prepared(jobs.collect(), args)?;
        let mut turn = bugs.iter();
        let mut shown = Ok(());
        run_all(&jobs, &binaries, |job, outcome| {
            let bug = turn.next().expect("a bug for each job");
            let is_found = failure::planted(catalogue, bug, job, outcome);
            sum.add(is_found, outcome.executions);
            if let Err(error) = failure::traced(job, outcome, args, &binaries) {
                shown = Err(error);
            }
        })?;
        shown?;
        sum.print("planted bug", "found", "not found", start.elapsed());
        if args.open {
            bugs.iter().try_for_each(open)?;
        }
    }
    Ok(if sum.bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn explorer(args: &Run) -> Explorer {
    if args.shuttle.is_empty() { Explorer::Loom } else { Explorer::Shuttle }
}

fn settings(args: &Run, hook: Option<&Hook>) -> Result<Settings> {
    let shuttle = match args.shuttle[..] {
        [0, _] => bail!("no schedule proves nothing: --shuttle N SEED"),
        [schedules, seed] => Some((schedules, seed)),
        _ => None,
    };
    Ok(Settings {
        preemptions: args.preemptions,
        without: hook.map(|hook| hook.name.clone()),
        shuttle,
        ..Settings::default()
    })
}

impl Settings {
    /// Returns whether the models run as they are recorded.
    fn is_plain(&self) -> bool {
        self.preemptions.is_none()
            && self.without.is_none()
            && self.shuttle.is_none()
    }
}

/// Returns the models that are meant: with a step left out, those that take
/// it.
fn models<'a>(
    catalogue: &'a Catalogue,
    args: &Run,
    hook: Option<&Hook>,
) -> Result<Vec<Found<'a, Model>>> {
    let mut models = catalogue.named(&args.names)?;
    let Some(hook) = hook else { return Ok(models) };
    models.retain(|model| model.it.steps.contains(&hook.name));
    if models.is_empty() {
        let all = catalogue.models();
        let taking = all.filter(|it| it.it.steps.contains(&hook.name));
        let taking: Vec<&str> = taking.map(|it| it.it.test.as_str()).collect();
        ensure!(
            !taking.is_empty(),
            "no model takes the step {} ({}:{}){}",
            hook.name,
            hook.file,
            hook.line,
            hook.planted_elsewhere()?
        );
        bail!(
            "none of these models takes the step {}; these do: {}",
            hook.name,
            taking.join(", ")
        );
    }
    Ok(models)
}

/// Has the jobs run nothing but what failed the last time, if that is asked
/// for, or loom's log of their first execution.
fn prepared(mut jobs: Vec<Job>, args: &Run) -> Result<Vec<Job>> {
    for job in &mut jobs {
        if args.replay {
            job.replay()?;
            job.settings.trace = args.trace;
        }
    }
    Ok(jobs)
}

fn run_models(
    models: &[Found<'_, Model>],
    settings: &Settings,
    args: &Run,
    binaries: &Binaries,
    sum: &mut Sum,
) -> Result<()> {
    let jobs = models.iter().map(|model| Job {
        package: model.package.name.clone(),
        test: model.it.test.clone(),
        settings: settings.clone(),
        fails_in: None,
    });
    let jobs = prepared(jobs.collect(), args)?;
    let is_few = models.len() <= FEW;
    let mut turn = models.iter();
    let mut shown = Ok(());
    run_all(&jobs, binaries, |job, outcome| {
        let model = turn.next().expect("a model for each job");
        let mut is_good = outcome.passed;
        if outcome.passed {
            print_passed(model, job, outcome, is_few);
            if settings.is_plain() && !args.replay {
                is_good = is_as_recorded(model.it, outcome) || !args.all;
            }
        } else {
            failure::model(model, job, outcome, args);
        }
        sum.add(is_good, outcome.executions);
        if let Err(error) = failure::traced(job, outcome, args, binaries) {
            shown = Err(error);
        }
    })?;
    shown
}

fn print_passed(
    model: &Found<'_, Model>,
    job: &Job,
    outcome: &Outcome,
    is_few: bool,
) {
    println!("{GOOD}passed{GOOD:#}  {}/{}", job.package, job.test);
    let found = if outcome.threads == 0 {
        count(outcome.executions, "random schedule")
    } else {
        format!(
            "{}, {}, at most {}",
            count(outcome.executions, "execution"),
            count(outcome.threads, "thread"),
            count(outcome.preemptions, "preemption")
        )
    };
    println!("        {found}, {:.1} s", outcome.elapsed.as_secs_f64());
    if is_few {
        print!("{}", words(model.it));
    }
}

/// Returns whether a model went through as many executions as is kept of it;
/// says so, if it did not.
fn is_as_recorded(model: &Model, outcome: &Outcome) -> bool {
    let is_same = model.executions == outcome.executions
        && model.threads == outcome.threads
        && model.preemptions == outcome.preemptions
        && outcome.steps.iter().eq(&model.steps);
    if !is_same {
        eprintln!(
            "        models.json says: {}, {}, at most {}; \
             cargo loom --record writes it anew",
            count(model.executions, "execution"),
            count(model.threads, "thread"),
            count(model.preemptions, "preemption")
        );
    }
    is_same
}

/// Runs the tests that are no models: each planted bug is found, on the
/// schedule that is kept, and each model is listed.
fn the_rest(binaries: &Binaries, package: &str) -> Result<bool> {
    let binary = binaries.of(package)?;
    let output = Command::new(binary).arg("--list").output()?;
    let tests = listed(&String::from_utf8_lossy(&output.stdout));
    let is_rest =
        |test: &&String| test.ends_with("caught") || test.ends_with("listed");
    let rest: Vec<&String> = tests.iter().filter(is_rest).collect();
    let output = Command::new(binary).args(&rest).arg("--exact").output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let is_good = output.status.success();
    let bugs = rest.len() - 1;
    if is_good {
        println!("{GOOD}passed{GOOD:#}  {package}: its planted bugs are found");
    } else {
        println!("{BAD}FAILED{BAD:#}  {package}: of {bugs} tests of its bugs");
        println!("{text}");
    }
    Ok(is_good)
}

impl Sum {
    pub(crate) fn add(&mut self, is_good: bool, executions: usize) {
        *if is_good { &mut self.good } else { &mut self.bad } += 1;
        self.executions += executions;
    }

    fn print(&self, noun: &str, good: &str, bad: &str, time: Duration) {
        let failed = if self.bad == 0 {
            String::new()
        } else {
            format!(", {} {bad}", self.bad)
        };
        println!(
            "{} {good}{failed}: {} in {:.1} s",
            count(self.good, noun),
            count(self.executions, "execution"),
            time.as_secs_f64()
        );
    }
}

/// Shows the lanes of a planted bug in the book.
fn open(bug: &Found<'_, support::schedules::Schedule>) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut book = Command::new(cargo);
    book.args(["xtask", "book"]).current_dir(root());
    let status = book.status().context("cannot run cargo xtask book")?;
    ensure!(status.success(), "the book does not build");
    let page = target("book").join("testing/planted-bugs.html");
    let id = format!("{}-{}", bug.package.name, bug.it.bug);
    let address = format!("file://{}#{id}", page.display());
    println!("Its lanes: {address}");
    browser::open(&address)?;
    Ok(())
}
