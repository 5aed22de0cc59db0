// Which jobs the load screen shows. Pure.
import type { JobProgress } from '../../store.ts';

/** One column per port, in the order of the ports: the job that was started there last. Columns never change places. */
export function latestJobs(progress: Readonly<Record<string, JobProgress>>): readonly JobProgress[] {
  const byPort = new Map<string, JobProgress>();
  for (const job of Object.values(progress)) byPort.set(job.port, job);
  return [...byPort.values()].toSorted((a, b) => a.port.localeCompare(b.port, 'en', { numeric: true }));
}
