internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// Where an answer sends its reader next: an operation that goes on, or a further page.
struct NextRequest: Hashable {
    enum Kind: Hashable {
        case operation
        case page
    }

    var kind: Kind
    /// How the answer says it, such as `Location` or `nextLink`.
    var name: String
    /// The request, by what is compared of it.
    var path: [String]
    var query: [RequestKey.Pair]

    init?(_ kind: Kind, _ name: String, _ url: String) {
        guard let target = url.hasPrefix("/") ? url : Origin.split(url)?.target else { return nil }
        let key = RequestKey(RecordedRequest(.get, target))
        (self.kind, self.name, path, query) = (kind, name, key.path, key.query)
    }

    func leads(to key: RequestKey) -> Bool { key.path == path && key.query == query }
}

extension Cassette {
    /// Operations and pages that answers lead to and that nobody asked for, and those that nothing leads to.
    var chains: [CassetteFinding] {
        let keys = interactions.map { RequestKey($0.request, matching: matching) }
        var led: [NextRequest] = []
        var found: [CassetteFinding] = []
        for (index, interaction) in interactions.enumerated() {
            if keys[index].isContinuation, !led.contains(where: { $0.leads(to: keys[index]) }), index > 0 || led.isEmpty
            {
                found.append(
                    finding(
                        .unreachable,
                        .warning,
                        "\(interaction.id) asks for a further page or an operation, and no answer before it leads there"
                    )
                )
            }
            let next = interaction.next
            led += next
            for request in next where !keys[index...].contains(where: { request.leads(to: $0) }) {
                let what = request.kind == .page ? "a further page" : "an operation"
                found.append(
                    finding(
                        .chain,
                        .warning,
                        "\(interaction.id) leads to \(what) by \(request.name), which was not recorded"
                    )
                )
            }
        }
        return found
    }
}

extension Interaction {
    /// Where the answer leads to.
    fileprivate var next: [NextRequest] {
        guard case .response(let response) = outcome else { return [] }
        var next: [NextRequest?] = []
        if [200, 201, 202].contains(response.status) {
            let polled: [HTTPField.Name?] = [
                HTTPField.Name("Azure-AsyncOperation"), HTTPField.Name("Operation-Location"),
                response.status == 202 ? .location : nil,
            ]
            // Either way leads to the end of the operation: one that was taken is enough.
            let ways = polled.compactMap { $0 }.compactMap { name in response.headers[name].map { ("\(name)", $0) } }
            next += ways.prefix(1).map { NextRequest(.operation, $0.0, $0.1) }
        }
        if case .whole(.json(let document)?) = response.content {
            for name in ["nextLink", "@odata.nextLink"] {
                if let link = document[name]?.string, !link.isEmpty { next.append(NextRequest(.page, name, link)) }
            }
        }
        return next.compactMap(\.self)
    }
}

extension RequestKey {
    /// Whether nobody would make up such a request: it follows from an answer.
    fileprivate var isContinuation: Bool {
        let isPage = query.contains { $0.name.lowercased() == "$skiptoken" }
        let isOperation = path.contains { ["operationresults", "operationstatuses"].contains($0.lowercased()) }
        return method == "GET" && (isPage || isOperation)
    }
}
