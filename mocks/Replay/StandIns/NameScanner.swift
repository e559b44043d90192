internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

/// Finds real names in an exchange, in the order in which they stand there.
struct NameScanner {
    private(set) var found: [RealName] = []
    private var seen: Set<RealName> = []

    mutating func scan(_ request: RecordedRequest) {
        if let origin = request.origin { note(RealName.host(origin.host)) }
        scan(request.target)
        for field in request.headers { scan(field.value) }
        if let body = request.body { scan(body) }
    }

    mutating func scan(_ outcome: RecordedOutcome) {
        guard case .response(let response) = outcome else { return }
        for field in response.headers {
            scan(field.value)
            if let origin = Origin(url: field.value) { note(RealName.host(origin.host)) }
        }
        switch response.content {
        case .whole(let body): if let body { scan(body) }
        case .frames(let frames, _): for frame in frames { scan(RecordedBody(frame.bytes)) }
        }
    }

    private mutating func scan(_ body: RecordedBody) {
        switch body {
        case .json(let document): scan(document, under: "")
        case .text(let text): scan(text)
        case .base64, .file, .digest: break
        }
    }

    private mutating func scan(_ document: JSON, under name: String) {
        switch document {
        case .string(let text):
            if let kind = Self.members[name.lowercased()], Self.fits(text, kind) { note(RealName(kind, text)) }
            scan(text)
        case .array(let elements): for element in elements { scan(element, under: name) }
        case .object(let object):
            for (key, value) in object.members {
                if key.contains("/") { scan(key) }
                scan(value, under: key)
            }
        default: break
        }
    }

    private mutating func scan(_ text: String) {
        let bytes = Array((Secrets.encodedText(in: text) ?? text).utf8)
        for position in bytes.indices {
            switch bytes[position] {
            case UInt8(ascii: "/"): scanPath(bytes, position)
            case UInt8(ascii: "a"): scanARN(bytes, position)
            case UInt8(ascii: "e"): scanBucket(bytes, position)
            case UInt8(ascii: "<"), UInt8(ascii: "="): scanField(bytes, position)
            case UInt8(ascii: "."): scanHost(bytes, position)
            default: break
            }
        }
    }

    // MARK: - Places

    private mutating func scanPath(_ bytes: [UInt8], _ position: Int) {
        if bytes.stands("/subscriptions/", at: position) { note(.subscription, bytes.word(at: position + 15)) }
        for host in ["/login.microsoftonline.com/", "/sts.windows.net/"] where bytes.stands(host, at: position) {
            note(.tenant, bytes.word(at: position + host.utf8.count))
        }
    }

    /// `arn:aws:service:region:account:…`
    private mutating func scanARN(_ bytes: [UInt8], _ position: Int) {
        guard bytes.stands("arn:aws", at: position) || bytes.stands("arn%3Aaws", at: position) else { return }
        let text = String(decoding: bytes[position...].prefix(200), as: UTF8.self).replacing("%3A", with: ":")
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count > 4 { note(.account, String(parts[4])) }
    }

    /// `elasticbeanstalk-region-account`
    private mutating func scanBucket(_ bytes: [UInt8], _ position: Int) {
        guard bytes.stands("elasticbeanstalk-", at: position) else { return }
        let word = bytes.word(at: position)
        note(.account, word.split(separator: "-").last.map(String.init) ?? "")
    }

    /// `<Account>…<` and `client_id=…`
    private mutating func scanField(_ bytes: [UInt8], _ position: Int) {
        if bytes[position] == UInt8(ascii: "<") {
            for element in Self.elements where bytes.stands("<\(element)>", at: position) {
                note(.account, bytes.word(at: position + element.utf8.count + 2))
            }
            return
        }
        for (name, kind) in Self.fields where bytes.ends(with: name, before: position) {
            note(kind, bytes.word(at: position + 1))
        }
    }

    private mutating func scanHost(_ bytes: [UInt8], _ position: Int) {
        guard let suffix = RealName.owned.first(where: { bytes.stands($0, at: position) }),
            !bytes.isHostByte(position + suffix.utf8.count)
        else { return }
        var start = position
        while bytes.isHostByte(start - 1) || start > 0 && bytes[start - 1] == UInt8(ascii: ".") { start -= 1 }
        let end = position + suffix.utf8.count
        note(RealName.host(String(decoding: bytes[start..<end], as: UTF8.self)))
    }

    private mutating func note(_ kind: RealName.Kind, _ text: String) {
        if Self.fits(text, kind) { note(RealName(kind, text)) }
    }

    private mutating func note(_ name: RealName?) {
        if let name, seen.insert(name).inserted { found.append(name) }
    }

    private static func fits(_ text: String, _ kind: RealName.Kind) -> Bool {
        let bytes = Array(text.utf8)
        guard kind != .holder else { return bytes.count >= 8 && bytes.allSatisfy { (0x21...0x7E).contains($0) } }
        guard kind != .account else { return bytes.count == 12 && bytes.allSatisfy { (0x30...0x39).contains($0) } }
        guard bytes.count == 36 else { return false }
        return bytes.indices.allSatisfy { index in
            [8, 13, 18, 23].contains(index)
                ? bytes[index] == 0x2D
                : (0x30...0x39).contains(bytes[index]) || (0x61...0x66).contains(bytes[index] | 0x20)
        }
    }

    private static let elements = ["Account", "AccountId", "OwnerId"]
    private static let fields: [(String, RealName.Kind)] = [
        ("client_id", .principal), ("tenant", .tenant), ("AccountId", .account),
    ]
    private static let members: [String: RealName.Kind] = [
        "account": .account, "accountid": .account, "subscription": .subscription, "subscriptionid": .subscription,
        "tenantid": .tenant, "tenant": .tenant, "hometenantid": .tenant, "tid": .tenant, "clientid": .principal,
        "client_id": .principal, "principalid": .principal, "objectid": .principal, "oid": .principal,
        "appid": .principal, "holderidentity": .holder, "holder": .holder,
    ]
}

extension [UInt8] {
    func stands(_ text: String, at position: Int) -> Bool {
        position >= 0 && self[Swift.min(position, count)...].starts(with: text.utf8)
    }

    fileprivate func ends(with text: String, before position: Int) -> Bool {
        stands(text, at: position - text.utf8.count)
    }

    /// Letters, digits and dashes from here on.
    fileprivate func word(at position: Int) -> String {
        guard position < count else { return "" }
        return String(decoding: self[position...].prefix { $0.isWordByte || $0 == 0x2D }, as: UTF8.self)
    }

    fileprivate func isHostByte(_ position: Int) -> Bool {
        indices.contains(position) && (self[position].isWordByte || self[position] == 0x2D)
    }
}
