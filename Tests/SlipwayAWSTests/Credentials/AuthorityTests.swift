import SlipwayAWS
import SlipwayAccess
import SlipwayBase
import Testing

@Suite struct AuthorityTests {
    private static let bundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

    private func authorities(_ machine: AccountMachine) throws -> [UInt8]? {
        try AWSAccess.authorities(.init(), in: machine.environment)
    }

    @Test(
        "given a bundle of authorities in the environment and in the profile, when asked, then the environment's counts"
    )
    func order() throws {
        var machine = AccountMachine(config: "[default]\nca_bundle = /etc/ours.pem\n")
        machine.files["/etc/ours.pem"] = Self.bundle
        machine.files["/home/dev/other.pem"] = "# other\n" + Self.bundle
        #expect(try authorities(machine) == Array(Self.bundle.utf8))
        machine.variables["AWS_CA_BUNDLE"] = "~/other.pem"
        #expect(try authorities(machine) == Array(("# other\n" + Self.bundle).utf8))
        #expect(try authorities(AccountMachine()) == nil)
    }

    @Test("given a bundle that is not there or holds no certificate, when asked, then one sentence says so and where")
    func refused() throws {
        var machine = AccountMachine(config: nil, ["AWS_CA_BUNDLE": "/etc/none.pem"])
        var failure = #expect(throws: InputFailure.self) { try authorities(machine) }
        #expect(failure?.description == "error: AWS_CA_BUNDLE names /etc/none.pem, which is not there")
        machine.files["/etc/none.pem"] = "hello"
        failure = #expect(throws: InputFailure.self) { try authorities(machine) }
        #expect(failure?.description == "error: AWS_CA_BUNDLE names /etc/none.pem, which holds no PEM certificate")
    }

    @Test("given SSL_CERT_FILE, when nothing nearer names authorities, then its count, for every platform")
    func everybody() throws {
        var machine = AccountMachine(config: nil, ["SSL_CERT_FILE": "~/company.pem"])
        machine.files["/home/dev/company.pem"] = Self.bundle
        #expect(try machine.environment.trustedAuthorities() == Array(Self.bundle.utf8))
        machine.variables["SSL_CERT_FILE"] = ""
        #expect(try machine.environment.trustedAuthorities() == nil)
        machine.variables["SSL_CERT_FILE"] = "/etc/none.pem"
        let failure = #expect(throws: InputFailure.self) { try machine.environment.trustedAuthorities() }
        #expect(failure?.description == "error: SSL_CERT_FILE names /etc/none.pem, which is not there")
    }
}
