// The screen's arithmetic, apart from the screen.
import { describe, expect, test } from 'vitest';
import { advance, keepPresent, reconcile } from '../../renderer/actions.ts';
import {
  formatBytes,
  formatDuration,
  groupHex,
  shortDetail,
  shortPath,
} from '../../renderer/parts/format.ts';
import { linkName, linkQuality, returnLine } from '../../renderer/parts/link-facts.ts';
import { nextStepOf } from '../../renderer/screens/devices/next-step.ts';
import { createWedge } from '../../renderer/screens/line/scanner.ts';
import { stepWithTitle } from '../../renderer/screens/line/step-word.ts';
import { spanOf, throughputOf } from '../../renderer/screens/line/throughput.ts';
import { latestJobs } from '../../renderer/screens/load/latest-jobs.ts';
import { formatLeft, viewTransfer } from '../../renderer/screens/load/transfer.ts';
import { measure } from '../../renderer/screens/packages/build-rate.ts';
import { missingOf } from '../../renderer/screens/packages/draft.ts';
import { checkWord, phaseWord, roleWord } from '../../renderer/screens/packages/names.ts';
import { piecesOf } from '../../renderer/screens/packages/pieces.ts';
import { outcomeWord } from '../../renderer/screens/records/outcome-word.ts';
import { languages, translator } from '../../renderer/words/words.ts';
import { type DeviceCard, fileToken, type VerdictView } from '../../shared/contract/values.ts';
import { roles } from '../../shared/cpk/layout.ts';

test('numbers have the comma of the language', () => {
  expect(formatBytes(1_500_000, 'de')).toBe('1,5 MB');
  expect(formatDuration(1500, 'de')).toBe('1,5 s');
});

test('fingerprints in groups, sizes and times as people say them', () => {
  expect(groupHex('0123456789ab')).toBe('0123 4567 89ab');
  expect([999, 1000, 1_500_000, 2_000_000_000].map((bytes) => formatBytes(bytes, 'en'))).toEqual([
    '999 B',
    '1.0 kB',
    '1.5 MB',
    '2.00 GB',
  ]);
  expect([12, 1500, 61_000, 119_700].map((ms) => formatDuration(ms, 'en'))).toEqual([
    '12 ms',
    '1.5 s',
    '1 min 01 s',
    '2 min 00 s',
  ]);
});

test('a port by its last part, time left in whole steps', () => {
  expect(shortDetail(`/home/x/packages/${'ab'.repeat(32)}.cpk`)).toBe('abababababab….cpk');
  expect(shortDetail('L0: the same as on /dev/ttyUSB0')).toBe('L0: the same as on /dev/ttyUSB0');
  expect(['/dev/ttyUSB0', 'COM3', '/a/b/'].map(shortPath)).toEqual(['ttyUSB0', 'COM3', '/a/b/']);
  expect([20, 59_001, 61_000, 119_000].map(formatLeft)).toEqual([
    '1 s',
    '1 min 00 s',
    '1 min 05 s',
    '2 min 00 s',
  ]);
});

