public import Tensors

import FoundationEssentials

/// Numbers that a reference implementation made: tensors, and a json file that describes them.
///
/// They lie in the folder that DUET_FIXTURES names, or in Tests/Fixtures. Sizes, settings and
/// tolerances are read from the json, so that the same tests run on other numbers.
public struct GoldenFile: Sendable {
    /// The description.
    public let json: GoldenValue

    /// The tensors, or nil when there is only a description.
    public let tensors: SafetensorsFile?

    /// Reads `NAME.json` and, when it exists, `NAME.safetensors`, from the shared folder or from
    /// one that a test has for itself.
    public init(_ name: String, in folder: String? = nil) throws {
        let folder = folder ?? Self.folder
        let text = try Data(contentsOf: URL(filePath: "\(folder)/\(name).json"))
        json = try JSONDecoder().decode(GoldenValue.self, from: text)
        let path = "\(folder)/\(name).safetensors"
        tensors =
            FileManager.default.fileExists(atPath: path) ? try SafetensorsFile(path: path) : nil
    }

    /// Where a file or folder of golden numbers lies.
    public static func path(_ name: String) -> String { "\(folder)/\(name)" }

    private static let folder: String = {
        if let named = ProcessInfo.processInfo.environment["DUET_FIXTURES"] { return named }
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        return here.deletingLastPathComponent().deletingLastPathComponent().path + "/Fixtures"
    }()

    /// The tensor of a name.
    public subscript(_ name: String) -> Tensor {
        get throws {
            guard let tensor = tensors?[name] else { throw GoldenError.missing(name) }
            return tensor
        }
    }

    /// A number under `config`.
    public func number(_ key: String) throws -> Double { try json["config"][key].number }

    /// A whole number under `config`.
    public func integer(_ key: String) throws -> Int { try json["config"][key].integer }

    /// A number under `tolerance`.
    public func tolerance(_ key: String) throws -> Double { try json["tolerance"][key].number }

    /// The elements of a tensor in single precision.
    public func floats(_ name: String) throws -> [Float] { try self[name].floatArray() }

    /// Whether there is a tensor of a name.
    public func has(_ name: String) -> Bool { tensors?[name] != nil }

    /// The tensors' names that begin and end as given, sorted.
    public func names(from start: String, to end: String) -> [String] {
        (tensors?.names ?? []).filter { $0.hasPrefix(start) && $0.hasSuffix(end) }
    }

    /// Says where a result differs by more than the tolerance, or returns nil.
    ///
    /// |result - expected| ≤ atol + rtol · |expected|, with the json's tolerance unless another
    /// key than `atol` is asked for.
    public func difference(
        _ result: Tensor, _ name: String, absolute key: String = "atol"
    ) throws -> String? {
        let expected = try self[name]
        let atol = try json["tolerance"][key].number
        let rtol = (try? json["tolerance"]["rtol"].number) ?? 0
        return Golden.difference(result, expected, atol: atol, rtol: rtol).map { "\(name): \($0)" }
    }
}

/// Says where a result differs by more than atol + rtol · |expected|, or returns nil.
public func difference(
    _ result: Tensor, _ expected: Tensor, atol: Double, rtol: Double = 0
) -> String? {
    guard result.shape == expected.shape else {
        return "the shape is \(result.shape), not \(expected.shape)"
    }
    let (got, wanted) = (result.doubleArray(), expected.doubleArray())
    let wrong = got.indices.filter { i in
        // Infinities agree when they are the same; a NaN agrees with nothing.
        got[i] != wanted[i] && !(abs(got[i] - wanted[i]) <= atol + rtol * abs(wanted[i]))
    }
    guard
        let worst = wrong.max(by: { abs(got[$0] - wanted[$0]) < abs(got[$1] - wanted[$1]) })
    else { return nil }
    return "\(wrong.count) of \(got.count) elements differ, element \(worst) is \(got[worst]) "
        + "instead of \(wanted[worst])"
}

/// Says where numbers differ by more than atol + rtol · |expected|, or returns nil.
public func difference(
    _ result: [Float], _ expected: [Float], atol: Double, rtol: Double = 0
) -> String? {
    difference(Tensor(result), Tensor(expected), atol: atol, rtol: rtol)
}

/// What a golden file lacks.
public enum GoldenError: Error {
    /// No tensor or value of this name.
    case missing(String)
}

/// A value of a golden file's description.
public indirect enum GoldenValue: Decodable, Sendable {
    /// A list of values.
    case list([GoldenValue])
    /// Values by name.
    case object([String: GoldenValue])
    /// A text.
    case text(String)
    /// Any number.
    case decimal(Double)
    /// true or false.
    case flag(Bool)
    /// null.
    case null

    /// Decodes any JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .decimal(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([GoldenValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: GoldenValue].self))
        }
    }

    /// The member of a name.
    public subscript(_ key: String) -> GoldenValue {
        get throws {
            guard case .object(let members) = self, let value = members[key] else {
                throw GoldenError.missing(key)
            }
            return value
        }
    }

    /// The value as a number.
    public var number: Double {
        get throws {
            guard case .decimal(let number) = self else { throw GoldenError.missing("a number") }
            return number
        }
    }

    /// The value as a whole number.
    public var integer: Int { get throws { Int(try number) } }

    /// The value as a text.
    public var string: String {
        get throws {
            guard case .text(let text) = self else { throw GoldenError.missing("a text") }
            return text
        }
    }

    /// The value as true or false.
    public var bool: Bool {
        get throws {
            guard case .flag(let flag) = self else { throw GoldenError.missing("true or false") }
            return flag
        }
    }

    /// The value as a list.
    public var array: [GoldenValue] {
        get throws {
            guard case .list(let list) = self else { throw GoldenError.missing("a list") }
            return list
        }
    }

    /// The value as members by name.
    public var members: [String: GoldenValue] {
        get throws {
            guard case .object(let members) = self else {
                throw GoldenError.missing("an object")
            }
            return members
        }
    }
}
