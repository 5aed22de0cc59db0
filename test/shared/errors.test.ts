import { expect, test } from 'vitest';
import { agentErrors } from '../../shared/errors/agent-errors.ts';
import { consoleErrors } from '../../shared/errors/console-errors.ts';
import { errorTable, errorToData, ProvisionerError } from '../../shared/errors/error.ts';
import { evidenceErrors } from '../../shared/errors/evidence-errors.ts';
import { jobErrors } from '../../shared/errors/job-errors.ts';
import { keyErrors } from '../../shared/errors/key-errors.ts';
import { packageErrors } from '../../shared/errors/package-errors.ts';
import { stationErrors } from '../../shared/errors/station-errors.ts';

test('every code is area.kind and every entry helps a technician', () => {
  for (const [code, entry] of Object.entries(errorTable)) {
    expect(code).toMatch(/^[a-z]+\.[a-z0-9-]+$/);
    expect(entry.title.length, code).toBeGreaterThan(10);
    expect(entry.advice, code).toMatch(/\.$/);
    expect(entry.advice.length, code).toBeGreaterThan(20);
    expect(entry.exitCode, code).toBeGreaterThan(0);
    expect(entry.exitCode, code).toBeLessThan(126);
  }
});

test('no code is defined in two areas', () => {
  const areas = [
    packageErrors,
    consoleErrors,
    agentErrors,
    keyErrors,
    evidenceErrors,
    jobErrors,
    stationErrors,
  ];
  const count = areas.reduce((sum, area) => sum + Object.keys(area).length, 0);
  expect(Object.keys(errorTable)).toHaveLength(count);
});

test('a foreign error becomes internal.unexpected and keeps its message', () => {
  expect(errorToData(new TypeError('x is not a function'))).toMatchObject({
    code: 'internal.unexpected',
    message: 'x is not a function',
  });
  expect(errorToData(new ProvisionerError('usage.invalid', 'no port')).code).toBe('usage.invalid');
});
