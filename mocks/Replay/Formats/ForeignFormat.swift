internal import SlipwayBase

/// Recordings that other programs keep.
public enum ForeignFormat: String, Hashable, Sendable, CaseIterable {
    /// vcrpy, YAML or JSON.
    case vcrpy
    /// The VCR of Ruby, YAML or JSON.
    case rubyVCR = "ruby-vcr"
    /// go-vcr, versions 1 and 2 of its files.
    case goVCR = "go-vcr"
    /// HTTP Archive 1.2.
    case har
    /// The test proxy of Azure's SDKs.
    case testProxy = "test-proxy"
    /// Stub mappings of WireMock.
    case wireMock = "wiremock"

    /// The format of the document, told by its members; nil when it is none of these.
    public static func detected(in bytes: [UInt8]) -> ForeignFormat? {
        guard let first = bytes.first(where: { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }) else { return nil }
        if first == UInt8(ascii: "{"), let document = try? JSON(parsing: bytes) {
            if document[path: "log", "entries"] != nil { return .har }
            if document["Entries"] != nil { return .testProxy }
            if document["mappings"] != nil || document[path: "request", "method"] != nil { return .wireMock }
            if document["http_interactions"] != nil { return .rubyVCR }
            return document["interactions"] == nil || document["format"] != nil ? nil : .vcrpy
        }
        let head = "\n" + String(decoding: bytes.prefix(16 << 10), as: UTF8.self)
        if head.contains("\nhttp_interactions:") { return .rubyVCR }
        guard head.contains("\ninteractions:") else { return nil }
        return head.contains(" uri:") ? .vcrpy : head.contains("url:") ? .goVCR : .vcrpy
    }
}

extension Cassette {
    /// Reads what another program recorded, with secrets masked; `format` is told by the document when nil, and
    /// `source` says what was recorded.
    ///
    /// Throws one sentence for what is none of the formats, or is wrong inside. Nothing in it is ever run: tags that
    /// name code are refused.
    public init(
        importing bytes: [UInt8],
        as format: ForeignFormat? = nil,
        name: String,
        from source: String
    ) throws(CassetteFailure) {
        let shown = name.printable(max: 200)
        guard bytes.count <= Limits.cassetteBytesMax else { throw CassetteFailure(tooLarge: shown) }
        guard let format = format ?? ForeignFormat.detected(in: bytes) else {
            let names = ForeignFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw CassetteFailure(cassette: shown, problem: "it is none of \(names); say which with --from")
        }
        switch format {
        case .vcrpy:
            try self.init(vcrpy: bytes, name: name, from: source)
            return
        case .rubyVCR, .goVCR:
            let root = try ForeignYAML(parsing: bytes, cassette: shown)
            let exchanges = try format == .goVCR ? root.goExchanges() : root.rubyExchanges()
            try self.init(exchanges, name: name, from: source)
        case .har, .testProxy, .wireMock:
            let document: JSON
            do { document = try JSON(parsing: bytes) } catch {
                throw CassetteFailure(cassette: shown, problem: "it is \(error.description); it may be cut off")
            }
            let root = Field(value: document, path: "", cassette: shown)
            switch format {
            case .har: try self.init(try root.archiveExchanges(), name: name, from: source)
            case .testProxy: try self.init(try root.proxyExchanges(), name: name, from: source)
            default: try self.init(try root.stubExchanges(), name: name, from: source)
            }
        }
    }

    private init(_ exchanges: [ForeignExchange], name: String, from source: String) throws(CassetteFailure) {
        guard exchanges.count <= Limits.cassetteInteractionsMax else {
            let problem = "it has more than \(Limits.cassetteInteractionsMax) interactions"
            throw CassetteFailure(cassette: name, problem: problem)
        }
        let recordedAt = exchanges.lazy.compactMap(\.recordedAt).first
        let origin = CassetteOrigin(.recorded, from: source, recordedAt: recordedAt)
        var cassette = Cassette(name: name.printable(max: 200), origin: origin)
        for exchange in exchanges { cassette.append(try exchange.interaction(in: cassette.name)) }
        self = cassette.redacted()
    }
}
