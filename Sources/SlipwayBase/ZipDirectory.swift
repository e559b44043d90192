/// The directory at the end of a zip, read once for names that lead out of the folder it is unpacked in.
///
/// Source: PKWARE's APPNOTE, sections 4.3.12 to 4.3.16 and 4.4.
public struct ZipDirectory: Sendable {
    /// The folder that every entry lies in; nil when there is none such.
    public private(set) var soleFolder: String?

    private let file: any FileReader
    private let path: String

    /// Reads the directory of `file`, called `path` in sentences; throws about the first name that must not be.
    public init(_ file: any FileReader, _ path: String) throws(InputFailure) {
        (self.file, self.path) = (file, path)
        let place = try locate()
        var window = Window(file: file, position: place.start, end: place.end)
        var count = 0
        var folders: Set<String> = []
        while let head = try window.peek(46), head.number(at: 0, bytes: 4) == 0x0201_4B50 {
            let lengths = [28, 30, 32].map { head.number(at: $0, bytes: 2) }
            guard let entry = try window.peek(46 + lengths.reduce(0, +)) else { throw damaged("an entry is cut off") }
            let name = entry.dropFirst(46).prefix(lengths[0])
            if let objection = Self.objection(to: name, isEncrypted: head.number(at: 8, bytes: 2) & 1 == 1) {
                let shown = String(decoding: name, as: UTF8.self).printable(max: 200)
                throw InputFailure("\(path): the entry \(shown) \(objection).")
            }
            if folders.count < 2 { folders.insert(Self.topFolder(of: name)) }
            window.skip(entry.count)
            count += 1
        }
        guard window.isAtEnd else { throw damaged("its directory is cut off") }
        guard count & 0xFFFF == place.entries & 0xFFFF else { throw damaged("its directory misses entries") }
        guard count > 0 else { throw InputFailure("\(path) is an archive with nothing in it.") }
        if folders.count == 1, let folder = folders.first, !folder.isEmpty { soleFolder = folder.printable(max: 100) }
    }

    private struct Place {
        var start: Int
        var end: Int
        var entries: Int
    }

    /// Where the directory lies, by the record behind it; the larger form of that record counts where there is one.
    private func locate() throws(InputFailure) -> Place {
        let tailCount = min(file.byteCount, 22 + 0xFFFF)
        let tailStart = file.byteCount - tailCount
        let tail = try file.read(at: tailStart, count: tailCount)
        guard let mark = Self.lastRecord(in: tail) else { throw damaged("it has no directory at its end") }
        let record = tail[mark...]
        var place = Place(start: 0, end: tailStart + mark, entries: record.number(at: 10, bytes: 2))
        var size = record.number(at: 12, bytes: 4)
        let isLarge = place.entries == 0xFFFF || size == 0xFFFF_FFFF || record.number(at: 16, bytes: 4) == 0xFFFF_FFFF
        if isLarge, let large = try largeRecord(before: place.end) {
            (place.end, place.entries, size) = (large.end, large.entries, large.size)
        }
        guard size <= Limits.zipDirectoryBytesMax else {
            throw InputFailure("\(path) has more names in it than are read; leave out what is not needed to run it.")
        }
        guard size <= place.end else { throw damaged("its directory is cut off") }
        // Counted from its end, because bytes may have been put in front of the archive.
        place.start = place.end - size
        return place
    }

    private func largeRecord(before end: Int) throws(InputFailure) -> (end: Int, entries: Int, size: Int)? {
        guard end >= 20 else { return nil }
        let locator = try file.read(at: end - 20, count: 20)
        guard locator.number(at: 0, bytes: 4) == 0x0706_4B50 else { return nil }
        let start = locator.number(at: 8, bytes: 8)
        guard start >= 0, start <= end - 20 - 56 else { throw damaged("its directory is cut off") }
        let record = try file.read(at: start, count: 56)
        let (entries, size) = (record.number(at: 32, bytes: 8), record.number(at: 40, bytes: 8))
        guard record.number(at: 0, bytes: 4) == 0x0606_4B50, entries >= 0, size >= 0 else {
            throw damaged("its directory is cut off")
        }
        return (start, entries, size)
    }

    private static func lastRecord(in tail: [UInt8]) -> Int? {
        guard tail.count >= 22 else { return nil }
        return stride(from: tail.count - 22, through: 0, by: -1).first { place in
            tail[place] == 0x50 && tail[place...].number(at: 0, bytes: 4) == 0x0605_4B50
                && place + 22 + tail[place...].number(at: 20, bytes: 2) <= tail.count
        }
    }

    /// What is wrong with an entry and what to do, to be put after its name; nil when nothing is.
    private static func objection(to name: ArraySlice<UInt8>, isEncrypted: Bool) -> String? {
        let parts = name.split(omittingEmptySubsequences: false) { isSeparator($0) }
        let again = "pack with names relative to the application's own folder"
        guard let first = name.first else { return "has no name; pack the archive anew" }
        if name.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "has control characters in its name; rename it" }
        if isSeparator(first) { return "has an absolute name; \(again)" }
        if name.count > 1, name[name.startIndex + 1] == UInt8(ascii: ":"), (0x61...0x7A).contains(first | 0x20) {
            return "has a drive letter in its name; \(again)"
        }
        if parts.contains(where: { $0.elementsEqual(Array("..".utf8)) }) {
            return "leads out of the folder with ..; \(again)"
        }
        return isEncrypted ? "is encrypted; pack it without a password" : nil
    }

    /// Programs that unpack may read a backslash as a slash, so both divide names here.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\")
    }

    /// The first component of a name that has more than one; empty otherwise.
    private static func topFolder(of name: ArraySlice<UInt8>) -> String {
        guard let slash = name.firstIndex(where: isSeparator) else { return "" }
        return String(decoding: name[..<slash], as: UTF8.self)
    }

    private func damaged(_ why: String) -> InputFailure {
        InputFailure("\(path) is no whole zip archive: \(why); pack it again.")
    }
}

/// A stretch of a file that is read a quarter of a megabyte at a time.
private struct Window {
    let file: any FileReader
    var position: Int
    let end: Int
    private var buffer: ArraySlice<UInt8> = []

    init(file: any FileReader, position: Int, end: Int) {
        (self.file, self.position, self.end) = (file, position, end)
    }

    var isAtEnd: Bool { position == end }

    /// The next `count` bytes, without going past them; nil when there are not so many.
    mutating func peek(_ count: Int) throws(InputFailure) -> ArraySlice<UInt8>? {
        guard count <= end - position else { return nil }
        if buffer.count < count {
            // Larger than any entry: three lengths of 16 bits and 46 bytes.
            buffer = try file.read(at: position, count: min(256 << 10, end - position))[...]
        }
        return buffer.prefix(count)
    }

    mutating func skip(_ count: Int) {
        buffer = buffer.dropFirst(count)
        position += count
    }
}

extension RandomAccessCollection where Element == UInt8 {
    /// The little-endian number of `bytes` bytes at `offset` from the beginning; negative when it does not fit.
    fileprivate func number(at offset: Int, bytes: Int) -> Int {
        let start = index(startIndex, offsetBy: offset)
        var value: UInt64 = 0
        for (shift, byte) in self[start...].prefix(bytes).enumerated() { value |= UInt64(byte) << UInt64(8 * shift) }
        return Int(truncatingIfNeeded: value)
    }
}
