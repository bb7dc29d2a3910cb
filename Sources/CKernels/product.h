// Matrix products by blocks: pieces of both sides are packed, then multiplied tile by tile.
//
// Each element of the result is summed over k from 0 upwards, one multiply-add per k (per two k
// in bfloat16), in runs of PANEL_DEPTH whose sums are added up. Nothing else enters: not the tile
// an element falls into, nor its neighbours, nor the part of the work a thread was given.
//
// The including file says: TILE_ROWS, TILE_VECTORS (tile columns / LANES), HAS_BF16_DOT.
#ifndef PRODUCT_H
#define PRODUCT_H

#include "lanes.h"
#include "table.h"

enum {
    TILE_COLUMNS = TILE_VECTORS * LANES,
    /// Steps of k per panel; in bfloat16 a step is a pair, of the same size in memory.
    PANEL_DEPTH = 768,
    /// Rows of the left side packed at a time: about 430 kB, which stay in the second cache.
    BLOCK_ROWS = TILE_ROWS * (140 / TILE_ROWS),
    /// Columns of the right side packed at a time: 3 MB.
    BLOCK_COLUMNS = 1024,
};

/// out[r, c] = (adds ? out[r, c] : 0) + Σₖ left[r · left_row + k] · right[k · TILE_COLUMNS + c].
INLINE void multiply_rows(const float *left, ptrdiff_t left_row, const float *right,
                          ptrdiff_t depth, float *out, ptrdiff_t out_row, int adds) {
    lanes sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++)
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++)
            sums[r][v] = (lanes){};
    for (ptrdiff_t k = 0; k < depth; k++) {
        lanes row[TILE_VECTORS];
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) row[v] = load(right + v * LANES);
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) {
            lanes x = all(left[r * left_row + k]);
#pragma unroll
            for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] += x * row[v];
        }
        right += TILE_COLUMNS;
    }
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++)
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) {
            float *to = out + r * out_row + v * LANES;
            store(to, adds ? load(to) + sums[r][v] : sums[r][v]);
        }
}

/// The same with a left side packed PANEL_DEPTH apart.
INLINE void multiply_tile(const float *left, const float *right, ptrdiff_t depth, float *out,
                          ptrdiff_t out_row, int adds) {
    multiply_rows(left, PANEL_DEPTH, right, depth, out, out_row, adds);
}

#if HAS_BF16_DOT
#include <immintrin.h>

/// The same over pairs of bfloat16, two k to a step.
INLINE void multiply_pairs(const uint32_t *left, const uint32_t *right, ptrdiff_t depth,
                           float *out, ptrdiff_t out_row, int adds) {
    __m512 sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++)
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = _mm512_setzero_ps();
    for (ptrdiff_t k = 0; k < depth; k++) {
        __m512bh row[TILE_VECTORS];
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++)
            row[v] = (__m512bh)_mm512_loadu_si512(right + v * LANES);
#pragma unroll
        for (int r = 0; r < TILE_ROWS; r++) {
            __m512bh x = (__m512bh)_mm512_set1_epi32((int)left[r * PANEL_DEPTH + k]);
#pragma unroll
            for (int v = 0; v < TILE_VECTORS; v++)
                sums[r][v] = _mm512_dpbf16_ps(sums[r][v], x, row[v]);
        }
        right += TILE_COLUMNS;
    }
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++)
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) {
            float *to = out + r * out_row + v * LANES;
            store(to, adds ? load(to) + (lanes)sums[r][v] : (lanes)sums[r][v]);
        }
}
#endif

/// Bytes per element of a product's right side.
INLINE ptrdiff_t element_size(duet_element element) { return element == DUET_F32 ? 4 : 2; }

/// Packs `count` ≤ LANES columns that are contiguous along k: to[k · TILE_COLUMNS + c].
INLINE void pack_lane_group(const float *from, ptrdiff_t column, ptrdiff_t count, ptrdiff_t depth,
                            uint32_t *to) {
    ptrdiff_t k = 0;
    for (; count == LANES && k + LANES <= depth; k += LANES) {
        bit_lanes row[LANES];
        for (int i = 0; i < LANES; i++)
            row[i] = (bit_lanes) * (const loose_bits *)(from + i * column + k);
        transpose(row);
        for (int i = 0; i < LANES; i++)
            *(loose_bits *)(to + (k + i) * TILE_COLUMNS) = row[i];
    }
    for (; k < depth; k++)
        for (ptrdiff_t i = 0; i < LANES; i++) {
            uint32_t bits = 0;
            if (i < count) memcpy(&bits, from + i * column + k, 4);
            to[k * TILE_COLUMNS + i] = bits;
        }
}

