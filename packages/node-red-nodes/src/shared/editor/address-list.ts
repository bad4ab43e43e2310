import type { Translate } from './texts.js';
import { chatType } from './value-types.js';

/** A list of chats or people in a dialog; each is picked by name or written down. */
export class AddressList {
  readonly #list: JQuery;

  constructor(list: string, addresses: string[], translate: Translate) {
    this.#list = $(list);
    this.#list.editableList({
      removable: true,
      height: 'auto',
      addButton: translate('common.addAddress'),
      addItem: (row: JQuery, _index: number, item: { address?: string }) => {
        const label = translate('common.address');
        const input = $('<input type="text" style="width: 100%">').attr('aria-label', label).appendTo(row);
        const written = { value: 'str', label: translate('common.written'), icon: 'fa fa-phone' };
        input.typedInput({ types: [written, chatType(translate)], default: 'str' } as never);
        input.typedInput('value', item.address ?? '');
      },
    } as never);
    for (const address of addresses) this.#list.editableList('addItem', { address });
  }

  get addresses(): string[] {
    return this.#list
      .editableList('items')
      .toArray()
      .map((row: HTMLElement) => String($(row).find('input').first().typedInput('value')).trim())
      .filter(Boolean);
  }
}
