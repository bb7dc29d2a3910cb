// The kernels compiled for AVX-512 F, BW, DQ and VL.
#if defined(__x86_64__)
#define LEVEL_TABLE duet_avx512
#define TILE_ROWS 14
#define TILE_VECTORS 2
#define HAS_F16 1
#define HAS_BF16_DOT 0
#include <immintrin.h>

#define LEVEL_TARGET "avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl"
#pragma clang attribute push(__attribute__((target(LEVEL_TARGET))), apply_to = function)
#include "rows.h"
#pragma clang attribute pop
#endif
