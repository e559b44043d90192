import HTTPTypes
import SlipwayBase

/// Puts a response's head together, line by line as libcurl hands it over.
struct HeadReader {
    /// What one line meant.
    enum Line {
        case more
        case end
        case tooLong
    }

    private(set) var fields = HTTPFields()
    private var bytes = 0
    private var isDone = false

    /// Takes one line with its line break; lines after the head are trailers and only counted.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Line {
        bytes += line.count
        guard bytes <= Limits.headerBytesMax else { return .tooLong }
        if isDone { return .more }
        if line.starts(with: "HTTP/".utf8) {
            // A status line begins a new head: what stood before it was an interim response.
            fields = HTTPFields()
            return .more
        }
        if line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) { return .end }
        add(line)
        return .more
    }

    /// The head is complete: whatever follows the body is a trailer.
    mutating func finish() { isDone = true }

    /// Content-Encoding and Content-Length told about the packed body, which the caller never sees.
    mutating func forgetEncoding() {
        guard fields[.contentEncoding] != nil else { return }
        fields[.contentEncoding] = nil
        fields[.contentLength] = nil
    }

    private mutating func add(_ line: UnsafeRawBufferPointer) {
        guard let colon = line.firstIndex(of: 0x3A), let name = HTTPField.Name(parsed: line[..<colon]) else { return }
        var value = line[(colon + 1)...]
        while let last = value.last, last <= 0x20 { value = value.dropLast() }
        while let first = value.first, first <= 0x20 { value = value.dropFirst() }
        fields.append(HTTPField(name: name, value: String(decoding: value, as: UTF8.self)))
    }
}

extension HTTPField.Name {
    fileprivate init?(parsed bytes: Slice<UnsafeRawBufferPointer>) {
        self.init(String(decoding: bytes, as: UTF8.self))
    }
}
