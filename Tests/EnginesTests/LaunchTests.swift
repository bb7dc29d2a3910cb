import Campaigns
import Foundation
import TemporaryFolders
import Testing

@testable import Engines

/// How trainers elsewhere are started, and what their logs say.
@Suite struct LaunchTests {
    private let values = [
        "config": "/run/config.yaml", "output": "/run/output", "pairs.trl": "/run/pairs-trl",
    ]

    private func plan(_ json: String, resume: String? = nil) throws -> LaunchPlan {
        let launch = try #require(try Round.Launch.read(json: json))
        return try LaunchPlan(
            launch, values.merging(resume.map { ["resume": $0] } ?? [:]) { $1 }, name: "duet-x-7",
            folder: "/run")
    }

    @Test func everyLauncherWrapsTheCommandItsOwnWay() throws {
        let command = #""command": ["train.py", "--config", "${config}", "--data=${pairs.trl}"]"#
        let swift = #"{"type": "swift", "nodes": 1, "gpus_per_node": 1, "command": []}"#
        let words = ["train.py", "--config", "/run/config.yaml", "--data=/run/pairs-trl"]
        #expect(
            try plan(#"{"type": "command", "nodes": 1, "gpus_per_node": 1, \#(command)}"#).command
                == words)
        #expect(
            try plan(#"{"type": "torchrun", "nodes": 1, "gpus_per_node": 4, \#(command)}"#).command
                == ["torchrun", "--standalone", "--nproc-per-node", "4"] + words)
        #expect(
            try plan(#"{"type": "accelerate", "nodes": 1, "gpus_per_node": 0, \#(command)}"#)
                .command
                == ["accelerate", "launch", "--num_machines", "1", "--num_processes", "1"] + words)
        #expect(try Round.Launch.read(json: swift) == nil)
    }

