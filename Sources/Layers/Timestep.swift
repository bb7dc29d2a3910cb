import Glibc
public import Tensors

/// Returns cosines, then sines, of each timestep at `width / 2` frequencies: `[…, width]`.
///
/// Angle i is t · 10000^(-i / (width / 2)), in double precision; t counts from 0 to 1000.
public func timestepWaves(_ timesteps: Tensor, width: Int) -> Tensor {
    let half = width / 2
    let frequencies = (0..<half).map { exp(-log(10000) * Double($0) / Double(half)) }
    let waves = timesteps.doubleArray().flatMap { t in
        frequencies.map { Float(cos(t * $0)) } + frequencies.map { Float(sin(t * $0)) }
    }
    return Tensor(waves, shape: timesteps.shape + [width])
}
