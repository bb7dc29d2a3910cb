import Console
import Foundation
import Linux
import LocalPostgres
import Postgres
import Wire
import Words
import ZeroMQ

/// This program and the libraries it has loaded.
func libraryFindings() -> [Finding] {
    var findings = [Finding.ok("program", WireProtocol.build)]
    let version = Context.libraryVersion
    findings.append(
        version.hasPrefix("4.")
            ? .ok("libzmq", version)
            : .warn("libzmq", version, mend: "Tested with 4.3; install libzmq5 of Debian 12."))
    findings.append(.ok("libpq", Connection.libraryVersion))
    return findings
}

/// A Postgres for `duet up`, and the one that is named in the environment.
func postgresFindings() -> [Finding] {
    var findings: [Finding] = []
    do throws(LocalPostgresError) {
        findings.append(.ok("Postgres server", try LocalPostgres.serverFolder()))
    } catch {
        findings.append(
            .warn(
                "Postgres server", "none is installed here",
                mend: "Only `duet up` needs it: `apt-get install postgresql` installs it."))
    }
    guard let named = Terminal.variable("DUET_DATABASE") else { return findings }
    do throws(PostgresError) {
        _ = try Connection(named)
        findings.append(.ok("DUET_DATABASE", "answers"))
    } catch {
        findings.append(
            .fail(
                "DUET_DATABASE", firstLine("\(error)"),
                mend: "Try it with `psql \"$DUET_DATABASE\"`; the server may be down, or its "
                    + "pg_hba.conf may not let this machine in."))
    }
    return findings
}

/// The coordinator: whether it answers, its version, its database, and its clock against ours.
func coordinatorFindings(_ endpoint: String) -> [Finding] {
    do {
        var client = try Client(endpoint)
        _ = try client.ask(.hello, patience: 2000)
        let before = Date()
        let status = try decodeAnswer(
            Answers.Status.self, from: try client.query(.status, patience: 5000))
        let middle = before.addingTimeInterval(Date().timeIntervalSince(before) / 2)
        return [
            .ok("coordinator", "answers at \(endpoint)"),
            .ok(
                "its process",
                "\(status.pid), epoch \(status.epoch), up for \(duration(status.uptimeSeconds)), "
                    + counted(status.workers, "worker")),
            versionFinding(status), databaseFinding(status), clockFinding(status, middle),
        ].compactMap { $0 }
    } catch let failure as Failure {
        let isNamed = endpoint != Endpoints(folder: ".duet").coordinator
        let mend =
            "Start one with `duet up` or `duet coordinator`; on other machines say where it is "
            + "with DUET_COORDINATOR, and see that its port is open."
        let found = "does not answer at \(endpoint)"
        return failure.code == 5 && !isNamed
            ? [.warn("coordinator", found, mend: mend)]
            : [.fail("coordinator", failure.code == 5 ? found : failure.message, mend: mend)]
    } catch {
        return [
            .fail(
                "coordinator", firstLine("\(error)"),
                mend: "Install the same version of duet here and there.")
        ]
    }
}

private func versionFinding(_ status: Answers.Status) -> Finding? {
    guard !status.build.isEmpty else { return nil }
    if status.build == WireProtocol.build { return .ok("its version", status.build) }
    return .warn(
        "its version", "\(status.build), and this is \(WireProtocol.build)",
        mend: "Install the same version of duet on both machines.")
}

private func databaseFinding(_ status: Answers.Status) -> Finding {
    guard let time = status.databaseMs else {
        return .fail(
            "its database", "does not answer",
            mend: "Nothing is lost, and nothing goes on until Postgres is back: look at its log.")
    }
    let found = "answers in \(decimals(time, 1)) ms"
    if time < 50 { return .ok("its database", found) }
    return .warn(
        "its database", found,
        mend: "Every batch waits for it: put Postgres on a faster disk or nearer to the "
            + "coordinator.")
}

