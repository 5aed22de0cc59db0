import type { DeviceCard, LinkView } from '../../../shared/contract/values.ts';
import { call, showLinks } from '../../actions.ts';
import { Choice } from '../../parts/controls.tsx';
import { LinkLine } from '../../parts/LinkLine.tsx';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';

type LinkChoice = LinkView['choice'];
const isChoice = (id: string): id is LinkChoice => ['auto', 'agent', 'console'].includes(id);

/** Which link this port is opened by from now on; one without a console has nothing to choose. */
function LinkPick({ port, title }: { readonly port: string; readonly title: string }) {
  const t = useWords();
  const choice = useDesk((desk) => desk.links[port]?.choice ?? 'auto');
  const choose = async (id: string) => {
    if (!isChoice(id)) return;
    const links = await call('devices.choose-link', { port, link: id });
    if (links) showLinks(links);
  };
  const options = [
    { id: 'auto', title: t('link.auto') },
    { id: 'agent', title: t('link.forced.agent') },
    { id: 'console', title: t('link.forced.console') },
  ];
  return (
    <Choice
      label={t('link.choice')}
      name={t('link.choice.for', { device: title })}
      value={choice}
      onChange={choose}
      options={options}
    />
  );
}

/** The link to what is plugged in here: as it is, and as the operator wants it. */
export function DeviceLinkRow({ card, title }: { readonly card: DeviceCard; readonly title: string }) {
  const t = useWords();
  return (
    <div className="device-link">
      <div className="row">
        <div className="small soft grow">{t('link.title')}</div>
        {card.port.startsWith('usb:') ? null : <LinkPick port={card.port} title={title} />}
      </div>
      <LinkLine port={card.port} />
    </div>
  );
}