describe('a job as its events tell it', () => {
  const base = { jobId: 'a', port: '/dev/ttyUSB0' };
  const progress = (sentBytes: number) => ({
    ...base,
    event: 'progress' as const,
    step: 'send',
    sentBytes,
    totalBytes: 100,
    retries: 0,
  });
  test('a step that ends replaces itself as running; the transfer is over with it', () => {
    const started = advance(undefined, { ...base, event: 'step', step: 'send', state: 'running' }, 0);
    const sending = advance(started, progress(10), 1000);
    const ended = advance(
      sending,
      { ...base, event: 'step', step: 'send', state: 'done', durationMs: 5 },
      2000,
    );
    expect(sending.transfer?.sentBytes).toBe(10);
    expect(ended).toMatchObject({ transfer: null, steps: [{ step: 'send', state: 'done', durationMs: 5 }] });
  });
  test('rate and time left count from where this transfer began, not from zero', () => {
    const first = advance(undefined, progress(50), 10_000);
    const second = advance(first, progress(60), 12_000);
    const view = second.transfer && viewTransfer(second.transfer);
    expect(view).toEqual({ share: 0.6, bytesPerSecond: 5, leftMs: 8000 });
    expect(first.transfer && viewTransfer(first.transfer).leftMs).toBeNull();
  });
  test('a step that runs again takes back what came after it; a job that runs again starts with none', () => {
    const step = (name: string, state: string) => ({ ...base, event: 'step' as const, step: name, state });
    const tried = [step('connect', 'done'), step('read', 'done'), step('send', 'failed')].reduce(
      (job, event) => advance(job, event, 0),
      advance(undefined, { ...base, event: 'job', state: 'running' }, 0),
    );
    const again = advance(tried, step('connect', 'running'), 1);
    expect(again.steps.map((one) => `${one.step} ${one.state}`)).toEqual(['connect running']);
    expect(advance(tried, step('read', 'done'), 1).steps).toHaveLength(3);
    expect(advance(tried, { ...base, event: 'job', state: 'running' }, 1).steps).toEqual([]);
  });
  test('one column per port, in the order of the ports, with the job that was started last', () => {
    const job = (jobId: string, port: string) =>
      advance(undefined, { jobId, port, event: 'job', state: 'running' }, 0);
    const shown = latestJobs({ a: job('a', 'tty10'), b: job('b', 'tty2'), c: job('c', 'tty10') });
    expect(shown.map(({ jobId }) => jobId)).toEqual(['b', 'c']);
  });
  test('an end that was missed while the connection was lost is learnt from the list', () => {
    const running = advance(undefined, progress(10), 0);
    const view = {
      id: 'a',
      kind: 'load',
      port: base.port,
      serial: null,
      error: null,
      createdAt: '',
      updatedAt: '',
    };
    const failed = reconcile({ a: running }, [{ ...view, state: 'failed' }]);
    expect(failed.a).toMatchObject({ state: 'failed', transfer: null });
    const same = { a: running };
    expect(reconcile(same, [{ ...view, state: 'running' }])).toBe(same);
  });
  test('a device that is back ends the waiting, and is a line from then on', () => {
    const waiting = advance(undefined, { ...base, event: 'waiting', code: 'port.lost' }, 0);
    const back = { code: 'port.lost', awayMs: 3200, sentBytes: 4, totalBytes: 10 };
    const again = advance(waiting, { ...base, event: 'back', ...back }, 1);
    expect(again).toMatchObject({ waitingFor: null, returns: [back] });
    const twice = advance(again, { ...base, event: 'back', ...back, awayMs: 1 }, 2);
    expect(twice.returns.map(({ awayMs }) => awayMs)).toEqual([3200, 1]);
    expect(advance(twice, { ...base, event: 'job', state: 'done' }, 3).returns).toHaveLength(2);
  });

  test('a job that ends waits for nothing', () => {
    const waiting = advance(undefined, { ...base, event: 'waiting', code: 'port.lost' }, 0);
    expect(waiting.waitingFor).toBe('port.lost');
    expect(advance(waiting, { ...base, event: 'job', state: 'failed' }, 1)).toMatchObject({
      state: 'failed',
      waitingFor: null,
    });
  });
});

const card: DeviceCard = {
  port: 'a',
  manufacturer: null,
  serialNumber: null,
  vendorId: null,
  productId: null,
  location: null,
  virtual: false,
  gadget: null,
  serial: null,
  model: null,
  verdict: null,
  jobId: null,
};

test('a chosen port that was unplugged is not chosen when something is plugged in there again', () => {
  const chosen = ['a', 'b'];
  expect(keepPresent(chosen, [card])).toEqual(['a']);
  expect(keepPresent(chosen, [card, { ...card, port: 'b' }])).toBe(chosen);
});

describe('what to do next with a device', () => {
  const yes = { allowed: true, why: 'enough' };
  const no = { allowed: false, why: 'L1 is needed' };
  const verdict: VerdictView = {
    level: 'L0',
    deviceSerial: 'X1',
    fingerprint: '0'.repeat(64),
    keyBits: 2048,
    proven: [],
    notProven: [],
    rejections: [],
    reading: { kind: 'unchanged', text: 'the same', isAlarm: false },
    policyHash: '0'.repeat(64),
    decisions: { register: yes, 'load-package': no, 'release-class-key': no },
    at: '',
  };
  const allowed = { register: yes, 'load-package': yes, 'release-class-key': yes };
  const next = (part: Partial<DeviceCard>) => nextStepOf({ ...card, ...part });
  test('unread: read it; a job runs: wait', () => {
    expect(next({}).kind).toBe('read');
    expect(next({ verdict, jobId: 'a' }).kind).toBe('busy');
  });
  test('allowed: load; refused at L0: a reason; refused above: stop, and why', () => {
    expect(next({ verdict: { ...verdict, level: 'L1', decisions: allowed } }).kind).toBe('load');
    expect(next({ verdict })).toMatchObject({ kind: 'reason', why: 'L1 is needed' });
    expect(next({ verdict: { ...verdict, level: 'L1' } }).kind).toBe('stop');
  });
  test('a rejection or an alarm stops even what the policy allows', () => {
    const rejections = [{ reason: 'pin-mismatch' as const, text: 'another key' }];
    expect(next({ verdict: { ...verdict, decisions: allowed, rejections } })).toMatchObject({
      kind: 'stop',
      why: 'another key',
    });
    const reading = { kind: 'changed-without-reboot', text: 'changed', isAlarm: true };
    expect(next({ verdict: { ...verdict, decisions: allowed, reading } })).toMatchObject({
      kind: 'stop',
      why: 'changed',
    });
  });
});

