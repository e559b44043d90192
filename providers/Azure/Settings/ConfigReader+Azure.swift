import SlipwayBase
public import SlipwayConfig

extension ConfigReader {
    /// A GUID, in lower case.
    public func azureGUID(_ key: String, required: Bool = false) -> String? {
        scalar(key, required, "a GUID, such as 11111111-1111-1111-1111-111111111111") { scalar in
            scalar.text.flatMap(AzureGUID.plain)
        }
    }

    /// The name of a resource group: 1 to 90 letters, digits and `_ - . ( )`.
    public func azureResourceGroup(_ key: String, required: Bool = false) -> String? {
        let wanted = "the name of a resource group (1 to 90 letters, digits and _ - . ( ), no . at its end)"
        return scalar(key, required, wanted) { scalar in
            Self.name(scalar.text, 1...90, also: "_-.()").flatMap { $0.hasSuffix(".") ? nil : $0 }
        }
    }

    /// The name of a resource: it becomes part of a path, so nothing but letters, digits and `_ - .` is let through.
    public func azureName(_ key: String, required: Bool = false) -> String? {
        scalar(key, required, "the name of a resource (1 to 260 letters, digits and _ - .)") { scalar in
            Self.name(scalar.text, 1...260, also: "_-.").flatMap { $0.hasPrefix(".") ? nil : $0 }
        }
    }

    /// One of the clouds that can be named.
    public func azureCloud(_ key: String) -> AzureCloud? {
        let names = AzureCloud.known.map(\.name)
        return scalar(key, false, "one of \(names.joined(separator: ", "))") { scalar in
            AzureCloud.known.first { $0.name == scalar.text }
        }
    }

    private static func name(_ text: String?, _ length: ClosedRange<Int>, also extra: String) -> String? {
        guard let text, length.contains(text.utf8.count) else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || extra.utf8.contains(byte)
        }
        return isName ? text : nil
    }
}

/// The form that subscriptions, tenants and applications are numbered in.
public enum AzureGUID {
    /// `text` in lower case; nil when it is no GUID.
    public static func plain(_ text: String) -> String? {
        let text = text.lowercased()
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isGUID =
            parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) } }
        return isGUID ? text : nil
    }
}
