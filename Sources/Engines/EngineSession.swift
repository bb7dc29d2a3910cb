import EngineHost
import Foundation
import Glibc
import Tensors

/// The engine's side of the protocol between worker and engine, over stdin and stdout.
public struct EngineSession {
    private var engines: [any EmbeddedEngine]
    private let team: Team
    private let out: Int32
    private let encoder = JSONEncoder()
    private let decoder = JSONDecoder()

    /// Takes stdout for the protocol: whatever else is printed goes to stderr, the log.
    public init(_ engines: [any EmbeddedEngine], threads: Int) {
        self.engines = engines
        team = Team(threads: threads)
        out = dup(1)
        dup2(2, 1)
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// Answers the worker's lines until stdin closes.
    public mutating func serve(name: String, version: String) {
        let provides = engines.flatMap(\.provides)
        send(Hello(name: name, version: version, provides: provides))
        while let line = readLine() {
            do {
                try answer(Data(line.utf8))
            } catch {
                // The worker never sends such a line; whoever tries by hand sees why.
                warn("a line was not understood: \(error)")
            }
        }
    }

    private mutating func answer(_ line: Data) throws {
        let head = try decoder.decode(Head.self, from: line)
        switch head.type {
        case "load": load(head.model ?? "")
        case "unload":
            for index in engines.indices { engines[index].unload(head.model ?? "") }
        case "run": run(try decoder.decode(EngineTask.self, from: line))
        default: warn("there is no message of type \(head.type)")
        }
    }

    private mutating func load(_ model: String) {
        do {
            for index in engines.indices { try engines[index].load(model) }
            send(Loaded(model: model))
        } catch {
            send(Fault(error, model: model))
        }
    }

    private mutating func run(_ task: EngineTask) {
        let index = engines.firstIndex { engine in
            engine.provides.contains { $0.covers(kind: task.kind, name: task.name) }
        }
        do {
            guard let index else {
                throw EngineFault("this engine does not \(task.kind) with \(task.name)")
            }
            let answer = try Team.$current.withValue(team) {
                try engines[index].run(task) { [self] share, note in
                    send(Progress(task: task.task, fraction: share, note: note))
                }
            }
            switch answer {
            case .media(let media): send(Result(task: task.task, media: media))
            case .scores(let scores, let reasons):
                send(Result(task: task.task, scores: scores, reasons: reasons))
            }
        } catch is EngineStop {
            exit(0)
        } catch {
            send(Fault(error, task: task.task))
        }
    }

    private func send(_ line: some Encodable) {
        guard var bytes = try? Array(encoder.encode(line)) else {
            return warn("an answer cannot be written as JSON")
        }
        bytes.append(UInt8(ascii: "\n"))
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(out, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody listens any more: the worker has ended, and so does this.
            if count <= 0 { exit(1) }
            sent += count
        }
    }

    private func warn(_ message: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(message)\n".utf8))
    }
}

/// The lines of the protocol, in either direction; see deploy/engines/README.md.
extension EngineSession {
    private struct Head: Decodable {
        var type: String
        var model: String?
    }

    private struct Hello: Encodable {
        let type = "hello"
        let `protocol` = 1
        var name, version: String
        var provides: [EngineHello.Entry]
    }

    private struct Loaded: Encodable {
        let type = "loaded"
        var model: String
    }

    private struct Progress: Encodable {
        let type = "progress"
        var task: String
        var fraction: Double
        var note: String
    }

    private struct Result: Encodable {
        let type = "result"
        var task: String
        var media: [EngineMedia]?
        var scores: [String: Double?]?
        var reasons: [String: String]?
    }

    private struct Fault: Encodable {
        let type = "error"
        var task, model: String?
        var message: String
        var retryable: Bool

        init(_ error: any Error, task: String? = nil, model: String? = nil) {
            let fault = error as? EngineFault
            (self.task, self.model) = (task, model)
            message = fault?.message ?? "\(error)"
            retryable = fault?.retryable ?? false
        }
    }
}
