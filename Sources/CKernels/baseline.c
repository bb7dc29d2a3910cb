// The kernels as the baseline instruction set (SSE2 on x86-64) compiles them.
#define LEVEL_TABLE duet_baseline
#define TILE_ROWS 3
#define TILE_VECTORS 1
#define HAS_F16 0
#define HAS_BF16_DOT 0
#include "rows.h"
