import Testing

@testable import Console

private let candidates = [
    (3, "alpha"), (4, "alphabet"), (7, "beta"), (9, "12"), (12, "last-one"), (13, "beta-two"),
].map { Selector.Candidate(id: $0, name: $1) }

@Test(arguments: [
    ("alpha", [3]), ("alphab", [4]), ("3-7", [3, 4, 7]), ("3-4,9", [3, 4, 9]), ("last", [13]),
    ("all", [3, 4, 7, 9, 12, 13]), ("12", [9]), ("beta,3", [3, 7]), ("7,7,beta", [7]),
    ("last-", [12]), ("beta-", [13]),
])
func aSelectorMeansTheseRows(text: String, ids: [Int64]) throws {
    #expect(try Selector(text).places(in: candidates).map { candidates[$0].id } == ids)
}

@Test func theBeginningOfSeveralNamesIsRefusedWithAllOfThem() {
    #expect(throws: Selector.Failure.several("bet", names: ["beta", "beta-two"])) {
        try Selector("bet").places(in: candidates)
    }
}

@Test(arguments: ["gamma", "99", "20-30", "7-3", ""])
func whatMeansNothingIsRefused(text: String) {
    #expect(throws: Selector.Failure.none(text)) { try Selector(text).places(in: candidates) }
}

@Test func allOfNothingIsNothing() throws {
    #expect(try Selector("all").places(in: []) == [])
}

@Test func numbersOfTasksAreRanges() {
    #expect(Selector.ranges("3-7,9") == [3...7, 9...9])
    #expect(Selector.ranges("3-x") == nil)
    #expect(Selector.ranges("") == nil)
}
