// The oracle: every kernel in plain loops, summed in double precision, as the header states it.
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static float bf16_to_float(uint16_t bits) {
    uint32_t wide = (uint32_t)bits << 16;
    float x;
    memcpy(&x, &wide, 4);
    return x;
}

static uint16_t float_to_bf16(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    if (x != x) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static float f16_to_float(uint16_t bits) {
    int exponent = bits >> 10 & 31, digits = bits & 1023;
    float size;
    if (exponent == 31)
        size = digits ? NAN : INFINITY;
    else if (exponent == 0)
        size = ldexpf((float)digits, -24);
    else
        size = ldexpf((float)(digits + 1024), exponent - 25);
    return bits >> 15 ? -size : size;
}

static uint16_t float_to_f16(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    float size = fabsf(x);
    if (x != x) return (uint16_t)(sign | 0x7e00 | (bits >> 13 & 0x1ff));
    if (size >= 65520.0f) return sign | 0x7c00;
    if (size < 6.103515625e-05f) return (uint16_t)(sign | (uint16_t)rintf(ldexpf(size, 24)));
    uint32_t kept = bits & 0x7fffffff;
    return (uint16_t)(sign | ((kept + 0xfff + (kept >> 13 & 1) - (112u << 23)) >> 13));
}

static void widen(const void *from, duet_element element, ptrdiff_t count, float *to) {
    for (ptrdiff_t i = 0; i < count; i++)
        switch (element) {
        case DUET_F32: to[i] = ((const float *)from)[i]; break;
        case DUET_BF16: to[i] = bf16_to_float(((const uint16_t *)from)[i]); break;
        case DUET_F16: to[i] = f16_to_float(((const uint16_t *)from)[i]); break;
        }
}

static void narrow(const float *from, duet_element element, ptrdiff_t count, void *to) {
    for (ptrdiff_t i = 0; i < count; i++)
        switch (element) {
        case DUET_F32: ((float *)to)[i] = from[i]; break;
        case DUET_BF16: ((uint16_t *)to)[i] = float_to_bf16(from[i]); break;
        case DUET_F16: ((uint16_t *)to)[i] = float_to_f16(from[i]); break;
        }
}

static double activated(double x, duet_activation activation) {
    switch (activation) {
    case DUET_GELU:
        return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case DUET_SILU: return x / (1 + exp(-x));
    default: return x;
    }
}

static float right_element(const duet_product *p, ptrdiff_t column, ptrdiff_t k) {
    ptrdiff_t place = column * p->right_column + k * p->right_step;
    float x = 0;
    if (p->right_element == DUET_F32)
        x = ((const float *)p->right)[place];
    else
        widen((const uint16_t *)p->right + place, p->right_element, 1, &x);
    return p->in_bfloat16 ? bf16_to_float(float_to_bf16(x)) : x;
}

static void multiply(const duet_product *p, ptrdiff_t first_row, ptrdiff_t last_row,
                     ptrdiff_t first_column, ptrdiff_t last_column) {
    for (ptrdiff_t r = first_row; r < last_row; r++)
        for (ptrdiff_t c = first_column; c < last_column; c++) {
            double x = 0;
            for (ptrdiff_t k = 0; k < p->depth; k++) {
                float left = p->left[r * p->left_row + k * p->left_step];
                if (p->in_bfloat16) left = bf16_to_float(float_to_bf16(left));
                x += (double)left * right_element(p, c, k);
            }
            if (p->bias) x += p->bias[c];
            if (p->row_bias) x += p->row_bias[r];
            x = activated(x, p->activation);
            if (p->gate) x *= p->gate[r * p->gate_row + c];
            if (p->residual) x += p->residual[r * p->residual_row + c];
            p->out[r * p->out_row + c] = (float)x;
        }
}

/// One query of one head: scores, their softmax, the weighted mean of the values.
static void attend_query(const duet_attention *a, ptrdiff_t b, ptrdiff_t h, ptrdiff_t q,
                         double *weights) {
    const float *query = a->query + b * a->query_batch + h * a->query_head + q * a->query_token;
    const float *key = a->key + b * a->key_batch + h * a->key_head;
    const float *value = a->value + b * a->value_batch + h * a->value_head;
    float *out = a->out + b * a->out_batch + h * a->out_head + q * a->out_token;
    double most = -1e30, total = 0;
    for (ptrdiff_t k = 0; k < a->keys; k++) {
        double score = 0;
        for (ptrdiff_t w = 0; w < a->width; w++)
            score += (double)query[w] * key[k * a->key_token + w];
        weights[k] = score * a->scale;
        if (a->bias)
            weights[k] += a->bias[b * a->bias_batch + h * a->bias_head + q * a->bias_query +
                                  k * a->bias_key];
        if (weights[k] > most) most = weights[k];
    }
    for (ptrdiff_t k = 0; k < a->keys; k++) total += weights[k] = exp(weights[k] - most);
    for (ptrdiff_t w = 0; w < a->width; w++) {
        double mean = 0;
        for (ptrdiff_t k = 0; k < a->keys; k++)
            mean += weights[k] * value[k * a->value_token + w];
        out[w] = (float)(mean / total);
    }
    if (a->logs) a->logs[(b * a->heads + h) * a->queries + q] = (float)((most + log(total)) / M_LN2);
}

static void attend(const duet_attention *a, ptrdiff_t first_item, ptrdiff_t last_item) {
    ptrdiff_t chunks = (a->queries + DUET_ATTENTION_QUERIES - 1) / DUET_ATTENTION_QUERIES;
    double *weights = (double *)duet_scratch((size_t)a->keys * 2);
    for (ptrdiff_t item = first_item; item < last_item; item++) {
        ptrdiff_t first = item % chunks * DUET_ATTENTION_QUERIES;
        for (ptrdiff_t q = first; q < a->queries && q < first + DUET_ATTENTION_QUERIES; q++)
            attend_query(a, item / chunks / a->heads, item / chunks % a->heads, q, weights);
    }
}

/// One query's share of the gradients of one head, from weights that are worked out again.
static void attend_query_back(const duet_attention_back *back, ptrdiff_t b, ptrdiff_t h,
                              ptrdiff_t q, double *weights, double *key_sums,
                              double *value_sums) {
    const duet_attention *a = &back->forward;
    const float *query = a->query + b * a->query_batch + h * a->query_head + q * a->query_token;
    const float *key = a->key + b * a->key_batch + h * a->key_head;
    const float *value = a->value + b * a->value_batch + h * a->value_head;
    ptrdiff_t place = ((b * a->queries + q) * a->heads + h) * a->width;
    const float *gradient = back->out_gradient + place;
    double most = -1e30, total = 0, mean = 0;
    for (ptrdiff_t k = 0; k < a->keys; k++) {
        double score = 0;
        for (ptrdiff_t w = 0; w < a->width; w++)
            score += (double)query[w] * key[k * a->key_token + w];
        weights[k] = score * a->scale;
        if (weights[k] > most) most = weights[k];
    }
    for (ptrdiff_t k = 0; k < a->keys; k++) total += weights[k] = exp(weights[k] - most);
    double *pulls = weights + a->keys;
    for (ptrdiff_t k = 0; k < a->keys; k++) {
        weights[k] /= total;
        pulls[k] = 0;
        for (ptrdiff_t w = 0; w < a->width; w++) {
            pulls[k] += (double)gradient[w] * value[k * a->value_token + w];
            value_sums[k * a->width + w] += weights[k] * gradient[w];
        }
        mean += weights[k] * pulls[k];
    }
    for (ptrdiff_t w = 0; w < a->width; w++) {
        double sum = 0;
        for (ptrdiff_t k = 0; k < a->keys; k++) {
            double slope = weights[k] * (pulls[k] - mean) * a->scale;
            sum += slope * key[k * a->key_token + w];
            key_sums[k * a->width + w] += slope * query[w];
        }
        back->query_gradient[place + w] = (float)sum;
    }
}

static void attend_back(const duet_attention_back *back, ptrdiff_t first_head,
                        ptrdiff_t last_head) {
    const duet_attention *a = &back->forward;
    size_t size = (size_t)(a->keys * a->width);
    double *weights = (double *)duet_scratch(4 * (size_t)a->keys + 4 * size);
    double *key_sums = weights + 2 * a->keys, *value_sums = key_sums + size;
    for (ptrdiff_t head = first_head; head < last_head; head++) {
        ptrdiff_t b = head / a->heads, h = head % a->heads;
        memset(key_sums, 0, 2 * size * sizeof(double));
        for (ptrdiff_t q = 0; q < a->queries; q++)
            attend_query_back(back, b, h, q, weights, key_sums, value_sums);
        for (ptrdiff_t k = 0; k < a->keys; k++)
            for (ptrdiff_t w = 0; w < a->width; w++) {
                ptrdiff_t place = ((b * a->keys + k) * a->heads + h) * a->width + w;
                back->key_gradient[place] = (float)key_sums[k * a->width + w];
                back->value_gradient[place] = (float)value_sums[k * a->width + w];
            }
    }
}

/// The mean of a run and 1 / sqrt(variance + eps).
static void moments(const float *x, ptrdiff_t count, double eps, double *mean, double *spread) {
    double total = 0, squares = 0;
    for (ptrdiff_t i = 0; i < count; i++) total += x[i];
    *mean = total / (double)count;
    for (ptrdiff_t i = 0; i < count; i++) squares += (x[i] - *mean) * (x[i] - *mean);
    *spread = 1 / sqrt(squares / (double)count + eps);
}

static void rms_norm(const float *x, ptrdiff_t rows, ptrdiff_t width, float eps,
                     const float *weight, float *out) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, out += width) {
        double squares = 0;
        for (ptrdiff_t i = 0; i < width; i++) squares += (double)x[i] * x[i];
        double scale = 1 / sqrt(squares / (double)width + (double)eps);
        for (ptrdiff_t i = 0; i < width; i++)
            out[i] = (float)(x[i] * scale * (weight ? weight[i] : 1.0f));
    }
}

