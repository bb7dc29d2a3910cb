import CFFmpeg
import Glibc
import Synchronization

/// What FFmpeg says while it works, kept for the error that follows instead of printed.
///
/// FFmpeg reports reasons only through its log; each thread keeps the first line of its own.
enum FFmpegLog {
    private static let lines = Mutex<[UInt: String]>([:])

    private static let isInstalled: Bool = {
        // A single allocation of more than 1 GiB can only come from a header that lies.
        av_max_alloc(1 << 30)
        unsafe av_log_set_callback { _, level, format, arguments in
            guard level <= AV_LOG_ERROR, let format = unsafe format,
                let arguments = unsafe arguments
            else { return }
            var buffer = [CChar](repeating: 0, count: 400)
            _ = unsafe vsnprintf(&buffer, buffer.count, format, arguments)
            let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let text = String(decoding: bytes, as: UTF8.self)
            FFmpegLog.keep(text.split(whereSeparator: \.isNewline).joined(separator: " "))
        }
        return true
    }()

    /// Forgets what this thread's earlier calls said; also the place where FFmpeg is set up.
    static func begin() {
        precondition(isInstalled)
        let thread = UInt(pthread_self())
        lines.withLock { $0[thread] = nil }
    }

    /// Returns and forgets what FFmpeg said on this thread, or what the error number means.
    static func take(_ status: Int32 = 0) -> String {
        let thread = UInt(pthread_self())
        if let line = lines.withLock({ $0.removeValue(forKey: thread) }) {
            return "FFmpeg: \(line)"
        }
        guard status < 0 else { return "" }
        var buffer = [CChar](repeating: 0, count: 128)
        _ = unsafe av_strerror(status, &buffer, buffer.count)
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "FFmpeg: \(String(decoding: bytes, as: UTF8.self))"
    }

    private static func keep(_ line: String) {
        let thread = UInt(pthread_self())
        lines.withLock { lines in
            // Threads that codecs start are never asked, so what they say must not add up.
            if lines.count > 64 { lines.removeAll() }
            if lines[thread] == nil, !line.isEmpty { lines[thread] = line }
        }
    }
}
