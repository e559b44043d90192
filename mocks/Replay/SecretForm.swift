internal import Foundation
internal import SlipwayBase

/// The forms by which a secret is told from other text, whatever its name.
enum SecretForm: CaseIterable {
    case jsonWebToken, bearer, privateKey, encodedPrivateKey, awsKey, awsSessionKey, sharedAccessSignature
    case operationSignature

    /// How it begins.
    var prefix: StaticString {
        switch self {
        case .jsonWebToken: "eyJ"
        case .bearer: "earer "
        case .privateKey: "-----BEGIN "
        case .encodedPrivateKey: "LS0tLS1CRUdJTi"
        case .awsKey: "AKIA"
        case .awsSessionKey: "ASIA"
        case .sharedAccessSignature: "sig="
        case .operationSignature: "&s="
        }
    }

    /// What people call it.
    var name: String {
        switch self {
        case .jsonWebToken: "JSON Web Token"
        case .bearer: "bearer token"
        case .privateKey, .encodedPrivateKey: "private key"
        case .awsKey, .awsSessionKey: "AWS access key"
        case .sharedAccessSignature: "shared access signature"
        case .operationSignature: "signature of an operation"
        }
    }

    /// What stands in its place.
    var mask: String {
        switch self {
        case .jsonWebToken: "[masked token]"
        case .bearer: "earer [masked]"
        case .privateKey, .encodedPrivateKey: "[masked private key]"
        case .awsKey, .awsSessionKey: "[masked access key]"
        case .sharedAccessSignature: "sig=[masked]"
        case .operationSignature: "&s=[masked]"
        }
    }

    /// The form and extent of the secret that begins at `start`; nil when none does.
    static func find(in bytes: [UInt8], at start: Int) -> (form: SecretForm, range: Range<Int>)? {
        let candidates: [SecretForm]
        switch bytes[start] {
        case UInt8(ascii: "e"): candidates = [.jsonWebToken, .bearer]
        case UInt8(ascii: "-"): candidates = [.privateKey]
        case UInt8(ascii: "L"): candidates = [.encodedPrivateKey]
        case UInt8(ascii: "A"): candidates = [.awsKey, .awsSessionKey]
        case UInt8(ascii: "s"): candidates = [.sharedAccessSignature]
        case UInt8(ascii: "&"): candidates = [.operationSignature]
        default: return nil
        }
        for form in candidates where bytes.has(form.prefix, at: start) {
            if let end = form.end(in: bytes, from: start + form.prefix.utf8CodeUnitCount) { return (form, start..<end) }
        }
        return nil
    }

    /// Where the secret ends whose prefix ends at `start`; nil when it is none after all.
    private func end(in bytes: [UInt8], from start: Int) -> Int? {
        switch self {
        case .jsonWebToken: return endOfToken(bytes, from: start)
        case .privateKey: return endOfKey(bytes, from: start)
        case .bearer:
            let end = bytes.run(from: start, also: "./+=~")
            let isOpaque = bytes[start..<end].contains { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
            return end - start >= 12 && isOpaque ? end : nil
        case .encodedPrivateKey:
            let end = bytes.run(from: start, also: "/+=")
            let head = bytes[(start - prefix.utf8CodeUnitCount)..<min(end, start + 42)]
            let text = Data(base64Encoded: Data(head.prefix(head.count / 4 * 4))).map {
                String(decoding: $0, as: UTF8.self)
            }
            return text?.contains("PRIVATE KEY") == true ? end : nil
        case .awsKey, .awsSessionKey:
            let end = bytes.run(from: start, also: "")
            let isUpper = bytes[start..<end].allSatisfy { !(0x61...0x7A).contains($0) }
            return end - start == 16 && isUpper ? end : nil
        case .sharedAccessSignature:
            let end = bytes.run(from: start, also: "%/+=")
            return end - start >= 20 ? end : nil
        // What the resource manager signs is an address whose query has `t`, `c`, `s` and `h`.
        case .operationSignature:
            let end = bytes.run(from: start, also: "%")
            return end - start >= 16 ? end : nil
        }
    }

    /// Three parts of base64url, the first of which began before `start`.
    private func endOfToken(_ bytes: [UInt8], from start: Int) -> Int? {
        var end = bytes.run(from: start, also: "")
        for _ in 0..<2 {
            guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return nil }
            let next = bytes.run(from: end + 1, also: "")
            guard next - end > 8 else { return nil }
            end = next
        }
        return end
    }

    /// The line that closes the key, or all that is left where it was cut off.
    private func endOfKey(_ bytes: [UInt8], from start: Int) -> Int? {
        let label = bytes[start..<min(start + 30, bytes.count)].prefix { $0 != UInt8(ascii: "-") }
        guard String(decoding: label, as: UTF8.self).hasSuffix("PRIVATE KEY") else { return nil }
        var position = start + label.count + 5
        while position < bytes.count, !bytes.has("-----END ", at: position) { position += 1 }
        position += 9
        while position < bytes.count, !bytes.has("-----", at: position) { position += 1 }
        return min(position + 5, bytes.count)
    }
}

extension [UInt8] {
    fileprivate func has(_ text: StaticString, at start: Int) -> Bool {
        let end = start + text.utf8CodeUnitCount
        return end <= count && (start..<end).allSatisfy { self[$0] == text.utf8Start[$0 - start] }
    }

    /// The end of the run of base64url characters, and of `others`, that begins at `start`.
    fileprivate func run(from start: Int, also others: String) -> Int {
        var end = start
        while end < count {
            switch self[end] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: end += 1
            case let byte where others.utf8.contains(byte): end += 1
            default: return end
            }
        }
        return end
    }
}
