import Campaigns
import Rounds
import Testing
import Tracking

private func record(_ state: RoundState) -> RoundRecord {
    var round = Round(name: "bounce", data: .init(campaign: "pairs"))
    round.rounds = 2
    round.labels = ["project": "toy"]
    round.loss.beta = ["audio": 20]
    round.track = .init(mlflow: "http://mlflow:5000")
    var record = RoundRecord(name: "bounce", number: 2, start: 1, campaign: "pairs", round: round)
    record.state = state
    record.dataset = FrozenDataset(
        model: "toy", train: .init(path: "/a/t.jsonl", sha256: "aa", pairs: 12),
        heldOut: .init(path: "/a/h.jsonl", sha256: "bb", pairs: 3), ranking: "v1", rule: "cc",
        groundTruthWinners: 4, isOnPolicy: true)
    return record
}

private func tracked(_ record: RoundRecord) throws -> TrackedRun {
    var round = TrackedRound(record, loop: "then", createdAt: 1000)
    (round.trainedAt, round.decidedAt, round.engine) = (2000, 3000, "duet 1")
    round.isLast = record.state.isDecided
    round.curve = [("loss", (1...2500).map { (step: $0, value: 1 / Double($0)) })]
    return try #require(TrackedRun(round))
}

private func value(_ key: String, _ texts: [TrackedRun.Text]) -> String? {
    texts.first { $0.key == key }?.value
}

@Test func aRoundWithoutPairsOrWithoutAServerIsNotTold() {
    var waiting = record(.waiting)
    waiting.dataset = nil
    #expect(TrackedRun(TrackedRound(waiting, loop: "then", createdAt: 1)) == nil)
    var silent = record(.promoted)
    silent.round.track = nil
    #expect(TrackedRun(TrackedRound(silent, loop: "then", createdAt: 1)) == nil)
}

@Test func aRunSaysWhatItWasMadeOfAndByWhatSettings() throws {
    let run = try tracked(record(.training))
    #expect(run.experiment == "bounce" && run.name == "bounce/2" && run.state == .running)
    #expect(run.endedAt == nil && run.parent == .init(name: "bounce", loop: "then", isOver: false))
    #expect(value("loss.beta.audio", run.parameters) == "20")
    #expect(value("optim.lr", run.parameters) != nil && value("model", run.parameters) == "toy")
    // How many rounds there are may change, and parameters may not.
    #expect(value("rounds", run.parameters) == nil && value("track.mlflow", run.parameters) == nil)
    #expect(value("duet.starts_from", run.tags) == "bounce/1")
    #expect(value("duet.on_policy", run.tags) == "yes" && value("label.project", run.tags) == "toy")
    #expect(value("duet.adapter_sha256", run.tags) == nil)
    #expect(run.datasets.map(\.digest) == ["aa", "bb"])
    #expect(run.datasets.map(\.context) == ["training", "validation"])
}

@Test func aDecidedRunSaysWhatCameOfIt() throws {
    var decided = record(.promoted)
    decided.adapter = .init(path: "/a/x.safetensors", sha256: "dd")
    decided.exports = [
        .init(form: "peft", path: "/a/peft"), .init(form: "kohya", problem: "it does not go"),
    ]
    decided.training = """
        {"version": "1.2", "implicit_accuracy": {"audio": 0.75}, "weight_change_from_start": 0.01,
        "hashes": {"model": "ee"}}
        """
    let run = try tracked(decided)
    #expect(run.state == .finished && run.endedAt == 3000 && run.parent?.isOver == true)
    #expect(value("duet.adapter_sha256", run.tags) == "dd")
    #expect(value("duet.model_sha256", run.tags) == "ee")
    #expect(value("duet.version", run.tags) == "1.2")
    #expect(value("duet.export.peft", run.tags) == "/a/peft")
    #expect(value("duet.export.kohya", run.tags) == nil)
    let results = Dictionary(uniqueKeysWithValues: run.results.map { ($0.key, $0.value) })
    #expect(results["train/implicit_acc_audio"] == 0.75 && results["guard/weight_change"] == 0.01)
    #expect(results["pairs/trained_on"] == 12 && run.results.allSatisfy { $0.step == 2 })
}

@Test func aLongCurveIsToldInEvenStridesToItsEnd() throws {
    let steps = try tracked(record(.evaluating)).metrics.map(\.step)
    #expect(steps.count <= TrackedRound.pointLimit && steps.first == 1 && steps.last == 2500)
    #expect(Set(zip(steps.dropFirst(), steps).dropLast().map { $0 - $1 }) == [3])
}
