import SlipwayBase
import SlipwayHTTP
import SlipwayKubernetes
import Testing

@Suite struct CertificateAccessTests {
    private func machine(_ user: String, _ certificates: TestCertificates, after: Duration = .zero) -> FakeMachine {
        let cluster = "{ server: \"https://e\", certificate-authority-data: \(base64(certificates.certificate)) }"
        var machine = FakeMachine(kubeconfig: kubeconfig(cluster: cluster, user: user))
        machine.time = VirtualTime(now: certificates.now + after)
        return machine
    }

    @Test(
        "given certificate and key as data or as files, when resolved, then TLS has them and an open key file is warned about"
    )
    func good() throws {
        guard let made = TestCertificates.shared else { return }
        let data = "{ client-certificate-data: \(base64(made.certificate)), client-key-data: \(base64(made.key)) }"
        let access = try ClusterAccess.resolve(.init(), in: machine(data, made).environment)
        #expect(access.tls.certificate == Array(made.certificate.utf8))
        #expect(access.tls.key?.reveal() == Array(made.key.utf8))
        #expect(access.tls.authorities == Array(made.certificate.utf8))
        #expect(access.credentials == nil)
        var files = machine("{ client-certificate: cert.pem, client-key: /k/key.pem }", made)
        files.files["/home/dev/.kube/cert.pem"] = made.certificate
        files.files["/k/key.pem"] = made.key
        files.open = ["/k/key.pem", "/home/dev/.kube/cert.pem"]
        let fromFiles = try ClusterAccess.resolve(.init(), in: files.environment)
        #expect(fromFiles.tls == access.tls)
        #expect(
            fromFiles.warnings.map(\.message) == [
                "other users can read the key /k/key.pem; take that away with chmod go-r"
            ]
        )
    }

    @Test("given an expired, early, foreign or damaged certificate, when resolved, then one sentence says so")
    func bad() throws {
        guard let made = TestCertificates.shared else { return }
        let good = "{ client-certificate-data: \(base64(made.certificate)), client-key-data: \(base64(made.key)) }"
        let late = machine(good, made, after: .seconds(31 * 86_400)).refusal()
        #expect(late.contains("the certificate authority is for CN=dev,O=shop and expired at 20"))
        #expect(
            late.contains(
                "error: users[0].user.client-certificate-data: the client certificate is for CN=dev,O=shop and expired at 20"
            )
        )
        let early = machine(good, made, after: .seconds(-86_400)).refusal()
        #expect(early.contains("the client certificate is for CN=dev,O=shop and is not valid before 20"))
        #expect(early.contains("check this machine's clock"))
        let foreign =
            "{ client-certificate-data: \(base64(made.certificate)), client-key-data: \(base64(made.otherKey)) }"
        #expect(
            machine(foreign, made).refusal().hasSuffix(
                "the client certificate is for CN=dev,O=shop and does not belong to the client key; use the pair that was issued together"
            )
        )
        let damaged =
            "{ client-certificate-data: \(base64(String(made.certificate.prefix(200)))), client-key-data: \(base64(made.key)) }"
        #expect(
            machine(damaged, made).refusal().hasSuffix(
                "the client certificate holds a PEM certificate that cannot be read"
            )
        )
        let keyless = "{ client-certificate-data: \(base64(made.certificate)), client-key-data: \(base64("x")) }"
        #expect(
            machine(keyless, made).refusal().hasSuffix(
                "the client certificate holds no PEM private key that can be read"
            )
        )
    }

    @Test("given a bundle of authorities when one has expired, then access warns; when all have, it is refused")
    func bundle() throws {
        guard let made = TestCertificates.shared else { return }
        let both = base64(made.shortLived + made.certificate)
        var machine = FakeMachine(
            kubeconfig: kubeconfig(cluster: "{ server: \"https://e\", certificate-authority-data: \(both) }")
        )
        machine.time = VirtualTime(now: made.now + .seconds(2 * 86_400))
        let access = try ClusterAccess.resolve(.init(), in: machine.environment)
        #expect(access.warnings.count == 1)
        #expect(access.warnings[0].message.hasPrefix("one certificate authority is for CN=short and expired at 20"))
        machine.time = VirtualTime(now: made.now + .seconds(31 * 86_400))
        #expect(
            machine.refusal().contains(
                "error: clusters[0].cluster.certificate-authority-data: the certificate authority"
            )
        )
    }

    @Test(
        "given a pod, when there is no kubeconfig, then its service account is used; a context then needs a kubeconfig"
    )
    func inCluster() async throws {
        guard let made = TestCertificates.shared else { return }
        var machine = FakeMachine()
        machine.time = VirtualTime(now: made.now)
        machine.variables = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        let folder = "/var/run/secrets/kubernetes.io/serviceaccount"
        machine.files["\(folder)/ca.crt"] = made.certificate
        #expect(
            machine.refusal()
                == "error: the service account's file \(folder)/token is not there; mount it, or name a kubeconfig"
        )
        machine.files["\(folder)/token"] = "pod-token"
        machine.files["\(folder)/namespace"] = "shop\n"
        let access = try ClusterAccess.resolve(.init(), in: machine.environment)
        #expect(access.origin.description == "https://[fd00::1]")
        #expect(access.namespace == "shop")
        #expect(try await access.credentials?.lease().credential.reveal() == "pod-token")
        #expect(
            machine.refusal(.init(context: "x"))
                == "error: the context \"x\" needs a kubeconfig, and there is none; inside a cluster leave `context:` out"
        )
    }
}
