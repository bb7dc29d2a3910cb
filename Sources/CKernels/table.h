// The functions each level provides, and what all levels share.
#ifndef TABLE_H
#define TABLE_H

#include "CKernels.h"

typedef struct {
    ptrdiff_t tile_rows;
    void (*multiply)(const duet_product *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t);
    void (*attend)(const duet_attention *, ptrdiff_t, ptrdiff_t);
    void (*attend_back)(const duet_attention_back *, ptrdiff_t, ptrdiff_t);
    void (*rms_norm)(const float *, ptrdiff_t, ptrdiff_t, float, const float *, float *);
    void (*layer_norm)(const float *, ptrdiff_t, ptrdiff_t, float, const duet_modulation *,
                       float *);
    void (*rms_norm_back)(const float *, const float *, ptrdiff_t, ptrdiff_t, float,
                          const float *, float *, float *);
    void (*layer_norm_back)(const float *, const float *, ptrdiff_t, ptrdiff_t, float,
                            const float *, float *, float *);
    void (*group_norm)(const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, float, const float *,
                       const float *, float *);
    void (*rotate)(float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t, const float *,
                   const float *);
    void (*softmax)(const float *, ptrdiff_t, ptrdiff_t, float *);
    void (*activate)(const float *, ptrdiff_t, duet_activation, float *);
    void (*activate_back)(const float *, const float *, ptrdiff_t, duet_activation, float *);
    void (*sum_rows)(const float *, const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, ptrdiff_t,
                     float *);
    void (*adam_step)(float *, const float *, float *, float *, ptrdiff_t, const duet_adam *);
    void (*combine)(const float *, float, const float *, float, ptrdiff_t, float *);
    void (*widen)(const void *, duet_element, ptrdiff_t, float *);
    void (*narrow)(const float *, duet_element, ptrdiff_t, void *);
} duet_table;

extern const duet_table duet_scalar, duet_baseline, duet_avx2, duet_avx512, duet_avx512_bf16;

/// At least `count` floats, aligned to 64 bytes, that belong to the calling thread until its next
/// call; kept between calls, freed when the thread ends.
float *duet_scratch(size_t count);

#endif
