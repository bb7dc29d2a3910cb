// The kernels compiled for what every processor of the architecture has (SSE2 on x86-64).
#define LEVEL_TABLE duet_baseline
#define TILE_ROWS 3
#define TILE_VECTORS 1
#define HAS_F16 0
#define HAS_BF16_DOT 0
#include "rows.h"
