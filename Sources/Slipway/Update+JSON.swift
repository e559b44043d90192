public import SlipwayBase
internal import SlipwayEngine
internal import SlipwayModel

extension Update {
    /// The update as one JSON object of a stable shape: `type`, `run`, `target`, `sequence` and `at` are always there,
    /// then what the type has; absent means unknown. The article Operations lists the types.
    public var json: JSON {
        var members: [(String, JSON)] = [
            ("type", JSON(record.event.typeName)), ("run", JSON(run.description)), ("target", JSON(target)),
            ("sequence", JSON(record.sequence)), ("at", JSON(record.at.rfc3339)),
        ]
        members += details
        return .object(JSONObject(members))
    }

    private var details: [(String, JSON)] {
        switch record.event {
        case .planned(let plan): planMembers(plan)
        case .takenUp(let holder): [("holder", JSON(holder))]
        case .locked(let fence): [("token", .int(fence))]
        case .intended(let key): stepMembers(key)
        case .progressed(let key, _, let status): stepMembers(key) + statusMembers(status)
        case .faulted(let key, let failure, let retryAt):
            stepMembers(key) + [("kind", JSON(failure.kind.rawValue)), ("message", JSON(failure.summary.printable()))]
                + member("retryAt", retryAt.map { JSON($0.rfc3339) })
        case .succeeded(let key, let status): stepMembers(key) + statusMembers(status)
        case .paused(let key, let until): stepMembers(key) + member("until", until.map { JSON($0.rfc3339) })
        case .approved(let key): stepMembers(key)
        case .leftBehind(let key, let reason): stepMembers(key) + [("reason", JSON(reason.printable()))]
        case .abortRequested(let reason), .rollbackRequested(let reason): [("reason", JSON(reason.printable()))]
        case .turnedBack(let cause): [("cause", JSON(cause.printable()))]
        case .finished(let verdict, let summary):
            [("verdict", JSON(verdict.rawValue)), ("summary", JSON(summary.printable()))]
        }
    }

    private func planMembers(_ plan: Plan) -> [(String, JSON)] {
        let steps = plan.steps.map { step in
            JSON.object(JSONObject([("step", JSON(step.id)), ("title", JSON(step.title.printable()))]))
        }
        return [
            ("strategy", JSON(plan.strategy)), ("from", plan.context.old.map { JSON($0.version) } ?? .null),
            ("to", JSON(plan.context.new.version)), ("fingerprint", JSON(plan.fingerprint)), ("steps", .array(steps)),
        ]
    }

    private func stepMembers(_ key: String) -> [(String, JSON)] {
        let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
        let isUndo = parts.count > 1
        return [("step", JSON(parts.first ?? key)), ("direction", JSON(isUndo ? "back" : "forward"))]
            + (isUndo ? [("undo", JSON(parts[1]))] : [])
    }

    private func statusMembers(_ status: Status) -> [(String, JSON)] {
        member("ready", status.ready.map(JSON.init)) + member("wanted", status.wanted.map(JSON.init))
            + member("weight", status.weight.map(JSON.init)) + member("note", status.note.map { JSON($0.printable()) })
    }

    private func member(_ name: String, _ value: JSON?) -> [(String, JSON)] { value.map { [(name, $0)] } ?? [] }
}

extension Event {
    /// The `type` of the event's JSON line.
    var typeName: String {
        switch self {
        case .planned: "planned"
        case .takenUp: "takenUp"
        case .locked: "locked"
        case .intended: "stepBegan"
        case .progressed: "stepProgressed"
        case .faulted: "callFailed"
        case .succeeded: "stepDone"
        case .paused: "paused"
        case .approved: "approved"
        case .leftBehind: "leftBehind"
        case .abortRequested: "abortRequested"
        case .rollbackRequested: "rollbackRequested"
        case .turnedBack: "turnedBack"
        case .finished: "finished"
        }
    }
}
