/// A failure with the exit code that scripts rely on: 1 failed work, 2 usage, 3 not found,
/// 4 conflict, 5 unreachable, 124 time is up.
struct Failure: Error {
    var code: Int32
    var message: String

    static func work(_ message: String) -> Failure { Failure(code: 1, message: message) }
    static func usage(_ message: String) -> Failure { Failure(code: 2, message: message) }
    static func notFound(_ message: String) -> Failure { Failure(code: 3, message: message) }
    static func conflict(_ message: String) -> Failure { Failure(code: 4, message: message) }
    static func unreachable(_ message: String) -> Failure { Failure(code: 5, message: message) }
    static func timeIsUp(_ message: String) -> Failure { Failure(code: 124, message: message) }
}
