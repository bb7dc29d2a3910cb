import FoundationEssentials
import Glibc
import Generation
import Layers
import Models
import Samplers
import Tensors

// Runs one case of deploy/bench/sampler.py over the weights and inputs that PyTorch wrote, writes
// the result beside them and prints wall and processor seconds of each repetition, then the
// largest memory in kB.
//
//     sampler-bench CASE FOLDER THREADS REPETITIONS fp32|bf16
//
// Or writes a checkpoint with random weights in the released model's geometry, all 30 layers or the
// first few, or loads one and says how long that took and what memory it has:
//
//     sampler-bench write-checkpoint FOLDER LAYERS
//     sampler-bench load-checkpoint FOLDER LAYERS [THREADS]

if CommandLine.arguments.count >= 4, let layers = Int(CommandLine.arguments[3]) {
    let folder = CommandLine.arguments[2]
    switch CommandLine.arguments[1] {
    case "write-checkpoint":
        try LargeCheckpoint.write(folder, layers: layers)
        exit(0)
    case "load-checkpoint":
        let threads = CommandLine.arguments.count > 4 ? Int(CommandLine.arguments[4]) : nil
        try LargeCheckpoint.load(folder, layers: layers, threads: threads ?? 1)
        exit(0)
    default: break
    }
}

let arguments = CommandLine.arguments
guard arguments.count == 6, let threads = Int(arguments[3]), let repetitions = Int(arguments[4])
else { fatalError("usage: sampler-bench CASE FOLDER THREADS REPETITIONS fp32|bf16") }

let folder = arguments[2]
let precision: Precision = arguments[5] == "bf16" ? .bfloat16 : .float32
let inputs = try SafetensorsFile(path: "\(folder)/inputs.safetensors")

func input(_ name: String) -> Tensor {
    guard let tensor = inputs[name] else { fatalError("the inputs have no \(name)") }
    return tensor
}

func number(_ name: String) -> Int { Int(input(name).intArray()[0]) }

let work: () throws -> Tensor
switch arguments[1] {
case "block", "stack":
    work = try blocks()
case "attention":
    let (q, k, v) = (input("q"), input("k"), input("v"))
    work = { attention(query: q, key: k, value: v) }
case "loop":
    work = try samplingLoop()
case "product":
    let (x, weight) = (input("x"), input("weight"))
    work = { x.linear(weight, precision: precision) }
case "openblas":
    let (x, weight) = (input("x"), input("weight"))
    work = { OpenBLAS.linear(x, weight, threads: threads) }
default:
    fatalError("no case \(arguments[1])")
}

let wall = ContinuousClock()
var seconds: [Double] = []
var result: Tensor?
try Team.with(threads: threads) {
    result = try work()
    for _ in 0..<repetitions {
        let (start, startTicks) = (wall.now, clock())
        result = try work()
        seconds.append((wall.now - start) / .seconds(1))
        seconds.append(Double(clock() - startTicks) / Double(CLOCKS_PER_SEC))
    }
}
if let result {
    try SafetensorsFile.write(["result": result], to: "\(folder)/duet.safetensors")
}
print(seconds.map { "\($0)" }.joined(separator: " "))
print(try peakMemory())

/// The process's largest resident memory in kB, which the kernel keeps.
func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
    return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
}

/// JavisDiT++ blocks one after the other.
func blocks() throws -> () -> Tensor {
    var weights = Weights(try Checkpoint(path: "\(folder)/weights.safetensors"))
    let wan = WanConfiguration(
        width: number("width"), heads: number("heads"), hidden: number("hidden"),
        precision: precision)
    let configuration = JavisConfiguration(wan: wan, audioHidden: number("hidden"))
    let blocks = (0..<number("layers")).map {
        JavisBlock(&weights, "blocks.\($0)", configuration)
    }
    try weights.finish()
    let (x, context) = (input("x"), input("context"))
    let (time, audioTime) = (input("time"), input("audio_time"))
    let rotation = RotationTable(cosine: input("cosine"), sine: input("sine"))
    let videoCount = number("video_count")
    return {
        blocks.reduce(x) { x, block in
            block(
                x, videoCount: videoCount, time: time, audioTime: audioTime, context: context,
                rotation: rotation)
        }
    }
}

/// The toy model's whole guided sampling loop; the result is both latents, one after the other.
func samplingLoop() throws -> () throws -> Tensor {
    let wan = WanConfiguration(
        width: number("width"), heads: number("heads"), hidden: number("hidden"),
        layers: number("layers"), channelsIn: number("channels"),
        channelsOut: number("channels"), patch: [1, 1, 1], timeWaves: 256,
        textWidth: number("width"), precision: precision)
    let (video, audio) = (input("video"), input("audio"))
    let weights = try Checkpoint(path: "\(folder)/weights.safetensors")
    let configuration = JavisConfiguration(
        wan: wan, audioHidden: number("hidden"), audioChannels: number("audio_channels"),
        audioPatch: [1, 1], positions: .interleaveOffset(.halfEven), roundsTimesteps: false,
        learnedPositions: .init(video: Array(video.shape[2...]), audio: Array(audio.shape[2...])),
        words: weights.layout("word_embedding.weight")?.shape[0] ?? 0)
    let model = try JavisTransformer(weights, configuration)
    let guidance = Guidance(scale: 4)
    let loop = SamplingLoop(
        network: model,
        settings: SamplerSettings(videoGuidance: guidance, audioGuidance: guidance),
        schedule: Schedule(.fromOne, steps: number("steps"), shift: 3), branches: .batched)
    let words = input("words").intArray().map { Int($0) }
    return {
        let data = loop.run(
            from: .init(video: video, audio: audio), text: model.states(ofWords: [words]),
            negative: model.states(ofWords: [words.map { _ in 0 }])
        ) { _ in }
        return .concatenated([data.video.reshaped([-1]), data.audio.reshaped([-1])], axis: 0)
    }
}