/// More than two seconds apart, the times of logs and listings of two machines cannot be compared.
private func clockFinding(_ status: Answers.Status, _ here: Date) -> Finding? {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    guard let there = try? style.parse(status.wallClock) else { return nil }
    let skew = there.timeIntervalSince(here)
    let found = "\(duration(abs(skew))) \(skew < 0 ? "behind" : "ahead of") this machine"
    if abs(skew) < 2 { return .ok("its clock", found) }
    return .warn(
        "its clock", found,
        mend: "Leases do not depend on it, but times of logs do: run chrony or systemd-timesyncd "
            + "on both.")
}

/// What this machine offers.
func machineFindings(folder: String) -> [Finding] {
    [diskFinding(folder), processorFinding(), memoryFinding(), localeFinding()] + gpuFindings()
}

private func diskFinding(_ folder: String) -> Finding {
    var path = URL(filePath: folder).standardizedFileURL.path
    while path != "/", !FileManager.default.fileExists(atPath: path) {
        path = URL(filePath: path).deletingLastPathComponent().path
    }
    do throws(SystemError) {
        let free = try Machine.freeBytes(at: path)
        let found = "\(byteSize(free)) free for \(folder)"
        guard FileManager.default.isWritableFile(atPath: path) else {
            return .fail(
                "disk", "\(path) cannot be written by this user",
                mend: "Choose another folder with --folder, or change its owner.")
        }
        if free < 1 << 30 {
            return .fail("disk", found, mend: "Make room, or choose another disk with --folder.")
        }
        if free < 20 << 30 {
            return .warn(
                "disk", found, mend: "A clip takes a few MB; make room before a large run.")
        }
        return .ok("disk", found)
    } catch {
        return .fail("disk", "\(error)", mend: "Choose another folder with --folder.")
    }
}

private func processorFinding() -> Finding {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let flags = info.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ")
    let known = Set(flags ?? [])
    let level = known.contains("avx512f") ? "avx512" : known.contains("avx2") ? "avx2" : "neither"
    let found = "\(counted(Machine.usableProcessors, "core")), \(level)"
    if level != "neither" || flags == nil { return .ok("processor", found) }
    return .warn(
        "processor", found + " avx2 nor avx512",
        mend: "Everything runs; what is computed here is several times slower.")
}

private func memoryFinding() -> Finding {
    let found = "\(byteSize(Int64(Machine.memoryMiB) << 20))"
    if Machine.memoryMiB >= 2000 { return .ok("memory", found) }
    return .warn("memory", found, mend: "The stack itself wants about 1 GiB.")
}

private func localeFinding() -> Finding {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.lazy.compactMap { Terminal.variable($0) }.first { !$0.isEmpty } ?? ""
    let isWide = locale.lowercased().replacing("-", with: "").contains("utf8")
    if isWide { return .ok("locale", locale) }
    return .warn(
        "locale", locale.isEmpty ? "none is set" : locale,
        mend: "Bars and wide characters may look wrong: `export LANG=C.UTF-8`.")
}

/// What nvidia-smi tells; a machine without it is a machine without GPUs.
private func gpuFindings() -> [Finding] {
    let query = "--query-gpu=name,memory.total,driver_version"
    guard let text = output(of: ["nvidia-smi", query, "--format=csv,noheader"]) else {
        return [.ok("GPUs", "none (there is no nvidia-smi)")]
    }
    let lines = text.split(separator: "\n")
    guard !lines.isEmpty, !text.contains("failed") else {
        return [
            .fail(
                "GPUs", firstLine(text),
                mend: "The driver does not answer: `nvidia-smi` says more, a reboot often helps.")
        ]
    }
    return lines.enumerated().map { .ok("GPU \($0)", String($1)) }
}

/// What a program prints; nil when it cannot be started or does not end within 10 s.
private func output(of command: [String]) -> String? {
    var request = SpawnRequest(
        command: command, environment: ProcessInfo.processInfo.environment)
    request.output = .pipe
    request.error = .null
    guard var process = try? ChildProcess.spawn(request) else { return nil }
    let deadline = Clock.monotonic + 10_000_000_000
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while Clock.monotonic < deadline {
        let ending = process.poll()
        while case .bytes(let count)? = try? process.readOutput(into: &chunk) {
            text += chunk[..<count]
        }
        if ending != nil { return String(decoding: text, as: UTF8.self) }
        pause(seconds: 0.02)
    }
    return nil
}
