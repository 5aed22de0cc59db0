// Refusals about ports and the serial console. Exit statuses 20 to 39.
export const consoleErrors = {
  'port.not-found': {
    title: 'There is no such port',
    advice: 'Check the cable and the port name; `trustbox devices` lists the ports that are there now.',
    exitCode: 20,
    retryable: true,
  },
} as const;
