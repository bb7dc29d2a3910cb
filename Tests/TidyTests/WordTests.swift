import Testing

@Test func noFileIsADrawerForEverything() {
    let drawers = SourceTree.project.files.filter { file in
        file.path.split(separator: "/").contains(where: isDrawer)
    }
    #expect(drawers.map(\.path) == [])
}

@Test func noWorkIsLeftForLater() {
    // Spelled in two halves: this file is under the rule too.
    let marks = ["TO" + "DO", "FIX" + "ME"]
    let found = SourceTree.project.files.flatMap { file in
        places(in: file.lines, of: file) { line in marks.contains(where: line.contains) }
    }
    #expect(found == [])
}

@Test func nothingIsTriedByForce() {
    let found = SourceTree.project.swift.flatMap { file in
        places(in: file.code, of: file) { $0.contains("try!") }
    }
    #expect(found == [])
}

@Test func onlyTheProgramsPrint() {
    let programs = ["Sources/duet/", "Tests/SamplerBench/", "Tests/TrainingBench/"]
    let found = SourceTree.project.swift.flatMap { file in
        programs.contains(where: file.path.hasPrefix)
            ? [] : places(in: file.code, of: file, where: prints)
    }
    #expect(found == [])
}

@Test func uncheckedSendableSaysWhyItIsSafe() {
    let found = SourceTree.project.swift.flatMap(unexplained)
    #expect(found == [])
}

@Test(arguments: ["Utils", "StringUtil.swift", "TestHelpers.swift", "TaskManager.swift", "Common"])
func aDrawerIsFound(name: String) {
    #expect(isDrawer(name[...]))
}

@Test(arguments: ["Utility.swift", "Helping.swift", "Commons.swift", "Scheduling", "README.md"])
func anotherNameIsNotADrawer(name: String) {
    #expect(!isDrawer(name[...]))
}

@Test(arguments: [
    ("print(x)", true), ("    debugPrint(x)", true), ("sprint(x)", false), ("file.print(x)", false),
    ("let text = \"print(x)\"", false), ("// print(x)", false), ("func blueprint() {}", false),
])
func printingIsFoundInCodeOnly(line: String, found: Bool) {
    let file = SourceFile(path: "Sources/A/A.swift", text: line)
    #expect(file.code.contains(where: prints) == found)
}

@Test func anUncheckedSendableNeedsACommentAtItOrAboveIt() {
    let text = """
        // Only its own thread writes it.
        final class A: @unchecked Sendable {}
        final class B: @unchecked Sendable {}  // Locked.
        struct C {}
        final class D: @unchecked Sendable {}
        """
    let file = SourceFile(path: "Sources/A/A.swift", text: text)
    #expect(unexplained(file) == ["Sources/A/A.swift:5: final class D: @unchecked Sendable {}"])
}

/// Whether a word of a file's or folder's name promises nothing about what is inside.
private func isDrawer(_ name: Substring) -> Bool {
    let drawers = ["Util", "Utils", "Helper", "Helpers", "Common", "Misc", "Manager"]
    var words: [String] = []
    for letter in name.prefix(while: { $0 != "." }) {
        if letter.isUppercase || words.isEmpty { words.append("") }
        words[words.count - 1].append(letter)
    }
    return words.contains { word in drawers.contains { $0.lowercased() == word.lowercased() } }
}

/// Whether the line calls the global function `print` or `debugPrint`.
private func prints(_ line: Substring) -> Bool {
    ["print(", "debugPrint("].contains { call in
        line.ranges(of: call).contains { range in
            guard let before = line[..<range.lowerBound].last else { return true }
            return !before.isLetter && !before.isNumber && before != "_" && before != "."
        }
    }
}

private func unexplained(_ file: SourceFile) -> [String] {
    places(in: file.code, of: file) { $0.contains("@unchecked") }.filter { place in
        let index = (place.split(separator: ":").dropFirst().first.flatMap { Int($0) } ?? 1) - 1
        let above = index > 0 ? file.lines[index - 1].drop { $0 == " " } : ""
        return !file.lines[index].contains("//") && !above.hasPrefix("//")
    }
}

/// Returns `path:line: text` of every line that matches.
private func places(
    in lines: [Substring], of file: SourceFile, where matches: (Substring) -> Bool
) -> [String] {
    lines.indices.filter { matches(lines[$0]) }.map {
        "\(file.path):\($0 + 1): \(file.lines[$0].drop { $0 == " " })"
    }
}
