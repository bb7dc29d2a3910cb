import FoundationEssentials
import Glibc
import Tensors
import Training

// Takes the steps of one case of deploy/bench/training.py, writes the batches that PyTorch is to
// take and the trained weights into the case's folder, and prints seconds, losses and the largest
// memory.
//
//     training-bench FOLDER THREADS

let arguments = CommandLine.arguments
guard arguments.count == 3, let threads = Int(arguments[2]) else {
    fatalError("usage: training-bench FOLDER THREADS")
}
let bench = try BenchCase(arguments[1])
var trainer = try bench.trainer()
let wall = ContinuousClock()
var seconds: [Double] = []
var losses: [Double] = []
try Team.with(threads: threads) {
    for _ in 0..<bench.about.steps {
        let (start, ticks) = (wall.now, clock())
        let record = try trainer.step()
        seconds.append((wall.now - start) / .seconds(1))
        seconds.append(Double(clock() - ticks) / Double(CLOCKS_PER_SEC))
        losses.append(record["loss"] ?? .nan)
    }
}
let peak = try peakMemory()
try SafetensorsFile.write(trainer.state.parameters, to: "\(arguments[1])/duet.safetensors")
try SafetensorsFile.write(bench.batches(), to: "\(arguments[1])/batches.safetensors")
print("{\"seconds\": \(seconds), \"losses\": \(losses), \"peak_mb\": \(peak)}")

/// The process's largest resident memory in MB, which the kernel keeps.
func peakMemory() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
    return Double(line.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
}
