// Chooses the kernels' level and hands each call on to it.
#include "table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/// The best level, found at the first call.
static _Atomic(const duet_table *) best;

/// What this thread chose instead, or NULL.
static _Thread_local const duet_table *chosen;

#if defined(__x86_64__)
static const duet_table *const tables[] = {&duet_scalar, &duet_baseline, &duet_avx2, &duet_avx512,
                                           &duet_avx512_bf16};

static int has_level(duet_level level) {
    switch (level) {
    case DUET_LEVEL_SCALAR:
    case DUET_LEVEL_BASELINE: return 1;
    case DUET_LEVEL_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
               __builtin_cpu_supports("f16c");
    case DUET_LEVEL_AVX512:
        return has_level(DUET_LEVEL_AVX2) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
    case DUET_LEVEL_AVX512_BF16:
        return has_level(DUET_LEVEL_AVX512) && __builtin_cpu_supports("avx512bf16");
    }
    return 0;
}
#else
static const duet_table *const tables[] = {&duet_scalar, &duet_baseline};

static int has_level(duet_level level) { return level <= DUET_LEVEL_BASELINE; }
#endif

enum { LEVELS = sizeof(tables) / sizeof(tables[0]) };

static const duet_table *table(void) {
    if (chosen) return chosen;
    const duet_table *found = atomic_load_explicit(&best, memory_order_acquire);
    if (found) return found;
    int level = LEVELS - 1;
    while (!has_level((duet_level)level)) level--;
    atomic_store_explicit(&best, tables[level], memory_order_release);
    return tables[level];
}

duet_level duet_kernel_level(void) {
    const duet_table *now = table();
    int level = 0;
    while (tables[level] != now) level++;
    return (duet_level)level;
}

int duet_has_kernel_level(duet_level level) {
    return (unsigned)level < LEVELS && has_level(level);
}

void duet_use_kernel_level(duet_level level) {
    if (duet_has_kernel_level(level)) chosen = tables[level];
}

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;
static _Thread_local struct {
    float *floats;
    size_t count;
} scratch;

static void make_scratch_key(void) { pthread_key_create(&scratch_key, free); }

float *duet_scratch(size_t count) {
    if (count > scratch.count) {
        pthread_once(&scratch_once, make_scratch_key);
        free(scratch.floats);
        size_t bytes = (count * sizeof(float) + 4095) / 4096 * 4096;
        scratch.floats = aligned_alloc(64, bytes);
        if (!scratch.floats) abort();
        scratch.count = bytes / sizeof(float);
        pthread_setspecific(scratch_key, scratch.floats);
    }
    return scratch.floats;
}

ptrdiff_t duet_tile_rows(void) { return table()->tile_rows; }

void duet_multiply(const duet_product *product, ptrdiff_t first_row, ptrdiff_t last_row,
                   ptrdiff_t first_column, ptrdiff_t last_column) {
    table()->multiply(product, first_row, last_row, first_column, last_column);
}

void duet_attend(const duet_attention *attention, ptrdiff_t first_item, ptrdiff_t last_item) {
    table()->attend(attention, first_item, last_item);
}

void duet_attend_back(const duet_attention_back *attention, ptrdiff_t first_head,
                      ptrdiff_t last_head) {
    table()->attend_back(attention, first_head, last_head);
}

void duet_rms_norm(const float *x, ptrdiff_t rows, ptrdiff_t width, float eps,
                   const float *weight, float *out) {
    table()->rms_norm(x, rows, width, eps, weight, out);
}

void duet_layer_norm(const float *x, ptrdiff_t rows, ptrdiff_t width, float eps,
                     const duet_modulation *modulation, float *out) {
    table()->layer_norm(x, rows, width, eps, modulation, out);
}

void duet_rms_norm_back(const float *x, const float *gradient, ptrdiff_t rows, ptrdiff_t width,
                        float eps, const float *weight, float *out, float *sums) {
    table()->rms_norm_back(x, gradient, rows, width, eps, weight, out, sums);
}

void duet_layer_norm_back(const float *x, const float *gradient, ptrdiff_t rows, ptrdiff_t width,
                          float eps, const float *factor, float *out, float *sums) {
    table()->layer_norm_back(x, gradient, rows, width, eps, factor, out, sums);
}

void duet_group_norm(const float *x, ptrdiff_t channels, ptrdiff_t positions, ptrdiff_t groups,
                     float eps, const float *weight, const float *bias, float *out) {
    table()->group_norm(x, channels, positions, groups, eps, weight, bias, out);
}

void duet_rotate(float *x, ptrdiff_t tokens, ptrdiff_t x_token, ptrdiff_t heads, ptrdiff_t width,
                 const float *cosine, const float *sine) {
    table()->rotate(x, tokens, x_token, heads, width, cosine, sine);
}

void duet_softmax(const float *x, ptrdiff_t rows, ptrdiff_t width, float *out) {
    table()->softmax(x, rows, width, out);
}

void duet_activate(const float *x, ptrdiff_t count, duet_activation activation, float *out) {
    table()->activate(x, count, activation, out);
}

void duet_activate_back(const float *x, const float *gradient, ptrdiff_t count,
                        duet_activation activation, float *out) {
    table()->activate_back(x, gradient, count, activation, out);
}

void duet_sum_rows(const float *x, const float *y, ptrdiff_t rows, ptrdiff_t row,
                   ptrdiff_t first_column, ptrdiff_t last_column, float *out) {
    table()->sum_rows(x, y, rows, row, first_column, last_column, out);
}

void duet_adam_step(float *x, const float *gradient, float *mean, float *square, ptrdiff_t count,
                    const duet_adam *step) {
    table()->adam_step(x, gradient, mean, square, count, step);
}

void duet_combine(const float *x, float a, const float *y, float b, ptrdiff_t count, float *out) {
    table()->combine(x, a, y, b, count, out);
}

void duet_widen(const void *from, duet_element element, ptrdiff_t count, float *to) {
    table()->widen(from, element, count, to);
}

void duet_narrow(const float *from, duet_element element, ptrdiff_t count, void *to) {
    table()->narrow(from, element, count, to);
}
