import Testing

/// The module map: a target may import only targets that stand before it.
private let moduleMap = [
    "CZeroMQ", "CPostgres", "CSndFile", "CFFmpeg", "COpenBLAS", "CLinux", "CKernels",
    "Words",
    "ZeroMQ", "Postgres", "Linux", "Console", "Media", "Tensors",
    "Filters", "Campaigns", "Preferences", "Evaluations", "Scheduling", "Wire", "Rounds",
    "Artifacts",
    "Layers", "Models", "Samplers", "Generation", "Rewards", "Training", "Worlds",
    "Schema", "LocalPostgres", "EngineHost", "Store", "Datasets", "Tracking",
    "Engines",
    "Coordinator", "Worker",
    "duet", "simulate",
]

/// Each C module has one wrapper, so that its handles have one owner.
private let wrappers = [
    "CZeroMQ": "ZeroMQ", "CPostgres": "Postgres", "CSndFile": "Media", "CFFmpeg": "Media",
    "CLinux": "Linux", "COpenBLAS": "Tensors", "CKernels": "Tensors",
]

/// Targets that decide and touch nothing, and what they may import beside the module map.
private let pure: [String: Set<String>] = [
    "Campaigns": ["Foundation", "FoundationEssentials", "Yams", "Crypto"],
    "Evaluations": ["Glibc"],
    "Filters": [],
    "Preferences": [],
    "Scheduling": [
        "Collections", "BitCollections", "DequeModule", "HashTreeCollections", "HeapModule",
        "OrderedCollections",
    ],
]

@Test func importsFollowTheModuleMap() {
    let wrong = SourceTree.project.files.filter(\.isSwift).flatMap(importProblems)
    #expect(wrong == [])
}

@Test func everyTargetStandsInTheModuleMap() {
    let targets = SourceTree.project.files.compactMap(target)
    #expect(Set(targets).subtracting(moduleMap) == [])
}

@Test(arguments: [
    ("Sources/Wire/A.swift", "public import Store", "Wire may not import Store"),
    ("Sources/Store/A.swift", "import CPostgres", "CPostgres is for Postgres alone"),
    ("Sources/duet/A.swift", "import CFFmpeg", "CFFmpeg is for Media alone"),
    ("Sources/Media/A.swift", "import Campaigns", "Media may not import Campaigns"),
    ("Sources/Scheduling/A.swift", "import struct Foundation.Date", "Scheduling is pure"),
    ("Sources/Preferences/A.swift", "@preconcurrency internal import Glibc", "Preferences is pure"),
    ("Schema/A.swift", "import Worker", "Schema may not import Worker"),
])
func aForbiddenImportIsFound(path: String, line: String, problem: String) {
    let found = importProblems(SourceFile(path: path, text: "\n" + line))
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("\(path):2: \(problem)") == true)
}

@Test(arguments: [
    ("Sources/Store/A.swift", "public import Scheduling"),
    ("Sources/Postgres/A.swift", "import CPostgres"),
    ("Sources/Scheduling/A.swift", "import HeapModule"),
    ("Sources/Campaigns/A.swift", "import FoundationEssentials"),
    ("Sources/Wire/A.swift", "// import Store"),
    ("Tests/WireTests/A.swift", "@testable import Wire"),
])
func anAllowedImportIsNot(path: String, line: String) {
    #expect(importProblems(SourceFile(path: path, text: line)) == [])
}

/// Returns the target that a file belongs to, or nil for tests and data.
private func target(_ file: SourceFile) -> String? {
    let parts = file.path.split(separator: "/")
    switch parts.first {
    case "Sources" where parts.count > 2: return String(parts[1])
    case "Schema" where file.isSwift: return "Schema"
    default: return nil
    }
}

private func importProblems(_ file: SourceFile) -> [String] {
    guard let target = target(file) else { return [] }
    let place = moduleMap.firstIndex(of: target) ?? moduleMap.count
    return file.code.indices.compactMap { index in
        guard let module = importedModule(file.code[index]) else { return nil }
        let problem: String
        if let wrapper = wrappers[module], wrapper != target {
            problem = "\(module) is for \(wrapper) alone; use \(wrapper)'s face"
        } else if let other = moduleMap.firstIndex(of: module), other >= place {
            problem = "\(target) may not import \(module), which stands later in the module map"
        } else if let allowed = pure[target], !allowed.contains(module),
            !moduleMap.contains(module)
        {
            problem = "\(target) is pure and may not import \(module)"
        } else {
            return nil
        }
        return "\(file.path):\(index + 1): \(problem)"
    }
}

/// Returns `Foundation` for `@preconcurrency public import struct Foundation.Date`.
private func importedModule(_ line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let keyword = words.firstIndex(of: "import"),
        words[..<keyword].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
    else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "typealias"]
    return words[(keyword + 1)...].first { !kinds.contains($0) }?
        .split(separator: ".").first.map(String.init)
}

private let accessLevels: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private",
]