test('the byte map is the whole file, in order, without streams of no bytes', () => {
  const stream = (index: number, offset: number, sizeBytes: number) => ({
    index,
    role: null,
    offset,
    sizeBytes,
  });
  const pieces = piecesOf({
    streams: [stream(1, 150, 50), stream(0, 100, 40), stream(2, 0, 0)],
    gaps: [{ offset: 140, sizeBytes: 10 }],
  });
  expect(pieces.map(({ kind, offset, sizeBytes }) => [kind, offset, sizeBytes])).toEqual([
    ['frame', 0, 100],
    ['stream', 100, 40],
    ['gap', 140, 10],
    ['stream', 150, 50],
  ]);
});

test('throughput: units per ten minutes, empty ones too', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 8, minute)).toISOString();
  const { passed, failed } = throughputOf(
    [
      { at: at(1), passed: true },
      { at: at(9), passed: false },
      { at: at(31), passed: true },
    ],
    Date.parse(at(35)),
  );
  expect([passed, failed]).toEqual([
    [1, 0, 0, 1],
    [1, 0, 0, 0],
  ]);
  expect(throughputOf([], 0)).toEqual({ atSeconds: [], passed: [], failed: [] });
});

test('the picture of the throughput is at least an hour wide, and a bar wider than its times', () => {
  expect(spanOf({ atSeconds: [6000] })).toEqual([5700, 9300]);
  expect(spanOf({ atSeconds: [6000, 12_000] })).toEqual([5700, 12_300]);
});

test('a build is measured phase by phase, each from its own beginning', () => {
  const seal = { phase: 'seal', doneBytes: 0, totalBytes: 1000 };
  const first = measure(null, seal, 100);
  const second = measure(first, { ...seal, doneBytes: 500 }, 1100);
  expect(viewTransfer(second).bytesPerSecond).toBe(500);
  const next = measure(second, { ...seal, phase: 'read back' }, 1200);
  expect([next.startedMs, next.startedBytes]).toEqual([1200, 0]);
});

test('what is missing for a build is asked for in the order of the form', () => {
  const token = fileToken.parse('0'.repeat(32));
  const file = { token, name: 'f', sizeBytes: 1 };
  const about = { id: 'a', name: 'A', vendor: 'V', version: '1.0.0', profile: 'p' };
  const options = { passphrase: '', allowKeyReuse: false, isDemo: false };
  const whole = {
    ...about,
    ...options,
    payload: file,
    keyName: 'a',
    certificate: file,
    signing: 'here',
    signingKey: file,
  } as const;
  expect(missingOf(whole)).toBe('nothing');
  expect(missingOf({ ...whole, signing: 'outside', signingKey: null })).toBe('nothing');
  const without = [
    { payload: null },
    { vendor: ' ' },
    { keyName: '' },
    { certificate: null },
    { signingKey: null },
  ];
  expect(without.map((part) => missingOf({ ...whole, ...part }))).toEqual([
    'payload',
    'about',
    'key',
    'certificate',
    'signing-key',
  ]);
});

test('names that the engine gives have words; unknown ones have none', () => {
  expect(roles.map(roleWord)).not.toContain(null);
  expect([checkWord('chain'), phaseWord('read back')]).toEqual(['check.chain', 'build.phase.read-back']);
  expect([roleWord(null), checkWord('toString'), phaseWord('')]).toEqual([null, null, null]);
  const t = translator('de');
  expect([outcomeWord('rejected', t), outcomeWord('later', t)]).toEqual(['✕ Vom Gerät abgelehnt', 'later']);
});

test('a step of the line is known by its title', () => {
  expect(stepWithTitle('Send the package')).toBe('send');
  expect(stepWithTitle('Dance')).toBeNull();
});

