import Postgres
import Testing

extension EndToEnd {
    @Suite struct Resubmit {
        @Test(.timeLimit(.minutes(2)))
        func submittingAgainMakesOnlyWhatIsMissing() throws {
            try withStack(.init(isInstant: true)) { stack in
                let replay = try Replay("again", prompts: 10, in: stack)
                let created = try replay.submit(to: stack)
                #expect(created.contains("submitted: 10 prompts, 201 tasks"))
                try replay.wait(in: stack)
                try expectEverythingOnce(replay, in: stack)
                let before = try tasks(stack)

                let unchanged = try replay.submit(to: stack)
                #expect(unchanged.contains("unchanged"))
                try replay.wait(in: stack)
                #expect(try tasks(stack) == before)

                let ranked = try replay.submit(to: stack, "rank.min_margin.audio=0.1")
                #expect(ranked.contains("changed"))
                try replay.wait(in: stack)
                let afterRank = try tasks(stack)
                #expect(afterRank.filter { before.contains($0) } == before)
                #expect(kinds(afterRank.subtracting(before)) == ["rank": 1])
                #expect(try stack.database.number("select count(*) from rankings") == 2)

                try replay.submit(to: stack, "rank.min_margin.audio=0.1", "generate.num_samples=5")
                try replay.wait(in: stack)
                let grown = try tasks(stack).subtracting(afterRank)
                #expect(kinds(grown) == ["generate": 20, "score": 80, "rank": 1])
                #expect(try stack.database.number("select count(*) from candidates") == 60)
                #expect(try stack.database.number("select count(*) from rankings") == 3)
                let shown = try stack.demand("campaign", "show", "again")
                #expect(shown.contains("campaign again (1): completed"))
            }
        }

        /// Every row of `tasks`, with what a second run of it would change.
        private func tasks(_ stack: TestStack) throws -> Set<String> {
            let rows = try stack.database.rows(
                """
                select concat_ws(' ', kind, id, state, epoch, number, worker_id, finished_at)
                    from tasks
                """)
            return Set(try rows.map { try $0.value(0, as: String.self) })
        }

        private func kinds(_ tasks: Set<String>) -> [String: Int] {
            Dictionary(grouping: tasks) { String($0.prefix { $0 != " " }) }.mapValues(\.count)
        }
    }
}
