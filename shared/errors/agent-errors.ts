// Refusals of the agent link: what runs on the device does not answer, cannot, or breaks the protocol. Exit statuses 100 to 109.
export const agentErrors = {
  'agent.silent': {
    title: 'No agent answers on this link',
    advice:
      'Check that trustbox-agent runs on the box (`systemctl status trustbox-agent`) and serves this port, or use --link console.',
    exitCode: 100,
    retryable: true,
  },
  'agent.protocol': {
    title: 'What answers on this link breaks the agent protocol',
    advice:
      'The link was closed. If it repeats, the agent on the box is damaged or is not ours: reinstall it, or use --link console.',
    exitCode: 101,
    retryable: false,
  },
  'agent.version': {
    title: 'The agent on the box and this station have no protocol version in common',
    advice: 'Update the older of the two; until then --link console works with every box that has a console.',
    exitCode: 102,
    retryable: false,
  },
  'agent.not-supported': {
    title: 'The agent on the box does not know this call',
    advice: 'Update trustbox-agent on the box, or use --link console.',
    exitCode: 103,
    retryable: false,
  },
  'agent.call-failed': {
    title: 'The agent could not do what it was asked',
    advice: 'The message shows what it said; its log on the box has more (`journalctl -u trustbox-agent`).',
    exitCode: 104,
    retryable: false,
  },
  'agent.timeout': {
    title: 'The agent did not answer this call in time',
    advice: 'Look at the box: is it busy or hung? What was sent is kept, so the job can be resumed.',
    exitCode: 105,
    retryable: true,
  },
  'agent.restarted': {
    title: 'The agent on the box started anew in the middle',
    advice: 'Resume the job: what was sent is kept. If it repeats, look into the log of the box.',
    exitCode: 106,
    retryable: true,
  },
} as const;
