//! A canvas that is drawn on beside Python.
//!
//! Ops are queued and played in order by whoever holds the turn: a job on the pool, or the caller who waits. Nothing here
//! holds a Python object.

use std::collections::TryReserveError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use raster::RasterPlayer;
use scene::{Op, Queue};

use crate::pool;

/// Queued work (bytes) from which it is worth waking a thread.
const WAKE_BYTES: usize = 20 << 10;
/// Queued work (bytes) from which the caller helps before it adds more.
const FULL_BYTES: usize = 3 << 20;
/// Input (bytes) from which an op is played at once from the caller's memory.
const BIG_BYTES: usize = 128 << 10;
/// The same of a path, several of which can be worked out at once.
const BIG_PATH_BYTES: usize = 512 << 10;
/// How many of them are, for each thread.
const COMPANY: usize = 3;
/// How long to wait before looking whether the user has interrupted.
const PATIENCE: Duration = Duration::from_millis(50);

/// Why drawing failed.
#[derive(Debug)]
pub enum Failure {
    /// Memory was lacking.
    Memory,
    /// A defect of ours; the sentence says where.
    Panic(String),
    /// Waiting was interrupted.
    Interrupted,
}

impl From<TryReserveError> for Failure {
    fn from(_: TryReserveError) -> Self {
        Self::Memory
    }
}

/// Who is playing: nobody, or somebody since the given fork generation.
type Turn = Option<usize>;

#[derive(Debug)]
struct State {
    queue: Queue,
    turn: Turn,
    /// A job on the pool will take the turn.
    scheduled: bool,
    failure: Option<Failure>,
}

/// A canvas with its queue.
#[derive(Debug)]
pub struct Surface {
    state: Mutex<State>,
    turn_over: Condvar,
    player: Mutex<RasterPlayer>,
    /// How many views of the pixels are out. While there are any, nothing is queued.
    pub views: AtomicUsize,
}

impl Surface {
    /// A transparent canvas.
    pub fn new(player: RasterPlayer) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State { queue: Queue::default(), turn: None, scheduled: false, failure: None }),
            turn_over: Condvar::new(),
            player: Mutex::new(player),
            views: AtomicUsize::new(0),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The player; only for the one who has the turn.
    fn player(&self) -> MutexGuard<'_, RasterPlayer> {
        self.player.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records an op. `beside`: it may be played later, by another thread.
    ///
    /// `interrupted` is asked now and then while waiting for others.
    pub fn record(
        self: &Arc<Self>,
        op: Op<'_>,
        beside: bool,
        interrupted: impl FnMut() -> bool,
    ) -> Result<(), Failure> {
        let limit = if RasterPlayer::is_worth_company(&op) { BIG_PATH_BYTES } else { BIG_BYTES };
        let big = op.size_bytes() >= limit;
        if !beside || big {
            return self.with_turn(interrupted, |player| play(player, &op))?;
        }
        let mut state = self.state();
        if self.views.load(Ordering::Acquire) > 0 {
            // Another thread has got one since the caller looked; it has waited for what was queued before.
            drop(state);
            return self.with_turn(interrupted, |player| play(player, &op))?;
        }
        if state.failure.is_some() {
            // Nothing more is drawn until the failure has been told.
            return Ok(());
        }
        state.queue.push(op.into_owned());
        let bytes = state.queue.size_bytes();
        let wake = bytes >= WAKE_BYTES && !state.scheduled && state.turn.is_none();
        if wake {
            state.scheduled = true;
        }
        drop(state);
        if wake {
            self.schedule();
        }
        if bytes >= FULL_BYTES { self.with_turn(interrupted, |_| ()) } else { Ok(()) }
    }

    fn schedule(self: &Arc<Self>) {
        let surface = Arc::clone(self);
        let job = move || surface.take_scheduled_turn();
        match pool::running() {
            Some(running) => running.spawn(job),
            // On one thread the queue waits for whoever needs the pixels.
            None => self.state().scheduled = false,
        }
    }

    fn take_scheduled_turn(&self) {
        let mut state = self.state();
        state.scheduled = false;
        if state.turn.is_some_and(|generation| generation == pool::generation()) {
            return; // Somebody is at it already and goes on until the queue is empty.
        }
        state.turn = Some(pool::generation());
        drop(state);
        self.drain();
        self.end_turn();
    }

    /// Plays everything queued, then calls `work` with the player while nobody else draws.
    ///
    /// # Errors
    /// The failure of anything played since the last call, which is forgotten thereby.
    pub fn with_turn<R>(
        &self,
        mut interrupted: impl FnMut() -> bool,
        work: impl FnOnce(&mut RasterPlayer) -> R,
    ) -> Result<R, Failure> {
        let mut state = self.state();
        while state.turn.is_some_and(|generation| generation == pool::generation()) {
            let (again, wait) = self.turn_over.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            state = again;
            if wait.timed_out() {
                drop(state);
                if interrupted() {
                    return Err(Failure::Interrupted);
                }
                state = self.state();
            }
        }
        state.turn = Some(pool::generation());
        drop(state);
        self.drain();
        let failure = self.state().failure.take();
        let result = match failure {
            Some(failure) => Err(failure),
            None => catch_unwind(AssertUnwindSafe(|| work(&mut self.player()))).map_err(panicked),
        };
        self.end_turn();
        result
    }

    /// Gives the turn back, unless ops have come in meanwhile, which are played first.
    fn end_turn(&self) {
        loop {
            let mut state = self.state();
            if state.queue.is_empty() || state.failure.is_some() {
                state.turn = None;
                drop(state);
                self.turn_over.notify_all();
                return;
            }
            drop(state);
            self.drain();
        }
    }

    /// Plays what is queued; for the one who has the turn.
    fn drain(&self) {
        let mut player = self.player();
        loop {
            let mut state = self.state();
            if state.failure.is_some() {
                state.queue.clear();
                return;
            }
            let company = state.queue.pop_while(COMPANY * pool::threads(), RasterPlayer::is_worth_company);
            let op = if company.is_empty() { state.queue.pop() } else { None };
            drop(state);
            let played = catch_unwind(AssertUnwindSafe(|| match (&company[..], &op) {
                ([], None) => None,
                ([], Some(op)) | ([op], _) => Some(play(&mut player, op)),
                (ops, _) => Some(play_together(&mut player, ops)),
            }));
            let Some(played) = played.map_err(panicked).transpose() else { return };
            if let Err(failure) = played.and_then(|played| played) {
                self.state().failure = Some(failure);
            }
        }
    }

    /// Forgets what is queued and any failure.
    pub fn forget_queue(&self) {
        let mut state = self.state();
        state.queue.clear();
        state.failure = None;
    }
}

