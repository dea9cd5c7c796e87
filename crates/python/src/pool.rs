//! The threads that play beside Python.
//!
//! One pool for the process, started by the first drawing that is worth it and stopped before a fork, since threads do not
//! survive one. Its threads hold no Python objects.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Threads asked for; 0 means one per core.
static WANTED: AtomicUsize = AtomicUsize::new(0);
/// How many cores this process may use, as first seen: to ask takes as long as to draw a few lines.
static CORES: OnceLock<usize> = OnceLock::new();
/// Counts forks, as seen from the child: what a thread of the parent had claimed is free there.
static GENERATION: AtomicUsize = AtomicUsize::new(1);
static POOL: Mutex<Option<Arc<Running>>> = Mutex::new(None);

/// A started pool.
pub struct Running {
    pool: Option<ThreadPool>,
    handles: Mutex<Vec<JoinHandle<()>>>,
    threads: usize,
}

impl Running {
    /// Runs `job` on one of the threads, later.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        if let Some(pool) = &self.pool {
            pool.spawn(job);
        } else {
            job();
        }
    }

    /// Runs `work` here and at the same time on up to `helpers` of the threads; returns when all are done.
    pub fn help(&self, helpers: usize, work: impl Fn() + Sync) {
        match &self.pool {
            Some(pool) => pool.in_place_scope(|scope| {
                for _ in 0..helpers.min(self.threads - 1) {
                    scope.spawn(|_| work());
                }
                work();
            }),
            None => work(),
        }
    }

    /// Runs `work` now, with the threads at its disposal.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.pool.take());
        let handles = std::mem::take(&mut *self.handles.lock().unwrap_or_else(PoisonError::into_inner));
        for handle in handles {
            // The last owner may be a job of the pool itself, which must not wait for itself.
            if handle.thread().id() != std::thread::current().id() {
                let _ = handle.join();
            }
        }
    }
}

fn pool() -> MutexGuard<'static, Option<Arc<Running>>> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads draw, the caller's included.
pub fn threads() -> usize {
    match WANTED.load(Ordering::Relaxed) {
        0 => *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZero::get)),
        wanted => wanted,
    }
}

/// Asks for a number of threads from now on; 0 for one per core.
pub fn set_threads(wanted: usize) {
    WANTED.store(wanted, Ordering::Relaxed);
    stop();
}

/// The pool, started if need be; `None` when everything is to happen on the caller's thread.
pub fn running() -> Option<Arc<Running>> {
    let threads = threads();
    if threads < 2 {
        return None;
    }
    let mut slot = pool();
    if let Some(running) = slot.as_ref().filter(|running| running.threads == threads) {
        return Some(Arc::clone(running));
    }
    let mut handles = Vec::new();
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("drypoint-{index}"))
        .spawn_handler(|thread| {
            let mut builder = std::thread::Builder::new();
            if let Some(name) = thread.name() {
                builder = builder.name(name.to_owned());
            }
            handles.push(builder.spawn(|| thread.run())?);
            Ok(())
        })
        .build();
    // Without threads (a limit of the system) drawing goes on, on the caller's.
    let running = Arc::new(Running { pool: Some(pool.ok()?), handles: Mutex::new(handles), threads });
    *slot = Some(Arc::clone(&running));
    Some(running)
}

/// Runs `work` now; with the threads at its disposal if it is `large`.
pub fn at_once<R: Send>(large: bool, work: impl FnOnce() -> R + Send) -> R {
    match if large { running() } else { None } {
        Some(running) => running.install(work),
        None => work(),
    }
}

/// Lets the threads finish what they have and ends them; the next drawing starts new ones.
pub fn stop() {
    let running = pool().take();
    drop(running);
}

/// Called in a forked child: its threads are gone.
pub fn forked() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// Changes with every fork.
pub fn generation() -> usize {
    GENERATION.load(Ordering::Relaxed)
}
