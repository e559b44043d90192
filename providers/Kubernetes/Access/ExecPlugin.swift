import SlipwayAccess
import SlipwayBase
import SlipwayHTTP

/// A credential plugin of a kubeconfig user (`client.authentication.k8s.io/v1` or `v1beta1`).
final class ExecPlugin: CredentialSource {
    /// What a plugin answered.
    struct Answer: Sendable {
        var token: Secret<String>?
        var certificate: [UInt8]?
        var key: Secret<[UInt8]>?
        var expires: Timestamp?
    }

    let apiVersion: String
    let command: AccessEnvironment.Plugin
    let installHint: String?
    private let environment: AccessEnvironment
    private let unused = Locked<Answer?>(nil)

    init(
        apiVersion: String,
        command: AccessEnvironment.Plugin,
        installHint: String?,
        environment: AccessEnvironment
    ) {
        (self.apiVersion, self.command, self.installHint) = (apiVersion, command, installHint)
        self.environment = environment
    }

    /// Runs the plugin and keeps the answer for the next `lease()`.
    func first() async throws(CredentialFailure) -> Answer {
        if let answer = unused.withLock({ $0 }), isFresh(answer) { return answer }
        let answer = try await ask()
        unused.withLock { $0 = answer }
        return answer
    }

    /// The token, good until the plugin's `expirationTimestamp`; runs the plugin, except right after `first()`.
    func lease() async throws(CredentialFailure) -> Lease<Secret<String>> {
        let kept = unused.withLock { answer in
            defer { answer = nil }
            return answer
        }
        var answer: Answer
        if let kept, isFresh(kept) { answer = kept } else { answer = try await ask() }
        guard let token = answer.token else {
            throw .absent("the credential plugin \(shown) gave a client certificate and no token")
        }
        return Lease(token, expires: answer.expires)
    }

    private func isFresh(_ answer: Answer) -> Bool { answer.expires.map { $0 > environment.time.now } ?? true }

    private var shown: String { "\"\(command.command.printable(max: 120))\"" }

    private func broken(_ sentence: String) -> CredentialFailure {
        .broken("the credential plugin \(shown) \(sentence)")
    }

    private func ask() async throws(CredentialFailure) -> Answer {
        let result: AccessEnvironment.PluginResult
        do throws(AccessEnvironment.PluginFailure) {
            result = try await environment.run(command)
        } catch {
            throw failure(error)
        }
        guard result.exitCode == 0 else {
            let end = result.exitCode.map { "failed with exit code \($0)" } ?? "was ended by a signal"
            throw broken(end + said(result))
        }
        return try answer(result)
    }

    private func failure(_ failure: AccessEnvironment.PluginFailure) -> CredentialFailure {
        switch failure {
        case .missing:
            let hint = installHint.map { ": \($0.printable(max: 500))" } ?? "; install it, or correct the kubeconfig"
            return broken("is not installed" + hint)
        case .timedOut: return broken("took longer than \(Limits.pluginSecondsMax) s and was ended")
        case .tooMuchOutput: return broken("printed more than \(Limits.pluginOutputBytesMax / 1024) KiB")
        case .cancelled: return broken("was ended because the run was interrupted")
        case .broken(let reason): return broken("could not be started: \(reason.printable(max: 200))")
        }
    }

    // What the plugin wrote for people; standard output may hold the credential and is never shown.
    private func said(_ result: AccessEnvironment.PluginResult) -> String {
        let text = String(decoding: result.errorOutput.suffix(Limits.messageCharactersMax), as: UTF8.self)
        let shown = text.split(whereSeparator: \.isNewline).joined(separator: " ").printable(max: 500)
        return shown.isEmpty ? " and wrote nothing to standard error" : "; it said: \(shown)"
    }

    private func answer(_ result: AccessEnvironment.PluginResult) throws(CredentialFailure) -> Answer {
        guard let json = try? JSON(parsing: result.output), json.object != nil else {
            throw broken("printed something that is not an ExecCredential" + said(result))
        }
        guard json["kind"]?.string == "ExecCredential" else {
            throw broken("printed an object that is not an ExecCredential")
        }
        let version = json["apiVersion"]?.string ?? "no version"
        guard version == apiVersion else {
            throw broken("answered in \(version.printable(max: 80)), but the kubeconfig asks for \(apiVersion)")
        }
        guard let status = json["status"], status.object != nil else {
            throw broken("gave no status with a credential")
        }
        var answer = Answer()
        if let expires = status["expirationTimestamp"], !expires.isNull {
            guard let time = expires.string.flatMap({ Timestamp(rfc3339: $0) }) else {
                throw broken("gave an expirationTimestamp that is no RFC 3339 time")
            }
            guard time > environment.time.now else { throw broken("gave a credential that has already expired") }
            answer.expires = time
        }
        if let token = status["token"]?.string, !token.isEmpty {
            guard BearerToken.isUsable(token) else {
                throw broken("gave a token with characters that no header may hold")
            }
            answer.token = Secret(token)
        }
        try takeCertificate(status, into: &answer)
        guard answer.token != nil || answer.certificate != nil else {
            throw broken("gave neither a token nor a client certificate")
        }
        return answer
    }

    private func takeCertificate(_ status: JSON, into answer: inout Answer) throws(CredentialFailure) {
        let certificate = status["clientCertificateData"]?.string ?? ""
        let key = status["clientKeyData"]?.string ?? ""
        guard certificate.isEmpty == key.isEmpty else {
            throw broken("gave a client certificate without its key, or a key without its certificate")
        }
        guard !certificate.isEmpty else { return }
        (answer.certificate, answer.key) = (Array(certificate.utf8), Secret(Array(key.utf8)))
        let complaint = CertificateCheck(now: environment.time.now)
            .client(Array(certificate.utf8), key: Secret(Array(key.utf8)))
        if let complaint { throw broken("gave a client certificate that \(complaint)") }
    }
}

/// What may stand in an `Authorization` header.
enum BearerToken {
    static func isUsable(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
