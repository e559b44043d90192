import HTTPTypes
import SlipwayBase
import SlipwayFaults
import SlipwayHTTP
import SlipwayModel

/// Mistakes that tools for App Service make.
extension PlantedBug {
    static let appService = [
        PlantedBug("a swap whose answer was lost is asked for until it is taken", in: .appServiceSwap, stride: 4) {
            mutations in
            mutations.transport = { BlindRepeat(base: $0) }
        },
        PlantedBug("the first address of an operation is asked for ever", in: .appServiceLongSwap, stride: 16) {
            mutations in
            mutations.transport = { FirstAddress(base: $0) }
        },
        PlantedBug("the routing rule goes after the swap", in: .appServiceCanary, stride: 16) { mutations in
            mutations.plan = { plan in
                var plan = plan
                if let clear = plan.steps.firstIndex(where: { $0.id == "clear" }) {
                    plan.steps.swapAt(clear, clear + 1)
                }
                return plan
            }
        },
        PlantedBug("the former container of a slot is believed", in: .appServiceCanary, stride: 16) { mutations in
            mutations.transport = { Unstopped(base: $0) }
        },
        PlantedBug("config/web is written back as a whole", in: .appServiceSwap, stride: 16) { mutations in
            mutations.transport = { WholeConfig(base: $0) }
        },
        PlantedBug("a swap counts as made when its operation ends well", in: .appServiceWithoutEffect, stride: 16) {
            mutations in
            mutations.provider = { base in
                Lying(base: base) { _, result in
                    guard case .success(.running(_, _, let status)) = result, status.note == "the swap has ended" else {
                        return result
                    }
                    return .success(.done(status: status))
                }
            }
        },
    ]
}

/// A transport that asks for a swap again, whatever has come of it, until somebody takes it.
private final class BlindRepeat: Transport {
    private let base: any Transport
    private let pending = Locked<Request?>(nil)

    init(base: any Transport) { self.base = base }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        if let again = pending.withLock({ $0 }), let response = try? await base.send(again), response.status != 409 {
            pending.withLock { $0 = nil }
        }
        do throws(HTTPFailure) { return try await base.send(request) } catch {
            if error.mayHaveTakenEffect, request.target.contains("/slotsswap") { pending.withLock { $0 = request } }
            throw error
        }
    }
}

/// A transport that tells of one address of an operation only.
private final class FirstAddress: Transport {
    private let base: any Transport
    private let first = Locked<String?>(nil)

    init(base: any Transport) { self.base = base }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        var response = try await base.send(request)
        guard let address = response.headers[.location], address.contains("/operationresults/") else { return response }
        response.headers[.location] = first.withLock { first in
            first = first ?? address
            return first
        }
        return response
    }
}

/// A transport that says that slots are stopped for their image and lets them run.
private final class Unstopped: Transport {
    private let base: any Transport
    private let isStopped = Locked(false)

    init(base: any Transport) { self.base = base }

    func send(_ request: Request) async throws(HTTPFailure) -> Response {
        let path = String(request.target.prefix { $0 != "?" })
        if request.method == .post, path.hasSuffix("/stop") || path.hasSuffix("/start") {
            isStopped.withLock { $0 = path.hasSuffix("/stop") }
            return Response(status: 200)
        }
        var response = try await base.send(request)
        guard isStopped.withLock({ $0 }), path.hasSuffix("/slots/staging"), response.isSuccess,
            var body = try? JSON(parsing: response.body)
        else { return response }
        body[path: "properties", "state"] = "Stopped"
        response.body = body.bytes
        return response
    }
}

/// A transport that sends with each change of `config/web` everything else that was read there before.
private final class WholeConfig: Transport {
    private let base: any Transport
    private let read = Locked<[String: JSON]>([:])

    init(base: any Transport) { self.base = base }

    func send(_ original: Request) async throws(HTTPFailure) -> Response {
        var request = original
        let path = String(request.target.prefix { $0 != "?" })
        guard path.hasSuffix("/config/web") else { return try await base.send(request) }
        if request.method == .patch, case .bytes(let bytes) = request.body, let body = try? JSON(parsing: bytes),
            var whole = read.withLock({ $0[path] })
        {
            for (key, value) in body["properties"]?.object?.members ?? [] { whole[key] = value }
            request.body = .bytes(JSON.object(["properties": whole]).bytes)
        }
        let response = try await base.send(request)
        if request.method == .get, let body = try? JSON(parsing: response.body), let all = body["properties"] {
            read.withLock { $0[path] = all }
        }
        return response
    }
}
