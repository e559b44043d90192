/// The little of protobuf that kubectl sends and nothing else understands: texts, numbers and messages by number.
struct ProtobufMessage: Sendable {
    /// What a field holds.
    enum Value: Sendable {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    /// The fields in the order in which they were sent.
    private(set) var fields: [(number: UInt64, value: Value)] = []

    /// Nil when the bytes are no message, or hold groups.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            guard let key = Self.number(&rest), let value = Self.value(&rest, form: key & 7) else { return nil }
            fields.append((key >> 3, value))
        }
    }

    /// The object inside the envelope of Kubernetes: `k8s`, a zero byte, and a message whose field 2 is the object.
    init?(kubernetes bytes: [UInt8]) {
        guard bytes.starts(with: [0x6B, 0x38, 0x73, 0x00]), let envelope = ProtobufMessage(bytes.dropFirst(4)),
            let raw = envelope.bytes(2)
        else { return nil }
        self.init(raw)
    }

    /// The message in a field; nil when there is none.
    func message(_ number: UInt64) -> ProtobufMessage? { bytes(number).flatMap { ProtobufMessage($0) } }

    /// The text in a field; empty when there is none.
    func text(_ number: UInt64) -> String { bytes(number).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// The whole number in a field; 0 when there is none.
    func number(_ number: UInt64) -> Int64 {
        for field in fields.reversed() where field.number == number {
            if case .number(let value) = field.value { return Int64(truncatingIfNeeded: value) }
        }
        return 0
    }

    private func bytes(_ number: UInt64) -> ArraySlice<UInt8>? {
        for field in fields.reversed() where field.number == number {
            if case .bytes(let bytes) = field.value { return bytes }
        }
        return nil
    }

    private static func value(_ rest: inout ArraySlice<UInt8>, form: UInt64) -> Value? {
        switch form {
        case 0: return number(&rest).map(Value.number)
        case 1, 5:
            let size = form == 1 ? 8 : 4
            guard rest.count >= size else { return nil }
            defer { rest = rest.dropFirst(size) }
            return .number(rest.prefix(size).reversed().reduce(0) { $0 << 8 | UInt64($1) })
        case 2:
            guard let length = number(&rest), length <= UInt64(rest.count) else { return nil }
            defer { rest = rest.dropFirst(Int(length)) }
            return .bytes(rest.prefix(Int(length)))
        default: return nil
        }
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
