import FoundationEssentials

/// A line from an engine.
enum EngineMessage: Equatable {
    case hello(EngineHello)
    /// A hello of a version that this worker does not speak.
    case foreignHello(version: Int)
    case loaded(model: String)
    case progress(EngineProgress)
    case result(EngineResult)
    case error(EngineReport)
}

/// An engine's own word on why a load or a task failed.
struct EngineReport: Codable, Equatable {
    var task: String?
    var model: String?
    var message: String
    var retryable: Bool
}

/// Why a line is no message.
struct MalformedLine: Error, Equatable {
    var reason: String
}

extension EngineMessage {
    /// The version of the protocol that this worker speaks.
    static let protocolVersion = 1

    /// Reads a line.
    static func parse(
        _ line: ArraySlice<UInt8>, with decoder: JSONDecoder
    ) throws(MalformedLine) -> EngineMessage {
        do {
            return try decoder.decode(EngineMessage.self, from: Data(line)).checked()
        } catch let error as DecodingError {
            throw MalformedLine(reason: reason(error))
        } catch let error as MalformedLine {
            throw error
        } catch {
            throw MalformedLine(reason: "it is not JSON")
        }
    }

    /// Clamps what may be clamped and refuses what JSON allows but the protocol does not.
    private func checked() throws(MalformedLine) -> EngineMessage {
        switch self {
        case .hello(let hello):
            for entry in hello.provides where !(1...1024).contains(entry.batch ?? 1) {
                throw MalformedLine(reason: "the batch of \(entry.name) is not from 1 to 1024")
            }
            return self
        case .progress(var progress):
            guard progress.fraction.isFinite else {
                throw MalformedLine(reason: "fraction is not a finite number")
            }
            progress.fraction = min(1, max(0, progress.fraction))
            return .progress(progress)
        case .result(let result):
            for (name, score) in result.scores ?? [:] where score?.isFinite == false {
                throw MalformedLine(reason: "the score \(name) is not a finite number")
            }
            return self
        default:
            return self
        }
    }
}

extension EngineMessage: Decodable {
    private enum Keys: String, CodingKey {
        case type, model
        case version = "protocol"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "hello":
            let version = try container.decode(Int.self, forKey: .version)
            // Another version's hello may look different in all else.
            self =
                version == EngineMessage.protocolVersion
                ? .hello(try EngineHello(from: decoder)) : .foreignHello(version: version)
        case "loaded": self = .loaded(model: try container.decode(String.self, forKey: .model))
        case "progress": self = .progress(try EngineProgress(from: decoder))
        case "result": self = .result(try EngineResult(from: decoder))
        case "error": self = .error(try EngineReport(from: decoder))
        default: throw MalformedLine(reason: "there is no message of type \"\(type)\"")
        }
    }
}

/// Says where a line does not fit, in the words of JSON rather than of Swift.
private func reason(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
        path.map { $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
        return "\(place(context.codingPath + [key])) is missing"
    case .typeMismatch(let type, let context):
        return "\(place(context.codingPath)) is not \(words(for: type))"
    case .valueNotFound(let type, let context):
        return "\(place(context.codingPath)) is null instead of \(words(for: type))"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
        return "\(place(context.codingPath)) has a value that is not allowed"
    case .dataCorrupted:
        return "it is not JSON"
    @unknown default:
        return "it is not JSON"
    }
}

private func words(for type: any Any.Type) -> String {
    if type == String.self { return "a text" }
    if type == Bool.self { return "true or false" }
    if type == Double.self || type == Int.self { return "a number" }
    if type == [Any].self { return "a list" }
    return "an object"
}
