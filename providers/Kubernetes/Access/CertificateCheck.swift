import SlipwayBase
import SlipwaySigning

/// Looks at certificates before any connection, where a TLS library would only say "handshake failure".
struct CertificateCheck {
    let now: Timestamp

    /// What is wrong with a client certificate and its key, to be put after its name; nil when nothing is.
    func client(_ certificate: [UInt8], key: Secret<[UInt8]>) -> String? {
        do throws(CertificateFailure) {
            let info = try CertificateInfo(pem: certificate)
            if let complaint = time(info) { return complaint }
            guard try info.matches(key: key) else {
                return
                    "is for \(info.subject) and does not belong to the client key; "
                    + "use the pair that was issued together"
            }
            return nil
        } catch { return error.description }
    }

    /// What is wrong with a bundle of authorities; it is good when one of them is. The warnings are about the others.
    func authorities(_ bundle: [UInt8]) -> (complaint: String?, warnings: [String]) {
        do throws(CertificateFailure) {
            let all = try CertificateInfo.all(pem: bundle)
            let complaints = all.compactMap(time)
            return complaints.count == all.count ? (complaints.first, []) : (nil, complaints)
        } catch { return (error.description, []) }
    }

    private func time(_ info: CertificateInfo) -> String? {
        if info.notAfter < now {
            return "is for \(info.subject) and expired at \(info.notAfter.rfc3339Seconds); renew it"
        }
        if info.notBefore > now {
            return
                "is for \(info.subject) and is not valid before \(info.notBefore.rfc3339Seconds); "
                + "check this machine's clock"
        }
        return nil
    }
}
