import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP

/// The exchanges recorded from a real kube-apiserver, by the names `cassette/id`.
enum Recorded {
    static let origin = Origin(scheme: "https", host: "cluster.test")

    private static let cassettes = Result { () throws(CassetteFailure) -> [Cassette] in
        let folder = try CassetteFolder(ofPackageWith: #filePath)
        var cassettes: [Cassette] = []
        for name in folder.names() where name.hasPrefix("kubernetes/") { cassettes.append(try folder.load(name)) }
        return cassettes
    }

    static func all() throws -> [(name: String, interaction: Interaction)] {
        try cassettes.get().flatMap { cassette in
            let short = cassette.name.split(separator: "/").last ?? ""
            return cassette.interactions.map { ("\(short)/\($0.id)", $0) }
        }
    }

    static func one(_ name: String) throws -> Interaction {
        guard let found = try all().first(where: { $0.name == name }) else {
            throw CassetteFailure(cassette: name, problem: "there is no such recording")
        }
        return found.interaction
    }

    /// The object that a recording answered with.
    static func object(_ name: String) throws -> JSON {
        guard case .response(let response) = try one(name).outcome else {
            throw CassetteFailure(cassette: name, problem: "it has no answer")
        }
        return try JSON(parsing: response.bytes)
    }
}

extension Interaction {
    var sent: Request { request.request(to: Recorded.origin) }
    var isWatch: Bool { request.target.contains("watch=") }
}

extension RecordedResponse {
    var response: Response { Response(status: status, headers: headers, body: bytes) }
}