/// Copies one run of k of one column as single precision, rounded to bfloat16 where asked.
INLINE void widen_column(const duet_product *p, ptrdiff_t column, ptrdiff_t k, ptrdiff_t depth,
                         float *to) {
    const char *from = (const char *)p->right +
                       (column * p->right_column + k * p->right_step) *
                           element_size(p->right_element);
    if (p->right_step == 1) {
        LEVEL_TABLE.widen(from, p->right_element, depth, to);
    } else {
        for (ptrdiff_t i = 0; i < depth; i++)
            LEVEL_TABLE.widen(from + i * p->right_step * element_size(p->right_element),
                              p->right_element, 1, to + i);
    }
}

INLINE void round_to_bf16(float *x, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        uint16_t half;
        LEVEL_TABLE.narrow(x + i, DUET_BF16, 1, &half);
        LEVEL_TABLE.widen(&half, DUET_BF16, 1, x + i);
    }
}

/// Packs columns of the right side as panels [k][TILE_COLUMNS] of single precision.
static void pack_right(const duet_product *p, ptrdiff_t column, ptrdiff_t columns, ptrdiff_t k,
                       ptrdiff_t depth, float *to) {
    int rounds = p->in_bfloat16 && p->right_element != DUET_BF16;
    float wide[LANES * PANEL_DEPTH];
    for (ptrdiff_t c = 0; c < columns; c += TILE_COLUMNS, to += depth * TILE_COLUMNS) {
        const float *plain = (const float *)p->right;
        if (p->right_column == 1 && p->right_element == DUET_F32 && !rounds &&
            c + TILE_COLUMNS <= columns) {
            const float *from = plain + column + c + k * p->right_step;
            for (ptrdiff_t i = 0; i < depth; i++, from += p->right_step)
                for (int v = 0; v < TILE_VECTORS; v++)
                    store(to + i * TILE_COLUMNS + v * LANES, load(from + v * LANES));
            continue;
        }
        for (ptrdiff_t v = 0; v < TILE_COLUMNS; v += LANES) {
            ptrdiff_t first = column + c + v, count = columns - c - v;
            count = count < 0 ? 0 : count > LANES ? LANES : count;
            const float *from = plain + first * p->right_column + k;
            ptrdiff_t stride = p->right_column;
            if (p->right_element != DUET_F32 || p->right_step != 1 || rounds) {
                for (ptrdiff_t i = 0; i < count; i++) {
                    widen_column(p, first + i, k, depth, wide + i * PANEL_DEPTH);
                    if (rounds) round_to_bf16(wide + i * PANEL_DEPTH, depth);
                }
                from = wide;
                stride = PANEL_DEPTH;
            }
            pack_lane_group(from, stride, count, depth, (uint32_t *)to + v);
        }
    }
}

/// Packs columns of the right side as panels [k / 2][TILE_COLUMNS] of bfloat16 pairs.
static void pack_right_pairs(const duet_product *p, ptrdiff_t column, ptrdiff_t columns,
                             ptrdiff_t k, ptrdiff_t depth, uint32_t *to) {
    ptrdiff_t pairs = (depth + 1) / 2;
    uint32_t group[LANES * PANEL_DEPTH];
    for (ptrdiff_t c = 0; c < columns; c += TILE_COLUMNS, to += pairs * TILE_COLUMNS)
        for (ptrdiff_t v = 0; v < TILE_COLUMNS; v += LANES) {
            ptrdiff_t first = column + c + v, count = columns - c - v;
            count = count < 0 ? 0 : count > LANES ? LANES : count;
            const uint16_t *plain = (const uint16_t *)p->right + first * p->right_column + k;
            if (p->right_element == DUET_BF16 && p->right_step == 1 && depth % 2 == 0 &&
                p->right_column % 2 == 0) {
                pack_lane_group((const float *)plain, p->right_column / 2, count, pairs, to + v);
                continue;
            }
            float wide[2 * PANEL_DEPTH];
            for (ptrdiff_t i = 0; i < count; i++) {
                widen_column(p, first + i, k, depth, wide);
                if (depth % 2) wide[depth] = 0;
                LEVEL_TABLE.narrow(wide, DUET_BF16, 2 * pairs, group + i * PANEL_DEPTH);
            }
            pack_lane_group((const float *)group, PANEL_DEPTH, count, pairs, to + v);
        }
}