static void layer_norm(const float *x, ptrdiff_t rows, ptrdiff_t width, float eps,
                       const duet_modulation *m, float *out) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, out += width) {
        double mean, spread;
        moments(x, width, eps, &mean, &spread);
        for (ptrdiff_t i = 0; i < width; i++) {
            double y = (x[i] - mean) * spread;
            if (m->weight) y *= m->weight[i];
            if (m->bias) y += m->bias[i];
            if (m->scale) y *= 1.0 + m->scale[r * m->row + i];
            if (m->shift) y += m->shift[r * m->row + i];
            out[i] = (float)y;
        }
    }
}

static void rms_norm_back(const float *x, const float *gradient, ptrdiff_t rows, ptrdiff_t width,
                          float eps, const float *weight, float *out, float *sums) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, gradient += width, out += width) {
        double squares = 0, products = 0;
        for (ptrdiff_t i = 0; i < width; i++) {
            squares += (double)x[i] * x[i];
            products += (double)x[i] * gradient[i] * (weight ? weight[i] : 1.0f);
        }
        double scale = 1 / sqrt(squares / (double)width + (double)eps);
        double pull = products * scale * scale / (double)width;
        for (ptrdiff_t i = 0; i < width; i++) {
            if (sums) sums[i] += (float)(gradient[i] * x[i] * scale);
            out[i] = (float)((gradient[i] * (weight ? weight[i] : 1.0) - x[i] * pull) * scale);
        }
    }
}

