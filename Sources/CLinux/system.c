#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

int duet_open_pidfd(pid_t pid) {
    // The C library has no function for it before glibc 2.36. It is always close-on-exec.
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int duet_open_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

int duet_sync_file_system(int descriptor) {
    return syncfs(descriptor);
}

int duet_open_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void duet_signal_eventfd(int descriptor) {
    eventfd_write(descriptor, 1);
}

void duet_drain_eventfd(int descriptor) {
    eventfd_t count;
    eventfd_read(descriptor, &count);
}

int duet_open_signalfd(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++) {
        if (sigaddset(&set, signals[i]) < 0) return -1;
    }
    errno = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (errno) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int duet_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t count;
    do count = read(descriptor, &info, sizeof info);
    while (count < 0 && errno == EINTR);
    if (count < 0) return errno == EAGAIN ? 0 : -1;
    return (int)info.ssi_signo;
}

static volatile sig_atomic_t termination_came;

static void note_termination(int number) {
    (void)number;
    termination_came = 1;
}

void duet_catch_termination(void) {
    termination_came = 0;
    struct sigaction action = {.sa_handler = note_termination, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
}

int duet_termination_came(void) {
    return termination_came;
}

void duet_release_termination(void) {
    signal(SIGTERM, SIG_DFL);
}

void duet_name_thread(const char *name) {
    char kept[16];
    strncpy(kept, name, sizeof kept - 1);
    kept[sizeof kept - 1] = 0;
    pthread_setname_np(pthread_self(), kept);
}

int duet_usable_processors(void) {
    // A fixed set has room for 1024; larger machines make the call fail with EINVAL.
    for (int room = 1024; room <= 1 << 20; room *= 4) {
        cpu_set_t *set = CPU_ALLOC(room);
        if (!set) return -1;
        size_t bytes = CPU_ALLOC_SIZE(room);
        int result = sched_getaffinity(0, bytes, set);
        int count = result < 0 ? -1 : CPU_COUNT_S(bytes, set);
        CPU_FREE(set);
        if (count >= 0 || errno != EINVAL) return count;
    }
    return -1;
}
