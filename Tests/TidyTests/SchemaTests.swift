import Testing

@Test func migrationsAreNumberedWithoutGaps() {
    let names = SourceTree.project.files
        .filter { $0.path.hasPrefix("Schema/migrations/") }
        .map { String($0.name) }
    #expect(!names.isEmpty)
    #expect(migrationProblems(names) == [])
}

@Test(arguments: [
    (["001_campaigns.sql", "002_tasks.sql"], []),
    (["m001_campaigns.sql", "m002_tasks.sql"], []),
    (["001_a.sql", "003_b.sql"], ["003_b.sql should be number 2"]),
    (["001_a.sql", "001_b.sql"], ["001_b.sql should be number 2"]),
    (["001-a.sql"], ["001-a.sql is not named NNN_name.sql"]),
    (["01_a.sql"], ["01_a.sql is not named NNN_name.sql"]),
])
func aGapOrAnOddNameIsFound(names: [String], problems: [String]) {
    #expect(migrationProblems(names) == problems)
}

private func migrationProblems(_ names: [String]) -> [String] {
    names.sorted().enumerated().compactMap { index, name in
        guard let match = name.wholeMatch(of: /m?(\d{3})_[a-z0-9_]+\.sql/) else {
            return "\(name) is not named NNN_name.sql"
        }
        return Int(match.1) == index + 1 ? nil : "\(name) should be number \(index + 1)"
    }
}
