// The gradients of attention's inputs, a head at a time, without ever storing its scores.
//
// Everything is turned so that queries are columns: a tile of keys times a panel of queries gives
// scores whose maximum and sum are one number per lane, and what follows from them lies as the
// right side of the queries' gradient and the left side of the keys' and values'. Blocks of keys
// have fixed borders, so no sum depends on how heads are shared out.
#ifndef ATTENTION_BACK_H
#define ATTENTION_BACK_H

#include "lanes.h"
#include "product.h"

/// Keys per block: four pieces of a block fit into the second cache together.
enum { BACK_KEYS = TILE_ROWS * (256 / TILE_ROWS) };

/// One head's pieces. A panel is TILE_COLUMNS queries.
typedef struct {
    const duet_attention_back *back;
    ptrdiff_t batch, head;
    ptrdiff_t padded_width, padded_queries, turned_rows;
    /// Queries, scaled, and the result's gradient as [panel][width][TILE_COLUMNS].
    float *queries_turned, *gradient_turned;
    /// The same as they are: [panel][run of TILE_COLUMNS of the width][query][TILE_COLUMNS].
    float *queries, *gradient;
    /// Per query: the logarithm of its sum, and Σ gradient · result.
    float *logs, *dots;
    /// The queries' unfinished gradients: [panel][turned_rows][TILE_COLUMNS].
    float *queries_sum;
    /// A block's keys and values [key][padded_width], its keys turned [turned_rows][BACK_KEYS],
    /// and its unfinished gradients [key][padded_width].
    float *keys, *values, *keys_turned, *keys_sum, *values_sum;
    /// A panel's weights of one tile, and what the scores' gradients are for a whole block.
    float *weights, *slopes;
} attending_back;

/// Lays out rows [TILE_COLUMNS][width] of a panel turned, and as they are.
static void pack_panel(const float *from, ptrdiff_t token, ptrdiff_t count, ptrdiff_t width,
                       float scale, float *turned, float *plain) {
    memset(turned, 0, (size_t)(width * TILE_COLUMNS) * sizeof(float));
    memset(plain, 0,
           (size_t)(rounded_up(width, TILE_COLUMNS) * TILE_COLUMNS) * sizeof(float));
    for (ptrdiff_t q = 0; q < count; q++)
        for (ptrdiff_t w = 0; w < width; w++) {
            float x = from[q * token + w];
            turned[w * TILE_COLUMNS + q] = x * scale;
            ptrdiff_t run = w / TILE_COLUMNS;
            plain[(run * TILE_COLUMNS + q) * TILE_COLUMNS + w % TILE_COLUMNS] = x;
        }
}

static void pack_head(const attending_back *s) {
    const duet_attention *a = &s->back->forward;
    ptrdiff_t place = s->batch * a->queries * a->heads * a->width + s->head * a->width;
    const float *query = a->query + s->batch * a->query_batch + s->head * a->query_head;
    const float *out = a->out + s->batch * a->out_batch + s->head * a->out_head;
    const float *gradient = s->back->out_gradient + place;
    ptrdiff_t token = a->heads * a->width;
    for (ptrdiff_t q = 0; q < s->padded_queries; q += TILE_COLUMNS) {
        ptrdiff_t count = a->queries - q < TILE_COLUMNS ? a->queries - q : TILE_COLUMNS;
        pack_panel(query + q * a->query_token, a->query_token, count, a->width,
                   a->scale * 1.44269504f, s->queries_turned + q * a->width,
                   s->queries + q * s->padded_width);
        pack_panel(gradient + q * token, token, count, a->width, 1,
                   s->gradient_turned + q * a->width, s->gradient + q * s->padded_width);
    }
    const float *logs = a->logs + (s->batch * a->heads + s->head) * a->queries;
    for (ptrdiff_t q = 0; q < s->padded_queries; q++) {
        // Queries that only fill the last panel get no weight anywhere.
        s->logs[q] = q < a->queries ? logs[q] : 1e30f;
        float dot = 0;
        for (ptrdiff_t w = 0; q < a->queries && w < a->width; w++)
            dot += gradient[q * token + w] * out[q * a->out_token + w];
        s->dots[q] = dot;
    }
    memset(s->queries_sum, 0,
           (size_t)(s->padded_queries * s->turned_rows) * sizeof(float));
}

