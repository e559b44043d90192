import HTTPTypes

/// The framing of `Content-Encoding: aws-chunked`: sized chunks, each perhaps with a signature, then trailers.
///
/// The signatures of the chunks are not verified; that of the request's head is, like every other.
enum AWSChunked {
    /// The bytes inside, and the trailing header fields; nil when the framing is broken.
    static func decode(_ body: [UInt8]) -> (bytes: [UInt8], trailers: [(name: String, value: String)])? {
        var rest = body[...]
        var bytes: [UInt8] = []
        while true {
            guard let line = takeLine(&rest), let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else {
                return nil
            }
            if size == 0 { break }
            guard rest.count >= size + 2 else { return nil }
            bytes += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard rest.starts(with: [0x0D, 0x0A]) else { return nil }
            rest = rest.dropFirst(2)
        }
        var trailers: [(name: String, value: String)] = []
        while let line = takeLine(&rest), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            trailers.append((parts[0].lowercased(), String(parts[1].drop { $0 == " " })))
        }
        return (bytes, trailers)
    }

    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard !rest.isEmpty else { return nil }
        guard let end = rest.firstIndex(of: 0x0A) else { return nil }
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
}
