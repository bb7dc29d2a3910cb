// Convolution as a product: the window's view of each position becomes a row.
#include "CKernels.h"

#include <string.h>

/// Where along an axis an element of the window looks, or -1 in the padding and between the
/// elements of an input that is spread out.
static ptrdiff_t place(const duet_window *w, int axis, ptrdiff_t out, ptrdiff_t tap) {
    ptrdiff_t at = out * w->stride[axis] + tap * w->dilation[axis] - w->before[axis];
    if (at < 0 || at % w->spread[axis]) return -1;
    at /= w->spread[axis];
    return at < w->size[axis] ? at : -1;
}

void duet_unfold(const float *x, const duet_window *w, ptrdiff_t first, ptrdiff_t last,
                 float *columns) {
    ptrdiff_t plane = w->size[1] * w->size[2];
    for (ptrdiff_t p = first; p < last; p++) {
        ptrdiff_t o2 = p % w->out[2], o1 = p / w->out[2] % w->out[1];
        ptrdiff_t o0 = p / w->out[2] / w->out[1];
        for (ptrdiff_t c = 0; c < w->channels; c++) {
            const float *channel = x + c * w->size[0] * plane;
            for (ptrdiff_t k0 = 0; k0 < w->kernel[0]; k0++) {
                ptrdiff_t i0 = place(w, 0, o0, k0);
                for (ptrdiff_t k1 = 0; k1 < w->kernel[1]; k1++) {
                    ptrdiff_t i1 = i0 < 0 ? -1 : place(w, 1, o1, k1);
                    for (ptrdiff_t k2 = 0; k2 < w->kernel[2]; k2++) {
                        ptrdiff_t i2 = i1 < 0 ? -1 : place(w, 2, o2, k2);
                        *columns++ = i2 < 0 ? 0 : channel[i0 * plane + i1 * w->size[2] + i2];
                    }
                }
            }
        }
    }
}
