#!/bin/sh
# What the tests need beside Python packages: two browsers, a Chinese font, systemd's own check.
# Installs them when root; otherwise says the command and fails.
set -eu

chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
firefox() { command -v firefox-esr || command -v firefox; }
fonts() { fc-list :lang=zh 2>/dev/null | grep -q .; }

units() { command -v systemd-analyze; }

if chromium >/dev/null && firefox >/dev/null && units >/dev/null && fonts; then exit 0; fi

. /etc/os-release
packages="fonts-noto-cjk fontconfig systemd"
# Ubuntu's browsers are snaps and do not start in a container; Debian's are ordinary packages.
[ "$ID" = debian ] && packages="$packages chromium firefox-esr"

if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need Chromium, Firefox and a Chinese font. Run: sudo apt-get install $packages" >&2
  [ "$ID" = debian ] || echo "and: sudo snap install chromium firefox" >&2
  exit 3
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 - a list of names
apt-get install -y -qq $packages
if [ "$ID" != debian ]; then
  chromium >/dev/null || snap install chromium
  firefox >/dev/null || snap install firefox
fi
