// Refusals about ports, the serial console and what the device answers. Exit statuses 20 to 39.
export const consoleErrors = {
  'port.not-found': {
    title: 'There is no such port',
    advice: 'Check the cable and the port name; `trustbox devices` lists the ports that are there now.',
    exitCode: 20,
    retryable: true,
  },
  'port.busy': {
    title: 'Another program has the port open',
    advice:
      'Close the program that is named, often a terminal such as minicom, screen or ModemManager, and try again.',
    exitCode: 21,
    retryable: true,
  },
  'port.not-permitted': {
    title: 'This user may not open the port',
    advice:
      'On Linux install the rule that Settings shows (docs/platforms.md), or for a serial port add the user to the group dialout (`sudo usermod -aG dialout $USER`) and log in again.',
    exitCode: 22,
    retryable: false,
  },
  'port.not-serial': {
    title: 'This is not a serial port',
    advice: 'Choose one that `trustbox devices` lists.',
    exitCode: 23,
    retryable: false,
  },
  'port.lost': {
    title: 'The port went away while it was in use',
    advice: 'Check cable and power of the box, then resume the job: what was sent is kept.',
    exitCode: 24,
    retryable: true,
  },
  'console.silent': {
    title: 'Nothing answers on this line',
    advice:
      'Check that the box has power and has started, that the cable is in its console socket, and that it is a data cable.',
    exitCode: 25,
    retryable: true,
  },
  'console.wrong-speed': {
    title: 'The line carries only garbage: its speed is probably another one',
    advice: 'Try --baud 115200, then 9600, 57600, 921600; `trustbox diagnose` tries them for you.',
    exitCode: 26,
    retryable: false,
  },
  'console.no-login-prompt': {
    title: 'The box talks, but there is neither a login prompt nor a shell',
    advice:
      'Wait until it has started; if it stays so, its console is used by something else (a boot loader, an application).',
    exitCode: 27,
    retryable: true,
  },
  'console.login-needed': {
    title: 'The box asks for a login and none was given',
    advice: 'Give --user and --password-env with the name of the variable that holds the password.',
    exitCode: 28,
    retryable: false,
  },
  'console.login-refused': {
    title: 'The box refused this user or password',
    advice: 'Check user and password. It was tried once only, so that the account is not locked.',
    exitCode: 28,
    retryable: false,
  },
  'console.not-a-shell': {
    title: 'What answers after the login is not a usable shell',
    advice: 'Log in with a terminal and look: the user needs a POSIX shell (sh, bash or BusyBox).',
    exitCode: 29,
    retryable: false,
  },
  'console.rebooted': {
    title: 'The box restarted in the middle',
    advice: 'Wait until it has started and resume: its CPM has a new key then, which is read again.',
    exitCode: 30,
    retryable: true,
  },
  'console.timeout': {
    title: 'The box did not answer in time',
    advice:
      'Look at the box: is it busy or hung? Then try again; `trustbox diagnose` shows how far it answers.',
    exitCode: 31,
    retryable: true,
  },
  'console.flooded': {
    title: 'The box sends more than any answer can be',
    advice: 'Something prints to the console without end; stop it on the box and try again.',
    exitCode: 32,
    retryable: false,
  },
  'device.bad-answer': {
    title: 'The device answered something that cannot be right',
    advice: 'Run `trustbox diagnose`; if it repeats, cpk-tool or the CPM on the box is not what we expect.',
    exitCode: 33,
    retryable: false,
  },
  'device.tool-failed': {
    title: 'A program on the device ended with an error',
    advice:
      'The message shows what it said. Check that the TEE is running (OP-TEE, tee-supplicant) and that the user may use it.',
    exitCode: 34,
    retryable: false,
  },
  'transfer.damaged': {
    title: 'The line damages more than can be repaired',
    advice: 'Use a shorter or better cable, keep it off power lines, or lower the speed with --baud.',
    exitCode: 35,
    retryable: true,
  },
  'transfer.refused': {
    title: 'The device cannot take the file',
    advice:
      'Free space and write permission in the home of the login user are needed; the partial file was removed.',
    exitCode: 36,
    retryable: false,
  },
  'transfer.no-way': {
    title: 'The device lacks the programs that a transfer needs',
    advice: 'The box needs stty, head and sha256sum (or openssl) on its PATH; stock images have them.',
    exitCode: 37,
    retryable: false,
  },
} as const;
