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
  'record.tampered': {
    title: 'The records do not verify',
    advice: 'Keep the database file as it is and compare it with the last backup and with exported receipts.',
    exitCode: 84,
    retryable: false,
  },
  'virtual.cannot-start': {
    title: 'The virtual boxes cannot start on this machine',
    advice:
      'They need Linux with setsid (util-linux), stty and bash or busybox, and free pseudo-terminals; install what the line above names.',
    exitCode: 90,
    retryable: false,
  },
  'internal.unexpected': {
    title: 'Something went wrong inside the program',
    advice: 'Nothing was half-written. Keep the log file and report it with the steps that led here.',
    exitCode: 99,
    retryable: false,
  },
} as const;
