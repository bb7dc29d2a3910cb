import Preferences
import Scheduling

/// Which campaigns a run has.
extension Scenario {
    mutating func drawCampaigns(_ random: inout SplitMix64) {
        let isBig = random.chance(0.03)
        for number in 1...random.int(2...3) {
            let id = CampaignID(number)
            var script =
                flavour == .calm
                ? drawLevelCampaign(id, &random) : drawCampaign(id, isBig: isBig, &random)
            if flavour == .storm { drawActs(&script, &random) }
            campaigns.append(script)
        }
    }

    private func drawCampaign(
        _ id: CampaignID, isBig: Bool, _ random: inout SplitMix64
    ) -> Script {
        var slots: [PlanSlot] = []
        let generators = random.int(1...3)
        for _ in 0..<generators {
            slots.append(PlanSlot(taskClass: drawClass(.generate, &random)))
        }
        if random.chance(0.5) { slots.append(PlanSlot(taskClass: drawClass(.ingest, &random))) }
        let sources = slots.count
        for _ in 0..<random.int(0...2) {
            let taskClass = drawClass(.score, &random)
            for source in 0..<sources {
                slots.append(PlanSlot(taskClass: taskClass, source: source))
            }
        }
        if random.chance(0.8) { slots.append(rankSlot) }
        let tasks = isBig ? random.int(1000...3000) : random.int(20...150)
        let plan = CampaignPlan(
            id: id, priority: Int32(random.int(0...1)), weight: random.pick([0.5, 1, 1, 2, 4]),
            maxRunning: random.chance(0.2) ? random.int(1...8) : nil,
            failureBudget: random.chance(0.5) ? .count(random.int(0...10)) : .share(0.3),
            slots: slots, prompts: max(tasks / slots.count, 1))
        let start = Int64(random.int(0...8_000_000))
        return Script(
            forms: [plan], work: slots.map { _ in drawWork(&random) },
            acts: [Act(at: start, what: .submit(form: 0))])
    }

    /// A campaign of tasks that are all alike, with enough of them to measure its share.
    private func drawLevelCampaign(_ id: CampaignID, _ random: inout SplitMix64) -> Script {
        let taskClass = TaskClass(
            need: Capability(kind: .generate, name: "m0", batch: largestBatch))
        let isRanked = seed % 2 == 0
        let plan = CampaignPlan(
            id: id, priority: isRanked ? Int32(random.int(0...2)) : 0,
            weight: isRanked ? 1 : random.pick([1, 2, 4]),
            slots: [PlanSlot(taskClass: taskClass)], prompts: random.int(200...300))
        return Script(
            forms: [plan], work: [Work(mean: random.real(40_000...160_000))],
            acts: [Act(at: 1_000_000, what: .submit(form: 0))])
    }

    private var rankSlot: PlanSlot {
        PlanSlot(
            taskClass: TaskClass(need: Capability(kind: .rank, name: "rank")),
            isWholeCampaign: true)
    }

    /// What campaigns let engines take at once, which mostly is more than any takes.
    private var largestBatch: Int32 { seed % 3 == 0 ? 3 : Capability.largestBatch }

    private func drawClass(_ kind: TaskKind, _ random: inout SplitMix64) -> TaskClass {
        let name = (kind == .score ? "s" : "m") + "\(random.int(0...2))"
        let needs: [Resources] = [
            .none, .none, Resources(cpus: Int32(random.int(1...4) * 500)),
            Resources(gpus: Int32(random.int(1...10) * 100), gpuMemory: 4 << 30),
            Resources(cpus: 1000, gpus: Int32(random.int(1...2) * 1000), gpuMemory: 20 << 30),
            Resources(named: [Resources.Amount(name: "licence", amount: 1000)]),
        ]
        return TaskClass(
            need: Capability(kind: kind, name: name, batch: largestBatch),
            resources: random.pick(needs),
            labels: random.chance(0.1) ? [LabelRule(key: "zone", values: ["a"])] : [],
            model: random.chance(0.6) ? name : "",
            timeLimit: flavour == .storm && random.chance(0.5)
                ? Int64(random.int(3000...10_000)) : nil,
            retry: RetryRule(
                retries: Int32(random.int(0...3)), backoff: Int64(random.int(10...2000)),
                crashLimit: Int32(random.int(2...6))))
    }

