import Foundation

/// Hashes of a model's files that were worked out before, in a file `.hashes` beside them.
///
/// A large model takes seconds to hash, and each of a worker's engines asks for it. A hash counts
/// as long as the file has the size, the inode and the time of change that it had then; where
/// nothing may be written, hashes are worked out every time.
struct KnownHashes {
    private let path: String
    private let entries: [String: String]

    /// Reads what is known in a folder.
    init(folder: String) {
        path = "\(folder)/.hashes"
        let data = FileManager.default.contents(atPath: path) ?? Data()
        entries = (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:]
    }

    /// Returns the hashes of files, and remembers them.
    func hashes(of files: [String]) throws(ModelError) -> [String] {
        var known: [String: String] = [:]
        var hashes: [String] = []
        for file in files {
            let mark = Self.mark(file)
            let hash = if let hash = entries[mark] { hash } else { try fileHash(file) }
            // A file that is being written has no hash worth keeping.
            if Self.mark(file) == mark { known[mark] = hash }
            hashes.append(hash)
        }
        if known != entries, let data = try? JSONEncoder().encode(known) {
            try? data.write(to: URL(filePath: path), options: .atomic)
        }
        return hashes
    }

    /// What changes whenever a file does.
    private static func mark(_ file: String) -> String {
        var status = stat()
        guard stat(file, &status) == 0 else { return file }
        let name = file.split(separator: "/").last ?? ""
        let (time, inode) = (status.st_mtim, status.st_ino)
        return "\(name) \(status.st_size) \(inode) \(time.tv_sec).\(time.tv_nsec)"
    }
}
