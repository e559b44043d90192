/// Work space for one signature at a time; its memory is used again and again.
struct Scratch: ~Copyable {
    /// A field that is signed: two pieces of `texts`.
    private struct Field {
        var name: Range<Int>
        var value: Range<Int>
    }

    private let stream = SHA256.Stream()
    private let digest = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 32)
    /// What is signed, in order of the names.
    private var fields: [Field] = []
    /// The names in lower case and the values as they are signed.
    private var texts = ByteText()
    /// The canonical request.
    var request = ByteText()
    /// The names as they stand in `SignedHeaders`.
    private(set) var signedHeaders = ByteText(capacity: 256)
    /// The string to sign, then the signature's own text.
    var line = ByteText(capacity: 512)

    deinit { digest.deallocate() }

    mutating func clear() {
        request.shorten()
        line.shorten()
        texts.shorten()
        signedHeaders.shorten()
        fields.removeAll(keepingCapacity: true)
    }

    /// Adds a field after all of its name; fields that are never signed are left out unless they are asked for.
    mutating func insert(_ name: String, _ value: String, isAsked: Bool = false) {
        let start = texts.count
        texts.appendLowerCase(name)
        let middle = texts.count
        guard isAsked || !SigV4.isNeverSigned(texts[start..<middle]) else { return texts.shorten(to: start) }
        texts.appendCollapsed(value)
        var index = fields.count
        fields.append(Field(name: start..<middle, value: middle..<texts.count))
        while index > 0, texts[start..<middle].lexicographicallyPrecedes(texts[fields[index - 1].name]) {
            fields.swapAt(index, index - 1)
            index -= 1
        }
    }

    /// Adds a line for each name, and then the names; the values of one name are joined by commas as they came in.
    mutating func appendFields() {
        writeSignedHeaders()
        for index in fields.indices {
            if isFirstOfName(index) {
                if index > 0 { request.append("\n") }
                request.append(texts[fields[index].name])
                request.append(":")
            } else {
                request.append(",")
            }
            request.append(texts[fields[index].value])
        }
        request.append("\n\n" as StaticString)
        request.append(signedHeaders.bytes)
    }

    mutating func writeSignedHeaders() {
        signedHeaders.shorten()
        for index in fields.indices where isFirstOfName(index) {
            if index > 0 { signedHeaders.append(";") }
            signedHeaders.append(texts[fields[index].name])
        }
    }

    private func isFirstOfName(_ index: Int) -> Bool {
        guard index > 0 else { return true }
        let (name, previous) = (fields[index].name, fields[index - 1].name)
        return name.count != previous.count || !texts[name].elementsEqual(texts[previous])
    }

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
    mutating func writeStringToSign(_ stamp: String, scope: String) {
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
        return Digits.hexadecimal(Array(digest))
    }

    private func hash(_ bytes: UnsafeRawBufferPointer) {
        stream.start()
        stream.add(bytes)
        stream.finish(into: digest.baseAddress)
    }
}
