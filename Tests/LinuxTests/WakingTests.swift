import Glibc
import Linux
import TemporaryFolders
import Testing

private func isReady(_ descriptor: Int32) throws -> Bool {
    try Interest.wait(for: [Interest(descriptor, .reading)], until: 0) == [true]
}

@Suite struct WakingTests {
    @Test func aWakeupIsReadableFromSignalToDrain() throws {
        let wakeup = try Wakeup()
        #expect(try !isReady(wakeup.descriptor))
        wakeup.signal()
        wakeup.signal()
        #expect(try isReady(wakeup.descriptor))
        wakeup.drain()
        #expect(try !isReady(wakeup.descriptor))
    }

    @Test func aMailboxGivesAllThatWasPostedInOrder() throws {
        let mailbox = try Mailbox<Int>()
        #expect(mailbox.take().isEmpty)
        mailbox.post(1)
        mailbox.post(contentsOf: [2, 3])
        mailbox.post(contentsOf: [])
        #expect(try isReady(mailbox.descriptor))
        #expect(mailbox.take() == [1, 2, 3])
        #expect(try !isReady(mailbox.descriptor))
    }

    @Test func aMailboxLosesNothingBetweenManyThreads() throws {
        let mailbox = try Mailbox<Int>()
        let threads = 4
        let each = 10_000
        for thread in 0..<threads {
            _ = try OSThread.start(name: "poster") {
                for number in 0..<each { mailbox.post(thread * each + number) }
            }
        }
        var received: [Int] = []
        while received.count < threads * each {
            _ = try Interest.wait(for: [Interest(mailbox.descriptor, .reading)], until: nil)
            received += mailbox.take()
        }
        #expect(received.sorted() == Array(0..<threads * each))
        for thread in 0..<threads {
            let own = received.filter { $0 / each == thread }
            #expect(own == own.sorted())
        }
    }

    @Test func signalsComeThroughTheDescriptor() throws {
        let outcome = try Mailbox<[Int32?]>()
        let thread = try OSThread.start(name: "signals") {
            // A thread's own signals reach its descriptor without disturbing the other tests.
            guard let signals = try? Signals(receiving: [SIGUSR1, SIGUSR2]) else { return }
            let before = signals.next()
            pthread_kill(pthread_self(), SIGUSR2)
            let ready = (try? isReady(signals.descriptor)) ?? false
            outcome.post([before, ready ? 1 : 0, signals.next(), signals.next()])
        }
        thread.join()
        #expect(outcome.take() == [[nil, 1, SIGUSR2, nil]])
    }

    @Test func aThreadHasItsNameAndRoomOnItsStack() throws {
        let outcome = try Mailbox<String>()
        let thread = try OSThread.start(name: "a rather long name") {
            let name = try? text(ofFile: "/proc/thread-self/comm")
            outcome.post(name ?? "unreadable")
            // Two MiB would overflow a small stack.
            _ = withUnsafeTemporaryAllocation(byteCount: 2 << 20, alignment: 16) { buffer in
                buffer.initializeMemory(as: UInt8.self, repeating: 1)
            }
        }
        thread.join()
        #expect(outcome.take() == ["a rather long n\n"])
    }

    @Test func waitingEndsAtTheDeadlineWithNothingReady() throws {
        let wakeup = try Wakeup()
        let deadline = Clock.monotonic + 1_000_000
        let interest = Interest(wakeup.descriptor, .reading)
        while Clock.monotonic < deadline {
            #expect(try Interest.wait(for: [interest], until: deadline) == [false])
        }
    }

    @Test func onlyWhatIsReadyIsFlagged() throws {
        let quiet = try Wakeup()
        let loud = try Wakeup()
        loud.signal()
        let interests = [Interest(quiet.descriptor, .reading), Interest(loud.descriptor, .reading)]
        #expect(try Interest.wait(for: interests, until: nil) == [false, true])
        #expect(
            try Interest.wait(for: [Interest(quiet.descriptor, .writing)], until: nil) == [true])
    }
}
