import Scheduling
import Testing
import Wire

/// Another implementation means the same by the same bytes.
@Suite struct ForeignFrameTests {
    private let task = TaskID(campaign: 1, prompt: 0, slot: 0)
    private let next = TaskID(campaign: 1, prompt: 0, slot: 1)

    @Test func aForeignRegistrationIsUnderstood() throws {
        let registration = Registration(
            identity: "gpu-1", session: .max, node: "n1", pid: 42,
            capacity: Capacity(
                slots: 2, cpus: 8000, memory: 1024,
                devices: [.init(memory: 80), .init(memory: 40)],
                named: [.init(name: "license", amount: 1500)]),
            provides: [Capability(kind: .score, name: "q-align")],
            labels: [.init(key: "zone", value: "a")], resident: ["wan"],
            held: [
                Held(
                    task: task, attempt: Attempt(epoch: 3, number: 2), phase: .running, running: 10)
            ], draining: true, build: "duet 9")
        let message = WireMessage.fromWorker(.register(registration))
        #expect(try message.decode(bytes(ofHex: ForeignFrame.aRegistration.hex)) == message)
    }

    @Test func foreignReportsAreUnderstoodAndWrittenAlike() throws {
        let first = Attempt(epoch: 3, number: 1)
        let none = Attempt(epoch: 0, number: 0)
        let reports = [
            Report(
                task: task, attempt: first, sequence: 9,
                outcome: .completed(
                    .scores([
                        Score(output: "VQ", value: -0.5),
                        Score(output: "MQ", value: nil, reason: "too short"),
                    ])), engine: "e 1", duration: 77),
            Report(
                task: next, attempt: none, sequence: 10,
                outcome: .failed(Failure(message: "no disk", retryable: true)), engine: "",
                duration: 0),
            Report(
                task: TaskID(campaign: 1, prompt: 0, slot: 2), attempt: none, sequence: 11,
                outcome: .completed(
                    .candidate([Media(role: "joint", path: "/a/1.mp4", sha256: "ff")])),
                engine: "", duration: 0),
            Report(
                task: TaskID(rawValue: -1), attempt: none, sequence: 12, outcome: .returned,
                engine: "", duration: 0),
        ]
        try expectAgreement(
            on: .fromWorker(.reports(session: 5, reports)), ForeignFrame.reportsOfEachKind)
    }

    @Test func aForeignAssignmentIsUnderstoodAndWrittenAlike() throws {
        let assignment = Assignment(
            task: task, attempt: Attempt(epoch: 3, number: 1),
            resources: Resources(
                cpus: 500, memory: 7, gpus: 2000, gpuMemory: 9,
                named: [.init(name: "license", amount: 1000)]),
            timeLimit: 60_000, model: "wan-1.3b",
            input: TaskInput(
                need: Capability(kind: .generate, name: "wan"), prompt: "p", text: "水",
                groundTruth: [Media(role: "video", path: "/c.mp4", sha256: "")],
                candidate: .init(
                    id: next, media: [Media(role: "audio", path: "/c.wav", sha256: "00")]),
                seed: .max, ordinal: 3, outputs: ["VQ"]))
        try expectAgreement(
            on: .toWorker(.assign(sequence: 4, [assignment])), ForeignFrame.anAssignment)
    }

    @Test func aForeignConversationIsUnderstoodAndWrittenAlike() throws {
        let part = SubmissionPart(
            upload: 3, campaign: "{}",
            prompts: [WirePrompt(key: "p", text: "a cat", video: "/v", audio: "/a")], isLast: true)
        try expectAgreement(on: .request(id: 8, .submit(part)), ForeignFrame.aSubmission)
        let query = Query.tasks(campaign: "1", filter: "kind=score", after: -1, limit: 7)
        try expectAgreement(on: .request(id: 9, .query(query)), ForeignFrame.aQuestion)
        try expectAgreement(
            on: .reply(id: 9, .problem(.notFound, "no such campaign")), ForeignFrame.anAnswer)
        let event = PublishedEvent(
            at: -1,
            body: .task(
                task, campaign: "c", worker: "gpu-1", state: "failed", message: "lost"))
        try expectAgreement(on: .event(event), ForeignFrame.anEvent)
    }

    @Test func fieldsMayComeInAnyOrderAndListsUnpacked() throws {
        // acknowledge { sequences: 5 sequences: 6 }, each on its own, then protocol: 2.
        #expect(try WorkerCodec.decode(bytes(ofHex: "4204080508060802")) == .acknowledge([5, 6]))
    }

    private func expectAgreement(on message: WireMessage, _ frame: ForeignFrame) throws {
        #expect(try message.decode(bytes(ofHex: frame.hex)) == message)
        #expect(hex(message.bytes) == frame.hex.filter { $0 != "\n" })
    }
}
