"""Signatures of release manifests, by OpenSSH's own tool: keys that every engineer can make.

The only module that knows ``ssh-keygen``. Signatures are SSHSIG, armoured, in a namespace of
ours, so that a signature made for another purpose with the same key is none of a release.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from generator.diagnostics import EnvironmentFault

NAMESPACE = "dwgk-release"
_SIGNER = "dwgk"
"""Whom the keys of a file belong to, in the list of signers that ssh-keygen asks for."""

NO_TOOL, CANNOT_SIGN, NO_KEYS = "D01", "D02", "D03"

_TIMEOUT = 60
"""Seconds; a key on a token may have to be touched."""


def sign(data: bytes, key: Path) -> bytes:
    """The signature of ``data`` by the private key in the file ``key``.

    ``key`` may be the public half where ssh-agent holds the private one. Nobody is asked for a
    passphrase: deployments run unattended. Raises EnvironmentFault when it cannot be signed.
    """
    done = _run(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], data)
    if done.returncode != 0 or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        raise EnvironmentFault(CANNOT_SIGN, {"key": key.name, "reason": _reason(done.stderr)})
    return done.stdout


def check(data: bytes, signature: bytes, public_keys: Path) -> bool:
    """Whether ``signature`` is one of ``data`` by one of ``public_keys``.

    ``public_keys`` is a file as ssh-keygen writes it (``.pub``), a key a line; several while a
    key is being replaced. Raises EnvironmentFault when the file holds no key, or cannot be read.
    """
    signers = "".join(f'{_SIGNER} namespaces="{NAMESPACE}" {key}\n' for key in keys(public_keys))
    with tempfile.TemporaryDirectory() as folder:
        allowed, sealed = Path(folder) / "signers", Path(folder) / "signature"
        allowed.write_text(signers, encoding="utf-8")
        sealed.write_bytes(signature)
        asked = ["-Y", "verify", "-f", str(allowed), "-I", _SIGNER, "-n", NAMESPACE]
        return _run([*asked, "-s", str(sealed)], data).returncode == 0


def keys(path: Path) -> list[str]:
    """The public keys of a file, each as type and base64 text, without comments."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or type(error).__name__
        raise EnvironmentFault(NO_KEYS, {"key": path.name, "reason": str(reason)}) from None
    words = [line.split() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not words or any(len(each) < 2 or not _is_type(each[0]) for each in words):
        raise EnvironmentFault(NO_KEYS, {"key": path.name, "reason": "ssh-ed25519 AAAA…"})
    return [f"{each[0]} {each[1]}" for each in words]


def _is_type(word: str) -> bool:
    return word.startswith(("ssh-", "ecdsa-", "sk-"))


def _run(options: Sequence[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """Without a terminal and without a window to ask on: it answers at once."""
    quiet = {**os.environ, "LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "never"}
    try:
        return subprocess.run(
            ["ssh-keygen", *options],
            input=data,
            capture_output=True,
            check=False,
            env=quiet,
            start_new_session=True,
            timeout=_TIMEOUT,
        )
    except FileNotFoundError:
        raise EnvironmentFault(NO_TOOL, {}) from None
    except subprocess.TimeoutExpired:
        raise EnvironmentFault(CANNOT_SIGN, {"key": "ssh-keygen", "reason": "timeout"}) from None


def _reason(errors: bytes) -> str:
    """The last thing the tool said; a key file's folders are the machine's own matter."""
    lines = [line.strip() for line in errors.decode("utf-8", "replace").splitlines()]
    return next((line for line in reversed(lines) if line), "ssh-keygen")
