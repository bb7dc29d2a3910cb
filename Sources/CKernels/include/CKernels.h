// Inner loops of the numerics: products, attention, norms, activations, conversion.
//
// Each function has one version per instruction set, chosen once at the first call, and a plain
// scalar version as oracle. Every function works on a part (rows, items) so that the caller may
// share the work between threads; how it is shared never changes a bit of the result: each
// element is computed from its own inputs in an order that only its own sizes decide.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The instruction sets that there are versions for, in rising order.
typedef enum {
    DUET_LEVEL_SCALAR = 0,
    DUET_LEVEL_BASELINE = 1,
    DUET_LEVEL_AVX2 = 2,
    DUET_LEVEL_AVX512 = 3,
    /// AVX-512 with the bfloat16 dot product.
    DUET_LEVEL_AVX512_BF16 = 4,
} duet_level;

/// The level in use: the best this processor has, unless the calling thread chose another.
duet_level duet_kernel_level(void);

/// Whether this processor has what a level needs.
int duet_has_kernel_level(duet_level level);

/// Chooses a level that this processor has for the calling thread and the work it shares out.
void duet_use_kernel_level(duet_level level);

/// How the elements of a product's right side are stored.
typedef enum { DUET_F32 = 0, DUET_BF16 = 1, DUET_F16 = 2 } duet_element;

/// What is applied to a product's elements after the bias.
typedef enum { DUET_IDENTITY = 0, DUET_GELU = 1, DUET_SILU = 2 } duet_activation;

/// out[r, c] = residual[r, c] + gate[r, c] · activation(Σₖ left[r, k] · right[c, k] + bias[c]).
///
/// bias, row_bias, gate and residual may be NULL (0, 0, 1 and 0). A stride counts elements.
typedef struct {
    const float *left;
    ptrdiff_t left_row, left_step;
    const void *right;
    duet_element right_element;
    ptrdiff_t right_column, right_step;
    ptrdiff_t rows, columns, depth;
    float *out;
    ptrdiff_t out_row;
    const float *bias;
    /// One number per row instead of per column.
    const float *row_bias;
    duet_activation activation;
    const float *gate;
    ptrdiff_t gate_row;
    const float *residual;
    ptrdiff_t residual_row;
    /// Not 0: both sides are rounded to bfloat16 first; sums stay in single precision.
    int in_bfloat16;
} duet_product;

/// Computes the rows and columns of a part of the product.
void duet_multiply(const duet_product *product, ptrdiff_t first_row, ptrdiff_t last_row,
                   ptrdiff_t first_column, ptrdiff_t last_column);

/// Rows per tile of the level in use; parts that are multiples of it waste nothing.
ptrdiff_t duet_tile_rows(void);

/// out = softmax(scale · query · keyᵀ + bias) · value for each batch item and head.
///
/// The score matrix is never stored whole. A stride counts floats; the last axis is contiguous.
typedef struct {
    const float *query, *key, *value;
    float *out;
    ptrdiff_t batch, heads, queries, keys, width;
    ptrdiff_t query_batch, query_token, query_head;
    ptrdiff_t key_batch, key_token, key_head;
    ptrdiff_t value_batch, value_token, value_head;
    ptrdiff_t out_batch, out_token, out_head;
    float scale;
    /// Added to the scores: [batch, heads, queries, keys] with any strides, or NULL.
    const float *bias;
    ptrdiff_t bias_batch, bias_head, bias_query, bias_key;
    /// Where log2 Σ exp(scores) of each query goes, [batch, heads, queries], or NULL.
    float *logs;
} duet_attention;

/// Queries of one item of work.
enum { DUET_ATTENTION_QUERIES = 336 };

/// Computes items of `batch × heads × ⌈queries / DUET_ATTENTION_QUERIES⌉`, counted in that order.
void duet_attend(const duet_attention *attention, ptrdiff_t first_item, ptrdiff_t last_item);

/// The gradients of attention's inputs, given its result's. Without a bias; width at most 768.
typedef struct {
    /// As it was computed, with `out` and `logs`.
    duet_attention forward;
    /// [batch, queries, heads, width] each, contiguous.
    const float *out_gradient;
    float *query_gradient;
    /// [batch, keys, heads, width] each, contiguous.
    float *key_gradient, *value_gradient;
} duet_attention_back;

/// Computes heads of `batch × heads`.
void duet_attend_back(const duet_attention_back *attention, ptrdiff_t first_head,
                      ptrdiff_t last_head);

/// out = x / sqrt(mean(x²) + eps) · weight, row by row; weight may be NULL.
void duet_rms_norm(const float *x, ptrdiff_t rows, ptrdiff_t width, float eps,
                   const float *weight, float *out);

