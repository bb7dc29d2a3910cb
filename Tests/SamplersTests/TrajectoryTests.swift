import Golden
import Samplers
import Tensors
import Testing

/// Whole trajectories of every published solver over a velocity whose answer is known.
struct TrajectoryTests {
    @Test func euler() throws {
        let golden = try GoldenFile("03_flow_match_euler")
        for name in golden.names(from: "output.", to: ".latents") {
            let run = try Run(name)
            let spacing: Schedule.Spacing = run.isOfficial ? .fromOne : .diffusersEuler
            try check(golden, run, spacing) { Euler($0) }
        }
    }

    @Test func unipc() throws {
        let golden = try GoldenFile("03_unipc")
        for name in golden.names(from: "output.", to: ".latents") {
            let run = try Run(name)
            let variant = try #require(UniPC.Variant(rawValue: run.variant))
            try check(golden, run, run.isOfficial ? .wanUniPC : .diffusersUniPC) {
                UniPC($0, order: run.order, variant)
            }
        }
    }

    @Test func dpm() throws {
        let golden = try GoldenFile("03_dpmsolver_pp")
        for name in golden.names(from: "output.", to: ".latents") {
            let run = try Run(name)
            let variant = try #require(DPMSolver.Variant(rawValue: run.variant))
            try check(golden, run, .diffusersDPM) {
                DPMSolver($0, order: run.order, variant)
            }
        }
    }

    @Test(arguments: [
        SolverChoice.unipc(order: 2, .bh2), .unipc(order: 3, .bh1), .dpm(order: 2, .midpoint),
        .dpm(order: 3, .heun),
    ])
    func aHigherOrderIsCloserWithTheSameSteps(choice: SolverChoice) throws {
        let field = try Field(GoldenFile("03_unipc"))
        func end(_ choice: SolverChoice, _ steps: Int) -> [Double] {
            let schedule = Schedule(.wanUniPC, steps: steps, shift: 3)
            var solver = choice.solver(schedule)
            var latent = field.start
            for sigma in schedule.sigmas.dropLast() {
                latent = solver.step(latent, velocity: field.velocity(latent, sigma))
            }
            return latent.doubleArray()
        }
        let exact = end(.unipc(order: 2, .bh2), 1000)
        func error(_ choice: SolverChoice) -> Double {
            zip(end(choice, 20), exact).map { abs($0 - $1) }.max() ?? 0
        }
        #expect(error(choice) < error(.euler) / 3)
    }

    /// A golden trajectory's name, such as `output.official.shift5_n50_o2_bh2.latents`.
    private struct Run {
        let prefix: String
        let isOfficial: Bool
        let shift: Double
        let steps: Int
        let order: Int
        let variant: String

        init(_ name: String) throws {
            let parts = name.split(separator: ".")
            isOfficial = parts.contains("official")
            // A shift may have a fraction, so the case is what stands between the two ends.
            let middle = parts.dropFirst(isOfficial ? 2 : 1).dropLast().joined(separator: ".")
            let fields = middle.split(separator: "_").map(String.init)
            shift = try #require(Double(fields[0].dropFirst("shift".count)))
            steps = try #require(Int(fields[1].dropFirst()))
            order = fields.count > 2 ? try #require(Int(fields[2].dropFirst())) : 1
            variant = fields.count > 3 ? fields[3] : ""
            prefix = "output." + (isOfficial ? "official." : "") + fields[0] + "_" + fields[1]
        }

        var latents: String {
            prefix + (variant.isEmpty ? "" : "_o\(order)_\(variant)") + ".latents"
        }
    }

    /// v(x, σ) = A·x + b·σ.
    private struct Field {
        let matrix, offset, start: Tensor

        init(_ golden: GoldenFile) throws {
            matrix = try golden["input.A"]
            offset = try golden["input.b"]
            start = try golden["input.x_T"]
        }

        func velocity(_ latent: Tensor, _ sigma: Float) -> Tensor {
            latent.linear(matrix) + offset * sigma
        }
    }

    private func check(
        _ golden: GoldenFile, _ run: Run, _ spacing: Schedule.Spacing,
        _ solver: (Schedule) -> some Solver
    ) throws {
        let schedule = Schedule(spacing, steps: run.steps, shift: run.shift)
        let tolerance = try golden.json["tolerance"]
        #expect(
            try golden.difference(
                Tensor(schedule.sigmas), run.prefix + ".sigmas", absolute: "sigma_atol") == nil)
        let timesteps = try golden[run.prefix + ".timesteps"]
        let atol = timesteps.elementType == .i64 ? 0 : try tolerance["timestep_atol"].number
        #expect(difference(Tensor(schedule.timesteps), timesteps, atol: atol) == nil)

        let field = try Field(golden)
        var walker = solver(schedule)
        var latents = [field.start]
        for sigma in schedule.sigmas.dropLast() {
            let latent = latents[latents.count - 1]
            latents.append(walker.step(latent, velocity: field.velocity(latent, sigma)))
        }
        let trajectory = Tensor.concatenated(latents.map { $0.expanded(0) }, axis: 0)
        #expect(try golden.difference(trajectory, run.latents) == nil)
    }
}
