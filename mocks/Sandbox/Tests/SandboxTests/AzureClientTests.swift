import Testing

/// The Azure CLI, as people and pipelines use it.
@Suite(.enabled(if: Shell.has("az"), "skipped: there is no az; `.ci/deps clients` installs it"))
struct AzureClientTests {
    /// Runs a script in a shell that is signed in, until its first failure; `W` names the site.
    private func signedIn(_ script: String) async throws -> Outcome {
        let sandbox = try await RunningSandbox(seed: Self.seed)
        return await sandbox.shell(
            """
            . $SANDBOX/azure-login > login 2>&1 || { cat login; exit 1; }
            set -e; W="-g shop-rg -n shop"
            until_production() { for i in $(seq 100); do app shop.azurewebsites.net | grep -q "$1" && return; sleep 0.2; done; }
            \(script)
            """,
            secondsMax: 300
        )
    }

    private static let seed = """
        azure:
          speed: 50
          sites: [{ name: shop, image: "shop:1", slots: [staging] }]
          clusters:
            - name: shop-aks
              deployments: [{ name: web, image: "web:1", replicas: 2 }]
        """

    @Test("given a slot, when az gives it an image, a share and production's place, then visitors meet it there")
    func slots() async throws {
        let outcome = try await signedIn(
            """
            az webapp deployment slot list $W --query '[].name' -o tsv
            az webapp config container set $W -s staging -i shop:2 -o none
            az webapp traffic-routing set $W -d staging=20 --query '[].[name,actionHostName,reroutePercentage]' -o tsv
            az webapp traffic-routing show $W --query '[].name' -o tsv
            az webapp traffic-routing clear $W
            az webapp traffic-routing show $W --query '[].name' -o tsv
            az webapp deployment slot swap $W -s staging --target-slot production
            until_production shop:2; app shop.azurewebsites.net; app shop-staging.azurewebsites.net
            az webapp deployment slot create $W -s other --query name -o tsv
            """
        )
        #expect(
            outcome.isSuccess
                && outcome.text == """
                    staging
                    staging\tshop-staging.azurewebsites.net\t20.0
                    staging
                    shop:2
                    shop:1
                    other
                    """,
            "\(outcome)"
        )
    }

    @Test("given a swap with preview, when az takes it back and does it again, then production changes only at its end")
    func preview() async throws {
        let outcome = try await signedIn(
            """
            target() { az webapp show $W --query targetSwapSlot -o tsv; }
            az webapp config container set $W -s staging -i shop:2 -o none
            az webapp deployment slot swap $W -s staging --action preview; target
            az webapp deployment slot swap $W -s staging --action reset; target
            az webapp deployment slot swap $W -s staging --action preview; app shop.azurewebsites.net
            az webapp deployment slot swap $W -s staging --action swap
            until_production shop:2; app shop.azurewebsites.net
            """
        )
        #expect(outcome.isSuccess && outcome.text == "staging\nshop:1\nshop:2", "\(outcome)")
    }

    @Test("given a zip, when az deploys it to a slot, then Kudu at the slot's own host has it as its latest deployment")
    func deploy() async throws {
        let outcome = try await signedIn(
            """
            python3 -m zipfile -c app.zip login
            az webapp deploy $W -s staging --src-path app.zip --type zip -o none 2> told || { cat told; exit 1; }
            TOKEN=$(az account get-access-token --query accessToken -o tsv)
            KUDU=https://shop-staging.scm.azurewebsites.net
            curl -sS -H "Authorization: Bearer $TOKEN" $KUDU/api/deployments/latest \\
                | grep -o '"status":[0-9],\\|"complete":true'
            """
        )
        #expect(outcome.isSuccess && outcome.text == "\"status\":4,\n\"complete\":true", "\(outcome)")
    }

    @Test(
        "given a managed cluster, when az fetches its credentials, then kubectl drives it through the tunnel",
        .enabled(if: Shell.has("kubectl"), "skipped: there is no kubectl")
    )
    func clusters() async throws {
        let outcome = try await signedIn(
            """
            az aks get-credentials -g shop-rg -n shop-aks --admin --file mine 2>/dev/null
            kubectl --kubeconfig mine set image deployment/web web=web:2
            kubectl --kubeconfig mine rollout status deployment/web --timeout 60s | tail -1
            """
        )
        #expect(
            outcome.isSuccess
                && outcome.text == """
                    deployment.apps/web image updated
                    deployment "web" successfully rolled out
                    """,
            "\(outcome)"
        )
    }

    @Test(
        "given a slot with another image, when azure-mgmt-web swaps it, then its operation ends and production has it"
    )
    func library() async throws {
        let outcome = try await signedIn(
            """
            az webapp config container set $W -s staging -i shop:2 -o none
            "$(dirname "$(readlink -f "$(command -v az)")")/python3" \(Scripts.path("slots.py"))
            """
        )
        #expect(
            outcome.isSuccess
                && outcome.text == """
                    ['shop/staging']
                    DOCKER|shop:1 -> DOCKER|shop:2
                    """,
            "\(outcome)"
        )
    }
}
