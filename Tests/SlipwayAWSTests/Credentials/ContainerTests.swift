import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

private let good =
    #"{"AccessKeyId":"ASIABOX","SecretAccessKey":"hush","Token":"hush","Expiration":"2026-11-21T18:00:00Z"}"#
private let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
private let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"

@Suite struct ContainerTests {
    private func machine(_ variables: [String: String]) -> AccountMachine {
        var machine = AccountMachine(variables)
        machine.wire = Wire { _ throws(HTTPFailure) in .said(good) }
        return machine
    }

    @Test("given a relative URI, when leased, then the one address of containers is asked, before any full URI")
    func relativeURI() async throws {
        let machine = machine([relative: "/v2/credentials/x?y", full: "https://other.test/"])
        let lease = try await machine.lease()
        #expect(lease.credential.accessKeyID == "ASIABOX")
        #expect(lease.credential.sessionToken?.reveal() == "hush")
        #expect(lease.expires == Timestamp(rfc3339: "2026-11-21T18:00:00Z"))
        #expect(machine.wire.requests.map(\.url) == ["http://169.254.170.2/v2/credentials/x?y"])
        #expect(machine.wire.requests[0].bounds.total == .seconds(2))
        #expect(machine.wire.requests[0].header("authorization") == nil)
        #expect(try machine.access().names.credentials == "the container endpoint http://169.254.170.2")
    }

    @Test(
        "given a full URI on the list of addresses, when leased, then it is asked",
        arguments: [
            "https://credentials.test/x", "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1/credentials", "http://127.0.0.1:4567/x", "http://localhost/x",
            "http://[::1]:80/x",
        ]
    )
    func allowed(url: String) async throws {
        let machine = machine([full: url])
        #expect(try await machine.lease().credential.accessKeyID == "ASIABOX")
        #expect(machine.wire.requests.first?.origin == Origin(url: url))
    }

