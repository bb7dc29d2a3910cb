import Linux

/// Ends whatever a trainer started, also when this process is killed.
///
/// Launchers start their processes in sessions of their own, which no signal to a group reaches,
/// and may end before them. All inherit the environment; so a shell, outside of the trainer's
/// group, waits until it is told to or until this process is no more, and ends what has the mark.
struct TrainerGuard: ~Copyable {
    /// Belongs into the trainer's environment.
    let mark: (name: String, value: String)
    private var shell: ChildProcess

    /// Reads how many seconds to wait for the end; none are said when this process was killed.
    private static let script = """
        read -r seconds || seconds=0
        left=$((seconds * 5))
        while true; do
          found=$(grep -lzxF "$1" /proc/[0-9]*/environ 2> /dev/null)
          [ -n "$found" ] && [ $left -gt -25 ] || exit 0
          if [ $left -le 0 ]; then
            for file in $found; do pid=${file#/proc/}; kill -9 "${pid%/environ}"; done
          fi
          left=$((left - 1))
          sleep 0.2
        done 2> /dev/null
        """

    init() throws(EngineFault) {
        mark = ("DUET_TRAINER", "\(UInt64.random(in: 1 ... .max))")
        var request = SpawnRequest(
            command: ["/bin/sh", "-c", Self.script, "sh", "\(mark.name)=\(mark.value)"],
            environment: ["PATH": "/usr/bin:/bin"])
        (request.input, request.output, request.error) = (.pipe, .null, .null)
        do throws(SpawnError) {
            shell = try ChildProcess.spawn(request)
        } catch {
            throw EngineFault("a trainer's guard cannot be started: \(error)", retryable: true)
        }
    }

    /// Waits at most so long until all that has the mark has ended, and kills the rest.
    mutating func end(within seconds: Int) {
        _ = try? shell.write(Array("\(seconds)\n".utf8).span)
        shell.closeInput()
        _ = shell.wait()
    }
}
