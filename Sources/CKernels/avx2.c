// The kernels compiled for AVX2 with FMA and F16C.
#if defined(__x86_64__)
#define LEVEL_TABLE duet_avx2
#define TILE_ROWS 6
#define TILE_VECTORS 1
#define HAS_F16 1
#define HAS_BF16_DOT 0
#include <immintrin.h>

#define LEVEL_TARGET "avx2,fma,f16c"
#pragma clang attribute push(__attribute__((target(LEVEL_TARGET))), apply_to = function)
#include "rows.h"
#pragma clang attribute pop
#endif
