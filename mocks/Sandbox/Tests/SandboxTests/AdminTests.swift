import Foundation
import SlipwayBase
import SlipwayCassettes
import Testing

/// The sandbox's own API: who may use it, and what it does.
@Suite struct AdminTests {
    @Test("given no token, another one, or a page of another site, when the admin API is asked, then it refuses")
    func token() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            ask() { api -o /dev/null -w '%{http_code}\\n' "$@"; }
            ask $SLIPWAY_SANDBOX_URL/_sandbox/state
            ask -H 'Authorization: Bearer x' $SLIPWAY_SANDBOX_URL/_sandbox/state
            TOKEN="Authorization: Bearer $SLIPWAY_SANDBOX_TOKEN"
            for h in 'Host: evil.example.test' 'Host: localhost.evil.example.test' 'Origin: https://evil.example.test' \
                'Origin: null' 'Origin: https://localhost:4510' 'X: y'; do
                ask -H "$TOKEN" -H "$h" $SLIPWAY_SANDBOX_URL/_sandbox/state
            done
            ask -X OPTIONS -H 'Origin: https://evil.example.test' $SLIPWAY_SANDBOX_URL/_sandbox/reset
            ask -H 'Host: evil.example.test' $SLIPWAY_SANDBOX_PLAIN_URL/_sandbox/state
            """
        )
        #expect(outcome.text == "401\n401\n403\n403\n403\n403\n200\n200\n403\n403")
    }

    @Test("given a changed state, when it is reset, then the seed's is there again")
    func reset() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            D=/apis/apps/v1/namespaces/default/deployments/shop
            cluster $D -X DELETE -o /dev/null; cluster $D -o /dev/null -w '%{http_code} '
            admin POST /reset -o /dev/null; cluster $D -o /dev/null -w '%{http_code}'
            """
        )
        #expect(outcome.text == "404 200")
    }

    @Test("given time that only steps, when it is stepped, then what was due happens, and not before")
    func steps() async throws {
        let sandbox = try await RunningSandbox(seed: nil, "--stepped")
        let outcome = await sandbox.shell(
            """
            D=/apis/apps/v1/namespaces/default/deployments/shop
            ready() { cluster $D | grep -o '"readyReplicas":[0-9]*'; }
            cluster $D/scale -X PATCH -H 'Content-Type: application/merge-patch+json' -d '{"spec":{"replicas":6}}' -o /dev/null
            ready; sleep 0.3; ready; admin POST /time -d '{ step: 10s }' -o /dev/null; ready
            admin GET /time | grep -o '"pace":"[a-z]*"'
            """
        )
        let ready = ["\"readyReplicas\":4", "\"readyReplicas\":4", "\"readyReplicas\":6"]
        #expect(outcome.text == (ready + ["\"pace\":\"stepped\""]).joined(separator: "\n"))
    }

    @Test("given a watch while time stands, when time is stepped or let go, then the watch is told what has happened")
    func watchedTime() async throws {
        let sandbox = try await RunningSandbox(seed: nil, "--stepped")
        let outcome = await sandbox.shell(
            """
            D=/apis/apps/v1/namespaces/default/deployments
            cluster "$D?watch=1&fieldSelector=metadata.name=shop" -N > watched &
            scale() {
                cluster $D/shop/scale -X PATCH -H 'Content-Type: application/merge-patch+json' \
                    -d "{\\"spec\\":{\\"replicas\\":$1}}" -o /dev/null
            }
            told() {
                for i in $(seq 50); do grep -q "\\"readyReplicas\\":$1" watched && echo told $1 && break; sleep 0.1; done
            }
            told 4; scale 6; sleep 0.5; grep -c '"readyReplicas":6' watched
            admin POST /time -d '{ step: 10s }' -o /dev/null; told 6
            scale 8; admin POST /time -d '{ speed: 20 }' -o /dev/null; told 8; kill %1
            """
        )
        #expect(outcome.text == "told 4\n0\ntold 6\ntold 8", "\(outcome)")
    }

    @Test(
        "given secrets in requests and answers, when the log is read, then there are none, and a cassette of it passes"
    )
    func log() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            cluster /api/v1/namespaces/default/pods -o /dev/null; cluster "/api/v1/pods?watch=1&timeoutSeconds=1" -o /dev/null
            api $SLIPWAY_SANDBOX_AZURE_URL/22222222-2222-2222-2222-222222222222/oauth2/v2.0/token \
                -d grant_type=client_credentials -d client_id=44444444-4444-4444-4444-444444444444 \
                -d client_secret=simulated-client-secret -d scope=https://management.azure.com/.default > token
            aws sts assume-role --role-arn arn:aws:iam::123456789012:role/deploy --role-session-name deploy > keys
            aws elasticbeanstalk describe-environments > environments
            echo x > x; aws s3 cp x s3://shop-releases/x > copied
            sleep 0.6
            admin GET /log > log; admin GET /cassette > $SANDBOX/sandbox.json
            grep -c . $SANDBOX/requests.log
            for s in $(cat $SANDBOX/kubernetes-token $SANDBOX/aws-secret) simulated-client-secret 'Signature=[0-9a-f]' \
                $(grep -oE '(SecretAccessKey|SessionToken|access_token)": ?"[^"]*' keys token | cut -d'"' -f3); do
                grep -l -e "$s" log $SANDBOX/sandbox.json $SANDBOX/requests.log
            done
            """
        )
        let lines = outcome.text.split(separator: "\n")
        #expect(Int(lines.first ?? "") ?? 0 >= 6, "\(outcome)")
        #expect(lines.count == 1, "these hold a secret: \(outcome)")
        let folder = CassetteFolder(path: sandbox.folder)
        let cassette = try folder.load("sandbox")
        #expect(cassette.interactions.first?.request.target == "/api/v1/namespaces/default/pods")
        #expect(cassette.origin.kind == .synthetic && cassette.interactions.count >= 5)
        let findings = folder.findings(of: "sandbox", now: Timestamp(milliseconds: 0))
        #expect(findings.isEmpty)
        guard let slipway = SlipwayProgram.path else {
            return print("skipped: slipway is not built to lint the cassette")
        }
        let linted = await sandbox.shell(
            "\(slipway) cassette lint --strict $SANDBOX/sandbox.json && \(slipway) cassette show $SANDBOX/sandbox.json"
        )
        #expect(linted.isSuccess, "\(linted)")
        #expect(
            linted.output.contains("/api/v1/namespaces/default/pods") && linted.output.contains("AssumeRole"),
            "\(linted)"
        )
    }

    @Test("given seeds that are wrong, when the program starts, then it says where and why, everything at once")
    func seeds() async throws {
        let seed = """
            aws: { enviroments: [] }
            kubernetes: [{ name: Main }, { nam: x }]
            faults: [{ kind: earthquake }]
            """
        let outcome = await Shell.run(
            "printf '%s' '\(seed)' > bad.yaml; \(RunningSandbox.program) serve --dir here --port 0 --seed bad.yaml 2>&1"
        )
        #expect(outcome.status != 0)
        for part in ["bad.yaml:1:8", "did you mean \"environments\"", "bad.yaml:2:", "earthquake"] {
            #expect(outcome.output.contains(part), "\(outcome)")
        }
    }
}
