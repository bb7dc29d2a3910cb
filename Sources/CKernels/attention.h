// Attention by blocks of keys: the scores of one tile of queries against one block are made,
// turned into weights and used up before the next block, so no score matrix is ever stored.
//
// A query's running maximum and sum depend on the blocks of keys alone, whose borders are fixed.
#ifndef ATTENTION_H
#define ATTENTION_H

#include "lanes.h"
#include "product.h"

/// Keys per block, at most PANEL_DEPTH: a tile's weights are the left panel of a product.
enum { BLOCK_KEYS = 512 };

/// One item's place and its packed pieces.
typedef struct {
    const duet_attention *a;
    ptrdiff_t batch, head, first_query, queries;
    /// Head width, in runs of at most PANEL_DEPTH and rounded up to whole tiles.
    ptrdiff_t runs, padded_width;
    /// All of a head's keys as [block][run][tile of keys][k][TILE_COLUMNS].
    float *keys;
    /// All of a head's values as [block][tile of width][key][TILE_COLUMNS].
    float *values;
    /// The item's queries, scaled: [tile][run][TILE_ROWS][PANEL_DEPTH].
    float *queries_packed;
    /// Unfinished results [query][padded_width], and each query's maximum and sum.
    float *sums, *maxima, *totals;
} attending;

/// Packs a head's keys and values, as the right sides of two products.
static void pack_keys_and_values(const attending *s) {
    const duet_attention *a = s->a;
    const float *key = a->key + s->batch * a->key_batch + s->head * a->key_head;
    const float *value = a->value + s->batch * a->value_batch + s->head * a->value_head;
    float *keys = s->keys, *values = s->values;
    for (ptrdiff_t k = 0; k < a->keys; k += BLOCK_KEYS) {
        ptrdiff_t count = a->keys - k < BLOCK_KEYS ? a->keys - k : BLOCK_KEYS;
        duet_product as_right = {.right = key + k * a->key_token,
                                 .right_element = DUET_F32,
                                 .right_column = a->key_token,
                                 .right_step = 1};
        for (ptrdiff_t w = 0; w < a->width; w += PANEL_DEPTH) {
            ptrdiff_t depth = a->width - w < PANEL_DEPTH ? a->width - w : PANEL_DEPTH;
            pack_right(&as_right, 0, count, w, depth, keys);
            keys += rounded_up(count, TILE_COLUMNS) * depth;
        }
        as_right.right = value + k * a->value_token;
        as_right.right_column = 1;
        as_right.right_step = a->value_token;
        pack_right(&as_right, 0, a->width, 0, count, values);
        values += s->padded_width * count;
    }
}

static void pack_queries(const attending *s) {
    const duet_attention *a = s->a;
    const float *query = a->query + s->batch * a->query_batch + s->head * a->query_head;
    // Scores are kept times log2(e), because 2ˣ is what the machine computes.
    const float scale = a->scale * 1.44269504f;
    float *to = s->queries_packed;
    for (ptrdiff_t q = 0; q < s->queries; q += TILE_ROWS)
        for (ptrdiff_t run = 0; run < s->runs; run++)
            for (ptrdiff_t r = 0; r < TILE_ROWS; r++, to += PANEL_DEPTH) {
                ptrdiff_t depth = a->width - run * PANEL_DEPTH;
                if (depth > PANEL_DEPTH) depth = PANEL_DEPTH;
                const float *from =
                    query + (s->first_query + q + r) * a->query_token + run * PANEL_DEPTH;
                for (ptrdiff_t i = 0; i < depth; i++)
                    to[i] = q + r < s->queries ? from[i] * scale : 0;
            }
}

/// Turns scores into weights 2^(score - maximum) in place and carries the running softmax on.
INLINE void weigh(const attending *s, ptrdiff_t query, float *scores, ptrdiff_t key,
                  ptrdiff_t count) {
    const duet_attention *a = s->a;
    ptrdiff_t padded = rounded_up(count, LANES);
    for (ptrdiff_t i = count; i < padded; i++) scores[i] = -INFINITY;
    if (a->bias) {
        const float *bias = a->bias + s->batch * a->bias_batch + s->head * a->bias_head +
                            (s->first_query + query) * a->bias_query + key * a->bias_key;
        for (ptrdiff_t i = 0; i < count; i++) scores[i] += bias[i * a->bias_key] * 1.44269504f;
    }
    lanes most = all(-INFINITY);
    for (ptrdiff_t i = 0; i < padded; i += LANES) most = greater(most, load(scores + i));
    float maximum = greatest(most);
    // A finite floor keeps rows whose scores are all -∞ free of NaN.
    if (!(maximum > -1e30f)) maximum = -1e30f;
    if (s->maxima[query] > maximum) maximum = s->maxima[query];
    lanes total = {};
    for (ptrdiff_t i = 0; i < padded; i += LANES) {
        lanes weight = exp2_lanes(load(scores + i) - maximum);
        store(scores + i, weight);
        total += weight;
    }
    float kept = exp2f(s->maxima[query] - maximum);
    s->maxima[query] = maximum;
    s->totals[query] = s->totals[query] * kept + sum(total);
    float *sums = s->sums + query * s->padded_width;
    for (ptrdiff_t i = 0; kept != 1 && i < s->padded_width; i += LANES)
        store(sums + i, load(sums + i) * kept);
}

