// Sixteen lanes of single precision, in whatever registers the level of the including file has.
// Sums keep sixteen partial sums and add them in one fixed order, so that a level computes the
// same bits wherever it runs.
#ifndef LANES_H
#define LANES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Lanes are passed between inlined functions only, so how a call would pass them is no matter.
#pragma clang diagnostic ignored "-Wpsabi"

enum { LANES = 16 };

typedef float lanes __attribute__((vector_size(64)));
typedef float loose_lanes __attribute__((vector_size(64), aligned(4)));
typedef int32_t int_lanes __attribute__((vector_size(64)));
typedef uint32_t bit_lanes __attribute__((vector_size(64)));
typedef uint32_t loose_bits __attribute__((vector_size(64), aligned(4)));
typedef uint16_t half_bits __attribute__((vector_size(32)));
typedef uint16_t loose_half_bits __attribute__((vector_size(32), aligned(2)));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes load(const float *from) { return (lanes) * (const loose_lanes *)from; }

INLINE void store(float *to, lanes x) { *(loose_lanes *)to = x; }

INLINE lanes all(float x) { return (lanes){} + x; }

/// Loads the first `count` < 16 lanes; the others are `rest`.
INLINE lanes load_some(const float *from, ptrdiff_t count, float rest) {
    float copy[LANES];
    for (int i = 0; i < LANES; i++) copy[i] = i < count ? from[i] : rest;
    return load(copy);
}

INLINE void store_some(float *to, ptrdiff_t count, lanes x) {
    float copy[LANES];
    store(copy, x);
    for (ptrdiff_t i = 0; i < count; i++) to[i] = copy[i];
}

/// a where all bits of the mask's lane are set, else b.
INLINE lanes choose(int_lanes mask, lanes a, lanes b) {
    return (lanes)((mask & (int_lanes)a) | (~mask & (int_lanes)b));
}

INLINE lanes greater(lanes a, lanes b) { return choose(a > b, a, b); }

INLINE lanes lesser(lanes a, lanes b) { return choose(a < b, a, b); }

INLINE float sum(lanes x) {
    float part[LANES];
    store(part, x);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) part[i] += part[i + width];
    return part[0];
}

INLINE float greatest(lanes x) {
    float part[LANES];
    store(part, x);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++)
            if (part[i + width] > part[i]) part[i] = part[i + width];
    return part[0];
}

/// 2ˣ for x ≤ 127, within 2 units in the last place; 0 below -126.
INLINE lanes exp2_lanes(lanes x) {
    const float round = 12582912.0f; // 1.5 · 2²³: adding it leaves the nearest integer below.
    lanes kept = greater(lesser(x, all(127.0f)), all(-127.0f));
    lanes shifted = kept + round;
    lanes whole = shifted - round;
    lanes part = kept - whole;
    // Taylor's terms ln2ⁿ/n!: their error on [-½, ½] is below 2e-8.
    lanes y = all(1.5252733e-5f);
    y = y * part + 1.5403530e-4f;
    y = y * part + 1.3333558e-3f;
    y = y * part + 9.6181291e-3f;
    y = y * part + 5.5504109e-2f;
    y = y * part + 2.4022651e-1f;
    y = y * part + 6.9314718e-1f;
    y = y * part + 1.0f;
    int_lanes power = ((int_lanes)shifted << 23) + (int_lanes)(all(1.0f));
    return choose(x < -126.0f, (lanes){}, y * (lanes)power);
}

INLINE lanes exp_lanes(lanes x) {
    // x · log2(e) in two parts, so that a large x keeps its digits.
    const float high = 1.44269504f, low = 1.92596299e-8f;
    return exp2_lanes(x * high + x * low);
}

/// 1 / (1 + e⁻ˣ).
INLINE lanes sigmoid(lanes x) { return 1.0f / (1.0f + exp_lanes(-x)); }

INLINE lanes silu(lanes x) { return x * sigmoid(x); }

/// ½x(1 + tanh(√(2/π)(x + 0.044715x³))), which is x · sigmoid of twice the tangent's argument.
INLINE lanes gelu(lanes x) {
    lanes inner = x * (0.7978845608f + 0.0356774081f * x * x);
    return x * sigmoid(inner + inner);
}

/// Widens bfloat16.
INLINE lanes from_bf16(half_bits x) {
    return (lanes)(__builtin_convertvector(x, bit_lanes) << 16);
}

/// Rounds to bfloat16, ties to even; a NaN keeps its sign and becomes quiet.
INLINE half_bits to_bf16(lanes x) {
    bit_lanes bits = (bit_lanes)x;
    bit_lanes rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    bit_lanes quiet = (bits >> 16) | 0x40;
    bit_lanes is_number = (bit_lanes)(x == x);
    return __builtin_convertvector((is_number & rounded) | (~is_number & quiet), half_bits);
}

/// Transposes sixteen rows of sixteen 32-bit elements in four rounds of interleaving.
INLINE void transpose(bit_lanes row[LANES]) {
    for (int round = 0; round < 4; round++) {
        bit_lanes next[LANES];
        for (int i = 0; i < LANES / 2; i++) {
            bit_lanes a = row[i], b = row[i + LANES / 2];
            next[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21,
                                                  6, 22, 7, 23);
            next[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                                      13, 29, 14, 30, 15, 31);
        }
        for (int i = 0; i < LANES; i++) row[i] = next[i];
    }
}

#endif
