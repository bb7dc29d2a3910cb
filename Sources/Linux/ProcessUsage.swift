import Glibc

/// What a process takes of its machine.
public enum ProcessUsage {
    /// The number of this process.
    public static var processID: Int32 { getpid() }

    /// Memory of a process in MiB: now, and the most it ever had.
    public struct Memory: Equatable, Sendable {
        /// What is in memory now (VmRSS).
        public let residentMiB: Int
        /// The most that ever was (VmHWM).
        public let peakMiB: Int
    }

    /// Reads the memory of this process.
    public static func memory() throws(SystemError) -> Memory {
        try memory(file: "/proc/self/status")
    }

    /// Reads the memory of another process.
    public static func memory(ofProcess pid: Int32) throws(SystemError) -> Memory {
        try memory(file: "/proc/\(pid)/status")
    }

    /// Reads the processor time of this process in microseconds, of all threads and the kernel.
    public static func processorMicroseconds() -> Int64 {
        Clock.processor / 1_000
    }

    /// Reads the processor time of another process in microseconds, to 10 ms.
    public static func processorMicroseconds(ofProcess pid: Int32) throws(SystemError) -> Int64 {
        let path = "/proc/\(pid)/stat"
        let text = String(decoding: try contents(ofFile: path), as: UTF8.self)
        // The second field is the program's name in brackets and may hold spaces and brackets.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Int64(fields[12]), let kernel = Int64(fields[13])
        else { throw SystemError(call: "read", errno: EBADMSG, path: path) }
        // Fields 14 and 15 of the line; the bracket counts as the second.
        return (user + kernel) * 1_000_000 / Int64(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func memory(file: String) throws(SystemError) -> Memory {
        let text = String(decoding: try contents(ofFile: file), as: UTF8.self)
        func kibibytes(_ name: String) -> Int {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
            return line.flatMap { $0.split { !$0.isNumber }.first }.flatMap { Int($0) } ?? 0
        }
        return Memory(
            residentMiB: kibibytes("VmRSS:") >> 10, peakMiB: kibibytes("VmHWM:") >> 10)
    }
}
