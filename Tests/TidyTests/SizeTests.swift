import Testing

private let linesPerFile = 500
private let linesPerFunction = 70
private let columns = 100

@Test func filesAreShort() {
    let long = SourceTree.project.files.filter { file in
        !file.isGenerated && !file.path.hasSuffix(".md") && lineCount(file) > linesPerFile
    }
    #expect(long.map { "\($0.path): \(lineCount($0)) lines, at most \(linesPerFile)" } == [])
}

@Test func functionsAreShort() {
    let long = SourceTree.project.swift.flatMap { file in
        functions(of: file).filter { $0.length > linesPerFunction }.map {
            "\(file.path):\($0.line): \($0.length) lines, at most \(linesPerFunction)"
        }
    }
    #expect(long == [])
}

@Test func linesAreShort() {
    let long = SourceTree.project.swift.flatMap { file in
        file.lines.indices.filter { file.lines[$0].count > columns }.map {
            "\(file.path):\($0 + 1): \(file.lines[$0].count) columns, at most \(columns)"
        }
    }
    #expect(long == [])
}

@Test func functionsAreMeasuredFromTheirFirstLineToTheirLast() {
    let text = #"""
        protocol Shape {
            func area() -> Double
            init(
                side: Double
            )
        }
        struct Square: Shape {
            @inlinable public static func unit() -> Square { Square(side: 1) }
            private init(
                side: Double
            ) {
                let text = "} \(names["{"] ?? "}") {" // }
                self.text = text
            }
            subscript(index: Int) -> Int { index }
            mutating func grow<T>(by factor: T)
            where T: Numeric {
                if true {
                }
            }
        }
        """#
    let found = functions(of: SourceFile(path: "Sources/A/A.swift", text: text))
    #expect(found.map(\.line) == [8, 9, 15, 16])
    #expect(found.map(\.length) == [1, 6, 1, 5])
}

private func lineCount(_ file: SourceFile) -> Int {
    file.lines.last == "" ? file.lines.count - 1 : file.lines.count
}

private struct Function {
    let line: Int
    let length: Int
}

/// Returns the functions, initialisers and subscripts that have a body, nested ones included.
private func functions(of file: SourceFile) -> [Function] {
    file.code.indices.compactMap { start in
        guard declaresFunction(file.code[start]) else { return nil }
        return bodyEnd(file.code, from: start).map {
            Function(line: start + 1, length: $0 - start + 1)
        }
    }
}

private let modifiers: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private", "static", "class", "final",
    "override", "mutating", "nonmutating", "consuming", "borrowing", "nonisolated", "isolated",
    "required", "convenience", "indirect", "prefix", "postfix", "infix", "unsafe",
]

private func declaresFunction(_ line: Substring) -> Bool {
    let word = line.split(separator: " ").first { word in
        !word.hasPrefix("@") && !modifiers.contains(word.prefix { $0 != "(" })
    }
    guard let word else { return false }
    return word == "func" || word == "deinit"
        || ["init(", "init?(", "init<", "subscript(", "subscript<"].contains(where: word.hasPrefix)
}

/// Returns the line of the body's closing brace, or nil when the declaration has no body.
private func bodyEnd(_ code: [Substring], from start: Int) -> Int? {
    var braces = 0
    var brackets = 0
    for index in start..<code.count {
        for byte in code[index].utf8 {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): brackets -= 1
            case UInt8(ascii: "{"): braces += 1
            case UInt8(ascii: "}"):
                braces -= 1
                // A default argument may hold a closure, so only a brace outside brackets ends.
                if braces == 0, brackets == 0 { return index }
                if braces < 0 { return nil }
            default: break
            }
        }
        if braces == 0, brackets == 0, !continues(code, after: index) { return nil }
    }
    return nil
}

/// Whether a declaration whose brackets are closed goes on in the next line.
private func continues(_ code: [Substring], after index: Int) -> Bool {
    guard index + 1 < code.count else { return false }
    let next = code[index + 1].drop { $0 == " " }
    return ["{", "->", "where ", "throws", "async", ")"].contains(where: next.hasPrefix)
}
