import type { ReactNode } from 'react';

type PageProps = { readonly title: string; readonly actions?: ReactNode; readonly children: ReactNode };

/** A screen: its heading, what can be done on it, its content. */
export const Page = ({ title, actions, children }: PageProps) => (
  <main className="page" id="page" tabIndex={-1}>
    <div className="page-inner">
      <header className="page-head">
        <h1>{title}</h1>
        {actions ? <div className="row actions">{actions}</div> : null}
      </header>
      {children}
    </div>
  </main>
);
