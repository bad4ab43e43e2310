/** What stands in the field of a token that is saved; Node-RED never tells it to a browser. */
const savedToken = '__PWRD__';

/** Where the device runs, as the dialog says it just now. */
export type Place = { runs: 'here' } | { runs: 'gateway'; url: string; nodeId: string; token?: string };

/** The part of the device dialog that says where the device runs: in this Node-RED, or at a gateway. */
export class PlacePanel {
  readonly #runs = $<HTMLSelectElement>('#node-config-input-runs');
  readonly #url = $<HTMLInputElement>('#node-config-input-url');
  readonly #token = $<HTMLInputElement>('#node-config-input-token');

  constructor(private readonly nodeId: string) {
    const show = () => $('.wharf-at-gateway').toggle(this.#runs.val() === 'gateway');
    this.#runs.on('change', show);
    show();
  }

  get place(): Place {
    if (this.#runs.val() !== 'gateway') return { runs: 'here' };
    const token = String(this.#token.val() ?? '').trim();
    return {
      runs: 'gateway',
      url: String(this.#url.val() ?? '').trim(),
      nodeId: this.nodeId,
      ...(token === savedToken ? {} : { token }),
    };
  }

  onChange(listener: () => void): void {
    for (const field of [this.#runs, this.#url, this.#token]) field.on('change', listener);
  }
}
