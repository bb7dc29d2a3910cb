import Glibc
import Testing
import ZeroMQ

struct PollSetTests {
    @Test func socketsAndDescriptorsAreWaitedForTogether() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        let right = try Socket(.pair, in: context)
        try left.bind("inproc://poll")
        try right.connect("inproc://poll")
        let pipe = try Pipe()

        var set = PollSet()
        let socket = set.add(left.pollItem(.readable))
        let descriptor = set.add(.descriptor(pipe.readEnd, .readable))
        #expect(try set.wait(timeoutMilliseconds: 0) == 0)
        #expect(!set.readable(at: socket) && !set.readable(at: descriptor))

        pipe.write(7)
        #expect(try set.wait(timeoutMilliseconds: -1) == 1)
        #expect(!set.readable(at: socket) && set.readable(at: descriptor))

        _ = try right.send([1])
        #expect(try set.wait(timeoutMilliseconds: -1) == 2)
        #expect(set.readable(at: socket) && set.readable(at: descriptor))

        set.setEvents([], at: descriptor)
        #expect(try set.wait(timeoutMilliseconds: -1) == 1)
        #expect(set.readable(at: socket) && !set.readable(at: descriptor))
    }

    @Test func writableIsToldApartFromReadable() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        let right = try Socket(.pair, in: context)
        try left.bind("inproc://writable")
        try right.connect("inproc://writable")
        var set = PollSet()
        set.add(left.pollItem([.readable, .writable]))
        #expect(try set.wait(timeoutMilliseconds: -1) == 1)
        #expect(set.writable(at: 0) && !set.readable(at: 0))
    }

    @Test func aPipeWhoseOtherEndIsClosedReadsAsReadable() throws {
        let pipe = try Pipe()
        pipe.closeWriteEnd()
        var set = PollSet()
        set.add(.descriptor(pipe.readEnd, .readable))
        #expect(try set.wait(timeoutMilliseconds: -1) == 1)
        #expect(set.readable(at: 0))
    }

    @Test func anEmptiedSetCanBeFilledAgain() throws {
        let pipe = try Pipe()
        var set = PollSet()
        set.add(.descriptor(pipe.readEnd, .readable))
        set.removeAll()
        #expect(set.count == 0)
        #expect(set.add(.descriptor(pipe.readEnd, .readable)) == 0)
        pipe.write(1)
        #expect(try set.wait(timeoutMilliseconds: -1) == 1)
    }

    @Test func waitingForAClosedSocketIsAProgrammingError() async {
        await #expect(processExitsWith: .failure) {
            let context = try Context()
            var set = PollSet()
            do {
                let socket = try Socket(.dealer, in: context)
                set.add(socket.pollItem(.readable))
            }
            _ = try set.wait(timeoutMilliseconds: 0)
        }
    }
}

/// A pipe that closes its ends when the test is over.
private final class Pipe {
    let readEnd: Int32
    private var writeEnd: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        closeWriteEnd()
    }

    func write(_ byte: UInt8) {
        var byte = byte
        _ = Glibc.write(writeEnd, &byte, 1)
    }

    func closeWriteEnd() {
        guard writeEnd >= 0 else { return }
        close(writeEnd)
        writeEnd = -1
    }
}
