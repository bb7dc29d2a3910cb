import Scheduling
import Testing
import Wire

/// Tasks of one recipe share what is the same for all, so that an assignment stays small.
@Suite struct AssignTests {
    @Test func aTaskMoreCostsOnlyWhatIsItsOwn() throws {
        var assignments: [Assignment] = []
        for prompt in 0..<1000 {
            var assignment = Samples.generate(prompt: prompt, seed: .max)
            assignment.input.prompt = "p"
            assignment.input.text = ""
            assignment.input.parameters = String(repeating: "x", count: 10_000)
            assignments.append(assignment)
        }
        let one = size(of: Array(assignments.prefix(1)))
        let all = size(of: assignments)
        // Its id, attempt, seed, key and length of all that: the parameters are not among it.
        let perTask = Double(all - one) / Double(assignments.count - 1)
        #expect(one > 10_000)
        #expect(perTask <= 32)
        let frame = CoordinatorCodec.encode(.assign(sequence: 1, assignments))
        #expect(try WorkerCodec.decode(frame) == .assign(sequence: 1, assignments))
    }

    @Test func recipesOfManyCampaignsAndSlotsAreKeptApart() throws {
        var assignments: [Assignment] = []
        for number in 0..<64 {
            let (campaign, slot) = (CampaignID(number % 4 + 1), number / 4 % 4)
            assignments.append(
                Assignment(
                    task: TaskID(campaign: campaign, prompt: number, slot: slot),
                    attempt: Attempt(epoch: 1, number: 1),
                    resources: Resources(cpus: Int32(slot)), timeLimit: Int64(campaign),
                    model: "m\(campaign)",
                    input: TaskInput(
                        need: Capability(kind: .generate, name: "\(campaign)-\(slot)"))))
        }
        let frame = CoordinatorCodec.encode(.assign(sequence: 1, assignments))
        #expect(try WorkerCodec.decode(frame) == .assign(sequence: 1, assignments))
    }

    @Test func aTaskWithoutARecipeIsRefused() {
        // protocol: 2, assign { sequence: 1 assignments { recipe: 1 } }
        let frame = bytes(ofHex: "0802320608011a022001")
        #expect(throws: WireError.field("recipe")) { try WorkerCodec.decode(frame) }
    }

    private func size(of assignments: [Assignment]) -> Int {
        CoordinatorCodec.encode(.assign(sequence: 1, assignments)).count
    }
}
