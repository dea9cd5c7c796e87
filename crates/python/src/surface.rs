//! A canvas that is drawn on beside Python.
//!
//! Ops are queued and played in order by whoever holds the turn: a job on the pool, or the caller who waits. Nothing here
//! holds a Python object.

use std::collections::TryReserveError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use raster::{Pixmap, RasterPlayer};
use scene::{Op, Queue};

use crate::pool;

/// Queued work (bytes) from which it is worth waking a thread.
const WAKE_BYTES: usize = 20 << 10;
/// Ops that are few: a caller who waited after no more of them, as an animation does in every frame, will do so again, and
/// until there are more it is quicker to play them while it waits than to wake a thread.
const FEW_OPS: usize = 8;
/// Queued work (bytes) from which the caller helps before it adds more.
const FULL_BYTES: usize = 256 << 10;
/// Input (bytes) from which an op is played at once from the caller's memory.
const BIG_BYTES: usize = 128 << 10;
/// The same of a path, several of which can be worked out at once.
const BIG_PATH_BYTES: usize = 512 << 10;
/// How many of them are, for each thread, and how much (bytes) unless that is less than one for each.
const COMPANY: usize = 3;
const COMPANY_BYTES: usize = 256 << 10;
/// What may be queued (bytes) for a window, which goes on answering its user meanwhile.
const WINDOW_BYTES: usize = 256 << 20;
/// How long a thread that has played everything sleeps before it looks for more, and how often it looks in vain before it
/// lets go. To be woken would take more of the caller's time.
const NAP: Duration = Duration::from_micros(200);
const NAPS: usize = 5;
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

/// How full the queue is.
#[derive(Debug, PartialEq, Eq)]
pub enum Queued {
    /// There is room for more.
    Room,
    /// Whoever adds more should play some first.
    Full,
}

/// Who is playing: nobody, or somebody since the given fork generation.
type Turn = Option<usize>;

#[derive(Debug)]
struct State {
    queue: Queue,
    turn: Turn,
    /// A job on the pool will take the turn.
    scheduled: bool,
    /// Ops queued since somebody last waited for all of them.
    ops_since_wait: usize,
    /// Whether there were few before that.
    waits_often: bool,
    failure: Option<Failure>,
    /// How many wait for the turn to end. To tell nobody takes as long as to tell them.
    waiting: usize,
}

/// A canvas with its queue.
#[derive(Debug)]
pub struct Surface {
    state: Mutex<State>,
    turn_over: Condvar,
    player: Mutex<RasterPlayer>,
    /// How many views of the pixels are out. While there are any, nothing is queued.
    pub views: AtomicUsize,
    /// How many of these views may be written through, and whether one that is gone could.
    pub writers: AtomicUsize,
    pub was_written: AtomicBool,
    /// Whether big ops are queued too, since the caller has something better to do than to wait for them.
    pub defers: AtomicBool,
}

