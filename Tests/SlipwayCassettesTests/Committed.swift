import SlipwayBase
import SlipwayCassettes
import SlipwayHTTP

/// The cassettes of this repository, read once.
enum Committed {
    static let folder = Result { () throws(CassetteFailure) in try CassetteFolder(ofPackageWith: #filePath) }
    static let all = Result { () throws(CassetteFailure) -> [Cassette] in
        let folder = try Self.folder.get()
        var cassettes: [Cassette] = []
        for name in folder.names() { cassettes.append(try folder.load(name)) }
        return cassettes
    }
}

let server = Origin(scheme: "https", host: "cluster.example.com")

/// A cassette of requests with one-line answers, for the tests of matching.
func cassette(_ name: String = "shop", _ interactions: Interaction...) -> Cassette {
    Cassette(name: name, origin: CassetteOrigin(.synthetic, from: "a test"), interactions: interactions)
}

func interaction(
    _ id: String,
    _ request: RecordedRequest,
    answer: String = "",
    repeats: Bool = false
) -> Interaction {
    let content = RecordedResponse.Content.whole(answer.isEmpty ? nil : .text(answer))
    return Interaction(
        id: id,
        title: "the \(id)",
        request: request,
        outcome: .response(RecordedResponse(status: 200, content: content)),
        repeats: repeats
    )
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
}
