// Refusals about jobs, steps and recipes. Exit statuses 60 to 79.
export const jobErrors = {
  'job.device-busy': {
    title: 'Another job is running on this device',
    advice: 'Wait for it, or cancel it: `trustbox jobs list` shows it.',
    exitCode: 60,
    retryable: true,
  },
} as const;
