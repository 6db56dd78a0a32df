import { VDomModel } from '@jupyterlab/ui-components';

import type { Application } from '../rest/payloads';
import type { ApplicationsApi } from './api';
import type { IApplicationsModel } from './tokens';

/**
 * The state of the applications room: no DOM, no dialogs, no requests of its own.
 */
export class ApplicationsModel extends VDomModel implements IApplicationsModel {
  constructor(private _api: Omit<ApplicationsApi, '_client'>) {
    super();
  }

  get applications(): ReadonlyArray<Application> {
    return this._applications;
  }

  get error(): Error | null {
    return this._error;
  }

  find(id: string): Application | undefined {
    return this._applications.find(application => application.id === id);
  }

  /**
   * Ask for all of it; what is told while an answer is under way is asked for once more.
   */
  async refresh(): Promise<void> {
    this._wanted = true;
    this._refreshing ??= this._catchUp();
    await this._refreshing;
  }

  start(id: string): Promise<void> {
    return this._act(this._api.start(id));
  }

  stop(id: string): Promise<void> {
    return this._act(this._api.stop(id));
  }

  private async _catchUp(): Promise<void> {
    while (this._wanted && !this.isDisposed) {
      this._wanted = false;
      await this._ask(this._api.applications(), applications => {
        this._applications = applications;
      });
    }
    this._refreshing = null;
  }

  private async _act(answer: Promise<Application>): Promise<void> {
    await this._ask(answer, told => {
      this._applications = this._applications.map(application =>
        application.id === told.id ? told : application
      );
    });
  }

  private async _ask<T>(
    answer: Promise<T>,
    take: (told: T) => void
  ): Promise<void> {
    try {
      const told = await answer;
      if (this.isDisposed) {
        return;
      }
      this._error = null;
      take(told);
    } catch (reason) {
      if (this.isDisposed) {
        return;
      }
      this._error = reason as Error;
    }
    this.stateChanged.emit();
  }

  private _applications: ReadonlyArray<Application> = [];
  private _error: Error | null = null;
  private _wanted = false;
  private _refreshing: Promise<void> | null = null;
}
