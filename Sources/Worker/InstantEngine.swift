import Scheduling

/// An engine that does nothing, at once: it exists to measure everything around it.
///
/// It provides only names that begin with `instant/`, so no real campaign can be served by it by
/// mistake, and every row it makes carries its name as its engine. Its numbers are a hash of the
/// task, spread over 0..<1, so that a ranking has something to order.
enum InstantEngine {
    /// The name in every row it makes.
    static let name = "instant 1"

    /// What it provides.
    static let provides = [TaskKind.ingest, .generate, .score].map {
        Capability(kind: $0, name: "instant/*")
    }

    /// Whether the task is for it.
    static func covers(_ need: Capability) -> Bool { provides.contains { $0.covers(need) } }

    /// The outcome of a task.
    static func run(_ assignment: Assignment) -> Outcome {
        guard assignment.input.need.kind == .score else { return .completed(.candidate([])) }
        var scores: [Score] = []
        scores.reserveCapacity(assignment.input.outputs.count)
        for (index, output) in assignment.input.outputs.enumerated() {
            scores.append(Score(output: output, value: number(assignment.task, index)))
        }
        return .completed(.scores(scores))
    }

    private static func number(_ task: TaskID, _ index: Int) -> Double {
        var mixed = UInt64(bitPattern: task.rawValue) &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
    }
}
