#!/bin/sh
# Login on the box's console, as a stock image does it: banner, prompt, password without echo, motd, a real shell.
# Environment: BOX_USER BOX_PASSWORD BOX_MODE (login|shell|silent|no-prompt) BOX_DELAY BOX_BOOT BOX_HOME BOX_PATH
# BOX_SHELL (a command line) BOX_ROOT BOX_TOOL (folder with stty and sleep) BOX_BANNER
PATH=$BOX_TOOL:$BOX_PATH
trap : INT QUIT TSTP

run_shell() {
  cd "$BOX_HOME" || exit 1
  env -i HOME="$BOX_HOME" USER="$BOX_USER" LOGNAME="$BOX_USER" TERM=vt220 SHELL=/bin/bash PATH="$BOX_PATH" \
    TRUSTBOX_ROOT="$BOX_ROOT" PS1="$BOX_PS1" ENV="$BOX_ENV" $BOX_SHELL
}

stty sane ixon
[ "$BOX_BOOT" = yes ] && printf '\r\nU-Boot 2020.04 (TrustBox Edge 201)\r\nStarting kernel ...\r\n\r\n[    0.000000] Booting Linux on physical CPU 0x0000000000\r\n[    1.843210] optee: revision 3.16\r\n[    4.120034] systemd[1]: Started Getty on ttyS0.\r\n'
case $BOX_MODE in
silent) stty -echo; while :; do sleep 3600; done ;;
no-prompt) while :; do printf 'heartbeat %s\n' "$(date +%s)"; sleep 1; done ;;
shell) run_shell ;;
esac
while :; do
  stty sane ixon
  printf '\n%s\n\ntrustbox login: ' "$BOX_BANNER"
  IFS= read -r user || continue
  [ -n "$user" ] || continue
  stty -echo
  printf 'Password: '
  IFS= read -r password
  stty echo
  printf '\n'
  if [ "$user" = "$BOX_USER" ] && [ "$password" = "$BOX_PASSWORD" ]; then
    printf '\n _____            _   ___\n|_   _| _ _  _ __| |_| _ )_____ __\n  | || %s_| || (_-<  _| _ / _ \\ \\ /\n\nWelcome to Armbian on TrustBox Edge 201\nLast login: Mon Nov 23 06:12:01 UTC 2026 on ttyS0\n\n' "'"
    run_shell
  else
    sleep "$BOX_DELAY"
    printf '\nLogin incorrect\n'
  fi
done
