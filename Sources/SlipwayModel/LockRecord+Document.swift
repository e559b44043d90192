internal import SlipwayBase

extension LockRecord {
    /// The record as a document for places that hold bytes:
    /// `{"holder":"…","fence":7,"seconds":60,"acquired":"…","renewed":"…"}`.
    public var document: [UInt8] {
        let json: JSON = [
            "holder": .string(holder), "fence": .int(fence), "seconds": JSON(seconds),
            "acquired": acquired.map { .string($0.rfc3339) } ?? .null,
            "renewed": renewed.map { .string($0.rfc3339) } ?? .null,
        ]
        return json.bytes
    }

    /// Reads what `document` writes; nil for anything else.
    public init?(document bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let holder = json["holder"]?.string,
            let fence = json["fence"]?.int, (0...Int(Int32.max)).contains(fence), let seconds = json["seconds"]?.int,
            (0...Int(Limits.durationSecondsMax)).contains(seconds)
        else { return nil }
        self.init(
            holder: holder,
            fence: Int64(fence),
            acquired: json["acquired"]?.string.flatMap { Timestamp(rfc3339: $0) },
            renewed: json["renewed"]?.string.flatMap { Timestamp(rfc3339: $0) },
            seconds: seconds
        )
    }
}
