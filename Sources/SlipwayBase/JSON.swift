/// A JSON value that keeps what it does not understand: member order, and integers apart from fractions.
///
/// Objects of a platform are held in this form wherever they are written back, so that no field is lost. Reading and
/// writing are our own because Foundation's dynamic forms were measured to be 5 to 17 times slower (`make bench`).
public enum JSON: Hashable, Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case int(Int64)
    /// Any other number.
    case double(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSON])
    /// Members in the order they were read or added.
    case object(JSONObject)

    /// The text, when it is one.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The integer, when it is one.
    public var int: Int? { if case .int(let value) = self { Int(exactly: value) } else { nil } }
    /// The truth value, when it is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements, when it is a list.
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    /// The members, when it is an object.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    /// Whether it is `null`.
    public var isNull: Bool { self == .null }

    /// The member `key` of an object; nil when absent or when this is no object.
    ///
    /// Setting makes an object of whatever was there before; setting nil removes the member.
    public subscript(_ key: String) -> JSON? {
        get { object?[key] }
        set {
            var members: JSONObject
            if case .object(let present) = self { members = present } else { members = [:] }
            self = .null  // gives up the second reference, so that the write below is in place
            members[key] = newValue
            self = .object(members)
        }
    }

    /// The element `index` of a list; nil when there is none.
    public subscript(_ index: Int) -> JSON? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    /// What stands at the end of a path of member names; setting makes the objects on the way.
    public subscript(path path: String...) -> JSON? {
        get { path.reduce(self as JSON?) { $0?[$1] } }
        set { set(newValue, at: path[...]) }
    }

    private mutating func set(_ value: JSON?, at path: ArraySlice<String>) {
        guard let first = path.first else {
            self = value ?? .null
            return
        }
        guard path.count > 1 else {
            self[first] = value
            return
        }
        var child = self[first] ?? .object([:])
        child.set(value, at: path.dropFirst())
        self[first] = child
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A number with a fraction.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A list.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
    /// An integer.
    public init(_ value: Int) { self = .int(Int64(value)) }
    /// A text.
    public init(_ value: String) { self = .string(value) }
}

/// The members of a JSON object in order; two objects are equal when they hold the same members in any order.
public struct JSONObject: Sendable, ExpressibleByDictionaryLiteral {
    /// Names and values in order.
    public private(set) var members: [(key: String, value: JSON)]

    /// Keeps the last of members that share a name.
    public init(_ members: some Sequence<(String, JSON)>) {
        self.members = []
        for (key, value) in members { self[key] = value }
    }

    /// Members that are known to have different names.
    init(distinct members: [(key: String, value: JSON)]) { self.members = members }

    /// Members in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }

    /// The names in order.
    public var keys: [String] { members.map(\.key) }
    /// The number of members.
    public var count: Int { members.count }
    /// Whether there are none.
    public var isEmpty: Bool { members.isEmpty }

    /// The value named `key`; setting nil removes it, a new name goes to the end.
    public subscript(_ key: String) -> JSON? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }
}

extension JSONObject: Hashable {
    /// Same names with equal values, in any order.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.count == rhs.count && lhs.members.allSatisfy { rhs[$0.key] == $0.value }
    }

    /// Independent of the order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for (key, value) in members {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            sum = sum &+ member.finalize()
        }
        hasher.combine(sum)
    }
}
