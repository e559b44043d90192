import SlipwayBase
import SlipwaySigning
import Testing

/// Requests, keys and times that follow from a seed.
private struct Draw {
    private let random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    func number(below bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    func text(_ alphabet: String, _ lengths: ClosedRange<Int>) -> String {
        let characters = Array(alphabet)
        let length = lengths.lowerBound + number(below: lengths.count)
        return String((0..<length).map { _ in characters[number(below: characters.count)] })
    }

    func word(_ lengths: ClosedRange<Int> = 1...8) -> String {
        text("abcdefghijkmnopqrstuvwxyzABCXYZ0123456789", lengths)
    }

    /// A name as it stands in a target: letters and encoded bytes.
    func encoded() -> String {
        let bytes = ["%20", "%2B", "%2F", "%C3%A9", "%3D", "%26", "%25", "~", "-", "_"]
        return word() + bytes[number(below: bytes.count)] + word(0...3)
    }

    func input() -> SigV4.Input {
        let path = (0..<number(below: 4)).map { _ in "/" + encoded() }.joined()
        let query = (0..<number(below: 4)).map { _ in encoded() + (number(below: 4) == 0 ? "" : "=" + encoded()) }
        let named: [SigV4.Field] = (0..<number(below: 5)).map { _ in
            ("X-Amz-\(word(1...2))", word() + "  " + word(0...4))
        }
        return SigV4.Input(
            method: ["GET", "PUT", "POST", "DELETE"][number(below: 4)],
            target: (path.isEmpty ? "/" : path) + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            headers: named + [("Host", word() + ".example.test:\(number(below: 9) + 1)"), ("User-Agent", word())],
            payload: number(below: 5) == 0 ? .unsigned : .bytes(Array(word(0...40).utf8))
        )
    }

    func key() -> SigV4.AccessKey {
        SigV4.AccessKey(
            id: "AKIA" + word(4...8),
            secret: Secret(word(20...70)),
            sessionToken: number(below: 2) == 0 ? nil : Secret(word(10...90))
        )
    }

    /// `text` with one letter or digit in it replaced by another.
    func changed(_ text: String) -> String {
        var characters = Array(text)
        // Hexadecimal digits for each other, so that what is encoded stays so.
        let digits = Array("0123456789ABCDEF")
        let places = characters.indices.filter { digits.contains(characters[$0]) || characters[$0].isLetter }
        guard let place = places.isEmpty ? nil : places[number(below: places.count)] else { return text + "A" }
        let others = digits.filter { $0 != characters[place] }
        characters[place] = others[number(below: others.count)]
        return String(characters)
    }
}

@Suite struct SigV4PropertyTests {
    private struct Sent {
        var signer: SigV4
        var input: SigV4.Input
        var key: SigV4.AccessKey
        var stamp: String
        var claim: SigV4.Claim

        var holds: Bool { signer.verifies(claim, of: input, stamp: stamp, by: key) }
    }

    private func sent(_ draw: Draw) throws -> Sent {
        let service = ["s3", "elasticbeanstalk", "sts"][draw.number(below: 3)]
        let signer = SigV4(service: service, region: "eu-central-\(draw.number(below: 3))")
        let time = Timestamp(milliseconds: 1_767_225_600_000 + Int64(draw.number(below: 1_000_000_000)))
        var (input, key) = (draw.input(), draw.key())
        let stamp: String
        let claim: SigV4.Claim?
        if draw.number(below: 2) == 0 {
            input.headers += signer.signature(of: input, by: key, at: time)
            stamp = input.headers.last { $0.name == "X-Amz-Date" }?.value ?? ""
            claim = SigV4.Claim(authorization: input.headers.last?.value ?? "")
        } else {
            input.target = signer.presignedTarget(of: input, by: key, at: time, expiresAfter: .seconds(60))
            stamp = SigV4.parameter("X-Amz-Date", of: input.target) ?? ""
            claim = SigV4.Claim(target: input.target)
        }
        key.sessionToken = nil
        return Sent(signer: signer, input: input, key: key, stamp: stamp, claim: try #require(claim))
    }

    @Test("given anything signed, when one byte of it changes, then it verifies no more", arguments: 0..<300)
    func roundTrip(seed: Int) throws {
        let draw = Draw(seed: UInt64(seed))
        let sent = try sent(draw)
        #expect(sent.holds)
        try expectFailure(of: sent, "method") { $0.input.method = draw.changed($0.input.method) }
        try expectFailure(of: sent, "target") {
            // The signature in the query is not part of what is signed: it is changed below.
            let parts = $0.input.target.components(beforeAndAfter: "&X-Amz-Signature=")
            $0.input.target = draw.changed(parts.0) + parts.1
        }
        try expectFailure(of: sent, "header") { sent in
            let signed = sent.input.headers.indices.filter {
                sent.claim.signedHeaders.contains(sent.input.headers[$0].name.lowercased())
            }
            let index = signed[draw.number(below: signed.count)]
            sent.input.headers[index].value = draw.changed(sent.input.headers[index].value)
        }
        try expectFailure(of: sent, "secret") { $0.key.secret = Secret(draw.changed($0.key.secret.reveal())) }
        try expectFailure(of: sent, "id") { $0.claim.accessKeyID = draw.changed($0.claim.accessKeyID) }
        try expectFailure(of: sent, "stamp") { $0.stamp = draw.changed($0.stamp) }
        try expectFailure(of: sent, "day") { $0.claim.day = draw.changed($0.claim.day) }
        try expectFailure(of: sent, "service") { $0.claim.service = draw.changed($0.claim.service) }
        try expectFailure(of: sent, "signature") { $0.claim.signature = draw.changed($0.claim.signature) }
        try expectFailure(of: sent, "names") { $0.claim.signedHeaders.removeLast() }
        try expectFailure(of: sent, "payload") { sent in
            guard case .bytes(let bytes) = sent.input.payload else {
                sent.input.payload = .bytes([])
                return
            }
            sent.input.payload = .bytes(bytes.isEmpty ? [0] : bytes.dropLast() + [bytes[bytes.count - 1] ^ 1])
        }
    }

    private func expectFailure(of sent: Sent, _ what: Comment, _ change: (inout Sent) -> Void) throws {
        var changed = sent
        change(&changed)
        #expect(!changed.holds, what)
    }
}

extension String {
    /// The text up to `mark`, and `mark` with what follows; all and nothing where it is absent.
    fileprivate func components(beforeAndAfter mark: String) -> (String, String) {
        guard let range = firstRange(of: mark) else { return (self, "") }
        return (String(self[..<range.lowerBound]), String(self[range.lowerBound...]))
    }
}
