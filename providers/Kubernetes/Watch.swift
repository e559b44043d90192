import SlipwayBase
import SlipwayHTTP
public import SlipwayModel

extension KubernetesProvider: ChangeSource {
    /// A watch on the object that `call` waits for; ends when watching is not possible, and polling goes on.
    public func changes(for call: Call) -> AsyncStream<Void> {
        let (resource, name) = watched(call)
        let watch = Watch(api: api, time: time, resource: resource, name: name)
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = Task {
                await watch.run { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func watched(_ call: Call) -> (KubernetesCalls.Resource, String) {
        let snapshot = Snapshot(call.context.snapshot)
        switch call.action {
        case .replacedInPlace, .replacedAfterTrial, .retired: return (.deployments, snapshot.stable.fleet.deployment)
        case .unstaged: return (.deployments, snapshot.candidate.fleet.deployment)
        case .staged(let release, _):
            let state = release == call.context.new ? snapshot.candidate : snapshot.stable
            return (.deployments, state.fleet.deployment)
        case .routed, .ramped, .live, .matched:
            let first = layout.router(snapshot.roles)?.reads.first
            return first.map { ($0.resource, $0.name) } ?? (.deployments, snapshot.stable.fleet.deployment)
        }
    }
}

/// Follows one object: lists, watches from there, watches again where it broke off, and lists anew after a 410.
struct Watch: Sendable {
    private static let failuresMax = 5
    private static let seconds = 240

    let api: ClusterAPI
    let time: any TimeSource
    let resource: KubernetesCalls.Resource
    let name: String

    /// Calls `onChange` for every change; returns when watching is hopeless or the task is cancelled.
    func run(_ onChange: @Sendable () -> Void) async {
        var version: String?
        var failures = 0
        while !Task.isCancelled, failures < Self.failuresMax {
            if version == nil {
                version = await listed()
                // Something may have changed before the list: one more look costs little.
                if version != nil { onChange() }
            }
            guard let from = version else {
                failures += 1
                try? await time.sleep(for: .seconds(1 << failures))
                continue
            }
            let began = time.now
            switch await follow(from: from, onChange) {
            case .ended(let last) where last != from || time.now - began >= .seconds(1): (version, failures) = (last, 0)
            case .expired:
                (version, failures) = (nil, failures + 1)
                if failures > 1 { try? await time.sleep(for: .seconds(1 << failures)) }
            case .ended(let last), .broken(let last):
                // A server that ends every watch at once is not asked again at once.
                (version, failures) = (last, failures + 1)
                try? await time.sleep(for: .seconds(1 << failures))
            }
        }
    }

    private enum Ending {
        case ended(last: String)
        case expired
        case broken(last: String)
    }

    private func listed() async -> String? {
        let request = api.calls.list(resource, [("fieldSelector", "metadata.name=\(name)"), ("limit", "1")])
        return try? await api.send(request)?[path: "metadata", "resourceVersion"]?.string
    }

    private func follow(from version: String, _ onChange: @Sendable () -> Void) async -> Ending {
        var last = version
        let request = api.calls.watch(resource, name, from: version, seconds: Self.seconds)
        do throws(HTTPFailure) {
            let response = try await api.transport.send(request)
            guard response.status != 410 else { return .expired }
            guard response.isSuccess, let stream = response.stream else { return .broken(last: last) }
            var lines = LineBuffer()
            for try await piece in stream {
                for line in try lines.add(piece) {
                    switch Self.event(line) {
                    case .changed(let version):
                        last = version
                        onChange()
                    case .bookmark(let version): last = version
                    case .expired: return .expired
                    case nil: return .broken(last: last)
                    }
                }
            }
            return .ended(last: last)
        } catch {
            return .broken(last: last)
        }
    }

    enum Event: Hashable {
        case changed(version: String)
        case bookmark(version: String)
        case expired
    }

    /// One line of a watch; nil when it is none, as when the connection broke in the middle of it.
    static func event(_ line: [UInt8]) -> Event? {
        guard let json = try? JSON(parsing: line), let type = json["type"]?.string, let object = json["object"] else {
            return nil
        }
        switch type {
        case "ADDED", "MODIFIED", "DELETED": return .changed(version: object.resourceVersion)
        case "BOOKMARK": return .bookmark(version: object.resourceVersion)
        case "ERROR": return object["code"]?.int == 410 ? .expired : nil
        default: return nil
        }
    }
}

/// Cuts a stream into lines, whatever pieces it comes in.
struct LineBuffer {
    private var rest: [UInt8] = []

    /// The lines that `piece` completes; a line over the limit is an error.
    mutating func add(_ piece: [UInt8]) throws(HTTPFailure) -> [[UInt8]] {
        rest += piece
        var lines: [[UInt8]] = []
        var start = 0
        while let end = rest[start...].firstIndex(of: 0x0A) {
            if end > start { lines.append(Array(rest[start..<end])) }
            start = end + 1
        }
        rest.removeFirst(start)
        guard rest.count <= Limits.watchLineBytesMax else {
            throw HTTPFailure(.unanswered, "a watch event is longer than \(Limits.watchLineBytesMax) bytes")
        }
        return lines
    }
}