/// What LayerNorm's result is multiplied by and what is added: weight and bias for all rows, then
/// 1 + scale and shift, whose rows are `row` elements apart (0: the same for all). Any may be NULL.
typedef struct {
    const float *weight, *bias, *scale, *shift;
    ptrdiff_t row;
} duet_modulation;

/// out = ((x - mean) / sqrt(variance + eps) · weight + bias) · (1 + scale) + shift.
void duet_layer_norm(const float *x, ptrdiff_t rows, ptrdiff_t width, float eps,
                     const duet_modulation *modulation, float *out);

/// The gradient of rms_norm's x. `sums` [width] grows by the weight's unless it is NULL.
void duet_rms_norm_back(const float *x, const float *gradient, ptrdiff_t rows, ptrdiff_t width,
                        float eps, const float *weight, float *out, float *sums);

/// The gradient of layer_norm's x for a result that was multiplied by `factor`, the same for all
/// rows, or NULL. `sums` [2, width] grows by Σ gradient · norm and Σ gradient, unless it is NULL.
void duet_layer_norm_back(const float *x, const float *gradient, ptrdiff_t rows, ptrdiff_t width,
                          float eps, const float *factor, float *out, float *sums);

/// Normalises `groups` runs of channels over all their positions; x is [channels, positions].
void duet_group_norm(const float *x, ptrdiff_t channels, ptrdiff_t positions, ptrdiff_t groups,
                     float eps, const float *weight, const float *bias, float *out);

/// Rotates each adjacent pair of each head in place: (a, b) → (a·cos - b·sin, a·sin + b·cos).
///
/// x is [tokens, heads, width] with rows `x_token` apart; cosine and sine are [tokens, width / 2].
void duet_rotate(float *x, ptrdiff_t tokens, ptrdiff_t x_token, ptrdiff_t heads, ptrdiff_t width,
                 const float *cosine, const float *sine);

/// out = exp(x - max) / Σ exp(x - max), row by row.
void duet_softmax(const float *x, ptrdiff_t rows, ptrdiff_t width, float *out);

/// out = activation(x).
void duet_activate(const float *x, ptrdiff_t count, duet_activation activation, float *out);

/// out = gradient · activation'(x).
void duet_activate_back(const float *x, const float *gradient, ptrdiff_t count,
                        duet_activation activation, float *out);

/// out[c] = Σᵣ x[r, c] · y[r, c] for some columns; a NULL y counts as 1. Rows are `row` apart.
void duet_sum_rows(const float *x, const float *y, ptrdiff_t rows, ptrdiff_t row,
                   ptrdiff_t first_column, ptrdiff_t last_column, float *out);

/// The numbers of one step of AdamW; `rate` and `root` hold the means' corrections.
typedef struct {
    float decay, mean_decay, mean_share, square_decay, square_share, rate, root, eps;
} duet_adam;

/// x = x · decay - rate · mean / (√square / root + eps), after
/// mean = mean · mean_decay + g · mean_share and square = square · square_decay + g² · square_share.
void duet_adam_step(float *x, const float *gradient, float *mean, float *square, ptrdiff_t count,
                    const duet_adam *step);

/// out = x · a + y · b, with 0 · NULL for an absent y.
void duet_combine(const float *x, float a, const float *y, float b, ptrdiff_t count, float *out);

/// Widens stored elements to single precision; exact.
void duet_widen(const void *from, duet_element element, ptrdiff_t count, float *to);

/// Rounds single precision to nearest, ties to even; a NaN stays a NaN.
void duet_narrow(const float *from, duet_element element, ptrdiff_t count, void *to);

/// A window sliding over three axes; 1-d and 2-d use sizes of 1 for the leading axes.
typedef struct {
    ptrdiff_t channels;
    ptrdiff_t size[3], kernel[3], stride[3], dilation[3];
    /// Zeros in front of each axis; those behind follow from `out`.
    ptrdiff_t before[3];
    /// Distance of the input's elements once spread out: above 1 for a transposed convolution.
    ptrdiff_t spread[3];
    ptrdiff_t out[3];
} duet_window;

/// Copies what the window sees at positions first..<last: [positions, channels, kernel].
void duet_unfold(const float *x, const duet_window *window, ptrdiff_t first, ptrdiff_t last,
                 float *columns);

/// Threads that share work; made once and kept.
typedef struct duet_team duet_team;

/// Starts `threads - 1` threads beside the caller's; NULL with errno when that fails.
duet_team *duet_team_start(int threads);

/// Calls body(context, i) for i in 0..<parts, each once, and returns when all have returned.
///
/// Calls from several threads take turns; a call from inside a body runs in that thread alone.
void duet_team_run(duet_team *team, ptrdiff_t parts, void (*body)(void *context, ptrdiff_t part),
                   void *context);

/// Ends the threads; nobody may be running parts.
void duet_team_stop(duet_team *team);

#endif
