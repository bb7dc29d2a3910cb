import Scheduling

/// Adds up what really runs on each worker and compares it with what the worker has.
struct CapacityOracle {
    private let whole: [Capacity]
    private var free: [Capacity]

    init(_ scenario: Scenario) {
        whole = scenario.workers.map(\.registration.capacity)
        free = whole
    }

    mutating func reset(_ worker: Int) { free[worker] = whole[worker] }

    /// Takes what the run needs; returns what is exceeded, if anything is.
    mutating func started(_ run: WorkerProcess.Run, at worker: Int) -> String? {
        add(run, -1, to: worker)
        let left = free[worker]
        if left.slots < 0 { return "slots" }
        if left.cpus < 0 { return "cpus" }
        if left.memory < 0 { return "memory" }
        if left.devices.contains(where: { $0.share < 0 }) { return "a device" }
        if left.devices.contains(where: { $0.memory < 0 }) { return "a device's memory" }
        if let short = left.named.first(where: { $0.amount < 0 }) { return short.name }
        let devices =
            run.needs.gpus >= 1000 ? Int(run.needs.gpus / 1000) : min(Int(run.needs.gpus), 1)
        return run.devices.count == devices ? nil : "devices given: \(run.devices)"
    }

    mutating func ended(_ run: WorkerProcess.Run, at worker: Int) { add(run, 1, to: worker) }

    private mutating func add(_ run: WorkerProcess.Run, _ sign: Int32, to worker: Int) {
        let needs = run.needs
        free[worker].slots += sign
        free[worker].cpus += sign * needs.cpus
        free[worker].memory += Int64(sign) * needs.memory
        for device in run.devices {
            free[worker].devices[device].share += sign * min(needs.gpus, 1000)
            free[worker].devices[device].memory += Int64(sign) * needs.gpuMemory
        }
        for amount in needs.named {
            for index in free[worker].named.indices
            where free[worker].named[index].name == amount.name {
                free[worker].named[index].amount += Int64(sign) * amount.amount
            }
        }
    }
}
