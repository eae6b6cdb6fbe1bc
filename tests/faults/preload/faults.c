/* Faults for a program that knows nothing of them: loaded before libc (LD_PRELOAD), it counts the calls that make data
 * last, lets the N-th of them fail, swallows syncs, ends the process at a named point, and shifts the clock. What it is
 * to do stands in a small file that it shares with the test (FAULTS_CONTROL); only files below FAULTS_DIRECTORY count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The places of the control file, each a 64-bit number. preload.rs has the same list. */
enum {
    FAIL_CALLS,     /* which calls may fail: one bit each, see CALL_ */
    FAIL_FILES,     /* on which files: one bit each, see FILE_ */
    FAIL_COUNTDOWN, /* 1 fails the next such call; 0 none */
    FAIL_ERRNO,     /* with which error */
    FAIL_FOR_GOOD,  /* 1: all later ones too, until this is cleared */
    FAILED,         /* how many failed */
    POINT,          /* see POINT_ */
    POINT_COUNTDOWN,/* 1 ends the process the next time it is reached */
    SWALLOW,        /* 1: syncs of the journal say 'done' and do nothing */
    CLOCK_SHIFT_MS, /* added to the time of day */
    CLOCK_FROZEN_MS,/* the time of day, if not 0 */
    SYNCS,          /* syncs of the journal that returned */
    DROPPED,        /* syncs swallowed */
    LOADED,         /* 1 once the library is in the process */
    KEEP_UNDO,      /* 1: keep in FAULTS_UNDO what unsynced writes replaced, so that a test can drop them */
    COUNTS = 16     /* counts by call and file: COUNTS + 4 * call + file */
};
enum { CALL_FSYNC, CALL_FDATASYNC, CALL_PWRITE, CALL_FTRUNCATE, CALL_WRITE, CALL_FALLOCATE, CALLS };
enum { FILE_DATABASE, FILE_JOURNAL, FILE_INDEX, FILE_OTHER };
enum { POINT_NONE, POINT_BEFORE_COMMIT, POINT_IN_COMMIT, POINT_AFTER_COMMIT, POINT_BEFORE_SEND, POINT_AFTER_SEND };

static int64_t nowhere[64];
static volatile int64_t *control = nowhere;
static char directory[4096];
static size_t directory_length;
/* Where records of unsynced writes go, or -1. */
static int undo = -1;
/* Sends and journal writes since the journal was last synced: what tells the named points apart. */
static int64_t sends_since_sync = 1 << 30;

#define REAL(result, name, ...) static result (*real_##name)(__VA_ARGS__)
REAL(int, fsync, int);
REAL(int, fdatasync, int);
REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
REAL(int, ftruncate, int, off_t);
REAL(int, ftruncate64, int, off64_t);
REAL(int, posix_fallocate, int, off_t, off_t);
REAL(ssize_t, write, int, const void *, size_t);
REAL(ssize_t, send, int, const void *, size_t, int);
REAL(ssize_t, writev, int, const struct iovec *, int);
REAL(ssize_t, sendmsg, int, const struct msghdr *, int);
REAL(int, clock_gettime, clockid_t, struct timespec *);
REAL(int, gettimeofday, struct timeval *, void *);

#define FIND(name) real_##name = (__typeof__(real_##name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    FIND(fsync); FIND(fdatasync); FIND(pwrite); FIND(pwrite64); FIND(ftruncate); FIND(ftruncate64);
    FIND(posix_fallocate); FIND(write); FIND(send); FIND(writev); FIND(sendmsg); FIND(clock_gettime); FIND(gettimeofday);
    const char *path = getenv("FAULTS_CONTROL"), *watched = getenv("FAULTS_DIRECTORY");
    if (!path || !watched || strlen(watched) >= sizeof directory) return;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared == MAP_FAILED) return;
    strcpy(directory, watched);
    directory_length = strlen(directory);
    control = shared;
    const char *kept = getenv("FAULTS_UNDO");
    if (kept) undo = open(kept, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    control[LOADED] = 1;
}

