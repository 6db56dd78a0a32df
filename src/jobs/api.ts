import type { RestClient } from '../rest/client';
import type {
  JobCheck,
  JobChoices,
  JobDetails,
  JobOutput,
  JobRequest,
  JobTasks,
  Jobs,
  Submission
} from '../rest/payloads';

/**
 * The jobs room's requests, one method a route and verb.
 */
export class JobsApi {
  constructor(private _client: RestClient) {}

  jobs(): Promise<Jobs> {
    return this._client.get('jobs');
  }

  submit(request: JobRequest): Promise<Submission> {
    return this._client.post('jobs', request);
  }

  check(request: JobRequest): Promise<JobCheck> {
    return this._client.post('jobs/check', request);
  }

  choices(): Promise<JobChoices> {
    return this._client.get('jobs/choices');
  }

  details(id: string): Promise<JobDetails> {
    return this._client.get('jobs/job', { id });
  }

  remove(id: string): Promise<Jobs> {
    return this._client.delete('jobs/job', { id });
  }

  tasks(id: string, limit: number): Promise<JobTasks> {
    return this._client.get('jobs/tasks', { id, limit });
  }

  output(id: string, offset: number, errors: boolean): Promise<JobOutput> {
    return this._client.get('jobs/output', { id, offset, errors });
  }
}
