import CKernels
import Glibc

/// The cosines and sines that rotary position encoding turns adjacent pairs by.
///
/// Angles are worked out in double precision and rounded once, to single precision.
public struct RotationTable: Sendable {
    /// `[tokens, width / 2]` each.
    public let cosine, sine: Tensor

    /// Makes the table from cosines and sines of `[tokens, width / 2]`.
    public init(cosine: Tensor, sine: Tensor) {
        invariant(
            cosine.rank == 2 && cosine.shape == sine.shape,
            "\(cosine.shape) cosines do not fit \(sine.shape) sines")
        self.cosine = cosine.contiguous()
        self.sine = sine.contiguous()
    }

    /// The table that turns back.
    var inverse: RotationTable { RotationTable(cosine: cosine, sine: -sine) }

    /// Makes the table of `[tokens, pairs]` angles.
    public init(angles: [[Double]]) {
        let shape = [angles.count, angles.first?.count ?? 0]
        cosine = Tensor(angles.joined().map { Float(cos($0)) }, shape: shape)
        sine = Tensor(angles.joined().map { Float(sin($0)) }, shape: shape)
    }
}

extension Tensor {
    /// Returns `[batch, tokens, heads, width]` with each adjacent pair (a, b) of each head turned
    /// to (a·cos - b·sin, a·sin + b·cos).
    public consuming func rotated(by table: RotationTable) -> Tensor {
        invariant(
            rank == 4 && table.cosine.shape == [shape[1], shape[3] / 2],
            "a table of \(table.cosine.shape) does not fit \(shape)")
        let (batch, tokens, heads, width) = (shape[0], shape[1], shape[2], shape[3])
        let origin = node
        var result = self
        result.node = nil
        unsafe result.withMutableFloats { floats in
            guard let base = floats.baseAddress else { return }
            let start = unsafe Address(UnsafeMutableRawPointer(base))
            Team.current.split(batch * tokens, grain: max(1, 8192 / (heads * width))) { range in
                for token in range {
                    let row = token % tokens * (width / 2)
                    unsafe duet_rotate(
                        start.floats + token * heads * width, 1, heads * width, heads, width,
                        table.cosine.floats + row, table.sine.floats + row)
                }
            }
        }
        guard let origin, !Recording.isPaused else { return result }
        result.node = Node(result.shape) { gradient, walk in
            walk.add(gradient.rotated(by: table.inverse), to: origin)
        }
        return result
    }
}
