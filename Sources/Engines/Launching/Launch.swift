import Campaigns
import Foundation

/// How a trainer that is not built in is started.
extension Round.Launch {
    /// Reads the JSON of a round's `launch`; nil where the trainer is the one that is built in.
    static func read(json: String) throws(EngineFault) -> Round.Launch? {
        let launch: Round.Launch
        do {
            launch = try JSONDecoder().decode(Round.Launch.self, from: Data(json.utf8))
        } catch {
            throw EngineFault("the param launch is not understood: \(error)")
        }
        guard launch.type != .swift else { return nil }
        guard let program = launch.command.first, !program.isEmpty else {
            throw EngineFault("launch.command is empty; name the program and its arguments")
        }
        // A worker is one node: it can start its own share, and nobody else's.
        if launch.nodes > 1, launch.type != .slurm, launch.type != .kubernetes {
            throw EngineFault(
                "launch.type \(launch.type.rawValue) runs on the worker's own node; for "
                    + "\(launch.nodes) nodes set it to slurm or kubernetes")
        }
        return launch
    }

    /// The formats whose `${pairs.FORMAT}` stand in the command.
    var formats: [String] {
        let all = command.joined(separator: " ")
        return all.matches(of: /\$\{pairs\.([a-z-]+)\}/).map { String($0.1) }
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// What a launch comes to: the files to write, the program to start, and how to undo it.
struct LaunchPlan: Equatable {
    /// The program and its arguments.
    var command: [String]
    /// Files that must be there first, by path.
    var files: [String: String] = [:]
    /// Added to the environment.
    var environment: [String: String] = [:]

    /// The values of `${…}`: `config`, `output`, `pairs.FORMAT`, and `resume` where there is
    /// something to go on from.
    typealias Values = [String: String]

    /// Puts values in and wraps the command as its type has it.
    ///
    /// `name` is a name for jobs, `folder` is where scripts and the log lie.
    init(_ launch: Round.Launch, _ values: Values, name: String, folder: String) throws(EngineFault)
    {
        let words = try Self.filled(launch.command, values)
        let gpus = launch.gpusPerNode
        switch launch.type {
        case .swift, .command: command = words
        case .torchrun:
            command = ["torchrun", "--standalone", "--nproc-per-node", "\(max(1, gpus))"] + words
        case .accelerate:
            command =
                ["accelerate", "launch", "--num_machines", "1", "--num_processes"]
                + ["\(max(1, gpus))"] + words
        case .slurm:
            let script = "\(folder)/job.sh"
            files[script] = Self.job(launch, words, name: name, log: "\(folder)/trainer.log")
            command = ["sh", "\(folder)/submit.sh"]
            files["\(folder)/submit.sh"] = Self.submission(of: script, name: name)
        case .kubernetes:
            // The manifest is the user's own: only they know images, volumes and queues.
            guard let template = FileManager.default.contents(atPath: words[0]) else {
                throw EngineFault(
                    "launch.command: \(words[0]) cannot be read; with type kubernetes the first "
                        + "word is the path of a Job's manifest")
            }
            var manifest = String(decoding: template, as: UTF8.self)
            for (key, value) in values { manifest = manifest.replacing("${\(key)}", with: value) }
            manifest = manifest.replacing("${name}", with: name)
            files["\(folder)/job.yaml"] = manifest
            files["\(folder)/submit.sh"] = Self.apply("\(folder)/job.yaml", name: name)
            command = ["sh", "\(folder)/submit.sh"]
        }
    }

    /// Puts values into words.
    ///
    /// With nothing to go on from, words with `${resume}` are left out, and an option whose value
    /// is nothing else as well.
    static func filled(_ words: [String], _ values: Values) throws(EngineFault) -> [String] {
        var filled: [String] = []
        for word in words {
            if values["resume"] == nil, word.contains("${resume}") {
                if word == "${resume}", filled.last?.hasPrefix("-") == true { filled.removeLast() }
                continue
            }
            var text = word
            for (key, value) in values { text = text.replacing("${\(key)}", with: value) }
            if let unknown = text.firstMatch(of: /\$\{[^}]*\}/)?.0 {
                throw EngineFault(
                    "launch.command: there is nothing to put in for \(unknown); there are "
                        + "${config}, ${output}, ${resume} and ${pairs.FORMAT}")
            }
            filled.append(text)
        }
        return filled
    }

    /// A job of Slurm.
    ///
    /// The command runs once on each node; torchrun finds its settings in PET_….
    private static func job(
        _ launch: Round.Launch, _ words: [String], name: String, log: String
    ) -> String {
        """
        #!/bin/bash
        #SBATCH --job-name=\(name)
        #SBATCH --nodes=\(launch.nodes)
        #SBATCH --ntasks-per-node=1
        \(launch.gpusPerNode > 0 ? "#SBATCH --gpus-per-node=\(launch.gpusPerNode)" : "")
        #SBATCH --requeue
        #SBATCH --open-mode=append
        #SBATCH --output=\(log)
        export MASTER_ADDR=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
        export MASTER_PORT=29500
        export PET_NNODES=\(launch.nodes) PET_NPROC_PER_NODE=\(max(1, launch.gpusPerNode))
        export PET_RDZV_BACKEND=c10d PET_RDZV_ENDPOINT=$MASTER_ADDR:$MASTER_PORT
        export PET_RDZV_ID=$SLURM_JOB_ID
        exec srun --kill-on-bad-exit=1 \(words.map(quoted).joined(separator: " "))

        """
    }

    /// Hands a job to Slurm and waits for its end; a job that an earlier attempt left is ended.
    private static func submission(of script: String, name: String) -> String {
        """
        scancel --name=\(name) --me
        while squeue --name=\(name) --me --noheader | grep -q .; do sleep 1; done
        trap 'scancel --name=\(name) --me; exit 143' TERM
        sbatch --wait \(quoted(script)) &
        wait $!

        """
    }

    /// Makes a Job, prints its log and waits for its end.
    private static func apply(_ manifest: String, name: String) -> String {
        """
        kubectl delete job \(name) --ignore-not-found --wait
        trap 'kubectl delete job \(name) --wait=false; exit 143' TERM
        kubectl apply -f \(quoted(manifest)) || exit 1
        kubectl logs --follow --pod-running-timeout=24h job/\(name) &
        while true; do
          case $(kubectl get job \(name) \\
            -o jsonpath='{.status.conditions[?(@.status=="True")].type}') in
            *Complete*) exit 0 ;;
            *Failed*) exit 1 ;;
          esac
          sleep 5 &
          wait $!
        done

        """
    }

    /// A word as shells read it back.
    static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,+@".contains($0) }
        return plain && !word.isEmpty ? word : "'\(word.replacing("'", with: #"'\''"#))'"
    }
}
