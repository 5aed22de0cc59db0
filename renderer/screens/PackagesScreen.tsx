import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { Page } from '../parts/Page.tsx';
import { Unlocked } from '../parts/Unlock.tsx';
import { useWords } from '../words/words.ts';
import { BuildForm } from './packages/BuildForm.tsx';
import { InspectPart } from './packages/InspectPart.tsx';
import { VerifyPart } from './packages/VerifyPart.tsx';

export function PackagesScreen() {
  const t = useWords();
  return (
    <Page title={t('screen.packages')}>
      <Tabs className="stack">
        <TabList className="tabs" aria-label={t('packages.tabs')}>
          <Tab id="build">{t('build.tab')}</Tab>
          <Tab id="inspect">{t('inspect.tab')}</Tab>
          <Tab id="verify">{t('verify.tab')}</Tab>
        </TabList>
        <TabPanel id="build">
          <Unlocked>
            <BuildForm />
          </Unlocked>
        </TabPanel>
        <TabPanel id="inspect">
          <InspectPart />
        </TabPanel>
        <TabPanel id="verify">
          <VerifyPart />
        </TabPanel>
      </Tabs>
    </Page>
  );
}
