import Scheduling

/// What the samples are made of.
extension Samples {
    /// Letters of one to four bytes, a letter of several, a quotation mark, an end of line, a NUL.
    static let words = "a ä 水 🎬 👩‍👩‍👧 \" \n \0 z"

    static let highestTask = TaskID(
        campaign: CampaignID(TaskID.campaignLimit), prompt: TaskID.wholeCampaign,
        slot: TaskID.slotLimit - 1)

    static let attempt = Attempt(epoch: .max, number: 1 << 30)

    static let held = [
        Held(task: task(1), attempt: Attempt(epoch: 1, number: 1), phase: .queued, running: 0),
        Held(task: task(2), attempt: attempt, phase: .running, running: 86_400_000),
        Held(task: highestTask, attempt: attempt, phase: .finished, running: 0),
    ]

    static let registration = Registration(
        identity: "gpu-7/ä", session: .max, node: "node-水", pid: .max,
        capacity: Capacity(
            slots: 100_000, cpus: .max, memory: 1 << 53,
            devices: [.init(memory: 0), .init(memory: 80 << 30)],
            named: [.init(name: "license", amount: 1500), .init(name: "nvme", amount: 0)]),
        provides: TaskKind.allCases.map { Capability(kind: $0, name: "\($0)/*") }
            + [Capability(kind: .score, name: "batches", batch: Capability.largestBatch)],
        labels: [.init(key: "", value: ""), .init(key: "zone", value: "a=b")],
        resident: ["wan-1.3b"], held: held, draining: true, build: "duet 0.1.0")

    static let outcomes: [Outcome] = [
        .completed(.nothing),
        .completed(
            .candidate([
                Media(role: "joint", path: "/artifacts/ab/ab01.mp4", sha256: "ab01"),
                Media(role: "", path: "", sha256: ""),
            ])),
        .completed(.candidate([])),
        .completed(
            .scores([
                Score(output: "VQ", value: -0.0),
                Score(output: "MQ", value: .leastNonzeroMagnitude),
                Score(output: "TA", value: -.greatestFiniteMagnitude),
                Score(output: "", value: nil, reason: words),
                Score(output: "AQ", value: nil, reason: nil),
            ])),
        .completed(.scores([])),
        .failed(Failure(message: words, retryable: true)),
        .failed(Failure(message: "", retryable: false)),
        .returned,
    ]

    static func task(_ prompt: Int, slot: Int = 0) -> TaskID {
        TaskID(campaign: 1, prompt: prompt, slot: slot)
    }

    static func report(_ outcome: Outcome) -> Report {
        Report(
            task: highestTask, attempt: attempt, sequence: .max, outcome: outcome,
            engine: "wan 2.1 ä", duration: 86_400_000_000)
    }

    /// Of three recipes: one that says all there is to say, one that says nothing, one scorer.
    static let assignments = [
        generate(prompt: 0, seed: 0), generate(prompt: 1, seed: .max),
        generate(prompt: 2, seed: UInt64(bitPattern: .min)),
        Assignment(
            task: task(0, slot: 1), attempt: Attempt(epoch: 1, number: 1), resources: .none,
            timeLimit: nil, model: "",
            input: TaskInput(
                need: Capability(kind: .ingest, name: ""),
                groundTruth: [Media(role: "video", path: "/clips/1.mp4", sha256: "")],
                parameters: "")),
        Assignment(
            task: task(0, slot: 2), attempt: attempt, resources: Resources(cpus: 500),
            timeLimit: 1, model: "q-align",
            input: TaskInput(
                need: Capability(kind: .score, name: "q-align"), prompt: "p", text: words,
                candidate: .init(
                    id: highestTask, media: [Media(role: "video", path: "/v", sha256: "00")]),
                outputs: ["VQ", "", "水"])),
    ]

    static func generate(prompt: Int, seed: UInt64) -> Assignment {
        Assignment(
            task: task(prompt), attempt: Attempt(epoch: 1, number: 1),
            resources: Resources(
                cpus: .max, memory: 1 << 53, gpus: 2000, gpuMemory: 80 << 30,
                named: [.init(name: "license", amount: 1000)]),
            timeLimit: 3_600_000, model: "wan-1.3b",
            input: TaskInput(
                need: Capability(kind: .generate, name: "wan"), prompt: "p-\(prompt)",
                text: words, seed: seed, ordinal: .max,
                parameters: #"{"steps":50,"guidance":5.5,"size":"832x480"}"#))
    }
}
