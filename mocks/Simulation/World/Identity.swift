import SlipwayBase

/// Names, uids and addresses drawn from one counter: two worlds that see the same requests give the same ones.
struct Identity: Sendable {
    private var count: UInt64 = 0
    private var addresses = 0

    /// A uid in the shape of a random UUID.
    mutating func uid() -> String {
        let digits = hex(next()) + hex(next())
        func part(_ start: Int, _ length: Int) -> Substring { digits.dropFirst(start).prefix(length) }
        return "\(part(0, 8))-\(part(8, 4))-4\(part(13, 3))-a\(part(17, 3))-\(part(20, 12))"
    }

    /// Five letters as the API server appends them to a `generateName`.
    mutating func suffix() -> String { safe(next(), length: 5) }

    /// The next pod address.
    mutating func address() -> String {
        addresses += 1
        return "10.1.\(addresses / 254 % 256).\(addresses % 254 + 1)"
    }

    /// The next Service address.
    mutating func clusterAddress() -> String {
        addresses += 1
        return "10.0.\(addresses / 254 % 256).\(addresses % 254 + 1)"
    }

    private mutating func next() -> UInt64 {
        count += 1
        return mixed(count &* 0x9E37_79B9_7F4A_7C15)
    }
}

/// The hash of a pod template in the letters that ReplicaSet names use; depends on the template's content only.
func templateHash(_ template: JSON) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in template.canonical.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return safe(mixed(hash), length: 10)
}

private func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
}

private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

private func safe(_ value: UInt64, length: Int) -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
    var rest = value
    var bytes: [UInt8] = []
    for _ in 0..<length {
        bytes.append(letters[Int(rest % 27)])
        rest /= 27
    }
    return String(decoding: bytes, as: UTF8.self)
}
