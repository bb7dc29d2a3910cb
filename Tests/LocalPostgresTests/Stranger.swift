import Foundation

/// A process that runs as the owner of a file, and is no server.
final class Stranger {
    private let child = Process()
    private let input = Pipe()
    var process: Int32 { child.processIdentifier }

    init(like file: String) throws {
        var status = stat()
        stat(file, &status)
        let command = ["cat"]
        child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        child.arguments =
            geteuid() == status.st_uid
            ? command
            : ["setpriv", "--reuid=\(status.st_uid)", "--clear-groups"] + command
        child.currentDirectoryURL = URL(fileURLWithPath: "/")
        child.standardInput = input
        try child.run()
    }

    deinit {
        input.fileHandleForWriting.closeFile()
        child.waitUntilExit()
    }
}
