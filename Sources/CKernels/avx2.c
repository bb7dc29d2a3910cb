// The kernels as the instruction sets AVX2, FMA and F16C compiles them.
#define LEVEL_TABLE duet_avx2
#define TILE_ROWS 6
#define TILE_VECTORS 1
#define HAS_F16 1
#define HAS_BF16_DOT 0
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "rows.h"
#pragma clang attribute pop
