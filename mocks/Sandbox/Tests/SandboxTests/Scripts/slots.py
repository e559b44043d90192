"""Swaps a slot with azure-mgmt-web, signed in by msal, at the real hosts that the shell's proxy leads to."""
import os
import time

from azure.core.credentials import AccessToken
from azure.mgmt.web import WebSiteManagementClient
from msal import ConfidentialClientApplication


class ClientSecret:
    def __init__(self):
        self.app = ConfidentialClientApplication(
            os.environ["AZURE_CLIENT_ID"],
            client_credential=os.environ["AZURE_CLIENT_SECRET"],
            authority="https://login.microsoftonline.com/" + os.environ["AZURE_TENANT_ID"],
            instance_discovery=False,
        )

    def get_token(self, *scopes, **_):
        token = self.app.acquire_token_for_client(list(scopes))
        return AccessToken(token["access_token"], int(time.time()) + token["expires_in"])


apps = WebSiteManagementClient(ClientSecret(), "11111111-1111-1111-1111-111111111111").web_apps
print([slot.name for slot in apps.list_slots("shop-rg", "shop")])
before = apps.get_configuration("shop-rg", "shop").linux_fx_version
apps.begin_swap_slot_with_production(
    "shop-rg", "shop", {"targetSlot": "staging", "preserveVnet": True}, polling_interval=1
).result()
print(before, "->", apps.get_configuration("shop-rg", "shop").linux_fx_version)
