import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';

/**
 * How many names are tried before it is given up.
 */
const MOST = 100;

/**
 * Write a text beside a notebook, in a file of its own, and never over another.
 *
 * Returns the path of the file.
 */
export async function writeBeside(
  contents: Contents.IManager,
  notebook: string,
  text: string
): Promise<string> {
  const folder = PathExt.dirname(notebook);
  const stem = PathExt.basename(notebook, PathExt.extname(notebook));
  // A name that nobody has yet: the server chooses it.
  const made = await contents.newUntitled({
    path: folder,
    type: 'file',
    ext: '.txt'
  });
  await contents.save(made.path, {
    type: 'file',
    format: 'text',
    content: text
  });
  for (let i = 1; i <= MOST; i++) {
    const name = i === 1 ? `${stem}.lock.txt` : `${stem}.lock-${i}.txt`;
    try {
      // The server refuses where there is a file of that name.
      const { path } = await contents.rename(
        made.path,
        PathExt.join(folder, name)
      );
      return path;
    } catch (reason) {
      if (!(
        reason instanceof ServerConnection.ResponseError &&
        reason.response.status === 409
      )) {
        throw reason;
      }
    }
  }
  return made.path;
}
