import Foundation
import SamplePairs
import TemporaryFolders
import Testing

@testable import Datasets

@Test func everyValueOfThePairsIsReadBack() throws {
    let rig = try Rig()
    let options = rig.options(.webDataset, "out")
    try rig.export(options, pairs: 60) { row in
        if row.ordinal % 3 == 0 { row.round = nil }
    }
    let columns = Column.all(of: SamplePairs.header)
    var expected: [PairRow] = []
    let next = rig.rows(60) { row in
        if row.ordinal % 3 == 0 { row.round = nil }
    }
    while let row = try next() { expected.append(row) }
    var read = columns.map { _ in [Column.Value]() }
    try PairTableReader(rig.folder.file("out/pairs.parquet"))
        .forEachGroup(columns.map(\.name)) { group in
            for (index, values) in group.enumerated() { read[index] += values }
        }
    for (column, values) in zip(columns, read) {
        #expect(values == expected.map(column.value), "\(column.name)")
    }
}

@Test func aCutOrForeignTableIsRefusedAndNeverTraps() throws {
    let rig = try Rig()
    try rig.export(rig.options(.webDataset, "out"), pairs: 8)
    let path = rig.folder.file("out/pairs.parquet")
    let right = [UInt8](try Data(contentsOf: URL(filePath: path)))
    func read() throws {
        try PairTableReader(path).forEachGroup(["pair_id", "margin", "round"]) { _ in }
    }
    for length in stride(from: 0, to: right.count, by: 97) {
        try Data(right.prefix(length)).write(to: URL(filePath: path))
        #expect(throws: (any Error).self) { try read() }
    }
    for place in stride(from: 0, to: right.count, by: 31) {
        var wrong = right
        wrong[place] ^= 1 << 3
        try Data(wrong).write(to: URL(filePath: path))
        // What is wrong may be in a column that is not looked at.
        _ = try? read()
    }
}

@Test func splitsAreCountedAsAnExportWouldMakeThem() throws {
    let rig = try Rig()
    let options = rig.options(.mds, "out")
    let manifest = try rig.export(options)
    let found = try FinishedExport(options.folder).splits(options.splits)
    #expect(found.map(\.name) == ["train", "test"])
    for split in found { #expect(split.pairs == manifest.counts.bySplit[split.name]) }
    #expect(found.reduce(0) { $0 + $1.prompts } == manifest.counts.prompts)
    let all = try FinishedExport(options.folder).splits(.all)
    #expect(all.map(\.pairs) == [60])
}

@Test func twoExportsDifferByTheContentOfTheirPairs() throws {
    let rig = try Rig()
    try rig.export(rig.options(.webDataset, "first"), pairs: 40)
    try rig.export(rig.options(.mds, "second"), pairs: 30) { row in
        switch row.ordinal {
        case 1: swap(&row.winner, &row.loser)
        case 2: row.weight = 3
        default: break
        }
    }
    let first = try FinishedExport(rig.folder.file("first"))
    let difference = try first.difference(
        from: FinishedExport(rig.folder.file("second")))
    #expect(difference.reversed == 1)
    #expect(difference.same == 29)
    #expect(difference.reweighted == 1)
    #expect(difference.moved == 0)
    #expect(difference.onlyFirst == 10)
    #expect(difference.onlySecond == 0)
    #expect(try first.difference(from: first).same == 40)
}

@Test func anUnfinishedExportIsNotLookedAt() throws {
    let rig = try Rig()
    try rig.export(rig.options(.webDataset, "out"), pairs: 4)
    try FileManager.default.removeItem(atPath: rig.folder.file("out/manifest.json"))
    #expect(throws: ExportError.self) { try FinishedExport(rig.folder.file("out")) }
}
