@testable import Campaigns
import Foundation
import Postgres
@testable import Scheduling
@testable import Store

/// A campaign of two scorers: `look` gives two outputs, `sound` one.
func sampleCampaign(
    _ name: String = "first", samples: Int = 2, includeReference: Bool = false, seed: UInt64 = 7,
    rewards: [Reward] = sampleRewards, rank: Campaign.Rank = Campaign.Rank()
) -> Campaign {
    Campaign(
        name: name, seed: seed,
        prompts: Campaign.Prompts(
            source: "prompts.csv",
            columns: Campaign.Columns(
                id: "id", text: "text", referenceVideo: nil, referenceAudio: nil), limit: nil),
        generate: Campaign.Generate(
            model: "ball@1", adapter: "none", numSamples: samples,
            includeReference: includeReference, params: ["steps": .integer(4)]),
        score: Campaign.Score(rewards: rewards), rank: rank,
        resources: Campaign.Resources(
            generate: Campaign.Request(cpus: 1.5, memory: 1 << 30, gpus: 0.25),
            labels: ["zone": ["a", "b"]]),
        retry: Campaign.Retry(max: 1, backoffMilliseconds: 1000, crashLimit: 3),
        limits: Campaign.Limits(maxRunning: 50, maxFailed: .percent(5)))
}

let sampleRewards = [
    Reward(name: "sharp", scorer: "look", output: "sharpness", modality: "video"),
    Reward(name: "moving", scorer: "look", output: "motion", modality: "video"),
    Reward(name: "loud", scorer: "sound", output: "loudness", modality: "audio"),
]

func samplePrompts(_ range: Range<Int>) -> [Prompt] {
    range.map { Prompt(key: "p\($0)", text: "a red ball bounces \($0) times") }
}

/// A store that leads in a database of its own.
func leadingStore() throws -> Store {
    var store = try Store(try TestDatabase.migrated())
    _ = try store.tryLead(name: "test", address: "")
    return store
}

/// Slots of the sample campaign with two samples and no ground truth.
enum Slot {
    static let generate = 0
    static let look = 2
    static let sound = 3
    static let rank = 6
}

func taskID(_ prompt: Int, _ slot: Int, of campaign: CampaignID = 1) -> TaskID {
    TaskID(campaign: campaign, prompt: prompt, slot: slot)
}

func rankTask(_ slot: Int = Slot.rank, of campaign: CampaignID = 1) -> TaskID {
    TaskID(campaign: campaign, prompt: TaskID.wholeCampaign, slot: slot)
}

func completion(
    _ task: TaskID, _ output: Output = .candidate([]),
    attempt: Attempt = Attempt(epoch: 1, number: 1),
    worker: WorkerID = 1, engine: String = "example 1", isRecorded: Bool = false
) -> Completion {
    Completion(
        report: Report(
            task: task, attempt: attempt, sequence: 1, outcome: .completed(output),
            engine: engine, duration: 1234), worker: worker, isRecorded: isRecorded)
}

extension Changes {
    init(
        emitted: [TaskID] = [], completed: [Completion] = [], retried: [Retry] = [],
        ended: [Ended] = [], recorded: [RecordedLease] = [], campaigns: [CampaignChange] = [],
        workers: [WorkerChange] = []
    ) {
        self.init()
        self.emitted = emitted
        self.completed = completed
        self.retried = retried
        self.ended = ended
        self.recorded = recorded
        self.campaigns = campaigns
        self.workers = workers
    }
}

extension Store {
    /// The answer of a query as text, one line per row, values separated by `|`.
    mutating func text(_ sql: String) throws -> String {
        let rows = try connection.query(
            Query(unsafeSQL: "select concat_ws('|', \(sql)"))
        return try rows.map { try $0.value(0, as: String.self) }.joined(separator: "\n")
    }

    /// Emits and completes candidates and scores of the sample campaign's prompts.
    mutating func complete(
        _ prompts: Range<Int>, campaign: CampaignID = 1,
        value: (_ prompt: Int, _ ordinal: Int, _ output: String) -> Double? = { _, _, _ in 0.5 }
    ) throws {
        var changes = Changes()
        for prompt in prompts {
            for ordinal in 0..<2 {
                let look = taskID(prompt, Slot.look + 2 * ordinal, of: campaign)
                let sound = taskID(prompt, Slot.sound + 2 * ordinal, of: campaign)
                let candidate = taskID(prompt, ordinal, of: campaign)
                changes.emitted += [candidate, look, sound]
                let scores = ["sharpness", "motion", "loudness"].map {
                    Score(output: $0, value: value(prompt, ordinal, $0), reason: "silent clip")
                }
                changes.completed += [
                    completion(candidate), completion(look, .scores(scores)),
                    completion(sound, .scores(scores)),
                ]
            }
        }
        try apply(changes)
    }
}
