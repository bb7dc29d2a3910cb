import Scheduling
import Testing

private let gigabyte: Int64 = 1 << 30

private func capacity(devices: Int = 2, slots: Int32 = 8) -> Capacity {
    Capacity(
        slots: slots, cpus: 4000, memory: 16 * gigabyte,
        devices: (0..<devices).map { _ in Capacity.Device(memory: 24 * gigabyte) },
        named: [Resources.Amount(name: "licence", amount: 1000)])
}

@Test func sharesOfADeviceArePackedOnTheFullestThatFits() {
    var free = capacity()
    let third = Resources(gpus: 300, gpuMemory: 4 * gigabyte)
    let places = (0..<6).map { _ in free.allocate(third)?.devices ?? [] }
    #expect(places == [[0], [0], [0], [1], [1], [1]])
    #expect(free.allocate(third) == nil)
    #expect(free.shortage(of: third) == .gpus)
}

@Test func aDevicesMemoryBindsEvenWhereItsShareDoesNot() {
    var free = capacity(devices: 1)
    let big = Resources(gpus: 100, gpuMemory: 20 * gigabyte)
    #expect(free.allocate(big)?.devices == [0])
    #expect(free.shortage(of: big) == .gpuMemory)
}

@Test func wholeDevicesAreTakenWhole() {
    var free = capacity(devices: 3)
    #expect(free.allocate(Resources(gpus: 500)) == Allocation(devices: [0]))
    #expect(free.allocate(Resources(gpus: 2000)) == Allocation(devices: [1, 2]))
    #expect(free.shortage(of: Resources(gpus: 1000)) == .gpus)
}

@Test(arguments: [
    (Resources(cpus: 5000), Shortage.cpus),
    (Resources(memory: 17 << 30), .memory),
    (Resources(gpus: 3000), .gpus),
    (Resources(gpus: 100, gpuMemory: 25 << 30), .gpuMemory),
    (Resources(named: [.init(name: "licence", amount: 1500)]), .named("licence")),
    (Resources(named: [.init(name: "other", amount: 1)]), .named("other")),
])
func theFirstShortageIsNamed(need: Resources, shortage: Shortage) {
    #expect(capacity().shortage(of: need) == shortage)
}

@Test func withoutASlotNothingFits() {
    #expect(capacity(slots: 0).shortage(of: .none) == .slots)
}

@Test func whatIsReleasedIsFreeAgain() {
    let whole = capacity()
    var free = whole
    let needs = [
        Resources(cpus: 500, gpus: 400, gpuMemory: gigabyte), Resources(gpus: 1000), .none,
        Resources(memory: gigabyte, named: [.init(name: "licence", amount: 500)]),
    ]
    let taken = needs.map { ($0, free.allocate($0)) }
    #expect(free != whole)
    for (need, allocation) in taken {
        if let allocation { free.release(need, allocation) }
    }
    #expect(free == whole)
}

@Test func theDominantShareIsTheLargest() {
    let whole = capacity()
    #expect(whole.dominantShare(of: .none) == 0.125)
    #expect(whole.dominantShare(of: Resources(cpus: 2000)) == 0.5)
    #expect(whole.dominantShare(of: Resources(cpus: 1000, gpus: 2000)) == 1)
}

@Test(arguments: [
    ("m*", "model", true), ("m", "model", false), ("model", "model", true), ("*", "x", true),
])
func aStarCoversEveryNameThatBeginsSo(offered: String, asked: String, covers: Bool) {
    let capability = Capability(kind: .generate, name: offered)
    #expect(capability.covers(Capability(kind: .generate, name: asked)) == covers)
    #expect(!capability.covers(Capability(kind: .score, name: asked)))
}

@Test func theWaitAfterFailuresDoublesUpToAnHour() {
    // Seen from outside: the delay of each retry that the machine asks the store for.
    var rig = Rig()
    let rule = RetryRule(retries: 30, backoff: 1000)
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1, generator(retry: rule)))
    var delays: [Int64] = []
    for _ in 0..<14 {
        let changes = rig.report(w, failure()).changes
        delays.append(changes.retried.first?.delay ?? 0)
        rig.now += delays.last ?? 0
        rig.beat(w)
        rig.send(.ticked)
    }
    for (index, delay) in delays.enumerated() {
        let plain = min(Int64(1000) << Int64(index), 3_600_000)
        #expect(delay >= plain && delay <= plain + plain / 10)
    }
}