    @Test(
        "given a full URI elsewhere, when resolved, then it is refused and nothing is sent",
        arguments: [
            "http://169.254.169.254/x", "http://example.com/x", "http://169.254.170.2.evil.test/x", "http://10.0.0.1/x",
            "http://[fd00:ec2::24]/x", "http://127.0.0.1.evil.test/",
        ]
    )
    func refused(url: String) async throws {
        let machine = machine([full: url])
        let origin = try #require(Origin(url: url))
        #expect(
            await machine.complaint()
                == "error: AWS_CONTAINER_CREDENTIALS_FULL_URI names \(origin), to which nothing may be sent unencrypted; "
                + "use https, this machine itself, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]"
        )
        #expect(machine.wire.requests.isEmpty)
    }

    @Test(
        "given a transport for what is nearby, when leased, then the container is asked through it and https elsewhere is not"
    )
    func nearby() async throws {
        let machine = machine([relative: "/x"])
        let near = Wire { _ throws(HTTPFailure) in .said(good) }
        let access = try AWSAccess.resolve(.init(), in: machine.environment, transport: machine.wire, nearby: near)
        _ = try await access.credentials.lease()
        #expect(near.requests.count == 1)
        #expect(machine.wire.requests.isEmpty)
        let far = self.machine([full: "https://credentials.test/x"])
        let other = try AWSAccess.resolve(.init(), in: far.environment, transport: far.wire, nearby: near)
        _ = try await other.credentials.lease()
        #expect(near.requests.count == 1)
    }

    @Test("given a URI that is none, when resolved, then one sentence says so")
    func mistakes() async {
        for url in ["ftp://x", "hush", "http://user:hush@127.0.0.1/", "http://127.0.0.1/a b"] {
            #expect(await machine([full: url]).complaint() == "error: \(full) is not an http or https URL")
        }
        for path in ["hush", "@evil.test/", "/a b"] {
            #expect(
                await machine([relative: path]).complaint() == "error: \(relative) is not a path; it must begin with /"
            )
        }
    }

    @Test(
        "given a token, when leased, then it is sent as it is, and a file counts before the variable and is read anew"
    )
    func tokens() async throws {
        var machine = machine([full: "http://169.254.170.23/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic hush one"])
        _ = try await machine.lease()
        #expect(machine.wire.requests.last?.header("authorization") == "Basic hush one")
        machine.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/run/eks"
        machine.wire.lay("/run/eks", "hush-1")
        let credentials = try machine.access().credentials
        _ = try await credentials.lease()
        #expect(machine.wire.requests.last?.header("authorization") == "hush-1")
        machine.wire.lay("/run/eks", "hush-2")
        await credentials.invalidate()
        _ = try await credentials.lease()
        #expect(machine.wire.requests.last?.header("authorization") == "hush-2")
    }

    @Test(
        "given a token that could end its header, or a token file that is not there, when leased, then nothing is sent"
    )
    func badTokens() async {
        let base = [full: "http://169.254.170.23/x"]
        for token in ["hush\r\nX-Evil: 1", "hush\n", "hush\u{0}", "hüsh hush"] {
            let machine = machine(base.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN": token]) { $1 })
            #expect(
                await machine.complaint()
                    == "AWS_CONTAINER_AUTHORIZATION_TOKEN has a line break or another character that no header may hold"
            )
            #expect(machine.wire.requests.isEmpty)
        }
        var machine = machine(base.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/run/eks"]) { $1 })
        #expect(await machine.complaint() == "the container token file /run/eks is not there")
        machine.files["/run/eks"] = "hush\n"
        #expect(
            await machine.complaint()
                == "the container token file /run/eks has a line break or another character that no header may hold"
        )
        machine.files["/run/eks"] = ""
        #expect(await machine.complaint() == "the container token file /run/eks is empty")
    }

    @Test("given an endpoint that fails twice, when leased, then the third answer counts; a fourth attempt is not made")
    func attempts() async throws {
        let machine = machine([relative: "/x"])
        let count = Locked(0)
        machine.wire.answer { _ throws(HTTPFailure) in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == 1 { throw HTTPFailure(.unanswered, "timed out") }
            return number == 2 ? .said("hush", status: 503) : .said(good)
        }
        #expect(try await machine.lease().credential.accessKeyID == "ASIABOX")
        machine.wire.answer { _ throws(HTTPFailure) in throw HTTPFailure(.unsent, "no route") }
        let before = machine.wire.requests.count
        #expect(
            await machine.complaint() == "the container endpoint http://169.254.170.2 gave no credentials: no route"
        )
        #expect(machine.wire.requests.count - before == 3)
    }

    @Test(
        "given an endpoint that answers badly, when leased, then one sentence says so and never what it answered",
        arguments: [
            (403, "hush", "the container endpoint http://169.254.170.2 answered 403, not credentials"),
            (200, "hush", "the container endpoint http://169.254.170.2 answered something that is not a JSON object"),
            (
                200, #"{"AccessKeyId":"hush","SecretAccessKey":"hush"}"#,
                "the container endpoint http://169.254.170.2 gave credentials without an RFC 3339 time "
                    + "at which they end"
            ),
            (
                200, #"{"AccessKeyId":"hush","Expiration":"2026-11-21T18:00:00Z"}"#,
                "the answer of the container endpoint http://169.254.170.2 has AccessKeyId and no SecretAccessKey; "
                    + "give both or neither"
            ),
            (
                200, good.replacingYear,
                "the credential that was issued has expired already; check this machine's clock"
            ),
        ]
    )
    func answers(status: Int, body: String, sentence: String) async {
        let machine = machine([relative: "/x"])
        machine.wire.answer { _ throws(HTTPFailure) in .said(body, status: status) }
        #expect(await machine.complaint() == sentence)
    }
}

extension String {
    fileprivate var replacingYear: String { split(separator: "2026-").joined(separator: "2020-") }
}
