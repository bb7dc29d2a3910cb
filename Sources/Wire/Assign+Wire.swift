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
            assignment.attempt = Attempt(epoch: one.epoch, number: one.number)
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

    /// What every task of the recipe has in common; task, attempt and prompt are still missing.
    func assignment() throws(WireError) -> Assignment {
        guard gpuMilli <= 1000 || gpuMilli % 1000 == 0 else { throw .field("gpu_milli") }
        return Assignment(
            task: TaskID(rawValue: 0), attempt: Attempt(epoch: 0, number: 0),
            resources: Resources(
                cpus: cpuMilli, memory: memoryBytes, gpus: gpuMilli, gpuMemory: gpuMemoryBytes,
                named: named.map(\.amount)),
            timeLimit: hasTimeLimitMs ? timeLimitMs : nil, model: model,
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
