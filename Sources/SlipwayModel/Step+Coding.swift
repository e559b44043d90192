internal import SlipwayBase

// Durations are written as people write them (`10m`), because plans and journals are read by people; the compiler's own
// form would be two halves of a 128-bit number of attoseconds.

extension Step {
    private enum Key: String, CodingKey {
        case id, title, kind, undo, deadline, calls, isCleanup
    }

    /// Reads the form that `encode(to:)` writes.
    public init(from decoder: any Decoder) throws {
        let step = try decoder.container(keyedBy: Key.self)
        self.init(
            try step.decode(String.self, forKey: .id),
            try step.decode(String.self, forKey: .title),
            try step.decode(Kind.self, forKey: .kind),
            undo: try step.decode([Action].self, forKey: .undo),
            deadline: try step.decode(WrittenDuration.self, forKey: .deadline).duration,
            calls: try step.decode([String].self, forKey: .calls),
            isCleanup: try step.decode(Bool.self, forKey: .isCleanup)
        )
    }

    /// Writes the step with its deadline as text.
    public func encode(to encoder: any Encoder) throws {
        var step = encoder.container(keyedBy: Key.self)
        try step.encode(id, forKey: .id)
        try step.encode(title, forKey: .title)
        try step.encode(kind, forKey: .kind)
        try step.encode(undo, forKey: .undo)
        try step.encode(WrittenDuration(deadline), forKey: .deadline)
        try step.encode(calls, forKey: .calls)
        try step.encode(isCleanup, forKey: .isCleanup)
    }
}

extension Step.Kind {
    private enum Key: String, CodingKey { case perform, pause, approval }

    /// Reads the form that `encode(to:)` writes.
    public init(from decoder: any Decoder) throws {
        let kind = try decoder.container(keyedBy: Key.self)
        if let action = try kind.decodeIfPresent(Action.self, forKey: .perform) {
            self = .perform(action: action)
        } else if let pause = try kind.decodeIfPresent(WrittenDuration.self, forKey: .pause) {
            self = .pause(duration: pause.duration)
        } else {
            self = .approval(prompt: try kind.decode(String.self, forKey: .approval))
        }
    }

    /// Writes one member named `perform`, `pause` or `approval`.
    public func encode(to encoder: any Encoder) throws {
        var kind = encoder.container(keyedBy: Key.self)
        switch self {
        case .perform(let action): try kind.encode(action, forKey: .perform)
        case .pause(let duration): try kind.encode(WrittenDuration(duration), forKey: .pause)
        case .approval(let prompt): try kind.encode(prompt, forKey: .approval)
        }
    }
}

extension ProviderFailure {
    private enum Key: String, CodingKey { case kind, summary, retryAfter }

    /// Reads the form that `encode(to:)` writes.
    public init(from decoder: any Decoder) throws {
        let failure = try decoder.container(keyedBy: Key.self)
        self.init(
            try failure.decode(Kind.self, forKey: .kind),
            try failure.decode(String.self, forKey: .summary),
            retryAfter: try failure.decodeIfPresent(WrittenDuration.self, forKey: .retryAfter)?.duration
        )
    }

    /// Writes the failure with its wait as text.
    public func encode(to encoder: any Encoder) throws {
        var failure = encoder.container(keyedBy: Key.self)
        try failure.encode(kind, forKey: .kind)
        try failure.encode(summary, forKey: .summary)
        try failure.encodeIfPresent(retryAfter.map(WrittenDuration.init), forKey: .retryAfter)
    }
}

/// A duration as `10m`.
private struct WrittenDuration: Codable {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let duration = Duration(text: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "“\(text.printable(max: 40))” is no duration"
            )
        }
        self.duration = duration
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(duration.text)
    }
}
