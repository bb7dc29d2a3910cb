import Preferences
import Scheduling

/// What goes wrong, and the moment when nothing does any more.
extension World {
    func happen(_ incident: Incident) {
        if isHealed {
            // Only what mends still happens.
            switch incident {
            case .coordinatorStarts(let node): start(node)
            case .workerStarts(let index): startWorker(index)
            default: break
            }
            return
        }
        switch incident {
        case .coordinatorStarts(let node): start(node)
        case .coordinatorDies(let node): die(node)
        case .coordinatorPauses(let node, let duration):
            say("c\(node) stands still for \(duration / 1000) ms")
            coordinators[node].pausedUntil = now + duration
        case .storeStalls(let node, let duration):
            say("c\(node) does not reach the store for \(duration / 1000) ms")
            coordinators[node].storeStalledUntil = now + duration
        case .coordinatorClockLeaps(let node, let milliseconds):
            say("c\(node)'s clock leaps by \(milliseconds) ms")
            coordinators[node].clock.leap(milliseconds: milliseconds)
        case .burst(let duration): network.burstUntil = now + duration
        case .partition(let worker, let node, let up, let down, let duration):
            say("w\(worker) and c\(node) are cut: up \(up), down \(down), \(duration / 1000) ms")
            if up { network.block(worker: worker, node: node, up: true, until: now + duration) }
            if down {
                network.block(worker: worker, node: node, up: false, until: now + duration)
            }
        default: happenToWorker(incident)
        }
    }

    private func happenToWorker(_ incident: Incident) {
        switch incident {
        case .workerStarts(let index): startWorker(index)
        case .workerDies(let index):
            guard workers[index].machine != nil else { return }
            counts.workerCrashes += 1
            say("w\(index) dies")
            let longest = scenario.flavour == .restarts ? 1_000_000 : 8_000_000
            endWorker(index, restartAfter: Int64(random.int(50_000...longest)))
        case .workerDrains(let index):
            if workers[index].machine != nil { handle(.drain, at: index) }
        case .workerStopsNow(let index):
            if workers[index].machine != nil { handle(.stopNow, at: index) }
        case .workerPauses(let index, let duration):
            say("w\(index) stands still for \(duration / 1000) ms")
            workers[index].pausedUntil = now + duration
        case .workerClockLeaps(let index, let milliseconds):
            say("w\(index)'s clock leaps by \(milliseconds) ms")
            workers[index].clock.leap(milliseconds: milliseconds)
        case .spoolFills(let index, let duration):
            setSpool(index, isWritable: false)
            timeline.add(.incident(.spoolEmpties(index)), at: now + duration)
        case .spoolEmpties(let index): setSpool(index, isWritable: true)
        default: break
        }
    }

    private func setSpool(_ index: Int, isWritable: Bool) {
        say("w\(index)'s spool is \(isWritable ? "writable" : "full")")
        workers[index].spoolIsWritable = isWritable
        if workers[index].machine != nil { handle(.spool(isWritable: isWritable), at: index) }
    }

    /// From here on nothing goes wrong, and everything must come to its end.
    func heal() {
        say("the faults end")
        isHealed = true
        network.heal()
        for node in coordinators.indices {
            coordinators[node].pausedUntil = 0
            coordinators[node].storeStalledUntil = 0
        }
        for index in workers.indices {
            workers[index].pausedUntil = 0
            if !workers[index].spoolIsWritable { setSpool(index, isWritable: true) }
        }
        releaseHungRuns()
        desk.heal(at: now)
    }
}
