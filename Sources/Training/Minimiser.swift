import Campaigns
import Tensors

/// Takes steps with a training's numbers: clipping, rates, the method, averaging.
struct Minimiser: Sendable {
    private let settings: TrainingFile.Optimiser
    private let steps: Int
    private let adam: AdamW
    private let muon: Muon

    init(_ settings: TrainingFile.Optimiser, steps: Int) {
        self.settings = settings
        self.steps = steps
        adam = AdamW(
            betas: (settings.betas[0], settings.betas[1]), eps: settings.eps,
            weightDecay: settings.weightDecay)
        muon = Muon(weightDecay: settings.weightDecay)
    }

    /// Takes the next step, which uses the gradients up; returns AdamW's rate and the gradients'
    /// norm before clipping.
    func step(
        _ state: inout TrainingState, _ gradients: inout NamedTensors
    ) -> (rate: Double, norm: Double) {
        let norm = GradientNorm.clip(&gradients, most: settings.clip)
        state.step += 1
        let rate = rate(settings.rate, state.step)
        if state.average.isEmpty, settings.ema > 0 { state.average = state.parameters }
        for name in state.parameters.keys.sorted() {
            guard let gradient = gradients.removeValue(forKey: name) else { continue }
            step(&state, name, gradient)
        }
        if settings.ema > 0 {
            MovingAverage.update(
                &state.average, towards: state.parameters, decay: settings.ema)
        }
        return (rate, norm)
    }

    private func step(_ state: inout TrainingState, _ name: String, _ gradient: Tensor) {
        guard var parameter = state.parameters.removeValue(forKey: name) else { return }
        var mean =
            state.means.removeValue(forKey: name)
            ?? Tensor(repeating: 0, shape: parameter.shape)
        if settings.method == .muon, name.hasPrefix("blocks."), parameter.rank == 2 {
            muon.step(
                &parameter, gradient: gradient, mean: &mean,
                rate: rate(settings.matrixRate, state.step))
        } else {
            var square =
                state.squares.removeValue(forKey: name)
                ?? Tensor(repeating: 0, shape: parameter.shape)
            adam.step(
                &parameter, gradient: gradient, mean: &mean, square: &square,
                rate: rate(settings.rate, state.step), step: state.step)
            state.squares[name] = square
        }
        state.parameters[name] = parameter
        state.means[name] = mean
    }

    private func rate(_ peak: Double, _ step: Int) -> Double {
        LearningRate(
            peak, warmup: settings.warmup, decayFrom: settings.decayFrom, floor: settings.floor
        ).rate(step: step, of: steps)
    }
}