/// Plays an op, in bands on all threads if that pays.
fn play(player: &mut RasterPlayer, op: &Op<'_>) -> Result<(), Failure> {
    let threads = if player.is_worth_bands(op) { pool::running() } else { None };
    let played = match threads {
        Some(running) => running.install(|| player.play_in_bands(op, pool::threads())),
        None => player.play_in_bands(op, 1),
    };
    played.map_err(Failure::from)
}

/// Plays ops that are worth it at once, each on a thread.
fn play_together(player: &mut RasterPlayer, ops: &[Op<'_>]) -> Result<(), Failure> {
    match pool::running() {
        Some(running) => running.install(|| player.play_together(ops, pool::threads())).map_err(Failure::from),
        None => ops.iter().try_for_each(|op| play(player, op)),
    }
}

fn panicked(payload: Box<dyn std::any::Any + Send>) -> Failure {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no further details".to_owned());
    Failure::Panic(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never() -> bool {
        false
    }

    fn surface() -> Arc<Surface> {
        Surface::new(RasterPlayer::new(4, 4, 100.0).unwrap())
    }

    #[test]
    fn a_panic_is_told_to_whoever_waits_and_forgotten() {
        let surface = surface();
        let told = surface.with_turn(never, |_| -> () { panic!("a defect") });
        assert!(matches!(told, Err(Failure::Panic(text)) if text == "a defect"));
        assert_eq!(surface.with_turn(never, |player| player.pixmap().width()).unwrap(), 4);
    }

    #[test]
    fn a_failure_beside_python_is_told_at_the_next_wait() {
        let surface = surface();
        surface.state().failure = Some(Failure::Memory);
        // Nothing more is drawn until then.
        surface.record(Op::Clear, true, never).unwrap();
        assert!(surface.state().queue.is_empty());
        assert!(matches!(surface.with_turn(never, |_| ()), Err(Failure::Memory)));
        surface.record(Op::Clear, true, never).unwrap();
        assert!(!surface.state().queue.is_empty());
        surface.with_turn(never, |_| ()).unwrap();
    }

    #[test]
    fn nothing_is_queued_while_a_view_is_out() {
        let surface = surface();
        surface.views.fetch_add(1, Ordering::AcqRel);
        surface.record(Op::Clear, true, never).unwrap();
        assert!(surface.state().queue.is_empty());
        surface.views.fetch_sub(1, Ordering::AcqRel);
        surface.record(Op::Clear, true, never).unwrap();
        assert!(!surface.state().queue.is_empty());
    }

    #[test]
    fn forgetting_the_queue_heals() {
        let surface = surface();
        surface.record(Op::Clear, true, never).unwrap();
        surface.state().failure = Some(Failure::Memory);
        surface.forget_queue();
        assert!(surface.state().queue.is_empty());
        surface.with_turn(never, |_| ()).unwrap();
    }

    #[test]
    fn an_interrupted_wait_leaves_the_turn_to_whoever_has_it() {
        let surface = surface();
        surface.state().turn = Some(pool::generation());
        assert!(matches!(surface.with_turn(|| true, |_| ()), Err(Failure::Interrupted)));
        assert!(surface.state().turn.is_some());
        surface.end_turn();
        surface.with_turn(never, |_| ()).unwrap();
    }
}
