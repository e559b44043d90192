import Foundation
import SlipwayCassettes
import Testing

/// The sandbox's own API: who may use it, and what it does.
@Suite struct AdminTests {
    @Test("given no token, another one, or another name for this machine, when the admin API is asked, then it refuses")
    func token() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            ask() { api -o /dev/null -w '%{http_code}\\n' "$@"; }
            ask $SLIPWAY_SANDBOX_URL/_sandbox/state
            ask -H 'Authorization: Bearer x' $SLIPWAY_SANDBOX_URL/_sandbox/state
            ask -H "Authorization: Bearer $SLIPWAY_SANDBOX_TOKEN" -H 'Host: evil.example.test' $SLIPWAY_SANDBOX_URL/_sandbox/state
            ask -H "Authorization: Bearer $SLIPWAY_SANDBOX_TOKEN" $SLIPWAY_SANDBOX_URL/_sandbox/state
            """
        )
        #expect(outcome.text == "401\n401\n403\n200")
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

    @Test("given secrets in requests and answers, when log and cassette are read, then there are none, and it loads")
    func log() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            cluster /api/v1/namespaces/default/pods -o /dev/null
            aws sts assume-role --role-arn arn:aws:iam::123456789012:role/deploy --role-session-name deploy > keys 2>/dev/null
            sleep 0.6
            admin GET /log > log; admin GET /cassette > $SANDBOX/sandbox.json
            grep -c . $SANDBOX/requests.log
            for s in $(cat $SANDBOX/kubernetes-token $SANDBOX/aws-secret) $(grep -oE '(SecretAccessKey|SessionToken)": "[^"]*' keys \
                | cut -d'"' -f3) 'Signature=[0-9a-f]'; do
                grep -l -e "$s" log $SANDBOX/sandbox.json $SANDBOX/requests.log
            done
            """
        )
        let lines = outcome.text.split(separator: "\n")
        #expect(Int(lines.first ?? "") ?? 0 >= 1, "\(outcome)")
        #expect(lines.count == 1, "these hold a secret: \(outcome)")
        let cassette = try CassetteFolder(path: sandbox.folder).load("sandbox")
        #expect(cassette.interactions.first?.request.target == "/api/v1/namespaces/default/pods")
        #expect(cassette.origin.kind == .synthetic)
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
