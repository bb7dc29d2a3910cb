import Golden
import Tensors
import Testing

@testable import Training

/// Trajectories of torch.optim.AdamW with warm-up, clipping and averaged weights.
struct OptimiserTests {
    @Test func trajectoriesAreTheReferences() throws {
        let golden = try GoldenFile("09_adamw")
        for (name, config) in try golden.json["config"].members {
            try check(golden, name, config)
        }
    }

    private func check(_ golden: GoldenFile, _ name: String, _ config: GoldenValue) throws {
        let betas = try config["betas"].array.map { try $0.number }
        let method = AdamW(
            betas: (betas[0], betas[1]), eps: try config["eps"].number,
            weightDecay: try config["wd"].number)
        let rates = LearningRate(try config["lr"].number, warmup: try config["warm"].integer)
        let start = "input.\(name).p0."
        let parameters = golden.names(from: start, to: "").map { String($0.dropFirst(start.count)) }
        var values = try tensors(parameters) { try golden[start + $0] }
        var means = values.mapValues { $0 * 0 }
        var squares = means
        var average = values
        for step in 1...(try golden.json["steps"].integer) {
            var gradients = try tensors(parameters) {
                try golden["input.\(name).grads.\($0)"].selected(0, step - 1)
            }
            let norm = GradientNorm.clip(&gradients, most: try? config["clip"].number)
            if golden.has("output.\(name).total_norm") {
                let expected = try golden["output.\(name).total_norm"].doubleArray()[step - 1]
                #expect(abs(norm - expected) <= 1e-6 * expected)
            }
            for parameter in parameters {
                var value = try #require(values[parameter])
                var mean = try #require(means[parameter])
                var square = try #require(squares[parameter])
                method.step(
                    &value, gradient: try #require(gradients[parameter]), mean: &mean,
                    square: &square, rate: rates.rate(step: step, of: 5), step: step)
                (values[parameter], means[parameter], squares[parameter]) = (value, mean, square)
            }
            MovingAverage.update(
                &average, towards: values, decay: try golden.json["ema_decay"].number)
            for (key, state) in [
                ("p", values), ("exp_avg", means), ("exp_avg_sq", squares), ("ema", average),
            ] {
                for parameter in parameters {
                    let expected = try golden["output.\(name).\(key).\(parameter)"]
                        .selected(0, step - 1)
                    let tolerance = try golden.json["tolerance"]
                    let difference = difference(
                        try #require(state[parameter]), expected,
                        atol: try tolerance["atol"].number,
                        rtol: try tolerance["rtol"].number)
                    #expect(difference == nil, "\(name) \(key).\(parameter) at step \(step)")
                }
            }
        }
    }

    private func tensors(
        _ names: [String], _ make: (String) throws -> Tensor
    ) rethrows -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: try names.map { ($0, try make($0)) })
    }

    @Test func muonStepsAlongNearlyOrthogonalMatrices() {
        let matrix = Tensor((0..<32).map { Float(($0 * 37) % 19) / 19 - 0.5 }, shape: [4, 8])
        let direction = Muon.orthogonal(matrix, 5)
        let products = direction.matmul(direction.transposed())
        for row in 0..<4 {
            #expect((0.4...1.5).contains(products[row, row]))
            for column in 0..<4 where column != row { #expect(abs(products[row, column]) < 0.4) }
        }
    }

    @Test func ratesRiseStayAndFall() {
        let rates = LearningRate(2, warmup: 4, decayFrom: 0.5, floor: 0.1)
        let course = (1...20).map { rates.rate(step: $0, of: 20) }
        #expect(course[0] == 0.5)
        #expect(course[3...9].allSatisfy { $0 == 2 })
        #expect(zip(course[9...], course[10...]).allSatisfy { $0 > $1 })
        #expect(abs(course[19] - 0.2) < 1e-12)
    }
}
