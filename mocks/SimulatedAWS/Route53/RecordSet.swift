/// A resource record set of a hosted zone.
public struct RecordSet: Hashable, Sendable {
    /// Another name that this one stands for.
    public struct Alias: Hashable, Sendable {
        /// The hosted zone of the target.
        public var hostedZoneID: String
        /// The target's name.
        public var dnsName: String
        /// Whether the target's health decides about the answer; kept, never looked at.
        public var evaluatesHealth: Bool

        /// An alias.
        public init(hostedZoneID: String, dnsName: String, evaluatesHealth: Bool = false) {
            (self.hostedZoneID, self.dnsName, self.evaluatesHealth) = (hostedZoneID, dnsName, evaluatesHealth)
        }
    }

    /// The name in lower case with its last dot, `*` written `\052`.
    public var name: String
    /// `A`, `CNAME` and so on.
    public var type: String
    /// What tells record sets of one name and type apart; nil for a simple one.
    public var setIdentifier: String?
    /// From 0 to 255; nil when the set is not weighted.
    public var weight: Int?
    /// How long resolvers may keep the answer; nil for an alias.
    public var ttlSeconds: Int?
    /// The values; empty for an alias.
    public var values: [String]
    /// What the name is an alias of.
    public var alias: Alias?
    /// Region, GeoLocation, HealthCheckId and the like, as they were sent.
    var other: [ReadElement] = []

    /// A record set with values.
    public init(
        _ name: String,
        _ type: String,
        _ values: [String],
        ttlSeconds: Int = 60,
        weighted: (setIdentifier: String, weight: Int)? = nil
    ) {
        (self.name, self.type, self.values) = (Self.normalized(name), type, values)
        (setIdentifier, weight, self.ttlSeconds) = (weighted?.setIdentifier, weighted?.weight, ttlSeconds)
    }

    /// A name in the form in which Route 53 gives it back.
    static func normalized(_ name: String) -> String {
        let lower = name.lowercased().replacing("*", with: "\\052")
        return lower.hasSuffix(".") ? lower : lower + "."
    }

    /// Whether both are the same set, whatever is in them.
    func isSame(as other: RecordSet) -> Bool {
        name == other.name && type == other.type && setIdentifier == other.setIdentifier
    }

    /// Name by labels from the right, then type, then identifier: the order of Route 53's lists.
    var order: [String] {
        [name.split(separator: ".").reversed().joined(separator: "\u{0}"), type, setIdentifier ?? ""]
    }
}

extension RecordSet {
    static let types: Set = [
        "SOA", "A", "TXT", "NS", "CNAME", "MX", "NAPTR", "PTR", "SRV", "SPF", "AAAA", "CAA", "DS", "TLSA", "SSHFP",
        "SVCB", "HTTPS",
    ]
    private static let typed: Set = [
        "Name", "Type", "SetIdentifier", "Weight", "TTL", "ResourceRecords", "AliasTarget",
    ]
    /// The elements that say by what Route 53 chooses among the sets of a name, beside `Weight`.
    static let routing = [
        "Region", "Failover", "GeoLocation", "MultiValueAnswer", "CidrRoutingConfig", "GeoProximityLocation",
    ]

    /// Reads a `ResourceRecordSet`.
    init(_ element: ReadElement) throws(ServiceFault) {
        guard let name = element["Name"]?.text, !name.isEmpty, let type = element["Type"]?.text else {
            throw ServiceFault("InvalidInput", "Invalid XML ; a ResourceRecordSet needs Name and Type")
        }
        guard Self.types.contains(type) else {
            throw ServiceFault(
                "InvalidInput",
                "Invalid XML ; cvc-enumeration-valid: Value '\(type)' is not facet-valid with respect to enumeration "
                    + "'\(Self.types.sorted())'. It must be a value from the enumeration."
            )
        }
        self.init(name, type, element["ResourceRecords"]?.all("ResourceRecord").compactMap { $0["Value"]?.text } ?? [])
        setIdentifier = element["SetIdentifier"]?.text
        weight = try Self.number(element["Weight"], max: 255)
        ttlSeconds = try Self.number(element["TTL"], max: 2_147_483_647)
        if let target = element["AliasTarget"] {
            alias = Alias(
                hostedZoneID: target["HostedZoneId"]?.text ?? "",
                dnsName: Self.normalized(target["DNSName"]?.text ?? ""),
                evaluatesHealth: target["EvaluateTargetHealth"]?.text == "true"
            )
        }
        other = element.children.filter { !Self.typed.contains($0.name) }
    }

    private static func number(_ element: ReadElement?, max: Int) throws(ServiceFault) -> Int? {
        guard let text = element?.text else { return nil }
        guard let number = Int(text), (0...max).contains(number) else {
            throw ServiceFault(
                "InvalidInput",
                "Invalid XML ; '\(text)' of \(element?.name ?? "") is not a number from 0 to \(max)"
            )
        }
        return number
    }

    /// Writes the members of a `ResourceRecordSet` in Route 53's order.
    func write(_ xml: inout XMLWriter) {
        xml.text("Name", name)
        xml.text("Type", type)
        xml.text("SetIdentifier", setIdentifier)
        xml.number("Weight", weight)
        for element in other where Self.routing.contains(element.name) { element.write(&xml) }
        xml.number("TTL", ttlSeconds)
        if !values.isEmpty {
            xml.list("ResourceRecords", of: values, each: "ResourceRecord") { $0.text("Value", $1) }
        }
        if let alias {
            xml.element("AliasTarget") { xml in
                xml.text("HostedZoneId", alias.hostedZoneID)
                xml.text("DNSName", alias.dnsName)
                xml.flag("EvaluateTargetHealth", alias.evaluatesHealth)
            }
        }
        for element in other where !Self.routing.contains(element.name) { element.write(&xml) }
    }
}

extension ReadElement {
    /// Writes the element as it was read.
    func write(_ xml: inout XMLWriter) {
        xml.named(name) { xml in
            if children.isEmpty { xml.escape(text) }
            for child in children { child.write(&xml) }
        }
    }
}
