import SlipwayBase
import Testing

/// Azure at a port of its own: tokens, the resource manager, and sites with their cookie.
@Suite struct AzureTests {
    @Test("given a client, when it asks for a token, then Azure Resource Manager takes that token and no other")
    func tokens() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            A=$SLIPWAY_SANDBOX_AZURE_URL
            TOKEN=$(api $A/22222222-2222-2222-2222-222222222222/oauth2/v2.0/token -d grant_type=client_credentials \
                -d client_id=44444444-4444-4444-4444-444444444444 -d client_secret=simulated-client-secret \
                --data-urlencode scope=https://management.azure.com/.default \
                | grep -o '"access_token":"[^"]*' | cut -d'"' -f4)
            S=subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shop-rg/providers/Microsoft.Web/sites/shop
            for t in $TOKEN wrong; do
                api -H "Authorization: Bearer $t" "$A/$S/slots?api-version=2024-11-01" -o body -w '%{http_code} '
                grep -o '"code":"[A-Za-z]*"\\|"name":"shop/staging"' body | head -1
            done
            """
        )
        #expect(
            outcome.text == "200 \"name\":\"shop/staging\"\n401 \"code\":\"InvalidAuthenticationToken\"",
            "\(outcome)"
        )
    }

    @Test("given a site, when a visitor comes, then its slot answers with its release, and the admin API counts it")
    func visitors() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            "app shop.azurewebsites.net; app shop-staging.azurewebsites.net; admin GET /traffic"
        )
        let image = "registry.example.com/shop:1"
        #expect(outcome.output.hasPrefix("\(image)\n\(image)\n"), "\(outcome)")
        #expect(outcome.output.contains("\"shop.azurewebsites.net\":{\"\(image)\":1}"), "\(outcome)")
    }

    @Test("given an image replaced in place, when its restart leaves a gap or does not, then visitors see just that")
    func restarts() async throws {
        for (overlaps, statuses) in [(false, "200\n503\n200"), (true, "200")] {
            let seed = """
                azure:
                  restartsOverlap: \(overlaps)
                  sites: [{ name: shop, image: "shop:1" }]
                """
            let sandbox = try await RunningSandbox(seed: seed, "--speed", "10")
            let outcome = await sandbox.shell(
                """
                TOKEN=$(curl -sS https://login.microsoftonline.com/$AZURE_TENANT_ID/oauth2/v2.0/token \
                    -d grant_type=client_credentials -d client_id=$AZURE_CLIENT_ID -d client_secret=$AZURE_CLIENT_SECRET \
                    --data-urlencode scope=https://management.azure.com/.default \
                    | grep -o '"access_token":"[^"]*' | cut -d'"' -f4)
                visit() { curl -sS -o /dev/null -w '%{http_code}\\n' https://shop.azurewebsites.net/; }
                visit > seen
                S=subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shop-rg/providers/Microsoft.Web/sites/shop
                curl -sS -o /dev/null -X PATCH -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
                    "https://management.azure.com/$S/config/web?api-version=2024-11-01" \
                    -d '{ "properties": { "linuxFxVersion": "DOCKER|shop:2" } }'
                until app shop.azurewebsites.net | grep -q shop:2; do visit >> seen; sleep 0.05; done
                visit >> seen; uniq seen
                """
            )
            #expect(outcome.text == statuses, "\(outcome)")
        }
    }
}
