import SlipwayAzure
import SlipwayBase
import SlipwayConfig
import SlipwayHTTP

extension ConfigReader {
    /// A GUID, in lower case.
    func guid(_ key: String, required: Bool = false) -> String? {
        scalar(key, required, "a GUID, such as 11111111-1111-1111-1111-111111111111") { scalar in
            guard let text = scalar.text?.lowercased() else { return nil }
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.map(\.count) == [8, 4, 4, 4, 12],
                parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) } })
            else { return nil }
            return text
        }
    }

    /// The name of a resource group: 1 to 90 letters, digits and `_ - . ( )`.
    func resourceGroup(_ key: String, required: Bool = false) -> String? {
        scalar(key, required, "the name of a resource group (1 to 90 letters, digits and _ - . ( ), no . at its end)") {
            Self.name($0.text, 1...90, also: "_-.()").flatMap { $0.hasSuffix(".") ? nil : $0 }
        }
    }

    /// The name of a site: 2 to 60 letters, digits and hyphens.
    func siteName(_ key: String, required: Bool = false) -> String? {
        scalar(key, required, "the name of a site (2 to 60 letters, digits and -)") { Self.hyphened($0.text, 2...60) }
    }

    /// The name of a slot: 2 to 59 letters, digits and hyphens, and not production.
    func slotName(_ key: String) -> String? {
        scalar(key, false, "the name of a slot beside production (2 to 59 letters, digits and -)") { scalar in
            Self.hyphened(scalar.text, 2...59).flatMap { $0.lowercased() == "production" ? nil : $0 }
        }
    }

    /// The name of a container of a site.
    func siteContainer(_ key: String) -> String? {
        scalar(key, false, "the name of a site container (1 to 60 letters, digits, - and _)") {
            Self.name($0.text, 1...60, also: "-_")
        }
    }

    /// The name of a resource: 1 to 260 letters, digits and `_ - .`.
    func resourceName(_ key: String, required: Bool = true) -> String? {
        scalar(key, required, "the name of a resource (1 to 260 letters, digits and _ - .)") {
            Self.name($0.text, 1...260, also: "_-.")
        }
    }

    /// A path from `/` on, as it goes on the wire, with or without a query.
    func urlPath(_ key: String) -> String? {
        scalar(key, false, "a path, such as /healthz") { scalar in
            guard let text = scalar.text, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 1000,
                text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
            else { return nil }
            return text
        }
    }

    /// The address of a container of blobs: https, or http on this machine alone.
    func blobContainer(_ key: String, required: Bool) -> BlobContainerPlace? {
        scalar(key, required, "the https address of a blob container, such as https://acct.blob.core.windows.net/locks")
        { scalar in
            guard let text = scalar.text, let (origin, target) = Origin.split(text),
                origin.scheme == "https" || origin.isLoopback,
                let name = Self.name(String(target.dropFirst()), 3...63, also: "-"), name == name.lowercased()
            else { return nil }
            return BlobContainerPlace(account: origin, container: name)
        }
    }

    /// One of the clouds that can be named.
    func cloud(_ key: String) -> AzureCloud? {
        let names = AzureCloud.known.map(\.name)
        return scalar(key, false, "one of \(names.joined(separator: ", "))") { scalar in
            AzureCloud.known.first { $0.name == scalar.text }
        }
    }

    private static func hyphened(_ text: String?, _ length: ClosedRange<Int>) -> String? {
        guard let name = name(text, length, also: "-"), name.first != "-", name.last != "-" else { return nil }
        return name
    }

    private static func name(_ text: String?, _ length: ClosedRange<Int>, also extra: String) -> String? {
        guard let text, length.contains(text.count) else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || extra.utf8.contains(byte)
        }
        return isName ? text : nil
    }
}