static int64_t get(int place) { return __atomic_load_n(&control[place], __ATOMIC_SEQ_CST); }
static int64_t add(int place, int64_t by) { return __atomic_add_fetch(&control[place], by, __ATOMIC_SEQ_CST); }

static int ends_with(const char *text, size_t length, const char *end) {
    size_t wanted = strlen(end);
    return length >= wanted && memcmp(text + length - wanted, end, wanted) == 0;
}

/* Which file a descriptor is, or -1 for one that is not ours. */
static int file_of(int fd) {
    char link[64], path[4096];
    if (directory_length == 0) return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path);
    if (length < (ssize_t)directory_length || memcmp(path, directory, directory_length) != 0) return -1;
    if (ends_with(path, (size_t)length, "-wal")) return FILE_JOURNAL;
    if (ends_with(path, (size_t)length, "-shm")) return FILE_INDEX;
    if (ends_with(path, (size_t)length, ".db")) return FILE_DATABASE;
    return FILE_OTHER;
}

static void reach(int point) {
    if (get(POINT) == point && get(POINT_COUNTDOWN) > 0 && add(POINT_COUNTDOWN, -1) == 0) kill(getpid(), SIGKILL);
}

/* What a write replaced, kept until the file is synced. Each record: kind, file, where, how many bytes follow, the
 * file's length before. preload/undo.rs reads them backwards. */
enum { UNDO_WRITE, UNDO_SYNC };
static pthread_mutex_t undo_lock = PTHREAD_MUTEX_INITIALIZER;

static void keep(int kind, int file, int fd, int64_t at, int64_t count) {
    if (!get(KEEP_UNDO) || undo < 0 || file > FILE_JOURNAL) return;
    int64_t head[5] = {kind, file, at, 0, 0};
    struct stat about;
    char *old = NULL;
    pthread_mutex_lock(&undo_lock);
    if (kind == UNDO_WRITE && fstat(fd, &about) == 0) {
        head[4] = about.st_size;
        int64_t there = about.st_size > at ? about.st_size - at : 0;
        head[3] = there < count ? there : count;
        old = malloc((size_t)head[3] + 1);
        if (!old || pread(fd, old, (size_t)head[3], at) != head[3]) abort();
    }
    struct iovec parts[2] = {{head, sizeof head}, {old, (size_t)head[3]}};
    if (real_writev(undo, parts, 2) != (ssize_t)sizeof head + head[3]) abort();
    pthread_mutex_unlock(&undo_lock);
    free(old);
}

/* Counts a call; 1 if it is to fail, with errno set. */
static int fails(int call, int file) {
    add(COUNTS + 4 * call + file, 1);
    if (!(get(FAIL_CALLS) >> call & 1) || !(get(FAIL_FILES) >> file & 1)) return 0;
    int now = 0;
    if (get(FAIL_COUNTDOWN) > 0) {
        int64_t left = add(FAIL_COUNTDOWN, -1);
        now = left == 0;
        if (now && get(FAIL_FOR_GOOD) == 1) __atomic_store_n(&control[FAIL_FOR_GOOD], 2, __ATOMIC_SEQ_CST);
    } else {
        now = get(FAIL_FOR_GOOD) == 2;
    }
    if (!now) return 0;
    add(FAILED, 1);
    errno = (int)get(FAIL_ERRNO);
    return 1;
}

static int synced(int call, int fd, int (*real)(int)) {
    int file = file_of(fd);
    if (file < 0) return real(fd);
    if (fails(call, file)) return -1;
    if (file != FILE_JOURNAL) {
        int outcome = real(fd);
        if (outcome == 0) keep(UNDO_SYNC, file, fd, 0, 0);
        return outcome;
    }
    reach(POINT_BEFORE_COMMIT);
    if (get(SWALLOW)) {
        add(DROPPED, 1);
    } else if (real(fd) != 0) {
        return -1;
    } else {
        keep(UNDO_SYNC, file, fd, 0, 0);
    }
    add(SYNCS, 1);
    __atomic_store_n(&sends_since_sync, 0, __ATOMIC_SEQ_CST);
    reach(POINT_AFTER_COMMIT);
    return 0;
}

