import Glibc
import Testing
import ZeroMQ

/// Each test has endpoints of its own, inside one context or on a port the system chose.
struct SocketTests {
    @Test func aRouterAnswersTheDealerThatAsked() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(.dealer, in: context)
        try dealer.set(.routingID(Array("worker-1".utf8)))
        try dealer.connect(try router.lastEndpoint)

        #expect(try dealer.send([1, 2, 3]) == .sent)
        let question = try #require(try router.receiveMultipart())
        #expect(question == [Array("worker-1".utf8), [1, 2, 3]])
        #expect(try router.send([4, 5], to: question[0]) == .sent)
        #expect(try dealer.receiveMultipart() == [[4, 5]])
    }

    @Test func anIPCEndpointWorksLikeAnyOther() throws {
        let context = try Context()
        let path = "/tmp/duet-zeromq-\(getpid()).sock"
        let router = try Socket(.router, in: context)
        try router.bind("ipc://\(path)")
        defer { unlink(path) }
        let dealer = try Socket(.dealer, in: context)
        try dealer.connect("ipc://\(path)")
        _ = try dealer.send([])
        let message = try #require(try router.receiveMultipart())
        #expect(message.count == 2)
        #expect(message[1].isEmpty)
        try router.unbind("ipc://\(path)")
    }

    @Test func aLargeFrameArrivesWhole() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        let right = try Socket(.pair, in: context)
        try left.bind("tcp://127.0.0.1:*")
        try right.connect(try left.lastEndpoint)
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        _ = try right.send(bytes)
        #expect(try left.receive() == bytes)
    }

    @Test func aMandatoryRouterReportsAPeerItDoesNotKnow() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        try router.set(.routerMandatory(true))
        try router.bind("inproc://mandatory")
        #expect(try router.send([1], to: Array("nobody".utf8)) == .unroutable)
    }

    @Test func aFullQueueIsAValueAndNotAnError() throws {
        let context = try Context()
        let dealer = try Socket(.dealer, in: context)
        try dealer.set(.sendHighWater(1))
        #expect(try dealer.send([1], .dontWait) == .wouldBlock)
        #expect(try dealer.receive(dontWait: true) == nil)
        #expect(try dealer.receiveMultipart(dontWait: true) == nil)
    }

    @Test func aMessageOfTooManyFramesIsCut() throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        let right = try Socket(.pair, in: context)
        try left.bind("inproc://frames")
        try right.connect("inproc://frames")
        for frame in 0..<20 { _ = try right.send([UInt8(frame)], frame < 19 ? .more : []) }
        _ = try right.send([99])
        #expect(try left.receiveMultipart(frameLimit: 3) == [[0], [1], [2]])
        #expect(try left.receiveMultipart(frameLimit: 3) == [[99]])
    }

    @Test func aSubscriberReceivesWhatItAskedFor() throws {
        let context = try Context()
        let publisher = try Socket(.pub, in: context)
        try publisher.bind("inproc://events")
        let subscriber = try Socket(.sub, in: context)
        try subscriber.set(.subscribe(Array("b".utf8)))
        try subscriber.connect("inproc://events")
        var set = PollSet()
        set.add(subscriber.pollItem(.readable))
        // The subscription travels by itself, so it is asked until it has arrived.
        repeat {
            _ = try publisher.send(Array("a1".utf8))
            _ = try publisher.send(Array("b1".utf8))
        } while try set.wait(timeoutMilliseconds: 5) == 0
        #expect(try subscriber.receive() == Array("b1".utf8))
    }

    @Test func everyOptionIsAccepted() throws {
        let context = try Context(ioThreads: 2)
        let router = try Socket(.router, in: context)
        let options: [SocketOption] = [
            .linger(milliseconds: 10), .linger(milliseconds: nil), .linger(milliseconds: 0),
            .sendHighWater(7), .receiveHighWater(0), .routerHandover(true), .immediate(true),
            .reconnect(milliseconds: 50, limit: 1000), .connectTimeout(milliseconds: 500),
            .heartbeat(interval: 1000, timeout: 3000, peerTimeout: 3000),
            .maxMessageSize(1 << 20), .tcpKeepalive(idle: 30, interval: 5, count: 3), .ipv6(true),
        ]
        for option in options { try router.set(option) }
        let subscriber = try Socket(.sub, in: context)
        try subscriber.set(.conflate(true))
        try subscriber.set(.subscribe([]))
        try subscriber.set(.unsubscribe([]))
    }

    @Test func anErrorNamesTheCallTheEndpointAndTheReason() throws {
        let context = try Context()
        let first = try Socket(.router, in: context)
        try first.bind("tcp://127.0.0.1:*")
        let endpoint = try first.lastEndpoint
        let second = try Socket(.router, in: context)
        let error = #expect(throws: ZeroMQError.self) { try second.bind(endpoint) }
        #expect(error?.isAddressInUse == true)
        #expect(
            error?.description == "zmq_bind \(endpoint): Address already in use (errno 98)")
    }

    @Test func anOptionThatDoesNotFitIsRefused() throws {
        let context = try Context()
        let dealer = try Socket(.dealer, in: context)
        let error = #expect(throws: ZeroMQError.self) { try dealer.set(.routerMandatory(true)) }
        #expect(error?.subject == "routerMandatory = 1")
    }
}
