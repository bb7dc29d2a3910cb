import Foundation
import Postgres
import Testing

/// Campaigns of the shape of Jobs/replay for the instant engine, and what must come of them.
struct Replay {
    let name: String
    let prompts: Int
    private let source: String

    /// Writes the prompts into the stack's folder.
    init(_ name: String, prompts: Int, in stack: TestStack) throws {
        self.name = name
        self.prompts = prompts
        source = "\(stack.folder)/\(name).csv"
        let clip = "\(stack.folder)/\(name).clip"
        try "never opened".write(toFile: clip, atomically: true, encoding: .utf8)
        let rows = (0..<prompts).map { "p\($0),a dog barks \($0) times,\(clip)" }
        try (["id,text,path"] + rows).joined(separator: "\n")
            .write(toFile: source, atomically: true, encoding: .utf8)
    }

    /// One ingest and three generate tasks for each prompt, and one score task for each of its
    /// four candidates and each of four scorers.
    var plan: [String: Int] {
        [
            "ingest completed": prompts, "generate completed": 3 * prompts,
            "score completed": 16 * prompts, "rank completed": 1,
        ]
    }

    /// All its tasks.
    var tasks: Int { 20 * prompts + 1 }

    /// Submits it, with some settings changed.
    @discardableResult
    func submit(to stack: TestStack, _ settings: String...) throws -> String {
        let all = ["name=\(name)", "prompts.source=\(source)"] + settings
        let outcome = try DuetProgram.run(
            ["campaign", "submit", Self.file] + all.flatMap { ["--set", $0] },
            environment: ["DUET_COORDINATOR": stack.endpoint])
        try #require(outcome.succeeded, "\(outcome.error)")
        return outcome.output
    }

    /// Waits until it has ended.
    func wait(in stack: TestStack) throws {
        try stack.demand("wait", "campaign", name, "--timeout", "150", "--quiet")
    }

    private static var file: String {
        URL(filePath: #filePath).deletingLastPathComponent().path
            + "/../../Jobs/replay/campaign.yaml"
    }
}

/// Checks that every task has exactly one result and that all results are there.
func expectEverythingOnce(_ replay: Replay, in stack: TestStack) throws {
    let database = stack.database
    let id = try database.campaign(replay.name)
    #expect(try database.tasks(of: replay.name) == replay.plan)
    let state: String = try database.value("select state::text from campaigns where id = \(id)")
    #expect(state == "completed")

    let candidates = 4 * replay.prompts
    let made = try database.numbers(
        """
        select count(*), count(distinct id) from candidates where task_campaign(id) = \(id)
        """)
    #expect(made == [candidates, candidates])

    let scores = try database.numbers(
        """
        select count(*), count(distinct (candidate_id, slot, output)), count(value),
            count(distinct candidate_id) from scores where task_campaign(candidate_id) = \(id)
        """)
    #expect(scores == [7 * candidates, 7 * candidates, 7 * candidates, candidates])

    let pairs = try database.number(
        """
        select count(*) from pairs join rankings on rankings.id = ranking_id
            where campaign_id = \(id)
        """)
    let unpaired = try database.number(
        """
        select count(*) from unpaired join rankings on rankings.id = ranking_id
            where campaign_id = \(id)
        """)
    #expect(pairs > 0)
    #expect(pairs + unpaired == replay.prompts)
    #expect(try database.number("select count(*) from rankings where campaign_id = \(id)") == 1)
}
