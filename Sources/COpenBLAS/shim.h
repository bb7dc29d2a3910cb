#pragma once
#include <cblas.h>

// LAPACK's routine, which the library holds and its headers do not declare.
void dsyevd_(
    const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
    double *work, const int *lwork, int *iwork, const int *liwork, int *info);
