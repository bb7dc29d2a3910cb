import CLinux
import Glibc

/// What the machine offers to this process.
public enum Machine {
    /// The machine's name in its network.
    public static var hostName: String {
        var name = [UInt8](repeating: 0, count: 256)
        let result = unsafe name.withUnsafeMutableBytes { buffer in
            guard let base = unsafe buffer.bindMemory(to: CChar.self).baseAddress else { return -1 }
            return unsafe Int(gethostname(base, buffer.count - 1))
        }
        guard result == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// How many processors this process may use, which a container or a batch system may limit.
    public static var usableProcessors: Int {
        max(1, Int(duet_usable_processors()))
    }

    /// The machine's memory in MiB, whatever part of it this process may take.
    public static var memoryMiB: Int {
        (sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))) >> 20
    }

    /// Bytes that this user may still write to the disk that holds `path`.
    public static func freeBytes(at path: String) throws(SystemError) -> Int64 {
        var facts = statvfs()
        guard unsafe statvfs(path, &facts) == 0 else { throw .last("statvfs", path: path) }
        return Int64(clamping: UInt64(facts.f_bavail) * UInt64(facts.f_frsize))
    }
}
