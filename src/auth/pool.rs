//! The threads on which passwords are hashed. bcrypt takes a quarter of a second of a core, so it gets few threads, a
//! short queue and an honest 'busy' beyond it; chat goes on beside it. An async worker never waits here.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::hasher::{Hasher, PasswordHash, Verdict};
use super::password::Password;
use crate::guarded::{Work, guarded};

/// A few threads that hash and check passwords, one after another, those of known people first. Dropping it ends the
/// threads after the work they have begun; what still waits fails.
pub struct PasswordPool {
    queue: Arc<Queue>,
    hasher: Arc<Hasher>,
    checks: Arc<AtomicU64>,
}

/// How much hashing may go on and wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSize {
    /// Threads; at least one.
    pub threads: usize,
    /// Most jobs that wait in each [`Lane`].
    pub queue: usize,
}

/// Whose work it is. Strangers never wait before known people, and cannot fill their queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A session, or a browser that has logged in as this user before.
    Known,
    /// Anybody else.
    Stranger,
}

/// The queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Busy {
    /// When there should be room again; whole seconds, at least one.
    pub retry_after: Duration,
}

/// The job ended without a result: it panicked (the log says so), or the pool was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password job failed")]
pub struct Failed;

/// A result to come. Dropping it before its job has begun takes the job back.
#[derive(Debug)]
#[must_use = "a job whose result nobody awaits is skipped"]
pub struct Pending<T>(oneshot::Receiver<T>);

impl PasswordPool {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(hasher: Hasher, size: PoolSize) -> io::Result<PasswordPool> {
        let queue = Arc::new(Queue::new(size));
        let pool = PasswordPool { queue: Arc::clone(&queue), hasher: Arc::new(hasher), checks: Arc::default() };
        for number in 0..queue.size.threads {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name(format!("password-{number}")).spawn(move || queue.work())?;
        }
        Ok(pool)
    }

    /// Queues the hashing of a new password.
    ///
    /// # Errors
    /// [`Busy`] when the lane is full.
    pub fn try_hash(&self, lane: Lane, password: Password) -> Result<Pending<PasswordHash>, Busy> {
        let hasher = Arc::clone(&self.hasher);
        self.try_run(lane, move || hasher.hash(&password))
    }

    /// Queues a check against the `stored` hash, or for a name without a user against none.
    ///
    /// # Errors
    /// [`Busy`] when the lane is full.
    pub fn try_verify(
        &self,
        lane: Lane,
        password: Password,
        stored: Option<PasswordHash>,
    ) -> Result<Pending<Verdict>, Busy> {
        let (hasher, checks) = (Arc::clone(&self.hasher), Arc::clone(&self.checks));
        self.try_run(lane, move || {
            checks.fetch_add(1, Ordering::Relaxed);
            hasher.verify(&password, stored.as_ref())
        })
    }

    /// How many passwords were checked since the start, whether or not there was anything to check them against.
    #[must_use]
    pub fn checks(&self) -> u64 {
        self.checks.load(Ordering::Relaxed)
    }

    /// How many jobs wait in both lanes.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let waiting = self.queue.lock();
        waiting.known.len() + waiting.strangers.len()
    }

    /// Queues any other slow work on a password, as judging its strength.
    ///
    /// # Errors
    /// [`Busy`] when the lane is full.
    pub fn try_run<T, F>(&self, lane: Lane, work: F) -> Result<Pending<T>, Busy>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (answer, pending) = oneshot::channel();
        self.queue.push(lane, Box::new(Task { work, answer }))?;
        Ok(Pending(pending))
    }
}

impl Drop for PasswordPool {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Default for PoolSize {
    /// One thread on one or two cores, else a quarter of them; 32 jobs a lane, seven seconds of work for one thread.
    fn default() -> PoolSize {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        PoolSize { threads: (cores / 4).max(1), queue: 32 }
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, Failed>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map_err(|_| Failed)
    }
}

/// Work with the place its result goes to.
trait Job: Send {
    /// Whether somebody still awaits the result.
    fn is_wanted(&self) -> bool;
    fn run(self: Box<Self>);
}

struct Task<T, F> {
    work: F,
    answer: oneshot::Sender<T>,
}

impl<T: Send, F: FnOnce() -> T + Send> Job for Task<T, F> {
    fn is_wanted(&self) -> bool {
        !self.answer.is_closed()
    }

