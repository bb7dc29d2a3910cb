// Prints what the machine's cores do at most, in billions of operations a second, from registers
// alone: {"fp32": multiply-adds in single precision, "bf16": products of bfloat16 where there are
// any, else fp32's}.
//
//     cc -O3 -march=native -pthread peak.c -o peak && ./peak THREADS

#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CHAINS = 12, ROUNDS = 20000000 };

#if defined(__AVX512F__)
typedef __m512 vector;
#define LANES 16
#define SET(x) _mm512_set1_ps(x)
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define SUM(x) _mm512_reduce_add_ps(x)
#else
typedef __m256 vector;
#define LANES 8
#define SET(x) _mm256_set1_ps(x)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define SUM(x) _mm256_cvtss_f32(x)
#endif

static volatile float sink;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

// Twelve independent chains keep every multiplier busy in spite of its latency.
static void *fp32(void *unused) {
    vector sums[CHAINS];
    for (int i = 0; i < CHAINS; i++) sums[i] = SET(i);
    vector a = SET(0.999f), b = SET(0.001f);
    for (long round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 12
        for (int i = 0; i < CHAINS; i++) sums[i] = FMA(sums[i], a, b);
    }
    for (int i = 0; i < CHAINS; i++) sink += SUM(sums[i]);
    return unused;
}

#if defined(__AVX512BF16__)
static void *bf16(void *unused) {
    __m512 sums[CHAINS];
    for (int i = 0; i < CHAINS; i++) sums[i] = _mm512_set1_ps(i);
    __m512bh a = _mm512_cvtne2ps_pbh(_mm512_set1_ps(0.5f), _mm512_set1_ps(0.25f));
    for (long round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 12
        for (int i = 0; i < CHAINS; i++) sums[i] = _mm512_dpbf16_ps(sums[i], a, a);
    }
    for (int i = 0; i < CHAINS; i++) sink += _mm512_reduce_add_ps(sums[i]);
    return unused;
}
#endif

// The best of a few repetitions: whatever else runs is not what is measured.
static double measure(void *(*work)(void *), int threads, double operations) {
    double best = 0;
    for (int repetition = 0; repetition < 5; repetition++) {
        pthread_t running[threads];
        double start = now();
        for (int i = 0; i < threads; i++) pthread_create(&running[i], NULL, work, NULL);
        for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);
        double rate = operations * threads / (now() - start) * 1e-9;
        if (rate > best) best = rate;
    }
    return best;
}

int main(int count, char **arguments) {
    int threads = count > 1 ? atoi(arguments[1]) : 1;
    double single = measure(fp32, threads, 2.0 * LANES * CHAINS * ROUNDS);
    double half = single;
#if defined(__AVX512BF16__)
    half = measure(bf16, threads, 4.0 * 16 * CHAINS * ROUNDS);
#endif
    printf("{\"fp32\": %.1f, \"bf16\": %.1f}\n", single, half);
    return 0;
}
