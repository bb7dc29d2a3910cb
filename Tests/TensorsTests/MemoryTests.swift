import Foundation
import Testing

@testable import Tensors

/// What tensors take of the machine's memory, and what they give back.
struct MemoryTests {
    private let megabyte = 1 << 20

    @Test func aFreedBufferIsHandedOutAgain() {
        let pool = BufferPool()
        for size in [100, 3 * megabyte] {
            let first = pool.take(size)
            pool.give(first, size)
            let second = pool.take(size)
            #expect(first == second)
            pool.give(second, size)
        }
    }

    /// Nothing here is touched, so it takes no memory: addresses alone are handed out.
    @Test func whatIsKeptGivesWayBeforeTheProcessGrows() {
        let pool = BufferPool()
        let forward = (0..<8).map { _ in pool.take(100 * megabyte) }
        for buffer in forward { pool.give(buffer, 100 * megabyte) }
        #expect(pool.keptBytes == 800 * megabyte)
        // Of another size there is none, and 800 MB were once in use: what is kept makes room.
        let back = (0..<6).map { _ in pool.take(120 * megabyte) }
        #expect(pool.keptBytes == 100 * megabyte)
        for buffer in back { pool.give(buffer, 120 * megabyte) }
        // What is left of the first size is still handed out.
        #expect(forward.contains(pool.take(100 * megabyte)))
        #expect(pool.keptBytes <= 720 * megabyte)
    }

    @Test func elementsOfAFileAreReadAgainWhenItsPagesWereLetGo() throws {
        let path = FileManager.default.temporaryDirectory.path + "/duet-\(UUID()).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let numbers = (0..<5000).map { Float($0) }
        for type in [ElementType.f32, .bf16] {
            let whole = Tensor(numbers, shape: [50, 100]).converted(to: type)
            try SafetensorsFile.write(["x": whole], to: path)
            let mapped = try #require(try SafetensorsFile(path: path)["x"])
            var own = mapped.inOwnMemory()
            #expect(own.elementType == .f32 && own.floatArray() == whole.floatArray())
            own.scale(by: 0.3)
            #expect(own.floatArray() == (whole.converted(to: .f32) * 0.3).floatArray())
            #expect(mapped.floatArray() == whole.floatArray())
        }
        let memory = Tensor(numbers)
        var scaled = memory.inOwnMemory()
        scaled.scale(by: 2)
        #expect(memory.floatArray() == numbers && scaled[4999] == 9998)
    }
}
