import COpenBLAS

/// The distribution's OpenBLAS: the yardstick for our own products.
///
/// Models do not use it: its sums depend on how many rows are multiplied together, so a candidate
/// would differ in its last bits between a batch of one and a batch of two.
public enum OpenBLAS {
    /// What the library says it is and which processor it takes this one for.
    public static var description: String {
        let configuration = unsafe String(cString: openblas_get_config())
        let core = unsafe String(cString: openblas_get_corename())
        return "\(configuration), running as \(core)"
    }

    /// Returns `x · weightᵀ` of `[m, k]` and `[n, k]`, on a number of threads of the library's own.
    public static func linear(_ x: Tensor, _ weight: Tensor, threads: Int) -> Tensor {
        let (a, b) = (x.contiguous(), weight.contiguous())
        defer { extendLifetime((a, b)) }
        let (m, k, n) = (Int32(a.shape[0]), Int32(a.shape[1]), Int32(b.shape[0]))
        openblas_set_num_threads(Int32(threads))
        return unsafe Tensor(shape: [a.shape[0], b.shape[0]]) { out in
            unsafe cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, a.floats, k, b.floats, k, 0,
                out, n)
        }
    }
}
