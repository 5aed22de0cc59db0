import { useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { JobView } from '../../shared/contract/values.ts';
import { call, refreshJobs, showScreen } from '../actions.ts';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Button } from './controls.tsx';
import { shortPath } from './format.ts';
import { LoginFields, linkRequest } from './login.tsx';
import { Said, Time } from './Said.tsx';
import { Unlocked } from './Unlock.tsx';

type ResumeProps = { readonly job: JobView; readonly onClose: () => void };

/** Asks for what an interrupted job needs again: an open vault and the device's login. */
function Resume({ job, onClose }: ResumeProps) {
  const t = useWords();
  const resume = async () => {
    const { credentials } = linkRequest();
    if ((await call('jobs.resume', { jobId: job.id, credentials })) === null) return;
    onClose();
    showScreen('load', [job.port]);
  };
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      isDismissable
    >
      <Modal className="dialog card">
        <Dialog className="stack">
          <Heading slot="title" level={2}>
            {t('interrupted.ask', { device: job.serial ?? shortPath(job.port) })}
          </Heading>
          <p>{t('interrupted.why')}</p>
          <Unlocked>
            <LoginFields hasSpeed={false} />
            <div className="row">
              <Button kind="primary" onPress={resume}>
                {t('interrupted.do')}
              </Button>
              <Button onPress={onClose}>{t('cancel')}</Button>
            </div>
          </Unlocked>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Jobs that a crash or a closed program left half-way: offered, never resumed by themselves. */
export function InterruptedJobs() {
  const t = useWords();
  const jobs = useDesk((desk) => desk.jobs).filter((job) => job.state === 'interrupted');
  const [resuming, setResuming] = useState<JobView | null>(null);
  if (jobs.length === 0) return null;
  const discard = async (job: JobView) => {
    await call('jobs.cancel', { jobId: job.id });
    await refreshJobs();
  };
  return (
    <section className="note stack" aria-label={t('interrupted.title')}>
      <h2>{t('interrupted.title')}</h2>
      <ul className="plain-list">
        {jobs.map((job) => (
          <li key={job.id} className="row">
            <div className="grow">
              <strong>{job.serial ?? shortPath(job.port)}</strong>{' '}
              <span className="small soft">
                {shortPath(job.port)}, <Time at={job.updatedAt} />
              </span>
              {job.error ? (
                <div className="small">
                  <Said text={job.error.title} />
                </div>
              ) : null}
            </div>
            <Button
              kind="primary"
              onPress={() => setResuming(job)}
              label={`${t('interrupted.resume')} ${job.serial ?? job.port}`}
            >
              {t('interrupted.resume')}
            </Button>
            <Button
              onPress={() => discard(job)}
              label={`${t('interrupted.discard')}: ${job.serial ?? job.port}`}
            >
              {t('interrupted.discard')}
            </Button>
          </li>
        ))}
      </ul>
      {resuming ? <Resume job={resuming} onClose={() => setResuming(null)} /> : null}
    </section>
  );
}
