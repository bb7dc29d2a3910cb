/// What one task needs while it runs.
public struct Resources: Hashable, Sendable {
    /// Thousandths of a core.
    public var cpus: Int32
    /// Bytes of main memory.
    public var memory: Int64
    /// Thousandths of a GPU: below 1000 a share of one device, otherwise whole devices.
    public var gpus: Int32
    /// Bytes of memory on each device it gets.
    public var gpuMemory: Int64
    /// Thousandths of resources that a cluster names itself, sorted by name.
    public var named: [Amount]

    /// An amount of a named resource.
    public struct Amount: Hashable, Sendable {
        /// The resource's name.
        public var name: String
        /// Thousandths.
        public var amount: Int64

        /// Makes an amount.
        public init(name: String, amount: Int64) {
            self.name = name
            self.amount = amount
        }
    }

    /// Makes a requirement; whole devices are counted in thousands, so 1500 is refused by a trap.
    public init(
        cpus: Int32 = 0, memory: Int64 = 0, gpus: Int32 = 0, gpuMemory: Int64 = 0,
        named: [Amount] = []
    ) {
        precondition(gpus <= 1000 || gpus % 1000 == 0, "more than one GPU means whole GPUs")
        self.cpus = cpus
        self.memory = memory
        self.gpus = gpus
        self.gpuMemory = gpuMemory
        self.named = named.sorted { $0.name < $1.name }
    }

    /// Needs a slot and nothing else.
    public static let none = Resources()

    var isNone: Bool {
        cpus == 0 && memory == 0 && gpus == 0 && gpuMemory == 0 && named.isEmpty
    }
}

/// What a worker has, or what of it is free: slots, cores, memory, devices, named resources.
///
/// The coordinator and the worker run the same arithmetic; the worker's is the one that binds.
public struct Capacity: Hashable, Sendable {
    /// One GPU.
    public struct Device: Hashable, Sendable {
        /// Thousandths free.
        public var share: Int32
        /// Bytes free.
        public var memory: Int64

        /// Makes a whole device with `memory` bytes.
        public init(share: Int32 = 1000, memory: Int64) {
            self.share = share
            self.memory = memory
        }
    }

    /// Tasks that may run at once.
    public var slots: Int32
    /// Thousandths of a core.
    public var cpus: Int32
    /// Bytes.
    public var memory: Int64
    /// The GPUs, by device index.
    public var devices: [Device]
    /// Named resources, sorted by name.
    public var named: [Resources.Amount]

    /// Makes a capacity.
    public init(
        slots: Int32, cpus: Int32 = 0, memory: Int64 = 0, devices: [Device] = [],
        named: [Resources.Amount] = []
    ) {
        self.slots = slots
        self.cpus = cpus
        self.memory = memory
        self.devices = devices
        self.named = named.sorted { $0.name < $1.name }
    }

    /// Says why `need` does not fit; nil when it does.
    public func shortage(of need: Resources) -> Shortage? {
        if slots < 1 { return .slots }
        if need.isNone { return nil }
        if cpus < need.cpus { return .cpus }
        if memory < need.memory { return .memory }
        if need.gpus > 0 && chooseDevices(need) == nil {
            return devices.contains { $0.memory >= need.gpuMemory } ? .gpus : .gpuMemory
        }
        for amount in need.named where free(of: amount.name) < amount.amount {
            return .named(amount.name)
        }
        return nil
    }

    /// Takes `need` and returns the devices given; nil, and nothing taken, when it does not fit.
    public mutating func allocate(_ need: Resources) -> Allocation? {
        guard shortage(of: need) == nil else { return nil }
        slots -= 1
        if need.isNone { return Allocation(devices: []) }
        cpus -= need.cpus
        memory -= need.memory
        let chosen = need.gpus > 0 ? chooseDevices(need) ?? [] : []
        for index in chosen {
            devices[index].share -= min(need.gpus, 1000)
            devices[index].memory -= need.gpuMemory
        }
        for amount in need.named { add(-amount.amount, to: amount.name) }
        return Allocation(devices: chosen)
    }

    /// Gives back what `allocate` took.
    public mutating func release(_ need: Resources, _ allocation: Allocation) {
        slots += 1
        if need.isNone { return }
        cpus += need.cpus
        memory += need.memory
        for index in allocation.devices {
            devices[index].share += min(need.gpus, 1000)
            devices[index].memory += need.gpuMemory
        }
        for amount in need.named { add(amount.amount, to: amount.name) }
    }

    /// The largest part of this (whole) capacity that one task of `need` takes, in 0...1.
    public func dominantShare(of need: Resources) -> Double {
        var share = 1 / Double(max(slots, 1))
        if cpus > 0 { share = max(share, Double(need.cpus) / Double(cpus)) }
        if memory > 0 { share = max(share, Double(need.memory) / Double(memory)) }
        if !devices.isEmpty {
            share = max(share, Double(need.gpus) / Double(1000 * devices.count))
        }
        return min(share, 1)
    }

    /// Devices for `need`: the fullest one that still fits a share, the first free whole ones.
    private func chooseDevices(_ need: Resources) -> [Int]? {
        if need.gpus < 1000 {
            let fitting = devices.indices.filter {
                devices[$0].share >= need.gpus && devices[$0].memory >= need.gpuMemory
            }
            return fitting.min { devices[$0].share < devices[$1].share }.map { [$0] }
        }
        let count = Int(need.gpus / 1000)
        let whole = devices.indices.filter {
            devices[$0].share == 1000 && devices[$0].memory >= need.gpuMemory
        }
        return whole.count >= count ? Array(whole.prefix(count)) : nil
    }

    private func free(of name: String) -> Int64 {
        named.first { $0.name == name }?.amount ?? 0
    }

    private mutating func add(_ amount: Int64, to name: String) {
        guard let index = named.firstIndex(where: { $0.name == name }) else { return }
        named[index].amount += amount
    }
}

/// The devices a task was given.
public struct Allocation: Hashable, Sendable {
    /// Device indices on the worker.
    public var devices: [Int]

    /// Makes an allocation.
    public init(devices: [Int]) { self.devices = devices }
}

/// The first resource that a task needs more of than there is.
public enum Shortage: Hashable, Sendable {
    /// No free slot.
    case slots
    /// Not enough cores.
    case cpus
    /// Not enough main memory.
    case memory
    /// Not enough GPUs, or no device with a large enough share left.
    case gpus
    /// No device with enough memory.
    case gpuMemory
    /// Not enough of a named resource.
    case named(String)
}
