/** Boxes to check, one for each option, in a `<fieldset>` of a dialog. */
export class CheckList {
  readonly #container: JQuery;

  constructor(container: string, options: string[], checked: string[]) {
    this.#container = $(container).empty();
    // What was saved stays, also when this version does not know it or the list could not be had.
    for (const option of new Set([...options, ...checked])) {
      const box = $('<input type="checkbox">').val(option).prop('checked', checked.includes(option));
      $('<label>').append(box, document.createTextNode(option)).appendTo(this.#container);
    }
  }

  get checked(): string[] {
    return this.#container
      .find('input:checked')
      .toArray()
      .map((box) => String($(box).val()));
  }
}
