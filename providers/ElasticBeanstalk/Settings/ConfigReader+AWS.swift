import SlipwayBase
import SlipwayConfig
import SlipwayHTTP

extension ConfigReader {
    /// The name of an environment: 4 to 40 letters, digits and hyphens.
    func environmentName(_ key: String) -> String? {
        scalar(key, false, "the name of an environment (4 to 40 letters, digits and -)") { scalar in
            guard let text = scalar.text, (4...40).contains(text.count), text.first != "-", text.last != "-",
                text.utf8.allSatisfy({ Self.isLetterOrDigit($0) || $0 == 0x2D })
            else { return nil }
            return text
        }
    }

    /// The name of an application: 1 to 100 characters without a slash.
    func applicationName(_ key: String, required: Bool) -> String? {
        scalar(key, required, "the name of an application (1 to 100 characters without /)") { scalar in
            guard let text = scalar.text, (1...100).contains(text.count), !text.contains("/"),
                text == text.printable(max: 100)
            else { return nil }
            return text
        }
    }

    /// The name of a region, such as `eu-west-1`: it becomes part of host names, so nothing else is let through.
    func region(_ key: String) -> String? {
        scalar(key, false, "the name of a region, such as eu-west-1") { scalar in
            guard let text = scalar.text, text.utf8.count <= 32 else { return nil }
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count >= 3, let number = parts.last, !number.isEmpty,
                number.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                parts.dropLast().allSatisfy({ part in
                    !part.isEmpty && part.utf8.allSatisfy { (0x61...0x7A).contains($0) }
                })
            else { return nil }
            return text
        }
    }

    /// The number of an account: twelve digits as a text, because a number would lose its zeros.
    func accountID(_ key: String) -> String? {
        scalar(key, false, "the twelve digits of an account in quotes, such as \"012345678901\"") { scalar in
            guard case .text = scalar.kind, let text = scalar.text, text.utf8.count == 12,
                text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            return text
        }
    }

    /// An address that requests are sent to: https, or http on this machine alone.
    func endpoint(_ key: String) -> Origin? {
        scalar(
            key,
            false,
            "an https address without a path, such as https://vpce-1.example.com (http only on loopback)"
        ) {
            scalar in
            guard let text = scalar.text, let (origin, target) = Origin.split(text), target == "/",
                origin.scheme == "https" || origin.isLoopback
            else { return nil }
            return origin
        }
    }

    /// The prefix of a CNAME (4 to 63 letters, digits and hyphens), or a whole name.
    func cname(_ key: String) -> String? {
        scalar(key, false, "the prefix of a CNAME, such as shop-live, or the whole name") { scalar in
            guard let text = scalar.text?.lowercased() else { return nil }
            return text.contains(".") ? Self.name(text) : (4...63).contains(text.count) ? Self.name(text) : nil
        }
    }

    /// A name in DNS, without a dot at its end.
    func dnsName(_ key: String, required: Bool) -> String? {
        scalar(key, required, "a name in DNS, such as shop.example.com") { scalar in
            guard var text = scalar.text?.lowercased() else { return nil }
            if text.hasSuffix(".") { text.removeLast() }
            return text.contains(".") ? Self.name(text) : nil
        }
    }

    /// The number of a hosted zone, with or without its path.
    func hostedZone(_ key: String, required: Bool) -> String? {
        scalar(key, required, "the number of a hosted zone, such as Z1EXAMPLE") { scalar in
            guard var text = scalar.text else { return nil }
            if text.hasPrefix("/hostedzone/") { text.removeFirst("/hostedzone/".count) }
            guard (1...32).contains(text.count), text.utf8.allSatisfy(Self.isLetterOrDigit) else { return nil }
            return text
        }
    }

    /// The ARN of a rule of an application load balancer.
    func listenerRule(_ key: String) -> String? {
        let wanted = "the ARN of a listener rule (arn:aws:elasticloadbalancing:…:listener-rule/app/…)"
        return scalar(key, false, wanted) { scalar in
            guard let text = scalar.text, text.utf8.count <= 400, text == text.printable(max: 400) else { return nil }
            let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "elasticloadbalancing",
                parts[5].hasPrefix("listener-rule/app/"), !text.contains(" ")
            else { return nil }
            return text
        }
    }

    private static func name(_ text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            (1...63).contains(part.count) && part.first != "-" && part.last != "-"
                && part.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F }
        }
        return isName && text.utf8.count <= 253 ? text : nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