    private func drawWork(_ random: inout SplitMix64) -> Work {
        var work = Work(mean: random.pick([0, 500, 5000, 50_000, 300_000, 1_000_000]))
        guard flavour == .storm else { return work }
        work.fails = random.rate(upTo: 0.4)
        work.poisoned = random.rate(upTo: 0.2)
        work.slow = random.rate(upTo: 0.1)
        work.hangs = random.rate(upTo: 0.1)
        return work
    }

    /// The operator's whims: submissions of changed forms, pauses, a cancellation.
    private func drawActs(_ script: inout Script, _ random: inout SplitMix64) {
        var at = script.acts[0].at
        for _ in 0..<random.int(0...4) {
            at += Int64(random.int(100_000...15_000_000))
            let last = script.forms.count - 1
            switch random.int(0...9) {
            case 0, 1: script.acts.append(Act(at: at, what: .submit(form: last)))
            case 2, 3, 4:
                let form = changed(script.forms[last], &random)
                while script.work.count < form.slots.count { script.work.append(Work(mean: 5000)) }
                script.forms.append(form)
                script.acts.append(Act(at: at, what: .submit(form: last + 1)))
            case 5, 6:
                script.acts.append(Act(at: at, what: .command(.pause)))
                at += Int64(random.int(100_000...8_000_000))
                script.acts.append(Act(at: at, what: .command(.resume)))
            case 7:
                script.acts.append(Act(at: at, what: .command(.resume)))
            default:
                guard random.chance(0.3) else { continue }
                let command: CampaignCommand = random.chance(0.5) ? .cancel : .kill
                script.acts.append(Act(at: at, what: .command(command)))
                return
            }
        }
    }

    /// What failed is tried again, tasks are dropped, workers drained and labelled.
    ///
    /// Drawn apart from the rest, so that the rest of a seed's run stays what it was.
    mutating func drawRetries() {
        var random = SplitMix64(seed: seed ^ 0xDE5C)
        guard random.chance(0.6) else { return }
        for index in campaigns.indices {
            campaigns[index].retriesAtEnd = random.chance(0.5)
            guard let plan = campaigns[index].forms.last else { continue }
            for _ in 0..<random.int(0...5) {
                let at = Int64(random.int(500_000...Int(heal)))
                let slot = random.int(0...plan.slots.count - 1)
                let prompt =
                    plan.slots[slot].isWholeCampaign
                    ? TaskID.wholeCampaign : random.int(0...plan.prompts - 1)
                let task = TaskID(campaign: plan.id, prompt: prompt, slot: slot)
                let what: Act.What = random.pick([
                    .command(.retry), .command(.retry), .task(task, .retry), .task(task, .cancel),
                ])
                campaigns[index].acts.append(Act(at: at, what: what))
            }
        }
        for _ in 0..<random.int(0...2) where workers.count > 1 {
            // The first stays what it is, so that every task has somewhere to go.
            let worker = random.int(1...workers.count - 1)
            let command: WorkerCommand = random.pick([
                .drain, .label(set: ["zone": random.pick(["a", "b"])], remove: []),
                .label(set: [:], remove: ["zone"]),
            ])
            workerCommands.append((Int64(random.int(500_000...Int(heal))), worker, command))
        }
    }

    /// The campaign file edited: another ranking, more or fewer prompts and recipes, other needs.
    private func changed(_ plan: CampaignPlan, _ random: inout SplitMix64) -> CampaignPlan {
        var plan = plan
        switch random.int(0...4) {
        case 0: break
        case 1: plan.prompts += random.int(1...10)
        case 2:
            for _ in 0..<random.int(1...3) { plan.retired.insert(random.int(0...plan.prompts - 1)) }
        case 3: plan.retired = []
        default:
            let slot = random.int(0...plan.slots.count - 1)
            if plan.slots[slot].isWholeCampaign { break }
            plan.slots[slot].taskClass.resources =
                random.chance(0.5) ? .none : Resources(cpus: 1500)
            if plan.slots[slot].taskClass.need.kind == .score { plan.slots[slot].isActive.toggle() }
        }
        // What is ranked has changed or how: either makes another ranking recipe.
        for slot in plan.slots.indices where plan.slots[slot].isWholeCampaign {
            plan.slots[slot].isActive = false
        }
        plan.slots.append(rankSlot)
        return plan
    }
}
