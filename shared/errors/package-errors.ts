// Refusals about package files: reading, building, signing, verifying. Exit statuses 10 to 19.
export const packageErrors = {
  'package.truncated': {
    title: 'The package file is cut short',
    advice: 'Copy the file again from its source and compare sizes; do not load it.',
    exitCode: 10,
    retryable: false,
  },
} as const;
