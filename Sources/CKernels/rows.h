// What is done row by row or element by element: norms, rotation, softmax, activations,
// conversion.
#ifndef ROWS_H
#define ROWS_H

#include "attention.h"
#include "attention_back.h"
#include "lanes.h"
#include "product.h"
#include "table.h"

INLINE lanes load_part(const float *from, ptrdiff_t i, ptrdiff_t width) {
    return width - i >= LANES ? load(from + i) : load_some(from + i, width - i, 0);
}

INLINE void store_part(float *to, ptrdiff_t i, ptrdiff_t width, lanes x) {
    if (width - i >= LANES) store(to + i, x); else store_some(to + i, width - i, x);
}

/// Lanes that lie within the row keep their value, the others become 0.
INLINE lanes within(lanes x, ptrdiff_t i, ptrdiff_t width) {
    if (width - i >= LANES) return x;
    const int_lanes lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return (lanes)((lane < (int32_t)(width - i)) & (int_lanes)x);
}

static void rms_norm(const float *x, ptrdiff_t rows, ptrdiff_t width, float eps,
                     const float *weight, float *out) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, out += width) {
        lanes squares = {};
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes part = load_part(x, i, width);
            squares += part * part;
        }
        float scale = 1.0f / sqrtf(sum(squares) / (float)width + eps);
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes part = load_part(x, i, width) * scale;
            if (weight) part *= load_part(weight, i, width);
            store_part(out, i, width, part);
        }
    }
}

static void layer_norm(const float *x, ptrdiff_t rows, ptrdiff_t width, float eps,
                       const duet_modulation *m, float *out) {
    const float *scale = m->scale, *shift = m->shift;
    for (ptrdiff_t r = 0; r < rows; r++, x += width, out += width) {
        lanes total = {}, squares = {};
        for (ptrdiff_t i = 0; i < width; i += LANES) total += load_part(x, i, width);
        float mean = sum(total) / (float)width;
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes part = within(load_part(x, i, width) - mean, i, width);
            squares += part * part;
        }
        float spread = 1.0f / sqrtf(sum(squares) / (float)width + eps);
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes part = (load_part(x, i, width) - mean) * spread;
            if (m->weight) part *= load_part(m->weight, i, width);
            if (m->bias) part += load_part(m->bias, i, width);
            if (scale) part *= 1.0f + load_part(scale, i, width);
            if (shift) part += load_part(shift, i, width);
            store_part(out, i, width, part);
        }
        if (scale) scale += m->row;
        if (shift) shift += m->row;
    }
}

static void group_norm(const float *x, ptrdiff_t channels, ptrdiff_t positions, ptrdiff_t groups,
                       float eps, const float *weight, const float *bias, float *out) {
    ptrdiff_t size = channels / groups * positions;
    for (ptrdiff_t g = 0; g < groups; g++) {
        const float *from = x + g * size;
        lanes total = {}, squares = {};
        for (ptrdiff_t i = 0; i < size; i += LANES) total += load_part(from, i, size);
        float mean = sum(total) / (float)size;
        for (ptrdiff_t i = 0; i < size; i += LANES) {
            lanes part = within(load_part(from, i, size) - mean, i, size);
            squares += part * part;
        }
        float spread = 1.0f / sqrtf(sum(squares) / (float)size + eps);
        for (ptrdiff_t c = g * (channels / groups); c < (g + 1) * (channels / groups); c++)
            for (ptrdiff_t i = 0; i < positions; i += LANES) {
                lanes part = (load_part(x + c * positions, i, positions) - mean) * spread;
                if (weight) part *= weight[c];
                if (bias) part += bias[c];
                store_part(out + c * positions, i, positions, part);
            }
    }
}

