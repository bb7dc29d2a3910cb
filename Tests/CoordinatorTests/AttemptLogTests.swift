import Artifacts
@testable import Coordinator
import Foundation
import Scheduling
import TemporaryFolders
import Testing

private let task = TaskID(campaign: 3, prompt: 1, slot: 0)

@Suite struct AttemptLogTests {
    @Test func pagesEndAfterALineAndMeetWithoutGaps() throws {
        let logs = try Logs()
        let line = String(repeating: "x", count: 99) + "\n"
        let text = String(repeating: line, count: 6000) + "the end"
        try logs.write(text, Attempt(epoch: 1, number: 1))
        let reader = AttemptLogs(artifacts: logs.folder, task: task)
        var read = ""
        var next: Int64 = 0
        var pages = 0
        while true {
            let page = reader.read(Attempt(epoch: 1, number: 1), from: next)
            read += page.text
            next = page.next
            pages += 1
            if page.isLast { break }
            #expect(page.text.hasSuffix("\n"))
            #expect(page.text.utf8.count <= 256 << 10)
        }
        #expect(read == text)
        #expect(pages == 3)
        #expect(reader.tail(of: Attempt(epoch: 1, number: 1)).hasSuffix("x\nthe end"))
    }

    @Test func theNewestAttemptIsThatOfTheNewestEpoch() throws {
        let logs = try Logs()
        for attempt in [
            Attempt(epoch: 2, number: 1), Attempt(epoch: 1, number: 3),
            Attempt(epoch: 1, number: 1),
        ] { try logs.write("\(attempt)", attempt) }
        let reader = AttemptLogs(artifacts: logs.folder, task: task)
        #expect(reader.newest == Attempt(epoch: 2, number: 1))
        #expect(reader.newest(number: 1) == Attempt(epoch: 2, number: 1))
        #expect(reader.newest(number: 3) == Attempt(epoch: 1, number: 3))
        #expect(reader.newest(number: 2) == nil)
    }

    @Test func whatIsNoLogIsNotRead() throws {
        let logs = try Logs()
        let secret = logs.folder + "/secret"
        try "secret".write(toFile: secret, atomically: true, encoding: .utf8)
        try logs.write("", Attempt(epoch: 1, number: 1))
        let link = logs.path(Attempt(epoch: 1, number: 2))
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: secret)
        let reader = AttemptLogs(artifacts: logs.folder, task: task)
        let page = reader.read(Attempt(epoch: 1, number: 2), from: 0)
        #expect(page.text == "")
        #expect(reader.tail(of: Attempt(epoch: 1, number: 2)) == "")
        #expect(AttemptLogs(artifacts: "", task: task).newest == nil)
    }

    /// An artifact folder with logs of one task.
    private struct Logs: ~Copyable {
        let temporary: TemporaryFolder

        var folder: String { temporary.path }

        init() throws { temporary = try TemporaryFolder() }

        func path(_ attempt: Attempt) -> String {
            ArtifactFolder(root: folder).logPath(
                campaign: task.campaign, task: task.rawValue, epoch: attempt.epoch,
                number: attempt.number)
        }

        func write(_ text: String, _ attempt: Attempt) throws {
            let folder = ArtifactFolder(root: folder).logFolder(
                campaign: task.campaign, task: task.rawValue)
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try text.write(toFile: path(attempt), atomically: true, encoding: .utf8)
        }
    }
}
