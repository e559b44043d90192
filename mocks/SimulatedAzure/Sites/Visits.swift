import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// What visitors of sites get.
extension AppService {
    /// The cookie that keeps a visitor with the slot that rules have led it to.
    static let routingCookie = "x-ms-routing-name"

    /// Answers a visitor of one of the site's hosts.
    mutating func visit(_ request: Request, _ path: String, _ fields: FormFields, at place: SlotPlace) -> Response {
        let site = sites[place.site]
        guard place.slot == 0 else { return answer(of: site.slots[place.slot], path) }
        let rules = site.rules
        if let wish = fields[Self.routingCookie] ?? Self.cookie(of: request) {
            return routed(to: wish.names("self") ? nil : wish, path, place, isPinned: true)
        }
        guard !rules.isEmpty else { return answer(of: site.slots[0], path) }
        var draw = naming.percent()
        for rule in rules {
            draw -= rule["reroutePercentage"]?.number ?? 0
            guard draw < 0 else { continue }
            return routed(to: rule["name"]?.string, path, place, isPinned: false)
        }
        return routed(to: nil, path, place, isPinned: false)
    }

    /// The answer of the slot that a rule or a cookie names; nil is production itself.
    private func routed(to name: String?, _ path: String, _ place: SlotPlace, isPinned: Bool) -> Response {
        let site = sites[place.site]
        var response: Response
        if let name {
            let host = site.rules.first { $0["name"]?.string?.names(name) ?? false }?["actionHostName"]?.string
            let slot =
                host.map { host in site.slots.first { $0.host.names(host) } }
                ?? site.index(of: name).map { site.slots[$0] }
            guard let slot else { return Self.page(404, "404 Web Site not found.") }
            response = answer(of: slot, path)
        } else {
            response = answer(of: site.slots[0], path)
        }
        let life = timings.cookieLife.components.seconds
        response.headers[.setCookie] =
            "\(Self.routingCookie)=\(name ?? "self"); Path=/; Max-Age=\(life); Secure; HttpOnly; SameSite=None"
        return response
    }

    /// What a slot answers in its present state.
    private func answer(of slot: Slot, _ path: String) -> Response {
        if slot.isStopped { return Self.page(403, "Error 403 - This web app is stopped.") }
        guard let worker = serving(slot) else { return Self.page(503, "Application Error") }
        var response = Response(
            status: worker.status(at: now),
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: Array("\(worker.release)\n".utf8)
        )
        if let name = HTTPField.Name("x-simulated-release") { response.headers[name] = worker.release.printable() }
        return response
    }

    private static func page(_ status: Int, _ title: String) -> Response {
        let page = "<!DOCTYPE html><html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>"
        return Response(status: status, headers: [.contentType: "text/html"], body: Array(page.utf8))
    }

    private static func cookie(of request: Request) -> String? {
        for field in request.headers[values: .cookie] {
            for part in field.split(separator: ";") {
                let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if pair.count == 2, pair[0] == routingCookie { return String(pair[1]) }
            }
        }
        return nil
    }
}
