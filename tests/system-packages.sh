#!/bin/sh
# What the tests need beside Python packages: two browsers, systemd's own check, two web
# servers, an ssh server and rsync, unzip, the fonts of print.
# Installs them when root; otherwise says the command and fails.
set -eu

chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
firefox() { command -v firefox-esr || command -v firefox; }
fonts() {
  for font in NotoSerifCJK-Bold NotoSerifCJK-Regular NotoSansCJK-Bold LXGWWenKai-Light \
    FandolFang-Regular FandolKai-Regular; do
    find /usr/share/fonts /usr/local/share/fonts /usr/share/texlive -name "$font.*" 2>/dev/null |
      grep -q . || return 1
  done
}
# 仿宋 and 楷体 come in a package of a hundred others; only these two are taken out of it.
fandol() {
  folder=$(mktemp -d)
  (cd "$folder" && apt-get download -qq texlive-lang-chinese && dpkg-deb -x ./*.deb .)
  install -d /usr/local/share/fonts/fandol
  find "$folder" -name "FandolFang-Regular.otf" -o -name "FandolKai-Regular.otf" |
    xargs -I{} install -m 644 {} /usr/local/share/fonts/fandol/
  rm -rf "$folder"
}

units() { command -v systemd-analyze; }
# Apache with both sign-on modules, and nginx; tests start them on loopback, as nobody in particular.
servers() {
  PATH="$PATH:/usr/sbin" command -v apache2 && PATH="$PATH:/usr/sbin" command -v nginx &&
    test -e /usr/lib/apache2/modules/mod_auth_cas.so &&
    test -e /usr/lib/apache2/modules/mod_auth_openidc.so && test -e /etc/mime.types
}

# A deployment over ssh goes to an sshd of the test's own, with keys of its own.
remote() {
  PATH="$PATH:/usr/sbin" command -v sshd && command -v ssh-keygen && command -v rsync
}

# A program that did not make the transfer packages must be able to read them.
stranger() { command -v unzip; }

if chromium >/dev/null && firefox >/dev/null && units >/dev/null && servers >/dev/null &&
  remote >/dev/null && stranger >/dev/null && fonts; then exit 0; fi

. /etc/os-release
packages="fonts-noto-cjk fonts-lxgw-wenkai fontconfig systemd"
packages="$packages apache2-bin libapache2-mod-auth-cas libapache2-mod-auth-openidc nginx media-types openssh-client openssh-server openssl rsync unzip"
# Ubuntu's browsers are snaps and do not start in a container; Debian's are ordinary packages.
[ "$ID" = debian ] && packages="$packages chromium firefox-esr"

if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need browsers, web servers and fonts. Run: sudo apt-get install $packages" >&2
  echo "and for 仿宋 and 楷体 see docs/printing.zh.md" >&2
  [ "$ID" = debian ] || echo "and: sudo snap install chromium firefox" >&2
  exit 3
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 - a list of names
apt-get install -y -qq $packages
fonts || fandol
if [ "$ID" != debian ]; then
  chromium >/dev/null || snap install chromium
  firefox >/dev/null || snap install firefox
fi
