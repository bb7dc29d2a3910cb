import Glibc

/// What the server's `postmaster.pid` says.
struct Postmaster {
    /// The server's process, which may be long gone.
    var process: Int32
    /// Whether the server takes connections.
    var isReady: Bool
    private var data: String

    /// Reads the file of the cluster in `data`; nil when there is none.
    init?(data: String) {
        guard let text = Folder.read(data + "/postmaster.pid") else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let process = Int32(first), process > 0 else { return nil }
        self.process = process
        isReady = lines.count >= 8 && lines[7].hasPrefix("ready")
        self.data = data
    }

    /// The process, if it is alive and really this cluster's server.
    ///
    /// Numbers are used again: a server works in its data folder, a stranger does not.
    var liveProcess: Int32? {
        guard !ServerProcess.isGone(process), let cwd = Folder.link("/proc/\(process)/cwd"),
            cwd == Folder.realPath(data)
        else { return nil }
        return process
    }
}
