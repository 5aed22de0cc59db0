#!/bin/sh
# Login on the box's console, as a stock image does it: banner, prompt, password without echo, motd, a real shell.
# Environment: BOX_USER BOX_PASSWORD BOX_MODE (login|shell|silent|no-prompt) BOX_DELAY BOX_BOOT BOX_ROOT
# BOX_SHELL (bash|busybox) and BOX_PROGRAM, its path. PATH is this machine's; the box's own is $BOX_ROOT/usr/bin.
trap : INT QUIT TSTP

run_shell() {
  cd "$BOX_ROOT/home" || exit 1
  rc=$BOX_ROOT/etc/shellrc
  case $BOX_SHELL in
  bash) set -- "$BOX_PROGRAM" --noprofile --rcfile "$rc" -i ;;
  *) set -- "$BOX_PROGRAM" sh -i ;;
  esac
  env -i HOME="$BOX_ROOT/home" USER="$BOX_USER" LOGNAME="$BOX_USER" TERM=vt220 SHELL=/bin/bash TMPDIR="$BOX_ROOT/tmp" \
    PATH="$BOX_ROOT/usr/bin" TRUSTBOX_ROOT="$BOX_ROOT" ENV="$rc" "$@"
}

print_boot() {
  printf '\r\nU-Boot 2020.04 (TrustBox Edge 201)\r\n\r\nHit any key to stop autoboot:  0\r\nStarting kernel ...\r\n\r\n'
  printf '[    0.000000] Booting Linux on physical CPU 0x0000000000\r\n[    1.843210] optee: revision 3.16\r\n'
  printf '[    4.120034] systemd[1]: Started Serial Getty on ttyS0.\r\n'
}

print_motd() {
  cat <<'END'

 _____            _   ___
|_   _|_ _ _  _ _| |_| _ ) _____ __
  | | '_| || (_-<  _| _ \/ _ \ \ /

Welcome to Armbian on TrustBox Edge 201
Last login: Mon Nov 23 06:12:01 UTC 2026 on ttyS0

END
}

ask_login() {
  printf '\nArmbian 22.02 Bullseye ttyS0\n\ntrustbox login: '
  IFS= read -r user && [ -n "$user" ] || return
  stty -echo
  printf 'Password: '
  IFS= read -r password
  stty echo
  printf '\n'
  if [ "$user" = "$BOX_USER" ] && [ "$password" = "$BOX_PASSWORD" ]; then
    print_motd
    run_shell
  else
    sleep "$BOX_DELAY"
    printf '\nLogin incorrect\n'
  fi
}

stty sane ixon
[ "$BOX_BOOT" = yes ] && print_boot
case $BOX_MODE in
silent) stty -echo; while :; do sleep 3600; done ;;
no-prompt) while :; do printf 'heartbeat %s\n' "$(date +%s)"; sleep 1; done ;;
shell) run_shell ;;
esac
while :; do
  stty sane ixon
  ask_login
done