impl Surface {
    /// A transparent canvas.
    pub fn new(player: RasterPlayer) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                queue: Queue::default(),
                turn: None,
                scheduled: false,
                ops_since_wait: 0,
                waits_often: false,
                failure: None,
                waiting: 0,
            }),
            turn_over: Condvar::new(),
            player: Mutex::new(player),
            views: AtomicUsize::new(0),
            writers: AtomicUsize::new(0),
            was_written: AtomicBool::new(false),
            defers: AtomicBool::new(false),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The player; only for the one who has the turn.
    fn player(&self) -> MutexGuard<'_, RasterPlayer> {
        self.player.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an op is one for [`Surface::queue`]: not a big one, nor any while a view of the pixels is out.
    pub fn can_queue(&self, op: &Op<'_>) -> bool {
        let limit = if self.defers.load(Ordering::Acquire) {
            WINDOW_BYTES
        } else if RasterPlayer::is_worth_company(op) {
            BIG_PATH_BYTES
        } else {
            BIG_BYTES
        };
        op.size_bytes() < limit && self.views.load(Ordering::Acquire) == 0
    }

    /// Takes an op that may be played later, by another thread.
    ///
    /// Waits for nothing but short pieces of work, none of which needs the interpreter. Whoever calls this has kept the
    /// interpreter lock since [`Surface::can_queue`], so that nobody has got a view meanwhile.
    pub fn queue(self: &Arc<Self>, op: Op<'_>) -> Queued {
        let op = op.into_owned();
        let mut state = self.state();
        if state.failure.is_some() {
            // Nothing more is drawn until the failure has been told.
            return Queued::Room;
        }
        state.queue.push(op);
        state.ops_since_wait += 1;
        let bytes = state.queue.size_bytes();
        let alone = state.waits_often && state.ops_since_wait <= FEW_OPS;
        let wake = bytes >= WAKE_BYTES && !alone && !state.scheduled && state.turn.is_none();
        if wake {
            state.scheduled = true;
        }
        drop(state);
        if wake {
            self.schedule();
        }
        let full = if self.defers.load(Ordering::Acquire) { WINDOW_BYTES } else { FULL_BYTES };
        if bytes >= full { Queued::Full } else { Queued::Room }
    }

    /// Plays an op after everything queued.
    ///
    /// `interrupted` is asked now and then while waiting for others.
    pub fn play_now(&self, op: &Op<'_>, interrupted: impl FnMut() -> bool) -> Result<(), Failure> {
        self.with_turn(interrupted, |player| play(player, op))?
    }

    /// Has everything queued played by another thread, without waiting for it.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(self: &Arc<Self>) -> std::io::Result<()> {
        let mut state = self.state();
        if state.queue.is_empty() || state.scheduled || state.turn.is_some() {
            return Ok(());
        }
        state.scheduled = true;
        drop(state);
        if self.schedule() {
            return Ok(());
        }
        // What fails is told to whoever next looks at the pixels.
        let surface = Arc::clone(self);
        let work = move || surface.drain_in_turn();
        std::thread::Builder::new().name("drypoint-window".to_owned()).spawn(work).map(drop)
    }

    /// The pixels, for somebody who asks what has changed.
    pub fn pixmap<'a>(&self, player: &'a mut RasterPlayer) -> &'a mut Pixmap {
        let pixmap = player.pixmap();
        if self.was_written.swap(false, Ordering::AcqRel) || self.writers.load(Ordering::Acquire) > 0 {
            pixmap.touch_all();
        }
        pixmap
    }

    /// Whether nothing is left to be played.
    pub fn is_finished(&self) -> bool {
        let state = self.state();
        state.queue.is_empty() && !is_taken(state.turn)
    }

    /// Asks a thread of the pool to take the turn; false if there is none, and the queue waits for whoever needs the
    /// pixels.
    fn schedule(self: &Arc<Self>) -> bool {
        let Some(running) = pool::running() else {
            self.state().scheduled = false;
            return false;
        };
        let surface = Arc::clone(self);
        running.spawn(move || surface.take_scheduled_turn());
        true
    }

    fn take_scheduled_turn(&self) {
        let mut naps = 0;
        loop {
            let mut state = self.state();
            let idle = state.queue.is_empty();
            // Somebody who is at it already goes on until the queue is empty. What has come during the last nap is played:
            // whoever queued it relied on this thread.
            if is_taken(state.turn) || (idle && naps == NAPS) {
                state.scheduled = false;
                return;
            }
            naps = if idle { naps + 1 } else { 0 };
            drop(state);
            if naps == 0 {
                self.drain_in_turn();
            }
            std::thread::sleep(NAP);
        }
    }

    /// Takes the turn, unless somebody has it, and plays what is queued.
    fn drain_in_turn(&self) {
        let mut state = self.state();
        if is_taken(state.turn) {
            return;
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
        if state.ops_since_wait > 0 {
            state.waits_often = state.ops_since_wait <= FEW_OPS;
            state.ops_since_wait = 0;
        }
        while is_taken(state.turn) {
            state.waiting += 1;
            let (again, wait) = self.turn_over.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            state = again;
            state.waiting -= 1;
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

    /// Gives back what queueing and drawing need besides the pixels; for the one who has the turn.
    pub fn rest(&self, player: &mut RasterPlayer) {
        self.state().queue.shrink();
        player.rest();
    }

    /// Gives the turn back, unless ops have come in meanwhile, which are played first.
    fn end_turn(&self) {
        loop {
            let mut state = self.state();
            if state.queue.is_empty() || state.failure.is_some() {
                state.turn = None;
                let is_awaited = state.waiting > 0;
                drop(state);
                if is_awaited {
                    self.turn_over.notify_all();
                }
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
            let company = state.queue.pop_while(
                COMPANY * pool::threads(),
                pool::threads(),
                COMPANY_BYTES,
                RasterPlayer::is_worth_company,
            );
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

/// Whether somebody is playing: not one whom a fork has left behind in the parent.
fn is_taken(turn: Turn) -> bool {
    turn.is_some_and(|generation| generation == pool::generation())
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
    use std::time::Instant;

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
        assert_eq!(surface.queue(Op::Clear), Queued::Room);
        assert!(surface.state().queue.is_empty());
        assert!(matches!(surface.with_turn(never, |_| ()), Err(Failure::Memory)));
        assert_eq!(surface.queue(Op::Clear), Queued::Room);
        assert!(!surface.state().queue.is_empty());
        surface.with_turn(never, |_| ()).unwrap();
    }

    #[test]
    fn nothing_is_for_the_queue_while_a_view_is_out() {
        let surface = surface();
        assert!(surface.can_queue(&Op::Clear));
        surface.views.fetch_add(1, Ordering::AcqRel);
        assert!(!surface.can_queue(&Op::Clear));
        surface.views.fetch_sub(1, Ordering::AcqRel);
        assert!(surface.can_queue(&Op::Clear));
    }

    #[test]
    fn a_thread_that_naps_plays_what_comes_and_lets_go_when_nothing_does() {
        // On a busy machine this thread may not come to it before the other lets go; then once more.
        let played = (0..1000).any(|_| {
            let surface = surface();
            surface.state().scheduled = true;
            let napping = Arc::clone(&surface);
            let thread = std::thread::spawn(move || napping.take_scheduled_turn());
            let mut queued = 0;
            while !thread.is_finished() {
                if queued < 3 && surface.state().queue.is_empty() {
                    surface.queue(Op::Clear);
                    queued += 1;
                }
                std::thread::yield_now();
            }
            let state = surface.state();
            assert!(!state.scheduled && state.turn.is_none());
            queued == 3 && state.queue.is_empty()
        });
        assert!(played);
    }

    #[test]
    fn what_is_started_is_played_even_as_a_napping_thread_lets_go() {
        let surface = surface();
        let patience = Duration::from_secs(10);
        for round in 0..600_u32 {
            surface.queue(Op::Clear);
            surface.start().unwrap();
            let begin = Instant::now();
            while !surface.is_finished() {
                assert!(begin.elapsed() < patience, "nobody plays in round {round}");
                std::thread::yield_now();
            }
            // About as long as a thread naps before it lets go.
            std::thread::sleep(NAP * 5 + NAP * (round % 60) / 10);
        }
    }

    #[test]
    fn it_is_known_who_waits_after_few_ops() {
        let surface = surface();
        for (ops, often) in [(2, true), (0, true), (FEW_OPS + 1, false), (0, false)] {
            for _ in 0..ops {
                surface.queue(Op::Clear);
            }
            surface.with_turn(never, |_| ()).unwrap();
            assert_eq!(surface.state().waits_often, often);
        }
    }

    #[test]
    fn forgetting_the_queue_heals() {
        let surface = surface();
        assert_eq!(surface.queue(Op::Clear), Queued::Room);
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
