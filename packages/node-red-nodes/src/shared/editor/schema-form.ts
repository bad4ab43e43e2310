import type { FormField } from '../form-field.js';
import { asWords, type Translate } from './texts.js';
import { typesOf } from './value-types.js';

/** A setting as the editor saves it. */
interface Saved {
  value: string;
  type: string;
}
export type FormValues = Record<string, Saved>;

/** A form made from fields: those that are needed first, the others folded away until one of them is set. */
export class SchemaForm {
  #inputs: { name: string; input: JQuery }[] = [];

  constructor(
    private readonly container: JQuery,
    private readonly translate: Translate,
  ) {}

  show(fields: FormField[], values: FormValues): void {
    this.container.empty();
    this.#inputs = [];
    const needed = fields.filter(({ isRequired }) => isRequired);
    const others = fields.filter(({ isRequired }) => !isRequired);
    for (const field of needed) this.#add(field, values, this.container);
    if (others.length === 0) return;
    const folded = $('<details class="wharf-more">').appendTo(this.container);
    $('<summary>')
      .text(this.translate('common.more', { count: others.length }))
      .appendTo(folded);
    folded.prop('open', needed.length === 0 || others.some(({ name }) => values[name]?.value));
    for (const field of others) this.#add(field, values, folded);
  }

  /** What was filled in; blank fields are left out. */
  get values(): FormValues {
    const entries = this.#inputs.map(({ name, input }): [string, Saved] => [
      name,
      { value: String(input.typedInput('value')), type: String(input.typedInput('type')) },
    ]);
    return Object.fromEntries(entries.filter(([, { value }]) => value !== ''));
  }

  #add(field: FormField, values: FormValues, into: JQuery): void {
    const { name, isRequired, description } = field;
    const id = `wharf-field-${name}`;
    const row = $('<div class="form-row">').appendTo(into);
    const label = $('<label>').attr('for', id).text(asWords(name)).appendTo(row);
    if (isRequired) label.append($('<span aria-hidden="true">').text(' *'));
    const input = $('<input type="text" style="width: 70%">')
      .attr({ id, 'aria-label': asWords(name) })
      .appendTo(row);
    const types = typesOf(field, this.translate);
    const saved = values[name];
    const [first] = types;
    const type = saved?.type ?? (typeof first === 'string' ? first : first?.value) ?? 'str';
    input.typedInput({ types, default: type } as never);
    input.typedInput('type', type);
    input.typedInput('value', saved?.value ?? '');
    if (description) {
      const hint = $('<div class="wharf-hint">').attr('id', `${id}-hint`).text(description).appendTo(row);
      input.attr('aria-describedby', String(hint.attr('id')));
    }
    this.#inputs.push({ name, input });
  }
}
