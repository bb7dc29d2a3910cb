import Artifacts
import EngineHost
import Foundation
import Linux
import Scheduling

/// A thread that hashes an engine's files and moves them into the artifact folder.
struct Finisher {
    /// Where finished files go.
    let artifacts: ArtifactFolder
    /// Where the thread puts attempts whose files are stored.
    let ended: Mailbox<EngineEnd>
    private let jobs: Mailbox<Job>

    private struct Job: Sendable {
        var media: [EngineMedia]
        var folder: String
        var end: EngineEnd
    }

    init(artifacts: ArtifactFolder) throws(SystemError) {
        self.artifacts = artifacts
        ended = try Mailbox()
        jobs = try Mailbox()
        let (jobs, ended) = (jobs, ended)
        _ = try OSThread.start(name: "finisher") {
            while true {
                _ = try? Interest.wait(for: [Interest(jobs.descriptor, .reading)], until: nil)
                for job in jobs.take() { ended.post(Self.finish(job, artifacts)) }
            }
        }
    }

    /// Stores an attempt's files; the end with its outcome comes through `ended`.
    func store(_ media: [EngineMedia], folder: String, end: EngineEnd) {
        jobs.post(Job(media: media, folder: folder, end: end))
    }

    /// Returns a file that may be moved away, or an artifact.
    ///
    /// A file outside the attempt's folder belongs to somebody else, such as a user whose own clip
    /// was taken in, and is copied first.
    private static func owned(
        _ path: String, in folder: String, _ artifacts: ArtifactFolder
    ) throws(ArtifactError) -> String {
        if artifacts.holds(path) { return path }
        let real = URL(filePath: path).resolvingSymlinksInPath().path
        let base = URL(filePath: folder).resolvingSymlinksInPath().path
        if real.hasPrefix(base + "/") { return path }
        let copy = "\(folder)/\(UInt64.random(in: 0 ... .max)).\(URL(filePath: real).pathExtension)"
        do {
            try FileManager.default.copyItem(atPath: real, toPath: copy)
        } catch {
            throw ArtifactError(path: path, message: error.localizedDescription)
        }
        return copy
    }

    private static func finish(_ job: Job, _ artifacts: ArtifactFolder) -> EngineEnd {
        defer { _ = try? FileManager.default.removeItem(atPath: job.folder) }
        var end = job.end
        guard !job.media.isEmpty else {
            end.outcome = .failed(
                Failure(message: "the engine gave a result without media", retryable: false))
            return end
        }
        var stored: [Media] = []
        for file in job.media {
            do throws(ArtifactError) {
                let artifact = try artifacts.store(
                    try owned(file.path, in: job.folder, artifacts))
                stored.append(
                    Media(
                        role: file.role.rawValue, path: artifact.path, sha256: artifact.sha256))
            } catch {
                end.outcome = .failed(Failure(message: "\(error)", retryable: true))
                return end
            }
        }
        end.outcome = .completed(.candidate(stored))
        return end
    }
}
