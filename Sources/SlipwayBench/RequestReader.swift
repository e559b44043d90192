import Foundation
import HTTPTypes
import SlipwayHTTP

/// Reads what a well-behaved client sends; nobody else is talked to.
struct RequestReader {
    private let socket: TLSSocket
    private let host = HTTPField.Name("Host")!
    private var rest: [UInt8] = []

    init(_ socket: TLSSocket) { self.socket = socket }

    /// The next request; nil when the client has gone or is not understood.
    mutating func next() -> Request? {
        guard let end = head() else { return nil }
        let lines = String(decoding: rest[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3, let method = HTTPRequest.Method(rawValue: String(words[0])) else { return nil }
        var request = Request(method, Origin(scheme: "https", host: "localhost"), String(words[1]))
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2, let name = HTTPField.Name(String(pair[0])) else { continue }
            request.headers[name] = pair[1].trimmingCharacters(in: .whitespaces)
        }
        // Whoever serves several hosts tells them apart by the one that was asked for.
        if let origin = request.headers[host].flatMap({ Origin(url: "https://\($0)") }) { request.origin = origin }
        request.streamsResponse = request.target.contains("watch=true")
        guard let body = body(from: end + 4, request.headers[.contentLength].flatMap { Int($0) } ?? 0) else {
            return nil
        }
        if !body.isEmpty { request.body = .bytes(body) }
        return request
    }

    /// Where the empty line after the header begins.
    private mutating func head() -> Int? {
        let blank: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        while true {
            if let range = rest.firstRange(of: blank) { return range.lowerBound }
            guard rest.count < 1 << 16, let more = socket.read() else { return nil }
            rest += more
        }
    }

    private mutating func body(from start: Int, _ count: Int) -> [UInt8]? {
        guard (0...(1 << 20)).contains(count) else { return nil }
        while rest.count < start + count {
            guard let more = socket.read() else { return nil }
            rest += more
        }
        defer { rest.removeFirst(start + count) }
        return Array(rest[start..<(start + count)])
    }
}
