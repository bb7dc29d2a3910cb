public import Tensors

/// Data on its way to noise: state = (1 - t) · data + t · noise, whose velocity is noise - data.
public struct FlowState: Sendable {
    /// What the network sees, `[samples, …]`.
    public let state: Tensor

    /// What it is to say.
    public let target: Tensor

    /// Mixes data and noise of one shape `[samples, …]`, each sample at its own time of 0 to 1.
    public init(data: Tensor, noise: Tensor, times: [Double]) {
        let shape = [times.count] + [Int](repeating: 1, count: data.rank - 1)
        let share = Tensor(times.map { Float($0) }, shape: shape)
        state = data * (-share + 1) + noise * share
        target = noise - data
    }
}