int fsync(int fd) { return synced(CALL_FSYNC, fd, real_fsync); }
int fdatasync(int fd) { return synced(CALL_FDATASYNC, fd, real_fdatasync); }

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    int file = file_of(fd);
    if (file >= 0 && fails(CALL_PWRITE, file)) return -1;
    if (file >= 0) keep(UNDO_WRITE, file, fd, at, (int64_t)count);
    ssize_t written = real_pwrite(fd, bytes, count, at);
    if (file == FILE_JOURNAL) reach(POINT_IN_COMMIT);
    return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    int file = file_of(fd);
    if (file >= 0 && fails(CALL_PWRITE, file)) return -1;
    if (file >= 0) keep(UNDO_WRITE, file, fd, at, (int64_t)count);
    ssize_t written = real_pwrite64(fd, bytes, count, at);
    if (file == FILE_JOURNAL) reach(POINT_IN_COMMIT);
    return written;
}

int ftruncate(int fd, off_t length) {
    int file = file_of(fd);
    if (file >= 0 && fails(CALL_FTRUNCATE, file)) return -1;
    if (file >= 0) keep(UNDO_WRITE, file, fd, length, INT64_MAX);
    return real_ftruncate(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    int file = file_of(fd);
    if (file >= 0 && fails(CALL_FTRUNCATE, file)) return -1;
    if (file >= 0) keep(UNDO_WRITE, file, fd, length, INT64_MAX);
    return real_ftruncate64(fd, length);
}

int posix_fallocate(int fd, off_t at, off_t length) {
    int file = file_of(fd);
    return file >= 0 && fails(CALL_FALLOCATE, file) ? errno : real_posix_fallocate(fd, at, length);
}

/* A WebSocket text frame from a server begins with this byte. */
static int is_frame(const void *bytes, size_t count) { return count > 1 && *(const unsigned char *)bytes == 0x81; }

static int is_socket(int fd) {
    int kind;
    socklen_t size = sizeof kind;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) == 0;
}

static void before_send(void) {
    if (__atomic_load_n(&sends_since_sync, __ATOMIC_SEQ_CST) == 0) reach(POINT_BEFORE_SEND);
}

static void after_send(void) {
    if (__atomic_add_fetch(&sends_since_sync, 1, __ATOMIC_SEQ_CST) == 1) reach(POINT_AFTER_SEND);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    if (is_frame(bytes, count) && is_socket(fd)) {
        before_send();
        ssize_t written = real_write(fd, bytes, count);
        after_send();
        return written;
    }
    int file = file_of(fd);
    if (file >= 0 && fails(CALL_WRITE, file)) return -1;
    return real_write(fd, bytes, count);
}

ssize_t send(int fd, const void *bytes, size_t count, int flags) {
    if (!is_frame(bytes, count)) return real_send(fd, bytes, count, flags);
    before_send();
    ssize_t written = real_send(fd, bytes, count, flags);
    after_send();
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (count < 1 || !is_frame(parts[0].iov_base, parts[0].iov_len) || !is_socket(fd)) return real_writev(fd, parts, count);
    before_send();
    ssize_t written = real_writev(fd, parts, count);
    after_send();
    return written;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (message->msg_iovlen < 1 || !is_frame(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len))
        return real_sendmsg(fd, message, flags);
    before_send();
    ssize_t written = real_sendmsg(fd, message, flags);
    after_send();
    return written;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int outcome = real_clock_gettime ? real_clock_gettime(clock, now) : -1;
    if (outcome != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return outcome;
    int64_t frozen = get(CLOCK_FROZEN_MS), shift = get(CLOCK_SHIFT_MS);
    if (frozen) {
        now->tv_sec = frozen / 1000;
        now->tv_nsec = frozen % 1000 * 1000000;
    } else {
        now->tv_sec += shift / 1000;
    }
    return 0;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}
