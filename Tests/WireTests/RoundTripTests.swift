import Scheduling
import Testing
import Wire

@Suite struct RoundTripTests {
    @Test(arguments: Samples.all)
    func whatIsReadIsWhatWasWritten(sample: Sample) throws {
        #expect(try sample.message.decode(sample.message.bytes) == sample.message)
    }

    @Test(arguments: [
        (Double.nan, "the value was nan"), (.signalingNaN, "the value was nan"),
        (.infinity, "the value was inf"), (-.infinity, "the value was -inf"),
    ])
    func aScoreThatIsNotFiniteBecomesAReason(value: Double, reason: String) throws {
        let report = Samples.report(.completed(.scores([Score(output: "VQ", value: value)])))
        let frame = WorkerCodec.encode(.reports(session: 1, [report]))
        let expected = Samples.report(
            .completed(.scores([Score(output: "VQ", value: nil, reason: reason)])))
        #expect(try CoordinatorCodec.decode(frame) == .worker(.reports(session: 1, [expected])))
    }

    @Test func theSignOfAZeroScoreIsKept() throws {
        let report = Samples.report(.completed(.scores([Score(output: "VQ", value: -0.0)])))
        let read = try WorkerCodec.decodeReport(WorkerCodec.encode(report))
        guard case .completed(.scores(let scores)) = read.outcome else {
            Issue.record("\(read.outcome) is no scores")
            return
        }
        #expect(scores.first?.value?.sign == .minus)
    }

    @Test func aScoreHasANumberOrAReasonAndNotBoth() throws {
        let both = Samples.report(
            .completed(.scores([Score(output: "VQ", value: 0.5, reason: "half")])))
        let number = Samples.report(.completed(.scores([Score(output: "VQ", value: 0.5)])))
        #expect(try WorkerCodec.decodeReport(WorkerCodec.encode(both)) == number)
        let empty = Samples.report(
            .completed(.scores([Score(output: "VQ", value: nil, reason: "")])))
        let none = Samples.report(.completed(.scores([Score(output: "VQ", value: nil)])))
        #expect(try WorkerCodec.decodeReport(WorkerCodec.encode(empty)) == none)
    }

    @Test func aTimeLimitOfNoneIsNotALimit() throws {
        var assignment = Samples.generate(prompt: 0, seed: 1)
        for limit in [nil, 1, 3_600_000] as [Int64?] {
            assignment.timeLimit = limit
            let frame = CoordinatorCodec.encode(.assign(sequence: 1, [assignment]))
            #expect(try WorkerCodec.decode(frame) == .assign(sequence: 1, [assignment]))
        }
    }

    @Test func repliesAreNotForWorkersAndTheRestIsNotForTheCommandLine() throws {
        for sample in Samples.replies {
            #expect(try WorkerCodec.decode(sample.message.bytes) == nil)
        }
        for sample in Samples.toWorkers where sample.name != "ToPeer.refused" {
            #expect(try ClientCodec.decode(sample.message.bytes) == nil)
        }
    }

    @Test func aRefusalReachesTheCommandLineAsAProblem() throws {
        let frame = CoordinatorCodec.encode(.refused(reason: "too old"))
        let read = try ClientCodec.decode(frame)
        #expect(read?.id == 0)
        #expect(read?.1 == .problem(.conflict, "too old"))
    }

    @Test func anEventIsPublishedUnderTheTopicOfWhatItIsAbout() {
        let bodies: [(PublishedEvent.Body, String)] = [
            (.campaign(3, name: "c", state: "paused", reason: ""), "campaign/3/"),
            (.worker(1, name: "w", state: "ready"), "worker/1/"),
            (
                .task(
                    Samples.task(5), campaign: "c", worker: "w", state: "failed", message: ""),
                "campaign/1/task"
            ),
        ]
        for (body, topic) in bodies {
            #expect(PublishedEvent(at: 0, body: body).topic == topic)
        }
    }
}
