// Refusals about jobs, steps and recipes. Exit statuses 60 to 79.
export const jobErrors = {
  'job.device-busy': {
    title: 'Another job is running on this device',
    advice: 'Wait for it, or cancel it: `trustbox jobs list` shows it.',
    exitCode: 60,
    retryable: true,
  },
  'job.not-found': {
    title: 'There is no such job',
    advice: 'Look the job id up with `trustbox jobs list`; the first eight characters are enough.',
    exitCode: 61,
    retryable: false,
  },
  'job.not-resumable': {
    title: 'This job cannot be resumed',
    advice: 'Only interrupted jobs can; for one that failed or was cancelled start a new load.',
    exitCode: 62,
    retryable: false,
  },
  'job.wrong-device': {
    title: 'Another device is on this port than the job began with',
    advice:
      'Plug the first device back in and resume the job, or start a new job for this one. Nothing more was written.',
    exitCode: 63,
    retryable: false,
  },
  'job.device-rebooted': {
    title: 'The device rebooted during the job',
    advice: 'Wait until it has started and resume the job: its key is new and will be read and judged again.',
    exitCode: 64,
    retryable: true,
  },
  'job.unidentified': {
    title: 'The device gives neither serial number nor key, so it cannot be told from another',
    advice: 'Run `trustbox diagnose` on the port: it shows what the box answers and what is missing.',
    exitCode: 65,
    retryable: false,
  },
  'job.station-ended': {
    title: 'The program was closed while the job ran',
    advice: 'Start the program again and resume the job: what the device has is kept.',
    exitCode: 66,
    retryable: true,
  },
  'job.cancelled': {
    title: 'The job was cancelled',
    advice:
      'The staged file was removed where the device could still be reached. Start a new load when ready.',
    exitCode: 66,
    retryable: false,
  },
  'job.package-changed': {
    title: 'The package file is not the one this job began with',
    advice: 'Put the first file back and resume, or start a new load for this one.',
    exitCode: 63,
    retryable: false,
  },
  'job.install-rejected': {
    title: 'The device rejected the package',
    advice:
      'Read the outcome in the receipt: it says whether key, package or the image inside it is at fault.',
    exitCode: 67,
    retryable: false,
  },
  'job.install-unconfirmed': {
    title: 'The install could not be confirmed',
    advice: 'Check on the box that the application starts, or load again: a second install does no harm.',
    exitCode: 68,
    retryable: false,
  },
  'job.preflight-failed': {
    title: 'The package does not fit this device or is not sound',
    advice:
      'Nothing was touched. Run `trustbox package verify` and `trustbox package lint` on the file; they name each finding.',
    exitCode: 69,
    retryable: false,
  },
  'job.no-space': {
    title: 'The device has too little free space for the package',
    advice: "Free space in the login user's home on the device, then load again. Nothing was written.",
    exitCode: 70,
    retryable: false,
  },
  'job.no-tool': {
    title: 'cpk-tool is not on the device',
    advice:
      'Check that the image on the box is a TrustBox image and that the user may run cpk-tool; we never install software on a box unasked.',
    exitCode: 71,
    retryable: false,
  },
  'recipe.invalid': {
    title: 'The recipe cannot be used',
    advice: 'Correct the named field; docs/formats/recipe.md shows an example.',
    exitCode: 72,
    retryable: false,
  },
} as const;
