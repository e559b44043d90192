import SlipwayAzure
import SlipwayBase
import SlipwayConfig
import SlipwayHTTP

extension ConfigReader {
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
    func blobContainer(_ key: String, required: Bool) -> BlobContainer? {
        guard let text = string(key, required: required), let node = node[key] else { return nil }
        do throws(InputFailure) { return try BlobContainer(url: text) } catch {
            findings.error(node, error.diagnostics.map(\.message).joined(separator: " "))
            return nil
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
