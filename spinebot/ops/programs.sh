#!/bin/sh
# See to programs that the tests drive, by the names of Debian's packages:
# sh spinebot/ops/programs.sh chromium nginx redis-server postgresql
set -eu

present() {
    case $1 in
        chromium) [ -x /usr/bin/chromium ] ;; # where the tests look for it
        postgresql) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
        *) PATH=$PATH:/usr/sbin command -v "$1" >/dev/null ;;
    esac
}

missing=
for package in "$@"; do
    present "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need$missing. Install (Debian, Ubuntu: sudo apt-get install$missing)," \
         "then run this command again." >&2
    exit 1
fi
echo "Installing$missing ..."
policy=/usr/sbin/policy-rc.d # the tests start their own servers: the packages shall start none
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod +x $policy
    trap 'rm -f $policy' EXIT
fi
apt-get update -qq >/dev/null
# shellcheck disable=SC2086 # a list of names
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $missing >/dev/null
