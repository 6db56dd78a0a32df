import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/**
 * What happened to the session, and what is not saved on this page.
 */
export function LossBody(props: {
  words: string[];
  /** The paths of documents with changes that nobody saved. */
  unsaved: string[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const id = React.useId();
  return (
    <div className="jp-LossDialog-body">
      {props.words.map(sentence => (
        <p key={sentence}>{sentence}</p>
      ))}
      {props.unsaved.length > 0 && (
        <>
          <p id={id}>
            {props.trans.__(
              'Not saved on this page, where it can still be read and copied:'
            )}
          </p>
          <ul aria-labelledby={id}>
            {props.unsaved.map(path => (
              <li key={path}>{path}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
