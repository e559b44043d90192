import SlipwayBase

/// What a field of a protobuf message becomes in JSON.
indirect enum ProtobufForm: Sendable {
    case text, number, flag
    /// A whole number or a text, as in `maxSurge`.
    case intOrText
    /// Texts by text.
    case map
    case list(ProtobufForm)
    case message([ProtobufField])
}

/// A field that is understood: its number and its name in JSON.
struct ProtobufField: Sendable {
    var number: UInt64
    var name: String
    var form: ProtobufForm

    init(_ number: UInt64, _ name: String, _ form: ProtobufForm) {
        (self.number, self.name, self.form) = (number, name, form)
    }
}

extension JSON {
    /// The object that `kubectl create` sends; nil for other kinds and for fields that it leaves empty.
    init?(protobuf bytes: [UInt8], _ kind: ResourceKind) {
        guard let fields = ProtobufField.known[kind], let message = ProtobufMessage(kubernetes: bytes),
            var object = message.json(fields)
        else { return nil }
        (object["apiVersion"], object["kind"]) = (.string(kind.facts.apiVersion()), .string(kind.facts.kind))
        self = object
    }
}

extension ProtobufMessage {
    /// The message with these fields; nil when another one says something.
    fileprivate func json(_ known: [ProtobufField]) -> JSON? {
        var object: JSON = [:]
        for (number, value) in fields {
            guard let field = known.first(where: { $0.number == number }) else {
                guard value.saysNothing(levels: 4) else { return nil }
                continue
            }
            guard !value.isEmptyText(field.form) else { continue }
            guard let json = value.json(field.form, after: object[field.name]) else { return nil }
            object[field.name] = json
        }
        return object
    }
}

extension ProtobufMessage.Value {
    /// Whether it is zero, empty, or a message of nothing else: what Go sends for everything that was not set.
    fileprivate func saysNothing(levels: Int) -> Bool {
        switch self {
        case .number(let number): return number == 0
        case .bytes(let bytes):
            if bytes.isEmpty { return true }
            guard levels > 0, let message = ProtobufMessage(bytes) else { return false }
            return message.fields.allSatisfy { $0.value.saysNothing(levels: levels - 1) }
        }
    }

    fileprivate func isEmptyText(_ form: ProtobufForm) -> Bool {
        guard case .text = form, case .bytes(let bytes) = self else { return false }
        return bytes.isEmpty
    }

    fileprivate func json(_ form: ProtobufForm, after earlier: JSON?) -> JSON? {
        switch (self, form) {
        case (.number(let number), .number): return .int(Int64(truncatingIfNeeded: number))
        case (.number(let number), .flag): return .bool(number != 0)
        case (.bytes(let bytes), .text): return .string(String(decoding: bytes, as: UTF8.self))
        case (_, .list(let form)):
            guard let element = json(form, after: nil) else { return nil }
            return .array((earlier?.array ?? []) + [element])
        case (.bytes(let bytes), _):
            guard let message = ProtobufMessage(bytes) else { return nil }
            return Self.json(message, form, after: earlier)
        default: return nil
        }
    }

    private static func json(_ message: ProtobufMessage, _ form: ProtobufForm, after earlier: JSON?) -> JSON? {
        switch form {
        case .message(let fields): return message.json(fields)
        case .map:
            var map = earlier ?? [:]
            map[message.text(1)] = .string(message.text(2))
            return map
        case .intOrText: return message.number(1) == 0 ? .int(message.number(2)) : .string(message.text(3))
        case .text, .number, .flag, .list: return nil
        }
    }
}

// The numbers are those of the `generated.proto` files of Kubernetes.
extension ProtobufField {
    fileprivate static let known: [ResourceKind: [ProtobufField]] = [
        .namespace: [ProtobufField(1, "metadata", .message(metadata))],
        .deployment: [
            ProtobufField(1, "metadata", .message(metadata)), ProtobufField(2, "spec", .message(deployment)),
        ],
        .service: [ProtobufField(1, "metadata", .message(metadata)), ProtobufField(2, "spec", .message(service))],
    ]

    private static let metadata = [
        ProtobufField(1, "name", .text), ProtobufField(2, "generateName", .text), ProtobufField(3, "namespace", .text),
        ProtobufField(11, "labels", .map), ProtobufField(12, "annotations", .map),
    ]

    private static let deployment = [
        ProtobufField(1, "replicas", .number),
        ProtobufField(2, "selector", .message([ProtobufField(1, "matchLabels", .map)])),
        ProtobufField(
            3,
            "template",
            .message([ProtobufField(1, "metadata", .message(metadata)), ProtobufField(2, "spec", .message(pod))])
        ),
        ProtobufField(4, "strategy", .message(strategy)), ProtobufField(5, "minReadySeconds", .number),
        ProtobufField(6, "revisionHistoryLimit", .number), ProtobufField(7, "paused", .flag),
        ProtobufField(9, "progressDeadlineSeconds", .number),
    ]

    private static let strategy = [
        ProtobufField(1, "type", .text),
        ProtobufField(
            2,
            "rollingUpdate",
            .message([ProtobufField(1, "maxUnavailable", .intOrText), ProtobufField(2, "maxSurge", .intOrText)])
        ),
    ]

    private static let pod = [
        ProtobufField(2, "containers", .list(.message(container))), ProtobufField(3, "restartPolicy", .text),
    ]

    private static let container = [
        ProtobufField(1, "name", .text), ProtobufField(2, "image", .text), ProtobufField(3, "command", .list(.text)),
        ProtobufField(4, "args", .list(.text)), ProtobufField(6, "ports", .list(.message(containerPort))),
    ]

    private static let containerPort = [
        ProtobufField(1, "name", .text), ProtobufField(3, "containerPort", .number),
        ProtobufField(4, "protocol", .text),
    ]

    private static let service = [
        ProtobufField(1, "ports", .list(.message(servicePort))), ProtobufField(2, "selector", .map),
        ProtobufField(3, "clusterIP", .text), ProtobufField(4, "type", .text),
    ]

    private static let servicePort = [
        ProtobufField(1, "name", .text), ProtobufField(2, "protocol", .text), ProtobufField(3, "port", .number),
        ProtobufField(4, "targetPort", .intOrText),
    ]
}
