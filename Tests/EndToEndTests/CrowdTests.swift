import Foundation
import Linux
import Postgres
import Testing

/// Several people at once.
extension EndToEnd {
    @Suite struct Crowd {
        @Test(.timeLimit(.minutes(2)))
        func theSameFileFromManyIsOneCampaign() throws {
            try withStack(.init(isInstant: true)) { stack in
                try write("same", prompts: 40, in: stack)
                let people = try (0..<6).map { try start("same", "person-\($0)", on: stack) }
                let endings = try people.map { try $0.end(within: 60) }
                #expect(endings.allSatisfy { $0 == .exited(0) }, "\(people.map(\.log))")
                #expect(people.count { $0.log.contains("submitted") } == 1)
                #expect(people.count { $0.log.contains("unchanged") } == 5)
                try stack.demand("wait", "campaign", "same", "--timeout", "60", "--quiet")
                #expect(
                    try stack.database.tasks(of: "same") == [
                        "generate completed": 80, "score completed": 80, "rank completed": 1,
                    ])
                #expect(
                    try stack.database.number(
                        "select count(*) from events where kind = 'campaign_submitted'") == 1)
            }
        }

        /// Whoever comes last wins, and wholly: prompts and recipes are of one file.
        @Test(.timeLimit(.minutes(2)))
        func differentFilesOfOneNameAreNeverMixed() throws {
            try withStack(.init(isInstant: true)) { stack in
                try write("few", as: "contested", prompts: 20, samples: 3, in: stack)
                try write("many", as: "contested", prompts: 50, samples: 2, in: stack)
                for round in 0..<5 {
                    let people = try (0..<4).map { person in
                        let file = person.isMultiple(of: 2) ? "few" : "many"
                        return try start(file, "round-\(round)-\(person)", on: stack)
                    }
                    for person in people {
                        #expect(try person.end(within: 60) == .exited(0), "\(person.log)")
                    }
                    let found = try stack.database.numbers(
                        """
                        select (spec->'generate'->>'num_samples')::integer,
                            (select count(*)::integer from prompts where is_active),
                            (select count(*)::integer from recipes
                                where is_active and kind = 'generate')
                            from campaigns
                        """)
                    #expect([[3, 20, 3], [2, 50, 2]].contains(found), "\(found)")
                }
                try stack.demand("wait", "campaign", "contested", "--timeout", "60", "--quiet")
                // Nothing was made twice: one candidate for each prompt and ordinal.
                let made = try stack.database.numbers(
                    """
                    select count(*)::integer, count(distinct (p.hash, r.ordinal))::integer
                        from candidates c
                        join prompts p on p.campaign_id = task_campaign(c.id)
                            and p.number = task_prompt(c.id)
                        join recipes r on r.campaign_id = task_campaign(c.id)
                            and r.slot = task_slot(c.id)
                    """)
                #expect(made[0] == made[1])
            }
        }

        /// A campaign that is cancelled as soon as it is there is wholly there and wholly over.
        @Test(.timeLimit(.minutes(2)))
        func aCancelDuringASubmitLeavesNoHalfCampaign() throws {
            try withStack(.init(isInstant: true)) { stack in
                for round in 0..<4 {
                    let name = "short-lived-\(round)"
                    try write(name, prompts: 12_000, in: stack)
                    let person = try start(name, name, on: stack)
                    try eventually("\(name) could be cancelled") {
                        try stack.duet("campaign", "cancel", name).succeeded
                    }
                    #expect(try person.end(within: 60) == .exited(0), "\(person.log)")
                    try eventually("\(name) was cancelled") {
                        try stack.database.number(
                            """
                            select count(*) from campaigns
                                where name = \(name) and state = 'cancelled'
                            """) == 1
                    }
                    let campaign = try stack.database.campaign(name)
                    #expect(
                        try stack.database.numbers(
                            """
                            select (select count(*) from prompts where campaign_id = \(campaign)),
                                (select count(*) from recipes where campaign_id = \(campaign)),
                                (select count(*) from tasks where state in ('available', 'leased')
                                    and task_campaign(id) = \(campaign))
                            """) == [12_000, 5, 0])
                    let again = try stack.duet(
                        "campaign", "submit", "\(stack.folder)/\(name).yaml")
                    #expect(again.ending == .exited(4), "\(again.error)")
                }
            }
        }

        private func write(
            _ file: String, as name: String? = nil, prompts: Int, samples: Int = 2,
            in stack: TestStack
        ) throws {
            let rows = (1...prompts).map { "p\($0),a bell rings \($0) times" }
            try (["id,text"] + rows).joined(separator: "\n").write(
                toFile: "\(stack.folder)/\(file).csv", atomically: true, encoding: .utf8)
            try """
            kind: Campaign
            name: \(name ?? file)
            prompts: {source: \(file).csv, columns: {id: id, text: text}}
            generate:
              {model: instant/generator, num_samples: \(samples), include_reference: false}
            score: {rewards: [{name: n, scorer: instant/n, output: n, modality: audio}]}
            """.write(
                toFile: "\(stack.folder)/\(file).yaml", atomically: true, encoding: .utf8)
        }

        /// Begins to submit a file.
        private func start(_ file: String, _ person: String, on stack: TestStack) throws -> Service
        {
            try Service(
                person,
                command: [
                    DuetProgram.path, "campaign", "submit", "\(stack.folder)/\(file).yaml",
                ], log: "\(stack.folder)/\(person).log",
                environment: ["DUET_COORDINATOR": stack.endpoint])
        }
    }
}
