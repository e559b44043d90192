/// Work space for one signature at a time; its memory is used again and again.
final class Scratch {
    private let stream = SHA256.Stream()
    private let digest = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 32)
    /// The canonical request.
    var request = ByteText()
    /// Where the names of the signed fields stand in `request`.
    var names = 0..<0
    /// The string to sign, then the signature's own text.
    var line = ByteText(capacity: 512)
    /// What is signed, in order of the names, which are in lower case.
    var fields: [SigV4.Field] = []

    deinit { digest.deallocate() }

    func clear() {
        request.shorten()
        line.shorten()
        fields.removeAll(keepingCapacity: true)
    }

    /// Adds a field after all of its name; fields that are never signed are left out unless they are asked for.
    func insert(_ field: SigV4.Field, isAsked: Bool = false) {
        let name = field.name.lowerCase
        guard isAsked || !SigV4.isNeverSigned(name) else { return }
        var index = fields.endIndex
        while index > 0, fields[index - 1].name > name { index -= 1 }
        fields.insert((name, field.value), at: index)
    }

    /// Ends the canonical request with what stands for the body.
    func appendHash(of payload: SigV4.Payload) {
        switch payload {
        case .named(let name): request.append(name)
        case .bytes(let bytes):
            bytes.withUnsafeBytes { hash($0) }
            request.appendHexadecimal(UnsafeBufferPointer(digest))
        }
    }

    /// Makes `line` the string to sign for the canonical request.
    func writeStringToSign(_ stamp: SIMD16<UInt8>, scope: String) {
        line.shorten()
        line.append("AWS4-HMAC-SHA256\n" as StaticString)
        line.append(stamp)
        line.append("\n")
        line.append(scope)
        line.append("\n")
        hash(request.raw)
        line.appendHexadecimal(UnsafeBufferPointer(digest))
    }

    /// The signature of what `line` says; good until the next.
    func signature(_ key: HMACKey) -> UnsafeBufferPointer<UInt8> {
        key.sign(line.raw, with: stream, into: digest.baseAddress.unsafelyUnwrapped)
        return UnsafeBufferPointer(digest)
    }

    private func hash(_ bytes: UnsafeRawBufferPointer) {
        stream.start()
        stream.add(bytes)
        stream.finish(into: digest.baseAddress)
    }
}

extension String {
    /// The same without capitals; itself where there are none.
    fileprivate var lowerCase: String {
        var copy = self
        let hasCapitals = copy.withUTF8 { bytes in
            bytes.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        }
        return hasCapitals ? lowercased() : self
    }
}