static void layer_norm_back(const float *x, const float *gradient, ptrdiff_t rows,
                            ptrdiff_t width, float eps, const float *factor, float *out,
                            float *sums) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, gradient += width, out += width) {
        double mean, spread, slope = 0, pull = 0;
        moments(x, width, eps, &mean, &spread);
        for (ptrdiff_t i = 0; i < width; i++) {
            double g = (double)gradient[i] * (factor ? factor[i] : 1.0f);
            slope += g / (double)width;
            pull += g * (x[i] - mean) * spread / (double)width;
        }
        for (ptrdiff_t i = 0; i < width; i++) {
            double norm = (x[i] - mean) * spread;
            if (sums) {
                sums[i] += (float)(gradient[i] * norm);
                sums[width + i] += gradient[i];
            }
            out[i] = (float)((gradient[i] * (factor ? factor[i] : 1.0) - slope - norm * pull) *
                             spread);
        }
    }
}

static void group_norm(const float *x, ptrdiff_t channels, ptrdiff_t positions, ptrdiff_t groups,
                       float eps, const float *weight, const float *bias, float *out) {
    ptrdiff_t each = channels / groups;
    for (ptrdiff_t c = 0; c < channels; c++) {
        double mean, spread;
        moments(x + c / each * each * positions, each * positions, eps, &mean, &spread);
        for (ptrdiff_t i = c * positions; i < (c + 1) * positions; i++)
            out[i] = (float)((x[i] - mean) * spread * (weight ? weight[c] : 1.0f) +
                             (bias ? bias[c] : 0.0f));
    }
}

