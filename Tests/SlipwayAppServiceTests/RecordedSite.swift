import HTTPTypes
import SlipwayAzure
import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP
import SlipwayModel

@testable import SlipwayAppService

/// A recording of the Azure CLI, played to the provider's own steps.
///
/// Strict where something changes: a write must be the next recorded one of its path and say the same, and a poll must
/// go to the very address that was recorded last. The provider looks more often than az did; a look gets the recorded
/// answer that was the newest of its path by then, be it of a GET, or of the write that made or changed it. What was
/// never recorded (the slot's own configuration, its deployment engine, the sites themselves) is answered by `written`,
/// by hand, and counted in `unrecorded`.
final class RecordedSite: Transport {
    typealias Written = @Sendable (_ call: String, _ hasSwapped: Bool) -> Response?

    private struct State {
        var position = 0
        var played: [String] = []
        var unrecorded: Set<String> = []
        var refused: [String] = []
        var hasSwapped = false
    }

    private let interactions: [Interaction]
    private let written: Written
    private let state: Locked<State>

    /// Plays `cassette` from interaction `start` on, counted from 0; what came before has happened.
    init(_ cassette: Cassette, from start: Int, written: @escaping Written) {
        (interactions, self.written) = (cassette.interactions, written)
        state = Locked(State(position: start))
    }

    /// Titles of the recorded writes and polls that were played, in order.
    var played: [String] { state.withLock { $0.played } }
    /// Looks that only `written` answered.
    var unrecorded: Set<String> { state.withLock { $0.unrecorded } }
    /// Requests that nothing answered.
    var refused: [String] { state.withLock { $0.refused } }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let call = words(request)
        let found: Response? = state.withLock { state in
            let isLook = request.method == .get && !Self.isPoll(call)
            guard isLook else { return play(request, call, &state) }
            if let response = look(request, state.position) { return response }
            if let response = written(call, state.hasSwapped) {
                state.unrecorded.insert(call)
                return response
            }
            state.refused.append(call)
            return nil
        }
        guard let found else { throw HTTPFailure(.refused, "\(call) was not recorded") }
        return found
    }

    /// The next recorded interaction of this method and path, with the same body; for polls the same whole address.
    private func play(_ request: Request, _ call: String, _ state: inout State) -> Response? {
        let index = interactions.indices.dropFirst(state.position).first { index in
            let recorded = interactions[index].request
            guard recorded.method == request.method, Self.path(recorded.target) == Self.path(request.target) else {
                return false
            }
            return !call.contains("/operationresults/") || recorded.target == request.target
        }
        guard let index, agrees(request, interactions[index].request) else {
            state.refused.append(call)
            return nil
        }
        state.position = index + 1
        state.played.append("\(index) \(interactions[index].title)")
        let response = response(interactions[index])
        if call.contains("/operationresults/"), response?.status == 200 { state.hasSwapped = true }
        return response
    }

    /// Az echoes the whole configuration where we send rules alone, so those are compared.
    private func agrees(_ request: Request, _ recorded: RecordedRequest) -> Bool {
        let theirs = recorded.body?.bytes ?? []
        switch request.body {
        case .none: return theirs.isEmpty
        case .slice(let slice): return (try? slice.bytes()) == theirs
        case .bytes(let bytes):
            guard let ours = try? JSON(parsing: bytes), let other = try? JSON(parsing: theirs) else {
                return bytes == theirs
            }
            guard let rules = ours[path: "properties", "experiments"] else { return ours == other }
            return rules == other[path: "properties", "experiments"]
        case .file: return false
        }
    }

    private func look(_ request: Request, _ position: Int) -> Response? {
        let path = Self.path(request.target)
        let same = interactions.indices.filter { index in
            let recorded = interactions[index].request
            return Self.path(recorded.target) == path && [.get, .put, .patch].contains(recorded.method)
        }
        // The newest one by now; what az asked for a moment later has not changed since the write before it.
        let before = same.last { $0 < position }
        let after = same.first { $0 >= position && isQuiet(position..<$0) }
        return (after ?? before).flatMap { response(interactions[$0]) }
    }

    /// Whether nothing is changed on the way.
    private func isQuiet(_ range: Range<Int>) -> Bool {
        interactions[range].allSatisfy { $0.request.method == .get || $0.request.target.contains("/list") }
    }

    private func response(_ interaction: Interaction) -> Response? {
        guard case .response(let recorded) = interaction.outcome else { return nil }
        return Response(status: recorded.status, headers: recorded.headers, body: recorded.bytes)
    }

    /// What is asked again and again until it is over, so that every answer counts once.
    private static func isPoll(_ call: String) -> Bool {
        call.contains("/operationresults/") || call.contains("/deploymentStatus/")
    }

    /// With the host where it is not Azure Resource Manager's.
    private func words(_ request: Request) -> String {
        guard request.origin.host != "management.azure.com" else { return request.inWords.0 }
        return "\(request.method.rawValue) \(request.origin.host)\(request.target.prefix { $0 != "?" })"
    }

    private static func path(_ target: String) -> String { target.prefix { $0 != "?" }.lowercased() }
}
