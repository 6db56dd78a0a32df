import type { RestClient } from '../rest/client';
import type { CheckReport, SupportBundle } from '../rest/payloads';

/**
 * The check room's routes, a method each.
 */
export class CheckApi {
  constructor(private _client: RestClient) {}

  /**
   * Run the checks; they end where `signal` ends the request.
   */
  report(signal: AbortSignal): Promise<CheckReport> {
    return this._client.get<CheckReport>('check', {}, signal);
  }

  bundle(names: boolean): Promise<SupportBundle> {
    return this._client.get<SupportBundle>('check/bundle', { names });
  }
}
