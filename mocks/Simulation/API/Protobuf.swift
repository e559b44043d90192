/// The little of protobuf that kubectl sends and nothing else understands: strings and messages by their number.
struct ProtobufMessage: Sendable {
    private var fields: [(number: UInt64, bytes: ArraySlice<UInt8>)] = []

    /// Nil when the bytes are no message, or hold groups.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            guard let key = Self.number(&rest) else { return nil }
            switch key & 7 {
            case 0: guard Self.number(&rest) != nil else { return nil }
            case 1:
                guard rest.count >= 8 else { return nil }
                rest = rest.dropFirst(8)
            case 2:
                guard let length = Self.number(&rest), length <= UInt64(rest.count) else { return nil }
                fields.append((key >> 3, rest.prefix(Int(length))))
                rest = rest.dropFirst(Int(length))
            case 5:
                guard rest.count >= 4 else { return nil }
                rest = rest.dropFirst(4)
            default: return nil
            }
        }
    }

    /// The object inside the envelope of Kubernetes: `k8s`, a zero byte, and a message whose field 2 is the object.
    init?(kubernetes bytes: [UInt8]) {
        guard bytes.starts(with: [0x6B, 0x38, 0x73, 0x00]), let envelope = ProtobufMessage(bytes.dropFirst(4)),
            let raw = envelope.fields.last(where: { $0.number == 2 })
        else { return nil }
        self.init(raw.bytes)
    }

    /// The message in a field; nil when there is none.
    func message(_ number: UInt64) -> ProtobufMessage? {
        fields.last { $0.number == number }.flatMap { ProtobufMessage($0.bytes) }
    }

    /// The text in a field; empty when there is none.
    func text(_ number: UInt64) -> String {
        fields.last { $0.number == number }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
