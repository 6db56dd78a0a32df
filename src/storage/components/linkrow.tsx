import { copyIcon, folderIcon, LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { LinkInfo, Quota } from '../../rest/payloads';
import { Action } from '../../ui/action';
import type { IStorageActions } from '../tokens';
import { sayMessage, sayState, siteText } from '../words';
import { QuotaBars } from './quotabar';
import type { ITongue } from '../../ui/size';

/**
 * A directory: where it is, what its link is, and what can be done about it.
 */
export function LinkRow(props: {
  link: LinkInfo;
  quota?: Quota;
  busy: boolean;
  actions: IStorageActions;
  tongue: ITongue;
}): React.JSX.Element {
  const { link, quota, busy, actions, tongue } = props;
  const { trans } = tongue;
  const description = siteText(link.description, link.description_fr, tongue);
  const purge = siteText(link.purge, link.purge_fr, tongue);
  const why = sayMessage(link.message, trans);
  const { name, browse } = link;
  const browsable = ['linked', 'absent', 'stale'].includes(link.state);
  const isLink = link.points_to !== '';
  const mends = link.state === 'stale' || link.state === 'dangling';
  return (
    <li className={`jp-StorageSection-row jp-mod-${link.state}`}>
      <div className="jp-StorageSection-line">
        <LabIcon.resolveReact
          icon={link.icon || folderIcon}
          fallback={folderIcon}
          className="jp-StorageSection-icon"
          tag="span"
        />
        <span className="jp-StorageSection-title">
          {siteText(link.title, link.title_fr, tongue)}
        </span>
        <span className="jp-StorageSection-state">
          {sayState(link.state, trans)}
        </span>
      </div>
      <div className="jp-StorageSection-where">
        <span className="jp-StorageSection-path">~/{link.link}</span>
        {' → '}
        <span className="jp-StorageSection-path">
          {link.target || link.wanted}
        </span>
      </div>
      {why && <p className="jp-StorageSection-why">{why}</p>}
      {description && <p className="jp-StorageSection-text">{description}</p>}
      {purge && <p className="jp-StorageSection-text jp-mod-purge">{purge}</p>}
      {quota && <QuotaBars quota={quota} tongue={tongue} />}
      <div className="jp-StorageSection-buttons">
        {browse !== null && (
          <Action
            label={trans.__('Open %1', name)}
            onClick={() => actions.open(browse)}
          >
            {trans.__('Open')}
          </Action>
        )}
        {link.state === 'absent' && (
          <Action
            label={trans.__('Link %1', name)}
            busy={busy}
            onClick={() => actions.link(name)}
          >
            {trans.__('Link')}
          </Action>
        )}
        {mends && link.target && (
          <Action
            label={trans.__('Mend %1', name)}
            busy={busy}
            onClick={() => actions.link(name)}
          >
            {trans.__('Mend')}
          </Action>
        )}
        {link.per_job && browsable && (
          <Action
            label={trans.__('Copy from %1 to…', name)}
            onClick={() => actions.copyBeforeEnd()}
          >
            {trans.__('Copy to…')}
          </Action>
        )}
        {(isLink || (link.own && link.state === 'absent')) && (
          <Action
            label={trans.__('Unlink %1', name)}
            busy={busy}
            onClick={() => actions.unlink(name)}
          >
            {trans.__('Unlink')}
          </Action>
        )}
        {link.target && (
          <Action
            label={trans.__('Copy the path of %1', name)}
            onClick={() => actions.copy(link.target)}
          >
            <copyIcon.react tag="span" className="jp-StorageSection-copy" />
          </Action>
        )}
      </div>
    </li>
  );
}
