// Threads that wait for work and share it part by part.
#include "CKernels.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

struct duet_team {
    /// Held by the call that runs; calls from other threads wait for it.
    pthread_mutex_t turn;
    pthread_mutex_t mutex;
    pthread_cond_t started, finished;
    /// Written under `mutex`, watched without it: the number of the run, whether threads may still
    /// join it, how many have joined and not ended, and whether the team ends.
    _Atomic unsigned long run;
    int is_open;
    _Atomic int working;
    _Atomic int stopping;
    /// The run's work: set before it starts, read by all.
    ptrdiff_t parts;
    void (*body)(void *, ptrdiff_t);
    void *context;
    /// The caller's level, which its work is done at wherever it runs.
    duet_level level;
    _Atomic ptrdiff_t next;
    int threads;
    pthread_t others[];
};

/// Whether this thread is inside a body, where a further call must not wait for the others.
static _Thread_local int is_inside;

static void take_parts(duet_team *team) {
    is_inside = 1;
    for (;;) {
        ptrdiff_t part = atomic_fetch_add_explicit(&team->next, 1, memory_order_relaxed);
        if (part >= team->parts) break;
        team->body(team->context, part);
    }
    is_inside = 0;
}

/// How often a thread looks for news before it sleeps: some milliseconds, as OpenMP's threads do. The
/// operations of small networks follow each other faster, and to be woken on another processor costs
/// tens of microseconds, or hundreds where a hypervisor is busy.
enum { patience = 200000 };

/// Lets a moment pass; one who has looked for long lets others have the processor meanwhile.
static void pause_a_moment(int looks) {
    if (looks > patience / 100 && looks % 64 == 0) {
        sched_yield();
        return;
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// Joins each run that is still open; one that is over by the time it wakes is not waited for.
static void *wait_for_work(void *argument) {
    duet_team *team = argument;
    unsigned long seen = 0;
    for (;;) {
        for (int i = 0; i < patience && team->run == seen && !team->stopping; i++)
            pause_a_moment(i);
        pthread_mutex_lock(&team->mutex);
        while (team->run == seen && !team->stopping)
            pthread_cond_wait(&team->started, &team->mutex);
        int stops = team->stopping;
        int joins = !stops && team->is_open;
        seen = team->run;
        if (joins) team->working++;
        pthread_mutex_unlock(&team->mutex);
        if (stops) return NULL;
        if (!joins) continue;
        duet_use_kernel_level(team->level);
        take_parts(team);
        pthread_mutex_lock(&team->mutex);
        if (--team->working == 0) pthread_cond_signal(&team->finished);
        pthread_mutex_unlock(&team->mutex);
    }
}

duet_team *duet_team_start(int threads) {
    if (threads < 1) threads = 1;
    duet_team *team = calloc(1, sizeof(duet_team) + (size_t)threads * sizeof(pthread_t));
    if (!team) return NULL;
    pthread_mutex_init(&team->turn, NULL);
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->started, NULL);
    pthread_cond_init(&team->finished, NULL);
    for (team->threads = 1; team->threads < threads; team->threads++) {
        pthread_t *other = &team->others[team->threads - 1];
        int error = pthread_create(other, NULL, wait_for_work, team);
        if (error) {
            duet_team_stop(team);
            errno = error;
            return NULL;
        }
    }
    return team;
}

void duet_team_run(duet_team *team, ptrdiff_t parts, void (*body)(void *context, ptrdiff_t part),
                   void *context) {
    if (is_inside || team->threads == 1 || parts < 2) {
        for (ptrdiff_t part = 0; part < parts; part++) body(context, part);
        return;
    }
    pthread_mutex_lock(&team->turn);
    pthread_mutex_lock(&team->mutex);
    team->parts = parts;
    team->body = body;
    team->context = context;
    team->level = duet_kernel_level();
    atomic_store_explicit(&team->next, 0, memory_order_relaxed);
    team->is_open = 1;
    team->run++;
    pthread_cond_broadcast(&team->started);
    pthread_mutex_unlock(&team->mutex);
    take_parts(team);
    pthread_mutex_lock(&team->mutex);
    team->is_open = 0;
    pthread_mutex_unlock(&team->mutex);
    for (int i = 0; i < patience && team->working > 0; i++) pause_a_moment(i);
    pthread_mutex_lock(&team->mutex);
    while (team->working > 0) pthread_cond_wait(&team->finished, &team->mutex);
    pthread_mutex_unlock(&team->mutex);
    pthread_mutex_unlock(&team->turn);
}

void duet_team_stop(duet_team *team) {
    pthread_mutex_lock(&team->mutex);
    team->stopping = 1;
    pthread_cond_broadcast(&team->started);
    pthread_mutex_unlock(&team->mutex);
    for (int i = 1; i < team->threads; i++) pthread_join(team->others[i - 1], NULL);
    pthread_cond_destroy(&team->finished);
    pthread_cond_destroy(&team->started);
    pthread_mutex_destroy(&team->mutex);
    pthread_mutex_destroy(&team->turn);
    free(team);
}
