// The gradients of what is done row by row or element by element; rows.h has the way forward.
#ifndef GRADIENTS_H
#define GRADIENTS_H

#include "lanes.h"
#include "table.h"

static void rms_norm_back(const float *x, const float *gradient, ptrdiff_t rows, ptrdiff_t width,
                          float eps, const float *weight, float *out, float *sums) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, gradient += width, out += width) {
        lanes squares = {}, products = {};
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes part = load_part(x, i, width), g = load_part(gradient, i, width);
            if (weight) g *= load_part(weight, i, width);
            squares += part * part;
            products += g * part;
        }
        float scale = 1.0f / sqrtf(sum(squares) / (float)width + eps);
        float pull = sum(products) * scale * scale / (float)width;
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes part = load_part(x, i, width), g = load_part(gradient, i, width);
            if (sums) store_part(sums, i, width, load_part(sums, i, width) + g * part * scale);
            if (weight) g *= load_part(weight, i, width);
            store_part(out, i, width, (g - part * pull) * scale);
        }
    }
}

static void layer_norm_back(const float *x, const float *gradient, ptrdiff_t rows,
                            ptrdiff_t width, float eps, const float *factor, float *out,
                            float *sums) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, gradient += width, out += width) {
        lanes total = {}, squares = {}, slopes = {}, products = {};
        for (ptrdiff_t i = 0; i < width; i += LANES) total += load_part(x, i, width);
        float mean = sum(total) / (float)width;
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes part = within(load_part(x, i, width) - mean, i, width);
            lanes g = load_part(gradient, i, width);
            if (factor) g *= load_part(factor, i, width);
            squares += part * part;
            slopes += g;
            products += g * part;
        }
        float spread = 1.0f / sqrtf(sum(squares) / (float)width + eps);
        float slope = sum(slopes) / (float)width;
        float pull = sum(products) * spread / (float)width;
        for (ptrdiff_t i = 0; i < width; i += LANES) {
            lanes norm = (load_part(x, i, width) - mean) * spread;
            lanes g = load_part(gradient, i, width);
            if (sums) {
                store_part(sums, i, width, load_part(sums, i, width) + g * norm);
                store_part(sums + width, i, width, load_part(sums + width, i, width) + g);
            }
            if (factor) g *= load_part(factor, i, width);
            store_part(out, i, width, (g - slope - norm * pull) * spread);
        }
    }
}

INLINE lanes slope(lanes x, duet_activation activation) {
    switch (activation) {
    case DUET_GELU: {
        lanes inner = x * (0.7978845608f + 0.0356774081f * x * x);
        lanes share = sigmoid(inner + inner);
        lanes steep = 1.5957691216f + 0.2140644486f * x * x;
        return share + x * share * (1.0f - share) * steep;
    }
    case DUET_SILU: {
        lanes share = sigmoid(x);
        return share * (1.0f + x * (1.0f - share));
    }
    default: return all(1.0f);
    }
}

static void activate_back(const float *x, const float *gradient, ptrdiff_t count,
                          duet_activation activation, float *out) {
    for (ptrdiff_t i = 0; i < count; i += LANES)
        store_part(out, i, count,
                   load_part(gradient, i, count) * slope(load_part(x, i, count), activation));
}

static void adam_step(float *x, const float *gradient, float *mean, float *square,
                      ptrdiff_t count, const duet_adam *s) {
    for (ptrdiff_t i = 0; i < count; i += LANES) {
        lanes g = load_part(gradient, i, count);
        lanes m = load_part(mean, i, count) * s->mean_decay + g * s->mean_share;
        lanes v = load_part(square, i, count) * s->square_decay + g * g * s->square_share;
        store_part(mean, i, count, m);
        store_part(square, i, count, v);
        lanes root = __builtin_elementwise_sqrt(v) / s->root + s->eps;
        store_part(x, i, count, load_part(x, i, count) * s->decay - s->rate * m / root);
    }
}

/// Rows whose sum is complete before it is added to the others, for the sake of its digits.
enum { SUMMED_ROWS = 128 };

static void sum_rows(const float *x, const float *y, ptrdiff_t rows, ptrdiff_t row,
                     ptrdiff_t first_column, ptrdiff_t last_column, float *out) {
    for (ptrdiff_t c = first_column; c < last_column; c += LANES) {
        lanes total = {};
        for (ptrdiff_t first = 0; first < rows; first += SUMMED_ROWS) {
            ptrdiff_t last = first + SUMMED_ROWS < rows ? first + SUMMED_ROWS : rows;
            lanes part = {};
            for (ptrdiff_t r = first; r < last; r++) {
                lanes value = load_part(x + r * row, c, last_column);
                if (y) value *= load_part(y + r * row, c, last_column);
                part += value;
            }
            total += part;
        }
        store_part(out, c, last_column, total);
    }
}

#endif
