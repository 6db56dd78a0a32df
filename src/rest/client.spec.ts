import { ServerConnection } from '@jupyterlab/services';

import { RestClient, RestError } from './client';

/**
 * Make a client whose server gives one answer, and keeps the requests.
 */
function clientOf(body: string | null, init: ResponseInit = {}) {
  const asked: Request[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/user/ann/',
    fetch: request => {
      asked.push(request as Request);
      return Promise.resolve(new Response(body, init));
    }
  });
  return { client: new RestClient(settings), asked };
}

/**
 * Return the refusal that a GET meets.
 */
async function refusal(
  body: string | null,
  init: ResponseInit
): Promise<RestError> {
  const { client } = clientOf(body, init);
  return client.get('software/loaded').then(
    () => Promise.reject(new Error('The request was not refused.')),
    (reason: unknown) => {
      expect(reason).toBeInstanceOf(RestError);
      return reason as RestError;
    }
  );
}

describe('RestClient', () => {
  it('asks below the base URL and puts slashes and pluses in the query', async () => {
    const { client, asked } = clientOf('{"total": 2}');
    const query = { full_name: 'libstdc++/12 a', limit: 5, hidden: undefined };
    expect(await client.get('software/module', query)).toEqual({ total: 2 });
    const url = new URL(asked[0].url);
    expect(url.pathname).toBe('/user/ann/jupyterlab-hpc/software/module');
    expect(url.searchParams.get('full_name')).toBe('libstdc++/12 a');
    expect(url.searchParams.get('limit')).toBe('5');
    expect(url.searchParams.has('hidden')).toBe(false);
    expect(url.search).not.toContain('++');
  });

  it.each(['post', 'patch', 'put'] as const)(
    'sends a body by %s',
    async verb => {
      const { client, asked } = clientOf('{}');
      await client[verb]('software/loaded', { load: ['gcc/12.3'] });
      expect(asked[0].method).toBe(verb.toUpperCase());
      expect(await asked[0].json()).toEqual({ load: ['gcc/12.3'] });
    }
  );

  it('takes an empty answer', async () => {
    const { client, asked } = clientOf(null, { status: 204 });
    const answer = await client.delete('software/collections', { name: 'a/b' });
    expect(answer).toBeUndefined();
    expect(asked[0].method).toBe('DELETE');
    expect(asked[0].url).toMatch(/\?name=a%2Fb(&|$)/);
  });

  it('tells all that a refusal says', async () => {
    const said = {
      message: 'gcc/1 is unknown.',
      reason: 'not-found',
      detail: 'Lmod has detected an error',
      template: '%1 is unknown.',
      arguments: ['gcc/1']
    };
    const error = await refusal(JSON.stringify(said), { status: 404 });
    expect(error.response.status).toBe(404);
    expect({
      message: error.message,
      reason: error.reason,
      detail: error.detail,
      template: error.template,
      arguments: error.arguments
    }).toEqual(said);
  });

  it.each([
    [{ status: 502, statusText: 'Bad Gateway' }, 'http-502', '502 Bad Gateway'],
    [{ status: 504 }, 'http-504', '504'],
    [{ status: 200, statusText: 'OK' }, 'http-200', '200 OK']
  ])(
    'takes a page of a proxy for a refusal: %j',
    async (init, reason, message) => {
      const error = await refusal('<html>Sign in</html>', init);
      expect(error.reason).toBe(reason);
      expect(error.message).toBe(message);
      expect(error.template).toBe(message);
      expect(error.detail).toBe('');
      expect(error.arguments).toEqual([]);
    }
  );
});
