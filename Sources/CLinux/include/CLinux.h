// The little of Linux that Swift cannot say: macros, unions, and the code between fork and exec.
// A function that returns -1 leaves the reason in errno, as the system's own do.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// The step of a start that failed.
typedef enum {
    DUET_SPAWN_STARTED = 0,
    DUET_SPAWN_PIPE,
    DUET_SPAWN_FORK,
    DUET_SPAWN_GROUP,
    DUET_SPAWN_DIRECTORY,
    DUET_SPAWN_DESCRIPTORS,
    DUET_SPAWN_EXECUTE,
} duet_spawn_step;

/// What to start. Lists end with NULL.
typedef struct {
    /// Paths of the program, tried in order until one exists.
    const char *const *candidates;
    char *const *arguments;
    char *const *environment;
    /// The working directory, or NULL for the caller's.
    const char *directory;
    /// The descriptors that become 0, 1 and 2 of the child; they may be 0, 1 and 2 themselves.
    int standard[3];
    /// Not 0: the child gets SIGKILL when the thread that started it ends.
    int ends_with_parent;
} duet_spawn_request;

/// The child, or which step failed with which errno.
typedef struct {
    pid_t pid;
    duet_spawn_step failed;
    int error;
} duet_spawn_outcome;

/// Starts a program in a process group of its own, with default signals and no other descriptors.
/// Returns when the program runs or could not be started.
duet_spawn_outcome duet_spawn(const duet_spawn_request *request);

/// How a child ended.
typedef struct {
    /// Not 0: ended by signal `number`; 0: exited with status `number`.
    int signalled;
    int number;
} duet_ending;

/// Tells how a child ended without reaping it: 1 = ended, 0 = still runs, -1 = errno.
int duet_peek_ending(pid_t pid, int wait, duet_ending *ending);

/// Opens a descriptor that becomes readable when the process ends; -1 where Linux is too old.
int duet_open_pidfd(pid_t pid);

/// Waits until all that was written to the file system of an open file is on the disk.
int duet_sync_file_system(int descriptor);

/// Opens a pipe whose ends (reading, writing) do not survive exec.
int duet_open_pipe(int ends[2]);

/// Opens a non-blocking counter for waking up a poll.
int duet_open_eventfd(void);

/// Makes the counter's descriptor readable, and quiet again.
void duet_signal_eventfd(int descriptor);
void duet_drain_eventfd(int descriptor);

/// Blocks the signals on the calling thread and opens a non-blocking descriptor that yields them.
int duet_open_signalfd(const int *signals, size_t count);

/// Takes the next signal: its number, 0 = none waits, -1 = errno.
int duet_next_signal(int descriptor);

/// Makes SIGTERM be noted from now on, in whichever thread it comes, instead of ending the process.
void duet_catch_termination(void);

/// Not 0 when SIGTERM came since then.
int duet_termination_came(void);

/// Lets SIGTERM end the process again.
void duet_release_termination(void);

/// Names the calling thread; Linux keeps the first 15 bytes.
void duet_name_thread(const char *name);

/// Counts the processors that this process may use; -1 = errno.
int duet_usable_processors(void);

#endif
