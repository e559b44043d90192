/// A zip of stored entries, written byte by byte so that it can be wrong in any place.
struct Zip {
    var names: [[UInt8]]
    var flags = 0
    var isLarge = false
    var prefix: [UInt8] = []
    var tail: [UInt8] = []
    var comment: [UInt8] = []
    /// Added to what the last record says.
    var countError = 0
    var sizeError = 0

    init(_ names: String...) { self.names = names.map { Array($0.utf8) } }

    var bytes: [UInt8] {
        var all = prefix
        var directory: [UInt8] = []
        for name in names {
            let offset = all.count
            let common = Self.number(20, 2) + Self.number(flags, 2) + [UInt8](repeating: 0, count: 20)
            all +=
                Self.number(0x0403_4B50, 4) + common.dropLast(2) + Self.number(name.count, 2) + Self.number(0, 2) + name
            directory += Self.number(0x0201_4B50, 4) + Self.number(20, 2) + common.dropLast(2)
            directory += Self.number(name.count, 2) + [UInt8](repeating: 0, count: 12) + Self.number(offset, 4) + name
        }
        let start = all.count
        all += directory
        let end = all.count
        if isLarge {
            all += Self.number(0x0606_4B50, 4) + Self.number(44, 8) + [UInt8](repeating: 0, count: 12)
            all += Self.number(names.count, 8) + Self.number(names.count, 8) + Self.number(directory.count, 8)
            all += Self.number(start, 8)
            all += Self.number(0x0706_4B50, 4) + Self.number(0, 4) + Self.number(end, 8) + Self.number(1, 4)
        }
        let count = isLarge ? 0xFFFF : names.count + countError
        all += Self.number(0x0605_4B50, 4) + Self.number(0, 4) + Self.number(count, 2) + Self.number(count, 2)
        all += Self.number(isLarge ? 0xFFFF_FFFF : directory.count + sizeError, 4)
        all += Self.number(isLarge ? 0xFFFF_FFFF : start, 4) + Self.number(comment.count, 2) + comment
        return all + tail
    }

    static func number(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) } }
}