static void pack_block(const attending_back *s, ptrdiff_t first, ptrdiff_t count) {
    const duet_attention *a = &s->back->forward;
    const float *key = a->key + s->batch * a->key_batch + s->head * a->key_head;
    const float *value = a->value + s->batch * a->value_batch + s->head * a->value_head;
    ptrdiff_t rows = rounded_up(count, TILE_ROWS);
    size_t size = (size_t)(rows * s->padded_width) * sizeof(float);
    memset(s->keys, 0, size);
    memset(s->values, 0, size);
    memset(s->keys_sum, 0, size);
    memset(s->values_sum, 0, size);
    memset(s->keys_turned, 0, (size_t)(s->turned_rows * BACK_KEYS) * sizeof(float));
    for (ptrdiff_t k = 0; k < count; k++) {
        const float *from = key + (first + k) * a->key_token;
        memcpy(s->keys + k * s->padded_width, from, (size_t)a->width * sizeof(float));
        memcpy(s->values + k * s->padded_width, value + (first + k) * a->value_token,
               (size_t)a->width * sizeof(float));
        for (ptrdiff_t w = 0; w < a->width; w++) s->keys_turned[w * BACK_KEYS + k] = from[w];
    }
}

/// One tile of keys against one panel of queries: weights, and the scores' gradients.
INLINE void slope_tile(const attending_back *s, ptrdiff_t panel, ptrdiff_t key, ptrdiff_t count) {
    const duet_attention *a = &s->back->forward;
    float scores[TILE_ROWS * TILE_COLUMNS] __attribute__((aligned(64)));
    float pulls[TILE_ROWS * TILE_COLUMNS] __attribute__((aligned(64)));
    multiply_rows(s->keys + key * s->padded_width, s->padded_width,
                  s->queries_turned + panel * a->width, a->width, scores, TILE_COLUMNS, 0);
    multiply_rows(s->values + key * s->padded_width, s->padded_width,
                  s->gradient_turned + panel * a->width, a->width, pulls, TILE_COLUMNS, 0);
    float *slopes = s->slopes + key * TILE_COLUMNS;
    for (int v = 0; v < TILE_COLUMNS; v += LANES) {
        lanes logs = load(s->logs + panel + v), dots = load(s->dots + panel + v);
        for (ptrdiff_t r = 0; r < TILE_ROWS; r++) {
            ptrdiff_t place = r * TILE_COLUMNS + v;
            lanes weight = exp2_lanes(load(scores + place) - logs);
            lanes slope = weight * (load(pulls + place) - dots) * a->scale;
            // Rows past the last key only fill the tile.
            store(s->weights + place, r < count ? weight : (lanes){});
            store(slopes + place, r < count ? slope : (lanes){});
        }
    }
}

/// Takes one block of keys into account for one panel of queries.
static void back_panel(const attending_back *s, ptrdiff_t panel, ptrdiff_t count) {
    const float *queries = s->queries + panel * s->padded_width;
    const float *gradient = s->gradient + panel * s->padded_width;
    for (ptrdiff_t key = 0; key < count; key += TILE_ROWS) {
        slope_tile(s, panel, key, count - key);
        for (ptrdiff_t w = 0; w < s->padded_width; w += TILE_COLUMNS) {
            multiply_rows(s->weights, TILE_COLUMNS, gradient + w * TILE_COLUMNS, TILE_COLUMNS,
                          s->values_sum + key * s->padded_width + w, s->padded_width, 1);
            multiply_rows(s->slopes + key * TILE_COLUMNS, TILE_COLUMNS,
                          queries + w * TILE_COLUMNS, TILE_COLUMNS,
                          s->keys_sum + key * s->padded_width + w, s->padded_width, 1);
        }
    }
    float *sums = s->queries_sum + panel * s->turned_rows;
    for (ptrdiff_t w = 0; w < s->turned_rows; w += TILE_ROWS)
        multiply_rows(s->keys_turned + w * BACK_KEYS, BACK_KEYS, s->slopes, count,
                      sums + w * TILE_COLUMNS, TILE_COLUMNS, 1);
}