    fn run(self: Box<Self>) {
        let Task { work, answer } = *self;
        if let Ok(result) = guarded(Work::PasswordJob, work) {
            // Whoever left while the job ran misses nothing. After a panic the dropped sender says `Failed`.
            drop(answer.send(result));
        }
    }
}

struct Queue {
    size: PoolSize,
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

struct Waiting {
    known: VecDeque<Box<dyn Job>>,
    strangers: VecDeque<Box<dyn Job>>,
    /// How long a job takes, averaged over about the last eight.
    job_time: Duration,
    is_closed: bool,
}

impl Queue {
    fn new(size: PoolSize) -> Queue {
        let size = PoolSize { threads: size.threads.max(1), queue: size.queue.max(1) };
        // Until the first job has ended, a job is taken to last as long as one of cost 12.
        let job_time = Duration::from_millis(234);
        let waiting = Waiting { known: VecDeque::new(), strangers: VecDeque::new(), job_time, is_closed: false };
        Queue { size, waiting: Mutex::new(waiting), changed: Condvar::new() }
    }

    fn push(&self, lane: Lane, job: Box<dyn Job>) -> Result<(), Busy> {
        let mut waiting = self.lock();
        if waiting.lane(lane).len() >= self.size.queue {
            waiting.lane(lane).retain(|job| job.is_wanted());
        }
        if waiting.lane(lane).len() >= self.size.queue {
            return Err(Busy { retry_after: waiting.time_until_room(self.size.threads) });
        }
        waiting.lane(lane).push_back(job);
        drop(waiting);
        self.changed.notify_one();
        Ok(())
    }

    /// One thread's life.
    fn work(&self) {
        while let Some(job) = self.next() {
            let start = Instant::now();
            job.run();
            let mut waiting = self.lock();
            waiting.job_time = (waiting.job_time * 7 + start.elapsed()) / 8;
        }
    }

