import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Quota } from '../rest/payloads';
import { Notice } from '../ui/notice';
import { detailOf, sayError } from '../ui/sentences';
import { CopyProgress } from './components/copyprogress';
import { Action } from '../ui/action';
import { LinkRow } from './components/linkrow';
import { QuotaBars } from './components/quotabar';
import { BigInHome } from './components/usage';
import type { IStorageActions, IStorageModel } from './tokens';
import { sayOutcome, siteText } from './words';
import type { ITongue } from '../ui/size';

/**
 * The section *Storage* of the Session panel.
 */
export function StorageSection(props: {
  model: IStorageModel;
  actions: IStorageActions;
  tongue: ITongue;
}): React.JSX.Element {
  return (
    <UseSignal signal={props.model.stateChanged}>
      {() => <Content {...props} />}
    </UseSignal>
  );
}

function Content(props: {
  model: IStorageModel;
  actions: IStorageActions;
  tongue: ITongue;
}): React.JSX.Element {
  const { model, actions, tongue } = props;
  const { trans } = tongue;
  const { storage, quotas, error, outcome } = model;
  const home = quotas?.filter(quota => quota.home) ?? [];
  const others = quotas?.filter(quota => !quota.home) ?? [];
  const ofLink = (name: string): Quota | undefined =>
    others.find(quota => quota.names[0] === name);
  const unnamed = others.filter(quota => quota.names.length === 0);
  return (
    <div className="jp-StorageSection">
      <div className="jp-StorageSection-status" role="status">
        {outcome && <p>{sayOutcome(outcome, trans)}</p>}
        {!storage && !error && <p>{trans.__('Looking at the disks…')}</p>}
      </div>
      {error && (
        <Notice
          level="error"
          detail={detailOf(error)}
          onDismiss={() => model.dismiss()}
          trans={trans}
        >
          {sayError(error, trans)}
        </Notice>
      )}
      {storage && storage.problems.length > 0 && (
        <Notice
          level="warning"
          detail={storage.problems.join('\n')}
          trans={trans}
        >
          {trans.__(
            'A setting of this site is not right; please tell its staff.'
          )}
        </Notice>
      )}
      {home.map(quota => (
        <div key={quota.name} className="jp-StorageSection-home">
          <div className="jp-StorageSection-title">
            {siteText(quota.title, quota.title_fr, tongue)}
          </div>
          <QuotaBars quota={quota} tongue={tongue} />
        </div>
      ))}
      {model.copy && model.copy.state !== 'idle' && (
        <CopyProgress
          copy={model.copy}
          model={model}
          actions={actions}
          tongue={tongue}
        />
      )}
      {storage && (
        <ul
          role="list"
          className="jp-StorageSection-list"
          aria-label={trans.__('Directories')}
        >
          {storage.links.map(link => (
            <LinkRow
              key={link.link}
              link={link}
              quota={ofLink(link.name)}
              busy={model.busy.has(link.name)}
              actions={actions}
              tongue={tongue}
            />
          ))}
        </ul>
      )}
      {unnamed.map(quota => (
        <div key={quota.name} className="jp-StorageSection-home">
          <div className="jp-StorageSection-title">
            {siteText(quota.title, quota.title_fr, tongue)}
          </div>
          <QuotaBars quota={quota} tongue={tongue} />
        </div>
      ))}
      <div className="jp-StorageSection-buttons">
        <Action
          label={trans.__('Link another directory…')}
          onClick={() => actions.create()}
        >
          {trans.__('Link another directory…')}
        </Action>
        <Action
          label={trans.__('Look again')}
          onClick={() => void model.refresh(true)}
        >
          {trans.__('Look again')}
        </Action>
      </div>
      <BigInHome model={model} actions={actions} tongue={tongue} />
    </div>
  );
}