static void back_head(const attending_back *s) {
    const duet_attention *a = &s->back->forward;
    ptrdiff_t token = a->heads * a->width;
    pack_head(s);
    for (ptrdiff_t first = 0; first < a->keys; first += BACK_KEYS) {
        ptrdiff_t count = a->keys - first < BACK_KEYS ? a->keys - first : BACK_KEYS;
        pack_block(s, first, count);
        for (ptrdiff_t panel = 0; panel < s->padded_queries; panel += TILE_COLUMNS)
            back_panel(s, panel, count);
        for (ptrdiff_t k = 0; k < count; k++) {
            ptrdiff_t place = (s->batch * a->keys + first + k) * token + s->head * a->width;
            memcpy(s->back->key_gradient + place, s->keys_sum + k * s->padded_width,
                   (size_t)a->width * sizeof(float));
            memcpy(s->back->value_gradient + place, s->values_sum + k * s->padded_width,
                   (size_t)a->width * sizeof(float));
        }
    }
    for (ptrdiff_t q = 0; q < a->queries; q++) {
        ptrdiff_t panel = q / TILE_COLUMNS * TILE_COLUMNS;
        const float *sums = s->queries_sum + panel * s->turned_rows + q - panel;
        float *to = s->back->query_gradient + (s->batch * a->queries + q) * token +
                    s->head * a->width;
        for (ptrdiff_t w = 0; w < a->width; w++) to[w] = sums[w * TILE_COLUMNS];
    }
}

static void attend_back(const duet_attention_back *back, ptrdiff_t first_head,
                        ptrdiff_t last_head) {
    const duet_attention *a = &back->forward;
    attending_back s = {.back = back,
                        .padded_width = rounded_up(a->width, TILE_COLUMNS),
                        .padded_queries = rounded_up(a->queries, TILE_COLUMNS),
                        .turned_rows = rounded_up(a->width, TILE_ROWS)};
    ptrdiff_t panels = s.padded_queries * s.padded_width, block = BACK_KEYS * s.padded_width;
    ptrdiff_t sizes[] = {panels,
                         panels,
                         panels,
                         panels,
                         s.padded_queries,
                         s.padded_queries,
                         s.padded_queries * s.turned_rows,
                         block,
                         block,
                         s.turned_rows * BACK_KEYS,
                         block,
                         block,
                         TILE_ROWS * TILE_COLUMNS,
                         BACK_KEYS * TILE_COLUMNS};
    float **pieces[] = {&s.queries_turned, &s.gradient_turned, &s.queries,   &s.gradient,
                        &s.logs,           &s.dots,            &s.queries_sum, &s.keys,
                        &s.values,         &s.keys_turned,     &s.keys_sum,  &s.values_sum,
                        &s.weights,        &s.slopes};
    enum { PIECES = sizeof(sizes) / sizeof(sizes[0]) };
    ptrdiff_t total = 0;
    for (int i = 0; i < PIECES; i++) total += rounded_up(sizes[i], LANES);
    float *next = duet_scratch((size_t)total);
    for (int i = 0; i < PIECES; i++) {
        *pieces[i] = next;
        next += rounded_up(sizes[i], LANES);
    }
    for (ptrdiff_t head = first_head; head < last_head; head++) {
        s.batch = head / a->heads;
        s.head = head % a->heads;
        back_head(&s);
    }
}

#endif