/// Takes one block of keys into account for every query of the item.
static void attend_block(const attending *s, ptrdiff_t key, const float *keys,
                         const float *values) {
    const duet_attention *a = s->a;
    float scores[TILE_ROWS * PANEL_DEPTH] __attribute__((aligned(64)));
    ptrdiff_t count = a->keys - key < BLOCK_KEYS ? a->keys - key : BLOCK_KEYS;
    ptrdiff_t padded = rounded_up(count, TILE_COLUMNS);
    for (ptrdiff_t q = 0; q < s->queries; q += TILE_ROWS) {
        const float *left = s->queries_packed + q * s->runs * PANEL_DEPTH;
        const float *right = keys;
        for (ptrdiff_t run = 0; run < s->runs; run++, left += TILE_ROWS * PANEL_DEPTH) {
            ptrdiff_t depth = a->width - run * PANEL_DEPTH;
            if (depth > PANEL_DEPTH) depth = PANEL_DEPTH;
            for (ptrdiff_t c = 0; c < padded; c += TILE_COLUMNS, right += depth * TILE_COLUMNS)
                multiply_tile(left, right, depth, scores + c, PANEL_DEPTH, run > 0);
        }
        ptrdiff_t height = s->queries - q < TILE_ROWS ? s->queries - q : TILE_ROWS;
        for (ptrdiff_t r = 0; r < height; r++)
            weigh(s, q + r, scores + r * PANEL_DEPTH, key, count);
        for (ptrdiff_t w = 0; w < s->padded_width; w += TILE_COLUMNS)
            multiply_tile(scores, values + w * count, count, s->sums + q * s->padded_width + w,
                          s->padded_width, 1);
    }
}

static void attend_item(const attending *s) {
    const duet_attention *a = s->a;
    pack_queries(s);
    ptrdiff_t rows = rounded_up(s->queries, TILE_ROWS);
    memset(s->sums, 0, (size_t)(rows * s->padded_width) * sizeof(float));
    for (ptrdiff_t q = 0; q < s->queries; q++) {
        s->maxima[q] = -INFINITY;
        s->totals[q] = 0;
    }
    for (ptrdiff_t key = 0; key < a->keys; key += BLOCK_KEYS)
        attend_block(s, key, s->keys + rounded_up(key, TILE_COLUMNS) * a->width,
                     s->values + key * s->padded_width);
    for (ptrdiff_t q = 0; q < s->queries; q++) {
        float *out = a->out + s->batch * a->out_batch + s->head * a->out_head +
                     (s->first_query + q) * a->out_token;
        const float *sums = s->sums + q * s->padded_width;
        float share = 1.0f / s->totals[q];
        if (a->logs)
            a->logs[(s->batch * a->heads + s->head) * a->queries + s->first_query + q] =
                s->maxima[q] + log2f(s->totals[q]);
        for (ptrdiff_t w = 0; w < a->width; w++) out[w] = sums[w] * share;
    }
}

static void attend(const duet_attention *a, ptrdiff_t first_item, ptrdiff_t last_item) {
    ptrdiff_t chunks = (a->queries + DUET_ATTENTION_QUERIES - 1) / DUET_ATTENTION_QUERIES;
    ptrdiff_t most = rounded_up(DUET_ATTENTION_QUERIES, TILE_ROWS);
    attending s = {.a = a,
                   .runs = (a->width + PANEL_DEPTH - 1) / PANEL_DEPTH,
                   .padded_width = rounded_up(a->width, TILE_COLUMNS)};
    ptrdiff_t key_size = rounded_up(a->keys, TILE_COLUMNS) * a->width;
    ptrdiff_t value_size = a->keys * s.padded_width;
    ptrdiff_t query_size = most * s.runs * PANEL_DEPTH, sum_size = most * s.padded_width;
    s.keys = duet_scratch((size_t)(key_size + rounded_up(value_size, LANES) + query_size +
                                   sum_size + 2 * most));
    s.values = s.keys + key_size;
    s.queries_packed = s.values + rounded_up(value_size, LANES);
    s.sums = s.queries_packed + query_size;
    s.maxima = s.sums + sum_size;
    s.totals = s.maxima + most;
    for (ptrdiff_t item = first_item; item < last_item; item++) {
        ptrdiff_t head = item / chunks;
        s.first_query = item % chunks * DUET_ATTENTION_QUERIES;
        s.queries = a->queries - s.first_query;
        if (s.queries > DUET_ATTENTION_QUERIES) s.queries = DUET_ATTENTION_QUERIES;
        s.batch = head / a->heads;
        s.head = head % a->heads;
        if (item == first_item || s.first_query == 0) pack_keys_and_values(&s);
        attend_item(&s);
    }
}

#endif
