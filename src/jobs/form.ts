import { PathExt } from '@jupyterlab/coreutils';
import { VDomModel } from '@jupyterlab/ui-components';

import type {
  JobCheck,
  JobChoices,
  JobRequest,
  PartitionChoice,
  Submission
} from '../rest/payloads';
import type { ITongue } from '../ui/size';
import type { IJobsModel } from './tokens';

const GIB = 2 ** 30;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Milliseconds after the last change of a field before the script is made anew. */
const CALM = 400;

/** What Slurm takes for an array: `1-10`, `1,5,9`, `1-100:2%10`. */
const ARRAY = /^\d+(-\d+(:[1-9]\d*)?)?(,\d+(-\d+(:[1-9]\d*)?)?)*(%[1-9]\d*)?$/;
const MAIL = /^[^\s@,"'\\]+@[^\s@,"'\\]+$/;
const PARAMETER = /^\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;

/**
 * What stands in the fields, as it was typed.
 */
export interface IFields {
  account: string;
  partition: string;
  hours: string;
  minutes: string;
  cores: string;
  memory: string;
  gpus: string;
  gpuType: string;
  array: string;
  method: 'execute' | 'convert';
  ownModules: boolean;
  parameters: string;
  arguments: string;
  environment: string;
  email: string;
  folder: string;
}

type Values = NonNullable<JobRequest['parameters']>;

/**
 * A job before it is sent: the fields, what is wrong with them, and the script.
 */
export class JobForm extends VDomModel {
  constructor(
    /** The file to run, where the file browser has it. */
    readonly path: string,
    private _model: Pick<IJobsModel, 'choices' | 'check' | 'submit'>,
    private _tongue: ITongue,
    /** What was sent before, to begin with. */
    private _before: JobRequest | null = null
  ) {
    super();
  }

  readonly fields: IFields = {
    account: '',
    partition: '',
    hours: '1',
    minutes: '0',
    cores: '1',
    memory: '',
    gpus: '0',
    gpuType: '',
    array: '',
    method: 'execute',
    ownModules: true,
    parameters: '',
    arguments: '',
    environment: '',
    email: '',
    folder: ''
  };

  /** What can be asked for, or null while that is not known. */
  choices: JobChoices | null = null;

  /** What the server made of the fields last. */
  submission: Submission | null = null;

  /** The script as it is shown, and whether the user changed it. */
  script = '';
  isEdited = false;

  /** What Slurm said to the last check of what is shown. */
  checked: JobCheck | null = null;

  /** What went wrong last. */
  error: Error | null = null;

  /** What is under way. */
  busy: 'check' | 'submit' | null = null;

  get isNotebook(): boolean {
    return PathExt.extname(this.path).toLowerCase() === '.ipynb';
  }

  /**
   * The partition that was chosen, else Slurm's own default.
   */
  get partition(): PartitionChoice | null {
    const offered = this.choices?.partitions ?? [];
    return (
      offered.find(choice => choice.name === this.fields.partition) ??
      offered.find(choice => choice.default) ??
      (offered.length === 1 ? offered[0] : null)
    );
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /**
   * Ask what can be chosen, fill the fields, and show the first script.
   */
  async begin(): Promise<void> {
    try {
      this.choices = await this._model.choices();
    } catch (reason) {
      this.error = reason as Error;
    }
    if (this.isDisposed) {
      return;
    }
    this._fill();
    this.stateChanged.emit();
    await this._preview();
  }

  /**
   * Take what was typed into a field.
   */
  set(changes: Partial<IFields>): void {
    Object.assign(this.fields, changes);
    this._forget();
    this.stateChanged.emit();
    clearTimeout(this._timer);
    if (!this.isEdited) {
      this._timer = setTimeout(() => void this._preview(), CALM);
    }
  }

  /**
   * Take the script as the user changed it: from now on, the fields do not.
   */
  edit(script: string): void {
    this.script = script;
    this.isEdited = true;
    this._forget();
    clearTimeout(this._timer);
    this.stateChanged.emit();
  }

  /**
   * Make the script of the fields again.
   */
  async remake(): Promise<void> {
    this.isEdited = false;
    await this._preview();
  }

  /**
   * Return what is wrong with the fields, by field.
   */
  problems(): Partial<Record<keyof IFields, string>> {
    const found: Partial<Record<keyof IFields, string>> = {};
    if (this.isEdited) {
      return found;
    }
    const { trans, language } = this._tongue;
    const { array, cores, email, gpus, memory, parameters } = this.fields;
    const most = this.partition;
    const time = this._time();
    if (time === null || time <= 0) {
      found.hours = trans.__(
        'How long may the job take? Give a time above zero.'
      );
    } else if (most?.time && time > most.time) {
      found.hours = trans.__(
        'At most %1 h %2 min are allowed here.',
        Math.floor(most.time / HOUR),
        Math.floor((most.time % HOUR) / MINUTE)
      );
    }
    const count = whole(cores);
    if (count === null || count < 1) {
      found.cores = trans.__('Give a whole number of cores, at least 1.');
    } else if (most?.cores && count > most.cores) {
      found.cores = trans.__('A node has at most %1 cores here.', most.cores);
    }
    const size = memory.trim() === '' ? null : decimal(memory);
    if (memory.trim() !== '' && (size === null || size <= 0)) {
      found.memory = trans.__('Give the memory in GB, such as 4 or 0.5.');
    } else if (size && most?.memory && size * GIB > most.memory) {
      found.memory = trans.__(
        'A node has at most %1 GB of memory here.',
        (Math.floor((most.memory / GIB) * 10) / 10).toLocaleString(language)
      );
    }
    const cards = whole(gpus);
    if (cards === null) {
      found.gpus = trans.__('Give a whole number of GPUs.');
    } else if (most && cards > most.gpus) {
      found.gpus =
        most.gpus > 0
          ? trans.__('A node has at most %1 GPUs here.', most.gpus)
          : trans.__('There are no GPUs here.');
    }
    if (array.trim() && !ARRAY.test(array.trim())) {
      found.array = trans.__(
        'Write the tasks in one of these ways: %1',
        '1-10, 1,5,9, 1-100%10'
      );
    }
    if (email.trim() && !MAIL.test(email.trim())) {
      found.email = trans.__('This is no e-mail address.');
    }
    const wrong = parsed(parameters).wrong;
    if (wrong !== null) {
      found.parameters = trans.__(
        'Write one parameter a line, as name = value. This is none: %1',
        wrong
      );
    }
    return found;
  }

  /**
   * Return what is sent to the server.
   */
  request(options: { preview?: boolean } = {}): JobRequest {
    const { fields } = this;
    const size = decimal(fields.memory);
    const isRun = this.isNotebook && fields.method === 'execute';
    return {
      notebook: this.path,
      resources: {
        account: fields.account.trim(),
        partition: fields.partition,
        time: this._time(),
        cores: whole(fields.cores),
        memory: size ? Math.round(size * GIB) : null,
        gpus: whole(fields.gpus) ?? 0,
        gpu_type: whole(fields.gpus) ? fields.gpuType : '',
        array: fields.array.trim()
      },
      own_modules: fields.ownModules,
      method: this.isNotebook ? fields.method : 'execute',
      parameters: isRun ? parsed(fields.parameters).values : {},
      arguments: this.isNotebook ? '' : fields.arguments,
      virtual_environment: fields.environment.trim(),
      email: fields.email.trim(),
      output_folder: fields.folder.trim(),
      script: this.isEdited ? this.script : null,
      preview: options.preview ?? false
    };
  }

  /**
   * Ask Slurm what it would do with what is shown.
   */
  async check(): Promise<void> {
    await this._act('check', async () => {
      this.checked = await this._model.check(this.request());
    });
  }

  /**
   * Send the job; returns what was sent, null where that failed: `error` tells why.
   */
  async submit(): Promise<Submission | null> {
    let sent: Submission | null = null;
    await this._act('submit', async () => {
      sent = await this._model.submit(this.request());
    });
    return sent;
  }

  private async _act(
    busy: 'check' | 'submit',
    act: () => Promise<void>
  ): Promise<void> {
    if (this.busy || Object.keys(this.problems()).length > 0) {
      return;
    }
    this.busy = busy;
    this.checked = null;
    this.error = null;
    this._isScriptWrong = false;
    this.stateChanged.emit();
    try {
      await act();
    } catch (reason) {
      this.error = reason as Error;
    }
    this.busy = null;
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  /**
   * What Slurm said was about what was shown then.
   */
  private _forget(): void {
    this.checked = null;
    if (this.choices) {
      this.error = null;
      this._isScriptWrong = false;
    }
  }

  private async _preview(): Promise<void> {
    const asked = ++this._asked;
    if (Object.keys(this.problems()).length > 0) {
      return;
    }
    let error: Error | null = null;
    let submission: Submission | null = null;
    try {
      submission = await this._model.submit(this.request({ preview: true }));
    } catch (reason) {
      error = reason as Error;
    }
    if (this.isDisposed || asked !== this._asked || this.isEdited) {
      return;
    }
    if (submission) {
      this.submission = submission;
      this.script = submission.script;
    }
    // Why nothing can be chosen, and what Slurm said meanwhile, stay.
    if (error || this._isScriptWrong) {
      this.error = error;
      this._isScriptWrong = error !== null;
    }
    this.stateChanged.emit();
  }

  /**
   * Fill the fields with what was sent before, else with what the server proposes.
   */
  private _fill(): void {
    const before = this._before;
    const asked = before?.resources ?? this.choices?.resources;
    if (asked) {
      const { hours, minutes } = clock(asked.time ?? HOUR);
      Object.assign(this.fields, {
        account: asked.account ?? '',
        partition: asked.partition ?? '',
        hours: String(hours),
        minutes: String(minutes),
        cores: String(asked.cores ?? 1),
        memory: asked.memory ? String(round(asked.memory / GIB)) : '',
        gpus: String(asked.gpus ?? 0),
        gpuType: asked.gpu_type ?? ''
      });
    }
    this.fields.email = before?.email ?? this.choices?.last_email ?? '';
    if (before) {
      Object.assign(this.fields, {
        array: before.resources?.array ?? '',
        method: before.method ?? 'execute',
        ownModules: before.own_modules ?? true,
        parameters: written(before.parameters ?? {}),
        arguments: before.arguments ?? '',
        environment: before.virtual_environment ?? '',
        folder: before.output_folder ?? ''
      });
    }
    const accounts = this.choices?.accounts ?? [];
    if (accounts.length > 0 && !accounts.includes(this.fields.account)) {
      this.fields.account = accounts[0];
    }
    const names = this.choices?.partitions.map(choice => choice.name) ?? [];
    if (!names.includes(this.fields.partition)) {
      this.fields.partition = '';
    }
  }

  private _time(): number | null {
    const hours = this.fields.hours.trim() ? whole(this.fields.hours) : 0;
    const minutes = this.fields.minutes.trim() ? whole(this.fields.minutes) : 0;
    return hours === null || minutes === null
      ? null
      : hours * HOUR + minutes * MINUTE;
  }

  private _asked = 0;
  private _isScriptWrong = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Return the parameters that lines say, and the first line that says none.
 *
 * A value that is no JSON and none of Python's constants is a text.
 */
export function parsed(text: string): {
  values: Values;
  wrong: string | null;
} {
  const values: Values = {};
  for (const line of text.split('\n')) {
    if (!line.trim()) {
      continue;
    }
    const found = PARAMETER.exec(line);
    if (!found) {
      return { values, wrong: line.trim() };
    }
    values[found[1]] = valueOf(found[2]);
  }
  return { values, wrong: null };
}

/**
 * Return the lines that say parameters.
 */
export function written(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join('\n');
}

function valueOf(text: string): Values[string] {
  const constants: Record<string, boolean | null> = {
    True: true,
    False: false,
    None: null
  };
  if (text in constants) {
    return constants[text];
  }
  try {
    const value: unknown = JSON.parse(text);
    // An object cannot be said in all languages of notebooks.
    const isFlat = !Array.isArray(value)
      ? typeof value !== 'object' || value === null
      : value.every(item => typeof item !== 'object' || item === null);
    return isFlat ? (value as Values[string]) : text;
  } catch {
    const quoted = /^'(.*)'$/.exec(text);
    return quoted ? quoted[1] : text;
  }
}

/**
 * Return a time as whole hours and minutes.
 */
function clock(seconds: number): { hours: number; minutes: number } {
  const minutes = Math.ceil(seconds / MINUTE);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function whole(text: string): number | null {
  return /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null;
}

function decimal(text: string): number | null {
  return /^\s*\d{1,9}([.,]\d+)?\s*$/.test(text)
    ? Number(text.replace(',', '.'))
    : null;
}
