public import Tensors

/// Everything that a training goes on from.
public struct TrainingState: Sendable {
    /// Steps done.
    public var step = 0
    /// The trained numbers.
    public var parameters: NamedTensors
    /// Running means of gradients.
    public var means: NamedTensors = [:]
    /// Running means of their squares, where the method keeps them.
    public var squares: NamedTensors = [:]
    /// Averaged numbers; empty where none are kept.
    public var average: NamedTensors = [:]
    /// The averaged numbers that pairs are compared with; empty where those stay what they were.
    public var reference: NamedTensors = [:]
    /// How long the steps took.
    public var seconds = 0.0

    /// Begins with some numbers.
    public init(parameters: NamedTensors) {
        self.parameters = parameters
    }
}
