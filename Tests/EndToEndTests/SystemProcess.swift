import Foundation

/// A process of this machine, as /proc shows it.
struct SystemProcess {
    var pid: Int32
    var parent: Int32
    var commandLine: String

    /// All processes that have a command line: neither the kernel's own nor zombies.
    static func all() -> [SystemProcess] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.compactMap(SystemProcess.init)
    }

    /// Those whose command line holds the text.
    static func mentioning(_ text: String) -> [SystemProcess] {
        all().filter { $0.commandLine.contains(text) }
    }

    private init?(pid: Int32) {
        guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"),
            !line.isEmpty,
            let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            // The name in parentheses may hold anything; the parent is the second field after it.
            let fields = stat.split(separator: ")").last?.split(separator: " "),
            fields.count > 1, fields[0] != "Z", let parent = Int32(fields[1])
        else { return nil }
        self.pid = pid
        self.parent = parent
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        commandLine = words.joined(separator: " ")
    }
}