    @Test func aSlurmJobIsAskedForItsNodesAndMayBeRequeued() throws {
        let plan = try plan(
            """
            {"type": "slurm", "nodes": 2, "gpus_per_node": 8,
             "command": ["torchrun", "train.py", "--say", "it's here"]}
            """)
        let job = try #require(plan.files["/run/job.sh"])
        for line in [
            "#SBATCH --nodes=2", "#SBATCH --gpus-per-node=8", "#SBATCH --requeue",
            "#SBATCH --output=/run/trainer.log", "export PET_NNODES=2 PET_NPROC_PER_NODE=8",
            #"exec srun --kill-on-bad-exit=1 torchrun train.py --say 'it'\''s here'"#,
        ] {
            #expect(job.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
        #expect(plan.command == ["sh", "/run/submit.sh"])
        #expect(plan.files["/run/submit.sh"]?.contains("sbatch --wait /run/job.sh") == true)
    }

    @Test func aManifestForKubernetesIsTheUsersOwn() throws {
        let folder = try TemporaryFolder()
        let template = folder.file("job.yaml")
        try Data("metadata: {name: ${name}}\nargs: [\"${output}\"]\n".utf8)
            .write(to: URL(filePath: template))
        let plan = try plan(
            #"{"type": "kubernetes", "nodes": 1, "gpus_per_node": 1, "command": ["\#(template)"]}"#)
        #expect(
            plan.files["/run/job.yaml"]
                == "metadata: {name: duet-x-7}\nargs: [\"/run/output\"]\n")
    }

    @Test func withNothingToGoOnFromTheOptionIsLeftOut() throws {
        let json = #"""
            {"type": "command", "nodes": 1, "gpus_per_node": 1, "command":
             ["t", "--resume", "${resume}", "--again=${resume}", "--output", "${output}"]}
            """#
        #expect(try plan(json).command == ["t", "--output", "/run/output"])
        #expect(
            try plan(json, resume: "/c").command
                == ["t", "--resume", "/c", "--again=/c", "--output", "/run/output"])
    }

    @Test(arguments: [
        (#""torchrun", "nodes": 2, "command": ["t"]"#, "set it to slurm or kubernetes"),
        (#""command", "nodes": 1, "command": []"#, "launch.command is empty"),
        (#""rocket", "nodes": 1, "command": ["t"]"#, "the param launch is not understood"),
        (#""command", "nodes": 1, "command": ["${pears}"]"#, "nothing to put in for ${pears}"),
        (#""kubernetes", "nodes": 1, "command": ["/nowhere"]"#, "/nowhere cannot be read"),
    ]) func whatCannotBeStartedIsSaid(members: String, words: String) {
        let json = #"{"gpus_per_node": 1, "type": \#(members)}"#
        let fault = #expect(throws: EngineFault.self) { try plan(json) }
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }

    @Test(arguments: [
        ("step 12/100 loss 0.3", 12, 100, 0.3),
        ("[2026-03-01 10:00:00] Step: 7 of 90, loss=1.5e-3, lr 1e-5", 7, 90, 0.0015),
        (#"{"step": 3, "steps": 40, "loss": 0.69}"#, 3, 40, 0.69),
        (#"{"global_step": 3, "loss": 0.69}"#, 3, nil, 0.69),
        (" 31%|███       | 124/400 [01:02<02:18,  1.99it/s, loss=0.51]", 124, 400, 0.51),
        ("global step 9", 9, nil, nil),
    ]) func theUsualLogsAreRead(line: String, step: Int, steps: Int?, loss: Double?) {
        #expect(TrainerLog.point(line) == .init(step: step, steps: steps, loss: loss))
    }

    @Test(arguments: [
        "loading 3/4 shards", "{\"message\": \"hello\"}", "", "epoch 2",
        "slurmstepd: error: *** STEP 30.0 ON n1 CANCELLED AT 2026-11-22T04:16:01 ***",
    ])
    func otherLinesAreNoProgress(line: String) {
        #expect(TrainerLog.point(line) == nil)
    }

    /// Gates ask for shares of pairs, which only the trainer can know.
    @Test func sharesOfPairsAreTakenFromLinesOfJSON() {
        var log = TrainerLog()
        for step in 1...10 {
            let share = Double(step) / 10
            _ = log.take(
                Array(
                    """
                    {"step": \(step), "loss": 1, "implicit_accuracy/audio": \(share), "note": "x",
                    """.utf8) + Array(" \"held_out_accuracy/video\": \(share)}\n".utf8))
        }
        #expect(log.shares(.learned) == ["audio": 0.95])
        #expect(log.shares(.heldOut) == ["video": 1])
        // What is no share is none; a log without any says nothing.
        #expect(TrainerLog.point(#"{"step": 1, "implicit_accuracy/audio": 7}"#)?.shares == [:])
        #expect(TrainerLog().shares(.learned) == nil)
    }

    @Test func stepsThatAreTakenAgainCountOnce() {
        var log = TrainerLog()
        _ = log.take(Array("step 1/4 loss 4\nstep 2/4 loss 3\nstep 3/4 loss 2\nkilled".utf8))
        log.endAttempt()
        #expect(log.lastLines.isEmpty)
        _ = log.take(Array("step 2/4 loss 5\nstep 3/4 loss 1\n".utf8))
        #expect(log.points.map(\.loss) == [4, 5, 1])
    }

    @Test func aLogComesInPartsAndBarsRewriteTheirLine() {
        var log = TrainerLog()
        #expect(log.take(Array("step 1/9 lo".utf8)).isEmpty)
        #expect(log.take(Array("ss 2\rstep 2/9\rstep 2/9 loss 1\nlast ".utf8)).count == 3)
        #expect(
            log.points == [.init(step: 1, steps: 9, loss: 2), .init(step: 2, steps: 9, loss: 1)])
        #expect(log.lastLines.last == "step 2/9 loss 1")
    }
}
