import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// An application that proves itself with the key of a certificate, in the PEM file of `AZURE_CLIENT_CERTIFICATE_PATH`.
struct CertificateToken: TokenPlace {
    private struct Pair {
        var certificate: CertificateInfo
        /// The certificate and those that vouch for it.
        var chain: [CertificateInfo]
        var key: RSAPrivateKey

        /// The key of a PEM text, its certificate wherever it stands, and whether there is one.
        static func read(_ pem: [UInt8]) throws(CertificateFailure) -> (pair: Pair, isWhole: Bool) {
            let key = try RSAPrivateKey(pem: Secret(pem))
            var all = try CertificateInfo.all(pem: pem)
            for index in all.indices where try all[index].matches(key: Secret(pem)) {
                all.insert(all.remove(at: index), at: 0)
                return (Pair(certificate: all[0], chain: all, key: key), true)
            }
            return (Pair(certificate: all[0], chain: all, key: key), false)
        }
    }

    let world: EntraWorld
    /// The form that Entra has taken.
    private let form = Locked(ClientAssertion.Form.modern)

    init(world: EntraWorld) { self.world = world }

    private static let variable = "AZURE_CLIENT_CERTIFICATE_PATH"

    func words() throws(CredentialFailure) -> String {
        let (path, applicant) = try settings()
        _ = try pair(path)
        return "the environment (\(Self.variable), \(path.printable(max: 200))) of the application \(applicant.client)"
    }

    /// What to know about the file although it can be used.
    func warnings() -> [Diagnostic] {
        guard let path = world.environment.filled(Self.variable),
            let file = try? world.file(path, as: Self.variable), file.isReadableByOthers
        else { return [] }
        let place = Diagnostic.Place(file: path.printable(max: 300))
        return [Diagnostic(.warning, place: place, "holds a private key and can be read by others; chmod 600 it")]
    }

    func lease(_ wish: TokenWish) async throws(CredentialFailure) -> Lease<Secret<String>> {
        let (path, applicant) = try settings()
        let pair = try pair(path)
        let application = ApplicationToken(applicant: applicant, world: world)
        let form = form.withLock { $0 }
        let outcome = try await application.ask(wish, .assertion(try assertion(form, pair, applicant, path)))
        guard case .failure(let refusal) = outcome else { return try application.get(outcome, wish) }
        // AD FS and old servers know only the older form; a certificate that nobody knows is refused in both.
        if form == .modern, refusal.concernsCertificate {
            let second = try await application.ask(wish, .assertion(try assertion(.classic, pair, applicant, path)))
            if case .success(let lease) = second {
                self.form.withLock { $0 = .classic }
                return lease
            }
        }
        return try application.get(outcome, wish)
    }

    private func settings() throws(CredentialFailure) -> (path: String, applicant: EntraApplicant) {
        guard let path = world.environment.filled(Self.variable) else { throw .absent("\(Self.variable) is not set") }
        let what = "\(Self.variable) is set"
        let applicant = EntraApplicant(
            client: try world.client(for: what),
            tenant: try world.tenant(for: what),
            proof: .certificate(path)
        )
        return (path, applicant)
    }

    private func assertion(
        _ form: ClientAssertion.Form,
        _ pair: Pair,
        _ applicant: EntraApplicant,
        _ path: String
    ) throws(CredentialFailure) -> Secret<String> {
        let sendsChain = world.environment.isOn("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")
        let assertion = ClientAssertion(
            client: applicant.client,
            audience: world.cloud.login.description + TokenRequests.endpoint(applicant.tenant),
            form: form,
            certificate: pair.certificate,
            chain: sendsChain ? pair.chain : []
        )
        let id = world.assertionID(applicant.client, assertion.audience, pair.certificate.sha256Thumbprint)
        guard let token = assertion.signed(by: pair.key, at: world.now, id: id) else {
            throw .broken(
                "\(Self.named(path)) holds a key that cannot sign; it is too short, or OpenSSL's policy forbids it"
            )
        }
        return token
    }

    private static func named(_ path: String) -> String {
        "the certificate file \(path.printable(max: 300)) (\(variable))"
    }

    /// Reads the file anew, so that a certificate that was renewed is taken.
    private func pair(_ path: String) throws(CredentialFailure) -> Pair {
        let name = Self.named(path)
        let bytes = try world.file(path, as: "the certificate file").bytes
        guard bytes.first != 0x30 else {
            throw .broken(
                "\(name) is no PEM text but binary, such as PKCS #12; turn it into PEM with "
                    + "`openssl pkcs12 -in FILE -nodes`"
            )
        }
        let found: (pair: Pair, isWhole: Bool)
        do throws(CertificateFailure) {
            found = try Pair.read(bytes)
        } catch {
            throw .broken("\(name) \(error)")
        }
        guard found.isWhole else {
            throw .broken("\(name) holds no certificate that belongs to the private key in it")
        }
        let end = found.pair.certificate.notAfter
        guard end > world.now else {
            throw .broken("\(name) holds a certificate that ended at \(end.rfc3339Seconds); make a new one")
        }
        return found.pair
    }
}
