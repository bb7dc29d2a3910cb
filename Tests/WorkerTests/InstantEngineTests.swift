import Scheduling
import Testing

@testable import Worker

@Suite struct InstantEngineTests {
    @Test func onlyNamesOfItsOwnAreForIt() {
        for kind in [TaskKind.ingest, .generate, .score] {
            #expect(InstantEngine.covers(Capability(kind: kind, name: "instant/a")))
            for name in ["", "instant", "Instant/a", "wan", "not-instant/a", "*"] {
                #expect(!InstantEngine.covers(Capability(kind: kind, name: name)))
            }
        }
        #expect(!InstantEngine.covers(Capability(kind: .rank, name: "instant/a")))
        #expect(InstantEngine.provides.allSatisfy { $0.name.hasPrefix("instant/") })
    }

    @Test func whatItMakesSaysThatItMadeIt() {
        #expect(InstantEngine.name.hasPrefix("instant "))
    }

    @Test func aCandidateHasNoFiles() {
        for kind in [TaskKind.ingest, .generate] {
            let made = InstantEngine.run(assignment(kind, prompt: 0, outputs: []))
            #expect(made == .completed(.candidate([])))
        }
    }

    @Test func everyOutputAskedForGetsOneFiniteNumber() {
        let outputs = ["VQ", "MQ", "", "水", "VQ"]
        for prompt in 0..<1000 {
            let scores = scores(prompt: prompt, outputs: outputs)
            #expect(scores.map(\.output) == outputs)
            #expect(
                scores.allSatisfy { score in
                    score.reason == nil && score.value.map { (0..<1).contains($0) } == true
                })
        }
        #expect(scores(prompt: 0, outputs: []).isEmpty)
    }

    @Test func theSameTaskAlwaysGetsTheSameNumbers() {
        let known = scores(prompt: 1, outputs: ["VQ", "MQ"]).map(\.value)
        var other = assignment(.score, prompt: 1, outputs: ["VQ", "MQ"])
        other.attempt = Attempt(epoch: 9, number: 9)
        other.model = "another"
        other.input.text = "other words"
        guard case .completed(.scores(let again)) = InstantEngine.run(other) else {
            Issue.record("a scorer gave no scores")
            return
        }
        #expect(again.map(\.value) == known)
        // Written down once: a ranking that was measured can be measured again.
        #expect(known == [0.7278471702586344, 0.1643452528192939])
    }

    @Test func numbersAreSpreadSoThatARankingHasSomethingToOrder() {
        let values = (0..<1000).flatMap { scores(prompt: $0, outputs: ["VQ", "MQ"]) }
            .compactMap(\.value)
        #expect(Set(values).count == 2000)
        let mean = values.reduce(0, +) / 2000
        #expect((0.45...0.55).contains(mean))
    }

    private func scores(prompt: Int, outputs: [String]) -> [Score] {
        let outcome = InstantEngine.run(assignment(.score, prompt: prompt, outputs: outputs))
        guard case .completed(.scores(let scores)) = outcome else {
            Issue.record("a scorer gave \(outcome)")
            return []
        }
        return scores
    }

    private func assignment(_ kind: TaskKind, prompt: Int, outputs: [String]) -> Assignment {
        Assignment(
            task: TaskID(campaign: 1, prompt: prompt, slot: 0),
            attempt: Attempt(epoch: 1, number: 1), resources: .none, timeLimit: nil, model: "",
            input: TaskInput(
                need: Capability(kind: kind, name: "instant/a"), outputs: outputs))
    }
}
