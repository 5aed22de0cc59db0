// Refusals about the station itself: its store, records, settings and command line. Exit statuses 2 and 80 to 99.
export const stationErrors = {
  'usage.invalid': {
    title: 'The command is not complete or not understood',
    advice: 'Run it again with --help: it shows the options and an example.',
    exitCode: 2,
    retryable: false,
  },
  'internal.unexpected': {
    title: 'Something went wrong inside the program',
    advice: 'Nothing was half-written. Keep the log file and report it with the steps that led here.',
    exitCode: 99,
    retryable: false,
  },
} as const;
