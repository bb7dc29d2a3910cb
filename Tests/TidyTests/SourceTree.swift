import FoundationEssentials

/// One text file of the project.
struct SourceFile: Sendable {
    /// The path from the project's root, such as `Sources/Wire/Frame.swift`.
    let path: String

    let lines: [Substring]

    /// The same lines with comments and the inside of string literals blanked out.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code =
            path.hasSuffix(".swift")
            ? blanked(text).split(separator: "\n", omittingEmptySubsequences: false) : lines
    }

    var name: Substring { path.split(separator: "/").last ?? "" }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// Whether a tool wrote the file, so that our rules of form do not hold.
    var isGenerated: Bool { path.hasSuffix(".pb.swift") }
}

/// The project's text files, read once.
struct SourceTree: Sendable {
    static let project = SourceTree()

    let root: String
    let files: [SourceFile]

    /// Swift files that people write.
    var swift: [SourceFile] { files.filter { $0.isSwift && !$0.isGenerated } }

    private init() {
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        root =
            here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        var found: [SourceFile] = []
        for name in ["Package.swift", "Makefile", "Sources", "Tests", "Schema", "Jobs", "deploy"] {
            Self.read(name, below: root, into: &found)
        }
        files = found
    }

    private static func read(_ path: String, below root: String, into found: inout [SourceFile]) {
        let whole = root + "/" + path
        let endings = [".swift", ".py", ".sh", ".sql", ".proto", ".yaml", ".md", ".c", ".h"]
        if let children = try? FileManager.default.contentsOfDirectory(atPath: whole) {
            for child in children.sorted() where !child.hasPrefix(".") && child != "__pycache__" {
                read(path + "/" + child, below: root, into: &found)
            }
        } else if endings.contains(where: path.hasSuffix) || path == "Makefile" {
            if let text = try? String(contentsOfFile: whole, encoding: .utf8) {
                found.append(SourceFile(path: path, text: text))
            }
        }
    }
}