describe('the scanner', () => {
  const typing = (text: string, everyMs: number) => {
    const scanned: string[] = [];
    const wedge = createWedge((label) => scanned.push(label));
    for (const [index, key] of [...text, 'Enter'].entries()) wedge(key, index * everyMs);
    return scanned;
  };
  test('types fast and ends with Enter', () => expect(typing('TBE201-7', 8)).toEqual(['TBE201-7']));
  test('a person does not', () => expect(typing('TBE201-7', 180)).toEqual([]));
  test('Enter alone is no label', () => expect(typing('', 8)).toEqual([]));
  test('its keys mean nothing else: the Enter at its end presses no button', () => {
    const wedge = createWedge(() => undefined);
    const taken = [...'A 7', 'Enter'].map((key, index) => wedge(key, index * 8));
    expect(taken).toEqual([false, true, true, true]);
  });
  test("a person's Enter and space are left to the control that has the focus", () => {
    const wedge = createWedge(() => undefined);
    expect([wedge(' ', 0), wedge(' ', 200), wedge('Enter', 400)]).toEqual([false, false, false]);
  });
});

test('every word has the same holes in every language', () => {
  const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
  const { en, ...others } = languages;
  for (const { words } of Object.values(others))
    for (const key of Object.keys(en.words) as (keyof typeof en.words)[])
      expect(holes(words[key]), key).toEqual(holes(en.words[key]));
  expect(translator('de')('devices.pin.title', { serial: 'X1' })).toBe('Schlüssel von X1 festlegen');
});

describe('a link as people read it', () => {
  const quality = { roundTripMs: 12.4, sentCount: 14, resentCount: 1, damagedCount: 0 };
  const agent = {
    kind: 'agent',
    isOpen: true,
    agent: 'trustbox-agent 0.9',
    baudRate: 921_600,
    quality,
    transfer: null,
  } as const;

  test('its kind and speed', () => {
    expect(linkName('en', agent)).toBe('Agent trustbox-agent 0.9 · 921600 baud');
    expect(linkName('en', { ...agent, baudRate: null })).toBe('Agent trustbox-agent 0.9 · USB bulk');
    expect(linkName('en', { ...agent, kind: 'console', agent: null })).toBe('Console · 921600 baud');
  });

  test.each([
    ['measured', agent, 'round trip 12 ms · 1 of 14 frames sent again'],
    [
      'very fast',
      { ...agent, quality: { ...quality, roundTripMs: 0.2 } },
      'round trip < 1 ms · 1 of 14 frames sent again',
    ],
    [
      'nothing acknowledged yet',
      { ...agent, quality: { ...quality, roundTripMs: null } },
      '1 of 14 frames sent again',
    ],
    [
      'damage from the device',
      { ...agent, quality: { ...quality, damagedCount: 3 } },
      'round trip 12 ms · 1 of 14 frames sent again · 3 came damaged',
    ],
    [
      'sending',
      { ...agent, transfer: { bytesPerSecond: 84_100, retries: 1 } },
      '84.1 kB/s · round trip 12 ms · 1 of 14 frames sent again',
    ],
    ['closed', { ...agent, isOpen: false }, 'last: round trip 12 ms · 1 of 14 frames sent again'],
    ['a console that sent nothing', { ...agent, quality: null, isOpen: false }, ''],
    [
      'a console that sends',
      { ...agent, quality: null, transfer: { bytesPerSecond: null, retries: 2 } },
      '2 blocks sent again',
    ],
  ])('how well it does: %s', (_title, state, said) => {
    expect(linkQuality('en', state)).toBe(said);
  });

  test.each([
    ['port.lost', 'The port is back after 3.2 s; went on at 41 %.'],
    ['port.not-found', 'The port is back after 3.2 s; went on at 41 %.'],
    ['agent.silent', 'The agent answers again after 3.2 s; went on at 41 %.'],
    ['console.rebooted', 'The device is back after a restart, 3.2 s; went on at 41 %.'],
  ])('a return after %s', (code, said) => {
    expect(returnLine('en', { code, awayMs: 3200, sentBytes: 419, totalBytes: 1000 })).toBe(said);
  });

  test('a return while nothing was sent, and of an empty file', () => {
    const back = { code: 'port.lost', awayMs: 3200 };
    expect(returnLine('en', { ...back, sentBytes: null, totalBytes: null })).toBe(
      'The port is back after 3.2 s; went on.',
    );
    expect(returnLine('en', { ...back, sentBytes: 0, totalBytes: 0 })).toBe(
      'The port is back after 3.2 s; went on.',
    );
  });
});
