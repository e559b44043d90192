import SlipwayBase
import SlipwayModel

/// A provider as somebody outside this package would write one: it looks, makes at most one change, and is asked again.
struct LampProvider: Provider {
    static let key = "lamp-key-7f3a"

    let street: Street
    /// What is wrong with it; nil for the one that is right.
    var flaw: Flaw?
    let time: any TimeSource
    private let looks = Locked(0)

    init(street: Street, flaw: Flaw? = nil, time: any TimeSource) {
        (self.street, self.flaw, self.time) = (street, flaw, time)
    }

    func observe() async throws(ProviderFailure) -> Observation {
        if flaw == .writesWhileObserving { street.light(street.now.lit) }
        let state = street.now
        let live = state.rows[state.lit]
        var summary = ["\(state.lit): \(live?.lamps ?? 0) lamps"]
        if flaw == .seesThingsDifferently { summary.append("\(state.writes) \(time.now.milliseconds) \(counted())") }
        var snapshot = snapshot(of: state)
        if flaw == .leaksIntoThePlan { snapshot["key"] = .string(Self.key) }
        return Observation(
            target: "street",
            live: live?.release,
            replicas: live?.lamps ?? 0,
            capabilities: Capabilities([.rolling: .exact, .batch: .exact, .blueGreen: .exact, .emptyFleet: .exact]),
            snapshot: snapshot,
            fingerprint: snapshot.canonical.text,
            summary: summary
        )
    }

    func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        if let outcome = try broken(call) { return outcome }
        let before = call.context.snapshot
        let (stable, candidate) = (before["lit"]?.string ?? "", before["lit"] == "left" ? "right" : "left")
        let lamps = before[path: "rows", stable, "lamps"]?.int ?? 0
        switch call.action {
        case .replacedInPlace(let release, _): return equip(stable, with: release, lamps: lamps)
        case .staged(let release, let scale):
            let isNew = release == call.context.new
            return equip(isNew ? candidate : stable, with: release, lamps: scale.replicas(stable: lamps))
        case .live(let release): return light(release == call.context.new ? candidate : stable)
        case .retired(_, .keep): return .done(status: Status())
        case .retired(let release, .scaleDown): return equip(stable, with: release, lamps: 0)
        case .retired(_, .remove): return equip(stable, with: nil, lamps: 0)
        case .unstaged:
            guard street.now.lit == stable else {
                throw ProviderFailure(.conflict, "the \(candidate) row is switched on")
            }
            return equip(candidate, with: nil, lamps: 0)
        case .routed, .ramped, .matched, .replacedAfterTrial:
            throw ProviderFailure(.refused, "a street is lit by one row, not by shares of two")
        }
    }

    func outline(_ action: Action, in context: PlanContext) -> [String] {
        flaw == .isSilent ? [] : ["ask the street for \(action.release.version)"]
    }

    private func equip(_ name: String, with release: Release?, lamps: Int) -> Progress {
        let row = street.now.rows[name]
        guard row?.release == release, row?.lamps == lamps else {
            street.equip(name, with: release, lamps: lamps)
            return running("asked for \(lamps) lamps")
        }
        guard let row, street.isWarm(row) else { return running("warming up") }
        if flaw == .actsAgain { street.equip(name, with: release, lamps: lamps) }
        return .done(status: Status(ready: lamps, wanted: lamps))
    }

    private func light(_ name: String) -> Progress {
        guard street.now.lit != name else { return .done(status: Status(weight: 100)) }
        if flaw != .onlyPretends { street.light(name) }
        return flaw == .onlyPretends ? .done(status: Status(weight: 100)) : running("switching")
    }

    private func running(_ note: String) -> Progress {
        let note = flaw == .leaksIntoProgress ? "\(note) with \(Self.key)" : note
        let wait: Duration = flaw == .wantsNoWait ? .zero : .seconds(1)
        return .running(token: Token(["note": .string(note)]), pollAfter: wait, status: Status(note: note))
    }

    private func snapshot(of state: Street.State) -> JSON {
        var rows: JSON = [:]
        for (name, row) in state.rows {
            rows[name] = ["release": row.release.map { .string("\($0.artifact)") } ?? .null, "lamps": JSON(row.lamps)]
        }
        return ["lit": .string(state.lit), "rows": rows]
    }

    private func counted() -> Int {
        looks.withLock { looks in
            looks += 1
            return looks
        }
    }
}
