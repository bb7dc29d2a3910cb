import Scheduling
import SwiftProtobuf

extension PBAssign {
    /// What tasks of one recipe share is written once.
    init(sequence: UInt64, _ assignments: [Assignment]) {
        self.init()
        self.sequence = sequence
        var known: [Int: UInt32] = [:]
        self.assignments.reserveCapacity(assignments.count)
        for assignment in assignments {
            let key = assignment.task.slot | Int(assignment.task.campaign) << 12
            var index = known[key]
            if index == nil {
                index = UInt32(recipes.count)
                known[key] = index
                recipes.append(PBRecipe(assignment))
            }
            self.assignments.append(PBAssignment(assignment, recipe: index ?? 0))
        }
    }

    func decodedAssignments() throws(WireError) -> [Assignment] {
        var shared: [Assignment] = []
        for recipe in recipes { shared.append(try recipe.assignment()) }
        var decoded: [Assignment] = []
        decoded.reserveCapacity(assignments.count)
        for one in assignments {
            guard one.recipe < shared.count else { throw .field("recipe") }
            var assignment = shared[Int(one.recipe)]
            assignment.task = TaskID(rawValue: one.task)
            assignment.attempt = try Bounds.attempt(one.epoch, one.number)
            assignment.input.prompt = one.prompt
            assignment.input.text = one.text
            assignment.input.seed = one.seed
            assignment.input.groundTruth = one.groundTruth.map(\.media)
            if one.candidate != 0 {
                assignment.input.candidate = TaskInput.Candidate(
                    id: TaskID(rawValue: one.candidate), media: one.media.map(\.media))
            }
            decoded.append(assignment)
        }
        return decoded
    }
}

extension PBRecipe {
    init(_ assignment: Assignment) {
        self.init()
        need = PBCapability(assignment.input.need)
        model = assignment.model
        cpuMilli = assignment.resources.cpus
        memoryBytes = assignment.resources.memory
        gpuMilli = assignment.resources.gpus
        gpuMemoryBytes = assignment.resources.gpuMemory
        named = assignment.resources.named.map(PBAmount.init)
        if let limit = assignment.timeLimit { timeLimitMs = limit }
        parameters = assignment.input.parameters
        outputs = assignment.input.outputs
        ordinal = assignment.input.ordinal
    }

    /// More than a century is for ever, as it is for the worker's clock.
    private func timeLimit() throws(WireError) -> Int64? {
        guard hasTimeLimitMs else { return nil }
        return try Bounds.span(min(timeLimitMs, Bounds.longestSpan), "time_limit_ms")
    }

    /// What every task of the recipe has in common; task, attempt and prompt are still missing.
    func assignment() throws(WireError) -> Assignment {
        guard cpuMilli >= 0 else { throw .field("cpu_milli") }
        // More than one device means whole devices.
        guard gpuMilli >= 0, gpuMilli <= 1000 || gpuMilli % 1000 == 0 else {
            throw .field("gpu_milli")
        }
        let resources = Resources(
            cpus: cpuMilli, memory: try Bounds.needed(memoryBytes, "memory_bytes"),
            gpus: gpuMilli, gpuMemory: try Bounds.needed(gpuMemoryBytes, "gpu_memory_bytes"),
            named: try named.map { amount throws(WireError) in
                Resources.Amount(
                    name: amount.name, amount: try Bounds.needed(amount.milli, "named"))
            })
        return Assignment(
            task: TaskID(rawValue: 0), attempt: Attempt(epoch: 0, number: 0),
            resources: resources,
            timeLimit: try timeLimit(),
            model: model,
            input: TaskInput(
                need: try need.capability(), ordinal: ordinal, parameters: parameters,
                outputs: outputs))
    }
}

extension PBAssignment {
    init(_ assignment: Assignment, recipe: UInt32) {
        self.init()
        task = assignment.task.rawValue
        epoch = assignment.attempt.epoch
        number = assignment.attempt.number
        self.recipe = recipe
        prompt = assignment.input.prompt
        text = assignment.input.text
        seed = assignment.input.seed
        groundTruth = assignment.input.groundTruth.map(PBMedia.init)
        if let candidate = assignment.input.candidate {
            self.candidate = candidate.id.rawValue
            media = candidate.media.map(PBMedia.init)
        }
    }
}
