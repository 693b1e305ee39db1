#!/bin/sh
# What the tests need beside Python packages: a browser and a Chinese font.
# Installs them when root; otherwise says the command and fails.
set -eu

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
fonts() { fc-list :lang=zh 2>/dev/null | grep -q .; }

if browser >/dev/null && fonts; then exit 0; fi

packages="fonts-noto-cjk fontconfig"
# Ubuntu's chromium is a snap and does not start in a container; Debian's is an ordinary package.
if ! browser >/dev/null; then
  . /etc/os-release
  case "$ID" in debian) packages="$packages chromium" ;; esac
fi

if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need a browser and a Chinese font. Run: sudo apt-get install $packages" >&2
  [ "$ID" = debian ] || echo "and: .venv/bin/playwright install --with-deps chromium" >&2
  exit 3
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 - a list of names
apt-get install -y -qq $packages
browser >/dev/null || .venv/bin/playwright install --with-deps chromium
