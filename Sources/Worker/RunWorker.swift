import Artifacts
import Foundation
public import Linux
public import Logging
import Scheduling
import Wire
import ZeroMQ

/// Runs a worker on the calling thread until it has drained, is stopped or is refused.
///
/// The first SIGTERM or SIGINT drains it, the second stops it at once. It registers anew with
/// whichever coordinator answers, and first says again what that one has not committed.
public func runWorker(
    _ options: WorkerOptions, signals: borrowing Signals, log: Logger
) throws(WorkerError) {
    let folders = [options.folder, options.artifacts]
    for folder in folders { try makeFolder(folder) }
    let lock = try lockFolder(options.folder)
    let finisher: Finisher
    do throws(SystemError) {
        finisher = try Finisher(artifacts: ArtifactFolder(root: options.artifacts))
    } catch {
        throw .file("\(error)")
    }
    var pool = EnginePool(options, finisher: finisher, log: log)
    try pool.introduce()
    var spooled: [Report] = []
    let spool = try Spool(folder: options.folder + "/spool", left: &spooled)
    if !spooled.isEmpty { log.info("\(spooled.count) results of before are in the spool") }
    let provides = pool.provides + (options.instant ? InstantEngine.provides : [])
    guard !provides.isEmpty else {
        throw .engine(
            command: "none",
            reason: "a worker needs something to run; put a model into the folder of --models, "
                + "or give an engine with --engine")
    }
    let registration = Registration(
        identity: options.identity, session: UInt64.random(in: 1 ... .max),
        node: Machine.hostName, pid: ProcessInfo.processInfo.processIdentifier,
        capacity: options.capacity, provides: provides, labels: options.labels,
        build: WireProtocol.build)
    let exit: WorkerExit
    do throws(ZeroMQError) {
        let context = try Context()
        var loop = WorkerLoop(
            options: options, log: log, context: context, lock: lock, finisher: finisher,
            pool: pool,
            machine: WorkerMachine(WorkerConfig(registration: registration), spooled: spooled),
            spool: spool,
            link: try Link(context, options.endpoints, 0, registration))
        exit = try loop.run(until: signals)
    } catch {
        throw .socket("\(error)")
    }
    switch exit {
    case .drained: log.info("drained; everything it did is acknowledged")
    case .stopped: log.info("stopped")
    case .refused(let reason): throw .refused(reason)
    }
}

private func makeFolder(_ path: String) throws(WorkerError) {
    do {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    } catch {
        throw .file("cannot make the folder \(path): \(error.localizedDescription)")
    }
}

/// Two workers in one folder would take each other's results for their own.
private func lockFolder(_ folder: String) throws(WorkerError) -> FileLock {
    do throws(FileLockError) {
        return try FileLock(path: folder + "/lock")
    } catch {
        switch error {
        case .held(_, let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            throw .folderInUse(
                "the worker folder \(folder) is used by \(holder); "
                    + "stop that worker, or start this one with another --folder and --name")
        case .system(let system): throw .file("cannot lock the worker folder: \(system)")
        }
    }
}