static void rotate(float *x, ptrdiff_t tokens, ptrdiff_t x_token, ptrdiff_t heads,
                   ptrdiff_t width, const float *cosine, const float *sine) {
    for (ptrdiff_t t = 0; t < tokens; t++)
        for (ptrdiff_t h = 0; h < heads; h++)
            for (ptrdiff_t i = 0; i < width / 2; i++) {
                float *pair = x + t * x_token + h * width + 2 * i;
                double a = pair[0], b = pair[1];
                double c = cosine[t * (width / 2) + i], s = sine[t * (width / 2) + i];
                pair[0] = (float)(a * c - b * s);
                pair[1] = (float)(a * s + b * c);
            }
}

static void softmax(const float *x, ptrdiff_t rows, ptrdiff_t width, float *out) {
    for (ptrdiff_t r = 0; r < rows; r++, x += width, out += width) {
        double most = -INFINITY, total = 0;
        for (ptrdiff_t i = 0; i < width; i++) most = x[i] > most ? x[i] : most;
        for (ptrdiff_t i = 0; i < width; i++) total += exp(x[i] - most);
        for (ptrdiff_t i = 0; i < width; i++) out[i] = (float)(exp(x[i] - most) / total);
    }
}

static void activate(const float *x, ptrdiff_t count, duet_activation activation, float *out) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = (float)activated(x[i], activation);
}

static void activate_back(const float *x, const float *gradient, ptrdiff_t count,
                          duet_activation activation, float *out) {
    for (ptrdiff_t i = 0; i < count; i++) {
        double z = x[i], slope = 1;
        if (activation == DUET_SILU) {
            double share = 1 / (1 + exp(-z));
            slope = share * (1 + z * (1 - share));
        } else if (activation == DUET_GELU) {
            double root = sqrt(2 / M_PI), t = tanh(root * (z + 0.044715 * z * z * z));
            slope = 0.5 * (1 + t) +
                    0.5 * z * (1 - t * t) * root * (1 + 3 * 0.044715 * z * z);
        }
        out[i] = (float)(gradient[i] * slope);
    }
}

static void adam_step(float *x, const float *gradient, float *mean, float *square,
                      ptrdiff_t count, const duet_adam *s) {
    for (ptrdiff_t i = 0; i < count; i++) {
        mean[i] = mean[i] * s->mean_decay + gradient[i] * s->mean_share;
        square[i] = square[i] * s->square_decay + gradient[i] * gradient[i] * s->square_share;
        float root = sqrtf(square[i]) / s->root + s->eps;
        x[i] = x[i] * s->decay - s->rate * mean[i] / root;
    }
}

static void sum_rows(const float *x, const float *y, ptrdiff_t rows, ptrdiff_t row,
                     ptrdiff_t first_column, ptrdiff_t last_column, float *out) {
    for (ptrdiff_t c = first_column; c < last_column; c++) {
        double total = 0;
        for (ptrdiff_t r = 0; r < rows; r++)
            total += (double)x[r * row + c] * (y ? y[r * row + c] : 1.0f);
        out[c] = (float)total;
    }
}

static void combine(const float *x, float a, const float *y, float b, ptrdiff_t count,
                    float *out) {
    for (ptrdiff_t i = 0; i < count; i++)
        out[i] = (float)((double)x[i] * a + (y ? (double)y[i] * b : 0));
}

const duet_table duet_scalar = {
    .tile_rows = 1,
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
