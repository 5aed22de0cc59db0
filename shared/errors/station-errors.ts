// Refusals about the station itself: its store, records, settings and command line. Exit statuses 2 and 80 to 99.
export const stationErrors = {
  'usage.invalid': {
    title: 'The command is not complete or not understood',
    advice: 'Run it again with --help: it shows the options and an example.',
    exitCode: 2,
    retryable: false,
  },
  'store.unusable': {
    title: "The station's database cannot be opened",
    advice: 'Check that TRUSTBOX_HOME exists, is a folder of yours and may be written.',
    exitCode: 80,
    retryable: false,
  },
  'store.newer': {
    title: "The station's database was made by a newer version",
    advice: 'Update this station; an older program would not understand the records.',
    exitCode: 81,
    retryable: false,
  },
  'store.busy': {
    title: "The station's database is in use",
    advice: 'Another trustbox process writes to it; try again in a moment.',
    exitCode: 82,
    retryable: true,
  },
  'store.corrupt': {
    title: "The station's database is damaged",
    advice: 'Keep the file as it is, restore the last backup beside it, and compare the records of both.',
    exitCode: 85,
    retryable: false,
  },
  'store.full': {
    title: 'There is no room to write the records',
    advice: 'Free space on the disk that holds TRUSTBOX_HOME, then do it again: nothing was half-written.',
    exitCode: 86,
    retryable: false,
  },
  'record.invalid': {
    title: 'This is not a receipt of ours, or it was changed',
    advice: "Get the receipt from its station again, and check that the public key is that station's.",
    exitCode: 83,
    retryable: false,
  },
  'record.not-found': {
    title: 'There is no such receipt',
    advice: 'Search the records again; the list may be older than the database.',
    exitCode: 83,
    retryable: false,
  },
  'record.tampered': {
    title: 'The records do not verify',
    advice: 'Keep the database file as it is and compare it with the last backup and with exported receipts.',
    exitCode: 84,
    retryable: false,
  },
  'rule.not-written': {
    title: 'The rule for serial ports was not written',
    advice: 'Nothing was changed. Let an administrator run the command that the screen shows.',
    exitCode: 87,
    retryable: false,
  },
  'virtual.cannot-start': {
    title: 'The virtual boxes cannot start on this machine',
    advice:
      'They need Linux with setsid (util-linux), stty and bash or busybox, and free pseudo-terminals; install what the line above names.',
    exitCode: 90,
    retryable: false,
  },
  'settings.invalid': {
    title: "The station's settings cannot be read",
    advice:
      'Move settings.json away from the data folder; the set-up then asks again. Keys and records are not in it.',
    exitCode: 91,
    retryable: false,
  },
  'settings.exists': {
    title: 'This station is set up already',
    advice: 'Open the vault with its passphrase; names are changed under Settings.',
    exitCode: 92,
    retryable: false,
  },
  'settings.missing': {
    title: 'This station has not been set up',
    advice: 'Give it a name, an operator and a passphrase for the vault first.',
    exitCode: 93,
    retryable: false,
  },
  'device.unknown': {
    title: 'This station has not read this device',
    advice: 'Plug it in and read it; then it is known.',
    exitCode: 99,
    retryable: false,
  },
  'file.unknown': {
    title: 'This file is not there any more',
    advice: 'Choose the file again: what was chosen before the program was started anew is forgotten.',
    exitCode: 94,
    retryable: false,
  },
  'file.too-large': {
    title: 'The file is too large to take in',
    advice: 'Use the command line on the machine that has the file: `trustbox package` reads it where it is.',
    exitCode: 94,
    retryable: false,
  },
  'file.too-many': {
    title: 'Too many files were chosen in this session',
    advice: 'Close the program and start it anew: nothing that was done is lost.',
    exitCode: 94,
    retryable: false,
  },
  'contract.invalid-call': {
    title: 'The screen asked for something that the engine does not know',
    advice: 'Reload the page: screen and engine may be of different versions.',
    exitCode: 95,
    retryable: false,
  },
  'line.busy': {
    title: 'The line is running',
    advice: 'Stop the line first; units that are being loaded are finished.',
    exitCode: 96,
    retryable: false,
  },
  'line.not-ready': {
    title: 'The line cannot start',
    advice: 'Choose at least one port as a slot, and save the slots.',
    exitCode: 97,
    retryable: false,
  },
  'line.wrong-label': {
    title: 'The unit is not the one on the scanned label',
    advice: 'Take the unit out, compare its label with the scan, and scan again.',
    exitCode: 98,
    retryable: false,
  },
  'internal.unexpected': {
    title: 'Something went wrong inside the program',
    advice: 'Nothing was half-written. Keep the log file and report it with the steps that led here.',
    exitCode: 99,
    retryable: false,
  },
} as const;