static void rotate(float *x, ptrdiff_t tokens, ptrdiff_t x_token, ptrdiff_t heads,
                   ptrdiff_t width, const float *cosine, const float *sine) {
    ptrdiff_t half = width / 2;
    for (ptrdiff_t t = 0; t < tokens; t++, cosine += half, sine += half)
        for (ptrdiff_t h = 0; h < heads; h++) {
            float *pairs = x + t * x_token + h * width;
            ptrdiff_t i = 0;
            for (; i + LANES <= half; i += LANES) {
                lanes a = load(pairs + 2 * i), b = load(pairs + 2 * i + LANES);
                lanes even = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20,
                                                     22, 24, 26, 28, 30);
                lanes odd = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21,
                                                    23, 25, 27, 29, 31);
                lanes c = load(cosine + i), s = load(sine + i);
                lanes first = even * c - odd * s, second = even * s + odd * c;
                store(pairs + 2 * i,
                      __builtin_shufflevector(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5,
                                              21, 6, 22, 7, 23));
                store(pairs + 2 * i + LANES,
                      __builtin_shufflevector(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                              13, 29, 14, 30, 15, 31));
            }
            for (; i < half; i++) {
                float a = pairs[2 * i], b = pairs[2 * i + 1];
                pairs[2 * i] = a * cosine[i] - b * sine[i];
                pairs[2 * i + 1] = a * sine[i] + b * cosine[i];
            }
        }
}

static void softmax(const float *x, ptrdiff_t rows, ptrdiff_t width, float *out) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, out += width) {
        float most = -INFINITY;
        for (ptrdiff_t i = 0; i < width; i++) most = x[i] > most ? x[i] : most;
        lanes total = {};
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes part = exp_lanes(load_part(x, i, width) - most);
            total += within(part, i, width);
            store_part(out, i, width, part);
        }
        float share = 1.0f / sum(total);
        for (ptrdiff_t i = 0; i < width; i += LANES)
            store_part(out, i, width, load_part(out, i, width) * share);
    }
}

static void activate(const float *x, ptrdiff_t count, duet_activation activation, float *out) {
    for (ptrdiff_t i = 0; i < count; i += LANES)
        store_part(out, i, count, activated(load_part(x, i, count), activation));
}

static void combine(const float *x, float a, const float *y, float b, ptrdiff_t count,
                    float *out) {
    for (ptrdiff_t i = 0; i < count; i += LANES) {
        lanes part = load_part(x, i, count) * a;
        if (y) part += load_part(y, i, count) * b;
        store_part(out, i, count, part);
    }
}

#if HAS_F16
typedef _Float16 half_lanes __attribute__((vector_size(32), aligned(2)));
#endif

static void widen(const void *from, duet_element element, ptrdiff_t count, float *to) {
    const uint16_t *halves = from;
    ptrdiff_t i = 0;
    if (element == DUET_F32) {
        memcpy(to, from, (size_t)count * sizeof(float));
        return;
    }
    if (element == DUET_BF16)
        for (; i + LANES <= count; i += LANES)
            store(to + i, from_bf16(*(const loose_half_bits *)(halves + i)));
#if HAS_F16
    if (element == DUET_F16)
        for (; i + LANES <= count; i += LANES)
            store(to + i, __builtin_convertvector(*(const half_lanes *)(halves + i), lanes));
#endif
    duet_scalar.widen(halves + i, element, count - i, to + i);
}

static void narrow(const float *from, duet_element element, ptrdiff_t count, void *to) {
    uint16_t *halves = to;
    ptrdiff_t i = 0;
    if (element == DUET_F32) {
        memcpy(to, from, (size_t)count * sizeof(float));
        return;
    }
    if (element == DUET_BF16)
        for (; i + LANES <= count; i += LANES)
            *(loose_half_bits *)(halves + i) = to_bf16(load(from + i));
#if HAS_F16
    if (element == DUET_F16)
        for (; i + LANES <= count; i += LANES)
            *(half_lanes *)(halves + i) = __builtin_convertvector(load(from + i), half_lanes);
#endif
    duet_scalar.narrow(from + i, element, count - i, halves + i);
}

#include "gradients.h"

const duet_table LEVEL_TABLE = {
    .tile_rows = TILE_ROWS,
    .multiply = multiply,
    .attend = attend,
    .attend_back = attend_back,
    .rms_norm = rms_norm,
    .layer_norm = layer_norm,
    .rms_norm_back = rms_norm_back,
    .layer_norm_back = layer_norm_back,
    .group_norm = group_norm,
    .rotate = rotate,
    .softmax = softmax,
    .activate = activate,
    .activate_back = activate_back,
    .sum_rows = sum_rows,
    .adam_step = adam_step,
    .combine = combine,
    .widen = widen,
    .narrow = narrow,
};

#endif
