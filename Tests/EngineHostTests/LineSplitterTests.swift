import Testing

@testable import EngineHost

/// Feeds a text in parts of `size` bytes and returns the pieces found.
private func pieces(_ text: String, inPartsOf size: Int, limit: Int = 100) -> [String] {
    var splitter = LineSplitter(limit: limit)
    var found: [String] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
        splitter.append(bytes[start..<min(start + size, bytes.count)])
        while let piece = splitter.next() {
            switch piece {
            case .line(let line): found.append(String(decoding: line, as: UTF8.self))
            case .tooLong(let line):
                return found + ["too long: " + String(decoding: line.prefix(4), as: UTF8.self)]
            }
        }
    }
    return found
}

@Suite struct LineSplitterTests {
    @Test(arguments: [1, 2, 3, 7, 100]) func linesDoNotDependOnHowTheyArrive(size: Int) {
        #expect(pieces("one\ntwo\n\nthree\nrest", inPartsOf: size) == ["one", "two", "", "three"])
    }

    @Test(arguments: [1, 3, 1000]) func aLineOverTheLimitIsReportedBeforeItEnds(size: Int) {
        let long = String(repeating: "x", count: 101)
        #expect(pieces("ok\n" + long, inPartsOf: size) == ["ok", "too long: xxxx"])
        let longest = String(repeating: "x", count: 100)
        #expect(pieces(longest + "\n", inPartsOf: size) == [longest])
    }

    @Test func whatWasReadIsForgotten() {
        var splitter = LineSplitter(limit: 100)
        for _ in 0..<1000 {
            splitter.append(ArraySlice("a line\nanother\npart".utf8))
            while splitter.next() != nil {}
            #expect(splitter.bufferedBytes <= 100)
            splitter.append(ArraySlice("\n".utf8))
            while splitter.next() != nil {}
            #expect(splitter.bufferedBytes == 0)
        }
    }

    @Test func excerptsArePrintableAndShort() {
        #expect(excerpt("a\t\"b\"\\\r\n\u{7}é".utf8) == #"a\t"b"\\\r\n\x07\xc3\xa9"#)
        #expect(excerpt(String(repeating: "y", count: 201).utf8).count == 201)
        #expect(excerpt(String(repeating: "y", count: 200).utf8).count == 200)
        #expect(printable("\u{1B}[31mno Größe\u{7}\t") == "[31mno Größe")
    }
}
