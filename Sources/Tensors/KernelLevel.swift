import CKernels

/// The instruction set that kernels use; results differ between levels in the last bits.
public enum KernelLevel: Int, CaseIterable, Comparable, Sendable {
    /// Plain loops in double precision: the oracle of the others, and slow.
    case scalar
    /// What every processor of the architecture has.
    case baseline
    /// AVX2 with FMA.
    case avx2
    /// AVX-512.
    case avx512
    /// AVX-512 with the bfloat16 dot product.
    case avx512BF16

    /// The level in use: the best this processor has, unless inside `with`.
    public static var current: KernelLevel {
        KernelLevel(rawValue: Int(duet_kernel_level().rawValue)) ?? .scalar
    }

    /// The levels that this processor has, in rising order.
    public static var available: [KernelLevel] {
        allCases.filter { duet_has_kernel_level($0.kernel) != 0 }
    }

    /// Runs `body` with operations at another level, which must be available.
    public static func with<R, E>(
        _ level: KernelLevel, _ body: () throws(E) -> R
    ) throws(E) -> R {
        invariant(available.contains(level), "this processor lacks the level \(level)")
        let before = current
        duet_use_kernel_level(level.kernel)
        defer { duet_use_kernel_level(before.kernel) }
        return try body()
    }

    private var kernel: duet_level { duet_level(UInt32(rawValue)) }

    /// Orders levels by what they ask of the processor.
    public static func < (left: KernelLevel, right: KernelLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
