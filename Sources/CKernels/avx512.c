// The kernels as the instruction sets AVX-512 F, BW, DQ and VL compiles them.
#define LEVEL_TABLE duet_avx512
#define TILE_ROWS 14
#define TILE_VECTORS 2
#define HAS_F16 1
#define HAS_BF16_DOT 0
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#include "rows.h"
#pragma clang attribute pop