/// Packs rows whose neighbours are contiguous: to[r · PANEL_DEPTH + k] = from[k · step + r].
INLINE void pack_left_across(const float *from, ptrdiff_t step, ptrdiff_t rows, ptrdiff_t depth,
                             float *to) {
    for (ptrdiff_t r = 0; r < rows; r += LANES)
        for (ptrdiff_t k = 0; k < depth; k += LANES) {
            if (r + LANES > rows || k + LANES > depth) {
                for (ptrdiff_t i = r; i < rows && i < r + LANES; i++)
                    for (ptrdiff_t j = k; j < depth && j < k + LANES; j++)
                        to[i * PANEL_DEPTH + j] = from[j * step + i];
                continue;
            }
            bit_lanes row[LANES];
            for (int i = 0; i < LANES; i++)
                row[i] = (bit_lanes) * (const loose_bits *)(from + (k + i) * step + r);
            transpose(row);
            for (int i = 0; i < LANES; i++)
                *(loose_bits *)(to + (r + i) * PANEL_DEPTH + k) = row[i];
        }
}

/// Packs rows of the left side, PANEL_DEPTH apart; rows past the last repeat zeros.
static void pack_left(const duet_product *p, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t k,
                      ptrdiff_t depth, int as_pairs, float *to) {
    float wide[2 * PANEL_DEPTH];
    ptrdiff_t missing = (TILE_ROWS - rows % TILE_ROWS) % TILE_ROWS;
    memset(to + rows * PANEL_DEPTH, 0, (size_t)(missing * PANEL_DEPTH) * sizeof(float));
    if (p->left_row == 1 && p->left_step != 1 && !p->in_bfloat16) {
        pack_left_across(p->left + row + k * p->left_step, p->left_step, rows, depth, to);
        return;
    }
    for (ptrdiff_t r = 0; r < rows; r++, to += PANEL_DEPTH) {
        const float *from = p->left + (row + r) * p->left_row + k * p->left_step;
        float *target = as_pairs ? wide : to;
        if (p->left_step == 1)
            memcpy(target, from, (size_t)depth * sizeof(float));
        else
            for (ptrdiff_t i = 0; i < depth; i++) target[i] = from[i * p->left_step];
        if (as_pairs) {
            if (depth % 2) wide[depth] = 0;
            LEVEL_TABLE.narrow(wide, DUET_BF16, (depth + 1) / 2 * 2, to);
        } else if (p->in_bfloat16) {
            round_to_bf16(to, depth);
        }
    }
}

INLINE lanes activated(lanes x, duet_activation activation) {
    switch (activation) {
    case DUET_GELU: return gelu(x);
    case DUET_SILU: return silu(x);
    default: return x;
    }
}

/// Multiplies one panel by another in the tile's arithmetic.
INLINE void multiply_panels(const float *left, const float *right, ptrdiff_t steps, int as_pairs,
                            float *out, ptrdiff_t out_row, int adds) {
#if HAS_BF16_DOT
    if (as_pairs) {
        multiply_pairs((const uint32_t *)left, (const uint32_t *)right, steps, out, out_row, adds);
        return;
    }
#endif
    (void)as_pairs;
    multiply_tile(left, right, steps, out, out_row, adds);
}

/// Bias, activation, gate and residual of up to LANES neighbours whose sums are complete.
INLINE lanes completed(const duet_product *p, ptrdiff_t row, ptrdiff_t column, ptrdiff_t count,
                       lanes x) {
#define PART(from) (count == LANES ? load(from) : load_some(from, count, 0))
    if (p->bias) x += PART(p->bias + column);
    if (p->row_bias) x += p->row_bias[row];
    x = activated(x, p->activation);
    if (p->gate) x *= PART(p->gate + row * p->gate_row + column);
    if (p->residual) x += PART(p->residual + row * p->residual_row + column);
#undef PART
    return x;
}

