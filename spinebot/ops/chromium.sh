#!/bin/sh
# See to the browser that the widget's tests drive.
set -eu

if [ -x /usr/bin/chromium ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium ..."
    apt-get update -qq >/dev/null && apt-get install -qq -y chromium >/dev/null
else
    echo "The widget's tests need Chromium at /usr/bin/chromium. Install the package 'chromium'" \
         "(Debian, Ubuntu: sudo apt-get install chromium), then run this command again." >&2
    exit 1
fi
