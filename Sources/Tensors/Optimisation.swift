import CKernels
import Glibc

/// The numbers of one step of Adam.
public struct AdamStep: Sendable {
    /// Learning rate, decays of the means, what is added to the root, decay of weights.
    public var rate, meanDecay, squareDecay, eps, weightDecay: Double
    /// Which step it is, counted from 1.
    public var step: Int

    /// Joins the numbers.
    public init(
        rate: Double, meanDecay: Double, squareDecay: Double, eps: Double, weightDecay: Double,
        step: Int
    ) {
        (self.rate, self.meanDecay, self.squareDecay) = (rate, meanDecay, squareDecay)
        (self.eps, self.weightDecay, self.step) = (eps, weightDecay, step)
    }
}

extension Tensor {
    /// Takes a step of AdamW in place; `mean` and `square` are the running means of the gradient
    /// and its square.
    public mutating func adamStep(
        gradient: Tensor, mean: inout Tensor, square: inout Tensor, _ numbers: AdamStep
    ) {
        invariant(
            [gradient.shape, mean.shape, square.shape].allSatisfy { $0 == shape },
            "a gradient of \(gradient.shape) does not fit \(shape)")
        var step = duet_adam()
        step.decay = Float(1 - numbers.rate * numbers.weightDecay)
        (step.mean_decay, step.square_decay) = (
            Float(numbers.meanDecay), Float(numbers.squareDecay)
        )
        (step.mean_share, step.square_share) = (
            Float(1 - numbers.meanDecay), Float(1 - numbers.squareDecay)
        )
        step.eps = Float(numbers.eps)
        step.rate = Float(numbers.rate / (1 - pow(numbers.meanDecay, Double(numbers.step))))
        step.root = Float((1 - pow(numbers.squareDecay, Double(numbers.step))).squareRoot())
        let given = gradient.contiguous()
        defer { extendLifetime(given) }
        let from = unsafe Address(given.address)
        let numbers = step
        unsafe withMutableFloats { own in
            unsafe mean.withMutableFloats { mean in
                unsafe square.withMutableFloats { square in
                    guard let own = own.baseAddress, let mean = mean.baseAddress,
                        let square = square.baseAddress
                    else { return }
                    let places = unsafe [own, mean, square].map {
                        unsafe Address(UnsafeMutableRawPointer($0))
                    }
                    Team.current.split(given.count, grain: 16_384) { range in
                        let start = range.lowerBound
                        var step = numbers
                        unsafe duet_adam_step(
                            places[0].floats + start, from.floats + start,
                            places[1].floats + start, places[2].floats + start, range.count, &step)
                    }
                }
            }
        }
    }

    /// Returns Σ x², in double precision and in one order.
    public func squareSum() -> Double {
        let x = contiguous()
        defer { extendLifetime(x) }
        let from = unsafe Address(x.address)
        let length = 16_384
        var sums = [Double](repeating: 0, count: (count + length - 1) / length)
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            guard let base = sums.baseAddress else { return }
            let to = unsafe Address(UnsafeMutableRawPointer(base))
            Team.current.split(sums.count, grain: 4) { range in
                for chunk in range {
                    var sum = 0.0
                    for i in chunk * length..<min(count, (chunk + 1) * length) {
                        let number = unsafe Double(from.floats[i])
                        sum += number * number
                    }
                    unsafe to.pointer.storeBytes(of: sum, toByteOffset: chunk * 8, as: Double.self)
                }
            }
        }
        return sums.reduce(0, +)
    }
}