/// Completes a rectangle of the result in place, while it is still in the first cache.
INLINE void complete(const duet_product *p, ptrdiff_t row, ptrdiff_t rows, ptrdiff_t column,
                     ptrdiff_t columns) {
    if (!p->bias && !p->row_bias && !p->activation && !p->gate && !p->residual) return;
    for (ptrdiff_t r = row; r < row + rows; r++)
        for (ptrdiff_t c = column; c < column + columns; c += LANES) {
            float *out = p->out + r * p->out_row + c;
            ptrdiff_t count = column + columns - c;
            if (count >= LANES)
                store(out, completed(p, r, c, LANES, load(out)));
            else
                store_some(out, count, completed(p, r, c, count, load_some(out, count, 0)));
        }
}

/// Multiplies one packed block by another and puts the sums where they belong; the last run over
/// k completes the elements.
static void multiply_blocks(const duet_product *p, const float *left, ptrdiff_t row,
                            ptrdiff_t rows, const float *right, ptrdiff_t column,
                            ptrdiff_t columns, ptrdiff_t steps, int as_pairs, int adds,
                            int is_last) {
    float tile[TILE_ROWS * TILE_COLUMNS] __attribute__((aligned(64)));
    for (ptrdiff_t c = 0; c < columns; c += TILE_COLUMNS, right += steps * TILE_COLUMNS)
        for (ptrdiff_t r = 0; r < rows; r += TILE_ROWS) {
            const float *panel = left + r * PANEL_DEPTH;
            float *out = p->out + (row + r) * p->out_row + column + c;
            ptrdiff_t height = rows - r < TILE_ROWS ? rows - r : TILE_ROWS;
            ptrdiff_t width = columns - c < TILE_COLUMNS ? columns - c : TILE_COLUMNS;
            if (height == TILE_ROWS && width == TILE_COLUMNS) {
                multiply_panels(panel, right, steps, as_pairs, out, p->out_row, adds);
            } else {
                multiply_panels(panel, right, steps, as_pairs, tile, TILE_COLUMNS, 0);
                for (ptrdiff_t i = 0; i < height; i++)
                    for (ptrdiff_t j = 0; j < width; j++) {
                        float *to = out + i * p->out_row + j;
                        *to = (adds ? *to : 0) + tile[i * TILE_COLUMNS + j];
                    }
            }
            if (is_last) complete(p, row + r, height, column + c, width);
        }
}

INLINE ptrdiff_t rounded_up(ptrdiff_t x, ptrdiff_t to) { return (x + to - 1) / to * to; }

static void multiply(const duet_product *p, ptrdiff_t first_row, ptrdiff_t last_row,
                     ptrdiff_t first_column, ptrdiff_t last_column) {
    int as_pairs = HAS_BF16_DOT && p->in_bfloat16;
    ptrdiff_t run = as_pairs ? 2 * PANEL_DEPTH : PANEL_DEPTH;
    ptrdiff_t width = last_column - first_column, height = last_row - first_row;
    if (width <= 0 || height <= 0) return;
    if (width > BLOCK_COLUMNS) width = BLOCK_COLUMNS;
    if (height > BLOCK_ROWS) height = BLOCK_ROWS;
    ptrdiff_t right_size = rounded_up(width, TILE_COLUMNS) * PANEL_DEPTH;
    float *right = duet_scratch((size_t)(right_size + rounded_up(height, TILE_ROWS) * PANEL_DEPTH));
    float *left = right + right_size;
    for (ptrdiff_t c = first_column; c < last_column; c += BLOCK_COLUMNS) {
        ptrdiff_t columns = last_column - c < BLOCK_COLUMNS ? last_column - c : BLOCK_COLUMNS;
        ptrdiff_t k = 0;
        do { // A depth of 0 is one empty run: the sums are 0, the bias is added all the same.
            ptrdiff_t depth = p->depth - k < run ? p->depth - k : run;
            ptrdiff_t steps = as_pairs ? (depth + 1) / 2 : depth;
            if (as_pairs)
                pack_right_pairs(p, c, columns, k, depth, (uint32_t *)right);
            else
                pack_right(p, c, columns, k, depth, right);
            for (ptrdiff_t r = first_row; r < last_row; r += BLOCK_ROWS) {
                ptrdiff_t rows = last_row - r < BLOCK_ROWS ? last_row - r : BLOCK_ROWS;
                pack_left(p, r, rows, k, depth, as_pairs, left);
                multiply_blocks(p, left, r, rows, right, c, columns, steps, as_pairs, k > 0,
                                k + run >= p->depth);
            }
            k += run;
        } while (k < p->depth);
    }
}

#endif
