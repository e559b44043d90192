internal import SlipwayBase

extension RecordedResponse.Frame {
    /// The frames with every secret masked, however it is split over them.
    static func redacted(_ frames: [Self]) -> [Self] {
        let each = unsplit(frames).map(\.redacted)
        let all = each.flatMap(\.bytes)
        guard !Secrets.kinds(in: all).isEmpty, let last = each.last else { return each }
        // Its name stands in one piece and its value in another: the pieces lose their times, and it its place.
        return [Self(at: last.at, bytes: Secrets.masked(all))]
    }

    /// The frames with every secret that is told by its form in one of them: a cut inside of it moves behind it.
    private static func unsplit(_ frames: [Self]) -> [Self] {
        let all = frames.flatMap(\.bytes)
        let spans = Secrets.spans(in: all).map(\.range)
        guard frames.count > 1, !spans.isEmpty else { return frames }
        var (start, end) = (0, 0)
        return frames.compactMap { frame in
            end += frame.bytes.count
            let cut = spans.first { $0.lowerBound < end && end < $0.upperBound }?.upperBound ?? end
            defer { start = max(start, cut) }
            return start < cut ? Self(at: frame.at, bytes: Array(all[start..<cut])) : nil
        }
    }

    /// Bytes without a secret stay as they are.
    private var redacted: Self {
        let body = RecordedBody(bytes)
        let masked = body.redacted
        guard masked != body else { return self }
        if case .json = masked, bytes.last == 0x0A { return Self(at: at, bytes: masked.bytes + [0x0A]) }
        return Self(at: at, bytes: masked.bytes)
    }
}

extension RecordedResponse.Content {
    /// A stream of text cut anew, one line a piece at the time its end came: so it reads well, and neither a name nor
    /// an object is cut in two. Bytes that are no text, and text without line feeds, stay as they came.
    var inLines: Self {
        guard case .frames(let frames, let ended) = self else { return self }
        let all = frames.flatMap(\.bytes)
        guard all.contains(0x0A), String(validating: all, as: UTF8.self) != nil else { return self }
        var lines: [RecordedResponse.Frame] = []
        var line: [UInt8] = []
        for frame in frames {
            for byte in frame.bytes {
                line.append(byte)
                guard byte == 0x0A else { continue }
                lines.append(RecordedResponse.Frame(at: frame.at, bytes: line))
                line = []
            }
        }
        if !line.isEmpty, let last = frames.last { lines.append(RecordedResponse.Frame(at: last.at, bytes: line)) }
        return .frames(lines, ended: ended)
    }
}
