"""The identity provider's addresses, and what it tells of an account in either protocol."""

from __future__ import annotations

from typing import Any

from cas_server.auth import AuthUser
from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.servers.idp import ACCOUNTS


class CasAccount(AuthUser):
    """An account as CAS tells of it."""

    def test_password(self, password: str) -> bool:
        return self.username in ACCOUNTS and password == f"pw-{self.username}"

    def attributs(self) -> dict[str, Any]:
        return dict(ACCOUNTS.get(self.username, {}))


class Claims(OAuth2Validator):
    """An account as OIDC tells of it."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        name = request.user.username
        return {"preferred_username": name, **ACCOUNTS[name]}


urlpatterns = [
    path("cas/", include("cas_server.urls", namespace="cas_server")),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("login/", LoginView.as_view()),
]
