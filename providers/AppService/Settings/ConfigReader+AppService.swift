import SlipwayAzure
import SlipwayBase
import SlipwayConfig

extension ConfigReader {
    /// The name of a site: 2 to 60 letters, digits and hyphens.
    func siteName(_ key: String) -> String? {
        scalar(key, false, "the name of a site (2 to 60 letters, digits and -)") { Self.hyphened($0.text, 2...60) }
    }

    /// The name of a slot: 2 to 59 letters, digits and hyphens, and not production.
    func slotName(_ key: String) -> String? {
        scalar(key, false, "the name of a slot beside production (2 to 59 letters, digits and -)") { scalar in
            Self.hyphened(scalar.text, 2...59).flatMap { $0.lowercased() == "production" ? nil : $0 }
        }
    }

    /// The name of a container of a site.
    func siteContainer(_ key: String) -> String? {
        scalar(key, false, "the name of a site container (1 to 60 letters, digits and -)") {
            Self.hyphened($0.text, 1...60)
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

    /// The address of a container of blobs.
    func blobContainer(_ key: String) -> BlobContainer? {
        guard let text = string(key, required: true), let written = node(key) else { return nil }
        do throws(InputFailure) { return try BlobContainer(url: text) } catch {
            findings.error(written, error.diagnostics.map(\.message).joined(separator: " "))
            return nil
        }
    }

    private static func hyphened(_ text: String?, _ length: ClosedRange<Int>) -> String? {
        guard let text, length.contains(text.utf8.count), text.first != "-", text.last != "-" else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        return isName ? text : nil
    }
}
