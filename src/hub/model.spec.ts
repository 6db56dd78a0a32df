import type { ServerInfo, Stopping } from '../rest/payloads';
import { HubModel } from './model';

const INFO: ServerInfo = {
  hub: true,
  user: 'alice',
  server_name: '',
  job_id: '42',
  way: 'hub',
  obstacle: null,
  stopping: true,
  logout: 'unknown',
  kernels: [],
  terminals: [],
  applications: [],
  jobs: null
};

const OBSTACLE = {
  reason: 'tool-refused',
  message: 'No.',
  template: 'No.',
  arguments: [],
  cure: '',
  detail: ''
};

function modelOf(...answers: (ServerInfo | Error)[]): HubModel {
  return new HubModel({
    server: async () => {
      const answer = answers.shift() ?? new Error('asked too often');
      if (answer instanceof Error) {
        throw answer;
      }
      return Promise.resolve(answer);
    },
    stop: () => Promise.reject<Stopping>(new Error('not here'))
  });
}

describe('HubModel', () => {
  it('waits until the server answers no more', async () => {
    const model = modelOf(INFO, INFO, new TypeError('Failed to fetch'));
    expect(await model.gone(1)).toBeNull();
  });

  it('tells when the Hub refused after all', async () => {
    const refused = { ...INFO, stopping: false, obstacle: OBSTACLE };
    expect(await modelOf(INFO, refused).gone(1)).toBe(OBSTACLE);
  });
});
