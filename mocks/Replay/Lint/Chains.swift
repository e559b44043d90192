internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// Where an answer sends its reader next: an operation that goes on, or a further page.
struct NextRequest {
    enum Kind {
        case operation
        case page
    }

    enum Place {
        /// By what is compared of an address.
        case address(path: [String], query: [RequestKey.Pair])
        /// By a token that the next request brings along, in its query or its form.
        case token(String)
    }

    var kind: Kind
    /// How the answer says it, such as `Location` or `nextLink`.
    var name: String
    var place: Place

    init?(_ kind: Kind, _ name: String, url: String) {
        guard let target = url.hasPrefix("/") ? url : Origin.split(url)?.target else { return nil }
        let key = RequestKey(RecordedRequest(.get, target))
        (self.kind, self.name, place) = (kind, name, .address(path: key.path, query: key.query))
    }

    init(page name: String, token: String) { (kind, self.name, place) = (.page, name, .token(token)) }

    func leads(to key: RequestKey) -> Bool {
        switch place {
        case .address(let path, let query): key.path == path && key.query == query
        case .token(let token): key.fields.contains { $0.value == token }
        }
    }
}

extension Cassette {
    /// Operations and pages that answers lead to and that nobody asked for, and those that nothing leads to.
    var chains: [CassetteFinding] {
        let keys = interactions.map { RequestKey($0.request, matching: matching) }
        var led: [NextRequest] = []
        var found: [CassetteFinding] = []
        for (index, interaction) in interactions.enumerated() {
            if keys[index].isContinuation, !led.contains(where: { $0.leads(to: keys[index]) }) {
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
            // One that repeats leads to itself.
            let rest = keys[(interaction.repeats ? index : index + 1)...]
            for request in next where !rest.contains(where: { request.leads(to: $0) }) {
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
            next += ways.prefix(1).map { NextRequest(.operation, $0.0, url: $0.1) }
        }
        if case .whole(let body?) = response.content { next += Self.pages(body) }
        return next.compactMap(\.self)
    }

    private static func pages(_ body: RecordedBody) -> [NextRequest?] {
        switch body {
        case .json(let document):
            let links = ["nextLink", "@odata.nextLink"].map { ($0, document[$0]?.string ?? "") }
            var pages = links.filter { !$0.1.isEmpty }.map { NextRequest(.page, $0.0, url: $0.1) }
            if let token = document["metadata"]?["continue"]?.string, !token.isEmpty {
                pages.append(NextRequest(page: "metadata.continue", token: token))
            }
            return pages
        case .text(let text):
            return ["NextToken", "NextMarker", "NextContinuationToken"].compactMap { name in
                guard let start = text.firstRange(of: "<\(name)>") else { return nil }
                let token = text[start.upperBound...].prefix { $0 != "<" }
                return token.isEmpty ? nil : NextRequest(page: name, token: String(token))
            }
        default: return []
        }
    }
}

extension RequestKey {
    /// What the query and a form name.
    fileprivate var fields: [Pair] {
        if case .form(let pairs) = body { return query + pairs }
        return query
    }

    /// Whether nobody would make up such a request: it follows from an answer.
    fileprivate var isContinuation: Bool {
        let isPage = fields.contains { Self.pageFields.contains($0.name.lowercased()) }
        let isOperation = path.contains { ["operationresults", "operationstatuses"].contains($0.lowercased()) }
        return isPage || method == "GET" && isOperation
    }

    private static let pageFields: Set = ["$skiptoken", "continue", "continuation-token", "nexttoken"]
}
