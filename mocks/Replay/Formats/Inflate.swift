internal import SlipwayBase

/// Undoes the compression of bodies that other programs kept as they came. Sources: RFC 1950, 1951 and 1952.
struct Inflate {
    private let input: [UInt8]
    private let countMax: Int
    private var position = 0
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var output: [UInt8] = []

    /// What went wrong, in a few words.
    private struct Fault: Error {
        var words: String
    }

    /// The body as it was before it was compressed for the wire by `encoding`, a `Content-Encoding`; one that is text
    /// already was decoded by the recorder. Throws a few words for what cannot be undone or becomes too long.
    static func decoded(_ body: [UInt8], encoding: String?) throws(InputFailure) -> [UInt8] {
        let encoding = encoding?.lowercased() ?? ""
        guard !["", "identity"].contains(encoding), String(validating: body, as: UTF8.self) == nil else { return body }
        do {
            switch encoding {
            case "gzip", "x-gzip": return try gzip(body)
            case "deflate": return try zlib(body)
            default:
                throw Fault(words: "it is compressed by \(encoding.printable(max: 40)), and gzip and deflate are read")
            }
        } catch { throw InputFailure((error as? Fault)?.words ?? "it cannot be decompressed") }
    }

    private static func gzip(_ body: [UInt8]) throws -> [UInt8] {
        guard body.count >= 18, body.starts(with: [0x1F, 0x8B, 8]) else { throw Fault(words: "it is not gzip") }
        let flags = body[3]
        var start = 10
        if flags & 4 != 0 { start += 2 + Int(body[10]) + Int(body[11]) << 8 }
        // A name and a comment end with a zero each.
        for flag in [UInt8(8), 16] where flags & flag != 0 {
            guard start < body.count, let end = body[start...].firstIndex(of: 0) else {
                throw Fault(words: "it is cut off")
            }
            start = end + 1
        }
        if flags & 2 != 0 { start += 2 }
        guard start <= body.count else { throw Fault(words: "it is cut off") }
        var inflate = Inflate(Array(body[start...]))
        let output = try inflate.run()
        let size = body.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard size == output.count else { throw Fault(words: "its length is not the one that gzip wrote down") }
        return output
    }

    private static func zlib(_ body: [UInt8]) throws -> [UInt8] {
        // Some servers leave out the two bytes before what is compressed.
        let hasHead = body.count > 2 && body[0] & 0x0F == 8 && (Int(body[0]) << 8 | Int(body[1])) % 31 == 0
        var inflate = Inflate(hasHead ? Array(body.dropFirst(2)) : body)
        return try inflate.run()
    }

    private init(_ input: [UInt8]) { (self.input, countMax) = (input, Limits.cassetteBytesMax) }

    private mutating func run() throws -> [UInt8] {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try copy()
            case 1: try expand(.fixedLiterals, .fixedDistances)
            case 2:
                let (literals, distances) = try codes()
                try expand(literals, distances)
            default: throw Fault(words: "it is damaged")
            }
        }
        return output
    }

    private mutating func take(_ count: UInt32) throws -> Int {
        while bitCount < count {
            guard position < input.count else { throw Fault(words: "it is cut off") }
            bits |= UInt32(input[position]) << bitCount
            position += 1
            bitCount += 8
        }
        defer {
            bits >>= count
            bitCount -= count
        }
        return Int(bits & ((1 << count) - 1))
    }

    private mutating func append(_ byte: UInt8) throws {
        guard output.count < countMax else { throw Fault(words: "it is longer than \(countMax >> 20) MiB") }
        output.append(byte)
    }

    /// A block that is not compressed.
    private mutating func copy() throws {
        (bits, bitCount) = (0, 0)
        guard position + 4 <= input.count else { throw Fault(words: "it is cut off") }
        let count = Int(input[position]) | Int(input[position + 1]) << 8
        position += 4
        guard position + count <= input.count else { throw Fault(words: "it is cut off") }
        for byte in input[position..<(position + count)] { try append(byte) }
        position += count
    }

    private mutating func expand(_ literals: PrefixCode, _ distances: PrefixCode) throws {
        while true {
            let symbol = try next(literals)
            if symbol < 256 {
                try append(UInt8(symbol))
                continue
            }
            guard symbol > 256 else { return }
            guard symbol - 257 < Self.lengths.count else { throw Fault(words: "it is damaged") }
            let length = Self.lengths[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
            let place = try next(distances)
            guard place < Self.distances.count else { throw Fault(words: "it is damaged") }
            let distance = Self.distances[place] + (try take(Self.distanceBits[place]))
            guard distance <= output.count else { throw Fault(words: "it is damaged") }
            for _ in 0..<length { try append(output[output.count - distance]) }
        }
    }

    private mutating func next(_ code: PrefixCode) throws -> Int {
        var (value, first, index) = (0, 0, 0)
        for count in code.counts.dropFirst() {
            value |= try take(1)
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Fault(words: "it is damaged")
    }

    /// The codes that a block brings along, themselves in a code.
    private mutating func codes() throws -> (literals: PrefixCode, distances: PrefixCode) {
        let (literals, distances) = (try take(5) + 257, try take(5) + 1)
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        var lengths = [Int](repeating: 0, count: 19)
        for index in order.prefix(try take(4) + 4) { lengths[index] = try take(3) }
        let code = PrefixCode(lengths)
        var all: [Int] = []
        while all.count < literals + distances {
            let symbol = try next(code)
            switch symbol {
            case 16:
                guard let last = all.last else { throw Fault(words: "it is damaged") }
                all += [Int](repeating: last, count: 3 + (try take(2)))
            case 17: all += [Int](repeating: 0, count: 3 + (try take(3)))
            case 18: all += [Int](repeating: 0, count: 11 + (try take(7)))
            default: all.append(symbol)
            }
        }
        guard all.count == literals + distances else { throw Fault(words: "it is damaged") }
        return (PrefixCode(Array(all[..<literals])), PrefixCode(Array(all[literals...])))
    }

    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits: [UInt32] = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12289, 16385, 24577,
    ]
    private static let distanceBits: [UInt32] = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
}

/// A canonical prefix code: how many codes there are of each length, and their symbols in order.
private struct PrefixCode {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int]

    init(_ lengths: [Int]) {
        for length in lengths where length > 0 { counts[length] += 1 }
        symbols = (1..<16).flatMap { length in lengths.indices.filter { lengths[$0] == length } }
    }

    static let fixedLiterals = PrefixCode((0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    static let fixedDistances = PrefixCode([Int](repeating: 5, count: 30))
}
