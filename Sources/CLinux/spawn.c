#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec only async-signal-safe calls are allowed: another thread may have held
// the allocator's lock at the fork, and in the child nobody will ever release it.

struct report {
    duet_spawn_step step;
    int error;
};

static _Noreturn void give_up(int pipe, duet_spawn_step step) {
    struct report report = {step, errno};
    // Shorter than PIPE_BUF, so it arrives whole; there is nobody to tell if it fails.
    ssize_t ignored = write(pipe, &report, sizeof report);
    (void)ignored;
    _exit(127);
}

static void reset_signals(void) {
    struct sigaction fallback = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &fallback, NULL);
}

static int close_others_at_exec(void) {
    if (syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return 0;
    // Linux before 5.11: one by one, as far as descriptors can go.
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int descriptor = 3; descriptor < limit; descriptor++) {
        int flags = fcntl(descriptor, F_GETFD);
        if (flags >= 0) fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC);
    }
    return 0;
}

static int place_standard(const int standard[3]) {
    int moved[3];
    // First out of the way, so that placing 0 does not overwrite what is to become 1.
    for (int i = 0; i < 3; i++) {
        moved[i] = fcntl(standard[i], F_DUPFD_CLOEXEC, 3);
        if (moved[i] < 0) return -1;
    }
    for (int i = 0; i < 3; i++) {
        if (dup2(moved[i], i) < 0) return -1;
    }
    return close_others_at_exec();
}

static void execute(const duet_spawn_request *request) {
    int refused = 0;
    for (const char *const *path = request->candidates; *path; path++) {
        execve(*path, request->arguments, request->environment);
        if (errno == EACCES) refused = EACCES;
        else if (errno != ENOENT && errno != ENOTDIR) return;
    }
    errno = refused ? refused : ENOENT;
}

static _Noreturn void run_child(const duet_spawn_request *request, int pipe, pid_t parent) {
    reset_signals();
    if (setpgid(0, 0) < 0) give_up(pipe, DUET_SPAWN_GROUP);
    if (request->ends_with_parent) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        // The parent may have ended before the line above.
        if (getppid() != parent) _exit(127);
    }
    if (request->directory && chdir(request->directory) < 0) give_up(pipe, DUET_SPAWN_DIRECTORY);
    if (place_standard(request->standard) < 0) give_up(pipe, DUET_SPAWN_DESCRIPTORS);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execute(request);
    give_up(pipe, DUET_SPAWN_EXECUTE);
}

static int open_report_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) < 0) return -1;
    // Above 2, so that placing the standard descriptors cannot overwrite it.
    int moved = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    close(ends[1]);
    ends[1] = moved;
    if (moved >= 0) return 0;
    close(ends[0]);
    return -1;
}

static void read_report(int pipe, struct report *report) {
    ssize_t count;
    do count = read(pipe, report, sizeof *report);
    while (count < 0 && errno == EINTR);
    // End of file: the pipe closed at exec, the program runs.
    if (count != (ssize_t)sizeof *report) *report = (struct report){DUET_SPAWN_STARTED, 0};
}

duet_spawn_outcome duet_spawn(const duet_spawn_request *request) {
    duet_spawn_outcome outcome = {-1, DUET_SPAWN_STARTED, 0};
    int ends[2];
    if (open_report_pipe(ends) < 0) {
        outcome.failed = DUET_SPAWN_PIPE;
        outcome.error = errno;
        return outcome;
    }
    // A handler of ours must not run in the child, so signals wait until it has none.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) run_child(request, ends[1], parent);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (pid < 0) {
        outcome.failed = DUET_SPAWN_FORK;
        outcome.error = error;
    } else {
        struct report report;
        read_report(ends[0], &report);
        outcome.pid = pid;
        outcome.failed = report.step;
        outcome.error = report.error;
        if (report.step != DUET_SPAWN_STARTED) {
            while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        }
    }
    close(ends[0]);
    return outcome;
}

int duet_peek_ending(pid_t pid, int wait, duet_ending *ending) {
    siginfo_t info = {0};
    int result;
    do result = waitid(P_PID, pid, &info, WEXITED | WNOWAIT | (wait ? 0 : WNOHANG));
    while (result < 0 && errno == EINTR);
    if (result < 0) return -1;
    if (info.si_pid == 0) return 0;
    ending->signalled = info.si_code != CLD_EXITED;
    ending->number = info.si_status;
    return 1;
}
