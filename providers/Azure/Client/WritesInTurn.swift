internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// Sends writes to one App Service site, and to the sites of one plan, one after the other.
///
/// App Service locks a site and its plan for each write and answers 429 or 409 to the next one. Put it inside `Retry`:
/// whoever waits before a repetition holds nobody up.
struct WritesInTurn: Middleware {
    let traffic: AzureTraffic

    func intercept(_ request: Request, next: Next) async throws(HTTPFailure) -> Response {
        guard let place = WrittenPlace(request) else { return try await next(request) }
        guard place.isWritten else { return learn(try await next(request), of: place) }
        var entered: [Turnstile] = []
        defer { for turn in entered.reversed() { turn.leave() } }
        for turn in traffic.turns(for: place) {
            switch await turn.enter() {
            case .entered: entered.append(turn)
            case .cancelled:
                throw HTTPFailure(.cancelled, "cancelled while another write to \(place.name) was under way")
            case .crowded: throw HTTPFailure(.unsent, "too many writes wait for \(place.name)")
            }
        }
        return learn(try await next(request), of: place)
    }

    /// Remembers the plan that the answer about a whole site names.
    private func learn(_ response: Response, of place: WrittenPlace) -> Response {
        if response.isSuccess, place.isWhole, let plan = response.body.text(after: #""serverFarmId":"#) {
            traffic.note(plan: plan.lowercased(), of: place.resource)
        }
        return response
    }
}

/// What of App Service a request is about, read from its path.
struct WrittenPlace: Hashable {
    /// The resource id of the site, its slots included, or of the plan; in lower case, as Azure writes it in any.
    var resource: String
    /// What people call it.
    var name: String
    /// Whether the request changes something.
    var isWritten: Bool
    /// Whether the answer is the site, or one of its slots, as a whole.
    var isWhole: Bool

    /// Nil for what is neither a site nor a plan.
    init?(_ request: Request) {
        let path = request.target.prefix { $0 != "?" }
        let parts = path.split(separator: "/").map { $0.lowercased() }
        guard parts.count >= 8, parts[0] == "subscriptions", parts[2] == "resourcegroups", parts[4] == "providers",
            parts[5] == "microsoft.web", parts[6] == "sites" || parts[6] == "serverfarms"
        else { return nil }
        resource = "/" + parts[..<8].joined(separator: "/")
        name = parts[7].printable(max: 100)
        let reads = request.method == .get || request.method == .head
        isWritten = !reads && !["list", "slotsdiffs"].contains(parts[parts.count - 1])
        isWhole = parts[6] == "sites" && (parts.count == 8 || parts.count == 10 && parts[8] == "slots")
    }
}

extension [UInt8] {
    /// The text between quotes after the first `name` and any spaces; nil where there is none.
    fileprivate func text(after name: String) -> String? {
        // Every answer about a site passes here, and the standard library's search takes longer than all the rest.
        let wanted = Array(name.utf8)
        guard
            let start = indices.dropLast(wanted.count - 1).first(where: { index in
                self[index] == wanted[0] && self[index..<(index + wanted.count)].elementsEqual(wanted)
            })
        else { return nil }
        let rest = self[(start + wanted.count)...].drop { $0 == 0x20 }
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        let text = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
        return text.count < 1_000 && text.endIndex < endIndex ? String(decoding: text, as: UTF8.self) : nil
    }
}
