/// Work space for one signature at a time; its memory is used again and again.
struct Scratch: ~Copyable {
    /// A field that is signed; its name is a piece of `names`.
    struct Field {
        var name: Range<Int>
        var value: String
    }

    private let stream = SHA256.Stream()
    private let digest = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 32)
    private var names = ByteText(capacity: 256)
    /// What is signed, in order of the names.
    private(set) var fields: [Field] = []
    /// The canonical request.
    var request = ByteText()
    /// Where the names of the signed fields stand in `request`.
    var signedHeaders = 0..<0
    /// The string to sign, then the signature's own text.
    var line = ByteText(capacity: 512)

    deinit { digest.deallocate() }

    mutating func clear() {
        request.shorten()
        line.shorten()
        names.shorten()
        fields.removeAll(keepingCapacity: true)
    }

    /// Adds a field after all of its name; fields that are never signed are left out unless they are asked for.
    mutating func insert(_ name: String, _ value: String, isAsked: Bool = false) {
        let start = names.count
        names.appendLowerCase(name)
        let range = start..<names.count
        guard isAsked || !SigV4.isNeverSigned(names[range]) else { return names.shorten(to: start) }
        var index = fields.endIndex
        while index > 0, names[range].lexicographicallyPrecedes(names[fields[index - 1].name]) { index -= 1 }
        fields.insert(Field(name: range, value: value), at: index)
    }

    /// The name of the field at `index`, in lower case.
    func name(at index: Int) -> UnsafeBufferPointer<UInt8> { names[fields[index].name] }

    /// Whether the field at `index` has another name than the one before it.
    func isFirstOfName(_ index: Int) -> Bool { index == 0 || !name(at: index).elementsEqual(name(at: index - 1)) }

    /// Ends the canonical request with what stands for the body.
    mutating func appendHash(of payload: SigV4.Payload) {
        switch payload {
        case .named(let name): request.append(name)
        case .bytes(let bytes):
            bytes.withUnsafeBytes { hash($0) }
            request.appendHexadecimal(UnsafeBufferPointer(digest))
        }
    }

    /// Makes `line` the string to sign for the canonical request.
    mutating func writeStringToSign(_ stamp: SIMD16<UInt8>, scope: String) {
        line.shorten()
        line.append("AWS4-HMAC-SHA256\n" as StaticString)
        line.append(stamp)
        line.append("\n")
        line.append(scope)
        line.append("\n")
        hash(request.raw)
        line.appendHexadecimal(UnsafeBufferPointer(digest))
    }

    /// Digests what `line` says under the key.
    mutating func sign(_ key: HMACKey) {
        key.sign(line.raw, with: stream, into: digest.baseAddress.unsafelyUnwrapped)
    }

    /// Adds to `line` what was digested last.
    mutating func appendDigest() { line.appendHexadecimal(UnsafeBufferPointer(digest)) }

    /// The signature of what `line` says, as 64 digits.
    mutating func signature(_ key: HMACKey) -> String {
        sign(key)
        return hexadecimal(Array(digest))
    }

    private func hash(_ bytes: UnsafeRawBufferPointer) {
        stream.start()
        stream.add(bytes)
        stream.finish(into: digest.baseAddress)
    }
}