    /// Waits for a job that somebody wants; `None` once the pool is gone.
    fn next(&self) -> Option<Box<dyn Job>> {
        let mut waiting = self.lock();
        loop {
            if waiting.is_closed {
                return None;
            }
            match waiting.known.pop_front().or_else(|| waiting.strangers.pop_front()) {
                Some(job) if job.is_wanted() => return Some(job),
                Some(_) => {}
                None => waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn close(&self) {
        let mut waiting = self.lock();
        waiting.is_closed = true;
        waiting.known.clear();
        waiting.strangers.clear();
        drop(waiting);
        self.changed.notify_all();
    }

    /// Jobs run outside the lock, so a panic cannot leave the queue half changed.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn lane(&mut self, lane: Lane) -> &mut VecDeque<Box<dyn Job>> {
        match lane {
            Lane::Known => &mut self.known,
            Lane::Stranger => &mut self.strangers,
        }
    }

    /// Until half of what waits is done: whoever comes back then finds room, also if others come back too.
    fn time_until_room(&self, threads: usize) -> Duration {
        let jobs = (self.known.len() + self.strangers.len()) / (2 * threads);
        let time = self.job_time.saturating_mul(u32::try_from(jobs).unwrap_or(u32::MAX));
        Duration::from_secs(time.as_secs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc;

    use super::*;
    use crate::auth::{HashCost, ServerSecret};

    fn pool(queue: usize) -> PasswordPool {
        let hasher = Hasher::new(&ServerSecret::generate(), HashCost::MIN);
        PasswordPool::start(hasher, PoolSize { threads: 1, queue }).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    /// Keeps the only thread busy until the returned sender is dropped.
    fn hold(pool: &PasswordPool) -> (mpsc::Sender<()>, Pending<()>) {
        let (begun_sender, begun) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let work = move || {
            begun_sender.send(()).unwrap();
            let _ = released.recv();
        };
        let pending = pool.try_run(Lane::Known, work).unwrap();
        begun.recv().unwrap();
        (release, pending)
    }

    #[tokio::test]
    async fn a_hash_made_here_verifies_here() {
        let pool = pool(4);
        let stored = pool.try_hash(Lane::Stranger, password("x")).unwrap().await.unwrap();
        let right = pool.try_verify(Lane::Stranger, password("x"), Some(stored.clone())).unwrap();
        assert_eq!(right.await, Ok(Verdict::Right { needs_rehash: false }));
        let wrong = pool.try_verify(Lane::Stranger, password("y"), Some(stored)).unwrap();
        assert_eq!(wrong.await, Ok(Verdict::Wrong));
        assert_eq!(pool.try_verify(Lane::Stranger, password("x"), None).unwrap().await, Ok(Verdict::Wrong));
        assert_eq!(pool.checks(), 3, "the one against nothing too");
    }

    #[tokio::test]
    async fn a_full_queue_says_when_to_come_back_and_takes_nothing() {
        let pool = pool(2);
        let (release, held) = hold(&pool);
        let first = pool.try_hash(Lane::Stranger, password("1")).unwrap();
        let second = pool.try_hash(Lane::Stranger, password("2")).unwrap();
        let busy = pool.try_hash(Lane::Stranger, password("3")).unwrap_err();
        assert!(busy.retry_after >= Duration::from_secs(1));
        assert_eq!(pool.waiting(), 2);
        drop(release);
        assert!(held.await.is_ok() && first.await.is_ok() && second.await.is_ok());
        assert!(pool.try_hash(Lane::Stranger, password("4")).unwrap().await.is_ok());
    }

    #[tokio::test]
    async fn known_people_come_before_strangers_and_have_a_queue_of_their_own() {
        let pool = pool(1);
        let (release, _held) = hold(&pool);
        let (order, came) = mpsc::channel();
        let mark = |name: &'static str| {
            let order = order.clone();
            move || order.send(name).unwrap()
        };
        let stranger = pool.try_run(Lane::Stranger, mark("stranger")).unwrap();
        assert!(pool.try_run(Lane::Stranger, mark("another")).is_err());
        let known = pool.try_run(Lane::Known, mark("known")).unwrap();
        drop(release);
        assert!(stranger.await.is_ok() && known.await.is_ok());
        assert_eq!([came.recv().unwrap(), came.recv().unwrap()], ["known", "stranger"]);
    }

    #[tokio::test]
    async fn a_job_whose_caller_has_gone_is_skipped_and_leaves_its_place() {
        let pool = pool(1);
        let ran = Arc::new(AtomicUsize::new(0));
        let count = || {
            let ran = Arc::clone(&ran);
            move || ran.fetch_add(1, Ordering::SeqCst)
        };
        let (release, _held) = hold(&pool);
        drop(pool.try_run(Lane::Stranger, count()).unwrap());
        let wanted = pool.try_run(Lane::Stranger, count()).unwrap();
        drop(release);
        assert_eq!(wanted.await, Ok(0));
        assert_eq!(ran.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_panic_fails_its_own_job_only() {
        let pool = pool(4);
        let broken = pool.try_run(Lane::Stranger, || panic!("for the test")).unwrap();
        assert_eq!(broken.await, Err::<(), _>(Failed));
        assert!(pool.try_hash(Lane::Stranger, password("x")).unwrap().await.is_ok());
    }

    #[tokio::test]
    async fn jobs_that_wait_fail_when_the_pool_goes() {
        let pool = pool(4);
        let (release, _held) = hold(&pool);
        let waiting = pool.try_hash(Lane::Stranger, password("x")).unwrap();
        drop(pool);
        drop(release);
        assert_eq!(waiting.await.map(|_| ()), Err(Failed));
    }
}
