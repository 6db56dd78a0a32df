import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';

import { writeBeside } from './locktext';

/**
 * Contents that refuse what jupyter_server refuses.
 */
function fakeContents(...paths: string[]) {
  const files = new Map(paths.map(path => [path, 'before']));
  const contents = {
    newUntitled: ({ path }: { path: string }) => {
      const made = path ? `${path}/untitled.txt` : 'untitled.txt';
      files.set(made, '');
      return Promise.resolve({ path: made });
    },
    save: (path: string, { content }: { content: string }) => {
      files.set(path, content);
      return Promise.resolve({ path });
    },
    rename: (path: string, to: string) => {
      if (files.has(to)) {
        return Promise.reject(
          new ServerConnection.ResponseError({ status: 409 } as Response)
        );
      }
      files.set(to, files.get(path) ?? '');
      files.delete(path);
      return Promise.resolve({ path: to });
    }
  };
  return { files, contents: contents as unknown as Contents.IManager };
}

describe('writeBeside', () => {
  it('writes a file beside the notebook', async () => {
    const { files, contents } = fakeContents();
    expect(await writeBeside(contents, 'my work/a b.ipynb', 'text')).toBe(
      'my work/a b.lock.txt'
    );
    expect([...files]).toEqual([['my work/a b.lock.txt', 'text']]);
  });

  it('never writes over another', async () => {
    const { files, contents } = fakeContents('a.lock.txt', 'a.lock-2.txt');
    expect(await writeBeside(contents, 'a.ipynb', 'text')).toBe('a.lock-3.txt');
    expect(files.get('a.lock.txt')).toBe('before');
    expect(files.get('a.lock-2.txt')).toBe('before');
  });
});
